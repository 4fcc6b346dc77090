/* SPDX-License-Identifier: MIT */
/* Nodes and edges of traces, each once. */
#include "out/graph.h"

#include <stdlib.h>
#include <string.h>

enum { FLOW_WORDS = 4, NOWHERE = SONDE_TTL_LAST + 1 };

struct flows {
	uint64_t bits[FLOW_WORDS];
};

/* The nodes that a hop of one trace came to, with the flows that got there. */
struct front {
	size_t *nodes;
	struct flows *flows;
	size_t count, capacity;
	bool silent;
};

struct maker {
	struct sn_graph *graph;
	const struct sn_report *report;
	bool by_hop;
	unsigned target_ttl;    /* of a comparison: where methods that got to the target found it; 0: none did */
	size_t node_capacity, edge_capacity;
};

void sn_graph_finish(struct sn_graph *graph)
{
	free(graph->nodes);
	free(graph->edges);
	*graph = (struct sn_graph){0};
}

/* ---- nodes ---- */

static int class_of(const struct sn_node *node)
{
	return node->kind == SN_NODE_SOURCE ? 0 : node->kind == SN_NODE_SILENT ? 2 : 1;
}

/* Where it stands, as far as that tells it from others. A target that nobody got to is behind all. */
static unsigned place_of(const struct maker *maker, const struct sn_node *node)
{
	if (node->kind == SN_NODE_SILENT)
		return node->first_ttl;
	if (!maker->by_hop || node->kind == SN_NODE_SOURCE)
		return 0;
	bool unreached = node->kind == SN_NODE_TARGET && !node->answered;
	return !unreached ? node->first_ttl : maker->target_ttl ? maker->target_ttl : NOWHERE;
}

static int compare_nodes(const void *a, const void *b, void *ctx)
{
	const struct sn_node *p = a, *q = b;
	unsigned p_at = place_of(ctx, p), q_at = place_of(ctx, q);
	int order = (p_at > q_at) - (p_at < q_at);
	order = order ? order : class_of(p) - class_of(q);
	if (order || p->kind != SN_NODE_SILENT) {
		order = order ? order : p->addr.family - q->addr.family;
		order = order ? order : memcmp(p->addr.bytes, q->addr.bytes, sizeof p->addr.bytes);
		return order ? order : (p->addr.scope_id > q->addr.scope_id) - (p->addr.scope_id < q->addr.scope_id);
	}
	order = p->last_ttl - q->last_ttl;
	return order ? order : (p->trace > q->trace) - (p->trace < q->trace);
}

static void add_node(struct maker *maker, const struct sn_node *node)
{
	struct sn_graph *graph = maker->graph;
	if (graph->node_count == maker->node_capacity) {
		size_t wanted = maker->node_capacity ? maker->node_capacity * 2 : 64;
		struct sn_node *grown = reallocarray(graph->nodes, wanted, sizeof *grown);
		graph->bad |= !grown;
		if (!grown)
			return;
		graph->nodes = grown;
		maker->node_capacity = wanted;
	}
	graph->nodes[graph->node_count++] = *node;
}

static struct sn_node source_of(const struct sonde_trace_cfg *cfg)
{
	return (struct sn_node){.kind = SN_NODE_SOURCE, .addr = cfg->src, .answered = true, .best_ns = -1};
}

static struct sn_node responder_of(const struct sonde_row *row, size_t r, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_responder *responder = &row->responders[r];
	bool target = sonde_addr_equal(&responder->addr, &cfg->dst), named = target;
	for (size_t i = 0; i < row->responder_count; i++)
		named |= sonde_addr_equal(&row->responders[i].addr, &cfg->dst);
	target |= row->is_target && !named; /* it answers in another name */
	return (struct sn_node){.kind = target ? SN_NODE_TARGET : SN_NODE_ROUTER,
	                        .addr = responder->addr,
	                        .first_ttl = row->ttl,
	                        .last_ttl = row->ttl,
	                        .answered = true,
	                        .best_ns = responder->timed_count ? responder->best_ns : -1};
}

static bool says_more(const struct sonde_row *row, size_t r)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (sonde_query_is_answered(query) && query->answer.meaning != SONDE_M_PACKET_TOO_BIG &&
		    sonde_addr_equal(&query->answer.from, &row->responders[r].addr))
			return true;
	}
	return false;
}

/* Who only refuses large packets, as in a search for the path MTU, is nearer than these were to get. */
static bool stands_here(const struct sonde_row *row, size_t r)
{
	bool more = false;
	for (size_t i = 0; i < row->responder_count; i++)
		more |= says_more(row, i);
	return !more || says_more(row, r);
}

static struct sn_node unreached_of(const struct sonde_trace_cfg *cfg)
{
	return (struct sn_node){.kind = SN_NODE_TARGET, .addr = cfg->dst, .best_ns = -1};
}

static struct sn_node silent_of(const struct maker *maker, size_t trace, unsigned first, unsigned last)
{
	bool shared = maker->report->compared;
	return (struct sn_node){.kind = SN_NODE_SILENT,
	                        .first_ttl = (uint8_t)first,
	                        .last_ttl = (uint8_t)last,
	                        .trace = shared ? 0 : trace,
	                        .shared = shared,
	                        .best_ns = -1};
}

/* The last of the silent hops that begin at ttl; below it where it answered. */
static unsigned silent_to(struct maker *maker, const struct sn_report_trace *trace, unsigned ttl, struct sonde_row *row)
{
	unsigned last = ttl - 1;
	while (last < sn_report_last_ttl(trace)) {
		if (sn_report_row(trace, last + 1, row) < 0) {
			maker->graph->bad = true;
			break;
		}
		if (row->responder_count)
			break;
		last++;
	}
	return last;
}

static void collect_nodes(struct maker *maker, size_t index, struct sonde_row *row)
{
	const struct sn_report_trace *trace = &maker->report->traces[index];
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(trace->path);
	struct sn_node node = source_of(cfg);
	add_node(maker, &node);
	for (unsigned ttl = sn_report_first_ttl(trace); ttl <= sn_report_last_ttl(trace) && !maker->graph->bad; ttl++) {
		unsigned last = silent_to(maker, trace, ttl, row);
		if (last >= ttl) {
			node = silent_of(maker, index, ttl, last);
			add_node(maker, &node);
			ttl = last;
			continue;
		}
		for (size_t r = 0; r < row->responder_count; r++) {
			node = responder_of(row, r, cfg);
			if (stands_here(row, r))
				add_node(maker, &node);
		}
	}
	node = unreached_of(cfg);
	if (!sn_report_reached(trace))
		add_node(maker, &node);
}

static void merge(struct sn_node *into, const struct sn_node *node)
{
	if (into->kind == SN_NODE_ROUTER && node->kind == SN_NODE_TARGET)
		into->kind = SN_NODE_TARGET;
	if (node->first_ttl && (!into->first_ttl || node->first_ttl < into->first_ttl))
		into->first_ttl = node->first_ttl;
	if (node->last_ttl > into->last_ttl)
		into->last_ttl = node->last_ttl;
	into->answered |= node->answered;
	if (node->best_ns >= 0 && (into->best_ns < 0 || node->best_ns < into->best_ns))
		into->best_ns = node->best_ns;
}

/* Puts them in order, each once. */
static void order_nodes(struct maker *maker)
{
	struct sn_graph *graph = maker->graph;
	size_t count = 0;
	if (!graph->node_count)
		return;
	qsort_r(graph->nodes, graph->node_count, sizeof *graph->nodes, compare_nodes, maker);
	for (size_t i = 1; i < graph->node_count; i++)
		if (compare_nodes(&graph->nodes[count], &graph->nodes[i], maker) == 0)
			merge(&graph->nodes[count], &graph->nodes[i]);
		else
			graph->nodes[++count] = graph->nodes[i];
	graph->node_count = count + 1;
}

/* ---- edges ---- */

static void add_edge(struct maker *maker, const struct sn_edge *edge)
{
	struct sn_graph *graph = maker->graph;
	if (graph->edge_count == maker->edge_capacity) {
		size_t wanted = maker->edge_capacity ? maker->edge_capacity * 2 : 64;
		struct sn_edge *grown = reallocarray(graph->edges, wanted, sizeof *grown);
		graph->bad |= !grown;
		if (!grown)
			return;
		graph->edges = grown;
		maker->edge_capacity = wanted;
	}
	graph->edges[graph->edge_count++] = *edge;
}

/* Adds a node to a front, with no flow yet. Its flows; NULL: out of memory. */
static struct flows *stand(struct maker *maker, struct front *front, const struct sn_node *node)
{
	const struct sn_graph *graph = maker->graph;
	const struct sn_node *found = NULL;
	for (size_t low = 0, high = graph->node_count; !found && low < high;) {
		size_t middle = low + (high - low) / 2;
		int order = compare_nodes(node, &graph->nodes[middle], maker);
		found = order == 0 ? &graph->nodes[middle] : NULL;
		low = order > 0 ? middle + 1 : low;
		high = order < 0 ? middle : high;
	}
	if (front->count == front->capacity) {
		size_t wanted = front->capacity ? front->capacity * 2 : 8;
		size_t *nodes = reallocarray(front->nodes, wanted, sizeof *nodes);
		front->nodes = nodes ? nodes : front->nodes;
		struct flows *flows = reallocarray(front->flows, wanted, sizeof *flows);
		front->flows = flows ? flows : front->flows;
		maker->graph->bad |= !nodes || !flows;
		front->capacity = nodes && flows ? wanted : front->capacity;
	}
	if (!found || maker->graph->bad)
		return NULL;
	front->nodes[front->count] = (size_t)(found - graph->nodes);
	front->flows[front->count] = (struct flows){{0}};
	return &front->flows[front->count++];
}

static void stand_all(struct maker *maker, struct front *front, const struct sonde_row *row, const struct sonde_trace_cfg *cfg)
{
	front->count = 0;
	front->silent = false;
	for (size_t r = 0; r < row->responder_count; r++) {
		const struct sn_node node = responder_of(row, r, cfg);
		struct flows *flows = stands_here(row, r) ? stand(maker, front, &node) : NULL;
		for (size_t i = 0; flows && i < row->query_count; i++) {
			const struct sonde_query *query = row->queries[i];
			if (sonde_query_is_answered(query) && sonde_addr_equal(&query->answer.from, &node.addr))
				flows->bits[query->probe.flow / 64] |= UINT64_C(1) << query->probe.flow % 64;
		}
	}
}

static void stand_alone(struct maker *maker, struct front *front, const struct sn_node *node)
{
	front->count = 0;
	front->silent = node->kind == SN_NODE_SILENT;
	struct flows *flows = stand(maker, front, node);
	if (flows)
		memset(flows->bits, 0xff, sizeof flows->bits); /* each may have been there */
}

static bool meet(const struct flows *a, const struct flows *b)
{
	for (size_t i = 0; i < FLOW_WORDS; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

/* A flow that was at one and then at the other shows a link. What no flow leads to came by a way that is not known. */
static void connect(struct maker *maker, const struct front *from, const struct front *to, size_t trace, bool near, bool stops)
{
	for (size_t k = 0; k < to->count; k++) {
		bool met = false;
		for (size_t i = 0; i < from->count; i++)
			met |= meet(&from->flows[i], &to->flows[k]);
		bool seen = met && near && !from->silent && !to->silent;
		for (size_t i = 0; i < from->count; i++) {
			const struct sn_edge edge = {
			    .from = from->nodes[i], .to = to->nodes[k], .trace = trace, .stops = stops, .seen = seen};
			if (!met || meet(&from->flows[i], &to->flows[k]))
				add_edge(maker, &edge);
		}
	}
}

static void collect_edges(struct maker *maker, size_t index, struct sonde_row *row)
{
	const struct sn_report_trace *trace = &maker->report->traces[index];
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(trace->path);
	struct front fronts[2] = {0}, *from = &fronts[0], *to = &fronts[1];
	struct sn_node node = source_of(cfg);
	stand_alone(maker, from, &node);
	bool near = sn_report_first_ttl(trace) == 1;
	for (unsigned ttl = sn_report_first_ttl(trace); ttl <= sn_report_last_ttl(trace) && !maker->graph->bad; ttl++) {
		unsigned last = silent_to(maker, trace, ttl, row);
		node = silent_of(maker, index, ttl, last);
		if (last >= ttl)
			stand_alone(maker, to, &node);
		else
			stand_all(maker, to, row, cfg);
		ttl = last >= ttl ? last : ttl;
		connect(maker, from, to, index, near, false);
		near = true;
		struct front *swap = from;
		from = to;
		to = swap;
	}
	node = unreached_of(cfg);
	if (!sn_report_reached(trace)) {
		stand_alone(maker, to, &node);
		connect(maker, from, to, index, false, true);
	}
	for (size_t i = 0; i < 2; i++) {
		free(fronts[i].nodes);
		free(fronts[i].flows);
	}
}

static int compare_edges(const void *a, const void *b)
{
	const struct sn_edge *p = a, *q = b;
	if (p->from != q->from)
		return p->from < q->from ? -1 : 1;
	if (p->to != q->to)
		return p->to < q->to ? -1 : 1;
	return (p->trace > q->trace) - (p->trace < q->trace);
}

static void order_edges(struct sn_graph *graph)
{
	size_t count = 0;
	if (!graph->edge_count)
		return;
	qsort(graph->edges, graph->edge_count, sizeof *graph->edges, compare_edges);
	for (size_t i = 1; i < graph->edge_count; i++)
		if (compare_edges(&graph->edges[count], &graph->edges[i]) == 0) {
			graph->edges[count].seen |= graph->edges[i].seen;
			graph->edges[count].stops &= graph->edges[i].stops;
		} else {
			graph->edges[++count] = graph->edges[i];
		}
	graph->edge_count = count + 1;
}

void sn_graph_make(struct sn_graph *graph, const struct sn_report *report, size_t first, size_t count, bool by_hop)
{
	struct maker maker = {.graph = graph, .report = report, .by_hop = by_hop};
	struct sonde_row row = {0};
	*graph = (struct sn_graph){0};
	for (size_t i = first; report->compared && i < first + count && !maker.target_ttl; i++)
		maker.target_ttl = sonde_path_distance(report->traces[i].path);
	for (size_t i = first; i < first + count; i++)
		collect_nodes(&maker, i, &row);
	order_nodes(&maker);
	for (size_t i = first; i < first + count; i++)
		collect_edges(&maker, i, &row);
	order_edges(graph);
	sonde_row_finish(&row);
}
