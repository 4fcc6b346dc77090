/* SPDX-License-Identifier: MIT */
/* -h and --help: a subcommand's most used options, or all by group with what they may say; examples last; 80 columns. */
#include "cli/help.h"

#include "cli/exits.h"
#include "out/formats.h"
#include "out/text.h"

#include <sonde/event.h>

#include <stdio.h>
#include <string.h>

/* FEW: a subcommand with no more options shows them all on -h, too. */
enum { WIDTH_COLUMNS = 80, LEFT_COLUMNS = 28, FEW = 8 };

/* Adds words, broken to stand right of `indent`; at_columns is where the line already is. */
static void put_words(struct sn_buf *buf, size_t width_columns, size_t at_columns, size_t indent, const char *text)
{
	bool first = true;
	while (*text) {
		size_t bytes = strcspn(text, " ");
		if (!first && width_columns && at_columns + 1 + bytes > width_columns) {
			sn_buf_putc(buf, '\n');
			sn_buf_pad(buf, ' ', indent);
			at_columns = indent;
		} else if (!first) {
			sn_buf_putc(buf, ' ');
			at_columns++;
		}
		sn_buf_add(buf, text, bytes);
		at_columns += bytes;
		text += bytes + (text[bytes] == ' ');
		first = false;
	}
	sn_buf_putc(buf, '\n');
}

void sn_help_entry(struct sn_buf *buf, size_t width_columns, const char *left, size_t left_columns, const char *right)
{
	size_t used = strlen(left) + 2;
	sn_buf_printf(buf, "  %s", left);
	if (used + 2 > left_columns) {
		sn_buf_putc(buf, '\n');
		used = 0;
	}
	sn_buf_pad(buf, ' ', left_columns - used);
	put_words(buf, width_columns, left_columns, left_columns, right);
}

static void put_entry(struct sn_buf *buf, const char *left, size_t left_columns, const char *right)
{
	sn_help_entry(buf, WIDTH_COLUMNS, left, left_columns, right);
}

/* brief: what most people need to know of it */
static void put_option(struct sn_buf *buf, const struct sn_opt *opt, bool brief)
{
	struct sn_buf left = {0}, right = {0};
	if (opt->letter)
		sn_buf_printf(&left, "-%c, --%s", opt->letter, opt->name);
	else
		sn_buf_printf(&left, "    --%s", opt->name);
	if (opt->arg)
		sn_buf_printf(&left, " %s", opt->arg);
	sn_buf_puts(&right, opt->help);
	if (opt->methods && !brief)
		sn_buf_printf(&right, "; for %s", sn_opt_methods_words(opt->methods));
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		sn_buf_printf(&right, "%s%s", i == 0 ? ": " : opt->choices[i + 1] ? ", " : " or ", opt->choices[i]);
	if (opt->preset || (opt->preset_words && !brief))
		sn_buf_printf(&right, " (default: %s)", opt->preset ? opt->preset : opt->preset_words);
	put_entry(buf, sn_buf_text(&left), LEFT_COLUMNS, sn_buf_text(&right));
	buf->bad |= left.bad || right.bad;
	sn_buf_finish(&left);
	sn_buf_finish(&right);
}

static void put_group(struct sn_buf *buf, const struct sn_command *command, enum sn_opt_group group)
{
	bool headed = false;
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		if (opt->group != group || !(opt->commands & command->bit))
			continue;
		if (!headed)
			sn_buf_printf(buf, "\n%s:\n", sn_opt_group_titles[group]);
		headed = true;
		put_option(buf, opt, false);
	}
}

static void put_often(struct sn_buf *buf, const struct sn_command *command)
{
	size_t all = 0;
	for (size_t i = 0; i < sn_opt_count(); i++)
		all += (sn_opt(i)->commands & command->bit) != 0;
	sn_buf_puts(buf, all > FEW ? "\nMost used options:\n" : "\nOptions:\n");
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->commands & command->bit && (all <= FEW || sn_opt(i)->often))
			put_option(buf, sn_opt(i), true);
}

static void put_subcommands(struct sn_buf *buf)
{
	sn_buf_puts(buf, "\nSubcommands:\n");
	for (size_t i = 0; i < sn_command_count(); i++) {
		const struct sn_command *command = sn_command(i);
		struct sn_buf left = {0}, right = {0};
		if (command->hidden)
			continue;
		sn_buf_printf(&left, "%s %s", command->name, command->operands);
		sn_buf_printf(&right, "%s%s", command->summary, i == 0 ? " (may be left out)" : "");
		put_entry(buf, sn_buf_text(&left), LEFT_COLUMNS, sn_buf_text(&right));
		buf->bad |= left.bad || right.bad;
		sn_buf_finish(&left);
		sn_buf_finish(&right);
	}
}

/* The values of options that are tables of their own. */
static void put_values(struct sn_buf *buf)
{
	enum { VALUE_COLUMNS = 15 };
	sn_buf_puts(buf, "\nMethods (-M):\n");
	for (size_t i = 0; i < sonde_method_count(); i++)
		put_entry(buf, sonde_method_info(i)->name, VALUE_COLUMNS, sonde_method_info(i)->summary);
	sn_buf_puts(buf, "\nColumns (--columns):\n");
	for (size_t i = 0; i < sonde_column_count(); i++)
		put_entry(buf, sonde_column(i)->key, VALUE_COLUMNS, sonde_column(i)->doc);
	sn_buf_puts(buf, "\nFormats (-o):\n");
	for (size_t i = 0; i < sn_format_count(); i++)
		put_entry(buf, sn_format(i)->name, VALUE_COLUMNS, sn_format(i)->summary);
	sn_buf_puts(buf, "\nExit status:\n");
	for (size_t i = 0; i < sn_exit_status_count; i++) {
		char status[8];
		snprintf(status, sizeof status, "%d", sn_exit_statuses[i].status);
		put_entry(buf, status, 7, sn_exit_statuses[i].meaning);
	}
}

static void put_usage(struct sn_buf *buf, const struct sn_command *command)
{
	bool first = command == sn_command(0);
	sn_buf_printf(buf, first ? "Usage: sonde [%s] [OPTION]...%s%s\n" : "Usage: sonde %s [OPTION]...%s%s\n", command->name,
	              *command->operands ? " " : "", command->operands);
}

static void put_examples(struct sn_buf *buf, const struct sn_command *command, bool brief)
{
	if (command->examples)
		sn_buf_puts(buf, "\nExamples:\n");
	for (const struct sn_example *example = command->examples; example && example->line; example++)
		if (!brief || !example->not_brief)
			put_entry(buf, example->line, 44, example->what);
}

void sn_help_brief(struct sn_buf *buf, const struct sn_command *command)
{
	bool first = command == sn_command(0);
	put_usage(buf, command);
	put_often(buf, command);
	if (first)
		put_subcommands(buf);
	sn_buf_printf(buf, "\n'sonde %s%s--help' shows %s, 'man sonde' explains %s.\n", first ? "" : command->name, first ? "" : " ",
	              first ? "all options, methods and formats" : "all its options", first ? "all" : "them");
	put_examples(buf, command, true);
}

void sn_help(struct sn_buf *buf, const struct sn_command *command)
{
	bool first = command == sn_command(0);
	put_usage(buf, command);
	sn_buf_putc(buf, '\n');
	put_words(buf, WIDTH_COLUMNS, 0, 0, command->doc);
	if (first)
		put_subcommands(buf);
	for (int group = 0; group < SN_GROUP_COUNT; group++)
		put_group(buf, command, (enum sn_opt_group)group);
	if (first)
		put_values(buf);
	put_examples(buf, command, false);
}

bool sn_help_end(size_t index, const char **word, const char **says)
{
	static const char *const ends[][2] = {
	    {"reached", "the target answered"},
	    {"open", "the target's port takes connections"},
	    {"closed", "the target says that its port is closed"},
	    {"answers", "the target's service answered"},
	    {"resets", "the target reset an ACK of no connection, as every host does"},
	    {"unserved", "the target says that it does not serve the IP protocol"},
	    {"silent", "answers stop before the target, or it leaves this method unanswered"},
	    {"rejected", "somebody on the way refuses the packets"},
	    {"reset", "something on the way resets in the target's name"},
	    {"not target", "something on the way answers in the target's name"},
	    {"half open", "the port listens, but its SYN-ACKs do not come through"},
	    {"no route", "somebody has no route to the target's network"},
	    {"no host", "somebody says that the target does not answer on its link"},
	    {"loop", "routers hand the packets round in a circle"},
	    {"too far", "the target is farther away than -m allows"},
	    {"cut short", "ended from outside before the target had answered"},
	    {"not sent", "this machine did not let the probes out"},
	    {"no link", "the next hop does not answer on this machine's own link"},
	    {"kept here", "answers reach this machine, which drops them"},
	};
	if (index >= sizeof ends / sizeof *ends)
		return false;
	*word = ends[index][0];
	*says = ends[index][1];
	return true;
}

bool sn_help_mark(size_t index, char mark[SN_HELP_MARK], const char **says)
{
	static const char *const others[][2] = {
	    {"!<code>", "any other complaint, with its ICMP code; !<3> over IPv4 and !<4> over IPv6 is a port called closed by "
	                "somebody else than the target"},
	    {"*", "no answer came in time"},
	    {"ok", "answered, but the answer cannot be timed"},
	    {"!local NAME", "the probe did not leave this machine; NAME is the system's error, and xN how many failed alike. That is no "
	                    "loss of the path"},
	    {"[FIELD A->B]", "the answer's copy of the probe shows another value of that field than was sent: sent and arrived"},
	    {"[TTL N left]", "so much of the TTL was left in the copy, where it should have run out"},
	    {"[MPLS: ...]", "on a line of its own: what the router put beside its error, such as labels, interfaces, the next hop, its "
	                    "own name; \"malformed\" is shown as bytes"},
	};
	size_t at = 0;
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		enum sonde_meaning meaning = (enum sonde_meaning)i;
		const char *text = sonde_meaning_mark(meaning);
		/* "!" alone is followed by the code and stands for all that have no letter. */
		if (!text[0] || !text[1] || at++ != index)
			continue;
		snprintf(mark, SN_HELP_MARK, "%s%s", text, meaning == SONDE_M_PACKET_TOO_BIG ? "-MTU" : "");
		*says = sonde_meaning_sentence(meaning);
		return true;
	}
	if (index - at >= sizeof others / sizeof *others)
		return false;
	snprintf(mark, SN_HELP_MARK, "%s", others[index - at][0]);
	*says = others[index - at][1];
	return true;
}
