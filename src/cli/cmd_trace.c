/* SPDX-License-Identifier: MIT */
/* From options to a finished trace: open, look up, start, run, report. What a probe is and how a row looks is known elsewhere. */
#include "cli/cmd_trace.h"

#include "cli/cmds.h"
#include "cli/hints.h"
#include "cli/live.h"
#include "cli/local.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "cli/targets.h"
#include "cli/terminal.h"
#include "cli/wires.h"
#include "ext/cap.h"
#include "ext/wire_sim.h"

#include <sonde/session.h>

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { PROTOCOLS_MAX = 4, EXIT_NOT_REACHED = 1, EXIT_LOCAL = 2, EXIT_INTERRUPTED = 130 };

struct run {
	const struct sn_opts *opts;
	struct sn_method_choice method;
	struct sonde_addr source; /* -s; family 0: none */
	uint8_t family;           /* that the targets must have; 0: any */
	struct sn_net net;
	struct sn_targets targets;
	struct sonde_session *session;
	struct sn_live *live;
	uint32_t trace_count; /* traces started */
	struct sn_buf repeat; /* options that commands to try must repeat */
	struct sn_local *locals; /* one for each */
	struct sn_buf out;
	const char *notice; /* last one printed */
	int signal_fd;
	bool interrupted, closed;
	struct sonde_error failed; /* the first failure while the traces ran */
	int status;
};

/* ---- before the first packet ---- */

static struct sn_hint_about known_of(const struct run *run, const struct sonde_addr *target)
{
	return (struct sn_hint_about){.opts = run->opts, .target = target, .wire = run->net.wire ? run->net.wire->ops->name : NULL};
}

/* A failure of one host: told at once, the others go on. */
static void host_failed(struct run *run, const struct sonde_addr *target, struct sonde_error *err)
{
	struct sn_hint_about known = known_of(run, target);
	sn_hint_fill(err, &known);
	run->status = sn_exit_worse(run->status, sn_output_error(err));
}

static int check_options(struct run *run, struct sonde_error *err)
{
	const struct sn_opts *opts = run->opts;
	if (opts->first_ttl > opts->max_ttl)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_RANGE, 0, "--first %u is behind --max-hops %u", (unsigned)opts->first_ttl,
		                             (unsigned)opts->max_ttl),
		                  "give -m %u or more, or a nearer -f", (unsigned)opts->first_ttl);
	run->family = opts->family;
	if (opts->source) {
		if (sn_source_read(opts->source, &run->source, err) < 0)
			return err->code;
		if (run->family && run->family != run->source.family)
			return sonde_hint(err,
			                  sonde_fail(err, SONDE_E_USAGE, 0, "option --source: '%.60s' is no IPv%u address", opts->source,
			                             (unsigned)run->family),
			                  "leave -%u out, or give another source", (unsigned)run->family);
		run->family = run->source.family;
	}
	return sn_method_choose(opts, &run->method, err);
}

/* The families that the hosts may have: what an address in numbers is traced as, else both. */
static void families_of(const struct run *run, struct sn_wire_open_cfg *cfg)
{
	for (int i = 0; i < run->opts->operand_count; i++) {
		struct sonde_addr addr = {0};
		uint8_t family = run->family;
		if (!family && sn_target_is_number(run->opts->operands[i], &addr))
			family = addr.family;
		cfg->ip4 |= family != 6;
		cfg->ip6 |= family != 4;
	}
}

static int open_net(struct run *run, struct sonde_error *err)
{
	const struct sonde_method_info *method = sonde_method_info(run->method.id);
	/* without ping rights the default becomes udp, when the wire is open and the target known */
	const uint8_t protocols[PROTOCOLS_MAX] = {method->protocol4, method->protocol6, IPPROTO_UDP};
	struct sn_wire_open_cfg cfg = {.protocols = protocols,
	                               .protocol_count = run->method.asked ? 2 : 3,
	                               .device = run->opts->device,
	                               .mark = run->opts->mark,
	                               .privilege = sn_cap_net_raw};
	families_of(run, &cfg);
	int code = sn_net_open(&run->net, run->opts, &cfg, err);
	/* What needed a capability is open; name servers' answers are the first bytes that come in. */
	return code == SONDE_OK && !run->opts->sim ? sn_cap_keep_bind(err) : code;
}

static int not_in_sim(const struct run *run, const char *host, struct sonde_error *err)
{
	struct sonde_addr other;
	bool otherwise = run->family && (sn_wire_sim_resolve(run->net.wire, host, 0, 0, &other) == 0 || sonde_addr_parse(host, &other));
	if (otherwise) {
		sonde_fail(err, SONDE_E_HOST, 0, "host '%.60s' has no IPv%u address in the simulated network %.60s", host,
		           (unsigned)run->family, run->opts->sim);
		return sonde_hint(err, SONDE_E_HOST, "leave out -%u", (unsigned)run->family);
	}
	sonde_fail(err, SONDE_E_HOST, 0, "cannot find host '%.60s' in the simulated network %.60s", host, run->opts->sim);
	return sonde_hint(err, SONDE_E_HOST, "give an address, or a name that stands in that file");
}

static bool in_sim(const struct run *run, const char *host, size_t nth, struct sonde_addr *out)
{
	if (sn_wire_sim_resolve(run->net.wire, host, run->family, nth, out) == SONDE_OK)
		return true;
	return nth == 0 && sonde_addr_parse(host, out) && (!run->family || out->family == run->family);
}

static int look_up(struct run *run, const char *host, struct sonde_error *err)
{
	if (!run->opts->sim)
		return sn_targets_resolve(&run->targets, host, run->family, run->opts->all_addresses, err);
	struct sn_target target = {.host = host, .address_count = 1};
	size_t most = run->opts->all_addresses ? SIZE_MAX : 1, nth = 0;
	int code = SONDE_OK;
	for (; code == SONDE_OK && nth < most && in_sim(run, host, nth, &target.addr); nth++)
		code = sn_targets_add(&run->targets, &target);
	if (nth == 0)
		return not_in_sim(run, host, err);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for the target '%.80s'", host);
}

/* The method for one target: the one asked for, or the best that this user may send. */
static size_t method_for(const struct run *run, const struct sn_target *target)
{
	bool dgram = strcmp(run->net.wire->ops->name, "dgram") == 0;
	if (run->method.asked || !dgram || sn_wire_dgram_can_ping(target->addr.family))
		return run->method.id;
	return (size_t)sonde_method_find("udp");
}

static struct sonde_trace_cfg cfg_for(const struct run *run, const struct sn_target *target)
{
	const struct sn_opts *opts = run->opts;
	struct sonde_trace_cfg cfg;
	sonde_trace_cfg_init(&cfg);
	cfg.src = run->source;
	cfg.dst = target->addr;
	cfg.method = method_for(run, target);
	cfg.dport = run->method.dport;
	cfg.sport[0] = opts->sport;
	cfg.first_ttl = opts->first_ttl;
	cfg.max_ttl = opts->max_ttl;
	cfg.queries = opts->queries;
	cfg.window = opts->window;
	cfg.gap = opts->gap;
	cfg.size_bytes = opts->size_bytes;
	cfg.no_wait = opts->no_wait;
	cfg.send_gap_ns = opts->pause_ns;
	cfg.wait_max_ns = opts->wait_ns;
	cfg.deadline_ns = opts->deadline_ns;
	return cfg;
}

/* What the wire cannot do, once: also to those who chose it. */
static void tell_notice(struct run *run, uint8_t protocol)
{
	const struct sonde_wire_ops *ops = run->net.wire->ops;
	const char *notice = ops->notice ? ops->notice(run->net.wire, protocol) : NULL;
	if (!notice || (run->notice && strcmp(run->notice, notice) == 0))
		return;
	sn_output_notice(notice);
	run->notice = notice;
}

static int start(struct run *run, const struct sn_target *target, struct sonde_error *err)
{
	struct sonde_trace_cfg cfg = cfg_for(run, target);
	const struct sonde_method_info *method = sonde_method_info(cfg.method);
	uint8_t protocol = cfg.dst.family == 4 ? method->protocol4 : method->protocol6;
	const struct sonde_wire_ops *ops = run->net.wire->ops;
	struct sonde_session_wish wish = {.device = run->opts->device, .mark = run->opts->mark, .broadcast = run->opts->force};
	struct sn_text_about about = {.host = target->host,
	                              .repeat = sn_buf_text(&run->repeat),
	                              .address_count = run->opts->all_addresses ? 1 : target->address_count,
	                              .wire = ops->name,
	                              .method = method,
	                              .flow_constant = method->flow_constant && ops->flow_constant(run->net.wire, protocol)};
	struct sonde_route route;
	uint32_t trace_id;
	if (!run->opts->force && sn_target_check(target, err) < 0)
		return err->code;
	if (sn_size_check(target, cfg.method, cfg.dport, cfg.size_bytes, err) < 0)
		return err->code;
	if (sonde_session_add(run->session, &cfg, &wish, &trace_id, &route, err) < 0)
		return err->code;
	run->locals[trace_id].route = route;
	run->trace_count++;
	tell_notice(run, protocol);
	int code = sn_live_add(run->live, &about);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for the table of '%.80s'", target->host);
}

static void look_up_all(struct run *run)
{
	for (int i = 0; i < run->opts->operand_count; i++) {
		struct sonde_error err = {0};
		if (look_up(run, run->opts->operands[i], &err) < 0)
			host_failed(run, NULL, &err);
	}
}

static void start_all(struct run *run)
{
	for (size_t i = 0; i < run->targets.count; i++) {
		struct sonde_error err = {0};
		if (start(run, &run->targets.items[i], &err) < 0)
			host_failed(run, &run->targets.items[i].addr, &err);
	}
}

/* ---- while it runs ---- */

static void fail_run(struct run *run, const struct sonde_error *err)
{
	if (!run->failed.code)
		run->failed = *err;
	sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
}

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct run *run = ctx;
	struct sonde_error err;
	if (event->trace_id < run->trace_count)
		sn_local_event(&run->locals[event->trace_id], event);
	int code = sn_live_event(run->live, event);
	if (code < 0) {
		sonde_fail(&err, code, 0, "no room for the table of a trace");
		fail_run(run, &err);
	}
}

static void take_signals(struct run *run)
{
	struct sn_signals_seen seen = sn_signals_take(run->signal_fd);
	if (seen.resized) {
		uint16_t width, height;
		sn_terminal_size(&width, &height);
		sn_live_resize(run->live, width, height);
	}
	if (seen.interrupted && !run->interrupted) {
		run->interrupted = true;
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	}
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct run *run = ctx;
	struct sonde_error err;
	take_signals(run);
	sonde_at_ns again = sn_live_turn(run->live, now, &run->out);
	if (run->closed || run->failed.code) {
		sn_buf_clear(&run->out); /* nobody reads it */
		return SONDE_NEVER;
	}
	int code = sn_output(&run->out, &err);
	if (code == SN_OUTPUT_CLOSED) {
		run->closed = true;
		sonde_session_stop(run->session, SONDE_STOP_INTERRUPTED);
	} else if (code < 0) {
		fail_run(run, &err);
	}
	return again;
}

static int make_session(struct run *run, struct sonde_error *err)
{
	struct sonde_session_cfg cfg = {.wire = run->net.wire,
	                                .clock = run->net.clock,
	                                .ctx = run,
	                                .on_event = on_event,
	                                .on_turn = on_turn,
	                                .wake_fd = run->signal_fd};
	if (run->opts->sim)
		memcpy(cfg.engine.secret, &run->opts->seed, sizeof run->opts->seed); /* reproducible: nobody forges in a simulation */
	else if (getrandom(cfg.engine.secret, sizeof cfg.engine.secret, 0) != (ssize_t)sizeof cfg.engine.secret)
		return sonde_fail(err, SONDE_E_INTERNAL, errno, "the kernel gives no random bytes");
	struct sn_live_cfg live = sn_terminal_cfg(run->opts);
	run->locals = calloc(run->targets.count + 1, sizeof *run->locals);
	int code = run->locals ? sonde_session_new(&run->session, &cfg) : SONDE_E_NOMEM;
	if (code == SONDE_OK)
		code = sn_live_new(&run->live, &live);
	return code == SONDE_OK ? code : sonde_fail(err, code, 0, "no room for a trace");
}

static int run_traces(struct run *run, struct sonde_error *err)
{
	if (run->trace_count == 0)
		return SONDE_OK;
	/* source ports are held: nothing that needs a capability comes after this */
	if (!run->opts->sim && sn_cap_drop_all(err) < 0)
		return err->code;
	int code = sonde_session_run(run->session, err);
	if (code < 0) {
		sonde_session_stop(run->session, SONDE_STOP_LOCAL_ERROR);
		sonde_session_turn(run->session); /* the rows so far are printed */
	}
	return code;
}

/* ---- behind the last packet ---- */

/* A closed output and a full disk have their own end: what else failed is not told then. */
static int status_of(const struct run *run, uint32_t id)
{
	const struct sonde_path *path = sn_live_path(run->live, id);
	const struct sonde_event_end *end = path ? sonde_path_end(path) : NULL;
	struct sonde_error err;
	int failed = 0;
	if (end && !run->closed && !run->failed.code && sn_local_error(&run->locals[id], path, run->opts, run->net.wire->ops->name, &err))
		failed = sn_output_error(&err);
	if (run->interrupted && (!end || end->stop == SONDE_STOP_INTERRUPTED))
		return EXIT_INTERRUPTED;
	if (!end)
		return EXIT_NOT_REACHED;
	int found = sonde_findings_exit_status(sn_live_findings(run->live, id), 0);
	return end->stop == SONDE_STOP_LOCAL_ERROR ? sn_exit_worse(found, failed ? failed : EXIT_LOCAL) : found;
}

static void finish(struct run *run)
{
	for (uint32_t id = 0; id < run->trace_count; id++)
		run->status = sn_exit_worse(run->status, status_of(run, id));
	if (run->failed.code)
		run->status = sn_exit_worse(run->status, sn_output_error(&run->failed));
	sonde_session_free(run->session);
	sn_live_free(run->live);
	free(run->locals);
	sn_buf_finish(&run->out);
	sn_buf_finish(&run->repeat);
	sn_targets_finish(&run->targets);
	sn_net_finish(&run->net);
	if (run->signal_fd >= 0)
		close(run->signal_fd);
}

int sn_cmd_trace(const struct sn_opts *opts, struct sonde_error *err)
{
	struct run run = {.opts = opts, .signal_fd = -1};
	if (check_options(&run, err) < 0)
		return 0;
	sn_opts_repeat(opts, &run.repeat);
	int code = open_net(&run, err);
	if (code == SONDE_OK) {
		look_up_all(&run); /* before the signals are taken over: a slow name server can be interrupted as usual */
		code = sn_signals_open(&run.signal_fd, err);
	}
	if (code == SONDE_OK)
		code = make_session(&run, err);
	if (code == SONDE_OK) {
		start_all(&run);
		run_traces(&run, err);
	}
	struct sn_hint_about known = known_of(&run, NULL);
	sn_hint_fill(err, &known);
	finish(&run);
	return run.status;
}
