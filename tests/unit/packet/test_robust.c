/* SPDX-License-Identifier: MIT */
/* Whatever the bytes are, no parser reads beyond them and the invariants hold. Each input stands in memory of exactly its size,
 * so that the address sanitizer sees a read one byte too far. */
#include "invariants.h"
#include "test.h"
#include "vectors.h"

#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

static void check(const uint8_t *bytes, size_t count)
{
	uint8_t *copy = made_exact(bytes, count);
	const char *broken = packet_broken(copy, count);
	if (!broken)
		broken = quote_broken(copy, count);
	free(copy);
	if (broken)
		fail_msg("does not hold: %s", broken);
}

static void every_truncation_of_every_shape(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		for (size_t count = 0; count <= p.count; count++)
			check(p.bytes, count);
	}
}

static void every_flipped_bit_of_every_shape(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		for (size_t bit = 0; bit < p.count * 8; bit++) {
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			check(p.bytes, p.count);
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

/* Shapes with some bytes replaced, cut anywhere. */
static void shapes_with_bytes_replaced(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 20, 0);
	for (int round = 0; round < 100000; round++) {
		struct made_packet p;
		vectors[sn_rng_below(&rng, vectors_count)].make(&p);
		uint64_t changes = 1 + sn_rng_below(&rng, 12);
		for (uint64_t i = 0; i < changes; i++)
			p.bytes[sn_rng_below(&rng, p.count)] = (uint8_t)sn_rng_next(&rng);
		check(p.bytes, sn_rng_below(&rng, p.count + 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_truncation_of_every_shape),
		cmocka_unit_test(every_flipped_bit_of_every_shape),
		cmocka_unit_test(shapes_with_bytes_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
