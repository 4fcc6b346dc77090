/* SPDX-License-Identifier: MIT */
/* One or more traces over a simulated network in virtual time, and what came of them. */
#ifndef SONDE_TESTS_SCENARIO_H
#define SONDE_TESTS_SCENARIO_H

#include "sim/sim.h"

#include <sonde/event.h>
#include <sonde/path.h>
#include <sonde/session.h>

enum { SCENARIO_TRACES_MAX = 16, SCENARIO_ANSWERS_MAX = 600 };

/* What one probe got. */
struct scenario_answer {
	enum sonde_event_type type;
	struct sonde_event_probe probe;
	struct sonde_event_answer answer;
	unsigned extension_count;           /* objects, or pieces of them, that came with it */
	struct sonde_extension extension;   /* the first of them */
};

struct scenario_trace {
	struct sonde_trace_cfg cfg;
	struct scenario_answer answers[SCENARIO_ANSWERS_MAX];
	size_t answer_count;
	unsigned sent[256], timeouts[256], crowded[256], local_errors[256];  /* crowded: of the timeouts */
	uint8_t settled_count;       /* rows came in order: checked while running */
	sonde_at_ns settled_at_ns[256];
	bool ended;
	sonde_at_ns started_at_ns, stand_at_ns, end_at_ns;
	struct sonde_event_end end;
};

struct scenario {
	/* Set before scenario_run. */
	const char *net;             /* text of a .net file */
	const char *method;
	uint16_t dport;
	uint8_t family;
	uint64_t seed;
	const char *targets[SCENARIO_TRACES_MAX];  /* names in the .net file; "target" when none is given */
	struct sonde_trace_cfg cfg;  /* from scenario_init */
	struct sonde_path *path;     /* takes in the first trace; NULL: nobody wants it */
	/* Filled by scenario_run. */
	struct scenario_trace traces[SCENARIO_TRACES_MAX];
	size_t trace_count;
	struct sonde_engine_stats stats;
	struct sn_sim_counts counts;
};

/* Defaults: icmp, IPv4, seed 1, one query. */
void scenario_init(struct scenario *s);
/* Runs until every trace has ended. Anything that cannot be set up fails the test. */
void scenario_run(struct scenario *s);
/* First answer (not a duplicate) of a TTL, NULL: none. */
const struct scenario_answer *scenario_first(const struct scenario_trace *t, uint8_t ttl);
/* Answers with a TTL that are no duplicates. */
unsigned scenario_answers(const struct scenario_trace *t, uint8_t ttl);

#endif
