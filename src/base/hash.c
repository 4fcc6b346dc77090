/* SPDX-License-Identifier: MIT */
/* SipHash-2-4. */
#include "base/hash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void sip_round(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static void absorb(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

static uint64_t load_le(const uint8_t *bytes, size_t count)
{
	uint64_t word = 0;
	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

static struct state start(const uint8_t key[static 16])
{
	uint64_t k0 = load_le(key, 8), k1 = load_le(key + 8, 8);
	return (struct state){
		.v0 = k0 ^ UINT64_C(0x736f6d6570736575),
		.v1 = k1 ^ UINT64_C(0x646f72616e646f6d),
		.v2 = k0 ^ UINT64_C(0x6c7967656e657261),
		.v3 = k1 ^ UINT64_C(0x7465646279746573),
	};
}

static uint64_t finish(struct state *s)
{
	s->v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

uint64_t sn_siphash(const uint8_t key[static 16], const uint8_t *bytes, size_t count)
{
	struct state s = start(key);
	size_t at = 0;
	for (; at + 8 <= count; at += 8)
		absorb(&s, load_le(bytes + at, 8));
	absorb(&s, load_le(bytes + at, count - at) | (uint64_t)count << 56);
	return finish(&s);
}

uint64_t sn_siphash_u64x2(const uint8_t key[static 16], uint64_t a, uint64_t b)
{
	struct state s = start(key);
	absorb(&s, a);
	absorb(&s, b);
	absorb(&s, UINT64_C(16) << 56);
	return finish(&s);
}
