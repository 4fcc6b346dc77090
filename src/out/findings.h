/* SPDX-License-Identifier: MIT */
/* Findings as lines for scripts: one a finding, fields separated by tabs, stable. */
#ifndef SN_OUT_FINDINGS_H
#define SN_OUT_FINDINGS_H

#include "base/buf.h"

#include <sonde/finding.h>

/* Adds a line for each finding about one path of a case:
 *   finding ID SEVERITY CONFIDENCE EXIT FIRST_TTL LAST_TTL BY EVIDENCE
 * EXIT is the status that it leads to; EVIDENCE is "key=value key=value …", with three decimals at most; "-" stands for none. */
void sn_findings_lines(struct sn_buf *buf, const struct sonde_findings *findings, size_t path);

#endif
