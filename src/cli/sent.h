/* SPDX-License-Identifier: MIT */
/* What the command line says about the bytes of a probe. */
#ifndef SN_CLI_SENT_H
#define SN_CLI_SENT_H

#include "cli/targets.h"

/* Reads --tos, --dscp, --ecn, --flow-label, --no-df, --tcp-options and --payload into the cfg. A file's bytes go into *carried; they are
 * the caller's to free. SONDE_E_USAGE, SONDE_E_RANGE, SONDE_E_FILE, SONDE_E_FORMAT. */
int sn_sent_read(const struct sn_opts *opts, struct sonde_trace_cfg *cfg, char **carried, size_t *carried_bytes,
                 struct sonde_error *err) SONDE_MUST_USE;
/* Probes of that cfg can be sent to that target, as far as its family and the method go. SONDE_E_USAGE. */
int sn_sent_check(const struct sn_target *target, const struct sonde_trace_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;

#endif
