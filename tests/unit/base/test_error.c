/* SPDX-License-Identifier: MIT */
/* Every row of the error table is whole, and unknown codes are our own mistake. */
#include "test.h"

#include <sonde/base.h>

#include <string.h>

static void every_code_has_words(void **state)
{
	(void)state;
	for (int code = 0; code > -(int)SONDE_ROW_COUNT; code--) {
		const char *sentence = sonde_err_sentence(code);
		assert_true(strlen(sentence) > 4);
		assert_int_not_equal(sentence[strlen(sentence) - 1], '.');
		if (code == 0)
			continue;
		assert_true(strlen(sonde_err_hint(code)) > 4);
		assert_in_range(sonde_err_exit_status(code), 2, 3);
	}
	assert_int_equal(sonde_err_exit_status(SONDE_OK), 0);
	assert_int_equal(sonde_err_exit_status(SONDE_E_PRIVILEGE), 3);
}

static void codes_are_negative_and_distinct(void **state)
{
	(void)state;
	int expected = 0;
#define X(name, exit_status, sentence, hint) assert_int_equal(SONDE_E_##name, --expected);
	SONDE_ERRORS(X)
#undef X
	assert_int_equal(expected, 1 - (int)SONDE_ROW_COUNT);
}

static void unknown_codes_read_as_internal(void **state)
{
	(void)state;
	static const int unknown[] = {1, INT32_MAX, -(int)SONDE_ROW_COUNT, INT32_MIN};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		assert_string_equal(sonde_err_sentence(unknown[i]), sonde_err_sentence(SONDE_E_INTERNAL));
		assert_string_equal(sonde_err_hint(unknown[i]), sonde_err_hint(SONDE_E_INTERNAL));
		assert_int_equal(sonde_err_exit_status(unknown[i]), sonde_err_exit_status(SONDE_E_INTERNAL));
	}
}

static void failing_fills_and_returns(void **state)
{
	(void)state;
	struct sonde_error err = {.hint = "old"};
	assert_int_equal(sonde_fail(&err, SONDE_E_FILE, 2, "opening '%s'", "net"), SONDE_E_FILE);
	assert_int_equal(err.code, SONDE_E_FILE);
	assert_int_equal(err.sys_errno, 2);
	assert_string_equal(err.what, "opening 'net'");
	assert_string_equal(err.hint, "");
	assert_int_equal(sonde_fail(NULL, SONDE_E_FILE, 0, "nobody listens"), SONDE_E_FILE);
	char name[400];
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = 0;
	(void)sonde_fail(&err, SONDE_E_HOST, 0, "%s", name);
	assert_int_equal(strlen(err.what), sizeof err.what - 1);
}

static void a_hint_stands_beside_what_failed(void **state)
{
	(void)state;
	struct sonde_error err;
	assert_int_equal(sonde_fail(&err, SONDE_E_DOWN, 0, "interface 'eth0'"), SONDE_E_DOWN);
	assert_int_equal(sonde_hint(&err, SONDE_E_DOWN, "ip link set %s up", "eth0"), SONDE_E_DOWN);
	assert_string_equal(err.what, "interface 'eth0'");
	assert_string_equal(err.hint, "ip link set eth0 up");
	assert_int_equal(sonde_hint(NULL, SONDE_E_DOWN, "nobody listens"), SONDE_E_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_words),
		cmocka_unit_test(codes_are_negative_and_distinct),
		cmocka_unit_test(unknown_codes_read_as_internal),
		cmocka_unit_test(failing_fills_and_returns),
		cmocka_unit_test(a_hint_stands_beside_what_failed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
