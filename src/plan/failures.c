/* SPDX-License-Identifier: MIT */
/* Counting failed sends. */
#include "plan/failures.h"

#include <errno.h>

enum { PASSING_MOST = 6, FIRM_MOST = 3, DOUBLED_MOST = 8 };
static const sonde_ns AWAY_MOST_NS = 5 * SONDE_S;

static bool is_passing(int sys_errno)
{
	return sys_errno == ENOBUFS || sys_errno == EAGAIN || sys_errno == ENOMEM || sys_errno == EPERM;
}

/* What a link says that is down or renumbered, and the routes that went with it. */
static bool may_be_away(int sys_errno)
{
	return sys_errno == ENETDOWN || sys_errno == ENETUNREACH || sys_errno == EHOSTUNREACH || sys_errno == ENXIO ||
	       sys_errno == EADDRNOTAVAIL;
}

sonde_ns sn_failures_add(struct sn_failures *failures, int sys_errno, sonde_at_ns now)
{
	failures->last_errno = sys_errno;
	failures->last_at_ns = now;
	if (!failures->in_a_row)
		failures->since_at_ns = now;
	failures->in_a_row = (uint8_t)(failures->in_a_row < DOUBLED_MOST ? failures->in_a_row + 1 : DOUBLED_MOST);
	return SONDE_MS << failures->in_a_row;
}

void sn_failures_clear(struct sn_failures *failures)
{
	failures->in_a_row = 0;
	failures->worked = true;
}

bool sn_failures_enough(const struct sn_failures *failures)
{
	if (failures->worked && may_be_away(failures->last_errno) && failures->last_at_ns - failures->since_at_ns < AWAY_MOST_NS)
		return false;
	return failures->in_a_row >= (is_passing(failures->last_errno) ? PASSING_MOST : FIRM_MOST);
}
