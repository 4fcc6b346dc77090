/* SPDX-License-Identifier: MIT */
/* Records of origin lookups: the right one of several, and nothing from what only looks like one. */
#include "test.h"

#include "io/origin.h"

#include <string.h>

static void records_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *network, *country;
		uint32_t asn;
	} rows[] = {
	    {"64500 | 192.0.2.0/24 | DE | ripencc | 2010-01-01", "192.0.2.0/24", "DE", 64500},
	    {"\"64500 | 192.0.2.0/24 | DE | ripencc | 2010-01-01\"", "192.0.2.0/24", "DE", 64500},
	    {"64500 64501 | 192.0.2.0/24 | DE | ripencc | ", "192.0.2.0/24", "DE", 64500},
	    {"64500 | 192.0.0.0/16 | DE | a |\n64501 | 192.0.2.0/24 | FR | b |\n64502 | 192.0.2.0/23 | IT | c |", "192.0.2.0/24", "FR",
	     64501},
	    {"64500 | 2001:0DB8:0::/32 |  | arin |", "2001:db8::/32", "", 64500},
	    {"64500 | 192.0.2.0/24", "192.0.2.0/24", "", 64500},
	    {"64500 | 192.0.2.0/24 | <b> | x", "192.0.2.0/24", "", 64500},
	    {"4294967295|10.0.0.0/8|US", "10.0.0.0/8", "US", 4294967295u},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_who_facts facts = {0};
		assert_true(sn_origin_read(rows[i].text, strlen(rows[i].text), &facts));
		assert_int_equal(facts.asn, rows[i].asn);
		assert_string_equal(facts.network, rows[i].network);
		assert_string_equal(facts.country, rows[i].country);
	}
}

static void what_is_no_record_says_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {
	    "", "|", "| | |", "64500",
	    "64500 | 192.0.2.0", "64500 | 192.0.2.0/33 | DE", "64500 | x/24 | DE",
	    "0 | 192.0.2.0/24 | DE",
	    "4294967296 | 192.0.2.0/24", "-1 | 192.0.2.0/24", "64500x | 192.0.2.0/24",
	    "64500 | 192.0.2.0/24x", "64500 | 192.0.2.0/", "\n\n\n",
	    "64500 | 192.0.2.0/99999999999999999999 | DE",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sn_who_facts facts = {0}, untouched = {0};
		assert_false(sn_origin_read(texts[i], strlen(texts[i]), &facts));
		assert_memory_equal(&facts, &untouched, sizeof facts);
	}
}

static void names_of_systems_are_read(void **state)
{
	(void)state;
	char name[SN_AS_NAME_BYTES], longer[400] = "64500 | DE | ripencc | 2010-01-01 | ";
	const char *text = "64500 | DE | ripencc | 2010-01-01 | EXAMPLE-NET Example, DE";
	assert_true(sn_as_name_read(text, strlen(text), name));
	assert_string_equal(name, "EXAMPLE-NET Example, DE");
	memset(longer + strlen(longer), 'x', sizeof longer - strlen(longer) - 1);
	assert_true(sn_as_name_read(longer, sizeof longer - 1, name));
	assert_int_equal(strlen(name), SN_AS_NAME_BYTES - 1);
	assert_false(sn_as_name_read("64500 | DE | ripencc | 2010-01-01", 33, name));
	assert_false(sn_as_name_read("64500 | DE | ripencc | 2010-01-01 | ", 36, name));
	assert_false(sn_as_name_read("a|b|c|d|\0hidden", 15, name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_are_read),
	    cmocka_unit_test(what_is_no_record_says_nothing),
	    cmocka_unit_test(names_of_systems_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
