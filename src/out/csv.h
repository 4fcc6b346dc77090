/* SPDX-License-Identifier: MIT */
/* A run as comma-separated values: one row per probe, the columns named as the members of the JSON document are. */
#ifndef SN_OUT_CSV_H
#define SN_OUT_CSV_H

#include "out/report.h"

/* RFC 4180, lines ended by LF. The header is always there. A member of an object is named "answer.rtt_ms"; null is an empty cell; the
 * values of a list share a cell, a space between them. Text that a spreadsheet would take for a formula has an apostrophe in front. */
void sn_csv_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);
/* Adds one cell; is_text: of a stranger perhaps, not a number. */
void sn_csv_cell(struct sn_buf *buf, const char *text, bool is_text);

#endif
