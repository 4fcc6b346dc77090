/* SPDX-License-Identifier: MIT */
/* Traces that were made one after the other, as a document: which they are, their rows added up, and what was found of all of them. */
#include "out/tell.h"

static bool has(const struct sonde_series *series, const struct sonde_path *path)
{
	for (size_t i = 0; i < series->path_count; i++)
		if (series->paths[i] == path)
			return true;
	return false;
}

/* Where the true share of loss lies, with 95 % confidence: a pair in the table, two members here. */
static void tell_interval(struct sn_doc *doc, const struct sonde_row *row)
{
	const double ppm_per_percent = 10000;
	struct sonde_cell cell = sonde_column((size_t)sonde_column_find("interval"))->get(row, 0);
	if (cell.kind == SONDE_CELL_RANGE) {
		sn_doc_real(doc, "loss_least_percent", cell.as.range.low_ppm / ppm_per_percent);
		sn_doc_real(doc, "loss_most_percent", cell.as.range.high_ppm / ppm_per_percent);
	} else {
		sn_doc_null(doc, "loss_least_percent");
		sn_doc_null(doc, "loss_most_percent");
	}
}

static void tell_one(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *told)
{
	const struct sonde_series *series = told->series;
	sn_doc_object(doc, NULL);
	sn_doc_array(doc, "traces");
	for (size_t i = 0; i < report->trace_count; i++)
		if (has(series, report->traces[i].path))
			sn_doc_whole(doc, NULL, (int64_t)i);
	sn_doc_end(doc);
	sn_doc_whole(doc, "reached", (int64_t)series->reached_count);
	sn_doc_some(doc, "least_distance", series->least_distance);
	sn_doc_some(doc, "most_distance", series->most_distance);
	sn_doc_array(doc, "hops");
	for (unsigned ttl = series->first_ttl; ttl <= series->last_ttl; ttl++) {
		sn_doc_object(doc, NULL);
		sn_tell_row(doc, &series->rows[ttl], report);
		tell_interval(doc, &series->rows[ttl]);
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
	sn_doc_array(doc, "findings");
	for (size_t i = 0; i < told->findings->count; i++)
		sn_tell_finding(doc, NULL, &told->findings->items[i]);
	sn_doc_end(doc);
	sn_doc_end(doc);
}

void sn_tell_series(struct sn_doc *doc, const char *key, const struct sn_report *report)
{
	sn_doc_array(doc, key);
	for (size_t i = 0; i < report->series_count; i++)
		tell_one(doc, report, &report->series[i]);
	sn_doc_end(doc);
}
