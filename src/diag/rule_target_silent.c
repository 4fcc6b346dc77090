/* SPDX-License-Identifier: MIT */
/* target-silent: the last router answers, the target leaves this method unanswered. */
#include "diag/rewrites.h"

static bool reached_one_farther(const struct sn_case *c, const struct sn_view *view)
{
	return view != c->view && view->passes && view->end->distance == c->view->end->last_answering_ttl + 1 &&
	       sn_same_way(c->view, view, c->view->end->last_answering_ttl);
}

static bool known_one_farther(const struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (reached_one_farther(c, &c->views[i]))
			return true;
	return false;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	uint8_t last = view->end->last_answering_ttl;
	bool errors = sn_is_answered_by_errors(view), asked = last || view->first_ttl == 1;
	if (view->end->stop != SONDE_STOP_GAP || !asked || !known_one_farther(c))
		return;
	char target[SONDE_ADDR_TEXT];
	unsigned silent = sn_silent_past(view, last);
	struct sonde_finding *f = sn_find(c, silent > 2 && !errors ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	sonde_addr_text(&view->cfg->dst, target);
	if (last) {
		sn_say(f, "The last router, ");
		sn_say_hop(f, view, last);
		sn_say(f, ", answers %s, the target %s behind it", view->label, target);
	} else {
		sn_say(f, "The target %s, the very next hop,", target);
	}
	sn_say(f, " left %u probe%s of %s unanswered, while it answers ", silent, silent == 1 ? "" : "s", last ? "it" : view->label);
	sn_say_labels(f, c, reached_one_farther);
	if (sn_spoiled(c, view).at_ttl) {
		sn_say(f, ": ");
		sn_say_spoiled(f, c, view);
		sn_say(f, ", and a host drops such packets.");
	} else if (errors)
		sn_say(f, ": a service took it in silence, the target rations its ICMP errors, or a filter at its door drops %s.",
		       view->label);
	else if (last)
		sn_say(f, ": the target ignores %s, or a filter on it or on the last router drops it.", view->label);
	else
		sn_say(f, ": it ignores %s, or a filter on it drops that.", view->label);
	sn_otherwise(f, "the answers to this one method get lost on the way back");
	if (last) {
		sn_headline(f, "Gets as far as ");
		sn_headline_hop(f, view, last);
		sn_headline(f, ", the last router; the target is silent");
	} else {
		sn_headline(f, "Ignored by the target");
	}
	f->first_ttl = f->last_ttl = (uint8_t)(last + 1);
	f->by = view->cfg->dst;
	sn_evidence(f, "last_router", "hops", last);
	sn_evidence(f, "probes_unanswered", "probes", silent);
	if (!c->about->trials && !sn_spoiled(c, view).at_ttl)
		sn_next(c, f, "compare", "--shape");
}

const struct sn_rule sn_rule_target_silent = {
	.info = {
		.id = "target-silent",
		.summary = "the last router answers, the target ignores this method",
		.word = "silent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "By another method the target answers one hop behind the last router; to this one it says nothing. The "
		           "packets get as far as that router.",
		.otherwise = "The filter may stand on the last router, behind its TTL check, as well as on the target. A UDP service "
		             "that got the packet need not answer it.",
		.advice = "Look for the dropped packets in the firewall logs of the target and of the last router; 'sonde --lost' "
		          "lists what to look for.",
		.source = "RFC 1122 section 3.2.2.1, RFC 2979",
	},
	.ends = true,
	.eval = eval,
};
