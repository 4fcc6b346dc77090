/* SPDX-License-Identifier: MIT */
/* A run in Prometheus' text format, for node_exporter's textfile collector. */
#ifndef SN_OUT_PROMETHEUS_H
#define SN_OUT_PROMETHEUS_H

#include "out/report.h"

/* Seconds, bytes and ratios. Series are told apart by target, family, method and hop: no address that routes change is in a label, so their
 * number stays bounded by what was asked. */
void sn_prometheus_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);
/* Adds a label's value, in quotes. */
void sn_prometheus_value(struct sn_buf *buf, const char *text);

#endif
