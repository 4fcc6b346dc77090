/* SPDX-License-Identifier: MIT */
/* Any bytes as a received IP packet of either family, down to the quote and the frame behind it. */
#include "fuzz.h"
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const char *broken = packet_broken(bytes, count);
	if (broken) {
		fprintf(stderr, "does not hold: %s\n", broken);
		abort();
	}
	return 0;
}
