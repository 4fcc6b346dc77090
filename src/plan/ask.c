/* SPDX-License-Identifier: MIT */
/* The ask: so many probes to each of a few TTLs, round by round, each waited for equally long, whatever they get. */
#include "plan/failures.h"
#include "plan/plan.h"

#define WAIT_NS SONDE_S

enum state { UNSENT, PENDING, EXPIRED, ANSWERED };

struct probe {
	sonde_at_ns sent_at_ns;
	enum state state;
};

/* One TTL. */
struct row {
	sonde_at_ns held_until_ns;  /* its next probe may not go before; 0: not held */
	bool paid;                  /* said by who held it */
};

struct ask {
	const struct sonde_trace_cfg *cfg;
	sonde_at_ns started_at_ns, next_send_at_ns;
	struct sn_failures failures;
	unsigned probe_count;       /* that left, or may have */
	unsigned pending, known;    /* known: answered, or given up */
	unsigned first_open;        /* all probes before it are known */
	bool reached, reached_weakly, done;
	uint8_t last_answering_ttl;
	enum sonde_stop stopped;
	struct row rows[SONDE_ASK_TTLS_MAX];
	struct probe probes[];      /* in order of sending: round by round, in each a row after the other */
};

static unsigned count_of(const struct sonde_trace_cfg *cfg)
{
	return (unsigned)cfg->ask_ttl_count * cfg->ask_count;
}

static bool takes(const struct sonde_trace_cfg *cfg)
{
	bool seen[SONDE_TTL_LAST + 1] = {[0] = true};
	if (cfg->ask_ttl_count < 1 || cfg->ask_ttl_count > SONDE_ASK_TTLS_MAX || cfg->ask_count < 1 || count_of(cfg) > SONDE_ASK_PROBES_MAX)
		return false;
	for (unsigned i = 0; i < cfg->ask_ttl_count; i++) {
		if (seen[cfg->ask_ttls[i]])
			return false;
		seen[cfg->ask_ttls[i]] = true;
	}
	return true;
}

static size_t state_bytes(const struct sonde_trace_cfg *cfg)
{
	return sizeof(struct ask) + count_of(cfg) * sizeof(struct probe);
}

static void init(void *state, const struct sonde_trace_cfg *cfg, bool once_per_flow, sonde_at_ns now)
{
	struct ask *a = state;
	(void)once_per_flow; /* who asks an open port several times knows what that gets */
	a->cfg = cfg;
	a->started_at_ns = a->next_send_at_ns = now;
}

static unsigned row_of(const struct ask *a, uint8_t ttl)
{
	unsigned row = 0;
	while (a->cfg->ask_ttls[row] != ttl)
		row++;
	return row;
}

static unsigned index_of(const struct ask *a, uint8_t ttl, uint8_t query)
{
	return (query - 1u) * a->cfg->ask_ttl_count + row_of(a, ttl);
}

static struct row *row_at(struct ask *a, unsigned index)
{
	return &a->rows[index % a->cfg->ask_ttl_count];
}

static bool is_known(const struct probe *p)
{
	return p->state == ANSWERED || p->state == EXPIRED;
}

/* Every change of a probe's state goes this way, so that the counts are right. */
static void become(struct ask *a, unsigned index, enum state state)
{
	struct probe *p = &a->probes[index];
	a->pending -= p->state == PENDING;
	a->known -= is_known(p);
	a->probe_count -= p->state != UNSENT;
	p->state = state;
	a->pending += p->state == PENDING;
	a->known += is_known(p);
	a->probe_count += p->state != UNSENT;
	if (!is_known(p) && index < a->first_open)
		a->first_open = index;
	while (a->first_open < count_of(a->cfg) && is_known(&a->probes[a->first_open]))
		a->first_open++;
}

static sonde_at_ns expiry(const struct ask *a, const struct probe *p)
{
	return p->sent_at_ns + (a->cfg->wait_max_ns ? a->cfg->wait_max_ns : WAIT_NS);
}

static sonde_at_ns earlier(sonde_at_ns x, sonde_at_ns y)
{
	return x < y ? x : y;
}

/* ---- what next: each of these fills *out and returns true, or brings *wake forward to when it might ---- */

static bool step_expire(struct ask *a, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	for (unsigned i = a->first_open; a->pending && i < count_of(a->cfg); i++) {
		struct probe *p = &a->probes[i];
		if (p->state != PENDING)
			continue;
		if (a->stopped || now >= expiry(a, p)) {
			become(a, i, EXPIRED);
			*out = (struct sn_plan_step){.act = SN_PLAN_EXPIRE,
			                             .ttl = a->cfg->ask_ttls[i % a->cfg->ask_ttl_count],
			                             .query = (uint8_t)(i / a->cfg->ask_ttl_count + 1)};
			return true;
		}
		*wake = earlier(*wake, expiry(a, p));
	}
	return false;
}

/* The first probe not sent yet whose row is not held. */
static bool step_send(struct ask *a, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake)
{
	if (a->pending >= sn_plan_most_in_flight(a->cfg))
		return false;
	for (unsigned i = a->first_open; i < count_of(a->cfg); i++) {
		const struct row *row = row_at(a, i);
		sonde_at_ns at = row->held_until_ns > a->next_send_at_ns ? row->held_until_ns : a->next_send_at_ns;
		if (a->probes[i].state != UNSENT)
			continue;
		if (now >= at) {
			*out = (struct sn_plan_step){.act = SN_PLAN_SEND,
			                             .ttl = a->cfg->ask_ttls[i % a->cfg->ask_ttl_count],
			                             .query = (uint8_t)(i / a->cfg->ask_ttl_count + 1),
			                             .held = row->held_until_ns > 0,
			                             .paid = row->paid};
			return true;
		}
		*wake = earlier(*wake, at);
	}
	return false;
}

static void done(struct ask *a, struct sn_plan_step *out)
{
	a->done = true;
	*out = (struct sn_plan_step){.act = SN_PLAN_DONE};
	out->end = (struct sonde_event_end){
	    .stop = a->stopped,
	    .reached = a->reached,
	    .last_answering_ttl = a->last_answering_ttl,
	    .sys_errno = a->stopped == SONDE_STOP_LOCAL_ERROR ? a->failures.last_errno : 0,
	    .probe_count = a->probe_count,
	};
}

static void next(void *state, sonde_at_ns now, struct sn_plan_step *out)
{
	struct ask *a = state;
	sonde_at_ns wake = sn_plan_deadline(a->cfg, a->started_at_ns);
	if (!a->stopped && now >= wake)
		a->stopped = SONDE_STOP_DEADLINE;
	if (!a->done && step_expire(a, now, out, &wake))
		return;
	if (!a->stopped && a->known == count_of(a->cfg))
		a->stopped = SONDE_STOP_ASKED;
	if (a->stopped)
		done(a, out);
	else if (!step_send(a, now, out, &wake))
		*out = (struct sn_plan_step){.act = SN_PLAN_WAIT, .until_ns = wake};
}

/* ---- what happened ---- */

static void sent(void *state, const struct sn_plan_step *step, sonde_at_ns at_ns)
{
	struct ask *a = state;
	unsigned index = index_of(a, step->ttl, step->query);
	*row_at(a, index) = (struct row){0};
	a->probes[index].sent_at_ns = at_ns;
	become(a, index, PENDING);
	a->next_send_at_ns = at_ns + sn_plan_send_gap(a->cfg);
}

/* One that was given up before it had really left is waited for as long as the others. */
static void stamped(void *state, const struct sn_plan_probe *probe, sonde_at_ns at_ns)
{
	struct ask *a = state;
	unsigned index = index_of(a, probe->ttl, probe->query);
	if (at_ns <= a->probes[index].sent_at_ns)
		return;
	a->probes[index].sent_at_ns = at_ns;
	if (a->probes[index].state == EXPIRED)
		become(a, index, PENDING);
}

static void hold(void *state, uint8_t ttl, sonde_at_ns until_ns, bool paid)
{
	struct ask *a = state;
	a->rows[row_of(a, ttl)] = (struct row){.held_until_ns = until_ns, .paid = paid};
}

/* It never left: it is sent again. */
static void failed(void *state, const struct sn_plan_probe *probe, sonde_at_ns now, int sys_errno)
{
	struct ask *a = state;
	become(a, index_of(a, probe->ttl, probe->query), UNSENT);
	a->next_send_at_ns = now + sn_failures_add(&a->failures, sys_errno, now);
	if (sn_failures_enough(&a->failures) && !a->stopped)
		a->stopped = SONDE_STOP_LOCAL_ERROR;
}

/* An answer that may not decide alone needs another one. */
static void note_target(struct ask *a, bool weak)
{
	a->reached |= !weak || a->reached_weakly;
	a->reached_weakly |= weak;
}

static void answer_came(void *state, const struct sn_plan_answer *answer, sonde_at_ns now)
{
	struct ask *a = state;
	(void)now;
	become(a, index_of(a, answer->ttl, answer->query), ANSWERED);
	sn_failures_clear(&a->failures);
	if (answer->ttl > a->last_answering_ttl)
		a->last_answering_ttl = answer->ttl;
	if (answer->class == SN_CLASS_TARGET)
		note_target(a, answer->weak);
}

static void stop_now(void *state, enum sonde_stop stop)
{
	struct ask *a = state;
	if (!a->stopped)
		a->stopped = stop;
}

const struct sn_plan_ops sn_plan_ask = {
	.name = "ask",
	.summary = "so many probes to each of a few TTLs",
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
