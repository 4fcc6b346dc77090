/* SPDX-License-Identifier: MIT */
/* What a router's limiter gives, told from which of a hop's probes were answered: a bucket that so many answers fit into and so many
 * flow into in a second (RFC 1812 section 4.3.2.8). */
#ifndef SN_DIAG_BUCKET_H
#define SN_DIAG_BUCKET_H

#include <sonde/limiter.h>

#include <stdbool.h>

struct sn_bucket_probe {
	sonde_at_ns sent_at_ns;
	bool answered;
};

/* What to ask next: so many probes, so far apart. */
struct sn_bucket_ask {
	uint8_t count;
	sonde_ns gap_ns;
};
enum { SN_BUCKET_ASKS_MAX = 3, SN_BUCKET_PROBES_MAX = 86 };

/* The asks of one hop so far, each with the number of answers it got. {0}: none yet. */
struct sn_bucket_run {
	struct sn_bucket_ask asks[SN_BUCKET_ASKS_MAX];
	uint8_t answered[SN_BUCKET_ASKS_MAX];
	uint8_t count;
};
/* False: enough is known. Else the next ask; the caller notes it, and its answers, in the run. A hop takes SN_BUCKET_PROBES_MAX probes and
 * 6 s at most. */
bool sn_bucket_next(const struct sn_bucket_run *run, struct sn_bucket_ask *out);

/* Probes in order of sending; the bucket was full when the first of them came. own_count of them are not of the asks, but took from it,
 * too. At most SN_BUCKET_PROBES_MAX and 255 of those. *out does not say who was asked. */
void sn_bucket_estimate(const struct sn_bucket_probe *probes, size_t own_count, size_t count, struct sonde_limiter *out);

#endif
