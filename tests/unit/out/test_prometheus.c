/* SPDX-License-Identifier: MIT */
/* Values of labels; whole files are read again by tests/golden/reread.py. */
#include "test.h"

#include "out/prometheus.h"

static void values_are_escaped(void **state)
{
	(void)state;
	static const struct {
		const char *text, *wanted;
	} rows[] = {
	    {"web", "\"web\""},
	    {"", "\"\""},
	    {"a\"b", "\"a\\\"b\""},
	    {"a\\b", "\"a\\\\\\\\b\""},     /* one of ours, for its being written out, each escaped */
	    {"a\nb", "\"a\\\\x0ab\""},
	    {"a\",x=\"y\"} 1 #", "\"a\\\",x=\\\"y\\\"} 1 #\""},
	    {"büro", "\"büro\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_prometheus_value(&buf, rows[i].text);
		assert_string_equal(sn_buf_text(&buf), rows[i].wanted);
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_escaped)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
