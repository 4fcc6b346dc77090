/* SPDX-License-Identifier: MIT */
/* The tree that finds who is waited for, against a loop that looks at all. */
#include "test.h"

#include "base/rng.h"
#include "replay/waiting.h"

#include <sonde/base.h>

#include <stdlib.h>

enum { KEY_MOST = 40, STEPS = 400 };

static uint32_t first_of_all(const uint32_t *keys, const bool *in, uint32_t count, uint32_t from, uint32_t to)
{
	uint32_t best = SN_WAITING_NONE;
	for (uint32_t i = 0; i < count; i++)
		if (in[i] && keys[i] >= from && keys[i] <= to && (best == SN_WAITING_NONE || keys[i] < keys[best]))
			best = i;
	return best;
}

static void it_finds_what_a_loop_finds(void **state)
{
	(void)state;
	static const uint32_t counts[] = {0, 1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 9000};
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		uint32_t count = counts[c], *keys = calloc(count + 1, sizeof *keys);
		bool *in = calloc(count + 1, sizeof *in);
		struct sn_rng rng;
		struct sn_waiting w;
		assert_true(keys && in);
		sn_rng_init(&rng, count + 1, 0);
		for (uint32_t i = 0; i < count; i++)
			keys[i] = (uint32_t)sn_rng_below(&rng, KEY_MOST);
		assert_int_equal(sn_waiting_init(&w, keys, count), SONDE_OK);
		for (unsigned step = 0; step < STEPS; step++) {
			uint32_t from = (uint32_t)sn_rng_below(&rng, KEY_MOST), to = from + (uint32_t)sn_rng_below(&rng, KEY_MOST);
			assert_int_equal(sn_waiting_first(&w, from, to), first_of_all(keys, in, count, from, to));
			for (unsigned i = 0; count && i < 3; i++) {
				uint32_t number = (uint32_t)sn_rng_below(&rng, count);
				in[number] = sn_rng_below(&rng, 3) != 0;
				sn_waiting_set(&w, number, in[number]);
			}
		}
		sn_waiting_finish(&w);
		free(keys);
		free(in);
	}
}

/* From the first to the last, each taken out when it was found. */
static void all_come_once_in_order(void **state)
{
	(void)state;
	enum { COUNT = 300000 };
	uint32_t *keys = calloc(COUNT, sizeof *keys), before = 0, found, count = 0;
	struct sn_waiting w;
	assert_non_null(keys);
	for (uint32_t i = 0; i < COUNT; i++)
		keys[i] = COUNT - i;
	assert_int_equal(sn_waiting_init(&w, keys, COUNT), SONDE_OK);
	for (uint32_t i = 0; i < COUNT; i++)
		sn_waiting_set(&w, i, true);
	for (; (found = sn_waiting_first(&w, 0, UINT32_MAX)) != SN_WAITING_NONE; count++) {
		assert_true(keys[found] > before);
		before = keys[found];
		sn_waiting_set(&w, found, false);
	}
	assert_int_equal(count, COUNT);
	sn_waiting_finish(&w);
	sn_waiting_finish(&w); /* once more is nothing */
	free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_finds_what_a_loop_finds),
		cmocka_unit_test(all_come_once_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
