/* SPDX-License-Identifier: MIT */
/* The side by side view to the letter. */
#include "test.h"

#include "out/detail.h"

#include <string.h>

static const uint8_t bytes[12] = {0xb8, 0x00, 0x05, 0xb4, 1, 2, 3, 4, 5, 6, 7, 8};

static void each_row_shows_both_sides(void **unused)
{
	(void)unused;
	struct sn_buf out = {0};
	const struct sn_text_style style = {0};
	const struct sonde_detail detail = {
	    .answer_count = 1,
	    .answer = {{.name = "TTL", .state = SONDE_DETAIL_ALONE, .seen = bytes + 4, .seen_count = 1, .seen_text = "1"}},
	    .quoted = true,
	    .probe_count = 4,
	    .probe = {{.name = "DSCP", .state = SONDE_DETAIL_DIFFERS, .sent = bytes, .sent_count = 1, .sent_text = "46", .seen = bytes + 1,
	               .seen_count = 1, .seen_text = "0"},
	              {.name = "MSS", .state = SONDE_DETAIL_UNSEEN, .sent = bytes + 2, .sent_count = 2, .sent_text = "1460"},
	              {.name = "SACK", .state = SONDE_DETAIL_ADDED, .seen = bytes + 4, .seen_count = 2, .seen_text = "1"},
	              {.name = "payload", .state = SONDE_DETAIL_SAME, .sent = bytes, .sent_count = 12, .seen = bytes, .seen_count = 12}},
	};
	sn_text_detail(&out, &style, &detail);
	assert_false(out.bad);
	assert_string_equal(sn_buf_text(&out),
	                    "The answer\n"
	                    "TTL                     01  1\n"
	                    "The probe               sent                                as the answer quotes it\n"
	                    "DSCP                    b8  46                              00  0                               differs\n"
	                    "MSS                     05 b4  1460                                                             not visible\n"
	                    "SACK                                                        01 02  1                            added\n"
	                    "payload                 b8 00 05 b4 01 02 03 04 +4          b8 00 05 b4 01 02 03 04 +4\n");
	sn_buf_finish(&out);
}

static void what_differs_is_tinted(void **unused)
{
	(void)unused;
	struct sn_buf out = {0};
	const struct sn_text_style style = {.colour = true};
	const struct sonde_detail detail = {
	    .probe_count = 2,
	    .probe = {{.name = "DSCP", .state = SONDE_DETAIL_DIFFERS, .seen = bytes, .seen_count = 1},
	              {.name = "ECN", .state = SONDE_DETAIL_SAME, .seen = bytes, .seen_count = 1}},
	};
	sn_text_detail(&out, &style, &detail);
	const char *dscp = strstr(sn_buf_text(&out), "DSCP"), *ecn = strstr(sn_buf_text(&out), "ECN");
	assert_true(strchr(dscp, '\033') && strchr(dscp, '\033') < ecn);
	assert_null(strchr(ecn, '\033'));
	sn_buf_finish(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_shows_both_sides),
		cmocka_unit_test(what_differs_is_tinted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
