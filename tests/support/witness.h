/* SPDX-License-Identifier: MIT */
/* Traces through a random network, and for each of their probes what the observer recorded beside what really happened to it. */
#ifndef SONDE_TESTS_WITNESS_H
#define SONDE_TESTS_WITNESS_H

#include "randomnet.h"

#include "sim/sim.h"

#include <sonde/compare.h>
#include <sonde/event.h>
#include <sonde/finding.h>
#include <sonde/path.h>

enum { WITNESS_PROBES_MAX = 2048 };

struct witness_probe {
	/* recorded by events */
	uint32_t trace;
	uint8_t ttl;
	uint64_t token;
	bool heard;               /* an answer came before the trace ended */
	bool weak;                /* by so few bits that it might be forged */
	bool timed;
	sonde_ns rtt_ns;
	enum sonde_meaning meaning;
	struct sonde_addr from;   /* as the answer says */
	/* known to the network alone */
	enum sn_sim_fate fate;    /* how its way ended */
	int ended_at;             /* node; -1: it is still on its way */
	int answered_by;          /* the node that wrote an answer, -1: nobody */
	bool kept_silent, limited;  /* that is why */
	bool answer_lost;
};

struct witness_trace {
	sonde_at_ns started_at_ns, end_at_ns;
	unsigned local_errors;
	bool ended;
};

struct witness {
	const struct randomnet *net;
	struct witness_probe probes[WITNESS_PROBES_MAX];  /* in order of sending */
	unsigned probe_count;     /* that were sent */
	struct witness_trace traces[RANDOMNET_ASKS_MAX];
	unsigned trace_count;
	struct sonde_wire *wire;
	struct sonde_session *session;
	struct sonde_path *path;         /* of a single trace */
	struct sonde_path *weak;         /* the same, but that all answers are weak */
	struct sonde_compare *compare;   /* of several */
	struct sonde_findings findings;
};

/* Traces, or compares where several methods are asked, and has it diagnosed; finished by witness_finish. */
void witness_init(struct witness *w, const struct randomnet *net);
void witness_finish(struct witness *w);

#endif
