/* SPDX-License-Identifier: MIT */
/* Where words go on a line. Knows columns and colours, nothing of what the words mean. */
#include "out/line.h"

enum { GAP_COLUMNS = 2 };

static const char *const tint_codes[] = {
    [SN_TINT_NONE] = "", [SN_TINT_DIM] = "\033[2m", [SN_TINT_STRONG] = "\033[1m", [SN_TINT_MARK] = "\033[33m"};

size_t sn_line_columns(const char *text)
{
	size_t columns = 0;
	for (; *text; text++)
		columns += ((unsigned char)*text & 0xc0) != 0x80; /* continuation bytes of UTF-8 take none (RFC 3629) */
	return columns;
}

/* Bytes of the first so many characters. */
static size_t bytes_of(const char *text, size_t columns)
{
	size_t at = 0;
	while (text[at] && (columns > 0 || ((unsigned char)text[at] & 0xc0) == 0x80)) {
		columns -= ((unsigned char)text[at] & 0xc0) != 0x80;
		at++;
	}
	return at;
}

void sn_line_cut(struct sn_buf *buf, const char *text, size_t most_columns, bool ascii)
{
	size_t columns = sn_line_columns(text), mark_columns = ascii ? 3 : 1;
	if (most_columns == 0 || columns <= most_columns || most_columns <= mark_columns) {
		sn_buf_puts(buf, text);
		return;
	}
	/* the end of a name says more than its beginning: it keeps the odd column */
	size_t kept = most_columns - mark_columns, first = kept / 2;
	sn_buf_add(buf, text, bytes_of(text, first));
	sn_buf_puts(buf, ascii ? "..." : "…");
	sn_buf_puts(buf, text + bytes_of(text, columns - (kept - first)));
}

void sn_line_put(struct sn_line *line, const char *word, size_t width, bool left, enum sn_tint tint)
{
	size_t columns = sn_line_columns(word), start = line->next_columns;
	if (columns > width)
		width = columns;
	size_t from = left ? start : start + width - columns;
	if (line->width_columns && line->at_columns > 0 && from + columns > line->width_columns) {
		sn_buf_putc(line->buf, '\n');
		line->at_columns = 0;
		size_t room = line->width_columns > columns ? line->width_columns - columns : 0;
		start = from = line->indent_columns < room ? line->indent_columns : room;
		width = columns;
	}
	sn_buf_pad(line->buf, ' ', from - line->at_columns);
	bool tinted = line->colour && tint != SN_TINT_NONE;
	if (tinted)
		sn_buf_puts(line->buf, tint_codes[tint]);
	sn_buf_puts(line->buf, word);
	if (tinted)
		sn_buf_puts(line->buf, "\033[0m");
	line->at_columns = from + columns;
	line->next_columns = start + width + GAP_COLUMNS;
}

void sn_line_skip(struct sn_line *line, size_t width)
{
	line->next_columns += width + GAP_COLUMNS;
}

void sn_line_end(struct sn_line *line)
{
	sn_buf_putc(line->buf, '\n');
	line->at_columns = line->next_columns = 0;
}
