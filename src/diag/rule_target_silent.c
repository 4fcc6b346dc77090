/* SPDX-License-Identifier: MIT */
/* target-silent: the last router answers, the target leaves this method unanswered. */
#include "diag/diag.h"

static bool reached_one_farther(const struct sn_case *c, const struct sn_view *view)
{
	return view != c->view && view->passes && view->end->distance == c->view->end->last_answering_ttl + 1 &&
	       sn_same_way(c->view, view, c->view->end->last_answering_ttl);
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	uint8_t last = view->end->last_answering_ttl;
	bool known = false;
	if (view->end->stop != SONDE_STOP_GAP || !last)
		return;
	for (size_t i = 0; i < c->view_count; i++)
		known |= reached_one_farther(c, &c->views[i]);
	if (!known)
		return;
	char target[SONDE_ADDR_TEXT];
	unsigned silent = sn_silent_past(view, last);
	struct sonde_finding *f = sn_find(c, silent > 2 ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	sn_say(f, "The last router, ");
	sn_say_hop(f, view, last);
	sn_say(f, ", answers %s, the target %s behind it left %u probe%s of it unanswered, while it answers ", view->label,
	       sonde_addr_text(&view->cfg->dst, target), silent, silent == 1 ? "" : "s");
	sn_say_labels(f, c, reached_one_farther);
	sn_say(f, ": a filter at the target, or on the last router in front of it, drops %s", view->label);
	sn_say(f, view->method->protocol4 == 17 ? ", or a service took it in silence." : ".");
	sn_otherwise(f, "the answers to this one method get lost on the way back");
	sn_headline(f, "Gets as far as ");
	sn_headline_hop(f, view, last);
	sn_headline(f, ", the last router; the target is silent");
	f->first_ttl = f->last_ttl = (uint8_t)(last + 1);
	f->by = view->cfg->dst;
	sn_evidence(f, "last_router", "hops", last);
	sn_evidence(f, "probes_unanswered", "probes", silent);
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
