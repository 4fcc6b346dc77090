/* SPDX-License-Identifier: MIT */
/* The tables of a run, told cell by cell: what formats with tables of their own are made of. */
#ifndef SN_OUT_TABLE_H
#define SN_OUT_TABLE_H

#include "out/report.h"

enum sn_cell_look {
	SN_CELL_NUMBER,  /* aligned to the right */
	SN_CELL_NAME,    /* an address */
	SN_CELL_TEXT,    /* in words, of strangers perhaps, cleaned */
	SN_CELL_ABOUT,   /* what is known of an address besides: words of strangers, cleaned */
};

enum sn_row_look {
	SN_ROW_HOP,
	SN_ROW_MORE,     /* a further responder of the same hop */
	SN_ROW_SILENT,
	SN_ROW_TARGET,
	SN_ROW_END,      /* below the hops: how each method ended */
};

struct sn_table {
	/* The heads of all columns come first, then rows, each begun, its cells, and ended. */
	void (*head)(struct sn_table *table, const char *text, enum sn_cell_look look);
	void (*heads_end)(struct sn_table *table);
	void (*row)(struct sn_table *table, enum sn_row_look look);
	void (*cell)(struct sn_table *table, const char *text, enum sn_cell_look look);
	void (*row_end)(struct sn_table *table);
	/* What follows, up to the next of these, belongs to this network: "AS64500 EXAMPLE-NET, DE". */
	void (*section)(struct sn_table *table, const char *network);
	const struct sn_text_style *style;
	/* The rest is what the teller keeps. */
	const struct sn_who_source *who;
	bool has_names, has_places;  /* somebody in this table has one: there is a column for it */
	uint32_t asn;                /* of the network that was told last */
	bool bad;                    /* out of memory */
};

/* A part of a run with a table of its own: a trace, a search for the path MTU, or all methods of a comparison. */
size_t sn_part_count(const struct sn_report *report);
void sn_table_tell(struct sn_table *table, const struct sn_report *report, size_t part);
/* "sonde to web (192.0.2.80), icmp over IPv4, …" */
void sn_part_title(struct sn_buf *buf, const struct sn_report *report, size_t part, bool ascii);

/* The findings of a part, one after the other: first what is said of all methods, then of each. NULL at the end. *label is the method's,
 * "" where it is about all, or there is only one. */
const struct sonde_finding *sn_part_finding(const struct sn_report *report, size_t part, size_t index, char label[SONDE_LABEL_BYTES]);
/* The command of the run, and those that findings would have tried next: a line each, every one once. */
void sn_report_commands(struct sn_buf *buf, const struct sn_report *report);
/* "✖ failure", "▲ warning", "◆ notice", "● info": not by its colour alone. */
const char *sn_severity_symbol(enum sonde_severity severity, bool ascii);

#endif
