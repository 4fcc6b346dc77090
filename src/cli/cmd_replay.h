/* SPDX-License-Identifier: MIT */
/* sonde replay FILE: the traces in a capture. */
#ifndef SN_CLI_CMD_REPLAY_H
#define SN_CLI_CMD_REPLAY_H

#include "cli/opts.h"

/* Gives the exit status. */
int sn_cmd_replay(const struct sn_opts *opts, struct sonde_error *err);

#endif
