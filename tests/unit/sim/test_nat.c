/* SPDX-License-Identifier: MIT */
/* Translators: what comes out behind them, what comes back, and what the errors quote that pass them. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 5 };

static const uint8_t families[] = {4, 6};

static void open_with(struct lab *lab, const char *more)
{
	lab_open_chain(lab, &(struct sn_net_chain){
	                        .hops = HOPS, .routers = "quote=full", .target = "quote=full tcp-open=443 udp-open=53", .more = more});
}

/* The address that the interface of router k towards the target has. */
static struct sonde_addr outside(unsigned k, uint8_t family)
{
	struct sonde_addr addr = sn_net_hop_addr(k + 1, family);
	addr.bytes[family == 4 ? 3 : 15] = 2;
	return addr;
}

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* Behind the quoted IP header and TTL all is as it was sent. */
static void expect_quoted_as_sent(const struct lab *lab, uint8_t ttl)
{
	struct sn_ip wanted = lab->sent_ip;
	wanted.ttl = ttl;
	uint8_t bytes[60];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_ip_write(&w, &wanted);
	assert_int_equal(lab->quote_bytes, lab->sent_bytes);
	assert_memory_equal(lab->quote, bytes, wanted.header_bytes);
	assert_memory_equal(lab->quoted_upper, lab->sent + wanted.header_bytes, lab->quoted_upper_bytes);
}

static void answers_come_back_through_a_masquerade(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 snat=masquerade from=r1\n");
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), me = sn_net_hop_addr(0, families[f]);
		lab_echo(&lab, &target, 64, 77, 5);
		assert_true(lab_next(&lab));
		assert_true(sonde_addr_equal(&lab.ip.src, &target) && sonde_addr_equal(&lab.ip.dst, &me));
		assert_int_equal(word(lab.upper + 4), 77);
		lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 40000, .dport = 443, .flags = SN_TCP_SYN, .seq = 900});
		assert_true(lab_next(&lab));
		assert_int_equal(lab.tcp.flags, SN_TCP_SYN | SN_TCP_ACK);
		assert_int_equal(lab.tcp.dport, 40000);
		assert_int_equal(lab.tcp.ack, 901);
		static const uint8_t query[] = {0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
		lab_udp_with(&lab, &target, 64, 53, query, sizeof query);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.ip.protocol, SN_PROTO_UDP);
		assert_int_equal(word(lab.upper + 2), 50000);
	}
	lab_close(&lab);
}

/* All hops are asked: those before the translator, itself and those behind, in all three protocols, and all quotes are as sent. */
static void a_good_translator_mends_every_quote(void **state)
{
	(void)state;
	static const char *const rules[] = {
		"rewrite r2 snat=masquerade from=r1\n",
		"rewrite r2 snat=masquerade from=r1 ports=1024-1029\n",
		"rewrite r2 snat=keep ports=1024-2047 from=r1\n",
		"rewrite r2 seq=random from=r1\n",
		"rewrite r2 snat=masquerade from=r1\nrewrite r3 snat=masquerade from=r2\nrewrite r4 snat=masquerade ports=7-70 from=r3\n",
		"rewrite r2 seq=random from=r1\nrewrite r2 snat=masquerade ports=9-10 from=r1\n",
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct lab lab;
		open_with(&lab, rules[i]);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]);
			/* Twice: the second time every flow is known. */
			for (unsigned turn = 0; turn < 2 * (HOPS - 1); turn++) {
				uint8_t ttl = (uint8_t)(1 + turn % (HOPS - 1));
				struct sonde_addr hop = sn_net_hop_addr(ttl, families[f]);
				lab_echo(&lab, &target, ttl, 77, 5);
				lab_expect_quote(&lab, &hop);
				expect_quoted_as_sent(&lab, 1);
				lab_udp(&lab, &target, ttl, 50000, 33434, 21);
				lab_expect_quote(&lab, &hop);
				expect_quoted_as_sent(&lab, 1);
				lab_tcp(&lab, &target, ttl,
				        &(struct lab_segment){.sport = 40000, .dport = 80, .flags = SN_TCP_SYN, .seq = 900, .stamp = 5});
				lab_expect_quote(&lab, &hop);
				expect_quoted_as_sent(&lab, 1);
			}
			lab_udp(&lab, &target, 64, 50000, 33434, 21);
			lab_expect_quote(&lab, &target);
			expect_quoted_as_sent(&lab, 64 - (HOPS - 1));
		}
		lab_close(&lab);
	}
}

/* What a translator that does not mend it leaves in the quote, of a UDP packet whose source port is changed to 1234. */
struct quoting {
	const char *how;
	bool new_addr, new_port, new_checksum;
	enum sn_checksum_state checksum;
};

static const struct quoting quotings[] = {
	{"full", false, false, false, SN_CHECKSUM_GOOD},
	{"stale-checksum", false, false, true, SN_CHECKSUM_BAD},
	{"ip-only", false, true, true, SN_CHECKSUM_BAD},
	{"none", true, true, true, SN_CHECKSUM_GOOD},
};

static void bad_translators_show_themselves_in_quotes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof quotings / sizeof *quotings; i++) {
		const struct quoting *q = &quotings[i];
		char rule[128];
		snprintf(rule, sizeof rule, "rewrite r2 snat=masquerade ports=1234 from=r1 nat-quote=%s\n", q->how);
		struct lab lab;
		open_with(&lab, rule);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), two = sn_net_hop_addr(2, families[f]);
			struct sonde_addr three = sn_net_hop_addr(3, families[f]), me = sn_net_hop_addr(0, families[f]);
			struct sonde_addr out = outside(2, families[f]);
			lab_udp(&lab, &target, 2, 50000, 33434, 21);
			lab_expect_quote(&lab, &two);
			expect_quoted_as_sent(&lab, 1);
			lab_udp(&lab, &target, 3, 50000, 33434, 21);
			lab_expect_quote_with(&lab, &three, q->checksum);
			assert_true(sonde_addr_equal(&lab.ip.dst, &me));
			assert_true(sonde_addr_equal(&lab.quoted.src, q->new_addr ? &out : &me));
			assert_int_equal(word(lab.quoted_upper), q->new_port ? 1234 : 50000);
			assert_int_equal(word(lab.quoted_upper + 2), 33434);
			const uint8_t *sent = lab.sent + lab.sent_ip.header_bytes;
			assert_int_equal(word(lab.quoted_upper + 6) != word(sent + 6), q->new_checksum);
		}
		lab_close(&lab);
	}
}

/* Also where a quote is too short to hold a checksum that could be mended. */
static void short_quotes_are_mended_as_far_as_they_go(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "router r3 quote=8\nrewrite r2 snat=masquerade ports=1234 from=r1\nrewrite r2 seq=random from=r1\n");
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), three = sn_net_hop_addr(3, families[f]);
		lab_tcp(&lab, &target, 3, &(struct lab_segment){.sport = 40000, .dport = 80, .flags = SN_TCP_SYN, .seq = 900});
		lab_expect_quote_with(&lab, &three, SN_CHECKSUM_NONE);
		assert_int_equal(lab.quoted_upper_bytes, 8);
		assert_memory_equal(lab.quoted_upper, lab.sent + lab.sent_ip.header_bytes, 8);
	}
	lab_close(&lab);
}

/* UDP-Lite has its ports where UDP has them: they are changed, and put back with a right checksum. */
static void ports_of_udp_lite_are_translated(void **state)
{
	(void)state;
	for (unsigned mended = 0; mended < 2; mended++) {
		struct lab lab;
		open_with(&lab, mended ? "rewrite r2 snat=masquerade ports=1234 from=r1\n"
		                       : "rewrite r2 snat=masquerade ports=1234 from=r1 nat-quote=none\n");
		for (size_t f = 0; f < 2; f++) {
			/* A coverage of its header alone (RFC 3828 section 3.1). */
			uint8_t upper[20] = {0xc3, 0x50, 0x82, 0x9a, 0, 8, 0, 0, 1, 2, 3};
			struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), three = sn_net_hop_addr(3, families[f]);
			struct sn_ip ip = {.ttl = 3, .protocol = SN_PROTO_UDPLITE, .df = true, .dst = target};
			assert_int_equal(lab_send(&lab, &ip, upper, sizeof upper, 6), 0);
			lab_expect_quote(&lab, &three);
			assert_int_equal(word(lab.quoted_upper), mended ? 50000 : 1234);
			if (mended)
				expect_quoted_as_sent(&lab, 1);
		}
		lab_close(&lab);
	}
}

static void ports_are_kept_where_they_are_free(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 snat=masquerade from=r1 nat-quote=none\n");
	struct sonde_addr target = sn_net_hop_addr(HOPS, 4), three = sn_net_hop_addr(3, 4);
	for (int i = 0; i < 2; i++) {
		lab_udp(&lab, &target, 3, 50000, 33434, 4);
		lab_expect_quote(&lab, &three);
		assert_int_equal(word(lab.quoted_upper), 50000);
	}
	lab_close(&lab);
}

/* It speaks of what it has made of the packet, and translates its own words as anybody's. */
static void a_translator_before_the_ttl_quotes_as_it_got_it(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 snat=masquerade ports=1234 from=r1 before-ttl\n");
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), three = sn_net_hop_addr(3, families[f]);
		lab_udp(&lab, &target, 2, 50000, 33434, 21);
		assert_true(lab_next(&lab));
		assert_true(sonde_addr_equal(&lab.ip.dst, &lab.sent_ip.src));
		assert_memory_equal(lab.upper + 8 + lab.sent_ip.header_bytes, lab.sent + lab.sent_ip.header_bytes, 29);
		lab_udp(&lab, &target, 3, 50000, 33434, 21);
		lab_expect_quote(&lab, &three);
		expect_quoted_as_sent(&lab, 1);
	}
	lab_close(&lab);
}

static void two_flows_never_share_a_port(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 snat=masquerade ports=1000-1002 from=r1 nat-quote=none\n");
	struct sonde_addr target = sn_net_hop_addr(HOPS, 4), three = sn_net_hop_addr(3, 4);
	unsigned seen = 0;
	for (uint16_t sport = 50000; sport < 50003; sport++) {
		lab_udp(&lab, &target, 3, sport, 33434, 4);
		lab_expect_quote(&lab, &three);
		assert_in_range(word(lab.quoted_upper), 1000, 1002);
		seen |= 1u << (word(lab.quoted_upper) - 1000);
	}
	assert_int_equal(seen, 7);
	/* None is left: it stays as it is. */
	lab_udp(&lab, &target, 3, 50003, 33434, 4);
	lab_expect_quote(&lab, &three);
	assert_int_equal(word(lab.quoted_upper), 50003);
	lab_close(&lab);
}

/* A published address that nobody has, and what answers in its name. */
static void a_destination_is_translated(void **state)
{
	(void)state;
	static const char *const published[] = {"203.0.113.9", "2001:db8:ffff::9"};
	for (size_t f = 0; f < 2; f++) {
		struct lab lab;
		struct sonde_addr target = sn_net_hop_addr(HOPS, families[f]), asked = lab_addr(published[f]);
		struct sonde_addr one = sn_net_hop_addr(1, families[f]), inner = sn_net_hop_addr(4, families[f]);
		char text[SONDE_ADDR_TEXT], more[256];
		snprintf(more, sizeof more,
		         "route r1 %s via r2\nrewrite r2 dnat=%s ports=443 dst=%s before-ttl proto=tcp\n"
		         "rewrite r2 dnat=%s dst=%s before-ttl\n",
		         published[f], sonde_addr_text(&target, text), published[f], text, published[f]);
		open_with(&lab, more);
		lab_tcp(&lab, &asked, 64, &(struct lab_segment){.sport = 40000, .dport = 8443, .flags = SN_TCP_SYN, .seq = 900});
		assert_true(lab_next(&lab));
		assert_int_equal(lab.tcp.flags, SN_TCP_SYN | SN_TCP_ACK);
		assert_int_equal(lab.tcp.sport, 8443);
		assert_true(sonde_addr_equal(&lab.ip.src, &asked));
		lab_echo(&lab, &asked, 64, 3, 4);
		assert_true(lab_next(&lab));
		assert_true(sonde_addr_equal(&lab.ip.src, &asked));
		lab_echo(&lab, &asked, 1, 3, 4);
		lab_expect_quote(&lab, &one);
		/* Behind the translator all speak in the name that was asked, as with Linux. */
		for (uint8_t ttl = 3; ttl < HOPS; ttl++) {
			lab_udp(&lab, &asked, ttl, 50000, 33434, 4);
			lab_expect_quote(&lab, &asked);
			expect_quoted_as_sent(&lab, 1);
		}
		/* Who is asked by its real address is not concerned. */
		lab_udp(&lab, &target, 4, 50001, 33434, 4);
		lab_expect_quote(&lab, &inner);
		lab_close(&lab);
	}
}

static void sequence_numbers_are_moved_and_moved_back(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "rewrite r2 seq=random from=r1 nat-quote=none\n");
	struct sonde_addr target = sn_net_hop_addr(HOPS, 4), three = sn_net_hop_addr(3, 4);
	struct lab_segment syn = {.sport = 40000, .dport = 443, .flags = SN_TCP_SYN, .seq = 900};
	lab_tcp(&lab, &target, 3, &syn);
	lab_expect_quote(&lab, &three);
	assert_memory_not_equal(lab.quoted_upper + 4, lab.sent + 24, 4);
	lab_tcp(&lab, &target, 64, &syn);
	assert_true(lab_next(&lab));
	assert_int_equal(lab.tcp.ack, 901);
	/* A RST that fits ends the endpoint: its number was moved as well. */
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 40000, .dport = 443, .flags = SN_TCP_RST, .seq = 901});
	lab_expect_silence(&lab);
	lab_close(&lab);
}

/* Errors that quote nothing known reach nobody. */
static void strangers_find_no_way_in(void **state)
{
	(void)state;
	struct lab lab;
	/* r3 leaves in the quotes what it made of the packets: r2 knows no such flow. */
	open_with(&lab, "rewrite r2 snat=masquerade from=r1\nrewrite r3 snat=masquerade from=r2 nat-quote=none\n");
	struct sonde_addr target = sn_net_hop_addr(HOPS, 4), three = sn_net_hop_addr(3, 4);
	lab_udp(&lab, &target, 3, 50000, 33434, 4);
	lab_expect_quote(&lab, &three);
	lab_udp(&lab, &target, 4, 50000, 33434, 4);
	lab_expect_silence(&lab);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_back_through_a_masquerade),
		cmocka_unit_test(a_good_translator_mends_every_quote),
		cmocka_unit_test(bad_translators_show_themselves_in_quotes),
		cmocka_unit_test(short_quotes_are_mended_as_far_as_they_go),
		cmocka_unit_test(ports_of_udp_lite_are_translated),
		cmocka_unit_test(ports_are_kept_where_they_are_free),
		cmocka_unit_test(a_translator_before_the_ttl_quotes_as_it_got_it),
		cmocka_unit_test(two_flows_never_share_a_port),
		cmocka_unit_test(a_destination_is_translated),
		cmocka_unit_test(sequence_numbers_are_moved_and_moved_back),
		cmocka_unit_test(strangers_find_no_way_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
