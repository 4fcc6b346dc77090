/* SPDX-License-Identifier: MIT */
/* A search for the path's MTU within a session: started, driven to its end, told. */
#ifndef SN_CLI_MEASURE_H
#define SN_CLI_MEASURE_H

#include "cli/local.h"
#include "cli/reach.h"
#include "out/text.h"

#include <sonde/finding.h>
#include <sonde/path.h>

/* {.reach, .session} is one that has not begun. */
struct sn_measure {
	struct sn_reach *reach;
	struct sonde_session *session;
	struct sonde_path *path;       /* NULL: nothing was measured yet */
	struct sonde_findings findings;
	struct sn_local local;
	struct sonde_trace_cfg cfg;    /* what was asked for */
	uint32_t trace_id;
	sonde_at_ns started_at_ns, ended_at_ns;
	const char *asked;             /* the method that was asked as well, and is not told of; NULL: none */
	int bad;                       /* a negative enum sonde_err while it ran */
};

/* Takes an event of any trace of the session; those of others are ignored. */
void sn_measure_event(struct sn_measure *measure, const struct sonde_event *event);
/* Starts a search to a target by the method of cfg, in place of the one before. */
int sn_measure_start(struct sn_measure *measure, const struct sn_target *target, const struct sonde_trace_cfg *cfg,
                     struct sonde_error *err) SONDE_MUST_USE;
/* The largest size that it sends. */
uint16_t sn_measure_most_bytes(const struct sn_measure *measure);
/* Judges one that has ended. */
int sn_measure_judge(struct sn_measure *measure, const struct sn_target *target, struct sonde_error *err) SONDE_MUST_USE;
/* Adds its table and what was found to out. */
void sn_measure_tell(const struct sn_measure *measure, const struct sn_text_style *style, bool lines, struct sn_buf *out);
/* The exit status that it leads to; says on standard error what failed on this machine. */
int sn_measure_status(const struct sn_measure *measure);
void sn_measure_finish(struct sn_measure *measure);

#endif
