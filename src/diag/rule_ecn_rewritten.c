/* SPDX-License-Identifier: MIT */
/* ecn-rewritten: the ECN codepoint was changed to another, neither taken off nor a mark of congestion. */
#include "diag/rewrites.h"

static void eval(struct sn_case *c)
{
	enum { NOT_ECT = 0, CE = 3 };
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c->view, SONDE_FIELD_ECN, all);
	for (size_t i = 0; i < count; i++) {
		if (all[i].to == NOT_ECT || all[i].to == CE || sn_rewrite_is_told(c, &all[i]))
			continue;
		struct sonde_finding *f = sn_find_rewrite(c, &all[i]);
		sn_say(f, "The ECN codepoint was %s and is %s from ", sn_ecn_name(all[i].from), sn_ecn_name(all[i].to));
		sn_say_hop(f, c->view, all[i].at_ttl);
		sn_say(f, " on: it was rewritten ");
		sn_say_between(f, c->view, &all[i]);
		sn_say(f, ".");
		sn_evidence(f, "from", "", all[i].from);
		sn_evidence(f, "to", "", all[i].to);
		sn_evidence(f, "hops_showing", "hops", all[i].hop_count);
	}
}

const struct sn_rule sn_rule_ecn_rewritten = {
	.info = {
		.id = "ecn-rewritten",
		.summary = "the ECN codepoint was changed on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "The two bits of ECN arrived with another codepoint than they were sent with, which is neither none nor "
		           "congestion experienced. No router may do that: ECT(0) and ECT(1) ask for different treatment, and a "
		           "packet that is not ECN-capable must not be called so, as its marks would then be lost on its receiver.",
		.otherwise = "A rule that sets the whole TOS byte where it means the DSCP does this. A copy is what its hop says it "
		           "got: one that shows a change which no hop behind it shows is taken for a bad copy and not told.",
		.advice = "Tell the operator of the two hops that are named.",
		.source = "RFC 3168 section 5",
	},
	.eval = eval,
};
