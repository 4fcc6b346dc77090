/* SPDX-License-Identifier: MIT */
/* The sweep against paths of delays: its bars in probes and time, and how it ends. */
#include "planpath.h"
#include "test.h"

#include "base/rng.h"

#include <stdlib.h>

static struct sonde_trace_cfg cfg_of(uint8_t queries)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.queries = queries;
	cfg.sport_count = queries;
	cfg.dst = (struct sonde_addr){.family = 4, .bytes = {192, 0, 2, 1}};
	return cfg;
}

/* A path of `hops` whose links share `rtt` at random. */
static struct planpath random_path(struct sn_rng *rng, unsigned hops, sonde_ns rtt)
{
	struct planpath path = {.hops = hops};
	double weight[PLANPATH_HOPS_MAX + 1], sum = 0, so_far = 0;
	for (unsigned i = 1; i <= hops; i++)
		sum += weight[i] = 0.05 + sn_rng_unit(rng);
	for (unsigned i = 1; i <= hops; i++)
		path.rtt_ns[i] = (sonde_ns)((so_far += weight[i]) / sum * (double)rtt);
	path.rtt_ns[hops] = rtt;
	return path;
}

static struct planpath even_path(unsigned hops, sonde_ns rtt)
{
	struct planpath path = {.hops = hops};
	for (unsigned i = 1; i <= hops; i++)
		path.rtt_ns[i] = rtt / (int)hops * (int)i;
	path.rtt_ns[hops] = rtt;
	return path;
}

struct bar {
	const char *name;
	bool open;
	uint8_t queries;
	double rtts;          /* time bar: rtts x R + more */
	sonde_ns more;
	unsigned spare;       /* probe bar: 1.5 x least + spare */
	double send_rtts;     /* the last hop's queries must have left by send_rtts x R + more */
	unsigned sent_each;   /* … so many of them */
};

/* True: whoever keeps the probe bar cannot keep the time bar. By the time the last hop must have been asked only `known` hops are known
 * to exist, and on a path of known + 1 hops asking as far as this one would already be too many. */
static bool time_bar_is_out_of_reach(const struct bar *bar, const struct planpath *path, sonde_ns rtt)
{
	/* Probes leave 0.4 ms after each other: what is known a dozen probes of each query earlier is what can be used. */
	sonde_ns by = (sonde_ns)(bar->send_rtts * (double)rtt) + bar->more - bar->queries * 5 * SONDE_MS;
	unsigned known = 0;
	while (known < path->hops && path->rtt_ns[known + 1] <= by)
		known++;
	unsigned least = bar->queries * (known + 1);
	return bar->sent_each * path->hops > least + least / 2 + bar->spare;
}

static void all_answering(const struct bar *bar)
{
	struct sn_rng rng;
	sn_rng_init(&rng, 1, bar->queries);
	unsigned slow = 0, runs = 2000;
	for (unsigned i = 0; i < runs; i++) {
		unsigned hops = 2 + (unsigned)sn_rng_below(&rng, 29);
		sonde_ns rtt = 5 * SONDE_MS + (sonde_ns)sn_rng_below(&rng, 195) * SONDE_MS;
		struct planpath path = random_path(&rng, hops, rtt);
		path.target_open = bar->open;
		struct sonde_trace_cfg cfg = cfg_of(bar->queries);
		struct planpath_result r;
		planpath_run(&path, &cfg, bar->open, &r);
		assert_int_equal(r.end.stop, SONDE_STOP_REACHED);
		assert_true(r.end.reached);
		assert_int_equal(r.end.distance, hops);
		assert_int_equal(r.settled_count, hops);
		unsigned least = bar->queries * hops;
		assert_in_range(r.probe_count, least - (bar->queries - 1u), least + least / 2 + bar->spare);
		if (r.end_at_ns <= (sonde_at_ns)(bar->rtts * (double)rtt) + bar->more)
			continue;
		slow++;
		assert_true(time_bar_is_out_of_reach(bar, &path, rtt));
		assert_true(r.end_at_ns <= (sonde_at_ns)((bar->rtts + 0.2) * (double)rtt) + bar->more);
	}
	print_message("%s: %u of %u random paths above the time bar, each out of reach within the probe bar\n", bar->name, slow, runs);
	assert_in_range(slow, 0, runs / 50);
}

static void one_query_stays_within_its_bars(void **unused)
{
	(void)unused;
	all_answering(&(struct bar){"one query", false, 1, 1.25, 30 * SONDE_MS, 12, 0.25, 1});
}

static void three_queries_stay_within_their_bars(void **unused)
{
	(void)unused;
	all_answering(&(struct bar){"three queries", false, 3, 1.5, 40 * SONDE_MS, 20, 0.5, 3});
}

static void an_open_port_is_timed_three_times(void **unused)
{
	(void)unused;
	all_answering(&(struct bar){"open port, three queries", true, 3, 1.5, 40 * SONDE_MS, 20, 0.5, 3});
}

static void three_silent_hops_wait_in_parallel(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 2, 0);
	for (unsigned i = 0; i < 1000; i++) {
		unsigned hops = 6 + (unsigned)sn_rng_below(&rng, 25), at = 2 + (unsigned)sn_rng_below(&rng, hops - 5);
		sonde_ns rtt = 5 * SONDE_MS + (sonde_ns)sn_rng_below(&rng, 195) * SONDE_MS;
		struct planpath path = random_path(&rng, hops, rtt);
		path.silent = UINT64_C(7) << at;
		for (uint8_t queries = 1; queries <= 3; queries += 2) {
			struct sonde_trace_cfg cfg = cfg_of(queries);
			struct planpath_result r;
			planpath_run(&path, &cfg, false, &r);
			assert_int_equal(r.end.distance, hops);
			assert_int_equal(r.settled_count, hops);
			assert_in_range(r.end_at_ns, 0, (uint64_t)(2.5 * (double)rtt) + 100 * SONDE_MS);
			/* One retry of a single query, none of three. */
			for (unsigned ttl = at; ttl < at + 3; ttl++)
				assert_int_equal(r.timeouts[ttl], queries == 1 ? 2 : 3);
		}
	}
}

/* Who decides himself what is asked again gets each silent row after one query, no later than the three of others. */
static void no_row_is_asked_again_where_that_was_said(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 3, 0);
	for (unsigned i = 0; i < 200; i++) {
		unsigned hops = 6 + (unsigned)sn_rng_below(&rng, 25), at = 2 + (unsigned)sn_rng_below(&rng, hops - 5);
		sonde_ns rtt = 5 * SONDE_MS + (sonde_ns)sn_rng_below(&rng, 195) * SONDE_MS;
		struct planpath path = random_path(&rng, hops, rtt);
		path.silent = UINT64_C(7) << at;
		struct sonde_trace_cfg cfg = cfg_of(1);
		cfg.no_retry = true;
		struct planpath_result r;
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.distance, hops);
		assert_int_equal(r.settled_count, hops);
		assert_in_range(r.end_at_ns, 0, (uint64_t)(2.5 * (double)rtt) + 100 * SONDE_MS);
		for (unsigned ttl = at; ttl < at + 3; ttl++)
			assert_int_equal(r.timeouts[ttl], 1);
	}
	/* Nor behind a filter. */
	struct planpath path = even_path(15, 75 * SONDE_MS);
	path.target_silent = true;
	struct sonde_trace_cfg cfg = cfg_of(1);
	cfg.no_retry = cfg.no_wait = true;
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_GAP);
	for (unsigned ttl = 15; ttl <= 24; ttl++)
		assert_int_equal(r.timeouts[ttl], 1);
}

static void a_filtered_target_stands_within_a_second(void **unused)
{
	(void)unused;
	for (uint8_t queries = 1; queries <= 3; queries += 2) {
		struct planpath path = even_path(15, 75 * SONDE_MS);
		path.target_silent = true;
		struct sonde_trace_cfg cfg = cfg_of(queries);
		struct planpath_result r;
		cfg.no_wait = true;
		planpath_run(&path, &cfg, false, &r);
		print_message("filtered, %u queries: rows stand after %.3f s, %u probes\n", queries, (double)r.end_at_ns / 1e9,
		              r.probe_count);
		assert_int_equal(r.end.stop, SONDE_STOP_GAP);
		assert_false(r.end.reached);
		assert_true(r.end.ttl255_asked);
		assert_int_equal(r.end.last_answering_ttl, 14);
		assert_int_equal(r.settled_count, 24);
		assert_in_range(r.end_at_ns, 0, (queries == 1 ? 600 : 400) * SONDE_MS);
		/* With the wait: until a router could have said host-unreachable, no longer. */
		cfg.no_wait = false;
		planpath_run(&path, &cfg, false, &r);
		assert_in_range(r.end_at_ns, 3200 * SONDE_MS, 3200 * SONDE_MS + 3 * 75 * SONDE_MS);
		/* It says that they stand when it begins to wait. */
		assert_in_range(r.told_stand_at_ns, 0, (queries == 1 ? 600 : 400) * SONDE_MS);
		assert_int_equal(r.told_stand_at_ns, r.stands_at_ns);
	}
}

static void what_waits_for_nobody_stands_when_it_ends(void **unused)
{
	(void)unused;
	struct planpath path = even_path(15, 75 * SONDE_MS);
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.told_stand_at_ns, r.end_at_ns);
	/* Also where it is told to end. */
	path.target_silent = true;
	cfg.deadline_ns = 50 * SONDE_MS;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_DEADLINE);
	assert_int_equal(r.told_stand_at_ns, 50 * SONDE_MS);
}

static void an_unreachable_ends_the_path_when_nothing_behind_answers(void **unused)
{
	(void)unused;
	for (uint8_t queries = 1; queries <= 3; queries += 2) {
		struct planpath path = even_path(15, 75 * SONDE_MS);
		path.refuses_at = 6;
		struct sonde_trace_cfg cfg = cfg_of(queries);
		struct planpath_result r;
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.stop, SONDE_STOP_UNREACHABLE);
		assert_int_equal(r.end.by_ttl, 6);
		assert_int_equal(r.end.by.bytes[2], 5);
		assert_int_equal(r.end.why, SONDE_M_ADMIN_PROHIBITED);
		assert_int_equal(r.settled_count, 6);
		assert_in_range(r.end_at_ns, 0, 100 * SONDE_MS);
	}
}

/* An absent neighbour is given up after three seconds, and all that waited for it are told so, in any order: the nearest is the one that
 * ends the path, whichever was read first, and nobody is made to look for the neighbour again. */
static void an_absent_neighbour_is_told_once_for_all(void **unused)
{
	(void)unused;
	for (unsigned at = 1; at <= 4; at += 3)
		for (uint8_t queries = 1; queries <= 3; queries += 2)
			for (sonde_ns wait = 0; wait <= SONDE_S; wait += SONDE_S) {
				struct planpath path = even_path(12, 12 * SONDE_MS);
				path.gives_up_at = at;
				struct sonde_trace_cfg cfg = cfg_of(queries);
				cfg.wait_max_ns = wait;
				struct planpath_result r;
				planpath_run(&path, &cfg, false, &r);
				assert_int_equal(r.end.stop, SONDE_STOP_UNREACHABLE);
				assert_int_equal(r.end.by_ttl, at);
				assert_in_range(r.end_at_ns, 3 * SONDE_S, 3200 * SONDE_MS + 2 * 12 * SONDE_MS);
			}
	/* Where the gap limit let only one TTL wait for it, also under -N, no other is sent after it. */
	struct planpath path = even_path(12, 12 * SONDE_MS);
	path.gives_up_at = 4;
	struct sonde_trace_cfg cfg = cfg_of(1);
	cfg.gap = cfg.window = 1;
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.by_ttl, 4);
	assert_in_range(r.end_at_ns, 3 * SONDE_S, 3200 * SONDE_MS + 2 * 12 * SONDE_MS);
}

static void a_limited_target_shows_no_loss(void **unused)
{
	(void)unused;
	struct planpath path = even_path(3, 30 * SONDE_MS);
	path.target_answers_most = 6;
	struct sonde_trace_cfg cfg = cfg_of(3);
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.distance, 3);
	unsigned answers = 0;
	for (unsigned ttl = 3; ttl < 256; ttl++)
		answers += r.answers[ttl];
	assert_true(answers >= 3);
	assert_in_range(r.end_at_ns, 0, 45 * SONDE_MS + 40 * SONDE_MS);
}

static void a_path_longer_than_asked_for_ends_at_max_ttl(void **unused)
{
	(void)unused;
	struct planpath path = even_path(20, 75 * SONDE_MS);
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	cfg.max_ttl = 8;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_MAX_TTL);
	assert_int_equal(r.settled_count, 8);
	assert_int_equal(r.probe_count, 8);
	/* Silent routers make it no shorter: that the target answers at TTL 255 proves that it is farther than was allowed. */
	path.silent = UINT64_MAX;
	for (cfg.queries = 1; cfg.queries <= 3; cfg.queries += 2) {
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.stop, SONDE_STOP_MAX_TTL);
		assert_int_equal(r.end.ttl255, SONDE_M_ECHO_REPLY);
		assert_int_equal(r.settled_count, 8);
		assert_false(r.end.reached);
	}
}

/* Behind an ocean or a satellite all answers come after the first guess of how long to wait: none of them is called lost for that. */
static void a_way_longer_than_guessed_loses_nothing(void **unused)
{
	(void)unused;
	for (sonde_ns jump = 100 * SONDE_MS; jump <= 1500 * SONDE_MS; jump += 100 * SONDE_MS)
		for (unsigned at = 1; at <= 3; at++)
			for (uint8_t queries = 1; queries <= 3; queries += 2) {
				struct planpath path = {.hops = 6};
				for (unsigned ttl = 1; ttl <= 6; ttl++)
					path.rtt_ns[ttl] = (sonde_ns)ttl * 2 * SONDE_MS + (ttl >= at ? jump : 0);
				struct sonde_trace_cfg cfg = cfg_of(queries);
				struct planpath_result r;
				planpath_run(&path, &cfg, false, &r);
				assert_int_equal(r.end.stop, SONDE_STOP_REACHED);
				assert_int_equal(r.end.distance, 6);
				for (unsigned ttl = 1; ttl < 6; ttl++)
					assert_true(r.answers[ttl] >= queries);
			}
}

static void a_wait_that_was_asked_for_is_waited(void **unused)
{
	(void)unused;
	struct planpath path = even_path(4, 4 * SONDE_MS);
	path.target_silent = true;
	struct sonde_trace_cfg cfg = cfg_of(3);
	struct planpath_result r;
	cfg.no_wait = true;
	cfg.wait_max_ns = 2 * SONDE_S;
	planpath_run(&path, &cfg, false, &r);
	assert_in_range(r.end_at_ns, 4 * SONDE_S, 4100 * SONDE_MS); /* first queries, then the others; meanwhile the probe at TTL 255 */
}

static void a_target_behind_a_long_silence_is_found(void **unused)
{
	(void)unused;
	struct planpath path = even_path(20, 75 * SONDE_MS);
	path.silent = UINT64_C(0x7fff) << 4;  /* TTL 4 … 18 */
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_REACHED);
	assert_true(r.end.ttl255_asked);
	assert_int_equal(r.end.distance, 20);
	assert_int_equal(r.settled_count, 20);
}

static void many_queries_are_spread(void **unused)
{
	(void)unused;
	struct planpath path = even_path(3, 3 * SONDE_MS);
	struct sonde_trace_cfg cfg = cfg_of(10);
	struct planpath_result r;
	planpath_run(&path, &cfg, false, &r);
	/* Four at once, then one a second. */
	assert_int_equal(r.answers[1], 10);
	assert_in_range(r.end_at_ns, 5900 * SONDE_MS, 6200 * SONDE_MS);
}

/* An answer in the target's name whose own TTL was never counted down came from our own link. */
static void an_untouched_reply_ttl_contradicts_a_far_target(void **unused)
{
	(void)unused;
	for (unsigned hops = 1; hops <= 12; hops++) {
		struct planpath path = even_path(hops, 20 * SONDE_MS);
		path.target_reply_ttl = 64;
		struct sonde_trace_cfg cfg = cfg_of(1);
		struct planpath_result r;
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.stop, hops < 5 ? SONDE_STOP_REACHED : SONDE_STOP_CONTRADICTED);
		assert_int_equal(r.end.reached, hops < 5);
		assert_int_equal(r.end.distance, hops);
	}
}

/* … however the trace comes to its end. */
static void a_doubted_target_is_not_reached_by_the_deadline_either(void **unused)
{
	(void)unused;
	struct planpath path = even_path(8, 80 * SONDE_MS);
	path.target_reply_ttl = 64;
	path.silent = UINT64_C(1) << 3;
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	cfg.deadline_ns = 100 * SONDE_MS; /* its answer is there, the silent hop is still waited for */
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_DEADLINE);
	assert_false(r.end.reached);
}

/* A gateway between two ways refuses what goes over one of them: two agreeing refusals are the target's own only when nothing that was
 * sent farther can still say that the way goes on. */
static void a_refusal_is_not_the_targets_while_farther_probes_are_on_their_way(void **unused)
{
	(void)unused;
	for (uint8_t queries = 1; queries <= 3; queries += 2) {
		struct planpath path = even_path(12, 120 * SONDE_MS);
		path.denies_from = 4;
		path.denies_to = 5;
		struct sonde_trace_cfg cfg = cfg_of(queries);
		struct planpath_result r;
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.stop, SONDE_STOP_REACHED);
		assert_int_equal(r.end.distance, 12);
		assert_int_equal(r.settled_count, 12);
		/* Where all farther ones get the same, it is. */
		path.denies_to = 255;
		planpath_run(&path, &cfg, false, &r);
		assert_int_equal(r.end.stop, SONDE_STOP_REACHED);
		assert_int_equal(r.end.distance, 4);
	}
}

static void the_row_of_ttl_255_is_one_like_others(void **unused)
{
	(void)unused;
	struct planpath path = even_path(60, 60 * SONDE_MS);
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	path.target_silent = true;
	path.silent = UINT64_MAX;
	cfg.first_ttl = 250;
	cfg.max_ttl = 255;
	cfg.no_wait = true;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_GAP);
	assert_int_equal(r.settled_count, 6);
	assert_int_equal(r.end.last_ttl, 255);
	assert_false(r.end.ttl255_asked);
	assert_int_equal(r.timeouts[255], 2);
}

/* Two of an open port's three times are asked for at TTL 255 at once: its distance need not be known for that. */
static void an_open_port_takes_no_second_round_trip(void **unused)
{
	(void)unused;
	struct planpath path = even_path(15, 75 * SONDE_MS);
	path.target_open = true;
	struct sonde_trace_cfg cfg = cfg_of(3);
	struct planpath_result r;
	planpath_run(&path, &cfg, true, &r);
	assert_int_equal(r.end.distance, 15);
	assert_int_equal(r.answers[255], 2);
	assert_in_range(r.end_at_ns, 75 * SONDE_MS, 75 * SONDE_MS * 3 / 2);
	/* It answers there, but the way to it was not followed to its end: not reached. */
	cfg.max_ttl = 8;
	planpath_run(&path, &cfg, true, &r);
	assert_int_equal(r.end.stop, SONDE_STOP_MAX_TTL);
	assert_int_equal(r.end.ttl255, SONDE_M_SYN_ACK);
	assert_false(r.end.reached);
}

/* An open port that answers only the last of 255 queries has no room for one more: they are counted in eight bits. */
static void a_row_gets_no_more_probes_than_can_be_counted(void **unused)
{
	(void)unused;
	struct sonde_trace_cfg cfg = cfg_of(255);
	cfg.max_ttl = 1;
	cfg.sport_count = SONDE_FLOWS_MAX;
	void *state = calloc(1, sn_plan_sweep.state_bytes(&cfg));
	assert_non_null(state);
	sn_plan_sweep.init(state, &cfg, true, 0);
	const struct sn_plan_answer answer = {
	    .ttl = 1, .class = SN_CLASS_TARGET, .rtt_ns = SONDE_MS, .reply_ttl = 64, .meaning = SONDE_M_SYN_ACK, .from = &cfg.dst};
	struct sn_plan_step step = {0};
	unsigned sent = 0;
	for (sonde_at_ns now = 0; step.act != SN_PLAN_DONE; now = step.act == SN_PLAN_WAIT ? step.until_ns : now) {
		sn_plan_sweep.next(state, now, &step);
		if (step.act != SN_PLAN_SEND)
			continue;
		sn_plan_sweep.sent(state, &step, now);
		sent += step.ttl == 1;
		assert_true(step.ttl != 1 || step.query == sent);
		if (sent == 255)
			sn_plan_sweep.answer(state, &answer, now);
	}
	assert_int_equal(sent, 255);
	free(state);
}

/* A first query waits for no other: so many as are asked for go at once. */
static void a_window_that_was_asked_for_is_filled_at_once(void **unused)
{
	(void)unused;
	struct planpath path = even_path(15, 75 * SONDE_MS);
	struct sonde_trace_cfg cfg = cfg_of(1);
	struct planpath_result r;
	cfg.window = 30;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.end.distance, 15);
	assert_int_equal(r.probe_count, 30);
	assert_int_equal(r.end_at_ns, 75 * SONDE_MS);
	cfg.window = 1;
	planpath_run(&path, &cfg, false, &r);
	assert_int_equal(r.probe_count, 15);
	assert_int_equal(r.end.distance, 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_query_stays_within_its_bars),
		cmocka_unit_test(three_queries_stay_within_their_bars),
		cmocka_unit_test(an_open_port_is_timed_three_times),
		cmocka_unit_test(three_silent_hops_wait_in_parallel),
		cmocka_unit_test(no_row_is_asked_again_where_that_was_said),
		cmocka_unit_test(a_filtered_target_stands_within_a_second),
		cmocka_unit_test(what_waits_for_nobody_stands_when_it_ends),
		cmocka_unit_test(an_unreachable_ends_the_path_when_nothing_behind_answers),
		cmocka_unit_test(an_absent_neighbour_is_told_once_for_all),
		cmocka_unit_test(a_limited_target_shows_no_loss),
		cmocka_unit_test(a_path_longer_than_asked_for_ends_at_max_ttl),
		cmocka_unit_test(a_target_behind_a_long_silence_is_found),
		cmocka_unit_test(a_way_longer_than_guessed_loses_nothing),
		cmocka_unit_test(a_wait_that_was_asked_for_is_waited),
		cmocka_unit_test(many_queries_are_spread),
		cmocka_unit_test(an_untouched_reply_ttl_contradicts_a_far_target),
		cmocka_unit_test(a_doubted_target_is_not_reached_by_the_deadline_either),
		cmocka_unit_test(a_refusal_is_not_the_targets_while_farther_probes_are_on_their_way),
		cmocka_unit_test(the_row_of_ttl_255_is_one_like_others),
		cmocka_unit_test(an_open_port_takes_no_second_round_trip),
		cmocka_unit_test(a_row_gets_no_more_probes_than_can_be_counted),
		cmocka_unit_test(a_window_that_was_asked_for_is_filled_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
