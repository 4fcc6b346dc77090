/* SPDX-License-Identifier: MIT */
/* The system's clock: CLOCK_MONOTONIC, because it is what receive stamps are converted to (CLOCK_MONOTONIC_RAW drifts away from the wall
 * clock that the kernel stamps with), and ppoll, whose timeout has nanoseconds. */
#include "io/wires.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

enum { POLL_ON_STACK = 8 };

static int64_t read_ns(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SONDE_S + ts.tv_nsec;
}

static sonde_at_ns clock_now(struct sonde_clock *clock)
{
	(void)clock;
	return read_ns(CLOCK_MONOTONIC);
}

static int64_t clock_wall_ns(struct sonde_clock *clock, sonde_at_ns at_ns)
{
	(void)clock;
	sonde_ns age_ns = read_ns(CLOCK_MONOTONIC) - at_ns;
	return read_ns(CLOCK_REALTIME) - age_ns;
}

/* ppoll rounds up to its own grain, never down: it does not return before the instant. */
static void poll_until(struct pollfd *polls, size_t count, sonde_at_ns until_at_ns)
{
	if (until_at_ns == SONDE_NEVER) {
		(void)ppoll(polls, count, NULL, NULL);
		return;
	}
	sonde_ns left_ns = until_at_ns - read_ns(CLOCK_MONOTONIC);
	if (left_ns < 0)
		left_ns = 0;
	struct timespec timeout = {.tv_sec = left_ns / SONDE_S, .tv_nsec = left_ns % SONDE_S};
	(void)ppoll(polls, count, &timeout, NULL);
}

static void clock_wait(struct sonde_clock *clock, sonde_at_ns until_at_ns, const int *fds, size_t fd_count)
{
	(void)clock;
	struct pollfd few[POLL_ON_STACK];
	struct pollfd *polls = few;
	if (fd_count > POLL_ON_STACK) {
		polls = calloc(fd_count, sizeof *polls);
		if (!polls)
			return; /* the caller looks at its descriptors itself and comes back: slow, but right */
	}
	for (size_t i = 0; i < fd_count; i++)
		polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	poll_until(polls, fd_count, until_at_ns);
	if (polls != few)
		free(polls);
}

static const struct sonde_clock_ops clock_ops = {
	.now = clock_now,
	.wall_ns = clock_wall_ns,
	.wait = clock_wait,
};

void sn_clock_system_init(struct sn_clock_system *clock)
{
	/* The kernel may end a wait up to 50 us late to save power; a round trip in a lab is shorter than that. The slack belongs to
	 * the calling thread alone, so a program calls this in the thread that waits. A refusal costs precision, nothing else. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	*clock = (struct sn_clock_system){.base = {.ops = &clock_ops}};
}
