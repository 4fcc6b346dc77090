/* SPDX-License-Identifier: MIT */
/* Whether the ports of a trace are what its probes left with: one that is not leaves the whole list without meaning. */
#include "out/known.h"

bool sn_ports_are_known(const struct sonde_path *path)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		for (size_t i = 0; i < count; i++)
			if (!sn_is_known(&queries[i].probe, SONDE_DIFF_SPORT))
				return false;
	}
	return true;
}
