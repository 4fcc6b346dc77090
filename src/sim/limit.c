/* SPDX-License-Identifier: MIT */
/* Token bucket arithmetic, exact in nanoseconds: tokens = burst - (time until full) / cost. The same as Linux keeps per peer. */
#include "sim/limit.h"

#include "sim/net.h"

#include <stdlib.h>

bool sn_sim_bucket_take(struct sn_sim_bucket *bucket, sonde_at_ns now_at_ns, sonde_ns cost_ns, uint32_t burst_count)
{
	sonde_ns used_ns = bucket->full_at_ns > now_at_ns ? bucket->full_at_ns - now_at_ns : 0;
	/* Divided, not multiplied: no burst is too large. */
	if (used_ns > 0 && (uint64_t)((used_ns + cost_ns - 1) / cost_ns) >= burst_count)
		return false;
	bucket->full_at_ns = now_at_ns + used_ns + cost_ns;
	return true;
}

struct sn_sim_bucket *sn_sim_limiter_bucket(struct sn_sim_limiter *limiter, const struct sonde_addr *to)
{
	size_t fullest = 0;
	for (size_t i = 0; i < limiter->count; i++) {
		if (sonde_addr_equal(&limiter->entries[i].to, to))
			return &limiter->entries[i].bucket;
		if (limiter->entries[i].bucket.full_at_ns < limiter->entries[fullest].bucket.full_at_ns)
			fullest = i;
	}
	struct sn_sim_limit_entry *entry = NULL;
	if (limiter->count == SN_SIM_LIMITER_MAX)
		entry = &limiter->entries[fullest];
	else if (!(entry = sn_sim_grow(&limiter->entries, &limiter->count, sizeof *entry, SN_SIM_LIMITER_MAX)))
		return NULL;
	*entry = (struct sn_sim_limit_entry){.to = *to};
	return &entry->bucket;
}

void sn_sim_limiter_finish(struct sn_sim_limiter *limiter)
{
	free(limiter->entries);
	*limiter = (struct sn_sim_limiter){0};
}
