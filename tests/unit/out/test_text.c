/* SPDX-License-Identifier: MIT */
/* The hop table to the letter: alignment, marks, several responders, widths, folding, colour. */
#include "events.h"

#include "out/line.h"
#include "out/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct sonde_path *path;
	struct sn_buf out;
	struct sn_text_style style;
	struct made m;
};

static const struct sonde_method_info icmp = {.name = "icmp", .silence = "filtered, or it does not answer echo"};
static const struct sonde_method_info udp = {.name = "udp", .takes_port = true, .default_port = 33434, .silence = "open or filtered"};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct fixture *)ctx)->path, event), SONDE_OK);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	sn_buf_finish(&f->out);
	sonde_path_free(f->path);
	free(f);
	return 0;
}

static const char *rows(struct fixture *f, uint8_t first, uint8_t last)
{
	sn_buf_clear(&f->out);
	sn_text_rows(&f->out, &f->style, f->path, first, last, false);
	assert_false(f->out.bad);
	return sn_buf_text(&f->out);
}

static void the_header_names_method_wire_and_flow(void **state)
{
	struct fixture *f = *state;
	struct sn_text_about about = {.host = "target.example", .wire = "raw", .method = &icmp, .flow_constant = true};
	made_start(&f->m, "192.0.2.9", 3);
	sn_text_header(&f->out, &f->style, &about, f->path);
	assert_string_equal(sn_buf_text(&f->out),
	                    "sonde to target.example (192.0.2.9), icmp over IPv4, raw wire, flow constant, 30 hops at most, 3 queries\n"
	                    "Hop  Address          Loss  Times (ms)\n");
	sn_buf_clear(&f->out);
	about = (struct sn_text_about){.host = "192.0.2.9", .wire = "dgram", .method = &udp};
	f->style.width_columns = 60;
	sn_text_header(&f->out, &f->style, &about, f->path);
	assert_string_equal(sn_buf_text(&f->out), "sonde to 192.0.2.9, udp port 33434 over IPv4, dgram wire,\n"
	                                          "  flow not constant, 30 hops at most, 3 queries\n"
	                                          "Hop  Address          Loss  Times (ms)\n");
}

static void times_stand_below_each_other(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 4310);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 12340);
	made_lost(&f->m, 2);
	made_lost(&f->m, 2);
	made_hop(&f->m, 3, "10.100.100.103", SONDE_M_TIME_EXCEEDED, 312000);
	made_lost(&f->m, 3);
	made_hop(&f->m, 3, "10.100.100.103", SONDE_M_TIME_EXCEEDED, 999);
	assert_string_equal(rows(f, 1, 3), "  1  10.0.0.1           0%   0.412    4.31    12.3\n"
	                                   "  2  *                           *       *\n"
	                                   "  3  10.100.100.103    33%     312       *   0.999\n");
}

static void each_responder_has_its_own_line(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 4, "10.0.4.1", SONDE_M_TIME_EXCEEDED, 4000);
	made_lost(&f->m, 4);
	made_hop(&f->m, 4, "10.0.4.2", SONDE_M_TIME_EXCEEDED, 9000);
	assert_string_equal(rows(f, 4, 4), "  4  10.0.4.1          33%    4.00       *\n"
	                                   "     10.0.4.2                 9.00\n");
}

static void marks_follow_the_time(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 5, "10.0.5.1", SONDE_M_HOST_UNREACHABLE, 3000);
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, 5)};
	event.as.answer = (struct sonde_event_answer){
	    .from = addr_of("10.0.5.1"), .meaning = SONDE_M_PACKET_TOO_BIG, .mtu_bytes = 1400, .is_icmp = true, .rtt_ns = SONDE_MS};
	made_event(&f->m, event);
	event.probe = made_sent(&f->m, 5);
	event.as.answer.meaning = SONDE_M_UNREACHABLE;
	event.as.answer.icmp_code = 12;
	made_event(&f->m, event);
	assert_string_equal(rows(f, 5, 5), "  5  10.0.5.1           0%    3.00 !H    1.00 !F-1400    1.00 !<12>\n");
	/* a closed port is news of the target alone: a router that says so refuses */
	event.probe = made_sent(&f->m, 6);
	event.as.answer.meaning = SONDE_M_PORT_UNREACHABLE;
	event.as.answer.icmp_code = 3;
	made_event(&f->m, event);
	assert_string_equal(rows(f, 6, 6), "  6  10.0.5.1           0%    1.00 !<3>\n");
	event.probe = made_sent(&f->m, 7);
	event.as.answer.in_targets_name = true;
	event.as.answer.from = f->m.target;
	made_event(&f->m, event);
	assert_string_equal(rows(f, 7, 7), "  7  192.0.2.9          0%    1.00\n");
}

static void untimed_failed_and_pending_are_told_apart(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 6, "192.0.2.9", SONDE_M_BARE_ACK, -1);
	struct sonde_event_probe failed = made_sent(&f->m, 6);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = failed, .as.sys_errno = EPERM});
	made_sent(&f->m, 6);
	assert_string_equal(rows(f, 6, 6), "  6  192.0.2.9          0%      ok  !local EPERM\n");
	for (int i = 0; i < 3; i++) {
		failed = made_sent(&f->m, 8);
		int sys_errno = i == 1 ? EPERM : ENOBUFS;
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = failed, .as.sys_errno = sys_errno});
	}
	made_hop(&f->m, 8, "10.0.8.1", SONDE_M_TIME_EXCEEDED, 400);
	assert_string_equal(rows(f, 8, 8), "  8  10.0.8.1           0%  !local ENOBUFS x2  !local EPERM   0.400\n");
	made_sent(&f->m, 7); /* nobody has answered yet: that is no star */
	assert_string_equal(rows(f, 7, 7), "  7\n");
}

static void a_narrow_terminal_wraps_times_and_cuts_no_address(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "2001:db8:ffff:ffff:ffff:ffff:ffff:1", 3);
	for (int i = 0; i < 3; i++)
		made_hop(&f->m, 8, "2001:db8:1111:2222:3333:4444:5555:6666", SONDE_M_TIME_EXCEEDED, 12300);
	f->style.width_columns = 60;
	const char *text = rows(f, 8, 8);
	assert_string_equal(text, "  8  2001:db8:1111:2222:3333:4444:5555:6666    0%    12.3\n"
	                          "     12.3    12.3\n");
	f->style.width_columns = 40; /* the address fills a line of its own */
	assert_string_equal(rows(f, 8, 8), "  8\n  2001:db8:1111:2222:3333:4444:5555:6666\n     0%    12.3    12.3    12.3\n");
	f->style.width_columns = 20; /* narrower than the address itself: that alone may stick out */
	assert_non_null(strstr(rows(f, 8, 8), "2001:db8:1111:2222:3333:4444:5555:6666\n"));
}

static void chosen_columns_in_the_chosen_order(void **state)
{
	struct fixture *f = *state;
	const uint8_t chosen[] = {(uint8_t)sonde_column_find("address"), (uint8_t)sonde_column_find("times"),
	                          (uint8_t)sonde_column_find("best"), (uint8_t)sonde_column_find("reply-ttl")};
	struct sn_text_about about = {.host = "192.0.2.9", .wire = "raw", .method = &icmp, .flow_constant = true};
	f->style.columns = chosen;
	f->style.column_count = 4;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	sn_text_header(&f->out, &f->style, &about, f->path);
	assert_non_null(strstr(sn_buf_text(&f->out), "\nAddress          Times (ms)               Best  Reply TTL\n"));
	assert_string_equal(rows(f, 1, 1), "10.0.0.1          0.412                  0.412         64\n");
}

static void silence_at_the_end_folds_into_one_line(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 412);
	for (uint8_t ttl = 2; ttl <= 11; ttl++)
		made_lost(&f->m, ttl);
	sn_text_rows(&f->out, &f->style, f->path, 1, 11, true);
	assert_string_equal(sn_buf_text(&f->out), "  1  10.0.0.1           0%   0.412\n"
	                                          "2–11  *  no answer\n");
	sn_buf_clear(&f->out);
	f->style.ascii = true;
	sn_text_rows(&f->out, &f->style, f->path, 2, 11, true);
	assert_string_equal(sn_buf_text(&f->out), "2-11  *  no answer\n");
	sn_buf_clear(&f->out);
	sn_text_rows(&f->out, &f->style, f->path, 2, 3, true); /* two rows are not worth it */
	assert_string_equal(sn_buf_text(&f->out), "  2  *                           *\n  3  *                           *\n");
}

static void loss_is_never_rounded_to_none_or_all(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 255);
	f->style.columns = (const uint8_t[]){(uint8_t)sonde_column_find("loss")};
	f->style.column_count = 1;
	made_lost(&f->m, 1);
	for (int i = 0; i < 250; i++)
		made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 1);
	assert_string_equal(rows(f, 1, 1), " <1%\n");
	made_hop(&f->m, 2, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 1);
	for (int i = 0; i < 250; i++)
		made_lost(&f->m, 2);
	assert_string_equal(rows(f, 2, 2), ">99%\n");
}

static void colour_only_when_told(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 412);
	made_lost(&f->m, 1);
	assert_null(strchr(rows(f, 1, 2), '\033'));
	f->style.colour = true;
	assert_string_equal(rows(f, 1, 2), "  1  \033[2m*\033[0m                           \033[2m*\033[0m\n"
	                                   "  2  \033[1m192.0.2.9\033[0m          0%   0.412\n");
}

static void cut(const char *text, size_t most, bool ascii, const char *wanted)
{
	struct sn_buf buf = {0};
	sn_line_cut(&buf, text, most, ascii);
	assert_string_equal(sn_buf_text(&buf), wanted);
	sn_buf_finish(&buf);
}

static void long_names_lose_their_middle(void **state)
{
	(void)state;
	cut("a.very.long.name.example.net", 0, false, "a.very.long.name.example.net");
	cut("a.very.long.name.example.net", 28, false, "a.very.long.name.example.net");
	cut("a.very.long.name.example.net", 27, false, "a.very.long.n…e.example.net");
	cut("a.very.long.name.example.net", 12, true, "a.ve...e.net");
	cut("a.very.long.name.example.net", 4, false, "a…et");
	cut("a.very.long.name.example.net", 3, true, "a.very.long.name.example.net"); /* no room for anything */
	cut("übermäßiges.example", 10, false, "über…ample");
	cut("aéééééb", 5, false, "aé…éb");
}

static void durations_have_three_digits(void **state)
{
	struct fixture *f = *state;
	const struct {
		sonde_ns ns;
		const char *text;
	} cases[] = {{0, "0.000"},      {23 * SONDE_US, "0.023"}, {999499, "0.999"}, {999500, "1.00"},     {9994999, "9.99"},
	             {9995000, "10.0"}, {99949999, "99.9"},       {99950000, "100"}, {3 * SONDE_S, "3000"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		sn_buf_clear(&f->out);
		sn_text_ms(&f->out, cases[i].ns);
		assert_string_equal(sn_buf_text(&f->out), cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_header_names_method_wire_and_flow, setup, teardown),
	    cmocka_unit_test_setup_teardown(times_stand_below_each_other, setup, teardown),
	    cmocka_unit_test_setup_teardown(each_responder_has_its_own_line, setup, teardown),
	    cmocka_unit_test_setup_teardown(marks_follow_the_time, setup, teardown),
	    cmocka_unit_test_setup_teardown(untimed_failed_and_pending_are_told_apart, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_narrow_terminal_wraps_times_and_cuts_no_address, setup, teardown),
	    cmocka_unit_test_setup_teardown(chosen_columns_in_the_chosen_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_at_the_end_folds_into_one_line, setup, teardown),
	    cmocka_unit_test_setup_teardown(loss_is_never_rounded_to_none_or_all, setup, teardown),
	    cmocka_unit_test_setup_teardown(colour_only_when_told, setup, teardown),
	    cmocka_unit_test(long_names_lose_their_middle),
	    cmocka_unit_test_setup_teardown(durations_have_three_digits, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
