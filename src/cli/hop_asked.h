/* SPDX-License-Identifier: MIT */
/* What was sent to one hop and what of it was answered: that which a trace sent, and then one ask after the other. */
#ifndef SN_CLI_HOP_ASKED_H
#define SN_CLI_HOP_ASKED_H

#include "diag/bucket.h"

#include <sonde/event.h>
#include <sonde/path.h>

/* So many hops of a path are asked for their limiters. */
enum { SN_INVESTIGATED_MOST = 3 };

struct sn_hop_asked {
	uint8_t ttl;
	struct sonde_addr by;     /* who is asked */
	struct sn_bucket_probe probes[SN_BUCKET_PROBES_MAX + SONDE_TTL_LAST];
	uint64_t tokens[SN_BUCKET_PROBES_MAX + SONDE_TTL_LAST]; /* 0: of the trace itself */
	size_t count;
	size_t own_count;         /* of the trace itself, which took from the bucket as well */
	size_t first;             /* of the present ask */
	struct sn_bucket_run run; /* the asks before it */
};

/* Begins with the row of a trace that has ended, in which one router answered. */
void sn_hop_asked_begin(struct sn_hop_asked *hop, const struct sonde_row *row);
/* False: enough is known. Else what to ask next. */
bool sn_hop_asked_next(const struct sn_hop_asked *hop, struct sn_bucket_ask *out);
/* Takes an event of the present ask. */
void sn_hop_asked_event(struct sn_hop_asked *hop, const struct sonde_event *event);
/* The present ask, whose probes were that far apart, is over. */
void sn_hop_asked_over(struct sn_hop_asked *hop, sonde_ns gap_ns);
/* What all of it says. */
void sn_hop_asked_estimate(const struct sn_hop_asked *hop, struct sonde_limiter *out);

#endif
