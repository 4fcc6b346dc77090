/* SPDX-License-Identifier: MIT */
/* Which probe of a sweep goes next, and from when on. Pure functions. */
#include "plan/sweep.h"

enum { TTL255 = SN_SWEEP_TTL255 };
/* Queries to one hop that may follow each other at once; Linux routers answer 6, then one a second. */
enum { BURST_QUERIES = 4 };
#define QUERY_REFILL_NS (1 * SONDE_S)

static sonde_at_ns later(sonde_at_ns a, sonde_at_ns b)
{
	return a < b ? b : a;
}

static void send_step(const struct sn_sweep *s, uint8_t ttl, uint8_t flow, bool retry, struct sn_plan_step *out)
{
	*out = (struct sn_plan_step){.act = SN_PLAN_SEND,
	                             .ttl = ttl,
	                             .query = (uint8_t)(s->rows[ttl].sent + 1u),
	                             .flow = flow,
	                             .retry = retry,
	                             .held = s->rows[ttl].held_us > 0,
	                             .paid = s->rows[ttl].paid};
}

bool sn_sweep_is_held(const struct sn_sweep *s, uint8_t ttl, sonde_at_ns now)
{
	return s->rows[ttl].held_us && now < sn_sweep_at(s, s->rows[ttl].held_us);
}

/* From when on a row's router may be asked again. */
sonde_at_ns sn_sweep_refilled_at(const struct sn_sweep *s, uint8_t ttl)
{
	return s->rows[ttl].sent < BURST_QUERIES ? s->started_at_ns : sn_sweep_at(s, s->rows[ttl].last_sent_us) + QUERY_REFILL_NS;
}

static bool query_allowed(const struct sn_sweep *s, uint8_t ttl, sonde_at_ns now)
{
	return !sn_sweep_is_held(s, ttl, now) && now >= sn_sweep_refilled_at(s, ttl);
}

/* The next query of the rows from..top that have less than `most`. */
static bool pick_query(const struct sn_sweep *s, const struct sn_sweep_view *view, unsigned from, unsigned top, unsigned most,
                       sonde_at_ns now, struct sn_plan_step *out)
{
	for (unsigned ttl = from; ttl <= top; ttl++) {
		uint8_t sent = s->rows[ttl].sent;
		if (sent < most && sent < sn_sweep_wanted(s, view, (uint8_t)ttl) && query_allowed(s, (uint8_t)ttl, now)) {
			if (sn_sweep_is_open_target(s, view, (uint8_t)ttl))
				continue;
			send_step(s, (uint8_t)ttl, 0, false, out);
			return true;
		}
	}
	return false;
}

/* From when on the probe at TTL 255 may go: all that the gap limit allows was asked and is given up. Of several queries, which are not
 * asked again, it need not wait for that: it is enough that they have been silent for longer than anything that answered took, and who
 * said how many may be in flight has it at once. */
sonde_at_ns sn_sweep_ttl255_at(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	unsigned from = view->answer_top ? view->answer_top + 1u : s->cfg->first_ttl;
	bool early = s->cfg->queries > 1 && (view->rtt_top_us || s->cfg->window);
	sonde_ns quiet = s->cfg->window ? 0 : view->rtt_top_us * SONDE_US + SN_SWEEP_WAIT_LEAST_NS;
	sonde_at_ns at = 0;
	if (s->rows[TTL255].sent || s->cfg->max_ttl == SONDE_TTL_LAST || view->target || view->refusal || from > view->end)
		return SONDE_NEVER;
	for (unsigned ttl = from; ttl <= view->end; ttl++) {
		if (!s->rows[ttl].expired && (!early || !s->rows[ttl].sent))
			return SONDE_NEVER;
		if (!s->rows[ttl].expired)
			at = later(at, sn_sweep_at(s, s->rows[ttl].last_sent_us) + quiet);
	}
	return at;
}

static bool pick_special(const struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, struct sn_plan_step *out)
{
	if (sn_sweep_wants_fresh_flow(s, view) && !sn_sweep_is_held(s, view->target, now)) {
		send_step(s, view->target, (uint8_t)(s->fresh_flows + 1u), false, out);
		return true;
	}
	if (now >= sn_sweep_ttl255_at(s, view)) {
		send_step(s, TTL255, 0, false, out);
		return true;
	}
	for (unsigned ttl = s->cfg->first_ttl; ttl <= view->end; ttl++)
		if (sn_sweep_wants_retry(s, view, (uint8_t)ttl) && !sn_sweep_is_held(s, (uint8_t)ttl, now)) {
			send_step(s, (uint8_t)ttl, 0, true, out);
			return true;
		}
	return false;
}

bool sn_sweep_step_send(const struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, struct sn_plan_step *out)
{
	if (now < s->next_send_at_ns || s->pending >= sn_plan_most_in_flight(s->cfg))
		return false;
	/* What has settled wants no more; a first query comes before every other. */
	bool allowed = sn_sweep_within_budget(s, view);
	if (allowed && pick_query(s, view, s->next_ask, sn_sweep_first_window(s, view), 1, now, out))
		return true;
	if (sn_sweep_wants_early_time(s, view)) {
		send_step(s, TTL255, (uint8_t)(s->fresh_flows + 1u), false, out);
		return true;
	}
	unsigned open = sn_sweep_first_open(s), from = open > s->next_more ? open : s->next_more;
	if (allowed && pick_query(s, view, from, sn_sweep_extra_window(s, view), s->cfg->queries, now, out))
		return true;
	return pick_special(s, view, now, out);
}
