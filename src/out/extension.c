/* SPDX-License-Identifier: MIT */
/* Extension objects in words: "[MPLS: label 24001 TC 0 TTL 1 bottom]". */
#include "out/extension.h"

#include "base/clean.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	INDENT_COLUMNS = 5,     /* below the address */
	LINES_MAX = 16,         /* of one responder */
	RAW_SHOWN_BYTES = SONDE_EXTENSION_RAW_BYTES,
};

/* ---- one object ---- */

/* What comes next in a list that the head of the object began. */
static void next(struct sn_buf *buf, bool *begun)
{
	sn_buf_puts(buf, *begun ? ", " : ": ");
	*begun = true;
}

static void put_name(struct sn_buf *buf, bool *begun, const struct sonde_extension_name *name, bool ascii)
{
	next(buf, begun);
	sn_clean_quoted(buf, name->bytes, name->length_bytes, ascii);
}

static void put_addr(struct sn_buf *buf, bool *begun, const struct sonde_addr *addr)
{
	char text[SONDE_ADDR_TEXT];
	next(buf, begun);
	sn_buf_puts(buf, sonde_addr_text(addr, text));
}

static void put_number(struct sn_buf *buf, bool *begun, const char *word, uint32_t value)
{
	next(buf, begun);
	sn_buf_printf(buf, "%s %" PRIu32, word, value);
}

static size_t mpls_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	size_t piece = 0;
	bool begun = false;
	(void)ascii;
	sn_buf_puts(buf, "MPLS");
	do {
		const struct sonde_extension_mpls *mpls = &e[piece].as.mpls;
		for (size_t i = 0; i < mpls->count; i++) {
			const struct sonde_extension_label *label = &mpls->labels[i];
			put_number(buf, &begun, "label", label->label);
			sn_buf_printf(buf, " TC %u TTL %u%s", (unsigned)label->tc, (unsigned)label->ttl, label->bottom ? " bottom" : "");
		}
	} while (e[piece].more && ++piece < count);
	if (piece == count)
		sn_buf_puts(buf, ", more not kept");
	return piece < count ? piece + 1 : count;
}

static size_t interface_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	static const char *const heads[] = {[SONDE_ROLE_IN] = "interface in",
	                                    [SONDE_ROLE_SUB_IN] = "interface in, below IP",
	                                    [SONDE_ROLE_OUT] = "interface out",
	                                    [SONDE_ROLE_NEXT_HOP] = "next hop"};
	const struct sonde_extension_interface *i = &e->as.interface;
	bool begun = false;
	(void)count;
	sn_buf_puts(buf, heads[i->role & 3]);
	if (i->has_name)
		put_name(buf, &begun, &i->name, ascii);
	if (i->has_index)
		put_number(buf, &begun, "index", i->index);
	if (i->addr.family)
		put_addr(buf, &begun, &i->addr);
	if (i->has_mtu)
		put_number(buf, &begun, "MTU", i->mtu_bytes);
	return 1;
}

static size_t interface_id_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	const struct sonde_extension_interface_id *id = &e->as.interface_id;
	bool begun = false;
	(void)count;
	sn_buf_puts(buf, "interface asked for");
	if (id->by == SONDE_BY_NAME)
		put_name(buf, &begun, &id->name, ascii);
	else if (id->by == SONDE_BY_INDEX)
		put_number(buf, &begun, "index", id->index);
	else
		put_addr(buf, &begun, &id->addr);
	return 1;
}

static size_t pointer_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	bool begun = false;
	(void)count;
	(void)ascii;
	sn_buf_puts(buf, "pointer");
	put_number(buf, &begun, "byte", e->as.pointer_bytes);
	return 1;
}

static size_t node_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	const struct sonde_extension_node *node = &e->as.node;
	bool begun = false;
	(void)count;
	sn_buf_puts(buf, "node");
	if (node->has_name)
		put_name(buf, &begun, &node->name, ascii);
	if (node->addr.family)
		put_addr(buf, &begun, &node->addr);
	return 1;
}

/* The first bytes in words of four, and how many there are where that is not all. */
static size_t raw_text(struct sn_buf *buf, const struct sonde_extension *e, size_t count, bool ascii)
{
	const struct sonde_extension_raw *raw = &e->as.raw;
	size_t pieces = 1, bytes = raw->count;
	sn_buf_printf(buf, "%sextension class %u type %u", e->malformed ? "malformed " : "", (unsigned)e->class_num, (unsigned)e->c_type);
	for (size_t i = 0; i < raw->count && i < RAW_SHOWN_BYTES; i++)
		sn_buf_printf(buf, "%s%02x", i == 0 ? ": " : i % 4 == 0 ? " " : "", (unsigned)raw->bytes[i]);
	for (; pieces < count && e[pieces - 1].more; pieces++)
		bytes += e[pieces].as.raw.count;
	if (pieces > 1 || e->more)
		sn_buf_printf(buf, " %s %s%zu bytes", ascii ? "..." : "…", e[pieces - 1].more ? "more than " : "", bytes);
	return pieces;
}

size_t sn_extension_text(struct sn_buf *buf, const struct sonde_extension *objects, size_t count, bool ascii)
{
	static size_t (*const texts[SONDE_EXTENSION_COUNT])(struct sn_buf *, const struct sonde_extension *, size_t, bool) = {
	    [SONDE_EXTENSION_RAW] = raw_text,         [SONDE_EXTENSION_MPLS] = mpls_text,
	    [SONDE_EXTENSION_INTERFACE] = interface_text, [SONDE_EXTENSION_INTERFACE_ID] = interface_id_text,
	    [SONDE_EXTENSION_POINTER] = pointer_text, [SONDE_EXTENSION_NODE] = node_text,
	};
	sn_buf_putc(buf, '[');
	size_t pieces = texts[(unsigned)objects->kind < SONDE_EXTENSION_COUNT ? objects->kind : 0](buf, objects, count, ascii);
	sn_buf_putc(buf, ']');
	return pieces;
}

/* ---- the lines of a responder ---- */

/* What was said, and with which answers: "1, 3", or those to which methods: "icmp, tcp/443". */
struct said {
	struct sn_buf text, answers;
	size_t answer_count, last_answer;
};

struct sayings {
	struct said *items;
	size_t count, capacity;
	bool cut;  /* some answer carried more than is told */
};

/* The saying of that text, made where it is new. NULL: out of memory. */
static struct said *said_of(struct sayings *all, struct sn_buf *text)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(sn_buf_text(&all->items[i].text), sn_buf_text(text)) == 0)
			return &all->items[i];
	if (all->count == all->capacity) {
		size_t capacity = all->capacity ? all->capacity * 2 : 4;
		struct said *items = reallocarray(all->items, capacity, sizeof *items);
		if (!items)
			return NULL;
		all->items = items;
		all->capacity = capacity;
	}
	struct said *said = &all->items[all->count++];
	*said = (struct said){.text = *text};
	*text = (struct sn_buf){0};
	return said;
}

/* answer: its number, from 1 on, which tells it from others; name: what it is called in words. */
static void collect(struct sayings *all, const struct sonde_query *query, size_t answer, const char *name, bool ascii, struct sn_buf *buf)
{
	for (size_t i = 0; i < query->extension_count;) {
		struct sn_buf text = {0};
		all->cut |= query->extensions[query->extension_count - 1].cut;
		i += sn_extension_text(&text, &query->extensions[i], query->extension_count - i, ascii);
		struct said *said = said_of(all, &text);
		buf->bad |= text.bad || !said;
		sn_buf_finish(&text);
		if (!said || said->last_answer == answer)
			continue;
		sn_buf_printf(&said->answers, "%s%s", said->answer_count ? ", " : "", name);
		said->last_answer = answer;
		said->answer_count++;
	}
}

static void put_line(struct sn_buf *buf, const struct sn_text_style *style, const struct said *said, const char *before,
                     const char *with)
{
	struct sn_buf line = {0};
	sn_buf_printf(&line, "%s%s", before, sn_buf_text(&said->text));
	if (with)
		sn_buf_printf(&line, " %s %s", with, sn_buf_text(&said->answers));
	if (*before)
		sn_text_wrap(buf, style->width_columns, sn_buf_text(&line));
	else
		sn_text_wrap_below(buf, style->width_columns, INDENT_COLUMNS, sn_buf_text(&line));
	buf->bad |= line.bad || said->text.bad || said->answers.bad;
	sn_buf_finish(&line);
}

static void put_note(struct sn_buf *buf, const struct sn_text_style *style, size_t hidden_count, bool cut)
{
	struct sn_buf line = {0};
	if (hidden_count)
		sn_buf_printf(&line, "[%s%zu more extensions]", cut ? "at least " : "", hidden_count);
	else if (cut)
		sn_buf_puts(&line, "[more extensions than are kept]");
	if (line.length_bytes)
		sn_text_wrap_below(buf, style->width_columns, INDENT_COLUMNS, sn_buf_text(&line));
	buf->bad |= line.bad;
	sn_buf_finish(&line);
}

/* What was collected, a line each, and forgotten. before: what each line begins with; what not all answers carried is told with those
 * that did, behind one or several. */
static void put_lines(struct sn_buf *buf, const struct sn_text_style *style, struct sayings *all, size_t answer_count,
                      const char *before, const char *one, const char *several)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct said *said = &all->items[i];
		const char *with = said->answer_count == answer_count ? NULL : said->answer_count == 1 ? one : several;
		if (i < LINES_MAX)
			put_line(buf, style, said, before, with);
		sn_buf_finish(&all->items[i].text);
		sn_buf_finish(&all->items[i].answers);
	}
	put_note(buf, style, all->count > LINES_MAX ? all->count - LINES_MAX : 0, all->cut);
	free(all->items);
}

static bool is_by(const struct sonde_query *query, const struct sonde_addr *addr)
{
	return sonde_query_is_answered(query) && sonde_addr_equal(&query->answer.from, addr);
}

void sn_extension_lines(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *row, size_t responder)
{
	enum { DIGITS = 24 };
	struct sayings all = {0};
	size_t answer_count = 0;
	char number[DIGITS];
	for (size_t i = 0; i < row->query_count; i++) {
		if (!is_by(row->queries[i], &row->responders[responder].addr))
			continue;
		snprintf(number, sizeof number, "%zu", ++answer_count);
		collect(&all, row->queries[i], answer_count, number, style->ascii, buf);
	}
	put_lines(buf, style, &all, answer_count, "", "with answer", "with answers");
}

void sn_extension_hop(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *rows,
                      const struct sonde_path *const *paths, size_t count, const struct sonde_addr *addr)
{
	struct sayings all = {0};
	size_t method_count = 0;
	char label[SONDE_LABEL_BYTES], text[SONDE_ADDR_TEXT], before[SONDE_ADDR_TEXT + 16] = "";
	for (size_t i = 0; i < count; i++) {
		bool answered = false;
		for (size_t k = 0; k < rows[i].query_count; k++) {
			if (!is_by(rows[i].queries[k], addr))
				continue;
			answered = true;
			snprintf(before, sizeof before, "Hop %u (%s): ", (unsigned)rows[i].ttl, sonde_addr_text(addr, text));
			collect(&all, rows[i].queries[k], i + 1, sonde_label(sonde_path_cfg(paths[i]), label), style->ascii, buf);
		}
		method_count += answered;
	}
	put_lines(buf, style, &all, method_count, before, "by", "by");
}
