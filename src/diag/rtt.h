/* SPDX-License-Identifier: MIT */
/* Round trips along a path: which hops answer slowly themselves, and where the way grows longer. */
#ifndef SN_DIAG_RTT_H
#define SN_DIAG_RTT_H

#include "diag/diag.h"

struct sn_rtt_hop {
	uint8_t ttl;
	unsigned timed_count;
	sonde_ns best_ns;
	sonde_ns spread_ns;  /* how far its times lie apart */
	sonde_ns behind_ns;  /* the best of any later hop; SONDE_NEVER: none */
	uint8_t behind_ttl;  /* … whose that is */
	bool slow;           /* each of its times is far above that */
};

struct sn_rtt {
	struct sn_rtt_hop hops[SONDE_TTL_LAST + 1]; /* those with times, in order */
	size_t count;
	sonde_ns greatest_spread_ns;  /* of all hops; 0: none has several times */
};

void sn_rtt(const struct sn_view *view, struct sn_rtt *out);
/* Adds "12 ms" or "1.2 ms". */
void sn_say_ms(struct sonde_finding *f, sonde_ns ns);

#endif
