/* SPDX-License-Identifier: MIT */
/* unfinished: a trace that was ended from outside had not reached its target yet. */
#include "diag/diag.h"

/* As a shell has it of a program that SIGINT ends. */
enum { INTERRUPTED = 130 };

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	enum sonde_stop stop = view->end->stop;
	bool cut = stop == SONDE_STOP_DEADLINE || stop == SONDE_STOP_INTERRUPTED || stop == SONDE_STOP_CAPTURE_END;
	if (view->end->reached || !cut)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_UNDECIDED);
	f->exit_status = stop == SONDE_STOP_INTERRUPTED ? INTERRUPTED : f->exit_status;
	sn_headline(f, "Not finished");
	sn_say_last_answer(f, view);
	f->first_ttl = f->last_ttl = view->end->last_answering_ttl;
	sn_evidence(f, "last_answering_hop", "hops", view->end->last_answering_ttl);
	sn_next_again(c, f, "");
}

const struct sn_rule sn_rule_unfinished = {
	.info = {
		.id = "unfinished",
		.summary = "ended from outside before the target had answered",
		.word = "cut short",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "When the trace was ended the target had not answered; whether it would have is not known.",
		.otherwise = "The target may answer, only later than there was time for.",
		.advice = "Ask again with more time.",
		.source = "signal(7)",
	},
	.ends = true,
	.eval = eval,
};
