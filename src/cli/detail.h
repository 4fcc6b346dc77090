/* SPDX-License-Identifier: MIT */
/* --detail: packets of a run kept until one probe of each path and its answer are shown byte by byte. */
#ifndef SN_CLI_DETAIL_H
#define SN_CLI_DETAIL_H

#include "out/text.h"

#include <sonde/path.h>

struct sn_detail_packet;

/* {0} keeps nothing. */
struct sn_detail {
	uint8_t ttl;                    /* --detail; 0: it was not asked for */
	struct sn_detail_packet *first, *last;
	size_t kept_bytes;
	bool incomplete;                /* more came than is kept, or memory is out */
};

/* Keeps a packet, sent or received; nothing where no detail was asked for. */
void sn_detail_take(struct sn_detail *detail, const struct sonde_rx *packet);
/* Adds the first answered probe of the path's row and its answer, or a line that says why there is none to show. */
void sn_detail_show(const struct sn_detail *detail, const struct sonde_path *path, const struct sn_text_style *style, struct sn_buf *out);
/* The same, as a report has it: ctx is the struct sn_detail. */
void sn_detail_report(const void *ctx, const struct sonde_path *path, const struct sn_text_style *style, struct sn_buf *out);
void sn_detail_finish(struct sn_detail *detail);

#endif
