/* SPDX-License-Identifier: MIT */
/* From options to a finished trace: open, look up, start, run. What a probe is and how a row looks is known elsewhere. */
#include "cli/cmd_trace.h"

#include "cli/exits.h"
#include "cli/hints.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "cli/trace_run.h"
#include "probe/method.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* AHEAD: a table waits for those before it in the list; so many times --parallel traces are kept, and no more are started. */
enum { PROTOCOLS_MAX = 4, AHEAD = 4 };

/* ---- before the first packet ---- */

static struct sn_hint_about known_of(const struct sn_trace_run *run, const struct sonde_addr *target)
{
	const struct sonde_wire *wire = run->reach.net.wire;
	return (struct sn_hint_about){.opts = run->opts, .target = target, .wire = wire ? wire->ops->name : NULL};
}

/* A failure of one host: told at once, the others go on. */
static void host_failed(struct sn_trace_run *run, const struct sonde_addr *target, struct sonde_error *err)
{
	sn_progress_hide(&run->progress);
	run->status = sn_exit_worse(run->status, sn_reach_failed(&run->reach, target, err));
	sn_sinks_failed(&run->sinks, err);
}

static void line_failed(void *ctx, struct sonde_error *err)
{
	host_failed(ctx, NULL, err);
}

static int open_net(struct sn_trace_run *run, struct sonde_error *err)
{
	const struct sonde_method_info *method = sonde_method_info(run->method.id);
	/* without ping rights the default becomes udp, when the wire is open and the target known */
	const uint8_t protocols[PROTOCOLS_MAX] = {method->protocol4, method->protocol6, IPPROTO_UDP};
	return sn_reach_open(&run->reach, protocols, run->method.asked ? 2 : 3, err);
}

static void fail_run(struct sn_trace_run *run, const struct sonde_error *err)
{
	if (!run->failed.code)
		run->failed = *err;
	sonde_session_stop(run->session, SONDE_STOP_LOCAL_ERROR);
}

/* What the last trace to that target was asked; NULL: there was none. */
static const struct sonde_trace_cfg *trace_before(const struct sn_trace_run *run, const struct sn_target *target)
{
	for (uint32_t id = run->trace_count; run->opts->repeat > 1 && id-- > 0;) {
		const struct sonde_trace_cfg *cfg = sonde_path_cfg(sn_live_path(run->live, id));
		if (cfg && sonde_addr_equal(&cfg->dst, &target->addr))
			return cfg;
	}
	return NULL;
}

static int start(struct sn_trace_run *run, const struct sn_target *target, struct sonde_error *err)
{
	struct sonde_trace_cfg cfg = sn_reach_cfg(&run->reach, target);
	struct sn_text_about about;
	struct sonde_route route;
	uint32_t trace_id;
	cfg.method = sn_reach_method(&run->reach, &run->method, target);
	cfg.dport = run->method.dport;
	if (run->opts->as_traceroute && cfg.size_bytes)
		cfg.size_bytes = sn_probe_bytes(&cfg, cfg.size_bytes);
	const struct sonde_trace_cfg *before = trace_before(run, target);
	cfg = before ? *before : cfg; /* the same flow: its ports are still held */
	if (sn_reach_start(&run->reach, run->session, target, &cfg, &trace_id, &route, err) < 0)
		return err->code;
	sn_reach_about(&run->reach, target, &cfg, &about);
	int code = sn_live_add(run->live, &about);
	if (code < 0) {
		/* It goes, and nobody can show it: that ends the run, and is told behind it. */
		sonde_fail(err, code, 0, "no room for the table of '%.80s'", target->host);
		fail_run(run, err);
		return SONDE_OK;
	}
	run->locals[trace_id].route = route;
	run->trace_count++;
	return SONDE_OK;
}

static int read_list(struct sn_trace_run *run, struct sonde_error *err)
{
	const char *file = run->opts->targets;
	size_t text_bytes;
	if (!file)
		return SONDE_OK;
	int code = sn_list_load(&run->list, file, &text_bytes, err);
	if (code == SONDE_OK)
		code = sn_list_split(&run->list, file, text_bytes, line_failed, run, err);
	if (code == SONDE_OK && !run->list.count && !run->opts->operand_count && !run->status)
		return sonde_fail(err, SONDE_E_USAGE, 0, "option --targets: '%.60s' lists no host", file);
	return code;
}

/* Those of the command line first. */
static int add_hosts(struct sn_trace_run *run, struct sonde_error *err)
{
	int code = SONDE_OK;
	for (int i = 0; code == SONDE_OK && i < run->opts->operand_count; i++)
		code = sn_reach_add_host(&run->reach, run->opts->operands[i], err);
	for (size_t i = 0; code == SONDE_OK && i < run->list.count; i++)
		code = sn_reach_add_host(&run->reach, run->list.items[i].host, err);
	return code;
}

static void look_up_all(struct sn_trace_run *run)
{
	size_t operand_count = (size_t)run->opts->operand_count;
	for (size_t i = 0; i < run->reach.host_count; i++) {
		struct sonde_error err = {0};
		if (sn_reach_look_up(&run->reach, i, &err) == SONDE_OK)
			continue;
		run->unknown |= i < operand_count;
		if (i >= operand_count)
			sn_output_place(run->opts->targets, run->list.items[i - operand_count].line, &err);
		host_failed(run, NULL, &err);
	}
}

/* Without a list all are traced at once. */
static bool may_start(const struct sn_trace_run *run)
{
	if (run->next_target == run->reach.targets.count || run->interrupted || run->closed || run->failed.code)
		return false;
	uint32_t most = run->opts->parallel, active_count = run->trace_count - run->ended_count;
	return !run->opts->targets || (active_count < most && run->trace_count - sn_live_done_count(run->live) < (size_t)AHEAD * most);
}

static void start_some(struct sn_trace_run *run)
{
	while (may_start(run)) {
		const struct sn_target *target = &run->reach.targets.items[run->next_target++];
		struct sonde_error err = {0};
		if (start(run, target, &err) < 0)
			host_failed(run, &target->addr, &err);
	}
}

/* ---- while it runs ---- */

/* Whom a trace that starts goes to; those behind the tables go to the same addresses. */
static const char *host_of(const struct sn_trace_run *run, const struct sonde_event *event)
{
	if (event->type != SONDE_EV_TRACE_START)
		return NULL;
	const struct sn_text_about *about = sn_live_about(run->live, event->trace_id);
	return about ? about->host : sn_trace_target(run, &event->as.start.dst)->host;
}

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct sn_trace_run *run = ctx;
	struct sonde_error err;
	sn_enrich_event(&run->reach.enrich, event);
	run->ended_count += event->type == SONDE_EV_TRACE_END;
	if (event->trace_id < run->trace_count)
		sn_local_event(&run->locals[event->trace_id], event);
	sn_investigation_event(&run->investigation, event);
	if (run->measure_count)
		sn_measure_event(&run->measures[run->measure_count - 1], event);
	if (!sn_sinks_event(&run->sinks, event, host_of(run, event)) && !run->closed && !run->failed.code) {
		run->closed = run->sinks.closed;
		sonde_session_stop(run->session, sn_sinks_stop(&run->sinks));
	}
	int code = sn_live_event(run->live, event);
	if (code < 0) {
		sonde_fail(&err, code, 0, "no room for the table of a trace");
		fail_run(run, &err);
	}
}

static void take_signals(struct sn_trace_run *run)
{
	struct sn_signals_seen seen = sn_signals_take(run->signal_fd);
	if (seen.resized) {
		uint16_t width, height;
		sn_terminal_size(&width, &height);
		sn_live_resize(run->live, width, height);
	}
	if (seen.interrupted && !run->interrupted) {
		run->interrupted = true;
		sn_live_hurry(run->live);
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	}
}

/* Tables are complete when their names are: the session goes on for them behind the last answer. */
static sonde_at_ns turn_tables(struct sn_trace_run *run, sonde_at_ns now)
{
	sonde_at_ns names_at_ns, rows_at_ns;
	if (sn_enrich_turn(&run->reach.enrich, now, &names_at_ns))
		sn_live_known(run->live);
	sn_sinks_known(&run->sinks, &run->reach.enrich, false);
	rows_at_ns = sn_live_turn(run->live, now, &run->rows);
	sonde_session_expect(run->session, !sn_live_done(run->live) && rows_at_ns != SONDE_NEVER);
	return names_at_ns < rows_at_ns ? names_at_ns : rows_at_ns;
}

static void write_out(struct sn_trace_run *run)
{
	struct sonde_error err;
	if (run->closed || run->failed.code) {
		sn_buf_clear(&run->rows); /* nobody reads it */
		sn_buf_clear(&run->out);
		return;
	}
	if ((run->sinks.text || run->sinks.look) && (run->out.length_bytes || run->rows.length_bytes))
		sn_progress_hide(&run->progress);
	int code = sn_sinks_rows(&run->sinks, &run->rows, &err);
	if (code == SN_OUTPUT_OK)
		code = sn_sinks_text(&run->sinks, &run->out, &err);
	if (code == SN_OUTPUT_CLOSED) {
		run->closed = true;
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	} else if (code < 0) {
		fail_run(run, &err);
	}
}

/* What is written of a list is forgotten, unless something is to be asked of it afterwards. */
static void settle_some(struct sn_trace_run *run)
{
	const struct sn_opts *opts = run->opts;
	bool kept = !opts->targets || sn_sinks_tell_all(&run->sinks) || opts->investigate || opts->detail_ttl || opts->mtu;
	for (; !kept && run->settled_count < sn_live_done_count(run->live); run->settled_count++) {
		struct sn_report_trace told;
		struct sn_report report = {.traces = &told, .trace_count = 1, .who = sn_enrich_source(&run->reach.enrich)};
		sn_trace_tell(run, run->settled_count, &told);
		if (sonde_path_cfg(told.path))
			sn_sinks_settled(&run->sinks, &report);
		run->status = sn_exit_worse(run->status, sn_trace_status_of(run, run->settled_count));
		sn_live_forget(run->live, run->settled_count);
	}
}

/* --repeat: the next round begins when its time has come and the one before has ended. Returns when that may be. */
static sonde_at_ns repeat_some(struct sn_trace_run *run, sonde_at_ns now)
{
	bool over = run->round_count >= run->opts->repeat || run->interrupted || run->closed || run->failed.code;
	sonde_session_expect(run->session, !over);
	sonde_at_ns due_at_ns = run->begun_at_ns + run->round_count * run->opts->interval_ns;
	if (over || run->ended_count < run->trace_count)
		return SONDE_NEVER;
	if (run->round_told < run->round_count)
		sn_capture_round(&run->reach.capture);
	run->round_told = run->round_count;
	if (now < due_at_ns)
		return due_at_ns;
	run->next_target = 0;
	run->round_count++;
	start_some(run);
	sonde_session_expect(run->session, run->round_count < run->opts->repeat);
	return run->ended_count < run->trace_count ? SONDE_NEVER : now; /* not one could be started */
}

static sonde_at_ns on_repeat_turn(void *ctx, sonde_at_ns now)
{
	struct sn_trace_run *run = ctx;
	take_signals(run);
	sonde_at_ns again = repeat_some(run, now), progress = sn_progress_show(&run->progress, run->ended_count, now), names_at_ns;
	(void)sn_enrich_turn(&run->reach.enrich, now, &names_at_ns);
	sn_sinks_known(&run->sinks, &run->reach.enrich, false);
	again = names_at_ns < again ? names_at_ns : again;
	return again < progress ? again : progress;
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct sn_trace_run *run = ctx;
	take_signals(run);
	sonde_at_ns again = turn_tables(run, now);
	write_out(run);
	settle_some(run);
	start_some(run);
	if (run->closed || run->failed.code)
		return SONDE_NEVER;
	sonde_at_ns progress = run->opts->targets ? sn_progress_show(&run->progress, run->ended_count, now) : SONDE_NEVER;
	return again < progress ? again : progress;
}

static int make_session(struct sn_trace_run *run, struct sonde_error *err)
{
	struct sonde_session_cfg cfg = {.ctx = run,
	                                .on_event = on_event,
	                                .on_turn = run->opts->repeat > 1 ? on_repeat_turn : on_turn,
	                                .wake_fd = sn_enrich_watch(&run->reach.enrich, run->signal_fd),
	                                .reuse_ports = run->opts->targets != NULL};
	struct sn_live_cfg live = sn_terminal_cfg(run->opts);
	if (sn_reach_session(&run->reach, &cfg, &run->session, err) < 0)
		return err->code;
	live.look = run->sinks.look;
	live.terminal &= !live.look; /* its rows are written once */
	live.style.numeric = run->opts->numeric;
	live.style.extensions = run->opts->extensions;
	live.style.way_back = run->opts->way_back;
	live.style.systems = run->opts->as_lookup;
	live.lost = run->opts->lost;
	live.style.who = sn_enrich_source(&run->reach.enrich);
	live.resolve_wait_ns = run->opts->resolve_wait_ns;
	live.terminal &= !run->opts->targets; /* tables come one behind the other, with the line of progress below */
	live.investigated = run->opts->investigate ? SN_INVESTIGATED_MOST : 0;
	live.wall_zero_ns = cfg.clock->ops->wall_ns(cfg.clock, 0);
	sn_sinks_begin(&run->sinks, live.wall_zero_ns, NULL);
	run->locals = calloc(run->reach.targets.count * run->opts->repeat + 1, sizeof *run->locals);
	int code = run->locals ? sn_live_new(&run->live, &live) : SONDE_E_NOMEM;
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for a trace");
}

static int run_traces(struct sn_trace_run *run, struct sonde_error *err)
{
	if (run->trace_count == 0)
		return SONDE_OK;
	int code = sonde_session_run(run->session, err);
	if (code < 0) {
		sn_live_hurry(run->live);
		sonde_session_stop(run->session, SONDE_STOP_LOCAL_ERROR);
		sonde_session_turn(run->session); /* the rows so far are printed */
	} else if (run->opts->investigate) {
		code = sn_trace_investigate(run, err);
	}
	if (run->opts->repeat > 1 && sn_trace_sum(run, code < 0 ? &run->failed : err) < 0)
		return code < 0 ? code : err->code;
	if (code == SONDE_OK && run->opts->detail_ttl)
		code = sn_trace_detail(run, err);
	if (code == SONDE_OK && run->opts->mtu)
		code = sn_trace_measure(run, err);
	return code;
}

/* ---- behind the last packet ---- */

static void finish(struct sn_trace_run *run)
{
	sn_progress_hide(&run->progress);
	run->status = sn_exit_worse(run->status, sn_trace_status(run));
	if (run->failed.code)
		run->status = sn_exit_worse(run->status, sn_output_error(&run->failed));
	sonde_session_free(run->session);
	for (uint32_t i = 0; i < run->measure_count; i++)
		sn_measure_finish(&run->measures[i]);
	free(run->measures);
	free(run->limiters);
	for (size_t i = 0; i < run->repeat_count; i++)
		sn_repeat_finish(&run->repeats[i]);
	free(run->repeats);
	sn_live_free(run->live);
	sn_sinks_finish(&run->sinks);
	free(run->locals);
	sn_list_finish(&run->list);
	sn_buf_finish(&run->out);
	sn_buf_finish(&run->rows);
	run->status = sn_exit_worse(run->status, sn_reach_finish(&run->reach));
	if (run->signal_fd >= 0)
		close(run->signal_fd);
}

/* Who calls traceroute asks whether it could be done, not whether the target was reached. */
static int traceroute_status(const struct sn_trace_run *run)
{
	enum { NOT_REACHED = 1, FAILED_HERE = 1, NOT_UNDERSTOOD = 2 };
	if (run->status == SN_TRACE_INTERRUPTED)
		return SN_TRACE_INTERRUPTED;
	return run->unknown ? NOT_UNDERSTOOD : run->status > NOT_REACHED ? FAILED_HERE : 0;
}

int sn_cmd_trace(const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_trace_run run = {.opts = opts, .reach = {.opts = opts, .shows_names = true}, .signal_fd = -1};
	if (sn_reach_check(&run.reach, err) < 0 || sn_method_choose(opts, &run.method, err) < 0) {
		sn_reach_finish(&run.reach);
		return 0;
	}
	int code = sn_sinks_open(&run.sinks, opts, "trace", err);
	run.reach.quiet = !run.sinks.text;
	if (code == SONDE_OK)
		code = read_list(&run, err);
	if (code == SONDE_OK)
		code = add_hosts(&run, err);
	if (code == SONDE_OK)
		code = open_net(&run, err);
	if (code == SONDE_OK) {
		look_up_all(&run); /* before the signals are taken over: a slow name server can be interrupted as usual */
		code = sn_signals_open(&run.signal_fd, err);
	}
	if (code == SONDE_OK)
		code = make_session(&run, err);
	if (code == SONDE_OK) {
		run.begun_at_ns = run.reach.net.clock->ops->now(run.reach.net.clock);
		sn_progress_begin(&run.progress, run.reach.targets.count * opts->repeat, opts->targets ? "hosts" : "traces",
		                  run.begun_at_ns);
		run.round_count = 1;
		start_some(&run);
		run_traces(&run, err);
		sn_trace_report(&run, err);
	}
	struct sn_hint_about known = known_of(&run, NULL);
	sn_hint_fill(err, &known);
	sn_sinks_give_up(&run.sinks, err);
	finish(&run);
	return opts->as_traceroute ? traceroute_status(&run) : run.status;
}
