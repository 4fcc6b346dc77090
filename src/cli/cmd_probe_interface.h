/* SPDX-License-Identifier: MIT */
/* sonde probe-interface: asks a router about an interface (RFC 8335). */
#ifndef SN_CLI_CMD_PROBE_INTERFACE_H
#define SN_CLI_CMD_PROBE_INTERFACE_H

#include "cli/opts.h"

/* The exit status; where *err is filled, that error's wins. */
int sn_cmd_probe_interface(const struct sn_opts *given, struct sonde_error *err);

#endif
