/* SPDX-License-Identifier: MIT */
/* What comes out of the sockets: each answer is attributed to a probe, rebuilt into a whole packet and laid ready to be received. */
#include "io/wire_dgram.h"

#include "packet/transport.h"

#include <stdlib.h>
#include <string.h>

/* Messages of one socket before the others have their turn. */
enum { MESSAGES_AT_ONCE = 64 };

struct sn_dgram_item *sn_dgram_item_new(size_t capacity_bytes)
{
	struct sn_dgram_item *item = malloc(sizeof *item + capacity_bytes);
	if (item)
		*item = (struct sn_dgram_item){0};
	return item;
}

static void item_push(struct sn_wire_dgram *w, struct sn_dgram_item *item)
{
	if (w->last)
		w->last->next = item;
	else
		w->first = item;
	w->last = item;
}

void sn_dgram_push_note(struct sn_wire_dgram *w, uint64_t token, sonde_at_ns at_ns, int sys_errno)
{
	struct sn_dgram_item *item = sn_dgram_item_new(0);
	if (!item)
		return; /* a stamp less is a worse time; an error less is a timeout: nothing is made up */
	item->rx = (struct sonde_rx){.at_ns = at_ns, .token = token, .sys_errno = sys_errno};
	item->rx.kind = sys_errno ? SONDE_RX_ERROR : SONDE_RX_STAMP;
	item_push(w, item);
}

struct sonde_rx sn_dgram_answer(const struct sn_dgram_message *m, struct sn_dgram_probe *probe, bool attributed, uint8_t bits)
{
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = m->at_ns};
	if (attributed) {
		probe->answered = true;
		rx.token = probe->token;
		rx.token_bits = bits;
	}
	return rx;
}

void sn_dgram_push_built(struct sn_wire_dgram *w, struct sn_dgram_item *item, bool built)
{
	if (built)
		item_push(w, item);
	else
		free(item);
}

/* Where in the engine's packet stands what the kernel hands back of a quote, and what of it tells probes apart: of an ICMP message the
 * sequence number and the payload, since checksum and id may be the kernel's. */
static size_t compared_at(const struct sn_dgram_socket *s, size_t *skip_bytes)
{
	size_t header_bytes = s->dst.family == 4 ? 20 : 40;
	*skip_bytes = sn_dgram_is_udp(s->protocol) ? 0 : 6;
	return header_bytes + (sn_dgram_is_udp(s->protocol) ? SN_UDP_BYTES : *skip_bytes);
}

/* Where in the kernel's bytes of a quote an extension begins, or may; 0: none does. */
static size_t extension_at(const struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	size_t header_bytes = s->dst.family == 4 ? 20 : 40;
	size_t compatible_at = SN_DGRAM_COMPATIBLE_AT - header_bytes - (sn_dgram_is_udp(s->protocol) ? SN_UDP_BYTES : 0);
	if (m->kind != SN_DGRAM_ICMP || m->extension_at_bytes)
		return m->extension_at_bytes;
	return m->length_bytes > compatible_at ? compatible_at : 0;
}

/* How much of a quote may be the probe's. In front of an extension it is filled up with zeros (RFC 4884 section 5), by some routers in
 * place of what they did not quote. */
static size_t unpadded_bytes(const struct sn_dgram_message *m, size_t end_bytes, size_t least_bytes)
{
	while (end_bytes > least_bytes && m->bytes[end_bytes - 1] == 0)
		end_bytes--;
	return end_bytes;
}

static struct sn_dgram_probe *attribute(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m,
                                        bool *ambiguous)
{
	size_t skip_bytes, at_bytes = compared_at(s, &skip_bytes);
	bool shown = m->length_bytes > skip_bytes;
	const uint8_t *bytes = shown ? m->bytes + skip_bytes : m->bytes;
	struct sn_dgram_probe *probe = sn_dgram_flow_match(&s->flow, at_bytes, bytes, shown ? m->length_bytes - skip_bytes : 0, ambiguous);
	size_t end_bytes = extension_at(s, m), least_bytes = skip_bytes ? SN_ECHO_BYTES : 0;
	if (!probe && !*ambiguous && end_bytes > least_bytes && end_bytes < m->length_bytes)
		probe = sn_dgram_flow_match(&s->flow, at_bytes, bytes, unpadded_bytes(m, end_bytes, least_bytes) - skip_bytes, ambiguous);
	if (*ambiguous && sn_dgram_is_udp(s->protocol) && m->kind == SN_DGRAM_ICMP)
		s->short_quotes = w->short_quotes = true;
	return probe;
}

/* What the kernel's choice of this socket is worth; of TCP, for ICMP errors. */
static uint8_t bits_of(const struct sn_dgram_socket *s)
{
	if (sn_dgram_is_udp(s->protocol))
		return SN_DGRAM_BITS_UDP;
	if (s->protocol == SN_PROTO_TCP)
		return SN_DGRAM_BITS_TCP_ICMP;
	return s->id_kept ? 0 : SN_DGRAM_BITS_ICMP_ID;
}

void sn_dgram_push_icmp(struct sn_wire_dgram *w, const struct sn_dgram_socket *s, const struct sn_dgram_message *m,
                        struct sn_dgram_probe *probe, bool attributed)
{
	size_t capacity_bytes = SN_DGRAM_ANSWER_BYTES(m->length_bytes);
	struct sn_dgram_item *item = sn_dgram_item_new(capacity_bytes);
	if (!item)
		return;
	item->rx = sn_dgram_answer(m, probe, attributed, bits_of(s));
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, capacity_bytes);
	sn_dgram_push_built(w, item, sn_dgram_build_icmp(m, probe->packet, probe->length_bytes, s->id_kept, &out, &item->rx));
}

/* What answered this probe may have answered another one of its TTL before, when nobody could tell: then its answer is handed up after all,
 * with its own time. Else it would look like loss. */
static void settle_doubts(struct sn_wire_dgram *w, const struct sn_dgram_socket *s, const struct sn_dgram_message *known,
                          const struct sn_dgram_probe *probe)
{
	struct sn_dgram_socket *flow_socket = sn_dgram_pool_flow_of(w, s);
	struct sn_dgram_message doubt;
	struct sn_dgram_probe *other;
	struct sn_ip ip;
	if (!flow_socket || !flow_socket->flow.doubt_count || !sn_ip_parse(probe->packet, probe->length_bytes, &ip))
		return;
	while ((other = sn_dgram_flow_settle(&flow_socket->flow, known, ip.ttl, &doubt)))
		sn_dgram_push_icmp(w, flow_socket, &doubt, other, true);
}

/* What could not be told whose it is was quoted too briefly. Its bytes may contradict the probe that it is found to answer in the end; what
 * stands behind mere padding cannot. */
static void doubt(struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	struct sn_dgram_message kept = *m;
	size_t end_bytes = extension_at(s, m);
	if (end_bytes == 0 || end_bytes >= m->length_bytes || unpadded_bytes(m, end_bytes, 0) > 0)
		kept.length_bytes = kept.extension_at_bytes = 0;
	sn_dgram_flow_doubt(&s->flow, &kept);
}

static void take_icmp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	bool ambiguous;
	struct sn_dgram_probe *probe = attribute(w, s, m, &ambiguous);
	sn_dgram_push_icmp(w, s, m, probe ? probe : &s->flow.probes[s->flow.count - 1], probe != NULL);
	if (!sn_dgram_is_udp(s->protocol))
		return;
	if (ambiguous && !probe)
		doubt(s, m);
	if (probe)
		settle_doubts(w, s, m, probe);
}

/* The answer of a service. Only an echo of the whole payload tells probes apart here; what else it may carry, its method knows. */
static struct sn_dgram_probe *attribute_data(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	bool ambiguous;
	size_t skip_bytes, at_bytes = compared_at(s, &skip_bytes);
	struct sn_dgram_probe *last = &s->flow.probes[s->flow.count - 1];
	struct sn_dgram_probe *probe = NULL;
	if (!sn_dgram_is_udp(s->protocol) || m->length_bytes + at_bytes == last->length_bytes)
		probe = attribute(w, s, m, &ambiguous);
	if (!probe && sn_dgram_is_udp(s->protocol))
		probe = sn_dgram_flow_match(&s->flow, at_bytes, m->bytes, 0, &ambiguous);
	return probe;
}

static void take_data(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	struct sn_dgram_probe *probe = attribute_data(w, s, m);
	struct sn_dgram_probe *lent = probe ? probe : &s->flow.probes[s->flow.count - 1];
	size_t capacity_bytes = SN_DGRAM_ANSWER_BYTES(m->length_bytes);
	struct sn_dgram_item *item = sn_dgram_item_new(capacity_bytes);
	if (!item)
		return;
	item->rx = sn_dgram_answer(m, lent, probe != NULL, bits_of(s));
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, capacity_bytes);
	bool built = sn_dgram_is_udp(s->protocol) ? sn_dgram_build_udp(m, lent->packet, lent->length_bytes, &out, &item->rx)
	                                         : sn_dgram_build_echo(m, lent->packet, lent->length_bytes, s->id_kept, &out, &item->rx);
	sn_dgram_push_built(w, item, built);
}

static void take_stamp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	struct sn_dgram_probe *probe = s->stamps ? sn_dgram_flow_by_stamp(&s->flow, m->stamp_id) : NULL;
	if (probe)
		probe->stamped = true;
	if (probe && !m->queued && m->believed && m->at_ns >= probe->sent_at_ns)
		sn_dgram_push_note(w, probe->token, m->at_ns, 0);
}

size_t sn_dgram_pump_errors(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	struct sn_dgram_message m;
	size_t answer_count = 0;
	for (int i = 0; i < MESSAGES_AT_ONCE && sn_dgram_read(s->fd, true, &w->errors, &m) > 0; i++) {
		if (m.kind == SN_DGRAM_STAMP)
			take_stamp(w, s, &m);
		if (m.kind != SN_DGRAM_ICMP)
			continue;
		if (s->protocol != SN_PROTO_TCP)
			take_icmp(w, s, &m);
		else if (!sn_dgram_tcp_icmp(w, s, &m))
			continue;
		answer_count++;
	}
	return answer_count;
}

/* A datagram is handed over behind the stamps that were queued before it came: an answer never overtakes its probe's stamp. */
static void take_data_behind_stamps(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	if (m->dropped_count) {
		w->dropped_count += m->dropped_count - s->dropped_count;
		s->dropped_count = m->dropped_count;
	}
	(void)sn_dgram_pump_errors(w, s);
	take_data(w, s, m);
}

static void pump_datagrams(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	(void)sn_dgram_pump_errors(w, s);
	for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
		struct sn_dgram_message m;
		int got = sn_dgram_read(s->fd, false, &w->data, &m);
		if (got == 0)
			return;
		/* An ICMP error also fails the next call on its socket; its entry is in the error queue. */
		if (got < 0)
			(void)sn_dgram_pump_errors(w, s);
		else
			take_data_behind_stamps(w, s, &m);
	}
}

void sn_dgram_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	if (s->protocol == SN_PROTO_TCP)
		sn_dgram_tcp_pump(w, s);
	else
		pump_datagrams(w, s);
}
