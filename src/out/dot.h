/* SPDX-License-Identifier: MIT */
/* The ways of a run as a drawing for Graphviz. */
#ifndef SN_OUT_DOT_H
#define SN_OUT_DOT_H

#include "out/report.h"

/* One digraph: who answered as nodes, links that were seen as solid edges, what is silent dashed. */
void sn_dot_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);

#endif
