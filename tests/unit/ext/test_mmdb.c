/* SPDX-License-Identifier: MIT */
/* What databases say, by whichever names their makers chose, and what they cannot make us say. The argument is their
 * folder. */
#include "test.h"

#include "ext/mmdb.h"

#include <stdio.h>
#include <string.h>

static char folder[400];

static struct sn_mmdb *opened(const char *name)
{
	char path[512];
	struct sn_mmdb *db;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(sn_mmdb_open(&db, path, NULL), SONDE_OK);
	return db;
}

static struct sn_who_facts looked_up(const struct sn_mmdb *db, const char *text)
{
	struct sn_who_facts facts = {0};
	struct sonde_addr addr;
	assert_true(sonde_addr_parse(text, &addr));
	sn_mmdb_look_up(db, &addr, &facts);
	return facts;
}

static void systems_are_found(void **state)
{
	(void)state;
	static const struct {
		const char *addr, *name, *network;
		uint32_t asn;
	} rows[] = {
	    {"198.51.100.200", "ISP Example", "198.51.100.0/24", 64501},
	    {"2001:db8:103::9", "ISP Example", "2001:db8:100::/46", 64501},
	    {"10.0.0.9", "Other Maker", "10.0.0.0/24", 64504},
	    {"10.0.1.9", "Evil\x1b[2J\xe2\x80\xae <b>\"Net\"\n", "10.0.1.0/24", 64505}, /* as it was said: it is cleaned behind this */
	    {"10.0.3.9", "", "", 0},                                                    /* of other types than they should be */
	    {"10.0.9.9", "", "", 0},
	    {"2001:db8:ffff::1", "", "", 0},
	};
	struct sn_mmdb *db = opened("asn.mmdb");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_who_facts facts = looked_up(db, rows[i].addr);
		assert_int_equal(facts.asn, rows[i].asn);
		assert_string_equal(facts.as_name, rows[i].name);
		assert_string_equal(facts.network, rows[i].network);
	}
	assert_int_equal(strlen(looked_up(db, "10.0.4.1").as_name), SN_AS_NAME_BYTES - 1);
	assert_string_equal(looked_up(db, "10.0.0.9").country, "FR");
	sn_mmdb_close(db);
}

static void what_a_database_is_for_is_known(void **state)
{
	(void)state;
	struct sn_mmdb *asn = opened("asn.mmdb"), *geo = opened("geo.mmdb");
	assert_true(sn_mmdb_has(asn, SN_MMDB_SYSTEMS));
	assert_false(sn_mmdb_has(geo, SN_MMDB_SYSTEMS));
	assert_true(sn_mmdb_has(geo, SN_MMDB_COUNTRIES));
	sn_mmdb_close(asn);
	sn_mmdb_close(geo);
}

static void countries_are_found(void **state)
{
	(void)state;
	static const char *const rows[][2] = {{"198.51.100.1", "DE"}, {"203.0.113.1", "FR"}, {"192.0.2.1", "NL"}, {"10.0.1.1", ""},
	                                      {"10.0.2.1", "IT"},     {"2001:db8:1::1", "DE"}, {"10.9.9.9", ""}};
	struct sn_mmdb *db = opened("geo.mmdb");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_string_equal(looked_up(db, rows[i][0]).country, rows[i][1]);
	assert_int_equal(looked_up(db, "198.51.100.1").asn, 0);
	sn_mmdb_close(db);
}

static void what_is_known_already_stays(void **state)
{
	(void)state;
	struct sn_mmdb *db = opened("asn.mmdb");
	struct sn_who_facts facts = {.asn = 1, .as_name = "One", .network = "10.0.0.0/8", .country = "XX"};
	struct sonde_addr addr;
	assert_true(sonde_addr_parse("10.0.0.9", &addr));
	sn_mmdb_look_up(db, &addr, &facts);
	assert_int_equal(facts.asn, 1);
	assert_string_equal(facts.as_name, "One");
	assert_string_equal(facts.network, "10.0.0.0/8");
	assert_string_equal(facts.country, "XX");
	sn_mmdb_close(db);
}

static void what_is_no_database_is_refused(void **state)
{
	(void)state;
	struct sn_mmdb *db;
	struct sonde_error err = {0};
	char path[512];
	assert_int_equal(sn_mmdb_open(&db, "/nonexistent/asn.mmdb", &err), SONDE_E_FILE);
	assert_null(db);
	snprintf(path, sizeof path, "%s/make.py", folder);
	assert_int_equal(sn_mmdb_open(&db, path, &err), SONDE_E_FORMAT);
	assert_non_null(strstr(err.what, "make.py"));
	assert_null(db);
	sn_mmdb_close(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(systems_are_found),
	    cmocka_unit_test(countries_are_found),
	    cmocka_unit_test(what_a_database_is_for_is_known),
	    cmocka_unit_test(what_is_known_already_stays),
	    cmocka_unit_test(what_is_no_database_is_refused),
	};
	snprintf(folder, sizeof folder, "%s", argc > 1 ? argv[1] : "tests/databases");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
