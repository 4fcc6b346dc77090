/* SPDX-License-Identifier: MIT */
/* Gathers the traces to one target. */
#include "cli/repeat.h"

#include "out/findings.h"
#include "out/lost.h"
#include "out/text_series.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* The path of that trace, where it goes to dst, has begun, and has ended. */
static const struct sonde_path *path_to(const struct sn_live *live, uint32_t id, const struct sonde_addr *dst)
{
	const struct sonde_path *path = sn_live_path(live, id);
	const struct sonde_trace_cfg *cfg = path ? sonde_path_cfg(path) : NULL;
	return cfg && sonde_path_end(path) && sonde_addr_equal(&cfg->dst, dst) ? path : NULL;
}

int sn_repeat_init(struct sn_repeat *repeat, const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst,
                   uint32_t wanted)
{
	size_t count = 0;
	*repeat = (struct sn_repeat){.paths = calloc((size_t)trace_count + 1, sizeof *repeat->paths)};
	if (!repeat->paths)
		return SONDE_E_NOMEM;
	for (uint32_t id = 0; id < trace_count; id++) {
		const struct sonde_path *path = path_to(live, id, dst);
		if (path && !count)
			repeat->told.about = *sn_live_about(live, id);
		if (path)
			repeat->paths[count++] = path;
	}
	if (!count)
		return SONDE_OK;
	const struct sn_text_about *about = &repeat->told.about;
	const struct sonde_case all = {.paths = repeat->paths, .path_count = count, .host = about->host, .repeat = about->repeat};
	int code = sonde_series_init(&repeat->series, repeat->paths, count);
	if (code == SONDE_OK)
		code = sonde_diagnose_series(&all, &repeat->findings);
	if (code < 0)
		return code;
	if (count < wanted)
		snprintf(repeat->often, sizeof repeat->often, "%zu of %" PRIu32 " times", count, wanted);
	else
		snprintf(repeat->often, sizeof repeat->often, "%zu times", count);
	repeat->told.about.often = repeat->often;
	repeat->told.path = repeat->paths[0];
	repeat->told.series = &repeat->series;
	repeat->told.findings = &repeat->findings;
	return SONDE_OK;
}

void sn_repeat_text(const struct sn_repeat *repeats, size_t count, const struct sn_live_cfg *screen, struct sn_buf *out)
{
	for (size_t i = 0; i < count; i++) {
		const struct sn_report_trace *told = &repeats[i].told;
		if (!told->series)
			continue;
		if (out->length_bytes)
			sn_buf_putc(out, '\n');
		sn_series_text(out, &screen->style, told);
		if (screen->lost)
			sn_text_lost(out, &screen->style, told->series->paths, told->series->path_count, screen->wall_zero_ns);
		if (screen->findings)
			sn_findings_lines(out, told->findings, told->series->paths, 1);
	}
}

void sn_repeat_finish(struct sn_repeat *repeat)
{
	sonde_series_finish(&repeat->series);
	sonde_findings_finish(&repeat->findings);
	free(repeat->paths);
	*repeat = (struct sn_repeat){0};
}

int sn_repeat_status(const struct sn_live *live, uint32_t trace_count, const struct sonde_addr *dst, int no_trace)
{
	int best = no_trace;
	bool any = false;
	for (uint32_t id = 0; id < trace_count; id++) {
		if (!path_to(live, id, dst))
			continue;
		int status = sonde_findings_exit_status(sn_live_findings(live, id), 0);
		best = !any || status < best ? status : best;
		any = true;
	}
	return best;
}
