/* SPDX-License-Identifier: MIT */
/* Keeping and finding the parts of a network. Knows neither the text it came from nor the packets that will cross it. */
#include "sim/net.h"

#include "base/addr.h"

#include <stdlib.h>
#include <string.h>

void sn_sim_net_finish(struct sn_sim_net *net)
{
	for (size_t i = 0; i < net->node_count; i++) {
		sn_buf_finish(&net->nodes[i].extension.objects);
		sn_sim_told_finish(&net->nodes[i].told);
	}
	free(net->nodes);
	free(net->links);
	free(net->ifaces);
	free(net->addresses);
	free(net->routes);
	free(net->filters);
	free(net->rewrites);
	free(net->names);
	free(net->ifaces_by_node);
	free(net->prefixes);
	free(net->fib);
	*net = (struct sn_sim_net){0};
}

void *sn_sim_grow(void *array, size_t *count, size_t element_bytes, size_t max_count)
{
	void **items = array;
	if (*count == max_count)
		return NULL;
	/* The capacity is the next power of two, so that it need not be kept. */
	if ((*count & (*count - 1)) == 0) {
		void *grown = realloc(*items, (*count ? *count * 2 : 1) * element_bytes);
		if (!grown)
			return NULL;
		*items = grown;
	}
	return memset((char *)*items + (*count)++ * element_bytes, 0, element_bytes);
}

uint32_t sn_sim_node_find(const struct sn_sim_net *net, const char *name)
{
	for (size_t i = 0; i < net->node_count; i++)
		if (strcmp(net->nodes[i].name, name) == 0)
			return (uint32_t)i;
	return SN_SIM_NONE;
}

int sn_sim_addr_compare(const struct sonde_addr *a, const struct sonde_addr *b)
{
	return a->family != b->family ? a->family - b->family : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

uint32_t sn_sim_address_find(const struct sn_sim_net *net, const struct sonde_addr *addr)
{
	size_t low = 0, high = net->address_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = sn_sim_addr_compare(&net->addresses[middle].addr, addr);
		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SN_SIM_NONE;
}

bool sn_sim_prefix_covers(const struct sn_sim_prefix *prefix, const struct sonde_addr *addr)
{
	if (prefix->addr.family != addr->family)
		return false;
	size_t whole = prefix->length_bits / 8;
	uint8_t mask = (uint8_t)(0xff00 >> prefix->length_bits % 8);
	return memcmp(prefix->addr.bytes, addr->bytes, whole) == 0 && (!mask || prefix->addr.bytes[whole] == (addr->bytes[whole] & mask));
}

void sn_sim_prefix_trim(struct sn_sim_prefix *prefix)
{
	size_t whole = prefix->length_bits / 8, bytes = sn_addr_bytes(&prefix->addr);
	if (whole == bytes)
		return;
	prefix->addr.bytes[whole] &= (uint8_t)(0xff00 >> prefix->length_bits % 8);
	memset(prefix->addr.bytes + whole + 1, 0, bytes - whole - 1);
}

uint32_t sn_sim_prefix_find(const struct sn_sim_net *net, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < net->prefix_count; i++)
		if (sn_sim_prefix_covers(&net->prefixes[i], addr))
			return (uint32_t)i;
	return SN_SIM_NONE;
}

const struct sonde_addr *sn_sim_node_addr(const struct sn_sim_net *net, uint32_t node, uint8_t family)
{
	const struct sn_sim_node *n = &net->nodes[node];
	if (n->own[family == 6].family)
		return &n->own[family == 6];
	for (uint32_t i = 0; i < n->iface_count; i++) {
		const struct sonde_addr *addr = &net->ifaces[net->ifaces_by_node[n->first_iface + i]].addr[family == 6];
		if (addr->family)
			return addr;
	}
	return NULL;
}

bool sn_sim_window_holds(const struct sn_sim_window *window, sonde_at_ns at_ns)
{
	return window->from_at_ns <= at_ns && at_ns < window->until_at_ns;
}

bool sn_sim_ports_hold(const struct sn_sim_ports *ports, uint16_t port)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->range[i].first <= port && port <= ports->range[i].last)
			return true;
	return false;
}
