/* SPDX-License-Identifier: MIT */
/* The stack of a node that is the destination: echo, timestamps, UDP ports and services, protocols it does not know. TCP is in tcp.c. */
#include "packet/transport.h"
#include "sim/world.h"

#include <string.h>

enum {
	UDP_CHECKSUM_AT_BYTES = 6,
	ICMP_CHECKSUM_AT_BYTES = 2,
	NTP_BYTES = 48,
	NTP_CLIENT = 3,
	NTP_SERVER = 4,
};

/* Seconds from 1900 (NTP's era) to the fixed wall clock of simulations, 2026-01-01T00:00:00Z. */
#define NTP_EPOCH UINT32_C(3976214400)

static void answer_echo(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	bool is4 = packet->ip.version == 4;
	uint8_t told[8];
	if (sn_sim_told_answer(&sim->net.nodes[node].told, packet->ip.version, upper, upper_bytes, told)) {
		struct sn_sim_own own = sn_sim_back(sim, node, packet, packet->ip.protocol);
		own.tos = packet->ip.tos;
		own.checksum_at_bytes = ICMP_CHECKSUM_AT_BYTES;
		sn_sim_say(sim, &own, told, sizeof told);
		return;
	}
	if (!sim->net.nodes[node].echo || upper[0] != (is4 ? SN_SIM_ECHO4 : SN_SIM_ECHO6) || upper[1] != 0)
		return;
	struct sn_sim_own own = sn_sim_back(sim, node, packet, packet->ip.protocol);
	own.tos = packet->ip.tos;
	own.checksum_at_bytes = ICMP_CHECKSUM_AT_BYTES;
	struct sn_writer w;
	sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
	sn_write_u8(&w, is4 ? 0 : 129);
	sn_write_bytes(&w, upper + 1, upper_bytes - 1);
	sn_sim_say(sim, &own, w.bytes, w.at_bytes);
}

/* RFC 792, page 16: the originate timestamp comes back with the time of day in milliseconds since midnight UT, twice; the clock of
 * simulations starts at midnight. Linux wants no more of a request than the originate timestamp, and repeats nothing behind it. */
static void answer_timestamp(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	enum { REQUEST_BYTES = 12, DAY_MS = 86400000 };
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	if (!sim->net.nodes[node].timestamp || packet->ip.version != 4 || upper[0] != SN_SIM_TIMESTAMP || upper_bytes < REQUEST_BYTES)
		return;
	struct sn_sim_own own = sn_sim_back(sim, node, packet, packet->ip.protocol);
	own.tos = packet->ip.tos;
	own.checksum_at_bytes = ICMP_CHECKSUM_AT_BYTES;
	uint32_t now_ms = (uint32_t)(sim->now_at_ns / SONDE_MS % DAY_MS);
	struct sn_writer w;
	sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
	sn_write_u8(&w, SN_SIM_TIMESTAMP_REPLY);
	sn_write_zeros(&w, 3);
	sn_write_bytes(&w, upper + 4, 8);
	sn_write_u32(&w, now_ms);
	sn_write_u32(&w, now_ms);
	sn_sim_say(sim, &own, w.bytes, w.at_bytes);
}

/* RFC 1035 section 4.1: the question comes back, answered with "no data"; a query without a question is a format error. */
static bool serve_dns(const struct sn_sim *sim, const uint8_t *query, size_t query_bytes, struct sn_writer *w)
{
	(void)sim;
	struct sn_reader r;
	sn_reader_init(&r, query, query_bytes);
	uint16_t id = sn_read_u16(&r), flags = sn_read_u16(&r), question_count = sn_read_u16(&r);
	sn_read_skip(&r, 6);
	if (r.bad || flags & 0x8000)
		return false;
	size_t at_bytes = r.at_bytes;
	for (uint8_t label = sn_read_u8(&r); label && !r.bad; label = sn_read_u8(&r))
		sn_read_skip(&r, label);
	sn_read_skip(&r, 4);
	bool good = question_count == 1 && !r.bad;
	sn_write_u16(w, id);
	/* QR, opcode and RD as asked, RA; code 1 is "format error". */
	sn_write_u16(w, (uint16_t)(0x8080 | (flags & 0x7900) | (good ? 0 : 1)));
	sn_write_u16(w, good);
	sn_write_zeros(w, 6);
	if (good)
		sn_write_bytes(w, query + at_bytes, r.at_bytes - at_bytes);
	return true;
}

/* RFC 5905 section 7.3: a stratum 1 server whose clock is the simulation's. */
static bool serve_ntp(const struct sn_sim *sim, const uint8_t *query, size_t query_bytes, struct sn_writer *w)
{
	uint8_t origin[8];
	struct sn_reader r;
	sn_reader_init(&r, query, query_bytes);
	uint8_t first = sn_read_u8(&r), version = first >> 3 & 7;
	sn_read_skip(&r, NTP_BYTES - 8 - 1);
	sn_read_bytes(&r, origin, sizeof origin);
	if (r.bad || (first & 7) != NTP_CLIENT || version < 1 || version > 4)
		return false;
	uint32_t seconds = NTP_EPOCH + (uint32_t)(sim->now_at_ns / SONDE_S);
	uint32_t fraction = (uint32_t)(((uint64_t)(sim->now_at_ns % SONDE_S) << 32) / SONDE_S);
	sn_write_u8(w, (uint8_t)(version << 3 | NTP_SERVER));
	sn_write_u8(w, 1);
	sn_write_u16(w, 0x06ec);  /* poll 2^6 s, precision 2^-20 s */
	sn_write_zeros(w, 8);
	sn_write_bytes(w, (const uint8_t *)"SIM", 4);
	for (int stamp = 0; stamp < 4; stamp++) {
		/* Reference, origin, receive, transmit. */
		if (stamp == 1) {
			sn_write_bytes(w, origin, sizeof origin);
			continue;
		}
		sn_write_u32(w, seconds);
		sn_write_u32(w, fraction);
	}
	return true;
}

/* RFC 9000 section 6.1: to a version that it does not speak a server says which it does, with the connection ids the other way round (RFC
 * 8999 section 6). To a datagram below 1200 bytes it says nothing, nor to a negotiation; TLS it does not speak. */
static bool serve_quic(const struct sn_sim *sim, const uint8_t *query, size_t query_bytes, struct sn_writer *w)
{
	enum { LEAST_BYTES = 1200, LONG_FORM = 0x80, FIXED_BIT = 0x40, NEGOTIATION = 0 };
	static const uint32_t spoken[] = {0x00000001, 0x6b3343cf}; /* RFC 9000, RFC 9369 */
	(void)sim;
	struct sn_reader r;
	sn_reader_init(&r, query, query_bytes);
	bool is_long = sn_read_u8(&r) & LONG_FORM;
	uint32_t version = sn_read_u32(&r);
	uint8_t dcid_bytes = sn_read_u8(&r);
	const uint8_t *dcid = sn_read_view(&r, dcid_bytes);
	uint8_t scid_bytes = sn_read_u8(&r);
	const uint8_t *scid = sn_read_view(&r, scid_bytes);
	bool known = version == NEGOTIATION || version == spoken[0] || version == spoken[1];
	if (!is_long || !dcid || !scid || query_bytes < LEAST_BYTES || known)
		return false;
	sn_write_u8(w, LONG_FORM | FIXED_BIT);
	sn_write_u32(w, NEGOTIATION);
	sn_write_u8(w, scid_bytes);
	sn_write_bytes(w, scid, scid_bytes);
	sn_write_u8(w, dcid_bytes);
	sn_write_bytes(w, dcid, dcid_bytes);
	sn_write_u32(w, spoken[0]);
	sn_write_u32(w, spoken[1]);
	return true;
}

struct service {
	uint16_t port;
	/* False: silence. */
	bool (*serve)(const struct sn_sim *sim, const uint8_t *query, size_t query_bytes, struct sn_writer *w);
};

/* What open UDP ports answer; any other open port stays silent. */
static const struct service services[] = {{53, serve_dns}, {123, serve_ntp}, {443, serve_quic}};

static void serve(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, const struct sn_udp *udp)
{
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		if (services[i].port != udp->dport)
			continue;
		struct sn_writer w;
		sn_writer_init(&w, sim->scratch, sizeof sim->scratch);
		sn_write_zeros(&w, SN_UDP_BYTES);
		if (!services[i].serve(sim, upper + SN_UDP_BYTES, upper_bytes - SN_UDP_BYTES, &w) || w.bad)
			return;
		struct sn_udp answer = {.sport = udp->dport, .dport = udp->sport, .length_bytes = (uint16_t)w.at_bytes};
		struct sn_writer header;
		sn_writer_init(&header, sim->scratch, SN_UDP_BYTES);
		sn_udp_write(&header, &answer);
		struct sn_sim_own own = sn_sim_back(sim, node, packet, SN_PROTO_UDP);
		own.checksum_at_bytes = UDP_CHECKSUM_AT_BYTES;
		sn_sim_say(sim, &own, w.bytes, w.at_bytes);
	}
}

static void deliver_udp(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	struct sn_udp udp;
	/* The observer's sockets are not the simulator's: whatever comes may be wanted. */
	if (n->kind == SN_SIM_OBSERVER || !sn_udp_parse(upper, upper_bytes, &udp))
		return;
	if (sn_sim_ports_hold(&n->udp_filtered, udp.dport))
		sn_sim_note(sim, SN_SIM_FILTERED, node, packet);
	else if (sn_sim_ports_hold(&n->udp_open, udp.dport))
		serve(sim, node, packet, &udp);
	else
		sn_sim_complain(sim, node, iface, packet, sn_sim_message(SN_SIM_SAY_PORT_UNREACHABLE), 0);
}

/* A kernel with UDP-Lite takes it like UDP; the service behind an open port says nothing. Without it the protocol is unknown. */
static void deliver_udplite(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	struct sn_udp header;
	if (sn_udp_parse(upper, upper_bytes, &header) && !sn_sim_ports_hold(&n->udplite_open, header.dport))
		sn_sim_complain(sim, node, iface, packet, sn_sim_message(SN_SIM_SAY_PORT_UNREACHABLE), 0);
}

static void deliver_icmp(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const uint8_t *upper = NULL;
	(void)iface;
	if (sn_sim_upper(packet, &upper) < 8)
		return;
	answer_echo(sim, node, packet);
	answer_timestamp(sim, node, packet);
}

static void deliver_tcp(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	(void)iface;
	sn_sim_tcp_deliver(sim, node, packet);
}

/* The protocols that a kernel may know. */
struct protocol {
	uint8_t number, version;  /* version 0: both */
	bool optional;            /* known where the node has ports open */
	size_t open_at, filtered_at;  /* … struct sn_sim_ports of the node */
	void (*deliver)(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet);
};
#define PORTS_AT(field) offsetof(struct sn_sim_node, field)
static const struct protocol protocols[] = {
	{SN_PROTO_ICMP, 4, false, 0, 0, deliver_icmp},
	{SN_PROTO_ICMP6, 6, false, 0, 0, deliver_icmp},
	{SN_PROTO_UDP, 0, false, 0, 0, deliver_udp},
	{SN_PROTO_TCP, 0, false, 0, 0, deliver_tcp},
	{SN_PROTO_UDPLITE, 0, true, PORTS_AT(udplite_open), PORTS_AT(udplite_filtered), deliver_udplite},
	{SN_PROTO_SCTP, 0, true, PORTS_AT(sctp_open), PORTS_AT(sctp_filtered), sn_sim_sctp_deliver},
	{SN_PROTO_DCCP, 0, true, PORTS_AT(dccp_open), PORTS_AT(dccp_filtered), sn_sim_dccp_deliver},
};

static struct sn_sim_ports ports_of(const struct sn_sim_node *node, size_t at_bytes)
{
	struct sn_sim_ports ports;
	memcpy(&ports, (const uint8_t *)node + at_bytes, sizeof ports);
	return ports;
}

/* NULL: no kernel knows it. */
static const struct protocol *protocol_of(const struct sn_ip *ip)
{
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (protocols[i].number == ip->protocol && (!protocols[i].version || protocols[i].version == ip->version))
			return &protocols[i];
	return NULL;
}

static bool is_known(const struct sn_sim_node *node, const struct protocol *protocol)
{
	return protocol && (!protocol->optional || ports_of(node, protocol->open_at).count);
}

/* A firewall in front of a protocol that the kernel may know or not; UDP and TCP look after themselves. */
static bool is_filtered(const struct sn_sim_node *node, const struct protocol *protocol, const uint8_t *upper, size_t upper_bytes)
{
	struct sn_udp ports;
	if (!protocol || !protocol->optional || !sn_udp_parse(upper, upper_bytes, &ports))
		return false;
	struct sn_sim_ports filtered = ports_of(node, protocol->filtered_at);
	return sn_sim_ports_hold(&filtered, ports.dport);
}

void sn_sim_deliver(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	const struct protocol *protocol = protocol_of(&packet->ip);
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	/* Fragments are not put together again; an observer without a kernel leaves all to whoever stands behind it. */
	if (packet->ip.mf || packet->ip.fragment_offset_bytes || (n->kind == SN_SIM_OBSERVER && !n->kernel))
		return;
	if (is_filtered(n, protocol, upper, upper_bytes)) {
		sn_sim_note(sim, SN_SIM_FILTERED, node, packet);
		return;
	}
	if (!is_known(n, protocol)) {
		/* IPv6 points at the next header field, byte 6 (RFC 4443 section 3.4). */
		uint32_t pointer = packet->ip.version == 6 ? 6 : 0;
		if (n->kind != SN_SIM_OBSERVER && packet->ip.extension_count == 0)
			sn_sim_complain(sim, node, iface, packet, sn_sim_message(SN_SIM_SAY_PROTOCOL_UNREACHABLE), pointer);
		return;
	}
	enum sn_checksum_state checksum = sn_transport_verify(&packet->ip, upper, upper_bytes);
	if (checksum != SN_CHECKSUM_BAD && checksum != SN_CHECKSUM_OFFLOADED)
		protocol->deliver(sim, node, iface, packet);
}
