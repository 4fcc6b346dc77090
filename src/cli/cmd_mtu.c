/* SPDX-License-Identifier: MIT */
/* From options to a measured path MTU. What is sent and how the table looks is known elsewhere. */
#include "cli/cmd_mtu.h"

#include "cli/asked_again.h"
#include "cli/await.h"
#include "cli/exits.h"
#include "cli/hints.h"
#include "cli/measure.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/sinks.h"
#include "cli/terminal.h"
#include "out/mtu.h"

#include <netinet/in.h>
#include <unistd.h>

enum { PROTOCOLS_MAX = 3, EXIT_INTERRUPTED = 130 };
/* Where packets vanish all is said by then. */
#define ALL_NS (10 * SONDE_S)

struct run {
	const struct sn_opts *opts;
	struct sn_method_choice method;
	struct sn_reach reach;
	struct sonde_session *session;
	struct sn_measure measure;
	struct sn_sinks sinks;
	struct sn_live_cfg screen;
	struct sn_buf out;
	int signal_fd;
	bool interrupted;
	struct sn_asked_again again; /* zero: it was not */
	int status;
};

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct run *run = ctx;
	sn_enrich_event(&run->reach.enrich, event);
	sn_measure_event(&run->measure, event);
	if (!sn_sinks_event(&run->sinks, event, run->reach.targets.items->host) && !run->interrupted)
		sonde_session_stop(run->session, sn_sinks_stop(&run->sinks));
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct run *run = ctx;
	struct sn_signals_seen seen = sn_signals_take(run->signal_fd);
	sonde_at_ns names_at_ns;
	(void)sn_enrich_turn(&run->reach.enrich, now, &names_at_ns);
	sn_sinks_known(&run->sinks, &run->reach.enrich, false);
	if (seen.interrupted && !run->interrupted) {
		run->interrupted = true;
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	}
	return names_at_ns;
}

static int open_all(struct run *run, struct sonde_error *err)
{
	const struct sonde_method_info *method = sonde_method_info(run->method.id);
	const uint8_t protocols[PROTOCOLS_MAX] = {method->protocol4, method->protocol6, IPPROTO_UDP};
	struct sonde_session_cfg cfg = {.ctx = run, .on_event = on_event, .on_turn = on_turn};
	int code = sn_reach_add_host(&run->reach, run->opts->operands[0], err);
	if (code == SONDE_OK)
		code = sn_reach_open(&run->reach, protocols, run->method.asked ? 2 : 3, err);
	if (code == SONDE_OK)
		code = sn_reach_look_up(&run->reach, 0, err);
	if (code == SONDE_OK)
		code = sn_signals_open(&run->signal_fd, err);
	cfg.wake_fd = sn_enrich_watch(&run->reach.enrich, run->signal_fd);
	run->screen.style.who = sn_enrich_source(&run->reach.enrich);
	if (code == SONDE_OK)
		code = sn_reach_session(&run->reach, &cfg, &run->session, err);
	run->measure = (struct sn_measure){.reach = &run->reach, .session = run->session};
	if (code == SONDE_OK)
		sn_sinks_begin(&run->sinks, cfg.clock->ops->wall_ns(cfg.clock, 0), NULL);
	return code;
}

/* What of it stands above its table. */
static void put_header(struct run *run, const struct sn_target *target)
{
	struct sonde_trace_cfg cfg = run->measure.cfg;
	struct sn_text_about about;
	cfg.mtu_bytes = sn_measure_most_bytes(&run->measure);
	sn_reach_about(&run->reach, target, &cfg, &about);
	sn_mtu_header(&run->out, &run->screen.style, &about, &cfg);
}

static int start(struct run *run, const struct sn_target *target, size_t method, sonde_ns deadline_ns, struct sonde_error *err)
{
	struct sonde_trace_cfg cfg = sn_reach_cfg(&run->reach, target);
	cfg.method = method;
	cfg.dport = run->method.dport;
	cfg.deadline_ns = deadline_ns;
	return sn_measure_start(&run->measure, target, &cfg, err);
}

static int finish_one(struct run *run, const struct sn_target *target, struct sonde_error *err)
{
	int code = sonde_session_run(run->session, err);
	return code == SONDE_OK ? sn_measure_judge(&run->measure, target, err) : code;
}

/* Where echo requests do not tell, UDP may: fewer filter it, and its answers are small. The better one of both is told. */
static int ask_by_udp(struct run *run, const struct sn_target *target, struct sonde_error *err)
{
	struct sn_measure by_echo = run->measure;
	sonde_ns left_ns = ALL_NS - (by_echo.ended_at_ns - by_echo.started_at_ns);
	run->measure = (struct sn_measure){.reach = &run->reach, .session = run->session};
	int code = start(run, target, (size_t)sonde_method_find("udp"), left_ns, err);
	if (code == SONDE_OK)
		code = finish_one(run, target, err);
	sn_asked_again(by_echo.path, code == SONDE_OK ? run->measure.path : NULL, run->interrupted, &run->again);
	sn_measure_finish(run->again.by_udp ? &by_echo : &run->measure);
	if (!run->again.by_udp)
		run->measure = by_echo;
	run->measure.asked = run->again.method;
	sn_text_wrap(&run->out, run->screen.style.width_columns, sn_buf_text(&run->again.note));
	if (run->again.by_udp)
		put_header(run, target);
	*err = (struct sonde_error){0}; /* what this did not find out stays as it was */
	return sn_measure_judge(&run->measure, target, err);
}

static int report(struct run *run, const struct sn_target *target, struct sonde_error *err)
{
	const struct sonde_path *path = run->measure.path;
	struct sn_report_trace told = {.path = path,
	                               .findings = &run->measure.findings,
	                               .trace_id = run->measure.trace_id,
	                               .mtu = true,
	                               .note = run->again.method ? sn_buf_text(&run->again.note) : NULL,
	                               .also_method = run->again.method,
	                               .also_result = run->again.result};
	struct sn_report report = {
	    .traces = &told, .trace_count = path && sonde_path_cfg(path), .who = sn_enrich_source(&run->reach.enrich)};
	if (report.trace_count)
		sn_reach_about(&run->reach, target, sonde_path_cfg(path), &told.about);
	sn_sinks_known(&run->sinks, &run->reach.enrich, true);
	return sn_sinks_report(&run->sinks, &report, err);
}

static void put_table(const void *ctx, struct sn_buf *out)
{
	const struct run *run = ctx;
	sn_mtu_table(out, &run->screen.style, run->measure.path);
}

/* The table is written once, when all that there is to it is known. */
static void wait_for_names(struct run *run)
{
	struct sn_frame frame = {0};
	const struct sn_await await = {.reach = &run->reach,
	                               .fd = run->signal_fd,
	                               .screen = &run->screen,
	                               .sinks = &run->sinks,
	                               .frame = &frame,
	                               .out = &run->out,
	                               .table = put_table,
	                               .ctx = run};
	if (!run->interrupted)
		sn_await_names(&await);
	sn_frame_finish(&frame);
}

static int run_all(struct run *run, struct sonde_error *err)
{
	const struct sn_target *target = run->reach.targets.items;
	size_t method = sn_reach_method(&run->reach, &run->method, target);
	int code = start(run, target, method, run->opts->deadline_ns, err);
	if (code < 0) {
		run->status = sn_reach_failed(&run->reach, &target->addr, err);
		sn_sinks_give_up(&run->sinks, err);
		*err = (struct sonde_error){0};
		return code;
	}
	if (code == SONDE_OK) {
		put_header(run, target);
		code = sn_sinks_text(&run->sinks, &run->out, err);
	}
	if (code == SONDE_OK)
		code = finish_one(run, target, err);
	bool again = code == SONDE_OK && !run->method.asked && !run->interrupted && !run->opts->deadline_ns;
	if (again && sn_echo_is_doubted(run->measure.path))
		code = ask_by_udp(run, target, err);
	if (code < 0)
		return code;
	wait_for_names(run);
	sn_measure_tell(&run->measure, &run->screen.style, run->screen.findings, &run->out);
	code = sn_sinks_text(&run->sinks, &run->out, err);
	if (code >= 0)
		code = report(run, target, err);
	bool cut = run->interrupted || run->sinks.closed;
	run->status = sn_exit_worse(run->status, cut ? EXIT_INTERRUPTED : sn_measure_status(&run->measure));
	return code;
}

int sn_cmd_mtu(const struct sn_opts *opts, struct sonde_error *err)
{
	struct run run = {.opts = opts, .reach = {.opts = opts, .shows_names = true}, .signal_fd = -1, .screen = sn_terminal_cfg(opts)};
	int code = sn_reach_check(&run.reach, err);
	if (code == SONDE_OK)
		code = sn_method_choose(opts, &run.method, err);
	if (code == SONDE_OK)
		code = sn_sinks_open(&run.sinks, opts, "mtu", err);
	run.reach.quiet = !run.sinks.text;
	if (code == SONDE_OK)
		code = open_all(&run, err);
	if (code == SONDE_OK)
		run_all(&run, err);
	const struct sonde_wire *wire = run.reach.net.wire;
	struct sn_hint_about known = {.opts = opts, .wire = wire ? wire->ops->name : NULL};
	sn_hint_fill(err, &known);
	sn_sinks_give_up(&run.sinks, err);
	sn_measure_finish(&run.measure);
	sonde_session_free(run.session);
	sn_sinks_finish(&run.sinks);
	sn_buf_finish(&run.out);
	sn_buf_finish(&run.again.note);
	run.status = sn_exit_worse(run.status, sn_reach_finish(&run.reach));
	if (run.signal_fd >= 0)
		close(run.signal_fd);
	return run.status;
}
