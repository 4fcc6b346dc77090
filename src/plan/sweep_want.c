/* SPDX-License-Identifier: MIT */
/* What the rows of a sweep still want, as far as is known. Pure functions. */
#include "plan/sweep.h"

enum { TTL255 = SN_SWEEP_TTL255 };
/* Queries to what may be an open port that go before its distance is known. */
enum { EARLY_MOST = 2 };
/* Queries to each hop from which on loss is what was asked for. */
enum { QUERIES_THAT_COUNT = 4 };

/* The first row that may want anything: what has settled was complete, unless the way proved longer than was guessed then. */
unsigned sn_sweep_first_open(const struct sn_sweep *s)
{
	return s->reconsider ? s->cfg->first_ttl : s->next_settle;
}

static bool is_end_row(const struct sn_sweep_view *view, uint8_t ttl)
{
	return ttl && (ttl == view->target || ttl == view->refusal);
}

/* Who asks so many times wants to count what is lost, and answers that came from beyond, without the losses beyond, would tell of too
 * little; unless the target rations its answers, or an open port has answered its flow. */
static bool counts_loss(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl)
{
	return s->cfg->queries >= QUERIES_THAT_COUNT && ttl == view->target && !s->target_rations && !s->target_open;
}

/* The end's row is full when enough of its answers came, over whichever TTL. */
uint8_t sn_sweep_wanted(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl)
{
	const struct sn_sweep_row *row = &s->rows[ttl];
	if (!is_end_row(view, ttl) || view->end_answers <= row->answered || counts_loss(s, view, ttl))
		return s->cfg->queries;
	unsigned elsewhere = (unsigned)view->end_answers - row->answered;
	return elsewhere + row->answered >= s->cfg->queries ? 0 : (uint8_t)(s->cfg->queries - elsewhere);
}

/* A row of a single query that stayed silent is asked once more, unless the caller keeps that to itself. */
bool sn_sweep_wants_retry(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl)
{
	const struct sn_sweep_row *row = &s->rows[ttl];
	if (s->cfg->no_retry)
		return false;
	return row->sent == 1 && row->expired == 1 && !row->retried && ttl <= view->end && sn_sweep_wanted(s, view, ttl) > 0;
}

/* An open TCP port answers one SYN a flow: further queries to it go over fresh source ports. */
bool sn_sweep_is_open_target(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl)
{
	return s->once_per_flow && s->target_open && ttl && ttl == view->target;
}

static bool has_fresh_flow(const struct sn_sweep *s)
{
	return s->fresh_flows + 1u < s->cfg->queries && s->fresh_flows + 1u < s->cfg->sport_count;
}

bool sn_sweep_wants_fresh_flow(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	bool open = sn_sweep_is_open_target(s, view, view->target) && s->rows[view->target].sent < UINT8_MAX;
	return open && view->end_timed + s->rows[TTL255].pending < s->cfg->queries && has_fresh_flow(s);
}

/* Its round trip is the same at any TTL that goes far enough: asked at TTL 255 while nobody knows where it is, an open port needs no second
 * round trip for its further times. */
bool sn_sweep_wants_early_time(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	return s->once_per_flow && s->cfg->max_ttl < SONDE_TTL_LAST && !view->target && !view->refusal && s->fresh_flows < EARLY_MOST &&
	       has_fresh_flow(s);
}

bool sn_sweep_row_complete(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl)
{
	const struct sn_sweep_row *row = &s->rows[ttl];
	if (sn_sweep_is_open_target(s, view, ttl))
		return view->end_timed >= s->cfg->queries ||
		       (!row->pending && !s->rows[TTL255].pending && !sn_sweep_wants_fresh_flow(s, view));
	/* Enough answers are enough: a retry that crossed a late answer is not waited for. Answers to what was sent past the end spare it
	 * queries, but say nothing of those that it has got, unless the target may ration what it says. */
	bool enough_elsewhere = s->target_rations && ttl == view->target && view->end_answers >= s->cfg->queries;
	if (row->answered >= s->cfg->queries || enough_elsewhere)
		return true;
	return row->sent >= sn_sweep_wanted(s, view, ttl) && !row->pending && !sn_sweep_wants_retry(s, view, ttl);
}
