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
void sn_who_network(struct sn_buf *buf, const struct sn_who *who, bool ascii);
/* Adds "192.0.2.0/24, DE", or what is known of it. */
void sn_who_place(struct sn_buf *buf, const struct sn_who *who);
/* The first of those that stand at one hop whose system is known: the hop's network. NULL: of none. */
const struct sn_who *sn_who_of_any(const struct sn_who_source *source, const struct sonde_addr *addrs, size_t count);
const struct sn_who *sn_who_of_row(const struct sn_who_source *source, const struct sonde_row *row);
/* Puts the network onto a line of its own, below which its hops stand. */
void sn_who_put_network(struct sn_line *line, const struct sn_who *who, bool ascii);

#endif
