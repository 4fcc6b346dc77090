/* SPDX-License-Identifier: MIT */
/* sonde [trace]: traces every host and prints its table. */
#ifndef SN_CLI_CMD_TRACE_H
#define SN_CLI_CMD_TRACE_H

#include "cli/opts.h"

int sn_cmd_trace(const struct sn_opts *opts, struct sonde_error *err);

#endif
