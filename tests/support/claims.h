/* SPDX-License-Identifier: MIT */
/* Is a finding true? Held against what really happened in the network, whether it was to be expected or not. */
#ifndef SONDE_TESTS_CLAIMS_H
#define SONDE_TESTS_CLAIMS_H

#include "witness.h"

/* False: it contradicts the truth, or nobody has said here what would make it true. */
bool claim_is_true(const struct witness *w, const struct sonde_finding *finding);

#endif
