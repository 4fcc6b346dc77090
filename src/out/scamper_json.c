/* SPDX-License-Identifier: MIT */
/* A trace as scamper writes it in JSON. */
#include "out/foreign.h"
#include "out/known.h"

#include "base/utc.h"

#include <string.h>

enum { DATE_BYTES = 10, TIME_AT = 11, TIME_BYTES = 8, LABEL_BYTES = 4, SYN_ACK_FLAGS = 0x12 };
enum { WAIT_NS_PER_UNIT = 10 * 1000 * 1000 };

static const char *method_of(const struct sn_report_trace *trace)
{
	static const struct {
		const char *ours, *constant, *other;
	} methods[] = {{"icmp", "icmp-echo-paris", "icmp-echo"}, {"udp", "udp-paris", "udp"}, {"udp-classic", "udp", "udp"}};
	const char *name = trace->about.method->name;
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(methods[i].ours, name) == 0)
			return trace->about.flow_constant ? methods[i].constant : methods[i].other;
	return name; /* tcp and tcp-ack are called alike; others it does not have */
}

static void tell_stop(struct sn_doc *doc, const struct sonde_event_end *end, const struct sonde_trace_cfg *cfg)
{
	static const char *const reasons[] = {
	    [SONDE_STOP_NONE] = "NONE",          [SONDE_STOP_REACHED] = "COMPLETED", [SONDE_STOP_UNREACHABLE] = "UNREACH",
	    [SONDE_STOP_REFUSED] = "UNREACH",    [SONDE_STOP_CONTRADICTED] = "NONE", [SONDE_STOP_GAP] = "GAPLIMIT",
	    [SONDE_STOP_MAX_TTL] = "HOPLIMIT",   [SONDE_STOP_ASKED] = "NONE",        [SONDE_STOP_DEADLINE] = "HALTED",
	    [SONDE_STOP_LOCAL_ERROR] = "ERROR",  [SONDE_STOP_INTERRUPTED] = "HALTED", [SONDE_STOP_CAPTURE_END] = "NONE"};
	enum sonde_stop stop = end ? end->stop : SONDE_STOP_NONE;
	int64_t data = 0;
	if (stop == SONDE_STOP_UNREACHABLE || stop == SONDE_STOP_REFUSED)
		data = end->why_code;
	else if (stop == SONDE_STOP_GAP)
		data = cfg->gap;
	else if (stop == SONDE_STOP_LOCAL_ERROR)
		data = end->sys_errno;
	sn_doc_text(doc, "stop_reason", reasons[stop]);
	sn_doc_whole(doc, "stop_data", data);
}

static void tell_instant(struct sn_doc *doc, const char *key, int64_t wall_ns, bool words)
{
	struct sn_buf text = {0};
	sn_doc_object(doc, key);
	sn_doc_whole(doc, "sec", wall_ns / SONDE_S);
	sn_doc_whole(doc, "usec", wall_ns % SONDE_S / SONDE_US);
	if (words) { /* "2026-11-26 21:02:52" */
		struct sn_buf date = {0};
		sn_utc_put(&text, wall_ns, 0);
		sn_buf_add(&date, sn_buf_text(&text), DATE_BYTES);
		sn_buf_putc(&date, ' ');
		sn_buf_add(&date, sn_buf_text(&text) + TIME_AT, TIME_BYTES);
		sn_doc_text(doc, "ftime", sn_buf_text(&date));
		sn_buf_finish(&date);
	}
	sn_buf_finish(&text);
	sn_doc_end(doc);
}

static void tell_labels(struct sn_doc *doc, const struct sonde_extension *e, size_t pieces)
{
	sn_doc_array(doc, "mpls_labels");
	for (size_t piece = 0; piece < pieces; piece++)
		for (size_t i = 0; i < e[piece].as.mpls.count; i++) {
			const struct sonde_extension_label *label = &e[piece].as.mpls.labels[i];
			sn_doc_object(doc, NULL);
			sn_doc_whole(doc, "mpls_ttl", label->ttl);
			sn_doc_whole(doc, "mpls_s", label->bottom);
			sn_doc_whole(doc, "mpls_exp", label->tc);
			sn_doc_whole(doc, "mpls_label", label->label);
			sn_doc_end(doc);
		}
	sn_doc_end(doc);
}

static void tell_extensions(struct sn_doc *doc, const struct sonde_query *query)
{
	if (!query->extension_count)
		return;
	sn_doc_array(doc, "icmpext");
	for (size_t i = 0; i < query->extension_count;) {
		const struct sonde_extension *e = &query->extensions[i];
		size_t pieces = sn_foreign_pieces(e, query->extension_count - i), bytes = 0;
		for (size_t piece = 0; piece < pieces; piece++)
			bytes += e->kind == SONDE_EXTENSION_MPLS  ? e[piece].as.mpls.count * (size_t)LABEL_BYTES
			         : e->kind == SONDE_EXTENSION_RAW ? e[piece].as.raw.count
			                                          : 0;
		sn_doc_object(doc, NULL);
		sn_doc_whole(doc, "ie_cn", e->class_num);
		sn_doc_whole(doc, "ie_ct", e->c_type);
		if (bytes)
			sn_doc_whole(doc, "ie_dl", (int64_t)bytes);
		if (e->kind == SONDE_EXTENSION_MPLS)
			tell_labels(doc, e, pieces);
		sn_doc_end(doc);
		i += pieces;
	}
	sn_doc_end(doc);
}

static void tell_icmp(struct sn_doc *doc, const struct sonde_query *query, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_event_answer *answer = &query->answer;
	uint32_t value;
	sn_doc_whole(doc, "icmp_type", answer->icmp_type);
	sn_doc_whole(doc, "icmp_code", answer->icmp_code);
	if (sonde_query_visible(query) & SONDE_DIFF_TTL)
		sn_doc_whole(doc, "icmp_q_ttl", answer->quote.seen_ttl);
	if (sn_foreign_quoted(query, SONDE_FIELD_LENGTH, query->probe.size_bytes, &value))
		sn_doc_whole(doc, "icmp_q_ipl", value);
	if (sn_foreign_quoted_tos(query, cfg, &value))
		sn_doc_whole(doc, "icmp_q_tos", value);
	tell_extensions(doc, query);
}

static void tell_reply(struct sn_doc *doc, const struct sn_report *report, const struct sonde_query *query,
                       const struct sonde_trace_cfg *cfg, size_t number)
{
	const struct sonde_event_answer *answer = &query->answer;
	const struct sn_who *who = sn_who_of(report->who, &answer->from);
	sn_doc_object(doc, NULL);
	sn_doc_addr(doc, "addr", &answer->from);
	if (who->name && !who->name_is_address) /* nothing there would mark that */
		sn_doc_text(doc, "name", who->name);
	sn_doc_whole(doc, "probe_ttl", query->probe.ttl);
	sn_doc_whole(doc, "probe_id", (int64_t)number);
	sn_doc_whole(doc, "probe_size", query->probe.size_bytes);
	tell_instant(doc, "tx", report->wall_zero_ns + query->probe.sent_at_ns, false);
	if (answer->rtt_ns >= 0)
		sn_doc_ms(doc, "rtt", answer->rtt_ns);
	if (answer->reply_ttl)
		sn_doc_whole(doc, "reply_ttl", answer->reply_ttl);
	if (answer->is_icmp)
		tell_icmp(doc, query, cfg);
	else if (answer->meaning == SONDE_M_SYN_ACK)
		sn_doc_whole(doc, "tcp_flags", SYN_ACK_FLAGS);
	sn_doc_end(doc);
}

/* Each answer beside the TTL of its probe: none is moved into the target's row. */
static void tell_hops(struct sn_doc *doc, const struct sn_report *report, const struct sonde_path *path, const struct sonde_trace_cfg *cfg)
{
	sn_doc_array(doc, "hops");
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++)
			if (sonde_query_is_answered(&queries[i]))
				tell_reply(doc, report, &queries[i], cfg, i);
	}
	sn_doc_end(doc);
}

static void tell_ports(struct sn_doc *doc, const struct sn_report_trace *trace, const struct sonde_trace_cfg *cfg)
{
	if (!trace->about.method->takes_port)
		return;
	if (sn_ports_are_known(trace->path))
		sn_doc_whole(doc, "sport", cfg->sport[0]);
	sn_doc_whole(doc, "dport", cfg->dport ? cfg->dport : trace->about.method->default_port);
}

void sn_scamper_json(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(trace->path);
	const struct sonde_event_end *end = sonde_path_end(trace->path);
	uint8_t last_ttl = sonde_path_last_ttl(trace->path);
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "type", "trace");
	sn_doc_text(doc, "version", "0.1");
	sn_doc_whole(doc, "userid", 0);
	sn_doc_text(doc, "method", method_of(trace));
	sn_doc_addr(doc, "src", &cfg->src);
	sn_doc_addr(doc, "dst", &cfg->dst);
	tell_ports(doc, trace, cfg);
	tell_stop(doc, end, cfg);
	tell_instant(doc, "start", report->wall_zero_ns + sonde_path_began_at_ns(trace->path), true);
	sn_doc_whole(doc, "hop_count", last_ttl < sonde_path_first_ttl(trace->path) ? 0 : last_ttl);
	sn_doc_whole(doc, "attempts", cfg->queries);
	sn_doc_whole(doc, "hoplimit", cfg->max_ttl);
	sn_doc_whole(doc, "firsthop", cfg->first_ttl);
	sn_doc_whole(doc, "wait", (cfg->wait_max_ns + SONDE_S - 1) / SONDE_S); /* 0: as other hops take */
	sn_doc_whole(doc, "wait_probe", cfg->send_gap_ns / WAIT_NS_PER_UNIT); /* in hundredths of a second */
	sn_doc_whole(doc, "tos", cfg->tos);
	sn_doc_whole(doc, "probe_size", sn_foreign_probe_bytes(trace->path));
	sn_doc_whole(doc, "probe_count", end ? end->probe_count : 0);
	sn_doc_array(doc, "flags");
	sn_doc_end(doc);
	tell_hops(doc, report, trace->path, cfg);
	sn_doc_end(doc);
}
