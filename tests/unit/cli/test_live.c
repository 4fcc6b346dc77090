/* SPDX-License-Identifier: MIT */
/* Growing tables: once per row on a pipe, in place on a terminal (a small emulator reads what is written), several in order. */
#include "events.h"

#include "cli/live.h"
#include "out/traceroute.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 60, ROWS_MAX = 200 };

/* A terminal: lines ever written, the newest `height` of which the cursor can reach. */
struct screen {
	char lines[ROWS_MAX][COLUMNS + 1];
	size_t height, row, column, line_count;
	size_t climbed_too_high; /* times the cursor was sent above the top */
	size_t cleared_from_top; /* times all was cleared from the top left corner on, of which a terminal may keep a copy */
};

struct fixture {
	struct sn_live *live;
	struct sn_buf out;
	struct made m;
	struct screen screen;
	sonde_at_ns now;
};

static const struct sonde_method_info icmp = {.name = "icmp", .silence = "filtered"};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sn_live_event(((struct fixture *)ctx)->live, event), SONDE_OK);
}

static struct fixture *make_look(bool terminal, uint16_t height, const struct sn_text_look *look)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	struct sn_live_cfg cfg = {.terminal = terminal, .height_rows = height, .look = look};
	cfg.style.width_columns = terminal ? COLUMNS : 0;
	assert_int_equal(sn_live_new(&f->live, &cfg), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	f->screen.height = height;
	f->screen.line_count = 1;
	return f;
}

static struct fixture *make(bool terminal, uint16_t height)
{
	return make_look(terminal, height, NULL);
}

static void add(struct fixture *f, const char *host)
{
	struct sn_text_about about = {.host = host, .wire = "raw", .method = &icmp, .flow_constant = true};
	assert_int_equal(sn_live_add(f->live, &about), SONDE_OK);
}

static void discard(struct fixture *f)
{
	sn_live_free(f->live);
	sn_buf_finish(&f->out);
	free(f);
}

static void put_char(struct screen *s, char c)
{
	if (c == '\r') {
		s->column = 0;
	} else if (c == '\n') {
		s->column = 0;
		s->row++;
	} else {
		if (s->column == COLUMNS) {
			s->column = 0;
			s->row++;
		}
		s->lines[s->row][s->column++] = c;
	}
	assert_true(s->row < ROWS_MAX);
	if (s->row + 1 > s->line_count)
		s->line_count = s->row + 1;
}

static const char *escape(struct screen *s, const char *text)
{
	char *end;
	unsigned long count = strtoul(text + 2, &end, 10);
	size_t top = s->line_count > s->height ? s->line_count - s->height : 0;
	count = count ? count : 1;
	if (*end == 'A') {
		s->climbed_too_high += s->row < top + count;
		s->row = s->row > count ? s->row - count : 0;
	} else if (*end == 'K') {
		memset(s->lines[s->row] + s->column, 0, sizeof s->lines[0] - s->column);
	} else if (*end == '?') {
		assert_memory_equal(end, "?7", 2); /* whether lines are broken: none is that long here */
		end += 2;
		assert_true(*end == 'h' || *end == 'l');
	} else {
		assert_int_equal(*end, 'J');
		s->cleared_from_top += s->row == top && s->column == 0;
		memset(s->lines[s->row], 0, sizeof s->lines[0] * (ROWS_MAX - s->row));
	}
	return end + 1;
}

/* One turn; what it wrote goes to the emulated terminal and is returned. */
static const char *turn(struct fixture *f)
{
	sn_buf_clear(&f->out);
	f->now += SONDE_S;
	assert_true(sn_live_turn(f->live, f->now, &f->out) == SONDE_NEVER);
	assert_false(f->out.bad);
	for (const char *at = sn_buf_text(&f->out); *at;)
		if (*at == '\033')
			at = escape(&f->screen, at);
		else
			put_char(&f->screen, *at++);
	return sn_buf_text(&f->out);
}

/* Everything the terminal shows, scrolled away or not. */
static const char *shown(struct fixture *f, struct sn_buf *text)
{
	sn_buf_clear(text);
	size_t count = f->screen.line_count;
	while (count && !*f->screen.lines[count - 1])
		count--;
	for (size_t i = 0; i < count; i++) {
		sn_buf_puts(text, f->screen.lines[i]);
		sn_buf_putc(text, '\n');
	}
	assert_int_equal(f->screen.climbed_too_high, 0);
	assert_int_equal(f->screen.cleared_from_top, 0);
	return sn_buf_text(text);
}

#define HEAD "Hop  Address          Loss  Times (ms)\n"

static void a_pipe_gets_each_row_once_when_it_is_settled(void **state)
{
	(void)state;
	struct fixture *f = make(false, 0);
	add(f, "192.0.2.9");
	assert_string_equal(turn(f), "");
	made_start(&f->m, "192.0.2.9", 1);
	assert_non_null(strstr(turn(f), HEAD));
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 400);
	assert_string_equal(turn(f), "");
	made_settled(&f->m, 1);
	assert_string_equal(turn(f), "  1  10.0.0.1           0%   0.400\n");
	assert_string_equal(turn(f), "");
	struct sonde_event_probe late = made_sent(&f->m, 2);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = late});
	made_settled(&f->m, 2);
	made_settled(&f->m, 3);
	assert_string_equal(turn(f), "  2  *                           *\n  3  192.0.2.9          0%   0.400\n");
	made_answer(&f->m, SONDE_EV_LATE, late, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 812000);
	assert_string_equal(turn(f), "");
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 3, .last_ttl = 3});
	assert_string_equal(turn(f), "Answered after the row was written: hop 2 by 10.0.0.2 after 812 ms.\nReached 192.0.2.9 in 3 hops.\n");
	assert_string_equal(turn(f), "");
	discard(f);
}

/* A hop behind an ocean: its answers come when the row stood as silent, one after the other. The row waits for all of them. */
static void another_layout_grows_as_well_and_nothing_stands_below_it(void **state)
{
	struct fixture *f = make_look(false, 0, &sn_traceroute_look);
	(void)state;
	add(f, "target");
	made_start(&f->m, "192.0.2.9", 1);
	assert_string_equal(turn(f), "");
	struct sonde_event sent = {.type = SONDE_EV_SENT, .probe = {.token = ++f->m.next_token, .serial = 1, .ttl = 1, .size_bytes = 99}};
	made_event(&f->m, sent);
	assert_string_equal(turn(f), "traceroute to target (192.0.2.9), 30 hops max, 99 byte packets\n");
	made_answer(&f->m, SONDE_EV_REPLY, sent.probe, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 1000);
	assert_string_equal(turn(f), "");
	made_settled(&f->m, 1);
	assert_string_equal(turn(f), " 1  10.0.0.1 (10.0.0.1)  1.000 ms\n");
	made_lost(&f->m, 2);
	made_settled(&f->m, 2);
	assert_string_equal(turn(f), "");
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 3000);
	made_settled(&f->m, 3);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 3, .last_ttl = 3});
	assert_string_equal(turn(f), " 2  *\n 3  192.0.2.9 (192.0.2.9)  3.000 ms\n");
	discard(f);
}

static void a_pipe_gets_a_late_row_whole(void **state)
{
	(void)state;
	struct fixture *f = make(false, 0);
	struct sonde_event_probe probes[3];
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 3);
	(void)turn(f);
	for (int i = 0; i < 3; i++)
		probes[i] = made_sent(&f->m, 1);
	f->m.now += 300 * SONDE_MS;
	for (int i = 0; i < 3; i++)
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probes[i]});
	made_settled(&f->m, 1);
	assert_string_equal(turn(f), "");
	for (int i = 0; i < 3; i++) {
		assert_string_equal(turn(f), "");
		made_answer(&f->m, SONDE_EV_LATE, probes[i], "10.0.0.1", SONDE_M_TIME_EXCEEDED, 606000);
	}
	assert_string_equal(turn(f), "  1  10.0.0.1           0%     606     606     606\n");
	discard(f);
}

/* Who gives up on a neighbour says so to all that wait for it: what has been read of that so far makes no rows behind the first. */
static void a_pipe_gets_one_row_of_a_late_refusal(void **state)
{
	(void)state;
	struct fixture *f = make(false, 0);
	struct sonde_event_probe probes[4];
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 1);
	(void)turn(f);
	for (uint8_t ttl = 1; ttl <= 4; ttl++) {
		probes[ttl - 1] = made_sent(&f->m, ttl);
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probes[ttl - 1]});
		made_settled(&f->m, ttl);
	}
	assert_string_equal(turn(f), "");
	for (int i = 0; i < 3; i++)
		made_answer(&f->m, SONDE_EV_LATE, probes[i], "10.0.0.1", SONDE_M_HOST_UNREACHABLE, 3050000);
	assert_string_equal(turn(f), "  1  10.0.0.1           0%    3050 !H\n");
	made_answer(&f->m, SONDE_EV_LATE, probes[3], "10.0.0.1", SONDE_M_HOST_UNREACHABLE, 3050000);
	assert_string_equal(turn(f), "");
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_UNREACHABLE, .why = SONDE_M_HOST_UNREACHABLE, .why_code = 1,
	                                        .by = addr_of("10.0.0.1"), .by_ttl = 1, .last_ttl = 4, .last_answering_ttl = 4});
	assert_null(strstr(turn(f), "\n  2 "));
	discard(f);
}

/* Only what came after the row was written is told at the end, not the late answer that stands in the row. */
static void a_late_answer_that_stands_in_its_row_is_not_told_again(void **state)
{
	(void)state;
	struct fixture *f = make(false, 0);
	struct sonde_event_probe probes[2];
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 1);
	(void)turn(f);
	for (int i = 0; i < 2; i++) {
		probes[i] = made_sent(&f->m, 1);
		f->m.now += 1000 * SONDE_MS;
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probes[i]});
	}
	made_answer(&f->m, SONDE_EV_LATE, probes[0], "10.0.0.1", SONDE_M_TIME_EXCEEDED, 2100000);
	made_settled(&f->m, 1);
	assert_string_equal(turn(f), "  1  10.0.0.1           0%    2100\n");
	f->m.now += 1100 * SONDE_MS;
	made_answer(&f->m, SONDE_EV_LATE, probes[1], "10.0.0.1", SONDE_M_TIME_EXCEEDED, 2200000);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 1, .last_answering_ttl = 1});
	assert_string_equal(turn(f), "Answered after the row was written: hop 1 by 10.0.0.1 after 2200 ms.\n"
	                             "Answers stop after hop 1 (10.0.0.1). Silence to ping says nothing about the target's ports.\n"
	                             "Try: sonde compare 192.0.2.9\n");
	discard(f);
}

static void a_terminal_shows_answers_at_once_and_in_place(void **state)
{
	(void)state;
	struct sn_buf text = {0};
	struct fixture *f = make(true, 24);
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 2);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 400);
	struct sonde_event_probe first = made_sent(&f->m, 1);
	turn(f);
	assert_non_null(strstr(shown(f, &text), HEAD "  1\n  2  10.0.0.2           0%   0.400\n"));
	made_answer(&f->m, SONDE_EV_REPLY, first, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 900);
	turn(f);
	assert_non_null(strstr(shown(f, &text), HEAD "  1  10.0.0.1           0%   0.900\n  2  10.0.0.2           0%   0.400\n"));
	made_settled(&f->m, 1);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = 2, .last_answering_ttl = 2});
	turn(f);
	assert_non_null(
	    strstr(shown(f, &text), HEAD "  1  10.0.0.1           0%   0.900\n  2  10.0.0.2           0%   0.400\n192.0.2.9 was"));
	sn_buf_finish(&text);
	discard(f);
}

static void a_low_terminal_never_climbs_above_its_top(void **state)
{
	(void)state;
	struct sn_buf text = {0}, row = {0};
	struct fixture *f = make(true, 6);
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 1);
	for (uint8_t ttl = 1; ttl <= 20; ttl++) {
		made_hop(&f->m, ttl, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 1000 * ttl);
		if (ttl >= 3 && ttl <= 12)
			made_settled(&f->m, (uint8_t)(ttl - 2));
		turn(f);
	}
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = 20, .last_answering_ttl = 20});
	turn(f);
	/* every row stands there exactly once, in order */
	const char *at = shown(f, &text);
	for (unsigned ttl = 1; ttl <= 20; ttl++) {
		sn_buf_clear(&row);
		sn_buf_printf(&row, "\n %2u  10.0.0.1 ", ttl);
		at = strstr(at, row.text);
		assert_non_null(at);
		assert_null(strstr(at + 1, row.text));
	}
	sn_buf_finish(&text);
	sn_buf_finish(&row);
	discard(f);
}

static void silent_rows_at_the_end_fold_on_a_terminal(void **state)
{
	(void)state;
	struct sn_buf text = {0};
	struct fixture *f = make(true, 24);
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	for (uint8_t ttl = 2; ttl <= 11; ttl++)
		made_lost(&f->m, ttl);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 11, .last_answering_ttl = 1});
	turn(f);
	sn_buf_clear(&text);
	assert_non_null(strstr(sn_buf_text(&f->out), "  1  10.0.0.1           0%   0.400\n2–11  *  no answer\nAnswers stop"));
	sn_buf_finish(&text);
	discard(f);
}

static void frames_are_limited_but_the_first_is_not(void **state)
{
	(void)state;
	struct fixture *f = make(true, 24);
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 1);
	assert_true(sn_live_turn(f->live, 4, &f->out) == SONDE_NEVER);
	assert_non_null(strstr(sn_buf_text(&f->out), HEAD));
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	assert_true(sn_live_turn(f->live, 5, &f->out) == SONDE_NEVER);
	assert_non_null(strstr(sn_buf_text(&f->out), "10.0.0.1"));
	sn_buf_clear(&f->out);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 400);
	sonde_at_ns again = sn_live_turn(f->live, 6, &f->out);
	assert_true(again > 6 && again <= 5 + 20 * SONDE_MS);
	assert_string_equal(sn_buf_text(&f->out), "");
	assert_true(sn_live_turn(f->live, again, &f->out) == SONDE_NEVER);
	assert_non_null(strstr(sn_buf_text(&f->out), "10.0.0.2"));
	/* what looks the same is not written again */
	made_sent(&f->m, 9);
	sn_buf_clear(&f->out);
	assert_true(sn_live_turn(f->live, again + SONDE_S, &f->out) == SONDE_NEVER);
	assert_string_equal(sn_buf_text(&f->out), "");
	discard(f);
}

static void tables_come_in_the_order_asked_for(void **state)
{
	(void)state;
	struct fixture *f = make(false, 0);
	struct made second = f->m;
	second.trace_id = 1;
	second.next_token = 1000;
	add(f, "192.0.2.9");
	add(f, "192.0.2.8");
	made_start(&f->m, "192.0.2.9", 1);
	made_start(&second, "192.0.2.8", 1);
	made_hop(&second, 1, "192.0.2.8", SONDE_M_ECHO_REPLY, 100);
	made_settled(&second, 1);
	made_end(&second, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1});
	assert_null(strstr(turn(f), "192.0.2.8"));
	made_hop(&f->m, 1, "192.0.2.9", SONDE_M_ECHO_REPLY, 100);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1});
	assert_string_equal(turn(f), "  1  192.0.2.9          0%   0.100\nReached 192.0.2.9 in 1 hop.\n"
	                             "\nsonde to 192.0.2.8, icmp over IPv4, raw wire, flow constant, 30 hops at most, 1 query\n" HEAD
	                             "  1  192.0.2.8          0%   0.100\nReached 192.0.2.8 in 1 hop.\n");
	discard(f);
}

/* Whatever the window has made of the frame: the cursor waits at its first line. */
static void a_narrower_window_is_erased_without_a_climb(void **state)
{
	(void)state;
	struct fixture *f = make(true, 24);
	add(f, "192.0.2.9");
	made_start(&f->m, "192.0.2.9", 3);
	for (int i = 0; i < 3; i++)
		made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400); /* a row of 53 columns */
	turn(f);
	sn_live_resize(f->live, 30, 24); /* takes two lines now */
	sn_buf_clear(&f->out);
	sn_live_turn(f->live, f->now + SONDE_S, &f->out);
	assert_memory_equal(sn_buf_text(&f->out), "\r\033[K\n\033[J\033[A", strlen("\r\033[K\n\033[J\033[A"));
	assert_non_null(strstr(sn_buf_text(&f->out), "\033[2A")); /* behind it: two lines now */
	discard(f);
}

/* ---- names ---- */

static struct sn_who known[4];

static const struct sn_who *knows(void *ctx, const struct sonde_addr *addr)
{
	(void)ctx;
	return addr->bytes[0] == 10 ? &known[addr->bytes[3]] : NULL;
}

static const struct sn_who_source source = {.of = knows};

static struct fixture *make_named(bool terminal)
{
	struct sn_live_cfg cfg = {.terminal = terminal, .height_rows = 24, .resolve_wait_ns = 5 * SONDE_S, .style.who = &source};
	struct fixture *f = make(terminal, 24);
	sn_live_free(f->live);
	assert_int_equal(sn_live_new(&f->live, &cfg), SONDE_OK);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		known[i] = (struct sn_who){.pending = true};
	add(f, "10.0.0.2");
	made_start(&f->m, "10.0.0.2", 1);
	return f;
}

/* What is written at that second; *wake_s: when it wants to be called again, 0 for never. */
static const char *turn_at(struct fixture *f, int64_t s, int64_t *wake_s)
{
	sn_buf_clear(&f->out);
	sn_live_known(f->live);
	sonde_at_ns again = sn_live_turn(f->live, s * SONDE_S, &f->out);
	*wake_s = again == SONDE_NEVER ? 0 : again / SONDE_S;
	return sn_buf_text(&f->out);
}

static void on_a_pipe_a_row_waits_for_its_names(void **state)
{
	(void)state;
	int64_t wake_s;
	struct fixture *f = make_named(false);
	assert_non_null(strstr(turn_at(f, 1, &wake_s), HEAD));
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_settled(&f->m, 1);
	assert_string_equal(turn_at(f, 2, &wake_s), "");
	assert_int_equal(wake_s, 7);
	known[1] = (struct sn_who){.name = "one.example"};
	assert_string_equal(turn_at(f, 3, &wake_s), "  1  10.0.0.1           0%   0.400                 one.example\n");
	assert_int_equal(wake_s, 0);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_ECHO_REPLY, 400);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 2, .last_ttl = 2});
	assert_string_equal(turn_at(f, 10, &wake_s), "");
	assert_int_equal(wake_s, 15);
	assert_false(sn_live_done(f->live));
	assert_string_equal(turn_at(f, 14, &wake_s), "");
	assert_string_equal(turn_at(f, 15, &wake_s), "  2  10.0.0.2           0%   0.400\nReached 10.0.0.2 in 2 hops.\n");
	assert_int_equal(wake_s, 0);
	assert_true(sn_live_done(f->live));
	discard(f);
}

/* Two rows that became ready one after the other do not wait one after the other. */
static void rows_wait_side_by_side(void **state)
{
	(void)state;
	int64_t wake_s;
	struct fixture *f = make_named(false);
	(void)turn_at(f, 1, &wake_s);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_settled(&f->m, 1);
	(void)turn_at(f, 2, &wake_s);
	made_hop(&f->m, 2, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 400);
	made_settled(&f->m, 2);
	assert_string_equal(turn_at(f, 3, &wake_s), "");
	assert_int_equal(wake_s, 7);
	assert_string_equal(turn_at(f, 7, &wake_s), "  1  10.0.0.1           0%   0.400\n");
	assert_int_equal(wake_s, 8);
	assert_string_equal(turn_at(f, 8, &wake_s), "  2  10.0.0.3           0%   0.400\n");
	discard(f);
}

static void who_is_in_a_hurry_waits_for_no_name(void **state)
{
	(void)state;
	int64_t wake_s;
	struct fixture *f = make_named(false);
	(void)turn_at(f, 1, &wake_s);
	made_hop(&f->m, 1, "10.0.0.2", SONDE_M_ECHO_REPLY, 400);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1});
	assert_string_equal(turn_at(f, 2, &wake_s), "");
	sn_live_hurry(f->live);
	assert_string_equal(turn_at(f, 2, &wake_s), "  1  10.0.0.2           0%   0.400\nReached 10.0.0.2 in 1 hop.\n");
	discard(f);
}

static void on_a_terminal_a_row_stands_and_is_completed(void **state)
{
	(void)state;
	int64_t wake_s;
	struct fixture *f = make_named(true);
	(void)turn_at(f, 1, &wake_s);
	made_hop(&f->m, 1, "10.0.0.2", SONDE_M_ECHO_REPLY, 400);
	assert_non_null(strstr(turn_at(f, 2, &wake_s), "10.0.0.2           0%   0.400\n"));
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1});
	assert_null(strstr(turn_at(f, 3, &wake_s), "Reached"));
	assert_int_equal(wake_s, 8);
	known[2] = (struct sn_who){.name = "two.example"};
	const char *text = turn_at(f, 4, &wake_s);
	assert_non_null(strstr(text, "\033[J"));
	assert_non_null(strstr(text, "0.400                 two.example\nReached"));
	discard(f);
}

/* Frames are no faster than a screen shows them, but one that was drawn for a name alone makes no row wait. */
static void names_hold_up_no_row(void **state)
{
	(void)state;
	struct fixture *f = make_named(true);
	int64_t wake_s;
	(void)turn_at(f, 1, &wake_s);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	(void)turn_at(f, 2, &wake_s);
	known[1] = (struct sn_who){.name = "one.example"};
	assert_non_null(strstr(turn_at(f, 3, &wake_s), "one.example"));
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_ECHO_REPLY, 400);
	sn_buf_clear(&f->out);
	(void)sn_live_turn(f->live, 3 * SONDE_S + SONDE_US, &f->out);
	assert_non_null(strstr(sn_buf_text(&f->out), "10.0.0.2"));
	/* names wait for rows */
	known[2] = (struct sn_who){.name = "two.example"};
	sn_buf_clear(&f->out);
	sn_live_known(f->live);
	sonde_at_ns again = sn_live_turn(f->live, 3 * SONDE_S + 2 * SONDE_US, &f->out);
	assert_string_equal(sn_buf_text(&f->out), "");
	assert_true(again > 3 * SONDE_S + 2 * SONDE_US && again < 4 * SONDE_S);
	(void)sn_live_turn(f->live, again, &f->out);
	assert_non_null(strstr(sn_buf_text(&f->out), "two.example"));
	discard(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pipe_gets_each_row_once_when_it_is_settled), cmocka_unit_test(a_terminal_shows_answers_at_once_and_in_place),
	    cmocka_unit_test(a_low_terminal_never_climbs_above_its_top),    cmocka_unit_test(silent_rows_at_the_end_fold_on_a_terminal),
	    cmocka_unit_test(frames_are_limited_but_the_first_is_not),      cmocka_unit_test(tables_come_in_the_order_asked_for),
	    cmocka_unit_test(a_narrower_window_is_erased_without_a_climb),    cmocka_unit_test(a_pipe_gets_a_late_row_whole),
	    cmocka_unit_test(a_pipe_gets_one_row_of_a_late_refusal),
	    cmocka_unit_test(a_late_answer_that_stands_in_its_row_is_not_told_again),
	    cmocka_unit_test(on_a_pipe_a_row_waits_for_its_names),          cmocka_unit_test(rows_wait_side_by_side),
	    cmocka_unit_test(who_is_in_a_hurry_waits_for_no_name),          cmocka_unit_test(on_a_terminal_a_row_stands_and_is_completed),
	    cmocka_unit_test(who_is_in_a_hurry_waits_for_no_name),          cmocka_unit_test(names_hold_up_no_row),
	    cmocka_unit_test(another_layout_grows_as_well_and_nothing_stands_below_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
