/* SPDX-License-Identifier: MIT */
/* The round trips of a whole row, whoever answered. */
#ifndef SN_OUT_TIMES_H
#define SN_OUT_TIMES_H

#include <sonde/path.h>

struct sn_times {
	uint32_t count;             /* answers that carry a time; 0: the rest says nothing */
	sonde_ns best_ns, mean_ns, worst_ns;
};

static inline struct sn_times sn_times_of(const struct sonde_row *row)
{
	struct sn_times times = {0};
	sonde_ns sum_ns = 0;
	for (size_t i = 0; i < row->responder_count; i++) {
		const struct sonde_responder *r = &row->responders[i];
		if (!r->timed_count)
			continue;
		times.best_ns = !times.count || r->best_ns < times.best_ns ? r->best_ns : times.best_ns;
		times.worst_ns = r->worst_ns > times.worst_ns ? r->worst_ns : times.worst_ns;
		sum_ns += r->sum_ns;
		times.count += r->timed_count;
	}
	times.mean_ns = times.count ? sum_ns / times.count : 0;
	return times;
}

#endif
