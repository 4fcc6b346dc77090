/* SPDX-License-Identifier: MIT */
/* Wilson intervals against published values and against their own definition. */
#include "test.h"

#include "base/wilson.h"

#include "base/rng.h"

#include <math.h>

static void close_to(double value, double expected, double by)
{
	if (fabs(value - expected) > by)
		fail_msg("%.6f is not %.6f", value, expected);
}

/* R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3. */
static void intervals_are_those_of_others(void **unused)
{
	(void)unused;
	static const struct {
		double k, n, low, high;
	} known[] = {{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0.0, 0.1611}, {1, 29, 0.0061, 0.1718}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct sn_interval in = sn_wilson(known[i].k / known[i].n, known[i].n, SN_Z95);
		close_to(in.low, known[i].low, 0.00006);
		close_to(in.high, known[i].high, 0.00006);
	}
	assert_true(sn_wilson(0.5, 0, SN_Z95).low == 0 && sn_wilson(0.5, 0, SN_Z95).high == 1);
}

/* The ends are where the share seen is z standard deviations off (the definition). */
static void ends_solve_the_equation(void **unused)
{
	(void)unused;
	for (unsigned n = 1; n <= 255; n += 7)
		for (unsigned k = 0; k <= n; k++) {
			double p = (double)k / n;
			struct sn_interval in = sn_wilson(p, n, 3.0);
			if (k > 0)
				close_to(fabs(p - in.low), 3.0 * sqrt(in.low * (1 - in.low) / n), 1e-9);
			if (k < n)
				close_to(fabs(p - in.high), 3.0 * sqrt(in.high * (1 - in.high) / n), 1e-9);
			assert_true(in.low <= p + 1e-12 && p - 1e-12 <= in.high);
		}
}

static void more_intervals_are_wider(void **unused)
{
	(void)unused;
	assert_true(sn_z_for(1) == SN_Z95);
	for (unsigned count = 1; count < 256; count++) {
		/* erfc: both tails beyond z must hold no more than a count-th of 5 %, and not much less */
		double tails = erfc(sn_z_for(count) / sqrt(2)) * count;
		assert_true(tails <= 0.0501 && tails > 0.023);
		assert_true(sn_z_for(count + 1) >= sn_z_for(count));
	}
}

static void the_least_count_is_the_least(void **unused)
{
	(void)unused;
	/* 2 of 6 is not apart from 6 of 6 (0.70 and 0.61), the same share of 9 is */
	unsigned least = sn_wilson_least(1.0 / 3, 1, SN_Z95, 255);
	assert_in_range(least, 7, 9);
	assert_true(sn_wilson(1.0 / 3, least, SN_Z95).high < sn_wilson(1, least, SN_Z95).low);
	assert_false(sn_wilson(1.0 / 3, least - 1, SN_Z95).high < sn_wilson(1, least - 1, SN_Z95).low);
	assert_int_equal(sn_wilson_least(0.5, 0.5, SN_Z95, 255), 0);
	assert_int_equal(sn_wilson_least(0.6, 0.5, SN_Z95, 255), 0);
	assert_int_equal(sn_wilson_least(0.99, 1, SN_Z95, 255), 0);
}

static void ln_is_that_of_the_library(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 5, 0);
	for (unsigned i = 0; i < 10000; i++) {
		double x = (double)(sn_rng_below(&rng, 1000000) + 1) / (double)(sn_rng_below(&rng, 1000000) + 1);
		close_to(sn_ln(x), log(x), 1e-12);
	}
	assert_true(sn_ln(1) == 0);
}

/* What 95 % means: drawn anew again and again, the true share lies inside about as often. */
static void the_truth_is_inside_as_often_as_it_says(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 0);
	unsigned inside = 0, runs = 20000;
	for (unsigned i = 0; i < runs; i++) {
		unsigned n = 10 + (unsigned)sn_rng_below(&rng, 60), k = 0;
		double truth = (double)sn_rng_below(&rng, 1001) / 1000;
		for (unsigned j = 0; j < n; j++)
			k += (double)sn_rng_below(&rng, 1000000) / 1000000 < truth;
		struct sn_interval in = sn_wilson((double)k / n, n, SN_Z95);
		inside += in.low <= truth && truth <= in.high;
	}
	print_message("inside %u of %u\n", inside, runs);
	assert_in_range(inside, runs * 94 / 100, runs * 97 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals_are_those_of_others),
		cmocka_unit_test(ends_solve_the_equation),
		cmocka_unit_test(more_intervals_are_wider),
		cmocka_unit_test(the_least_count_is_the_least),
		cmocka_unit_test(ln_is_that_of_the_library),
		cmocka_unit_test(the_truth_is_inside_as_often_as_it_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
