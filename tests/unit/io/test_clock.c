/* SPDX-License-Identifier: MIT */
/* The system's clock: it goes forward, it belongs to the wall clock, and a wait ends for its three reasons only. */
#include "test.h"

#include "io/wires.h"

#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static void goes_forward(void **state)
{
	(void)state;
	struct sn_clock_system clock;
	sn_clock_system_init(&clock);
	sonde_at_ns last_at_ns = clock.base.ops->now(&clock.base);
	for (int i = 0; i < 1000; i++) {
		sonde_at_ns at_ns = clock.base.ops->now(&clock.base);
		assert_true(at_ns >= last_at_ns);
		last_at_ns = at_ns;
	}
	assert_int_equal(prctl(PR_GET_TIMERSLACK), 1);
}

static void wall_clock_of_an_instant(void **state)
{
	(void)state;
	struct sn_clock_system clock;
	sn_clock_system_init(&clock);
	struct timespec wall;
	sonde_at_ns now_at_ns = clock.base.ops->now(&clock.base);
	clock_gettime(CLOCK_REALTIME, &wall);
	int64_t expected_ns = wall.tv_sec * SONDE_S + wall.tv_nsec;
	int64_t hour_ago_ns = clock.base.ops->wall_ns(&clock.base, now_at_ns - 3600 * SONDE_S);
	int64_t error_ns = expected_ns - 3600 * SONDE_S - hour_ago_ns;
	assert_true(error_ns < SONDE_S && error_ns > -SONDE_S);
}

static void waits_until_the_instant(void **state)
{
	(void)state;
	struct sn_clock_system clock;
	sn_clock_system_init(&clock);
	int silent[2];
	assert_int_equal(pipe(silent), 0);
	const int fds[] = {-1, silent[0], -1, -1, -1, -1, -1, -1, -1, -1};
	for (size_t fd_count = 0; fd_count <= 10; fd_count += 5) {
		sonde_at_ns until_at_ns = clock.base.ops->now(&clock.base) + 300 * SONDE_US;
		clock.base.ops->wait(&clock.base, until_at_ns, fds, fd_count);
		assert_true(clock.base.ops->now(&clock.base) >= until_at_ns);
	}
	clock.base.ops->wait(&clock.base, clock.base.ops->now(&clock.base) - SONDE_S, fds, 2);
	close(silent[0]);
	close(silent[1]);
}

/* Waits that would last forever, were it not for the descriptor: a mistake shows as the test's own time limit. */
static void a_readable_descriptor_ends_the_wait(void **state)
{
	(void)state;
	struct sn_clock_system clock;
	sn_clock_system_init(&clock);
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(write(ready[1], "x", 1), 1);
	const int fds[] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, ready[0]};
	clock.base.ops->wait(&clock.base, SONDE_NEVER, fds, 10);
	clock.base.ops->wait(&clock.base, SONDE_NEVER, fds + 9, 1);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_forward),
		cmocka_unit_test(wall_clock_of_an_instant),
		cmocka_unit_test(waits_until_the_instant),
		cmocka_unit_test(a_readable_descriptor_ends_the_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
