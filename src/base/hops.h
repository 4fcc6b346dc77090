/* SPDX-License-Identifier: MIT */
/* How far away an answer's own TTL says its sender is. */
#ifndef SN_BASE_HOPS_H
#define SN_BASE_HOPS_H

#include <stdint.h>

/* Hops back that an arriving TTL or hop limit speaks of, if it began at 64, 128 or 255, as nearly all systems have it; 0: not told. */
static inline uint8_t sn_hops_back(uint8_t reply_ttl)
{
	if (reply_ttl == 0)
		return 0;
	return (uint8_t)(reply_ttl <= 64 ? 65 - reply_ttl : reply_ttl <= 128 ? 129 - reply_ttl : 256 - reply_ttl);
}

#endif
