/* SPDX-License-Identifier: MIT */
/* ttl-rewritten: a device on the way gave the probes a new TTL. */
#include "diag/diag.h"

/* Copies at the target, which refused probes that were sent with different TTLs, and got them all with the same. */
struct level {
	const struct sonde_query *first;
	unsigned count;
	bool differs;  /* in what they were sent with */
};

static const struct sonde_query *copy_of(const struct sn_view *view, unsigned ttl, const struct sonde_query *query)
{
	return sonde_query_visible(query) & SONDE_DIFF_TTL && sn_copy_counts(view, ttl, query) ? query : NULL;
}

/* More TTL than it was sent with; NULL: none. The hop that shows it. */
static const struct sonde_query *raised(const struct sn_view *view, unsigned *ttl)
{
	for (*ttl = view->first_ttl; *ttl <= SONDE_TTL_LAST; ++*ttl) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(view->path, (uint8_t)*ttl, &count);
		for (size_t i = 0; i < count; i++) {
			const struct sonde_query *copy = copy_of(view, *ttl, &queries[i]);
			if (copy && copy->answer.quote.seen_ttl > copy->answer.quote.sent_ttl)
				return copy;
		}
	}
	return NULL;
}

static struct level level(const struct sn_view *view)
{
	struct level level = {0};
	for (unsigned ttl = view->first_ttl; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(view->path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++) {
			const struct sonde_query *copy = copy_of(view, ttl, &queries[i]);
			if (!copy || !copy->answer.in_targets_name || copy->answer.meaning == SONDE_M_TIME_EXCEEDED)
				continue;
			if (level.first && copy->answer.quote.seen_ttl != level.first->answer.quote.seen_ttl)
				return (struct level){0};
			level.differs |= level.first && copy->answer.quote.sent_ttl != level.first->answer.quote.sent_ttl;
			level.first = level.first ? level.first : copy;
			level.count++;
		}
	}
	return level;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	unsigned ttl;
	const struct sonde_query *copy = raised(view, &ttl);
	struct level same = level(view);
	if (!copy && !same.differs)
		return;
	const struct sonde_query *shows = same.differs ? same.first : copy;
	const struct sonde_quote *quote = &shows->answer.quote;
	bool by_target = shows->answer.in_targets_name && view->end->distance;
	uint8_t at = by_target ? view->end->distance : shows->probe.ttl, before = at > view->first_ttl ? (uint8_t)(at - 1) : 0;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	if (same.differs)
		sn_say(f, "The TTL is set anew: whatever they were sent with, the probes arrive at the target with %u.",
		       (unsigned)quote->seen_ttl);
	else
		sn_say(f, "The TTL is set anew: a probe sent with %u arrived with %u.", (unsigned)quote->sent_ttl,
		       (unsigned)quote->seen_ttl);
	sn_say(f, " The device that does it is ");
	sn_say_hop(f, view, before ? before : at);
	sn_say(f, " or stands %s it; how many hops follow cannot be seen.", before ? "behind" : "before");
	sn_otherwise(f, "%s writes a TTL of its own into its copies", same.differs ? "the target" : "that hop");
	f->first_ttl = before ? before : at;
	f->last_ttl = at;
	sn_evidence(f, "sent_ttl", "hops", quote->sent_ttl);
	sn_evidence(f, "arrived_ttl", "hops", quote->seen_ttl);
	sn_evidence(f, "copies", "copies", same.differs ? same.count : 1);
}

const struct sn_rule sn_rule_ttl_rewritten = {
	.info = {
		.id = "ttl-rewritten",
		.summary = "the TTL was set anew on the way",
		.severity = SONDE_SEVERITY_WARNING,
		.meaning = "Copies of the probes carry a TTL that cannot be left of the one they were sent with: a device on the way "
		           "set it anew. Hops behind that device cannot be counted or seen, since no TTL runs out there, and a loop "
		           "behind it would never end by itself.",
		.otherwise = "A stack that writes nonsense into its copies would look the same; then other tools see the same at this "
		           "hop alone.",
		.advice = "Tell the operator of the hop that is named. Home routers and firewalls have such a rule to hide how many "
		           "machines are behind them.",
		.source = "RFC 1812 section 5.3.1",
	},
	.packets = {.fields = SONDE_DIFF_TTL, .undone = true},
	.eval = eval,
};
