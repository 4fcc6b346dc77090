/* SPDX-License-Identifier: MIT */
/* What to do about a failure, with the values of this run, so that the line can be pasted into a shell. */
#ifndef SN_CLI_HINTS_H
#define SN_CLI_HINTS_H

#include "cli/opts.h"

/* What is known where something failed; all borrowed, {0} is "nothing". */
struct sn_hint_about {
	const struct sn_opts *opts;       /* NULL: none were read */
	const struct sonde_addr *target;  /* NULL: no address yet */
	const char *device;               /* the interface in question, NULL or "": the one of -i */
	const char *wire;                 /* name of the wire that failed, NULL: none is open */
	uint32_t mtu_bytes;               /* of that interface; 0: unknown */
};

/* Gives err a hint, where what failed did not bring one of its own. */
void sn_hint_fill(struct sonde_error *err, const struct sn_hint_about *about);

#endif
