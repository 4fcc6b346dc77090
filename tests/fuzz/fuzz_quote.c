/* SPDX-License-Identifier: MIT */
/* Any bytes as a quoted datagram. What a longer quote shows, a shorter one must not contradict: the address and TTL stay the same. */
#include "fuzz.h"
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *cut_broken(const uint8_t *bytes, size_t count)
{
	struct sn_quote whole, cut;
	if (count == 0 || !sn_quote_parse(bytes, count, &whole) || !sn_quote_parse(bytes, count - 1, &cut))
		return NULL;
	if (whole.ip.ttl != cut.ip.ttl || memcmp(&whole.ip.dst, &cut.ip.dst, sizeof cut.ip.dst) != 0)
		return "a cut quote has the same header";
	return cut.upper_bytes <= whole.upper_bytes ? NULL : "a cut quote is not longer";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const char *broken = quote_broken(bytes, count);
	if (!broken)
		broken = cut_broken(bytes, count);
	if (broken) {
		fprintf(stderr, "does not hold: %s\n", broken);
		abort();
	}
	return 0;
}
