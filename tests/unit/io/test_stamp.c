/* SPDX-License-Identifier: MIT */
/* Stamps to instants, in numbers: no clock is read but for one look at the system's own. */
#include "test.h"

#include "io/stamp.h"

#include <string.h>
#include <time.h>

static const int64_t WALL_NS = 1700000000 * SONDE_S;

static struct sn_stamp_base base_at(sonde_at_ns mono_at_ns, int64_t wall_ns)
{
	struct sn_stamp_base base = {0};
	sn_stamp_base_set(&base, mono_at_ns - 50, wall_ns, mono_at_ns + 50);
	return base;
}

static void converts(void **state)
{
	(void)state;
	struct sn_stamp_base base = base_at(100 * SONDE_S, WALL_NS);
	assert_false(base.stepped);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS), 100 * SONDE_S);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS - 1234567), 100 * SONDE_S - 1234567);
	/* Both clocks ran on, the difference wobbled by a few nanoseconds. */
	sn_stamp_base_set(&base, 105 * SONDE_S, WALL_NS + 5 * SONDE_S + 30, 105 * SONDE_S);
	assert_false(base.stepped);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS + 5 * SONDE_S), 105 * SONDE_S - 30);
}

static void guards(void **state)
{
	(void)state;
	struct sn_stamp_base base = base_at(100 * SONDE_S, WALL_NS);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS + 1), 100 * SONDE_S);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS - 60 * SONDE_S), 40 * SONDE_S);
	assert_int_equal(sn_stamp_mono(&base, WALL_NS - 60 * SONDE_S - 1), 100 * SONDE_S);
	assert_int_equal(sn_stamp_mono(&base, 0), 100 * SONDE_S);
}

static void a_step_spoils_the_batch_around_it_only(void **state)
{
	(void)state;
	for (sonde_ns step_ns = -3600 * SONDE_S; step_ns <= 3600 * SONDE_S; step_ns += 2 * 3600 * SONDE_S) {
		struct sn_stamp_base base = base_at(100 * SONDE_S, WALL_NS);
		sn_stamp_base_set(&base, 101 * SONDE_S, WALL_NS + SONDE_S + step_ns, 101 * SONDE_S);
		assert_true(base.stepped);
		assert_int_equal(sn_stamp_mono(&base, base.wall_ns - SONDE_MS), 101 * SONDE_S);
		sonde_at_ns later_ns = 102 * SONDE_S + (step_ns < 0 ? 60 * SONDE_S : 0); /* set back: a minute passes first */
		sn_stamp_base_set(&base, later_ns, WALL_NS + later_ns - 100 * SONDE_S + step_ns, later_ns);
		assert_false(base.stepped);
		assert_int_equal(sn_stamp_mono(&base, base.wall_ns - SONDE_MS), later_ns - SONDE_MS);
	}
}

/* What was stamped before the step and is read behind it, in a later batch: off by the step, and not believed. */
static void stamps_of_before_a_step_that_are_read_late(void **state)
{
	(void)state;
	static const sonde_ns steps_ns[] = {-3600 * SONDE_S, -30 * SONDE_S, -5 * SONDE_MS, 5 * SONDE_MS, 30 * SONDE_S, 3600 * SONDE_S};
	for (size_t i = 0; i < sizeof steps_ns / sizeof *steps_ns; i++) {
		struct sn_stamp_base base = base_at(100 * SONDE_S, WALL_NS);
		int64_t before_ns = WALL_NS + SONDE_S - 2 * SONDE_MS; /* 2 ms before the step is seen */
		sn_stamp_base_set(&base, 101 * SONDE_S, WALL_NS + SONDE_S + steps_ns[i], 101 * SONDE_S);
		assert_true(base.stepped);
		/* 1 ms later, in a batch of its own */
		sn_stamp_base_set(&base, 101 * SONDE_S + SONDE_MS, WALL_NS + SONDE_S + SONDE_MS + steps_ns[i], 101 * SONDE_S + SONDE_MS);
		assert_false(base.stepped);
		assert_false(sn_stamp_is_believed(&base, before_ns));
		assert_int_equal(sn_stamp_mono(&base, before_ns), base.mono_at_ns);
		/* A minute later whatever is stamped is of behind the step. */
		sonde_at_ns later_ns = 101 * SONDE_S + 120 * SONDE_S;
		sn_stamp_base_set(&base, later_ns, WALL_NS + 121 * SONDE_S + steps_ns[i], later_ns);
		assert_int_equal(sn_stamp_mono(&base, base.wall_ns - 50 * SONDE_MS), later_ns - 50 * SONDE_MS);
	}
}

static void system_clocks(void **state)
{
	(void)state;
	struct timespec before, after;
	struct sn_stamp_base base = {0};
	clock_gettime(CLOCK_MONOTONIC, &before);
	sn_stamp_base_read(&base);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(base.mono_at_ns >= before.tv_sec * SONDE_S + before.tv_nsec);
	assert_true(base.mono_at_ns <= after.tv_sec * SONDE_S + after.tv_nsec);
	assert_false(base.stepped);
}

static void control_messages(void **state)
{
	(void)state;
	union {
		struct cmsghdr header;
		uint8_t bytes[CMSG_SPACE(3 * sizeof(struct timespec))];
	} control = {0};
	struct timespec ts[3] = {{.tv_sec = 5, .tv_nsec = 7}};
	int64_t stamp_ns = 0;
	memcpy(CMSG_DATA(&control.header), ts, sizeof ts);
	control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof ts), .cmsg_level = SOL_SOCKET, .cmsg_type = SO_TIMESTAMPING};
	assert_true(sn_stamp_of_control(&control.header, &stamp_ns));
	assert_int_equal(stamp_ns, 5 * SONDE_S + 7);
	control.header.cmsg_type = SO_TIMESTAMPNS;
	control.header.cmsg_len = CMSG_LEN(sizeof ts[0]);
	assert_true(sn_stamp_of_control(&control.header, &stamp_ns));
	control.header.cmsg_len--;
	assert_false(sn_stamp_of_control(&control.header, &stamp_ns));
	control.header.cmsg_len = CMSG_LEN(sizeof ts[0]);
	control.header.cmsg_type = SO_RXQ_OVFL;
	assert_false(sn_stamp_of_control(&control.header, &stamp_ns));
	/* Hardware stamps alone: the software one is zero. */
	memset(CMSG_DATA(&control.header), 0, sizeof ts[0]);
	control.header.cmsg_type = SO_TIMESTAMPNS;
	assert_false(sn_stamp_of_control(&control.header, &stamp_ns));
	/* What no clock shows: the numbers must not run over. */
	const struct timespec odd[] = {{.tv_sec = INT64_MAX}, {.tv_sec = -5}, {.tv_sec = INT64_MAX / 1000000000},
	                               {.tv_sec = 5, .tv_nsec = -1}, {.tv_sec = 5, .tv_nsec = 1000000000}};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		memcpy(CMSG_DATA(&control.header), &odd[i], sizeof odd[i]);
		assert_false(sn_stamp_of_control(&control.header, &stamp_ns));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(converts),
		cmocka_unit_test(guards),
		cmocka_unit_test(a_step_spoils_the_batch_around_it_only),
		cmocka_unit_test(stamps_of_before_a_step_that_are_read_late),
		cmocka_unit_test(system_clocks),
		cmocka_unit_test(control_messages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
