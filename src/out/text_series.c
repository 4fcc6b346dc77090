/* SPDX-License-Identifier: MIT */
/* Traces that were made one after the other, as one table of text. What a row or a column is, is known elsewhere. */
#include "out/text_series.h"

#include <stdlib.h>
#include <string.h>

void sn_series_columns(uint8_t columns[SN_SERIES_COLUMNS])
{
	static const char *const keys[SN_SERIES_COLUMNS] = {"hop", "address", "loss", "interval", "best", "avg", "p95", "worst", "jitter"};
	for (size_t i = 0; i < SN_SERIES_COLUMNS; i++)
		columns[i] = (uint8_t)sonde_column_find(keys[i]);
}

/* Somebody on the way has a reverse name. */
static bool has_names(const struct sn_who_source *source, const struct sonde_series *s)
{
	bool named = false;
	for (unsigned ttl = s->first_ttl; source && ttl <= s->last_ttl; ttl++)
		for (size_t i = 0; i < s->rows[ttl].responder_count; i++)
			named |= sn_who_of(source, &s->rows[ttl].responders[i].addr)->name != NULL;
	return named;
}

/* Silence behind the last answer is one line. */
static void put_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_series *s, bool grouped)
{
	unsigned silent_from = 0;
	uint32_t asn = 0;
	for (unsigned ttl = s->first_ttl; ttl <= s->last_ttl; ttl++) {
		const struct sonde_row *row = &s->rows[ttl];
		bool silent = row->responder_count == 0 && !row->failed_count;
		for (; !silent && silent_from; silent_from = silent_from + 1 < ttl ? silent_from + 1 : 0)
			sn_text_row(buf, style, s->paths[0], &(struct sonde_row){.ttl = (uint8_t)silent_from, .lost_count = 1});
		if (grouped)
			sn_text_network(buf, style, row, &asn);
		if (!silent)
			sn_text_row(buf, style, s->paths[0], row);
		else if (!silent_from)
			silent_from = ttl;
	}
	if (silent_from)
		sn_text_folded(buf, style, silent_from, s->last_ttl);
}

void sn_series_verdict(struct sn_buf *buf, const struct sonde_series *s)
{
	char addr[SONDE_ADDR_TEXT];
	sonde_addr_text(&sonde_path_cfg(s->paths[0])->dst, addr);
	if (s->reached_count == s->path_count)
		sn_buf_printf(buf, "Reached %s each time", addr);
	else if (s->reached_count)
		sn_buf_printf(buf, "Reached %s %zu of %zu times", addr, s->reached_count, s->path_count);
	else if (s->path_count == 1)
		sn_buf_printf(buf, "%s was not reached in the one trace that was made", addr);
	else
		sn_buf_printf(buf, "%s was not reached in any of %zu traces", addr, s->path_count);
	if (s->reached_count && s->least_distance < s->most_distance)
		sn_buf_printf(buf, ", in %u to %u hops", (unsigned)s->least_distance, (unsigned)s->most_distance);
	else if (s->reached_count)
		sn_buf_printf(buf, ", in %u hop%s", (unsigned)s->most_distance, s->most_distance == 1 ? "" : "s");
	sn_buf_putc(buf, '.');
}

bool sn_series_is_told(const struct sonde_finding *finding)
{
	return strcmp(finding->rule->id, "reached") == 0;
}

static void put_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_report_trace *told)
{
	struct sonde_findings rest = {.items = calloc(told->findings->count + 1, sizeof *rest.items)};
	struct sn_buf text = {.bad = !rest.items};
	sn_series_verdict(&text, told->series);
	for (size_t i = 0; rest.items && i < told->findings->count; i++)
		if (!sn_series_is_told(&told->findings->items[i]))
			rest.items[rest.count++] = told->findings->items[i];
	sn_text_findings(&text, &rest, 0);
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	const char *next = sn_text_next(&rest, NULL);
	if (next)
		sn_buf_printf(buf, "Try: %s\n", next);
	buf->bad |= text.bad;
	sn_buf_finish(&text);
	sonde_findings_finish(&rest);
}

void sn_series_text(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_report_trace *told)
{
	struct sn_text_style report = *style;
	uint8_t columns[SN_SERIES_COLUMNS + 1];
	if (!report.columns) {
		sn_series_columns(columns);
		columns[SN_SERIES_COLUMNS] = (uint8_t)sonde_column_find("name"); /* it stands last */
		report.columns = columns;
		report.column_count = SN_SERIES_COLUMNS + has_names(style->who, told->series);
	}
	sn_text_header(buf, &report, &told->about, told->series->paths[0]);
	put_rows(buf, &report, told->series, !style->columns);
	put_verdict(buf, style, told);
}
