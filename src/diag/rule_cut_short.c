/* SPDX-License-Identifier: MIT */
/* cut-short: the trace was ended before all was known. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	bool deadline = view->end->stop == SONDE_STOP_DEADLINE, capture = view->end->stop == SONDE_STOP_CAPTURE_END;
	if (!deadline && !capture && view->end->stop != SONDE_STOP_INTERRUPTED)
		return;
	if ((deadline || capture) && view->mtu) /* a search has a time of its own, and says itself what it had none for */
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (capture)
		sn_say(f, "The capture ends while answers might still come.");
	else if (!deadline)
		sn_say(f, "Interrupted.");
	else if (view->cfg->deadline_ns)
		sn_say(f, "Stopped by --deadline before all was known.");
	else /* nobody asked for an end, but the plan has one of its own */
		sn_say(f, "Stopped after an hour, the longest that a trace may take, before all was known.");
	sn_evidence(f, "probes", "probes", view->end->probe_count);
}

const struct sn_rule sn_rule_cut_short = {
	.info = {
		.id = "cut-short",
		.summary = "the trace was ended before all was known",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "A signal or --deadline ended the trace, or the capture that it was read from ends there. What had been seen by "
		           "then is told; what was still on its way counts neither as answered nor as lost.",
		.otherwise = "Nothing about the network follows from it.",
		.advice = "Ask again with more time, or without --deadline.",
		.source = "signal(7)",
	},
	.of = SN_OF_BOTH,
	.eval = eval,
};
