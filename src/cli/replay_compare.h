/* SPDX-License-Identifier: MIT */
/* A captured comparison: the traces of a replay in one table. */
#ifndef SN_CLI_REPLAY_COMPARE_H
#define SN_CLI_REPLAY_COMPARE_H

#include "cli/live.h"
#include "cli/sinks.h"
#include "replay/replay.h"

/* Shows a replay of `file` that is a comparison, with verdict, lists and findings as `screen` wants them and in all forms that the sinks
 * want. *status is that of the method that did best. SONDE_E_NOMEM, and what fails in writing. */
int sn_replay_compare(struct sn_replay *replay, const char *file, const struct sn_live_cfg *screen, struct sn_sinks *sinks, int *status,
                      struct sonde_error *err) SONDE_MUST_USE;

#endif
