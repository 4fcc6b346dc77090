/* SPDX-License-Identifier: MIT */
/* What a path keeps: the probes of each TTL and what they came to. */
#ifndef SN_PATH_INTERNAL_H
#define SN_PATH_INTERNAL_H

#include <sonde/path.h>

/* The probes of one TTL, in order of sending. */
struct sn_hop {
	struct sonde_query *queries;
	size_t query_count, query_capacity;
	size_t settled_count;       /* queries there were when it settled: those of them still under way were not needed any more */
	sonde_at_ns settled_at_ns;
	sonde_ns longest_ns;        /* that an answer took */
	bool settled;
	bool answered; /* at least once, also late */
};

struct sonde_path {
	struct sonde_trace_cfg cfg;
	struct sonde_event_end end;
	uint32_t trace_id;
	bool started, ended;
	sonde_at_ns began_at_ns, ended_at_ns;
	struct sn_hop hops[SONDE_TTL_LAST + 1];
};

/* Makes room for one more item of item_bytes; the count of items is the caller's. */
int sn_path_reserve(void **items, size_t count, size_t *capacity, size_t item_bytes);
/* The target itself answered this probe, as far as one answer can say. */
bool sn_path_answered_by_target(const struct sonde_query *query);

#endif
