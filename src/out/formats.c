/* SPDX-License-Identifier: MIT */
/* The rows of the format table. */
#include "out/formats.h"

#include "out/csv.h"
#include "out/dot.h"
#include "out/foreign.h"
#include "out/html.h"
#include "out/markdown.h"
#include "out/prometheus.h"
#include "out/tell.h"
#include "out/text_report.h"
#include "out/traceroute.h"

#include <string.h>

#define FORMATS(X) \
	X("text", "the table and what was found, as on a terminal", .text = sn_text_report, .sums = true, \
	  .shows = SN_SHOWS_ALL) \
	X("json", "one document with everything that is known", .doc = sn_tell_report, .interfaces = true, \
	  .shows = SN_SHOWS_COLUMNS | SN_SHOWS_LOST | SN_SHOWS_FINDINGS) \
	X("ndjson", "each event as it happens, a JSON document a line", .stream = true, \
	  .shows = SN_SHOWS_LOST | SN_SHOWS_FINDINGS) \
	X("csv", "a row per probe, as spreadsheets and databases read it", .text = sn_csv_report, .utf8 = true, .shows = SN_SHOWS_LOST) \
	X("html", "one page with tables and drawings, to attach to a ticket", .text = sn_html_report, .sums = true, .utf8 = true, \
	  .shows = SN_SHOWS_COLUMNS | SN_SHOWS_FINDINGS) \
	X("markdown", "tables and what was found, to paste into a ticket", .text = sn_markdown_report, .sums = true, \
	  .shows = SN_SHOWS_COLUMNS | SN_SHOWS_FINDINGS) \
	X("dot", "the ways as a drawing, for Graphviz", .text = sn_dot_report, .utf8 = true) \
	X("prometheus", "metrics for node_exporter's textfile collector", .text = sn_prometheus_report, .sums = true, .utf8 = true) \
	X("traceroute", "the layout of Debian's traceroute, for what parses that", .text = sn_traceroute_report, \
	  .look = &sn_traceroute_look) \
	X("mtr-json", "a report as mtr --json writes it", .each = sn_mtr_json, .sums = true) \
	X("atlas", "a traceroute result of RIPE Atlas", .each = sn_atlas) \
	X("scamper-json", "a trace as scamper writes it in JSON", .each = sn_scamper_json)

static const struct sn_format formats[] = {
#define X(format_name, format_summary, ...) {.name = format_name, .summary = format_summary, __VA_ARGS__},
    FORMATS(X)
#undef X
};

const char *const sn_format_names[] = {
#define X(format_name, ...) format_name,
    FORMATS(X)
#undef X
    NULL};

size_t sn_format_count(void)
{
	return sizeof formats / sizeof *formats;
}

const struct sn_format *sn_format(size_t index)
{
	return index < sn_format_count() ? &formats[index] : NULL;
}

const struct sn_format *sn_format_find(const char *name, size_t bytes)
{
	for (size_t i = 0; i < sn_format_count(); i++)
		if (strlen(formats[i].name) == bytes && strncmp(formats[i].name, name, bytes) == 0)
			return &formats[i];
	return NULL;
}
