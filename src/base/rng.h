/* SPDX-License-Identifier: MIT */
/* A small seeded generator for simulation and tests (xoshiro256**); never for secrets. */
#ifndef SN_BASE_RNG_H
#define SN_BASE_RNG_H

#include <stdint.h>

struct sn_rng {
	uint64_t s[4];
};

/* Any seed is good; streams with different `stream` numbers are independent. */
void sn_rng_init(struct sn_rng *rng, uint64_t seed, uint64_t stream);
uint64_t sn_rng_next(struct sn_rng *rng);
/* Uniform in 0 … bound-1; 0 for bound 0. */
uint64_t sn_rng_below(struct sn_rng *rng, uint64_t bound);
/* Uniform in [0, 1). */
double sn_rng_unit(struct sn_rng *rng);

#endif
