/* SPDX-License-Identifier: MIT */
/* Instants as Python's datetime writes them: leap years, both sides of 1970, and the farthest that 64 bits hold. */
#include "test.h"

#include "base/utc.h"

static void instants_read_as_a_calendar_says(void **state)
{
	(void)state;
	static const struct {
		int64_t wall_ns;
		unsigned decimals;
		const char *text;
	} rows[] = {
		{0, 0, "1970-01-01T00:00:00Z"},
		{0, 9, "1970-01-01T00:00:00.000000000Z"},
		{951782400123456789, 9, "2000-02-29T00:00:00.123456789Z"},
		{951782400123999999, 3, "2000-02-29T00:00:00.123Z"},
		{1795726972000000001, 9, "2026-11-26T21:02:52.000000001Z"},
		{4107542399999999999, 3, "2100-02-28T23:59:59.999Z"},
		{4107542400000000000, 0, "2100-03-01T00:00:00Z"},
		{-1, 9, "1969-12-31T23:59:59.999999999Z"},
		{-86400000000001, 3, "1969-12-30T23:59:59.999Z"},
		{INT64_MAX, 9, "2262-04-11T23:47:16.854775807Z"},
		{INT64_MIN, 9, "1677-09-21T00:12:43.145224192Z"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_utc_put(&buf, rows[i].wall_ns, rows[i].decimals);
		assert_string_equal(sn_buf_text(&buf), rows[i].text);
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_read_as_a_calendar_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
