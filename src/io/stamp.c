/* SPDX-License-Identifier: MIT */
/* Wall-clock stamps to monotonic instants: mono_now - (wall_now - stamp). The clocks are slewed together, so that their difference
 * changes only when somebody sets the wall clock. */
#include "io/stamp.h"

#include <string.h>
#include <time.h>

enum { READINGS_MAX = 4 };
/* The last whole second of a number of nanoseconds, in 2262. */
static const time_t WALL_MAX_S = INT64_MAX / SONDE_S - 1;
/* A reading that takes longer was interrupted, and nobody knows where between the two monotonic readings the wall clock was read. */
static const sonde_ns READING_GOOD_NS = 2 * SONDE_US;
static const sonde_ns STEP_NS = SONDE_MS;
/* No answer is waited for as long. */
static const sonde_ns AGE_MAX_NS = 60 * SONDE_S;

void sn_stamp_base_set(struct sn_stamp_base *base, sonde_at_ns before_at_ns, int64_t wall_ns, sonde_at_ns after_at_ns)
{
	struct sn_stamp_base old = *base;
	base->mono_at_ns = before_at_ns + (after_at_ns - before_at_ns) / 2;
	base->wall_ns = wall_ns;
	sonde_ns moved_ns = (base->wall_ns - base->mono_at_ns) - (old.wall_ns - old.mono_at_ns);
	base->stepped = old.wall_ns != 0 && (moved_ns > STEP_NS || moved_ns < -STEP_NS);
	if (!base->stepped)
		return;
	/* One of before the step that is read later is off by as much as the clock was set: set forward, it reads as older than the step;
	 * set back, as younger by that much at most. */
	sonde_ns back_ns = moved_ns < 0 ? -moved_ns : 0;
	base->believed_from_at_ns = base->mono_at_ns + (back_ns < AGE_MAX_NS ? back_ns : AGE_MAX_NS);
}

static int64_t read_ns(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SONDE_S + ts.tv_nsec;
}

void sn_stamp_base_read(struct sn_stamp_base *base)
{
	sonde_at_ns best_before_at_ns = 0, best_after_at_ns = SONDE_NEVER;
	int64_t best_wall_ns = 0;
	for (int i = 0; i < READINGS_MAX && best_after_at_ns - best_before_at_ns > READING_GOOD_NS; i++) {
		sonde_at_ns before_at_ns = read_ns(CLOCK_MONOTONIC);
		int64_t wall_ns = read_ns(CLOCK_REALTIME);
		sonde_at_ns after_at_ns = read_ns(CLOCK_MONOTONIC);
		if (after_at_ns - before_at_ns < best_after_at_ns - best_before_at_ns) {
			best_before_at_ns = before_at_ns;
			best_wall_ns = wall_ns;
			best_after_at_ns = after_at_ns;
		}
	}
	sn_stamp_base_set(base, best_before_at_ns, best_wall_ns, best_after_at_ns);
}

bool sn_stamp_is_believed(const struct sn_stamp_base *base, int64_t stamp_wall_ns)
{
	if (base->stepped || stamp_wall_ns > base->wall_ns || stamp_wall_ns < base->wall_ns - AGE_MAX_NS)
		return false;
	return base->mono_at_ns - (base->wall_ns - stamp_wall_ns) >= base->believed_from_at_ns;
}

sonde_at_ns sn_stamp_mono(const struct sn_stamp_base *base, int64_t stamp_wall_ns)
{
	return base->mono_at_ns - (sn_stamp_is_believed(base, stamp_wall_ns) ? base->wall_ns - stamp_wall_ns : 0);
}

bool sn_stamp_of_control(const struct cmsghdr *control, int64_t *stamp_wall_ns)
{
	/* SO_TIMESTAMPING gives three stamps, the software one first; SO_TIMESTAMPNS gives one. */
	if (control->cmsg_level != SOL_SOCKET || (control->cmsg_type != SO_TIMESTAMPNS && control->cmsg_type != SO_TIMESTAMPING))
		return false;
	struct timespec ts;
	if (control->cmsg_len < CMSG_LEN(sizeof ts))
		return false;
	memcpy(&ts, CMSG_DATA(control), sizeof ts);
	/* what no clock shows is none */
	if (ts.tv_sec < 0 || ts.tv_sec > WALL_MAX_S || ts.tv_nsec < 0 || ts.tv_nsec >= SONDE_S)
		return false;
	*stamp_wall_ns = (int64_t)ts.tv_sec * SONDE_S + ts.tv_nsec;
	return *stamp_wall_ns != 0;
}
