/* SPDX-License-Identifier: MIT */
/* The generator against its published sequence, and what seeds, bounds and units promise. */
#include "test.h"

#include "base/rng.h"

/* xoshiro256** from the state {1, 2, 3, 4}. */
static void the_published_sequence(void **state)
{
	(void)state;
	static const uint64_t want[] = {
		11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625u,
		8476171486693032832, 10595114339597558777u, 2904607092377533576,
	};
	struct sn_rng rng = {.s = {1, 2, 3, 4}};
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
		assert_true(sn_rng_next(&rng) == want[i]);
}

static void a_seed_repeats_and_streams_differ(void **state)
{
	(void)state;
	struct sn_rng a, b, other_stream, other_seed;
	sn_rng_init(&a, 0, 0);
	sn_rng_init(&b, 0, 0);
	sn_rng_init(&other_stream, 0, 1);
	sn_rng_init(&other_seed, 1, 0);
	for (int i = 0; i < 1000; i++) {
		uint64_t value = sn_rng_next(&a);
		assert_true(value == sn_rng_next(&b));
		assert_true(value != sn_rng_next(&other_stream));
		assert_true(value != sn_rng_next(&other_seed));
	}
}

static void bounds_hold_and_every_value_comes(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 5, 0);
	unsigned seen[10] = {0};
	for (int i = 0; i < 100000; i++) {
		uint64_t value = sn_rng_below(&rng, 10);
		assert_true(value < 10);
		seen[value]++;
	}
	/* 10,000 each expected; the seed is fixed, so this is no gamble. */
	for (size_t i = 0; i < 10; i++)
		assert_in_range(seen[i], 9700, 10300);
	assert_true(sn_rng_below(&rng, 0) == 0);
	assert_true(sn_rng_below(&rng, 1) == 0);
	for (int i = 0; i < 100; i++)
		assert_true(sn_rng_below(&rng, UINT64_MAX) < UINT64_MAX);
}

static void units_are_from_zero_to_below_one(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 6, 0);
	double sum = 0;
	for (int i = 0; i < 100000; i++) {
		double value = sn_rng_unit(&rng);
		assert_true(value >= 0 && value < 1);
		sum += value;
	}
	assert_true(sum > 49500 && sum < 50500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_sequence),
		cmocka_unit_test(a_seed_repeats_and_streams_differ),
		cmocka_unit_test(bounds_hold_and_every_value_comes),
		cmocka_unit_test(units_are_from_zero_to_below_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
