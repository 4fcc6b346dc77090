/* SPDX-License-Identifier: MIT */
/* The lines for scripts to the letter: fields, dashes, numbers. */
#include "test.h"

#include "out/findings.h"

#include <string.h>

static const struct sonde_rule_info loss = {.id = "path-loss", .severity = SONDE_SEVERITY_WARNING, .exit_status = 1};
static const struct sonde_rule_info short_cut = {.id = "cut-short", .severity = SONDE_SEVERITY_NOTICE};

static struct sonde_addr addr(const char *text)
{
	struct sonde_addr parsed;
	assert_true(sonde_addr_parse(text, &parsed));
	return parsed;
}

static void is(struct sonde_finding *items, size_t count, size_t path, const char *expected)
{
	struct sn_buf out = {0};
	sn_findings_lines(&out, &(struct sonde_findings){.items = items, .count = count}, path);
	assert_false(out.bad);
	assert_string_equal(sn_buf_text(&out), expected);
	sn_buf_finish(&out);
}

static void every_field_has_its_place(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &loss, .exit_status = 1, .confidence = SONDE_CONFIDENCE_LIKELY, .first_ttl = 3, .last_ttl = 30};
	f.by = addr("2001:db8::1");
	f.evidence[f.evidence_count++] = (struct sonde_evidence){.key = "probes", .value = 12};
	f.evidence[f.evidence_count++] = (struct sonde_evidence){.key = "loss", .value = 33.33333};
	is(&f, 1, 0, "finding\tpath-loss\twarning\tlikely\t1\t3\t30\t2001:db8::1\tprobes=12 loss=33.333\n");
}

static void a_dash_stands_for_none(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &short_cut, .confidence = SONDE_CONFIDENCE_CERTAIN};
	is(&f, 1, 0, "finding\tcut-short\tnotice\tcertain\t0\t-\t-\t-\t-\n");
}

/* The status is the finding's, which may be less than its rule's. */
static void the_status_is_the_findings_own(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &loss, .exit_status = 0};
	is(&f, 1, 0, "finding\tpath-loss\twarning\tundecided\t0\t-\t-\t-\t-\n");
}

static void numbers_are_plain(void **state)
{
	static const struct {
		double value;
		const char *text;
	} rows[] = {
	    {0, "0"}, {-0.0001, "0"}, {-2.5, "-2.5"}, {100, "100"}, {0.1, "0.1"}, {0.0204, "0.02"}, {0.9996, "1"},
	    {4294967295.0, "4294967295"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char expected[128] = "finding\tcut-short\tnotice\tundecided\t0\t-\t-\t-\tvalue=";
		struct sonde_finding f = {.rule = &short_cut, .evidence_count = 1, .evidence = {{.key = "value", .value = rows[i].value}}};
		strcat(strcat(expected, rows[i].text), "\n");
		is(&f, 1, 0, expected);
	}
}

/* The longest one as well: it is cut nowhere. */
static void a_huge_number_is_whole(void **state)
{
	struct sonde_finding f = {.rule = &short_cut, .evidence_count = 1, .evidence = {{.key = "value", .value = -1.7e308}}};
	struct sn_buf out = {0};
	(void)state;
	sn_findings_lines(&out, &(struct sonde_findings){.items = &f, .count = 1}, 0);
	const char *number = strchr(sn_buf_text(&out), '=') + 1;
	assert_int_equal(strlen(number), 1 + 309 + 1);
	sn_buf_finish(&out);
}

static void only_the_path_that_was_asked_for(void **state)
{
	(void)state;
	struct sonde_finding two[] = {{.rule = &loss, .path = 0}, {.rule = &short_cut, .path = 1}};
	is(two, 2, 1, "finding\tcut-short\tnotice\tundecided\t0\t-\t-\t-\t-\n");
	is(two, 2, 2, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_has_its_place),
	    cmocka_unit_test(a_dash_stands_for_none),
	    cmocka_unit_test(the_status_is_the_findings_own),
	    cmocka_unit_test(numbers_are_plain),
	    cmocka_unit_test(a_huge_number_is_whole),
	    cmocka_unit_test(only_the_path_that_was_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
