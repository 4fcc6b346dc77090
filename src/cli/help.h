/* SPDX-License-Identifier: MIT */
/* Documents made from the tables of options, subcommands, methods, columns and marks. Pure. */
#ifndef SN_CLI_HELP_H
#define SN_CLI_HELP_H

#include "base/buf.h"
#include "cli/cmds.h"

/* --help of a subcommand, 80 columns. */
void sn_help(struct sn_buf *buf, const struct sn_command *command);
/* sonde(1) as mdoc(7). */
void sn_manual(struct sn_buf *buf);
/* Completions, one function for each shell. */
void sn_complete_bash(struct sn_buf *buf);
void sn_complete_zsh(struct sn_buf *buf);
void sn_complete_fish(struct sn_buf *buf);

#endif
