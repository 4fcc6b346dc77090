/* SPDX-License-Identifier: MIT */
/* The engine's public face: traces, what goes out, what was sent, what time it is, what happened. */
#include "engine/internal.h"

#include "base/addr.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* With more events than this waiting, nothing is sent until the caller takes them. */
enum { EVENTS_WAITING_MAX = 1 << 16, RESPONDER_BURST = 5, FLOW_LABEL_MAX = 0xfffff };
#define RESPONDER_REFILL_NS SONDE_S

int sonde_engine_new(struct sonde_engine **out, const struct sonde_engine_cfg *cfg, sonde_at_ns now)
{
	struct sonde_engine *e = calloc(1, sizeof *e);
	uint8_t *packet = malloc((size_t)2 * SN_PACKET_MAX);
	if (!e || !packet) {
		free(e);
		free(packet);
		return SONDE_E_NOMEM;
	}
	e->cfg = *cfg;
	e->now_ns = e->event_at_ns = now;
	e->packet = packet;
	sn_pacer_init(&e->pacer, cfg->responder_burst ? cfg->responder_burst : RESPONDER_BURST,
	              cfg->responder_refill_ns ? cfg->responder_refill_ns : RESPONDER_REFILL_NS);
	sn_rate_init(&e->rate, cfg->per_second_max);
	*out = e;
	return 0;
}

void sn_engine_due(struct sonde_engine *e, struct sn_trace *trace)
{
	if (trace->is_due)
		return;
	trace->is_due = true;
	trace->next_due = NULL;
	*(e->due ? &e->due_last->next_due : &e->due) = trace;
	e->due_last = trace;
}

static void no_longer_due(struct sonde_engine *e, struct sn_trace *trace)
{
	struct sn_trace **link = &e->due, *before = NULL;
	while (*link && *link != trace) {
		before = *link;
		link = &before->next_due;
	}
	if (*link)
		*link = trace->next_due;
	if (e->due_last == trace)
		e->due_last = before;
	trace->is_due = false;
}

static void trace_free(struct sonde_engine *e, struct sn_trace *trace)
{
	if (!trace)
		return;
	if (trace->is_due)
		no_longer_due(e, trace);
	sn_wakes_set(&e->wakes, &trace->wake, SONDE_NEVER);
	sn_index_remove(&e->index, &trace->by_dst);
	sn_index_remove(&e->index, &trace->by_flow);
	free(trace->probes);
	free(trace->kept);
	free(trace->sizes);
	free(trace);
}

void sonde_engine_free(struct sonde_engine *e)
{
	if (!e)
		return;
	for (uint32_t i = 0; i < e->trace_count; i++)
		trace_free(e, e->traces[i]);
	free(e->traces);
	sn_index_finish(&e->index);
	sn_wakes_finish(&e->wakes);
	sn_ring_finish(&e->ring);
	free(e->packet);
	free(e);
}

/* ---- adding a trace ---- */

/* NULL: no such plan. */
static const struct sn_plan_ops *plan_of(const struct sonde_trace_cfg *cfg)
{
	static const struct sn_plan_ops *const plans[] = {[SONDE_PLAN_SWEEP] = &sn_plan_sweep, [SONDE_PLAN_ASK] = &sn_plan_ask,
	                                                 [SONDE_PLAN_PMTU] = &sn_plan_pmtu};
	return cfg->plan < sizeof plans / sizeof *plans ? plans[cfg->plan] : NULL;
}

static bool variation_is_good(const struct sonde_trace_cfg *cfg)
{
	const uint8_t known = SONDE_TCP_SYN | SONDE_TCP_ACK | SONDE_TCP_FIN, both = SONDE_TCP_SYN | SONDE_TCP_FIN;
	if (cfg->payload == SONDE_PAYLOAD_BYTES && (!cfg->carried || !cfg->carried->count))
		return false;
	if (cfg->attribution && strlen(cfg->attribution) > SONDE_ATTRIBUTION_MAX)
		return false;
	return !(cfg->tcp_flags & ~known) && (cfg->tcp_flags & both) != both && cfg->payload < SONDE_PAYLOAD_COUNT &&
	       cfg->flow_label <= FLOW_LABEL_MAX;
}

static bool cfg_is_good(const struct sonde_trace_cfg *cfg)
{
	const struct sn_plan_ops *plan = plan_of(cfg);
	const struct sn_method *method = sn_method(cfg->method);
	if (!method || !plan || !sonde_trace_protocol(cfg) || cfg->dst.family == 0 || cfg->src.family != cfg->dst.family)
		return false;
	if (method->info.takes_port && (cfg->sport_count == 0 || cfg->sport_count > SONDE_FLOWS_MAX || cfg->sport[0] == 0))
		return false;
	return cfg->deadline_ns >= 0 && cfg->send_gap_ns >= 0 && cfg->wait_max_ns >= 0 && variation_is_good(cfg) && plan->takes(cfg);
}

/* What a trace keeps constant and secret comes from the run's secret and its id; what was left open is settled. Who asks the same again
 * later wants the same flow. */
static void settle_flow(struct sn_trace *trace, const struct sonde_engine_cfg *engine_cfg)
{
	uint64_t secret = sn_siphash_u64x2(engine_cfg->secret, UINT64_MAX, trace->id);
	struct sonde_trace_cfg *cfg = &trace->cfg;
	const struct sonde_method_info *info = &trace->method->info;
	if ((info->takes_port || info->takes_protocol) && !cfg->dport)
		cfg->dport = info->default_port;
	if (cfg->dst.family == 6) {
		if (!cfg->flow_label && !cfg->flow_label_given)
			cfg->flow_label = (uint32_t)(secret >> 44) & FLOW_LABEL_MAX;
		cfg->flow_label_given = true;
	}
	sn_flow_init(&trace->flow, cfg);
	trace->flow.seal = engine_cfg->seal;
	trace->flow.icmp_id = (uint16_t)(secret % 0xffff + 1);
	/* All ones would mean a sum of zero, which no packet has. */
	trace->flow.checksum = (uint16_t)((secret >> 16) % 0xfffe + 1);
}

static int room_for_trace(struct sonde_engine *e)
{
	if (sn_wakes_reserve(&e->wakes, e->trace_count + 1u) < 0)
		return SONDE_E_NOMEM;
	if (e->trace_count < e->trace_capacity)
		return 0;
	uint32_t capacity = e->trace_capacity ? e->trace_capacity * 2 : 16;
	struct sn_trace **traces = realloc(e->traces, capacity * sizeof(struct sn_trace *));
	if (!traces)
		return SONDE_E_NOMEM;
	e->traces = traces;
	e->trace_capacity = capacity;
	return 0;
}

static int put_into_index(struct sonde_engine *e, struct sn_trace *trace)
{
	uint8_t protocol = sonde_trace_protocol(&trace->cfg);
	uint16_t flow = trace->method->info.takes_port ? trace->cfg.sport[0] : trace->flow.icmp_id;
	if (sn_index_add(&e->index, &trace->by_dst, sn_engine_key_of_dst(e, &trace->cfg.dst), trace) < 0)
		return SONDE_E_NOMEM;
	return sn_index_add(&e->index, &trace->by_flow, sn_engine_key_of_flow(e, protocol, flow), trace);
}

int sonde_engine_add(struct sonde_engine *e, const struct sonde_trace_cfg *cfg, uint32_t *trace_id)
{
	if (!cfg_is_good(cfg))
		return SONDE_E_RANGE;
	const struct sn_plan_ops *plan = plan_of(cfg);
	struct sn_trace *trace = calloc(1, sizeof *trace + plan->state_bytes(cfg));
	if (!trace || room_for_trace(e) < 0) {
		free(trace);
		return SONDE_E_NOMEM;
	}
	trace->cfg = *cfg;
	trace->method = sn_method(cfg->method);
	trace->plan = plan;
	trace->id = e->trace_count;
	settle_flow(trace, &e->cfg);
	if (put_into_index(e, trace) < 0) {
		trace_free(e, trace);
		return SONDE_E_NOMEM;
	}
	plan->init(trace->plan_state, &trace->cfg, trace->method->once_per_flow, e->now_ns);
	trace->wake = (struct sn_wake){.owner = trace, .order = trace->id};
	e->traces[e->trace_count++] = trace;
	e->live_count++;
	sn_engine_due(e, trace);
	*trace_id = trace->id;
	return 0;
}

static struct sn_trace *trace_of(const struct sonde_engine *e, uint32_t id)
{
	return id < e->trace_count ? e->traces[id] : NULL;
}

void sonde_engine_stop(struct sonde_engine *e, uint32_t trace_id, enum sonde_stop stop)
{
	struct sn_trace *trace = trace_of(e, trace_id);
	if (!trace || trace->ended)
		return;
	trace->plan->stop(trace->plan_state, stop);
	sn_engine_due(e, trace);
}

void sonde_engine_forget(struct sonde_engine *e, uint32_t trace_id)
{
	struct sn_trace *trace = trace_of(e, trace_id);
	if (!trace || !trace->ended)
		return;
	trace_free(e, trace);
	e->traces[trace_id] = NULL;
}

/* ---- carrying out what a plan says ---- */

static void emit(struct sonde_engine *e, const struct sn_trace *trace, const struct sn_probe_rec *rec, enum sonde_event_type type)
{
	struct sonde_event event;
	sn_engine_event(e, trace, rec, type, &event);
	sn_ring_push(&e->ring, &event);
}

static void emit_start(struct sonde_engine *e, struct sn_trace *trace)
{
	struct sonde_event event;
	sn_engine_event(e, trace, NULL, SONDE_EV_TRACE_START, &event);
	event.as.start = trace->cfg;
	trace->started = true;
	sn_ring_push(&e->ring, &event);
}

static void expire(struct sonde_engine *e, struct sn_trace *trace, const struct sn_plan_step *step)
{
	for (uint32_t i = 0; i < trace->probe_count; i++) {
		struct sn_probe_rec *rec = &trace->probes[i];
		bool meant = rec->ttl == step->ttl && (!step->query || rec->query == step->query);
		if (meant && rec->state == SN_PROBE_PENDING) {
			rec->state = SN_PROBE_EXPIRED;
			emit(e, trace, rec, SONDE_EV_TIMEOUT);
		}
	}
}

/* About rows: one of that TTL, or all of them (0). */
static void emit_rows(struct sonde_engine *e, const struct sn_trace *trace, enum sonde_event_type type, uint8_t ttl)
{
	struct sonde_event event;
	sn_engine_event(e, trace, NULL, type, &event);
	event.probe.ttl = ttl;
	sn_ring_push(&e->ring, &event);
}

static void end(struct sonde_engine *e, struct sn_trace *trace, const struct sonde_event_end *how)
{
	struct sonde_event event;
	sn_engine_event(e, trace, NULL, SONDE_EV_TRACE_END, &event);
	event.as.end = *how;
	event.as.end.stray_count = (uint32_t)e->stats.stray_count;
	event.as.end.forged_count = trace->forged_count;
	event.as.end.damaged = trace->damaged;
	trace->ended = true;
	e->live_count--;
	sn_wakes_set(&e->wakes, &trace->wake, SONDE_NEVER);
	sn_ring_push(&e->ring, &event);
}

/* A probe that shares its router with other traces may have to wait. True: it does. It goes in a crowd when no place is left for it. */
static bool put_off(struct sonde_engine *e, struct sn_trace *trace, struct sn_plan_step *step)
{
	if (e->live_count < 2 || trace->cfg.unpaced || step->paid || step->ttl == 0)
		return false;
	struct sn_pacer_place place = sn_pacer_take(&e->pacer, step->ttl, step->held, e->now_ns);
	step->crowded = !place.paid;
	if (place.at_ns <= e->now_ns)
		return false;
	trace->plan->hold(trace->plan_state, step->ttl, place.at_ns, place.paid);
	return true;
}

static bool hand_out(struct sonde_engine *e, struct sn_trace *trace, const struct sn_plan_step *step, struct sonde_tx *out)
{
	struct sn_probe_rec *rec;
	size_t length = sn_engine_add_probe(e, trace, step, e->now_ns, &rec);
	if (length == 0) {
		e->stats.lost_count++;
		trace->plan->stop(trace->plan_state, SONDE_STOP_LOCAL_ERROR);
		return false;
	}
	trace->plan->sent(trace->plan_state, step, e->now_ns);
	sn_rate_take(&e->rate, e->now_ns);
	*out = (struct sonde_tx){
	    .token = sn_token(trace, sn_serial(trace, rec)), .trace_id = trace->id, .bytes = e->packet, .length_bytes = length,
	    .piece_bytes = trace->cfg.no_df ? trace->cfg.mtu_bytes : 0};
	return true;
}

/* False: all traces together have sent what they may for now, and this one is asked again when the next may go. The plan has not been told
 * of anything: it counts no waiting from a probe that did not leave. */
static bool may_send(struct sonde_engine *e, struct sn_trace *trace)
{
	sonde_at_ns opens_ns = sn_rate_opens(&e->rate);
	if (opens_ns <= e->now_ns)
		return true;
	sn_wakes_set(&e->wakes, &trace->wake, opens_ns);
	return false;
}

/* Lets the plan of a due trace act until it waits. True: *out was filled. Without out a probe that is due stays due. */
static bool run(struct sonde_engine *e, struct sn_trace *trace, struct sonde_tx *out)
{
	if (!trace->started)
		emit_start(e, trace);
	for (;;) {
		struct sn_plan_step step;
		trace->plan->next(trace->plan_state, e->now_ns, &step);
		switch (step.act) {
		case SN_PLAN_SEND:
			if (!out || !may_send(e, trace))
				return false;
			if (!put_off(e, trace, &step) && hand_out(e, trace, &step, out))
				return true;
			break;
		case SN_PLAN_EXPIRE:
			expire(e, trace, &step);
			break;
		case SN_PLAN_SETTLED:
			emit_rows(e, trace, SONDE_EV_HOP_SETTLED, step.ttl);
			break;
		case SN_PLAN_STAND:
			emit_rows(e, trace, SONDE_EV_ROWS_STAND, 0);
			break;
		case SN_PLAN_WAIT:
			sn_wakes_set(&e->wakes, &trace->wake, step.until_ns > e->now_ns ? step.until_ns : e->now_ns + 1);
			return false;
		case SN_PLAN_DONE:
			end(e, trace, &step.end);
			return false;
		}
	}
}

/* Time never goes back, whatever the order in which inputs are given. Only the caller's own word moves the time that plans decide by: a
 * send or an answer may be stamped later than answers that wait unread, and nobody must be called silent before those are read. */
static void advance(struct sonde_engine *e, sonde_at_ns now)
{
	e->now_ns = now > e->now_ns ? now : e->now_ns;
	sn_engine_happened(e, now);
}

void sn_engine_happened(struct sonde_engine *e, sonde_at_ns at_ns)
{
	e->event_at_ns = at_ns > e->event_at_ns ? at_ns : e->event_at_ns;
}

/* The trace to be asked next: one with news, or one whose time has come. */
static struct sn_trace *next_due(const struct sonde_engine *e)
{
	struct sn_wake *wake = sn_wakes_first(&e->wakes);
	return e->due ? e->due : wake && wake->at_ns <= e->now_ns ? wake->owner : NULL;
}

bool sonde_engine_next_tx(struct sonde_engine *e, sonde_at_ns now, struct sonde_tx *out)
{
	advance(e, now);
	if (e->ring.count > EVENTS_WAITING_MAX)
		return false;
	struct sn_trace *trace;
	while ((trace = next_due(e))) {
		if (run(e, trace, out))
			return true;
		if (trace->is_due)
			no_longer_due(e, trace);
	}
	return false;
}

void sonde_engine_tick(struct sonde_engine *e, sonde_at_ns now)
{
	advance(e, now);
}

sonde_at_ns sonde_engine_deadline(const struct sonde_engine *e)
{
	struct sn_wake *wake = sn_wakes_first(&e->wakes);
	return e->due ? e->now_ns : wake ? wake->at_ns : SONDE_NEVER;
}

bool sonde_engine_next_event(struct sonde_engine *e, struct sonde_event *out)
{
	return sn_ring_pop(&e->ring, out);
}

void sonde_engine_stats(const struct sonde_engine *e, struct sonde_engine_stats *out)
{
	*out = e->stats;
	out->lost_count += e->ring.lost_count;
}

/* ---- what became of a probe ---- */

static struct sn_plan_probe plan_probe(const struct sn_probe_rec *rec)
{
	return (struct sn_plan_probe){.ttl = rec->ttl, .query = rec->query, .expired = rec->state == SN_PROBE_EXPIRED};
}

static void sent_failed(struct sonde_engine *e, struct sn_trace *trace, struct sn_probe_rec *rec, int sys_errno)
{
	if (rec->state == SN_PROBE_ANSWERED || rec->state == SN_PROBE_UNSENT)
		return;
	struct sn_plan_probe probe = plan_probe(rec);
	rec->state = SN_PROBE_UNSENT;
	if (trace->ended)
		return;
	struct sonde_event event;
	sn_engine_event(e, trace, rec, SONDE_EV_LOCAL_ERROR, &event);
	event.as.sys_errno = sys_errno;
	sn_ring_push(&e->ring, &event);
	trace->plan->failed(trace->plan_state, &probe, e->now_ns, sys_errno);
	sn_engine_due(e, trace);
}

void sonde_engine_sent(struct sonde_engine *e, uint64_t token, sonde_at_ns sent_at_ns, int sys_errno)
{
	struct sn_trace *trace;
	struct sn_probe_rec *rec = sn_engine_probe(e, token, &trace);
	if (!rec)
		return;
	sn_engine_happened(e, sent_at_ns);
	if (sys_errno) {
		sent_failed(e, trace, rec, sys_errno);
		return;
	}
	sn_kept(trace, rec)->sent_at_ns = sent_at_ns;
	struct sn_plan_probe probe = plan_probe(rec);
	if (!trace->ended)
		trace->plan->stamped(trace->plan_state, &probe, sent_at_ns);
	if (!rec->confirmed && rec->state != SN_PROBE_UNSENT && !trace->ended)
		emit(e, trace, rec, SONDE_EV_SENT);
	rec->confirmed = true;
}
