/* SPDX-License-Identifier: MIT */
/* dscp-rewritten: the mark that asks for a class of service was changed on the way. */
#include "diag/rewrites.h"

static void eval(struct sn_case *c)
{
	sn_find_values(c, SONDE_FIELD_DSCP, NULL, NULL);
}

const struct sn_rule sn_rule_dscp_rewritten = {
	.info = {
		.id = "dscp-rewritten",
		.summary = "the DSCP was rewritten on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "The DSCP, by which networks sort packets into classes of service, arrived at some hop with another value "
		           "than it was sent with. From there on the packets are treated as the new value says: marked voice may "
		           "become best effort, or the other way round. Networks commonly do so at their borders.",
		.otherwise = "Which of the two hops did it cannot be told: the first may change what it sends on, the second what it "
		           "takes in, before it looks. A copy that no hop behind it confirms is taken for a bad copy and not told.",
		.advice = "Where a class of service was agreed on, show the operator of these two hops the line. To see whether "
		           "other values pass, try --dscp with each of them.",
		.source = "RFC 2474 section 3",
	},
	.packets = {.fields = SONDE_DIFF_DSCP, .between = true, .alike = {"from", "to"}},
	.of_rows = true,
	.eval = eval,
};
