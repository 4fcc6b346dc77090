/* SPDX-License-Identifier: MIT */
/* Answers in another's name, and answers that quote what was never sent. */
#include "lab.h"

#include <stdio.h>

/* The stack of a router on the way answers what it intercepts, as the target; what no filter names goes on. */
static void who_intercepts_answers_in_the_targets_name(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 4, .routers = "tcp-open=80", .more = "filter r2 intercept proto=tcp dport=80"};
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct lab lab;
		struct sonde_addr target = sn_net_hop_addr(4, family);
		lab_open_chain(&lab, &chain);
		struct lab_segment segment = {.sport = 40000, .dport = 80, .flags = 2, .seq = 7};
		assert_int_equal(lab_tcp(&lab, &target, 64, &segment), 0);
		assert_true(lab_next(&lab));
		assert_true(sonde_addr_equal(&lab.ip.src, &target));
		assert_int_equal(lab.tcp.flags, 0x12);
		assert_int_equal(lab.ip.ttl, 63);
		segment.dport = 81;
		assert_int_equal(lab_tcp(&lab, &target, 64, &segment), 0);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.tcp.flags & 4, 4);
		assert_int_equal(lab.ip.ttl, 61);
		lab_close(&lab);
	}
}

static void who_answers_as_another_has_its_address_on_errors(void **state)
{
	(void)state;
	struct sn_net_chain chain = {.hops = 4, .more = "router r2 answer-as=203.0.113.9\nrouter r3 answer-as=2001:db8:ff::9"};
	struct sonde_addr r2 = lab_addr("203.0.113.9"), r3 = lab_addr("2001:db8:ff::9"), own;
	struct sonde_addr target4 = sn_net_hop_addr(4, 4), target6 = sn_net_hop_addr(4, 6);
	struct lab lab;
	lab_open_chain(&lab, &chain);
	assert_int_equal(lab_echo(&lab, &target4, 2, 1, 1), 0);
	lab_expect_error(&lab, &r2, 11, 0);
	assert_int_equal(lab_echo(&lab, &target6, 3, 1, 1), 0);
	lab_expect_error(&lab, &r3, 3, 0);
	/* of the other family it has its own */
	own = sn_net_hop_addr(2, 6);
	assert_int_equal(lab_echo(&lab, &target6, 2, 1, 1), 0);
	lab_expect_error(&lab, &own, 3, 0);
	lab_close(&lab);
}

/* The flow is still seen, the probe is not. */
static void a_garbled_quote_keeps_the_ports(void **state)
{
	(void)state;
	enum { QUOTE_AT = 8, PORTS = 4, KEPT = 6, SENT_BYTES = 20 + 8 + 12 };
	struct sn_net_chain chain = {.hops = 4, .more = "router r2 garble=100%"};
	struct sonde_addr target = sn_net_hop_addr(4, 4);
	struct lab lab;
	lab_open_chain(&lab, &chain);
	assert_int_equal(lab_udp(&lab, &target, 2, 40000, 33434, 12), 0);
	assert_true(lab_next(&lab));
	const uint8_t *quote = lab.upper + QUOTE_AT, *upper = quote + 20;
	assert_true(lab.upper_bytes >= QUOTE_AT + SENT_BYTES);
	assert_int_equal(upper[0] << 8 | upper[1], 40000);
	assert_int_equal(upper[2] << 8 | upper[3], 33434);
	assert_int_equal(upper[PORTS] << 8 | upper[PORTS + 1], 8 + 12);
	/* what the lab sends as payload is zeros */
	for (size_t i = KEPT + 2; i < 8 + 12; i++)
		assert_int_not_equal(upper[i], 0);
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_intercepts_answers_in_the_targets_name),
	    cmocka_unit_test(who_answers_as_another_has_its_address_on_errors),
	    cmocka_unit_test(a_garbled_quote_keeps_the_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
