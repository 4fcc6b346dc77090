/* SPDX-License-Identifier: MIT */
/* The way as a drawing: a layer for each hop, from this machine down to the target. */
#include "out/html.h"

#include "base/clean.h"
#include "out/graph.h"
#include "out/who.h"

#include <stdlib.h>
#include <string.h>

enum {
	GUTTER = 44,         /* for the numbers of hops */
	NODE_LEAST_WIDTH = 150,
	NODE_MARGIN = 14,
	NODE_HEIGHT = 42,
	NAME_HEIGHT = 16,    /* more, where names are known */
	NAME_WIDTH_MOST = 230,
	NETWORK_HEIGHT = 44, /* for the number and the name above the first hop of a network */
	NETWORK_WIDTH_MOST = 200,
	NETWORK_X = 4,
	NETWORK_MARGIN = 8,  /* to the lines beside it */
	GAP_WIDTH = 22,
	LAYER_GAP = 40,
	LINE_OFFSET = 5,     /* between lines of several methods */
	TAG_DOWN = 21,       /* of a tag below the box that its line leaves */
	LOOP_DEPTH = 32,     /* of a line that comes back to its layer, or to one above */
	MARGIN = 8,
};

struct drawing {
	struct sn_buf *buf;
	const struct sn_report *report;
	size_t first, trace_count;
	struct sn_graph graph;
	int *x, *y;          /* of each node: the middle of its upper side */
	int *pull;           /* … and where lines come to it from, on average: below that it makes them cross least */
	int width, height, node_width, node_height;
	int middle;          /* of all layers; more room may be on the left, for the names of networks */
	bool has_names;
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

static int pull_on(const struct drawing *d, size_t node)
{
	int sum = 0, count = 0;
	for (size_t i = 0; i < d->graph.edge_count; i++)
		if (d->graph.edges[i].to == node && d->y[d->graph.edges[i].from] < d->y[node]) {
			sum += d->x[d->graph.edges[i].from];
			count++;
		}
	return count ? sum / count : d->middle;
}

/* Puts a layer's boxes side by side, in the order of what pulls on them. */
static void place_layer(struct drawing *d, size_t from, size_t to, int y)
{
	int pitch = d->node_width + GAP_WIDTH;
	for (size_t i = from; i < to; i++) {
		d->y[i] = y;
		d->pull[i] = pull_on(d, i);
	}
	for (size_t i = from; i < to; i++) {
		size_t before = 0;
		for (size_t k = from; k < to; k++)
			before += d->pull[k] < d->pull[i] || (k < i && d->pull[k] == d->pull[i]);
		d->x[i] = d->middle + (2 * (int)before - (int)(to - from - 1)) * pitch / 2;
	}
}

/* What is known of who answered; of whom nobody heard nothing is asked. */
static const struct sn_who *who_of(const struct drawing *d, const struct sn_node *node)
{
	bool heard = node->answered && (node->kind == SN_NODE_ROUTER || node->kind == SN_NODE_TARGET);
	return sn_who_of(heard ? d->report->who : NULL, &node->addr);
}

static int text_width(size_t columns)
{
	return ((int)columns * 74 + 9) / 10;
}

static int tag_width(size_t characters)
{
	return (int)characters * 7 + 10;
}

/* Boxes are as wide as addresses, and as names up to a width, want them. */
static void size_nodes(struct drawing *d)
{
	int widest = NODE_LEAST_WIDTH - 2 * NODE_MARGIN;
	char addr[SONDE_ADDR_TEXT];
	for (size_t i = 0; i < d->graph.node_count; i++) {
		const struct sn_node *node = &d->graph.nodes[i];
		struct sn_buf name = {0};
		sn_who_text(&name, who_of(d, node), SONDE_ABOUT_NAME);
		int width = text_width(strlen(sonde_addr_text(&node->addr, addr))), named = text_width(sn_line_columns(sn_buf_text(&name)));
		named = named < NAME_WIDTH_MOST ? named : NAME_WIDTH_MOST;
		width = named > width ? named : width;
		widest = width > widest ? width : widest;
		d->has_names |= name.length_bytes;
		d->buf->bad |= name.bad;
		sn_buf_finish(&name);
	}
	d->node_width = widest + 2 * NODE_MARGIN;
	d->node_height = NODE_HEIGHT + (d->has_names ? NAME_HEIGHT : 0);
}

/* The network of a layer: that of the first whose is known; NULL: nobody's is. */
static const struct sn_who *network_of(const struct drawing *d, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (who_of(d, &d->graph.nodes[i])->asn)
			return who_of(d, &d->graph.nodes[i]);
	return NULL;
}

/* "AS64501" and "ISP Example, DE", which may be empty. */
static void network_text(struct sn_buf *number, struct sn_buf *name, const struct sn_who *who)
{
	struct sn_buf whole = {0};
	sn_who_network(&whole, who, false);
	const char *text = sn_buf_text(&whole), *rest = strchr(text, ' ');
	sn_buf_add(number, text, rest ? (size_t)(rest - text) : whole.length_bytes);
	sn_who_cut(name, rest ? rest + 1 : "", NETWORK_WIDTH_MOST * 10 / 74, false);
	number->bad |= whole.bad;
	sn_buf_finish(&whole);
}

/* How far lines and their tags get to the left of the middle of a box. */
static int line_reach(const struct drawing *d)
{
	int lines = (int)d->trace_count * LINE_OFFSET / 2 + 1, tag = 0;
	if (d->trace_count > 1)
		tag = tag_width((d->trace_count - 1) * (d->trace_count < 10 ? 2 : 3)) / 2;
	return tag > lines ? tag : lines;
}

/* The room on the left, where the names of networks have all lines to their right. */
static int left_room(struct drawing *d)
{
	int room = GUTTER;
	for (size_t from = 0, to; from < d->graph.node_count; from = to) {
		struct sn_buf number = {0}, name = {0};
		to = layer_end(&d->graph, from);
		const struct sn_who *who = network_of(d, from, to);
		if (who)
			network_text(&number, &name, who);
		size_t columns = sn_line_columns(sn_buf_text(&name));
		columns = number.length_bytes > columns ? number.length_bytes : columns;
		int wanted = NETWORK_X + text_width(columns) + NETWORK_MARGIN + line_reach(d) - d->node_width / 2;
		room = who && wanted > room ? wanted : room;
		d->buf->bad |= number.bad || name.bad;
		sn_buf_finish(&number);
		sn_buf_finish(&name);
	}
	return room;
}

/* To a box beside or above the one that the line leaves: both have it at their lower sides. */
static bool leads_back(const struct drawing *d, const struct sn_edge *edge)
{
	return d->y[edge->to] <= d->y[edge->from];
}

/* Past layers between, behind whose boxes it may run. */
static bool leads_past(const struct drawing *d, const struct sn_edge *edge)
{
	for (size_t i = 0; i < d->graph.node_count; i++)
		if (d->y[i] > d->y[edge->from] && d->y[i] < d->y[edge->to])
			return true;
	return false;
}

/* False: out of memory. */
static bool lay_out(struct drawing *d)
{
	const struct sn_graph *graph = &d->graph;
	size_t widest = 1;
	size_nodes(d);
	d->x = calloc(graph->node_count + 1, sizeof *d->x);
	d->y = calloc(graph->node_count + 1, sizeof *d->y);
	d->pull = calloc(graph->node_count + 1, sizeof *d->pull);
	if (!d->x || !d->y || !d->pull)
		return false;
	for (size_t from = 0, to; from < graph->node_count; from = to) {
		to = layer_end(graph, from);
		widest = to - from > widest ? to - from : widest;
	}
	int pitch = d->node_width + GAP_WIDTH, y = MARGIN;
	uint32_t asn = 0;
	int left = left_room(d), across = (int)widest * pitch - GAP_WIDTH;
	d->middle = left + across / 2;
	/* one column looks better with the same room on both sides */
	d->width = left + across + (widest == 1 ? left : GUTTER);
	for (size_t from = 0, to; from < graph->node_count; from = to, y += d->node_height + LAYER_GAP) {
		to = layer_end(graph, from);
		const struct sn_who *who = network_of(d, from, to);
		y += who && who->asn != asn ? NETWORK_HEIGHT : 0;
		asn = who ? who->asn : asn;
		place_layer(d, from, to, y);
	}
	d->height = y - LAYER_GAP + MARGIN;
	for (size_t i = 0; i < graph->edge_count; i++) {
		int below = d->y[graph->edges[i].from] + d->node_height + LOOP_DEPTH + MARGIN;
		d->height = leads_back(d, &graph->edges[i]) && below > d->height ? below : d->height;
	}
	return true;
}

/* ---- lines ---- */

static void put_line(struct drawing *d, const struct sn_edge *edge, int offset)
{
	char label[SONDE_LABEL_BYTES];
	bool back = leads_back(d, edge);
	int x1 = d->x[edge->from] + offset, y1 = d->y[edge->from] + d->node_height, x2 = d->x[edge->to] + offset;
	int y2 = d->y[edge->to] + (back ? d->node_height : 0), bend = (y2 - y1) / 2;
	/* of a curve, three quarters are as deep as where it bends to */
	int turn1 = back ? y1 + LOOP_DEPTH + offset : y1 + bend, turn2 = back ? turn1 : y2 - bend;
	sn_buf_printf(d->buf, "<path class=\"link%s s%zu\" d=\"M%d %dC%d %d %d %d %d %d\"><title>", edge->seen ? "" : " dim",
	              (edge->trace - d->first) % SN_HTML_METHODS, x1, y1, x1, turn1, x2, turn2, x2, y2);
	sn_html_text(d->buf, sonde_label(sonde_path_cfg(d->report->traces[edge->trace].path), label));
	sn_buf_puts(d->buf, edge->seen ? "" : ", not seen");
	sn_buf_puts(d->buf, "</title></path>\n");
}

/* How far from a line's end its tag is, in percent: as far as those of two boxes side by side, which have all the numbers, need to be
 * apart. */
static int tag_back(const struct drawing *d)
{
	int both = tag_width(d->trace_count * (d->trace_count < 10 ? 2 : 3)) / 2, back = both * 100 / (d->node_width + GAP_WIDTH) + 1;
	return back < 22 ? 22 : back > 44 ? 44 : back;
}

static void place_tag(const struct drawing *d, const struct sn_edge *edge, int *x, int *y)
{
	int x1 = d->x[edge->from], y1 = d->y[edge->from] + d->node_height, x2 = d->x[edge->to], y2 = d->y[edge->to];
	if (leads_back(d, edge)) {
		*x = (x1 + x2) / 2;
		*y = y1 + LOOP_DEPTH * 3 / 4;
	} else if (leads_past(d, edge)) {
		/* in the first gap, as others hide it */
		double part = TAG_DOWN / 1.5 / (y2 - y1);
		*x = x1 + (int)(3 * part * part * (x2 - x1));
		*y = y1 + TAG_DOWN;
	} else {
		/* on the curve, nearer to its end, where lines that cross are apart again */
		int back = tag_back(d), down = 50 + (50 - back) * 4 / 7;
		*x = (back * x1 + (100 - back) * x2) / 100;
		*y = ((100 - down) * y1 + down * y2) / 100;
	}
}

/* The numbers of the methods that go this way, where not all do. */
static void put_tag(struct drawing *d, size_t from, size_t to)
{
	const struct sn_edge *edge = &d->graph.edges[from];
	struct sn_buf numbers = {0};
	int x, y;
	place_tag(d, edge, &x, &y);
	if (to - from < d->trace_count) {
		for (size_t i = from; i < to; i++)
			sn_buf_printf(&numbers, "%s%zu", i > from ? " " : "", d->graph.edges[i].trace - d->first + 1);
		int width = tag_width(numbers.length_bytes);
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

/* Whoever has none leaves its line empty, so that all boxes are alike. */
static void put_name(struct drawing *d, const struct sn_node *node, int x, int y)
{
	struct sn_buf name = {0}, shown = {0};
	sn_who_text(&name, who_of(d, node), SONDE_ABOUT_NAME);
	sn_who_cut(&shown, sn_buf_text(&name), (size_t)(d->node_width - 2 * NODE_MARGIN) * 10 / 74, false);
	if (name.length_bytes) {
		sn_buf_printf(d->buf, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y + 34);
		sn_html_text(d->buf, sn_buf_text(&shown));
		sn_buf_puts(d->buf, "</text>");
	}
	d->buf->bad |= name.bad || shown.bad;
	sn_buf_finish(&name);
	sn_buf_finish(&shown);
}

static void put_last_line(struct drawing *d, const struct sn_node *node, int x, int y)
{
	sn_buf_printf(d->buf, "<text class=\"soft\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">", x, y + d->node_height - 8);
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
		              d->x[i] - d->node_width / 2, d->y[i], d->node_width, d->node_height);
		put_first_line(d, node, d->x[i], d->y[i]);
		put_name(d, node, d->x[i], d->y[i]);
		put_last_line(d, node, d->x[i], d->y[i]);
		if (node->first_ttl && (i == 0 || !same_layer(&graph->nodes[i - 1], node))) {
			sn_buf_printf(d->buf, "<text class=\"hop\" x=\"4\" y=\"%d\">", d->y[i] + d->node_height / 2 + 5);
			put_hops(d->buf, node);
			sn_buf_puts(d->buf, "</text>\n");
		}
	}
}

/* A rule across, above the first hop of each network, with its number and its name. */
static void put_networks(struct drawing *d)
{
	uint32_t asn = 0;
	for (size_t from = 0, to; from < d->graph.node_count; from = to) {
		struct sn_buf number = {0}, name = {0};
		to = layer_end(&d->graph, from);
		const struct sn_who *who = network_of(d, from, to);
		if (!who || who->asn == asn)
			continue;
		int top = d->y[from] - NETWORK_HEIGHT;
		asn = who->asn;
		network_text(&number, &name, who);
		sn_buf_printf(d->buf, "<path class=\"border\" d=\"M0 %dH%d\"/>", top, d->width);
		sn_buf_printf(d->buf, "<text class=\"network\" x=\"%d\" y=\"%d\">%s</text>", NETWORK_X, top + 16, sn_buf_text(&number));
		if (name.length_bytes) {
			sn_buf_printf(d->buf, "<text x=\"%d\" y=\"%d\">", NETWORK_X, top + 31);
			sn_html_text(d->buf, sn_buf_text(&name));
			sn_buf_puts(d->buf, "</text>");
		}
		sn_buf_putc(d->buf, '\n');
		d->buf->bad |= number.bad || name.bad;
		sn_buf_finish(&number);
		sn_buf_finish(&name);
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
		put_networks(&d);
		put_lines(&d);
		put_nodes(&d);
		sn_buf_puts(buf, "</svg>\n");
	}
	free(d.x);
	free(d.y);
	free(d.pull);
	sn_graph_finish(&d.graph);
}
