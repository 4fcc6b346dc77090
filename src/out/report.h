/* SPDX-License-Identifier: MIT */
/* What a run came to, as every renderer of a whole document gets it. */
#ifndef SN_OUT_REPORT_H
#define SN_OUT_REPORT_H

#include "base/buf.h"
#include "base/doc.h"
#include "base/who.h"
#include "out/text.h"

#include <sonde/finding.h>
#include <sonde/interface.h>
#include <sonde/limiter.h>
#include <sonde/path.h>
#include <sonde/series.h>
#include <sonde/shape.h>

/* One trace, or one search for the path MTU; all borrowed. */
struct sn_report_trace {
	struct sn_text_about about;
	const struct sonde_path *path;           /* has had its TRACE_START */
	const struct sonde_findings *findings;   /* … of its case; NULL: not judged */
	size_t index;                            /* its path in that case */
	uint32_t trace_id;                       /* of its events */
	const struct sonde_limiter *limiters;    /* of hops that were asked for them */
	size_t limiter_count;
	bool mtu;                                /* a search for the path MTU */
	const char *note;                        /* a sentence about how it came to be; NULL: nothing to say */
	const char *also_method, *also_result;   /* a search for the path MTU: the other method that was asked, and what that came to, as
	                                          * documents say it; NULL: none was */
	const struct sonde_series *series;       /* it stands for all of these, made one after the other: path is the first of them, and
	                                          * findings are about all; NULL: it is one trace */
};

/* All borrowed. */
struct sn_report {
	const struct sonde_error *errors;        /* what failed on this machine */
	size_t error_count;
	const char *command;                     /* the subcommand's name: "trace" */
	const char *again;                       /* the whole command, to paste into a shell; NULL: nobody knows */
	const char *version;                     /* of sonde */
	const char *capture;                     /* file that was replayed; NULL: it was live */
	int64_t wall_zero_ns;                    /* the wall clock, since 1970, at instant 0 */
	const struct sn_who_source *who;         /* what is known of the addresses besides the packets; NULL: nothing */
	const struct sn_report_trace *traces;
	size_t trace_count;
	const struct sn_report_trace *series;    /* those of the traces that were made again and again, as one; none: each was made once */
	size_t series_count;
	bool compared;                           /* the traces are methods of one comparison: all in one case */
	const struct sonde_trial *trials;        /* … for the shape of filters */
	size_t trial_count;
	/* A question about an interface, in place of traces; NULL: none was asked. */
	const struct sonde_interface_ask *interface_ask;
	const struct sonde_interface_answer *interface_answer;
	const char *interface_host;              /* whom, as the user named it */
	/* What was asked for below the tables, in text: --lost, --findings and --detail (NULL: not asked for). */
	bool lost, lines;
	void (*detail)(const void *ctx, const struct sonde_path *path, const struct sn_text_style *style, struct sn_buf *buf);
	const void *detail_ctx;
	/* Tells the options that the command line gave, as members of an object; NULL: nobody knows. */
	void (*options)(struct sn_doc *doc, const void *ctx);
	const void *options_ctx;
};

/* The rows of a trace, or of a series: last < first, there are none. */
unsigned sn_report_first_ttl(const struct sn_report_trace *trace);
unsigned sn_report_last_ttl(const struct sn_report_trace *trace);
/* As sonde_path_row. */
int sn_report_row(const struct sn_report_trace *trace, unsigned ttl, struct sonde_row *row) SONDE_MUST_USE;
/* All paths of a series, in order of time, or the one. */
const struct sonde_path *const *sn_report_paths(const struct sn_report_trace *trace, size_t *count);
/* The target answered; of a series: at least once. */
bool sn_report_reached(const struct sn_report_trace *trace);

#endif
