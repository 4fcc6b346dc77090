/* SPDX-License-Identifier: MIT */
/* A probe as a document: what was asked of its trace, what it was, and what became of it. */
#include "out/tell.h"

#include "out/known.h"

#include <string.h>

void sn_tell_errno(struct sn_doc *doc, const char *key, int sys_errno)
{
	sn_doc_text(doc, key, sys_errno ? strerrorname_np(sys_errno) : NULL);
}

void sn_tell_method(struct sn_doc *doc, const struct sonde_trace_cfg *cfg)
{
	const struct sonde_method_info *method = sonde_method_info(cfg->method);
	uint16_t number = cfg->dport ? cfg->dport : method->default_port;
	char label[SONDE_LABEL_BYTES];
	sn_doc_text(doc, "method", method->name);
	sn_doc_text(doc, "label", sonde_label(cfg, label));
	sn_doc_some(doc, "port", method->takes_port ? number : 0);
	sn_doc_whole(doc, "protocol", sonde_trace_protocol(cfg));
}

static void tell_tcp(struct sn_doc *doc, const struct sonde_trace_cfg *cfg)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} flags[] = {{SONDE_TCP_FIN, "fin"}, {SONDE_TCP_SYN, "syn"}, {SONDE_TCP_ACK, "ack"}},
	  options[] = {{SONDE_TCP_MSS, "mss"},       {SONDE_TCP_SACK, "sack"}, {SONDE_TCP_STAMP, "ts"},
	               {SONDE_TCP_WSCALE, "ws"}, {SONDE_TCP_TFO, "tfo"},   {SONDE_TCP_MPTCP, "mptcp"}};
	sn_doc_array(doc, "tcp_flags");
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if ((cfg->tcp_flags ? cfg->tcp_flags : SONDE_TCP_SYN) & flags[i].flag)
			sn_doc_text(doc, NULL, flags[i].name);
	sn_doc_end(doc);
	uint8_t usual = SONDE_TCP_MSS | SONDE_TCP_SACK | SONDE_TCP_STAMP | SONDE_TCP_WSCALE, asked = cfg->tcp_options;
	sn_doc_array(doc, "tcp_options");
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if ((!asked ? usual : asked & SONDE_TCP_NONE ? 0 : asked) & options[i].flag)
			sn_doc_text(doc, NULL, options[i].name);
	sn_doc_end(doc);
}

void sn_tell_asked(struct sn_doc *doc, const char *key, const struct sonde_trace_cfg *cfg)
{
	static const char *const plans[] = {[SONDE_PLAN_SWEEP] = "sweep", [SONDE_PLAN_ASK] = "ask", [SONDE_PLAN_PMTU] = "mtu"};
	static const char *const payloads[SONDE_PAYLOAD_COUNT] = {
	    [SONDE_PAYLOAD_DEFAULT] = NULL, [SONDE_PAYLOAD_PATTERN] = "pattern", [SONDE_PAYLOAD_DNS] = "dns", [SONDE_PAYLOAD_NTP] = "ntp",
	    [SONDE_PAYLOAD_QUIC] = "quic",  [SONDE_PAYLOAD_TLS] = "tls",         [SONDE_PAYLOAD_BYTES] = "bytes"};
	sn_doc_object(doc, key);
	sn_doc_text(doc, "plan", plans[cfg->plan]);
	sn_doc_whole(doc, "first_ttl", cfg->first_ttl);
	sn_doc_whole(doc, "max_ttl", cfg->max_ttl);
	sn_doc_whole(doc, "queries", cfg->queries);
	sn_doc_whole(doc, "gap", cfg->gap);
	sn_doc_some(doc, "window", cfg->window);
	sn_doc_ms(doc, "wait_ms", cfg->wait_max_ns ? cfg->wait_max_ns : -1);
	sn_doc_ms(doc, "send_gap_ms", cfg->send_gap_ns ? cfg->send_gap_ns : -1);
	sn_doc_ms(doc, "deadline_ms", cfg->deadline_ns ? cfg->deadline_ns : -1);
	sn_doc_some(doc, "size_bytes", cfg->plan == SONDE_PLAN_PMTU ? 0 : cfg->size_bytes);
	sn_doc_bool(doc, "df", !cfg->no_df);
	sn_doc_whole(doc, "dscp", cfg->tos >> 2);
	sn_doc_whole(doc, "ecn", cfg->tos & 3);
	if (cfg->flow_label_given)
		sn_doc_whole(doc, "flow_label", cfg->flow_label);
	else
		sn_doc_null(doc, "flow_label");
	sn_doc_text(doc, "payload", payloads[cfg->payload]);
	if (strcmp(sonde_method_info(cfg->method)->name, "tcp") == 0)
		tell_tcp(doc, cfg);
	sn_doc_end(doc);
}

/* A number as it was sent; null where there is none, or the kernel may have sent another. */
static void tell_field(struct sn_doc *doc, const char *key, const struct sonde_event_probe *probe, bool has, uint32_t field, uint16_t value)
{
	if (has && sn_is_known(probe, field))
		sn_doc_whole(doc, key, value);
	else
		sn_doc_null(doc, key);
}

void sn_tell_probe(struct sn_doc *doc, const struct sonde_event_probe *probe, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns)
{
	bool ip4 = !cfg || cfg->dst.family == 4;
	sn_doc_whole(doc, "serial", probe->serial);
	sn_doc_whole(doc, "ttl", probe->ttl);
	sn_doc_whole(doc, "query", probe->query);
	sn_doc_whole(doc, "flow", probe->flow);
	sn_doc_bool(doc, "retry", probe->retry);
	sn_doc_instant(doc, "sent_at", wall_zero_ns + probe->sent_at_ns);
	sn_doc_whole(doc, "size_bytes", probe->size_bytes);
	bool echo = !probe->sport && (probe->icmp_id || probe->icmp_seq);
	tell_field(doc, "source_port", probe, probe->sport, SONDE_DIFF_SPORT, probe->sport);
	tell_field(doc, "destination_port", probe, probe->dport, SONDE_DIFF_DPORT, probe->dport);
	tell_field(doc, "icmp_id", probe, echo, SONDE_DIFF_ICMP_ID, probe->icmp_id);
	tell_field(doc, "icmp_sequence", probe, echo, SONDE_DIFF_SEQ, probe->icmp_seq);
	tell_field(doc, "ip_id", probe, ip4, SONDE_DIFF_IP_ID, probe->ip_id);
}

void sn_tell_query(struct sn_doc *doc, const char *key, const struct sonde_query *query, const struct sonde_trace_cfg *cfg,
                   int64_t wall_zero_ns)
{
	bool heard = sonde_query_is_answered(query) || query->state == SONDE_QUERY_OVERHEARD;
	sn_doc_object(doc, key);
	sn_tell_probe(doc, &query->probe, cfg, wall_zero_ns);
	sn_doc_text(doc, "state", sonde_query_state_name(query->state));
	sn_tell_errno(doc, "errno", query->state == SONDE_QUERY_LOCAL_ERROR ? query->sys_errno : 0);
	sn_doc_whole(doc, "duplicates", query->duplicate_count);
	sn_doc_bool(doc, "asked_later", query->asked);
	if (heard)
		sn_tell_answer(doc, "answer", query, cfg, wall_zero_ns);
	else
		sn_doc_null(doc, "answer");
	sn_doc_end(doc);
}
