/* SPDX-License-Identifier: MIT */
/* sonde completion, and the hidden sonde docgen: generated documents on standard output. */
#ifndef SN_CLI_CMD_COMPLETION_H
#define SN_CLI_CMD_COMPLETION_H

#include "cli/opts.h"

int sn_cmd_completion(const struct sn_opts *opts, struct sonde_error *err);
int sn_cmd_docgen(const struct sn_opts *opts, struct sonde_error *err);

#endif
