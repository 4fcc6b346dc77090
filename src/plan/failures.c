/* SPDX-License-Identifier: MIT */
/* Counting failed sends. */
#include "plan/failures.h"

#include <errno.h>

enum { PASSING_MOST = 6, FIRM_MOST = 3 };

static bool is_passing(int sys_errno)
{
	return sys_errno == ENOBUFS || sys_errno == EAGAIN || sys_errno == ENOMEM || sys_errno == EPERM;
}

sonde_ns sn_failures_add(struct sn_failures *failures, int sys_errno)
{
	failures->last_errno = sys_errno;
	failures->in_a_row = (uint8_t)(failures->in_a_row < PASSING_MOST ? failures->in_a_row + 1 : PASSING_MOST);
	return SONDE_MS << failures->in_a_row;
}

void sn_failures_clear(struct sn_failures *failures)
{
	failures->in_a_row = 0;
}

bool sn_failures_enough(const struct sn_failures *failures)
{
	return failures->in_a_row >= (is_passing(failures->last_errno) ? PASSING_MOST : FIRM_MOST);
}
