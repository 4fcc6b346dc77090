/* SPDX-License-Identifier: MIT */
/* From a received packet to the probe it answers: find candidates by what the packet shows, build each again, compare. */
#include "engine/internal.h"

#include "base/hash.h"

/* How many traces with the same address or port are looked at for one packet. */
enum { CANDIDATE_TRACES_MAX = 64 };

/* A sighting and where it came from. */
struct sighting {
	const struct sn_method *method;
	struct sn_ident ident;
	enum sonde_meaning meaning;
	uint8_t extra_bits;
	uint32_t undone;   /* enum sonde_diff: what was rewritten in it, and taken back */
};

static void try_probe(const struct sighting *sighting, struct sn_trace *trace, struct sn_probe_rec *rec,
                      struct sn_match *best)
{
	struct sn_ident sent;
	sn_engine_expect(trace, rec, &sent);
	struct sn_fit fit = sn_ident_compare(&sent, &sighting->ident, &trace->method->secret, sighting->extra_bits);
	/* What did not leave this machine has no answer; whatever this is, nobody guessed it. */
	bool unsent = rec->state == SN_PROBE_UNSENT;
	best->of_unsent |= unsent && fit.fits;
	fit.diff |= sighting->undone;
	if (!unsent && fit.fits && (!best->rec || fit.bits > best->fit.bits))
		*best = (struct sn_match){.trace = trace, .rec = rec, .fit = fit, .meaning = sighting->meaning, .packet = best->packet};
	if (!unsent && fit.apart && !rec->flow && !best->near.rec)
		best->near = (struct sn_near){
		    .trace = trace, .rec = rec, .field = fit.apart,
		    .value = fit.apart == SONDE_DIFF_SEQ ? sighting->ident.seq - sent.seq : sighting->ident.sport};
}

/* Two probes that both fit strongly there are not: who found one looks no further. */
static bool is_found(const struct sn_match *best)
{
	return best->fit.bits >= SN_BITS_STRONG;
}

/* The newest are asked about first. */
static void try_tag(const struct sighting *sighting, struct sn_trace *trace, uint32_t tag, struct sn_match *best)
{
	for (uint32_t i = trace->probe_count; i-- > 0 && !is_found(best);)
		if (trace->probes[i].tag == tag)
			try_probe(sighting, trace, &trace->probes[i], best);
}

static uint16_t ip_id_of(const struct sn_trace *trace, const struct sn_probe_rec *rec, uint64_t key)
{
	return rec->fixed ? sn_key_ip_id(key) : sn_sealed_ip_id(&trace->flow.seal, rec->tag, key);
}

/* Where the tag was rewritten or is not shown, the other fields that are made from the key tell who may be meant: the payload, the IP id,
 * the flow label of probes that carry nothing else of it, and the number, where that is not the tag: DCCP's answers acknowledge it and show
 * no checksum. A chance hit costs no more than a comparison of all fields. */
static void try_key_fields(const struct sighting *sighting, struct sn_trace *trace, struct sn_match *best)
{
	const struct sn_ident *seen = &sighting->ident;
	for (uint32_t i = trace->probe_count; i-- > 0 && !is_found(best);) {
		uint64_t key = trace->kept[i].key;
		bool by_id = seen->have & SN_ID_IP_ID && seen->ip_id == ip_id_of(trace, &trace->probes[i], key);
		bool by_label = seen->have & SN_ID_FLOW_LABEL && seen->flow_label == sn_key_flow_label(key);
		bool by_seq = seen->have & SN_ID_SEQ && seen->seq == sn_key_seq(key);
		bool by_stamp = seen->have & SN_ID_STAMP && seen->stamp == sn_key_stamp(key);
		if (sn_ident_shows_key(seen, key) || by_id || by_label || by_seq || by_stamp)
			try_probe(sighting, trace, &trace->probes[i], best);
	}
}

/* Where probes have sizes of their own, each is asked what it would be acknowledged by. */
static void try_sizes(const struct sighting *sighting, struct sn_trace *trace, struct sn_match *best)
{
	enum sn_id_field field = sighting->method->tag_field;
	for (uint32_t i = trace->probe_count; i-- > 0 && !is_found(best);) {
		struct sn_ident sent;
		sn_engine_expect(trace, &trace->probes[i], &sent);
		if (sn_ident_sent_tag(&sent, &sighting->ident, field) == trace->probes[i].tag)
			try_probe(sighting, trace, &trace->probes[i], best);
	}
}

static void try_fields(const struct sighting *sighting, struct sn_trace *trace, struct sn_match *best)
{
	const struct sn_ident *seen = &sighting->ident;
	enum sn_id_field field = sighting->method->tag_field;
	uint32_t tag = sn_ident_tag(seen, field), sent_tag;
	if (seen->have & field)
		try_tag(sighting, trace, tag, best);
	try_key_fields(sighting, trace, best);
	if (best->rec || trace->probe_count == 0 || !(seen->have & field))
		return;
	/* What was rewritten is undone only for what is nobody's as it stands. */
	if (trace->sizes && seen->by_ack) {
		try_sizes(sighting, trace, best);
		return;
	}
	struct sn_ident sent;
	sn_engine_expect(trace, &trace->probes[0], &sent);
	if (!trace->method->info.flow_constant)
		sent.dport = seen->dport;
	sent_tag = sn_ident_sent_tag(&sent, seen, field);
	if (sent_tag != tag)
		try_tag(sighting, trace, sent_tag, best);
}

static void try_trace(const struct sighting *sighting, struct sn_trace *trace, struct sn_match *best)
{
	if (!sn_method_reads_alike(trace->method, sighting->method))
		return;
	try_fields(sighting, trace, best);
	struct sighting undone = *sighting;
	undone.undone = best->rec ? 0 : sn_engine_undo_agreed(trace, &undone.ident);
	if (undone.undone)
		try_fields(&undone, trace, best);
}

/* An answer that names the flow but no probe of it: a UDP service that repeats nothing of what it was asked. */
static void try_flow(const struct sighting *sighting, struct sn_trace *trace, struct sn_match *best)
{
	const struct sn_ident *ident = &sighting->ident;
	bool alike = sn_method_reads_alike(trace->method, sighting->method);
	if (best->rec || !alike || sighting->meaning != SONDE_M_UDP_REPLY || trace->probe_count == 0)
		return;
	struct sn_ident sent;
	sn_engine_expect(trace, &trace->probes[0], &sent);
	if (sent.have & ident->have & SN_ID_PAYLOADS)
		return;
	if (!sonde_addr_equal(&ident->dst, &trace->cfg.dst) || ident->sport != trace->cfg.sport[0] || ident->dport != trace->cfg.dport)
		return;
	*best = (struct sn_match){.trace = trace, .fit = {.fits = true, .bits = trace->method->secret.sport}, .meaning = sighting->meaning,
	                          .untimed = true, .packet = best->packet};
}

static void try_key(struct sonde_engine *engine, const struct sighting *sighting, uint64_t key, struct sn_match *best)
{
	unsigned tried = 0;
	struct sn_index_node *node = sn_index_first(&engine->index, key);
	for (; node && tried < CANDIDATE_TRACES_MAX; node = is_found(best) ? NULL : sn_index_next(node), tried++) {
		try_trace(sighting, node->owner, best);
		try_flow(sighting, node->owner, best);
	}
}

uint64_t sn_engine_key_of_dst(const struct sonde_engine *engine, const struct sonde_addr *dst)
{
	return sn_siphash(engine->cfg.secret, dst->bytes, sizeof dst->bytes);
}

uint64_t sn_engine_key_of_flow(const struct sonde_engine *engine, uint8_t protocol, uint16_t flow)
{
	return sn_siphash_u64x2(engine->cfg.secret, protocol, flow);
}

/* It names the flow of that trace, by what anybody on the way can read, and shows what only one who saw the probe can know. */
static bool names_flow(const struct sighting *sighting, const struct sn_trace *trace)
{
	const struct sn_ident *seen = &sighting->ident;
	bool keyed = seen->have & (SN_ID_SEQ | SN_ID_CHECKSUM | SN_ID_PAYLOAD);
	bool alike = sn_method_reads_alike(trace->method, sighting->method);
	if (!keyed || !alike || trace->probe_count == 0 || !sonde_addr_equal(&seen->dst, &trace->cfg.dst))
		return false;
	if (seen->have & SN_ID_ICMP_ID)
		return seen->icmp_id == trace->flow.icmp_id;
	if (!(seen->have & SN_ID_SPORT) || (trace->method->info.flow_constant && seen->dport != trace->cfg.dport))
		return false;
	bool own = seen->sport == trace->cfg.sport[0];
	for (unsigned i = 0; i < trace->cfg.sport_count; i++)
		own |= seen->sport == trace->cfg.sport[i];
	return own;
}

/* The trace that is named by what fitted none of its probes; NULL: none. What a UDP service says of its own accord is no forgery. */
static struct sn_trace *named(struct sonde_engine *engine, const struct sighting *sighting)
{
	unsigned tried = 0;
	struct sn_index_node *node = sn_index_first(&engine->index, sn_engine_key_of_dst(engine, &sighting->ident.dst));
	for (; node && tried < CANDIDATE_TRACES_MAX && sighting->meaning != SONDE_M_UDP_REPLY; node = sn_index_next(node), tried++)
		if (names_flow(sighting, node->owner))
			return node->owner;
	return NULL;
}

/* Of what carries its key in one field alone, which others guess soon, another port is believed only where no copy shows another number:
 * who guesses shows that first. A trace of which that is not known yet; NULL: none. */
static struct sn_trace *guessed(struct sonde_engine *engine, const struct sighting *sighting)
{
	const struct sn_ident *seen = &sighting->ident;
	unsigned tried = seen->have & (SN_ID_IP_ID | SN_ID_FLOW_LABEL) ? 0 : CANDIDATE_TRACES_MAX; /* quotes alone show these */
	struct sn_index_node *node = sn_index_first(&engine->index, sn_engine_key_of_dst(engine, &seen->dst));
	for (; node && tried < CANDIDATE_TRACES_MAX; node = sn_index_next(node), tried++) {
		struct sn_trace *trace = node->owner;
		bool alike = sn_method_reads_alike(trace->method, sighting->method) && trace->probe_count && trace->probes[0].fixed;
		if (alike && !trace->agreed.never && seen->have & SN_ID_SPORT && seen->sport != trace->flow.sport)
			return trace;
	}
	return NULL;
}

/* By destination first, since that is what a quote is about; by port or echo id where a translator changed it. */
static void search(struct sonde_engine *engine, const struct sighting *sighting, struct sn_match *best)
{
	const struct sn_ident *ident = &sighting->ident;
	try_key(engine, sighting, sn_engine_key_of_dst(engine, &ident->dst), best);
	uint32_t seen = ident->have & (SN_ID_ICMP_ID | SN_ID_SPORT);
	if (!best->rec && seen)
		try_key(engine, sighting,
		        sn_engine_key_of_flow(engine, ident->protocol, seen & SN_ID_SPORT ? ident->sport : ident->icmp_id), best);
	if (!best->trace && !best->forged && !best->of_unsent)
		best->forged = named(engine, sighting);
	if (!best->trace && !best->near.rec && !best->guessed)
		best->guessed = guessed(engine, sighting);
}

/* A bare ACK repeats the number of the SYN that opened the half connection; it answers that or another SYN of the flow, nobody can tell
 * which. One with a lower TTL is never credited: that could bring the target nearer than it is. */
static void spread_bare_ack(struct sn_match *m)
{
	if (m->meaning != SONDE_M_BARE_ACK)
		return;
	m->untimed = true;
	struct sn_probe_rec *best = NULL;
	for (uint32_t i = 0; m->rec->state == SN_PROBE_ANSWERED && i < m->trace->probe_count; i++) {
		struct sn_probe_rec *rec = &m->trace->probes[i];
		bool farther = sn_real_ttl(rec) >= sn_real_ttl(m->rec);
		if (rec->state == SN_PROBE_PENDING && rec->flow == m->rec->flow && farther &&
		    (!best || sn_real_ttl(rec) < sn_real_ttl(best)))
			best = rec;
	}
	m->rec = best ? best : m->rec;
}

/* The nearest probe of the flow still waited for that can have arrived. */
static bool pick_untimed(struct sn_match *m)
{
	for (uint32_t i = 0; i < m->trace->probe_count; i++) {
		struct sn_probe_rec *rec = &m->trace->probes[i];
		bool arrived = sn_real_ttl(rec) > m->trace->transit_top;
		if (rec->state == SN_PROBE_PENDING && arrived && (!m->rec || sn_real_ttl(rec) < sn_real_ttl(m->rec)))
			m->rec = rec;
	}
	return m->rec;
}

static void by_methods(struct sonde_engine *engine, const struct sonde_rx *rx, const struct sn_packet *packet, const struct sn_seen *seen,
                       struct sn_match *best)
{
	struct sn_trace *told = NULL;
	struct sn_probe_rec *told_rec = rx->token ? sn_engine_probe(engine, rx->token, &told) : NULL;
	uint8_t version = packet->has_quote ? packet->quote.ip.version : packet->ip.version;
	uint8_t protocol = packet->has_quote ? packet->quote.ip.protocol : packet->ip.protocol;
	bool spoken = false;
	for (size_t id = 0; id < sonde_method_count(); id++) {
		const struct sn_method *method = sn_method(id);
		/* Who reads as the one before was looked for with it; what somebody speaks is none of the last one's. */
		bool speaks = method->info.takes_protocol ? !spoken : sn_method_protocol(method, version) == protocol;
		if (!speaks || (id && sn_method_reads_alike(method, sn_method(id - 1))))
			continue;
		spoken = true;
		struct sighting sighting = {.method = method, .meaning = packet->is_icmp ? packet->icmp.row->meaning : SONDE_M_NONE};
		bool shows = packet->has_quote ? method->key_of_quote(&packet->quote, seen, &sighting.ident)
		                               : method->key_of_reply(packet, seen, &sighting.ident, &sighting.meaning);
		if (!shows)
			continue;
		if (told_rec && sn_method_reads_alike(told->method, method)) {
			sighting.extra_bits = rx->token_bits;
			try_probe(&sighting, told, told_rec, best);
		} else if (!told_rec) {
			search(engine, &sighting, best);
		}
	}
}

bool sn_engine_match(struct sonde_engine *engine, const struct sonde_rx *rx, const struct sn_packet *packet, struct sn_match *out)
{
	struct sn_seen seen = {.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
	*out = (struct sn_match){.packet = packet};
	bool is_error = packet->is_icmp && packet->icmp.row->is_error;
	if (is_error && (!packet->has_quote || packet->icmp.row->meaning == SONDE_M_NONE))
		return false;
	by_methods(engine, rx, packet, &seen, out);
	if (!out->trace)
		return false;
	if (!out->rec)
		return pick_untimed(out);
	spread_bare_ack(out);
	return true;
}

bool sn_engine_match_own(struct sonde_engine *engine, const struct sonde_rx *rx, const struct sn_packet *packet, struct sn_match *out)
{
	struct sn_seen seen = {.packet = rx->bytes, .spans = rx->seen, .span_count = rx->seen_count, .rebuilt = rx->rebuilt};
	*out = (struct sn_match){.packet = packet};
	for (size_t id = 0; id < sonde_method_count() && !out->rec; id++) {
		struct sighting sighting = {.method = sn_method(id)};
		bool speaks = sn_method_protocol(sighting.method, packet->ip.version) == packet->ip.protocol && sighting.method->key_of_own;
		if (speaks && sighting.method->key_of_own(packet, &seen, &sighting.ident))
			search(engine, &sighting, out);
	}
	return out->rec;
}
