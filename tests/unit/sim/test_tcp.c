/* SPDX-License-Identifier: MIT */
/* TCP endpoints as Linux keeps them: what each segment gets in LISTEN, SYN-RECEIVED and when it is closed. */
#include "lab.h"

#define SYN(port, number) (&(struct lab_segment){.sport = (port), .dport = 443, .flags = SN_TCP_SYN, .seq = (number)})

/* The observer's own kernel would end what the tests look at. */
static void open_quiet(struct lab *lab, const char *target)
{
	struct sn_net_chain chain = {.hops = 2, .observer = "kernel=off", .target = target};
	lab_open_chain(lab, &chain);
}

static void expect(struct lab *lab, uint8_t flags, uint32_t ack)
{
	assert_true(lab_next_by(lab, lab->now_at_ns + 10 * SONDE_MS));
	assert_int_equal(lab->ip.protocol, SN_PROTO_TCP);
	assert_int_equal(lab->tcp.flags, flags);
	assert_int_equal(lab->tcp.ack, ack);
}

static void expect_nothing_soon(struct lab *lab)
{
	assert_false(lab_next_by(lab, lab->now_at_ns + 10 * SONDE_MS));
}

static void an_open_port_answers_a_syn(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sonde_addr target = sn_net_hop_addr(2, family);
		lab_tcp(&lab, &target, 64, SYN(50000, 1000));
		expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
		assert_int_equal(lab.tcp.sport, 443);
		assert_int_equal(lab.tcp.dport, 50000);
		assert_true(lab.tcp.has_mss);
		assert_int_equal(lab.tcp.mss, family == 4 ? 1460 : 1440);
		assert_true(lab.ip.version == 6 || lab.ip.df);
	}
	lab_close(&lab);
}

static void closed_and_filtered_ports(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-filtered=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	lab_expect_silence(&lab);
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 5, .dport = 80, .flags = SN_TCP_SYN, .seq = 9});
	expect(&lab, SN_TCP_RST | SN_TCP_ACK, 10);
	assert_int_equal(lab.tcp.seq, 0);
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 5, .dport = 80, .flags = SN_TCP_ACK, .seq = 9, .ack = 4711});
	expect(&lab, SN_TCP_RST, 0);
	assert_int_equal(lab.tcp.seq, 4711);
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 5, .dport = 80, .flags = SN_TCP_RST, .seq = 9});
	lab_expect_silence(&lab);
	lab_close(&lab);
}

/* RFC 9293 section 3.10.7.2: in LISTEN an ACK is reset with its own number, a FIN without one is dropped; 3.10.7.1: a closed port resets
 * both, and acknowledges the FIN and what it carries. */
static void segments_of_no_connection(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	for (uint8_t more = 0; more <= SN_TCP_FIN; more++)
		for (uint16_t dport = 443; dport <= 444; dport++) {
			struct lab_segment ack = {.sport = 50000, .dport = dport, .flags = SN_TCP_ACK | more, .seq = 1000, .ack = 4711};
			lab_tcp(&lab, &target, 64, &ack);
			expect(&lab, SN_TCP_RST, 0);
			assert_int_equal(lab.tcp.seq, 4711);
			expect_nothing_soon(&lab);
		}
	struct lab_segment fin = {.sport = 50000, .dport = 443, .flags = SN_TCP_FIN, .seq = 1000, .data_bytes = 8};
	lab_tcp(&lab, &target, 64, &fin);
	expect_nothing_soon(&lab);
	fin.dport = 444;
	lab_tcp(&lab, &target, 64, &fin);
	expect(&lab, SN_TCP_RST | SN_TCP_ACK, 1009);
	assert_int_equal(lab.tcp.seq, 0);
	lab_close(&lab);
}

static void a_second_syn_gets_a_bare_ack_twice_a_second_at_most(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	uint32_t iss = lab.tcp.seq;
	/* Other sequence numbers, before and behind the window. */
	sonde_at_ns first_at_ns = lab.now_at_ns;
	lab_tcp(&lab, &target, 64, SYN(50000, 900000));
	expect(&lab, SN_TCP_ACK, 1001);
	assert_int_equal(lab.tcp.seq, iss + 1);
	lab_tcp(&lab, &target, 64, SYN(50000, 999));
	expect_nothing_soon(&lab);
	lab.now_at_ns = first_at_ns + 500 * SONDE_MS - 1;
	lab_tcp(&lab, &target, 64, SYN(50000, 4000000000));
	expect_nothing_soon(&lab);
	lab.now_at_ns = first_at_ns + 500 * SONDE_MS;
	lab_tcp(&lab, &target, 64, SYN(50000, 4000000000));
	expect(&lab, SN_TCP_ACK, 1001);
	/* The first SYN again gets the SYN-ACK again, under the same limit; another port is another endpoint. */
	lab.now_at_ns = first_at_ns + 1000 * SONDE_MS - 20 * SONDE_MS;
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect_nothing_soon(&lab);
	lab_tcp(&lab, &target, 64, SYN(50001, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	assert_int_equal(lab.tcp.dport, 50001);
	lab_close(&lab);
}

static void a_syn_inside_the_window_ends_the_endpoint(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	lab_tcp(&lab, &target, 64, SYN(50000, 2000));
	expect(&lab, SN_TCP_RST | SN_TCP_ACK, 2001);
	lab_tcp(&lab, &target, 64, SYN(50000, 3000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 3001);
	lab_close(&lab);
}

/* RFC 7323 section 5.3, as Linux's tcp_check_req: wherever its number is, it is a segment of long ago. */
static void a_syn_stamped_earlier_gets_a_bare_ack(void **state)
{
	(void)state;
	static const uint32_t numbers[] = {1000, 2000, 900000};
	for (size_t i = 0; i < 3; i++) {
		struct lab lab;
		open_quiet(&lab, "tcp-open=443");
		struct sonde_addr target = sn_net_hop_addr(2, 4);
		struct lab_segment syn = {.sport = 50000, .dport = 443, .flags = SN_TCP_SYN, .seq = 1000, .stamp = 5};
		lab_tcp(&lab, &target, 64, &syn);
		expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
		assert_int_equal(lab.tcp.ts_echo, 5);
		syn.seq = numbers[i];
		syn.stamp = UINT32_MAX;  /* stamps go round */
		lab_tcp(&lab, &target, 64, &syn);
		expect(&lab, SN_TCP_ACK, 1001);
		assert_int_equal(lab.tcp.ts_echo, 5);
		lab_close(&lab);
	}
}

/* RFC 9293 section 3.10.7.1: a reset acknowledges all that the segment took of the sequence space; a SYN-ACK of Linux the SYN alone. */
static void data_of_a_syn(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 6);
	struct lab_segment syn = {.sport = 50000, .dport = 80, .flags = SN_TCP_SYN, .seq = 1000, .data_bytes = 140};
	lab_tcp(&lab, &target, 64, &syn);
	expect(&lab, SN_TCP_RST | SN_TCP_ACK, 1141);
	syn.dport = 443;
	lab_tcp(&lab, &target, 64, &syn);
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	lab_close(&lab);
}

static void a_fitting_reset_ends_the_endpoint(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 6);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	/* Outside the window a RST is nothing at all. */
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 50000, .dport = 443, .flags = SN_TCP_RST, .seq = 1000});
	lab_tcp(&lab, &target, 64, SYN(50000, 900000));
	expect(&lab, SN_TCP_ACK, 1001);
	lab_tcp(&lab, &target, 64, &(struct lab_segment){.sport = 50000, .dport = 443, .flags = SN_TCP_RST, .seq = 1001});
	lab_tcp(&lab, &target, 64, SYN(50000, 900000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 900001);
	lab_close(&lab);
}

static void syn_acks_come_again_until_given_up(void **state)
{
	(void)state;
	static const int at_s[] = {0, 1, 3, 7, 15, 31};
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	for (size_t i = 0; i < sizeof at_s / sizeof *at_s; i++) {
		assert_true(lab_next(&lab));
		assert_int_equal(lab.at_ns, at_s[i] * SONDE_S + 4 * SONDE_MS);
		assert_int_equal(lab.tcp.flags, SN_TCP_SYN | SN_TCP_ACK);
	}
	lab_expect_silence(&lab);
	/* 63 s after the SYN the endpoint is gone. */
	assert_int_equal(lab.now_at_ns, 63 * SONDE_S + 2 * SONDE_MS);
	lab_tcp(&lab, &target, 64, SYN(50000, 5));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 6);
	lab_close(&lab);
}

static void the_observers_kernel_resets_what_it_did_not_ask_for(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 2, .observer = "rst-delay=300ms", .target = "tcp-open=443"};
	struct lab lab;
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	/* Before its RST arrives, the flow gets bare ACKs; afterwards a SYN-ACK of its own, and none comes again. */
	lab.now_at_ns = 100 * SONDE_MS;
	lab_tcp(&lab, &target, 64, SYN(50000, 900000));
	expect(&lab, SN_TCP_ACK, 1001);
	lab.now_at_ns = 310 * SONDE_MS;
	lab_tcp(&lab, &target, 64, SYN(50000, 900000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 900001);
	lab_expect_silence(&lab);
	lab_close(&lab);
}

static void a_real_connection_ends_well(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=443");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	struct lab_segment segment = {.sport = 50000, .dport = 443, .flags = SN_TCP_ACK, .seq = 1001};
	lab_tcp(&lab, &target, 64, SYN(50000, 1000));
	expect(&lab, SN_TCP_SYN | SN_TCP_ACK, 1001);
	segment.ack = lab.tcp.seq + 1;
	lab_tcp(&lab, &target, 64, &segment);
	expect_nothing_soon(&lab);
	segment.flags = SN_TCP_ACK | SN_TCP_FIN;
	lab_tcp(&lab, &target, 64, &segment);
	expect(&lab, SN_TCP_ACK | SN_TCP_FIN, 1002);
	segment = (struct lab_segment){.sport = 50000, .dport = 443, .flags = SN_TCP_ACK, .seq = 1002, .ack = segment.ack + 1};
	lab_tcp(&lab, &target, 64, &segment);
	expect_nothing_soon(&lab);
	/* Gone: the same ACK now is nobody's. */
	lab_tcp(&lab, &target, 64, &segment);
	expect(&lab, SN_TCP_RST, 0);
	lab_close(&lab);
}

static void memory_stays_bounded_under_a_flood(void **state)
{
	(void)state;
	struct lab lab;
	open_quiet(&lab, "tcp-open=all");
	struct sonde_addr target = sn_net_hop_addr(2, 4);
	unsigned answers = 0;
	for (unsigned i = 0; i < 70000; i++) {
		struct lab_segment segment = {.sport = (uint16_t)i, .dport = (uint16_t)(1 + i / 65536), .flags = SN_TCP_SYN, .seq = i};
		lab_tcp(&lab, &target, 64, &segment);
	}
	while (lab_next_by(&lab, 10 * SONDE_MS))
		answers++;
	assert_int_equal(answers, 65536);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_port_answers_a_syn),
		cmocka_unit_test(closed_and_filtered_ports),
		cmocka_unit_test(segments_of_no_connection),
		cmocka_unit_test(a_second_syn_gets_a_bare_ack_twice_a_second_at_most),
		cmocka_unit_test(a_syn_inside_the_window_ends_the_endpoint),
		cmocka_unit_test(a_syn_stamped_earlier_gets_a_bare_ack),
		cmocka_unit_test(data_of_a_syn),
		cmocka_unit_test(a_fitting_reset_ends_the_endpoint),
		cmocka_unit_test(syn_acks_come_again_until_given_up),
		cmocka_unit_test(the_observers_kernel_resets_what_it_did_not_ask_for),
		cmocka_unit_test(a_real_connection_ends_well),
		cmocka_unit_test(memory_stays_bounded_under_a_flood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
