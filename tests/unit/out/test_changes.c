/* SPDX-License-Identifier: MIT */
/* What copies of the probes show, in the fewest words: behind the times of the hop that made them, and as a column that was asked for. */
#include "madepath.h"

#include "out/text.h"

#include <string.h>

static struct sn_buf out;

static int finish(void **unused)
{
	(void)unused;
	sn_buf_finish(&out);
	return 0;
}

static const char *row_text(const struct fixture *f, uint8_t ttl, const struct sn_text_style *style)
{
	sn_buf_clear(&out);
	sn_text_rows(&out, style, f->path, ttl, ttl, false);
	assert_false(out.bad);
	return sn_buf_text(&out);
}

static bool weak;

static void copied(struct fixture *f, uint8_t ttl, struct sonde_quote quote)
{
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, ttl)};
	quote.visible |= quote.diff | SONDE_DIFF_TTL;
	quote.quoted_bytes = 60;
	event.as.answer = (struct sonde_event_answer){.from = addr_of("10.0.0.1"), .meaning = SONDE_M_TIME_EXCEEDED, .is_icmp = true,
	                                              .rtt_ns = SONDE_MS, .weak = weak, .quote = quote};
	made_event(&f->m, event);
}

static void what_changed_stands_behind_the_times(void **state)
{
	struct fixture *f = *state;
	static const struct sn_text_style standard = {0}, ascii = {.ascii = true};
	made_start(&f->m, "192.0.2.9", 1);
	copied(f, 1, (struct sonde_quote){.seen_ttl = 1});
	assert_string_equal(row_text(f, 1, &standard), "  1  10.0.0.1           0%    1.00\n");
	copied(f, 2, (struct sonde_quote){.seen_ttl = 1, .diff = SONDE_DIFF_DSCP | SONDE_DIFF_ECN,
	                                  .changes = {{.sent = 46, .seen = 10}, {.sent = 2, .seen = 0}}});
	assert_string_equal(row_text(f, 2, &standard), "  2  10.0.0.1           0%    1.00                 [DSCP 46→10, ECN 2→0]\n");
	assert_string_equal(row_text(f, 2, &ascii), "  2  10.0.0.1           0%    1.00                 [DSCP 46->10, ECN 2->0]\n");
}

/* Whoever reads the row reads that it may be forged. */
static void weak_answers_say_so(void **state)
{
	struct fixture *f = *state;
	static const struct sn_text_style standard = {0};
	weak = true;
	made_start(&f->m, "192.0.2.9", 1);
	copied(f, 1, (struct sonde_quote){.seen_ttl = 1});
	copied(f, 2, (struct sonde_quote){.seen_ttl = 1, .diff = SONDE_DIFF_DSCP, .changes = {{.sent = 46, .seen = 10}}});
	weak = false;
	assert_string_equal(row_text(f, 1, &standard), "  1  10.0.0.1           0%    1.00                 [weak]\n");
	assert_string_equal(row_text(f, 2, &standard), "  2  10.0.0.1           0%    1.00                 [weak, DSCP 46→10]\n");
}

/* Each kind of value, in a column that was chosen; what follows from another change is left out. */
static void each_kind_of_change_has_its_words(void **state)
{
	struct fixture *f = *state;
	static const struct {
		struct sonde_quote quote;
		const char *words;
	} rows[] = {
		{{.seen_ttl = 3}, "[TTL 3 left]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_IP_CHECKSUM}, "\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_LENGTH, .changes = {{.sent = 60, .seen = 15360}}}, "\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_LENGTH, .changes = {{.sent = 60, .seen = 40}}}, "\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_LENGTH, .changes = {{.sent = 60, .seen = 59}}}, "[length 60→59]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_SRC | SONDE_DIFF_SPORT | SONDE_DIFF_CHECKSUM,
		  .src = {.family = 4, .bytes = {203, 0, 113, 5}}, .changes = {{.sent = 33000, .seen = 1025}, {.sent = 1, .seen = 2}}},
		 "[source address 203.0.113.5, source port 33000→1025]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_CHECKSUM, .changes = {{.sent = 0x12, .seen = 0xabcd}}}, "[checksum changed]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_SACK | SONDE_DIFF_WSCALE | SONDE_DIFF_TCP_FLAGS | SONDE_DIFF_LENGTH,
		  .changes = {{.sent = 60, .seen = 52}, {.sent = 0xa002, .seen = 0x8002}, {.sent = 1, .seen = SONDE_FIELD_ABSENT},
		              {.sent = 7, .seen = SONDE_FIELD_ABSENT}}}, "[SACK gone, window scale gone]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_PAYLOAD, .changes = {{.seen = 11}}}, "[payload from byte 12]\n"},
		{{.seen_ttl = 1, .diff = (uint32_t)SONDE_DIFF_OTHER, .changes = {{.seen = 38}}}, "[other bits from byte 39]\n"},
		{{.seen_ttl = 1, .diff = SONDE_DIFF_SEQ, .changes = {{.sent = 7, .seen = 9}}}, "[sequence number changed]\n"},
	};
	const struct sn_text_style style = {.columns = (const uint8_t[]){(uint8_t)sonde_column_find("changed")}, .column_count = 1};
	made_start(&f->m, "192.0.2.9", 1);
	for (uint8_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		copied(f, (uint8_t)(i + 1), rows[i].quote);
		assert_string_equal(row_text(f, (uint8_t)(i + 1), &style), rows[i].words);
	}
}

/* Equal copies are one; of those that differ two are enough. */
static void copies_that_differ_are_shown_apart(void **state)
{
	struct fixture *f = *state;
	const struct sn_text_style style = {.columns = (const uint8_t[]){(uint8_t)sonde_column_find("changed")}, .column_count = 1};
	made_start(&f->m, "192.0.2.9", 4);
	for (uint32_t seen = 0; seen < 4; seen++)
		copied(f, 1, (struct sonde_quote){.seen_ttl = 1, .diff = SONDE_DIFF_DSCP, .changes = {{.sent = 46, .seen = seen / 2}}});
	assert_string_equal(row_text(f, 1, &style), "[DSCP 46→0] [DSCP 46→1]\n");
	copied(f, 1, (struct sonde_quote){.seen_ttl = 1, .diff = SONDE_DIFF_DSCP, .changes = {{.sent = 46, .seen = 9}}});
	assert_string_equal(row_text(f, 1, &style), "[DSCP 46→0] [DSCP 46→1]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_changed_stands_behind_the_times, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_answers_say_so, setup, teardown),
		cmocka_unit_test_setup_teardown(each_kind_of_change_has_its_words, setup, teardown),
		cmocka_unit_test_setup_teardown(copies_that_differ_are_shown_apart, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
