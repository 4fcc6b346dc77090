/* SPDX-License-Identifier: MIT */
/* A probe and its answer, field by field, with the bytes of both side by side. */
#include "out/detail.h"

#include "out/line.h"

enum { NAME_COLUMNS = 22, SIDE_COLUMNS = 34, BYTES_SHOWN = 8 };

/* "c0 00 02 01", and how many more there are. */
static void put_bytes(struct sn_buf *buf, const uint8_t *bytes, size_t count)
{
	size_t shown = count > BYTES_SHOWN ? BYTES_SHOWN : count;
	for (size_t i = 0; i < shown; i++)
		sn_buf_printf(buf, "%s%02x", i ? " " : "", (unsigned)bytes[i]);
	if (count > shown)
		sn_buf_printf(buf, " +%zu", count - shown);
}

/* Bytes, then the value where there is one. Text that came from the network is never among it. */
static void put_side(struct sn_line *line, const uint8_t *bytes, size_t count, const char *text, enum sn_tint tint)
{
	struct sn_buf side = {0};
	if (bytes && count)
		put_bytes(&side, bytes, count);
	if (*text)
		sn_buf_printf(&side, "%s%s", count ? "  " : "", text);
	if (side.length_bytes)
		sn_line_put(line, side.text, SIDE_COLUMNS, true, tint);
	else
		sn_line_skip(line, SIDE_COLUMNS);
	line->buf->bad |= side.bad;
	sn_buf_finish(&side);
}

static const char *const words_of[] = {
	[SONDE_DETAIL_SAME] = "",
	[SONDE_DETAIL_DIFFERS] = "differs",
	[SONDE_DETAIL_UNSEEN] = "not visible",
	[SONDE_DETAIL_ADDED] = "added",
	[SONDE_DETAIL_ALONE] = "",
};

static struct sn_line line_of(struct sn_buf *buf, const struct sn_text_style *style)
{
	return (struct sn_line){.buf = buf, .width_columns = style->width_columns, .indent_columns = 4, .colour = style->colour};
}

static void put_head(struct sn_buf *buf, const struct sn_text_style *style, const char *name, const char *sent, const char *seen)
{
	struct sn_line line = line_of(buf, style);
	sn_line_put(&line, name, NAME_COLUMNS, true, SN_TINT_DIM);
	if (*sent)
		sn_line_put(&line, sent, SIDE_COLUMNS, true, SN_TINT_DIM);
	if (*seen)
		sn_line_put(&line, seen, SIDE_COLUMNS, true, SN_TINT_DIM);
	sn_line_end(&line);
}

static void put_row(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_detail_row *row)
{
	bool marked = row->state == SONDE_DETAIL_DIFFERS || row->state == SONDE_DETAIL_ADDED;
	struct sn_line line = line_of(buf, style);
	sn_line_put(&line, row->name, NAME_COLUMNS, true, SN_TINT_NONE);
	if (row->sent || row->state != SONDE_DETAIL_ALONE)
		put_side(&line, row->sent, row->sent_count, row->sent_text, SN_TINT_NONE);
	put_side(&line, row->seen, row->seen_count, row->seen_text, marked ? SN_TINT_MARK : SN_TINT_NONE);
	if (*words_of[row->state])
		sn_line_put(&line, words_of[row->state], 0, true, marked ? SN_TINT_MARK : SN_TINT_DIM);
	sn_line_end(&line);
}

void sn_text_detail(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_detail *detail)
{
	put_head(buf, style, "The answer", "", "");
	for (size_t i = 0; i < detail->answer_count; i++)
		put_row(buf, style, &detail->answer[i]);
	if (detail->rest_count) {
		struct sn_line line = line_of(buf, style);
		sn_line_put(&line, "ICMP extensions", NAME_COLUMNS, true, SN_TINT_NONE);
		put_side(&line, detail->rest, detail->rest_count, "", SN_TINT_NONE);
		sn_line_end(&line);
	}
	put_head(buf, style, "The probe", "sent", detail->quoted ? "as the answer quotes it" : "");
	for (size_t i = 0; i < detail->probe_count; i++)
		put_row(buf, style, &detail->probe[i]);
}
