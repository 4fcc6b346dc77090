/* SPDX-License-Identifier: MIT */
/* Text of strangers in Markdown; whole files are read again by tests/golden/reread.py. */
#include "test.h"

#include "out/markdown.h"

struct row {
	const char *text, *wanted;
};

static void code_keeps_what_is_in_it(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"eth0", "`eth0`"},
	    {"", "`  `"},
	    {"a`b", "``a`b``"},
	    {"``", "``` `` ```"},
	    {"a|b", "`a\\|b`"},
	    {" a", "`  a `"},
	    {"@everyone :tada: <b>", "`@everyone :tada: <b>`"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_markdown_code(&buf, rows[i].text, true);
		assert_string_equal(sn_buf_text(&buf), rows[i].wanted);
		sn_buf_finish(&buf);
	}
}

static void text_is_no_markup(void **state)
{
	(void)state;
	static const struct row rows[] = {
	    {"Reached 192.0.2.80 in 8 hops.", "Reached 192.0.2.80 in 8 hops."},
	    {"*", "\\*"},
	    {"a|b", "a\\|b"},
	    {"<script>", "\\<script\\>"},
	    {"[x](y)", "\\[x\\](y)"},
	    {"`_~#&@$!\\", "\\`\\_\\~\\#\\&\\@\\$\\!\\\\"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_markdown_text(&buf, rows[i].text);
		assert_string_equal(sn_buf_text(&buf), rows[i].wanted);
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(code_keeps_what_is_in_it), cmocka_unit_test(text_is_no_markup)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
