/* SPDX-License-Identifier: MIT */
/* sonde explain: every finding and every ICMP message is explained, within the width, and no two of them alike. */
#include "test.h"

#include "cli/cmd_explain.h"
#include "out/line.h"
#include "packet/icmp.h"

#include <sonde/finding.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4, WIDTH_COLUMNS = 60 };

/* What the words give; the caller frees it. */
static char *explain(const char *const *words)
{
	struct sn_buf buf = {0};
	char *operands[WORDS_MAX] = {NULL};
	int count = 0;
	for (; words[count]; count++)
		operands[count] = strdup(words[count]);
	struct sonde_error err = {0};
	assert_int_equal(sn_explain(&buf, WIDTH_COLUMNS, operands, count, &err), SONDE_OK);
	assert_false(buf.bad);
	char *text = strdup(sn_buf_text(&buf));
	assert_non_null(text);
	sn_buf_finish(&buf);
	while (count)
		free(operands[--count]);
	return text;
}

static void expect_failure(const char *first, const char *second, const char *what, const char *hint)
{
	struct sn_buf buf = {0};
	struct sonde_error err = {0};
	char *operands[] = {strdup(first), second ? strdup(second) : NULL};
	assert_int_equal(sn_explain(&buf, 0, operands, second ? 2 : 1, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, what);
	if (!strstr(err.hint, hint))
		fail_msg("'%s' does not say '%s'", err.hint, hint);
	sn_buf_finish(&buf);
	free(operands[0]);
	free(operands[1]);
}

static void expect_width(const char *text)
{
	char *copy = strdup(text);
	assert_non_null(copy);
	for (char *line = strtok(copy, "\n"); line; line = strtok(NULL, "\n"))
		if (sn_line_columns(line) > WIDTH_COLUMNS && strchr(line + 2, ' '))
			fail_msg("wider than %d columns: %s", WIDTH_COLUMNS, line);
	free(copy);
}

static void every_finding_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < sonde_rule_count(); i++) {
		const struct sonde_rule_info *rule = sonde_rule(i);
		char *text = explain((const char *const[]){rule->id, NULL});
		assert_int_equal(strncmp(text, rule->id, strlen(rule->id)), 0);
		expect_width(text);
		free(text);
	}
}

/* The words for the message of a row: a row for other codes is asked for by the first of them. */
static void word_of(const struct sn_icmp_row *row, char word[16])
{
	unsigned code = 0;
	while (code < 255 && sn_icmp_lookup(row->version, row->type, (uint8_t)code) != row)
		code++;
	snprintf(word, 16, "%u/%u", (unsigned)row->type, code);
}

static void every_message_is_explained(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	char **texts = calloc(count, sizeof *texts);
	assert_non_null(texts);
	for (size_t i = 0; i < count; i++) {
		char word[16];
		word_of(&rows[i], word);
		texts[i] = explain((const char *const[]){rows[i].version == 6 ? "icmp6" : "icmp", word, NULL});
		assert_non_null(strstr(texts[i], word));
		assert_non_null(strstr(texts[i], "\nSource: RFC "));
		expect_width(texts[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(strchr(texts[i], '\n'), strchr(texts[j], '\n'));
	}
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

/* A type by itself: its codes, or the message where it has only one. */
static void a_type_is_its_codes(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2)
		for (unsigned type = 0; type < 256; type++) {
			size_t count, mine = 0;
			const struct sn_icmp_row *rows = sn_icmp_table(&count);
			char word[16];
			snprintf(word, sizeof word, "%u", type);
			for (size_t i = 0; i < count; i++)
				mine += rows[i].version == version && rows[i].type == type;
			char *text = explain((const char *const[]){version == 6 ? "icmp6" : "icmp", word, NULL});
			assert_true((strstr(text, "has these codes:\n") != NULL) == (mine > 1));
			assert_true((strstr(text, "\nMeans: ") != NULL) == (mine <= 1));
			free(text);
		}
}

static void what_is_unassigned_is_named(void **state)
{
	(void)state;
	char *text = explain((const char *const[]){"icmp", "7/9", NULL});
	assert_int_equal(strncmp(text, "icmp 7/9: unassigned\n", 21), 0);
	free(text);
	text = explain((const char *const[]){"icmp", "3/77", NULL});
	assert_int_equal(strncmp(text, "icmp 3/77: destination unreachable, unassigned code", 51), 0);
	free(text);
}

/* Words behind icmp are messages, also those that are findings as well, up to what can be a finding only. */
static void words_belong_to_the_family_before_them(void **state)
{
	(void)state;
	char *text = explain((const char *const[]){"icmp", "packet-too-big", "loop", NULL});
	assert_int_equal(strncmp(text, "icmp 3/4: ", 10), 0);
	assert_non_null(strstr(text, "\n\nloop: "));
	free(text);
	text = explain((const char *const[]){"icmp", "admin-prohibited", NULL});
	assert_non_null(strstr(text, "\n  3/13  "));
	free(text);
	text = explain((const char *const[]){"admin-prohibited", NULL});
	assert_int_equal(strncmp(text, "admin-prohibited: ", 18), 0);
	free(text);
	text = explain((const char *const[]){"icmp", "8", "icmp6", "2", NULL});
	assert_non_null(strstr(text, "\n\nicmp6 2: "));
	free(text);
}

static void what_is_unknown_is_told_with_what_was_meant(void **state)
{
	(void)state;
	expect_failure("stop-silent", NULL, "'stop-silent' is no finding", "did you mean stops-silent?");
	expect_failure("3/13", NULL, "'3/13' is no finding", "'sonde explain icmp 3/13'");
	expect_failure("time-exceeded", NULL, "'time-exceeded' is no finding", "'sonde explain icmp6 time-exceeded'");
	expect_failure("xyzzyxyzzy", NULL, "'xyzzyxyzzy' is no finding", "lists them all");
	expect_failure("icmp", "256", "'256' is no ICMPv4 message", "0 to 255");
	expect_failure("icmp", "3/256", "'3/256' is no ICMPv4 message", "0 to 255");
	expect_failure("icmp", "3/", "'3/' is no ICMPv4 message", "0 to 255");
	expect_failure("icmp", "/3", "'/3' is no ICMPv4 message", "0 to 255");
	expect_failure("icmp6", "admin-prohibitd", "'admin-prohibitd' is no ICMPv6 message", "'sonde explain icmp6 admin-prohibited'");
	expect_failure("icmp6", "precedence-cutoff", "'precedence-cutoff' is no ICMPv6 message", "0 to 255");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_finding_is_explained),
	    cmocka_unit_test(every_message_is_explained),
	    cmocka_unit_test(a_type_is_its_codes),
	    cmocka_unit_test(what_is_unassigned_is_named),
	    cmocka_unit_test(words_belong_to_the_family_before_them),
	    cmocka_unit_test(what_is_unknown_is_told_with_what_was_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
