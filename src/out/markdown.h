/* SPDX-License-Identifier: MIT */
/* A run in Markdown, as GitHub reads it: to paste into a ticket. */
#ifndef SN_OUT_MARKDOWN_H
#define SN_OUT_MARKDOWN_H

#include "out/report.h"

/* The hop table, what was found, and the commands to repeat. */
void sn_markdown_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style);
/* Adds text as a code span, in which nothing is a link, a mention or markup; in_table: a pipe in it ends no cell. */
void sn_markdown_code(struct sn_buf *buf, const char *text, bool in_table);
/* Adds text in which markup is read as it is typed. */
void sn_markdown_text(struct sn_buf *buf, const char *text);

#endif
