/* SPDX-License-Identifier: MIT */
/* What standard output is, and what it can show. */
#ifndef SN_CLI_TERMINAL_H
#define SN_CLI_TERMINAL_H

#include "cli/live.h"
#include "cli/opts.h"

/* How tables are to be written, from the options, the descriptor, the locale and the environment. The columns stay opts' memory. */
struct sn_live_cfg sn_terminal_cfg(const struct sn_opts *opts);
/* The locale has no characters beyond ASCII that are known to be shown. */
bool sn_terminal_is_ascii(void);
/* The terminal has another size: the same cfg with it. */
void sn_terminal_resized(struct sn_live_cfg *cfg);
/* Size of the terminal that standard output is; where it is none, or does not know, the width that COLUMNS says. 0: none is known. */
void sn_terminal_size(uint16_t *width_columns, uint16_t *height_rows);
/* Columns of the terminal that fd is; where it does not know, what COLUMNS says, else 80. Never 0. */
uint16_t sn_terminal_columns(int fd);

#endif
