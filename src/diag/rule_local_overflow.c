/* SPDX-License-Identifier: MIT */
/* local-overflow: this machine's receive buffer overflowed. */
#include "diag/diag.h"

/* Somebody's storm, of which nobody knows that it means us: answers have a buffer of their own. */
static void say_unread(struct sn_case *c, uint32_t count)
{
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "%u packet%s came faster than they could be read; no answer that is as it was sent was among them", count,
	       count == 1 ? "" : "s");
	sn_say(f, c->view->changed ? ", but answers here are rewritten on the way: losses above may be this machine's own." : ".");
	sn_evidence(f, "packets_lost", "packets", count);
}

static void eval(struct sn_case *c)
{
	const struct sonde_event_end *end = c->view->end;
	uint32_t dropped = end->dropped_count, unread = end->unread_count;
	if (!dropped && unread && !end->forged_count) {
		say_unread(c, unread);
		return;
	}
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
		.otherwise = "What was lost may have been other people's packets: on the raw wire answers that are as they were sent have "
		             "a buffer of their own, and are lost only where that is said.",
		.advice = "Trace fewer hosts at once, or raise net.core.rmem_max.",
		.source = "socket(7)",
	},
	.eval = eval,
};
