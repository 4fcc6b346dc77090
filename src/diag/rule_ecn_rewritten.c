/* SPDX-License-Identifier: MIT */
/* ecn-rewritten: the ECN codepoint was changed to another, neither taken off nor a mark of congestion. */
#include "diag/rewrites.h"

static bool is_neither(const struct sn_rewrite *rewrite)
{
	enum { NOT_ECT = 0, CE = 3 };
	return rewrite->to != NOT_ECT && rewrite->to != CE;
}

static void eval(struct sn_case *c)
{
	sn_find_values(c, SONDE_FIELD_ECN, is_neither, sn_ecn_name);
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
	.packets = {.fields = SONDE_DIFF_ECN, .between = true, .alike = {"from", "to"}},
	.of_rows = true,
	.eval = eval,
};
