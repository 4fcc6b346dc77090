/* SPDX-License-Identifier: MIT */
/* The way as a drawing: a layer for each hop, from this machine down to the target. */
#include "out/html.h"

#include "base/clean.h"
#include "out/graph.h"

#include <stdlib.h>
#include <string.h>

enum {
	GUTTER = 44,         /* for the numbers of hops */
	NODE4_WIDTH = 172,
	NODE6_WIDTH = 300,   /* 39 characters of an address */
	NODE_HEIGHT = 42,
	GAP_WIDTH = 22,
	LAYER_HEIGHT = 82,
	LINE_OFFSET = 5,     /* between lines of several methods */
	MARGIN = 8,
};

struct drawing {
	struct sn_buf *buf;
	const struct sn_report *report;
	size_t first, trace_count;
	struct sn_graph graph;
	int *x, *y;          /* of each node: the middle of its upper side */
	int width, height, node_width;
};

/* What stands in one layer: nodes are in the order of the way, those of one hop together. A target that nobody got to is alone. */
static bool same_layer(const struct sn_node *a, const struct sn_node *b)
{
	bool unreached = a->kind == SN_NODE_TARGET && !a->answered;
	return a->first_ttl == b->first_ttl && !unreached == !(b->kind == SN_NODE_TARGET && !b->answered);
}

static size_t layer_end(const struct sn_graph *graph, size_t from)
{
	size_t to = from + 1;
	while (to < graph->node_count && same_layer(&graph->nodes[from], &graph->nodes[to]))
		to++;
	return to;
}

/* False: out of memory. */
static bool lay_out(struct drawing *d)
{
	const struct sn_graph *graph = &d->graph;
	size_t widest = 1;
	d->node_width = NODE4_WIDTH;
	d->x = calloc(graph->node_count + 1, sizeof *d->x);
	d->y = calloc(graph->node_count + 1, sizeof *d->y);
	if (!d->x || !d->y)
		return false;
	for (size_t i = 0; i < graph->node_count; i++)
		if (graph->nodes[i].addr.family == 6)
			d->node_width = NODE6_WIDTH;
	for (size_t from = 0, to; from < graph->node_count; from = to) {
		to = layer_end(graph, from);
		widest = to - from > widest ? to - from : widest;
	}
	int pitch = d->node_width + GAP_WIDTH, layer = 0;
	/* one column looks better with the same room on both sides */
	d->width = 2 * GUTTER + (int)widest * pitch - GAP_WIDTH;
	for (size_t from = 0, to; from < graph->node_count; from = to, layer++) {
		to = layer_end(graph, from);
		for (size_t i = from; i < to; i++) {
			d->x[i] = d->width / 2 + (2 * (int)(i - from) - (int)(to - from - 1)) * pitch / 2;
			d->y[i] = MARGIN + layer * LAYER_HEIGHT;
		}
	}
	d->height = layer * LAYER_HEIGHT - (LAYER_HEIGHT - NODE_HEIGHT) + 2 * MARGIN;
	return true;
}

/* ---- lines ---- */

static void put_line(struct drawing *d, const struct sn_edge *edge, int offset)
{
	char label[SONDE_LABEL_BYTES];
	int x1 = d->x[edge->from] + offset, y1 = d->y[edge->from] + NODE_HEIGHT, x2 = d->x[edge->to] + offset, y2 = d->y[edge->to];
	int bend = (y2 - y1) / 2;
	sn_buf_printf(d->buf, "<path class=\"link%s s%zu\" d=\"M%d %dC%d %d %d %d %d %d\"><title>", edge->seen ? "" : " dim",
	              (edge->trace - d->first) % SN_HTML_METHODS, x1, y1, x1, y1 + bend, x2, y2 - bend, x2, y2);
	sn_html_text(d->buf, sonde_label(sonde_path_cfg(d->report->traces[edge->trace].path), label));
	sn_buf_puts(d->buf, edge->seen ? "" : ", not seen");
	sn_buf_puts(d->buf, "</title></path>\n");
}

/* The numbers of the methods that go this way, where not all do. */
static void put_tag(struct drawing *d, size_t from, size_t to)
{
	const struct sn_edge *edge = &d->graph.edges[from];
	int x = (d->x[edge->from] + d->x[edge->to]) / 2, y = (d->y[edge->from] + NODE_HEIGHT + d->y[edge->to]) / 2;
	struct sn_buf numbers = {0};
	if (to - from < d->trace_count) {
		for (size_t i = from; i < to; i++)
			sn_buf_printf(&numbers, "%s%zu", i > from ? " " : "", d->graph.edges[i].trace - d->first + 1);
		int width = (int)numbers.length_bytes * 7 + 10;
		sn_buf_printf(d->buf, "<rect class=\"tag\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"18\" rx=\"9\"/>", x - width / 2, y - 9,
		              width);
		sn_buf_printf(d->buf, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n", x, y + 4, sn_buf_text(&numbers));
	}
	if (edge->stops)
		sn_buf_printf(d->buf, "<text class=\"stop\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">✖</text>\n",
		              x + (int)(numbers.length_bytes ? numbers.length_bytes * 4 + 18 : 0), y + 6);
	d->buf->bad |= numbers.bad;
	sn_buf_finish(&numbers);
}

static void put_lines(struct drawing *d)
{
	const struct sn_graph *graph = &d->graph;
	for (int tags = 0; tags < 2; tags++) /* above all lines */
		for (size_t from = 0, to; from < graph->edge_count; from = to) {
			to = from;
			while (to < graph->edge_count && graph->edges[to].from == graph->edges[from].from &&
			       graph->edges[to].to == graph->edges[from].to)
				to++;
			for (size_t i = from; i < to && !tags; i++)
				put_line(d, &graph->edges[i], (2 * (int)(i - from) - (int)(to - from - 1)) * LINE_OFFSET / 2);
			if (tags)
				put_tag(d, from, to);
		}
}

/* ---- boxes ---- */

static void put_hops(struct sn_buf *buf, const struct sn_node *node)
{
	if (node->first_ttl == node->last_ttl)
		sn_buf_printf(buf, "%u", (unsigned)node->first_ttl);
	else
		sn_buf_printf(buf, "%u–%u", (unsigned)node->first_ttl, (unsigned)node->last_ttl);
}

static void put_first_line(struct drawing *d, const struct sn_node *node, int x, int y)
{
	char addr[SONDE_ADDR_TEXT];
	bool silent = node->kind == SN_NODE_SILENT;
	sn_buf_printf(d->buf, "<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">", silent ? "soft" : "name", x, y + 18);
	sn_html_text(d->buf, silent ? "no answer" : sonde_addr_text(&node->addr, addr));
	sn_buf_puts(d->buf, "</text>");
}

static void put_second_line(struct drawing *d, const struct sn_node *node, int x, int y)
{
	sn_buf_printf(d->buf, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y + 34);
	if (node->kind == SN_NODE_SOURCE) {
		sn_buf_puts(d->buf, "this machine");
	} else if (node->kind == SN_NODE_SILENT) {
		sn_buf_puts(d->buf, node->first_ttl == node->last_ttl ? "hop " : "hops ");
		put_hops(d->buf, node);
	} else if (!node->answered) {
		sn_buf_puts(d->buf, "target, not reached");
	} else {
		sn_buf_puts(d->buf, node->kind == SN_NODE_TARGET ? "target" : "");
		if (node->best_ns >= 0) {
			sn_buf_puts(d->buf, node->kind == SN_NODE_TARGET ? ", " : "");
			sn_text_ms(d->buf, node->best_ns);
			sn_buf_puts(d->buf, " ms");
		}
	}
	sn_buf_puts(d->buf, "</text>\n");
}

static void put_nodes(struct drawing *d)
{
	const struct sn_graph *graph = &d->graph;
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct sn_node *node = &graph->nodes[i];
		bool quiet = node->kind == SN_NODE_SILENT || !node->answered;
		const char *look = quiet ? " quiet" : node->kind == SN_NODE_TARGET ? " goal" : "";
		sn_buf_printf(d->buf, "<rect class=\"node%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"9\"/>", look,
		              d->x[i] - d->node_width / 2, d->y[i], d->node_width, NODE_HEIGHT);
		put_first_line(d, node, d->x[i], d->y[i]);
		put_second_line(d, node, d->x[i], d->y[i]);
		if (node->first_ttl && (i == 0 || !same_layer(&graph->nodes[i - 1], node))) {
			sn_buf_printf(d->buf, "<text class=\"hop\" x=\"4\" y=\"%d\">", d->y[i] + 26);
			put_hops(d->buf, node);
			sn_buf_puts(d->buf, "</text>\n");
		}
	}
}

void sn_html_path(struct sn_buf *buf, const struct sn_report *report, size_t first, size_t count)
{
	struct drawing d = {.buf = buf, .report = report, .first = first, .trace_count = count};
	sn_graph_make(&d.graph, report, first, count, true);
	buf->bad |= d.graph.bad || !lay_out(&d);
	if (!buf->bad) {
		sn_buf_printf(buf, "<svg class=\"way\" role=\"img\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">", d.width, d.height,
		              d.width, d.height);
		sn_buf_puts(buf, "<title>The way, hop by hop</title>\n");
		put_lines(&d);
		put_nodes(&d);
		sn_buf_puts(buf, "</svg>\n");
	}
	free(d.x);
	free(d.y);
	sn_graph_finish(&d.graph);
}
