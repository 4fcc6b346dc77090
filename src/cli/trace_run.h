/* SPDX-License-Identifier: MIT */
/* One run of the traces of a command line: what its parts share. */
#ifndef SN_CLI_TRACE_RUN_H
#define SN_CLI_TRACE_RUN_H

#include "cli/investigate.h"
#include "cli/list.h"
#include "cli/live.h"
#include "cli/local.h"
#include "cli/measure.h"
#include "cli/progress.h"
#include "cli/reach.h"
#include "cli/repeat.h"
#include "cli/sinks.h"

enum { SN_TRACE_INTERRUPTED = 130 };

/* What the hops of a trace allow themselves. */
struct sn_limiters {
	struct sonde_limiter items[SN_INVESTIGATED_MOST];
	size_t count;
};

struct sn_trace_run {
	const struct sn_opts *opts;
	struct sn_method_choice method;
	struct sn_reach reach;
	struct sonde_session *session;
	struct sn_live *live;
	struct sn_list list;  /* --targets */
	struct sn_progress progress;
	size_t next_target;   /* the first that was not started; --repeat: in this round */
	uint32_t round_count; /* --repeat: begun */
	uint32_t round_told;  /* … of these: that its end stands in the capture */
	sonde_at_ns begun_at_ns;
	struct sn_sinks sinks;
	uint32_t trace_count; /* traces started */
	uint32_t ended_count, settled_count; /* … ended; … whose table is written and whose status is known */
	struct sn_local *locals; /* one for each */
	struct sn_buf out, rows;
	struct sn_investigation investigation;
	struct sn_limiters *limiters; /* what it found, for each trace; NULL: it was not asked for */
	struct sn_measure *measures; /* one for each trace, as far as its MTU was measured */
	uint32_t measure_count;
	struct sn_repeat *repeats;   /* --repeat: one for each target, when all have ended */
	size_t repeat_count;
	int signal_fd;
	bool interrupted, closed;
	bool unknown;              /* a host could not be looked up */
	struct sonde_error failed; /* the first failure while the traces ran */
	int status;
};

/* What is asked and shown behind the traces, each for all of them. A negative enum sonde_err. */
int sn_trace_investigate(struct sn_trace_run *run, struct sonde_error *err) SONDE_MUST_USE;
int sn_trace_measure(struct sn_trace_run *run, struct sonde_error *err) SONDE_MUST_USE;
int sn_trace_detail(struct sn_trace_run *run, struct sonde_error *err) SONDE_MUST_USE;
/* --repeat: sums the traces to each target up, and shows the tables. A negative enum sonde_err. */
int sn_trace_sum(struct sn_trace_run *run, struct sonde_error *err) SONDE_MUST_USE;
/* What a trace came to, as documents tell it; the run's memory. */
void sn_trace_tell(const struct sn_trace_run *run, uint32_t id, struct sn_report_trace *out);
/* What is known goes where -o wants it, also of a run that failed (failed->code) or was interrupted. */
void sn_trace_report(struct sn_trace_run *run, const struct sonde_error *failed);
/* The exit status that a trace leads to; that all those lead to that are not settled. What failed here is told on standard error. */
int sn_trace_status_of(const struct sn_trace_run *run, uint32_t id);
int sn_trace_status(const struct sn_trace_run *run);
/* The target with that address. */
const struct sn_target *sn_trace_target(const struct sn_trace_run *run, const struct sonde_addr *addr);

#endif
