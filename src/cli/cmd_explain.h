/* SPDX-License-Identifier: MIT */
/* sonde explain [WHAT...]: what a finding or an ICMP message means. */
#ifndef SN_CLI_CMD_EXPLAIN_H
#define SN_CLI_CMD_EXPLAIN_H

#include "cli/opts.h"

/* Writes what the operands ask for: ids of findings; "icmp" or "icmp6" with types, types and codes, or names behind it. None: the list of
 * what there is. width_columns 0: no limit. Pure. SONDE_E_USAGE with what was meant, where it is near enough. */
int sn_explain(struct sn_buf *buf, uint16_t width_columns, char *const *operands, int operand_count,
               struct sonde_error *err) SONDE_MUST_USE;

int sn_cmd_explain(const struct sn_opts *opts, struct sonde_error *err);

#endif
