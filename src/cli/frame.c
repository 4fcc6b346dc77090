/* SPDX-License-Identifier: MIT */
/* Cursor movement for lines that may still change. */
#include "cli/frame.h"

#include <string.h>

void sn_frame_finish(struct sn_frame *frame)
{
	sn_buf_finish(&frame->text);
}

size_t sn_frame_lines(const char *text, size_t width_columns)
{
	size_t lines = 0, columns = 0;
	for (; *text; text++) {
		if (*text == '\033') {
			text += strcspn(text, "m");
		} else if (*text == '\n') {
			lines += columns && width_columns ? (columns + width_columns - 1) / width_columns : 1;
			columns = 0;
		} else {
			columns += ((unsigned char)*text & 0xc0) != 0x80;
		}
	}
	return lines;
}

size_t sn_frame_room(uint16_t height_rows)
{
	return (height_rows > 1 ? height_rows : SN_FRAME_HEIGHT_DEFAULT) - 1u;
}

/* The first line by itself: a terminal that is told to clear everything from its top left corner on may keep a copy in its history (tmux
 * does). */
void sn_frame_erase(struct sn_frame *frame, struct sn_buf *out)
{
	if (frame->text.length_bytes)
		sn_buf_puts(out, "\r\033[K\n\033[J\033[A");
	sn_buf_clear(&frame->text);
}

void sn_frame_draw(struct sn_frame *frame, size_t width_columns, const char *above, const char *text, struct sn_buf *out)
{
	size_t lines = sn_frame_lines(text, width_columns);
	/* lines that fit are not broken by a terminal that has become narrower, and has not told so yet */
	bool fits = lines == sn_frame_lines(text, 0);
	sn_frame_erase(frame, out);
	sn_buf_puts(out, above);
	sn_buf_printf(out, fits && lines ? "\033[?7l%s\033[?7h" : "%s", text);
	if (lines)
		sn_buf_printf(out, "\033[%zuA", lines);
	sn_buf_puts(&frame->text, text);
	out->bad |= frame->text.bad;
}
