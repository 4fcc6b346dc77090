/* SPDX-License-Identifier: MIT */
/* What weak answers may decide: nothing alone. Every finding is asked for again without them, whatever its rule looks at. */
#include "diag/diag.h"

static bool is_weak(const struct sonde_query *query)
{
	return sn_answered(query) && query->answer.weak;
}

/* Who answered, from what is left of the row. */
static void count_responder(struct sonde_responder *r, const struct sonde_row *row)
{
	*r = (struct sonde_responder){.addr = r->addr, .reply_ttl = r->reply_ttl};
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_event_answer *answer = &row->queries[i]->answer;
		if (!sn_answered(row->queries[i]) || !sonde_addr_equal(&answer->from, &r->addr))
			continue;
		r->answered_count++;
		if (answer->rtt_ns < 0)
			continue;
		r->best_ns = r->timed_count == 0 || answer->rtt_ns < r->best_ns ? answer->rtt_ns : r->best_ns;
		r->worst_ns = answer->rtt_ns > r->worst_ns ? answer->rtt_ns : r->worst_ns;
		r->sum_ns += answer->rtt_ns;
		r->timed_count++;
	}
}

void sn_weigh_row(struct sn_view *view, struct sonde_row *row, bool strong_only)
{
	size_t kept = 0, responders = 0;
	for (size_t i = 0; i < row->query_count; i++) {
		bool weak = is_weak(row->queries[i]);
		view->weak |= weak;
		if (weak && strong_only) {
			row->answered_count--;
			row->sent_count--;
		} else {
			row->queries[kept++] = row->queries[i];
		}
	}
	if (kept == row->query_count)
		return;
	row->query_count = kept;
	for (size_t i = 0; i < row->responder_count; i++) {
		count_responder(&row->responders[i], row);
		if (row->responders[i].answered_count)
			row->responders[responders++] = row->responders[i];
	}
	row->responder_count = responders;
}

/* Somebody's strong answer in that name says so. */
static bool is_backed(const struct sn_view *view, const struct sonde_addr *who, enum sonde_meaning why)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			bool says = why == SONDE_M_NONE ? sonde_meaning_is_final(query->answer.meaning) : query->answer.meaning == why;
			if (sn_answered(query) && says && sonde_addr_equal(&query->answer.from, who))
				return true;
		}
	return false;
}

void sn_weigh_end(struct sn_view *view)
{
	struct sonde_event_end *end = view->end;
	bool final = end->reached || sonde_meaning_is_final(end->ttl255);
	bool reached = final && !is_backed(view, &view->cfg->dst, SONDE_M_NONE);
	bool said = end->by.family && !is_backed(view, &end->by, end->why);
	if (!view->weak || !(reached || said))
		return;
	end->stop = SONDE_STOP_GAP;
	end->reached = false;
	end->ttl255 = reached ? SONDE_M_NONE : end->ttl255;
	end->distance = 0;
	end->by = (struct sonde_addr){0};
}

bool sn_copy_counts(const struct sn_view *view, unsigned ttl, const struct sonde_query *query)
{
	const struct sonde_row *row = &view->rows[ttl];
	if (!is_weak(query))
		return true;
	bool proven = view->strong_only;
	for (size_t i = 0; i < row->query_count && !proven; i++)
		proven = sn_answered(row->queries[i]) && !is_weak(row->queries[i]) && row->queries[i]->answer.quote.quoted_bytes;
	return !proven;
}

static const struct sn_rule *rule_of(const struct sonde_finding *f)
{
	const struct sn_rule *rule = NULL;
	for (size_t i = 0; (rule = sn_rule(i)) && &rule->info != f->rule; i++)
		;
	return rule;
}

/* It says the same, as surely. */
static bool is_the_same(const struct sonde_finding *f, const struct sonde_finding *of_strong)
{
	bool found = of_strong->path == f->path && of_strong->rule == f->rule;
	bool place = of_strong->first_ttl == f->first_ttl && of_strong->last_ttl == f->last_ttl;
	return found && (!rule_of(f)->packets.fields || (place && of_strong->confidence >= f->confidence));
}

static bool is_alone(const struct sonde_finding *f, const struct sonde_findings *strong)
{
	bool alone = !rule_of(f)->of_machine;
	for (size_t i = 0; i < strong->count; i++)
		alone &= !is_the_same(f, &strong->items[i]);
	return alone;
}

void sn_doubt_weak(struct sonde_findings *found, size_t from, const struct sonde_findings *strong)
{
	for (size_t i = from; i < found->count; i++) {
		struct sonde_finding *f = &found->items[i];
		if (!is_alone(f, strong) || f->confidence == SONDE_CONFIDENCE_UNDECIDED)
			continue;
		f->confidence = f->confidence > SONDE_CONFIDENCE_LIKELY ? SONDE_CONFIDENCE_LIKELY : f->confidence;
		sn_otherwise(f, "%sanswers are forged: those that say it are weak, and show too little to tell",
		             f->otherwise[0] ? ", or " : "");
	}
}
