/* SPDX-License-Identifier: MIT */
/* THE FORMAT TABLE: what a run can be written as. A format is a row here and a file of its own. */
#ifndef SN_OUT_FORMATS_H
#define SN_OUT_FORMATS_H

#include "out/report.h"

/* What options ask for beside the hops: a format may have it, in its own way, or not. */
enum sn_format_shows { SN_SHOWS_COLUMNS = 1, SN_SHOWS_LOST = 2, SN_SHOWS_FINDINGS = 4, SN_SHOWS_DETAIL = 8, SN_SHOWS_ALL = 15 };

struct sn_format {
	const char *name;     /* as given to -o */
	const char *summary;  /* one line, no final dot, for help and completions */
	/* Exactly one of text, doc, each and stream. */
	void (*text)(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style); /* the whole, at its end */
	void (*doc)(struct sn_doc *doc, const struct sn_report *report);  /* the same, as JSON */
	/* The same of each trace, as JSON of one line. */
	void (*each)(struct sn_doc *doc, const struct sn_report *report, const struct sn_report_trace *trace);
	const struct sn_text_look *look;  /* of text: it can grow row by row as well; NULL: it cannot */
	bool sums;            /* traces that were made again and again stand in it as one */
	bool utf8;            /* it is always UTF-8, and says so or is known to be */
	bool interfaces;      /* shows what sonde probe-interface asks, too */
	uint8_t shows;        /* enum sn_format_shows */
	bool stream;          /* the events, each as soon as it happens, as JSON of one line (out/tell.h) */
};

size_t sn_format_count(void);
/* NULL for an index out of range. Static storage. */
const struct sn_format *sn_format(size_t index);
/* The row of a name of so many bytes; NULL: none. */
const struct sn_format *sn_format_find(const char *name, size_t bytes);
/* All names, ended by NULL. */
extern const char *const sn_format_names[];

#endif
