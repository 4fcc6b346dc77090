/* SPDX-License-Identifier: MIT */
/* Several methods to one target in one table: hops down, methods across. Pure. */
#ifndef SN_OUT_COMPARE_H
#define SN_OUT_COMPARE_H

#include "out/line.h"
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
 * line. Below it what routers said beside their errors. */
void sn_compare_table(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare);
/* One verdict for all, then one for each method, and what to try. */
void sn_compare_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_compare *compare);

/* ---- parts of it, for other tables ---- */

/* One hop of all methods. rows: the caller's, zeroed, one a method and one more. */
struct sn_compare_hop {
	unsigned ttl;
	struct sonde_row *rows;
	struct sonde_addr *responders;  /* of all of them, each once, in order of the methods */
	size_t responder_count;
};
/* Its rows, and who answered in them. False: out of memory. */
bool sn_compare_look(struct sn_compare_hop *hop, const struct sn_compare *compare, unsigned ttl);
void sn_compare_hop_finish(struct sn_compare_hop *hop, const struct sn_compare *compare);
/* The last hop that has something to say: where each method was answered last. */
unsigned sn_compare_last_ttl(const struct sn_compare *compare, struct sn_compare_hop *hop);
/* A cell in the line of one responder; silence and failures stand in the first line. Nothing is added to an empty one. */
enum sn_tint sn_compare_cell(struct sn_buf *word, const struct sonde_row *row, const struct sonde_addr *addr, bool first);
/* What such an answer of the target says of how its method fares: "open"; NULL: nothing. */
const char *sn_compare_word(enum sonde_meaning meaning);
/* How a method ended, in one word; "": not yet; NULL: out of memory. */
const char *sn_compare_end(const struct sn_compare *compare, size_t path, bool *bad);
/* "Reached …: icmp and tcp/443. Stops after …: udp/53." */
void sn_compare_headlines(struct sn_buf *text, const struct sn_compare *compare);

#endif
