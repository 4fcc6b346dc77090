/* SPDX-License-Identifier: MIT */
/* A reading of the probes of many sizes, as its two files share it. */
#ifndef SN_PATH_MTU_H
#define SN_PATH_MTU_H

#include "base/sizes.h"

#include <sonde/mtu.h>

/* What is asked about a path. */
struct sn_mtu_reading {
	const struct sonde_path *path;
	const struct sonde_trace_cfg *cfg;
	struct sonde_mtu *out;
	struct sn_sizes sizes;   /* at the aim */
	uint16_t small_bytes;    /* the controls' size: the smallest of all */
	uint8_t aim;             /* TTL of the probes over the whole way */
	bool rations;            /* who answers them does so by errors, which are rationed */
	uint8_t last_ttl;        /* of the hops: what was sent with this TTL or a lower one */
};

/* What a probe came to. */
bool sn_mtu_is_final(const struct sonde_query *q);
bool sn_mtu_is_transit(const struct sonde_query *q);
bool sn_mtu_is_too_big(const struct sonde_query *q);
bool sn_mtu_is_refused(const struct sonde_query *q);
bool sn_mtu_is_doubted(const struct sonde_query *q);
bool sn_mtu_is_silent(const struct sonde_query *q);

/* The queries of a TTL: one after the other while at < end. */
struct sn_mtu_span {
	const struct sonde_query *at, *end;
};
struct sn_mtu_span sn_mtu_queries_at(const struct sn_mtu_reading *r, unsigned ttl);
#define SN_MTU_EACH(r, ttl, q) for (struct sn_mtu_span q = sn_mtu_queries_at(r, ttl); q.at < q.end; q.at++)

/* How often loss alone would leave so many unanswered, were it as much as the controls leave possible. */
double sn_mtu_chance_of_loss(const struct sonde_mtu *mtu, unsigned silent_count);
/* Fills after_ttl and before_ttl, and takes back that silence is sure where only the target was silent. from_bytes: the smallest size that
 * was refused so. */
void sn_mtu_place(const struct sn_mtu_reading *r, struct sonde_narrowing *n, uint16_t from_bytes);
/* Fills the ways, when all else is known. */
void sn_mtu_look_at_ways(const struct sn_mtu_reading *r);
/* Fills how far it is known that probes were whole. */
void sn_mtu_look_at_pieces(const struct sn_mtu_reading *r);

#endif
