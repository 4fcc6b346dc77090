/* SPDX-License-Identifier: MIT */
/* Lines at the end of a terminal's text that are drawn over and over until they stand. The cursor waits at the first of them: a terminal
 * that gets another size keeps it there, whether it breaks the lines anew or not, so that no line has to be found again. */
#ifndef SN_CLI_FRAME_H
#define SN_CLI_FRAME_H

#include "base/buf.h"

/* Redraws are no faster than a screen shows them. */
#define SN_FRAME_NS (16 * SONDE_MS)
enum { SN_FRAME_HEIGHT_DEFAULT = 24 };

/* {0} is none drawn. */
struct sn_frame {
	struct sn_buf text;  /* what stands on the terminal */
};

void sn_frame_finish(struct sn_frame *frame);
/* Lines that whole lines of text take on a terminal of this width (0: no limit), colours not counted. */
size_t sn_frame_lines(const char *text, size_t width_columns);
/* Lines that fit onto a terminal of that height; 0: unknown. */
size_t sn_frame_room(uint16_t height_rows);
/* Takes the frame off the terminal. */
void sn_frame_erase(struct sn_frame *frame, struct sn_buf *out);
/* Draws text in its place; above: what goes to stand in front of it for good. */
void sn_frame_draw(struct sn_frame *frame, size_t width_columns, const char *above, const char *text, struct sn_buf *out);

#endif
