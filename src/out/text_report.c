/* SPDX-License-Identifier: MIT */
/* The tables of a run one below the other, each with what was found. */
#include "out/text_report.h"

#include "out/compare.h"
#include "out/findings.h"
#include "out/limiter.h"
#include "out/lost.h"
#include "out/mtu.h"
#include "out/text_series.h"

#include <stdlib.h>

static void put_series(struct sn_buf *buf, const struct sn_report *report, const struct sn_report_trace *trace,
                       const struct sn_text_style *style)
{
	const struct sonde_series *series = trace->series;
	sn_series_text(buf, style, trace);
	if (report->lost)
		sn_text_lost(buf, style, series->paths, series->path_count, report->wall_zero_ns);
	if (report->lines && trace->findings)
		sn_findings_lines(buf, trace->findings, series->paths, 1);
}

/* Below what was found. A search for the path's MTU loses packets on purpose: of one that was not captured they are not looked for. */
static void put_below(struct sn_buf *buf, const struct sn_report *report, const struct sn_report_trace *trace,
                      const struct sn_text_style *style)
{
	bool packets = !trace->mtu || report->capture;
	if (report->lost && packets)
		sn_text_lost(buf, style, &trace->path, 1, report->wall_zero_ns);
	if (report->lines && trace->findings)
		sn_findings_lines(buf, trace->findings, &trace->path, 1);
	for (size_t i = 0; i < trace->limiter_count; i++) {
		struct sn_buf text = {0};
		sn_limiter_text(&text, &trace->limiters[i]);
		sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
		buf->bad |= text.bad;
		sn_buf_finish(&text);
	}
	if (report->detail && packets)
		report->detail(report->detail_ctx, trace->path, style, buf);
}

static void put_trace(struct sn_buf *buf, const struct sn_report *report, const struct sn_report_trace *trace,
                      const struct sn_text_style *style)
{
	const struct sonde_path *path = trace->path;
	if (trace->series) {
		put_series(buf, report, trace, style);
		return;
	}
	if (trace->mtu) {
		sn_mtu_header(buf, style, &trace->about, sonde_path_cfg(path));
		if (trace->note)
			sn_text_wrap(buf, style->width_columns, trace->note);
		sn_mtu_table(buf, style, path);
	} else {
		sn_text_header(buf, style, &trace->about, path);
		if (sonde_path_last_ttl(path) >= sonde_path_first_ttl(path))
			sn_text_rows(buf, style, path, sonde_path_first_ttl(path), sonde_path_last_ttl(path), false);
	}
	if (trace->findings)
		sn_text_verdict(buf, style, trace->findings, trace->index);
	put_below(buf, report, trace, style);
}

bool sn_report_compare(const struct sn_report *report, struct sn_compare *compare)
{
	const struct sonde_path **paths = calloc(report->trace_count, sizeof *paths);
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(report->traces[0].path);
	const struct sn_text_about *about = &report->traces[0].about;
	if (!paths)
		return false;
	for (size_t i = 0; i < report->trace_count; i++)
		paths[i] = report->traces[i].path;
	*compare = (struct sn_compare){.dst = cfg->dst,
	                               .max_ttl = cfg->max_ttl,
	                               .paths = paths,
	                               .path_count = report->trace_count,
	                               .findings = report->traces[0].findings,
	                               .host = about->host,
	                               .wire = about->wire,
	                               .address_count = about->address_count};
	return true;
}

void sn_report_compare_finish(struct sn_compare *compare)
{
	free((void *)(uintptr_t)compare->paths);
}

static void put_compare(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	struct sn_compare compare;
	if (!sn_report_compare(report, &compare)) {
		buf->bad = true;
		return;
	}
	sn_compare_header(buf, style, &compare);
	sn_compare_table(buf, style, &compare);
	sn_compare_verdict(buf, style, &compare);
	if (report->lost)
		sn_text_lost(buf, style, compare.paths, compare.path_count, report->wall_zero_ns);
	if (report->lines)
		sn_findings_lines(buf, compare.findings, compare.paths, compare.path_count);
	sn_report_compare_finish(&compare);
}

void sn_text_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	if (report->compared && report->trace_count) {
		put_compare(buf, report, style);
		return;
	}
	for (size_t i = 0; i < report->trace_count; i++) {
		if (i)
			sn_buf_putc(buf, '\n');
		put_trace(buf, report, &report->traces[i], style);
	}
}
