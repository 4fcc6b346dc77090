/* SPDX-License-Identifier: MIT */
/* A run replayed from its own packets gives the same table and findings, over random networks with every kind of fault. */
#include "randomnet.h"
#include "replayed.h"
#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 2400, SHOWN = 3 };

struct count {
	unsigned cases, rows, findings;
};

/* What no packet shows: why a send failed on this machine, who ended a run, and how many probes it would have sent had it gone on. */
static bool is_shown(const struct randomnet *net)
{
	return net->fault != FAULT_LOCAL && net->fault != FAULT_DEADLINE;
}

/* Of an INIT over IPv6 eight quoted bytes show nothing that depends on the probe: live such an answer proves nothing and is a stray, from a
 * capture, which nobody forges, it is paired by its flow. The two may differ there. */
static bool is_read_otherwise(const struct randomnet *net)
{
	return net->family == 6 && strcmp(net->asks[0]->name, "sctp") == 0 && strstr(net->text.text, "quote=8");
}

static void judge(uint64_t seed, struct count *counts)
{
	struct randomnet net;
	struct sn_replay *replay;
	struct replayed live, again;
	struct replayed_run run = {.seed = seed};
	randomnet_init(&net, seed);
	assert_int_equal(sn_replay_new(&replay), SONDE_OK);
	replayed_init(&live);
	replayed_init(&again);
	/* the first method of the network alone */
	run.net = net.text.text;
	run.net_bytes = net.text.length_bytes;
	run.family = net.family;
	sonde_trace_cfg_init(&run.cfg);
	run.cfg.method = (size_t)sonde_method_find(net.asks[0]->name);
	run.cfg.dport = net.asks[0]->dport;
	run.cfg.queries = net.queries;
	run.cfg.max_ttl = net.max_ttl;
	run.cfg.deadline_ns = net.deadline_ns;
	replayed_live(&run, replay, &live);
	assert_int_equal(sn_replay_pair(replay), SONDE_OK);
	struct count *c = &counts[net.fault];
	const char *differs = "the number of traces";
	unsigned at = 0;
	bool findings = true;
	c->cases++;
	if (sn_replay_count(replay) == 1) {
		replayed_play(replay, 0, &again);
		differs = replayed_rows_differ(&live, &again, &at);
		findings = live.weak || replayed_same_findings(&live, &again, NULL);
	}
	if (is_read_otherwise(&net)) {
		differs = NULL;
		findings = true;
	}
	c->rows += differs != NULL;
	c->findings += !findings;
	if ((differs || !findings) && ((is_shown(&net) && c->rows + c->findings <= SHOWN) || getenv("SONDE_TRUTH_SEED"))) {
		printf("seed %" PRIu64 ": %s, IPv%u %s -q %u -m %u: ", seed, randomnet_fault_name(net.fault), (unsigned)net.family,
		       net.asks[0]->name, (unsigned)net.queries, (unsigned)net.max_ttl);
		printf("%s differs at %u\n", differs ? differs : "what is found", at);
		replayed_show("live", &live);
		if (sn_replay_count(replay) == 1)
			replayed_show("replayed", &again);
	}
	replayed_finish(&live);
	replayed_finish(&again);
	sn_replay_free(replay);
	randomnet_finish(&net);
}

static void a_replay_shows_the_same(void **state)
{
	(void)state;
	struct count counts[FAULT_COUNT] = {{0}};
	unsigned rows = 0, findings = 0;
	const char *wanted = getenv("SONDE_TRUTH_CASES"), *only = getenv("SONDE_TRUTH_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, cases = only ? 1 : wanted ? strtoull(wanted, NULL, 10) : CASES;
	for (uint64_t seed = first; seed < first + cases; seed++)
		judge(seed, counts);
	printf("%-32s %6s %15s %19s\n", "fault", "cases", "rows otherwise", "findings otherwise");
	for (unsigned i = 0; i < FAULT_COUNT; i++) {
		printf("%-32s %6u %15u %19u\n", randomnet_fault_name((enum randomnet_fault)i), counts[i].cases, counts[i].rows,
		       counts[i].findings);
		if (i == FAULT_LOCAL || i == FAULT_DEADLINE)
			continue;
		rows += counts[i].rows;
		findings += counts[i].findings;
	}
	assert_int_equal(rows, 0);
	assert_int_equal(findings, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replay_shows_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
