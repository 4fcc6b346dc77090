/* SPDX-License-Identifier: MIT */
/* Paths of all traces, in order of their methods, and one diagnosis over them. */
#include "cli/replay_compare.h"

#include "out/compare.h"
#include "out/findings.h"
#include "out/lost.h"

#include <stdlib.h>

enum { COMPARED_MAX = SN_REPLAY_COMPARED_MAX, EXIT_INTERRUPTED = 130 };

struct compared {
	struct sn_replay *replay;
	size_t traces[COMPARED_MAX];        /* in order of method and port: that in which they were asked for is not known */
	struct sonde_path *paths[COMPARED_MAX];
	size_t count;
	struct sonde_findings findings;
	struct sn_buf methods;              /* for commands to try */
	char host[SONDE_ADDR_TEXT];
};

static int by_method(const void *left, const void *right, void *ctx)
{
	const struct sn_replay *replay = ctx;
	const struct sonde_trace_cfg *a = sn_replay_cfg(replay, *(const size_t *)left), *b = sn_replay_cfg(replay, *(const size_t *)right);
	if (a->method != b->method)
		return a->method < b->method ? -1 : 1;
	return a->dport < b->dport ? -1 : a->dport > b->dport;
}

static void choose(struct compared *c)
{
	for (size_t i = 0; i < sn_replay_count(c->replay) && i < COMPARED_MAX; i++)
		c->traces[c->count++] = i;
	qsort_r(c->traces, c->count, sizeof *c->traces, by_method, c->replay);
	for (size_t i = 0; i < c->count; i++) {
		const struct sonde_trace_cfg *cfg = sn_replay_cfg(c->replay, c->traces[i]);
		sn_buf_printf(&c->methods, " -M %s", sonde_method_info(cfg->method)->name);
		if (cfg->dport)
			sn_buf_printf(&c->methods, ":%u", (unsigned)cfg->dport);
	}
}

static int on_event(void *ctx, const struct sonde_event *event)
{
	return sonde_path_apply(ctx, event);
}

static int diagnose(struct compared *c)
{
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)c->paths,
	                                 .path_count = c->count,
	                                 .host = c->host,
	                                 .methods = sn_buf_text(&c->methods)};
	for (size_t i = 0; i < c->count; i++) {
		int code = sonde_path_new(&c->paths[i]);
		if (code == SONDE_OK)
			code = sn_replay_play(c->replay, c->traces[i], on_event, c->paths[i]);
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

int sn_replay_compare(struct sn_replay *replay, const struct sn_live_cfg *screen, struct sn_buf *out)
{
	struct compared c = {.replay = replay};
	int best = EXIT_INTERRUPTED;
	choose(&c);
	sonde_addr_text(&sn_replay_cfg(replay, 0)->dst, c.host);
	int code = diagnose(&c);
	if (code == SONDE_OK)
		write_down(&c, screen, out);
	for (size_t i = 0; code == SONDE_OK && i < c.count; i++) {
		int status = sonde_findings_exit_status(&c.findings, i);
		best = status < best ? status : best;
	}
	for (size_t i = 0; i < c.count; i++)
		sonde_path_free(c.paths[i]);
	sonde_findings_finish(&c.findings);
	sn_buf_finish(&c.methods);
	return code < 0 ? code : best;
}
