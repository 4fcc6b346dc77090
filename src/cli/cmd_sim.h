/* SPDX-License-Identifier: MIT */
/* sonde sim FILE [-- COMMAND ARG...]: any program inside a simulated internet. */
#ifndef SN_CLI_CMD_SIM_H
#define SN_CLI_CMD_SIM_H

#include <sonde/base.h>

/* Runs a command (NULL, or its first word NULL: the user's shell) on the observer's place in the network of a .net file, in real time, in a
 * network namespace of its own; here: in the present one, which needs its privilege and must have no default route. Returns the command's
 * exit status (128 + signal where one ended it, 127: not found); when err is filled, nothing was run. */
int sn_cmd_sim_run(const char *file, uint64_t seed, bool here, char *const *command, struct sonde_error *err);

#endif
