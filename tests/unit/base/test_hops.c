/* SPDX-License-Identifier: MIT */
/* Distances by TTL; and where a row of hops begins to repeat itself. */
#include "test.h"

#include "base/hops.h"

static void answers_began_at_a_round_number(void **unused)
{
	(void)unused;
	assert_int_equal(sn_hops_back(0), 0);
	assert_int_equal(sn_hops_back(64), 1);
	assert_int_equal(sn_hops_back(60), 5);
	assert_int_equal(sn_hops_back(65), 64);
	assert_int_equal(sn_hops_back(250), 6);
}

/* A letter for each hop from 1 on; a point is a silent one. */
static unsigned before_circle(const char *row)
{
	struct sonde_addr hops[32] = {0};
	unsigned last = 0;
	for (; row[last]; last++)
		if (row[last] != '.')
			hops[last + 1] = (struct sonde_addr){.family = 4, .bytes = {10, 0, 0, (uint8_t)row[last]}};
	return sn_hops_before_circle(hops, 1, last);
}

static void a_circle_ends_before_a_hop_comes_again(void **unused)
{
	(void)unused;
	assert_int_equal(before_circle("abcd"), 4);
	assert_int_equal(before_circle("abcdcdcd"), 4);
	assert_int_equal(before_circle("ab.db.d"), 4);
	assert_int_equal(before_circle("abcabc"), 3);
	assert_int_equal(before_circle("...."), 4);
	/* who answers at two neighbouring TTLs passes packets on with a TTL of 0 */
	assert_int_equal(before_circle("abbcd"), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_began_at_a_round_number),
		cmocka_unit_test(a_circle_ends_before_a_hop_comes_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
