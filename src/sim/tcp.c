/* SPDX-License-Identifier: MIT */
/* TCP endpoints as Linux keeps them before an application sees anything: LISTEN, SYN-RECEIVED with its challenge ACKs and
 * retransmissions, and just enough of an established connection to let it end well. */
#include "base/hash.h"
#include "packet/transport.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

enum {
	ENDPOINTS_MAX = 65536,
	CHAINS = 4096,
	RETRANSMITS_MAX = 5,        /* tcp_synack_retries */
	WINDOW = 64240,             /* 44 segments of 1460 */
	CHECKSUM_AT_BYTES = 16,
	OPTIONS_MAX_BYTES = 40,
};

#define CHALLENGE_EVERY_NS (500 * SONDE_MS)  /* tcp_invalid_ratelimit, per endpoint */
#define IDLE_NS (60 * SONDE_S)               /* an established connection that says nothing more is forgotten */

enum state { FREE, SYN_RECEIVED, ESTABLISHED, LAST_ACK };

struct endpoint {
	enum state state;
	uint32_t node;
	struct sonde_addr local, remote;
	uint16_t lport, rport;
	uint32_t irs, iss;             /* the first sequence numbers: theirs, ours */
	uint32_t rcv_nxt;
	struct sn_tcp syn;             /* the SYN that made it: its options shape the SYN-ACK */
	bool challenged;
	sonde_at_ns challenged_at_ns;
	uint8_t retransmit_count;
	uint64_t number;               /* of the observer's packet that came last for it, 0: none */
	uint32_t generation;           /* counts the lives of this slot: timers of earlier ones are void */
	uint32_t next;                 /* in its chain, or in the list of free ones */
};

struct sn_sim_tcp_table {
	struct endpoint *endpoints;
	size_t count;
	uint32_t free;
	uint32_t chains[CHAINS];
};

/* A segment and its place. */
struct segment {
	const struct sn_sim_packet *packet;
	struct sn_tcp tcp;
	uint32_t length;   /* in sequence space: data, SYN and FIN */
	uint32_t data_bytes;
};

int sn_sim_tcp_new(struct sn_sim *sim)
{
	sim->tcp = calloc(1, sizeof *sim->tcp);
	if (!sim->tcp)
		return SONDE_E_NOMEM;
	sim->tcp->free = SN_SIM_NONE;
	for (size_t i = 0; i < CHAINS; i++)
		sim->tcp->chains[i] = SN_SIM_NONE;
	return 0;
}

void sn_sim_tcp_free(struct sn_sim *sim)
{
	if (sim->tcp)
		free(sim->tcp->endpoints);
	free(sim->tcp);
	sim->tcp = NULL;
}

static bool read_segment(const struct sn_sim_packet *packet, struct segment *out)
{
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	*out = (struct segment){.packet = packet};
	if (!sn_tcp_parse(upper, upper_bytes, &out->tcp) || out->tcp.header_bytes < SN_TCP_MIN_BYTES || out->tcp.header_bytes > upper_bytes)
		return false;
	out->data_bytes = (uint32_t)(upper_bytes - out->tcp.header_bytes);
	out->length = out->data_bytes + !!(out->tcp.flags & SN_TCP_SYN) + !!(out->tcp.flags & SN_TCP_FIN);
	return true;
}

enum { ECN_MASK = 3 };

/* Sends a segment back to where `about` came from. */
static void answer(struct sn_sim *sim, uint32_t node, const struct segment *about, struct sn_tcp *tcp, const uint8_t *options)
{
	uint8_t bytes[SN_TCP_MIN_BYTES + OPTIONS_MAX_BYTES];
	struct sn_writer w;
	tcp->sport = about->tcp.dport;
	tcp->dport = about->tcp.sport;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_tcp_write(&w, tcp, options);
	struct sn_sim_own own = sn_sim_back(sim, node, about->packet, SN_PROTO_TCP);
	own.df = true;
	own.checksum_at_bytes = CHECKSUM_AT_BYTES;
	/* What no socket of ours says has the DSCP of what it answers (Linux's ip_send_unicast_reply). */
	if (tcp->flags & SN_TCP_RST)
		own.tos = about->packet->ip.tos & (uint8_t)~ECN_MASK;
	if (sim->net.nodes[node].kind == SN_SIM_OBSERVER)
		own.delay_ns = sim->net.nodes[node].rst_delay_ns;
	if (!w.bad)
		sn_sim_say(sim, &own, bytes, w.at_bytes);
}

static void refuse(struct sn_sim *sim, uint32_t node, const struct segment *about)
{
	struct sn_tcp rst = {.header_bytes = SN_TCP_MIN_BYTES, .flags = SN_TCP_RST};
	if (about->tcp.flags & SN_TCP_RST)
		return;
	if (about->tcp.flags & SN_TCP_ACK) {
		rst.seq = about->tcp.ack;
	} else {
		rst.flags |= SN_TCP_ACK;
		rst.ack = about->tcp.seq + about->length;
	}
	answer(sim, node, about, &rst, NULL);
}

void sn_sim_tcp_refuse(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	struct segment segment;
	if (read_segment(packet, &segment))
		refuse(sim, node, &segment);
}

static uint32_t *chain_of(struct sn_sim_tcp_table *table, uint32_t node, const struct sn_sim_packet *packet, const struct sn_tcp *tcp)
{
	static const uint8_t key[16] = {0};
	uint8_t bytes[40];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_write_u32(&w, node);
	sn_write_bytes(&w, packet->ip.src.bytes, 16);
	sn_write_bytes(&w, packet->ip.dst.bytes, 16);
	sn_write_u16(&w, tcp->sport);
	sn_write_u16(&w, tcp->dport);
	return &table->chains[sn_siphash(key, bytes, w.at_bytes) % CHAINS];
}

static bool is_of(const struct endpoint *e, uint32_t node, const struct segment *s)
{
	return e->node == node && e->rport == s->tcp.sport && e->lport == s->tcp.dport &&
	       sonde_addr_equal(&e->remote, &s->packet->ip.src) && sonde_addr_equal(&e->local, &s->packet->ip.dst);
}

/* The link that points at the endpoint of a segment: its value is SN_SIM_NONE where there is none. */
static uint32_t *find(struct sn_sim_tcp_table *table, uint32_t node, const struct segment *s)
{
	uint32_t *link = chain_of(table, node, s->packet, &s->tcp);
	while (*link != SN_SIM_NONE && !is_of(&table->endpoints[*link], node, s))
		link = &table->endpoints[*link].next;
	return link;
}

static void forget(struct sn_sim_tcp_table *table, uint32_t *link)
{
	uint32_t index = *link;
	struct endpoint *e = &table->endpoints[index];
	*link = e->next;
	e->state = FREE;
	e->generation++;
	e->next = table->free;
	table->free = index;
}

/* Linux takes a value of zero for none. */
static bool has_stamp(const struct sn_tcp *syn)
{
	return syn->has_timestamps && syn->ts_value;
}

/* RFC 7323 section 3.2: who offered timestamps gets them in every segment. */
static void write_stamps(const struct sn_sim *sim, const struct endpoint *e, struct sn_writer *w)
{
	sn_write_u16(w, 0x080a);
	sn_write_u32(w, (uint32_t)(sim->now_at_ns / SONDE_MS));
	sn_write_u32(w, e->syn.ts_value);
}

/* MSS always, the rest where the SYN offers it (RFC 9293 section 3.2, RFC 7323, RFC 2018). Returns their length. */
static size_t syn_ack_options(const struct sn_sim *sim, const struct endpoint *e, uint8_t options[static OPTIONS_MAX_BYTES])
{
	struct sn_writer w;
	sn_writer_init(&w, options, OPTIONS_MAX_BYTES);
	sn_write_u16(&w, 0x0204);
	sn_write_u16(&w, e->local.family == 4 ? 1460 : 1440);
	if (e->syn.has_timestamps) {
		sn_write_u16(&w, e->syn.sack_permitted ? 0x0402 : 0x0101);
		write_stamps(sim, e, &w);
	} else if (e->syn.sack_permitted) {
		sn_write_u32(&w, 0x01010402);
	}
	if (e->syn.has_wscale)
		sn_write_u32(&w, 0x01030307);
	return w.at_bytes;
}

/* The header of a packet from the remote end, for answers that no packet of it causes. */
static struct segment imagine(const struct endpoint *e, struct sn_sim_packet *packet)
{
	*packet = (struct sn_sim_packet){.ip = {.version = e->local.family, .src = e->remote, .dst = e->local}, .number = e->number};
	return (struct segment){.packet = packet, .tcp = {.sport = e->rport, .dport = e->lport}};
}

static void say(struct sn_sim *sim, const struct endpoint *e, struct sn_tcp *tcp, const uint8_t *options)
{
	struct sn_sim_packet packet;
	struct segment about = imagine(e, &packet);
	tcp->window = WINDOW;
	answer(sim, e->node, &about, tcp, options);
}

static void send_syn_ack(struct sn_sim *sim, const struct endpoint *e)
{
	uint8_t options[OPTIONS_MAX_BYTES];
	struct sn_tcp tcp = {.seq = e->iss, .ack = e->irs + 1, .flags = SN_TCP_SYN | SN_TCP_ACK};
	tcp.header_bytes = (uint8_t)(SN_TCP_MIN_BYTES + syn_ack_options(sim, e, options));
	say(sim, e, &tcp, options);
}

static void send_ack(struct sn_sim *sim, const struct endpoint *e, uint8_t more_flags)
{
	uint8_t options[OPTIONS_MAX_BYTES];
	struct sn_writer w;
	sn_writer_init(&w, options, sizeof options);
	if (has_stamp(&e->syn)) {
		sn_write_u16(&w, 0x0101);
		write_stamps(sim, e, &w);
	}
	struct sn_tcp tcp = {.seq = e->iss + 1 + (e->state == LAST_ACK && !more_flags), .ack = e->rcv_nxt};
	tcp.header_bytes = (uint8_t)(SN_TCP_MIN_BYTES + w.at_bytes);
	tcp.flags = SN_TCP_ACK | more_flags;
	say(sim, e, &tcp, options);
}

static bool may_challenge(struct sn_sim *sim, struct endpoint *e)
{
	if (e->challenged && sim->now_at_ns - e->challenged_at_ns < CHALLENGE_EVERY_NS)
		return false;
	e->challenged = true;
	e->challenged_at_ns = sim->now_at_ns;
	return true;
}

static void set_timer(struct sn_sim *sim, uint32_t index, sonde_ns after_ns)
{
	struct sn_sim_event event = {.kind = SN_SIM_EV_TCP, .tcp = index, .generation = sim->tcp->endpoints[index].generation};
	sn_sim_at(sim, sim->now_at_ns + after_ns, &event);
}

void sn_sim_tcp_timer(struct sn_sim *sim, uint32_t index, uint32_t generation)
{
	struct endpoint *e = &sim->tcp->endpoints[index];
	if (e->generation != generation)
		return;
	if (e->state == SYN_RECEIVED && e->retransmit_count < RETRANSMITS_MAX) {
		send_syn_ack(sim, e);
		e->retransmit_count++;
		set_timer(sim, index, SONDE_S << e->retransmit_count);
		return;
	}
	struct sn_sim_packet packet;
	struct segment about = imagine(e, &packet);
	forget(sim->tcp, find(sim->tcp, e->node, &about));
}

static void accept_syn(struct sn_sim *sim, uint32_t node, const struct segment *s, uint32_t *link)
{
	struct sn_sim_tcp_table *table = sim->tcp;
	uint32_t index = table->free;
	if (index == SN_SIM_NONE) {
		if (!sn_sim_grow(&table->endpoints, &table->count, sizeof *table->endpoints, ENDPOINTS_MAX)) {
			sim->starved |= table->count < ENDPOINTS_MAX;
			return;
		}
		index = (uint32_t)(table->count - 1);
		link = find(table, node, s);
	} else {
		table->free = table->endpoints[index].next;
	}
	struct endpoint *e = &table->endpoints[index];
	*e = (struct endpoint){
		.state = SYN_RECEIVED,
		.node = node,
		.local = s->packet->ip.dst,
		.remote = s->packet->ip.src,
		.lport = s->tcp.dport,
		.rport = s->tcp.sport,
		.irs = s->tcp.seq,
		.iss = (uint32_t)sn_rng_next(&sim->nodes[node].rng),
		.rcv_nxt = s->tcp.seq + 1,
		.syn = s->tcp,
		.number = s->packet->number,
		.generation = e->generation,
		.next = SN_SIM_NONE,
	};
	*link = index;
	send_syn_ack(sim, e);
	set_timer(sim, index, SONDE_S);
}

/* RFC 9293 section 3.10.7.4, first check, as Linux's tcp_in_window. */
static bool in_window(const struct endpoint *e, const struct segment *s)
{
	uint32_t offset = s->tcp.seq - e->rcv_nxt, end = offset + s->length;
	if (offset == 0)
		return true;
	return offset < WINDOW || (end - 1 < WINDOW && (int32_t)offset < 0);
}

/* RFC 7323 section 5.3: a segment stamped earlier than the SYN is an old one. */
static bool is_old(const struct endpoint *e, const struct segment *s)
{
	return has_stamp(&e->syn) && s->tcp.has_timestamps && (int32_t)(s->tcp.ts_value - e->syn.ts_value) < 0;
}

/* Linux's tcp_check_req. *link points at the endpoint. */
static void in_syn_received(struct sn_sim *sim, uint32_t node, const struct segment *s, uint32_t *link)
{
	struct endpoint *e = &sim->tcp->endpoints[*link];
	uint8_t flags = s->tcp.flags & (SN_TCP_SYN | SN_TCP_ACK | SN_TCP_RST | SN_TCP_FIN);
	if (flags == SN_TCP_SYN && s->tcp.seq == e->irs && !is_old(e, s)) {
		if (may_challenge(sim, e))
			send_syn_ack(sim, e);
	} else if (is_old(e, s) || !in_window(e, s)) {
		if (!(flags & SN_TCP_RST) && may_challenge(sim, e))
			send_ack(sim, e, 0);
	} else if (flags & (SN_TCP_RST | SN_TCP_SYN)) {
		/* A SYN inside the window is refused, and with it goes the endpoint (embryonic_reset). */
		forget(sim->tcp, link);
		refuse(sim, node, s);
	} else if (flags & SN_TCP_ACK) {
		if (s->tcp.ack != e->iss + 1) {
			refuse(sim, node, s);
			return;
		}
		e->state = ESTABLISHED;
		e->generation++;
		set_timer(sim, *link, IDLE_NS);
	}
}

static void in_connection(struct sn_sim *sim, const struct segment *s, uint32_t *link)
{
	struct endpoint *e = &sim->tcp->endpoints[*link];
	if (s->tcp.flags & SN_TCP_RST) {
		if (in_window(e, s))
			forget(sim->tcp, link);
	} else if ((s->tcp.flags & SN_TCP_SYN) || !in_window(e, s)) {
		if (may_challenge(sim, e))
			send_ack(sim, e, 0);
	} else if (e->state == LAST_ACK) {
		if ((s->tcp.flags & SN_TCP_ACK) && s->tcp.ack == e->iss + 2)
			forget(sim->tcp, link);
	} else if (s->length && s->tcp.seq == e->rcv_nxt) {
		e->rcv_nxt += s->length;
		bool ends = s->tcp.flags & SN_TCP_FIN;
		e->state = ends ? LAST_ACK : ESTABLISHED;
		send_ack(sim, e, ends ? SN_TCP_FIN : 0);
	}
}

void sn_sim_tcp_deliver(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	struct segment s;
	if (!read_segment(packet, &s))
		return;
	if (sn_sim_ports_hold(&n->tcp_filtered, s.tcp.dport)) {
		sn_sim_note(sim, SN_SIM_FILTERED, node, packet);
		return;
	}
	if (!sn_sim_ports_hold(&n->tcp_open, s.tcp.dport)) {
		refuse(sim, node, &s);
		return;
	}
	uint32_t *link = find(sim->tcp, node, &s);
	if (*link != SN_SIM_NONE)
		sim->tcp->endpoints[*link].number = packet->number;
	if (*link != SN_SIM_NONE && sim->tcp->endpoints[*link].state == SYN_RECEIVED)
		in_syn_received(sim, node, &s, link);
	else if (*link != SN_SIM_NONE)
		in_connection(sim, &s, link);
	else if (s.tcp.flags & SN_TCP_ACK)
		refuse(sim, node, &s);
	else if ((s.tcp.flags & SN_TCP_SYN) && !(s.tcp.flags & (SN_TCP_RST | SN_TCP_FIN)))
		accept_syn(sim, node, &s, link);
}
