/* SPDX-License-Identifier: MIT */
/* A captured trace told as events: what was sent and answered when it was, what is no longer waited for when a sweep of our own would give
 * it up, and how it ended as a sweep judges that. */
#include "base/damaged.h"
#include "engine/meaning.h"
#include "packet/ext.h"
#include "plan/pmtu.h"
#include "plan/sweep.h"
#include "replay/internal.h"
#include "replay/waiting.h"

#include <stdlib.h>

struct player {
	struct sn_replay *replay;
	const struct sn_replay_trace *trace;
	uint32_t id;
	struct sn_sweep *sweep;
	sonde_at_ns now;
	size_t asks_told, pairings_told;
	struct sn_waiting by_row, by_flow;  /* probes that are waited for, by their serial numbers from 0 on */
	sonde_ns rtt_most_ns;         /* measures: of its answers */
	bool measures;                /* it looks for the path's MTU, and there is no sweep */
	bool done;                    /* the sweep needs no more … */
	struct sonde_event_end end;   /* … and ends so */
	int (*on_event)(void *ctx, const struct sonde_event *event);
	void *ctx;
	int code;
};

static struct sn_ask *ask_at(const struct player *p, size_t i)
{
	return &p->replay->asks[p->replay->by_trace[p->trace->ask_from + i]];
}

static sonde_at_ns sent_at(const struct player *p, const struct sn_ask *ask)
{
	return sn_ask_heard(p->replay, ask)->at_ns;
}

/* The lone probe at TTL 255 has a row of its own in a sweep. */
static uint8_t row_of(const struct player *p, const struct sn_ask *ask)
{
	return ask->ttl > p->trace->cfg.max_ttl ? SN_SWEEP_TTL255 : ask->ttl;
}

/* Sorts the probes of each flow by their TTLs. */
static uint32_t flow_key(const struct sn_ask *ask, uint8_t ttl)
{
	return (uint32_t)ask->sport << 8 | ttl;
}

static void set_state(struct player *p, struct sn_ask *ask, enum sn_ask_state state)
{
	ask->state = (uint8_t)state;
	sn_waiting_set(&p->by_row, ask->serial - 1, state == SN_ASK_PENDING);
	sn_waiting_set(&p->by_flow, ask->serial - 1, state == SN_ASK_PENDING);
}

/* A row of a single query that was silent is asked again. */
static bool is_retry(const struct player *p, const struct sn_ask *ask)
{
	return !p->trace->cfg.no_retry && ask->query > 1;
}

/* ---- events ---- */

static void emit(struct player *p, struct sonde_event *event)
{
	event->trace_id |= p->id;
	event->at_ns = p->now;
	if (p->code == SONDE_OK)
		p->code = p->on_event(p->ctx, event);
}

/* What stands as 0 is not known: nobody gave such an IP id (RFC 6864 section 4.1), no packet leaves from such a port, and what sonde
 * captures itself has 0 for what a kernel chose. Of an echo id the IP id beside it says which it is. */
static uint32_t unsure_of(const struct sonde_event_probe *probe, const struct sn_ask *ask)
{
	uint32_t no_id = ask->version == 4 && !probe->ip_id ? SONDE_DIFF_IP_ID : 0;
	uint32_t source = sn_is_icmp(ask->protocol) ? SONDE_DIFF_ICMP_ID : sn_has_ports(ask->protocol) ? SONDE_DIFF_SPORT : 0;
	bool given = ask->sport || (source == SONDE_DIFF_ICMP_ID && ask->version == 4 && !no_id);
	return no_id | (given ? 0 : source);
}

static struct sonde_event_probe probe_of(const struct player *p, const struct sn_ask *ask)
{
	struct sn_packet packet;
	struct sonde_event_probe probe = {.token = (uint64_t)p->id << 32 | ask->serial,
	                                  .serial = ask->serial,
	                                  .ttl = ask->ttl,
	                                  .query = ask->query,
	                                  .flow = ask->flow,
	                                  .retry = is_retry(p, ask),
	                                  .sent_at_ns = sent_at(p, ask)};
	bool echo = sn_is_icmp(ask->protocol);
	*(echo ? &probe.icmp_id : &probe.sport) = ask->sport;
	*(echo ? &probe.icmp_seq : &probe.dport) = ask->dport;
	if (sn_heard_parse(p->replay, sn_ask_heard(p->replay, ask), &packet)) {
		probe.ip_id = packet.ip.id;
		probe.size_bytes = sn_ask_bytes(ask, &packet);
	}
	probe.unsure = unsure_of(&probe, ask);
	return probe;
}

static uint32_t again_id(const struct sn_ask *ask)
{
	return ask->again ? SN_REPLAY_AGAIN : 0;
}

static void emit_probe(struct player *p, const struct sn_ask *ask, enum sonde_event_type type)
{
	struct sonde_event event = {.type = type, .trace_id = again_id(ask), .probe = probe_of(p, ask)};
	emit(p, &event);
}

static void emit_row(struct player *p, enum sonde_event_type type, uint8_t ttl)
{
	struct sonde_event event = {.type = type, .probe.ttl = ttl};
	emit(p, &event);
}

/* ---- what the sweep says meanwhile ---- */

static void give_up(struct player *p, struct sn_ask *ask)
{
	set_state(p, ask, SN_ASK_EXPIRED);
	emit_probe(p, ask, SONDE_EV_TIMEOUT);
}

static void expire_row(struct player *p, uint8_t row)
{
	uint32_t number;
	while ((number = sn_waiting_first(&p->by_row, row, row)) != SN_WAITING_NONE)
		give_up(p, ask_at(p, number));
}

static void expire_all(struct player *p)
{
	for (size_t i = 0; i < p->asks_told; i++)
		if (ask_at(p, i)->state == SN_ASK_PENDING && !ask_at(p, i)->again)
			give_up(p, ask_at(p, i));
}

/* What a search for the MTU would have given up by then: the oldest first, as all are waited for as long. */
static void expire_measured(struct player *p, sonde_at_ns to)
{
	uint32_t number;
	while ((number = sn_waiting_first(&p->by_row, 0, 0)) != SN_WAITING_NONE) {
		struct sn_ask *ask = ask_at(p, number);
		sonde_at_ns until = sent_at(p, ask) + sn_pmtu_wait(p->rtt_most_ns);
		if (until > to)
			break;
		p->now = until > p->now ? until : p->now;
		give_up(p, ask);
	}
}

/* One step at now. False: the sweep waits, *until says for how long, or it is done. */
static bool step(struct player *p, sonde_at_ns *until)
{
	struct sn_plan_step s;
	*until = SONDE_NEVER;
	sn_plan_sweep.next(p->sweep, p->now, &s);
	switch (s.act) {
	case SN_PLAN_EXPIRE:
		expire_row(p, s.ttl);
		return true;
	case SN_PLAN_SETTLED:
		emit_row(p, SONDE_EV_HOP_SETTLED, s.ttl);
		return true;
	case SN_PLAN_STAND:
		emit_row(p, SONDE_EV_ROWS_STAND, 0);
		return true;
	case SN_PLAN_DONE:
		p->done = true;
		p->end = s.end;
		return false;
	case SN_PLAN_WAIT:
		*until = s.until_ns;
		return false;
	case SN_PLAN_SEND: /* it follows */
		break;
	}
	return false;
}

/* Whoever sends on has not ended yet. */
static void go_on(struct player *p)
{
	if (!p->done || p->asks_told == p->trace->ask_count)
		return;
	p->done = p->sweep->done = false;
	p->sweep->stopped = SONDE_STOP_NONE;
}

/* Lets time pass up to then; what happens at that very instant comes only with `through`. */
static void advance(struct player *p, sonde_at_ns to, bool through)
{
	if (p->measures) {
		expire_measured(p, to);
		p->now = to > p->now ? to : p->now;
		return;
	}
	if (p->now >= to && !through)
		return; /* what comes at one instant comes at once */
	for (;;) {
		sonde_at_ns until = SONDE_NEVER;
		while (p->code == SONDE_OK && step(p, &until))
			continue;
		if (p->code < 0 || p->done || until > to || (until == to && !through))
			break;
		p->now = until > p->now ? until : p->now + 1;
	}
	go_on(p);
	p->now = to > p->now && !p->done ? to : p->now;
}

/* ---- what was captured ---- */

static void tell_sent(struct player *p, struct sn_ask *ask)
{
	const struct sn_plan_step sent = {
	    .act = SN_PLAN_SEND, .ttl = row_of(p, ask), .query = ask->query, .flow = ask->flow, .retry = is_retry(p, ask)};
	p->asks_told++;
	set_state(p, ask, SN_ASK_PENDING);
	if (!ask->again && !p->measures)
		sn_plan_sweep.sent(p->sweep, &sent, sent_at(p, ask));
	emit_probe(p, ask, SONDE_EV_SENT);
}

/* This machine itself says that it did not let the probe out. True: it does. */
static bool tell_refused_here(struct player *p, struct sn_ask *ask, const struct sonde_event_answer *a)
{
	int sys_errno = a->is_icmp && a->from_self && !a->in_targets_name ? sn_answer_own_errno(a->meaning) : 0;
	if (!sys_errno || ask->state == SN_ASK_ANSWERED || ask->state == SN_ASK_UNSENT)
		return sys_errno;
	struct sonde_event event = {
	    .type = SONDE_EV_LOCAL_ERROR, .trace_id = again_id(ask), .probe = probe_of(p, ask), .as.sys_errno = sys_errno};
	const struct sn_plan_probe failed = {.ttl = row_of(p, ask), .query = ask->query, .expired = ask->state == SN_ASK_EXPIRED};
	set_state(p, ask, SN_ASK_UNSENT);
	emit(p, &event);
	if (!ask->again && !p->measures)
		sn_plan_sweep.failed(p->sweep, &failed, p->now, sys_errno);
	return true;
}

static void tell_sweep(struct player *p, const struct sn_ask *ask, const struct sonde_event_answer *a, bool late)
{
	enum sn_plan_class class = sn_answer_class(a->meaning, a->in_targets_name);
	/* over a flow of its own, perhaps another way: no hop of this one */
	if (ask->flow && class == SN_CLASS_TRANSIT)
		class = SN_CLASS_OTHER;
	const struct sn_plan_answer answer = {.ttl = row_of(p, ask),
	                                      .query = ask->query,
	                                      .class = class,
	                                      .late = late,
	                                      .rtt_ns = a->rtt_ns,
	                                      .reply_ttl = a->reply_ttl,
	                                      .meaning = a->meaning,
	                                      .icmp_code = a->icmp_code,
	                                      .from = &a->from};
	sn_plan_sweep.answer(p->sweep, &answer, p->now);
}

/* As the search says how it ended. */
static void note_measured(struct player *p, const struct sn_ask *ask, const struct sonde_event_answer *a)
{
	enum sn_plan_class class = sn_answer_class(a->meaning, a->in_targets_name);
	bool of_row = ask->ttl != SONDE_TTL_LAST;
	p->rtt_most_ns = a->rtt_ns > p->rtt_most_ns ? a->rtt_ns : p->rtt_most_ns;
	p->end.reached |= class == SN_CLASS_TARGET;
	if (class == SN_CLASS_TARGET && of_row && (!p->end.distance || ask->ttl < p->end.distance))
		p->end.distance = ask->ttl;
	if (class == SN_CLASS_TRANSIT && of_row && ask->ttl > p->end.last_answering_ttl)
		p->end.last_answering_ttl = ask->ttl;
}

static void read_answer(const struct player *p, const struct sn_ask *ask, const struct sn_pairing *pairing, struct sonde_event_answer *a)
{
	const struct sn_heard *heard = &p->replay->heard[pairing->heard];
	struct sn_packet packet;
	sonde_ns rtt_ns = heard->at_ns - sent_at(p, ask);
	if (!sn_heard_parse(p->replay, heard, &packet))
		return;
	sn_answer_read(&packet, a);
	a->at_ns = heard->at_ns;
	a->meaning = pairing->meaning;
	a->rtt_ns = pairing->untimed || !sn_answer_is_timed(a->meaning, rtt_ns) ? -1 : rtt_ns > 0 ? rtt_ns : 0;
	a->in_targets_name = sonde_addr_equal(&a->from, &p->trace->cfg.dst);
	a->from_self = sonde_addr_equal(&a->from, &p->trace->cfg.src);
	a->match_bits = pairing->bits;
	sn_fit_compare(p->replay, ask, &packet, &a->quote);
}

void sn_replay_responders(const struct sn_replay *replay, void (*on_addr)(void *ctx, const struct sonde_addr *addr), void *ctx)
{
	for (size_t i = 0; i < replay->trace_count; i++) {
		const struct sn_replay_trace *trace = &replay->traces[i];
		for (size_t k = 0; k < trace->pairing_count; k++) {
			struct sonde_event_answer answer = {0};
			struct sn_packet packet;
			if (!sn_heard_parse(replay, &replay->heard[replay->pairings[trace->pairing_from + k].heard], &packet))
				continue;
			sn_answer_read(&packet, &answer);
			on_addr(ctx, &answer.from);
		}
	}
}

/* The objects that came with an answer, right behind its event. */
static void tell_extensions(struct player *p, const struct sn_pairing *pairing, const struct sonde_event *answer)
{
	struct sn_packet packet;
	struct sn_ext_walk walk;
	if (!sn_heard_parse(p->replay, &p->replay->heard[pairing->heard], &packet) || !packet.is_icmp || !packet.icmp.extension)
		return;
	struct sonde_event event = {
	    .type = SONDE_EV_EXTENSION, .trace_id = answer->trace_id, .probe = answer->probe, .as.extension.of = answer->type};
	sn_ext_begin(&walk, packet.icmp.extension, packet.icmp.extension_bytes);
	while (sn_ext_next(&walk, &event.as.extension.object))
		emit(p, &event);
}

/* A bare ACK repeats the number of the SYN that opened the half connection; it answers that or a farther one of its flow, nobody can tell
 * which. One with a lower TTL is never credited. */
static struct sn_ask *spread_bare_ack(const struct player *p, struct sn_ask *opened)
{
	if (opened->state != SN_ASK_ANSWERED)
		return opened;
	uint32_t number = sn_waiting_first(&p->by_flow, flow_key(opened, opened->ttl), flow_key(opened, UINT8_MAX));
	return number == SN_WAITING_NONE ? opened : ask_at(p, number);
}

static void tell_answer(struct player *p, const struct sn_pairing *pairing)
{
	struct sn_ask *ask = &p->replay->asks[pairing->ask];
	struct sonde_event event = {0};
	p->pairings_told++;
	if (pairing->meaning == SONDE_M_BARE_ACK)
		ask = spread_bare_ack(p, ask);
	read_answer(p, ask, pairing, &event.as.answer);
	if (tell_refused_here(p, ask, &event.as.answer))
		return;
	bool late = ask->state == SN_ASK_EXPIRED, again = ask->state == SN_ASK_ANSWERED || ask->state == SN_ASK_UNSENT;
	if (again && p->done && !ask->again) /* a live run had ended */
		return;
	event.type = again ? SONDE_EV_DUPLICATE : late ? SONDE_EV_LATE : SONDE_EV_REPLY;
	event.trace_id = again_id(ask);
	event.probe = probe_of(p, ask);
	emit(p, &event);
	tell_extensions(p, pairing, &event);
	set_state(p, ask, SN_ASK_ANSWERED);
	if (again)
		return;
	if (p->measures)
		note_measured(p, ask, &event.as.answer);
	else if (!ask->again)
		tell_sweep(p, ask, &event.as.answer, late);
}

/* Answers are read before anything is sent at the same instant, as a live run does, but not before what they answer. */
static void tell_all(struct player *p)
{
	const struct sn_replay_trace *t = p->trace;
	while (p->code == SONDE_OK) {
		struct sn_ask *ask = p->asks_told < t->ask_count ? ask_at(p, p->asks_told) : NULL;
		const struct sn_pairing *pairing =
		    p->pairings_told < t->pairing_count ? &p->replay->pairings[t->pairing_from + p->pairings_told] : NULL;
		sonde_at_ns ask_at_ns = ask ? sent_at(p, ask) : SONDE_NEVER;
		sonde_at_ns answer_at_ns = pairing ? p->replay->heard[pairing->heard].at_ns : SONDE_NEVER;
		bool early = pairing && p->replay->asks[pairing->ask].serial > p->asks_told;
		if (pairing && (!ask || (!early && answer_at_ns <= ask_at_ns))) {
			advance(p, answer_at_ns, false);
			tell_answer(p, pairing);
		} else if (ask) {
			advance(p, ask_at_ns, true);
			tell_sent(p, ask);
		} else {
			break;
		}
	}
}

/* ---- the end ---- */

static bool awaits(const struct player *p, unsigned last_ttl)
{
	for (size_t i = 0; i < p->asks_told; i++)
		if (ask_at(p, i)->state == SN_ASK_PENDING && !ask_at(p, i)->again && row_of(p, ask_at(p, i)) <= last_ttl)
			return true;
	return false;
}

/* Rows that have their probes stand now, and what was still on its way is not known to be lost. */
static void settle_rows(struct player *p, const struct sn_sweep_view *view)
{
	struct sn_sweep *s = p->sweep;
	for (unsigned ttl = s->next_settle; ttl <= view->end && s->rows[ttl].sent; ttl++) {
		s->rows[ttl].settled = true;
		s->next_settle = (uint16_t)(ttl + 1);
		emit_row(p, SONDE_EV_HOP_SETTLED, (uint8_t)ttl);
	}
}

/* The capture ended before the sweep had what it wants, or something came after it had. */
static void end_now(struct player *p)
{
	struct sn_sweep_view view;
	sn_sweep_look(p->sweep, &view);
	bool open = !view.target && awaits(p, view.end);
	enum sonde_stop stop = open ? SONDE_STOP_CAPTURE_END : sn_sweep_stop_reason(p->sweep, &view);
	settle_rows(p, &view);
	expire_all(p);
	if (!p->sweep->told_stand)
		emit_row(p, SONDE_EV_ROWS_STAND, 0);
	sn_sweep_end(p->sweep, &view, stop, &p->end);
}

/* What no sweep follows was waited for as long as the capture goes on: long enough, or nobody knows. What nobody knows is given up last.
 * True: there is such. */
static bool give_up_unfollowed(struct player *p, sonde_ns wait_ns)
{
	bool cut = false, any = false;
	for (size_t i = 0; i < p->asks_told; i++)
		any |= ask_at(p, i)->state == SN_ASK_PENDING && (ask_at(p, i)->again || p->measures);
	if (!any)
		return false;
	p->now = p->replay->until_ns > p->now ? p->replay->until_ns : p->now;
	for (int waited = 1; waited >= 0; waited--) {
		for (size_t i = 0; i < p->asks_told; i++) {
			struct sn_ask *ask = ask_at(p, i);
			bool long_enough = sent_at(p, ask) + wait_ns <= p->replay->until_ns;
			if (ask->state != SN_ASK_PENDING || !(ask->again || p->measures) || (waited && !long_enough))
				continue;
			give_up(p, ask);
			cut |= !waited;
		}
		p->now += waited;
	}
	return cut;
}

/* As long as a comparison waits. */
static void end_again(struct player *p)
{
	struct sonde_event end = {.type = SONDE_EV_TRACE_END, .trace_id = SN_REPLAY_AGAIN, .as.end.stop = SONDE_STOP_CAPTURE_END};
	if (give_up_unfollowed(p, 300 * SONDE_MS))
		emit(p, &end);
}

/* As long as a search for the MTU waits. */
static void end_measured(struct player *p)
{
	expire_measured(p, p->replay->until_ns);
	bool cut = give_up_unfollowed(p, sn_pmtu_wait(p->rtt_most_ns));
	p->end.stop = cut ? SONDE_STOP_CAPTURE_END : p->end.reached ? SONDE_STOP_REACHED : SONDE_STOP_GAP;
	p->end.last_ttl = p->end.last_answering_ttl = p->end.distance ? p->end.distance : p->end.last_answering_ttl;
	p->end.probe_count = (uint32_t)p->trace->ask_count;
}

static void count_damaged(const struct player *p, struct sonde_event_end *end)
{
	for (size_t i = 0; i < p->trace->ask_count; i++) {
		const struct sn_ask *ask = ask_at(p, i);
		sn_damaged_add(&end->damaged, ask->ttl == SONDE_TTL_LAST ? 0 : ask->ttl, ask->damaged_count);
	}
}

static void play(struct player *p)
{
	struct sonde_event start = {.type = SONDE_EV_TRACE_START, .as.start = p->trace->cfg};
	struct sonde_event end = {.type = SONDE_EV_TRACE_END};
	p->now = sent_at(p, ask_at(p, 0));
	sn_plan_sweep.init(p->sweep, &p->trace->cfg, p->trace->once_per_flow, p->now);
	p->sweep->follows = true;
	emit(p, &start);
	tell_all(p);
	if (p->measures) {
		end_measured(p);
		end.as.end = p->end;
		count_damaged(p, &end.as.end);
		emit(p, &end);
		return;
	}
	bool had_all = p->done; /* all that follows came late */
	sonde_at_ns until_ns = p->replay->until_ns;
	if (!had_all)
		advance(p, until_ns, true);
	if (p->trace->asked_again)
		end_again(p);
	if (!p->done || had_all)
		end_now(p);
	end.as.end = p->end;
	count_damaged(p, &end.as.end);
	emit(p, &end);
}

static int begin_waiting(struct player *p)
{
	enum { NO_ROW = 256 };
	size_t count = p->trace->ask_count;
	uint32_t *rows = calloc(count + 1, sizeof *rows), *flows = calloc(count + 1, sizeof *flows);
	int code = rows && flows ? SONDE_OK : SONDE_E_NOMEM;
	for (size_t i = 0; code == SONDE_OK && i < count; i++) {
		const struct sn_ask *ask = ask_at(p, i);
		rows[i] = ask->again ? NO_ROW : p->measures ? 0 : row_of(p, ask);
		flows[i] = flow_key(ask, ask->ttl);
	}
	if (code == SONDE_OK)
		code = sn_waiting_init(&p->by_row, rows, count);
	if (code == SONDE_OK)
		code = sn_waiting_init(&p->by_flow, flows, count);
	free(rows);
	free(flows);
	return code;
}

int sn_replay_play(struct sn_replay *replay, size_t trace, int (*on_event)(void *ctx, const struct sonde_event *event), void *ctx)
{
	struct player p = {.replay = replay, .trace = &replay->traces[trace], .id = (uint32_t)trace, .on_event = on_event, .ctx = ctx};
	p.measures = p.trace->cfg.plan == SONDE_PLAN_PMTU;
	p.sweep = calloc(1, sn_plan_sweep.state_bytes(&p.trace->cfg));
	p.code = p.sweep ? begin_waiting(&p) : SONDE_E_NOMEM;
	if (p.code == SONDE_OK)
		play(&p);
	sn_waiting_finish(&p.by_row);
	sn_waiting_finish(&p.by_flow);
	free(p.sweep);
	return p.code;
}
