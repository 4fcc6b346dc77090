/* SPDX-License-Identifier: MIT */
/* The exit status that a run of traces comes to. */
#include "cli/trace_run.h"

#include "cli/exits.h"
#include "cli/output.h"

#include <stdio.h>

enum { EXIT_NOT_REACHED = 1, EXIT_LOCAL = 2 };

/* A closed output and a full disk have their own end: what else failed is not told then. */
int sn_trace_status_of(const struct sn_trace_run *run, uint32_t id)
{
	const struct sonde_path *path = sn_live_path(run->live, id);
	const struct sonde_event_end *end = path ? sonde_path_end(path) : NULL;
	struct sonde_error err;
	int failed = 0;
	const char *wire = run->reach.net.wire->ops->name;
	if (end && !run->closed && !run->failed.code && sn_local_error(&run->locals[id], path, run->opts, wire, &err))
		failed = sn_output_error(&err);
	if (run->interrupted && (!end || end->stop == SONDE_STOP_INTERRUPTED))
		return SN_TRACE_INTERRUPTED;
	if (!end)
		return EXIT_NOT_REACHED;
	int found = sonde_findings_exit_status(sn_live_findings(run->live, id), 0);
	return end->stop == SONDE_STOP_LOCAL_ERROR ? sn_exit_worse(found, failed ? failed : EXIT_LOCAL) : found;
}

/* To each target that of its best trace; what failed here is told of the last one. */
static int status_of_repeated(const struct sn_trace_run *run)
{
	int worst = 0;
	if (run->interrupted)
		return SN_TRACE_INTERRUPTED;
	for (size_t i = 0; i < run->reach.targets.count && run->trace_count; i++) {
		const struct sonde_addr *addr = &run->reach.targets.items[i].addr;
		worst = sn_exit_worse(worst, sn_repeat_status(run->live, run->trace_count, addr, EXIT_NOT_REACHED));
	}
	int last = run->trace_count ? sn_trace_status_of(run, run->trace_count - 1) : 0;
	return worst ? sn_exit_worse(worst, last) : worst;
}

static int tell_untraced(const struct sn_trace_run *run)
{
	char text[80];
	size_t total = run->reach.targets.count;
	snprintf(text, sizeof text, "interrupted: %zu of %zu hosts were not traced", total - run->next_target, total);
	sn_output_notice(text);
	return SN_TRACE_INTERRUPTED;
}

int sn_trace_status(const struct sn_trace_run *run)
{
	int worst = run->interrupted ? SN_TRACE_INTERRUPTED : 0; /* also in what goes on behind the traces */
	if (run->opts->repeat > 1)
		return status_of_repeated(run);
	for (uint32_t id = run->settled_count; id < run->trace_count; id++)
		worst = sn_exit_worse(worst, sn_trace_status_of(run, id));
	if (run->interrupted && run->next_target < run->reach.targets.count)
		worst = sn_exit_worse(worst, tell_untraced(run));
	return worst;
}
