/* SPDX-License-Identifier: MIT */
/* A line of aligned words on a terminal of known width: words are moved to a continuation line, never cut. */
#ifndef SN_OUT_LINE_H
#define SN_OUT_LINE_H

#include "base/buf.h"

enum sn_tint {
	SN_TINT_NONE,
	SN_TINT_DIM,     /* silence */
	SN_TINT_STRONG,  /* the target */
	SN_TINT_MARK,    /* what someone complained about */
};

struct sn_line {
	struct sn_buf *buf;
	size_t width_columns;   /* 0: no limit */
	size_t indent_columns;  /* of continuation lines */
	bool colour;
	size_t at_columns;      /* columns written on this line */
	size_t next_columns;    /* where the next word starts if it is aligned to the left */
};

/* Puts a word into a field of at least width columns. Words are two columns apart. */
void sn_line_put(struct sn_line *line, const char *word, size_t width, bool left, enum sn_tint tint);
/* Skips an empty field. */
void sn_line_skip(struct sn_line *line, size_t width);
/* Ends the line. */
void sn_line_end(struct sn_line *line);
/* Adds UTF-8 text; what takes more than most_columns (0: no limit) loses its middle: "very-long…example.net". Not for addresses. */
void sn_line_cut(struct sn_buf *buf, const char *text, size_t most_columns, bool ascii);
/* Columns that UTF-8 text without control characters takes. */
size_t sn_line_columns(const char *text);

#endif
