/* SPDX-License-Identifier: MIT */
/* Links that are too narrow: what is said of them, and that one way may be narrower than the other. */
#include "lab.h"

#include <stdio.h>

static const uint8_t families[] = {4, 6};

/* What a packet of 1428 bytes gets of a link of 1300 that is told of in one way or another. */
static void too_big_may_be_silent_or_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *attributes;
		int said;                 /* -1: nothing comes */
	} cases[] = {
	    {"mtu=1300", 1300}, {"mtu=1300 mtu-says=1250", 1250}, {"mtu=1300 mtu-says=0", 0}, {"mtu=1300 mtu-silent", -1},
	    {"mtu=1300,1500", 1300}, {"mtu=1300,1500 mtu-says=1200,1300", 1200},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char more[160];
		struct lab lab;
		snprintf(more, sizeof more, "router x\nlink r2 x %s\nroute r2 198.51.100.0/24 via x\nroute r1 198.51.100.0/24 via r2\n",
		         cases[i].attributes);
		struct sn_net_chain chain = {.hops = 3, .more = more};
		lab_open_chain(&lab, &chain);
		struct sonde_addr to = lab_addr("198.51.100.9"), from = sn_net_hop_addr(2, 4);
		lab_udp(&lab, &to, 64, 50000, 33434, 1400);
		if (cases[i].said < 0) {
			lab_expect_silence(&lab);
		} else {
			lab_expect_error(&lab, &from, 3, 4);
			assert_int_equal(lab.upper[6] << 8 | lab.upper[7], cases[i].said);
		}
		struct sn_sim_counts counts;
		sn_sim_counts(lab.sim, &counts);
		assert_int_equal(counts.too_big, 1);
		lab_close(&lab);
	}
}

/* There the packet passes, and the echo reply of IPv6, as large, does not come back. */
static void one_way_may_be_narrower(void **state)
{
	(void)state;
	static const struct {
		const char *links;
		bool answered4, answered6;
	} cases[] = {{"mtu=1500", true, true}, {"mtu=1500,1300", true, false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t f = 0; f < 2; f++) {
			struct sn_net_chain chain = {.hops = 3, .links = cases[i].links, .target = "udp-open=53"};
			struct lab lab;
			uint8_t bytes[1400] = {0}, *icmp = bytes + (f ? 40 : 20);
			lab_open_chain(&lab, &chain);
			struct sonde_addr to = sn_net_hop_addr(3, families[f]), me = sn_net_hop_addr(0, families[f]);
			struct sn_ip ip = {.version = families[f], .ttl = 64, .protocol = f ? SN_PROTO_ICMP6 : SN_PROTO_ICMP,
			                   .src = me, .dst = to, .header_bytes = f ? 40 : 20, .total_bytes = sizeof bytes};
			struct sn_writer w;
			sn_writer_init(&w, bytes, sizeof bytes);
			sn_ip_write(&w, &ip);
			icmp[0] = f ? 128 : 8;
			uint16_t sum = sn_transport_checksum(&ip, icmp, sizeof bytes - ip.header_bytes);
			icmp[2] = (uint8_t)(sum >> 8);
			icmp[3] = (uint8_t)sum;
			assert_int_equal(sn_sim_inject(lab.sim, bytes, sizeof bytes, 0), 0);
			assert_int_equal(lab_next(&lab), f ? cases[i].answered6 : cases[i].answered4);
			lab_close(&lab);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_big_may_be_silent_or_wrong),
		cmocka_unit_test(one_way_may_be_narrower),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
