/* SPDX-License-Identifier: MIT */
/* How a sweep ended, in the words of an event. Pure functions. */
#include "plan/sweep.h"

const struct sn_sweep_refusal *sn_sweep_refusal(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	bool nearest = view->refusal && s->nearest_refusal.ttl >= view->refusal && s->nearest_refusal.ttl > view->transit_top;
	return nearest ? &s->nearest_refusal : &s->farthest_refusal;
}

/* Somebody refused what was sent at TTL 255, and the way was not followed to its end. */
static bool refused_beyond(const struct sn_sweep *s)
{
	return s->gap_passed && s->rows[SN_SWEEP_TTL255].says & (SN_SAYS_REFUSED | SN_SAYS_UNREACHABLE);
}

/* A trace that ended by itself was reached where it says so; one that was ended from outside, as far as was known. */
static bool says_reached(const struct sn_sweep *s, const struct sn_sweep_view *view, enum sonde_stop stop)
{
	bool from_outside = stop == SONDE_STOP_DEADLINE || stop == SONDE_STOP_INTERRUPTED || stop == SONDE_STOP_LOCAL_ERROR ||
	                    stop == SONDE_STOP_CAPTURE_END;
	bool answered = view->target || s->rows[SN_SWEEP_TTL255].says & SN_SAYS_TARGET;
	return stop == SONDE_STOP_REACHED || (from_outside && answered && !view->target_doubted);
}

void sn_sweep_end(const struct sn_sweep *s, const struct sn_sweep_view *view, enum sonde_stop stop, struct sonde_event_end *end)
{
	const struct sn_sweep_row *last = &s->rows[SN_SWEEP_TTL255];
	*end = (struct sonde_event_end){
	    .stop = stop,
	    .last_ttl = s->next_settle > s->cfg->first_ttl ? (uint8_t)(s->next_settle - 1u) : 0,
	    .last_answering_ttl = view->answer_top,
	    .distance = view->target,
	    .reached = says_reached(s, view, stop),
	    .ttl255_asked = last->sent > 0,
	    .ttl255 = s->ttl255,
	    .sys_errno = stop == SONDE_STOP_LOCAL_ERROR ? s->failures.last_errno : 0,
	    .probe_count = s->probe_count,
	};
	if (stop == SONDE_STOP_UNREACHABLE || stop == SONDE_STOP_REFUSED) {
		const struct sn_sweep_refusal *refusal = sn_sweep_refusal(s, view);
		end->by = refusal->by;
		end->by_ttl = view->refusal;
		end->why = refusal->meaning;
		end->why_code = refusal->code;
	} else if (stop == SONDE_STOP_CONTRADICTED) {
		end->by = s->cfg->dst;
		end->by_ttl = view->target_doubted ? view->target : view->contradicted;
	}
}

/* Why the trace ends when its last row stands. */
enum sonde_stop sn_sweep_stop_reason(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	if (view->target_doubted)
		return SONDE_STOP_CONTRADICTED;
	if (view->target)
		return SONDE_STOP_REACHED;
	/* It answers, but at no TTL that was allowed: the path is longer than that, whether the hops on it are silent or not. */
	if (sn_sweep_answers_beyond(s))
		return SONDE_STOP_MAX_TTL;
	if (view->refusal || refused_beyond(s))
		return sn_sweep_refusal(s, view)->meaning == SONDE_M_PORT_UNREACHABLE ? SONDE_STOP_REFUSED : SONDE_STOP_UNREACHABLE;
	if (view->contradicted)
		return SONDE_STOP_CONTRADICTED;
	/* also where the last answer is one that does not decide alone: no hop behind it was asked that could have been silent */
	return view->answer_top == s->cfg->max_ttl ? SONDE_STOP_MAX_TTL : SONDE_STOP_GAP;
}
