/* SPDX-License-Identifier: MIT */
/* Several methods to one target in one table: hops down, methods across. Pure. */
#ifndef SN_OUT_COMPARE_H
#define SN_OUT_COMPARE_H

#include "out/text.h"

/* What is compared; all borrowed. For the table each path has had its TRACE_START. */
struct sn_compare {
	struct sonde_addr dst;
	uint8_t max_ttl;
	const struct sonde_path *const *paths;
	size_t path_count;
	const struct sonde_findings *findings;  /* NULL: none yet */
	const char *host, *wire;                /* wire NULL: it was read from a capture */
	size_t address_count;                   /* as in struct sn_text_about */
};

/* "sonde compare web (192.0.2.80) over IPv4, …" */
void sn_compare_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare);
/* A row per hop, a column per method, and how each ended. Where methods were answered by different routers at one hop, each router has a
 * line. */
void sn_compare_table(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare);
/* One verdict for all, then one for each method, and what to try. */
void sn_compare_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare);

#endif
