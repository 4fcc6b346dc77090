/* SPDX-License-Identifier: MIT */
/* What comes in: count it, match it, settle its probe, tell the plan and the world. */
#include "engine/internal.h"

#include "base/addr.h"

#include <errno.h>

/* What an answer means for the way, by its meaning: in the target's name, and in another. own_errno: what it is as the word of this very
 * machine about a probe to somewhere else, a send that failed (its firewall's refusal, its tunnel's MTU); 0: an answer all the same, as
 * is that the next hop does not answer. */
static const struct {
	enum sn_plan_class target, other;
	int own_errno;
} class_of[SONDE_M_COUNT] = {
	[SONDE_M_TIME_EXCEEDED] = {SN_CLASS_TRANSIT, SN_CLASS_TRANSIT},
	[SONDE_M_ECHO_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_TIMESTAMP_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_SYN_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_RST] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_RST_TO_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_BARE_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_INIT_ACK] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_ABORT] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_RESPONSE] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_OTHER_SERVICE] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_DCCP_RESET] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_UDP_REPLY] = {SN_CLASS_TARGET, SN_CLASS_OTHER},
	[SONDE_M_PORT_UNREACHABLE] = {SN_CLASS_TARGET, SN_CLASS_REFUSED, EPERM},
	[SONDE_M_NET_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_HOST_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	/* Who does not serve the protocol got the packet: of the target that is an answer, as that a port is closed. */
	[SONDE_M_PROTOCOL_UNREACHABLE] = {SN_CLASS_TARGET, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_ADMIN_PROHIBITED] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_PACKET_TOO_BIG] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EMSGSIZE},
	[SONDE_M_SOURCE_ROUTE_FAILED] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_UNREACHABLE] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE, EPERM},
	[SONDE_M_PRECEDENCE_VIOLATION] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_PRECEDENCE_CUTOFF] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
	[SONDE_M_PARAMETER_PROBLEM] = {SN_CLASS_UNREACHABLE, SN_CLASS_UNREACHABLE},
};

/* A host whose SYN-ACK (or DCCP Response, RFC 4340 section 8.1.3) is not acknowledged repeats it after a second (RFC 6298 section 2.1):
 * when the first was lost, the second says nothing of how long the way takes, and nobody can tell the two apart. */
#define SYN_ACK_AGAIN_NS SONDE_S

static bool is_timed(const struct sn_match *m, sonde_ns rtt_ns)
{
	return !m->untimed && !(sonde_meaning_half_opens(m->meaning) && rtt_ns >= SYN_ACK_AGAIN_NS);
}

void sn_engine_answer(struct sonde_engine *e, const struct sn_match *m, const struct sonde_rx *rx, struct sonde_event_answer *a)
{
	const struct sn_seen *seen =
	    &(struct sn_seen){.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
	const struct sn_packet *packet = m->packet;
	sonde_ns rtt = rx->at_ns - sn_kept(m->trace, m->rec)->sent_at_ns;
	*a = (struct sonde_event_answer){
	    .from = packet->ip.src,
	    .at_ns = rx->at_ns,
	    .rtt_ns = !is_timed(m, rtt) ? -1 : rtt > 0 ? rtt : 0,
	    .meaning = m->meaning,
	    .is_icmp = packet->is_icmp,
	    .in_targets_name = sonde_addr_equal(&packet->ip.src, &m->trace->cfg.dst),
	    .from_self = sonde_addr_equal(&packet->ip.src, &m->trace->cfg.src),
	    .weak = m->fit.bits < SN_BITS_STRONG,
	    .match_bits = m->fit.bits,
	    .reply_ttl = packet->ip.ttl,
	    .offloaded = packet->checksum == SN_CHECKSUM_OFFLOADED,
	    .diff = m->fit.diff,
	};
	if (packet->is_icmp) {
		a->icmp_type = packet->icmp.type;
		a->icmp_code = packet->icmp.code;
		a->mtu_bytes = (uint16_t)(packet->icmp.mtu_bytes < UINT16_MAX ? packet->icmp.mtu_bytes : UINT16_MAX);
	}
	if (packet->has_quote)
		sn_engine_quote(e, m, seen, &a->quote);
}

static void tell_plan(struct sonde_engine *e, const struct sn_match *m, const struct sonde_event_answer *a, bool late)
{
	struct sn_trace *trace = m->trace;
	enum sn_plan_class class = a->in_targets_name ? class_of[a->meaning].target : class_of[a->meaning].other;
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
	    .from = &a->from,
	};
	if (class == SN_CLASS_TRANSIT && m->rec->ttl > trace->transit_top)
		trace->transit_top = m->rec->ttl;
	if (m->rec->ttl)
		sn_pacer_learn(&e->pacer, m->rec->ttl, &a->from);
	trace->plan->answer(trace->plan_state, &answer, e->now_ns);
	sn_engine_due(e, trace);
}

/* The errno of a probe that this machine itself says it did not let out; 0: it says no such thing. */
static int refused_here(const struct sn_match *m)
{
	const struct sonde_trace_cfg *cfg = &m->trace->cfg;
	const struct sonde_addr *from = &m->packet->ip.src;
	bool own = m->packet->is_icmp && sonde_addr_equal(from, &cfg->src) && !sonde_addr_equal(from, &cfg->dst);
	return own ? class_of[m->meaning].own_errno : 0;
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

static void packet_came(struct sonde_engine *e, const struct sonde_rx *rx)
{
	struct sn_packet packet;
	struct sn_match match;
	e->stats.received_count++;
	if (!sn_packet_parse(rx->bytes, rx->length_bytes, &packet))
		e->stats.malformed_count++;
	else if (sn_engine_is_broken(&packet))
		e->stats.bad_checksum_count++;
	else if (!sn_engine_match(e, rx, &packet, &match))
		count_stray(e, match.forged);
	else if (refused_here(&match))
		sonde_engine_sent(e, sn_token(match.trace, sn_serial(match.trace, match.rec)), rx->at_ns, refused_here(&match));
	else
		settle(e, &match, rx);
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
