/* SPDX-License-Identifier: MIT */
/* Every way in which a network can fail a packet, each on its own. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

static const uint8_t families[] = {4, 6};

static struct sn_sim_counts counts_of(const struct lab *lab)
{
	struct sn_sim_counts counts;
	sn_sim_counts(lab->sim, &counts);
	return counts;
}

static void silent_routers_say_nothing_but_pass_on(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 4, .silent = 1u << 2};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(4, 4), three = sn_net_hop_addr(3, 4), two = sn_net_hop_addr(2, 4);
	lab_echo(&lab, &target, 2, 1, 1);
	lab_expect_silence(&lab);
	lab_echo(&lab, &target, 3, 1, 2);
	lab_expect_error(&lab, &three, 11, 0);
	/* Asked itself it answers. */
	lab_echo(&lab, &two, 64, 1, 3);
	assert_true(lab_next(&lab));
	assert_int_equal(counts_of(&lab).silent, 1);
	lab_close(&lab);
}

static void limits_let_the_burst_through_and_one_per_interval(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3, .more = "router r1 icmp-rate=1/s icmp-burst=3\nhost target icmp-rate=2/s icmp-burst=1\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(3, 6), one = sn_net_hop_addr(1, 6);
	unsigned answers = 0;
	for (int i = 0; i < 10; i++)
		lab_udp(&lab, &target, 1, 50000, 33434, 4);
	while (lab_next(&lab))
		answers++;
	assert_int_equal(answers, 3);
	assert_int_equal(counts_of(&lab).rate_limited, 7);
	lab.now_at_ns = SONDE_MS + SONDE_S - 1;
	lab_udp(&lab, &target, 1, 50000, 33434, 4);
	lab_expect_error(&lab, &one, 3, 0);
	/* Echo replies are no errors: nothing limits them. */
	for (int i = 0; i < 10; i++)
		lab_echo(&lab, &target, 64, 1, (uint16_t)i);
	for (answers = 0; lab_next(&lab); answers++)
		;
	assert_int_equal(answers, 10);
	for (int i = 0; i < 10; i++)
		lab_udp(&lab, &target, 64, 50000, 33434, 4);
	for (answers = 0; lab_next(&lab); answers++)
		;
	assert_int_equal(answers, 1);
	lab_close(&lab);
}

/* One destination in each family: one bucket for both, or one each. */
static void a_limit_is_for_each_destination_or_for_the_node(void **state)
{
	(void)state;
	for (unsigned per_node = 0; per_node <= 1; per_node++) {
		struct sn_net_chain chain = {.hops = 2, .routers = per_node ? "icmp-rate=1/s icmp-burst=1 icmp-per=node"
		                                                            : "icmp-rate=1/s icmp-burst=1 icmp-per=destination"};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		unsigned answers = 0;
		for (size_t i = 0; i < 4; i++) {
			struct sonde_addr target = sn_net_hop_addr(2, families[i % 2]);
			lab_udp(&lab, &target, 1, 50000, 33434, 4);
		}
		while (lab_next(&lab))
			answers++;
		assert_int_equal(answers, per_node ? 1 : 2);
		lab_close(&lab);
	}
}

static void nodes_answer_as_their_attributes_say(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3, .routers = "reply-ttl=200 answer-delay=5ms echo=off", .target = "reply-ttl=9"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr two = sn_net_hop_addr(2, families[f]), target = sn_net_hop_addr(3, families[f]);
		sonde_at_ns sent_at_ns = lab.now_at_ns;
		lab_echo(&lab, &target, 2, 1, 1);
		lab_expect_error(&lab, &two, families[f] == 4 ? 11 : 3, 0);
		assert_int_equal(lab.ip.ttl, 200 - 1);
		assert_int_equal(lab.at_ns - sent_at_ns, 2 * 2 * SONDE_MS + 5 * SONDE_MS);
		sent_at_ns = lab.now_at_ns;
		lab_echo(&lab, &target, 64, 1, 2);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.ip.ttl, 9 - 2);
		assert_int_equal(lab.at_ns - sent_at_ns, 3 * 2 * SONDE_MS);
		lab_echo(&lab, &two, 64, 1, 3);
		lab_expect_silence(&lab);
	}
	lab_close(&lab);
}

static void losses_follow_the_mask_and_the_rate(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 1, .links = "loss=0x5,0"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(1, 4);
	for (unsigned i = 0; i < 130; i++) {
		lab_echo(&lab, &target, 64, 1, (uint16_t)i);
		unsigned bit = i % 64;
		assert_int_equal(lab_next(&lab), bit != 0 && bit != 2);
	}
	lab_close(&lab);
	chain.links = "loss=20%,0";
	lab_open_chain(&lab, &chain);
	for (unsigned i = 0; i < 10000; i++)
		lab_echo(&lab, &target, 64, 1, (uint16_t)i);
	while (lab_next(&lab))
		;
	/* Five standard deviations of 40 around 2000. */
	assert_in_range(counts_of(&lab).lost_on_link, 1800, 2200);
	lab_close(&lab);
}

static void jitter_keeps_the_order_and_reorder_breaks_it(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 1, .links = "jitter=5ms,0"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(1, 4);
	for (int turn = 0; turn < 2; turn++) {
		unsigned swapped = 0, count = 0, last = 0;
		sonde_at_ns longest_ns = 0, start_at_ns = lab.now_at_ns;
		for (unsigned i = 1; i <= 500; i++)
			lab_echo(&lab, &target, 64, 1, (uint16_t)i);
		for (; lab_next(&lab); count++) {
			unsigned seq = (unsigned)lab.upper[6] << 8 | lab.upper[7];
			swapped += seq < last;
			last = seq;
			longest_ns = lab.at_ns - start_at_ns;
		}
		assert_int_equal(count, 500);
		if (turn == 0) {
			assert_int_equal(swapped, 0);
			assert_in_range(longest_ns, 6 * SONDE_MS, 7 * SONDE_MS);
		} else {
			assert_true(swapped > 0);
		}
		lab_close(&lab);
		chain.links = "reorder=10%,0 reorder-by=3ms";
		lab_open_chain(&lab, &chain);
	}
	lab_close(&lab);
}

static void duplicates_come_twice(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .links = "duplicate=0,1"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_echo(&lab, &target, 1, 1, 1);
	struct sonde_addr one = sn_net_hop_addr(1, 4);
	lab_expect_error(&lab, &one, 11, 0);
	lab_expect_error(&lab, &one, 11, 0);
	lab_expect_silence(&lab);
	lab_close(&lab);
}

static void too_big_names_the_next_mtu(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3,
	                             .more =
	                                 "router x\nlink r2 x mtu=1300\nroute r2 198.51.100.0/24 via x\nroute r2 2001:db8:ffff::/48 via x\n"
	                                 "route r1 198.51.100.0/24 via r2\nroute r1 2001:db8:ffff::/48 via r2\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	static const char *const texts[] = {"198.51.100.9", "2001:db8:ffff::9"};
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr to = lab_addr(texts[f]), from = sn_net_hop_addr(2, families[f]);
		lab_udp(&lab, &to, 64, 50000, 33434, 1400);
		lab_expect_error(&lab, &from, families[f] == 4 ? 3 : 2, families[f] == 4 ? 4 : 0);
		assert_memory_equal(lab.upper + 4, "\0\0\x05\x14", 4);
	}
	struct sonde_addr to = lab_addr(texts[0]);
	assert_int_equal(lab_udp(&lab, &to, 64, 50000, 33434, 1473), SONDE_E_TOOBIG);
	lab_close(&lab);
	chain.silent = 1u << 2;
	lab_open_chain(&lab, &chain);
	lab_udp(&lab, &to, 64, 50000, 33434, 1400);
	lab_expect_silence(&lab);
	assert_int_equal(counts_of(&lab).too_big, 1);
	lab_close(&lab);
}

static void links_go_down_and_come_back(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .links = "down=1s-2s"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	assert_int_equal(lab_echo(&lab, &target, 64, 1, 1), 0);
	assert_true(lab_next(&lab));
	lab.now_at_ns = SONDE_S - SONDE_MS / 2;
	assert_int_equal(lab_echo(&lab, &target, 64, 1, 2), 0);
	lab_expect_silence(&lab);
	lab.now_at_ns = SONDE_S;
	assert_int_equal(lab_echo(&lab, &target, 64, 1, 3), SONDE_E_DOWN);
	lab.now_at_ns = 2 * SONDE_S;
	assert_int_equal(lab_echo(&lab, &target, 64, 1, 4), 0);
	assert_true(lab_next(&lab));
	lab_close(&lab);
}

struct rejecting {
	const char *name;
	uint8_t type4, code4, type6, code6;
};

static void filters_reject_by_their_kind(void **state)
{
	(void)state;
	static const struct rejecting kinds[] = {{"net-unreachable", 3, 0, 1, 0},  {"host-unreachable", 3, 1, 1, 3},
	                                         {"port-unreachable", 3, 3, 1, 4}, {"net-prohibited", 3, 9, 1, 1},
	                                         {"host-prohibited", 3, 10, 1, 1}, {"admin-prohibited", 3, 13, 1, 1},
	                                         {"policy-fail", 3, 13, 1, 5}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char more[128];
		snprintf(more, sizeof more, "filter r2 reject=%s proto=udp dport=33434-33534\n", kinds[i].name);
		struct sn_net_chain chain = {.hops = 4, .more = more};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr target = sn_net_hop_addr(4, families[f]), two = sn_net_hop_addr(2, families[f]);
			const struct rejecting *k = &kinds[i];
			lab_udp(&lab, &target, 3, 50000, 33434, 4);
			lab_expect_error(&lab, &two, families[f] == 4 ? k->type4 : k->type6, families[f] == 4 ? k->code4 : k->code6);
			/* The TTL comes first, as in Linux; other ports pass. */
			lab_udp(&lab, &target, 2, 50000, 33434, 4);
			lab_expect_error(&lab, &two, families[f] == 4 ? 11 : 3, 0);
			lab_udp(&lab, &target, 64, 50000, 33535, 4);
			lab_expect_error(&lab, &target, families[f] == 4 ? 3 : 1, families[f] == 4 ? 3 : 4);
		}
		lab_close(&lab);
	}
}

static void a_filter_can_reset_tcp(void **state)
{
	(void)state;
	struct sn_net_chain chain = {
	    .hops = 4, .target = "tcp-open=all", .more = "filter r2 reject=tcp-reset proto=tcp dport=22 flags=syn,!ack\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(4, 4);
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 4000, .dport = 22, .flags = SN_TCP_SYN, .seq = 77});
	assert_true(lab_next(&lab));
	assert_true(sonde_addr_equal(&lab.ip.src, &target));
	assert_int_equal(lab.tcp.flags, SN_TCP_RST | SN_TCP_ACK);
	assert_int_equal(lab.tcp.ack, 78);
	/* It comes from the second hop: its TTL and its time tell. */
	assert_int_equal(lab.ip.ttl, 63);
	assert_int_equal(lab.at_ns, 4 * SONDE_MS);
	lab_close(&lab);
}

static void filters_choose_and_the_first_decides(void **state)
{
	(void)state;
	static const struct {
		const char *filters;
		bool echo4, echo6, udp_through;
	} cases[] = {
		{"filter r1 drop\n", false, false, false},
		{"filter r1 drop family=6\n", true, false, true},
		{"filter r1 drop proto=echo\n", false, false, true},
		{"filter r1 drop proto=17\n", true, true, false},
		{"filter r1 accept proto=echo family=4\nfilter r1 drop from=me\n", true, false, false},
		{"filter r1 drop src=10.1.0.0/24\n", false, true, false},
		{"filter r1 drop dst=10.99.0.0/24\n", true, true, true},
		{"filter r1 drop sport=50000\n", true, true, false},
		{"filter r1 drop at=5s-6s\n", true, true, true},
		{"filter r1 drop from=target\n", false, false, false},
		{"filter target drop proto=echo\n", false, false, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sn_net_chain chain = {.hops = 2, .more = cases[i].filters};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		struct sonde_addr to4 = sn_net_hop_addr(2, 4), to6 = sn_net_hop_addr(2, 6);
		bool answered[3];
		lab_echo(&lab, &to4, 64, 1, 1);
		answered[0] = lab_next(&lab);
		lab_echo(&lab, &to6, 64, 1, 1);
		answered[1] = lab_next(&lab);
		lab_udp(&lab, &to4, 64, 50000, 9, 4);
		answered[2] = lab_next(&lab);
		assert_int_equal(answered[0], cases[i].echo4);
		assert_int_equal(answered[1], cases[i].echo6);
		assert_int_equal(answered[2], cases[i].udp_through);
		lab_close(&lab);
	}
}

/* One packet of 20 + 8 + 48 bytes (IPv6: 40 + 8 + 48) without DSCP and, IPv4, with DF: the beginning of its payload is chosen. */
static void filters_look_at_single_fields(void **state)
{
	(void)state;
	enum { OTHER, DNS, NTP };
	static const uint8_t payloads[][48] = {
		[OTHER] = {1, 2, 3, 4}, [DNS] = {0xab, 0xcd, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0}, [NTP] = {0x23}};
	static const struct {
		const char *fits;
		bool through4, through6;
		int payload;
	} cases[] = {
		{"length=76", false, true, OTHER},    {"length=96", true, false, OTHER},
		{"length=1-75,77-95,97-65535", true, true, OTHER},
		{"dscp=0", false, false, OTHER},      {"dscp=46", true, true, OTHER},      {"df=on", false, true, OTHER},
		{"df=off", true, true, OTHER},        {"payload=dns", true, true, OTHER},  {"payload=dns", false, false, DNS},
		{"payload=ntp", true, true, DNS},     {"payload=ntp", false, false, NTP},  {"payload=dns", true, true, NTP},
		{"length=76 payload=dns", true, true, OTHER},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char more[80];
		snprintf(more, sizeof more, "filter r1 drop proto=udp %s\n", cases[i].fits);
		struct sn_net_chain chain = {.hops = 2, .more = more};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(2, families[f]);
			lab_udp_with(&lab, &to, 64, 9, payloads[cases[i].payload], sizeof payloads[0]);
			bool answered = lab_next(&lab);
			if (answered != (f ? cases[i].through6 : cases[i].through4))
				fail_msg("%s, IPv%u", cases[i].fits, (unsigned)families[f]);
		}
		lab_close(&lab);
	}
}

/* A QUIC Initial whatever its version, with all its padding (RFC 9000 sections 17.2.2 and 14.1); a ClientHello as data of a SYN. */
static void filters_know_what_begins_a_connection(void **state)
{
	(void)state;
	static const struct {
		const char *fits, *head;
		size_t bytes;
		bool through;
	} cases[] = {
		{"payload=quic", "\xc3\x1a\x2a\x3a\x4a", 1200, false}, {"payload=quic", "\xc0\0\0\0\1", 1200, false},
		{"payload=quic", "\xc0\0\0\0\0", 1200, true},          {"payload=quic", "\xc3\x1a\x2a\x3a\x4a", 1199, true},
		{"payload=quic", "\x43\x1a\x2a\x3a\x4a", 1200, true},  {"payload=ntp", "\xc3\x1a\x2a\x3a\x4a", 1200, true},
		{"payload=tls", "\xc3\x1a\x2a\x3a\x4a", 1200, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char more[80];
		uint8_t payload[1200] = {0};
		snprintf(more, sizeof more, "filter r1 drop proto=udp %s\n", cases[i].fits);
		struct sn_net_chain chain = {.hops = 2, .more = more};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		struct sonde_addr to = sn_net_hop_addr(2, 4);
		memcpy(payload, cases[i].head, 5);
		lab_udp_with(&lab, &to, 64, 9, payload, cases[i].bytes);
		assert_int_equal(lab_next(&lab), cases[i].through);
		lab_close(&lab);
	}
}

static void filters_know_a_client_hello_in_a_syn(void **state)
{
	(void)state;
	static const struct {
		const char *fits;
		uint8_t first[6];
		bool through;
	} cases[] = {
		{"payload=tls", {22, 3, 1, 0, 9, 1}, false}, {"payload=tls", {22, 3, 3, 0, 9, 1}, false},
		{"payload=tls", {22, 3, 1, 0, 9, 2}, true},  {"payload=tls", {23, 3, 1, 0, 9, 1}, true},
		{"payload=tls", {22, 2, 1, 0, 9, 1}, true},  {"payload=quic", {22, 3, 1, 0, 9, 1}, true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char more[80];
		uint8_t segment[26] = {0xc3, 0x50, 0, 9, 0, 0, 0, 1, [12] = 0x50, SN_TCP_SYN, 0x20}; /* ports, number, header of 20 bytes */
		snprintf(more, sizeof more, "filter r1 drop proto=tcp %s\n", cases[i].fits);
		struct sn_net_chain chain = {.hops = 2, .more = more};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		struct sn_ip like = {.version = 4, .ttl = 64, .protocol = SN_PROTO_TCP, .dst = sn_net_hop_addr(2, 4)};
		memcpy(segment + 20, cases[i].first, sizeof cases[i].first);
		lab_send(&lab, &like, segment, sizeof segment, 16);
		assert_int_equal(lab_next(&lab), cases[i].through);
		lab_close(&lab);
	}
}

/* RFC 9000 section 6.1: who speaks another version is told so, with his ids turned round; who says too little gets nothing. */
static void a_quic_server_says_what_it_speaks(void **state)
{
	(void)state;
	static const uint8_t wanted[] = {0xc0, 0, 0, 0, 0, 3, 'a', 'b', 'c', 2, 'x', 'y', 0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf};
	static const struct {
		const char *head;
		size_t bytes;
		bool answered;
	} cases[] = {
		{"\xc3\x1a\x2a\x3a\x4a\2xy\3abc", 1200, true}, {"\x80\xff\0\0\x1d\2xy\3abc", 1400, true},
		{"\xc3\0\0\0\1\2xy\3abc", 1200, false},        {"\xc3\0\0\0\0\2xy\3abc", 1200, false},
		{"\xc3\x1a\x2a\x3a\x4a\2xy\3abc", 1199, false}, {"\x43\x1a\x2a\x3a\x4a\2xy\3abc", 1200, false},
	};
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct sn_net_chain chain = {.hops = 2, .target = "udp-open=443"};
			struct lab lab;
			uint8_t payload[1400] = {0};
			lab_open_chain(&lab, &chain);
			struct sonde_addr to = sn_net_hop_addr(2, families[f]);
			memcpy(payload, cases[i].head, 12);
			lab_udp_with(&lab, &to, 64, 443, payload, cases[i].bytes);
			assert_int_equal(lab_next(&lab), cases[i].answered);
			if (cases[i].answered) {
				assert_int_equal(lab.upper_bytes, 8 + sizeof wanted);
				assert_memory_equal(lab.upper + 8, wanted, sizeof wanted);
			}
			lab_close(&lab);
		}
}

static void filters_before_the_ttl_hide_their_router(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 4, .more = "filter r2 drop proto=udp before-ttl\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(4, 4);
	lab_udp(&lab, &target, 2, 50000, 33434, 4);
	lab_expect_silence(&lab);
	lab_close(&lab);
}

static void the_observers_own_firewall_refuses(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .more = "filter me drop proto=udp\nroute me 203.0.113.0/24 unreachable\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(2, 4), other = lab_addr("203.0.113.1"), away = lab_addr("198.51.100.1");
	assert_int_equal(lab_udp(&lab, &target, 64, 1, 2, 4), SONDE_E_FIREWALL);
	assert_int_equal(lab_echo(&lab, &target, 64, 1, 2), 0);
	assert_int_equal(lab_echo(&lab, &other, 64, 1, 2), SONDE_E_ROUTE);
	uint8_t rubbish[40] = {0x45, [2] = 0xff};
	assert_int_equal(sn_sim_inject(lab.sim, rubbish, sizeof rubbish, 0), SONDE_E_FORMAT);
	/* Unknown addresses leave by the default way; the first router has none. */
	assert_true(lab_next(&lab));
	struct sonde_addr one = sn_net_hop_addr(1, 4);
	lab_echo(&lab, &away, 1, 1, 3);
	lab_expect_error(&lab, &one, 3, 0);
	lab_close(&lab);
}

static void routes_refuse_by_their_kind(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3, .more = "route r2 10.3.0.0/24 unreachable at=0-1s\nroute r2 10.3.0.0/24 prohibit at=1s-2s\n"
	                                                "route r2 10.3.0.1 blackhole at=2s-3s\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(3, 4), two = sn_net_hop_addr(2, 4);
	lab_echo(&lab, &target, 64, 1, 1);
	lab_expect_error(&lab, &two, 3, 0);
	lab.now_at_ns = SONDE_S;
	lab_echo(&lab, &target, 64, 1, 2);
	lab_expect_error(&lab, &two, 3, 13);
	lab.now_at_ns = 2 * SONDE_S;
	lab_echo(&lab, &target, 64, 1, 3);
	lab_expect_silence(&lab);
	lab.now_at_ns = 3 * SONDE_S;
	lab_echo(&lab, &target, 64, 1, 4);
	assert_true(lab_next(&lab));
	assert_true(sonde_addr_equal(&lab.ip.src, &target));
	lab_close(&lab);
}

static void nobody_at_an_address_takes_three_seconds(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 3, .target = "down=0-20s"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr two = sn_net_hop_addr(2, families[f]), target = sn_net_hop_addr(3, families[f]), nobody = target;
		nobody.bytes[families[f] == 4 ? 3 : 15] = 200;
		sonde_at_ns start_at_ns = lab.now_at_ns;
		/* The second one waits for the same failure as the first. */
		lab_echo(&lab, &target, 64, 1, 1);
		lab.now_at_ns += SONDE_S;
		lab_echo(&lab, &target, 64, 1, 2);
		lab_echo(&lab, &nobody, 64, 1, 2);
		for (int i = 0; i < 3; i++) {
			lab_expect_error(&lab, &two, families[f] == 4 ? 3 : 1, families[f] == 4 ? 1 : 3);
			assert_int_equal(lab.at_ns - start_at_ns, (i < 2 ? 3 : 4) * SONDE_S + 4 * SONDE_MS);
		}
		lab_expect_silence(&lab);
	}
	lab.now_at_ns = 20 * SONDE_S;
	struct sonde_addr target = sn_net_hop_addr(3, 4);
	lab_echo(&lab, &target, 64, 1, 3);
	assert_true(lab_next(&lab));
	assert_int_equal(lab.upper[0], 0);
	lab_close(&lab);
}

static void loops_end_with_the_ttl(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 5, .more = "route r3 10.5.0.0/24 via r2\n"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(5, 4);
	for (uint8_t ttl = 1; ttl < 12; ttl++) {
		/* 1 2 3 2 3 2 3 …; the second visit comes in by r3's link, the way back stays the same. */
		struct sonde_addr from = sn_net_hop_addr(ttl < 3 ? ttl : 3 - (ttl % 2 == 0), 4);
		lab_echo(&lab, &target, ttl, 1, ttl);
		lab_expect_error(&lab, &from, 11, 0);
	}
	lab_close(&lab);
}

static void bad_checksums_are_not_answered(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .target = "tcp-open=80"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(2, 4), one = sn_net_hop_addr(1, 4), me = sn_net_hop_addr(0, 4);
	for (uint8_t ttl = 1; ttl < 3; ttl++) {
		uint8_t bytes[28] = {0};
		struct sn_writer w;
		sn_writer_init(&w, bytes, sizeof bytes);
		sn_ip_write(
		    &w, &(struct sn_ip){.version = 4, .ttl = ttl, .protocol = SN_PROTO_ICMP, .total_bytes = 28, .src = me, .dst = target});
		sn_echo_write(&w, &(struct sn_echo){.type = 8, .checksum = 0x1111});
		assert_int_equal(sn_sim_inject(lab.sim, bytes, sizeof bytes, 0), 0);
		/* A router does not look behind the IP header, the host does. */
		if (ttl == 1)
			lab_expect_error(&lab, &one, 11, 0);
		bytes[10] ^= 1;
		assert_int_equal(sn_sim_inject(lab.sim, bytes, sizeof bytes, 0), 0);
	}
	lab_expect_silence(&lab);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silent_routers_say_nothing_but_pass_on),
		cmocka_unit_test(limits_let_the_burst_through_and_one_per_interval),
		cmocka_unit_test(a_limit_is_for_each_destination_or_for_the_node),
		cmocka_unit_test(nodes_answer_as_their_attributes_say),
		cmocka_unit_test(losses_follow_the_mask_and_the_rate),
		cmocka_unit_test(jitter_keeps_the_order_and_reorder_breaks_it),
		cmocka_unit_test(duplicates_come_twice),
		cmocka_unit_test(too_big_names_the_next_mtu),
		cmocka_unit_test(links_go_down_and_come_back),
		cmocka_unit_test(filters_reject_by_their_kind),
		cmocka_unit_test(a_filter_can_reset_tcp),
		cmocka_unit_test(filters_choose_and_the_first_decides),
		cmocka_unit_test(filters_look_at_single_fields),
		cmocka_unit_test(filters_know_what_begins_a_connection),
		cmocka_unit_test(filters_know_a_client_hello_in_a_syn),
		cmocka_unit_test(a_quic_server_says_what_it_speaks),
		cmocka_unit_test(filters_before_the_ttl_hide_their_router),
		cmocka_unit_test(the_observers_own_firewall_refuses),
		cmocka_unit_test(routes_refuse_by_their_kind),
		cmocka_unit_test(nobody_at_an_address_takes_three_seconds),
		cmocka_unit_test(loops_end_with_the_ttl),
		cmocka_unit_test(bad_checksums_are_not_answered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
