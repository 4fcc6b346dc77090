/* SPDX-License-Identifier: MIT */
/* What a shell reads of a written word is the word. */
#include "test.h"

#include "base/word.h"

static void words_are_quoted(void **state)
{
	(void)state;
	static const struct {
		const char *word, *wanted;
	} rows[] = {
	    {"web", "web"},
	    {"2001:db8::1%eth0", "2001:db8::1%eth0"},
	    {"", "''"},
	    {"a b", "'a b'"},
	    {"$(reboot)", "'$(reboot)'"},
	    {"it's", "'it'\\''s'"},
	    {"~root", "'~root'"},
	    {"büro", "'büro'"},
	    {"a\x1b[2Jb", "$'a\\x1b[2Jb'"},
	    {"a\nb", "$'a\\x0ab'"},
	    {"\xff'\\", "$'\\xff\\'\\\\'"},
	    {"a\xe2\x80\xae" "b", "$'a\\xe2\\x80\\xaeb'"}, /* right-to-left override */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_word_put(&buf, rows[i].word);
		assert_string_equal(sn_buf_text(&buf), rows[i].wanted);
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_quoted)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
