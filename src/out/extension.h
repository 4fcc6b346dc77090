/* SPDX-License-Identifier: MIT */
/* What routers said beside their errors, as lines below their row. */
#ifndef SN_OUT_EXTENSION_H
#define SN_OUT_EXTENSION_H

#include "out/text.h"

/* One line for each object that answers of this responder carried: each once, with the answers it came with where those were not all. */
void sn_extension_lines(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *row, size_t responder);
/* The same of one router and several paths, whose rows of one hop these are: each object once, by all or by those that are named. */
void sn_extension_hop(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *rows,
                      const struct sonde_path *const *paths, size_t count, const struct sonde_addr *addr);
/* One object that begins at objects[0] and has at most count pieces, in words. The number of pieces it took, at least 1. */
size_t sn_extension_text(struct sn_buf *buf, const struct sonde_extension *objects, size_t count, bool ascii);

#endif
