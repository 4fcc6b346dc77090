/* SPDX-License-Identifier: MIT */
/* The parts of documents of sonde's own schema (docs/schema): what is known of a probe, an answer, a trace, as plain values. */
#ifndef SN_OUT_TELL_H
#define SN_OUT_TELL_H

#include "base/doc.h"
#include "out/report.h"

/* Each function tells one value with the key; wall_zero_ns is the report's. */

/* "tcp", "port": 443, … as members of what is open. */
void sn_tell_method(struct sn_doc *doc, const struct sonde_trace_cfg *cfg);
/* What a trace was asked to do. */
void sn_tell_asked(struct sn_doc *doc, const char *key, const struct sonde_trace_cfg *cfg);
/* The probe, as members of what is open. */
void sn_tell_probe(struct sn_doc *doc, const struct sonde_event_probe *probe, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns);
/* "ENETUNREACH"; 0: null. */
void sn_tell_errno(struct sn_doc *doc, const char *key, int sys_errno);
/* The answer of an answered or overheard query, with the objects that came with it. cfg NULL: what was asked is not known. */
void sn_tell_answer(struct sn_doc *doc, const char *key, const struct sonde_query *query, const struct sonde_trace_cfg *cfg,
                    int64_t wall_zero_ns);
/* A probe, what became of it, and its answer. */
void sn_tell_query(struct sn_doc *doc, const char *key, const struct sonde_query *query, const struct sonde_trace_cfg *cfg,
                   int64_t wall_zero_ns);
/* What is known of an address besides the packets, as members of what is open. */
void sn_tell_who(struct sn_doc *doc, const struct sn_who *who);
/* One object of an answer, all its pieces: e[0] … The number of pieces that were taken. */
size_t sn_tell_extension(struct sn_doc *doc, const char *key, const struct sonde_extension *e, size_t count);
void sn_tell_finding(struct sn_doc *doc, const char *key, const struct sonde_finding *finding);
/* How a trace ended. */
void sn_tell_stop(struct sn_doc *doc, const char *key, const struct sonde_event_end *end);
/* What a search for the path MTU came to. */
void sn_tell_mtu(struct sn_doc *doc, const char *key, const struct sn_report_trace *trace);
/* A question about an interface, as members of what is open. */
void sn_tell_interface(struct sn_doc *doc, const struct sn_report *report);
/* A row of a table, its columns and who answered, as members of what is open. */
void sn_tell_row(struct sn_doc *doc, const struct sonde_row *row, const struct sn_report *report);
/* The traces of a report that were made one after the other, as lists of their sums. */
void sn_tell_series(struct sn_doc *doc, const char *key, const struct sn_report *report);
void sn_tell_trace(struct sn_doc *doc, const char *key, const struct sn_report_trace *trace, const struct sn_report *report);

/* The whole document: "sonde.trace/1", "sonde.compare/1", "sonde.mtu/1" or "sonde.interface/1". */
void sn_tell_report(struct sn_doc *doc, const struct sn_report *report);
/* An event as a document of "sonde.event/1". cfg: of its trace; NULL: it is not known. */
void sn_tell_event(struct sn_doc *doc, const struct sonde_event *event, const struct sonde_trace_cfg *cfg, int64_t wall_zero_ns);
/* The same of a trace that starts, and whom it goes to as the user named it; NULL: nobody knows. */
void sn_tell_event_start(struct sn_doc *doc, const struct sonde_event *event, const char *host, int64_t wall_zero_ns);
/* What failed on this machine, as a member, an item, or a line of the stream. */
void sn_tell_error(struct sn_doc *doc, const char *key, const struct sonde_error *error);
void sn_tell_stream_error(struct sn_doc *doc, const struct sonde_error *error);
/* The document in front of all events, one for an address of which something is known now, and one for each finding behind them; trace_id
 * NULL: it is about all traces. */
void sn_tell_stream_start(struct sn_doc *doc, const struct sn_report *report);
void sn_tell_stream_who(struct sn_doc *doc, const struct sonde_addr *addr, const struct sn_who *who);
void sn_tell_stream_finding(struct sn_doc *doc, const uint32_t *trace_id, const struct sonde_finding *finding);

#endif
