/* SPDX-License-Identifier: MIT */
/* Markdown as GitHub Flavored Markdown has it (github.github.com/gfm). */
#include "out/markdown.h"

#include "base/clean.h"
#include "out/limiter.h"
#include "out/table.h"
#include "out/text_report.h"

#include <string.h>

/* ---- text ---- */

/* The longest run of backticks in it: a fence must be longer (GFM section 6.3). */
static size_t fence_of(const char *text)
{
	size_t longest = 0;
	while (*text) {
		size_t run = strspn(text, "`");
		longest = run > longest ? run : longest;
		text += run + strcspn(text + run, "`");
	}
	return longest + 1;
}

void sn_markdown_code(struct sn_buf *buf, const char *text, bool in_table)
{
	size_t fence = fence_of(text), bytes = strlen(text);
	/* a space at both ends is taken off again where there is one */
	bool spaced = !bytes || strchr("` ", text[0]) || strchr("` ", text[bytes - 1]);
	sn_buf_pad(buf, '`', fence);
	sn_buf_puts(buf, spaced ? " " : "");
	for (; *text; text++) {
		if (in_table && *text == '|')
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *text);
	}
	sn_buf_puts(buf, spaced ? " " : "");
	sn_buf_pad(buf, '`', fence);
}

void sn_markdown_text(struct sn_buf *buf, const char *text)
{
	/* a backslash makes any of them plain (section 6.1); @ and : begin mentions, and the names of pictures, only where they are bare */
	for (; *text; text++) {
		if (strchr("\\`*_{}[]<>#|~$!&@", *text))
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *text);
	}
}

/* ---- tables ---- */

struct markdown {
	struct sn_table table;
	struct sn_buf *buf;
	struct sn_buf ruler;  /* below the heads */
	size_t head_count;
};

static void put_head(struct sn_table *table, const char *text, enum sn_cell_look look)
{
	struct markdown *markdown = (struct markdown *)table;
	sn_buf_puts(markdown->buf, "| ");
	sn_markdown_text(markdown->buf, text);
	sn_buf_putc(markdown->buf, ' ');
	sn_buf_puts(&markdown->ruler, look == SN_CELL_NUMBER ? "|---:" : "|---");
	markdown->head_count++;
}

static void end_row(struct sn_table *table)
{
	sn_buf_puts(((struct markdown *)table)->buf, "|\n");
}

static void end_heads(struct sn_table *table)
{
	struct markdown *markdown = (struct markdown *)table;
	end_row(table);
	sn_buf_puts(markdown->buf, sn_buf_text(&markdown->ruler));
	end_row(table);
}

static void begin_row(struct sn_table *table, enum sn_row_look look)
{
	(void)table, (void)look;
}

static void put_cell(struct sn_table *table, const char *text, enum sn_cell_look look)
{
	struct markdown *markdown = (struct markdown *)table;
	/* what routers said of themselves, in brackets, is text of strangers */
	bool code = *text && (look == SN_CELL_NAME || look == SN_CELL_ABOUT || strchr(text, '['));
	sn_buf_puts(markdown->buf, "| ");
	if (code)
		sn_markdown_code(markdown->buf, text, true);
	else
		sn_markdown_text(markdown->buf, text);
	sn_buf_puts(markdown->buf, *text ? " " : "");
}

/* A row where only the network stands, in the place of an address. */
static void put_section(struct sn_table *table, const char *network)
{
	struct markdown *markdown = (struct markdown *)table;
	sn_buf_puts(markdown->buf, "| ");
	put_cell(table, network, SN_CELL_ABOUT);
	for (size_t i = 2; i < markdown->head_count; i++)
		put_cell(table, "", SN_CELL_TEXT);
	end_row(table);
}

static void put_table(struct sn_buf *buf, const struct sn_report *report, size_t part, const struct sn_text_style *style)
{
	struct markdown markdown = {.table = {.head = put_head,
	                                      .heads_end = end_heads,
	                                      .row = begin_row,
	                                      .cell = put_cell,
	                                      .row_end = end_row,
	                                      .section = put_section,
	                                      .style = style},
	                            .buf = buf};
	sn_table_tell(&markdown.table, report, part);
	buf->bad |= markdown.table.bad || markdown.ruler.bad;
	sn_buf_finish(&markdown.ruler);
	sn_buf_putc(buf, '\n');
}

/* ---- what was found ---- */

static void put_finding(struct sn_buf *buf, const struct sonde_finding *f, const char *label, bool ascii)
{
	struct sn_buf doubt = {0};
	sn_finding_doubt(&doubt, f);
	sn_buf_puts(buf, "- ");
	sn_markdown_text(buf, sn_severity_symbol(f->rule->severity, ascii));
	sn_buf_printf(buf, " **%s** ", sonde_severity_name(f->rule->severity));
	if (*label) {
		sn_markdown_code(buf, label, false);
		sn_buf_puts(buf, ": ");
	}
	sn_markdown_text(buf, f->sentence);
	sn_buf_puts(buf, doubt.length_bytes ? " " : "");
	sn_markdown_text(buf, sn_buf_text(&doubt));
	sn_buf_puts(buf, " (");
	sn_markdown_code(buf, f->rule->id, false);
	sn_buf_puts(buf, ")\n");
	buf->bad |= doubt.bad;
	sn_buf_finish(&doubt);
}

static void put_limiters(struct sn_buf *buf, const struct sn_report_trace *trace)
{
	struct sn_buf text = {0};
	for (size_t i = 0; i < trace->limiter_count; i++) {
		sn_buf_clear(&text);
		sn_limiter_text(&text, &trace->limiters[i]);
		sn_markdown_text(buf, sn_buf_text(&text));
		sn_buf_puts(buf, "\n\n");
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
	sn_buf_puts(buf, "### Found\n\n");
	for (size_t i = 0; (f = sn_part_finding(report, part, i, label)); i++)
		put_finding(buf, f, label, ascii);
	sn_buf_putc(buf, '\n');
	put_limiters(buf, &report->traces[part]);
}

/* In one block: no word of a command can end it, as a fence is a line of its own and each command has one line. */
static void put_commands(struct sn_buf *buf, const struct sn_report *report)
{
	struct sn_buf lines = {0};
	sn_report_commands(&lines, report);
	if (lines.length_bytes)
		sn_buf_printf(buf, "### To repeat, and to try next\n\n```sh\n%s```\n", sn_buf_text(&lines));
	buf->bad |= lines.bad;
	sn_buf_finish(&lines);
}

static void put_errors(struct sn_buf *buf, const struct sn_report *report)
{
	for (size_t i = 0; i < report->error_count; i++) {
		struct sn_buf what = {0};
		sn_clean_plain(&what, report->errors[i].what, strlen(report->errors[i].what), false);
		sn_buf_puts(buf, "- ");
		sn_markdown_code(buf, sn_buf_text(&what), false);
		sn_buf_putc(buf, '\n');
		buf->bad |= what.bad;
		sn_buf_finish(&what);
	}
	sn_buf_puts(buf, report->error_count ? "\n" : "");
}

void sn_markdown_report(struct sn_buf *buf, const struct sn_report *report, const struct sn_text_style *style)
{
	struct sn_buf title = {0};
	for (size_t part = 0; part < sn_part_count(report); part++) {
		sn_buf_clear(&title);
		sn_part_title(&title, report, part, style->ascii);
		sn_buf_puts(buf, "## ");
		sn_markdown_code(buf, sn_buf_text(&title), false);
		sn_buf_puts(buf, "\n\n");
		if (report->traces[part].note) {
			sn_markdown_text(buf, report->traces[part].note);
			sn_buf_puts(buf, "\n\n");
		}
		put_table(buf, report, part, style);
		put_findings(buf, report, part, style->ascii);
	}
	put_errors(buf, report);
	put_commands(buf, report);
	buf->bad |= title.bad;
	sn_buf_finish(&title);
}
