/* SPDX-License-Identifier: MIT */
/* Paths of all traces, in order of their first probes, and one diagnosis over them. */
#include "cli/replay_compare.h"

#include "out/compare.h"
#include "out/findings.h"
#include "out/lost.h"

#include <stdlib.h>

enum { COMPARED_MAX = SN_REPLAY_COMPARED_MAX, EXIT_INTERRUPTED = 130 };

struct compared {
	struct sn_replay *replay;
	struct sn_sinks *sinks;
	struct sonde_path *playing;
	size_t traces[COMPARED_MAX];        /* in order of their first probes, which is that in which sonde was asked for them */
	struct sonde_path *paths[COMPARED_MAX];
	struct sn_report_trace told[COMPARED_MAX];
	size_t count;
	struct sonde_findings findings;
	struct sn_buf methods;              /* for commands to try */
	char host[SONDE_ADDR_TEXT];
};

static void choose(struct compared *c)
{
	for (size_t i = 0; i < sn_replay_count(c->replay) && i < COMPARED_MAX; i++)
		c->traces[c->count++] = i;
	for (size_t i = 0; i < c->count; i++) {
		const struct sonde_trace_cfg *cfg = sn_replay_cfg(c->replay, c->traces[i]);
		sn_buf_printf(&c->methods, " -M %s", sonde_method_info(cfg->method)->name);
		if (cfg->dport)
			sn_buf_printf(&c->methods, ":%u", (unsigned)cfg->dport);
	}
}

/* A stream tells the end of a trace once. */
static int on_event(void *ctx, const struct sonde_event *event)
{
	struct compared *c = ctx;
	struct sonde_event own = *event;
	bool again = event->trace_id & SN_REPLAY_AGAIN;
	own.trace_id &= ~SN_REPLAY_AGAIN;
	if (!again || event->type != SONDE_EV_TRACE_END)
		(void)sn_sinks_event(c->sinks, &own, c->host); /* its failure is told at the end */
	return sonde_path_apply(c->playing, event);
}

static int diagnose(struct compared *c)
{
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)c->paths,
	                                 .path_count = c->count,
	                                 .host = c->host,
	                                 .methods = sn_buf_text(&c->methods)};
	for (size_t i = 0; i < c->count; i++) {
		int code = sonde_path_new(&c->paths[i]);
		c->playing = c->paths[i];
		if (code == SONDE_OK)
			code = sn_replay_play(c->replay, c->traces[i], on_event, c);
		if (code < 0)
			return code;
	}
	return c->methods.bad ? SONDE_E_NOMEM : sonde_diagnose(&about, &c->findings);
}

static void write_down(const struct compared *c, const struct sn_live_cfg *screen, struct sn_buf *out)
{
	const struct sn_compare shown = {.dst = sn_replay_cfg(c->replay, 0)->dst,
	                                 .paths = (const struct sonde_path *const *)c->paths,
	                                 .path_count = c->count,
	                                 .findings = &c->findings,
	                                 .host = c->host};
	sn_compare_header(out, &screen->style, &shown);
	sn_compare_table(out, &screen->style, &shown);
	sn_compare_verdict(out, &screen->style, &shown);
	if (screen->lost)
		sn_text_lost(out, &screen->style, shown.paths, shown.path_count, screen->wall_zero_ns);
	if (screen->findings)
		sn_findings_lines(out, &c->findings, shown.paths, shown.path_count);
}

static int report(struct compared *c, const char *file, const struct sn_who_source *who, struct sonde_error *err)
{
	struct sn_report report = {.traces = c->told, .trace_count = c->count, .compared = true, .capture = file, .who = who};
	for (size_t i = 0; i < c->count; i++) {
		const struct sonde_trace_cfg *cfg = sn_replay_cfg(c->replay, c->traces[i]);
		c->told[i] = (struct sn_report_trace){.about = {.host = c->host,
		                                                .method = sonde_method_info(cfg->method),
		                                                .flow_constant = sn_replay_flow_constant(c->replay, c->traces[i])},
		                                      .path = c->paths[i],
		                                      .findings = &c->findings,
		                                      .index = i,
		                                      .trace_id = (uint32_t)c->traces[i]};
	}
	return sn_sinks_report(c->sinks, &report, err);
}

static int status_of(const struct compared *c)
{
	int best = EXIT_INTERRUPTED;
	for (size_t i = 0; i < c->count; i++) {
		int status = sonde_findings_exit_status(&c->findings, i);
		best = status < best ? status : best;
	}
	return best;
}

int sn_replay_compare(struct sn_replay *replay, const char *file, const struct sn_live_cfg *screen, struct sn_sinks *sinks, int *status,
                      struct sonde_error *err)
{
	struct compared *c = calloc(1, sizeof *c);
	struct sn_buf out = {0};
	*status = EXIT_INTERRUPTED;
	if (!c)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the tables of '%.100s'", file);
	*c = (struct compared){.replay = replay, .sinks = sinks};
	choose(c);
	sonde_addr_text(&sn_replay_cfg(replay, 0)->dst, c->host);
	int code = diagnose(c);
	if (code < 0) {
		sonde_fail(err, code, 0, "no room for the tables of '%.100s'", file);
	} else {
		*status = status_of(c);
		write_down(c, screen, &out);
		code = sn_sinks_text(sinks, &out, err);
		code = code < 0 ? code : report(c, file, screen->style.who, err);
	}
	for (size_t i = 0; i < c->count; i++)
		sonde_path_free(c->paths[i]);
	sonde_findings_finish(&c->findings);
	sn_buf_finish(&c->methods);
	sn_buf_finish(&out);
	free(c);
	return code < 0 ? code : SONDE_OK;
}
