/* SPDX-License-Identifier: MIT */
/* What comes out of the sockets: each answer is attributed to a probe, rebuilt into a whole packet and laid ready to be received. */
#include "io/wire_dgram.h"

#include "packet/transport.h"

#include <stdlib.h>
#include <string.h>

/* Messages of one socket before the others have their turn. */
enum { MESSAGES_AT_ONCE = 64 };

static struct sn_dgram_item *item_new(size_t capacity_bytes)
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

/* A stamp, or (errno given) an error. */
static void push_note(struct sn_wire_dgram *w, uint64_t token, sonde_at_ns at_ns, int sys_errno)
{
	struct sn_dgram_item *item = item_new(0);
	if (!item)
		return; /* a stamp less is a worse time; an error less is a timeout: nothing is made up */
	item->rx = (struct sonde_rx){.kind = sys_errno ? SONDE_RX_ERROR : SONDE_RX_STAMP, .at_ns = at_ns, .token = token, .sys_errno = sys_errno};
	item_push(w, item);
}

/* Hands over an answer to `probe`; token 0 where that was only lent. */
static struct sonde_rx answer(const struct sn_dgram_message *m, struct sn_dgram_probe *probe, bool attributed, uint8_t bits)
{
	struct sonde_rx rx = {.kind = SONDE_RX_PACKET, .at_ns = m->at_ns};
	if (attributed) {
		probe->answered = true;
		rx.token = probe->token;
		rx.token_bits = bits;
	}
	return rx;
}

static void push_built(struct sn_wire_dgram *w, struct sn_dgram_item *item, bool built)
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
	*skip_bytes = s->protocol == SN_PROTO_UDP ? 0 : 6;
	return header_bytes + (s->protocol == SN_PROTO_UDP ? SN_UDP_BYTES : *skip_bytes);
}

static struct sn_dgram_probe *attribute(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m,
                                        bool *ambiguous)
{
	if (s->protocol == SN_PROTO_TCP) {
		*ambiguous = false;
		return &s->flow.probes[0];
	}
	size_t skip_bytes, at_bytes = compared_at(s, &skip_bytes);
	bool shown = m->length_bytes > skip_bytes;
	struct sn_dgram_probe *probe = sn_dgram_flow_match(&s->flow, at_bytes, shown ? m->bytes + skip_bytes : m->bytes,
	                                                   shown ? m->length_bytes - skip_bytes : 0, ambiguous);
	if (*ambiguous && s->protocol == SN_PROTO_UDP && m->kind == SN_DGRAM_ICMP)
		s->short_quotes = w->short_quotes = true;
	return probe;
}

static uint8_t bits_of_error(uint8_t protocol)
{
	return protocol == SN_PROTO_UDP ? SN_DGRAM_BITS_UDP : protocol == SN_PROTO_TCP ? SN_DGRAM_BITS_TCP_ICMP : SN_DGRAM_BITS_ICMP;
}

static void take_icmp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	bool ambiguous;
	struct sn_dgram_probe *probe = attribute(w, s, m, &ambiguous);
	struct sn_dgram_probe *lent = probe ? probe : &s->flow.probes[s->flow.count - 1];
	size_t capacity_bytes = SN_DGRAM_ANSWER_BYTES(m->length_bytes);
	struct sn_dgram_item *item = item_new(capacity_bytes);
	if (!item)
		return;
	item->rx = answer(m, lent, probe != NULL, bits_of_error(s->protocol));
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, capacity_bytes);
	push_built(w, item, sn_dgram_build_icmp(m, lent->packet, lent->length_bytes, s->id_kept, &out, &item->rx));
}

/* The answer of a service. Only an echo of the whole payload tells probes apart here; what else it may carry, its method knows. */
static struct sn_dgram_probe *attribute_data(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	bool ambiguous;
	size_t skip_bytes, at_bytes = compared_at(s, &skip_bytes);
	struct sn_dgram_probe *last = &s->flow.probes[s->flow.count - 1];
	struct sn_dgram_probe *probe = NULL;
	if (s->protocol != SN_PROTO_UDP || m->length_bytes + at_bytes == last->length_bytes)
		probe = attribute(w, s, m, &ambiguous);
	if (!probe && s->protocol == SN_PROTO_UDP)
		probe = sn_dgram_flow_match(&s->flow, at_bytes, m->bytes, 0, &ambiguous);
	return probe;
}

static void take_data(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	struct sn_dgram_probe *probe = attribute_data(w, s, m);
	struct sn_dgram_probe *lent = probe ? probe : &s->flow.probes[s->flow.count - 1];
	size_t capacity_bytes = SN_DGRAM_ANSWER_BYTES(m->length_bytes);
	struct sn_dgram_item *item = item_new(capacity_bytes);
	if (!item)
		return;
	item->rx = answer(m, lent, probe != NULL, s->protocol == SN_PROTO_UDP ? SN_DGRAM_BITS_UDP : SN_DGRAM_BITS_ICMP);
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, capacity_bytes);
	bool built = s->protocol == SN_PROTO_UDP ? sn_dgram_build_udp(m, lent->packet, lent->length_bytes, &out, &item->rx)
	                                         : sn_dgram_build_echo(m, lent->packet, lent->length_bytes, s->id_kept, &out, &item->rx);
	push_built(w, item, built);
}

static void take_stamp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, const struct sn_dgram_message *m)
{
	struct sn_dgram_probe *probe = s->stamps ? sn_dgram_flow_by_stamp(&s->flow, m->stamp_id) : NULL;
	if (probe && m->at_ns >= probe->sent_at_ns)
		push_note(w, probe->token, m->at_ns, 0);
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
		take_icmp(w, s, &m);
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

static void push_tcp(struct sn_wire_dgram *w, struct sn_dgram_socket *s, uint8_t flags, sonde_at_ns at_ns)
{
	struct sn_dgram_item *item = item_new(SN_DGRAM_ANSWER_BYTES(0));
	if (!item)
		return;
	struct sn_dgram_message m = {.at_ns = at_ns};
	struct sn_dgram_probe *probe = &s->flow.probes[0];
	item->rx = answer(&m, probe, true, SN_DGRAM_BITS_TCP);
	struct sn_writer out;
	sn_writer_init(&out, item->bytes, SN_DGRAM_ANSWER_BYTES(0));
	push_built(w, item, sn_dgram_build_tcp(flags, probe->packet, probe->length_bytes, &out, &item->rx));
}

/* One answer ends a TCP socket: everything after it would be about the connection, not the path. */
static void pump_tcp(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	sonde_ns rtt_ns;
	int sys_errno;
	enum sn_dgram_tcp state = sn_dgram_socket_tcp(s, &rtt_ns, &sys_errno);
	const struct sn_dgram_probe *probe = &s->flow.probes[0];
	/* The error queue is looked at after the state: what changed the state is in there by now. */
	if (state != SN_DGRAM_TCP_REPEATED && state != SN_DGRAM_TCP_OPEN && sn_dgram_pump_errors(w, s))
		state = SN_DGRAM_TCP_REPEATED; /* told by the queue: nothing to add */
	switch (state) {
	case SN_DGRAM_TCP_WAITING:
		return;
	case SN_DGRAM_TCP_OPEN:
		push_tcp(w, s, SN_TCP_SYN | SN_TCP_ACK, probe->sent_at_ns + rtt_ns);
		break;
	case SN_DGRAM_TCP_RESET:
		push_tcp(w, s, SN_TCP_RST | SN_TCP_ACK, sn_dgram_now());
		break;
	case SN_DGRAM_TCP_FAILED:
		push_note(w, probe->token, sn_dgram_now(), sys_errno);
		break;
	case SN_DGRAM_TCP_REPEATED:
		break;
	}
	sn_dgram_pool_close(w, s);
}

void sn_dgram_pump(struct sn_wire_dgram *w, struct sn_dgram_socket *s)
{
	if (s->protocol == SN_PROTO_TCP)
		pump_tcp(w, s);
	else
		pump_datagrams(w, s);
}
