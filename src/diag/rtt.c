/* SPDX-License-Identifier: MIT */
/* Best round trips, hop by hop: chance makes a time longer, never shorter, so a short one farther on proves that the way there is short. */
#include "diag/rtt.h"

/* A hop is slow when even its best is so much above a later one's: in time, in parts of that, and in spreads. */
#define SLOW_LEAST_NS (10 * SONDE_MS)
enum { SLOW_PART = 4, SLOW_SPREADS = 2, SLOW_TIMES_LEAST = 2 };

/* What refuses a packet stands nearer than its row, and waits for seconds, where it asks for a neighbour, before it says so. */
static bool tells_the_way(const struct sonde_query *query)
{
	const struct sonde_event_answer *answer = &query->answer;
	bool there = answer->meaning == SONDE_M_TIME_EXCEEDED || (answer->in_targets_name && sonde_meaning_is_final(answer->meaning));
	return sn_answered(query) && answer->rtt_ns >= 0 && there;
}

static void take_hops(const struct sn_view *view, struct sn_rtt *out)
{
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct sn_rtt_hop hop = {.ttl = (uint8_t)ttl, .best_ns = SONDE_NEVER, .behind_ns = SONDE_NEVER};
		const struct sonde_row *row = &view->rows[ttl];
		sonde_ns worst_ns = 0;
		bool is_target = view->passes && ttl == view->end->distance;
		if (!is_target && sn_answers_elsewhere(view, (uint8_t)ttl))
			continue; /* in a circle, a later TTL is not farther away */
		for (size_t i = 0; i < row->query_count; i++) {
			sonde_ns rtt_ns = row->queries[i]->answer.rtt_ns;
			if (!tells_the_way(row->queries[i]))
				continue;
			hop.best_ns = rtt_ns < hop.best_ns ? rtt_ns : hop.best_ns;
			worst_ns = rtt_ns > worst_ns ? rtt_ns : worst_ns;
			hop.timed_count++;
		}
		hop.spread_ns = hop.timed_count ? worst_ns - hop.best_ns : 0;
		out->greatest_spread_ns = hop.spread_ns > out->greatest_spread_ns ? hop.spread_ns : out->greatest_spread_ns;
		if (hop.timed_count)
			out->hops[out->count++] = hop;
	}
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
	out->greatest_spread_ns = 0;
	take_hops(view, out);
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
