/* SPDX-License-Identifier: MIT */
/* What the observer's interfaces have seen, beside what came to it: a queue of copies that somebody may ask for. */
#include "packet/transport.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

enum { HEARD_MAX = 1 << 16 };

void sn_sim_heard_finish(struct sn_sim_heard *heard)
{
	for (size_t i = heard->first; i < heard->count; i++)
		free(heard->items[i].packet);
	free(heard->items);
	*heard = (struct sn_sim_heard){0};
}

static bool is_reset(const struct sn_sim_packet *packet)
{
	const uint8_t *upper = NULL;
	size_t upper_bytes = sn_sim_upper(packet, &upper);
	struct sn_tcp tcp;
	return packet->ip.protocol == SN_PROTO_TCP && sn_tcp_parse(upper, upper_bytes, &tcp) && tcp.flags & SN_TCP_RST;
}

/* What finds no room is not kept: the queue is for networks of a few hosts. */
static bool room(struct sn_sim_heard *heard)
{
	if (heard->count < heard->capacity)
		return true;
	size_t capacity = heard->capacity ? heard->capacity * 2 : 64;
	struct sn_sim_glimpse *items = capacity <= HEARD_MAX ? reallocarray(heard->items, capacity, sizeof *items) : NULL;
	if (!items)
		return false;
	heard->items = items;
	heard->capacity = capacity;
	return true;
}

void sn_sim_see(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet, bool outgoing, bool refused)
{
	const struct sn_sim_node *n = &sim->net.nodes[node];
	bool keeps = n->filter_count > 0 || n->rp_filter;
	if (n->kind != SN_SIM_OBSERVER || !keeps || (outgoing && !is_reset(packet)))
		return;
	struct sn_sim_packet *copy = room(&sim->heard) ? malloc(sizeof *copy + packet->length_bytes) : NULL;
	sim->starved |= !copy;
	if (!copy)
		return;
	memcpy(copy, packet, sizeof *copy + packet->length_bytes);
	sim->heard.items[sim->heard.count++] = (struct sn_sim_glimpse){
	    .packet = copy, .at_ns = sim->now_at_ns, .outgoing = outgoing, .refused = refused};
}

size_t sn_sim_overhear(struct sn_sim *sim, uint8_t *bytes, size_t capacity_bytes, sonde_at_ns *at_ns, bool *outgoing,
                       bool *refused)
{
	struct sn_sim_heard *heard = &sim->heard;
	if (heard->first == heard->count)
		return 0;
	const struct sn_sim_glimpse *glimpse = &heard->items[heard->first++];
	size_t length_bytes = glimpse->packet->length_bytes < capacity_bytes ? glimpse->packet->length_bytes : capacity_bytes;
	memcpy(bytes, glimpse->packet->bytes, length_bytes);
	*at_ns = glimpse->at_ns;
	*outgoing = glimpse->outgoing;
	*refused = glimpse->refused;
	free(glimpse->packet);
	if (heard->first == heard->count)
		heard->first = heard->count = 0;
	return length_bytes;
}
