/* SPDX-License-Identifier: MIT */
/* How far a row of hops goes before it begins to repeat itself. */
#include "base/hops.h"

unsigned sn_hops_before_circle(const struct sonde_addr *hops, unsigned first, unsigned last)
{
	for (unsigned hop = first; hop <= last; hop++)
		for (unsigned before = first; hops[hop].family && before + 1 < hop; before++)
			if (sonde_addr_equal(&hops[hop], &hops[before]))
				return hop - 1;
	return last;
}
