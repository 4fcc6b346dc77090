/* SPDX-License-Identifier: MIT */
/* A path in the layout of Debian's traceroute(1), as programs parse it. */
#ifndef SN_OUT_TRACEROUTE_H
#define SN_OUT_TRACEROUTE_H

#include "out/report.h"

extern const struct sn_text_look sn_traceroute_look;
/* "traceroute to NAME (ADDR), …, 60 byte packets". Before the first of those was sent, or the trace has ended: nothing. */
void sn_traceroute_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
                          const struct sonde_path *path);
/* The rows first_ttl … last_ttl, each with as many probes as were asked for; fold_tail says nothing here. */
void sn_traceroute_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, uint8_t first_ttl,
                        uint8_t last_ttl, bool fold_tail);
/* All traces of a run one behind the other, and nothing else. */
void sn_traceroute_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);

#endif
