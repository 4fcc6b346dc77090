/* SPDX-License-Identifier: MIT */
/* Token buckets: how often a node may send ICMP errors. */
#ifndef SN_SIM_LIMIT_H
#define SN_SIM_LIMIT_H

#include <sonde/base.h>

/* A token bucket in one number. {0} is full. */
struct sn_sim_bucket {
	sonde_at_ns full_at_ns;  /* the instant at which it will be full again if nothing is taken */
};

/* Takes one of burst_count tokens, each of which comes back after cost_ns. False: there is none. */
bool sn_sim_bucket_take(struct sn_sim_bucket *bucket, sonde_at_ns now_at_ns, sonde_ns cost_ns, uint32_t burst_count);

enum { SN_SIM_LIMITER_MAX = 256 };

/* Buckets by destination. {0} is empty. At most SN_SIM_LIMITER_MAX: the one nearest to full makes room. */
struct sn_sim_limiter {
	struct sn_sim_limit_entry {
		struct sonde_addr to;
		struct sn_sim_bucket bucket;
	} *entries;
	size_t count;
};

/* The bucket of a destination (family 0: the one for all); NULL: out of memory. Valid until the next call. */
struct sn_sim_bucket *sn_sim_limiter_bucket(struct sn_sim_limiter *limiter, const struct sonde_addr *to);
void sn_sim_limiter_finish(struct sn_sim_limiter *limiter);

#endif
