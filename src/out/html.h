/* SPDX-License-Identifier: MIT */
/* A run as one page that needs nothing else: no script, no file from elsewhere. */
#ifndef SN_OUT_HTML_H
#define SN_OUT_HTML_H

#include "out/report.h"

void sn_html_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);
/* Adds text in which nothing is markup, inside of elements and of quoted attributes. */
void sn_html_text(struct sn_buf *buf, const char *text);
/* The colours and forms of the page, light, dark and printed, in pieces up to a NULL. */
extern const char *const sn_html_style[];

/* Figures of the traces first … first + count - 1, methods of a comparison where they are several. */

/* The way as boxes and lines. */
void sn_html_path(struct sn_buf *buf, const struct sn_report *report, size_t first, size_t count);
/* Round trips of each hop: every probe, from the shortest to the longest. Of a search for the path MTU: the sizes that got there. */
void sn_html_latency(struct sn_buf *buf, const struct sn_report *report, size_t first, size_t count);
void sn_html_sizes(struct sn_buf *buf, const struct sn_report_trace *trace);
/* Colours for that many methods; more share them. */
enum { SN_HTML_METHODS = 6 };

#endif
