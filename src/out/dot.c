/* SPDX-License-Identifier: MIT */
/* The graph of a run in Graphviz' language. */
#include "out/dot.h"

#include "base/clean.h"
#include "out/graph.h"
#include "out/who.h"

#include <string.h>

/* Adds clean text inside of a double-quoted string that Graphviz reads for escapes as well: a backslash of the text is two, so that none of
 * its own (\N, \l) begins. */
static void put_clean(struct sn_buf *buf, const char *text)
{
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\')
			sn_buf_putc(buf, '\\');
		/* characters are read as HTML has them, too: &quot; is a quote */
		if (*c == '&')
			sn_buf_puts(buf, "&amp;");
		else
			sn_buf_putc(buf, *c);
	}
}

/* … what was typed. */
static void put_text(struct sn_buf *buf, const char *text)
{
	struct sn_buf clean = {0};
	sn_clean_plain(&clean, text, strlen(text), false);
	put_clean(buf, sn_buf_text(&clean));
	buf->bad |= clean.bad;
	sn_buf_finish(&clean);
}

/* The host of a traced address; NULL: that is its name already, or nobody traced it. */
static const char *host_of(const struct sn_report *report, const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	for (size_t i = 0; i < report->trace_count; i++)
		if (sonde_addr_equal(&sonde_path_cfg(report->traces[i].path)->dst, addr))
			return strcmp(report->traces[i].about.host, sonde_addr_text(addr, text)) ? report->traces[i].about.host : NULL;
	return NULL;
}

static void put_hops(struct sn_buf *buf, const struct sn_node *node, const char *dash)
{
	if (node->first_ttl == node->last_ttl)
		sn_buf_printf(buf, "hop %u", (unsigned)node->first_ttl);
	else
		sn_buf_printf(buf, "hops %u%s%u", (unsigned)node->first_ttl, dash, (unsigned)node->last_ttl);
}

/* What is known of who answered; of whom nobody heard nothing is asked. */
static const struct sn_who *who_of(const struct sn_report *report, const struct sn_node *node)
{
	bool heard = node->answered && (node->kind == SN_NODE_ROUTER || node->kind == SN_NODE_TARGET);
	return sn_who_of(heard ? report->who : NULL, &node->addr);
}

/* A line with its reverse name, unless it stands there already. */
static void put_name(struct sn_buf *buf, const struct sn_who *who, const char *host)
{
	struct sn_buf name = {0};
	sn_who_text(&name, who, SONDE_ABOUT_NAME);
	if (name.length_bytes && !(host && strcmp(host, sn_buf_text(&name)) == 0)) {
		put_clean(buf, sn_buf_text(&name));
		sn_buf_puts(buf, "\\n");
	}
	buf->bad |= name.bad;
	sn_buf_finish(&name);
}

static void put_node(struct sn_buf *buf, const struct sn_report *report, const struct sn_graph *graph, size_t index, bool ascii)
{
	static const char *const shapes[] = {
	    [SN_NODE_SOURCE] = "shape=house,style=filled,fillcolor=\"#dbeafe\"",
	    [SN_NODE_ROUTER] = "shape=box,style=\"rounded,filled\",fillcolor=\"#f8fafc\"",
	    [SN_NODE_TARGET] = "shape=box,style=\"filled,bold\",fillcolor=\"#fef3c7\"",
	    [SN_NODE_SILENT] = "shape=box,style=\"rounded,dashed\",fontcolor=\"#64748b\",color=\"#64748b\"",
	};
	const struct sn_node *node = &graph->nodes[index];
	bool unreached = node->kind == SN_NODE_TARGET && !node->answered;
	char addr[SONDE_ADDR_TEXT];
	sn_buf_printf(buf, "  n%zu [%s,label=\"", index, unreached ? "shape=box,style=dashed" : shapes[node->kind]);
	if (node->kind == SN_NODE_SILENT) {
		put_hops(buf, node, ascii ? "-" : "–");
		sn_buf_puts(buf, "\\nno answer");
	} else {
		const char *host = node->kind == SN_NODE_TARGET ? host_of(report, &node->addr) : NULL;
		if (node->kind == SN_NODE_SOURCE)
			sn_buf_puts(buf, "this machine\\n");
		if (host) {
			put_text(buf, host);
			sn_buf_puts(buf, "\\n");
		}
		put_name(buf, who_of(report, node), host);
		sn_buf_puts(buf, sonde_addr_text(&node->addr, addr));
		if (node->first_ttl) {
			sn_buf_puts(buf, "\\n");
			put_hops(buf, node, ascii ? "-" : "–");
		}
		if (node->best_ns >= 0) {
			sn_buf_puts(buf, ", ");
			sn_text_ms(buf, node->best_ns);
			sn_buf_puts(buf, " ms");
		}
		sn_buf_puts(buf, unreached ? "\\nnot reached" : "");
	}
	sn_buf_puts(buf, "\"];\n");
}

/* A box around all of one network, which it names. */
static void put_networks(struct sn_buf *buf, const struct sn_report *report, const struct sn_graph *graph)
{
	for (size_t i = 0; i < graph->node_count; i++) {
		const struct sn_who *who = who_of(report, &graph->nodes[i]);
		bool first = who->asn != 0;
		for (size_t k = 0; first && k < i; k++)
			first = who_of(report, &graph->nodes[k])->asn != who->asn;
		if (!first)
			continue;
		struct sn_buf name = {0};
		sn_who_network(&name, who, false);
		sn_buf_printf(buf, "  subgraph cluster_as%u { style=\"rounded,dotted\"; fontsize=10; label=\"", (unsigned)who->asn);
		put_clean(buf, sn_buf_text(&name));
		sn_buf_puts(buf, "\";");
		for (size_t k = i; k < graph->node_count; k++)
			if (who_of(report, &graph->nodes[k])->asn == who->asn)
				sn_buf_printf(buf, " n%zu;", k);
		sn_buf_puts(buf, " }\n");
		buf->bad |= name.bad;
		sn_buf_finish(&name);
	}
}

/* The edges i … of the same two nodes; methods of a comparison are named. The first of the next two. */
static size_t put_edge(struct sn_buf *buf, const struct sn_report *report, const struct sn_graph *graph, size_t i)
{
	const struct sn_edge *first = &graph->edges[i];
	char label[SONDE_LABEL_BYTES];
	bool seen = false, stops = true;
	size_t end = i;
	for (; end < graph->edge_count && graph->edges[end].from == first->from && graph->edges[end].to == first->to; end++) {
		seen |= graph->edges[end].seen;
		stops &= graph->edges[end].stops;
	}
	sn_buf_printf(buf, "  n%zu -> n%zu [%s", first->from, first->to, seen ? "style=solid" : "style=dashed,color=\"#64748b\"");
	sn_buf_puts(buf, stops ? ",arrowhead=tee" : "");
	if (report->compared) {
		sn_buf_puts(buf, ",label=\"");
		for (size_t k = i; k < end; k++) {
			const struct sonde_trace_cfg *cfg = sonde_path_cfg(report->traces[graph->edges[k].trace].path);
			sn_buf_printf(buf, "%s%s", k > i ? "\\n" : "", sonde_label(cfg, label));
		}
		sn_buf_putc(buf, '"');
	}
	sn_buf_puts(buf, "];\n");
	return end;
}

void sn_dot_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	struct sn_graph graph;
	sn_graph_make(&graph, report, 0, report->trace_count, false);
	sn_buf_puts(buf, "digraph sonde {\n");
	sn_buf_puts(buf, "  graph [rankdir=TB,charset=\"UTF-8\",fontname=\"Helvetica\"];\n");
	sn_buf_puts(buf, "  node [fontname=\"Helvetica\",fontsize=11];\n");
	sn_buf_puts(buf, "  edge [fontname=\"Helvetica\",fontsize=9];\n");
	for (size_t i = 0; i < graph.node_count; i++)
		put_node(buf, report, &graph, i, style->ascii);
	put_networks(buf, report, &graph);
	for (size_t i = 0; i < graph.edge_count;)
		i = put_edge(buf, report, &graph, i);
	sn_buf_puts(buf, "}\n");
	buf->bad |= graph.bad;
	sn_graph_finish(&graph);
}
