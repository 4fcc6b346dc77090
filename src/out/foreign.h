/* SPDX-License-Identifier: MIT */
/* A trace as the JSON of other tools, with their names and types: each function tells one document. What sonde does not know and they have
 * always is left out, or stands as the value by which they say so; see docs/internals/output.md. */
#ifndef SN_OUT_FOREIGN_H
#define SN_OUT_FOREIGN_H

#include "out/report.h"

/* mtr --json, 0.95. */
void sn_mtr_json(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace);
/* A traceroute result of RIPE Atlas, firmware 5080. */
void sn_atlas(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace);
/* A trace as scamper's sc_warts2json writes it. */
void sn_scamper_json(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace);

/* What they have in common. */

/* How long the first probe was, as a whole IP packet; 0: none was sent. */
uint16_t sn_foreign_probe_bytes(const struct sonde_path *path);
/* A field of a probe as its answer quotes it, where it was sent as `sent`. False: it cannot be seen. */
bool sn_foreign_quoted(const struct sonde_query *query, enum sonde_field field, uint32_t sent, uint32_t *seen);
/* DSCP and ECN in one. */
bool sn_foreign_quoted_tos(const struct sonde_query *query, const struct sonde_trace_cfg *cfg, uint32_t *seen);
/* How many pieces, from e[0] on, are of one object. */
size_t sn_foreign_pieces(const struct sonde_extension *e, size_t count);
/* Seconds since 1970. */
int64_t sn_foreign_second(const struct sn_report *report, sonde_at_ns at_ns);

#endif
