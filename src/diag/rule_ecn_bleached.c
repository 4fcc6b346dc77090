/* SPDX-License-Identifier: MIT */
/* ecn-bleached: the sign that a transport knows ECN was taken off on the way. */
#include "diag/rewrites.h"

static bool is_bleached(const struct sn_rewrite *rewrite)
{
	enum { NOT_ECT = 0 };
	return rewrite->to == NOT_ECT;
}

static void eval(struct sn_case *c)
{
	sn_find_values(c, SONDE_FIELD_ECN, is_bleached, sn_ecn_name);
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
	.packets = {.fields = SONDE_DIFF_ECN, .between = true, .alike = {"from", "to"}},
	.of_rows = true,
	.eval = eval,
};
