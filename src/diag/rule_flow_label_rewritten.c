/* SPDX-License-Identifier: MIT */
/* flow-label-rewritten: the IPv6 flow label was changed on the way. */
#include "diag/rewrites.h"

static void eval(struct sn_case *c)
{
	sn_find_values(c, SONDE_FIELD_FLOW_LABEL, NULL, NULL);
}

const struct sn_rule sn_rule_flow_label_rewritten = {
	.info = {
		.id = "flow-label-rewritten",
		.summary = "the IPv6 flow label was rewritten on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "The flow label of IPv6, by which routers may keep a flow on one path, arrived with another value than it "
		           "was sent with. Routers behind that place balance by the new one.",
		.otherwise = "The hop that first shows the new label may have set it itself as it took the packet in, or the one "
		           "before it as it sent it on. What only one hop in the middle shows is not told.",
		.advice = "Nothing breaks by it as long as one flow gets one label. Where flows that should share a path part, or "
		           "the reverse, tell the operator of these two hops.",
		.source = "RFC 6437 section 2",
	},
	.packets = {.fields = SONDE_DIFF_FLOW_LABEL, .between = true, .alike = {"from", "to"}},
	.of_rows = true,
	.eval = eval,
};
