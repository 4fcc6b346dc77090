/* SPDX-License-Identifier: MIT */
/* ttl-too-small: the path is longer than -m allows. */
#include "diag/diag.h"

#include <stdio.h>

/* From which hop on, to the last that answers, one and the same address does; 0: fewer than four. */
static unsigned one_voice_from(const struct sn_view *view)
{
	enum { HOPS_LEAST = 4 };
	unsigned last = view->end->last_answering_ttl, from = last;
	while (from > view->first_ttl && view->rows[from].responder_count == 1 && view->rows[from - 1].responder_count == 1 &&
	       sonde_addr_equal(&view->rows[from].responders[0].addr, &view->rows[from - 1].responders[0].addr))
		from--;
	return last && last - from + 1 >= HOPS_LEAST ? from : 0;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	char target[SONDE_ADDR_TEXT], options[16];
	if (view->end->stop != SONDE_STOP_MAX_TTL)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "%s was not reached within %u hop%s", sonde_addr_text(&view->cfg->dst, target), (unsigned)view->cfg->max_ttl,
	       view->cfg->max_ttl == 1 ? "" : "s");
	if (view->end->last_answering_ttl) {
		sn_say(f, "; the last answer came from ");
		sn_say_hop(f, view, view->end->last_answering_ttl);
	}
	sn_say_silent_hops(f, view, "; ");
	/* that nothing came from there yet when the rows stood says nothing: it is farther than was asked for */
	if (view->end->ttl255 != SONDE_M_NONE)
		sn_say_ttl255(f, view);
	sn_say(f, ".");
	sn_headline(f, "Not reached within %u hops", (unsigned)view->cfg->max_ttl);
	f->first_ttl = f->last_ttl = view->cfg->max_ttl;
	sn_evidence(f, "max_hops", "hops", view->cfg->max_ttl);
	sn_evidence(f, "last_answering_hop", "hops", view->end->last_answering_ttl);
	if (view->cfg->max_ttl == SONDE_TTL_LAST)
		return;
	unsigned one_voice = one_voice_from(view);
	if (one_voice) {
		sn_say(f, " One address answers at every hop from %u on: packets stay there, and more hops would show no more.", one_voice);
		return;
	}
	sn_say(f, " -m asks for more hops.");
	snprintf(options, sizeof options, "-m %u", view->cfg->max_ttl < 128 ? view->cfg->max_ttl * 2u : 255u);
	sn_next_again(c, f, options);
}

const struct sn_rule sn_rule_ttl_too_small = {
	.info = {
		.id = "ttl-too-small",
		.summary = "the path is longer than -m allows",
		.word = "too far",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "Routers still answered at the last TTL that -m allows, or the target answers a probe at TTL 255 and none "
		           "of the nearer ones: the path is longer than was asked for.",
		.otherwise = "Packets may go in a circle that is too long to be seen to close.",
		.advice = "Ask again with a larger -m.",
		.source = "RFC 1812 section 5.3.1",
	},
	.ends = true,
	.eval = eval,
};
