/* SPDX-License-Identifier: MIT */
/* A run as text, all at once: what a terminal shows row by row. */
#ifndef SN_OUT_TEXT_REPORT_H
#define SN_OUT_TEXT_REPORT_H

#include "out/compare.h"
#include "out/report.h"

void sn_text_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);
/* The traces of a comparison as such; finished by the caller. False: out of memory. */
bool sn_report_compare(const struct sn_report *report, struct sn_compare *compare);
void sn_report_compare_finish(struct sn_compare *compare);

#endif
