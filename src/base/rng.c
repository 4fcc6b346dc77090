/* SPDX-License-Identifier: MIT */
/* xoshiro256** seeded by splitmix64 (Blackman and Vigna, public domain algorithms). */
#include "base/rng.h"

static uint64_t splitmix(uint64_t *x)
{
	uint64_t z = *x += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void sn_rng_init(struct sn_rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t x = seed ^ splitmix(&stream);
	for (int i = 0; i < 4; i++)
		rng->s[i] = splitmix(&x);
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

uint64_t sn_rng_next(struct sn_rng *rng)
{
	uint64_t *s = rng->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return result;
}

uint64_t sn_rng_below(struct sn_rng *rng, uint64_t bound)
{
	if (bound == 0)
		return 0;
	/* Reject the top remainder, so that every value is equally likely. */
	uint64_t limit = UINT64_MAX - UINT64_MAX % bound, value;
	do
		value = sn_rng_next(rng);
	while (value >= limit);
	return value % bound;
}

double sn_rng_unit(struct sn_rng *rng)
{
	return (double)(sn_rng_next(rng) >> 11) * 0x1.0p-53;
}
