/* SPDX-License-Identifier: MIT */
/* The rows of both tables. */
#include "cli/applet_modules.h"

#include "cli/help.h"

#include <stdio.h>
#include <string.h>

const struct sn_applet_module sn_applet_modules[] = {
    {"default", "udp-classic", "33434", NULL, "UDP, a port that counts up", .udp = true},
    {"icmp", "icmp", NULL, NULL, "ICMP echo requests"},
    {"tcp", "tcp", "80", NULL, "TCP SYN, half open"},
    {"tcpconn", NULL, NULL, "a whole connection disturbs who listens: give -T, which leaves it half open", NULL},
    {"udp", "udp", "53", NULL, "UDP to one port", .udp = true},
    {"udplite", "udplite", "53", NULL, "UDP-Lite to one port"},
    {"dccp", "dccp", "33434", NULL, "DCCP requests"},
    {"raw", "raw", NULL, NULL, "packets of an IP protocol, which -P names"},
};
const size_t sn_applet_module_count = sizeof sn_applet_modules / sizeof *sn_applet_modules;

const struct sn_applet_module_option sn_applet_module_options[] = {
    {.module = "icmp", .name = "raw", .word = "--wire=raw"},
    {.module = "icmp", .name = "dgram", .word = "--wire=dgram"},
    {.module = "tcp", .name = "syn", .tcp = SN_APPLET_SYN},
    {.module = "tcp", .name = "sysctl", .tcp = SN_APPLET_SYSCTL},
    {.module = "tcp", .name = "ack", .tcp = SN_APPLET_ACK, .method = "tcp-ack"},
    {.module = "tcp", .name = "sack", .tcp = SN_APPLET_SACK},
    {.module = "tcp", .name = "timestamps", .tcp = SN_APPLET_TIMESTAMPS},
    {.module = "tcp", .name = "window_scaling", .tcp = SN_APPLET_SCALING},
    {.module = "tcp", .name = "mss", .takes_value = true},
    {.module = "tcp", .name = "fin", .why = "probes carry a SYN or an ACK"},
    {.module = "tcp", .name = "rst", .why = "probes carry a SYN or an ACK"},
    {.module = "tcp", .name = "psh", .why = "probes carry a SYN or an ACK"},
    {.module = "tcp", .name = "urg", .why = "probes carry a SYN or an ACK"},
    {.module = "tcp", .name = "ece", .why = "probes ask for no ECN of the connection"},
    {.module = "tcp", .name = "cwr", .why = "probes ask for no ECN of the connection"},
    {.module = "tcp", .name = "ecn", .why = "probes ask for no ECN of the connection"},
    {.module = "tcp", .name = "flags", .why = "probes carry a SYN or, with -O ack, an ACK", .takes_value = true},
    {.module = "tcp", .name = "info", .why = "flags of replies are not kept: \"sonde\" says whether the port is open"},
    {.module = "udplite", .name = "coverage", .why = "the checksum covers the whole packet", .takes_value = true},
    {.module = "dccp", .name = "service", .why = "the service code is part of a probe's identity", .takes_value = true},
    {.module = "raw", .name = "protocol", .takes_value = true}, /* read by hand */
};
const size_t sn_applet_module_option_count = sizeof sn_applet_module_options / sizeof *sn_applet_module_options;

void sn_applet_module_help(struct sn_buf *buf, const struct sn_applet_module *module)
{
	bool any = false;
	for (size_t i = 0; i < sn_applet_module_option_count; i++) {
		const struct sn_applet_module_option *row = &sn_applet_module_options[i];
		if (strcmp(row->module, module->name) != 0)
			continue;
		char left[48];
		snprintf(left, sizeof left, "%s%s", row->name, row->takes_value ? "=N" : "");
		sn_help_entry(buf, SN_APPLET_WIDTH_COLUMNS, left, SN_APPLET_LEFT_COLUMNS, row->why ? row->why : "works");
		any = true;
	}
	if (!any)
		sn_buf_printf(buf, "Method %s has no options.\n", module->name);
}
