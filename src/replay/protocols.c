/* SPDX-License-Identifier: MIT */
/* THE TABLE of protocols: which of their packets ask, what their answers show of the question, and which method asks so. */
#include "replay/protocols.h"

#include "replay/internal.h"

#include <string.h>

/* Packets that are nobody's question by their kind are probes where they are about to run out. */
enum { NEAR_TTL = 32 };
/* What fits is as good as a secret, ports alone are less; a word in its place is worth more than a byte that happens to be the same. */
enum { FIT_BITS = 64, PORTS_BITS = 32, BYTE_BITS = 4, MOST_BITS = 250 };

static bool is_near(const struct sn_packet *packet)
{
	return packet->ip.ttl <= NEAR_TTL;
}

/* ---- ICMP (RFC 792, RFC 4443) ---- */

static bool icmp_asks(const struct sn_packet *packet)
{
	bool timestamp = packet->ip.version == 4 && packet->icmp.type == SN_REPLAY_TIMESTAMP;
	return packet->is_icmp && (packet->icmp.row->meaning == SONDE_M_ECHO_REQUEST || timestamp);
}

static size_t icmp_numbers(const struct sn_ask *ask, uint32_t out[SN_REPLY_NUMBERS_MAX])
{
	out[0] = ask->dport;
	return 1;
}

/* An echo reply repeats all; a timestamp reply fills in what the request left open. */
static unsigned icmp_fit(const struct sn_packet *sent, const struct sn_reply *reply)
{
	const struct sn_icmp *answer = &reply->packet->icmp;
	size_t both = sent->icmp.payload_bytes < answer->payload_bytes ? sent->icmp.payload_bytes : answer->payload_bytes;
	bool timestamp = sent->icmp.type == SN_REPLAY_TIMESTAMP && sent->ip.version == 4;
	if (reply->meaning != (timestamp ? SONDE_M_TIMESTAMP_REPLY : SONDE_M_ECHO_REPLY))
		return 0;
	return timestamp || both == 0 || memcmp(sent->icmp.payload, answer->payload, both) == 0 ? FIT_BITS : 0;
}

static uint32_t icmp_group(const struct sn_ask *ask)
{
	return (uint32_t)ask->icmp_type << 16 | ask->sport;
}

static const char *icmp_method(const struct sn_ask *ask, bool flow_constant)
{
	(void)flow_constant;
	return ask->version == 4 && ask->icmp_type == SN_REPLAY_TIMESTAMP ? "icmp-timestamp" : "icmp";
}

/* ---- TCP (RFC 9293) ---- */

/* Segments without SYN are ordinary traffic, but for our ACKs, since in a connection nobody acknowledges his own number, and for those that
 * are about to run out and have no data, be it cut off. */
static bool tcp_asks(const struct sn_packet *packet)
{
	const struct sn_tcp *tcp = &packet->tcp;
	bool own = tcp->flags & SN_TCP_ACK && tcp->ack == tcp->seq;
	if (!packet->is_tcp || tcp->flags & SN_TCP_RST)
		return false;
	if (tcp->flags & SN_TCP_SYN)
		return !(tcp->flags & SN_TCP_ACK);
	return own || (is_near(packet) && packet->ip.total_bytes <= (uint32_t)packet->ip.header_bytes + tcp->header_bytes);
}

/* Section 3.10.7: SYN and FIN count as one each, data by its bytes; a reset of what carried an acknowledgement repeats that number. A reply
 * shows what it acknowledges less one. */
static size_t tcp_numbers(const struct sn_ask *ask, uint32_t out[SN_REPLY_NUMBERS_MAX])
{
	uint32_t counted = (ask->tcp_flags & SN_TCP_SYN ? 1u : 0u) + (ask->tcp_flags & SN_TCP_FIN ? 1u : 0u);
	size_t count = 0;
	out[count++] = ask->seq + counted - 1;
	if (ask->data_bytes)
		out[count++] = ask->seq + counted - 1 + ask->data_bytes;
	if (ask->tcp_flags & SN_TCP_ACK)
		out[count++] = ask->ack;
	return count;
}

static uint32_t tcp_group(const struct sn_ask *ask)
{
	return ask->dport | (ask->tcp_flags & SN_TCP_SYN ? 0u : 0x10000u);
}

static const char *tcp_method(const struct sn_ask *ask, bool flow_constant)
{
	(void)flow_constant;
	return ask->tcp_flags & SN_TCP_SYN ? "tcp" : "tcp-ack";
}

/* ---- UDP (RFC 768), UDP-Lite (RFC 3828) ---- */

/* Nothing in a datagram says which of the two it is. */
static bool udp_asks(const struct sn_packet *packet)
{
	return packet->is_udp || packet->is_udplite;
}

/* Bytes at the same place that agree, from where both begin. */
static unsigned alike(const struct sn_packet *a, const struct sn_packet *b)
{
	unsigned count = 0;
	for (size_t i = 0; i < a->payload_bytes && i < b->payload_bytes; i++)
		count += a->payload[i] == b->payload[i];
	return count;
}

/* The word by which a service's answers name the question, wherever it has it; a plain one stands where it stood. */
static bool same_word(const struct sn_ident *asked, const struct sn_ident *answered)
{
	for (enum sn_key_place place = SN_KEY_PLAIN + 1; place < SN_KEY_PLACES; place++)
		if (asked->have & answered->have & sn_id_payload(place) && asked->payload[place] == answered->payload[place])
			return true;
	return false;
}

/* A service repeats of the question what identifies it: NTP the client's time (RFC 5905 section 8), QUIC the connection's id (RFC 9000
 * section 17.2.1), DNS and others most of it at the place where it stood. */
static unsigned udp_fit(const struct sn_packet *sent, const struct sn_reply *reply)
{
	struct sn_ident asked;
	unsigned bits = PORTS_BITS + BYTE_BITS * alike(sent, reply->packet);
	bool same = sn_ask_shows(sent, &asked) && same_word(&asked, &reply->ident);
	return same || bits > MOST_BITS ? MOST_BITS : bits;
}

/* Some tools keep both ports, some one of them, some neither. */
static uint32_t udp_group(const struct sn_ask *ask)
{
	(void)ask;
	return 0;
}

static const char *udp_method(const struct sn_ask *ask, bool flow_constant)
{
	(void)ask;
	return flow_constant ? "udp" : "udp-classic";
}

/* ---- SCTP (RFC 9260), DCCP (RFC 4340) ---- */

static bool sctp_asks(const struct sn_packet *packet)
{
	return packet->is_sctp && packet->sctp.has_chunk && packet->sctp.chunk_type == SN_SCTP_INIT;
}

static bool dccp_asks(const struct sn_packet *packet)
{
	return packet->is_dccp && packet->dccp.has_seq && packet->dccp.type == SN_DCCP_REQUEST;
}

/* SCTP's initiate tag; the lower bits of DCCP's sequence number. */
static size_t own_number(const struct sn_ask *ask, uint32_t out[SN_REPLY_NUMBERS_MAX])
{
	out[0] = ask->seq;
	return 1;
}

/* An open port answers one Request of a flow: others stand beside it. */
static uint32_t dport_group(const struct sn_ask *ask)
{
	return ask->dport;
}

static uint32_t ports_group(const struct sn_ask *ask)
{
	return (uint32_t)ask->sport << 16 | ask->dport;
}

/* ---- any other ---- */

/* Our lone probe at TTL 255 asks whether the target answers at all. */
static bool other_asks(const struct sn_packet *packet)
{
	return is_near(packet) || packet->ip.ttl == SONDE_TTL_LAST;
}

static const struct sn_replay_protocol rows[] = {
	{SN_PROTO_ICMP, SN_FLOWS_ONE, 6, 2, 0, icmp_asks, icmp_numbers, icmp_fit, icmp_group, icmp_method},
	{SN_PROTO_ICMP6, SN_FLOWS_ONE, 6, 2, 0, icmp_asks, icmp_numbers, icmp_fit, icmp_group, icmp_method},
	{SN_PROTO_TCP, SN_FLOWS_TCP, 4, 4, SONDE_DIFF_SEQ | SONDE_DIFF_STAMP, tcp_asks, tcp_numbers, NULL, tcp_group, tcp_method},
	{SN_PROTO_UDP, SN_FLOWS_UDP, 4, 4, 0, udp_asks, NULL, udp_fit, udp_group, udp_method}, /* length and checksum */
	{SN_PROTO_UDPLITE, SN_FLOWS_UDP, 4, 4, 0, udp_asks, NULL, udp_fit, udp_group, NULL},
	{SN_PROTO_SCTP, SN_FLOWS_ONE, 16, 4, 0, sctp_asks, own_number, NULL, ports_group, NULL},
	{SN_PROTO_DCCP, SN_FLOWS_TCP, 4, 4, 0, dccp_asks, own_number, NULL, dport_group, NULL},  /* with the checksum */
	{0, SN_FLOWS_ONE, 4, 4, 0, other_asks, NULL, NULL, ports_group, NULL},
};

const struct sn_replay_protocol *sn_replay_protocol(uint8_t protocol)
{
	const struct sn_replay_protocol *row = rows;
	while (row->protocol && row->protocol != protocol)
		row++;
	return row;
}

/* ---- what they have in common ---- */

void sn_read_ports(uint8_t protocol, const uint8_t *upper, size_t upper_bytes, uint16_t *sport, uint16_t *dport)
{
	enum { ECHO_ID_AT = 4 };
	struct sn_reader r;
	*sport = *dport = 0;
	if (!sn_has_ports(protocol) && !sn_is_icmp(protocol))
		return;
	sn_reader_init(&r, upper, upper_bytes);
	if (sn_is_icmp(protocol))
		sn_read_skip(&r, ECHO_ID_AT);
	*sport = sn_read_u16(&r);
	*dport = sn_read_u16(&r);
}

bool sn_read_number(uint8_t protocol, const uint8_t *upper, size_t upper_bytes, uint32_t *out)
{
	const struct sn_replay_protocol *row = sn_replay_protocol(protocol);
	struct sn_reader r;
	sn_reader_init(&r, upper, upper_bytes);
	sn_read_skip(&r, row->number_at);
	*out = row->number_bytes == sizeof(uint16_t) ? sn_read_u16(&r) : sn_read_u32(&r);
	return !r.bad;
}

bool sn_ask_shows(const struct sn_packet *sent, struct sn_ident *out)
{
	const struct sn_method *method = sn_method_of_protocol(sent->ip.protocol);
	const struct sn_seen all = {0};
	struct sn_quote quote;
	return method && sn_quote_parse(sent->upper - sent->ip.header_bytes, sent->ip.header_bytes + sent->upper_bytes, &quote) &&
	       method->key_of_quote(&quote, &all, out);
}

bool sn_reply_read(const struct sn_packet *packet, struct sn_reply *out)
{
	const struct sn_seen all = {0};
	*out = (struct sn_reply){.packet = packet};
	for (size_t id = 0; id < sonde_method_count(); id++) {
		const struct sn_method *method = sn_method(id);
		bool speaks = sn_method_protocol(method, packet->ip.version) == packet->ip.protocol && !method->info.takes_protocol;
		if (speaks && method->key_of_reply(packet, &all, &out->ident, &out->meaning))
			return true;
	}
	return false;
}
