/* SPDX-License-Identifier: MIT */
/* Rows of a path as lines of text. Knows columns, marks and folding; the words of the last line are in ending.c. */
#include "out/text.h"

#include "base/clean.h"
#include "out/extension.h"
#include "out/line.h"
#include "out/who.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	TIME_COLUMNS = 6,         /* "0.412", "1234": times of one row stand below those of the others */
	CONTINUATION_COLUMNS = 5, /* below the address */
	FOLD_LEAST = 3,           /* silent rows worth folding */
};

void sn_text_ms(struct sn_buf *buf, sonde_ns ns)
{
	double ms = (double)ns / (double)SONDE_MS;
	int decimals = ms < 0.9995 ? 3 : ms < 9.995 ? 2 : ms < 99.95 ? 1 : 0;
	sn_buf_printf(buf, "%.*f", decimals, ms);
}

void sn_text_mark(struct sn_buf *buf, const struct sonde_event_answer *answer)
{
	const char *mark = sonde_meaning_mark(answer->meaning);
	/* A closed port is the target's to tell; of anybody else it is a refusal. */
	if (answer->meaning == SONDE_M_PORT_UNREACHABLE && !answer->in_targets_name)
		mark = "!";
	sn_buf_puts(buf, mark);
	if (strcmp(mark, "!") == 0 && answer->is_icmp)
		sn_buf_printf(buf, "<%u>", (unsigned)answer->icmp_code);
	else if (answer->meaning == SONDE_M_PACKET_TOO_BIG && answer->mtu_bytes)
		sn_buf_printf(buf, "-%u", (unsigned)answer->mtu_bytes);
}

void sn_text_wrap(struct sn_buf *buf, uint16_t width_columns, const char *text)
{
	sn_text_wrap_below(buf, width_columns, 0, text);
}

void sn_text_wrap_below(struct sn_buf *buf, uint16_t width_columns, size_t indent_columns, const char *text)
{
	size_t at = 0;
	sn_buf_pad(buf, ' ', *text ? indent_columns : 0);
	while (*text) {
		size_t bytes = strcspn(text, " "), columns = 0;
		for (size_t i = 0; i < bytes; i++)
			columns += ((unsigned char)text[i] & 0xc0) != 0x80;
		if (at && width_columns && indent_columns + at + 1 + columns > width_columns) {
			sn_buf_putc(buf, '\n');
			sn_buf_pad(buf, ' ', indent_columns + 2);
			at = 2;
		} else if (at) {
			sn_buf_putc(buf, ' ');
			at++;
		}
		sn_buf_add(buf, text, bytes);
		at += columns;
		text += bytes + (text[bytes] == ' ');
	}
	sn_buf_putc(buf, '\n');
}

static size_t shown_count(const struct sn_text_style *style)
{
	return style->columns ? style->column_count : sonde_column_count();
}

/* The i-th of those that were asked for. One that is as wide as what there is to show stands last, wherever it was named: what came behind
 * it would stand below no head. */
static const struct sonde_column *asked(const struct sn_text_style *style, size_t i)
{
	for (int open = 0; open < 2; open++)
		for (size_t k = 0; k < style->column_count; k++) {
			const struct sonde_column *column = sonde_column(style->columns[k]);
			if (column->found == open && i-- == 0)
				return column;
		}
	return NULL;
}

/* The i-th column of this table, NULL where it is not shown. */
static const struct sonde_column *shown(const struct sn_text_style *style, size_t i)
{
	if (style->columns)
		return asked(style, i);
	const struct sonde_column *column = sonde_column(i);
	return column->standard ? column : NULL;
}

/* A column that nobody asked for has something to show in this line. */
static const struct sonde_column *found(const struct sn_text_style *style, size_t i, const struct sonde_row *row, size_t line_index)
{
	const struct sonde_column *column = style->columns ? NULL : sonde_column(i);
	if (!column || !column->found)
		return NULL;
	struct sonde_cell cell = column->get(row, line_index);
	bool known = cell.kind != SONDE_CELL_ABOUT || sn_who_of(style->who, &cell.as.about.addr)->name;
	return cell.kind != SONDE_CELL_NONE && known ? column : NULL;
}

static bool is_times(const struct sonde_column *column)
{
	return column->get(&(struct sonde_row){0}, 0).kind == SONDE_CELL_TIMES;
}

static size_t width_of(const struct sonde_column *column, const struct sonde_path *path)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	size_t width = cfg && cfg->dst.family == 6 ? column->width6 : column->width4;
	size_t times = cfg ? (size_t)cfg->queries * (TIME_COLUMNS + 2) - 2 : 0;
	return is_times(column) && times > width ? times : width;
}

static struct sn_line line_of(struct sn_buf *buf, const struct sn_text_style *style)
{
	return (struct sn_line){
	    .buf = buf, .width_columns = style->width_columns, .indent_columns = CONTINUATION_COLUMNS, .colour = style->colour};
}

static void put_heads(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path)
{
	struct sn_line line = line_of(buf, style);
	struct sn_buf head = {0};
	for (size_t i = 0; i < shown_count(style); i++) {
		const struct sonde_column *column = shown(style, i);
		if (!column)
			continue;
		size_t width = width_of(column, path);
		sn_buf_clear(&head);
		sn_buf_puts(&head, column->header);
		if (strcmp(column->unit, "ms") == 0 && strlen(column->header) + sizeof " (ms)" <= width)
			sn_buf_puts(&head, " (ms)");
		sn_line_put(&line, sn_buf_text(&head), width, column->left, SN_TINT_DIM);
	}
	sn_line_end(&line);
	buf->bad |= head.bad;
	sn_buf_finish(&head);
}

void sn_text_host(struct sn_buf *text, const struct sn_text_style *style, const char *host, const struct sonde_addr *dst,
                  size_t address_count)
{
	char addr[SONDE_ADDR_TEXT];
	bool name = strcmp(host, sonde_addr_text(dst, addr)) != 0;
	struct sn_buf clean = {0};
	sn_clean_plain(&clean, host, strlen(host), style->ascii);
	sn_line_cut(text, sn_buf_text(&clean), name ? style->width_columns / 2u : 0, style->ascii);
	text->bad |= clean.bad;
	sn_buf_finish(&clean);
	if (!name)
		return;
	sn_buf_printf(text, " (%s", addr);
	if (address_count > 1)
		sn_buf_printf(text, ", first of %zu addresses", address_count);
	sn_buf_putc(text, ')');
}

void sn_text_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about, const struct sonde_path *path)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(path);
	if (!cfg)
		return;
	struct sn_buf text = {0};
	const char *flow = about->flow_constant ? "constant" : "not constant";
	sn_buf_puts(&text, "sonde to ");
	sn_text_host(&text, style, about->host, &cfg->dst, about->address_count);
	sn_buf_printf(&text, ", %s", about->method->name);
	if (about->method->takes_port || about->method->takes_protocol)
		sn_buf_printf(&text, " %s %u", about->method->takes_port ? "port" : "protocol",
		              (unsigned)(cfg->dport ? cfg->dport : about->method->default_port));
	sn_buf_printf(&text, " over IPv%u", (unsigned)cfg->dst.family);
	if (about->wire)
		sn_buf_printf(&text, ", %s wire, flow %s, %u hop%s at most", about->wire, flow, (unsigned)cfg->max_ttl,
		              cfg->max_ttl == 1 ? "" : "s");
	else
		sn_buf_printf(&text, ", from a capture, flow %s, TTL %u to %u", flow, (unsigned)cfg->first_ttl, (unsigned)cfg->max_ttl);
	sn_buf_printf(&text, ", %u %s", (unsigned)cfg->queries, cfg->queries == 1 ? "query" : "queries");
	if (about->often)
		sn_buf_printf(&text, ", %s", about->often);
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
	put_heads(buf, style, path);
}

/* A time, and behind it what the answer complained about. */
static void put_answer(struct sn_line *line, const struct sonde_event_answer *answer)
{
	struct sn_buf time = {0}, word = {0};
	if (answer->rtt_ns < 0)
		sn_buf_puts(&time, "ok");
	else
		sn_text_ms(&time, answer->rtt_ns);
	sn_text_mark(&word, answer);
	if (word.length_bytes == 0) {
		sn_line_put(line, sn_buf_text(&time), TIME_COLUMNS, false, SN_TINT_NONE);
	} else {
		sn_buf_clear(&word);
		sn_buf_printf(&word, "%*s ", TIME_COLUMNS, sn_buf_text(&time));
		sn_text_mark(&word, answer);
		sn_line_put(line, sn_buf_text(&word), TIME_COLUMNS, true, SN_TINT_MARK);
	}
	line->buf->bad |= time.bad || word.bad;
	sn_buf_finish(&time);
	sn_buf_finish(&word);
}

static bool fails_alike(const struct sonde_query *a, const struct sonde_query *b)
{
	return a->state == SONDE_QUERY_LOCAL_ERROR && b->state == SONDE_QUERY_LOCAL_ERROR && a->sys_errno == b->sys_errno;
}

/* "!local ENOBUFS x7": once for all probes of the row that failed alike, where the first of them stands. */
static void put_local_error(struct sn_line *line, const struct sonde_row *row, const struct sonde_query *query)
{
	char word[48], times[16] = "";
	const char *name = strerrorname_np(query->sys_errno);
	unsigned alike = 0;
	for (size_t i = 0; i < row->query_count; i++) {
		if (!alike && row->queries[i] != query && fails_alike(row->queries[i], query))
			return;
		alike += fails_alike(row->queries[i], query);
	}
	if (alike > 1)
		snprintf(times, sizeof times, " x%u", alike);
	snprintf(word, sizeof word, "!local %s%s", name ? name : "error", times);
	sn_line_put(line, word, TIME_COLUMNS, false, SN_TINT_MARK);
}

/* One query in the line of one responder; what has no responder stands in the first line. */
static void put_query(struct sn_line *line, const struct sonde_row *row, const struct sonde_query *query, size_t line_index)
{
	switch (query->state) {
	case SONDE_QUERY_PENDING:
	case SONDE_QUERY_DROPPED:
		break;
	case SONDE_QUERY_LOST:
	case SONDE_QUERY_CROWDED:
	case SONDE_QUERY_OVERHEARD:
		if (line_index == 0)
			sn_line_put(line, "*", TIME_COLUMNS, false, SN_TINT_DIM);
		break;
	case SONDE_QUERY_LOCAL_ERROR:
		if (line_index == 0)
			put_local_error(line, row, query);
		break;
	case SONDE_QUERY_ANSWERED:
	case SONDE_QUERY_LATE:
		if (sonde_addr_equal(&query->answer.from, &row->responders[line_index].addr))
			put_answer(line, &query->answer);
		break;
	}
}

static void put_times(struct sn_line *line, const struct sonde_row *row, size_t line_index, size_t width)
{
	size_t start = line->next_columns;
	for (size_t i = 0; i < row->query_count; i++)
		put_query(line, row, row->queries[i], line_index);
	if (line->next_columns < start + width + 2)
		line->next_columns = start + width + 2;
}

static void put_loss(struct sn_buf *word, uint32_t ppm)
{
	if (ppm > 0 && ppm < 10000)
		sn_buf_puts(word, "<1%");
	else if (ppm > 990000 && ppm < 1000000)
		sn_buf_puts(word, ">99%");
	else
		sn_buf_printf(word, "%" PRIu32 "%%", (ppm + 5000) / 10000);
}

/* "0-2.4%": wide ones need no tenths. */
static void put_range(struct sn_buf *word, uint32_t low_ppm, uint32_t high_ppm)
{
	const uint32_t ten_percent = 100000, tenth = 1000;
	const uint32_t bounds[] = {low_ppm, high_ppm};
	for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
		uint32_t tenths = (bounds[i] + tenth / 2) / tenth;
		if (bounds[i] >= ten_percent || tenths % 10 == 0)
			sn_buf_printf(word, "%" PRIu32, (tenths + 5) / 10);
		else
			sn_buf_printf(word, "%" PRIu32 ".%" PRIu32, tenths / 10, tenths % 10);
		sn_buf_puts(word, i == 0 ? "-" : "%");
	}
}

void sn_text_cell(struct sn_buf *word, const struct sonde_cell *cell)
{
	char addr[SONDE_ADDR_TEXT];
	switch (cell->kind) {
	case SONDE_CELL_NONE:
	case SONDE_CELL_TIMES:
	case SONDE_CELL_ABOUT:
	case SONDE_CELL_CHANGES:
		break;
	case SONDE_CELL_COUNT:
		sn_buf_printf(word, "%" PRIu64, cell->as.count);
		break;
	case SONDE_CELL_NS:
		sn_text_ms(word, cell->as.ns);
		break;
	case SONDE_CELL_PPM:
		put_loss(word, cell->as.ppm);
		break;
	case SONDE_CELL_RANGE:
		put_range(word, cell->as.range.low_ppm, cell->as.range.high_ppm);
		break;
	case SONDE_CELL_ADDR:
		sn_buf_puts(word, cell->as.addr.family ? sonde_addr_text(&cell->as.addr, addr) : "*");
		break;
	}
}

/* Probes of the row whose silence is all there is. */
static uint32_t silent_count(const struct sonde_row *row)
{
	return row->lost_count + row->crowded_count + row->overheard_count;
}

static void put_cell(struct sn_line *line, const struct sn_text_style *style, const struct sonde_row *row, size_t line_index,
                     const struct sonde_column *column, size_t width)
{
	struct sonde_cell cell = column->get(row, line_index);
	if (cell.kind == SONDE_CELL_TIMES) {
		put_times(line, row, line_index, width);
		return;
	}
	if (cell.kind == SONDE_CELL_ABOUT) {
		sn_who_put(line, sn_who_of(style->who, &cell.as.about.addr), cell.as.about.what, width, style->ascii);
		return;
	}
	/* an address that nobody has answered for is silence only when nothing can come any more */
	bool open = cell.kind == SONDE_CELL_ADDR && !cell.as.addr.family && silent_count(row) == 0;
	struct sn_buf word = {0};
	sn_text_cell(&word, &cell);
	if (cell.kind == SONDE_CELL_CHANGES)
		sn_text_changes(&word, row, line_index, style->ascii);
	if (word.length_bytes == 0 || open || (column->first_line && line_index > 0)) {
		sn_line_skip(line, width);
	} else {
		bool silent = cell.kind == SONDE_CELL_ADDR && !cell.as.addr.family;
		bool target = cell.kind == SONDE_CELL_ADDR && row->is_target;
		sn_line_put(line, word.text, width, column->left, silent ? SN_TINT_DIM : target ? SN_TINT_STRONG : SN_TINT_NONE);
	}
	line->buf->bad |= word.bad;
	sn_buf_finish(&word);
}

void sn_text_row(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, const struct sonde_row *row)
{
	size_t line_count = row->responder_count ? row->responder_count : 1;
	for (size_t line_index = 0; line_index < line_count; line_index++) {
		struct sn_line line = line_of(buf, style);
		for (size_t i = 0; i < shown_count(style); i++) {
			const struct sonde_column *column = shown(style, i);
			column = column ? column : found(style, i, row, line_index);
			if (column)
				put_cell(&line, style, row, line_index, column, width_of(column, path));
		}
		sn_line_end(&line);
		if (row->responder_count)
			sn_extension_lines(buf, style, row, line_index);
	}
}

/* The last network known before a row; hops of which nothing is known may belong to it. */
static uint32_t asn_before(const struct sn_text_style *style, const struct sonde_path *path, uint8_t ttl, struct sonde_row *row)
{
	for (unsigned at = ttl; style->who && !style->columns && at-- > sonde_path_first_ttl(path);) {
		const struct sn_who *who = sonde_path_row(path, (uint8_t)at, row) == SONDE_OK ? sn_who_of_row(style->who, row) : NULL;
		if (who)
			return who->asn;
	}
	return 0;
}

void sn_text_network(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *row, uint32_t *asn)
{
	const struct sn_who *who = sn_who_of_row(style->who, row);
	if (!who || who->asn == *asn)
		return;
	struct sn_line line = line_of(buf, style);
	sn_who_put_network(&line, who, style->ascii);
	*asn = who->asn;
}

static bool is_silent(const struct sonde_row *row)
{
	return silent_count(row) && !row->answered_count && !row->pending_count && !row->failed_count;
}

/* The first TTL of the silent rows that end the table; last_ttl + 1 where there are too few to fold. */
static unsigned fold_from(const struct sonde_path *path, uint8_t first_ttl, uint8_t last_ttl, struct sonde_row *row)
{
	unsigned from = last_ttl + 1u;
	while (from > first_ttl && sonde_path_row(path, (uint8_t)(from - 1), row) == SONDE_OK && is_silent(row))
		from--;
	return last_ttl + 1u - from >= FOLD_LEAST ? from : last_ttl + 1u;
}

void sn_text_folded(struct sn_buf *buf, const struct sn_text_style *style, unsigned from, unsigned to)
{
	struct sn_line line = line_of(buf, style);
	struct sn_buf range = {0};
	sn_buf_printf(&range, from < to ? "%u%s%u" : "%u", from, style->ascii ? "-" : "–", to);
	sn_line_put(&line, sn_buf_text(&range), 3, false, SN_TINT_NONE);
	sn_line_put(&line, "*", 1, true, SN_TINT_DIM);
	sn_line_put(&line, "no answer", 9, true, SN_TINT_NONE);
	sn_line_end(&line);
	buf->bad |= range.bad;
	sn_buf_finish(&range);
}

void sn_text_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, uint8_t first_ttl, uint8_t last_ttl,
                  bool fold_tail)
{
	struct sonde_row row = {0};
	unsigned fold = fold_tail ? fold_from(path, first_ttl, last_ttl, &row) : last_ttl + 1u;
	uint32_t asn = asn_before(style, path, first_ttl, &row);
	for (unsigned ttl = first_ttl; ttl < fold; ttl++) {
		if (sonde_path_row(path, (uint8_t)ttl, &row) < 0)
			buf->bad = true;
		else {
			if (!style->columns)
				sn_text_network(buf, style, &row, &asn);
			sn_text_row(buf, style, path, &row);
		}
	}
	if (fold <= last_ttl)
		sn_text_folded(buf, style, fold, last_ttl);
	sonde_row_finish(&row);
}
