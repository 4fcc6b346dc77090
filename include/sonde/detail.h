/* SPDX-License-Identifier: MIT */
/* A probe and what answered it, byte by byte: the fields by name, each as it was sent and as the answer shows it. */
#ifndef SONDE_DETAIL_H
#define SONDE_DETAIL_H

#include <sonde/quote.h>
#include <sonde/wire.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sonde_detail_state {
	SONDE_DETAIL_SAME,
	SONDE_DETAIL_DIFFERS,
	SONDE_DETAIL_UNSEEN,   /* the copy ends before it, or nobody saw it */
	SONDE_DETAIL_ADDED,    /* only the copy has it */
	SONDE_DETAIL_ALONE,    /* of a packet that is not compared */
};

/* One field. Its bytes point into the packets given. */
struct sonde_detail_row {
	const char *name;
	enum sonde_detail_state state;
	const uint8_t *sent, *seen;         /* NULL: not there, or not visible */
	size_t sent_count, seen_count;      /* bytes */
	char sent_text[SONDE_ADDR_TEXT];    /* the value as people write it; "" where the bytes are all there is to show */
	char seen_text[SONDE_ADDR_TEXT];
};

enum { SONDE_DETAIL_ROWS_MAX = SONDE_FIELD_COUNT + 8 };

struct sonde_detail {
	struct sonde_detail_row answer[SONDE_DETAIL_ROWS_MAX];  /* the answer's own headers, in the columns seen */
	size_t answer_count;
	struct sonde_detail_row probe[SONDE_DETAIL_ROWS_MAX];   /* the probe, beside its copy where the answer quotes it */
	size_t probe_count;
	bool quoted;                        /* the answer quotes a packet */
	size_t quoted_bytes;                /* … as much of it */
	const uint8_t *rest;                /* of the answer: what stands behind all that is named (extensions, padding, data) */
	size_t rest_count;
};

/* Takes a whole IP packet as it was sent and one that answered it apart; of the first only bytes and length_bytes are read. unsure: enum
 * sonde_diff, fields of the first that this machine's kernel may have sent with values of its own: they are not shown, and neither is what
 * was not really seen of the second. False: either is no IP packet. *out points into both. */
SONDE_API bool sonde_detail(const struct sonde_rx *probe, uint32_t unsure, const struct sonde_rx *answer, struct sonde_detail *out);

#ifdef __cplusplus
}
#endif
#endif
