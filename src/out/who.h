/* SPDX-License-Identifier: MIT */
/* What is known of an address besides the packets, as words of a table. */
#ifndef SN_OUT_WHO_H
#define SN_OUT_WHO_H

#include "base/buf.h"
#include "base/who.h"
#include "out/line.h"

#include <sonde/path.h>

/* Adds the text of such a cell; nothing where it is not known. A name that reads as an address is quoted and marked. */
void sn_who_text(struct sn_buf *buf, const struct sn_who *who, enum sonde_about what);
/* Adds a word in at most `columns` columns (0: as it is): what is too long is cut in the middle, where names tell least. */
void sn_who_cut(struct sn_buf *buf, const char *word, size_t columns, bool ascii);
/* Puts that text into a field of a line, cut to the room that is left there, or on the next one where that is too little. */
void sn_who_put(struct sn_line *line, const struct sn_who *who, enum sonde_about what, size_t width, bool ascii);
/* Adds "AS64500 EXAMPLE-NET, DE"; nothing where the system is not known. */
void sn_who_network(struct sn_buf *buf, const struct sn_who *who);
/* Puts that onto a line of its own, below which hops of that network stand. */
void sn_who_put_network(struct sn_line *line, const struct sn_who *who, bool ascii);

#endif
