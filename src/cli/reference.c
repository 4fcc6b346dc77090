/* SPDX-License-Identifier: MIT */
/* docs/reference.md: what the tables of subcommands, options, methods, columns, formats, marks and findings know, as Markdown. */
#include "cli/help.h"

#include "cli/exits.h"
#include "out/formats.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <ctype.h>
#include <string.h>

/* Text that Markdown does not read as its own: angle brackets would be a tag, bars a cell, stars emphasis. */
static void put_text(struct sn_buf *buf, const char *text)
{
	for (; *text; text++) {
		if (strchr("<>|*_\\", *text))
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *text);
	}
}

/* A help line as a sentence. */
static void put_sentence(struct sn_buf *buf, const char *text)
{
	char first[2] = {(char)toupper((unsigned char)*text)};
	put_text(buf, first);
	put_text(buf, text + 1);
	sn_buf_putc(buf, '.');
}

static void put_row(struct sn_buf *buf, const char *name, const char *text)
{
	sn_buf_printf(buf, "| `%s` | ", name);
	put_text(buf, text);
	sn_buf_puts(buf, " |\n");
}

static void put_head(struct sn_buf *buf, const char *title, const char *first, const char *second)
{
	sn_buf_printf(buf, "\n## %s\n\n| %s | %s |\n|---|---|\n", title, first, second);
}

/* "`-q N`, `--queries N`" */
static void put_spelled(struct sn_buf *buf, const struct sn_opt *opt)
{
	const char *gap = opt->arg ? " " : "", *arg = opt->arg ? opt->arg : "";
	if (opt->letter)
		sn_buf_printf(buf, "`-%c%s%s`, ", opt->letter, gap, arg);
	sn_buf_printf(buf, "`--%s%s%s`", opt->name, gap, arg);
}

static void put_subcommand(struct sn_buf *buf, const struct sn_command *command)
{
	bool first = command == sn_command(0);
	const char *gap = "";
	sn_buf_printf(buf, "\n### sonde %s\n\n`sonde %s%s%s [OPTION]... %s`\n\n", command->name, first ? "[" : "", command->name,
	              first ? "]" : "", command->operands);
	put_text(buf, command->doc);
	sn_buf_puts(buf, "\n\nOptions: ");
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->commands & command->bit) {
			sn_buf_printf(buf, "%s`--%s`", gap, sn_opt(i)->name);
			gap = ", ";
		}
	sn_buf_puts(buf, ".\n");
	if (!command->examples)
		return;
	sn_buf_puts(buf, "\n```\n");
	for (const struct sn_example *example = command->examples; example->line; example++)
		sn_buf_printf(buf, "%s  # %s\n", example->line, example->what);
	sn_buf_puts(buf, "```\n");
}

/* Which subcommands and methods the option is for. */
static void put_reach(struct sn_buf *buf, const struct sn_opt *opt)
{
	const char *gap = " Taken by ";
	if (opt->methods)
		sn_buf_printf(buf, " It is for %s.", sn_opt_methods_words(opt->methods));
	if (opt->needs)
		sn_buf_printf(buf, " It has a meaning only together with `--%s`.", opt->needs);
	if (opt->commands == SN_FOR_ALL)
		return;
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden && opt->commands & sn_command(i)->bit) {
			sn_buf_printf(buf, "%s%s", gap, sn_command(i)->name);
			gap = ", ";
		}
	sn_buf_putc(buf, '.');
}

static void put_option(struct sn_buf *buf, const struct sn_opt *opt)
{
	sn_buf_puts(buf, "\n- ");
	put_spelled(buf, opt);
	sn_buf_puts(buf, "  \n  ");
	put_sentence(buf, opt->help);
	if (opt->doc) {
		sn_buf_putc(buf, ' ');
		put_text(buf, opt->doc);
	}
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		sn_buf_printf(buf, "%s`%s`%s",
		              i == 0                ? " Values: "
		              : opt->choices[i + 1] ? ", "
		                                    : " or ",
		              opt->choices[i], opt->choices[i + 1] ? "" : ".");
	if (opt->preset || opt->preset_words) {
		sn_buf_puts(buf, " Default: ");
		put_text(buf, opt->preset ? opt->preset : opt->preset_words);
		sn_buf_putc(buf, '.');
	}
	put_reach(buf, opt);
	sn_buf_putc(buf, '\n');
}

static void put_options(struct sn_buf *buf)
{
	sn_buf_puts(buf, "\n## Options\n\nLong names may be shortened as long as they stay unique. Times are in seconds, or carry their "
	                 "unit: `200ms`, `1.5s`.\n");
	for (int group = 0; group < SN_GROUP_COUNT; group++) {
		sn_buf_printf(buf, "\n### %s\n", sn_opt_group_titles[group]);
		for (size_t i = 0; i < sn_opt_count(); i++)
			if (sn_opt(i)->group == (enum sn_opt_group)group)
				put_option(buf, sn_opt(i));
	}
}

static void put_values(struct sn_buf *buf)
{
	put_head(buf, "Methods", "`-M`", "Probes");
	for (size_t i = 0; i < sonde_method_count(); i++) {
		const struct sonde_method_info *method = sonde_method_info(i);
		struct sn_buf text = {0};
		sn_buf_puts(&text, method->summary);
		if (method->default_port)
			sn_buf_printf(&text, "; %s %u by default", method->takes_port ? "port" : "protocol",
			              (unsigned)method->default_port);
		put_row(buf, method->name, sn_buf_text(&text));
		buf->bad |= text.bad;
		sn_buf_finish(&text);
	}
	put_head(buf, "Columns", "`--columns`", "Shows");
	for (size_t i = 0; i < sonde_column_count(); i++)
		put_row(buf, sonde_column(i)->key, sonde_column(i)->doc);
	put_head(buf, "Formats", "`-o`", "Writes");
	for (size_t i = 0; i < sn_format_count(); i++)
		put_row(buf, sn_format(i)->name, sn_format(i)->summary);
	put_head(buf, "Exit status", "Status", "Meaning");
	for (size_t i = 0; i < sn_exit_status_count; i++)
		sn_buf_printf(buf, "| %d | %s |\n", sn_exit_statuses[i].status, sn_exit_statuses[i].meaning);
}

static void put_diagnostics(struct sn_buf *buf)
{
	char mark[SN_HELP_MARK];
	const char *says, *word;
	put_head(buf, "Marks", "Behind a time", "Meaning");
	for (size_t i = 0; sn_help_mark(i, mark, &says); i++)
		put_row(buf, mark, says);
	put_head(buf, "How a method ends in sonde compare", "End", "Meaning");
	for (size_t i = 0; sn_help_end(i, &word, &says); i++)
		put_row(buf, word, says);
	sn_buf_puts(buf, "\n## Findings\n\n`sonde explain ID` says what each means, what else it could be and what to do.\n\n"
	                 "| Finding | Severity | Says |\n|---|---|---|\n");
	for (size_t i = 0; i < sonde_rule_count(); i++) {
		const struct sonde_rule_info *rule = sonde_rule(i);
		sn_buf_printf(buf, "| `%s` | %s | ", rule->id, sonde_severity_name(rule->severity));
		put_text(buf, rule->summary);
		sn_buf_puts(buf, " |\n");
	}
}

void sn_reference(struct sn_buf *buf)
{
	sn_buf_puts(buf, "<!-- SPDX-License-Identifier: MIT -->\n"
	                 "<!-- Generated from the program's tables by 'sonde docgen markdown'; do not edit. -->\n"
	                 "# sonde: reference\n\nThe same as `man sonde`, to read here. What a trace is and how to read it stands in the\n"
	                 "[README](../README.md).\n\n## Subcommands\n");
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_subcommand(buf, sn_command(i));
	put_options(buf);
	put_values(buf);
	put_diagnostics(buf);
}
