/* SPDX-License-Identifier: MIT */
/* One probe and its answer as text, byte by byte. */
#ifndef SN_OUT_DETAIL_H
#define SN_OUT_DETAIL_H

#include "out/text.h"

#include <sonde/detail.h>

/* Adds the answer's fields, then the probe's beside those of its copy; a word marks what differs, was added or cannot be seen. */
void sn_text_detail(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_detail *detail);

#endif
