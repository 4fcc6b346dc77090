/* SPDX-License-Identifier: MIT */
/* Cells: RFC 4180 section 2, and text that a spreadsheet would take for a formula. Whole files are read again by tests/golden/reread.py. */
#include "test.h"

#include "out/csv.h"

static void check(const char *text, bool is_text, const char *wanted)
{
	struct sn_buf buf = {0};
	sn_csv_cell(&buf, text, is_text);
	assert_string_equal(sn_buf_text(&buf), wanted);
	sn_buf_finish(&buf);
}

static void test_plain(void **state)
{
	(void)state;
	check("", true, "");
	check("time-exceeded", true, "time-exceeded");
	check("2001:db8::1", true, "2001:db8::1");
	check("a b", true, "a b");
}

static void test_quoted(void **state)
{
	(void)state;
	check("a,b", true, "\"a,b\"");
	check("say \"hi\"", true, "\"say \"\"hi\"\"\"");
	check("a\nb", true, "\"a\nb\"");
	check("a;b", true, "\"a;b\"");
	check(" a", true, "\" a\"");
	check("a ", true, "\"a \"");
}

static void test_formulas(void **state)
{
	(void)state;
	check("=1+1", true, "\"'=1+1\"");
	check("+1", true, "\"'+1\"");
	check("-1", true, "\"'-1\"");
	check("@SUM(A1)", true, "\"'@SUM(A1)\"");
	check("\t=1", true, "\"'\t=1\"");
	check("\uff1d1", true, "\"'\uff1d1\"");
	/* so that one that is there is told from one that was put in front */
	check("'a", true, "\"''a\"");
	/* a number is one */
	check("-1", false, "-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_quoted),
	    cmocka_unit_test(test_formulas),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
