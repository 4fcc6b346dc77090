/* SPDX-License-Identifier: MIT */
/* A captured comparison: the traces of a replay in one table. */
#ifndef SN_CLI_REPLAY_COMPARE_H
#define SN_CLI_REPLAY_COMPARE_H

#include "cli/live.h"
#include "replay/replay.h"

/* Writes to *out the table of a replay that is a comparison, with verdict, lists and findings as `screen` wants them. Gives the exit
 * status, that of the method that did best, or SONDE_E_NOMEM. */
int sn_replay_compare(struct sn_replay *replay, const struct sn_live_cfg *screen, struct sn_buf *out) SONDE_MUST_USE;

#endif
