/* SPDX-License-Identifier: MIT */
/* The document of a run, flattened while it is told: its objects of probes become rows, and what stands around them is repeated in each. */
#include "out/csv.h"

#include "out/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The columns, in this order for ever: new ones are added at the end. A column is the way to a member in the document, without the lists
 * that the probes stand in. What begins with "responder" is of the one among its hop's responders that answered. */
static const char *const columns[] = {
    "trace", "trials.field", "trials.value", "target.host", "target.address", "target.family", "source.address", "source.interface",
    "method", "label", "port", "protocol", "wire", "stop.reason", "hop", "serial", "ttl", "query", "flow", "retry", "sent_at", "size_bytes",
    "source_port", "destination_port", "icmp_id", "icmp_sequence", "ip_id", "state", "errno", "duplicates", "asked_later",
    "answer.address", "answer.at", "answer.rtt_ms", "answer.meaning", "answer.icmp.type", "answer.icmp.code", "answer.mtu_bytes",
    "answer.reply_ttl", "answer.in_targets_name", "answer.from_self", "answer.weak", "answer.match_bits", "answer.quote.bytes",
    "answer.quote.ttl", "answer.quote.visible", "answer.quote.changed.field", "answer.quote.changed.sent", "answer.quote.changed.seen",
    "answer.extensions.kind", "answer.extensions.labels.label", "answer.extensions.role", "answer.extensions.name",
    "answer.extensions.address", "answer.extensions.index", "responder.name", "responder.name_is_address", "responder.asn",
    "responder.as_name", "responder.network", "responder.country"};

enum {
	COLUMN_COUNT = sizeof columns / sizeof *columns,
	TRACE_COLUMN = 0,
	DEPTH_MAX = 16,
	PATH_BYTES = 160,
};

struct cell {
	struct sn_buf text;
	size_t depth;   /* of what it is a member of; 0: it is empty */
	bool is_text;
};

/* What is open. */
struct level {
	size_t path_bytes;  /* of the way to it */
	size_t start;       /* where in it the columns' names begin */
	bool list;          /* values in it share a cell */
	bool around;        /* its elements are probes, or what they stand in */
	bool traces, rows;  /* … those of the run; … probes */
};

struct flat {
	struct sn_doc doc;
	struct sn_buf *out;
	struct level levels[DEPTH_MAX];
	size_t depth;
	char path[PATH_BYTES];
	struct cell cells[COLUMN_COUNT];
	size_t trace_count;
	const struct sn_who_source *who;
};

/* What spreadsheets begin a formula with, the wide forms included; a tab or a line break in front is skipped by some. */
static bool is_formula(const char *text)
{
	static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

void sn_csv_cell(struct sn_buf *buf, const char *text, bool is_text)
{
	bool formula = is_text && is_formula(text);
	size_t bytes = strlen(text);
	/* beyond what RFC 4180 section 2 wants: other separators that a reader may be set to, and spaces that it may drop */
	bool quoted = formula || text[strcspn(text, ",;|'\"\t\r\n")] || (bytes && (text[0] == ' ' || text[bytes - 1] == ' '));
	sn_buf_puts(buf, quoted ? "\"" : "");
	sn_buf_puts(buf, formula ? "'" : "");
	for (; *text; text++) {
		if (*text == '"')
			sn_buf_putc(buf, '"');
		sn_buf_putc(buf, *text);
	}
	sn_buf_puts(buf, quoted ? "\"" : "");
}

static void put_header(struct sn_buf *buf)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		sn_buf_printf(buf, "%s%s", i ? "," : "", columns[i]);
	sn_buf_putc(buf, '\n');
}

static void put_row(struct flat *flat)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		struct cell *cell = &flat->cells[i];
		if (i)
			sn_buf_putc(flat->out, ',');
		if (cell->depth)
			sn_csv_cell(flat->out, sn_buf_text(&cell->text), cell->is_text);
		flat->out->bad |= cell->text.bad;
	}
	sn_buf_putc(flat->out, '\n');
}

static void spell(struct sn_buf *text, const struct sn_doc_value *value)
{
	switch (value->kind) {
	case SN_DOC_BOOL:
		sn_buf_puts(text, value->as.yes ? "true" : "false");
		break;
	case SN_DOC_WHOLE:
		sn_buf_printf(text, "%" PRId64, value->as.whole);
		break;
	case SN_DOC_REAL:
		sn_buf_printf(text, "%.15g", value->as.real);
		break;
	case SN_DOC_TEXT:
		sn_buf_puts(text, value->as.text);
		break;
	default:
		sn_buf_puts(text, "null");
		break;
	}
}

/* Puts a value into its cell; in a list behind those that are there. */
static void set(struct flat *flat, size_t column, const struct sn_doc_value *value)
{
	const struct level *level = &flat->levels[flat->depth];
	struct cell *cell = &flat->cells[column];
	if (value->kind == SN_DOC_NULL && !level->list)
		return;
	if (cell->depth && level->list) {
		sn_buf_putc(&cell->text, ' ');
	} else {
		sn_buf_clear(&cell->text);
		cell->is_text = value->kind == SN_DOC_TEXT;
	}
	spell(&cell->text, value);
	flat->out->bad |= cell->text.bad;
	cell->depth = level->list && cell->depth ? cell->depth : flat->depth;
}

/* The way to a member of what is open, written to path; its length. */
static size_t step(struct flat *flat, const char *key)
{
	const struct level *level = &flat->levels[flat->depth];
	size_t bytes = level->path_bytes, key_bytes = key ? strlen(key) : 0;
	if (key && bytes + key_bytes + 2 <= sizeof flat->path) {
		if (bytes > level->start)
			flat->path[bytes++] = '.';
		memcpy(flat->path + bytes, key, key_bytes);
		bytes += key_bytes;
	}
	flat->path[bytes] = 0;
	return bytes;
}

/* What is known of who gave an answer, told as the document tells it of responders. */
static void put_responder(struct flat *flat, const char *address)
{
	struct sonde_addr addr;
	struct level *level = &flat->levels[flat->depth];
	const struct level answer = *level;
	if (!sonde_addr_parse(address, &addr))
		return;
	level->start = level->path_bytes; /* it is no part of the answer */
	sn_doc_object(&flat->doc, "responder");
	sn_tell_who(&flat->doc, sn_who_of(flat->who, &addr));
	sn_doc_end(&flat->doc);
	*level = answer;
}

static void put_value(struct flat *flat, const char *key, const struct sn_doc_value *value)
{
	step(flat, key);
	const char *name = flat->path + flat->levels[flat->depth].start;
	/* a trial names the trace whose method it varies */
	if (strcmp(name, "trials.trace") == 0)
		set(flat, TRACE_COLUMN, value);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strcmp(columns[i], name) == 0) {
			set(flat, i, value);
			break;
		}
	if (value->kind == SN_DOC_TEXT && strcmp(name, "answer.address") == 0)
		put_responder(flat, value->as.text);
}

static bool is_one_of(const char *key, const char *const *names)
{
	while (key && *names && strcmp(key, *names) != 0)
		names++;
	return key && *names;
}

/* A list that has just been stepped to. */
static struct level level_of_list(const struct level *outer, const char *key, size_t path_bytes)
{
	static const char *const around[] = {"traces", "hops", "trials", NULL}, *const rows[] = {"probes", "other_probes", NULL};
	struct level level = {.path_bytes = path_bytes,
	                      .start = outer->start,
	                      .rows = is_one_of(key, rows),
	                      .traces = key && strcmp(key, "traces") == 0};
	level.around = level.rows || is_one_of(key, around);
	level.list = !level.around;
	/* the names of these lists stand in no column's */
	if (level.around && strcmp(key, "trials") != 0)
		level.path_bytes = outer->path_bytes;
	return level;
}

static void open_level(struct flat *flat, const char *key, bool list)
{
	const struct level *outer = &flat->levels[flat->depth];
	size_t path_bytes = step(flat, key);
	struct level level = {.path_bytes = path_bytes, .start = outer->start, .list = outer->list};
	if (flat->depth + 1 == DEPTH_MAX) {
		flat->out->bad = true;
		return;
	}
	if (list)
		level = level_of_list(outer, key, path_bytes);
	else if (strcmp(flat->path + outer->start, "trials.asked") == 0)
		level.start = path_bytes; /* the trace of a trial is one like the others */
	flat->levels[++flat->depth] = level;
	if (outer->traces)
		set(flat, TRACE_COLUMN, &(struct sn_doc_value){.kind = SN_DOC_WHOLE, .as.whole = (int64_t)flat->trace_count++});
}

static void close_level(struct flat *flat)
{
	if (!flat->depth) {
		flat->out->bad = true;
		return;
	}
	const struct level *outer = &flat->levels[flat->depth - 1];
	if (outer->rows)
		put_row(flat);
	for (size_t i = 0; outer->around && i < COLUMN_COUNT; i++)
		if (flat->cells[i].depth >= flat->depth)
			flat->cells[i].depth = 0;
	flat->depth--;
}

static void put(struct sn_doc *doc, const char *key, const struct sn_doc_value *value)
{
	struct flat *flat = (struct flat *)doc;
	if (value->kind == SN_DOC_LOST)
		flat->out->bad = true;
	else if (value->kind == SN_DOC_END)
		close_level(flat);
	else if (value->kind == SN_DOC_OBJECT || value->kind == SN_DOC_ARRAY)
		open_level(flat, key, value->kind == SN_DOC_ARRAY);
	else
		put_value(flat, key, value);
}

void sn_csv_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	struct flat *flat = calloc(1, sizeof *flat);
	(void)style;
	put_header(buf);
	if (!flat) {
		buf->bad = true;
		return;
	}
	flat->doc.put = put;
	flat->out = buf;
	flat->who = report->who;
	sn_tell_report(&flat->doc, report);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		sn_buf_finish(&flat->cells[i].text);
	free(flat);
}
