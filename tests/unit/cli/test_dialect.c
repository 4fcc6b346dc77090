/* SPDX-License-Identifier: MIT */
/* Errors in the words of a link: what can be typed there, and no advice that cannot be followed. */
#include "test.h"

#include "cli/dialect.h"

#include <errno.h>
#include <string.h>

static const char *typed(const char *option)
{
	static const char *const words[][2] = {{"first", "-f"}, {"max-hops", "-m"}, {"size", "PACKET-LENGTH"}, {"mark", "--fwmark"},
	                                       {"sport", "--sport"}, {"no-df", "no -F"}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], option) == 0)
			return words[i][1];
	return NULL;
}

static const struct sn_dialect link_words = {.program = "traceroute", .typed = typed};

static void tells(int code, const char *what, const char *hint, const char *told_what, const char *told_hint)
{
	struct sonde_error err, told;
	sonde_fail(&err, code, EMSGSIZE, "%s", what);
	if (hint)
		sonde_hint(&err, code, "%s", hint);
	sn_dialect_tell(&link_words, &err, &told);
	assert_string_equal(told.what, told_what);
	assert_string_equal(told.hint, told_hint);
	assert_int_equal(told.code, code);
	assert_int_equal(told.sys_errno, EMSGSIZE);
}

static void options_have_the_names_of_the_link(void **state)
{
	(void)state;
	tells(SONDE_E_RANGE, "option --first (-f): '0' is out of range", "give 1 to 255 hops", "option -f: '0' is out of range",
	      "give 1 to 255 hops");
	tells(SONDE_E_RANGE, "--first 9 is behind --max-hops 3", "give -m 9 or more, or a nearer -f", "-f 9 is behind -m 3",
	      "give -m 9 or more, or a nearer -f");
	tells(SONDE_E_USAGE, "option --size: 'abc' is not a whole number", NULL, "PACKET-LENGTH: 'abc' is not a whole number",
	      "see traceroute --help");
	tells(SONDE_E_USAGE, "option --mark: '-1' is not a whole number", "'sonde --help' lists them",
	      "option --fwmark: '-1' is not a whole number", "'traceroute --help' lists them");
}

static void advice_that_cannot_be_followed_is_left_out(void **state)
{
	(void)state;
	tells(SONDE_E_TARGET, "'224.0.0.1' is a multicast address", "--force traces it all the same",
	      "'224.0.0.1' is a multicast address", "");
	tells(SONDE_E_TARGET, "", NULL, "", ""); /* the code's own hint names it, too */
	tells(SONDE_E_PRIVILEGE, "a", "'sudo setcap cap_net_raw+p /s' permits it; --wire dgram needs no privilege", "a",
	      "'sudo setcap cap_net_raw+p /s' permits it");
	tells(SONDE_E_PRIVILEGE, "a", "use --wire raw: 'sudo setcap cap_net_raw+p /s' permits it", "a",
	      "'sudo setcap cap_net_raw+p /s' permits it");
	tells(SONDE_E_UNSUPPORTED, "a", "leave --size out, or use --wire raw, which can", "a", "leave PACKET-LENGTH out");
	tells(SONDE_E_TOOBIG, "a", "right takes 1500 bytes: give --size 1500 or less, or --no-df to send fragments", "a",
	      "right takes 1500 bytes: give PACKET-LENGTH 1500 or less, or no -F to send fragments");
	tells(SONDE_E_WIRE, "a", NULL, "a", "");
	tells(SONDE_E_PRIVILEGE, "a", NULL, "a", "run it as root");
}

static void what_was_typed_is_left_alone(void **state)
{
	(void)state;
	tells(SONDE_E_HOST, "cannot find host '--first'", "'ip --first' shows; it's --first", "cannot find host '--first'",
	      "'ip --first' shows; it's -f");
	tells(SONDE_E_HOST, "an open ' and a --first", "a-first--first --", "an open ' and a -f", "a-first--first --");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_have_the_names_of_the_link),
		cmocka_unit_test(advice_that_cannot_be_followed_is_left_out),
		cmocka_unit_test(what_was_typed_is_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
