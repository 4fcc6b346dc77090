/* SPDX-License-Identifier: MIT */
/* What a node does with a packet that comes in, in the order in which Linux does it: route, TTL, size, filter, rewriting, next hop. */
#include "base/addr.h"
#include "sim/filter.h"
#include "sim/fragment.h"
#include "sim/nat.h"
#include "sim/world.h"

#include <stdlib.h>

/* True: the packet goes on. */
static bool filter(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet, bool before_ttl)
{
	const struct sn_sim_filter *f = sn_sim_filter_find(sim, node, iface, packet, before_ttl);
	if (!f || f->action == SN_SIM_ACCEPT)
		return true;
	/* answered by its own stack, in whatever name the packet was addressed to */
	if (f->action == SN_SIM_INTERCEPT) {
		sn_sim_note(sim, SN_SIM_TAKEN, node, packet);
		sn_sim_deliver(sim, node, iface, packet);
		return false;
	}
	sn_sim_note(sim, SN_SIM_FILTERED, node, packet);
	if (f->action == SN_SIM_REJECT && f->reject->tcp_reset)
		sn_sim_tcp_refuse(sim, node, packet);
	else if (f->action == SN_SIM_REJECT)
		sn_sim_complain(sim, node, iface, packet, &f->reject->message, 0);
	return false;
}

static void unroutable(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet, enum sn_sim_route_kind kind)
{
	sn_sim_note(sim, SN_SIM_UNROUTED, node, packet);
	if (kind != SN_SIM_ROUTE_BLACKHOLE)
		sn_sim_complain(sim, node, iface, packet,
		                sn_sim_message(kind == SN_SIM_ROUTE_PROHIBIT ? SN_SIM_SAY_PROHIBITED : SN_SIM_SAY_NO_ROUTE), 0);
}

static bool is_oversized(const struct sn_sim *sim, uint32_t iface_out, const struct sn_sim_packet *packet)
{
	return packet->length_bytes > SN_SIM_WAY(&sim->net, iface_out)->mtu_bytes && (packet->ip.version == 6 || packet->ip.df);
}

static void oversized(struct sn_sim *sim, uint32_t node, uint32_t iface, uint32_t iface_out, const struct sn_sim_packet *packet)
{
	const struct sn_sim_direction *way = SN_SIM_WAY(&sim->net, iface_out);
	uint32_t said_bytes = way->mtu_said_bytes == SN_SIM_NONE ? way->mtu_bytes : way->mtu_said_bytes;
	sn_sim_note(sim, SN_SIM_OVERSIZED, node, packet);
	if (!sim->net.links[iface_out / 2].mtu_silent)
		sn_sim_complain(sim, node, iface, packet, sn_sim_message(SN_SIM_SAY_TOO_BIG), said_bytes);
}

static bool is_local(const struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet)
{
	return packet->dst_address != SN_SIM_NONE && sim->net.addresses[packet->dst_address].node == node;
}

/* A new destination has a way of its own. True: the packet goes on. */
static bool rewrite_behind_ttl(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_hop *hop, struct sn_sim_packet *packet)
{
	struct sonde_addr dst = packet->ip.dst;
	if (sim->net.nodes[node].rewrite_count == 0)
		return true;
	sn_sim_rewrite(sim, node, iface, hop->iface, false, packet);
	if (sonde_addr_equal(&dst, &packet->ip.dst))
		return true;
	if (is_local(sim, node, packet)) {
		sn_sim_note(sim, SN_SIM_TAKEN, node, packet);
		sn_sim_deliver(sim, node, iface, packet);
		return false;
	}
	bool routed = sn_sim_route(sim, node, packet, hop);
	if (routed && hop->kind == SN_SIM_ROUTE_VIA)
		return true;
	unroutable(sim, node, iface, packet, routed ? hop->kind : SN_SIM_ROUTE_UNREACHABLE);
	return false;
}

/* Hands a packet on, in pieces where it is too long and the router cuts such ones; takes it. Others let it pass whole whatever the MTU, as
 * if cut and put together again. */
static void pass(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_hop *hop, struct sn_sim_packet *packet)
{
	uint32_t mtu_bytes = SN_SIM_WAY(&sim->net, hop->iface)->mtu_bytes;
	if (!sim->net.nodes[node].fragments || packet->length_bytes <= mtu_bytes) {
		sn_sim_pass(sim, node, iface, hop, packet);
		return;
	}
	struct sn_sim_packet *pieces[SN_SIM_CUT_MAX];
	size_t count = sn_sim_cut(sim, packet, mtu_bytes, pieces, SN_SIM_CUT_MAX);
	for (size_t i = 0; i < count; i++)
		sn_sim_pass(sim, node, iface, hop, pieces[i]);
	free(packet);
}

/* True: the packet was passed on. */
static bool forward(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_packet *packet)
{
	struct sn_sim_hop hop;
	bool routed = sn_sim_route(sim, node, packet, &hop);
	if (!routed || hop.kind != SN_SIM_ROUTE_VIA) {
		unroutable(sim, node, iface, packet, routed ? hop.kind : SN_SIM_ROUTE_UNREACHABLE);
		return false;
	}
	if (packet->ip.ttl <= (sim->net.nodes[node].rewrite_count ? sn_sim_rewrite_last_ttl(sim, node, iface, packet) : 1)) {
		sn_sim_note(sim, SN_SIM_EXPIRED, node, packet);
		sn_sim_complain(sim, node, iface, packet, sn_sim_message(SN_SIM_SAY_TIME_EXCEEDED), 0);
		return false;
	}
	if (is_oversized(sim, hop.iface, packet)) {
		oversized(sim, node, iface, hop.iface, packet);
		return false;
	}
	/* Before the filters, as Linux does: what a firewall refuses is quoted with the TTL that it would have gone on with. */
	sn_sim_packet_age(packet);
	if (!filter(sim, node, iface, packet, false))
		return false;
	if (!rewrite_behind_ttl(sim, node, iface, &hop, packet))
		return false;
	sn_sim_note(sim, SN_SIM_FORWARDED, node, packet);
	pass(sim, node, iface, &hop, packet);
	return true;
}

/* The strict check of sources: it came by another interface than the way to whoever sent it (RFC 3704 section 2.2). */
static bool is_refused(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet)
{
	struct sn_sim_hop hop;
	if (!sim->net.nodes[node].rp_filter || iface == SN_SIM_NONE || packet->ip.version != 4)
		return false;
	return !sn_sim_route_to(sim, node, &packet->ip.src, &hop) || hop.kind != SN_SIM_ROUTE_VIA || hop.iface != iface;
}

/* A packet for the node itself: its stack gets it, and of the observer whoever stands behind it. True: that one took it. */
static bool receive(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_packet *packet)
{
	sn_sim_deliver(sim, node, iface, packet);
	if (sim->net.nodes[node].kind != SN_SIM_OBSERVER)
		return false;
	sim->counts.delivered++;
	sim->delivered = packet;
	return true;
}

/* The same of a fragment, when all of them are there. */
static void receive_piece(struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *piece)
{
	struct sn_sim_packet *whole = sn_sim_join(sim, node, piece);
	if (whole && !receive(sim, node, iface, whole))
		free(whole);
}

/* True: the packet was taken. */
static bool take(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_packet *packet)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	if (sn_sim_window_holds(&n->down, sim->now_at_ns) || (packet->ip.odd & SN_ODD_HEADER_CHECKSUM))
		return false;
	if (n->rewrite_count)
		sn_sim_nat_back(sim, node, iface == SN_SIM_NONE, packet);
	bool local = is_local(sim, node, packet), refused = local && is_refused(sim, node, iface, packet);
	if (local && iface != SN_SIM_NONE)
		sn_sim_see(sim, node, packet, false, refused);
	if (refused) {
		sn_sim_note(sim, SN_SIM_FILTERED, node, packet);
		return false;
	}
	if (!filter(sim, node, iface, packet, true))
		return false;
	if (n->rewrite_count) {
		sn_sim_rewrite(sim, node, iface, SN_SIM_NONE, true, packet);
		local = is_local(sim, node, packet);
	}
	/* Multicast and broadcast go no further than their link, and nobody there has joined. */
	if (!local)
		return n->kind == SN_SIM_ROUTER && sn_addr_kind(&packet->ip.dst) == SN_ADDR_UNICAST && forward(sim, node, iface, packet);
	if (!filter(sim, node, iface, packet, false))
		return false;
	sn_sim_note(sim, SN_SIM_TAKEN, node, packet);
	if (!(packet->ip.mf || packet->ip.fragment_offset_bytes) || (n->kind == SN_SIM_OBSERVER && !n->kernel))
		return receive(sim, node, iface, packet);
	receive_piece(sim, node, iface, packet);
	return false;
}

void sn_sim_arrive(struct sn_sim *sim, uint32_t node, uint32_t iface, struct sn_sim_packet *packet)
{
	if (!take(sim, node, iface, packet))
		free(packet);
}
