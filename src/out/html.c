/* SPDX-License-Identifier: MIT */
/* The page: what ended how, what was found, the way, the tables, and the commands. */
#include "out/html.h"

#include "base/clean.h"
#include "base/utc.h"
#include "out/limiter.h"
#include "out/table.h"
#include "out/text_report.h"

#include <sonde/mtu.h>

#include <string.h>

void sn_html_text(struct sn_buf *buf, const char *text)
{
	for (; *text; text++) {
		const char *as = *text == '&' ? "&amp;" : *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '"' ? "&quot;" : NULL;
		if (as)
			sn_buf_puts(buf, as);
		else if (*text == '\'')
			sn_buf_puts(buf, "&#39;");
		else
			sn_buf_putc(buf, *text);
	}
}

/* An element with nothing but text in it; class NULL: none. */
static void put_element(struct sn_buf *buf, const char *name, const char *class, const char *text)
{
	sn_buf_printf(buf, class ? "<%s class=\"%s\">" : "<%s>", name, class);
	sn_html_text(buf, text);
	sn_buf_printf(buf, "</%s>", name);
}

/* ---- tables ---- */

struct html_table {
	struct sn_table table;
	struct sn_buf *buf;
	size_t head_count, row_count;
};

static const char *const looks[] = {
    [SN_CELL_NUMBER] = "number", [SN_CELL_NAME] = "name", [SN_CELL_TEXT] = "text", [SN_CELL_ABOUT] = "about"};

static void put_head(struct sn_table *table, const char *text, enum sn_cell_look look)
{
	struct html_table *html = (struct html_table *)table;
	put_element(html->buf, "th", looks[look], text);
	html->head_count++;
}

static void end_heads(struct sn_table *table)
{
	sn_buf_puts(((struct html_table *)table)->buf, "</tr></thead>\n<tbody>\n");
}

static void begin_row(struct sn_table *table, enum sn_row_look look)
{
	static const char *const rows[] = {
	    [SN_ROW_HOP] = "hop", [SN_ROW_MORE] = "more", [SN_ROW_SILENT] = "silent", [SN_ROW_TARGET] = "target", [SN_ROW_END] = "end"};
	struct html_table *html = (struct html_table *)table;
	sn_buf_printf(html->buf, "<tr class=\"%s\">", rows[look]);
	html->row_count++;
}

/* Each network is a body of its own, below its name. */
static void begin_section(struct sn_table *table, const char *network)
{
	struct html_table *html = (struct html_table *)table;
	sn_buf_puts(html->buf, html->row_count ? "</tbody>\n<tbody>\n" : "");
	sn_buf_printf(html->buf, "<tr class=\"network\"><th scope=\"rowgroup\" colspan=\"%zu\">", html->head_count);
	sn_html_text(html->buf, network);
	sn_buf_puts(html->buf, "</th></tr>\n");
	html->row_count++;
}

static void put_cell(struct sn_table *table, const char *text, enum sn_cell_look look)
{
	put_element(((struct html_table *)table)->buf, "td", looks[look], text);
}

static void end_row(struct sn_table *table)
{
	sn_buf_puts(((struct html_table *)table)->buf, "</tr>\n");
}

static void put_table(struct sn_buf *buf, const struct sn_report *report, size_t part, const struct sn_text_style *style)
{
	struct html_table html = {.table = {.head = put_head,
	                                    .heads_end = end_heads,
	                                    .row = begin_row,
	                                    .cell = put_cell,
	                                    .row_end = end_row,
	                                    .section = begin_section,
	                                    .style = style},
	                          .buf = buf};
	sn_buf_puts(buf, "<div class=\"wide\"><table>\n<thead><tr>");
	sn_table_tell(&html.table, report, part);
	sn_buf_puts(buf, "</tbody></table></div>\n");
	buf->bad |= html.table.bad;
}

/* ---- how it ended ---- */

static void put_badge(struct sn_buf *buf, bool good, const char *text, bool ascii)
{
	sn_buf_printf(buf, "<span class=\"badge %s\">%s ", good ? "ok" : "bad", ascii ? good ? "+" : "X" : good ? "✔" : "✖");
	sn_html_text(buf, text);
	sn_buf_puts(buf, "</span>");
}

static void put_trace_end(struct sn_buf *buf, const struct sn_report_trace *trace, bool ascii)
{
	const struct sonde_event_end *end = sonde_path_end(trace->path);
	bool good = end && end->reached, fails = trace->findings && sonde_findings_exit_status(trace->findings, trace->index);
	struct sonde_mtu mtu;
	struct sn_buf text = {0};
	if (trace->mtu && sonde_mtu_read(trace->path, &mtu) == SONDE_OK && mtu.path_bytes) {
		good = mtu.reached && !fails;
		sn_buf_printf(&text, "%u bytes get through%s", (unsigned)mtu.path_bytes, mtu.reached ? "" : ", as far as anything answers");
	} else if (trace->series) {
		good = trace->series->reached_count == trace->series->path_count;
		sn_buf_printf(&text, "reached %zu of %zu times", trace->series->reached_count, trace->series->path_count);
	} else if (!end) {
		sn_buf_puts(&text, "not ended");
	} else if (good) {
		sn_buf_printf(&text, "reached in %u %s", (unsigned)end->distance, end->distance == 1 ? "hop" : "hops");
	} else {
		sn_buf_printf(&text, "not reached: %s", sonde_stop_name(end->stop));
	}
	put_badge(buf, good, sn_buf_text(&text), ascii);
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

/* Each method with its number and its colour in the drawings, and how it ended. */
static void put_methods(struct sn_buf *buf, const struct sn_report *report, bool ascii)
{
	struct sn_compare compare;
	char label[SONDE_LABEL_BYTES];
	if (!sn_report_compare(report, &compare)) {
		buf->bad = true;
		return;
	}
	sn_buf_puts(buf, "<ul class=\"key\">");
	for (size_t i = 0; i < compare.path_count; i++) {
		bool bad;
		const char *word = sn_compare_end(&compare, i, &bad);
		sn_buf_printf(buf, "<li><svg width=\"26\" height=\"10\"><path class=\"link s%zu\" d=\"M0 5H26\"/></svg>%zu ",
		              i % SN_HTML_METHODS, i + 1);
		put_element(buf, "code", NULL, sonde_label(sonde_path_cfg(compare.paths[i]), label));
		sn_buf_putc(buf, ' ');
		buf->bad |= !word;
		if (word && *word)
			put_badge(buf, !bad, word, ascii);
		sn_buf_puts(buf, "</li>");
	}
	sn_buf_puts(buf, "</ul>\n");
	sn_report_compare_finish(&compare);
}

/* ---- what was found ---- */

static void put_finding(struct sn_buf *buf, const struct sonde_finding *f, const char *label, bool ascii)
{
	static const char *const classes[] = {[SONDE_SEVERITY_INFO] = "ok",
	                                      [SONDE_SEVERITY_NOTICE] = "note",
	                                      [SONDE_SEVERITY_WARNING] = "bad",
	                                      [SONDE_SEVERITY_FAILURE] = "bad"};
	struct sn_buf doubt = {0};
	sn_finding_doubt(&doubt, f);
	sn_buf_printf(buf, "<li><span class=\"badge %s\">%s %s</span><div><p>", classes[f->rule->severity],
	              sn_severity_symbol(f->rule->severity, ascii), sonde_severity_name(f->rule->severity));
	if (*label) {
		put_element(buf, "code", NULL, label);
		sn_buf_puts(buf, " ");
	}
	sn_html_text(buf, f->sentence);
	sn_buf_puts(buf, "</p>");
	if (doubt.length_bytes)
		put_element(buf, "p", "soft", sn_buf_text(&doubt));
	if (f->rule->severity >= SONDE_SEVERITY_WARNING && f->advice)
		put_element(buf, "p", "soft", f->advice);
	sn_buf_puts(buf, "<p class=\"soft\">");
	put_element(buf, "code", NULL, f->rule->id);
	if (f->rule->source)
		sn_buf_puts(buf, " · ");
	sn_html_text(buf, f->rule->source ? f->rule->source : "");
	sn_buf_puts(buf, "</p></div></li>\n");
	buf->bad |= doubt.bad;
	sn_buf_finish(&doubt);
}

static void put_limiters(struct sn_buf *buf, const struct sn_report_trace *trace)
{
	struct sn_buf text = {0};
	for (size_t i = 0; i < trace->limiter_count; i++) {
		sn_buf_clear(&text);
		sn_limiter_text(&text, &trace->limiters[i]);
		put_element(buf, "p", NULL, sn_buf_text(&text));
		sn_buf_putc(buf, '\n');
	}
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

static void put_findings(struct sn_buf *buf, const struct sn_report *report, size_t part, bool ascii)
{
	char label[SONDE_LABEL_BYTES];
	const struct sonde_finding *f;
	if (!sn_part_finding(report, part, 0, label))
		return;
	sn_buf_puts(buf, "<div class=\"card\"><h3>What was found</h3><ol class=\"found\">\n");
	for (size_t i = 0; (f = sn_part_finding(report, part, i, label)); i++)
		put_finding(buf, f, label, ascii);
	sn_buf_puts(buf, "</ol>\n");
	put_limiters(buf, &report->traces[part]);
	sn_buf_puts(buf, "</div>\n");
}

/* ---- parts ---- */

static void put_figures(struct sn_buf *buf, const struct sn_report *report, size_t part, const struct sn_text_style *style)
{
	size_t count = report->compared ? report->trace_count : 1;
	bool mtu = report->traces[part].mtu;
	sn_buf_puts(buf, "<div class=\"card\"><h3>Hops</h3>");
	put_table(buf, report, part, style);
	sn_buf_puts(buf, "</div>\n<div class=\"cols\"><figure class=\"card fit\"><h3>The way</h3><div class=\"wide\">");
	sn_html_path(buf, report, part, count);
	sn_buf_printf(buf, "</div></figure>\n<figure class=\"card rest\"><h3>%s</h3><div class=\"wide\">",
	              mtu ? "Largest packet that got to each hop (bytes)" : "Round trips (ms): each probe, shortest to longest, mean");
	if (mtu)
		sn_html_sizes(buf, &report->traces[part]);
	else
		sn_html_latency(buf, report, part, count);
	sn_buf_puts(buf, "</div></figure></div>\n");
}

static void put_part(struct sn_buf *buf, const struct sn_report *report, size_t part, const struct sn_text_style *style)
{
	bool ascii = style->ascii;
	struct sn_buf title = {0};
	sn_part_title(&title, report, part, ascii);
	char *rest = title.length_bytes ? strstr(title.text, report->compared ? " over IPv" : ", ") : NULL;
	sn_buf_printf(buf, "<section id=\"part-%zu\">", part + 1);
	if (rest)
		*rest = 0;
	put_element(buf, "h2", NULL, sn_buf_text(&title));
	if (rest)
		put_element(buf, "p", "soft", rest + (report->compared ? 1 : 2));
	if (report->traces[part].note)
		put_element(buf, "p", NULL, report->traces[part].note);
	sn_buf_puts(buf, "<p>");
	if (!report->compared)
		put_trace_end(buf, &report->traces[part], ascii);
	sn_buf_puts(buf, "</p>\n");
	if (report->compared)
		put_methods(buf, report, ascii);
	put_findings(buf, report, part, ascii);
	put_figures(buf, report, part, style);
	sn_buf_puts(buf, "</section>\n");
	buf->bad |= title.bad;
	buf->bad |= title.bad;
	sn_buf_finish(&title);
}

/* ---- the page ---- */

static void put_commands(struct sn_buf *buf, const struct sn_report *report)
{
	struct sn_buf lines = {0};
	sn_report_commands(&lines, report);
	if (lines.length_bytes) {
		sn_buf_puts(buf, "<section><div class=\"card\"><h3>To repeat, and to try next</h3>");
		put_element(buf, "pre", NULL, sn_buf_text(&lines));
		sn_buf_puts(buf, "</div></section>\n");
	}
	buf->bad |= lines.bad;
	sn_buf_finish(&lines);
}

static void put_errors(struct sn_buf *buf, const struct sn_report *report)
{
	for (size_t i = 0; i < report->error_count; i++) {
		struct sn_buf what = {0};
		sn_clean_plain(&what, report->errors[i].what, strlen(report->errors[i].what), false);
		sn_buf_puts(buf, "<p class=\"error\"><span class=\"badge bad\">✖ failed</span> ");
		sn_html_text(buf, sn_buf_text(&what));
		sn_buf_puts(buf, "</p>\n");
		sn_buf_finish(&what);
	}
}

/* Where there are several: each with how it ended. */
static void put_contents(struct sn_buf *buf, const struct sn_report *report, bool ascii)
{
	size_t count = sn_part_count(report);
	if (count < 2)
		return;
	sn_buf_puts(buf, "<ul class=\"key\">");
	for (size_t part = 0; part < count; part++) {
		struct sn_buf host = {0};
		sn_clean_plain(&host, report->traces[part].about.host, strlen(report->traces[part].about.host), ascii);
		sn_buf_printf(buf, "<li><a href=\"#part-%zu\">", part + 1);
		sn_html_text(buf, sn_buf_text(&host));
		sn_buf_puts(buf, "</a> ");
		put_trace_end(buf, &report->traces[part], ascii);
		sn_buf_puts(buf, "</li>");
		sn_buf_finish(&host);
	}
	sn_buf_puts(buf, "</ul>\n");
}

static void put_top(struct sn_buf *buf, const struct sn_report *report)
{
	struct sn_buf title = {0};
	sn_buf_printf(&title, "sonde %s", report->command);
	for (size_t i = 0; i < report->trace_count && i < (report->compared ? 1 : 3); i++) {
		sn_buf_puts(&title, i ? ", " : " ");
		sn_clean_plain(&title, report->traces[i].about.host, strlen(report->traces[i].about.host), false);
	}
	sn_buf_puts(&title, report->trace_count > 3 && !report->compared ? ", …" : "");
	sn_buf_puts(buf, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	                 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	                 "<meta name=\"viewport\" content=\"width=device-width\">\n");
	put_element(buf, "title", NULL, sn_buf_text(&title));
	sn_buf_puts(buf, "\n<style>\n");
	for (const char *const *piece = sn_html_style; *piece; piece++)
		sn_buf_puts(buf, *piece);
	sn_buf_puts(buf, "</style></head>\n<body><main>\n<header>");
	put_element(buf, "h1", NULL, sn_buf_text(&title));
	sn_buf_puts(buf, "<p class=\"soft\">");
	sn_utc_put(buf, report->wall_zero_ns + (report->trace_count ? sonde_path_began_at_ns(report->traces[0].path) : 0), 0);
	sn_buf_puts(buf, " · sonde ");
	sn_html_text(buf, report->version ? report->version : "");
	sn_buf_puts(buf, "</p></header>\n");
	buf->bad |= title.bad;
	sn_buf_finish(&title);
}

void sn_html_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	put_top(buf, report);
	put_errors(buf, report);
	put_contents(buf, report, style->ascii);
	for (size_t part = 0; part < sn_part_count(report); part++)
		put_part(buf, report, part, style);
	put_commands(buf, report);
	sn_buf_puts(buf, "</main></body></html>\n");
}
