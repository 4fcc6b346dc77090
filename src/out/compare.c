/* SPDX-License-Identifier: MIT */
/* The table of a comparison. */
#include "out/compare.h"

#include "base/clean.h"
#include "out/extension.h"
#include "out/line.h"
#include "out/who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOP_COLUMNS = 3, ADDRESS_LEAST = 15, CELL_LEAST = 8, CONTINUATION_COLUMNS = 5 };

void sn_compare_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare)
{
	struct sn_buf text = {0};
	sn_buf_puts(&text, "sonde compare ");
	sn_text_host(&text, style, compare->host, &compare->dst, compare->address_count);
	sn_buf_printf(&text, " over IPv%u, ", (unsigned)compare->dst.family);
	if (compare->wire)
		sn_buf_printf(&text, "%s wire", compare->wire);
	else
		sn_buf_puts(&text, "from a capture");
	sn_buf_printf(&text, ", %zu %s, ", compare->path_count, compare->path_count == 1 ? "method" : "methods side by side");
	if (compare->wire) /* how many were allowed no capture says */
		sn_buf_printf(&text, "%u hops at most, ", (unsigned)compare->max_ttl);
	sn_buf_puts(&text, "round trips in ms");
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

/* ---- one hop of all methods ---- */

static void note_responders(struct sn_compare_hop *hop, const struct sonde_row *row, size_t capacity)
{
	for (size_t r = 0; r < row->responder_count; r++) {
		size_t i = 0;
		while (i < hop->responder_count && !sonde_addr_equal(&hop->responders[i], &row->responders[r].addr))
			i++;
		if (i == hop->responder_count && i < capacity)
			hop->responders[hop->responder_count++] = row->responders[r].addr;
	}
}

bool sn_compare_look(struct sn_compare_hop *hop, const struct sn_compare *compare, unsigned ttl)
{
	size_t capacity = 0;
	hop->ttl = ttl;
	hop->responder_count = 0;
	for (size_t i = 0; i < compare->path_count; i++) {
		/* nothing past the hop where a method's path ended */
		bool past = ttl > sonde_path_last_ttl(compare->paths[i]);
		if (past)
			sonde_row_finish(&hop->rows[i]);
		else if (sonde_path_row(compare->paths[i], (uint8_t)ttl, &hop->rows[i]) < 0)
			return false;
		capacity += hop->rows[i].responder_count;
	}
	struct sonde_addr *grown = reallocarray(hop->responders, capacity + 1, sizeof *grown);
	if (!grown)
		return false;
	hop->responders = grown;
	for (size_t i = 0; i < compare->path_count; i++)
		note_responders(hop, &hop->rows[i], capacity);
	return true;
}

/* ---- cells ---- */

static size_t cell_columns(const struct sn_compare *compare, size_t path)
{
	char label[SONDE_LABEL_BYTES];
	size_t columns = strlen(sonde_label(sonde_path_cfg(compare->paths[path]), label));
	return columns < CELL_LEAST ? CELL_LEAST : columns;
}

static size_t address_columns(const struct sn_compare *compare)
{
	return compare->dst.family == 6 ? 25 : ADDRESS_LEAST;
}

static struct sn_line line_of(struct sn_buf *buf, const struct sn_text_style *style)
{
	return (struct sn_line){
	    .buf = buf, .width_columns = style->width_columns, .indent_columns = CONTINUATION_COLUMNS, .colour = style->colour};
}

static bool is_answer_of(const struct sonde_query *query, const struct sonde_addr *addr)
{
	return sonde_query_is_answered(query) && sonde_addr_equal(&query->answer.from, addr);
}

/* The best time of what that address answered, with the mark of one of its answers. False: it answered nothing. */
static bool answer_text(struct sn_buf *word, const struct sonde_row *row, const struct sonde_addr *addr)
{
	const struct sonde_event_answer *best = NULL;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_event_answer *answer = &row->queries[i]->answer;
		if (!is_answer_of(row->queries[i], addr))
			continue;
		if (!best || best->rtt_ns < 0 || (answer->rtt_ns >= 0 && answer->rtt_ns < best->rtt_ns))
			best = answer;
	}
	if (!best)
		return false;
	if (best->rtt_ns < 0)
		sn_buf_puts(word, "ok");
	else
		sn_text_ms(word, best->rtt_ns);
	struct sn_buf mark = {0};
	sn_text_mark(&mark, best);
	if (mark.length_bytes)
		sn_buf_printf(word, " %s", sn_buf_text(&mark));
	word->bad |= mark.bad;
	sn_buf_finish(&mark);
	return true;
}

static bool was_silent(const struct sonde_row *row)
{
	return !row->answered_count && row->lost_count + row->crowded_count;
}

enum sn_tint sn_compare_cell(struct sn_buf *word, const struct sonde_row *row, const struct sonde_addr *addr, bool first)
{
	if (addr && answer_text(word, row, addr))
		return SN_TINT_NONE;
	bool silent = first && was_silent(row);
	sn_buf_puts(word, silent ? "*" : first && row->failed_count && !row->answered_count ? "!local" : "");
	return silent ? SN_TINT_DIM : SN_TINT_MARK;
}

static void put_cell(struct sn_line *line, const struct sonde_row *row, const struct sonde_addr *addr, bool first, size_t columns)
{
	struct sn_buf word = {0};
	enum sn_tint tint = sn_compare_cell(&word, row, addr, first);
	if (word.length_bytes)
		sn_line_put(line, sn_buf_text(&word), columns, false, tint);
	else
		sn_line_skip(line, columns);
	line->buf->bad |= word.bad;
	sn_buf_finish(&word);
}

static void put_line(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare,
                     const struct sn_compare_hop *hop, size_t index)
{
	struct sn_line line = line_of(buf, style);
	const struct sonde_addr *addr = index < hop->responder_count ? &hop->responders[index] : NULL;
	char text[SONDE_ADDR_TEXT], ttl[16];
	bool target = addr && sonde_addr_equal(addr, &compare->dst);
	snprintf(ttl, sizeof ttl, "%u", hop->ttl);
	if (index == 0)
		sn_line_put(&line, ttl, HOP_COLUMNS, false, SN_TINT_NONE);
	else
		sn_line_skip(&line, HOP_COLUMNS);
	sn_line_put(&line, addr ? sonde_addr_text(addr, text) : "*", address_columns(compare), true,
	            target ? SN_TINT_STRONG : addr ? SN_TINT_NONE : SN_TINT_DIM);
	for (size_t i = 0; i < compare->path_count; i++)
		put_cell(&line, &hop->rows[i], addr, index == 0, cell_columns(compare, i));
	if (addr)
		sn_who_put(&line, sn_who_of(style->who, addr), SONDE_ABOUT_NAME, 0, style->ascii);
	sn_line_end(&line);
}

/* A line above the first hop of each network. */
static void put_network(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare_hop *hop, uint32_t *asn)
{
	const struct sn_who *who = sn_who_of_any(style->who, hop->responders, hop->responder_count);
	struct sn_line line = line_of(buf, style);
	if (!who || who->asn == *asn)
		return;
	sn_who_put_network(&line, who, style->ascii);
	*asn = who->asn;
}

/* ---- the table ---- */

static void put_heads(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare)
{
	struct sn_line line = line_of(buf, style);
	char label[SONDE_LABEL_BYTES];
	sn_line_put(&line, "Hop", HOP_COLUMNS, false, SN_TINT_DIM);
	sn_line_put(&line, "Address", address_columns(compare), true, SN_TINT_DIM);
	for (size_t i = 0; i < compare->path_count; i++)
		sn_line_put(&line, sonde_label(sonde_path_cfg(compare->paths[i]), label), cell_columns(compare, i), false, SN_TINT_DIM);
	sn_line_end(&line);
}

const char *sn_compare_word(enum sonde_meaning meaning)
{
	static const char *const words[SONDE_M_COUNT] = {
	    [SONDE_M_ECHO_REPLY] = "reached",  [SONDE_M_SYN_ACK] = "open",           [SONDE_M_BARE_ACK] = "open",
	    [SONDE_M_RST_TO_ACK] = "resets",   [SONDE_M_TIMESTAMP_REPLY] = "reached",
	    [SONDE_M_PROTOCOL_UNREACHABLE] = "unserved",
	    [SONDE_M_INIT_ACK] = "open",       [SONDE_M_ABORT] = "closed",
	    [SONDE_M_DCCP_RESPONSE] = "open",  [SONDE_M_DCCP_OTHER_SERVICE] = "open", [SONDE_M_DCCP_RESET] = "closed",
	    [SONDE_M_RST] = "closed",          [SONDE_M_PORT_UNREACHABLE] = "closed", [SONDE_M_UDP_REPLY] = "answers",
	};
	return words[meaning];
}

/* What the target's own answer says of how a method fares. NULL: out of memory. */
static const char *word_of_answer(const struct sonde_path *path)
{
	struct sonde_row row = {0};
	const char *word = NULL;
	bool bad = false;
	for (unsigned ttl = 1; !word && !bad && ttl <= SONDE_TTL_LAST; ttl++) {
		bad = sonde_path_row(path, (uint8_t)ttl, &row) < 0;
		for (size_t i = 0; i < row.query_count && !word; i++)
			if (row.queries[i]->answer.in_targets_name && is_answer_of(row.queries[i], &row.queries[i]->answer.from))
				word = sn_compare_word(row.queries[i]->answer.meaning);
	}
	sonde_row_finish(&row);
	return word ? word : bad ? NULL : "reached";
}

/* How a path ended, as found; NULL: not yet. */
static const struct sonde_finding *end_of(const struct sn_compare *compare, size_t path)
{
	for (size_t i = 0; compare->findings && i < compare->findings->count; i++)
		if (compare->findings->items[i].path == path && compare->findings->items[i].headline[0])
			return &compare->findings->items[i];
	return NULL;
}

const char *sn_compare_end(const struct sn_compare *compare, size_t path, bool *bad)
{
	const struct sonde_finding *end = end_of(compare, path);
	*bad = end && end->exit_status;
	return !end ? "" : end->rule->word ? end->rule->word : word_of_answer(compare->paths[path]);
}

static void put_ends(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare)
{
	struct sn_line line = line_of(buf, style);
	sn_line_put(&line, "End", HOP_COLUMNS, false, SN_TINT_DIM);
	sn_line_skip(&line, address_columns(compare));
	for (size_t i = 0; i < compare->path_count; i++) {
		bool bad;
		const char *word = sn_compare_end(compare, i, &bad);
		buf->bad |= !word;
		sn_line_put(&line, word ? word : "", cell_columns(compare, i), false, bad ? SN_TINT_MARK : SN_TINT_STRONG);
	}
	sn_line_end(&line);
}

unsigned sn_compare_last_ttl(const struct sn_compare *compare, struct sn_compare_hop *hop)
{
	unsigned last = 0;
	for (size_t i = 0; i < compare->path_count; i++)
		for (unsigned ttl = sonde_path_last_ttl(compare->paths[i]); ttl > last; ttl--)
			if (sn_compare_look(hop, compare, ttl) && hop->responder_count) {
				last = ttl;
				break;
			}
	return last;
}

/* Behind the last answer of any method: one line for all that was asked in vain. */
static void put_silent_tail(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare, unsigned from)
{
	unsigned to = 0;
	for (size_t i = 0; i < compare->path_count; i++) {
		unsigned last = sonde_path_last_ttl(compare->paths[i]);
		if (sonde_path_distance(compare->paths[i]))
			return;
		to = last > to ? last : to;
	}
	if (to < from)
		return;
	struct sn_line line = line_of(buf, style);
	struct sn_buf range = {0};
	sn_buf_printf(&range, from < to ? "%u%s%u" : "%u", from, style->ascii ? "-" : "–", to);
	sn_line_put(&line, sn_buf_text(&range), HOP_COLUMNS, false, SN_TINT_NONE);
	sn_line_put(&line, "*", 1, true, SN_TINT_DIM);
	sn_line_put(&line, "no answer", 9, true, SN_TINT_NONE);
	sn_line_end(&line);
	buf->bad |= range.bad;
	sn_buf_finish(&range);
}

void sn_compare_table(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare)
{
	struct sn_compare_hop hop = {.rows = calloc(compare->path_count + 1, sizeof *hop.rows)};
	uint32_t asn = 0;
	put_heads(buf, style, compare);
	unsigned first = sonde_path_first_ttl(compare->paths[0]), last = hop.rows ? sn_compare_last_ttl(compare, &hop) : 0;
	for (unsigned ttl = first; hop.rows && ttl <= last; ttl++) {
		if (!sn_compare_look(&hop, compare, ttl)) {
			buf->bad = true;
			break;
		}
		put_network(buf, style, &hop, &asn);
		for (size_t i = 0; i == 0 || i < hop.responder_count; i++)
			put_line(buf, style, compare, &hop, i);
	}
	put_silent_tail(buf, style, compare, last < first ? first : last + 1);
	put_ends(buf, style, compare);
	for (unsigned ttl = first; ttl <= last && sn_compare_look(&hop, compare, ttl); ttl++)
		for (size_t i = 0; i < hop.responder_count; i++)
			sn_extension_hop(buf, style, hop.rows, compare->paths, compare->path_count, &hop.responders[i]);
	buf->bad |= !hop.rows;
	sn_compare_hop_finish(&hop, compare);
}

void sn_compare_hop_finish(struct sn_compare_hop *hop, const struct sn_compare *compare)
{
	for (size_t i = 0; hop->rows && i < compare->path_count; i++)
		sonde_row_finish(&hop->rows[i]);
	free(hop->rows);
	free(hop->responders);
}

/* ---- the verdict ---- */

/* "Stops after hop 3 (198.51.100.2): udp/33434 and udp/53." for the methods that ended as the one of `path` did, told where the first of
 * them stands. */
static void put_headline(struct sn_buf *text, const struct sn_compare *compare, size_t path)
{
	const struct sonde_finding *end = end_of(compare, path), *other;
	char label[SONDE_LABEL_BYTES];
	size_t said = 0;
	if (!end)
		return;
	for (size_t i = 0; i < path; i++)
		if ((other = end_of(compare, i)) && strcmp(other->headline, end->headline) == 0)
			return;
	sn_buf_printf(text, "%s%s: ", text->length_bytes ? " " : "", end->headline);
	for (size_t i = path; i < compare->path_count; i++) {
		other = end_of(compare, i);
		if (!other || strcmp(other->headline, end->headline) != 0)
			continue;
		sn_buf_printf(text, "%s%s", said == 0 ? "" : ", ", sonde_label(sonde_path_cfg(compare->paths[i]), label));
		const struct sonde_method_info *method = sonde_method_info(sonde_path_cfg(compare->paths[i])->method);
		if (!end->rule->word && (method->takes_port || method->takes_protocol)) {
			const char *word = word_of_answer(compare->paths[i]);
			text->bad |= !word;
			sn_buf_printf(text, " (%s)", word ? word : "");
		}
		said++;
	}
	sn_buf_putc(text, '.');
}

void sn_compare_headlines(struct sn_buf *text, const struct sn_compare *compare)
{
	for (int bad = 0; bad < 2; bad++) /* what passes comes first */
		for (size_t i = 0; i < compare->path_count; i++)
			if (end_of(compare, i) && !!end_of(compare, i)->exit_status == bad)
				put_headline(text, compare, i);
}

void sn_compare_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare)
{
	struct sn_buf text = {0};
	char label[SONDE_LABEL_BYTES];
	sn_compare_headlines(&text, compare);
	sn_text_findings(&text, compare->findings, SONDE_PATH_ALL);
	sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	for (size_t i = 0; i < compare->path_count; i++) {
		sn_buf_clear(&text);
		sn_buf_printf(&text, "%s:", sonde_label(sonde_path_cfg(compare->paths[i]), label));
		sn_text_findings(&text, compare->findings, i);
		sn_text_wrap(buf, style->width_columns, sn_buf_text(&text));
	}
	const char *next = sn_text_next(compare->findings, NULL);
	if (next)
		sn_buf_printf(buf, "Try: %s\n", next);
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}
