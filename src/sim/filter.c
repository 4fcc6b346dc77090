/* SPDX-License-Identifier: MIT */
/* Filters look at bytes as a firewall would. They decide nothing but whether they fit. */
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

struct upper {
	bool has_ports, is_tcp, is_echo;
	uint16_t sport, dport;
	uint8_t flags;
};

static struct upper look(const struct sn_sim_packet *packet)
{
	struct upper upper = {0};
	const uint8_t *bytes = NULL;
	size_t length = sn_sim_upper(packet, &bytes);
	struct sn_udp udp;
	struct sn_tcp tcp;
	if (packet->ip.fragment_offset_bytes)
		return upper;
	if (packet->ip.protocol == SN_PROTO_TCP && sn_tcp_parse(bytes, length, &tcp))
		upper = (struct upper){true, true, false, tcp.sport, tcp.dport, tcp.flags};
	else if (packet->ip.protocol == SN_PROTO_UDP && sn_udp_parse(bytes, length, &udp))
		upper = (struct upper){true, false, false, udp.sport, udp.dport, 0};
	else if (packet->ip.protocol == SN_PROTO_ICMP || packet->ip.protocol == SN_PROTO_ICMP6)
		upper.is_echo = length > 0 && bytes[0] == (packet->ip.version == 4 ? SN_SIM_ECHO4 : SN_SIM_ECHO6);
	return upper;
}

static bool port_fits(const struct sn_sim_ports *ports, bool has_ports, uint16_t port)
{
	return ports->count == 0 || (has_ports && sn_sim_ports_hold(ports, port));
}

static bool fits(const struct sn_sim_filter *f, const struct sn_ip *ip, const struct upper *upper)
{
	if (f->family && f->family != ip->version)
		return false;
	if (f->has_protocol && ip->protocol != (ip->version == 4 ? f->protocol4 : f->protocol6))
		return false;
	if (f->echo_only && !upper->is_echo)
		return false;
	if ((f->flags_set || f->flags_clear) && !upper->is_tcp)
		return false;
	if ((upper->flags & f->flags_set) != f->flags_set || (upper->flags & f->flags_clear))
		return false;
	if (!port_fits(&f->sport, upper->has_ports, upper->sport) || !port_fits(&f->dport, upper->has_ports, upper->dport))
		return false;
	return (!f->src.addr.family || sn_sim_prefix_covers(&f->src, &ip->src)) &&
	       (!f->dst.addr.family || sn_sim_prefix_covers(&f->dst, &ip->dst));
}

const struct sn_sim_filter *sn_sim_filter_find(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet,
                                               bool before_ttl)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	if (n->filter_count == 0)
		return NULL;
	uint32_t from_node = iface == SN_SIM_NONE ? SN_SIM_NONE : sim->net.ifaces[iface ^ 1u].node;
	struct upper upper = look(packet);
	for (uint32_t i = 0; i < n->filter_count; i++) {
		const struct sn_sim_filter *f = &sim->net.filters[n->first_filter + i];
		if (f->before_ttl != before_ttl || (f->from_node != SN_SIM_NONE && f->from_node != from_node))
			continue;
		if (sn_sim_window_holds(&f->at, sim->now_at_ns) && fits(f, &packet->ip, &upper))
			return f;
	}
	return NULL;
}
