/* SPDX-License-Identifier: MIT */
/* Rows and cells of each kind of run, in words that need no terminal. */
#include "out/table.h"

#include "out/extension.h"
#include "out/mtu.h"
#include "out/text_report.h"
#include "out/text_series.h"
#include "out/who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD_LEAST = 3 };

size_t sn_part_count(const struct sn_report *report)
{
	return report->compared ? report->trace_count > 0 : report->trace_count;
}

static const char *dash(const struct sn_table *table)
{
	return table->style->ascii ? "-" : "–";
}

static void put_cell(struct sn_table *table, struct sn_buf *text, enum sn_cell_look look)
{
	table->bad |= text->bad;
	table->cell(table, sn_buf_text(text), look);
	sn_buf_clear(text);
}

/* ---- what is known of an address besides the packets ---- */

/* The part has this address. */
static void look_at(struct sn_table *table, const struct sonde_addr *addr)
{
	const struct sn_who *who = sn_who_of(table->who, addr);
	table->has_names |= who->name != NULL;
	table->has_places |= who->network || who->country;
}

static void look_at_row(struct sn_table *table, const struct sonde_row *row)
{
	for (size_t r = 0; r < row->responder_count; r++)
		look_at(table, &row->responders[r].addr);
}

/* "Hop", "Address", and what is known of those. */
static void put_first_heads(struct sn_table *table)
{
	table->head(table, "Hop", SN_CELL_NUMBER);
	table->head(table, "Address", SN_CELL_NAME);
	if (table->has_names)
		table->head(table, "Name", SN_CELL_ABOUT);
	if (table->has_places)
		table->head(table, "Network", SN_CELL_ABOUT);
}

static void put_heads(struct sn_table *table, const char *const *texts, const enum sn_cell_look *looks, size_t count)
{
	put_first_heads(table);
	for (size_t i = 0; i < count; i++)
		table->head(table, texts[i], looks[i]);
	table->heads_end(table);
}

/* The cells behind an address; NULL: nobody's. */
static void put_about(struct sn_table *table, struct sn_buf *text, const struct sonde_addr *addr)
{
	const struct sn_who *who = sn_who_of(addr ? table->who : NULL, addr);
	if (table->has_names) {
		sn_who_text(text, who, SONDE_ABOUT_NAME);
		put_cell(table, text, SN_CELL_ABOUT);
	}
	if (table->has_places) {
		sn_who_place(text, who);
		put_cell(table, text, SN_CELL_ABOUT);
	}
}

/* Before the rows of a hop in that network. One of which nothing is known (NULL) may belong to the network before it. */
static void enter(struct sn_table *table, struct sn_buf *text, const struct sn_who *who)
{
	if (!who || !who->asn || who->asn == table->asn)
		return;
	table->asn = who->asn;
	sn_who_network(text, who, table->style->ascii);
	table->bad |= text->bad;
	table->section(table, sn_buf_text(text));
	sn_buf_clear(text);
}

/* ---- a trace ---- */

static bool is_silent(const struct sonde_row *row)
{
	uint32_t silent = row->lost_count + row->crowded_count + row->overheard_count;
	return silent && !row->answered_count && !row->pending_count && !row->failed_count;
}

/* The first silent hop of at least three that end a table, which share a row; one past the last where there are none. */
static unsigned silent_from(const struct sn_report_trace *trace)
{
	unsigned past = sn_report_last_ttl(trace) + 1, from = past;
	struct sonde_row row = {0};
	while (from > sn_report_first_ttl(trace) && sn_report_row(trace, from - 1, &row) == SONDE_OK && is_silent(&row))
		from--;
	sonde_row_finish(&row);
	return past - from >= FOLD_LEAST ? from : past;
}

/* Each mark once, then what changed on the way, then what the router said beside it. */
static void put_notes(struct sn_buf *notes, const struct sonde_row *row, size_t r, bool ascii)
{
	struct sn_buf piece = {0};
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (!sonde_query_is_answered(query) || !sonde_addr_equal(&query->answer.from, &row->responders[r].addr))
			continue;
		sn_buf_clear(&piece);
		sn_text_mark(&piece, &query->answer);
		if (piece.length_bytes && !strstr(sn_buf_text(notes), sn_buf_text(&piece)))
			sn_buf_printf(notes, "%s%s %s", notes->length_bytes ? ", " : "", sn_buf_text(&piece),
			              sonde_meaning_sentence(query->answer.meaning));
	}
	sn_buf_clear(&piece);
	sn_text_changes(&piece, row, r, ascii);
	if (piece.length_bytes)
		sn_buf_printf(notes, "%s%s", notes->length_bytes ? " " : "", sn_buf_text(&piece));
	sn_buf_clear(&piece);
	sn_extension_lines(&piece, &(struct sn_text_style){.ascii = ascii}, row, r);
	for (char *line = piece.text, *end; piece.length_bytes && *line; line = end + 1) {
		line += strspn(line, " ");
		end = strchr(line, '\n');
		sn_buf_puts(notes, notes->length_bytes ? " " : "");
		sn_buf_add(notes, line, (size_t)(end - line));
	}
	notes->bad |= piece.bad;
	sn_buf_finish(&piece);
}

/* The columns between who answered and what it said. */
struct set {
	const struct sonde_column *items[UINT8_MAX + 1];
	size_t count;
};

static bool is_of(const struct sonde_column *column, enum sonde_cell_kind kind)
{
	return column->get(&(struct sonde_row){0}, 0).kind == kind;
}

/* Who answered always leads the row, with what is known of it, and what changed is part of what was said. */
static void add_column(struct set *set, const struct sonde_column *column)
{
	bool elsewhere = is_of(column, SONDE_CELL_ADDR) || is_of(column, SONDE_CELL_ABOUT) || column->found;
	if (!elsewhere && strcmp(column->key, "hop") != 0)
		set->items[set->count++] = column;
}

static void choose_columns(struct set *set, const struct sn_text_style *style, const struct sn_report_trace *trace)
{
	static const char *const usual[] = {"loss", "best", "avg", "worst"};
	uint8_t of_series[SN_SERIES_COLUMNS];
	set->count = 0;
	for (size_t i = 0; style->columns && i < style->column_count; i++)
		add_column(set, sonde_column(style->columns[i]));
	if (style->columns)
		return;
	sn_series_columns(of_series);
	for (size_t i = 0; trace->series && i < SN_SERIES_COLUMNS; i++)
		add_column(set, sonde_column(of_series[i]));
	for (size_t i = 0; !trace->series && i < sizeof usual / sizeof *usual; i++)
		add_column(set, sonde_column((size_t)sonde_column_find(usual[i])));
}

static void put_trace_heads(struct sn_table *table, struct sn_buf *text, const struct set *set)
{
	put_first_heads(table);
	for (size_t i = 0; i < set->count; i++) {
		const struct sonde_column *column = set->items[i];
		sn_buf_printf(text, strcmp(column->unit, "ms") == 0 ? "%s (ms)" : "%s", column->header);
		table->head(table, sn_buf_text(text), column->left ? SN_CELL_TEXT : SN_CELL_NUMBER);
		sn_buf_clear(text);
	}
	table->head(table, "What it said", SN_CELL_TEXT);
	table->heads_end(table);
}

static bool was_in_vain(const struct sonde_query *query)
{
	return query->state == SONDE_QUERY_LOST || query->state == SONDE_QUERY_CROWDED || query->state == SONDE_QUERY_OVERHEARD;
}

/* Of each probe that this address answered; with the first, of those that nobody answered, too. */
static void put_times(struct sn_buf *text, const struct sonde_row *row, size_t r)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		const char *space = text->length_bytes ? " " : "";
		if (was_in_vain(query) && !r)
			sn_buf_printf(text, "%s*", space);
		if (!sonde_query_is_answered(query) || !sonde_addr_equal(&query->answer.from, &row->responders[r].addr))
			continue;
		sn_buf_puts(text, space);
		if (query->answer.rtt_ns < 0)
			sn_buf_puts(text, "ok");
		else
			sn_text_ms(text, query->answer.rtt_ns);
		sn_text_mark(text, &query->answer);
	}
}

static void put_columns(struct sn_table *table, struct sn_buf *text, const struct set *set, const struct sonde_row *row, size_t r)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct sonde_column *column = set->items[i];
		struct sonde_cell cell = column->get(row, r);
		if (cell.kind == SONDE_CELL_TIMES)
			put_times(text, row, r);
		else if (!r || !column->first_line)
			sn_text_cell(text, &cell);
		put_cell(table, text, column->left ? SN_CELL_TEXT : SN_CELL_NUMBER);
	}
}

static void put_responder(struct sn_table *table, struct sn_buf *text, const struct set *set, const struct sonde_row *row, size_t r)
{
	char addr[SONDE_ADDR_TEXT];
	table->row(table, row->is_target ? SN_ROW_TARGET : r ? SN_ROW_MORE : SN_ROW_HOP);
	if (!r)
		sn_buf_printf(text, "%u", (unsigned)row->ttl);
	put_cell(table, text, SN_CELL_NUMBER);
	table->cell(table, sonde_addr_text(&row->responders[r].addr, addr), SN_CELL_NAME);
	put_about(table, text, &row->responders[r].addr);
	put_columns(table, text, set, row, r);
	put_notes(text, row, r, table->style->ascii);
	put_cell(table, text, SN_CELL_TEXT);
	table->row_end(table);
}

/* A row without an address: silence of one hop or of several, what could not be sent, or what nobody knows. */
static void put_empty(struct sn_table *table, struct sn_buf *text, const struct set *set, unsigned from, unsigned to, const char *why)
{
	table->row(table, SN_ROW_SILENT);
	sn_buf_printf(text, from < to ? "%u%s%u" : "%u", from, dash(table), to);
	put_cell(table, text, SN_CELL_NUMBER);
	table->cell(table, "*", SN_CELL_TEXT);
	put_about(table, text, NULL);
	for (size_t i = 0; i < set->count; i++)
		table->cell(table, "", SN_CELL_NUMBER);
	table->cell(table, why, SN_CELL_TEXT);
	table->row_end(table);
}

static void tell_trace(struct sn_table *table, const struct sn_report_trace *trace)
{
	struct sonde_row row = {0};
	struct sn_buf text = {0};
	struct set set;
	unsigned fold = silent_from(trace), last = sn_report_last_ttl(trace);
	choose_columns(&set, table->style, trace);
	for (unsigned ttl = sn_report_first_ttl(trace); table->who && ttl < fold; ttl++)
		if (sn_report_row(trace, ttl, &row) == SONDE_OK)
			look_at_row(table, &row);
	put_trace_heads(table, &text, &set);
	for (unsigned ttl = sn_report_first_ttl(trace); ttl < fold; ttl++) {
		table->bad |= sn_report_row(trace, ttl, &row) < 0;
		enter(table, &text, sn_who_of_row(table->who, &row));
		for (size_t r = 0; r < row.responder_count; r++)
			put_responder(table, &text, &set, &row, r);
		const char *why = is_silent(&row) ? "no answer" : row.failed_count ? "did not leave this machine" : "not waited for";
		if (!row.responder_count)
			put_empty(table, &text, &set, ttl, ttl, why);
	}
	if (fold <= last)
		put_empty(table, &text, &set, fold, last, "no answer");
	sonde_row_finish(&row);
	sn_buf_finish(&text);
}

/* ---- a comparison ---- */

static void put_compare_row(struct sn_table *table, struct sn_buf *text, const struct sn_compare *compare, const struct sn_compare_hop *hop,
                            size_t index)
{
	const struct sonde_addr *addr = index < hop->responder_count ? &hop->responders[index] : NULL;
	bool target = addr && sonde_addr_equal(addr, &compare->dst);
	char name[SONDE_ADDR_TEXT];
	table->row(table, !addr ? SN_ROW_SILENT : target ? SN_ROW_TARGET : index ? SN_ROW_MORE : SN_ROW_HOP);
	if (!index)
		sn_buf_printf(text, "%u", hop->ttl);
	put_cell(table, text, SN_CELL_NUMBER);
	table->cell(table, addr ? sonde_addr_text(addr, name) : "*", addr ? SN_CELL_NAME : SN_CELL_TEXT);
	put_about(table, text, addr);
	for (size_t i = 0; i < compare->path_count; i++) {
		sn_compare_cell(text, &hop->rows[i], addr, index == 0);
		put_cell(table, text, SN_CELL_NUMBER);
	}
	table->row_end(table);
}

static void put_ends(struct sn_table *table, struct sn_buf *text, const struct sn_compare *compare)
{
	table->row(table, SN_ROW_END);
	table->cell(table, "", SN_CELL_NUMBER);
	table->cell(table, "End", SN_CELL_TEXT);
	put_about(table, text, NULL);
	for (size_t i = 0; i < compare->path_count; i++) {
		bool bad;
		const char *word = sn_compare_end(compare, i, &bad);
		table->bad |= !word;
		table->cell(table, word ? word : "", SN_CELL_NUMBER);
	}
	table->row_end(table);
}

static void tell_compare(struct sn_table *table, const struct sn_report *report)
{
	struct sn_compare compare;
	struct sn_buf text = {0};
	char label[SONDE_LABEL_BYTES];
	if (!sn_report_compare(report, &compare)) {
		table->bad = true;
		return;
	}
	struct sn_compare_hop hop = {.rows = calloc(compare.path_count + 1, sizeof *hop.rows)};
	unsigned first = sonde_path_first_ttl(compare.paths[0]), last = hop.rows ? sn_compare_last_ttl(&compare, &hop) : 0;
	for (unsigned ttl = first; table->who && ttl <= last; ttl++) {
		table->bad |= !sn_compare_look(&hop, &compare, ttl);
		for (size_t i = 0; i < hop.responder_count; i++)
			look_at(table, &hop.responders[i]);
	}
	put_first_heads(table);
	for (size_t i = 0; i < compare.path_count; i++)
		table->head(table, sonde_label(sonde_path_cfg(compare.paths[i]), label), SN_CELL_NUMBER);
	table->heads_end(table);
	for (unsigned ttl = first; ttl <= last; ttl++) {
		table->bad |= !sn_compare_look(&hop, &compare, ttl);
		enter(table, &text, sn_who_of_any(table->who, hop.responders, hop.responder_count));
		for (size_t i = 0; i == 0 || i < hop.responder_count; i++)
			put_compare_row(table, &text, &compare, &hop, i);
	}
	put_ends(table, &text, &compare);
	table->bad |= !hop.rows;
	sn_compare_hop_finish(&hop, &compare);
	sn_report_compare_finish(&compare);
	sn_buf_finish(&text);
}

/* ---- a path MTU ---- */

static void put_mtu_row(struct sn_table *table, struct sn_buf *text, const struct sonde_mtu *mtu, unsigned ttl)
{
	char addr[SONDE_ADDR_TEXT];
	bool silent = ttl && !mtu->hops[ttl].family, target = ttl && mtu->reached && ttl == mtu->aim_ttl;
	unsigned bytes = ttl ? mtu->hop_bytes[ttl] : mtu->device_bytes;
	table->row(table, silent ? SN_ROW_SILENT : target ? SN_ROW_TARGET : SN_ROW_HOP);
	sn_buf_printf(text, "%u", ttl);
	put_cell(table, text, SN_CELL_NUMBER);
	if (ttl && !silent)
		table->cell(table, sonde_addr_text(&mtu->hops[ttl], addr), SN_CELL_NAME);
	else
		table->cell(table, ttl ? "*" : "this machine", SN_CELL_TEXT);
	put_about(table, text, ttl ? &mtu->hops[ttl] : NULL);
	if (bytes)
		sn_buf_printf(text, "%u", bytes);
	put_cell(table, text, SN_CELL_NUMBER);
	sn_mtu_behind(text, mtu, ttl);
	put_cell(table, text, SN_CELL_TEXT);
	table->row_end(table);
}

static void tell_mtu(struct sn_table *table, const struct sonde_path *path)
{
	static const char *const heads[] = {"Passes (bytes)", "Behind it"};
	static const enum sn_cell_look looks[] = {SN_CELL_NUMBER, SN_CELL_TEXT};
	struct sonde_mtu mtu;
	struct sn_buf text = {0};
	bool read = sonde_mtu_read(path, &mtu) == SONDE_OK;
	for (unsigned ttl = 1; read && ttl <= sn_mtu_last_ttl(&mtu); ttl++)
		look_at(table, &mtu.hops[ttl]);
	put_heads(table, heads, looks, sizeof heads / sizeof *heads);
	for (unsigned ttl = 0; read && ttl <= sn_mtu_last_ttl(&mtu); ttl = sn_mtu_next_ttl(sonde_path_cfg(path), ttl)) {
		enter(table, &text, ttl ? sn_who_of_any(table->who, &mtu.hops[ttl], 1) : NULL);
		put_mtu_row(table, &text, &mtu, ttl);
	}
	sn_buf_finish(&text);
}

/* ---- all of them ---- */

void sn_table_tell(struct sn_table *table, const struct sn_report *report, size_t part)
{
	table->who = report->who;
	if (report->compared)
		tell_compare(table, report);
	else if (report->traces[part].mtu)
		tell_mtu(table, report->traces[part].path);
	else
		tell_trace(table, &report->traces[part]);
}

void sn_part_title(struct sn_buf *buf, const struct sn_report *report, size_t part, bool ascii)
{
	const struct sn_text_style style = {.ascii = ascii};
	const struct sn_report_trace *trace = &report->traces[part];
	struct sn_buf text = {0};
	struct sn_compare compare;
	if (report->compared && sn_report_compare(report, &compare)) {
		sn_compare_header(&text, &style, &compare);
		sn_report_compare_finish(&compare);
	} else if (trace->mtu) {
		sn_mtu_header(&text, &style, &trace->about, sonde_path_cfg(trace->path));
	} else {
		sn_text_header(&text, &style, &trace->about, trace->path);
	}
	sn_buf_add(buf, sn_buf_text(&text), strcspn(sn_buf_text(&text), "\n"));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

const struct sonde_finding *sn_part_finding(const struct sn_report *report, size_t part, size_t index, char label[SONDE_LABEL_BYTES])
{
	const struct sonde_findings *findings = report->traces[part].findings;
	size_t count = report->compared ? report->trace_count + 1 : 1;
	label[0] = 0;
	for (size_t turn = 0; findings && turn < count; turn++) {
		size_t path = !report->compared ? report->traces[part].index : turn ? turn - 1 : SONDE_PATH_ALL;
		for (size_t i = 0; i < findings->count; i++) {
			if (findings->items[i].path != path || index--)
				continue;
			if (report->compared && turn)
				sonde_label(sonde_path_cfg(report->traces[path].path), label);
			return &findings->items[i];
		}
	}
	return NULL;
}

void sn_report_commands(struct sn_buf *buf, const struct sn_report *report)
{
	char label[SONDE_LABEL_BYTES];
	const struct sonde_finding *f;
	if (report->again && *report->again)
		sn_buf_printf(buf, "%s\n", report->again);
	for (size_t part = 0; part < sn_part_count(report); part++)
		for (size_t i = 0; (f = sn_part_finding(report, part, i, label)); i++)
			if (sn_finding_is_open(f) && !strstr(sn_buf_text(buf), f->next))
				sn_buf_printf(buf, "%s\n", f->next);
}

const char *sn_severity_symbol(enum sonde_severity severity, bool ascii)
{
	static const char *const symbols[][2] = {[SONDE_SEVERITY_INFO] = {"●", "i"},
	                                         [SONDE_SEVERITY_NOTICE] = {"◆", "*"},
	                                         [SONDE_SEVERITY_WARNING] = {"▲", "!"},
	                                         [SONDE_SEVERITY_FAILURE] = {"✖", "X"}};
	return symbols[severity][ascii];
}
