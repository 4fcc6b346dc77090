/* SPDX-License-Identifier: MIT */
/* What a router's limiter gives, told from which of a hop's probes were answered: a bucket that so many answers fit into and so many
 * flow into in a second (RFC 1812 section 4.3.2.8). */
#ifndef SN_DIAG_BUCKET_H
#define SN_DIAG_BUCKET_H

#include <sonde/base.h>

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

struct sn_bucket {
	unsigned probe_count, answered_count;
	sonde_ns fastest_gap_ns;       /* between two probes, on the average of the densest ten */
	bool limited;                  /* some were left out */
	bool fits;                     /* … as a bucket would leave them out; else nothing of what follows is known */
	unsigned burst_low, burst_high;
	double rate_low, rate_high;    /* a second; 0: nothing came back; SN_BUCKET_RATE_MOST: no end seen */
};
#define SN_BUCKET_RATE_MOST 10000.0

/* Probes in order of sending; the bucket was full when the first of them came. own_count of them are not of the asks, but took from it,
 * too. At most SN_BUCKET_PROBES_MAX and 255 of those. */
void sn_bucket_estimate(const struct sn_bucket_probe *probes, size_t own_count, size_t count, struct sn_bucket *out);
/* The roundest number in the range: the multiple of the greatest 1, 2 or 5 times a power of ten that lies in it. */
double sn_roundest(double low, double high);

#endif
