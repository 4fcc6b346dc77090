/* SPDX-License-Identifier: MIT */
/* A comparison replayed from its own packets: one trace for each method, and the same tables and findings, over random networks. */
#include "randomnet.h"
#include "replayed.h"
#include "test.h"

#include "ext/wire_sim.h"
#include "session/tee.h"

#include <sonde/compare.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 1500, SHOWN = 3 };

struct lab {
	struct sonde_compare *compare;
	struct sn_replay *replay;
	bool weak;  /* an answer is, which a replay cannot know */
};

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct lab *lab = ctx;
	bool answer = event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE;
	lab->weak |= answer && event->as.answer.weak;
	assert_int_equal(sonde_compare_event(lab->compare, event), SONDE_OK);
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	sonde_at_ns wake;
	assert_int_equal(sonde_compare_turn(((struct lab *)ctx)->compare, now, &wake), SONDE_OK);
	return wake;
}

static void on_packet(void *ctx, const struct sonde_rx *packet)
{
	assert_int_equal(sn_replay_packet(ctx, packet->at_ns, packet->bytes, packet->length_bytes), SONDE_OK);
}

static struct sonde_trace_cfg cfg_of(const struct randomnet *net, unsigned i)
{
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.method = (size_t)sonde_method_find(net->asks[i]->name);
	cfg.dport = net->asks[i]->dport;
	cfg.max_ttl = net->max_ttl;
	return cfg;
}

/* Runs the comparison into lab->compare, and its packets into lab->replay. */
static void run_live(const struct randomnet *net, struct lab *lab)
{
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_session *session;
	struct sonde_error err = {0};
	struct sn_tee *tee;
	const struct sn_tap tap = {.ctx = lab->replay, .packet = on_packet};
	assert_int_equal(
	    sn_wire_sim_open_text(&wire, &clock, net->text.text, net->text.length_bytes, "random.net", net->seed, false, &err), SONDE_OK);
	assert_int_equal(sn_tee_new(&tee, wire, &tap), SONDE_OK);
	struct sonde_session_cfg cfg = {
	    .wire = sn_tee_wire(tee), .clock = clock, .ctx = lab, .on_event = on_event, .on_turn = on_turn, .wake_fd = -1};
	memcpy(cfg.engine.secret, &net->seed, sizeof net->seed);
	assert_int_equal(sonde_session_new(&session, &cfg), SONDE_OK);
	assert_int_equal(sonde_compare_new(&lab->compare, session), SONDE_OK);
	for (unsigned i = 0; i < net->ask_count; i++) {
		struct sonde_trace_cfg trace = cfg_of(net, i);
		const struct sonde_session_wish wish = {0};
		struct sonde_route route;
		assert_int_equal(sn_wire_sim_resolve(wire, "target", net->family, 0, &trace.dst), 0);
		assert_int_equal(sonde_compare_add(lab->compare, &trace, &wish, &route, &err), SONDE_OK);
	}
	assert_int_equal(sonde_session_run(session, &err), 0);
	sonde_session_free(session);
	sn_tee_free(tee);
	sn_replay_until(lab->replay, clock->ops->now(clock));
	wire->ops->close(wire);
}

static int on_replayed(void *ctx, const struct sonde_event *event)
{
	return sonde_path_apply(ctx, event);
}

/* The path of that method in the replay, played; NULL: it is not there. */
static struct sonde_path *played(struct sn_replay *replay, const struct sonde_trace_cfg *wanted)
{
	for (size_t i = 0; i < sn_replay_count(replay); i++) {
		const struct sonde_trace_cfg *cfg = sn_replay_cfg(replay, i);
		struct sonde_path *path;
		if (cfg->method != wanted->method || (wanted->dport && cfg->dport != wanted->dport))
			continue;
		assert_int_equal(sonde_path_new(&path), SONDE_OK);
		assert_int_equal(sn_replay_play(replay, i, on_replayed, path), SONDE_OK);
		return path;
	}
	return NULL;
}

/* What differs, NULL: nothing. */
static const char *compare_paths(const struct randomnet *net, struct replayed live[], struct replayed again[], unsigned *method,
                                 unsigned *at)
{
	const struct sonde_path *live_paths[RANDOMNET_ASKS_MAX], *again_paths[RANDOMNET_ASKS_MAX];
	const char *differs = NULL;
	for (unsigned i = 0; i < net->ask_count && !differs; i++) {
		live_paths[i] = live[i].path;
		again_paths[i] = again[i].path;
		*method = i;
		differs = replayed_rows_differ(&live[i], &again[i], at);
	}
	if (differs)
		return differs;
	*method = 0; /* its findings are those of all */
	const struct sonde_case about = {.paths = live_paths, .path_count = net->ask_count, .host = "target"};
	const struct sonde_case about_again = {.paths = again_paths, .path_count = net->ask_count, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, &live[0].findings), SONDE_OK);
	assert_int_equal(sonde_diagnose(&about_again, &again[0].findings), SONDE_OK);
	/* which of the last answers came in time hangs on what the other methods sent: how many tell of the way back differs */
	return live[0].weak || replayed_same_findings(&live[0], &again[0], "asymmetric-return") ? NULL : "what is found";
}

/* What no packet shows, and INITs over IPv6 in short quotes: see test_replay.c. */
static bool is_shown(const struct randomnet *net)
{
	bool sctp = false;
	for (unsigned i = 0; i < net->ask_count; i++)
		sctp |= strcmp(net->asks[i]->name, "sctp") == 0;
	bool untold = sctp && net->family == 6 && strstr(net->text.text, "quote=8");
	return net->fault != FAULT_LOCAL && net->fault != FAULT_DEADLINE && !untold;
}

static void judge(uint64_t seed, unsigned *cases, unsigned *wrong)
{
	struct randomnet net;
	struct lab lab = {0};
	struct replayed live[RANDOMNET_ASKS_MAX] = {0}, again[RANDOMNET_ASKS_MAX] = {0};
	const char *differs = NULL;
	unsigned method = 0, at = 0;
	randomnet_init(&net, seed);
	if (net.ask_count < 2 || !is_shown(&net)) {
		randomnet_finish(&net);
		return;
	}
	++*cases;
	assert_int_equal(sn_replay_new(&lab.replay), SONDE_OK);
	run_live(&net, &lab);
	assert_int_equal(sn_replay_pair(lab.replay), SONDE_OK);
	if (sn_replay_count(lab.replay) != net.ask_count)
		differs = "the number of traces";
	else if (!sn_replay_is_comparison(lab.replay))
		differs = "that it is a comparison";
	size_t count;
	const struct sonde_path *const *paths = sonde_compare_paths(lab.compare, &count);
	for (unsigned i = 0; i < net.ask_count; i++) {
		struct sonde_trace_cfg cfg = cfg_of(&net, i);
		live[i].path = (struct sonde_path *)(uintptr_t)paths[i];
		again[i].path = played(lab.replay, &cfg);
		differs = differs ? differs : again[i].path ? NULL : "the methods";
	}
	live[0].weak = lab.weak;
	differs = differs ? differs : compare_paths(&net, live, again, &method, &at);
	*wrong += differs != NULL;
	if (differs && (*wrong <= SHOWN || getenv("SONDE_TRUTH_SEED"))) {
		printf("seed %" PRIu64 ": %s, IPv%u, %u methods, %s: %s differs at %u\n", seed, randomnet_fault_name(net.fault),
		       (unsigned)net.family, net.ask_count, net.asks[method]->name, differs, at);
		replayed_show("live", &live[method]);
		if (again[method].path)
			replayed_show("replayed", &again[method]);
	}
	for (unsigned i = 0; i < net.ask_count; i++) {
		sonde_findings_finish(&live[i].findings);
		replayed_finish(&again[i]);
	}
	sonde_compare_free(lab.compare);
	sn_replay_free(lab.replay);
	randomnet_finish(&net);
}

static void a_comparison_is_read_back(void **state)
{
	(void)state;
	unsigned cases = 0, wrong = 0;
	const char *wanted = getenv("SONDE_TRUTH_CASES"), *only = getenv("SONDE_TRUTH_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, count = only ? 1 : wanted ? strtoull(wanted, NULL, 10) : CASES;
	for (uint64_t seed = first; seed < first + count; seed++)
		judge(seed, &cases, &wrong);
	printf("%u comparisons, %u otherwise\n", cases, wrong);
	assert_true(cases > 0 && wrong == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_comparison_is_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
