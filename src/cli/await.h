/* SPDX-License-Identifier: MIT */
/* The wait for names of a table that is written as a whole. */
#ifndef SN_CLI_AWAIT_H
#define SN_CLI_AWAIT_H

#include "cli/frame.h"
#include "cli/live.h"
#include "cli/reach.h"
#include "cli/sinks.h"

/* All borrowed. */
struct sn_await {
	struct sn_reach *reach;            /* who is asked, by which clock, and for how long at most */
	int fd;                            /* nothing is waited for any more once this is readable; -1: none */
	const struct sn_live_cfg *screen;
	struct sn_sinks *sinks;
	struct sn_frame *frame;            /* what of the table stands on a terminal already */
	struct sn_buf *out;                /* what is to stand above it */
	/* Adds the table as it is. */
	void (*table)(const void *ctx, struct sn_buf *out);
	const void *ctx;
};

/* Waits until nobody is asked any more. Rows stand on a terminal meanwhile, as far as it has room, and are taken off it again. What cannot
 * be written is told by who writes next. */
void sn_await_names(const struct sn_await *await);

#endif
