/* SPDX-License-Identifier: MIT */
/* Tables that grow: events in, bytes for a terminal or a pipe out. Pure; the caller owns descriptor, clock and signals. */
#ifndef SN_CLI_LIVE_H
#define SN_CLI_LIVE_H

#include "out/text.h"

struct sn_live;

struct sn_live_cfg {
	struct sn_text_style style;  /* copied; its width is the terminal's */
	uint16_t width_columns;      /* of the terminal, where lines may be wider than it (style.width_columns is 0); else 0 */
	const struct sn_text_look *look;  /* another layout, and nothing but its rows; NULL: the hop table with what was found */
	bool terminal;               /* rows are redrawn in place; else each is written once, when it is settled */
	bool findings;               /* lines for scripts stand below each verdict */
	uint16_t height_rows;        /* of the terminal */
	uint8_t investigated;        /* as in struct sonde_case */
	bool lost;                   /* unanswered probes are listed below each table */
	sonde_ns resolve_wait_ns;    /* a row that is to be written for good waits for its names so long at most */
	int64_t wall_zero_ns;        /* lost: the wall clock, since 1970, at instant 0 */
};

/* *out is the caller's to free. SONDE_E_NOMEM. */
int sn_live_new(struct sn_live **out, const struct sn_live_cfg *cfg) SONDE_MUST_USE;
/* NULL is fine. */
void sn_live_free(struct sn_live *live);
/* Adds a trace; its id is the number of those added before. Tables come in this order. What `about` points to stays the
 * caller's. SONDE_E_NOMEM. */
int sn_live_add(struct sn_live *live, const struct sn_text_about *about) SONDE_MUST_USE;
/* Takes an event of the trace event->trace_id; one of an unknown trace is ignored. SONDE_E_NOMEM. */
int sn_live_event(struct sn_live *live, const struct sonde_event *event) SONDE_MUST_USE;
/* After how many columns a terminal of that cfg breaks lines by itself; 0: never. */
uint16_t sn_live_width(const struct sn_live_cfg *cfg);
/* The terminal has another size now. */
void sn_live_resize(struct sn_live *live, uint16_t width_columns, uint16_t height_rows);
/* What is known of addresses has changed. */
void sn_live_known(struct sn_live *live);
/* Nothing is waited for any more: what is known is written. */
void sn_live_hurry(struct sn_live *live);
/* Every trace has ended, and its table is written. */
bool sn_live_done(const struct sn_live *live);
/* Adds to *out what there is to write at `now`. Returns when it wants to be called again without an event: SONDE_NEVER mostly. */
sonde_at_ns sn_live_turn(struct sn_live *live, sonde_at_ns now, struct sn_buf *out);
/* How many tables are complete and written: those of the traces with lower ids. */
size_t sn_live_done_count(const struct sn_live *live);
/* Frees what is known of a trace whose table is complete. */
void sn_live_forget(struct sn_live *live, uint32_t trace_id);
/* The table of a trace, NULL for an unknown or forgotten one. The live's memory. */
const struct sonde_path *sn_live_path(const struct sn_live *live, uint32_t trace_id);
/* What its header says; NULL for an unknown one. The live's memory. */
const struct sn_text_about *sn_live_about(const struct sn_live *live, uint32_t trace_id);
/* What was found about a trace: empty before its end, NULL as above. The live's memory. */
const struct sonde_findings *sn_live_findings(const struct sn_live *live, uint32_t trace_id);

#endif
