/* SPDX-License-Identifier: MIT */
/* Best round trips, hop by hop: chance makes a time longer, never shorter, so a short one farther on proves that the way there is short. */
#include "diag/rtt.h"

#include <stdlib.h>

/* A hop is slow when even its best is so much above a later one's: in time, in parts of that, and in spreads. */
#define SLOW_LEAST_NS (10 * SONDE_MS)
enum { SLOW_PART = 4, SLOW_SPREADS = 2, SLOW_TIMES_LEAST = 2 };

static int by_size(const void *a, const void *b)
{
	sonde_ns x = *(const sonde_ns *)a, y = *(const sonde_ns *)b;
	return (x > y) - (x < y);
}

static void take_hops(const struct sn_view *view, struct sn_rtt *out)
{
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct sn_rtt_hop hop = {.ttl = (uint8_t)ttl, .best_ns = SONDE_NEVER, .behind_ns = SONDE_NEVER};
		const struct sonde_row *row = &view->rows[ttl];
		sonde_ns worst_ns = 0;
		for (size_t i = 0; i < row->responder_count; i++) {
			const struct sonde_responder *r = &row->responders[i];
			if (!r->timed_count)
				continue;
			hop.best_ns = r->best_ns < hop.best_ns ? r->best_ns : hop.best_ns;
			worst_ns = r->worst_ns > worst_ns ? r->worst_ns : worst_ns;
			hop.timed_count += r->timed_count;
		}
		hop.spread_ns = hop.timed_count ? worst_ns - hop.best_ns : 0;
		if (hop.timed_count)
			out->hops[out->count++] = hop;
	}
}

static void take_spreads(struct sn_rtt *out)
{
	sonde_ns spreads[SONDE_TTL_LAST + 1];
	size_t count = 0;
	for (size_t i = 0; i < out->count; i++)
		if (out->hops[i].timed_count > 1)
			spreads[count++] = out->hops[i].spread_ns;
	qsort(spreads, count, sizeof *spreads, by_size);
	out->common_spread_ns = count ? spreads[count / 2] : 0;
	out->greatest_spread_ns = count ? spreads[count - 1] : 0;
}

static bool is_slow(const struct sn_rtt *rtt, const struct sn_rtt_hop *hop)
{
	sonde_ns more = hop->best_ns - hop->behind_ns;
	if (hop->behind_ns == SONDE_NEVER || hop->timed_count < SLOW_TIMES_LEAST)
		return false;
	return more >= SLOW_LEAST_NS && more >= hop->behind_ns / SLOW_PART && more >= rtt->greatest_spread_ns * SLOW_SPREADS;
}

void sn_rtt(const struct sn_view *view, struct sn_rtt *out)
{
	out->count = 0;
	take_hops(view, out);
	take_spreads(out);
	for (size_t i = out->count; i-- > 0;) {
		struct sn_rtt_hop *hop = &out->hops[i];
		const struct sn_rtt_hop *next = i + 1 < out->count ? hop + 1 : NULL;
		if (next) {
			bool nearest = next->best_ns <= next->behind_ns;
			hop->behind_ns = nearest ? next->best_ns : next->behind_ns;
			hop->behind_ttl = nearest ? next->ttl : next->behind_ttl;
		}
		hop->slow = is_slow(out, hop);
	}
}

void sn_say_ms(struct sonde_finding *f, sonde_ns ns)
{
	double ms = (double)ns / SONDE_MS;
	sn_say(f, ms < 10 ? "%.1f ms" : "%.0f ms", ms);
}
