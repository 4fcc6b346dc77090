/* SPDX-License-Identifier: MIT */
/* What a router allows itself of ICMP errors, as a bucket: so many answers fit into it, and so many flow into it in a second (RFC 1812
 * section 4.3.2.8, RFC 4443 section 2.4). */
#ifndef SONDE_LIMITER_H
#define SONDE_LIMITER_H

#include <sonde/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* More a second than a rate that is known to end. */
#define SONDE_LIMITER_RATE_MOST 10000.0

/* What one hop's answers to bursts and trains of probes tell. Plain values. */
struct sonde_limiter {
	uint8_t ttl;
	struct sonde_addr by;
	bool shared;                   /* other traces asked of it meanwhile: it allows at least so much */
	unsigned probe_count, answered_count;
	sonde_ns fastest_gap_ns;       /* between two probes, on the average of the densest ten; 0: not known */
	bool limited;                  /* some probes were left out */
	bool fits;                     /* … as a bucket would leave them out; else nothing of what follows is known */
	unsigned burst_low, burst_high;
	double rate_low, rate_high;    /* a second; 0: nothing came back; SONDE_LIMITER_RATE_MOST: no end seen */
};

#ifdef __cplusplus
}
#endif
#endif
