/* SPDX-License-Identifier: MIT */
/* What several rules ask of a path. */
#include "diag/diag.h"

#include "base/hops.h"

bool sn_answers_at(const struct sn_view *view, uint8_t ttl, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < view->rows[ttl].responder_count; i++)
		if (sonde_addr_equal(&view->rows[ttl].responders[i].addr, addr))
			return true;
	return false;
}

bool sn_answers_elsewhere(const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	for (size_t i = 0; i < row->responder_count; i++)
		for (unsigned t = view->first_ttl; t <= view->last_ttl; t++)
			if (t != ttl && sn_answers_at(view, (uint8_t)t, &row->responders[i].addr))
				return true;
	return false;
}

uint8_t sn_nearest_ttl(const struct sn_view *view, const struct sonde_addr *addr, uint8_t last_ttl)
{
	for (unsigned ttl = view->first_ttl; ttl <= last_ttl; ttl++)
		if (sn_answers_at(view, (uint8_t)ttl, addr))
			return (uint8_t)ttl;
	return 0;
}

uint8_t sn_reply_ttl(const struct sn_view *view, uint8_t ttl, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < view->rows[ttl].responder_count; i++)
		if (sonde_addr_equal(&view->rows[ttl].responders[i].addr, addr))
			return view->rows[ttl].responders[i].reply_ttl;
	return 0;
}

/* Hops that the way back is longer than the way there, by the first who answers; false: not told. */
static bool longer_back(const struct sn_view *view, uint8_t ttl, int *more)
{
	const struct sonde_row *row = &view->rows[ttl];
	uint8_t back = row->responder_count ? sn_hops_back(row->responders[0].reply_ttl) : 0;
	*more = back - ttl;
	return back > 0;
}

bool sn_back_differs(const struct sn_view *view, uint8_t a, uint8_t b)
{
	int more_a, more_b;
	return longer_back(view, a, &more_a) && longer_back(view, b, &more_b) && more_a != more_b;
}

const struct sonde_query *sn_target_answer(const struct sn_view *view)
{
	const struct sonde_row *row = &view->rows[view->end->distance];
	for (size_t i = 0; view->end->distance && i < row->query_count; i++) {
		const struct sonde_event_answer *answer = &row->queries[i]->answer;
		if (sn_answered(row->queries[i]) && answer->in_targets_name && sonde_meaning_is_final(answer->meaning))
			return row->queries[i];
	}
	return NULL;
}

const struct sn_view *sn_other_reached(const struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (i != c->index && c->views[i].passes)
			return &c->views[i];
	return NULL;
}

unsigned sn_silent_past(const struct sn_view *view, uint8_t ttl)
{
	bool beyond = view->end->ttl255_asked && view->end->ttl255 == SONDE_M_NONE && !view->rows[SONDE_TTL_LAST].answered_count;
	unsigned count = beyond && view->cfg->max_ttl < SONDE_TTL_LAST;
	for (unsigned t = ttl + 1u; t <= view->cfg->max_ttl; t++)
		count += sn_silent_count(&view->rows[t]);
	return count;
}

static bool share_responder(const struct sonde_row *a, const struct sonde_row *b)
{
	for (size_t i = 0; i < a->responder_count; i++)
		for (size_t j = 0; j < b->responder_count; j++)
			if (sonde_addr_equal(&a->responders[i].addr, &b->responders[j].addr))
				return true;
	return false;
}

bool sn_same_way(const struct sn_view *a, const struct sn_view *b, uint8_t ttl)
{
	for (unsigned t = ttl; t > 0; t--)
		if (a->rows[t].responder_count && b->rows[t].responder_count)
			return share_responder(&a->rows[t], &b->rows[t]);
	return true;
}

bool sn_is_told(const struct sn_case *c, uint8_t first_ttl, uint8_t last_ttl)
{
	for (size_t i = 0; i < c->out->count; i++) {
		const struct sonde_finding *f = &c->out->items[i];
		if (f->rule == &c->rule->info && f->path != c->index && f->first_ttl == first_ttl && f->last_ttl == last_ttl)
			return true;
	}
	return false;
}

bool sn_got_there(const struct sn_view *view, unsigned ttl)
{
	for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
		const struct sonde_query *query = view->rows[ttl].queries[i];
		bool transit = query->answer.meaning == SONDE_M_TIME_EXCEEDED && !query->answer.weak;
		if (sn_answered(query) && (transit || (view->passes && ttl == view->end->distance)))
			return true;
	}
	return false;
}

const struct sonde_finding *sn_end_of(const struct sn_case *c, const struct sn_view *view)
{
	size_t path = (size_t)(view - c->views);
	for (size_t i = 0; i < c->out->count; i++)
		if (c->out->items[i].path == path && c->out->items[i].headline[0])
			return &c->out->items[i];
	return NULL;
}
