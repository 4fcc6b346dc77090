/* SPDX-License-Identifier: MIT */
/* Where a run is written to, and as what: -o FORMAT[=FILE]. */
#ifndef SN_CLI_SINKS_H
#define SN_CLI_SINKS_H

#include "cli/enrich.h"
#include "cli/opts.h"
#include "cli/sink_file.h"
#include "ext/json.h"
#include "out/formats.h"

/* One -o. */
struct sn_sink {
	const struct sn_format *format;
	const char *file;             /* NULL: standard output */
	struct sn_sink_file out;      /* … that file */
	bool broken;                  /* it could not be written: nothing more is */
};

/* {0} is none that was opened. */
struct sn_sinks {
	struct sn_placer placer;      /* of those that are put in their place at the end */
	struct sn_sink items[SN_TEXTS_MAX];
	size_t count;
	bool text;                    /* tables go to standard output as they grow */
	const struct sn_text_look *look; /* … only their rows do, in this layout; NULL: text says all */
	struct sn_json *json;         /* NULL: no sink needs it */
	const struct sn_opts *opts;
	const char *command;
	int64_t wall_zero_ns;         /* the wall clock, since 1970, at instant 0 */
	struct sonde_trace_cfg *cfgs; /* of the traces that a stream has told of */
	size_t cfg_count;
	struct sn_buf again;          /* the whole command */
	struct sonde_error *errors;   /* that documents tell of */
	size_t error_count;
	size_t told_error_count;      /* … those of them that streams have told */
	bool ready, begun, reported;
	bool closed;                  /* nobody reads standard output any more */
	struct sonde_error failed;    /* the first file that could not be written */
};

/* Reads -o and creates the files, so that one that cannot be written is known before anything is sent. */
int sn_sinks_open(struct sn_sinks *sinks, const struct sn_opts *opts, const char *command, struct sonde_error *err) SONDE_MUST_USE;
/* The run begins; the clock is the one of its instants. capture: the file that is replayed, NULL: it is live. */
void sn_sinks_begin(struct sn_sinks *sinks, int64_t wall_zero_ns, const char *capture);
/* An event of any trace. host: of TRACE_START, as the user named it; NULL: nobody knows. False: the run should end, as nobody reads it any
 * more (closed), or nothing of it can be written. */
bool sn_sinks_event(struct sn_sinks *sinks, const struct sonde_event *event, const char *host);
/* Tells streams what is known of addresses now and was not told; at the end also what is known so far of those that are still asked
 * about. */
void sn_sinks_known(struct sn_sinks *sinks, struct sn_enrich *enrich, bool at_end);
/* … as what it ends then. */
enum sonde_stop sn_sinks_stop(const struct sn_sinks *sinks);
/* Text for standard output: written where tables go there, else thrown away. As sn_output. */
int sn_sinks_text(struct sn_sinks *sinks, struct sn_buf *text, struct sonde_error *err) SONDE_MUST_USE;
/* The same for the rows of a table that grows, which another layout may have as well. */
int sn_sinks_rows(struct sn_sinks *sinks, struct sn_buf *text, struct sonde_error *err) SONDE_MUST_USE;
/* Something failed on this machine: documents tell of it. */
void sn_sinks_failed(struct sn_sinks *sinks, const struct sonde_error *err);
/* Some of it tells of all traces at once: they must be kept to the end. */
bool sn_sinks_tell_all(const struct sn_sinks *sinks);
/* Where nothing does: these traces of a run are written now, and will not be among those of sn_sinks_report. Fills in who made it. */
void sn_sinks_settled(struct sn_sinks *sinks, struct sn_report *report);
/* The run is over: findings end the streams, and documents are written. Fills in who made it. SN_OUTPUT_OK, SN_OUTPUT_CLOSED, or a
 * negative enum sonde_err with *err. */
int sn_sinks_report(struct sn_sinks *sinks, struct sn_report *report, struct sonde_error *err) SONDE_MUST_USE;
/* The command ends. Where it failed and no report was made, one is that tells of nothing else. */
void sn_sinks_give_up(struct sn_sinks *sinks, const struct sonde_error *err);
/* Closes; files that were not written whole are left as they were. */
void sn_sinks_finish(struct sn_sinks *sinks);

#endif
