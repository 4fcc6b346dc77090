/* SPDX-License-Identifier: MIT */
/* Names and networks as words. Their texts are clean already. */
#include "out/who.h"

#include "base/clean.h"

#include <string.h>

enum { ROOM_LEAST = 20 }; /* columns left on a line that are worth a name cut to them */

static void put_name(struct sn_buf *buf, const struct sn_who *who)
{
	if (who->name && who->name_is_address)
		sn_buf_printf(buf, "\"%s\" (only a name)", who->name);
	else if (who->name)
		sn_buf_puts(buf, who->name);
}

void sn_who_text(struct sn_buf *buf, const struct sn_who *who, enum sonde_about what)
{
	switch (what) {
	case SONDE_ABOUT_NAME:
		put_name(buf, who);
		break;
	case SONDE_ABOUT_ASN:
		if (who->asn)
			sn_buf_printf(buf, "AS%u", (unsigned)who->asn);
		break;
	case SONDE_ABOUT_NETWORK:
		sn_buf_puts(buf, who->network ? who->network : "");
		break;
	case SONDE_ABOUT_COUNTRY:
		sn_buf_puts(buf, who->country ? who->country : "");
		break;
	}
}

/* Where the character `columns` columns from the start begins. */
static const char *behind(const char *text, size_t columns)
{
	while (*text && columns--)
		for (text++; ((unsigned char)*text & 0xc0) == 0x80; text++) {
		}
	return text;
}

void sn_who_cut(struct sn_buf *buf, const char *word, size_t columns, bool ascii)
{
	const char *gap = ascii ? "..." : "…";
	size_t whole = sn_line_columns(word), gap_columns = sn_line_columns(gap);
	if (!columns || whole <= columns || columns <= gap_columns) {
		sn_buf_puts(buf, word);
		return;
	}
	size_t kept = columns - gap_columns, tail = (kept + 1) / 2;
	sn_buf_add(buf, word, (size_t)(behind(word, kept - tail) - word));
	sn_buf_puts(buf, gap);
	sn_buf_puts(buf, behind(word, whole - tail));
}

void sn_who_put(struct sn_line *line, const struct sn_who *who, enum sonde_about what, size_t width, bool ascii)
{
	struct sn_buf word = {0}, shown = {0};
	size_t end = line->width_columns, at = line->next_columns;
	sn_who_text(&word, who, what);
	bool fits = !end || at + sn_line_columns(sn_buf_text(&word)) <= end;
	if (!fits && line->at_columns && at + ROOM_LEAST > end)
		at = line->indent_columns;
	sn_who_cut(&shown, sn_buf_text(&word), end > at ? end - at : 0, ascii);
	if (word.length_bytes)
		sn_line_put(line, sn_buf_text(&shown), width, true, SN_TINT_NONE);
	else
		sn_line_skip(line, width);
	line->buf->bad |= word.bad || shown.bad;
	sn_buf_finish(&word);
	sn_buf_finish(&shown);
}

static void put_network(struct sn_buf *buf, const struct sn_who *who)
{
	if (!who->asn)
		return;
	sn_buf_printf(buf, "AS%u", (unsigned)who->asn);
	if (who->as_name)
		sn_buf_printf(buf, " %s", who->as_name);
	/* where the registry's name ends with its country that says it already */
	size_t length = who->as_name ? strlen(who->as_name) : 0;
	bool said = who->country && length > 4 && strncmp(who->as_name + length - 4, ", ", 2) == 0;
	if (who->country && !said)
		sn_buf_printf(buf, ", %s", who->country);
}

void sn_who_network(struct sn_buf *buf, const struct sn_who *who, bool ascii)
{
	struct sn_buf word = {0};
	put_network(&word, who);
	if (ascii)
		sn_clean_ascii(buf, sn_buf_text(&word), word.length_bytes);
	else
		sn_buf_puts(buf, sn_buf_text(&word));
	buf->bad |= word.bad;
	sn_buf_finish(&word);
}

void sn_who_place(struct sn_buf *buf, const struct sn_who *who)
{
	sn_buf_puts(buf, who->network ? who->network : "");
	sn_buf_puts(buf, who->network && who->country ? ", " : "");
	sn_buf_puts(buf, who->country ? who->country : "");
}

const struct sn_who *sn_who_of_any(const struct sn_who_source *source, const struct sonde_addr *addrs, size_t count)
{
	for (size_t i = 0; source && i < count; i++) {
		const struct sn_who *who = sn_who_of(source, &addrs[i]);
		if (who->asn)
			return who;
	}
	return NULL;
}

const struct sn_who *sn_who_of_row(const struct sn_who_source *source, const struct sonde_row *row)
{
	const struct sn_who *who = NULL;
	for (size_t i = 0; !who && i < row->responder_count; i++)
		who = sn_who_of_any(source, &row->responders[i].addr, 1);
	return who;
}

void sn_who_put_network(struct sn_line *line, const struct sn_who *who, bool ascii)
{
	struct sn_buf word = {0}, shown = {0};
	size_t end = line->width_columns;
	sn_who_network(&word, who, ascii);
	sn_who_cut(&shown, sn_buf_text(&word), end ? end - 1u : 0, ascii);
	sn_buf_putc(&shown, ':');
	sn_line_put(line, sn_buf_text(&shown), 0, true, SN_TINT_DIM);
	sn_line_end(line);
	line->buf->bad |= word.bad || shown.bad;
	sn_buf_finish(&word);
	sn_buf_finish(&shown);
}
