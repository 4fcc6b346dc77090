/* SPDX-License-Identifier: MIT */
/* What comes in: count it, match it, settle its probe, tell the plan and the world. */
#include "engine/internal.h"

#include "base/addr.h"
#include "base/damaged.h"
#include "engine/meaning.h"

void sn_engine_answer(struct sonde_engine *e, const struct sn_match *m, const struct sonde_rx *rx, struct sonde_event_answer *a)
{
	const struct sn_seen *seen =
	    &(struct sn_seen){.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
	const struct sn_packet *packet = m->packet;
	sonde_ns rtt = rx->at_ns - sn_kept(m->trace, m->rec)->sent_at_ns;
	sn_answer_read(packet, a);
	a->at_ns = rx->at_ns;
	a->rtt_ns = m->untimed || !sn_answer_is_timed(m->meaning, rtt) ? -1 : rtt > 0 ? rtt : 0;
	a->meaning = m->meaning;
	a->in_targets_name = sonde_addr_equal(&packet->ip.src, &m->trace->cfg.dst);
	a->from_self = sonde_addr_equal(&packet->ip.src, &m->trace->cfg.src);
	a->weak = m->fit.bits < SN_BITS_STRONG;
	a->match_bits = m->fit.bits;
	a->diff = m->fit.diff;
	if (packet->has_quote)
		sn_engine_quote(e, m, seen, &a->quote);
}

static void tell_plan(struct sonde_engine *e, const struct sn_match *m, const struct sonde_event_answer *a, bool late)
{
	struct sn_trace *trace = m->trace;
	enum sn_plan_class class = sn_answer_class(a->meaning, a->in_targets_name);
	/* A further query to an open port goes over a flow of its own, perhaps another way: who lets it run out is no hop of this one. */
	if (m->rec->flow && class == SN_CLASS_TRANSIT)
		class = SN_CLASS_OTHER;
	struct sn_plan_answer answer = {
	    .ttl = m->rec->ttl,
	    .query = m->rec->query,
	    .class = class,
	    .weak = a->weak,
	    .late = late,
	    .rtt_ns = a->rtt_ns,
	    .reply_ttl = a->reply_ttl,
	    .meaning = a->meaning,
	    .icmp_code = a->icmp_code,
	    .mtu_bytes = a->mtu_bytes,
	    .may_be_cut = a->quote.diff & (SONDE_DIFF_DF | SONDE_DIFF_FRAGMENT),
	    .from = &a->from,
	};
	if (class == SN_CLASS_TRANSIT && m->rec->ttl > trace->transit_top)
		trace->transit_top = m->rec->ttl;
	if (m->rec->ttl)
		sn_pacer_learn(&e->pacer, m->rec->ttl, &a->from);
	/* who sleeps until an answer comes has an engine whose time is still that of before */
	trace->plan->answer(trace->plan_state, &answer, a->at_ns > e->now_ns ? a->at_ns : e->now_ns);
	sn_engine_due(e, trace);
}

/* The errno of a probe that this machine itself says it did not let out; 0: it says no such thing. */
static int refused_here(const struct sn_match *m)
{
	const struct sonde_trace_cfg *cfg = &m->trace->cfg;
	const struct sonde_addr *from = &m->packet->ip.src;
	bool own = m->packet->is_icmp && sonde_addr_equal(from, &cfg->src) && !sonde_addr_equal(from, &cfg->dst);
	return own ? sn_answer_own_errno(m->meaning) : 0;
}

static void settle(struct sonde_engine *e, const struct sn_match *m, const struct sonde_rx *rx)
{
	enum sonde_event_type type = m->rec->state == SN_PROBE_PENDING   ? SONDE_EV_REPLY
	                             : m->rec->state == SN_PROBE_EXPIRED ? SONDE_EV_LATE
	                                                                 : SONDE_EV_DUPLICATE;
	struct sonde_event event;
	sn_engine_event(e, m->trace, m->rec, type, &event);
	sn_engine_answer(e, m, rx, &event.as.answer);
	e->stats.weak_count += event.as.answer.weak;
	e->stats.late_count += type == SONDE_EV_LATE;
	e->stats.duplicate_count += type == SONDE_EV_DUPLICATE;
	m->rec->state = SN_PROBE_ANSWERED;
	if (m->trace->ended)
		return;
	sn_ring_push(&e->ring, &event);
	if (m->packet->is_icmp && m->packet->icmp.extension)
		sn_engine_extensions(e, m, rx, type);
	if (type != SONDE_EV_DUPLICATE)
		tell_plan(e, m, &event.as.answer, type == SONDE_EV_LATE);
}

bool sn_engine_is_broken(const struct sn_packet *packet)
{
	return packet->odd & SN_ODD_HEADER_CHECKSUM || packet->checksum == SN_CHECKSUM_BAD;
}

static void count_stray(struct sonde_engine *e, struct sn_trace *forged)
{
	e->stats.stray_count++;
	e->stats.forged_count += forged != NULL;
	if (forged)
		forged->forged_count++;
}

/* As it stands; else with the zeros at its end taken for filling. */
static bool find(struct sonde_engine *e, const struct sonde_rx *rx, struct sn_packet *packet, struct sn_match *match)
{
	return sn_engine_match(e, rx, packet, match) || (sn_packet_unpad(packet) && sn_engine_match(e, rx, packet, match));
}

static void take(struct sonde_engine *e, const struct sn_match *match, const struct sonde_rx *rx)
{
	int refused = refused_here(match);
	if (refused)
		sonde_engine_sent(e, sn_token(match->trace, sn_serial(match->trace, match->rec)), rx->at_ns, refused);
	else
		settle(e, match, rx);
}

/* Now that two copies agree what was done to both. */
static void take_again(struct sonde_engine *e, const struct sonde_rx *rx)
{
	struct sn_packet packet;
	struct sn_match match;
	if (sn_packet_parse(rx->bytes, rx->length_bytes, &packet) && find(e, rx, &packet, &match))
		take(e, &match, rx);
}

static void not_found(struct sonde_engine *e, const struct sonde_rx *rx, const struct sn_match *match)
{
	struct sn_held *first;
	if (match->guessed)
		match->guessed->agreed.never = true;
	if (!sn_engine_agrees(e, match, rx, &first)) {
		count_stray(e, match->forged);
		return;
	}
	if (first) {
		e->stats.stray_count--;
		e->stats.forged_count -= first->forged;
		match->near.trace->forged_count -= first->forged;
		take_again(e, &first->rx);
	}
	take_again(e, rx);
}

/* It is believed in nothing, but that it came: where it shows what only an answer can show, its hop is not silent. */
static void count_broken(struct sonde_engine *e, const struct sonde_rx *rx, struct sn_packet *packet)
{
	struct sn_match m;
	e->stats.bad_checksum_count++;
	if (!find(e, rx, packet, &m) || m.trace->ended || m.fit.bits < SN_BITS_STRONG)
		return;
	sn_damaged_add(&m.trace->damaged, m.rec->ttl, 1);
}

static void packet_came(struct sonde_engine *e, const struct sonde_rx *rx)
{
	struct sn_packet packet;
	struct sn_match match;
	e->stats.received_count++;
	if (!sn_packet_parse(rx->bytes, rx->length_bytes, &packet))
		e->stats.malformed_count++;
	else if (sn_engine_is_broken(&packet))
		count_broken(e, rx, &packet);
	else if (!find(e, rx, &packet, &match))
		not_found(e, rx, &match);
	else
		take(e, &match, rx);
}

void sonde_engine_received(struct sonde_engine *e, const struct sonde_rx *rx)
{
	switch (rx->kind) {
	case SONDE_RX_PACKET:
		sn_engine_happened(e, rx->at_ns);
		packet_came(e, rx);
		break;
	case SONDE_RX_STAMP:
		sonde_engine_sent(e, rx->token, rx->at_ns, 0);
		break;
	case SONDE_RX_ERROR:
		sonde_engine_sent(e, rx->token, rx->at_ns, rx->sys_errno);
		break;
	}
}
