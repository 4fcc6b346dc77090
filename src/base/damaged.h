/* SPDX-License-Identifier: MIT */
/* Answers that came damaged, counted as they come or as they are read. */
#ifndef SN_BASE_DAMAGED_H
#define SN_BASE_DAMAGED_H

#include <sonde/event.h>

/* So many more to a probe of that row; 0: to the one at TTL 255. */
static inline void sn_damaged_add(struct sonde_damaged *damaged, uint8_t ttl, uint32_t count)
{
	damaged->count += count;
	if (!count || !ttl)
		return;
	if (!damaged->first_ttl || ttl < damaged->first_ttl)
		damaged->first_ttl = ttl;
	if (ttl > damaged->last_ttl)
		damaged->last_ttl = ttl;
}

#endif
