/* SPDX-License-Identifier: MIT */
/* The lines for scripts to the letter: fields, dashes, numbers. */
#include "events.h"

#include "out/findings.h"

#include <string.h>

static const struct sonde_rule_info loss = {.id = "path-loss", .severity = SONDE_SEVERITY_WARNING, .exit_status = 1};
static const struct sonde_rule_info short_cut = {.id = "cut-short", .severity = SONDE_SEVERITY_NOTICE};

static struct sonde_path *path_by(const char *method, uint16_t dport)
{
	struct sonde_path *path;
	struct sonde_event start = {.type = SONDE_EV_TRACE_START, .as.start = {.dst = addr_of("192.0.2.9"), .first_ttl = 1, .max_ttl = 30}};
	start.as.start.method = (size_t)sonde_method_find(method);
	start.as.start.dport = dport;
	assert_int_equal(sonde_path_new(&path), SONDE_OK);
	assert_int_equal(sonde_path_apply(path, &start), SONDE_OK);
	return path;
}

/* Of a case of two paths, icmp and udp to port 53. */
static void is(struct sonde_finding *items, size_t count, const char *expected)
{
	struct sonde_path *paths[] = {path_by("icmp", 0), path_by("udp", 53)};
	struct sn_buf out = {0};
	sn_findings_lines(&out, &(struct sonde_findings){.items = items, .count = count}, (const struct sonde_path *const *)paths, 2);
	assert_false(out.bad);
	assert_string_equal(sn_buf_text(&out), expected);
	sn_buf_finish(&out);
	sonde_path_free(paths[0]);
	sonde_path_free(paths[1]);
}

static void every_field_has_its_place(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &loss, .exit_status = 1, .confidence = SONDE_CONFIDENCE_LIKELY, .first_ttl = 3, .last_ttl = 30};
	f.by = addr_of("2001:db8::1");
	f.who = "last-router";
	f.evidence[f.evidence_count++] = (struct sonde_evidence){.key = "probes", .value = 12};
	f.evidence[f.evidence_count++] = (struct sonde_evidence){.key = "loss", .value = 33.33333};
	is(&f, 1, "finding\tpath-loss\twarning\tlikely\t1\t3\t30\t2001:db8::1\tprobes=12 loss=33.333\tlast-router\ticmp\t192.0.2.9\n");
}

static void a_dash_stands_for_none(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &short_cut, .confidence = SONDE_CONFIDENCE_CERTAIN};
	is(&f, 1, "finding\tcut-short\tnotice\tcertain\t0\t-\t-\t-\t-\t-\ticmp\t192.0.2.9\n");
}

/* The status is the finding's, which may be less than its rule's. */
static void the_status_is_the_findings_own(void **state)
{
	(void)state;
	struct sonde_finding f = {.rule = &loss, .exit_status = 0};
	is(&f, 1, "finding\tpath-loss\twarning\tundecided\t0\t-\t-\t-\t-\t-\ticmp\t192.0.2.9\n");
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
		strcat(strcat(expected, rows[i].text), "\t-\ticmp\t192.0.2.9\n");
		is(&f, 1, expected);
	}
}

/* The longest one as well: it is cut nowhere. */
static void a_huge_number_is_whole(void **state)
{
	struct sonde_finding f = {.rule = &short_cut, .evidence_count = 1, .evidence = {{.key = "value", .value = -1.7e308}}};
	struct sn_buf out = {0};
	(void)state;
	sn_findings_lines(&out, &(struct sonde_findings){.items = &f, .count = 1}, NULL, 0);
	const char *number = strchr(sn_buf_text(&out), '=') + 1;
	assert_int_equal(strcspn(number, "\t"), 1 + 309);
	sn_buf_finish(&out);
}

/* What is said of all methods together has none. */
static void each_names_its_method(void **state)
{
	(void)state;
	struct sonde_finding all[] = {{.rule = &short_cut, .path = 1}, {.rule = &short_cut, .path = SONDE_PATH_ALL}};
	is(all, 2, "finding\tcut-short\tnotice\tundecided\t0\t-\t-\t-\t-\t-\tudp/53\t192.0.2.9\n"
	           "finding\tcut-short\tnotice\tundecided\t0\t-\t-\t-\t-\t-\t-\t192.0.2.9\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_has_its_place),
	    cmocka_unit_test(a_dash_stands_for_none),
	    cmocka_unit_test(the_status_is_the_findings_own),
	    cmocka_unit_test(numbers_are_plain),
	    cmocka_unit_test(a_huge_number_is_whole),
	    cmocka_unit_test(each_names_its_method),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
