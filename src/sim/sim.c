/* SPDX-License-Identifier: MIT */
/* The clockwork of the simulated internet: what happens when, what goes in and what comes out. */
#include "sim/filter.h"
#include "sim/fragment.h"
#include "sim/nat.h"
#include "sim/parse.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

/* Streams of the seeded generator: one per way of a link, one per node. */
#define NODE_STREAM (UINT64_C(1) << 32)

static int build(struct sn_sim *sim, uint64_t seed, struct sonde_error *err)
{
	size_t way_count = 2 * sim->net.link_count;
	sim->seed = seed;
	sim->free_event = SN_SIM_NONE;
	sim->ways = calloc(way_count + 1, sizeof *sim->ways);
	sim->nodes = calloc(sim->net.node_count, sizeof *sim->nodes);
	if (!sim->ways || !sim->nodes || sn_sim_tcp_new(sim) != 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "building a network of %zu nodes", sim->net.node_count);
	for (size_t i = 0; i < way_count; i++)
		sn_rng_init(&sim->ways[i].rng, seed, i);
	for (size_t i = 0; i < sim->net.node_count; i++) {
		sn_rng_init(&sim->nodes[i].rng, seed, NODE_STREAM + i);
		sim->nodes[i].ip_id = (uint16_t)sn_rng_next(&sim->nodes[i].rng);
	}
	return 0;
}

int sn_sim_new(struct sn_sim **out, const char *text, size_t text_bytes, const char *file_name, uint64_t seed, struct sonde_error *err)
{
	struct sn_sim *sim = calloc(1, sizeof *sim);
	*out = NULL;
	if (!sim)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "%s: building the network", file_name);
	int result = sn_sim_parse(&sim->net, text, text_bytes, file_name, err);
	if (!result)
		result = build(sim, seed, err);
	if (result) {
		sn_sim_free(sim);
		return result;
	}
	*out = sim;
	return 0;
}

void sn_sim_free(struct sn_sim *sim)
{
	if (!sim)
		return;
	/* Free slots hold no packet. */
	for (size_t i = 0; i < sim->event_count; i++)
		free(sim->events[i].packet);
	for (size_t i = 0; sim->nodes && i < sim->net.node_count; i++)
		sn_sim_limiter_finish(&sim->nodes[i].limiter);
	free(sim->events);
	free(sim->delivered);
	sn_sim_heard_finish(&sim->heard);
	free(sim->ways);
	free(sim->nodes);
	sn_sim_tcp_free(sim);
	sn_sim_nat_finish(sim);
	sn_sim_pieces_finish(sim);
	sn_heap_finish(&sim->heap);
	sn_sim_net_finish(&sim->net);
	free(sim);
}

int sn_sim_at(struct sn_sim *sim, sonde_at_ns at_ns, const struct sn_sim_event *event)
{
	uint32_t index = sim->free_event;
	if (index != SN_SIM_NONE) {
		sim->free_event = sim->events[index].next_free;
	} else if (sn_sim_grow(&sim->events, &sim->event_count, sizeof *sim->events, SN_SIM_EVENTS_MAX)) {
		index = (uint32_t)(sim->event_count - 1);
	} else {
		sim->starved |= sim->event_count < SN_SIM_EVENTS_MAX;
		free(event->packet);
		return SONDE_E_NOMEM;
	}
	sim->events[index] = *event;
	int result = sn_heap_push(&sim->heap, at_ns, index);
	if (result) {
		sim->starved = true;
		free(event->packet);
		sim->events[index] = (struct sn_sim_event){.next_free = sim->free_event};
		sim->free_event = index;
	}
	return result;
}

static void happen(struct sn_sim *sim, uint32_t index)
{
	/* The slot is given back first: what happens may need it. */
	struct sn_sim_event event = sim->events[index];
	sim->events[index] = (struct sn_sim_event){.next_free = sim->free_event};
	sim->free_event = index;
	switch (event.kind) {
	case SN_SIM_EV_ARRIVE:
		sn_sim_arrive(sim, event.node, event.iface, event.packet);
		break;
	case SN_SIM_EV_SEND:
		sn_sim_originate(sim, event.node, event.packet);
		break;
	case SN_SIM_EV_UNRESOLVED:
		sn_sim_note(sim, SN_SIM_UNRESOLVED, event.node, event.packet);
		sn_sim_complain(sim, event.node, event.iface, event.packet, sn_sim_message(SN_SIM_SAY_HOST_UNREACHABLE), 0);
		free(event.packet);
		break;
	case SN_SIM_EV_TCP:
		sn_sim_tcp_timer(sim, event.tcp, event.generation);
		break;
	}
}

/* Whether the observer's own stack lets a packet out now: 0 or why not. */
static int leaves(const struct sn_sim *sim, const struct sn_sim_packet *packet)
{
	struct sn_sim_hop hop;
	uint32_t observer = sim->net.observer;
	if (packet->dst_address != SN_SIM_NONE && sim->net.addresses[packet->dst_address].node == observer)
		return 0;
	if (!sn_sim_route_to(sim, observer, &packet->ip.dst, &hop) || hop.kind != SN_SIM_ROUTE_VIA)
		return SONDE_E_ROUTE;
	const struct sn_sim_link *link = &sim->net.links[hop.iface / 2];
	if (sn_sim_window_holds(&link->down, sim->now_at_ns))
		return SONDE_E_DOWN;
	const struct sn_sim_filter *filter = sn_sim_filter_find(sim, observer, SN_SIM_NONE, packet, false);
	if (filter && filter->action != SN_SIM_ACCEPT)
		return SONDE_E_FIREWALL;
	return packet->length_bytes > link->way[hop.iface & 1u].mtu_bytes ? SONDE_E_TOOBIG : 0;
}

int sn_sim_inject(struct sn_sim *sim, const uint8_t *bytes, size_t length_bytes, sonde_at_ns at_ns)
{
	int result = 0;
	bool starved = sim->starved; /* what fails here is told to who sends */
	struct sn_sim_packet *packet = sn_sim_packet_new(sim, bytes, length_bytes, &result);
	sim->starved = starved;
	if (!packet)
		return result;
	/* What happens before at_ns may still have to happen: the network's own time stays where it is. */
	sonde_at_ns now_at_ns = sim->now_at_ns;
	if (at_ns > now_at_ns)
		sim->now_at_ns = at_ns;
	struct sn_sim_event event = {.kind = SN_SIM_EV_SEND, .node = sim->net.observer, .iface = SN_SIM_NONE, .packet = packet};
	packet->number = sim->counts.injected + 1;
	result = leaves(sim, packet);
	if (result)
		free(packet);
	else
		result = sn_sim_at(sim, sim->now_at_ns, &event);
	sim->starved = starved;
	sim->now_at_ns = now_at_ns;
	sim->counts.injected += !result;
	return result;
}

sonde_at_ns sn_sim_next_at(const struct sn_sim *sim)
{
	return sn_heap_next_at(&sim->heap);
}

size_t sn_sim_pop(struct sn_sim *sim, sonde_at_ns now, uint8_t *bytes, size_t capacity_bytes, sonde_at_ns *at_ns)
{
	struct sn_heap_item item;
	while (!sim->delivered && sn_heap_next_at(&sim->heap) <= now && sn_heap_pop(&sim->heap, &item)) {
		if (item.at_ns > sim->now_at_ns)
			sim->now_at_ns = item.at_ns;
		happen(sim, (uint32_t)item.value);
	}
	if (!sim->delivered) {
		if (now != SONDE_NEVER && now > sim->now_at_ns)
			sim->now_at_ns = now;
		return 0;
	}
	size_t length_bytes = sim->delivered->length_bytes < capacity_bytes ? sim->delivered->length_bytes : capacity_bytes;
	memcpy(bytes, sim->delivered->bytes, length_bytes);
	*at_ns = sim->now_at_ns;
	free(sim->delivered);
	sim->delivered = NULL;
	return length_bytes;
}

bool sn_sim_lookup(const struct sn_sim *sim, const char *name, uint8_t family, size_t nth, struct sonde_addr *out)
{
	size_t found = 0;
	for (size_t i = 0; i < sim->net.name_count; i++) {
		const struct sn_sim_name *n = &sim->net.names[i];
		if (strcmp(n->text, name) == 0 && (family == 0 || n->addr.family == family) && found++ == nth) {
			*out = n->addr;
			return true;
		}
	}
	uint32_t node = found ? SN_SIM_NONE : sn_sim_node_find(&sim->net, name);
	for (uint8_t is = 4; node != SN_SIM_NONE && is <= 6; is = (uint8_t)(is + 2)) {
		const struct sonde_addr *addr = family == 0 || family == is ? sn_sim_node_addr(&sim->net, node, is) : NULL;
		if (addr && found++ == nth) {
			*out = *addr;
			return true;
		}
	}
	return false;
}

const char *sn_sim_name_of(const struct sn_sim *sim, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < sim->net.name_count; i++)
		if (sonde_addr_equal(&sim->net.names[i].addr, addr))
			return sim->net.names[i].text;
	return NULL;
}

bool sn_sim_source(const struct sn_sim *sim, const struct sonde_addr *dst, struct sonde_addr *src, uint32_t *mtu_bytes)
{
	struct sn_sim_hop hop;
	if (!sn_sim_route_to(sim, sim->net.observer, dst, &hop) || hop.kind != SN_SIM_ROUTE_VIA)
		return false;
	const struct sonde_addr *addr = &sim->net.ifaces[hop.iface].addr[dst->family == 6];
	if (!addr->family)
		addr = sn_sim_node_addr(&sim->net, sim->net.observer, dst->family);
	if (!addr)
		return false;
	*src = *addr;
	*mtu_bytes = SN_SIM_WAY(&sim->net, hop.iface)->mtu_bytes;
	return true;
}

static void addresses_of(const struct sn_sim_net *net, uint32_t node, struct sonde_addr addr[2])
{
	for (size_t i = 0; i < 2; i++) {
		const struct sonde_addr *own = sn_sim_node_addr(net, node, i ? 6 : 4);
		addr[i] = own ? *own : (struct sonde_addr){0};
	}
}

bool sn_sim_name_at(const struct sn_sim *sim, size_t number, const char **name, struct sonde_addr addr[2])
{
	const struct sn_sim_net *net = &sim->net;
	if (number < net->name_count) {
		addr[0] = addr[1] = (struct sonde_addr){0};
		addr[net->names[number].addr.family == 6] = net->names[number].addr;
		*name = net->names[number].text;
		return true;
	}
	number -= net->name_count;
	if (number >= net->node_count)
		return false;
	addresses_of(net, (uint32_t)number, addr);
	*name = net->nodes[number].name;
	return true;
}

void sn_sim_observer(const struct sn_sim *sim, struct sonde_addr addr[2], uint32_t *mtu_bytes)
{
	const struct sn_sim_net *net = &sim->net;
	const struct sn_sim_node *node = &net->nodes[net->observer];
	addresses_of(net, net->observer, addr);
	*mtu_bytes = node->iface_count ? SN_SIM_WAY(net, net->ifaces_by_node[node->first_iface])->mtu_bytes : 1500;
}

void sn_sim_without_kernel(struct sn_sim *sim)
{
	sim->net.nodes[sim->net.observer].kernel = false;
}

bool sn_sim_has_family(const struct sn_sim *sim, uint8_t family)
{
	return sn_sim_node_addr(&sim->net, sim->net.observer, family) != NULL;
}

void sn_sim_counts(const struct sn_sim *sim, struct sn_sim_counts *out)
{
	*out = sim->counts;
}

bool sn_sim_policy_routed(const struct sn_sim *sim)
{
	return sim->net.nodes[sim->net.observer].policy_routed;
}

bool sn_sim_is_starved(const struct sn_sim *sim)
{
	return sim->starved;
}
