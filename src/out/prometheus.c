/* SPDX-License-Identifier: MIT */
/* THE METRICS TABLE: what a run is told as to Prometheus, and how each family gets its samples. */
#include "out/prometheus.h"

#include "base/clean.h"
#include "out/times.h"
#include "out/who.h"

#include <sonde/mtu.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const double NS_PER_S = 1e9;

/* One family being written. */
struct family {
	struct sn_buf *buf;
	const struct sn_report *report;
	const struct metric *metric;
	bool begun;             /* it has its head */
};

struct metric {
	const char *name, *type, *help;
	void (*whole)(struct family *family);                                              /* of the run … */
	void (*of)(struct family *family, const struct sn_report_trace *trace, const char *labels);  /* … or of each trace */
};

/* ---- samples ---- */

void sn_prometheus_value(struct sn_buf *buf, const char *text)
{
	struct sn_buf clean = {0};
	sn_clean_plain(&clean, text, strlen(text), false);
	sn_buf_putc(buf, '"');
	for (const char *c = sn_buf_text(&clean); *c; c++) {
		if (*c == '\\' || *c == '"')
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *c);
	}
	sn_buf_putc(buf, '"');
	buf->bad |= clean.bad;
	buf->bad |= clean.bad;
	sn_buf_finish(&clean);
}

/* "name{labels" of a sample, behind the head of its family. */
static void begin(struct family *family, const char *labels)
{
	const struct metric *metric = family->metric;
	if (!family->begun)
		sn_buf_printf(family->buf, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name, metric->type);
	family->begun = true;
	sn_buf_printf(family->buf, "%s{%s", metric->name, labels);
}

static void put(struct family *family, const char *labels, double value)
{
	begin(family, labels);
	sn_buf_printf(family->buf, "} %.9g\n", value);
}

/* A number of 32 bits has ten digits. */
static void put_hop(struct family *family, const char *labels, uint8_t ttl, double value)
{
	begin(family, labels);
	sn_buf_printf(family->buf, value < 1e9 ? ",hop=\"%u\"} %.9g\n" : ",hop=\"%u\"} %.10g\n", (unsigned)ttl, value);
}

/* ---- of the run ---- */

static void put_info(struct family *family)
{
	begin(family, "version=");
	sn_prometheus_value(family->buf, family->report->version ? family->report->version : "");
	sn_buf_puts(family->buf, "} 1\n");
}

static void put_errors(struct family *family)
{
	struct sn_buf labels = {0};
	sn_buf_puts(&labels, "command=");
	sn_prometheus_value(&labels, family->report->command);
	put(family, sn_buf_text(&labels), (double)family->report->error_count);
	family->buf->bad |= labels.bad;
	sn_buf_finish(&labels);
}

/* ---- of a trace, or of those that stand as one ---- */

static const struct sonde_path *oldest(const struct sn_report_trace *trace)
{
	size_t count;
	return sn_report_paths(trace, &count)[0];
}

static const struct sonde_path *newest(const struct sn_report_trace *trace)
{
	size_t count;
	const struct sonde_path *const *paths = sn_report_paths(trace, &count);
	return paths[count - 1];
}

static void put_end_at(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	const struct sonde_path *path = newest(trace);
	if (!sonde_path_end(path))
		return;
	begin(family, labels);
	sn_buf_printf(family->buf, "} %.3f\n", (double)(family->report->wall_zero_ns + sonde_path_ended_at_ns(path)) / NS_PER_S);
}

static void put_duration(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	const struct sonde_path *path = newest(trace);
	if (sonde_path_end(path))
		put(family, labels, (double)(sonde_path_ended_at_ns(path) - sonde_path_began_at_ns(oldest(trace))) / NS_PER_S);
}

static void put_stop(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
#define X(id, name) SONDE_STOP_##id,
	static const enum sonde_stop stops[] = {SONDE_STOPS(X)};
#undef X
	const struct sonde_event_end *end = sonde_path_end(newest(trace));
	for (size_t i = 0; end && i < sizeof stops / sizeof *stops; i++) {
		if (stops[i] == SONDE_STOP_NONE)
			continue;
		begin(family, labels);
		sn_buf_printf(family->buf, ",reason=\"%s\"} %d\n", sonde_stop_name(stops[i]), end->stop == stops[i]);
	}
}

static void put_reached(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	size_t count, ended = 0, reached = 0;
	const struct sonde_path *const *paths = sn_report_paths(trace, &count);
	for (size_t i = 0; i < count; i++) {
		const struct sonde_event_end *end = sonde_path_end(paths[i]);
		ended += end != NULL;
		reached += end && end->reached;
	}
	if (ended)
		put(family, labels, (double)reached / (double)ended);
}

static void put_distance(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	if (sonde_path_distance(newest(trace)))
		put(family, labels, sonde_path_distance(newest(trace)));
}

static void put_sent(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	size_t path_count;
	const struct sonde_path *const *paths = sn_report_paths(trace, &path_count);
	uint64_t sent = 0;
	for (size_t at = 0; at < path_count * SONDE_TTL_LAST; at++) {
		size_t count;
		const struct sonde_query *queries =
		    sonde_path_queries(paths[at / SONDE_TTL_LAST], (uint8_t)(at % SONDE_TTL_LAST + 1), &count);
		for (size_t i = 0; i < count; i++)
			sent += queries[i].state != SONDE_QUERY_LOCAL_ERROR;
	}
	put(family, labels, (double)sent);
}

/* Of probes that stand in a row: silence past the target is none of the path's. */
static void put_fates(struct family *family, const struct sn_report_trace *trace, const char *labels, bool lost)
{
	struct sonde_row row = {0};
	uint64_t count = 0;
	for (unsigned ttl = sn_report_first_ttl(trace); ttl <= sn_report_last_ttl(trace); ttl++) {
		if (sn_report_row(trace, ttl, &row) < 0)
			family->buf->bad = true;
		else
			count += lost ? row.lost_count : row.answered_count;
	}
	sonde_row_finish(&row);
	put(family, labels, (double)count);
}

static void put_answered(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	put_fates(family, trace, labels, false);
}

static void put_lost(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	put_fates(family, trace, labels, true);
}

static void put_mtu(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	struct sonde_mtu mtu;
	if (trace->mtu && sonde_mtu_read(trace->path, &mtu) == SONDE_OK && mtu.path_bytes)
		put(family, labels, mtu.path_bytes);
}

/* ---- of hops ---- */

enum hop_value { HOP_MEAN, HOP_BEST, HOP_WORST, HOP_LOSS, HOP_RESPONDERS, HOP_SYSTEM };

static void put_of_row(struct family *family, const char *labels, const struct sonde_row *row, enum hop_value what)
{
	const struct sn_times times = sn_times_of(row);
	const sonde_ns ns[] = {[HOP_MEAN] = times.mean_ns, [HOP_BEST] = times.best_ns, [HOP_WORST] = times.worst_ns};
	uint32_t known = row->answered_count + row->lost_count;
	const struct sn_who *who = what == HOP_SYSTEM ? sn_who_of_row(family->report->who, row) : NULL;
	if (who)
		put_hop(family, labels, row->ttl, who->asn);
	else if (what == HOP_RESPONDERS)
		put_hop(family, labels, row->ttl, (double)row->responder_count);
	else if (what <= HOP_WORST && times.count)
		put_hop(family, labels, row->ttl, (double)ns[what] / NS_PER_S);
	else if (what == HOP_LOSS && row->answered_count) /* a hop that answers nothing is silent, which is no loss */
		put_hop(family, labels, row->ttl, (double)row->lost_count / known);
}

static void put_rows(struct family *family, const struct sn_report_trace *trace, const char *labels, enum hop_value what)
{
	struct sonde_row row = {0};
	for (unsigned ttl = sn_report_first_ttl(trace); !trace->mtu && ttl <= sn_report_last_ttl(trace); ttl++) {
		if (sn_report_row(trace, ttl, &row) < 0)
			family->buf->bad = true;
		else
			put_of_row(family, labels, &row, what);
	}
	sonde_row_finish(&row);
}

#define HOPS(name, what) \
	static void name(struct family *family, const struct sn_report_trace *trace, const char *labels) \
	{ \
		put_rows(family, trace, labels, what); \
	}
HOPS(put_mean, HOP_MEAN)
HOPS(put_best, HOP_BEST)
HOPS(put_worst, HOP_WORST)
HOPS(put_loss, HOP_LOSS)
HOPS(put_responders, HOP_RESPONDERS)
HOPS(put_system, HOP_SYSTEM)
#undef HOPS

/* ---- findings ---- */

/* How often each was found about one path, or about all of a case. */
static void put_rules(struct family *family, const struct sonde_findings *findings, size_t path, const char *labels)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct sonde_finding *f = &findings->items[i];
		unsigned count = 0;
		bool first = f->path == path;
		for (size_t k = 0; first && k < findings->count; k++) {
			bool same = findings->items[k].path == path && findings->items[k].rule == f->rule;
			first = !(same && k < i);
			count += same;
		}
		if (!first)
			continue;
		begin(family, labels);
		sn_buf_printf(family->buf, ",id=\"%s\",severity=\"%s\"} %u\n", f->rule->id, sonde_severity_name(f->rule->severity), count);
	}
}

static void put_findings(struct family *family, const struct sn_report_trace *trace, const char *labels)
{
	if (trace->findings)
		put_rules(family, trace->findings, trace->index, labels);
	/* what is said of all methods together stands once, without a method */
	if (!family->report->compared || trace != family->report->traces || !trace->findings)
		return;
	struct sn_buf all = {0};
	const char *method = strstr(labels, ",method=");
	sn_buf_add(&all, labels, method ? (size_t)(method - labels) : strlen(labels));
	sn_buf_puts(&all, ",method=\"\"");
	put_rules(family, trace->findings, SONDE_PATH_ALL, sn_buf_text(&all));
	family->buf->bad |= all.bad;
	sn_buf_finish(&all);
}

/* ---- the table ---- */

static const struct metric metrics[] = {
    {"sonde_info", "gauge", "Version of sonde that wrote this.", .whole = put_info},
    {"sonde_run_errors", "gauge", "What failed on this machine in the newest run.", .whole = put_errors},
    {"sonde_run_end_timestamp_seconds", "gauge", "When the newest run ended, in seconds since 1970.", .of = put_end_at},
    {"sonde_run_duration_seconds", "gauge", "How long it took.", .of = put_duration},
    {"sonde_stop_reason", "gauge", "Why it ended, or the newest of several: 1 for the reason, 0 for all others.", .of = put_stop},
    {"sonde_target_reached", "gauge", "Share of the traces that the target answered: 1 or 0 of a single one.", .of = put_reached},
    {"sonde_path_hops", "gauge", "Distance of the target.", .of = put_distance},
    {"sonde_path_mtu_bytes", "gauge", "Largest packet that gets through.", .of = put_mtu},
    {"sonde_probes_sent_total", "counter", "Probes of the newest run that left this machine.", .of = put_sent},
    {"sonde_probes_answered_total", "counter", "Probes of the newest run that a hop of the path answered.", .of = put_answered},
    {"sonde_probes_lost_total", "counter", "Probes of the newest run that a hop of the path did not answer.", .of = put_lost},
    {"sonde_hop_rtt_seconds", "gauge", "Mean round trip to a hop.", .of = put_mean},
    {"sonde_hop_rtt_min_seconds", "gauge", "Shortest round trip to a hop.", .of = put_best},
    {"sonde_hop_rtt_max_seconds", "gauge", "Longest round trip to a hop.", .of = put_worst},
    {"sonde_hop_loss_ratio", "gauge", "Share of the probes that a hop did not answer; absent where it answered none.", .of = put_loss},
    {"sonde_hop_responders", "gauge", "Different addresses that answered at a hop; 0: it is silent.", .of = put_responders},
    {"sonde_hop_asn", "gauge", "Number of the autonomous system that a hop belongs to; absent where nobody knows it.", .of = put_system},
    {"sonde_findings", "gauge", "How often a finding was made.", .of = put_findings},
};

/* target="web",family="4",method="tcp/443"; what is asked for twice is counted. */
static void put_labels(struct sn_buf *labels, const struct sn_report *report, size_t index)
{
	const struct sn_report_trace *trace = &report->traces[index];
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(trace->path);
	char label[SONDE_LABEL_BYTES];
	unsigned nth = 1;
	sn_buf_puts(&labels[index], "target=");
	sn_prometheus_value(&labels[index], trace->about.host);
	sn_buf_printf(&labels[index], ",family=\"%u\",method=", (unsigned)cfg->dst.family);
	sn_prometheus_value(&labels[index], sonde_label(cfg, label));
	sn_buf_puts(&labels[index], trace->mtu ? ",plan=\"mtu\"" : "");
	size_t bytes = labels[index].length_bytes;
	for (size_t i = 0; i < index; i++)
		nth += strncmp(sn_buf_text(&labels[i]), sn_buf_text(&labels[index]), bytes) == 0 &&
		       (labels[i].length_bytes == bytes || strncmp(sn_buf_text(&labels[i]) + bytes, ",nth=", 5) == 0);
	if (nth > 1)
		sn_buf_printf(&labels[index], ",nth=\"%u\"", nth);
}

void sn_prometheus_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	struct sn_buf *labels = calloc(report->trace_count + 1, sizeof *labels);
	(void)style;
	buf->bad |= !labels;
	for (size_t i = 0; labels && i < report->trace_count; i++)
		put_labels(labels, report, i);
	for (size_t i = 0; labels && i < sizeof metrics / sizeof *metrics; i++) {
		struct family family = {.buf = buf, .report = report, .metric = &metrics[i]};
		if (metrics[i].whole)
			metrics[i].whole(&family);
		for (size_t k = 0; metrics[i].of && k < report->trace_count; k++)
			metrics[i].of(&family, &report->traces[k], sn_buf_text(&labels[k]));
	}
	for (size_t i = 0; labels && i < report->trace_count; i++) {
		buf->bad |= labels[i].bad;
		sn_buf_finish(&labels[i]);
	}
	free(labels);
}
