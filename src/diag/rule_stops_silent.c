/* SPDX-License-Identifier: MIT */
/* stops-silent: behind some hop nothing answers. */
#include "diag/diag.h"

/* One trace alone sees silence, and says no more than that. */
static void say_alone(struct sonde_finding *f, const struct sn_view *view)
{
	if (view->end->last_answering_ttl) {
		sn_say(f, "Answers stop after ");
		sn_say_hop(f, view, view->end->last_answering_ttl);
	} else {
		sn_say(f, "Nothing answered");
	}
	sn_say_silent_hops(f, view, ": ");
	sn_say_ttl255(f, view);
	sn_say(f, ".");
	if (view->end->ttl255 == SONDE_M_NONE && view->method->silence && *view->method->silence)
		sn_say(f, " %s", view->method->silence);
}

static bool reached(const struct sn_case *c, const struct sn_view *view)
{
	return view != c->view && view->passes;
}

/* The nearest hop behind `ttl` to which another method, on the same way so far, got; 0: none. */
static uint8_t seen_behind(const struct sn_case *c, uint8_t ttl)
{
	uint8_t nearest = 0;
	for (size_t i = 0; i < c->view_count; i++) {
		const struct sn_view *other = &c->views[i];
		if (other == c->view || !sn_same_way(c->view, other, ttl))
			continue;
		for (unsigned t = ttl + 1u; t <= other->cfg->max_ttl && (!nearest || t < nearest); t++)
			if (sn_got_there(other, t))
				nearest = (uint8_t)t;
	}
	return nearest;
}

/* Another method passes: the packets of this one are dropped. */
static void say_compared(struct sonde_finding *f, const struct sn_case *c, uint8_t behind)
{
	const struct sn_view *view = c->view;
	uint8_t last = view->end->last_answering_ttl;
	unsigned silent = sn_silent_past(view, last);
	if (last) {
		sn_say(f, "Packets of %s stop after ", view->label);
		sn_say_hop(f, view, last);
		sn_say(f, ": hop %u and beyond never answered %u probe%s", last + 1u, silent, silent == 1 ? "" : "s");
	} else {
		sn_say(f, "Nothing answered %u probe%s of %s", silent, silent == 1 ? "" : "s", view->label);
	}
	sn_say(f, ", while ");
	if (sn_other_reached(c)) {
		bool many = sn_say_labels(f, c, reached) > 1;
		sn_say(f, " reach%s the target in the same seconds: ", many ? "" : "es");
	} else {
		sn_say(f, "hop %u answers other methods in the same seconds: ", (unsigned)behind);
	}
	if (!last)
		sn_say(f, "a filter at or before hop %u drops %s.", (unsigned)behind, view->label);
	else if (behind == last + 1)
		sn_say(f, "a filter at or just after hop %u drops %s.", (unsigned)last, view->label);
	else
		sn_say(f, "a filter between hop %u and hop %u drops %s.", (unsigned)last, (unsigned)behind, view->label);
	sn_otherwise(f, "the hops behind answer other methods and leave this one unanswered");
	f->confidence = silent > 2 && last ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	if (view->end->stop != SONDE_STOP_GAP)
		return;
	uint8_t last = view->end->last_answering_ttl, behind = seen_behind(c, last);
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (behind)
		say_compared(f, c, behind);
	else
		say_alone(f, view);
	if (last)
		sn_headline(f, "Stops after ");
	sn_headline_hop(f, view, last);
	f->first_ttl = f->last_ttl = last;
	if (last && view->rows[last].responder_count)
		f->by = view->rows[last].responders[0].addr;
	sn_evidence(f, "last_answering_hop", "hops", last);
	sn_evidence(f, "probes_unanswered", "probes", sn_silent_past(view, last));
	if (c->view_count == 1)
		sn_next(c, f, "compare", "");
	else if (behind)
		sn_next(c, f, "compare", "--shape");
}

const struct sn_rule sn_rule_stops_silent = {
	.info = {
		.id = "stops-silent",
		.summary = "after some hop nothing answers",
		.word = "silent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "Up to some hop probes were answered; behind it none was, the target included. When another method is "
		           "answered from behind there in the same seconds, a filter drops the packets of this one.",
		.otherwise = "Routers behind that hop, and the target, may get the packets and keep silent: one method's silence does "
		             "not tell a filter from quiet routers in front of a quiet target. Answers may also get lost on the way "
		             "back.",
		.advice = "'sonde compare HOST' asks by several methods at once; what one of them reaches shows where the others end.",
		.source = "RFC 1812 section 5.3.9, RFC 2979",
	},
	.ends = true,
	.eval = eval,
};
