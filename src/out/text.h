/* SPDX-License-Identifier: MIT */
/* The hop table as text: a path in, lines out. Pure; the caller knows the terminal. */
#ifndef SN_OUT_TEXT_H
#define SN_OUT_TEXT_H

#include "base/buf.h"
#include "base/who.h"

#include <sonde/finding.h>
#include <sonde/path.h>

/* How the lines look. {0}: standard columns, no limit of width, no colour, UTF-8. */
struct sn_text_style {
	uint16_t width_columns;   /* of the terminal; 0: no limit */
	bool colour, ascii;
	const uint8_t *columns;   /* indices in the column table, borrowed; NULL: the standard ones */
	size_t column_count;
	const struct sn_who_source *who;  /* knows names of addresses; NULL: nobody does */
	bool numeric;             /* addresses stand without names */
	bool extensions, way_back; /* of traceroute's layout: what was told beside errors, and how many hops an answer came back */
	bool systems;              /* … and the autonomous system of each address, of which not every parser knows */
};

/* What the header and the last line say besides the path itself; all borrowed. */
struct sn_text_about {
	const char *host;                        /* as the user named it */
	const char *repeat;                      /* options that a command to try must repeat, " -6"; NULL: none */
	size_t address_count;                    /* addresses it has, where only the first is traced; 0 or 1: no choice was made */
	const char *wire;                        /* "raw"; NULL: it was read from a capture */
	const struct sonde_method_info *method;
	bool flow_constant;
	const char *often;                       /* "10 times"; NULL: once */
};

/* Every function adds whole lines to buf; out of memory is its sticky flag. */

/* How a table that grows is written: what stands before its rows, and rows. */
struct sn_text_look {
	/* Adds nothing as long as it does not know all. */
	void (*header)(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
	               const struct sonde_path *path);
	void (*rows)(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, uint8_t first_ttl,
	             uint8_t last_ttl, bool fold_tail);
};

/* "sonde to NAME (ADDR), …" and the heads of the columns. Before TRACE_START: nothing. */
void sn_text_header(struct sn_buf *buf, const struct sn_text_style *style, const struct sn_text_about *about,
                    const struct sonde_path *path);
/* The rows first_ttl … last_ttl. fold_tail: silent rows at the end become one line. */
void sn_text_rows(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, uint8_t first_ttl, uint8_t last_ttl,
                  bool fold_tail);
/* One row, also one that is the sum of several paths'; widths are those of path. */
/* A line above the first hop of a network: *asn is that of the rows before, 0 at first. */
void sn_text_network(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_row *row, uint32_t *asn);
void sn_text_row(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_path *path, const struct sonde_row *row);
/* The hops from … to, as one line: nobody answered there. */
void sn_text_folded(struct sn_buf *buf, const struct sn_text_style *style, unsigned from, unsigned to);
/* What was found about one path of a case: a paragraph, and a line with a command to try where something is wrong or open. */
void sn_text_verdict(struct sn_buf *buf, const struct sn_text_style *style, const struct sonde_findings *findings, size_t path);

/* Parts of it: the sentences about a path, each with how sure it is, behind what text has already; the command to try, of that path or of
 * any (NULL), NULL: none. */
void sn_text_findings(struct sn_buf *text, const struct sonde_findings *findings, size_t path);
const char *sn_text_next(const struct sonde_findings *findings, const size_t *path);

/* "Likely; otherwise …." of one finding; nothing where there is nothing to doubt. */
void sn_finding_doubt(struct sn_buf *buf, const struct sonde_finding *finding);
/* It has a command that would tell more of what is wrong or open. */
bool sn_finding_is_open(const struct sonde_finding *finding);

/* Adds text, broken at spaces to fit the width; continuation lines are indented by two. */
void sn_text_wrap(struct sn_buf *buf, uint16_t width_columns, const char *text);
/* "[DSCP 46→10, ECN 2→0]": what the copies of the probes show that a responder of the row made; nothing where nothing changed. */
void sn_text_changes(struct sn_buf *buf, const struct sonde_row *row, size_t responder, bool ascii);
/* The same, all of it indented by so much. */
void sn_text_wrap_below(struct sn_buf *buf, uint16_t width_columns, size_t indent_columns, const char *text);
/* A target as headers name it: "NAME (ADDRESS, first of 3 addresses)"; a long name is cut in the middle. */
void sn_text_host(struct sn_buf *text, const struct sn_text_style *style, const char *host, const struct sonde_addr *dst,
                  size_t address_count);
/* A cell in words; nothing for times, changes and what is known of an address, which take more than the cell to tell. */
void sn_text_cell(struct sn_buf *word, const struct sonde_cell *cell);
/* A duration in ms with three significant digits: "0.412", "4.31", "12.3", "312". */
void sn_text_ms(struct sn_buf *buf, sonde_ns ns);
/* "!H", "!F-1400", "!<13>", or nothing (RFC 792, RFC 1812: the vocabulary of traceroute). */
void sn_text_mark(struct sn_buf *buf, const struct sonde_event_answer *answer);

#endif
