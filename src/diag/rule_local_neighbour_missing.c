/* SPDX-License-Identifier: MIT */
/* local-neighbour-missing: the next hop does not answer on this machine's link. */
#include "diag/diag.h"
#include <stdio.h>

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	char target[SONDE_ADDR_TEXT];
	if (view->end->stop != SONDE_STOP_UNREACHABLE || !sonde_addr_equal(&view->end->by, &view->cfg->src))
		return;
	/* What the own stack says of its own packets is that neighbour discovery, or ARP, failed (RFC 4861 section 7.2.2). */
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "Host %s is unreachable, says this machine (%s): no answer on the link from the next hop.",
	       sonde_addr_text(&view->cfg->dst, target), sonde_meaning_name(view->end->why));
	sn_headline(f, "Does not get off this machine's link");
	f->by = view->cfg->src;
	f->who = "this-machine";
	f->first_ttl = f->last_ttl = 1;
	sn_evidence(f, "probes", "probes", view->end->probe_count);
	snprintf(f->next, sizeof f->next, "ip neighbour");
}

const struct sn_rule sn_rule_local_neighbour_missing = {
	.info = {
		.id = "local-neighbour-missing",
		.summary = "the next hop does not answer on this machine's own link",
		.word = "no link",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "This machine asked for the link address of the next hop, the gateway or the target itself, and nobody "
		           "answered: nothing left the link.",
		.otherwise = "The cable, the switch port or the VLAN may be wrong, as well as the address of the gateway.",
		.advice = "'ip neighbour' shows who was asked for in vain, 'ip route get ADDRESS' who the next hop is.",
		.source = "RFC 826, RFC 4861 section 7.2.2",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.of_machine = true,
	.eval = eval,
};
