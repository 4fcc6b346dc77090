/* SPDX-License-Identifier: MIT */
/* Traces that were made one after the other, as one table of text. */
#ifndef SN_OUT_TEXT_SERIES_H
#define SN_OUT_TEXT_SERIES_H

#include "out/report.h"

enum { SN_SERIES_COLUMNS = 9 };
/* Those of a table of a series, where nothing was chosen: indices of the column table. */
void sn_series_columns(uint8_t columns[SN_SERIES_COLUMNS]);
/* "Reached 192.0.2.80 4 of 5 times, in 5 to 6 hops." Adds no line end. */
void sn_series_verdict(struct sn_buf *buf, const struct sonde_series *series);
/* It says the same of one trace as sn_series_verdict of all. */
bool sn_series_is_told(const struct sonde_finding *finding);

/* Header, rows, and what was found. */
void sn_series_text(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_report_trace *told);

#endif
