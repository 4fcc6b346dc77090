/* SPDX-License-Identifier: MIT */
/* Findings as lines for scripts: one a finding, fields separated by tabs, stable. */
#ifndef SN_OUT_FINDINGS_H
#define SN_OUT_FINDINGS_H

#include "base/buf.h"

#include <sonde/finding.h>

/* Adds a line for each finding about a case of these paths:
 *   finding ID SEVERITY CONFIDENCE EXIT FIRST_TTL LAST_TTL BY EVIDENCE WHO METHOD TARGET
 * EXIT is the status that it leads to; EVIDENCE is "key=value key=value …", with three decimals at most; WHO is what BY is; METHOD is that
 * of the path, as in "udp/53"; TARGET is the address traced; "-" stands for none. */
void sn_findings_lines(struct sn_buf *buf, const struct sonde_findings *findings, const struct sonde_path *const *paths, size_t path_count);

#endif
