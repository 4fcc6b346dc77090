/* SPDX-License-Identifier: MIT */
/* Which variables are believed where the program has more rights than its user. */
#include "test.h"

#include "cli/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void harmless_ones_are_kept_by_their_value(void **state)
{
	(void)state;
	static const struct {
		const char *variable;
		bool harmless;
	} cases[] = {
	    {"NO_COLOR=1", true},
	    {"NO_COLOR=", true},
	    {"COLUMNS=132", true},
	    {"COLUMNS=132;rm", false},
	    {"COLUMNS=999999", false},
	    {"TERM=xterm-256color", true},
	    {"TERM=../../tmp/evil", false},
	    {"LANG=de_DE.UTF-8@euro", true},
	    {"LANG=/tmp/evil", false},
	    {"LC_ALL=C.UTF-8", true},
	    {"LC_ALL=../evil", false},
	    {"LC_CTYPE=C", true},
	    {"XDG_CONFIG_HOME=/home/me/.config", true},
	    {"XDG_CONFIG_HOME=relative", false},
	    {"XDG_CONFIG_HOME=/home/../root", false},
	    {"HOME=/home/me", true},
	    {"LD_PRELOAD=/tmp/evil.so", false},
	    {"LD_LIBRARY_PATH=/tmp", false},
	    {"TERMINFO=/tmp", false},
	    {"TERMINFO_DIRS=/tmp", false},
	    {"RES_OPTIONS=debug", false},
	    {"LOCALDOMAIN=evil.example", false},
	    {"LOCPATH=/tmp", false},
	    {"HOSTALIASES=/tmp/hosts", false},
	    {"GCONV_PATH=/tmp", false},
	    {"NLSPATH=/tmp", false},
	    {"TZ=/etc/shadow", false},
	    {"TZDIR=/tmp", false},
	    {"TMPDIR=/tmp", false},
	    {"CARES_HOSTS=/tmp/hosts", false},
	    {"PATH=/tmp", false},
	    {"MALLOC_PERTURB_=1", false},
	    {"SONDE_NO_SYSTEM_CONFIG=1", false},
	    {"LANGUAGE=de", false},
	    {"no equals sign", false},
	    {"", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (sn_environment_is_harmless(cases[i].variable) != cases[i].harmless)
			fail_msg("%s", cases[i].variable);
	char longest[4096] = "TERM=";
	memset(longest + 5, 'a', sizeof longest - 6);
	assert_false(sn_environment_is_harmless(longest));
}

/* Who starts a program of its own has it as it is. */
static void nothing_is_taken_from_who_has_the_same_rights(void **state)
{
	(void)state;
	char **before = environ;
	assert_false(sn_environment_is_secure());
	sn_environment_clean();
	assert_ptr_equal(environ, before);
	assert_ptr_equal(sn_environment_of_user(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(harmless_ones_are_kept_by_their_value),
	    cmocka_unit_test(nothing_is_taken_from_who_has_the_same_rights),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
