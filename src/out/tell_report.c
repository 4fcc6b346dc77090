/* SPDX-License-Identifier: MIT */
/* The whole document of a run. */
#include "out/tell.h"

#include <string.h>

/* Who made it, from what. */
static void tell_head(struct sn_doc *doc, const struct sn_report *report, const char *schema)
{
	sn_doc_text(doc, "schema", schema);
	sn_doc_object(doc, "tool");
	sn_doc_text(doc, "name", "sonde");
	sn_doc_text(doc, "version", report->version);
	sn_doc_end(doc);
	sn_doc_text(doc, "command", report->command);
	sn_doc_name(doc, "capture", report->capture);
	sn_doc_object(doc, "options");
	if (report->options)
		report->options(doc, report->options_ctx);
	sn_doc_end(doc);
}

void sn_tell_error(struct sn_doc *doc, const char *key, const struct sonde_error *error)
{
	sn_doc_object(doc, key);
	sn_doc_strange(doc, "what", error->what, strlen(error->what));
	sn_tell_errno(doc, "errno", error->sys_errno);
	sn_doc_name(doc, "hint", error->hint[0] ? error->hint : sonde_err_hint(error->code));
	sn_doc_whole(doc, "exit_status", sonde_err_exit_status(error->code));
	sn_doc_end(doc);
}

static void tell_errors(struct sn_doc *doc, const struct sn_report *report)
{
	sn_doc_array(doc, "errors");
	for (size_t i = 0; i < report->error_count; i++)
		sn_tell_error(doc, NULL, &report->errors[i]);
	sn_doc_end(doc);
}

static void tell_trials(struct sn_doc *doc, const struct sn_report *report)
{
	sn_doc_array(doc, "trials");
	for (size_t i = 0; i < report->trial_count; i++) {
		const struct sonde_trial *trial = &report->trials[i];
		sn_doc_object(doc, NULL);
		sn_doc_whole(doc, "trace", (int64_t)trial->path);
		sn_doc_text(doc, "field", sonde_vary_name(trial->field));
		sn_doc_text(doc, "value", trial->value);
		if (trial->asked) {
			const struct sn_report_trace asked = {.about = report->traces[trial->path].about, .path = trial->asked};
			sn_tell_trace(doc, "asked", &asked, report);
		} else {
			sn_doc_null(doc, "asked");
		}
		sn_tell_errno(doc, "errno", trial->sys_errno);
		sn_doc_end(doc);
	}
	sn_doc_end(doc);
}

/* What is said of all methods of a comparison together. */
static void tell_common(struct sn_doc *doc, const struct sn_report *report)
{
	const struct sonde_findings *findings = report->trace_count ? report->traces[0].findings : NULL;
	sn_doc_array(doc, "findings");
	for (size_t i = 0; findings && i < findings->count; i++)
		if (findings->items[i].path == SONDE_PATH_ALL)
			sn_tell_finding(doc, NULL, &findings->items[i]);
	sn_doc_end(doc);
	tell_trials(doc, report);
}

static const char *schema_of(const struct sn_report *report)
{
	static const char *const others[][2] = {{"mtu", "sonde.mtu/1"}, {"probe-interface", "sonde.interface/1"}};
	if (report->compared) /* also one that was replayed */
		return "sonde.compare/1";
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(report->command, others[i][0]) == 0)
			return others[i][1];
	return "sonde.trace/1";
}

static void tell_traces(struct sn_doc *doc, const struct sn_report *report)
{
	sn_doc_array(doc, "traces");
	for (size_t i = 0; i < report->trace_count; i++)
		sn_tell_trace(doc, NULL, &report->traces[i], report);
	sn_doc_end(doc);
	if (report->compared)
		tell_common(doc, report);
	else if (strcmp(schema_of(report), "sonde.trace/1") == 0)
		sn_tell_series(doc, "series", report);
}

void sn_tell_report(struct sn_doc *doc, const struct sn_report *report)
{
	sn_doc_object(doc, NULL);
	tell_head(doc, report, schema_of(report));
	if (report->interface_ask)
		sn_tell_interface(doc, report);
	else
		tell_traces(doc, report);
	tell_errors(doc, report);
	sn_doc_end(doc);
}

void sn_tell_stream_start(struct sn_doc *doc, const struct sn_report *report)
{
	sn_doc_object(doc, NULL);
	sn_doc_text(doc, "event", "run");
	tell_head(doc, report, "sonde.event/1");
	sn_doc_end(doc);
}
