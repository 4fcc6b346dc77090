/* SPDX-License-Identifier: MIT */
/* From words of the command line to the fields of a probe. */
#include "test.h"

#include "cli/sent.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 16 };

static int read_line(const char *line, struct sonde_trace_cfg *cfg, struct sonde_error *err)
{
	static char text[200];
	static char *argv[WORDS_MAX + 2];
	struct sn_opts opts;
	int argc = 0;
	snprintf(text, sizeof text, "sonde %s", line);
	for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	*err = (struct sonde_error){0};
	sonde_trace_cfg_init(cfg);
	int code = sn_opts_parse(&opts, SN_FOR_TRACE, "trace", argc, argv, err);
	return code < 0 ? code : sn_sent_read(&opts, cfg, err);
}

static void dscp_and_ecn_are_one_byte(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		uint8_t tos;
	} rows[] = {
		{"", 0}, {"-t 16", 16}, {"--tos 0xff", 255}, {"--tos 0", 0},
		{"--dscp ef", 0xb8}, {"--dscp CS1", 0x20}, {"--dscp 63", 0xfc},
		{"--dscp 0x2e", 0xb8}, {"--ecn ect0", 2}, {"--ecn ect1", 1}, {"--ecn ce", 3}, {"--ecn none", 0},
		{"--dscp af11 --ecn ce", 0x2b},
		{"--ecn ect1 --dscp le", 5},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_trace_cfg cfg;
		struct sonde_error err;
		assert_int_equal(read_line(rows[i].line, &cfg, &err), SONDE_OK);
		assert_int_equal(cfg.tos, rows[i].tos);
	}
}

static void what_is_no_value_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		int code;
		const char *what, *hint;
	} rows[] = {
		{"--dscp af99", SONDE_E_USAGE, "option --dscp: 'af99' is no codepoint", "did you mean af11?"},
		{"--dscp expedited", SONDE_E_USAGE, "option --dscp: 'expedited' is no codepoint",
		 "give 0 to 63, or a name such as ef, af41 or cs1"},
		{"--dscp 64", SONDE_E_RANGE, "option --dscp: '64' is out of range", "give 0 to 63, or a name"},
		{"--dscp ef -t 1", SONDE_E_USAGE, "options --tos and --dscp exclude each other", "give one of them"},
		{"--tos 0 --ecn ce", SONDE_E_USAGE, "options --tos and --ecn exclude each other", "give one of them"},
		{"--tos 256", SONDE_E_RANGE, "option --tos (-t): '256' is out of range", "give 0 to 255"},
		{"--ecn ect2", SONDE_E_USAGE, "option --ecn: 'ect2' is none of its values", "give none, ect1, ect0 or ce"},
		{"--df --no-df", SONDE_E_USAGE, "options --df and --no-df exclude each other", "give one of them"},
		{"--flow-label 0x100000", SONDE_E_RANGE, "option --flow-label: '0x100000' is out of range", "give 0 to 1048575"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_trace_cfg cfg;
		struct sonde_error err;
		assert_int_equal(read_line(rows[i].line, &cfg, &err), rows[i].code);
		assert_string_equal(err.what, rows[i].what);
		assert_string_equal(err.hint, rows[i].hint);
	}
}

static void df_is_on_unless_it_is_off(void **state)
{
	(void)state;
	struct sonde_trace_cfg cfg;
	struct sonde_error err;
	assert_int_equal(read_line("", &cfg, &err), SONDE_OK);
	assert_false(cfg.no_df);
	assert_int_equal(read_line("--df", &cfg, &err), SONDE_OK);
	assert_false(cfg.no_df);
	assert_int_equal(read_line("--no-df", &cfg, &err), SONDE_OK);
	assert_true(cfg.no_df);
}

static void a_flow_label_is_of_ipv6_alone(void **state)
{
	(void)state;
	struct sonde_trace_cfg cfg;
	struct sonde_error err;
	struct sn_target four = {.host = "web", .addr.family = 4}, six = {.host = "web", .addr.family = 6};
	assert_int_equal(read_line("", &cfg, &err), SONDE_OK);
	assert_false(cfg.flow_label_given);
	assert_int_equal(sn_sent_check(&four, &cfg, &err), SONDE_OK);
	assert_int_equal(read_line("--flow-label 0", &cfg, &err), SONDE_OK);
	assert_true(cfg.flow_label_given);
	assert_int_equal(cfg.flow_label, 0);
	assert_int_equal(read_line("--flow-label 0xfffff", &cfg, &err), SONDE_OK);
	assert_int_equal(cfg.flow_label, 0xfffff);
	assert_int_equal(sn_sent_check(&six, &cfg, &err), SONDE_OK);
	assert_int_equal(sn_sent_check(&four, &cfg, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, "option --flow-label: 'web' is traced over IPv4, which has no flow label");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dscp_and_ecn_are_one_byte),
		cmocka_unit_test(what_is_no_value_is_named),
		cmocka_unit_test(df_is_on_unless_it_is_off),
		cmocka_unit_test(a_flow_label_is_of_ipv6_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
