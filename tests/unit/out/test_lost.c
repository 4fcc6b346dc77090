/* SPDX-License-Identifier: MIT */
/* The list of unanswered probes to the letter: which ones, in which order, what of them, and the calendar. */
#include "events.h"

#include "out/lost.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* 2026-01-01T00:00:00Z */
static const int64_t year_2026_ns = INT64_C(1767225600) * SONDE_S;

enum { PATHS_MAX = 2 };

struct fixture {
	struct sonde_path *paths[PATHS_MAX];
	struct made m[PATHS_MAX];
	struct sn_buf out;
};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(ctx, event), SONDE_OK);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	for (size_t i = 0; i < PATHS_MAX; i++) {
		assert_int_equal(sonde_path_new(&f->paths[i]), SONDE_OK);
		f->m[i] = (struct made){.take = take, .ctx = f->paths[i]};
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	sn_buf_finish(&f->out);
	for (size_t i = 0; i < PATHS_MAX; i++)
		sonde_path_free(f->paths[i]);
	free(f);
	return 0;
}

static void start(struct made *m, const char *method, const char *src, const char *dst)
{
	int id = sonde_method_find(method);
	assert_true(id >= 0);
	m->target = addr_of(dst);
	made_event(m, (struct sonde_event){.type = SONDE_EV_TRACE_START,
	                                   .as.start = {.src = addr_of(src), .dst = m->target, .method = (size_t)id, .first_ttl = 1,
	                                                .max_ttl = 30, .queries = 3, .gap = 10}});
}

/* A probe that is waited for in vain. */
static void lose(struct made *m, struct sonde_event_probe probe, bool crowded)
{
	probe.token = ++m->next_token;
	probe.serial = (uint32_t)m->next_token;
	probe.sent_at_ns = m->now;
	probe.crowded = crowded;
	made_event(m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = probe});
	made_event(m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
}

static const char *lost(struct fixture *f, size_t path_count, int64_t wall_zero_ns)
{
	struct sn_text_style style = {0};
	const struct sonde_path *paths[] = {f->paths[0], f->paths[1]};
	sn_buf_clear(&f->out);
	sn_text_lost(&f->out, &style, paths, path_count, wall_zero_ns);
	assert_false(f->out.bad);
	return sn_buf_text(&f->out);
}

static void ports_and_ip_ids_are_told(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "udp", "192.0.2.1", "198.51.100.200");
	f->m[0].now = 12345 * SONDE_US;
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 9, .sport = 61813, .dport = 33434, .ip_id = 7, .size_bytes = 60}, false);
	f->m[0].now = 3 * SONDE_S;
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 10, .sport = 61813, .dport = 33434, .ip_id = 65000, .size_bytes = 60}, true);
	assert_string_equal(lost(f, 1, year_2026_ns),
	                    "Sent (UTC)                TTL  Source      Port  Target           Port  Protocol  IP id  Bytes  Got\n"
	                    "2026-01-01T00:00:00.012Z    9  192.0.2.1  61813  198.51.100.200  33434  udp           7     60  nothing\n"
	                    "2026-01-01T00:00:03.000Z   10  192.0.2.1  61813  198.51.100.200  33434  udp       65000     60  nothing "
	                    "(crowded)\n");
}

/* An echo request has an id and a number instead of ports; IPv6 has no IP id. Columns that nobody fills are not there. */
static void echo_requests_have_no_ports(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "icmp", "2001:db8::1", "2001:db8::2");
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 4, .icmp_id = 35410, .icmp_seq = 5, .size_bytes = 80}, false);
	assert_string_equal(lost(f, 1, year_2026_ns),
	                    "Sent (UTC)                TTL  Source       Target       Protocol  Echo id  Seq  Bytes  Got\n"
	                    "2026-01-01T00:00:00.000Z    4  2001:db8::1  2001:db8::2  icmp6       35410    5     80  nothing\n");
}

/* Several methods side by side: in order of sending, each with its own fields. */
static void paths_are_told_in_order_of_sending(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "tcp", "192.0.2.1", "192.0.2.9");
	start(&f->m[1], "icmp", "192.0.2.1", "192.0.2.9");
	f->m[0].now = 2 * SONDE_S;
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 2, .sport = 40000, .dport = 443, .ip_id = 1, .size_bytes = 60}, false);
	f->m[1].now = SONDE_S;
	lose(&f->m[1], (struct sonde_event_probe){.ttl = 3, .icmp_id = 8, .icmp_seq = 9, .ip_id = 2, .size_bytes = 60}, false);
	assert_string_equal(
	    lost(f, 2, year_2026_ns),
	    "Sent (UTC)                TTL  Source      Port  Target     Port  Protocol  Echo id  Seq  IP id  Bytes  Got\n"
	    "2026-01-01T00:00:01.000Z    3  192.0.2.1         192.0.2.9        icmp            8    9      2     60  nothing\n"
	    "2026-01-01T00:00:02.000Z    2  192.0.2.1  40000  192.0.2.9   443  tcp                         1     60  nothing\n");
}

static void what_the_kernel_chose_is_not_claimed(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "tcp", "192.0.2.1", "192.0.2.9");
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 2, .sport = 40000, .dport = 443, .ip_id = 1, .size_bytes = 60,
	                                          .unsure = SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID}, false);
	assert_string_equal(lost(f, 1, year_2026_ns),
	                    "Sent (UTC)                TTL  Source     Port  Target     Port  Protocol  IP id  Bytes  Got\n"
	                    "2026-01-01T00:00:00.000Z    2  192.0.2.1     ?  192.0.2.9   443  tcp           ?     60  nothing\n"
	                    "? was chosen by this machine's kernel: only the raw wire knows every field of what it sends.\n");
}

static void nothing_lost_is_said(void **state)
{
	struct fixture *f = *state;
	assert_string_equal(lost(f, 1, year_2026_ns), "No probe was left unanswered.\n");
	start(&f->m[0], "icmp", "192.0.2.1", "192.0.2.9");
	made_hop(&f->m[0], 1, "192.0.2.9", SONDE_M_ECHO_REPLY, 10);
	/* did not leave: no loss, and nobody's log has it */
	struct sonde_event_probe unsent = made_sent(&f->m[0], 1);
	made_event(&f->m[0], (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = unsent, .as.sys_errno = EPERM});
	assert_string_equal(lost(f, 1, year_2026_ns), "No probe was left unanswered.\n");
}

/* Nobody waited for a probe whose row stood, nor for one sent past a target that had answered. Short of the target loss is loss. */
static void what_was_not_waited_for_is_only_counted(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "icmp", "192.0.2.1", "192.0.2.9");
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 1, .size_bytes = 60}, false);
	made_hop(&f->m[0], 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 10);
	made_settled(&f->m[0], 2);
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 2, .size_bytes = 60}, false);
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 3, .size_bytes = 60}, false);
	made_end(&f->m[0], (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 2, .last_ttl = 2});
	assert_string_equal(lost(f, 1, year_2026_ns),
	                    "Sent (UTC)                TTL  Source     Target     Protocol  Echo id  Seq  IP id  Bytes  Got\n"
	                    "2026-01-01T00:00:00.000Z    1  192.0.2.1  192.0.2.9  icmp            0    0      0     60  nothing\n"
	                    "2 probes were not needed any more and not waited for: whether they were answered is not known.\n");
}

static void expect_time(struct fixture *f, int64_t wall_ns, const char *wanted)
{
	const char *text = strchr(lost(f, 1, wall_ns), '\n');
	assert_non_null(text);
	if (strncmp(text + 1, wanted, strlen(wanted)) != 0)
		fail_msg("%s wanted:%s", wanted, text);
}

/* Instants from date(1): leap days, ends of years and centuries, and before 1970. */
static void the_calendar_is_right(void **state)
{
	struct fixture *f = *state;
	start(&f->m[0], "icmp", "192.0.2.1", "192.0.2.9");
	lose(&f->m[0], (struct sonde_event_probe){.ttl = 1}, false);
	expect_time(f, 0, "1970-01-01T00:00:00.000Z");
	expect_time(f, INT64_C(951782400) * SONDE_S, "2000-02-29T00:00:00.000Z");
	expect_time(f, INT64_C(951868799) * SONDE_S, "2000-02-29T23:59:59.000Z");
	expect_time(f, INT64_C(951868800) * SONDE_S, "2000-03-01T00:00:00.000Z");
	expect_time(f, INT64_C(1709164800) * SONDE_S + 999999999, "2024-02-29T00:00:00.999Z");
	expect_time(f, INT64_C(1798761599) * SONDE_S, "2026-12-31T23:59:59.000Z");
	expect_time(f, INT64_C(4107542400) * SONDE_S, "2100-03-01T00:00:00.000Z");
	expect_time(f, -1, "1969-12-31T23:59:59.999Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(ports_and_ip_ids_are_told, setup, teardown),
	    cmocka_unit_test_setup_teardown(echo_requests_have_no_ports, setup, teardown),
	    cmocka_unit_test_setup_teardown(paths_are_told_in_order_of_sending, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_the_kernel_chose_is_not_claimed, setup, teardown),
	    cmocka_unit_test_setup_teardown(nothing_lost_is_said, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_was_not_waited_for_is_only_counted, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_calendar_is_right, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
