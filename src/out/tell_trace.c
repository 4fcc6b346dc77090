/* SPDX-License-Identifier: MIT */
/* A trace as a document: its target, its hops with every probe, how it ended and what was found. */
#include "out/tell.h"

#include "out/known.h"

#include <stdlib.h>
#include <string.h>

/* ---- how it ended ---- */

void sn_tell_stop(struct sn_doc *doc, const char *key, const struct sonde_event_end *end)
{
	static const char *const ears[] = {[SONDE_EAR_NONE] = "none", [SONDE_EAR_REFUSED] = "refused", [SONDE_EAR_DEAF] = "incomplete",
	                                   [SONDE_EAR_OPEN] = "complete"};
	sn_doc_object(doc, key);
	sn_doc_text(doc, "reason", sonde_stop_name(end->stop));
	sn_doc_bool(doc, "reached", end->reached);
	sn_doc_some(doc, "distance", end->distance);
	sn_doc_some(doc, "last_hop", end->last_ttl);
	sn_doc_some(doc, "last_answering_ttl", end->last_answering_ttl);
	sn_doc_addr(doc, "by", &end->by);
	sn_doc_some(doc, "by_hop", end->by_ttl);
	sn_doc_text(doc, "meaning", end->why == SONDE_M_NONE ? NULL : sonde_meaning_name(end->why));
	if (end->by.family)
		sn_doc_whole(doc, "icmp_code", end->why_code);
	else
		sn_doc_null(doc, "icmp_code");
	sn_doc_bool(doc, "ttl255_asked", end->ttl255_asked);
	sn_doc_text(doc, "ttl255", end->ttl255 == SONDE_M_NONE ? NULL : sonde_meaning_name(end->ttl255));
	sn_tell_errno(doc, "errno", end->sys_errno);
	sn_doc_whole(doc, "probes", end->probe_count);
	sn_doc_whole(doc, "strays", end->stray_count);
	sn_doc_whole(doc, "forged", end->forged_count);
	sn_doc_whole(doc, "damaged", end->damaged.count);
	sn_doc_whole(doc, "unread", end->unread_count);
	sn_doc_whole(doc, "dropped_answers", end->dropped_count);
	sn_doc_text(doc, "interfaces_heard", ears[end->ear]);
	sn_doc_end(doc);
}

/* ---- rows ---- */

/* A cell of the column table as a member: its key, with the unit behind it. */
static void tell_cell(struct sn_doc *doc, const struct sonde_column *column, const struct sonde_row *row, size_t responder)
{
	struct sonde_cell cell = column->get(row, responder);
	const char *unit = strcmp(column->unit, "%") == 0 ? "percent" : column->unit;
	char key[64];
	size_t at = 0;
	if (cell.kind == SONDE_CELL_TIMES || cell.kind == SONDE_CELL_CHANGES || cell.kind == SONDE_CELL_ABOUT || column->found)
		return; /* each probe tells its own */
	if (strcmp(column->key, "interval") == 0)
		return; /* it follows from the counts */
	for (const char *c = column->key; *c && at + 16 < sizeof key; c++)
		key[at++] = (char)(*c == '-' ? '_' : *c);
	if (*unit)
		key[at++] = '_';
	memcpy(key + at, unit, strlen(unit) + 1);
	switch (cell.kind) {
	case SONDE_CELL_COUNT:
		sn_doc_whole(doc, key, (int64_t)cell.as.count);
		break;
	case SONDE_CELL_NS:
		sn_doc_ms(doc, key, cell.as.ns);
		break;
	case SONDE_CELL_PPM:
		sn_doc_real(doc, key, (double)cell.as.ppm / 10000.0);
		break;
	case SONDE_CELL_ADDR:
		sn_doc_addr(doc, key, &cell.as.addr);
		break;
	case SONDE_CELL_NONE:
	case SONDE_CELL_TIMES:
	case SONDE_CELL_ABOUT:
	case SONDE_CELL_RANGE:
	case SONDE_CELL_CHANGES:
		sn_doc_null(doc, key);
		break;
	}
}

static void tell_cells(struct sn_doc *doc, const struct sonde_row *row, size_t responder, bool of_row)
{
	for (size_t i = 0; i < sonde_column_count(); i++)
		if (sonde_column(i)->first_line == of_row)
			tell_cell(doc, sonde_column(i), row, responder);
}

void sn_tell_who(struct sn_doc *doc, const struct sn_who *who)
{
	sn_doc_text(doc, "name", who->name);
	sn_doc_bool(doc, "name_is_address", who->name && who->name_is_address);
	sn_doc_some(doc, "asn", who->asn);
	sn_doc_text(doc, "as_name", who->as_name);
	sn_doc_text(doc, "network", who->network);
	sn_doc_text(doc, "country", who->country);
}

void sn_tell_row(struct sn_doc *doc, const struct sonde_row *row, const struct sn_report *report)
{
	tell_cells(doc, row, 0, true);
	sn_doc_bool(doc, "target", row->is_target);
	sn_doc_object(doc, "counts"); /* what was sent and waited for is the sum of all but dropped and failed */
	sn_doc_whole(doc, "answered", row->answered_count);
	sn_doc_whole(doc, "lost", row->lost_count);
	sn_doc_whole(doc, "pending", row->pending_count);
	sn_doc_whole(doc, "dropped", row->dropped_count);
	sn_doc_whole(doc, "crowded", row->crowded_count);
	sn_doc_whole(doc, "overheard", row->overheard_count);
	sn_doc_whole(doc, "failed", row->failed_count);
	sn_doc_end(doc);
	sn_doc_array(doc, "responders");
	for (size_t i = 0; i < row->responder_count; i++) {
		sn_doc_object(doc, NULL);
		tell_cells(doc, row, i, false);
		sn_tell_who(doc, sn_who_of(report->who, &row->responders[i].addr));
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
}

static void tell_hop(struct sn_doc *doc, const struct sonde_row *row, const struct sonde_trace_cfg *cfg, const struct sn_report *report)
{
	sn_doc_object(doc, NULL);
	sn_tell_row(doc, row, report);
	sn_doc_bool(doc, "settled", row->settled);
	sn_doc_array(doc, "probes");
	for (size_t i = 0; i < row->query_count; i++)
		sn_tell_query(doc, NULL, row->queries[i], cfg, report->wall_zero_ns);
	sn_doc_end(doc);
	sn_doc_end(doc);
}

/* ---- the trace ---- */

/* Probes that stand in a row. */
struct shown {
	const struct sonde_query **queries;
	size_t count, capacity;
	bool bad;
};

static void note_shown(struct shown *shown, const struct sonde_row *row)
{
	if (shown->count + row->query_count > shown->capacity) {
		size_t wanted = 2 * shown->capacity + row->query_count;
		const struct sonde_query **grown = reallocarray(shown->queries, wanted, sizeof *grown);
		shown->bad |= !grown;
		if (!grown)
			return;
		shown->queries = grown;
		shown->capacity = wanted;
	}
	if (row->query_count)
		memcpy(shown->queries + shown->count, row->queries, row->query_count * sizeof *row->queries);
	shown->count += row->query_count;
}

static int compare_queries(const void *a, const void *b)
{
	const struct sonde_query *p = *(const struct sonde_query *const *)a, *q = *(const struct sonde_query *const *)b;
	return p < q ? -1 : p > q;
}

static void tell_hops(struct sn_doc *doc, const struct sonde_path *path, const struct sn_report *report, struct shown *shown)
{
	struct sonde_row row = {0};
	sn_doc_array(doc, "hops");
	for (unsigned ttl = sonde_path_first_ttl(path); ttl <= sonde_path_last_ttl(path); ttl++) {
		shown->bad |= sonde_path_row(path, (uint8_t)ttl, &row) < 0;
		note_shown(shown, &row);
		tell_hop(doc, &row, sonde_path_cfg(path), report);
	}
	sn_doc_end(doc);
	sonde_row_finish(&row);
}

/* Those that stand in no row: sent past the target, or at TTL 255 behind silence. */
static void tell_others(struct sn_doc *doc, const struct sonde_path *path, int64_t wall_zero_ns, struct shown *shown)
{
	if (shown->count)
		qsort(shown->queries, shown->count, sizeof *shown->queries, compare_queries);
	sn_doc_array(doc, "other_probes");
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++) {
			const struct sonde_query *query = &queries[i];
			if (!shown->count || !bsearch(&query, shown->queries, shown->count, sizeof *shown->queries, compare_queries))
				sn_tell_query(doc, NULL, query, sonde_path_cfg(path), wall_zero_ns);
		}
	}
	sn_doc_end(doc);
}

static void tell_target(struct sn_doc *doc, const struct sn_report_trace *trace, const struct sonde_trace_cfg *cfg)
{
	size_t port_count = sn_ports_are_known(trace->path) ? cfg->sport_count : 0;
	sn_doc_object(doc, "target");
	sn_doc_name(doc, "host", trace->about.host);
	sn_doc_addr(doc, "address", &cfg->dst);
	sn_doc_whole(doc, "family", cfg->dst.family);
	sn_doc_whole(doc, "addresses", trace->about.address_count ? (int64_t)trace->about.address_count : 1);
	sn_doc_end(doc);
	sn_doc_object(doc, "source");
	sn_doc_addr(doc, "address", &cfg->src);
	sn_doc_name(doc, "interface", cfg->device);
	sn_doc_some(doc, "mtu_bytes", cfg->mtu_bytes);
	sn_doc_array(doc, "ports");
	for (size_t i = 0; i < port_count && i < SONDE_FLOWS_MAX; i++)
		if (cfg->sport[i])
			sn_doc_whole(doc, NULL, cfg->sport[i]);
	sn_doc_end(doc);
	sn_doc_end(doc);
}

static void tell_findings(struct sn_doc *doc, const struct sn_report_trace *trace)
{
	sn_doc_array(doc, "findings");
	for (size_t i = 0; trace->findings && i < trace->findings->count; i++)
		if (trace->findings->items[i].path == trace->index)
			sn_tell_finding(doc, NULL, &trace->findings->items[i]);
	sn_doc_end(doc);
}

/* A bound that nothing was seen of is not known. */
static void tell_rate(struct sn_doc *doc, const char *key, double rate, bool known)
{
	if (known)
		sn_doc_real(doc, key, rate);
	else
		sn_doc_null(doc, key);
}

static void tell_limiters(struct sn_doc *doc, const struct sn_report_trace *trace)
{
	sn_doc_array(doc, "limiters");
	for (size_t i = 0; i < trace->limiter_count; i++) {
		const struct sonde_limiter *l = &trace->limiters[i];
		bool known = l->limited && l->fits;
		sn_doc_object(doc, NULL);
		sn_doc_whole(doc, "hop", l->ttl);
		sn_doc_addr(doc, "by", &l->by);
		sn_doc_whole(doc, "probes", l->probe_count);
		sn_doc_whole(doc, "answered", l->answered_count);
		sn_doc_bool(doc, "limited", l->limited);
		sn_doc_bool(doc, "fits", known);
		sn_doc_bool(doc, "shared", l->shared);
		sn_doc_some(doc, "least_burst", known ? l->burst_low : 0);
		sn_doc_some(doc, "most_burst", known ? l->burst_high : 0);
		tell_rate(doc, "least_per_second", l->rate_low, known);
		tell_rate(doc, "most_per_second", l->rate_high, known && l->rate_high < SONDE_LIMITER_RATE_MOST);
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
}

void sn_tell_trace(struct sn_doc *doc, const char *key, const struct sn_report_trace *trace, const struct sn_report *report)
{
	int64_t wall_zero_ns = report->wall_zero_ns;
	const struct sonde_path *path = trace->path;
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	const struct sonde_event_end *end = sonde_path_end(path);
	struct shown shown = {0};
	sn_doc_object(doc, key);
	tell_target(doc, trace, cfg);
	sn_tell_method(doc, cfg);
	sn_doc_text(doc, "wire", trace->about.wire);
	sn_doc_bool(doc, "flow_constant", trace->about.flow_constant);
	sn_tell_asked(doc, "asked", cfg);
	sn_doc_instant(doc, "started_at", wall_zero_ns + sonde_path_began_at_ns(path));
	if (end) {
		sn_doc_instant(doc, "ended_at", wall_zero_ns + sonde_path_ended_at_ns(path));
		sn_tell_stop(doc, "stop", end);
	} else {
		sn_doc_null(doc, "ended_at");
		sn_doc_null(doc, "stop");
	}
	if (trace->mtu)
		sn_tell_mtu(doc, "mtu", trace);
	tell_hops(doc, path, report, &shown);
	tell_others(doc, path, wall_zero_ns, &shown);
	tell_findings(doc, trace);
	tell_limiters(doc, trace);
	if (shown.bad)
		sn_doc_lost(doc, "hops");
	sn_doc_end(doc);
	free(shown.queries);
}
