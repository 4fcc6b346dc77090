/* SPDX-License-Identifier: MIT */
/* Lists of hosts: what is a host, what is told with its line, and that no text breaks the reader. */
#include "test.h"

#include "cli/list.h"
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct told {
	size_t count;
	char last[256];
};

static void note(void *ctx, struct sonde_error *err)
{
	struct told *told = ctx;
	told->count++;
	snprintf(told->last, sizeof told->last, "%s", err->what);
}

static void split(struct sn_list *list, const char *text, size_t bytes, struct told *told)
{
	struct sonde_error err = {0};
	*list = (struct sn_list){.text = malloc(bytes + 1)};
	*told = (struct told){0};
	assert_non_null(list->text);
	memcpy(list->text, text, bytes);
	assert_int_equal(sn_list_split(list, "f", bytes, note, told, &err), SONDE_OK);
}

static void hosts_stand_one_in_a_line(void **state)
{
	(void)state;
	static const char text[] = "# all\n\n  a.example \t# the first\nb\r\n\t\n2001:db8::1";
	struct sn_list list;
	struct told told;
	split(&list, text, sizeof text - 1, &told);
	assert_int_equal(told.count, 0);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].host, "a.example");
	assert_int_equal(list.items[0].line, 3);
	assert_string_equal(list.items[1].host, "b");
	assert_string_equal(list.items[2].host, "2001:db8::1");
	assert_int_equal(list.items[2].line, 6);
	sn_list_finish(&list);
}

static void bad(const char *text, size_t bytes, const char *what)
{
	struct sn_list list;
	struct told told;
	split(&list, text, bytes, &told);
	assert_int_equal(told.count, 1);
	assert_string_equal(told.last, what);
	assert_int_equal(list.count, 2); /* the others stand */
	sn_list_finish(&list);
}

static void bad_lines_are_told_and_left_out(void **state)
{
	(void)state;
	bad("a\nb c\nd", 7, "f:2: \"b c\" is more than one word");
	bad("a\nd\n --sim=x", 12, "f:3: \"--sim=x\" begins like an option");
	bad("\x1b[2J\na\nd", 8, "f:1: \"\\x1b[2J\" has characters that no name has");
	bad("a\nx\0y\nd", 7, "f:2: \"x\\x00y\" has characters that no name has");
	char text[300];
	memset(text, 'x', sizeof text);
	memcpy(text, "a\nb\n", 4);
	bad(text, sizeof text, "f:3: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" is longer than any name");
}

static void no_text_breaks_it(void **state)
{
	(void)state;
	static const char good[] = "#c\n a b\nx#\n\r\n-\n\n\t\xff\n";
	static const char odd[] = {'\0', '\n', '#', ' ', '-', '\x1b', '\xff'};
	for (size_t cut = 0; cut < sizeof good; cut++)
		for (size_t i = 0; i < sizeof odd; i++) {
			struct sn_list list;
			struct told told;
			char text[sizeof good];
			memcpy(text, good, cut);
			if (cut)
				text[cut - 1] = odd[i];
			split(&list, text, cut, &told);
			for (size_t j = 0; j < list.count; j++)
				assert_true(list.items[j].host[0] && strlen(list.items[j].host) <= cut);
			sn_list_finish(&list);
		}
}

enum { WIDE_COLUMNS = 80 };

static void narrow_progress(size_t done, size_t total, sonde_ns elapsed_ns, size_t width_columns, const char *wanted)
{
	struct sn_buf text = {0};
	sn_progress_text(&text, done, total, "hosts", elapsed_ns, width_columns);
	assert_string_equal(sn_buf_text(&text), wanted);
	sn_buf_finish(&text);
}

static void progress(size_t done, size_t total, sonde_ns elapsed_ns, const char *wanted)
{
	narrow_progress(done, total, elapsed_ns, WIDE_COLUMNS, wanted);
}

static void progress_says_how_long_it_will_take(void **state)
{
	(void)state;
	progress(0, 10, 5 * SONDE_S, "0 of 10 hosts");
	progress(1, 10, 0, "1 of 10 hosts");
	progress(5, 10, 5 * SONDE_S, "5 of 10 hosts, 1.00 a second, 0:05 left");
	progress(100, 10000, 4 * SONDE_S, "100 of 10000 hosts, 25.0 a second, 6:36 left");
	progress(1000, 1000000, 4 * SONDE_S, "1000 of 1000000 hosts, 250 a second, 1:06:36 left");
	progress(10, 10, 4 * SONDE_S, "10 of 10 hosts, 2.50 a second, 0:00 left");
}

static void progress_fits_a_narrow_terminal(void **state)
{
	(void)state;
	narrow_progress(4, 400, 2 * SONDE_S, 40, "4 of 400 hosts, 2.00 a second, 3:18 left");
	narrow_progress(4, 400, 2 * SONDE_S, 39, "4 of 400 hosts, 3:18 left");
	narrow_progress(4, 400, 2 * SONDE_S, 24, "4 of 400 hosts");
	narrow_progress(4, 400, 2 * SONDE_S, 10, "4 of 400 h");
	narrow_progress(0, 400, 0, 13, "0 of 400 host");
}

/* What the filter writes would stand behind the line. */
static void progress_lets_a_filter_write(void **state)
{
	(void)state;
	struct sn_progress progress = {.terminal = true, .filtered = true, .what = "hosts", .total = 400};
	assert_true(sn_progress_show(&progress, 1, 10) > 10 && progress.shown);
	sn_progress_hide(&progress);
	sonde_at_ns again = sn_progress_show(&progress, 2, 20);
	assert_true(!progress.shown && again > 20);
	assert_int_equal(sn_progress_show(&progress, 2, again - 1), again);
	assert_true(sn_progress_show(&progress, 2, again) > again && progress.shown);
	/* who writes all the time does not keep it away for good */
	sonde_at_ns now = again, drawn = again;
	for (unsigned done = 3; done < 300 && now <= drawn + SONDE_S; done++, now += 20 * SONDE_MS) {
		sn_progress_hide(&progress);
		(void)sn_progress_show(&progress, done, now);
		assert_int_equal(progress.shown, now >= drawn + SONDE_S);
	}
	assert_true(progress.shown);
	/* nobody else writes to the terminal that both are */
	progress = (struct sn_progress){.terminal = true, .what = "hosts", .total = 400};
	(void)sn_progress_show(&progress, 1, 10);
	sn_progress_hide(&progress);
	(void)sn_progress_show(&progress, 2, 10);
	assert_true(progress.shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_stand_one_in_a_line),
		cmocka_unit_test(bad_lines_are_told_and_left_out),
		cmocka_unit_test(no_text_breaks_it),
		cmocka_unit_test(progress_says_how_long_it_will_take),
		cmocka_unit_test(progress_fits_a_narrow_terminal),
		cmocka_unit_test(progress_lets_a_filter_write),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
