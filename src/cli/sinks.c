/* SPDX-License-Identifier: MIT */
/* Feeds what -o asks for. */
#include "cli/sinks.h"

#include "cli/output.h"
#include "cli/terminal.h"
#include "ext/seccomp.h"
#include "out/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A document of 10,000 hops of 10 probes each has some 100 MB. */
enum { DOCUMENT_MAX_BYTES = 1 << 30 };

/* ---- opening ---- */

static const char *format_name(const void *ctx, size_t i)
{
	(void)ctx;
	return sn_format_names[i];
}

static int read_sink(const char *text, bool interface, struct sn_sink *sink, struct sonde_error *err)
{
	size_t bytes = strcspn(text, "=");
	sink->format = sn_format_find(text, bytes);
	sink->file = text[bytes] && strcmp(text + bytes, "=-") != 0 ? text + bytes + 1 : NULL;
	sink->out.fd = -1;
	if (!sink->format) {
		char name[64];
		snprintf(name, sizeof name, "%.*s", (int)(bytes < sizeof name ? bytes : sizeof name - 1), text);
		int code = sonde_fail(err, SONDE_E_USAGE, 0, "option --output (-o): '%.60s' is no format", name);
		const char *near = sn_nearest(name, format_name, NULL);
		return sonde_hint(err, code, near ? "did you mean %s? 'sonde --help' lists them" : "'sonde --help' lists them", near);
	}
	if (interface && !sink->format->interfaces && (sink->file || strcmp(sink->format->name, "text") != 0)) {
		int code = sonde_fail(err, SONDE_E_USAGE, 0, "%s does not show what probe-interface asks", sink->format->name);
		return sonde_hint(err, code, "give -o json, or leave -o out");
	}
	if (sink->file && !*sink->file)
		return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "option --output (-o): '%.60s' names no file", text),
		                  "give a file behind the equals sign, or leave that out");
	return SONDE_OK;
}

static int take(struct sn_sinks *sinks, const char *text, const char **on_stdout, struct sonde_error *err)
{
	struct sn_sink *sink = &sinks->items[sinks->count];
	if (read_sink(text, strcmp(sinks->command, "probe-interface") == 0, sink, err) < 0)
		return err->code;
	if (!sink->file && *on_stdout)
		return sonde_hint(err,
		                  sonde_fail(err, SONDE_E_USAGE, 0, "%s and %s would both go to standard output", *on_stdout,
		                             sink->format->name),
		                  "give one of them a file: -o %s=FILE", sink->format->name);
	if (!sink->file)
		*on_stdout = sink->format->name;
	/* the tables that grow are the text of a terminal and of a pipe */
	if (!sink->file && strcmp(sink->format->name, "text") == 0)
		return SONDE_OK;
	if (!sink->file && sink->format->look && strcmp(sinks->command, "trace") == 0 && sinks->opts->repeat < 2) {
		sinks->look = sink->format->look;
		return SONDE_OK;
	}
	for (size_t i = 0; sink->file && i < sinks->count; i++)
		if (sinks->items[i].file && sn_sink_file_is_same(sinks->items[i].file, sink->file))
			return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "option --output (-o): '%.120s' twice", sink->file),
			                  "give each format a file of its own");
	if (!sink->format->text && !sinks->json && sn_json_new(&sinks->json, err) < 0)
		return err->code;
	sinks->count++;
	return sink->file ? sn_sink_file_open(&sink->out, sink->file, !sink->format->stream, &sinks->placer, err) : SONDE_OK;
}

/* What was asked for on this command line and is nowhere in what is written. */
static void tell_unshown(const struct sn_sinks *sinks)
{
	static const struct {
		const char *option;
		uint8_t shows;
	} rows[] = {{"columns", SN_SHOWS_COLUMNS}, {"lost", SN_SHOWS_LOST}, {"findings", SN_SHOWS_FINDINGS}, {"detail", SN_SHOWS_DETAIL}};
	struct sn_buf line = {0};
	unsigned shown = sinks->text ? SN_SHOWS_ALL : 0, count = 0;
	for (size_t i = 0; i < sinks->count; i++)
		shown |= sinks->items[i].format->shows;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!(shown & rows[i].shows) && sn_opt_by_hand(sinks->opts, rows[i].option))
			sn_buf_printf(&line, "%s--%s", count++ ? ", " : "", rows[i].option);
	sn_buf_printf(&line, ": nothing that is written shows %s; -o text=FILE would", count > 1 ? "them" : "it");
	if (count && !line.bad)
		sn_output_notice(sn_buf_text(&line));
	sn_buf_finish(&line);
}

int sn_sinks_open(struct sn_sinks *sinks, const struct sn_opts *opts, const char *command, struct sonde_error *err)
{
	const char *on_stdout = NULL;
	*sinks = (struct sn_sinks){.opts = opts, .command = command};
	for (size_t i = 0; i < opts->outputs.count; i++)
		if (take(sinks, opts->outputs.items[i], &on_stdout, err) < 0)
			return err->code;
	if (sn_placer_start(&sinks->placer, sn_seccomp_files, err) < 0)
		return err->code;
	sinks->text = !on_stdout || strcmp(on_stdout, "text") == 0;
	sn_opts_command(opts, command, &sinks->again);
	if (sinks->again.bad)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the output");
	sinks->ready = true;
	tell_unshown(sinks);
	return SONDE_OK;
}

/* ---- writing ---- */

/* The others are written on; the first failure is told at the end. */
static void give_up_on(struct sn_sinks *sinks, struct sn_sink *sink, const struct sonde_error *err)
{
	sink->broken = true;
	if (!sinks->failed.code)
		sinks->failed = *err;
}

/* Writes and empties buf. */
static void write_out(struct sn_sinks *sinks, struct sn_sink *sink, struct sn_buf *buf)
{
	struct sonde_error err;
	int code = SN_OUTPUT_OK;
	if (!sink->broken && !(sinks->closed && !sink->file))
		code = sink->file ? sn_output_to(sink->out.fd, sink->file, buf, &err) : sn_output(buf, &err);
	sn_buf_clear(buf);
	if (code == SN_OUTPUT_CLOSED)
		sinks->closed = true;
	else if (code < 0)
		give_up_on(sinks, sink, &err);
}

static void put_options(struct sn_doc *doc, const void *ctx)
{
	sn_opts_tell(ctx, doc);
}

static void fill(const struct sn_sinks *sinks, struct sn_report *report)
{
	report->command = sinks->command;
	report->again = sn_buf_text(&sinks->again);
	report->errors = sinks->errors;
	report->error_count = sinks->error_count;
	report->version = SONDE_VERSION;
	report->wall_zero_ns = sinks->wall_zero_ns;
	report->lost = sinks->opts->lost;
	report->lines = sinks->opts->findings;
	report->options = put_options;
	report->options_ctx = sinks->opts;
}

/* Writes the document that was just told to all streams. */
static void write_line(struct sn_sinks *sinks)
{
	struct sn_buf line = {0};
	sn_json_write(sinks->json, true, &line);
	for (size_t i = 0; i < sinks->count; i++) {
		struct sn_sink *sink = &sinks->items[i];
		if (!sink->format->stream)
			continue;
		struct sn_buf copy = {.bad = line.bad};
		sn_buf_add(&copy, sn_buf_text(&line), line.length_bytes);
		write_out(sinks, sink, &copy);
		sn_buf_finish(&copy);
	}
	sn_buf_finish(&line);
}

static bool streams(const struct sn_sinks *sinks)
{
	for (size_t i = 0; i < sinks->count; i++)
		if (sinks->items[i].format->stream)
			return true;
	return false;
}

/* Those that the stream has not told yet, once it has begun. */
static void stream_errors(struct sn_sinks *sinks)
{
	for (; sinks->begun && sinks->told_error_count < sinks->error_count; sinks->told_error_count++) {
		sn_tell_stream_error(sn_json_doc(sinks->json), &sinks->errors[sinks->told_error_count]);
		write_line(sinks);
	}
}

void sn_sinks_failed(struct sn_sinks *sinks, const struct sonde_error *err)
{
	struct sonde_error *grown = sinks->count ? reallocarray(sinks->errors, sinks->error_count + 1, sizeof *grown) : NULL;
	if (!grown)
		return; /* it is on standard error in any case */
	sinks->errors = grown;
	grown[sinks->error_count++] = *err;
	stream_errors(sinks);
}

void sn_sinks_begin(struct sn_sinks *sinks, int64_t wall_zero_ns, const char *capture)
{
	struct sn_report report = {.capture = capture};
	sinks->wall_zero_ns = wall_zero_ns;
	fill(sinks, &report);
	if (!streams(sinks))
		return;
	sn_tell_stream_start(sn_json_doc(sinks->json), &report);
	write_line(sinks);
	sinks->begun = true;
	stream_errors(sinks);
}

/* What a trace was asked: its later events are told with that. */
static const struct sonde_trace_cfg *cfg_of(struct sn_sinks *sinks, const struct sonde_event *event)
{
	if (event->type != SONDE_EV_TRACE_START)
		return event->trace_id < sinks->cfg_count ? &sinks->cfgs[event->trace_id] : NULL;
	if (event->trace_id >= sinks->cfg_count) {
		size_t count = 2 * (size_t)event->trace_id + 4;
		struct sonde_trace_cfg *grown = reallocarray(sinks->cfgs, count, sizeof *grown);
		if (!grown)
			return NULL;
		memset(grown + sinks->cfg_count, 0, (count - sinks->cfg_count) * sizeof *grown);
		sinks->cfgs = grown;
		sinks->cfg_count = count;
	}
	sinks->cfgs[event->trace_id] = event->as.start;
	return &sinks->cfgs[event->trace_id];
}

/* Something that is written while the run goes on still is. */
static bool is_written(const struct sn_sinks *sinks)
{
	bool any = !sinks->count || sinks->text || sinks->look;
	for (size_t i = 0; i < sinks->count; i++)
		any |= !sinks->items[i].broken;
	return any && !sinks->closed;
}

bool sn_sinks_event(struct sn_sinks *sinks, const struct sonde_event *event, const char *host)
{
	if (!streams(sinks))
		return is_written(sinks);
	const struct sonde_trace_cfg *cfg = cfg_of(sinks, event);
	if (event->type == SONDE_EV_TRACE_START)
		sn_tell_event_start(sn_json_doc(sinks->json), event, host, sinks->wall_zero_ns);
	else
		sn_tell_event(sn_json_doc(sinks->json), event, cfg, sinks->wall_zero_ns);
	write_line(sinks);
	return is_written(sinks);
}

void sn_sinks_known(struct sn_sinks *sinks, struct sn_enrich *enrich, bool at_end)
{
	struct sonde_addr addr;
	const struct sn_who *who;
	while (streams(sinks) && sn_enrich_news(enrich, at_end, &addr, &who)) {
		sn_tell_stream_who(sn_json_doc(sinks->json), &addr, who);
		write_line(sinks);
	}
}

enum sonde_stop sn_sinks_stop(const struct sn_sinks *sinks)
{
	return sinks->closed ? SONDE_STOP_INTERRUPTED : SONDE_STOP_LOCAL_ERROR;
}

static int write_text(struct sn_sinks *sinks, bool wanted, struct sn_buf *text, struct sonde_error *err)
{
	if (wanted)
		return sn_output(text, err);
	sn_buf_clear(text);
	return sinks->closed ? SN_OUTPUT_CLOSED : SN_OUTPUT_OK;
}

int sn_sinks_text(struct sn_sinks *sinks, struct sn_buf *text, struct sonde_error *err)
{
	return write_text(sinks, sinks->text, text, err);
}

int sn_sinks_rows(struct sn_sinks *sinks, struct sn_buf *text, struct sonde_error *err)
{
	return write_text(sinks, sinks->text || sinks->look, text, err);
}

/* The trace of a finding; NULL: it is about all of its case. */
static const struct sn_report_trace *trace_of(const struct sn_report *report, const struct sonde_findings *findings, size_t path)
{
	for (size_t i = 0; i < report->trace_count; i++)
		if (report->traces[i].findings == findings && report->traces[i].index == path)
			return &report->traces[i];
	return NULL;
}

/* What was found stands behind the events. Findings of one case are told once. */
static void tell_findings(struct sn_sinks *sinks, const struct sn_report *report)
{
	const struct sonde_findings *told = NULL;
	for (size_t i = 0; i < report->trace_count; i++) {
		const struct sonde_findings *findings = report->traces[i].findings;
		for (size_t k = 0; findings && findings != told && k < findings->count; k++) {
			const struct sn_report_trace *trace = trace_of(report, findings, findings->items[k].path);
			sn_tell_stream_finding(sn_json_doc(sinks->json), trace ? &trace->trace_id : NULL, &findings->items[k]);
			write_line(sinks);
		}
		told = findings;
	}
}

/* A line for each trace. */
static void write_each(struct sn_sinks *sinks, struct sn_sink *sink, const struct sn_report *report)
{
	struct sn_buf text = {.max_bytes = DOCUMENT_MAX_BYTES};
	for (size_t i = 0; i < report->trace_count; i++) {
		sink->format->each(sn_json_doc(sinks->json), report, &report->traces[i]);
		sn_json_write(sinks->json, true, &text);
	}
	write_out(sinks, sink, &text);
	sn_buf_finish(&text);
}

static void write_document(struct sn_sinks *sinks, struct sn_sink *sink, const struct sn_report *whole)
{
	struct sn_report summed = *whole;
	const struct sn_report *report = sink->format->sums && whole->series_count ? &summed : whole;
	summed.traces = whole->series;
	summed.trace_count = whole->series_count;
	struct sn_buf text = {.max_bytes = DOCUMENT_MAX_BYTES};
	const struct sn_text_style style = {.who = report->who,
	                                    .ascii = sinks->opts->ascii || (!sink->format->utf8 && sn_terminal_is_ascii()),
	                                    .columns = sinks->opts->columns.count ? sinks->opts->columns.index : NULL,
	                                    .column_count = sinks->opts->columns.count,
	                                    .numeric = sinks->opts->numeric,
	                                    .extensions = sinks->opts->extensions,
	                                    .way_back = sinks->opts->way_back,
	                                    .systems = sinks->opts->as_lookup};
	if (sink->format->each) {
		write_each(sinks, sink, report);
		return;
	}
	if (sink->format->doc) {
		sink->format->doc(sn_json_doc(sinks->json), report);
		sn_json_write(sinks->json, false, &text);
	} else {
		sink->format->text(&text, report, &style);
	}
	write_out(sinks, sink, &text);
	sn_buf_finish(&text);
}

bool sn_sinks_tell_all(const struct sn_sinks *sinks)
{
	bool all = false;
	for (size_t i = 0; i < sinks->count; i++)
		all |= !sinks->items[i].format->stream && !sinks->items[i].format->each;
	return all;
}

void sn_sinks_settled(struct sn_sinks *sinks, struct sn_report *report)
{
	fill(sinks, report);
	if (streams(sinks))
		tell_findings(sinks, report);
	for (size_t i = 0; i < sinks->count; i++)
		if (sinks->items[i].format->each)
			write_each(sinks, &sinks->items[i], report);
}

int sn_sinks_report(struct sn_sinks *sinks, struct sn_report *report, struct sonde_error *err)
{
	fill(sinks, report);
	sinks->reported = true;
	if (streams(sinks))
		tell_findings(sinks, report);
	for (size_t i = 0; i < sinks->count; i++) {
		if (!sinks->items[i].format->stream)
			write_document(sinks, &sinks->items[i], report);
		struct sonde_error err_of;
		if (!sinks->items[i].broken && sn_sink_file_put(&sinks->items[i].out, &sinks->placer, &err_of) < 0)
			give_up_on(sinks, &sinks->items[i], &err_of);
	}
	if (sinks->failed.code) {
		*err = sinks->failed;
		return err->code;
	}
	return sinks->closed ? SN_OUTPUT_CLOSED : SN_OUTPUT_OK;
}

void sn_sinks_give_up(struct sn_sinks *sinks, const struct sonde_error *err)
{
	struct sn_report report = {0};
	struct sonde_error unwritten = {0};
	if (!sinks->ready || sinks->reported || (!err->code && !sinks->error_count))
		return;
	report.compared = strcmp(sinks->command, "compare") == 0;
	if (err->code)
		sn_sinks_failed(sinks, err);
	if (sn_sinks_report(sinks, &report, &unwritten) < 0)
		sn_output_error(&unwritten);
}

void sn_sinks_finish(struct sn_sinks *sinks)
{
	for (size_t i = 0; i < sinks->count; i++)
		sn_sink_file_finish(&sinks->items[i].out);
	sn_placer_finish(&sinks->placer);
	sn_json_free(sinks->json);
	sn_buf_finish(&sinks->again);
	free(sinks->cfgs);
	free(sinks->errors);
	*sinks = (struct sn_sinks){0};
}
