/* SPDX-License-Identifier: MIT */
/* Puts a declared network in order and computes who sends what where: for each prefix, the shortest way by hops from every node. */
#include "sim/net.h"

#include <stdlib.h>
#include <string.h>

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_address(const void *a, const void *b)
{
	const struct sn_sim_address *x = a, *y = b;
	int order = sn_sim_addr_compare(&x->addr, &y->addr);
	return order ? order : compare_u32(x->order, y->order);
}

static int compare_route(const void *a, const void *b)
{
	const struct sn_sim_route *x = a, *y = b;
	if (x->node != y->node)
		return compare_u32(x->node, y->node);
	return x->to.length_bits != y->to.length_bits ? y->to.length_bits - x->to.length_bits : compare_u32(x->order, y->order);
}

static int compare_place(const void *a, const void *b)
{
	const struct sn_sim_place *x = a, *y = b;
	return x->node != y->node ? compare_u32(x->node, y->node) : compare_u32(x->order, y->order);
}

static int compare_prefix(const void *a, const void *b)
{
	const struct sn_sim_prefix *x = a, *y = b;
	if (x->addr.family != y->addr.family)
		return x->addr.family - y->addr.family;
	return x->length_bits != y->length_bits ? y->length_bits - x->length_bits : sn_sim_addr_compare(&x->addr, &y->addr);
}

static void sort(void *items, size_t count, size_t element_bytes, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(items, count, element_bytes, compare);
}

static int list_ifaces(struct sn_sim_net *net)
{
	size_t iface_count = 2 * net->link_count, at = 0;
	net->ifaces_by_node = calloc(iface_count + 1, sizeof *net->ifaces_by_node);
	if (!net->ifaces_by_node)
		return SONDE_E_NOMEM;
	for (size_t i = 0; i < iface_count; i++)
		net->nodes[net->ifaces[i].node].iface_count++;
	for (size_t n = 0; n < net->node_count; n++) {
		net->nodes[n].first_iface = (uint32_t)at;
		at += net->nodes[n].iface_count;
		net->nodes[n].iface_count = 0;
	}
	for (size_t i = 0; i < iface_count; i++) {
		struct sn_sim_node *node = &net->nodes[net->ifaces[i].node];
		net->ifaces_by_node[node->first_iface + node->iface_count++] = (uint32_t)i;
	}
	return 0;
}

static void list_rules(struct sn_sim_net *net)
{
	sort(net->routes, net->route_count, sizeof *net->routes, compare_route);
	sort(net->filters, net->filter_count, sizeof *net->filters, compare_place);
	sort(net->rewrites, net->rewrite_count, sizeof *net->rewrites, compare_place);
	for (size_t i = net->route_count; i-- > 0;) {
		net->nodes[net->routes[i].node].first_route = (uint32_t)i;
		net->nodes[net->routes[i].node].route_count++;
	}
	for (size_t i = net->filter_count; i-- > 0;) {
		net->nodes[net->filters[i].place.node].first_filter = (uint32_t)i;
		net->nodes[net->filters[i].place.node].filter_count++;
	}
	for (size_t i = net->rewrite_count; i-- > 0;) {
		net->nodes[net->rewrites[i].place.node].first_rewrite = (uint32_t)i;
		net->nodes[net->rewrites[i].place.node].rewrite_count++;
	}
}

static int list_prefixes(struct sn_sim_net *net)
{
	net->prefixes = calloc(net->address_count + 1, sizeof *net->prefixes);
	if (!net->prefixes)
		return SONDE_E_NOMEM;
	for (size_t i = 0; i < net->address_count; i++)
		net->prefixes[i] = net->addresses[i].prefix;
	sort(net->prefixes, net->address_count, sizeof *net->prefixes, compare_prefix);
	for (size_t i = 0; i < net->address_count; i++)
		if (i == 0 || compare_prefix(&net->prefixes[i], &net->prefixes[net->prefix_count - 1]) != 0)
			net->prefixes[net->prefix_count++] = net->prefixes[i];
	return 0;
}

/* Marks the nodes on which a prefix ends, in order of the file, and puts them at the head of the queue. A host only ends its own
 * addresses and links between hosts: it forwards nothing. */
static size_t find_ends(const struct sn_sim_net *net, const struct sn_sim_prefix *prefix, uint32_t *queue, bool *seen)
{
	size_t count = 0;
	for (size_t i = 0; i < net->address_count; i++) {
		const struct sn_sim_address *a = &net->addresses[i];
		if (compare_prefix(&a->prefix, prefix) == 0)
			seen[a->node] = true;
	}
	for (uint32_t n = 0; n < net->node_count; n++)
		if (seen[n])
			queue[count++] = n;
	return count;
}

static bool passes_on(const struct sn_sim_net *net, uint32_t node, const struct sn_sim_prefix *prefix)
{
	if (net->nodes[node].kind == SN_SIM_ROUTER)
		return true;
	const struct sonde_addr *own = &net->nodes[node].own[prefix->addr.family == 6];
	return own->family && sn_sim_prefix_covers(prefix, own);
}

/* Breadth first from the ends of one prefix: the interface by which each node comes nearer. Ties: the end and the link declared first. */
static void spread(const struct sn_sim_net *net, size_t prefix, uint32_t *queue, bool *seen)
{
	uint32_t *hop = net->fib + prefix * net->node_count;
	memset(seen, 0, net->node_count * sizeof *seen);
	for (size_t n = 0; n < net->node_count; n++)
		hop[n] = SN_SIM_NONE;
	size_t count = find_ends(net, &net->prefixes[prefix], queue, seen);
	for (size_t at = 0; at < count; at++) {
		const struct sn_sim_node *node = &net->nodes[queue[at]];
		if (!passes_on(net, queue[at], &net->prefixes[prefix]))
			continue;
		for (uint32_t i = 0; i < node->iface_count; i++) {
			uint32_t theirs = net->ifaces_by_node[node->first_iface + i] ^ 1u, other = net->ifaces[theirs].node;
			if (seen[other])
				continue;
			seen[other] = true;
			hop[other] = theirs;
			queue[count++] = other;
		}
	}
}

static int compute(struct sn_sim_net *net)
{
	if (net->prefix_count && net->node_count > SN_SIM_FIB_MAX / net->prefix_count)
		return SONDE_E_RANGE;
	net->fib = calloc(net->prefix_count * net->node_count + 1, sizeof *net->fib);
	uint32_t *queue = calloc(net->node_count, sizeof *queue);
	bool *seen = calloc(net->node_count, sizeof *seen);
	int result = net->fib && queue && seen ? 0 : SONDE_E_NOMEM;
	for (size_t p = 0; !result && p < net->prefix_count; p++)
		spread(net, p, queue, seen);
	free(queue);
	free(seen);
	return result;
}

int sn_sim_net_complete(struct sn_sim_net *net)
{
	sort(net->addresses, net->address_count, sizeof *net->addresses, compare_address);
	list_rules(net);
	int result = list_ifaces(net);
	if (!result)
		result = list_prefixes(net);
	return result ? result : compute(net);
}
