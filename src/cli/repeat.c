/* SPDX-License-Identifier: MIT */
/* Adds up the rows of several traces to one target. What a row or a column is, is known elsewhere. */
#include "cli/repeat.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The path of that trace, where it goes to dst and has begun. */
static const struct sonde_path *path_to(const struct sn_live *live, uint32_t id, const struct sonde_addr *dst)
{
	const struct sonde_path *path = sn_live_path(live, id);
	const struct sonde_trace_cfg *cfg = path ? sonde_path_cfg(path) : NULL;
	return cfg && sonde_addr_equal(&cfg->dst, dst) ? path : NULL;
}

/* What is known of all of them together. */
struct summary {
	bool grouped;  /* networks stand above their hops */
	uint32_t first_id, last_failed_id, count, reached_count;
	uint8_t first_ttl, last_ttl, least_distance, most_distance;
};

static struct summary sum_up(const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst)
{
	struct summary all = {.first_ttl = SONDE_TTL_LAST, .least_distance = SONDE_TTL_LAST};
	for (uint32_t id = 0; id < trace_count; id++) {
		const struct sonde_path *path = path_to(live, id, dst);
		if (!path)
			continue;
		const struct sonde_event_end *end = sonde_path_end(path);
		uint8_t first = sonde_path_first_ttl(path), last = sonde_path_last_ttl(path), distance = sonde_path_distance(path);
		all.first_id = all.count ? all.first_id : id;
		all.first_ttl = first < all.first_ttl ? first : all.first_ttl;
		all.last_ttl = last > all.last_ttl ? last : all.last_ttl;
		all.count++;
		if (end && end->reached && distance) {
			all.reached_count++;
			all.least_distance = distance < all.least_distance ? distance : all.least_distance;
			all.most_distance = distance > all.most_distance ? distance : all.most_distance;
		} else {
			all.last_failed_id = id;
		}
	}
	return all;
}

/* One hop of all of them. Where one ended nearer, it says nothing of the hops behind. */
static int add_rows(struct sonde_row *sum, const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst, uint8_t ttl)
{
	struct sonde_row row = {0};
	int code = SONDE_OK;
	for (uint32_t id = 0; code == SONDE_OK && id < trace_count; id++) {
		const struct sonde_path *path = path_to(live, id, dst);
		if (!path || ttl > sonde_path_last_ttl(path))
			continue;
		code = sonde_path_row(path, ttl, &row);
		if (code == SONDE_OK)
			code = sonde_row_add(sum, &row);
	}
	sonde_row_finish(&row);
	return code;
}

static bool is_named(const struct sn_who_source *source, const struct sonde_row *row)
{
	bool named = false;
	for (size_t i = 0; i < row->responder_count; i++)
		named |= sn_who_of(source, &row->responders[i].addr)->name != NULL;
	return named;
}

/* Somebody on the ways to dst has a reverse name. */
static bool has_names(const struct sn_who_source *source, const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst)
{
	struct sonde_row row = {0};
	bool named = false;
	for (uint32_t id = 0; source && !named && id < trace_count; id++) {
		const struct sonde_path *path = path_to(live, id, dst);
		unsigned last_ttl = path ? sonde_path_last_ttl(path) : 0;
		for (unsigned ttl = path ? sonde_path_first_ttl(path) : 1; !named && ttl <= last_ttl; ttl++)
			named = sonde_path_row(path, (uint8_t)ttl, &row) == SONDE_OK && is_named(source, &row);
	}
	sonde_row_finish(&row);
	return named;
}

/* The target and nobody else: a trace whose probes of that hop were lost has it farther away than it is. */
static bool is_end(const struct sonde_row *row, const struct sonde_addr *dst)
{
	return row->is_target && row->responder_count == 1 && sonde_addr_equal(&row->responders[0].addr, dst);
}

/* Silence behind the last answer is one line. */
static void put_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_live *live, uint32_t trace_count,
                     const struct sonde_addr *dst, struct summary *all)
{
	const struct sonde_path *first = sn_live_path(live, all->first_id);
	unsigned silent_from = 0;
	uint32_t asn = 0;
	for (unsigned ttl = all->first_ttl; ttl <= all->last_ttl; ttl++) {
		struct sonde_row sum = {0};
		buf->bad |= add_rows(&sum, live, trace_count, dst, (uint8_t)ttl) < 0;
		bool silent = sum.responder_count == 0 && !sum.failed_count, end = is_end(&sum, dst);
		for (; !silent && silent_from; silent_from = silent_from + 1 < ttl ? silent_from + 1 : 0)
			sn_text_row(buf, style, first, &(struct sonde_row){.ttl = (uint8_t)silent_from, .lost_count = 1});
		if (all->grouped)
			sn_text_network(buf, style, &sum, &asn);
		if (!silent)
			sn_text_row(buf, style, first, &sum);
		else if (!silent_from)
			silent_from = ttl;
		sonde_row_finish(&sum);
		if (end)
			all->last_ttl = all->most_distance = (uint8_t)ttl;
	}
	if (silent_from)
		sn_text_folded(buf, style, silent_from, all->last_ttl);
}

static void put_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_live *live, const struct sonde_addr *dst,
                        const struct summary *all)
{
	char addr[SONDE_ADDR_TEXT];
	struct sn_buf text = {0};
	sonde_addr_text(dst, addr);
	if (all->reached_count == all->count)
		sn_buf_printf(&text, "Reached %s each time", addr);
	else if (all->reached_count)
		sn_buf_printf(&text, "Reached %s %" PRIu32 " of %" PRIu32 " times", addr, all->reached_count, all->count);
	else
		sn_buf_printf(&text, "%s was not reached in any of %" PRIu32 " traces", addr, all->count);
	if (all->reached_count && all->least_distance < all->most_distance)
		sn_buf_printf(&text, ", in %u to %u hops", (unsigned)all->least_distance, (unsigned)all->most_distance);
	else if (all->reached_count)
		sn_buf_printf(&text, ", in %u hop%s", (unsigned)all->most_distance, all->most_distance == 1 ? "" : "s");
	sn_buf_putc(&text, '.');
	if (all->reached_count < all->count)
		sn_buf_puts(&text, " Of the last that did not:");
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	if (all->reached_count < all->count)
		sn_text_verdict(buf, style, sn_live_findings(live, all->last_failed_id), 0);
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

void sn_repeat_report(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_live *live, uint32_t trace_count,
                      const struct sonde_addr *dst, uint32_t wanted)
{
	static const char *const keys[] = {"hop", "address", "loss", "interval", "best", "avg", "p95", "worst", "jitter", "name"};
	enum { KEY_COUNT = sizeof keys / sizeof *keys };
	struct summary all = sum_up(live, trace_count, dst);
	struct sn_text_style report = *style;
	uint8_t columns[KEY_COUNT];
	char often[48];
	if (all.count == 0)
		return;
	for (size_t i = 0; i < KEY_COUNT; i++)
		columns[i] = (uint8_t)sonde_column_find(keys[i]);
	if (!report.columns) {
		report.columns = columns;
		report.column_count = KEY_COUNT - !has_names(style->who, live, trace_count, dst); /* they stand last */
		all.grouped = true;
	}
	struct sn_text_about about = *sn_live_about(live, all.first_id);
	if (all.count < wanted)
		snprintf(often, sizeof often, "%" PRIu32 " of %" PRIu32 " times", all.count, wanted);
	else
		snprintf(often, sizeof often, "%" PRIu32 " times", all.count);
	about.often = often;
	sn_text_header(buf, &report, &about, sn_live_path(live, all.first_id));
	put_rows(buf, &report, live, trace_count, dst, &all);
	put_verdict(buf, style, live, dst, &all);
}

int sn_repeat_status(const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst, int no_trace)
{
	int best = no_trace;
	bool any = false;
	for (uint32_t id = 0; id < trace_count; id++) {
		const struct sonde_path *path = path_to(live, id, dst);
		if (!path || !sonde_path_end(path))
			continue;
		int status = sonde_findings_exit_status(sn_live_findings(live, id), 0);
		best = !any || status < best ? status : best;
		any = true;
	}
	return best;
}
