/* SPDX-License-Identifier: MIT */
/* A trace as a traceroute result of RIPE Atlas. */
#include "out/foreign.h"

#include <stdio.h>
#include <string.h>

/* The firmware whose form this is; how long ago its clock was set, where nobody knows; ids of measurement and probe, without any. */
enum { FIRMWARE = 5080, CLOCK_UNKNOWN = -1, NO_ID = 0, EXTENSION_VERSION = 2, LAST_HOP = 255 };
enum { UNREACHABLE_4 = 3, UNREACHABLE_6 = 1, BEYOND_SCOPE_6 = 2 };

/* "N", "H", … or a code; nothing of what is no error. */
static void tell_error(struct sn_doc *doc, const struct sonde_event_answer *answer)
{
	static const char *const letters[SONDE_M_COUNT] = {[SONDE_M_NET_UNREACHABLE] = "N",
	                                                   [SONDE_M_HOST_UNREACHABLE] = "H",
	                                                   [SONDE_M_PROTOCOL_UNREACHABLE] = "P",
	                                                   [SONDE_M_PORT_UNREACHABLE] = "p",
	                                                   [SONDE_M_ADMIN_PROHIBITED] = "A"};
	bool ip6 = answer->from.family == 6;
	if (answer->meaning == SONDE_M_PORT_UNREACHABLE && answer->in_targets_name)
		return; /* that is the end of the path */
	if (ip6 && answer->is_icmp && answer->icmp_type == UNREACHABLE_6 && answer->icmp_code == BEYOND_SCOPE_6)
		sn_doc_text(doc, "err", "h");
	else if (letters[answer->meaning])
		sn_doc_text(doc, "err", letters[answer->meaning]);
	else if (answer->is_icmp && answer->icmp_type == (ip6 ? UNREACHABLE_6 : UNREACHABLE_4) && answer->meaning != SONDE_M_PACKET_TOO_BIG)
		sn_doc_whole(doc, "err", answer->icmp_code);
}

static void tell_labels(struct sn_doc *doc, const struct sonde_extension *e, size_t pieces)
{
	sn_doc_array(doc, "mpls");
	for (size_t piece = 0; piece < pieces; piece++)
		for (size_t i = 0; i < e[piece].as.mpls.count; i++) {
			const struct sonde_extension_label *label = &e[piece].as.mpls.labels[i];
			sn_doc_object(doc, NULL);
			sn_doc_whole(doc, "exp", label->tc);
			sn_doc_whole(doc, "label", label->label);
			sn_doc_whole(doc, "s", label->bottom);
			sn_doc_whole(doc, "ttl", label->ttl);
			sn_doc_end(doc);
		}
	sn_doc_end(doc);
}

static void tell_extensions(struct sn_doc *doc, const struct sonde_query *query)
{
	if (!query->extension_count)
		return;
	sn_doc_object(doc, "icmpext");
	sn_doc_whole(doc, "version", EXTENSION_VERSION);
	sn_doc_array(doc, "obj");
	for (size_t i = 0; i < query->extension_count;) {
		const struct sonde_extension *e = &query->extensions[i];
		size_t pieces = sn_foreign_pieces(e, query->extension_count - i);
		sn_doc_object(doc, NULL);
		sn_doc_whole(doc, "class", e->class_num);
		sn_doc_whole(doc, "type", e->c_type);
		if (e->kind == SONDE_EXTENSION_MPLS)
			tell_labels(doc, e, pieces);
		sn_doc_end(doc);
		i += pieces;
	}
	sn_doc_end(doc);
	sn_doc_end(doc);
}

static void tell_answer(struct sn_doc *doc, const struct sonde_query *query, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_event_answer *answer = &query->answer;
	uint32_t tos;
	sn_doc_addr(doc, "from", &answer->from);
	if (answer->rtt_ns >= 0)
		sn_doc_ms(doc, "rtt", answer->rtt_ns);
	if (answer->reply_ttl)
		sn_doc_whole(doc, "ttl", answer->reply_ttl);
	tell_error(doc, answer);
	if (answer->meaning == SONDE_M_PACKET_TOO_BIG && answer->mtu_bytes)
		sn_doc_whole(doc, "mtu", answer->mtu_bytes);
	if (sonde_query_visible(query) & SONDE_DIFF_TTL && answer->quote.seen_ttl != 1)
		sn_doc_whole(doc, "ittl", answer->quote.seen_ttl);
	if (sn_foreign_quoted_tos(query, cfg, &tos) && tos)
		sn_doc_whole(doc, "itos", tos);
	if (sonde_query_diff(query) & SONDE_DIFF_DST)
		sn_doc_addr(doc, "edst", &answer->quote.dst);
	if (answer->meaning == SONDE_M_SYN_ACK)
		sn_doc_text(doc, "flags", "SA");
	tell_extensions(doc, query);
}

static void tell_query(struct sn_doc *doc, const struct sonde_query *query, const struct sonde_trace_cfg *cfg)
{
	char text[128];
	sn_doc_object(doc, NULL);
	if (sonde_query_is_answered(query)) {
		tell_answer(doc, query, cfg);
	} else if (query->state == SONDE_QUERY_LOCAL_ERROR) {
		snprintf(text, sizeof text, "sendto failed: %s", strerror(query->sys_errno));
		sn_doc_text(doc, "error", text);
	} else {
		sn_doc_text(doc, "x", "*");
	}
	sn_doc_end(doc);
}

static void open_hop(struct sn_doc *doc, unsigned ttl)
{
	sn_doc_object(doc, NULL);
	sn_doc_whole(doc, "hop", ttl);
	sn_doc_array(doc, "result");
}

static void close_hop(struct sn_doc *doc)
{
	sn_doc_end(doc);
	sn_doc_end(doc);
}

static void tell_hops(struct sn_doc *doc, const struct sonde_path *path, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_event_end *end = sonde_path_end(path);
	struct sonde_row row = {0};
	size_t count = 0;
	sn_doc_array(doc, "result");
	for (unsigned ttl = sonde_path_first_ttl(path); ttl <= sonde_path_last_ttl(path); ttl++) {
		if (sonde_path_row(path, (uint8_t)ttl, &row) < 0)
			sn_doc_lost(doc, NULL);
		if (!row.query_count)
			continue;
		open_hop(doc, ttl);
		for (size_t i = 0; i < row.query_count; i++)
			tell_query(doc, row.queries[i], cfg);
		close_hop(doc);
	}
	/* the last attempt behind silence is hop 255 there as here; of a target that was reached such probes stand in its row */
	const struct sonde_query *last = sonde_path_queries(path, LAST_HOP, &count);
	if (end && end->ttl255_asked && !end->reached && count && sonde_path_last_ttl(path) < LAST_HOP) {
		open_hop(doc, LAST_HOP);
		for (size_t i = 0; i < count; i++)
			tell_query(doc, &last[i], cfg);
		close_hop(doc);
	}
	sn_doc_end(doc);
	sonde_row_finish(&row);
}

void sn_atlas(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(trace->path);
	const struct sonde_event_end *end = sonde_path_end(trace->path);
	sonde_at_ns began_at_ns = sonde_path_began_at_ns(trace->path);
	char maker[48], protocol[32] = "";
	const char *method = trace->about.method->name;
	for (size_t i = 0; method[i] && method[i] != '-' && i + 1 < sizeof protocol; i++)
		protocol[i] = (char)(method[i] >= 'a' && method[i] <= 'z' ? method[i] - 'a' + 'A' : method[i]);
	snprintf(maker, sizeof maker, "sonde %s", report->version);
	sn_doc_object(doc, NULL);
	sn_doc_whole(doc, "fw", FIRMWARE);
	sn_doc_text(doc, "mver", maker);
	sn_doc_whole(doc, "lts", CLOCK_UNKNOWN);
	sn_doc_whole(doc, "endtime", sn_foreign_second(report, end ? sonde_path_ended_at_ns(trace->path) : began_at_ns));
	sn_doc_strange(doc, "dst_name", trace->about.host, strlen(trace->about.host));
	sn_doc_addr(doc, "dst_addr", &cfg->dst);
	sn_doc_addr(doc, "src_addr", &cfg->src);
	sn_doc_text(doc, "proto", protocol);
	sn_doc_whole(doc, "af", cfg->dst.family);
	sn_doc_whole(doc, "size", sn_foreign_probe_bytes(trace->path));
	sn_doc_whole(doc, "paris_id", trace->about.flow_constant); /* one flow, or as many as there are probes */
	tell_hops(doc, trace->path, cfg);
	sn_doc_whole(doc, "msm_id", NO_ID);
	sn_doc_whole(doc, "prb_id", NO_ID);
	sn_doc_whole(doc, "timestamp", sn_foreign_second(report, began_at_ns));
	sn_doc_text(doc, "msm_name", "Traceroute");
	sn_doc_addr(doc, "from", &cfg->src);
	sn_doc_text(doc, "type", "traceroute");
	sn_doc_whole(doc, "group_id", NO_ID);
	sn_doc_end(doc);
}
