/* SPDX-License-Identifier: MIT */
/* Codepoints by name against their RFCs. */
#include "test.h"

#include "base/dscp.h"

#include <stdio.h>

static uint8_t value_of(const char *name)
{
	uint8_t dscp = 0xff;
	assert_true(sn_dscp_find(name, &dscp));
	return dscp;
}

/* RFC 2597 section 6: class in the upper three bits, drop precedence in the next two. RFC 2474 section 4.2.2.1: the class alone. */
static void classes_follow_their_rule(void **state)
{
	(void)state;
	char name[8];
	for (int class = 0; class < 8; class++) {
		snprintf(name, sizeof name, "cs%d", class);
		assert_int_equal(value_of(name), class << 3);
	}
	for (int class = 1; class <= 4; class++)
		for (int drop = 1; drop <= 3; drop++) {
			snprintf(name, sizeof name, "AF%d%d", class, drop);
			assert_int_equal(value_of(name), class << 3 | drop << 1);
		}
}

static void the_others_are_as_registered(void **state)
{
	(void)state;
	assert_int_equal(value_of("ef"), 46);   /* RFC 3246: 101110 */
	assert_int_equal(value_of("va"), 44);   /* RFC 5865: 101100 */
	assert_int_equal(value_of("le"), 1);    /* RFC 8622: 000001 */
	assert_int_equal(value_of("default"), 0);
	uint8_t dscp;
	assert_false(sn_dscp_find("af44", &dscp));
	assert_false(sn_dscp_find("", &dscp));
	assert_false(sn_dscp_find("cs", &dscp));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_follow_their_rule),
		cmocka_unit_test(the_others_are_as_registered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
