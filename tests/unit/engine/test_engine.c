/* SPDX-License-Identifier: MIT */
/* The contract of sonde/engine.h from its outside: what may be asked, when something goes out, local failures, stopping, forgetting, side
 * by side. */
#include "enginelab.h"
#include "test.h"

#include <errno.h>
#include <string.h>

enum { WHOLE = PACKET_MAX_BYTES, ROUTER = 9 };

static const char *const methods[] = {"icmp", "udp", "udp-classic", "tcp"};
enum { METHODS = 4 };

static struct lab lab;

static uint32_t begin(const char *method, uint8_t family)
{
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg(method, family);
	return lab_add(&lab, &cfg);
}

static void settings_out_of_range_are_refused(void **unused)
{
	(void)unused;
	begin("udp", 4);
	const struct sonde_trace_cfg good = lab_cfg("udp", 4);
	struct sonde_trace_cfg bad[17];
	for (size_t i = 0; i < 17; i++)
		bad[i] = good;
	bad[0].method = sonde_method_count();
	bad[1].dst.family = 0;
	bad[2].src.family = 6;
	bad[3].queries = 0;
	bad[4].sport_count = 0;
	bad[5].sport_count = SONDE_FLOWS_MAX + 1;
	bad[6].sport[0] = 0;
	bad[7].first_ttl = 0;
	bad[8].first_ttl = 31;
	bad[9].deadline_ns = -1;
	bad[10].send_gap_ns = -1;
	bad[11].wait_max_ns = -1;
	bad[12].tcp_flags = 4;
	bad[13].tcp_flags = SONDE_TCP_SYN | SONDE_TCP_FIN;
	bad[14].payload = SONDE_PAYLOAD_COUNT;
	char uri[SONDE_ATTRIBUTION_MAX + 2] = "tel:";
	memset(uri + 4, '1', sizeof uri - 5);
	bad[15].attribution = uri;
	bad[16].payload = SONDE_PAYLOAD_BYTES;
	uint32_t id;
	for (size_t i = 0; i < 17; i++)
		assert_int_equal(sonde_engine_add(lab.engine, &bad[i], &id), SONDE_E_RANGE);
	/* A method without ports needs none. */
	struct sonde_trace_cfg icmp = lab_cfg("icmp", 4);
	icmp.sport_count = 0;
	assert_int_equal(sonde_engine_add(lab.engine, &icmp, &id), 0);
	assert_int_equal(id, 1);
}

static void a_gap_of_no_hops_is_refused(void **unused)
{
	(void)unused;
	begin("udp", 4);
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	uint32_t id;
	cfg.gap = 0;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), SONDE_E_RANGE);
}

static void plans_look_at_their_own_settings(void **unused)
{
	(void)unused;
	begin("udp", 4);
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	uint32_t id;
	cfg.plan = SONDE_PLAN_ASK;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), SONDE_E_RANGE);
	cfg.ask_ttls[0] = 3;
	cfg.ask_ttl_count = cfg.ask_count = 1;
	cfg.queries = 0;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), 0);
	cfg = lab_cfg("udp", 4);
	cfg.plan = SONDE_PLAN_PMTU;
	cfg.queries = 0;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), 0);
	cfg.plan = SONDE_PLAN_PMTU + 1;
	assert_int_equal(sonde_engine_add(lab.engine, &cfg, &id), SONDE_E_RANGE);
}

static const struct lab_sent *sent_of(uint64_t token)
{
	for (size_t i = 0; i < lab.sent_count; i++)
		if (lab.sent[i].token == token)
			return &lab.sent[i];
	return NULL;
}

/* A plan may choose the size of each probe: it leaves so, its events say so, and a quote of eight bytes finds it. */
static void probes_may_have_sizes_of_their_own(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			begin("udp", 4);
			struct sonde_trace_cfg cfg = lab_cfg(methods[m], family);
			cfg.plan = SONDE_PLAN_PMTU;
			cfg.mtu_bytes = 1500;
			uint32_t id = lab_add(&lab, &cfg);
			lab_until(&lab, lab.now + 40 * SONDE_MS);
			size_t large = 0, small = 0, sent_count = lab.sent_count;
			for (size_t i = 0; i < sent_count; i++) {
				if (lab.sent[i].trace_id != id)
					continue;
				struct made_packet answer;
				large += lab.sent[i].packet.count == 1500;
				small += lab.sent[i].packet.count < 100;
				lab_exceeded(&answer, &lab.sent[i], ROUTER, family == 4 ? 28 : 48);
				lab_give(&lab, &answer, lab.now);
				const struct sonde_event *reply = lab_last(&lab, SONDE_EV_REPLY);
				assert_non_null(reply);
				assert_int_equal(reply->probe.token, lab.sent[i].token);
			}
			/* an open TCP port answers one at a time: the first of them is small */
			assert_true(small > 0 && (large > 0 || strcmp(methods[m], "tcp") == 0));
			for (size_t i = 0; i < lab.event_count; i++) {
				const struct sonde_event *event = &lab.events[i];
				bool of_probe = event->type == SONDE_EV_SENT || event->type == SONDE_EV_REPLY;
				const struct lab_sent *sent = of_probe ? sent_of(event->probe.token) : NULL;
				assert_true(!sent || sent->packet.count == event->probe.size_bytes);
			}
		}
}

/* Where each probe is waited for by itself, each is given up by itself. */
static void an_ask_gives_up_one_probe_after_the_other(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
	cfg.plan = SONDE_PLAN_ASK;
	cfg.ask_ttls[0] = 3;
	cfg.ask_ttl_count = 1;
	cfg.ask_count = 3;
	cfg.send_gap_ns = 100 * SONDE_MS;
	uint32_t id = lab_add(&lab, &cfg);
	lab_until_end(&lab, id);
	assert_int_equal(lab_count(&lab, SONDE_EV_TIMEOUT), 3);
	uint8_t query = 0;
	for (size_t i = 0; i < lab.event_count; i++)
		if (lab.events[i].type == SONDE_EV_TIMEOUT) {
			assert_int_equal(lab.events[i].probe.query, ++query);
			assert_int_equal(lab.events[i].at_ns - lab.events[i].probe.sent_at_ns, SONDE_S);
		}
	assert_int_equal(lab.traces[id].end.stop, SONDE_STOP_ASKED);
}

static void an_idle_engine_wants_nothing(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_tx tx;
	struct sonde_event event;
	assert_true(sonde_engine_deadline(lab.engine) == SONDE_NEVER);
	assert_false(sonde_engine_next_tx(lab.engine, lab.now, &tx));
	assert_false(sonde_engine_next_event(lab.engine, &event));
	sonde_engine_stop(lab.engine, 0, SONDE_STOP_INTERRUPTED);
	sonde_engine_forget(lab.engine, 0);
	sonde_engine_sent(lab.engine, 1, lab.now, 0);
	sonde_engine_free(NULL);
}

static void the_first_probe_goes_at_once_and_the_next_when_it_is_time(void **unused)
{
	(void)unused;
	begin("icmp", 4);
	assert_true(sonde_engine_deadline(lab.engine) <= lab.now);
	lab_turn(&lab);
	assert_int_equal(lab.sent_count, 1);
	assert_int_equal(lab.sent[0].ttl, 1);
	assert_int_equal(lab.events[0].type, SONDE_EV_TRACE_START);
	assert_int_equal(lab.events[1].type, SONDE_EV_SENT);
	assert_int_equal(lab.event_count, 2);
	/* Before the deadline nothing happens, at it something does. */
	sonde_at_ns next = sonde_engine_deadline(lab.engine);
	assert_true(next > lab.now && next <= lab.now + SONDE_MS);
	lab.now = next - 1;
	lab_turn(&lab);
	assert_int_equal(lab.sent_count, 1);
	lab.now = next;
	lab_turn(&lab);
	assert_int_equal(lab.sent_count, 2);
}

/* A trace that is answered by everybody: three routers, then the target. */
static void answer_all(uint32_t id, size_t *answered, unsigned hops)
{
	for (; *answered < lab.sent_count && !lab.traces[id].ended; ++*answered) {
		const struct lab_sent *sent = &lab.sent[*answered];
		struct made_packet answer;
		if (sent->trace_id != id)
			continue;
		if (sent->ttl < hops)
			lab_exceeded(&answer, sent, (uint8_t)(ROUTER + sent->ttl), WHOLE);
		else
			lab_target_answer(&answer, sent);
		lab_give(&lab, &answer, lab.now + SONDE_MS);
	}
}

static void every_method_reaches_its_target(void **unused)
{
	(void)unused;
	for (size_t m = 0; m < METHODS; m++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			uint32_t id = begin(methods[m], family);
			size_t answered = 0;
			while (!lab.traces[id].ended) {
				lab_turn(&lab);
				answer_all(id, &answered, 4);
				lab_until(&lab, lab.now + SONDE_MS);
			}
			const struct sonde_event_end *end = &lab.traces[id].end;
			assert_int_equal(end->stop, SONDE_STOP_REACHED);
			assert_true(end->reached);
			assert_int_equal(end->distance, 4);
			assert_int_equal(end->last_ttl, 4);
			assert_int_equal(lab_count(&lab, SONDE_EV_HOP_SETTLED), 4);
			assert_int_equal(lab.events[lab.event_count - 1].type, SONDE_EV_TRACE_END);
			/* Then it is idle. */
			assert_true(sonde_engine_deadline(lab.engine) == SONDE_NEVER);
		}
}

/* ---- local failures ---- */

static void a_failed_send_is_this_machines_and_tried_again(void **unused)
{
	(void)unused;
	uint32_t id = begin("udp", 4);
	lab.send_errno = ENOBUFS;
	lab_turn(&lab);
	assert_int_equal(lab_count(&lab, SONDE_EV_SENT), 0);
	const struct sonde_event *event = lab_last(&lab, SONDE_EV_LOCAL_ERROR);
	assert_int_equal(event->as.sys_errno, ENOBUFS);
	assert_int_equal(event->probe.ttl, 1);
	lab.send_errno = 0;
	lab_until(&lab, lab.now + 100 * SONDE_MS);
	assert_int_equal(lab.sent[1].ttl, 1);
	assert_int_equal(lab_last(&lab, SONDE_EV_SENT)->trace_id, id);
	assert_int_equal(lab_count(&lab, SONDE_EV_LOCAL_ERROR), 1);
}

static void what_always_fails_ends_the_trace(void **unused)
{
	(void)unused;
	static const struct {
		int sys_errno;
		unsigned tries;
	} rows[] = {{ENETUNREACH, 3}, {EMSGSIZE, 3}, {EPERM, 6}, {ENOBUFS, 6}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t id = begin("icmp", 6);
		lab.send_errno = rows[i].sys_errno;
		lab_until_end(&lab, id);
		assert_int_equal(lab.traces[id].end.stop, SONDE_STOP_LOCAL_ERROR);
		assert_int_equal(lab.traces[id].end.sys_errno, rows[i].sys_errno);
		assert_int_equal(lab.traces[id].end.probe_count, 0);
		assert_int_equal(lab_count(&lab, SONDE_EV_LOCAL_ERROR), rows[i].tries);
		assert_int_equal(lab_count(&lab, SONDE_EV_TIMEOUT), 0);
	}
}

static void local_error(uint64_t token, int sys_errno)
{
	lab_give_rx(&lab, &(struct sonde_rx){.kind = SONDE_RX_ERROR, .at_ns = lab.now, .token = token, .sys_errno = sys_errno});
}

/* The error queue tells later: the probe was counted as sent, or even as timed out. It is taken out of every count. */
static void a_failure_told_later_is_no_loss(void **unused)
{
	(void)unused;
	uint32_t id = begin("icmp", 4);
	const struct lab_sent *second = lab_sent_at(&lab, id, 2);
	local_error(second->token, EPERM);
	assert_int_equal(lab_last(&lab, SONDE_EV_LOCAL_ERROR)->probe.ttl, 2);
	/* Told twice it failed once. */
	local_error(second->token, EPERM);
	assert_int_equal(lab_count(&lab, SONDE_EV_LOCAL_ERROR), 1);
	while (!lab_last(&lab, SONDE_EV_TIMEOUT))
		lab_until(&lab, lab.now + SONDE_MS);
	uint64_t expired = lab_last(&lab, SONDE_EV_TIMEOUT)->probe.token;
	local_error(expired, EPERM);
	assert_true(lab_last(&lab, SONDE_EV_LOCAL_ERROR)->probe.token == expired);
	/* An answered probe has left, whatever is said of it. */
	const struct lab_sent *fourth = lab_sent_at(&lab, id, 4);
	struct made_packet answer;
	lab_exceeded(&answer, fourth, ROUTER, 28);
	lab_give(&lab, &answer, lab.now);
	local_error(fourth->token, EPERM);
	assert_int_equal(lab_count(&lab, SONDE_EV_LOCAL_ERROR), 2);
	lab_until_end(&lab, id);
}

/* Three queries of a row are out, the first is told to have failed after the row's first wait is over: the others are still accounted for.
 * */
static void a_failure_told_of_one_query_leaves_the_others(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
	cfg.queries = 5;
	cfg.max_ttl = 1;
	uint32_t id = lab_add(&lab, &cfg);
	while (!lab_last(&lab, SONDE_EV_TIMEOUT))
		lab_until(&lab, lab.now + SONDE_MS);
	/* The fifth query goes a second after the others, which have expired by then. */
	while (lab_count(&lab, SONDE_EV_SENT) < 5)
		lab_until(&lab, lab.now + SONDE_MS);
	local_error(lab.sent[0].token, EPERM);
	/* The bench checks that no probe is left without a word at the end. */
	lab_until_end(&lab, id);
	assert_int_equal(lab_count(&lab, SONDE_EV_LOCAL_ERROR), 1);
}

/* ---- ends ---- */

static void a_stop_says_what_is_known(void **unused)
{
	(void)unused;
	uint32_t id = begin("icmp", 4);
	struct made_packet answer;
	lab_sent_at(&lab, id, 3);
	lab_exceeded(&answer, lab_sent_at(&lab, id, 1), ROUTER, 28);
	lab_give(&lab, &answer, lab.now);
	unsigned sent = lab_count(&lab, SONDE_EV_SENT);
	sonde_engine_stop(lab.engine, id, SONDE_STOP_INTERRUPTED);
	lab_turn(&lab);
	assert_true(lab.traces[id].ended);
	assert_int_equal(lab.traces[id].end.stop, SONDE_STOP_INTERRUPTED);
	assert_int_equal(lab.traces[id].end.last_ttl, 3);
	assert_int_equal(lab_count(&lab, SONDE_EV_TIMEOUT), sent - 1);
	assert_int_equal(lab_count(&lab, SONDE_EV_SENT), sent);
	/* Once is enough. */
	size_t events = lab.event_count;
	sonde_engine_stop(lab.engine, id, SONDE_STOP_DEADLINE);
	lab_turn(&lab);
	assert_int_equal(lab.event_count, events);
}

static void a_stop_before_the_first_probe_is_an_end_as_well(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
	cfg.first_ttl = 5;
	uint32_t id = lab_add(&lab, &cfg);
	sonde_engine_stop(lab.engine, id, SONDE_STOP_INTERRUPTED);
	lab_turn(&lab);
	assert_int_equal(lab.event_count, 3);
	assert_int_equal(lab.traces[id].end.last_ttl, 0);
	assert_int_equal(lab.traces[id].end.probe_count, 0);
}

/* A caller that confirms late, after the trace was stopped. */
static void nothing_comes_after_the_end(void **unused)
{
	(void)unused;
	for (int sys_errno = 0; sys_errno <= EPERM; sys_errno++) {
		uint32_t id = begin("icmp", 4);
		struct sonde_tx tx;
		assert_true(sonde_engine_next_tx(lab.engine, lab.now, &tx));
		uint64_t token = tx.token;
		sonde_engine_sent(lab.engine, token, lab.now, 0);
		lab_until(&lab, lab.now + 399 * SONDE_US);
		lab.now += SONDE_MS;
		assert_true(sonde_engine_next_tx(lab.engine, lab.now, &tx));
		sonde_engine_stop(lab.engine, id, SONDE_STOP_INTERRUPTED);
		struct sonde_tx none;
		assert_false(sonde_engine_next_tx(lab.engine, lab.now, &none));
		sonde_engine_sent(lab.engine, tx.token, lab.now, sys_errno);
		sonde_engine_sent(lab.engine, token, lab.now, EPERM);
		struct sonde_event event, last = {0};
		while (sonde_engine_next_event(lab.engine, &event))
			last = event;
		assert_int_equal(last.type, SONDE_EV_TRACE_END);
	}
}

static void only_ended_traces_are_forgotten(void **unused)
{
	(void)unused;
	uint32_t id = begin("icmp", 4);
	const struct lab_sent *sent = lab_sent_at(&lab, id, 1);
	sonde_engine_forget(lab.engine, id);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	lab_give(&lab, &answer, lab.now);
	assert_int_equal(lab_count(&lab, SONDE_EV_REPLY), 1);
	sonde_engine_stop(lab.engine, id, SONDE_STOP_INTERRUPTED);
	lab_turn(&lab);
	sonde_engine_forget(lab.engine, id);
	sonde_engine_forget(lab.engine, id);
	sonde_engine_stop(lab.engine, id, SONDE_STOP_INTERRUPTED);
	sonde_engine_sent(lab.engine, sent->token, lab.now, 0);
	lab_turn(&lab);
	/* Its number is never used again. */
	struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
	assert_int_equal(lab_add(&lab, &cfg), id + 1);
	lab_until_end(&lab, id + 1);
}

/* ---- weak answers ---- */

/* 8 quoted bytes over IPv6 are weak. One in the target's name does not make it reached; a second one that says the same does. */
static void one_weak_answer_decides_nothing_and_two_that_agree_do(void **unused)
{
	(void)unused;
	uint32_t id = begin("udp", 6);
	lab_sent_at(&lab, id, 6);
	struct made_packet answer;
	for (uint8_t ttl = 1; ttl <= 3; ttl++) {
		lab_exceeded(&answer, lab_sent_at(&lab, id, ttl), (uint8_t)(ROUTER + ttl), 48);
		lab_give(&lab, &answer, lab.now);
		assert_true(lab_last(&lab, SONDE_EV_REPLY)->as.answer.weak);
	}
	lab_port_unreachable(&answer, lab_sent_at(&lab, id, 4), 1, 48);
	lab_give(&lab, &answer, lab.now);
	lab_turn(&lab);
	assert_int_equal(lab_count(&lab, SONDE_EV_HOP_SETTLED), 4);
	assert_int_equal(lab_count(&lab, SONDE_EV_TRACE_END), 0);
	lab_port_unreachable(&answer, lab_sent_at(&lab, id, 6), 1, 48);
	lab_give(&lab, &answer, lab.now);
	lab_turn(&lab);
	assert_true(lab.traces[id].ended);
	assert_true(lab.traces[id].end.reached);
	assert_int_equal(lab.traces[id].end.distance, 4);
	assert_int_equal(lab_stats(&lab).weak_count, 5);
}

/* ---- many at once ---- */

/* Traces that start together share their first router: it is not asked for more than its limiter gives. */
static void a_shared_router_gets_no_burst(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	lab_init(&lab);
	enum { TRACES = 20, BURST = 5 };
	for (size_t i = 0; i < TRACES; i++) {
		struct sonde_trace_cfg cfg = lab_cfg("icmp", 4);
		cfg.dst.bytes[3] = (uint8_t)(100 + i);
		lab_add(&lab, &cfg);
	}
	lab_turn(&lab);
	/* Each has its start; five go out. */
	assert_int_equal(lab_count(&lab, SONDE_EV_TRACE_START), TRACES);
	unsigned first = 0;
	for (size_t i = 0; i < lab.sent_count; i++)
		first += lab.sent[i].ttl == 1;
	assert_int_equal(first, BURST);
	/* The router makes itself known and answers nobody else for a second. */
	struct made_packet answer;
	lab_exceeded(&answer, &lab.sent[0], ROUTER, 28);
	lab_give(&lab, &answer, lab.now + SONDE_MS);
	for (uint32_t id = 0; id < TRACES; id++)
		lab_until_end(&lab, id);
	/* All were asked in the end. */
	for (uint32_t id = 0; id < TRACES; id++)
		assert_true(lab.traces[id].end.probe_count > 0);
}

/* Three traces that have far more to send: no second has more than the cap, none stands idle, and what waits loses nothing by it. */
static void a_cap_holds_for_all_traces(void **unused)
{
	(void)unused;
	enum { TRACES = 3, CAP = 20 };
	const struct sonde_engine_cfg capped = {.secret = {1}, .per_second_max = CAP};
	lab_finish(&lab);
	lab_init(&lab);
	sonde_engine_free(lab.engine);
	assert_int_equal(sonde_engine_new(&lab.engine, &capped, lab.now), 0);
	struct sonde_trace_cfg cfg = lab_cfg("udp", 4);
	cfg.queries = 3;
	for (uint32_t id = 0; id < TRACES; id++) {
		cfg.sport[0]++;
		assert_int_equal(lab_add(&lab, &cfg), id);
	}
	for (uint32_t id = 0; id < TRACES; id++)
		lab_until_end(&lab, id);
	size_t most = 0, end = 0;
	for (size_t first = 0; first < lab.sent_count; first++) {
		while (end < lab.sent_count && lab.sent[end].at_ns < lab.sent[first].at_ns + SONDE_S)
			end++;
		most = end - first > most ? end - first : most;
	}
	assert_int_equal(most, CAP);
	assert_int_equal(lab_stats(&lab).lost_count, 0);
	for (uint32_t id = 0; id < TRACES; id++)
		assert_int_equal(lab.traces[id].end.probe_count, lab.traces[0].end.probe_count);
}

static void a_caller_who_takes_no_events_gets_no_packets(void **unused)
{
	(void)unused;
	uint32_t id = begin("icmp", 4);
	const struct lab_sent *sent = lab_sent_at(&lab, id, 1);
	struct made_packet answer;
	lab_exceeded(&answer, sent, ROUTER, 28);
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = lab.now, .bytes = answer.bytes, .length_bytes = answer.count};
	for (unsigned i = 0; i < 70000; i++)
		sonde_engine_received(lab.engine, &rx);
	lab.now += SONDE_MS;
	struct sonde_tx tx;
	assert_false(sonde_engine_next_tx(lab.engine, lab.now, &tx));
	struct sonde_event event;
	unsigned taken = 0;
	while (sonde_engine_next_event(lab.engine, &event))
		taken++;
	assert_in_range(taken, 70000, 70010);
	assert_true(sonde_engine_next_tx(lab.engine, lab.now, &tx));
}

static int finish(void **unused)
{
	(void)unused;
	lab_finish(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_out_of_range_are_refused),
		cmocka_unit_test(a_gap_of_no_hops_is_refused),
		cmocka_unit_test(plans_look_at_their_own_settings),
		cmocka_unit_test(probes_may_have_sizes_of_their_own),
		cmocka_unit_test(an_ask_gives_up_one_probe_after_the_other),
		cmocka_unit_test(an_idle_engine_wants_nothing),
		cmocka_unit_test(the_first_probe_goes_at_once_and_the_next_when_it_is_time),
		cmocka_unit_test(every_method_reaches_its_target),
		cmocka_unit_test(a_failed_send_is_this_machines_and_tried_again),
		cmocka_unit_test(what_always_fails_ends_the_trace),
		cmocka_unit_test(a_failure_told_later_is_no_loss),
		cmocka_unit_test(a_failure_told_of_one_query_leaves_the_others),
		cmocka_unit_test(a_stop_says_what_is_known),
		cmocka_unit_test(a_stop_before_the_first_probe_is_an_end_as_well),
		cmocka_unit_test(nothing_comes_after_the_end),
		cmocka_unit_test(only_ended_traces_are_forgotten),
		cmocka_unit_test(one_weak_answer_decides_nothing_and_two_that_agree_do),
		cmocka_unit_test(a_shared_router_gets_no_burst),
		cmocka_unit_test(a_cap_holds_for_all_traces),
		cmocka_unit_test(a_caller_who_takes_no_events_gets_no_packets),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
