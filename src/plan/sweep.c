/* SPDX-License-Identifier: MIT */
/* The sweep: many TTLs in flight, no more of them than a path as long as known so far can justify; silent hops wait in parallel. */
#include "plan/sweep.h"

#include "base/hops.h"

/* A router gives up on a neighbour after 3 s (RFC 4861 section 10; Linux ARP likewise) and says host-unreachable then. */
#define LATE_UNREACHABLE_NS (3200 * SONDE_MS)
enum { TTL255 = SN_SWEEP_TTL255 };

static bool takes(const struct sonde_trace_cfg *cfg)
{
	return cfg->queries && cfg->gap && cfg->first_ttl && cfg->first_ttl <= cfg->max_ttl;
}

static size_t state_bytes(const struct sonde_trace_cfg *cfg)
{
	return sizeof(struct sn_sweep) + (cfg->max_ttl + 1u) * sizeof(struct sn_sweep_row);
}

static void init(void *state, const struct sonde_trace_cfg *cfg, bool once_per_flow, sonde_at_ns now)
{
	struct sn_sweep *s = state;
	s->cfg = cfg;
	s->once_per_flow = once_per_flow;
	s->started_at_ns = s->next_send_at_ns = now;
	s->next_settle = s->next_ask = s->next_more = cfg->first_ttl;
	s->view_is_old = true;
}

static uint32_t since_us(const struct sn_sweep *s, sonde_at_ns at_ns)
{
	return at_ns <= s->started_at_ns ? 0 : (uint32_t)((at_ns - s->started_at_ns) / SONDE_US);
}

/* ---- how it ended ---- */

static void done(struct sn_sweep *s, const struct sn_sweep_view *view, enum sonde_stop stop, struct sn_plan_step *out)
{
	s->done = true;
	s->stopped = stop;
	*out = (struct sn_plan_step){.act = SN_PLAN_DONE};
	sn_sweep_end(s, view, stop, &out->end);
}

/* ---- what next: each of these fills *out and returns true, or leaves it alone ---- */

/* The next instant at which a row's probes expire, given the longest round trip behind it. */
static sonde_at_ns expiry(const struct sn_sweep *s, const struct sn_sweep_view *view, unsigned ttl, uint32_t later_us)
{
	sonde_at_ns at = sn_sweep_at(s, s->rows[ttl].last_sent_us) + sn_sweep_wait(s, view, (uint8_t)ttl, later_us);
	return at < s->word_until_ns ? s->word_until_ns : at;
}

static uint32_t later_of(const struct sn_sweep *s, unsigned ttl, uint32_t later_us)
{
	return s->rows[ttl].rtt_us > later_us ? s->rows[ttl].rtt_us : later_us;
}

static void expire_row(struct sn_sweep *s, const struct sn_sweep_view *view, unsigned ttl, struct sn_plan_step *out)
{
	struct sn_sweep_row *row = &s->rows[ttl];
	row->expired = (uint8_t)(row->expired + row->pending);
	s->pending = (uint16_t)(s->pending - row->pending);
	row->pending = 0;
	s->view_is_old |= view->refusal > 0; /* whose word it is may have hung on this row */
	*out = (struct sn_plan_step){.act = SN_PLAN_EXPIRE, .ttl = (uint8_t)ttl};
}

static sonde_at_ns earlier(sonde_at_ns a, sonde_at_ns b)
{
	return a < b ? a : b;
}

static bool revive_row(struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, unsigned ttl, uint32_t later_us)
{
	struct sn_sweep_row *row = &s->rows[ttl];
	if (!row->expired || now >= expiry(s, view, ttl, later_us))
		return false;
	row->pending = (uint8_t)(row->pending + row->expired);
	s->pending = (uint16_t)(s->pending + row->expired);
	row->expired = 0;
	return true;
}

/* A late answer says that the way is longer than was guessed, a late stamp that a probe has only just left: what would still be waited
 * for by what is known now, is. */
static void revive(struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now)
{
	bool any = revive_row(s, view, now, TTL255, 0);
	uint32_t later_us = 0;
	for (unsigned ttl = s->cfg->max_ttl; ttl >= s->cfg->first_ttl; later_us = later_of(s, ttl, later_us), ttl--)
		any |= revive_row(s, view, now, ttl, later_us);
	if (any)
		s->quiet_until_ns = 0;
	s->revive = false;
	s->reconsider = true;
}

static bool step_expire(struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, bool all, struct sn_plan_step *out)
{
	if (!all && now < s->quiet_until_ns)
		return false;
	/* The probe at TTL 255 has nothing behind it. */
	sonde_at_ns quiet_until = s->rows[TTL255].pending ? expiry(s, view, TTL255, 0) : SONDE_NEVER;
	if (s->rows[TTL255].pending && (all || now >= quiet_until)) {
		expire_row(s, view, TTL255, out);
		return true;
	}
	uint32_t later_us = 0;
	for (unsigned ttl = s->cfg->max_ttl; ttl >= s->cfg->first_ttl; later_us = later_of(s, ttl, later_us), ttl--) {
		if (!s->rows[ttl].pending)
			continue;
		sonde_at_ns at = expiry(s, view, ttl, later_us);
		if (all || now >= at) {
			expire_row(s, view, ttl, out);
			return true;
		}
		quiet_until = earlier(quiet_until, at);
	}
	s->quiet_until_ns = quiet_until;
	return false;
}

static bool step_settle(struct sn_sweep *s, const struct sn_sweep_view *view, bool all, struct sn_plan_step *out)
{
	unsigned ttl = s->next_settle;
	if (ttl > view->end || s->rows[ttl].settled || !(all ? s->rows[ttl].sent > 0 : sn_sweep_row_complete(s, view, (uint8_t)ttl)))
		return false;
	/* Silence proves nothing about its place in the table before the end is known. */
	if (!all && !s->stands && ttl > view->answer_top && !view->target && !view->refusal)
		return false;
	s->rows[ttl].settled = true;
	s->next_settle = (uint16_t)(ttl + 1u);
	*out = (struct sn_plan_step){.act = SN_PLAN_SETTLED, .ttl = (uint8_t)ttl};
	return true;
}

/* Once: what comes late may open rows again, and they will stand again, but who waits for this word has had it. */
static bool step_stand(struct sn_sweep *s, struct sn_plan_step *out)
{
	if (s->told_stand)
		return false;
	s->told_stand = true;
	*out = (struct sn_plan_step){.act = SN_PLAN_STAND};
	return true;
}

static bool gap_is_silent(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	unsigned from = view->answer_top ? view->answer_top + 1u : s->cfg->first_ttl;
	if (view->target || view->refusal || from > view->end)
		return false;
	for (unsigned ttl = from; ttl <= view->end; ttl++)
		if (!s->rows[ttl].expired)
			return false;
	return true;
}

static bool ttl255_open(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	const struct sn_sweep_row *row = &s->rows[TTL255];
	return row->pending || (!row->sent && s->cfg->max_ttl < SONDE_TTL_LAST && gap_is_silent(s, view));
}

static bool all_stands(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	for (unsigned ttl = sn_sweep_first_open(s); ttl <= view->end; ttl++)
		if (!sn_sweep_row_complete(s, view, (uint8_t)ttl))
			return false;
	if (view->target)
		return true;
	/* What was sent past a refusal may still be answered by a later hop: it is waited for. */
	for (unsigned ttl = view->end + 1u; ttl <= s->cfg->max_ttl; ttl++)
		if (s->rows[ttl].pending || (ttl <= sn_sweep_must_ask(view) && !s->rows[ttl].sent))
			return false;
	return !ttl255_open(s, view);
}

/* Until when a router may still say host-unreachable about the silence behind the last answer. */
static sonde_at_ns late_end(const struct sn_sweep *s, const struct sn_sweep_view *view)
{
	unsigned from = view->answer_top ? view->answer_top + 1u : s->cfg->first_ttl;
	uint8_t told = s->rows[TTL255].says & (SN_SAYS_TARGET | SN_SAYS_UNREACHABLE | SN_SAYS_REFUSED);
	if (s->cfg->no_wait || view->target || view->refusal || told || from > s->cfg->max_ttl || !s->rows[from].sent)
		return 0;
	return sn_sweep_at(s, s->rows[from].first_sent_us) + LATE_UNREACHABLE_NS + 2 * (sonde_ns)view->rtt_top_us * SONDE_US;
}

/* The next instant at which a probe could go, or the trace has to end. */
static sonde_at_ns wake_to_send_at(const struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now)
{
	sonde_at_ns at = sn_plan_deadline(s->cfg, s->started_at_ns);
	/* Whatever may be sent then, it may not before. */
	if (s->next_send_at_ns > now)
		return earlier(at, s->next_send_at_ns);
	for (unsigned ttl = sn_sweep_first_open(s); ttl <= sn_sweep_must_ask(view); ttl++) {
		bool wants = s->rows[ttl].sent < sn_sweep_wanted(s, view, (uint8_t)ttl);
		sonde_at_ns refilled = wants ? sn_sweep_refilled_at(s, (uint8_t)ttl) : now;
		if (sn_sweep_is_held(s, (uint8_t)ttl, now))
			at = earlier(at, sn_sweep_at(s, s->rows[ttl].held_us));
		else if (refilled > now)
			at = earlier(at, refilled);
	}
	sonde_at_ns ttl255 = sn_sweep_ttl255_at(s, view);
	return ttl255 > now ? earlier(at, ttl255) : at;
}

/* The earliest instant at which something could change by itself. */
static sonde_at_ns wake_at(const struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now)
{
	sonde_at_ns late = s->stands ? late_end(s, view) : 0;
	sonde_at_ns at = late > now ? earlier(s->quiet_until_ns, late) : s->quiet_until_ns;
	return s->follows ? at : earlier(at, wake_to_send_at(s, view, now));
}

/* The end, asked for or by itself: what is still waited for expires, what has rows settles, then DONE. */
static void finish(struct sn_sweep *s, const struct sn_sweep_view *view, enum sonde_stop stop, struct sn_plan_step *out)
{
	s->stopped = stop;
	if (!step_expire(s, view, 0, true, out) && !step_settle(s, view, true, out) && !step_stand(s, out))
		done(s, view, stop, out);
}

static bool step_end(struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, struct sn_plan_step *out)
{
	if (s->stopped == SONDE_STOP_NONE && !s->follows && now >= sn_plan_deadline(s->cfg, s->started_at_ns))
		s->stopped = SONDE_STOP_DEADLINE;
	if (s->stopped == SONDE_STOP_NONE) {
		if (!s->stands || now < late_end(s, view))
			return false;
		s->stopped = sn_sweep_stop_reason(s, view);
	}
	finish(s, view, s->stopped, out);
	return true;
}

static void next(void *state, sonde_at_ns now, struct sn_plan_step *out)
{
	struct sn_sweep *s = state;
	if (s->view_is_old)
		sn_sweep_look(s, &s->view);
	s->view_is_old = false;
	const struct sn_sweep_view *view = &s->view;
	if (!s->gap_passed && gap_is_silent(s, view)) {
		s->gap_passed = true;
		sn_sweep_look(s, &s->view);
	}
	if (s->done) {
		done(s, view, s->stopped, out);
		return;
	}
	if (s->revive)
		revive(s, view, now);
	if (step_expire(s, view, now, false, out))
		return;
	s->stands = all_stands(s, view);
	if (step_settle(s, view, false, out) || (s->stands && step_stand(s, out)) || step_end(s, view, now, out) ||
	    (!s->follows && sn_sweep_step_send(s, view, now, out)))
		return;
	*out = (struct sn_plan_step){.act = SN_PLAN_WAIT, .until_ns = wake_at(s, view, now)};
}

/* ---- what happened ---- */

static void sent(void *state, const struct sn_plan_step *step, sonde_at_ns at_ns)
{
	struct sn_sweep *s = state;
	struct sn_sweep_row *row = &s->rows[step->ttl];
	row->retried |= step->retry;
	row->held_us = 0;
	row->paid = false;
	s->fresh_flows = step->flow > s->fresh_flows ? step->flow : s->fresh_flows;
	row->last_sent_us = since_us(s, at_ns);
	if (row->sent == 0)
		row->first_sent_us = row->last_sent_us;
	row->sent++;
	row->pending++;
	while (s->next_ask <= s->cfg->max_ttl - 1u && s->rows[s->next_ask].sent)
		s->next_ask++;
	while (s->next_more <= s->cfg->max_ttl - 1u && s->rows[s->next_more].sent >= s->cfg->queries)
		s->next_more++;
	s->pending++;
	s->probe_count++;
	s->quiet_until_ns = earlier(s->quiet_until_ns, at_ns + SN_SWEEP_WAIT_LEAST_NS);
	s->next_send_at_ns = at_ns + sn_plan_send_gap(s->cfg);
}

static void stamped(void *state, const struct sn_plan_probe *probe, sonde_at_ns at_ns)
{
	struct sn_sweep *s = state;
	uint32_t at_us = since_us(s, at_ns);
	if (at_us <= s->rows[probe->ttl].last_sent_us)
		return;
	s->rows[probe->ttl].last_sent_us = at_us;
	s->revive |= probe->expired;
}

static void hold(void *state, uint8_t ttl, sonde_at_ns until_ns, bool paid)
{
	struct sn_sweep *s = state;
	s->rows[ttl].held_us = since_us(s, until_ns) + 1;
	s->rows[ttl].paid = paid;
}

/* The fate of a probe is known: it is no longer counted as waited for, nor as expired. One that had expired may have been revived. */
static void take_off(struct sn_sweep *s, struct sn_sweep_row *row, bool expired)
{
	if (expired && row->expired) {
		row->expired--;
	} else if (row->pending) {
		row->pending--;
		s->pending--;
	}
}

static void failed(void *state, const struct sn_plan_probe *probe, sonde_at_ns now, int sys_errno)
{
	struct sn_sweep *s = state;
	uint8_t ttl = probe->ttl;
	struct sn_sweep_row *row = &s->rows[ttl];
	/* It never left: this machine lost it and not the path. */
	take_off(s, row, probe->expired);
	row->sent = (uint8_t)(row->sent - (row->sent > 0));
	s->next_ask = ttl && ttl < s->next_ask ? ttl : s->next_ask;
	s->next_more = ttl && ttl < s->next_more ? ttl : s->next_more;
	s->probe_count -= s->probe_count > 0;
	row->retried = false;
	s->view_is_old = true;
	s->quiet_until_ns = 0;
	s->next_send_at_ns = now + sn_failures_add(&s->failures, sys_errno, now);
	if (sn_failures_enough(&s->failures) && s->stopped == SONDE_STOP_NONE)
		s->stopped = SONDE_STOP_LOCAL_ERROR;
}

static uint32_t addr_hash(const struct sonde_addr *addr)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < sizeof addr->bytes; i++)
		hash = (hash ^ addr->bytes[i]) * 16777619u;
	return hash;
}

static const uint8_t says_of_class[] = {
	[SN_CLASS_OTHER] = SN_SAYS_OTHER, [SN_CLASS_TRANSIT] = SN_SAYS_TRANSIT, [SN_CLASS_TARGET] = SN_SAYS_TARGET,
	[SN_CLASS_REFUSED] = SN_SAYS_REFUSED, [SN_CLASS_UNREACHABLE] = SN_SAYS_UNREACHABLE,
};

static void note_refusal(struct sn_sweep *s, const struct sn_plan_answer *answer, sonde_at_ns now)
{
	if (answer->class != SN_CLASS_REFUSED && answer->class != SN_CLASS_UNREACHABLE)
		return;
	/* Who gives up on a neighbour tells all that waited for it, in any order: which TTL was read first means nothing, and more probes
	 * would only make it wait for the neighbour again. */
	if (answer->late)
		s->word_until_ns = s->next_send_at_ns = now + SN_SWEEP_WAIT_LEAST_NS;
	struct sn_sweep_refusal refusal = {
	    .by = *answer->from, .ttl = answer->ttl ? answer->ttl : SONDE_TTL_LAST, .code = answer->icmp_code, .meaning = answer->meaning};
	if (!s->nearest_refusal.ttl || refusal.ttl < s->nearest_refusal.ttl)
		s->nearest_refusal = refusal;
	if (refusal.ttl > s->farthest_refusal.ttl)
		s->farthest_refusal = refusal;
}

/* The target's own word counts for more than what others say of it. */
static void note_ttl255(struct sn_sweep *s, const struct sn_plan_answer *answer)
{
	if (answer->ttl == TTL255 && !answer->weak && (!s->ttl255 || answer->class == SN_CLASS_TARGET))
		s->ttl255 = answer->meaning;
}

static void answer_came(void *state, const struct sn_plan_answer *answer, sonde_at_ns now)
{
	struct sn_sweep *s = state;
	struct sn_sweep_row *row = &s->rows[answer->ttl];
	s->revive |= answer->late;
	take_off(s, row, answer->late);
	sn_failures_clear(&s->failures);
	s->view_is_old = true;
	s->quiet_until_ns = 0;
	if (!row->answered++) {
		row->from = addr_hash(answer->from);
		row->back = sn_hops_back(answer->reply_ttl);
	}
	row->timed = (uint8_t)(row->timed + (answer->rtt_ns >= 0));
	if (answer->rtt_ns > 0 && answer->rtt_ns / SONDE_US > row->rtt_us)
		row->rtt_us = (uint32_t)(answer->rtt_ns / SONDE_US);
	uint8_t said = says_of_class[answer->class];
	if (answer->weak) {
		row->says_weak |= said;
		s->weak_agreed |= s->weak_once & said;
		s->weak_once |= said;
	} else {
		row->says |= said;
	}
	s->target_open |= sonde_meaning_holds_flow(answer->meaning);
	bool by_error = answer->meaning == SONDE_M_PORT_UNREACHABLE || answer->meaning == SONDE_M_PROTOCOL_UNREACHABLE;
	s->target_rations |= answer->class == SN_CLASS_TARGET && by_error;
	note_refusal(s, answer, now);
	note_ttl255(s, answer);
}

static void stop_now(void *state, enum sonde_stop stop)
{
	struct sn_sweep *s = state;
	if (!s->done && s->stopped == SONDE_STOP_NONE)
		s->stopped = stop;
}

const struct sn_plan_ops sn_plan_sweep = {
	.name = "sweep",
	.summary = "one pass over all TTLs, many in flight",
	.takes = takes,
	.state_bytes = state_bytes,
	.init = init,
	.next = next,
	.sent = sent,
	.stamped = stamped,
	.hold = hold,
	.failed = failed,
	.answer = answer_came,
	.stop = stop_now,
};
