/* SPDX-License-Identifier: MIT */
/* What is asked behind the traces, and shown below their tables: limiters, the path MTU, the packets of a hop. */
#include "cli/trace_run.h"

#include "cli/exits.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "out/limiter.h"
#include "out/mtu.h"

#include <stdlib.h>

static int investigate_one(struct sn_trace_run *run, uint32_t id, struct sonde_error *err)
{
	struct sn_limiters *found = &run->limiters[id];
	int code = sn_investigate(&run->investigation, sn_live_path(run->live, id), found->items, &found->count, err);
	bool cut = code < 0 || run->interrupted || run->investigation.cut;
	for (size_t i = 0; i < found->count; i++)
		found->items[i].shared = run->trace_count > 1;
	if (found->count || !cut)
		sn_limiter_lines(&run->out, found->items, found->count);
	if (run->interrupted)
		sn_buf_puts(&run->out, "Interrupted.\n");
	return code;
}

/* What a trace was interrupted in is not gone into. */
int sn_trace_investigate(struct sn_trace_run *run, struct sonde_error *err)
{
	int code = SONDE_OK;
	run->investigation.reach = &run->reach;
	run->investigation.session = run->session;
	run->limiters = calloc((size_t)run->trace_count + 1, sizeof *run->limiters);
	if (!run->limiters)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for an investigation");
	for (uint32_t id = 0; code == SONDE_OK && id < run->trace_count; id++)
		if (!run->interrupted && !run->closed && !run->failed.code)
			code = investigate_one(run, id, err);
	int written = SN_OUTPUT_OK;
	if (!run->closed && !run->failed.code)
		written = sn_sinks_text(&run->sinks, &run->out, code == SONDE_OK ? err : &run->failed);
	run->closed |= written == SN_OUTPUT_CLOSED;
	return code < 0 ? code : written < 0 ? written : SONDE_OK;
}

const struct sn_target *sn_trace_target(const struct sn_trace_run *run, const struct sonde_addr *addr)
{
	const struct sn_target *target = run->reach.targets.items;
	while (!sonde_addr_equal(&target->addr, addr))
		target++;
	return target;
}

static int measure_one(struct sn_trace_run *run, uint32_t id, struct sonde_error *err)
{
	const struct sonde_trace_cfg *traced = sonde_path_cfg(sn_live_path(run->live, id));
	const struct sn_target *target = sn_trace_target(run, &traced->dst);
	struct sonde_trace_cfg cfg = *traced;
	struct sn_measure *measure = &run->measures[run->measure_count++];
	struct sn_live_cfg screen = sn_terminal_cfg(run->opts);
	struct sn_text_about about;
	screen.style.who = sn_enrich_source(&run->reach.enrich);
	*measure = (struct sn_measure){.reach = &run->reach, .session = run->session};
	sn_reach_about(&run->reach, target, &cfg, &about);
	int code = sn_measure_start(measure, target, &cfg, err);
	cfg.mtu_bytes = sn_measure_most_bytes(measure);
	sn_buf_putc(&run->out, '\n');
	sn_mtu_header(&run->out, &screen.style, &about, &cfg);
	if (code == SONDE_OK)
		code = sonde_session_run(run->session, err);
	if (code == SONDE_OK)
		code = sn_measure_judge(measure, target, err);
	if (code < 0)
		return code;
	sn_measure_tell(measure, &screen.style, screen.findings, &run->out);
	run->status = sn_exit_worse(run->status, run->interrupted ? SN_TRACE_INTERRUPTED : sn_measure_status(measure));
	int written = sn_sinks_text(&run->sinks, &run->out, err);
	run->closed |= written == SN_OUTPUT_CLOSED;
	return written < 0 ? written : SONDE_OK;
}

int sn_trace_measure(struct sn_trace_run *run, struct sonde_error *err)
{
	int code = SONDE_OK;
	run->measures = calloc(run->trace_count, sizeof *run->measures);
	if (!run->measures)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the path MTU");
	for (uint32_t id = 0; code == SONDE_OK && id < run->trace_count; id++)
		if (!run->interrupted && !run->closed && !run->failed.code)
			code = measure_one(run, id, err);
	return code;
}

/* The packets of one hop, below the tables. */
int sn_trace_detail(struct sn_trace_run *run, struct sonde_error *err)
{
	struct sn_live_cfg screen = sn_terminal_cfg(run->opts);
	sn_capture_flush(&run->reach.capture);
	for (uint32_t id = 0; id < run->trace_count; id++)
		sn_detail_show(&run->reach.capture.detail, sn_live_path(run->live, id), &screen.style, &run->out);
	int written = run->closed || run->failed.code ? SN_OUTPUT_OK : sn_sinks_text(&run->sinks, &run->out, err);
	run->closed |= written == SN_OUTPUT_CLOSED;
	return written < 0 ? written : SONDE_OK;
}
