/* SPDX-License-Identifier: MIT */
/* Looks at bytes as a firewall would: whether a packet is one of those that a filter or a rewriting is for. */
#include "sim/filter.h"

#include "packet/transport.h"

#include <string.h>

/* RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1. */
static const struct sn_sim_reject rejects[] = {
	{"net-unreachable", false, {3, 0, 1, 0}},
	{"host-unreachable", false, {3, 1, 1, 3}},
	{"port-unreachable", false, {3, 3, 1, 4}},
	{"net-prohibited", false, {3, 9, 1, 1}},
	{"host-prohibited", false, {3, 10, 1, 1}},
	{"admin-prohibited", false, {3, 13, 1, 1}},
	{"policy-fail", false, {3, 13, 1, 5}},
	{"tcp-reset", true, {0}},
};

const struct sn_sim_reject *sn_sim_reject_find(const char *name)
{
	for (size_t i = 0; i < sizeof rejects / sizeof *rejects; i++)
		if (strcmp(rejects[i].name, name) == 0)
			return &rejects[i];
	return NULL;
}

enum { DNS_HEADER_BYTES = 12, NTP_BYTES = 48, NTP_MODE_MASK = 7, NTP_CLIENT = 3, QUIC_BYTES = 1200, QUIC_LONG = 0xc0 };

/* A standard query with one question (RFC 1035 section 4.1.1); an Initial of whatever version, with its form and fixed bits and all its
 * padding (RFC 9000 section 17.2.2, section 14.1); a client's request (RFC 5905 section 7.3). */
static enum sn_sim_payload payload_of(const uint8_t *bytes, size_t length)
{
	static const uint8_t query[] = {0, 1, 0, 0, 0, 0};
	if (length > DNS_HEADER_BYTES && !(bytes[2] & 0xf8) && memcmp(bytes + 4, query, sizeof query) == 0)
		return SN_SIM_PAYLOAD_DNS;
	if (length >= QUIC_BYTES && (bytes[0] & QUIC_LONG) == QUIC_LONG && memcmp(bytes + 1, "\0\0\0", 4) != 0)
		return SN_SIM_PAYLOAD_QUIC;
	return length >= NTP_BYTES && (bytes[0] & NTP_MODE_MASK) == NTP_CLIENT ? SN_SIM_PAYLOAD_NTP : SN_SIM_PAYLOAD_ANY;
}

/* A record that begins a ClientHello (RFC 8446 section 5.1: type 22, version 3.x, two bytes of length; section 4: type 1). */
static enum sn_sim_payload tcp_payload_of(const uint8_t *bytes, size_t length, const struct sn_tcp *tcp)
{
	enum { RECORD_BYTES = 5, HANDSHAKE = 22, MAJOR = 3, CLIENT_HELLO = 1 };
	if (!tcp->header_bytes || length <= (size_t)tcp->header_bytes + RECORD_BYTES)
		return SN_SIM_PAYLOAD_ANY;
	const uint8_t *data = bytes + tcp->header_bytes;
	bool hello = data[0] == HANDSHAKE && data[1] == MAJOR && data[RECORD_BYTES] == CLIENT_HELLO;
	return hello ? SN_SIM_PAYLOAD_TLS : SN_SIM_PAYLOAD_ANY;
}

struct sn_sim_view sn_sim_view_of(const struct sn_sim_packet *packet)
{
	struct sn_sim_view upper = {0};
	const uint8_t *bytes = NULL;
	size_t length = sn_sim_upper(packet, &bytes);
	struct sn_udp udp;
	struct sn_tcp tcp;
	if (packet->ip.fragment_offset_bytes)
		return upper;
	if (packet->ip.protocol == SN_PROTO_TCP && sn_tcp_parse(bytes, length, &tcp))
		upper = (struct sn_sim_view){.has_ports = true, .is_tcp = true, .sport = tcp.sport, .dport = tcp.dport, .flags = tcp.flags,
		                             .payload = tcp_payload_of(bytes, length, &tcp)};
	else if (packet->ip.protocol == SN_PROTO_UDP && sn_udp_parse(bytes, length, &udp))
		upper = (struct sn_sim_view){.has_ports = true,
		                       .sport = udp.sport,
		                       .dport = udp.dport,
		                       .payload = payload_of(bytes + SN_UDP_BYTES, length - SN_UDP_BYTES)};
	else if (sn_has_ports(packet->ip.protocol) && sn_udp_parse(bytes, length, &udp))
		upper = (struct sn_sim_view){.has_ports = true, .sport = udp.sport, .dport = udp.dport};
	else if (packet->ip.protocol == SN_PROTO_ICMP || packet->ip.protocol == SN_PROTO_ICMP6)
		upper.is_echo = length > 0 && bytes[0] == (packet->ip.version == 4 ? SN_SIM_ECHO4 : SN_SIM_ECHO6);
	return upper;
}

static bool port_fits(const struct sn_sim_ports *ports, bool has_ports, uint16_t port)
{
	return ports->count == 0 || (has_ports && sn_sim_ports_hold(ports, port));
}

static bool header_fits(const struct sn_sim_match *m, const struct sn_ip *ip)
{
	if (m->length.count && (ip->total_bytes > UINT16_MAX || !sn_sim_ports_hold(&m->length, (uint16_t)ip->total_bytes)))
		return false;
	if (m->has_dscp && ip->tos >> 2 != m->dscp)
		return false;
	return !m->df || (ip->version == 4 && ip->df == (m->df == 1));
}

static bool upper_fits(const struct sn_sim_match *m, const struct sn_sim_view *upper)
{
	if ((m->echo_only && !upper->is_echo) || (m->payload && m->payload != upper->payload))
		return false;
	if ((m->flags_set || m->flags_clear) && !upper->is_tcp)
		return false;
	if ((upper->flags & m->flags_set) != m->flags_set || (upper->flags & m->flags_clear))
		return false;
	return port_fits(&m->sport, upper->has_ports, upper->sport) && port_fits(&m->dport, upper->has_ports, upper->dport);
}

static bool fits(const struct sn_sim_match *m, const struct sn_ip *ip, const struct sn_sim_view *upper)
{
	if (!header_fits(m, ip) || !upper_fits(m, upper))
		return false;
	if (m->family && m->family != ip->version)
		return false;
	if (m->has_protocol && ip->protocol != (ip->version == 4 ? m->protocol4 : m->protocol6))
		return false;
	return (!m->src.addr.family || sn_sim_prefix_covers(&m->src, &ip->src)) &&
	       (!m->dst.addr.family || sn_sim_prefix_covers(&m->dst, &ip->dst));
}

bool sn_sim_match_fits(const struct sn_sim *sim, const struct sn_sim_match *m, uint32_t iface, const struct sn_sim_packet *packet,
                       const struct sn_sim_view *upper)
{
	uint32_t from_node = iface == SN_SIM_NONE ? SN_SIM_NONE : sim->net.ifaces[iface ^ 1u].node;
	return (m->from_node == SN_SIM_NONE || m->from_node == from_node) && sn_sim_window_holds(&m->at, sim->now_at_ns) &&
	       fits(m, &packet->ip, upper);
}

const struct sn_sim_filter *sn_sim_filter_find(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet,
                                               bool before_ttl)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	if (n->filter_count == 0)
		return NULL;
	struct sn_sim_view upper = sn_sim_view_of(packet);
	for (uint32_t i = 0; i < n->filter_count; i++) {
		const struct sn_sim_filter *f = &sim->net.filters[n->first_filter + i];
		if (f->match.before_ttl == before_ttl && sn_sim_match_fits(sim, &f->match, iface, packet, &upper))
			return f;
	}
	return NULL;
}
