/* SPDX-License-Identifier: MIT */
/* Each change that a router makes to a packet, seen in the quote of the host behind it: every byte, with every checksum. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 4, TOS = 0xb9, LABEL = 0x54321, ID = 0x1234 };

static const uint8_t families[] = {4, 6};

/* Four hops; the target refuses with a whole quote whatever comes. */
static void open_with(struct lab *lab, const char *more)
{
	char text[1024];
	snprintf(text, sizeof text, "%s\nfilter target reject=port-unreachable\n", more);
	lab_open_chain(lab, &(struct sn_net_chain){.hops = HOPS, .routers = "quote=full", .target = "quote=full", .more = text});
}

static struct sn_ip header(const struct sonde_addr *to, uint8_t protocol)
{
	return (struct sn_ip){.ttl = 64, .protocol = protocol, .tos = TOS, .flow_label = LABEL, .id = ID, .df = true, .dst = *to};
}

static void send_udp(struct lab *lab, const struct sonde_addr *to, uint8_t ttl)
{
	uint8_t upper[31] = {0xc3, 0x50, 0x82, 0x9a, 0, sizeof upper, [9] = 1, 2, 3, 4, 5};
	struct sn_ip ip = header(to, SN_PROTO_UDP);
	ip.ttl = ttl;
	assert_int_equal(lab_send(lab, &ip, upper, sizeof upper, 6), 0);
}

/* Fields as they must be quoted; -1: as sent. */
struct change {
	const char *rule;
	long tos, label, id, df;
};

static const struct change changes[] = {
	{"rewrite r2 dscp=0", 0x01, -1, -1, -1},
	{"rewrite r2 dscp=10", 0x29, -1, -1, -1},
	{"rewrite r2 dscp=10 dscp=46", 0x29, -1, -1, -1},
	{"rewrite r2 dscp=10 dscp=45", -1, -1, -1, -1},
	{"rewrite r2 ecn=0", 0xb8, -1, -1, -1},
	{"rewrite r2 ecn=ce", 0xbb, -1, -1, -1},
	{"rewrite r2 ecn=ect0", 0xba, -1, -1, -1},
	/* Marks are for ECN-capable transports only (RFC 3168 section 5). */
	{"rewrite r2 ecn=not-ect\nrewrite r3 ecn=ce", 0xb8, -1, -1, -1},
	{"rewrite r2 tos=7", 7, -1, -1, -1},
	{"rewrite r2 tos=255\nrewrite r3 dscp=1", 7, -1, -1, -1},
	{"rewrite r2 flow-label=0", -1, 0, -1, -1},
	{"rewrite r2 flow-label=1048575", -1, 0xfffff, -1, -1},
	{"rewrite r2 tos=0\nrewrite r2 flow-label=65536", 0, 65536, -1, -1},
	{"rewrite r2 id=0", -1, -1, 0, -1},
	{"rewrite r2 id=4711", -1, -1, 4711, -1},
	{"rewrite r2 df=off", -1, -1, -1, 0},
	{"rewrite r2 df=off\nrewrite r3 df=on df=off", -1, -1, -1, 1},
	{"rewrite r2 tos=7 share=0", -1, -1, -1, -1},
	{"rewrite r2 tos=7 from=r3", -1, -1, -1, -1},
	{"rewrite r2 tos=7 proto=tcp", -1, -1, -1, -1},
	{"rewrite r2 tos=7 dport=33434 proto=udp from=r1 length=51-71", 7, -1, -1, -1},
	{"rewrite r2 window=7", -1, -1, -1, -1},
	{"rewrite r2 mss=7", -1, -1, -1, -1},
	{"rewrite r2 strip=all", -1, -1, -1, -1},
	{"rewrite r2 remove=all", -1, -1, -1, -1},
};

static void headers_are_changed_byte_for_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		const struct change *c = &changes[i];
		struct lab lab;
		open_with(&lab, c->rule);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]);
			send_udp(&lab, &to, 64);
			struct sn_ip wanted = lab.sent_ip;
			wanted.ttl = 64 - (HOPS - 1);
			wanted.tos = c->tos < 0 ? wanted.tos : (uint8_t)c->tos;
			wanted.flow_label = c->label < 0 ? wanted.flow_label : (uint32_t)c->label;
			wanted.id = c->id < 0 ? wanted.id : (uint16_t)c->id;
			wanted.df = c->df < 0 ? wanted.df : c->df == 1;
			lab_expect_quote(&lab, &to);
			lab_expect_quoted(&lab, &wanted, lab.sent + wanted.header_bytes, lab.sent_bytes - wanted.header_bytes, 6);
		}
		lab_close(&lab);
	}
}

static void ids_may_be_drawn(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 id=random");
	struct sonde_addr to = sn_net_hop_addr(HOPS, 4);
	uint16_t ids[2];
	for (size_t i = 0; i < 2; i++) {
		send_udp(&lab, &to, 64);
		lab_expect_quote(&lab, &to);
		ids[i] = lab.quoted.id;
		assert_int_not_equal(ids[i], ID);
	}
	assert_int_not_equal(ids[0], ids[1]);
	lab_close(&lab);
}

static void a_share_of_the_packets_is_changed(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 ecn=ce share=20%");
	struct sonde_addr to = sn_net_hop_addr(HOPS, 6);
	unsigned marked = 0;
	for (unsigned i = 0; i < 2000; i++) {
		send_udp(&lab, &to, 64);
		lab_expect_quote(&lab, &to);
		marked += lab.quoted.tos == (TOS | 3);
	}
	/* Five standard deviations of 18 around 400. */
	assert_in_range(marked, 310, 490);
	lab_close(&lab);
}

/* Its own error shows the packet as the router got it, unless it was changed before the TTL. */
static void the_router_itself_quotes_what_it_saw_at_the_ttl(void **state)
{
	(void)state;
	for (int before = 0; before < 2; before++) {
		struct lab lab;
		open_with(&lab, before ? "rewrite r2 dscp=0 before-ttl" : "rewrite r2 dscp=0");
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]);
			for (uint8_t ttl = 1; ttl < HOPS; ttl++) {
				struct sonde_addr hop = sn_net_hop_addr(ttl, families[f]);
				send_udp(&lab, &to, ttl);
				lab_expect_quote(&lab, &hop);
				assert_int_equal(lab.quoted.tos, ttl > 2 || (ttl == 2 && before) ? TOS & 3 : TOS);
				assert_int_equal(lab.quoted.ttl, 1);
			}
		}
		lab_close(&lab);
	}
}

/* {hop that answers, quoted TTL} for TTLs 1 … 5. */
struct game {
	const char *rule;
	uint8_t answers[5][2];
};

static const struct game games[] = {
	{"", {{1, 1}, {2, 1}, {3, 1}, {4, 1}, {4, 2}}},
	/* It takes no TTL: the one behind it is seen twice, nobody at the end. */
	{"rewrite r2 ttl=+1", {{1, 1}, {2, 1}, {4, 1}, {4, 2}, {4, 3}}},
	/* The same before the TTL: it is never seen. */
	{"rewrite r2 ttl=+1 before-ttl", {{1, 1}, {3, 1}, {4, 1}, {4, 2}, {4, 3}}},
	{"rewrite r1 ttl=-1", {{1, 1}, {2, 0}, {2, 1}, {3, 1}, {4, 1}}},
	{"rewrite r2 ttl=9", {{1, 1}, {2, 1}, {4, 8}, {4, 8}, {4, 8}}},
	{"rewrite r1 last-ttl=0", {{2, 0}, {2, 1}, {3, 1}, {4, 1}, {4, 2}}},
	{"rewrite r2 last-ttl=2", {{1, 1}, {2, 1}, {2, 2}, {4, 1}, {4, 2}}},
	/* Label switching with the TTL in the label: r2 and r3 each see the IP TTL that came in, and r3 settles the account. */
	{"rewrite r2 ttl=+1\nrewrite r3 last-ttl=2\nrewrite r3 ttl=-1", {{1, 1}, {2, 1}, {3, 2}, {4, 1}, {4, 2}}},
	{"rewrite r2 ttl=255\nrewrite r3 ttl=+9", {{1, 1}, {2, 1}, {4, 255}, {4, 255}, {4, 255}}},
	{"rewrite r2 ttl=-200 from=r1", {{1, 1}, {2, 1}, {3, 0}, {3, 0}, {3, 0}}},
};

static void routers_play_with_the_ttl(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
		struct lab lab;
		open_with(&lab, games[i].rule);
		for (uint8_t ttl = 1; ttl <= 5; ttl++) {
			const uint8_t *wanted = games[i].answers[ttl - 1];
			for (size_t f = 0; f < 2; f++) {
				struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]), hop = sn_net_hop_addr(wanted[0], families[f]);
				send_udp(&lab, &to, ttl);
				lab_expect_quote(&lab, &hop);
				assert_int_equal(lab.quoted.ttl, wanted[1]);
			}
		}
		lab_close(&lab);
	}
}

static void checksums_may_be_taken_away_or_spoiled(void **state)
{
	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]), three = sn_net_hop_addr(3, families[f]);
		struct lab lab;
		open_with(&lab, "rewrite r2 checksum=zero from=r1");
		send_udp(&lab, &to, 3);
		lab_expect_quote_with(&lab, &three, families[f] == 4 ? SN_CHECKSUM_NONE : SN_CHECKSUM_BAD);
		assert_memory_equal(lab.quoted_upper + 6, "\0\0", 2);
		lab_close(&lab);
		open_with(&lab, "rewrite r2 checksum=wrong from=r1");
		send_udp(&lab, &to, 3);
		lab_expect_quote_with(&lab, &three, SN_CHECKSUM_BAD);
		/* Nothing else was touched, and no host takes it. */
		lab.sent[lab.sent_ip.header_bytes + 6] ^= 0xff;
		lab.sent[lab.sent_ip.header_bytes + 7] ^= 0xff;
		assert_memory_equal(lab.quoted_upper, lab.sent + lab.sent_ip.header_bytes, lab.quoted_upper_bytes);
		lab_close(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_changed_byte_for_byte),
		cmocka_unit_test(ids_may_be_drawn),
		cmocka_unit_test(a_share_of_the_packets_is_changed),
		cmocka_unit_test(the_router_itself_quotes_what_it_saw_at_the_ttl),
		cmocka_unit_test(routers_play_with_the_ttl),
		cmocka_unit_test(checksums_may_be_taken_away_or_spoiled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
