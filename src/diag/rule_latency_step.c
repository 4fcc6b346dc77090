/* SPDX-License-Identifier: MIT */
/* latency-step: between two hops the round trip grows by much, and stays so to the end. */
#include "diag/rtt.h"

/* Worth a word: so much for each hop that it takes, as silent ones between may have a part in it, such a part of the whole, and so many
 * spreads. */
#define STEP_LEAST_NS (30 * SONDE_MS)
enum { STEP_PART = 3, STEP_SPREADS = 4, TIMES_BEHIND_LEAST = 3 };

/* The least time in which anything at or behind the hop answered. */
static sonde_ns from_there(const struct sn_rtt_hop *hop)
{
	return hop->best_ns < hop->behind_ns ? hop->best_ns : hop->behind_ns;
}

static sonde_ns best_ns(const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	return row->responder_count && row->responders[0].timed_count ? row->responders[0].best_ns : -1;
}

/* A comparison asks each hop once, and jitter would do: the other methods that were timed at both hops have to see it, too. */
static bool agreed(const struct sn_case *c, uint8_t near_ttl, uint8_t far_ttl, sonde_ns step_ns)
{
	for (size_t i = 0; i < c->view_count; i++) {
		sonde_ns near_ns = best_ns(&c->views[i], near_ttl), far_ns = best_ns(&c->views[i], far_ttl);
		if (&c->views[i] != c->view && near_ns >= 0 && far_ns >= 0 && far_ns - near_ns < step_ns * 2 / 3)
			return false;
	}
	return true;
}

static void tell(struct sn_case *c, const struct sn_rtt_hop *near, const struct sn_rtt_hop *far, sonde_ns whole_ns)
{
	const struct sn_view *view = c->view;
	sonde_ns step_ns = from_there(far) - from_there(near);
	if (!agreed(c, near->ttl, far->ttl, step_ns))
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "Between ");
	sn_say_hop(f, view, near->ttl);
	sn_say(f, " and ");
	sn_say_hop(f, view, far->ttl);
	sn_say(f, " the round trip grows by ");
	sn_say_ms(f, step_ns);
	sn_say(f, ", of ");
	sn_say_ms(f, whole_ns);
	sn_say(f, " to the end.");
	f->first_ttl = near->ttl;
	f->last_ttl = far->ttl;
	sn_evidence(f, "near_hop", "hops", near->ttl);
	sn_evidence(f, "far_hop", "hops", far->ttl);
	sn_evidence(f, "step", "ms", (double)step_ns / SONDE_MS);
	sn_evidence(f, "round_trip", "ms", (double)whole_ns / SONDE_MS);
}

/* A hop that does not answer faster than those behind it shows how long the way to it is; another's own slowness hides that. */
static bool shows_the_way(const struct sn_rtt_hop *hop, sonde_ns spread_ns)
{
	return hop->best_ns <= hop->behind_ns || hop->best_ns - hop->behind_ns <= spread_ns + SONDE_MS;
}

static void eval(struct sn_case *c)
{
	struct sn_rtt rtt;
	const struct sn_rtt_hop *near = NULL;
	sn_rtt(c->view, &rtt);
	unsigned behind = 0;
	for (size_t i = 0; i < rtt.count; i++)
		behind += rtt.hops[i].timed_count;
	sonde_ns whole_ns = rtt.count ? from_there(&rtt.hops[rtt.count - 1]) : 0;
	for (size_t i = 0; i < rtt.count; i++) {
		const struct sn_rtt_hop *far = &rtt.hops[i];
		if (!shows_the_way(far, rtt.greatest_spread_ns)) {
			behind -= far->timed_count;
			continue;
		}
		sonde_ns step_ns = near ? from_there(far) - from_there(near) : 0;
		sonde_ns least_ns = near ? (far->ttl - near->ttl) * STEP_LEAST_NS : SONDE_NEVER;
		bool much = step_ns >= least_ns && step_ns >= whole_ns / STEP_PART && step_ns >= rtt.greatest_spread_ns * STEP_SPREADS;
		if (much && behind >= TIMES_BEHIND_LEAST && !sn_is_told(c, near->ttl, far->ttl))
			tell(c, near, far, whole_ns);
		behind -= far->timed_count;
		near = far;
	}
}

const struct sn_rule sn_rule_latency_step = {
	.info = {
		.id = "latency-step",
		.summary = "between two hops the round trip grows by much, and stays so to the end",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "Every answer from behind that place took so much longer than the fastest from before it: the step is on the "
		           "way between those two hops, or on the ways back from there. A long cable does that; 10 ms are about 1000 km.",
		.otherwise = "Answers from behind that place may take another, longer way back. A queue that stands may delay as much.",
		.advice = "Compare with the distance between the two places. Where it is too much for that, ask again at another time "
		          "of the day.",
		.source = "RFC 2681",
	},
	.of_rows = true,
	.eval = eval,
};
