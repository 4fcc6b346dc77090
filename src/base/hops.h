/* SPDX-License-Identifier: MIT */
/* How far hops are, by the TTL of their answers or by their order. */
#ifndef SN_BASE_HOPS_H
#define SN_BASE_HOPS_H

#include <sonde/base.h>

/* Hops back that an arriving TTL or hop limit speaks of, if it began at 64, 128 or 255, as nearly all systems have it; 0: not told. */
static inline uint8_t sn_hops_back(uint8_t reply_ttl)
{
	if (reply_ttl == 0)
		return 0;
	return (uint8_t)(reply_ttl <= 64 ? 65 - reply_ttl : reply_ttl <= 128 ? 129 - reply_ttl : 256 - reply_ttl);
}

/* The last hop before one comes again that is not its own neighbour, as in a circle; last: none does. hops[n]: who answers there, family 0:
 * nobody. */
unsigned sn_hops_before_circle(const struct sonde_addr *hops, unsigned first, unsigned last);

#endif
