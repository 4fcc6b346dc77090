/* SPDX-License-Identifier: MIT */
/* Paths of routers: who answers at which TTL, from which address, when, with which quote; hosts; reproducibility; speed. */
#include "lab.h"

#include "base/rng.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const uint8_t families[] = {4, 6};

static void each_ttl_has_its_address_and_its_time(void **state)
{
	(void)state;
	const sonde_ns delays[] = {SONDE_MS, 5 * SONDE_MS, 200 * SONDE_US, 10 * SONDE_MS, SONDE_MS};
	struct sn_net_chain chain = {.hops = 5, .link_delay_ns = delays};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr target = sn_net_hop_addr(5, families[f]);
		for (unsigned ttl = 1; ttl < 5; ttl++) {
			struct sonde_addr from = sn_net_hop_addr(ttl, families[f]);
			sonde_at_ns sent_at_ns = lab.now_at_ns;
			assert_int_equal(lab_udp(&lab, &target, (uint8_t)ttl, 50000, 33434, 8), 0);
			lab_expect_error(&lab, &from, families[f] == 4 ? 11 : 3, 0);
			assert_int_equal(lab.at_ns - sent_at_ns, sn_net_rtt_ns(&chain, ttl));
			/* 64 when it left, one less for each router between. */
			assert_int_equal(lab.ip.ttl, 64 - (ttl - 1));
		}
		assert_int_equal(lab_udp(&lab, &target, 5, 50000, 33434, 8), 0);
		lab_expect_error(&lab, &target, families[f] == 4 ? 3 : 1, families[f] == 4 ? 3 : 4);
		assert_int_equal(lab_echo(&lab, &target, 5, 7, 9), 0);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.upper[0], families[f] == 4 ? 0 : 129);
		assert_true(sonde_addr_equal(&lab.ip.src, &target));
	}
	lab_close(&lab);
}

static void the_quote_is_as_long_as_asked(void **state)
{
	(void)state;
	static const struct {
		const char *attribute;
		size_t bytes4, bytes6;
	} cases[] = {{"quote=8", 28, 48}, {"quote=28", 48, 68}, {"quote=linux", 548, 1232}, {"quote=full", 1300, 1320}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sn_net_chain chain = {.hops = 3, .routers = cases[i].attribute};
		struct lab lab;
		lab_open_chain(&lab, &chain);
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr target = sn_net_hop_addr(3, families[f]), from = sn_net_hop_addr(2, families[f]);
			assert_int_equal(lab_udp(&lab, &target, 2, 50000, 33434, 1300 - 28), 0);
			lab_expect_error(&lab, &from, families[f] == 4 ? 11 : 3, 0);
			assert_int_equal(lab.upper_bytes - 8, families[f] == 4 ? cases[i].bytes4 : cases[i].bytes6);
			/* It is quoted as it arrived: TTL 1, the IPv4 header checksum right. */
			struct sn_ip quoted;
			assert_true(sn_ip_parse(lab.upper + 8, lab.upper_bytes - 8, &quoted));
			assert_int_equal(quoted.ttl, 1);
			assert_false(quoted.odd & SN_ODD_HEADER_CHECKSUM);
		}
		lab_close(&lab);
	}
}

static void where_answers_come_from(void **state)
{
	(void)state;
	/* a is reached by the left link; its way back is the right one. */
	static const char text[] = "observer me\nrouter r0 a %s\nhost web\n"
	                           "link me r0 10.0.0.2/24 10.0.0.1/24 2001:db8::2/64 2001:db8::1/64\n"
	                           "link r0 a 10.1.0.1/24 10.1.0.2/24 2001:db8:1::1/64 2001:db8:1::2/64\n"
	                           "link r0 a 10.2.0.1/24 10.2.0.2/24 2001:db8:2::1/64 2001:db8:2::2/64\n"
	                           "link a web 192.0.2.1/24 192.0.2.2/24 2001:db8:3::1/64 2001:db8:3::2/64\n"
	                           "address a 203.0.113.1 2001:db8:ff::1\n"
	                           "route a 10.0.0.0/24 via 10.2.0.1\nroute a 2001:db8::/64 via 10.2.0.1\n";
	static const struct {
		const char *attribute, *from4, *from6;
	} cases[] = {
		{"", "10.2.0.2", "2001:db8:1::2"},
		{"answer-from=in", "10.1.0.2", "2001:db8:1::2"},
		{"answer-from=back", "10.2.0.2", "2001:db8:2::2"},
		{"answer-from=own", "203.0.113.1", "2001:db8:ff::1"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char network[2 * sizeof text];
		struct lab lab;
		snprintf(network, sizeof network, text, cases[i].attribute);
		lab_open(&lab, network, 1);
		struct sonde_addr from4 = lab_addr(cases[i].from4), from6 = lab_addr(cases[i].from6);
		struct sonde_addr web4 = lab_addr("192.0.2.2"), web6 = lab_addr("2001:db8:3::2");
		assert_int_equal(lab_echo(&lab, &web4, 2, 1, 1), 0);
		lab_expect_error(&lab, &from4, 11, 0);
		assert_int_equal(lab_echo(&lab, &web6, 2, 1, 1), 0);
		lab_expect_error(&lab, &from6, 3, 0);
		lab_close(&lab);
	}
}

static void services_answer_and_other_open_ports_are_silent(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .target = "udp-open=53,123,9000 udp-filtered=161"};
	static const uint8_t query[] = {0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
	uint8_t ntp[48] = {0x23, [40] = 1, 2, 3, 4, 5, 6, 7, 8};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	for (size_t f = 0; f < 2; f++) {
		struct sonde_addr target = sn_net_hop_addr(2, families[f]);
		assert_int_equal(lab_udp_with(&lab, &target, 64, 53, query, sizeof query), 0);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.upper_bytes, 8 + sizeof query);
		assert_memory_equal(lab.upper + 8, "\xab\xcd\x81\x80\0\1\0\0\0\0\0\0", 12);
		assert_memory_equal(lab.upper + 20, query + 12, sizeof query - 12);
		assert_int_equal(lab_udp_with(&lab, &target, 64, 123, ntp, sizeof ntp), 0);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.upper_bytes, 8 + 48);
		assert_int_equal(lab.upper[8], 0x24);
		assert_memory_equal(lab.upper + 8 + 24, ntp + 40, 8);
		lab_udp(&lab, &target, 64, 50000, 9000, 4);
		lab_udp(&lab, &target, 64, 50000, 161, 4);
		lab_udp(&lab, &target, 64, 50000, 53, 4);
		lab_expect_silence(&lab);
		lab_udp(&lab, &target, 64, 50000, 54, 4);
		lab_expect_error(&lab, &target, families[f] == 4 ? 3 : 1, families[f] == 4 ? 3 : 4);
	}
	lab_close(&lab);
}

static void names_and_addresses_are_known(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .more = "name 10.1.0.1 gw.example.net\nname 2001:db8:1::1 gw.example.net\n"};
	struct sonde_addr addr = {0};
	uint32_t mtu_bytes = 0;
	struct lab lab;
	lab_open_chain(&lab, &chain);
	assert_true(sn_sim_lookup(lab.sim, "gw.example.net", 6, 0, &addr));
	assert_int_equal(addr.family, 6);
	assert_false(sn_sim_lookup(lab.sim, "gw.example.net", 6, 1, &addr));
	assert_true(sn_sim_lookup(lab.sim, "gw.example.net", 0, 1, &addr));
	assert_int_equal(addr.family, 6);
	assert_false(sn_sim_lookup(lab.sim, "gw.example.net", 0, 2, &addr));
	assert_true(sn_sim_lookup(lab.sim, "target", 0, 1, &addr));
	assert_int_equal(addr.family, 6);
	assert_false(sn_sim_lookup(lab.sim, "target", 0, 2, &addr));
	assert_true(sn_sim_lookup(lab.sim, "target", 0, 0, &addr));
	struct sonde_addr target = sn_net_hop_addr(2, 4), me = sn_net_hop_addr(0, 4), gw = sn_net_hop_addr(1, 4);
	assert_true(sonde_addr_equal(&addr, &target));
	assert_false(sn_sim_lookup(lab.sim, "nobody", 0, 0, &addr));
	assert_string_equal(sn_sim_name_of(lab.sim, &gw), "gw.example.net");
	assert_null(sn_sim_name_of(lab.sim, &target));
	assert_true(sn_sim_source(lab.sim, &target, &addr, &mtu_bytes));
	assert_true(sonde_addr_equal(&addr, &me));
	assert_int_equal(mtu_bytes, 1500);
	lab_close(&lab);
}

/* All bytes and instants of a noisy run, as one number. */
static uint64_t fingerprint(uint64_t seed)
{
	struct sn_net_chain chain = {.hops = 6, .links = "jitter=3ms loss=10% duplicate=10% reorder=10%", .target = "tcp-open=443"};
	struct sn_buf text = {0};
	struct lab lab;
	sn_net_chain_text(&chain, &text);
	lab_open(&lab, sn_buf_text(&text), seed);
	sn_buf_finish(&text);
	struct sonde_addr target = sn_net_hop_addr(6, 4);
	uint64_t hash = 14695981039346656037u;
	for (unsigned i = 0; i < 200; i++) {
		lab_echo(&lab, &target, (uint8_t)(1 + i % 7), 1, (uint16_t)i);
		lab_tcp(&lab, &target, 64,
		        &(struct lab_segment){.sport = (uint16_t)(40000 + i), .dport = 443, .flags = SN_TCP_SYN, .seq = i});
	}
	while (lab_next(&lab)) {
		hash = (hash ^ (uint64_t)lab.at_ns) * 1099511628211u;
		for (size_t i = 0; i < lab.length_bytes; i++)
			hash = (hash ^ lab.bytes[i]) * 1099511628211u;
	}
	lab_close(&lab);
	return hash;
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
	(void)state;
	assert_int_equal(fingerprint(7), fingerprint(7));
	assert_int_not_equal(fingerprint(7), fingerprint(8));
}

/* The instants at which the first router answers, as one number, whatever is wrong with the link behind it. */
static uint64_t answers_of_the_first(const char *second_link)
{
	struct sn_buf text = {0};
	struct lab lab;
	sn_buf_printf(&text, "observer me\nrouter r1\nhost h\nlink me r1 10.0.0.1/24 10.0.0.2/24 jitter=9ms,0\n"
	                     "link r1 h 10.0.1.1/24 10.0.1.2/24 %s\n", second_link);
	lab_open(&lab, sn_buf_text(&text), 5);
	sn_buf_finish(&text);
	struct sonde_addr target = lab_addr("10.0.1.2"), first = lab_addr("10.0.0.2");
	uint64_t hash = 14695981039346656037u;
	for (unsigned i = 0; i < 200; i++) {
		lab.now_at_ns = i * SONDE_S;
		lab_echo(&lab, &target, 64, 1, (uint16_t)i);
		lab_echo(&lab, &target, 1, 1, (uint16_t)i);
		while (lab_next_by(&lab, (i + 1) * SONDE_S - 1))
			if (sonde_addr_equal(&lab.ip.src, &first))
				hash = (hash ^ (uint64_t)lab.at_ns) * 1099511628211u;
	}
	lab_close(&lab);
	return hash;
}

/* Each way of a link has a generator of its own: a fault added to one leaves what the others draw as it was. */
static void a_fault_of_one_link_leaves_the_others_as_they_were(void **state)
{
	(void)state;
	uint64_t good = answers_of_the_first("delay=20ms");
	assert_int_equal(answers_of_the_first("delay=20ms loss=50%,0"), good);
	assert_int_equal(answers_of_the_first("delay=20ms loss=0xf0,0"), good);
	assert_int_equal(answers_of_the_first("delay=20ms jitter=30ms,0 reorder=50%"), good);
}

/* Whatever bytes the observer sends: they are refused or travel, and what comes back is well-formed (lab_next looks). */
static void mutated_packets_do_no_harm(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 4, .target = "tcp-open=all udp-open=53,123", .more = "filter r2 reject=tcp-reset dport=22\n"};
	struct lab lab;
	struct sn_rng rng;
	lab_open_chain(&lab, &chain);
	sn_rng_init(&rng, 1, 0);
	struct sonde_addr me4 = sn_net_hop_addr(0, 4), to4 = sn_net_hop_addr(4, 4), me6 = sn_net_hop_addr(0, 6),
	                  to6 = sn_net_hop_addr(4, 6);
	static const uint8_t protocols[] = {SN_PROTO_ICMP, SN_PROTO_TCP, SN_PROTO_UDP, SN_PROTO_ICMP6, SN_PROTO_ESP};
	unsigned answers = 0;
	for (int i = 0; i < 20000; i++) {
		uint8_t bytes[120];
		bool is6 = i % 2;
		struct sn_ip ip = {.version = is6 ? 6 : 4, .ttl = (uint8_t)(1 + sn_rng_below(&rng, 6)), .src = is6 ? me6 : me4};
		ip.dst = is6 ? to6 : to4;
		ip.protocol = protocols[sn_rng_below(&rng, sizeof protocols)];
		ip.total_bytes = (uint32_t)(40 + sn_rng_below(&rng, 80));
		for (size_t at = 0; at < sizeof bytes; at++)
			bytes[at] = (uint8_t)sn_rng_next(&rng);
		struct sn_writer w;
		sn_writer_init(&w, bytes, sizeof bytes);
		sn_ip_write(&w, &ip);
		if (i % 3)
			sn_write_u16(&w, (uint16_t)sn_rng_below(&rng, 256));
		for (int n = i % 5; n > 2; n--)
			bytes[sn_rng_below(&rng, 44)] = (uint8_t)sn_rng_next(&rng);
		int result = sn_sim_inject(lab.sim, bytes, ip.total_bytes, lab.now_at_ns);
		assert_true(result == 0 || result == SONDE_E_FORMAT || result == SONDE_E_ROUTE);
		while (lab_next_by(&lab, lab.now_at_ns + 10 * SONDE_MS))
			answers++;
	}
	assert_true(answers > 5000);
	lab_close(&lab);
}

static void fast_enough_for_thousands_of_scenarios(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 30};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(30, 6);
	struct timespec begin, end;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (unsigned i = 0; i < 2000; i++) {
		lab_echo(&lab, &target, 64, 1, (uint16_t)i);
		assert_true(lab_next(&lab));
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	struct sn_sim_counts counts;
	sn_sim_counts(lab.sim, &counts);
	assert_int_equal(counts.forwarded, 2000 * 2 * 29);
	double used_s = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	print_message("%.0f packet-hops per second of CPU\n", (double)counts.forwarded / used_s);
	/* Sanitizers make everything slower by an order of magnitude; the aim holds for the code itself. */
#if !defined(__SANITIZE_ADDRESS__)
	assert_true((double)counts.forwarded / used_s > 200000);
#endif
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ttl_has_its_address_and_its_time),
		cmocka_unit_test(the_quote_is_as_long_as_asked),
		cmocka_unit_test(where_answers_come_from),
		cmocka_unit_test(services_answer_and_other_open_ports_are_silent),
		cmocka_unit_test(names_and_addresses_are_known),
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(a_fault_of_one_link_leaves_the_others_as_they_were),
		cmocka_unit_test(mutated_packets_do_no_harm),
		cmocka_unit_test(fast_enough_for_thousands_of_scenarios),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
