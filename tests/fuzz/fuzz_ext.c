/* SPDX-License-Identifier: MIT */
/* Any bytes as an extension structure, whatever its version and checksum. */
#include "fuzz.h"
#include "invariants.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const char *broken = extension_broken(bytes, count);
	if (broken) {
		fprintf(stderr, "does not hold: %s\n", broken);
		abort();
	}
	return 0;
}
