/* SPDX-License-Identifier: MIT */
/* Sends that fail on this machine, one after the other: how long to pause after each, and when it is enough. */
#ifndef SN_PLAN_FAILURES_H
#define SN_PLAN_FAILURES_H

#include <sonde/base.h>

/* {0}: none so far. */
struct sn_failures {
	uint8_t in_a_row;
	int last_errno;
};

/* One more. Returns the pause before the next send: doubled each time. */
sonde_ns sn_failures_add(struct sn_failures *failures, int sys_errno);
/* A probe was answered: it left. */
void sn_failures_clear(struct sn_failures *failures);
/* It makes no sense to go on. What passes (a full queue, a full connection table) is tried longer. */
bool sn_failures_enough(const struct sn_failures *failures);

#endif
