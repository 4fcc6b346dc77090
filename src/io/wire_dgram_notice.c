/* SPDX-License-Identifier: MIT */
/* What a person loses without privilege, and the command that gives it back. */
#include "io/program.h"
#include "io/wire_dgram.h"

#include <netinet/in.h>
#include <stdio.h>

enum { SHORT_QUOTES = SN_DGRAM_NOTICE_COUNT - 1 };

static const struct notice {
	uint8_t protocol;
	const char *lost;
} notices[SN_DGRAM_NOTICE_COUNT] = {
	{IPPROTO_UDP, "what routers rewrite is not seen"},
	{IPPROTO_UDPLITE, "what routers rewrite is not seen"},
	{IPPROTO_TCP, "each TCP probe has a source port of its own (flow not constant), and answers after 0.95 s are not heard"},
	{IPPROTO_ICMP, "what routers rewrite is not seen"},
	{IPPROTO_ICMPV6, "what routers rewrite is not seen"},
	{0, "routers here quote too little, so that UDP probes had to change their source port (flow not constant)"},
};

void sn_dgram_notices_write(struct sn_wire_dgram *w)
{
	char path[SN_PROGRAM_PATH_BYTES];
	sn_program_path(path);
	for (size_t i = 0; i < SN_DGRAM_NOTICE_COUNT; i++)
		snprintf(w->notices[i], sizeof w->notices[i], "unprivileged: %s; `sudo setcap cap_net_raw+p %s` gives the raw wire",
		         notices[i].lost, path);
}

const char *sn_dgram_notice(const struct sn_wire_dgram *w, uint8_t protocol)
{
	if (sn_dgram_is_udp(protocol) && w->short_quotes)
		return w->notices[SHORT_QUOTES];
	for (size_t i = 0; i < SHORT_QUOTES; i++)
		if (notices[i].protocol == protocol)
			return w->notices[i];
	return NULL;
}
