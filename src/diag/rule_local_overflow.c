/* SPDX-License-Identifier: MIT */
/* local-overflow: this machine's receive buffer overflowed. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	uint32_t dropped = c->view->end->dropped_count;
	if (!dropped)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "This machine's receive buffer overflowed and lost %u packet%s: losses above may be its own.", dropped,
	       dropped == 1 ? "" : "s");
	sn_evidence(f, "packets_lost", "packets", dropped);
}

const struct sn_rule sn_rule_local_overflow = {
	.info = {
		.id = "local-overflow",
		.summary = "this machine lost answers because its receive buffer was full",
		.severity = SONDE_SEVERITY_WARNING,
		.exit_status = 0,
		.meaning = "More packets came in than were read in time; the kernel threw away the rest, answers among them perhaps.",
		.otherwise = "What was lost may have been other people's packets.",
		.advice = "Trace fewer hosts at once, or raise net.core.rmem_max.",
		.source = "socket(7)",
	},
	.eval = eval,
};
