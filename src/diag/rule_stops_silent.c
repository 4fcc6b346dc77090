/* SPDX-License-Identifier: MIT */
/* stops-silent: behind some hop nothing answers. */
#include "diag/rewrites.h"

/* One trace alone sees silence, and says no more than that. */
static void say_alone(struct sonde_finding *f, const struct sn_case *c, const struct sn_view *view)
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
	if (c->about->reached_ttl) {
		sn_say(f, " At other times the target was reached: the answers were lost, or nobody gave them.");
	} else if (sn_spoiled(c, view).at_ttl) {
		sn_say(f, " This may be the target's silence: ");
		sn_say_spoiled(f, c, view);
		sn_say(f, ".");
	} else if (view->end->ttl255 == SONDE_M_NONE && view->method->silence && *view->method->silence)
		sn_say(f, " %s", view->method->silence);
}

static bool reached(const struct sn_case *c, const struct sn_view *view)
{
	return view != c->view && view->passes;
}

static void say_where(struct sonde_finding *f, uint8_t last, uint8_t behind)
{
	if (!last)
		sn_say(f, "a filter at or before hop %u", (unsigned)behind);
	else if (behind == last + 1)
		sn_say(f, "a filter at or just after hop %u", (unsigned)last);
	else
		sn_say(f, "a filter between hop %u and hop %u", (unsigned)last, (unsigned)behind);
}

/* What gets farther in the same seconds. */
static void say_others(struct sonde_finding *f, const struct sn_case *c, uint8_t behind)
{
	if (!sn_other_reached(c)) {
		sn_say(f, "hop %u answers other methods in the same seconds", (unsigned)behind);
		return;
	}
	bool many = sn_say_labels(f, c, reached) > 1;
	sn_say(f, " reach%s the target in the same seconds", many ? "" : "es");
}

/* Routers behind answer whatever passes them, but not this method. */
static void say_filtered(struct sonde_finding *f, const struct sn_case *c, const struct sn_behind *behind)
{
	uint8_t last = c->view->end->last_answering_ttl;
	sn_say(f, ", while ");
	say_others(f, c, behind->ttl);
	sn_say(f, ": ");
	say_where(f, last, behind->frank_ttl);
	sn_say(f, " drops %s.", c->view->label);
	sn_otherwise(f, "the hops behind answer other methods and leave this one unanswered");
	/* a lone answer may have taken the last one that a limiter gave; the target gives its own without */
	bool sure = behind->frank_answers > 1 || !sn_is_answered_by_errors(c->view);
	f->confidence = sure && last ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE;
}

/* No router behind shows it, but the target itself answers others, and its answers to this method are none that hosts ration. */
static void say_ignored(struct sonde_finding *f, const struct sn_case *c, const struct sn_behind *behind)
{
	sn_say(f, ", while ");
	say_others(f, c, behind->ttl);
	sn_say(f, ": ");
	if (sn_say_spoiled(f, c, c->view))
		sn_say(f, ", and a host drops such packets; or ");
	else
		sn_say(f, "the target ignores %s, or ", c->view->label);
	say_where(f, c->view->end->last_answering_ttl, behind->ttl);
	sn_say(f, " drops it.");
	sn_otherwise(f, "its answers alone get lost on the way back");
	f->confidence = SONDE_CONFIDENCE_POSSIBLE;
}

/* Only ICMP errors could answer, and from behind there they do not come, or not always, whatever the method. */
static void say_untold(struct sonde_finding *f, const struct sn_case *c, uint8_t last)
{
	const char *label = c->view->label;
	sn_say(f, ", but ICMP errors are all that could answer, and ");
	if (last)
		sn_say(f, "those from behind hop %u do not come back from everywhere to other methods either", (unsigned)last);
	else
		sn_say(f, "they do not come back from everywhere to other methods either");
	sn_say(f, ": whether %s gets there cannot be told.", label);
	f->confidence = SONDE_CONFIDENCE_UNDECIDED;
}

/* Another method gets farther. */
static void say_compared(struct sonde_finding *f, const struct sn_case *c, const struct sn_behind *behind)
{
	const struct sn_view *view = c->view;
	uint8_t last = view->end->last_answering_ttl;
	unsigned silent = sn_silent_past(view, last);
	if (last) {
		sn_say(f, "Answers to %s stop after ", view->label);
		sn_say_hop(f, view, last);
		sn_say(f, ": hop %u and beyond left %u probe%s unanswered", last + 1u, silent, silent == 1 ? "" : "s");
	} else {
		sn_say(f, "Nothing answered %u probe%s of %s", silent, silent == 1 ? "" : "s", view->label);
	}
	if (behind->frank_ttl && silent > 2)
		say_filtered(f, c, behind);
	else if (!sn_is_answered_by_errors(view) && silent > 2)
		say_ignored(f, c, behind);
	else
		say_untold(f, c, last);
}

/* What came and fits no probe may be what is missed. */
static void doubt(struct sonde_finding *f, const struct sn_case *c)
{
	uint32_t count = c->view->end->forged_count;
	if (!count || c->about->follows || f->confidence != SONDE_CONFIDENCE_CERTAIN)
		return;
	f->confidence = SONDE_CONFIDENCE_LIKELY;
	sn_otherwise(f, "answers came, so rewritten that they show no probe: %u packet%s fit%s none", count, count == 1 ? "" : "s",
	             count == 1 ? "s" : "");
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	if (view->end->stop != SONDE_STOP_GAP)
		return;
	uint8_t last = view->end->last_answering_ttl;
	struct sn_behind behind = sn_look_behind(c, last);
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (behind.ttl)
		say_compared(f, c, &behind);
	else
		say_alone(f, c, view);
	doubt(f, c);
	if (last)
		sn_headline(f, "Stops after ");
	sn_headline_hop(f, view, last);
	f->first_ttl = f->last_ttl = last;
	if (last && view->rows[last].responder_count)
		f->by = view->rows[last].responders[0].addr;
	sn_evidence(f, "last_answering_hop", "hops", last);
	sn_evidence(f, "probes_unanswered", "probes", sn_silent_past(view, last));
	if (c->about->reached_ttl) /* what another method comes to tells nothing of what this one does now and then */
		return;
	if (c->view_count == 1)
		sn_next_compare(c, f);
	else if (behind.ttl && f->confidence >= SONDE_CONFIDENCE_POSSIBLE && !c->about->trials && !sn_spoiled(c, view).at_ttl)
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
		.advice_compared = "Where another method gets farther, its next hop is where to look for a filter; where none does, ask "
		                   "whoever runs the last hop that answered.",
		.source = "RFC 1812 section 5.3.9, RFC 2979",
	},
	.ends = true,
	.eval = eval,
};
