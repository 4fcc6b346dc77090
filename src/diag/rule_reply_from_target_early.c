/* SPDX-License-Identifier: MIT */
/* reply-from-target-early: an answer in the target's name came from nearer than the target. */
#include "diag/diag.h"

static bool early(const struct sonde_query *query)
{
	return sn_answered(query) && query->answer.in_targets_name && sonde_meaning_is_final(query->answer.meaning);
}

static bool has_router(const struct sonde_row *row)
{
	for (size_t i = 0; i < row->query_count; i++)
		if (sn_is_transit(row->queries[i]))
			return true;
	return false;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	char target[SONDE_ADDR_TEXT];
	unsigned first = 0, count = 0;
	unsigned top = 0;
	if (!view->end->reached)
		return;
	for (unsigned ttl = view->first_ttl; ttl < view->end->distance; ttl++)
		top = has_router(&view->rows[ttl]) ? ttl : top;
	for (unsigned ttl = view->first_ttl; ttl <= top; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			if (early(view->rows[ttl].queries[i])) {
				first = first ? first : ttl;
				count++;
			}
	if (!count)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sonde_addr_text(&view->cfg->dst, target);
	sn_say(f, "%s answered %u probe%s already at hop %u, though routers answer behind it.", target, count, count == 1 ? "" : "s",
	       first);
	f->first_ttl = f->last_ttl = (uint8_t)first;
	f->by = view->cfg->dst;
	sn_evidence(f, "early_answers", "probes", count);
	sn_evidence(f, "distance", "hops", view->end->distance);
}

const struct sn_rule sn_rule_reply_from_target_early = {
	.info = {
		.id = "reply-from-target-early",
		.summary = "answers in the target's name came from nearer than the target",
		.severity = SONDE_SEVERITY_NOTICE,
		.exit_status = 0,
		.meaning = "Some probes were answered in the target's name although routers answer from farther on: something on the "
		           "way answers for the target now and then, or the way changed while the trace ran.",
		.otherwise = "A balancer that chooses a way for each packet may lead some of them a shorter one.",
		.advice = "Ask again; if it stays so, 'sonde compare HOST' shows whether it depends on the method.",
		.advice_compared = "Ask again, and see whether it stays with the same methods.",
		.source = "RFC 1122 section 3.2.1.3",
	},
	.eval = eval,
};
