/* SPDX-License-Identifier: MIT */
/* port-unreachable-by-middlebox: port unreachable, by somebody who is not the target. */
#include "diag/diag.h"

static bool refused(const struct sn_case *c)
{
	const struct sonde_event_end *end = c->view->end;
	return end->stop == SONDE_STOP_REFUSED;
}

static void find_refused(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	const struct sonde_event_end *end = view->end;
	char target[SONDE_ADDR_TEXT];
	uint8_t last = end->by_ttl ? end->by_ttl : end->last_answering_ttl;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	sn_say_who(f, view, &end->by, last);
	sn_say(f, " refuses what was sent to %s (%s): not the target's own word, so it counts as not reached.",
	       sonde_addr_text(&view->cfg->dst, target), sonde_meaning_name(end->why));
	f->by = end->by;
	f->first_ttl = f->last_ttl = sn_nearest_ttl(view, &end->by, last);
	sn_headline(f, "Rejected by %s", sonde_addr_text(&end->by, target));
	if (f->first_ttl)
		sn_headline(f, " at hop %u", (unsigned)f->first_ttl);
	sn_headline(f, " (%s)", sonde_meaning_name(end->why));
	sn_evidence(f, "hop", "hops", f->first_ttl);
	if (c->view_count == 1)
		sn_next_compare(c, f);
}

static void eval(struct sn_case *c)
{
	if (c->view->impostor.sign && c->view->impostor.said == SONDE_M_PORT_UNREACHABLE)
		sn_find_impostor(c, "A port-unreachable");
	else if (refused(c))
		find_refused(c);
}

const struct sn_rule sn_rule_port_unreachable_by_middlebox = {
	.info = {
		.id = "port-unreachable-by-middlebox",
		.summary = "port-unreachable that is not the target's own word",
		.word = "rejected",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "Only the host that is addressed knows whether one of its ports is closed. Here a router or firewall says "
		           "it, in its own name or in the target's: a filter that rejects with this code.",
		.otherwise = "The target may have several addresses and answer from another one than was asked.",
		.advice = "The rule stands at the hop that is named; its owner can tell whether this port is meant to be shut.",
		.source = "RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1",
	},
	.ends = true,
	.eval = eval,
};
