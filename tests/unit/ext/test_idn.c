/* SPDX-License-Identifier: MIT */
/* Names beyond ASCII become the labels that DNS has, by the newer standard: characters that the older one changed stay what they are. */
#include "test.h"

#include "ext/idn.h"

#include <stdlib.h>
#include <string.h>

static void names_become_a_labels(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
	    {"bücher.example", "xn--bcher-kva.example"},
	    {"BÜCHER.example", "xn--bcher-kva.example"},
	    {"bu\xcc\x88" "cher.example", "xn--bcher-kva.example"},            /* u and a combining diaeresis */
	    {"straße.example", "xn--strae-oqa.example"},                       /* IDNA2003: strasse */
	    {"βόλος.example", "xn--nxasmm1c.example"},                         /* a final sigma, RFC 5891 */
	    {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *ascii;
		assert_true(sn_idn_is_wanted(rows[i][0]));
		assert_int_equal(sn_idn_ascii(rows[i][0], &ascii, NULL), SONDE_OK);
		assert_string_equal(ascii, rows[i][1]);
		free(ascii);
	}
}

static void what_is_no_name_is_refused(void **state)
{
	(void)state;
	static const char *const names[] = {"\xff.example", "\xe2\x80\xae" "a.example",
	                                    "a\xe2\x80\x8b" "b\xcc\x80\xe2\x98\x83.-\xc3\xbc-.example"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sonde_error err = {0};
		char *ascii;
		if (sn_idn_ascii(names[i], &ascii, &err) == SONDE_OK)
			fail_msg("'%s' became '%s'", names[i], ascii);
		assert_int_equal(err.code, SONDE_E_HOST);
		assert_null(ascii);
	}
}

static void ascii_names_need_nothing(void **state)
{
	(void)state;
	assert_false(sn_idn_is_wanted("www.example.net"));
	assert_false(sn_idn_is_wanted("xn--bcher-kva.example"));
	assert_false(sn_idn_is_wanted("2001:db8::1%eth0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_become_a_labels),
	    cmocka_unit_test(what_is_no_name_is_refused),
	    cmocka_unit_test(ascii_names_need_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
