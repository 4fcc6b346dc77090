/* SPDX-License-Identifier: MIT */
/* From a capture to its tables. How frames are read and packets are paired is known elsewhere. */
#include "cli/cmd_replay.h"

#include "cli/confine.h"
#include "cli/detail.h"
#include "cli/enrich.h"
#include "cli/exits.h"
#include "cli/live.h"
#include "cli/output.h"
#include "cli/repeat.h"
#include "cli/replay_compare.h"
#include "cli/replay_limiters.h"
#include "cli/replay_mtu.h"
#include "cli/sinks.h"
#include "cli/terminal.h"
#include "ext/pcap.h"
#include "io/wires.h"
#include "out/limiter.h"
#include "packet/link.h"
#include "replay/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct host {
	char text[SONDE_ADDR_TEXT];
};

struct run {
	const struct sn_opts *opts;
	const char *file;
	struct sn_replay *replay;
	struct sn_live *live;
	struct sn_sinks sinks;
	struct sn_detail detail;
	struct sn_enrich enrich;
	struct host *hosts;         /* of each trace, as text */
	struct sn_repeat *repeats;  /* of rounds: what the traces to each target come to */
	size_t repeat_count;
	size_t told_count;          /* traces that have tables of their own */
	struct sn_replay_limiters *limiters; /* of each of them; NULL: nobody asked for them */
	struct sn_replay_mtu mtu;   /* of two searches for the MTU which is told */
	struct sn_buf out;
	uint64_t frame_count;
	struct sn_clock_system system; /* for how long name servers are waited for */
	uint64_t found[SN_LINK_COUNT]; /* frames by what they held */
	bool full;                  /* the rest was not read: more than is remembered */
	int status;
};

/* ---- reading ---- */

static int unknown_link(const struct run *run, uint32_t link_type, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "capture '%.100s': its link type %" PRIu32 " is not read here", run->file, link_type);
	return sonde_hint(err, SONDE_E_UNSUPPORTED,
	                  "capture on one interface, or with 'tcpdump -i any': Ethernet, raw IP and Linux cooked are read");
}

static int take(struct run *run, const struct sn_captured *frame, struct sonde_error *err)
{
	struct sn_link_packet packet;
	enum sn_link_found found = sn_link_ip(frame->link_type, frame->bytes, frame->captured_bytes, &packet);
	run->frame_count++;
	run->found[found]++;
	if (found == SN_LINK_UNKNOWN)
		return unknown_link(run, frame->link_type, err);
	sn_replay_until(run->replay, frame->at_ns);
	if (frame->whole_bytes == 0 && sn_replay_round(run->replay, frame->at_ns) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the capture '%.100s'", run->file);
	if (found != SN_LINK_IP)
		return SONDE_OK;
	sn_detail_take(&run->detail,
	               &(struct sonde_rx){.at_ns = frame->at_ns, .bytes = packet.bytes, .length_bytes = packet.length_bytes});
	int code = sn_replay_packet(run->replay, frame->at_ns, packet.bytes, packet.length_bytes);
	run->full |= code == SONDE_E_RANGE;
	return code == SONDE_E_RANGE ? SONDE_OK : code < 0 ? sonde_fail(err, code, 0, "no room for the capture '%.100s'", run->file) : code;
}

/* A capture that ends in the middle of a record, as that of a program that was killed does, is told and read as far as it goes. */
static int read_all(struct run *run, struct sn_pcap_in *in, struct sonde_error *err)
{
	struct sn_captured frame;
	int got, code = SONDE_OK;
	while (code == SONDE_OK && !run->full && (got = sn_pcap_next(in, &frame, err)) != 0) {
		if (got < 0 && run->frame_count) {
			run->status = sn_exit_worse(run->status, sn_output_error(err));
			*err = (struct sonde_error){0};
			break;
		}
		code = got < 0 ? got : take(run, &frame, err);
	}
	return code;
}

static void tell_full(const struct run *run)
{
	char text[256];
	snprintf(text, sizeof text, "the capture '%.100s' holds more packets than are remembered: read up to frame %" PRIu64
	         "; filter it, as in tcpdump -r FILE -w SMALLER host TARGET or icmp", run->file, run->frame_count);
	sn_output_notice(text);
}

/* Who captured missed probes: answers to them cannot be told, and neither can silence. */
static void tell_orphans(const struct run *run)
{
	char text[256];
	size_t count = sn_replay_orphan_count(run->replay);
	if (!count)
		return;
	snprintf(text, sizeof text,
	         "the capture '%.100s' lacks probes: %zu ICMP error%s quote%s packets to these targets that are not in it", run->file,
	         count, count == 1 ? "" : "s", count == 1 ? "s" : "");
	sn_output_notice(text);
}

/* What looks like silence may be an answer of which too little was stored. */
static void tell_cut(const struct run *run)
{
	char text[256];
	size_t count = sn_replay_cut_count(run->replay);
	if (!count || !sn_replay_count(run->replay))
		return;
	snprintf(text, sizeof text, "the capture '%.100s' cuts %zu ICMP error%s short of what %s: take no snap length below 128", run->file,
	         count, count == 1 ? "" : "s", count == 1 ? "it answers" : "they answer");
	sn_output_notice(text);
}

static int pair(struct run *run, struct sonde_error *err)
{
	int code = sn_replay_pair(run->replay);
	if (code == SONDE_E_RANGE)
		run->full = true;
	else if (code < 0)
		return sonde_fail(err, code, 0, "no room for the capture '%.100s'", run->file);
	if (run->full)
		tell_full(run);
	tell_orphans(run);
	tell_cut(run);
	if (sn_replay_count(run->replay))
		return SONDE_OK;
	sonde_fail(err, SONDE_E_FORMAT, 0, "capture '%.100s': no trace in it, of %" PRIu64 " frames %" PRIu64 " hold IP", run->file,
	           run->frame_count, run->found[SN_LINK_IP]);
	return sonde_hint(err, SONDE_E_FORMAT,
	                  "capture where the path mapper runs, its probes and ICMP: no snap length below 128, no narrower filter");
}

/* ---- names ---- */

/* A capture is read without asking anybody about its addresses, unless somebody is named who may be. */
static int open_names(struct run *run, struct sonde_error *err)
{
	int code = sn_enrich_open(&run->enrich, run->opts, true, err);
	if (code == SONDE_OK)
		sn_enrich_databases(&run->enrich, run->opts);
	if (code == SONDE_OK)
		sn_enrich_start(&run->enrich);
	return code;
}

static void want_name(void *ctx, const struct sonde_addr *addr)
{
	sn_enrich_addr(ctx, addr);
}

/* All at once, so that many tables wait no longer than one. */
static void look_up(struct run *run)
{
	struct sonde_clock *clock = &run->system.base;
	sn_replay_responders(run->replay, want_name, &run->enrich);
	sn_enrich_wait(&run->enrich, clock, clock->ops->now(clock) + run->opts->resolve_wait_ns, -1);
}

/* ---- showing ---- */

static int on_event(void *ctx, const struct sonde_event *event)
{
	struct run *run = ctx;
	if (event->trace_id & SN_REPLAY_AGAIN) /* beside the trace itself: a comparison has a place for it */
		return SONDE_OK;
	const struct sn_text_about *about = sn_live_about(run->live, event->trace_id);
	(void)sn_sinks_event(&run->sinks, event, about ? about->host : NULL); /* its failure is told at the end */
	return sn_live_event(run->live, event);
}

/* Of two searches for the MTU one may stand for both. */
static bool is_told(const struct run *run, uint32_t id)
{
	return !run->mtu.again.method || id == run->mtu.told;
}

static const struct sonde_findings *findings_of(const struct run *run, uint32_t id)
{
	return run->mtu.again.method ? &run->mtu.findings : sn_live_findings(run->live, id);
}

/* How tables look; instants of a capture are those of the wall clock. */
static struct sn_live_cfg screen_of(const struct run *run)
{
	struct sn_live_cfg screen = sn_terminal_cfg(run->opts);
	screen.style.who = sn_enrich_source(&run->enrich);
	screen.lost = run->opts->lost;
	return screen;
}

static int make_tables(struct run *run)
{
	size_t count = sn_replay_count(run->replay);
	struct sn_live_cfg cfg = screen_of(run);
	cfg.investigated = run->told_count < count ? SN_INVESTIGATED_MOST : 0;
	run->hosts = calloc(count + 1, sizeof *run->hosts);
	int code = run->hosts ? sn_live_new(&run->live, &cfg) : SONDE_E_NOMEM;
	for (size_t i = 0; code == SONDE_OK && i < count; i++) {
		const struct sonde_trace_cfg *trace = sn_replay_cfg(run->replay, i);
		struct sn_text_about about = {.host = sonde_addr_text(&trace->dst, run->hosts[i].text),
		                              .method = sonde_method_info(trace->method),
		                              .flow_constant = sn_replay_flow_constant(run->replay, i)};
		code = sn_live_add(run->live, &about);
	}
	return code;
}

/* The tables of rounds: one for each target, and no other. */
static int show_rounds(struct run *run, struct sonde_error *err)
{
	const struct sn_live_cfg screen = screen_of(run);
	size_t count = sn_replay_count(run->replay);
	int code = make_tables(run);
	run->repeats = code == SONDE_OK ? calloc(count, sizeof *run->repeats) : NULL;
	if (code == SONDE_OK && !run->repeats)
		code = SONDE_E_NOMEM;
	for (size_t i = 0; code == SONDE_OK && i < count; i++)
		code = sn_replay_play(run->replay, i, on_event, run);
	for (size_t i = 0; code == SONDE_OK && i < count; i++) {
		const struct sonde_addr *dst = &sn_replay_cfg(run->replay, i)->dst;
		bool told = false;
		for (size_t k = 0; k < i; k++)
			told |= sonde_addr_equal(&sn_replay_cfg(run->replay, k)->dst, dst);
		if (told)
			continue;
		code = sn_repeat_init(&run->repeats[run->repeat_count++], run->live, (uint32_t)count, dst, 0);
		run->status = sn_exit_worse(run->status, sn_repeat_status(run->live, (uint32_t)count, dst, 1));
	}
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the tables of '%.100s'", run->file);
	sn_repeat_text(run->repeats, run->repeat_count, &screen, &run->out);
	int written = sn_sinks_text(&run->sinks, &run->out, err);
	return written < 0 ? written : SONDE_OK;
}

/* The tables of traces from one on up to another. */
static int show_some(struct run *run, size_t from, size_t to, struct sonde_error *err)
{
	struct sn_live_cfg screen = sn_terminal_cfg(run->opts);
	int code = SONDE_OK, written = SN_OUTPUT_OK;
	for (size_t i = from; code == SONDE_OK && written == SN_OUTPUT_OK && i < to; i++) {
		code = sn_replay_play(run->replay, i, on_event, run);
		sn_live_turn(run->live, 0, &run->out);
		sn_detail_show(&run->detail, sn_live_path(run->live, (uint32_t)i), &screen.style, &run->out);
		written = sn_sinks_text(&run->sinks, &run->out, err);
		run->status = sn_exit_worse(run->status, sonde_findings_exit_status(sn_live_findings(run->live, (uint32_t)i), 0));
	}
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the tables of '%.100s'", run->file);
	return written < 0 ? written : SONDE_OK;
}

/* What hops were asked for their limiters is no table, but a line each below those. */
static int show_limiters(struct run *run, struct sonde_error *err)
{
	const struct sonde_path **paths = calloc(run->told_count, sizeof *paths);
	size_t count = sn_replay_count(run->replay);
	bool asked = false;
	run->limiters = paths ? calloc(run->told_count, sizeof *run->limiters) : NULL;
	int code = run->limiters ? SONDE_OK : SONDE_E_NOMEM;
	for (size_t i = 0; code == SONDE_OK && i < run->told_count; i++)
		paths[i] = sn_live_path(run->live, (uint32_t)i);
	if (code == SONDE_OK)
		code = sn_replay_asks_limiters(run->replay, paths, run->told_count, &asked);
	if (asked)
		code = sn_replay_limiters(run->replay, paths, run->told_count, on_event, run, run->limiters);
	free(paths);
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the tables of '%.100s'", run->file);
	if (asked) {
		for (size_t i = 0; i < run->told_count; i++)
			if (run->limiters[i].count || !run->limiters[i].asked)
				sn_limiter_lines(&run->out, run->limiters[i].items, run->limiters[i].count);
		int written = sn_sinks_text(&run->sinks, &run->out, err);
		return written < 0 ? written : SONDE_OK;
	}
	size_t from = run->told_count;
	free(run->limiters);
	run->limiters = NULL;
	run->told_count = count;
	return show_some(run, from, count, err);
}

static int show(struct run *run, struct sonde_error *err)
{
	int code = make_tables(run);
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the tables of '%.100s'", run->file);
	code = show_some(run, 0, run->told_count, err);
	return code == SONDE_OK && run->told_count < sn_replay_count(run->replay) ? show_limiters(run, err) : code;
}

/* Two searches for one MTU are one table, where the first did not tell. */
static int show_searches(struct run *run, struct sonde_error *err)
{
	const struct sn_live_cfg screen = screen_of(run);
	int code = make_tables(run);
	for (size_t i = 0; code == SONDE_OK && i < sn_replay_count(run->replay); i++)
		code = sn_replay_play(run->replay, i, on_event, run);
	if (code == SONDE_OK)
		code = sn_replay_mtu(run->live, &screen, &run->mtu, &run->out);
	if (code < 0)
		return sonde_fail(err, code, 0, "no room for the tables of '%.100s'", run->file);
	if (!run->mtu.again.method)
		sn_live_turn(run->live, 0, &run->out);
	for (uint32_t id = 0; id < run->told_count; id++)
		if (is_told(run, id))
			run->status = sn_exit_worse(run->status, sonde_findings_exit_status(findings_of(run, id), 0));
	int written = sn_sinks_text(&run->sinks, &run->out, err);
	return written < 0 ? written : SONDE_OK;
}

/* What the traces came to, as -o wants it. */
static int report(struct run *run, struct sonde_error *err)
{
	size_t count = sn_replay_count(run->replay);
	struct sn_report_trace *told = calloc(count + run->repeat_count + 1, sizeof *told), *series = told ? told + count : NULL;
	struct sn_report report = {.traces = told, .series = series, .capture = run->file, .who = sn_enrich_source(&run->enrich)};
	if (!told)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the output");
	for (size_t i = 0; run->repeats && i < run->repeat_count; i++)
		series[report.series_count++] = run->repeats[i].told;
	report.detail = run->detail.ttl ? sn_detail_report : NULL;
	report.detail_ctx = &run->detail;
	for (uint32_t id = 0; id < run->told_count; id++) {
		const struct sonde_path *path = sn_live_path(run->live, id);
		const struct sn_asked_again *again = &run->mtu.again;
		if (!sonde_path_cfg(path) || !is_told(run, id))
			continue;
		told[report.trace_count++] = (struct sn_report_trace){.about = *sn_live_about(run->live, id),
		                                                      .path = path,
		                                                      .findings = findings_of(run, id),
		                                                      .trace_id = id,
		                                                      .note = again->method ? sn_buf_text(&again->note) : NULL,
		                                                      .limiters = run->limiters ? run->limiters[id].items : NULL,
		                                                      .limiter_count = run->limiters ? run->limiters[id].count : 0,
		                                                      .also_method = again->method,
		                                                      .also_result = again->result,
		                                                      .mtu = sonde_path_cfg(path)->plan == SONDE_PLAN_PMTU};
	}
	int code = sn_sinks_report(&run->sinks, &report, err);
	free(told);
	return code < 0 ? code : SONDE_OK;
}

/* The tables of a comparison are one, those of --repeat, and those of sonde mtu, unless a probe is looked for in one of them. */
static int show_all(struct run *run, struct sonde_error *err)
{
	bool apart = run->opts->apart || run->detail.ttl;
	if (!apart && sn_replay_is_comparison(run->replay)) {
		const struct sn_live_cfg screen = screen_of(run);
		int status;
		int code = sn_replay_compare(run->replay, run->file, &screen, &run->sinks, &status, err);
		run->status = sn_exit_worse(run->status, status);
		return code;
	}
	bool rounds = !apart && sn_replay_is_repeated(run->replay), searches = !apart && sn_replay_is_asked_again(run->replay);
	run->told_count = apart ? sn_replay_count(run->replay) : sn_replay_told_count(run->replay);
	int code = rounds ? show_rounds(run, err) : searches ? show_searches(run, err) : show(run, err);
	return code == SONDE_OK ? report(run, err) : code;
}

int sn_cmd_replay(const struct sn_opts *opts, struct sonde_error *err)
{
	struct run run = {.opts = opts, .file = opts->operands[0], .detail = {.ttl = opts->detail_ttl}};
	struct sn_pcap_in *in = NULL;
	sn_clock_system_init(&run.system);
	int code = sn_sinks_open(&run.sinks, opts, "replay", err);
	if (code == SONDE_OK)
		code = open_names(&run, err);
	if (code == SONDE_OK && sn_replay_new(&run.replay) < 0)
		code = sonde_fail(err, SONDE_E_NOMEM, 0, "no room for a capture");
	if (code == SONDE_OK)
		code = sn_pcap_open(&in, run.file, err);
	if (code == SONDE_OK)
		code = sn_confine(SN_SECCOMP_OFFLINE, err);
	if (code == SONDE_OK)
		code = read_all(&run, in, err);
	sn_pcap_close(in);
	if (code == SONDE_OK)
		code = pair(&run, err);
	if (code == SONDE_OK) {
		sn_sinks_begin(&run.sinks, 0, run.file);
		look_up(&run);
		sn_sinks_known(&run.sinks, &run.enrich, true);
		(void)show_all(&run, err); /* err and the status say what came of it */
	}
	sn_sinks_give_up(&run.sinks, err);
	sn_live_free(run.live);
	sn_sinks_finish(&run.sinks);
	sn_replay_free(run.replay);
	sn_detail_finish(&run.detail);
	sn_enrich_finish(&run.enrich);
	sn_buf_finish(&run.out);
	sn_replay_mtu_finish(&run.mtu);
	for (size_t i = 0; i < run.repeat_count; i++)
		sn_repeat_finish(&run.repeats[i]);
	free(run.repeats);
	free(run.limiters);
	free(run.hosts);
	return run.status;
}
