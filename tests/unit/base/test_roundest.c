/* SPDX-License-Identifier: MIT */
/* Numbers that people would choose. */
#include "test.h"

#include "base/roundest.h"

#include <math.h>

static void round_numbers_are_preferred(void **unused)
{
	(void)unused;
	static const struct {
		double low, high, roundest;
	} known[] = {{0.9, 1.2, 1}, {9.3, 10.8, 10}, {88, 104, 100}, {0.45, 0.55, 0.5}, {1.9, 2.1, 2}, {31, 34, 32}, {0.018, 0.022, 0.02}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		assert_true(fabs(sn_roundest(known[i].low, known[i].high) - known[i].roundest) < 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(round_numbers_are_preferred)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
