/* SPDX-License-Identifier: MIT */
/* sonde mtu: how large a packet gets through to a host, and which link takes no larger one. */
#ifndef SN_CLI_CMD_MTU_H
#define SN_CLI_CMD_MTU_H

#include "cli/opts.h"

int sn_cmd_mtu(const struct sn_opts *opts, struct sonde_error *err);

#endif
