/* SPDX-License-Identifier: MIT */
/* Making a run's seal from its secret. */
#include "base/seal.h"

#include "base/hash.h"

/* What no trace has for a number. */
#define OF_THE_RUN UINT64_MAX

struct sonde_seal sn_seal_of(const uint8_t secret[static 16])
{
	uint64_t word = sn_siphash_u64x2(secret, OF_THE_RUN, OF_THE_RUN);
	return (struct sonde_seal){.factor = (uint32_t)word | 1, .term = (uint32_t)(word >> 32)};
}
