/* SPDX-License-Identifier: MIT */
/* Asks over the simulated internet: bursts that show a limiter, side by side with and without the pacer, and what reaches. */
#include "net.h"
#include "scenario.h"
#include "test.h"

static struct scenario s;

static void run_chain(const struct sn_net_chain *chain)
{
	struct sn_buf text = {0};
	sn_net_chain_text(chain, &text);
	assert_false(text.bad);
	s.net = sn_buf_text(&text);
	scenario_run(&s);
	sn_buf_finish(&text);
}

static void ask(const char *method, uint8_t family, uint8_t ttl, uint8_t count)
{
	scenario_init(&s);
	s.method = method;
	s.family = family;
	s.cfg.plan = SONDE_PLAN_ASK;
	s.cfg.ask_ttls[0] = ttl;
	s.cfg.ask_ttl_count = 1;
	s.cfg.ask_count = count;
}

/* Two rates tell a limiter's burst and its rate: 20 at once get the burst; at two a second half of those behind the burst are answered. */
static void bursts_show_a_limiter(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
	const struct sn_net_chain chain = {.hops = 4, .routers = "icmp-rate=1/s icmp-burst=6"};
	for (size_t m = 0; m < 4; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			ask(methods[m], family, 2, 20);
			s.cfg.unpaced = true;
			run_chain(&chain);
			const struct scenario_trace *t = &s.traces[0];
			assert_int_equal(t->sent[2], 20);
			assert_int_equal(scenario_answers(t, 2), 6);
			assert_int_equal(t->timeouts[2], 14);
			assert_int_equal(t->crowded[2], 0);
			assert_int_equal(t->end.stop, SONDE_STOP_ASKED);
			assert_false(t->end.reached);
			assert_int_equal(t->end.last_answering_ttl, 2);
			assert_int_equal(t->end.probe_count, 20);
			assert_int_equal(t->stand_at_ns, 0);
			/* 19 gaps of 0.2 ms, and a second. */
			assert_int_equal(t->end_at_ns - t->started_at_ns, SONDE_S + 19 * 200 * SONDE_US);
			ask(methods[m], family, 2, 20);
			s.cfg.send_gap_ns = 500 * SONDE_MS;
			run_chain(&chain);
			/* 9.5 s: six of the burst and nine that were refilled. */
			assert_int_equal(scenario_answers(&s.traces[0], 2), 15);
		}
}

static void the_answers_are_those_of_a_trace(void **unused)
{
	(void)unused;
	const struct sn_net_chain chain = {.hops = 4};
	for (uint8_t family = 4; family <= 6; family += 2) {
		ask("udp", family, 3, 2);
		s.cfg.ask_ttls[1] = 9;
		s.cfg.ask_ttl_count = 2;
		run_chain(&chain);
		const struct scenario_trace *t = &s.traces[0];
		assert_int_equal(t->answer_count, 4);
		struct sonde_addr router = sn_net_hop_addr(3, family), target = sn_net_hop_addr(4, family);
		assert_true(sonde_addr_equal(&scenario_first(t, 3)->answer.from, &router));
		assert_true(sonde_addr_equal(&scenario_first(t, 9)->answer.from, &target));
		assert_int_equal(scenario_first(t, 9)->answer.meaning, SONDE_M_PORT_UNREACHABLE);
		assert_int_equal(scenario_first(t, 3)->answer.rtt_ns, sn_net_rtt_ns(&chain, 3));
		assert_true(t->end.reached);
		/* As soon as the last of them has come. */
		assert_int_equal(t->end_at_ns - t->started_at_ns, 3 * 200 * SONDE_US + sn_net_rtt_ns(&chain, 4));
	}
}

/* Two asks side by side of one router: paced they share what it commonly answers, unpaced each goes as if it were alone. */
static void the_pacer_is_asked_unless_a_burst_is_meant(void **unused)
{
	(void)unused;
	const struct sn_net_chain chain = {.hops = 4, .routers = "icmp-rate=1/s icmp-burst=6"};
	for (int unpaced = 0; unpaced <= 1; unpaced++) {
		ask("icmp", 4, 1, 4);
		s.targets[0] = s.targets[1] = "target";
		s.cfg.unpaced = unpaced;
		run_chain(&chain);
		unsigned answers = scenario_answers(&s.traces[0], 1) + scenario_answers(&s.traces[1], 1);
		unsigned lost = s.traces[0].timeouts[1] + s.traces[1].timeouts[1];
		unsigned crowded = s.traces[0].crowded[1] + s.traces[1].crowded[1];
		assert_int_equal(answers + lost, 8);
		assert_int_equal(lost - crowded, unpaced ? 2 : 0);
		if (unpaced)
			assert_int_equal(answers, 6);
		else
			assert_true(answers > 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bursts_show_a_limiter),
		cmocka_unit_test(the_answers_are_those_of_a_trace),
		cmocka_unit_test(the_pacer_is_asked_unless_a_burst_is_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
