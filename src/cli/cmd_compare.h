/* SPDX-License-Identifier: MIT */
/* sonde compare: which kinds of packet get through to a host, and where each of the others ends. */
#ifndef SN_CLI_CMD_COMPARE_H
#define SN_CLI_CMD_COMPARE_H

#include "cli/opts.h"

int sn_cmd_compare(const struct sn_opts *opts, struct sonde_error *err);

#endif
