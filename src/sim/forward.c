/* SPDX-License-Identifier: MIT */
/* From a node to the next: choosing the way, balancing flows, and all that a link does to a packet. */
#include "base/hash.h"
#include "packet/transport.h"
#include "sim/filter.h"
#include "sim/nat.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

/* Linux asks three times, once a second, before it gives a neighbour up (mcast_solicit x retrans_time_ms). */
#define NEIGHBOUR_GIVES_UP_NS (3 * SONDE_S)

/* The bits of a packet that a balancer looks at, as one hash that differs from node to node. */
static uint64_t flow_hash(const struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, enum sn_sim_balance balance)
{
	uint8_t key_bytes[16], flow[64];
	struct sn_writer key, w;
	const struct sn_ip *ip = &packet->ip;
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	sn_writer_init(&key, key_bytes, sizeof key_bytes);
	sn_write_u64(&key, sim->seed);
	sn_write_u64(&key, node);
	sn_writer_init(&w, flow, sizeof flow);
	sn_write_bytes(&w, ip->dst.bytes, 16);
	if (balance == SN_SIM_BALANCE_DESTINATION)
		return sn_siphash(key_bytes, flow, w.at_bytes);
	sn_write_bytes(&w, ip->src.bytes, 16);
	sn_write_u8(&w, ip->protocol);
	sn_write_u32(&w, balance == SN_SIM_BALANCE_LABEL ? ip->flow_label : 0);
	bool whole = !ip->fragment_offset_bytes && !ip->mf && upper_bytes >= 8;
	bool is_icmp = ip->protocol == SN_PROTO_ICMP || ip->protocol == SN_PROTO_ICMP6;
	struct sn_echo echo;
	/* Ports come first in UDP and TCP. Of ICMP only echo has a flow: its id, and its checksum as some balancers read it. */
	if (whole && sn_has_ports(ip->protocol)) {
		sn_write_bytes(&w, upper, 4);
	} else if (whole && is_icmp && sn_echo_parse(upper, upper_bytes, &echo) &&
	           (echo.type == SN_SIM_ECHO4 || echo.type == SN_SIM_ECHO6)) {
		sn_write_u16(&w, echo.id);
		sn_write_u16(&w, echo.checksum);
	}
	return sn_siphash(key_bytes, flow, w.at_bytes);
}

static uint32_t choose(struct sn_sim *sim, uint32_t node, const struct sn_sim_route *route, const struct sn_sim_packet *packet)
{
	if (route->via_count == 1)
		return route->via[0];
	if (route->balance == SN_SIM_BALANCE_PACKET)
		return route->via[sn_rng_below(&sim->nodes[node].rng, route->via_count)];
	return route->via[flow_hash(sim, node, packet, route->balance) % route->via_count];
}

static const struct sn_sim_route *declared_route(const struct sn_sim *sim, uint32_t node, const struct sonde_addr *dst)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	for (uint32_t i = 0; i < n->route_count; i++) {
		const struct sn_sim_route *route = &sim->net.routes[n->first_route + i];
		if (sn_sim_window_holds(&route->at, sim->now_at_ns) && sn_sim_prefix_covers(&route->to, dst))
			return route;
	}
	return NULL;
}

/* The computed way: straight to a neighbour, nearer by one hop, on a link of this node where nobody has that address, or, for those who
 * don't forward, the first link that speaks the family. */
static bool computed_route(const struct sn_sim *sim, uint32_t node, const struct sonde_addr *dst, uint32_t address, uint32_t prefix,
                           struct sn_sim_hop *out)
{
	const struct sn_sim_net *net = &sim->net;
	const struct sn_sim_node *n = &net->nodes[node];
	*out = (struct sn_sim_hop){.kind = SN_SIM_ROUTE_VIA};
	if (address != SN_SIM_NONE && net->addresses[address].iface != SN_SIM_NONE) {
		out->iface = net->addresses[address].iface ^ 1u;
		if (net->ifaces[out->iface].node == node)
			return true;
	}
	if (prefix != SN_SIM_NONE) {
		out->iface = net->fib[prefix * net->node_count + node];
		if (out->iface != SN_SIM_NONE)
			return true;
	}
	bool gateway = prefix == SN_SIM_NONE && n->kind != SN_SIM_ROUTER;
	for (uint32_t i = 0; i < n->iface_count; i++) {
		out->iface = net->ifaces_by_node[n->first_iface + i];
		const struct sonde_addr *addr = &net->ifaces[out->iface].addr[dst->family == 6];
		out->missing = !gateway && addr->family && prefix != SN_SIM_NONE && sn_sim_prefix_covers(&net->prefixes[prefix], addr);
		if (out->missing || (gateway && addr->family))
			return true;
	}
	return false;
}

bool sn_sim_route(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, struct sn_sim_hop *out)
{
	const struct sn_sim_route *route = declared_route(sim, node, &packet->ip.dst);
	uint32_t prefix = packet->dst_prefix;
	if (!route || (prefix != SN_SIM_NONE && sim->net.prefixes[prefix].length_bits > route->to.length_bits))
		return computed_route(sim, node, &packet->ip.dst, packet->dst_address, prefix, out);
	*out = (struct sn_sim_hop){.kind = route->kind};
	if (route->kind == SN_SIM_ROUTE_VIA)
		out->iface = choose(sim, node, route, packet);
	return true;
}

bool sn_sim_route_to(const struct sn_sim *sim, uint32_t node, const struct sonde_addr *dst, struct sn_sim_hop *out)
{
	const struct sn_sim_route *route = declared_route(sim, node, dst);
	uint32_t prefix = sn_sim_prefix_find(&sim->net, dst);
	if (!route || (prefix != SN_SIM_NONE && sim->net.prefixes[prefix].length_bits > route->to.length_bits))
		return computed_route(sim, node, dst, sn_sim_address_find(&sim->net, dst), prefix, out);
	*out = (struct sn_sim_hop){.kind = route->kind, .iface = route->via[0]};
	return true;
}

static bool by_chance(struct sn_rng *rng, uint32_t share_ppm)
{
	return share_ppm && sn_rng_below(rng, 1000000) < share_ppm;
}

static void arrive_at(struct sn_sim *sim, sonde_at_ns at_ns, uint32_t iface, struct sn_sim_packet *packet)
{
	struct sn_sim_event event = {.kind = SN_SIM_EV_ARRIVE, .node = sim->net.ifaces[iface].node, .iface = iface, .packet = packet};
	sn_sim_at(sim, at_ns, &event);
}

void sn_sim_transmit(struct sn_sim *sim, uint32_t iface, struct sn_sim_packet *packet)
{
	const struct sn_sim_link *link = &sim->net.links[iface / 2];
	const struct sn_sim_direction *d = &link->way[iface & 1u];
	struct sn_sim_way *way = &sim->ways[iface];
	uint64_t number = way->sent_count++;
	if (sn_sim_window_holds(&link->down, sim->now_at_ns) || d->loss_mask >> number % 64 & 1 || by_chance(&way->rng, d->loss_ppm)) {
		sn_sim_note(sim, SN_SIM_LOST, sim->net.ifaces[iface].node, packet);
		free(packet);
		return;
	}
	sonde_at_ns at_ns = sim->now_at_ns + d->delay_ns;
	if (d->jitter_ns)
		at_ns += (sonde_ns)sn_rng_below(&way->rng, (uint64_t)d->jitter_ns + 1);
	if (at_ns < way->last_at_ns)
		at_ns = way->last_at_ns;
	if (by_chance(&way->rng, d->reorder_ppm))
		at_ns += d->reorder_by_ns ? d->reorder_by_ns : d->delay_ns > SONDE_MS ? d->delay_ns : SONDE_MS;
	else
		way->last_at_ns = at_ns;
	struct sn_sim_packet *copy = NULL;
	if (by_chance(&way->rng, d->duplicate_ppm)) {
		copy = malloc(sizeof *copy + packet->length_bytes);
		sim->starved |= !copy;
	}
	if (copy)
		memcpy(copy, packet, sizeof *copy + packet->length_bytes);
	arrive_at(sim, at_ns, iface ^ 1u, packet);
	if (copy)
		arrive_at(sim, at_ns, iface ^ 1u, copy);
}

/* All packets that wait for one neighbour are given up at the same instant, three seconds after the first. */
static sonde_at_ns neighbour_fails_at(struct sn_sim *sim, uint32_t node, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < SN_SIM_NEIGHBOURS_MAX; i++) {
		const struct sn_sim_neighbour *n = &sim->neighbours[i];
		if (n->addr.family && n->node == node && n->fails_at_ns > sim->now_at_ns && sonde_addr_equal(&n->addr, addr))
			return n->fails_at_ns;
	}
	struct sn_sim_neighbour *n = &sim->neighbours[sim->neighbour_next++ % SN_SIM_NEIGHBOURS_MAX];
	*n = (struct sn_sim_neighbour){node, *addr, sim->now_at_ns + NEIGHBOUR_GIVES_UP_NS};
	return n->fails_at_ns;
}

void sn_sim_pass(struct sn_sim *sim, uint32_t node, uint32_t iface_in, const struct sn_sim_hop *hop, struct sn_sim_packet *packet)
{
	const struct sn_sim_iface *theirs = &sim->net.ifaces[hop->iface ^ 1u];
	if (!hop->missing && !sn_sim_window_holds(&sim->net.nodes[theirs->node].down, sim->now_at_ns)) {
		sn_sim_transmit(sim, hop->iface, packet);
		return;
	}
	const struct sonde_addr *next = hop->missing || !theirs->addr[packet->ip.version == 6].family ? &packet->ip.dst
	                                                                                           : &theirs->addr[packet->ip.version == 6];
	struct sn_sim_event event = {.kind = SN_SIM_EV_UNRESOLVED, .node = node, .iface = iface_in, .packet = packet};
	sn_sim_at(sim, neighbour_fails_at(sim, node, next), &event);
}

/* The observer's filters hold for what its kernel sends by itself as well. What was injected has met them already, at that very instant. */
static bool own_kernel_is_filtered(const struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	if (node != sim->net.observer)
		return false;
	const struct sn_sim_filter *f = sn_sim_filter_find(sim, node, SN_SIM_NONE, packet, false);
	return f && f->action != SN_SIM_ACCEPT;
}

void sn_sim_originate(struct sn_sim *sim, uint32_t node, struct sn_sim_packet *packet)
{
	struct sn_sim_hop hop;
	if (sim->net.nodes[node].rewrite_count)
		sn_sim_nat_back(sim, node, true, packet);
	if (packet->dst_address != SN_SIM_NONE && sim->net.addresses[packet->dst_address].node == node) {
		struct sn_sim_event event = {.kind = SN_SIM_EV_ARRIVE, .node = node, .iface = SN_SIM_NONE, .packet = packet};
		sn_sim_at(sim, sim->now_at_ns, &event);
	} else if (own_kernel_is_filtered(sim, node, packet)) {
		sim->counts.filtered++;
		free(packet);
	} else if (sn_sim_route(sim, node, packet, &hop) && hop.kind == SN_SIM_ROUTE_VIA) {
		sn_sim_see(sim, node, packet, true, false);
		sn_sim_pass(sim, node, SN_SIM_NONE, &hop, packet);
	} else {
		sn_sim_note(sim, SN_SIM_UNROUTED, node, packet);
		free(packet);
	}
}
