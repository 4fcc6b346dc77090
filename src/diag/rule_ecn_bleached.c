/* SPDX-License-Identifier: MIT */
/* ecn-bleached: the sign that a transport knows ECN was taken off on the way. */
#include "diag/rewrites.h"

static void eval(struct sn_case *c)
{
	enum { NOT_ECT = 0 };
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c->view, SONDE_FIELD_ECN, all);
	for (size_t i = 0; i < count; i++) {
		if (all[i].to != NOT_ECT || sn_rewrite_is_told(c, &all[i]))
			continue;
		struct sonde_finding *f = sn_find_rewrite(c, &all[i]);
		sn_say(f, "ECN is taken off: the probes left as %s and are not ECN-capable any more from ", sn_ecn_name(all[i].from));
		sn_say_hop(f, c->view, all[i].at_ttl);
		sn_say(f, " on; it happened ");
		sn_say_between(f, c->view, &all[i]);
		sn_say(f, ".");
		sn_evidence(f, "from", "", all[i].from);
		sn_evidence(f, "to", "", all[i].to);
		sn_evidence(f, "hops_showing", "hops", all[i].hop_count);
	}
}

const struct sn_rule sn_rule_ecn_bleached = {
	.info = {
		.id = "ecn-bleached",
		.summary = "ECN was taken off the packets on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "The probes left with an ECN codepoint, which says that congestion may be shown by a mark instead of by a "
		           "loss, and arrive at some hop without. Connections over this path get losses where they could have had "
		           "marks; L4S does not work over it.",
		.otherwise = "The first of the two hops may take it off what it sends on, or the second what it takes in. Where the "
		           "probes were sent without ECN there is nothing to see.",
		.advice = "Tell the operator of these two hops: a rule that sets the whole TOS byte where it means the DSCP does "
		           "this.",
		.source = "RFC 3168 section 5",
	},
	.eval = eval,
};
