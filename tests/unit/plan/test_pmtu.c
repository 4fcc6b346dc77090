/* SPDX-License-Identifier: MIT */
/* The search for the path's MTU as a plan: who is asked how often, what failures and weak answers do, how it ends. What it finds is shown
 * by scenarios. */
#include "test.h"

#include "base/sizes.h"
#include "plan/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SENT_MAX = 1200, HOPS = 4 };
#define ROUND_TRIP_NS (20 * SONDE_MS)

struct probe {
	uint8_t ttl, query;
	uint16_t size_bytes;
	sonde_at_ns at_ns;
	bool answered, expired;
};

/* A path of HOPS hops whose last link takes mtu_bytes. */
static struct {
	struct sonde_trace_cfg cfg;
	void *state;
	sonde_at_ns now;
	struct probe sent[SENT_MAX];
	size_t sent_count;
	uint16_t mtu_bytes;      /* larger ones vanish, or are called too big */
	bool says, dead, weak;   /* dead: the target is silent */
	bool refuses;            /* the last router says that it is not there */
	enum sonde_meaning meaning; /* of the target's answers */
	int sys_errno;           /* of probes larger than mtu_bytes, 0: they leave */
	bool done;
	struct sonde_event_end end;
} b;

static const struct sonde_addr target = {.family = 4, .bytes = {10, 0, 9, 9}};

static void begin(const char *method)
{
	free(b.state);
	memset(&b, 0, sizeof b);
	sonde_trace_cfg_init(&b.cfg);
	b.cfg.plan = SONDE_PLAN_PMTU;
	b.cfg.method = (size_t)sonde_method_find(method);
	b.cfg.dst = target;
	b.cfg.mtu_bytes = 1500;
	b.mtu_bytes = 1500;
	b.now = SONDE_S;
	assert_true(sn_plan_pmtu.takes(&b.cfg));
	b.state = calloc(1, sn_plan_pmtu.state_bytes(&b.cfg));
	assert_non_null(b.state);
	b.meaning = strcmp(method, "icmp") == 0 ? SONDE_M_ECHO_REPLY : SONDE_M_PORT_UNREACHABLE;
	sn_plan_pmtu.init(b.state, &b.cfg, strcmp(method, "tcp") == 0, b.now);
}

static void answer(struct probe *p)
{
	bool large = p->size_bytes > b.mtu_bytes, arrives = p->ttl == 0 || p->ttl >= HOPS;
	/* hop n at 10.0.0.n; the last router says what is too big */
	struct sonde_addr router = {.family = 4, .bytes = {10, 0, 0, arrives ? HOPS - 1 : p->ttl}};
	struct sn_plan_answer a = {.ttl = p->ttl, .query = p->query, .rtt_ns = ROUND_TRIP_NS, .reply_ttl = 64 - HOPS + 1, .from = &router,
	                           .class = SN_CLASS_TRANSIT, .meaning = SONDE_M_TIME_EXCEEDED};
	p->answered = true;
	if (arrives && large) {
		a.class = SN_CLASS_UNREACHABLE;
		a.meaning = SONDE_M_PACKET_TOO_BIG;
		a.mtu_bytes = b.mtu_bytes;
		a.weak = b.weak;
		if (!b.says)
			return;
	} else if (arrives && b.refuses) {
		a.class = SN_CLASS_UNREACHABLE;
		a.meaning = SONDE_M_HOST_UNREACHABLE;
		a.icmp_code = 1;
	} else if (arrives) {
		a.class = SN_CLASS_TARGET;
		a.meaning = b.meaning;
		a.from = &target;
		if (b.dead)
			return;
	}
	sn_plan_pmtu.answer(b.state, &a, b.now);
}

static void send(const struct sn_plan_step *step)
{
	assert_true(b.sent_count < SENT_MAX);
	struct probe *p = &b.sent[b.sent_count++];
	*p = (struct probe){.ttl = step->ttl, .query = step->query, .size_bytes = step->size_bytes, .at_ns = b.now};
	assert_true(step->size_bytes && step->query);
	for (size_t i = 0; i + 1 < b.sent_count; i++)
		assert_false(b.sent[i].ttl == p->ttl && b.sent[i].query == p->query);
	sn_plan_pmtu.sent(b.state, step, b.now);
	if (!b.sys_errno || p->size_bytes <= b.mtu_bytes)
		return;
	p->answered = true;
	sn_plan_pmtu.failed(b.state, &(struct sn_plan_probe){.ttl = p->ttl, .query = p->query}, b.now, b.sys_errno);
}

static void expire(const struct sn_plan_step *step)
{
	for (size_t i = 0; i < b.sent_count; i++)
		if (b.sent[i].ttl == step->ttl && b.sent[i].query == step->query) {
			assert_false(b.sent[i].expired);
			b.sent[i].expired = true;
			return;
		}
	fail_msg("a probe expires that was not sent");
}

/* Answers come ROUND_TRIP_NS after their probe. */
static sonde_at_ns next_answer(void)
{
	sonde_at_ns at_ns = SONDE_NEVER;
	for (size_t i = 0; i < b.sent_count; i++)
		if (!b.sent[i].answered && b.sent[i].at_ns + ROUND_TRIP_NS < at_ns)
			at_ns = b.sent[i].at_ns + ROUND_TRIP_NS;
	return at_ns;
}

static void until_done(void)
{
	while (!b.done) {
		struct sn_plan_step step;
		for (size_t i = 0; i < b.sent_count; i++)
			if (!b.sent[i].answered && b.sent[i].at_ns + ROUND_TRIP_NS <= b.now)
				answer(&b.sent[i]);
		sn_plan_pmtu.next(b.state, b.now, &step);
		if (step.act == SN_PLAN_SEND) {
			send(&step);
		} else if (step.act == SN_PLAN_EXPIRE) {
			expire(&step);
		} else if (step.act == SN_PLAN_DONE) {
			b.done = true;
			b.end = step.end;
		} else {
			assert_int_equal(step.act, SN_PLAN_WAIT);
			assert_true(step.until_ns > b.now);
			b.now = step.until_ns < next_answer() ? step.until_ns : next_answer();
		}
	}
}

static unsigned count(uint8_t ttl, uint16_t size_bytes)
{
	unsigned n = 0;
	for (size_t i = 0; i < b.sent_count; i++)
		n += b.sent[i].ttl == ttl && (!size_bytes || b.sent[i].size_bytes == size_bytes);
	return n;
}

static void settings_have_bounds(void **unused)
{
	(void)unused;
	begin("icmp");
	b.cfg.first_ttl = 0;
	assert_false(sn_plan_pmtu.takes(&b.cfg));
	b.cfg.first_ttl = 31;
	assert_false(sn_plan_pmtu.takes(&b.cfg));
}

static void a_clear_path_costs_little(void **unused)
{
	(void)unused;
	begin("icmp");
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_REACHED);
	assert_true(b.end.reached);
	assert_int_equal(b.end.distance, HOPS);
	assert_int_equal(count(0, 1500), SN_SIZE_PROOFS);
	assert_true(b.now - SONDE_S <= 4 * ROUND_TRIP_NS);
	/* what proves that it was no luck of a balancer comes on top */
	assert_true(b.sent_count <= 30 + SN_SIZE_PROOFS - 1);
	assert_int_equal(b.end.probe_count, b.sent_count);
}

/* What is said is tried, and one more byte; nothing else of the range is searched. */
static void what_is_said_is_tried(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 1437;
	b.says = true;
	until_done();
	assert_int_equal(count(0, 1437), SN_SIZE_PROOFS);
	assert_int_equal(count(0, 1438), SN_SIZE_PROOFS);
	assert_int_equal(count(0, 1450) + count(0, 1460), 2);
	for (uint16_t size = 1430; size < 1480; size++)
		assert_true(count(0, size) == 0 || size == 1437 || size == 1438 || size == 1440 || size == 1450 || size == 1460 ||
		            size == 1476);
}

static void silence_is_repeated_beside_controls(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 1437;
	until_done();
	assert_true(count(0, 1438) >= 5);
	assert_int_equal(count(0, 1437), SN_SIZE_PROOFS);
	assert_true(count(0, 60) >= count(0, 1438));
	/* and with each TTL, at the hop where it should have arrived most often */
	assert_int_equal(count(1, 1438), 1);
	assert_int_equal(count(HOPS - 1, 1438), 1);
}

/* A weak packet-too-big may be forged: a hint what to try, and asked again. */
static void a_weak_message_is_a_hint(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 1437;
	b.says = b.weak = true;
	until_done();
	assert_true(count(0, 1437) >= 1);
	assert_int_equal(count(0, 1438), 5);
	for (uint16_t size = 1426; size < 1437; size++)
		assert_int_equal(count(0, size), 0);
}

static void a_size_that_does_not_leave_is_an_answer(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 1437;
	b.sys_errno = EMSGSIZE;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_REACHED);
	assert_int_equal(count(0, 1438), 1);
	assert_int_equal(count(0, 1437), SN_SIZE_PROOFS);
	unsigned stayed = 0;
	for (size_t i = 0; i < b.sent_count; i++)
		stayed += b.sent[i].size_bytes > b.mtu_bytes;
	assert_int_equal(b.end.probe_count, b.sent_count - stayed);
}

/* A virtual device whose other end takes less: ENOBUFS, each time, and small ones leave. */
static void a_size_that_the_device_drops_is_silent(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 1437;
	b.sys_errno = ENOBUFS;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_REACHED);
	assert_true(count(0, 1438) >= 5 && count(0, 1437) >= 1);
}

static void other_failures_end_it(void **unused)
{
	(void)unused;
	begin("icmp");
	b.mtu_bytes = 0;
	b.sys_errno = EPERM;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_LOCAL_ERROR);
	assert_int_equal(b.end.sys_errno, EPERM);
	assert_int_equal(b.end.probe_count, 0);
}

static void a_silent_target_gives_way_to_its_last_router(void **unused)
{
	(void)unused;
	begin("icmp");
	b.dead = true;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_GAP);
	assert_false(b.end.reached);
	assert_int_equal(b.end.last_answering_ttl, HOPS - 1);
	assert_int_equal(count(0, 60), 4);
	assert_int_equal(count(HOPS - 1, 1500), 1);
}

/* Who refuses even the small ones ends the way, as it ends that of a trace. */
static void a_refusal_behind_all_hops_is_the_end(void **unused)
{
	(void)unused;
	begin("icmp");
	b.refuses = true;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_UNREACHABLE);
	assert_false(b.end.reached);
	assert_int_equal(b.end.by_ttl, HOPS);
	assert_int_equal(b.end.why, SONDE_M_HOST_UNREACHABLE);
	assert_int_equal(b.end.why_code, 1);
	assert_int_equal(b.end.last_answering_ttl, HOPS - 1);
}

/* Never more at once of one hop than it answers, nor of a target whose answers are ICMP errors. */
static void who_rations_is_spared(void **unused)
{
	(void)unused;
	static const char *const methods[] = {"icmp", "udp"};
	for (size_t k = 0; k < 2; k++) {
		begin(methods[k]);
		b.mtu_bytes = 1391;
		until_done();
		for (unsigned ttl = k ? 0 : 1; ttl < HOPS; ttl++) {
			double tokens = 6;
			sonde_at_ns at_ns = SONDE_S;
			for (size_t i = 0; i < b.sent_count; i++) {
				const struct probe *p = &b.sent[i];
				bool arrives = p->ttl == ttl || (!ttl && p->ttl >= HOPS);
				if (!arrives || (p->size_bytes > b.mtu_bytes && !ttl))
					continue;
				tokens += (double)(p->at_ns - at_ns) / SONDE_S;
				tokens = (tokens > 6 ? 6 : tokens) - 1;
				at_ns = p->at_ns;
				assert_true(tokens >= 0);
			}
		}
	}
}

/* An open port answers one probe of a flow at a time; a closed one, in whatever words it says so, all of them, or as many as it may. */
static void who_holds_no_flow_is_asked_at_once(void **unused)
{
	(void)unused;
	static const struct {
		enum sonde_meaning meaning;
		bool at_once;
	} cases[] = {
	    {SONDE_M_RST, true},        {SONDE_M_RST_TO_ACK, true}, {SONDE_M_DCCP_RESET, true},     {SONDE_M_DCCP_OTHER_SERVICE, true},
	    {SONDE_M_SYN_ACK, false},   {SONDE_M_BARE_ACK, false},  {SONDE_M_DCCP_RESPONSE, false}, {SONDE_M_PORT_UNREACHABLE, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin("tcp");
		b.meaning = cases[i].meaning;
		until_done();
		unsigned most = 0;
		for (size_t k = 0; k < b.sent_count; k++) {
			unsigned close = 0;
			for (size_t n = 0; n < b.sent_count; n++)
				close += !b.sent[n].ttl && !b.sent[k].ttl && b.sent[n].at_ns >= b.sent[k].at_ns &&
				         b.sent[n].at_ns < b.sent[k].at_ns + ROUND_TRIP_NS;
			most = close > most ? close : most;
		}
		assert_true(cases[i].at_once ? most > 5 : most <= 5);
		assert_true(cases[i].meaning == SONDE_M_PORT_UNREACHABLE || cases[i].at_once || most == 1);
	}
}

static void it_ends_when_it_is_told_to(void **unused)
{
	(void)unused;
	begin("icmp");
	b.cfg.deadline_ns = 30 * SONDE_MS;
	b.mtu_bytes = 1391;
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_DEADLINE);
	assert_true(b.now <= SONDE_S + 30 * SONDE_MS);
	begin("icmp");
	sn_plan_pmtu.stop(b.state, SONDE_STOP_INTERRUPTED);
	until_done();
	assert_int_equal(b.end.stop, SONDE_STOP_INTERRUPTED);
	assert_int_equal(b.sent_count, 0);
}

static int undo(void **unused)
{
	(void)unused;
	free(b.state);
	b.state = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_have_bounds),
		cmocka_unit_test(a_clear_path_costs_little),
		cmocka_unit_test(what_is_said_is_tried),
		cmocka_unit_test(silence_is_repeated_beside_controls),
		cmocka_unit_test(a_weak_message_is_a_hint),
		cmocka_unit_test(a_size_that_does_not_leave_is_an_answer),
		cmocka_unit_test(a_size_that_the_device_drops_is_silent),
		cmocka_unit_test(other_failures_end_it),
		cmocka_unit_test(a_silent_target_gives_way_to_its_last_router),
		cmocka_unit_test(a_refusal_behind_all_hops_is_the_end),
		cmocka_unit_test(who_rations_is_spared),
		cmocka_unit_test(who_holds_no_flow_is_asked_at_once),
		cmocka_unit_test(it_ends_when_it_is_told_to),
	};
	return cmocka_run_group_tests(tests, NULL, undo);
}
