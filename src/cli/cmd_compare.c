/* SPDX-License-Identifier: MIT */
/* From options to a finished comparison. How methods are interleaved and how the table looks is known elsewhere. */
#include "cli/cmd_compare.h"

#include "cli/await.h"
#include "cli/exits.h"
#include "cli/frame.h"
#include "cli/hints.h"
#include "cli/local.h"
#include "cli/output.h"
#include "cli/reach.h"
#include "cli/signals.h"
#include "cli/sinks.h"
#include "cli/terminal.h"
#include "out/compare.h"
#include "out/findings.h"
#include "out/lost.h"

#include <sonde/compare.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROTOCOLS_MAX = 2 * SN_METHODS_MAX, EXIT_NOT_REACHED = 1, EXIT_INTERRUPTED = 130 };

struct run {
	const struct sn_opts *opts;
	struct sn_method_choice methods[SN_METHODS_MAX];
	size_t method_count;
	int required;                           /* index in methods, -1: any will do */
	int required_path;                      /* … in the comparison, -1: it could not be started */
	struct sn_reach reach;
	struct sonde_session *session;
	struct sonde_compare *compare;
	struct sn_local locals[SN_METHODS_MAX];
	struct sonde_findings findings;
	struct sn_live_cfg screen;
	struct sn_sinks sinks;
	struct sn_report_trace told[SN_METHODS_MAX]; /* of each method: what its header says, and the id of its trace */
	struct sn_frame frame;                  /* the table while it fills, on a terminal */
	sonde_at_ns next_frame_at_ns;
	struct sn_buf out;
	struct sn_buf repeat_methods;           /* -M and --require, for commands to try */
	int signal_fd;
	bool interrupted;
	struct sonde_error failed;              /* the first failure while it ran */
	int status;
};

static struct sn_hint_about known_of(const struct run *run)
{
	const struct sonde_wire *wire = run->reach.net.wire;
	const struct sn_target *target = run->reach.targets.items;
	return (struct sn_hint_about){.opts = run->opts, .target = target ? &target->addr : NULL, .wire = wire ? wire->ops->name : NULL};
}

static int open_net(struct run *run, struct sonde_error *err)
{
	uint8_t protocols[PROTOCOLS_MAX] = {0};
	size_t count = 0;
	for (size_t i = 0; i < run->method_count; i++) {
		const struct sonde_method_info *method = sonde_method_info(run->methods[i].id);
		const uint8_t own[] = {method->protocol4, method->protocol6};
		for (size_t k = 0; k < sizeof own; k++)
			if (!memchr(protocols, own[k], count))
				protocols[count++] = own[k];
	}
	if (sn_reach_add_host(&run->reach, run->opts->operands[0], err) < 0)
		return err->code;
	return sn_reach_open(&run->reach, protocols, count, err);
}

static struct sn_compare shown(const struct run *run)
{
	const struct sn_target *target = run->reach.targets.items;
	struct sn_compare shown = {
	    .dst = target->addr,
	    .max_ttl = run->opts->max_ttl,
	    .findings = &run->findings,
	    .host = target->host,
	    .address_count = target->address_count,
	    .wire = run->reach.net.wire->ops->name};
	shown.paths = sonde_compare_paths(run->compare, &shown.path_count);
	return shown;
}

/* ---- while it runs ---- */

static void fail_run(struct run *run, int code)
{
	if (code == SONDE_OK || run->failed.code)
		return;
	sonde_fail(&run->failed, code, 0, "no room for the comparison");
	sonde_session_stop(run->session, SONDE_STOP_LOCAL_ERROR);
}

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct run *run = ctx;
	size_t index = sonde_compare_index(run->compare, event->trace_id);
	sn_enrich_event(&run->reach.enrich, event);
	if (index < SN_METHODS_MAX)
		sn_local_event(&run->locals[index], event);
	fail_run(run, sonde_compare_event(run->compare, event));
	index = sonde_compare_index(run->compare, event->trace_id);
	if (event->type == SONDE_EV_TRACE_START && index < SN_METHODS_MAX && !run->told[index].about.method) {
		const struct sn_target *target = run->reach.targets.items;
		run->told[index].trace_id = event->trace_id;
		sn_reach_about(&run->reach, target, &event->as.start, &run->told[index].about);
	}
	if (!sn_sinks_event(&run->sinks, event, run->reach.targets.items->host) && !run->interrupted)
		sonde_session_stop(run->session, sn_sinks_stop(&run->sinks));
}

/* All methods have begun, so that the table has its columns. */
static bool may_draw(const struct sn_compare *compare)
{
	for (size_t i = 0; i < compare->path_count; i++)
		if (!sonde_path_cfg(compare->paths[i]))
			return false;
	return true;
}

/* The table as far as it is known. */
static void put_table(const void *ctx, struct sn_buf *out)
{
	const struct run *run = ctx;
	struct sn_compare compare = shown(run);
	compare.findings = NULL;
	if (may_draw(&compare))
		sn_compare_table(out, &run->screen.style, &compare);
}

/* One that is higher than the screen waits for its end. */
static void draw(struct run *run)
{
	struct sn_buf text = {0};
	size_t width = sn_live_width(&run->screen);
	put_table(run, &text);
	if (sn_frame_lines(sn_buf_text(&text), width) <= sn_frame_room(run->screen.height_rows))
		sn_frame_draw(&run->frame, width, "", sn_buf_text(&text), &run->out);
	run->out.bad |= text.bad;
	sn_buf_finish(&text);
}

static void take_signals(struct run *run)
{
	struct sn_signals_seen seen = sn_signals_take(run->signal_fd);
	if (seen.resized)
		sn_terminal_resized(&run->screen);
	if (!seen.interrupted || run->interrupted)
		return;
	run->interrupted = true;
	sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct run *run = ctx;
	struct sonde_error err;
	sonde_at_ns wake = SONDE_NEVER, names_at_ns;
	take_signals(run);
	(void)sn_enrich_turn(&run->reach.enrich, now, &names_at_ns);
	sn_sinks_known(&run->sinks, &run->reach.enrich, false);
	if (!run->interrupted && !run->failed.code)
		fail_run(run, sonde_compare_turn(run->compare, now, &wake));
	wake = names_at_ns < wake ? names_at_ns : wake;
	if (!run->sinks.text)
		return wake;
	if (!run->screen.terminal || now < run->next_frame_at_ns)
		return run->screen.terminal && run->next_frame_at_ns < wake ? run->next_frame_at_ns : wake;
	draw(run);
	run->next_frame_at_ns = now + SN_FRAME_NS;
	if (sn_output(&run->out, &err) < 0 && !run->failed.code) {
		run->failed = err;
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	}
	return wake;
}

/* ---- from start to end ---- */

static int make(struct run *run, struct sonde_error *err)
{
	struct sonde_session_cfg cfg = {
	    .ctx = run, .on_event = on_event, .on_turn = on_turn, .wake_fd = sn_enrich_watch(&run->reach.enrich, run->signal_fd)};
	if (sn_reach_session(&run->reach, &cfg, &run->session, err) < 0)
		return err->code;
	sn_sinks_begin(&run->sinks, cfg.clock->ops->wall_ns(cfg.clock, 0), NULL);
	run->screen.style.who = sn_enrich_source(&run->reach.enrich);
	int code = sonde_compare_new(&run->compare, run->session);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for a comparison");
}

/* What keeps several methods here in the same words is told once. */
static void refused(struct run *run, struct sonde_error *err, struct sonde_error *told)
{
	bool again = err->code == told->code && strcmp(err->what, told->what) == 0;
	*told = *err;
	if (!again)
		run->status = sn_exit_worse(run->status, sn_reach_failed(&run->reach, &run->reach.targets.items->addr, err));
	if (!again)
		sn_sinks_failed(&run->sinks, err);
}

/* A request whose length its protocol fixes is sent with that, and not with what --size asks for. kept: those that are, in words. */
static void keep_own_size(struct sonde_trace_cfg *cfg, struct sn_buf *kept)
{
	char label[SONDE_LABEL_BYTES];
	uint16_t own_bytes = sn_size_own(cfg);
	if (!own_bytes)
		return;
	sn_buf_printf(kept, "%s%s (%u bytes)", kept->length_bytes ? ", " : "", sonde_label(cfg, label), (unsigned)own_bytes);
	cfg->size_bytes = 0;
}

static void tell_own_sizes(const struct sn_buf *kept)
{
	struct sn_buf line = {0};
	sn_buf_printf(&line, "these requests have a fixed length, whatever --size says: %s", sn_buf_text(kept));
	if (kept->length_bytes && !line.bad)
		sn_output_notice(sn_buf_text(&line));
	sn_buf_finish(&line);
}

/* A method that cannot be sent here is told and left out: the others go on. */
static void start_all(struct run *run)
{
	const struct sn_target *target = run->reach.targets.items;
	struct sonde_error told = {0};
	struct sn_buf kept = {0};
	size_t count = 0;
	for (size_t i = 0; i < run->method_count; i++) {
		struct sonde_trace_cfg cfg = sn_reach_cfg(&run->reach, target);
		struct sonde_session_wish wish;
		struct sonde_route route;
		struct sonde_error err = {0};
		cfg.method = run->methods[i].id;
		cfg.dport = run->methods[i].dport;
		keep_own_size(&cfg, &kept);
		if (sn_reach_allows(&run->reach, target, &cfg, &wish, &err) < 0 ||
		    sonde_compare_add(run->compare, &cfg, &wish, &route, &err) < 0) {
			refused(run, &err, &told);
			continue;
		}
		sn_reach_tell(&run->reach, &cfg);
		run->locals[count].route = route;
		run->required_path = run->required == (int)i ? (int)count : run->required_path;
		count++;
	}
	tell_own_sizes(&kept);
	sn_buf_finish(&kept);
}

/* The header at once: what is asked takes seconds where somebody is silent. */
static int tell_header(struct run *run, struct sonde_error *err)
{
	struct sn_compare compare = shown(run);
	sn_compare_header(&run->out, &run->screen.style, &compare);
	return sn_sinks_text(&run->sinks, &run->out, err);
}

static int tell(struct run *run, struct sonde_error *err)
{
	struct sn_compare compare = shown(run);
	struct sonde_case about = {.paths = compare.paths,
	                           .path_count = compare.path_count,
	                           .host = compare.host,
	                           .repeat = sn_buf_text(&run->reach.repeat),
	                           .methods = sn_buf_text(&run->repeat_methods)};
	about.trials = sonde_compare_trials(run->compare, &about.trial_count);
	int code = sonde_diagnose(&about, &run->findings);
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the findings");
	sn_frame_erase(&run->frame, &run->out);
	sn_compare_table(&run->out, &run->screen.style, &compare);
	sn_compare_verdict(&run->out, &run->screen.style, &compare);
	if (run->opts->lost) {
		struct sonde_clock *clock = run->reach.net.clock;
		sn_text_lost(&run->out, &run->screen.style, compare.paths, compare.path_count, clock->ops->wall_ns(clock, 0));
	}
	if (run->screen.findings)
		sn_findings_lines(&run->out, &run->findings, compare.paths, compare.path_count);
	return sn_sinks_text(&run->sinks, &run->out, err);
}

static int report(struct run *run, struct sonde_error *err)
{
	struct sn_report report = {.traces = run->told, .compared = true, .who = sn_enrich_source(&run->reach.enrich)};
	const struct sonde_path *const *paths = sonde_compare_paths(run->compare, &report.trace_count);
	report.trials = sonde_compare_trials(run->compare, &report.trial_count);
	for (size_t i = 0; i < report.trace_count; i++) {
		run->told[i].path = paths[i];
		run->told[i].findings = &run->findings;
		run->told[i].index = i;
		if (!sonde_path_cfg(paths[i]))
			report.trace_count = i; /* the run failed before this one began */
	}
	sn_sinks_known(&run->sinks, &run->reach.enrich, true);
	return sn_sinks_report(&run->sinks, &report, err);
}

static void tell_local(struct run *run, const struct sn_compare *compare)
{
	for (size_t i = 0; i < compare->path_count; i++) {
		struct sonde_error err = {0};
		if (sn_local_error(&run->locals[i], compare->paths[i], run->opts, compare->wire, &err))
			sn_output_error(&err);
	}
}

/* That of the required method; without one, that of the method that did best. */
static int status_of(const struct run *run, const struct sn_compare *compare)
{
	int best = run->required >= 0 || !compare->path_count ? EXIT_NOT_REACHED : EXIT_INTERRUPTED;
	if (run->required_path >= 0)
		return sonde_findings_exit_status(&run->findings, (size_t)run->required_path);
	for (size_t i = 0; run->required < 0 && i < compare->path_count; i++) {
		int status = sonde_findings_exit_status(&run->findings, i);
		best = status < best ? status : best;
	}
	return best;
}

/* The table is written once, when all that there is to it is known. */
static void wait_for_names(struct run *run)
{
	const struct sn_await await = {.reach = &run->reach,
	                               .fd = run->signal_fd,
	                               .screen = &run->screen,
	                               .sinks = &run->sinks,
	                               .frame = &run->frame,
	                               .out = &run->out,
	                               .table = put_table,
	                               .ctx = run};
	if (!run->interrupted && !run->failed.code)
		sn_await_names(&await);
}

static int run_all(struct run *run, struct sonde_error *err)
{
	if (tell_header(run, err) < 0)
		return err->code;
	if (run->opts->shape && sonde_compare_shape(run->compare) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the shape of filters");
	int code = sonde_session_run(run->session, err);
	if (code < 0) {
		sonde_session_stop(run->session, SONDE_STOP_LOCAL_ERROR);
		sonde_session_turn(run->session);
	}
	wait_for_names(run);
	struct sonde_error told = {0};
	int written = tell(run, code < 0 ? &told : err);
	int reported = report(run, code < 0 || written < 0 ? &told : err);
	written = written < 0 ? written : reported;
	struct sn_compare compare = shown(run);
	tell_local(run, &compare);
	int status = run->interrupted ? EXIT_INTERRUPTED : status_of(run, &compare);
	/* that another method could not be started is told, and changes nothing for the one that counts, or the one that passed */
	run->status = run->required_path >= 0 || status == 0 ? status : sn_exit_worse(run->status, status);
	return code < 0 ? code : written;
}

static void finish(struct run *run)
{
	if (run->failed.code)
		run->status = sn_exit_worse(run->status, sn_output_error(&run->failed));
	sonde_compare_free(run->compare);
	sonde_session_free(run->session);
	sonde_findings_finish(&run->findings);
	sn_sinks_finish(&run->sinks);
	sn_frame_finish(&run->frame);
	sn_buf_finish(&run->out);
	sn_buf_finish(&run->repeat_methods);
	run->status = sn_exit_worse(run->status, sn_reach_finish(&run->reach));
	if (run->signal_fd >= 0)
		close(run->signal_fd);
}

int sn_cmd_compare(const struct sn_opts *opts, struct sonde_error *err)
{
	struct run *run = calloc(1, sizeof *run);
	if (!run)
		return sonde_err_exit_status(sonde_fail(err, SONDE_E_NOMEM, 0, "no room for a comparison"));
	*run = (struct run){.opts = opts,
	                    .reach = {.opts = opts, .shows_names = true, .many_ports = true},
	                    .signal_fd = -1,
	                    .required_path = -1};
	run->screen = sn_terminal_cfg(opts);
	int code = sn_reach_check(&run->reach, err);
	sn_opts_repeat_methods(opts, &run->repeat_methods);
	if (code == SONDE_OK)
		code = sn_methods_choose(opts, run->methods, &run->method_count, &run->required, err);
	if (code == SONDE_OK)
		code = sn_sinks_open(&run->sinks, opts, "compare", err);
	run->reach.quiet = !run->sinks.text;
	if (code == SONDE_OK)
		code = open_net(run, err);
	if (code == SONDE_OK)
		code = sn_reach_look_up(&run->reach, 0, err);
	if (code == SONDE_OK)
		code = sn_signals_open(&run->signal_fd, err);
	if (code == SONDE_OK)
		code = make(run, err);
	if (code == SONDE_OK) {
		size_t count;
		start_all(run);
		sonde_compare_paths(run->compare, &count);
		if (count)
			(void)run_all(run, err); /* err and the status say what came of it */
	}
	struct sn_hint_about known = known_of(run);
	sn_hint_fill(err, &known);
	sn_sinks_give_up(&run->sinks, err);
	finish(run);
	int status = run->status;
	free(run);
	return status;
}
