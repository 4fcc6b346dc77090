/* SPDX-License-Identifier: MIT */
/* A path as a plan sees it: delays and who answers, without packets. */
#ifndef SONDE_TESTS_PLANPATH_H
#define SONDE_TESTS_PLANPATH_H

#include "plan/plan.h"

enum { PLANPATH_HOPS_MAX = 64 };

struct planpath {
	unsigned hops;                              /* the target answers from this TTL on */
	sonde_ns rtt_ns[PLANPATH_HOPS_MAX + 1];     /* [ttl]; of the target for ttl >= hops */
	uint64_t silent;                            /* bit ttl: that router is silent */
	bool target_silent, target_open;            /* open: answers one probe of flow 0 timed, the others bare */
	unsigned refuses_at;                        /* probes with at least this TTL get admin-prohibited from the router before; 0: none */
	unsigned gives_up_at;                       /* the neighbour at this TTL is absent: 3 s after the first probe for it all
	                                             * get host-unreachable from the router before, the farthest first; 0: none */
	unsigned denies_from, denies_to;            /* these TTLs get port-unreachable from there, in a name of its own; 0: none */
	uint8_t target_reply_ttl;                   /* TTL its answers arrive with; 0: as its place on the path has it */
	unsigned target_answers_most;               /* the target's limiter: answers at most so many; 0: no limit */
};

struct planpath_result {
	sonde_at_ns end_at_ns;
	sonde_at_ns stands_at_ns;                   /* when the last row settled, or would (nothing pending any more) */
	sonde_at_ns told_stand_at_ns;               /* when the plan said so: once, checked while running */
	unsigned probe_count, settled_count, answers[256], timeouts[256];
	struct sonde_event_end end;
};

/* Runs a plan over a path in virtual time. */
void planpath_run(const struct planpath *path, const struct sonde_trace_cfg *cfg, bool once_per_flow, struct planpath_result *out);

#endif
