/* SPDX-License-Identifier: MIT */
/* What standard output is, and what it can show. */
#ifndef SN_CLI_TERMINAL_H
#define SN_CLI_TERMINAL_H

#include "cli/live.h"
#include "cli/opts.h"

/* How tables are to be written, from the options, the descriptor, the locale and NO_COLOR. The columns stay opts' memory. */
struct sn_live_cfg sn_terminal_cfg(const struct sn_opts *opts);
/* Size of the terminal that standard output is; 0 where it is none. */
void sn_terminal_size(uint16_t *width_columns, uint16_t *height_rows);

#endif
