/* SPDX-License-Identifier: MIT */
/* What a run of traces came to, for whatever it is written as. */
#include "cli/trace_run.h"

#include "cli/await.h"
#include "cli/exits.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include <stdlib.h>

/* ---- --repeat ---- */

static int sum_up(struct sn_trace_run *run, struct sonde_error *err)
{
	run->repeats = calloc(run->reach.targets.count + 1, sizeof *run->repeats);
	for (size_t i = 0; run->repeats && i < run->reach.targets.count; i++)
		if (sn_repeat_init(&run->repeats[run->repeat_count++], run->live, run->trace_count, &run->reach.targets.items[i].addr,
		                   run->opts->repeat) < 0)
			return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the sum of the traces");
	return run->repeats ? SONDE_OK : sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the sum of the traces");
}

struct repeated {
	const struct sn_trace_run *run;
	struct sn_live_cfg screen;
};

static void put_repeated(const void *ctx, struct sn_buf *out)
{
	const struct repeated *repeated = ctx;
	sn_repeat_text(repeated->run->repeats, repeated->run->repeat_count, &repeated->screen, out);
}

int sn_trace_sum(struct sn_trace_run *run, struct sonde_error *err)
{
	struct repeated repeated = {.run = run, .screen = sn_terminal_cfg(run->opts)};
	struct sn_frame frame = {0};
	const struct sn_await await = {.reach = &run->reach,
	                               .fd = run->signal_fd,
	                               .screen = &repeated.screen,
	                               .sinks = &run->sinks,
	                               .frame = &frame,
	                               .out = &run->out,
	                               .table = put_repeated,
	                               .ctx = &repeated};
	sn_progress_hide(&run->progress);
	if (sum_up(run, err) < 0)
		return err->code;
	repeated.screen.style.who = sn_enrich_source(&run->reach.enrich);
	repeated.screen.lost = run->opts->lost;
	repeated.screen.wall_zero_ns = run->sinks.wall_zero_ns;
	if (!run->interrupted && !run->closed && !run->failed.code)
		sn_await_names(&await);
	sn_frame_finish(&frame);
	put_repeated(&repeated, &run->out);
	int written = run->closed || run->failed.code ? SN_OUTPUT_OK : sn_sinks_text(&run->sinks, &run->out, err);
	run->closed |= written == SN_OUTPUT_CLOSED;
	return written < 0 ? written : SONDE_OK;
}

/* ---- documents ---- */

void sn_trace_tell(const struct sn_trace_run *run, uint32_t id, struct sn_report_trace *out)
{
	*out = (struct sn_report_trace){.about = *sn_live_about(run->live, id),
	                                .path = sn_live_path(run->live, id),
	                                .findings = sn_live_findings(run->live, id),
	                                .trace_id = id};
	if (run->limiters) {
		out->limiters = run->limiters[id].items;
		out->limiter_count = run->limiters[id].count;
	}
}

static void report_measure(const struct sn_trace_run *run, const struct sn_measure *measure, struct sn_report_trace *out)
{
	const struct sonde_trace_cfg *cfg = sonde_path_cfg(measure->path);
	*out = (struct sn_report_trace){
	    .path = measure->path, .findings = &measure->findings, .trace_id = measure->trace_id, .mtu = true};
	sn_reach_about(&run->reach, sn_trace_target(run, &cfg->dst), cfg, &out->about);
}

/* What is known goes where -o wants it, also of a run that failed or was interrupted. */
void sn_trace_report(struct sn_trace_run *run, const struct sonde_error *failed)
{
	sn_sinks_known(&run->sinks, &run->reach.enrich, true);
	if (failed->code)
		sn_sinks_failed(&run->sinks, failed);
	if (run->failed.code)
		sn_sinks_failed(&run->sinks, &run->failed);
	struct sn_report_trace *told = calloc((size_t)run->trace_count + run->measure_count + 1, sizeof *told);
	struct sn_report_trace *series = calloc(run->repeat_count + 1, sizeof *series);
	struct sn_report report = {.traces = told, .series = series, .who = sn_enrich_source(&run->reach.enrich)};
	struct sonde_error err = {0};
	report.detail = run->opts->detail_ttl ? sn_detail_report : NULL;
	report.detail_ctx = &run->reach.capture.detail;
	for (uint32_t id = run->settled_count; told && id < run->trace_count; id++) /* those before are forgotten */
		if (sonde_path_cfg(sn_live_path(run->live, id)))
			sn_trace_tell(run, id, &told[report.trace_count++]);
	for (uint32_t i = 0; told && i < run->measure_count; i++)
		if (run->measures[i].path && sonde_path_cfg(run->measures[i].path))
			report_measure(run, &run->measures[i], &told[report.trace_count++]);
	for (size_t i = 0; series && i < run->repeat_count; i++)
		if (run->repeats[i].told.series)
			series[report.series_count++] = run->repeats[i].told;
	int code = SONDE_E_NOMEM;
	if (told && series)
		code = sn_sinks_report(&run->sinks, &report, &err);
	else
		sonde_fail(&err, code, 0, "no room for the output");
	if (code < 0)
		run->status = sn_exit_worse(run->status, sn_output_error(&err));
	free(series);
	free(told);
}
