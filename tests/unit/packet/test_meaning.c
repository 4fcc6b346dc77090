/* SPDX-License-Identifier: MIT */
/* Every meaning and every stop reason has its own stable name. */
#include "test.h"

#include <sonde/event.h>

#include <string.h>

static void names_are_distinct_and_machine_readable(void **state)
{
	(void)state;
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		const char *name = sonde_meaning_name((enum sonde_meaning)i);
		assert_true(strlen(name) > 2);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		assert_true(strlen(sonde_meaning_sentence((enum sonde_meaning)i)) > 4);
		for (int other = 0; other < i; other++)
			assert_string_not_equal(name, sonde_meaning_name((enum sonde_meaning)other));
	}
}

static void marks_are_those_people_know(void **state)
{
	(void)state;
	assert_string_equal(sonde_meaning_mark(SONDE_M_TIME_EXCEEDED), "");
	assert_string_equal(sonde_meaning_mark(SONDE_M_ECHO_REPLY), "");
	assert_string_equal(sonde_meaning_mark(SONDE_M_PORT_UNREACHABLE), "");
	assert_string_equal(sonde_meaning_mark(SONDE_M_NET_UNREACHABLE), "!N");
	assert_string_equal(sonde_meaning_mark(SONDE_M_HOST_UNREACHABLE), "!H");
	assert_string_equal(sonde_meaning_mark(SONDE_M_PROTOCOL_UNREACHABLE), "!P");
	assert_string_equal(sonde_meaning_mark(SONDE_M_ADMIN_PROHIBITED), "!X");
	assert_string_equal(sonde_meaning_mark(SONDE_M_PACKET_TOO_BIG), "!F");
	assert_string_equal(sonde_meaning_mark(SONDE_M_SOURCE_ROUTE_FAILED), "!S");
}

static void unknown_values_read_as_other(void **state)
{
	(void)state;
	static const unsigned unknown[] = {SONDE_M_COUNT, 1000, UINT32_MAX};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		assert_string_equal(sonde_meaning_name((enum sonde_meaning)unknown[i]), "other");
		assert_string_equal(sonde_meaning_mark((enum sonde_meaning)unknown[i]), "!");
		assert_string_equal(sonde_meaning_sentence((enum sonde_meaning)unknown[i]), "another message");
		assert_string_equal(sonde_stop_name((enum sonde_stop)unknown[i]), "none");
	}
}

static void stops_have_their_names(void **state)
{
	(void)state;
#define X(id, name) assert_string_equal(sonde_stop_name(SONDE_STOP_##id), name);
	SONDE_STOPS(X)
#undef X
	assert_string_equal(sonde_stop_name(SONDE_STOP_REACHED), "reached");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_distinct_and_machine_readable),
		cmocka_unit_test(marks_are_those_people_know),
		cmocka_unit_test(unknown_values_read_as_other),
		cmocka_unit_test(stops_have_their_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
