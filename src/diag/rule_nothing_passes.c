/* SPDX-License-Identifier: MIT */
/* nothing-passes: no method of a comparison reaches the target, and all end alike. */
#include "diag/rewrites.h"

#include <string.h>

/* The protocols that were tried, each once. */
static unsigned protocols(const struct sn_case *c)
{
	unsigned count = 0;
	for (size_t i = 0; i < c->view_count; i++) {
		size_t j = 0;
		while (j < i && sonde_trace_protocol(c->views[j].cfg) != sonde_trace_protocol(c->views[i].cfg))
			j++;
		count += j == i;
	}
	return count;
}

/* And by no fault of this machine. */
static bool ends_in_silence(const struct sn_case *c, const struct sn_view *view)
{
	const struct sonde_finding *end = sn_end_of(c, view);
	return end && strcmp(end->rule->id, "stops-silent") == 0;
}

static bool ends_alike(const struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (!ends_in_silence(c, &c->views[i]) || c->views[i].end->stop != SONDE_STOP_GAP ||
		    c->views[i].end->last_answering_ttl != c->views[0].end->last_answering_ttl)
			return false;
	return true;
}

/* What keeps the target silent to all of them is known. */
static bool all_are_spoiled(const struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (!sn_spoiled(c, &c->views[i]).at_ttl)
			return false;
	return true;
}

static void eval(struct sn_case *c)
{
	uint8_t last = c->views[0].end->last_answering_ttl;
	if (protocols(c) < 2 || !ends_alike(c) || all_are_spoiled(c))
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_POSSIBLE);
	if (last) {
		sn_say(f, "No method is answered from behind ");
		sn_say_hop(f, &c->views[0], last);
	} else {
		sn_say(f, "No method is answered by anybody");
	}
	sn_say(f, ": rather a missing route, a host that is down or a filter for all that goes there than one for a single kind of "
	          "packet.");
	sn_otherwise(f, "the hops behind pass packets on in silence, to a target that ignores all of these methods");
	f->first_ttl = f->last_ttl = last;
	sn_evidence(f, "last_answering_hop", "hops", last);
	sn_evidence(f, "methods", "methods", (double)c->view_count);
}

const struct sn_rule sn_rule_nothing_passes = {
	.info = {
		.id = "nothing-passes",
		.summary = "no method reaches the target, and all end at the same hop",
		.severity = SONDE_SEVERITY_WARNING,
		.meaning = "Several protocols end alike, in silence behind the same hop. A filter commonly tells kinds of packet "
		           "apart; a route or a host that is gone does not.",
		.otherwise = "A target may ignore all that was asked, behind routers that never answer.",
		.advice = "Ask the owner of the last hop that answers for its route to the target, and the owner of the target "
		          "whether it is up.",
		.source = "RFC 1812 section 5.2.7.1",
	},
	.about_case = true,
	.eval = eval,
};
