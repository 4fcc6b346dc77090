/* SPDX-License-Identifier: MIT */
/* The ask: its order and spacing, each probe's own wait, its ends; what fails, comes late, is stamped later or held back. */
#include "test.h"

#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>

enum { SENT_MAX = SONDE_ASK_PROBES_MAX + 16, EXPIRED_MAX = 1024 };

/* A plan on a bench in virtual time; each step is recorded. */
struct bench {
	struct sonde_trace_cfg cfg;
	void *state;
	sonde_at_ns now;
	struct {
		uint8_t ttl, query;
		sonde_at_ns at_ns;
		bool held, paid;
	} sent[SENT_MAX];
	size_t sent_count;
	struct {
		uint8_t ttl, query;
		sonde_at_ns at_ns;
	} expired[EXPIRED_MAX];
	size_t expired_count;
	bool done;
	struct sonde_event_end end;
};

static struct bench b;
static const struct sonde_addr router = {.family = 4, .bytes = {10, 0, 0, 1}};

static void begin(const struct sonde_trace_cfg *cfg)
{
	free(b.state);
	b = (struct bench){.cfg = *cfg, .now = SONDE_S};
	assert_true(sn_plan_ask.takes(cfg));
	b.state = calloc(1, sn_plan_ask.state_bytes(cfg));
	assert_non_null(b.state);
	sn_plan_ask.init(b.state, &b.cfg, false, b.now);
}

static struct sonde_trace_cfg cfg_of(uint8_t ttl_count, uint8_t count)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.plan = SONDE_PLAN_ASK;
	cfg.ask_ttl_count = ttl_count;
	cfg.ask_count = count;
	for (uint8_t i = 0; i < ttl_count; i++)
		cfg.ask_ttls[i] = (uint8_t)(9 - i);
	return cfg;
}

/* All that is due now; the instant of the next step. */
static sonde_at_ns turn(void)
{
	struct sn_plan_step step;
	for (unsigned steps = 0;; steps++) {
		assert_true(steps < 4096);
		sn_plan_ask.next(b.state, b.now, &step);
		if (step.act == SN_PLAN_SEND) {
			assert_true(b.sent_count < SENT_MAX);
			b.sent[b.sent_count].ttl = step.ttl;
			b.sent[b.sent_count].query = step.query;
			b.sent[b.sent_count].held = step.held;
			b.sent[b.sent_count].paid = step.paid;
			b.sent[b.sent_count++].at_ns = b.now;
			assert_int_equal(step.flow, 0);
			sn_plan_ask.sent(b.state, &step, b.now);
		} else if (step.act == SN_PLAN_EXPIRE) {
			assert_true(b.expired_count < EXPIRED_MAX && step.query);
			b.expired[b.expired_count].ttl = step.ttl;
			b.expired[b.expired_count].query = step.query;
			b.expired[b.expired_count++].at_ns = b.now;
		} else if (step.act == SN_PLAN_DONE) {
			b.done = true;
			b.end = step.end;
			return SONDE_NEVER;
		} else {
			assert_int_equal(step.act, SN_PLAN_WAIT);
			assert_true(step.until_ns > b.now);
			return step.until_ns;
		}
	}
}

/* Turns at every step up to then, and then. */
static void until(sonde_at_ns at_ns)
{
	for (sonde_at_ns next = turn(); !b.done && b.now < at_ns; next = turn())
		b.now = next < at_ns ? next : at_ns;
}

static void until_done(void)
{
	until(SONDE_NEVER);
	assert_true(b.done);
}

static void answer(uint8_t ttl, uint8_t query, enum sn_plan_class class, bool weak, bool late)
{
	const struct sn_plan_answer a = {.ttl = ttl, .query = query, .class = class, .weak = weak, .late = late, .rtt_ns = SONDE_MS,
	                                 .from = &router};
	sn_plan_ask.answer(b.state, &a, b.now);
}

static void settings_have_bounds(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(8, 64);
	assert_true(sn_plan_ask.takes(&cfg));
	cfg.ask_count = 65;
	assert_false(sn_plan_ask.takes(&cfg));
	cfg = cfg_of(2, 255);
	assert_true(sn_plan_ask.takes(&cfg));
	cfg.ask_ttls[1] = cfg.ask_ttls[0];
	assert_false(sn_plan_ask.takes(&cfg));
	cfg.ask_ttls[1] = 0;
	assert_false(sn_plan_ask.takes(&cfg));
	cfg.ask_ttls[1] = 255;
	assert_true(sn_plan_ask.takes(&cfg));
	cfg.ask_ttl_count = 0;
	assert_false(sn_plan_ask.takes(&cfg));
	cfg.ask_ttl_count = SONDE_ASK_TTLS_MAX + 1;
	assert_false(sn_plan_ask.takes(&cfg));
	cfg = cfg_of(1, 0);
	assert_false(sn_plan_ask.takes(&cfg));
	/* What only a sweep reads may be anything. */
	cfg = cfg_of(1, 1);
	cfg.queries = cfg.gap = cfg.first_ttl = cfg.max_ttl = 0;
	assert_true(sn_plan_ask.takes(&cfg));
}

static void the_first_of_each_ttl_goes_before_any_second(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(3, 4);
	cfg.send_gap_ns = 20 * SONDE_MS;
	begin(&cfg);
	until_done();
	assert_int_equal(b.sent_count, 12);
	for (size_t i = 0; i < 12; i++) {
		assert_int_equal(b.sent[i].ttl, 9 - i % 3);
		assert_int_equal(b.sent[i].query, i / 3 + 1);
		assert_int_equal(b.sent[i].at_ns, SONDE_S + (sonde_ns)i * 20 * SONDE_MS);
	}
	/* Each is waited for as long as the others. */
	assert_int_equal(b.expired_count, 12);
	for (size_t i = 0; i < 12; i++) {
		assert_int_equal(b.expired[i].ttl, b.sent[i].ttl);
		assert_int_equal(b.expired[i].query, b.sent[i].query);
		assert_int_equal(b.expired[i].at_ns, b.sent[i].at_ns + SONDE_S);
	}
	assert_int_equal(b.end.stop, SONDE_STOP_ASKED);
	assert_int_equal(b.end.probe_count, 12);
	assert_int_equal(b.end.last_answering_ttl, 0);
	assert_false(b.end.reached);
	assert_int_equal(b.now, b.sent[11].at_ns + SONDE_S);
}

static void it_ends_when_all_are_answered(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 2);
	begin(&cfg);
	until(SONDE_S + 10 * SONDE_MS);
	assert_int_equal(b.sent_count, 4);
	answer(8, 2, SN_CLASS_TRANSIT, false, false);
	answer(9, 1, SN_CLASS_TARGET, false, false);
	answer(8, 1, SN_CLASS_TRANSIT, false, false);
	turn();
	assert_false(b.done);
	answer(9, 2, SN_CLASS_UNREACHABLE, false, false);
	turn();
	assert_true(b.done);
	assert_int_equal(b.end.stop, SONDE_STOP_ASKED);
	assert_true(b.end.reached);
	assert_int_equal(b.end.last_answering_ttl, 9);
	assert_int_equal(b.expired_count, 0);
	/* It has ended for ever. */
	b.done = false;
	b.now += 10 * SONDE_S;
	turn();
	assert_true(b.done);
	assert_int_equal(b.end.stop, SONDE_STOP_ASKED);
}

static void a_weak_answer_alone_reaches_nothing(void **unused)
{
	(void)unused;
	for (unsigned weak = 1; weak <= 2; weak++) {
		struct sonde_trace_cfg cfg = cfg_of(1, 2);
		begin(&cfg);
		until(SONDE_S + SONDE_MS);
		for (uint8_t query = 1; query <= weak; query++)
			answer(9, query, SN_CLASS_TARGET, true, false);
		until_done();
		assert_int_equal(b.end.reached, weak == 2);
	}
}

static void a_late_answer_is_taken_as_long_as_it_goes_on(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(1, 2);
	cfg.send_gap_ns = 500 * SONDE_MS;
	cfg.wait_max_ns = 300 * SONDE_MS;
	begin(&cfg);
	until(SONDE_S + 400 * SONDE_MS);
	assert_int_equal(b.expired_count, 1);
	answer(9, 1, SN_CLASS_TARGET, false, true);
	until_done();
	assert_int_equal(b.sent_count, 2);
	assert_int_equal(b.expired_count, 2);
	assert_int_equal(b.now, SONDE_S + 800 * SONDE_MS);
	assert_true(b.end.reached);
	assert_int_equal(b.end.probe_count, 2);
}

static void one_at_a_time_where_the_wire_wants_it(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 2);
	cfg.serial = true;
	cfg.wait_max_ns = 100 * SONDE_MS;
	begin(&cfg);
	until(SONDE_S + 50 * SONDE_MS);
	assert_int_equal(b.sent_count, 1);
	answer(9, 1, SN_CLASS_TRANSIT, false, false);
	turn();
	assert_int_equal(b.sent_count, 2);
	until_done();
	assert_int_equal(b.sent_count, 4);
	assert_int_equal(b.now, SONDE_S + 350 * SONDE_MS);
}

static void what_did_not_leave_is_sent_again(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 2);
	begin(&cfg);
	until(SONDE_S + 10 * SONDE_MS);
	sn_plan_ask.failed(b.state, &(struct sn_plan_probe){.ttl = 8, .query = 1}, b.now, ENOBUFS);
	turn();
	assert_int_equal(b.sent_count, 4);
	until(b.now + 2 * SONDE_MS);
	assert_int_equal(b.sent_count, 5);
	assert_int_equal(b.sent[4].ttl, 8);
	assert_int_equal(b.sent[4].query, 1);
	/* Also one that had been given up. */
	until(SONDE_S + 1005 * SONDE_MS);
	assert_int_equal(b.expired_count, 3);
	sn_plan_ask.failed(b.state, &(struct sn_plan_probe){.ttl = 9, .query = 1, .expired = true}, b.now, EPERM);
	until_done();
	assert_int_equal(b.sent_count, 6);
	assert_int_equal(b.sent[5].ttl, 9);
	assert_int_equal(b.end.stop, SONDE_STOP_ASKED);
	assert_int_equal(b.end.probe_count, 4);
}

static void a_machine_that_lets_nothing_out_ends_it(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(1, 5);
	begin(&cfg);
	for (unsigned i = 1; !b.done; i++) {
		size_t before = b.sent_count;
		b.now = turn();
		if (b.sent_count > before)
			sn_plan_ask.failed(b.state, &(struct sn_plan_probe){.ttl = 9, .query = 1}, b.now, EHOSTUNREACH);
		assert_true(i < 100);
	}
	assert_int_equal(b.sent_count, 3);
	assert_int_equal(b.end.stop, SONDE_STOP_LOCAL_ERROR);
	assert_int_equal(b.end.sys_errno, EHOSTUNREACH);
	assert_int_equal(b.end.probe_count, 0);
}

/* The wait is from when it really left, as the kernel stamped it, whether that is told in time or afterwards. */
static void a_stamp_moves_the_wait(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(1, 2);
	cfg.wait_max_ns = 100 * SONDE_MS;
	begin(&cfg);
	until(SONDE_S + 10 * SONDE_MS);
	sn_plan_ask.stamped(b.state, &(struct sn_plan_probe){.ttl = 9, .query = 2}, SONDE_S + 50 * SONDE_MS);
	sn_plan_ask.stamped(b.state, &(struct sn_plan_probe){.ttl = 9, .query = 1}, SONDE_S - SONDE_MS);
	until(SONDE_S + 120 * SONDE_MS);
	assert_int_equal(b.expired_count, 1);
	assert_int_equal(b.expired[0].query, 1);
	assert_int_equal(b.expired[0].at_ns, SONDE_S + 100 * SONDE_MS);
	sn_plan_ask.stamped(b.state, &(struct sn_plan_probe){.ttl = 9, .query = 1, .expired = true}, SONDE_S + 80 * SONDE_MS);
	until_done();
	assert_int_equal(b.expired[1].query, 2);
	assert_int_equal(b.expired[1].at_ns, SONDE_S + 150 * SONDE_MS);
	assert_int_equal(b.expired[2].query, 1);
	assert_int_equal(b.now, SONDE_S + 180 * SONDE_MS);
}

static void a_held_ttl_lets_the_others_pass(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 2);
	begin(&cfg);
	sn_plan_ask.hold(b.state, 9, SONDE_S + 700 * SONDE_MS, true);
	until(SONDE_S + 10 * SONDE_MS);
	assert_int_equal(b.sent_count, 2);
	assert_int_equal(b.sent[0].ttl, 8);
	assert_false(b.sent[0].held);
	assert_int_equal(b.sent[1].ttl, 8);
	assert_int_equal(b.sent[1].query, 2);
	until_done();
	assert_int_equal(b.sent[2].ttl, 9);
	assert_int_equal(b.sent[2].query, 1);
	assert_int_equal(b.sent[2].at_ns, SONDE_S + 700 * SONDE_MS);
	assert_true(b.sent[2].held && b.sent[2].paid);
	assert_false(b.sent[3].held || b.sent[3].paid);
}

static void it_can_be_ended(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 10);
	cfg.send_gap_ns = 10 * SONDE_MS;
	begin(&cfg);
	until(SONDE_S + 45 * SONDE_MS);
	answer(9, 1, SN_CLASS_TARGET, false, false);
	sn_plan_ask.stop(b.state, SONDE_STOP_INTERRUPTED);
	sn_plan_ask.stop(b.state, SONDE_STOP_DEADLINE);
	turn();
	assert_true(b.done);
	assert_int_equal(b.end.stop, SONDE_STOP_INTERRUPTED);
	assert_int_equal(b.sent_count, 5);
	assert_int_equal(b.expired_count, 4);
	assert_true(b.end.reached);
	/* By its own deadline. */
	cfg.deadline_ns = 45 * SONDE_MS;
	begin(&cfg);
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_DEADLINE);
	assert_int_equal(b.end.probe_count, 5);
	assert_int_equal(b.expired_count, 5);
	assert_int_equal(b.now, SONDE_S + 45 * SONDE_MS);
}

static void the_largest_is_sent_whole(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(2, 255);
	cfg.ask_ttls[1] = 255;
	begin(&cfg);
	until_done();
	assert_int_equal(b.sent_count, 510);
	assert_int_equal(b.sent[509].query, 255);
	assert_int_equal(b.sent[509].ttl, 255);
	assert_int_equal(b.expired_count, 510);
	free(b.state);
	b.state = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_have_bounds),
		cmocka_unit_test(the_first_of_each_ttl_goes_before_any_second),
		cmocka_unit_test(it_ends_when_all_are_answered),
		cmocka_unit_test(a_weak_answer_alone_reaches_nothing),
		cmocka_unit_test(a_late_answer_is_taken_as_long_as_it_goes_on),
		cmocka_unit_test(one_at_a_time_where_the_wire_wants_it),
		cmocka_unit_test(what_did_not_leave_is_sent_again),
		cmocka_unit_test(a_machine_that_lets_nothing_out_ends_it),
		cmocka_unit_test(a_stamp_moves_the_wait),
		cmocka_unit_test(a_held_ttl_lets_the_others_pass),
		cmocka_unit_test(it_can_be_ended),
		cmocka_unit_test(the_largest_is_sent_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
