/* SPDX-License-Identifier: MIT */
/* Sends that fail on this machine, one after the other: how long to pause after each, and when it is enough. */
#ifndef SN_PLAN_FAILURES_H
#define SN_PLAN_FAILURES_H

#include <sonde/base.h>

/* {0}: none so far. */
struct sn_failures {
	uint8_t in_a_row;
	bool worked;              /* something was answered before: what fails now is new */
	int last_errno;
	sonde_at_ns since_at_ns;  /* of the first in a row */
	sonde_at_ns last_at_ns;
};

/* One more, now. Returns the pause before the next send: doubled each time, up to a bound. */
sonde_ns sn_failures_add(struct sn_failures *failures, int sys_errno, sonde_at_ns now);
/* A probe was answered: it left. */
void sn_failures_clear(struct sn_failures *failures);
/* It makes no sense to go on. What passes (a full queue, a full connection table) is tried longer; a link, a route or an address that
 * were there before are waited for some seconds, as they come back when a cable is put in again or a lease is renewed. */
bool sn_failures_enough(const struct sn_failures *failures);

#endif
