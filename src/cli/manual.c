/* SPDX-License-Identifier: MIT */
/* sonde(1) in mdoc(7): every list comes from a table, only what no table can say is prose here. */
#include "cli/help.h"

#include "cli/exits.h"
#include "out/formats.h"

#include <sonde/event.h>
#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <ctype.h>
#include <string.h>

#define PAGE_DATE "November 23, 2026"

/* Text of the page: a sentence a line, nothing that roff would take for itself. */
static void put_text(struct sn_buf *buf, const char *text)
{
	bool line_start = true, word_start = true;
	for (; *text; text++) {
		if (line_start && (*text == '.' || *text == '\''))
			sn_buf_puts(buf, "\\&");
		if (*text == '\\')
			sn_buf_puts(buf, "\\e");
		else if (*text == '-' && word_start)
			sn_buf_puts(buf, "\\-");
		else if (*text == ' ' && (text[-1] == '.' || text[-1] == ':') && isupper((unsigned char)text[1]))
			sn_buf_putc(buf, '\n');
		else
			sn_buf_putc(buf, *text);
		line_start = buf->length_bytes && buf->text[buf->length_bytes - 1] == '\n';
		word_start = line_start || *text == ' ' || *text == '(' || *text == '"' || (*text == '-' && word_start);
	}
	sn_buf_putc(buf, '\n');
}

/* A help line as a sentence. */
static void put_sentence(struct sn_buf *buf, const char *help)
{
	struct sn_buf text = {0};
	sn_buf_puts(&text, help);
	if (text.length_bytes)
		text.text[0] = (char)toupper((unsigned char)text.text[0]);
	sn_buf_putc(&text, '.');
	put_text(buf, sn_buf_text(&text));
	buf->bad |= text.bad;
	sn_buf_finish(&text);
}

static void put_section(struct sn_buf *buf, const char *title)
{
	sn_buf_printf(buf, ".Sh %s\n", title);
}

static void put_item(struct sn_buf *buf, const char *macro, const char *term, const char *help)
{
	sn_buf_printf(buf, ".It %s %s\n", macro, term);
	put_sentence(buf, help);
}

/* Operands or an argument: "HOST..." as mdoc wants it. */
static void put_operands(struct sn_buf *buf, const char *operands)
{
	size_t length = strlen(operands);
	bool many = length > 3 && strcmp(operands + length - 3, "...") == 0 && operands[length - 4] != ']';
	sn_buf_puts(buf, ".Ar ");
	if (many) {
		sn_buf_add(buf, operands, length - 3);
		sn_buf_puts(buf, " ...");
	} else {
		sn_buf_puts(buf, operands);
	}
	sn_buf_putc(buf, '\n');
}

static void put_head(struct sn_buf *buf)
{
	sn_buf_puts(buf,
	            ".\\\" SPDX-License-Identifier: MIT\n.\\\" Generated from the program's tables by 'sonde docgen man'; do not edit.\n"
	            ".Dd " PAGE_DATE "\n.Dt SONDE 1\n.Os\n"
	            ".Sh NAME\n.Nm sonde\n.Nd map the path that packets take, and say where they stop\n.Sh SYNOPSIS\n");
	for (size_t i = 0; i < sn_command_count(); i++) {
		const struct sn_command *command = sn_command(i);
		if (command->hidden)
			continue;
		sn_buf_printf(buf, i == 0 ? ".Nm\n.Op Cm %s\n.Op Ar option ...\n" : ".Nm\n.Cm %s\n.Op Ar option ...\n", command->name);
		if (*command->operands)
			put_operands(buf, command->operands);
	}
	put_section(buf, "DESCRIPTION");
	put_text(
	    buf,
	    "sonde sends packets towards a host that die after one hop, after two, and so on, and listens to who reports their death. The "
	    "result is a table of the routers on the way with the time to each, and a last line that says in words how it ended. Many "
	    "probes are on their way at once, so a path is known after little more than one round trip; routers are not asked faster "
	    "than they answer. All probes of a trace belong to one flow, so that load balancers keep them on one path, except with "
	    "methods and wires that say otherwise in the header line.");
}

static void put_subcommands(struct sn_buf *buf)
{
	put_section(buf, "SUBCOMMANDS");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sn_command_count(); i++) {
		const struct sn_command *command = sn_command(i);
		if (command->hidden)
			continue;
		sn_buf_printf(buf, ".It Cm %s%s%s\n", command->name, *command->operands ? " Ar " : "", command->operands);
		put_text(buf, command->doc);
		if (i == 0)
			put_text(buf, "This is what runs when no subcommand is named.");
	}
	sn_buf_puts(buf, ".El\n");
}

/* Which subcommands know the option. */
static void put_knowing(struct sn_buf *buf, const struct sn_opt *opt)
{
	size_t left = 0;
	for (size_t i = 0; i < sn_command_count(); i++)
		left += !sn_command(i)->hidden && opt->commands & sn_command(i)->bit;
	sn_buf_puts(buf, "Taken by\n");
	for (size_t i = 0, first = left; left > 0; i++)
		if (!sn_command(i)->hidden && opt->commands & sn_command(i)->bit) {
			left--;
			sn_buf_printf(buf, "%s.Cm %s%s\n", left == 0 && first > 1 ? "and\n" : "", sn_command(i)->name,
			              left == 0   ? " ."
			              : left == 1 ? ""
			                          : " ,");
		}
}

static void put_option(struct sn_buf *buf, const struct sn_opt *opt)
{
	sn_buf_puts(buf, ".It ");
	if (opt->letter)
		sn_buf_printf(buf, "Fl %c , ", opt->letter);
	sn_buf_printf(buf, "Fl Fl %s", opt->name);
	if (opt->arg)
		sn_buf_printf(buf, " Ar %s", opt->arg);
	sn_buf_putc(buf, '\n');
	put_sentence(buf, opt->help);
	if (opt->doc)
		put_text(buf, opt->doc);
	for (size_t i = 0; opt->choices && opt->choices[i]; i++)
		sn_buf_printf(buf, "%s.Cm %s%s\n",
		              i == 0                ? "One of\n"
		              : opt->choices[i + 1] ? ""
		                                    : "or\n",
		              opt->choices[i], opt->choices[i + 1] ? " ," : " .");
	if (opt->preset || opt->preset_words) {
		struct sn_buf text = {0};
		sn_buf_printf(&text, "The default is %s.", opt->preset ? opt->preset : opt->preset_words);
		put_text(buf, sn_buf_text(&text));
		buf->bad |= text.bad;
		sn_buf_finish(&text);
	}
	if (opt->methods)
		sn_buf_printf(buf, "It is for %s.\n", sn_opt_methods_words(opt->methods));
	if (opt->commands != SN_FOR_ALL)
		put_knowing(buf, opt);
}

static void put_options(struct sn_buf *buf)
{
	put_section(buf, "OPTIONS");
	put_text(buf, "Letters that traceroute(8) has, too, mean the same here. Long names may be shortened as long as they stay unique. "
	              "Times are in "
	              "seconds, or carry their unit: 200ms, 1.5s.");
	for (int group = 0; group < SN_GROUP_COUNT; group++) {
		sn_buf_printf(buf, ".Ss %s\n.Bl -tag -width Ds\n", sn_opt_group_titles[group]);
		for (size_t i = 0; i < sn_opt_count(); i++)
			if (sn_opt(i)->group == (enum sn_opt_group)group)
				put_option(buf, sn_opt(i));
		sn_buf_puts(buf, ".El\n");
	}
}

static void put_methods(struct sn_buf *buf)
{
	put_section(buf, "METHODS");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sonde_method_count(); i++) {
		const struct sonde_method_info *method = sonde_method_info(i);
		put_item(buf, "Cm", method->name, method->summary);
		if (method->default_port)
			sn_buf_printf(buf, "The default %s is %u.\n", method->takes_port ? "port" : "protocol",
			              (unsigned)method->default_port);
		if (method->silence)
			sn_buf_printf(buf, "%s\n", method->silence);
	}
	sn_buf_puts(buf, ".El\n");
}

static void put_output(struct sn_buf *buf)
{
	put_section(buf, "OUTPUT");
	put_text(
	    buf,
	    "On a terminal rows appear as soon as they are known and are completed in place. On a pipe each row is written once, in order, "
	    "when "
	    "nothing more is expected for it. Routers that share a hop stand below each other, each with its own times. A hop that shows "
	    "only * sent no answer: routers may be silent and still forward everything. A last line says how the trace ended. "
	    "The columns that --columns knows:");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sonde_column_count(); i++)
		put_item(buf, "Cm", sonde_column(i)->key, sonde_column(i)->doc);
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "The formats that -o knows:");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sn_format_count(); i++)
		put_item(buf, "Cm", sn_format(i)->name, sn_format(i)->summary);
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "The documents of json and ndjson are described, field by field, by the JSON schemas that are installed with the "
	              "program: sonde.trace/1, sonde.compare/1, sonde.mtu/1, "
	              "sonde.interface/1 and sonde.event/1. Numbers are numbers, what is not known is "
	              "null, times are in milliseconds, instants in UTC (RFC 3339). Within a version nothing is renamed or removed.");
	put_text(buf, "mtr-json, atlas and scamper-json are one line for each trace. traceroute has no line but those of hops, so give one "
	              "host.");
	put_text(buf, "Called as traceroute or traceroute6, by a link of that name, the program takes the options of traceroute 2.1.2 in "
	              "place of its own, writes in that layout, and exits as that does: 0 whether the target was reached or not, 1 where "
	              "something failed on this machine, 2 where the command line is wrong. \"traceroute --help\" lists them; what has no "
	              "meaning here ends with a line that says so. No such link is installed: \"/usr/share/sonde/traceroute/link on\" "
	              "makes one of the first name by Debian's alternatives, with completions of those options, and \"off\" takes it "
	              "back.");
}

static void put_statuses(struct sn_buf *buf)
{
	put_section(buf, "EXIT STATUS");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sn_exit_status_count; i++) {
		sn_buf_printf(buf, ".It %d\n", sn_exit_statuses[i].status);
		put_sentence(buf, sn_exit_statuses[i].meaning);
	}
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "Of several hosts the worst decides; a larger number is worse.");
}

static void put_examples(struct sn_buf *buf)
{
	put_section(buf, "EXAMPLES");
	for (size_t i = 0; i < sn_command_count(); i++)
		for (const struct sn_example *e = sn_command(i)->examples; e && e->line; e++) {
			struct sn_buf what = {0};
			sn_buf_puts(&what, e->what);
			what.text[0] = (char)toupper((unsigned char)what.text[0]);
			put_text(buf, what.text);
			sn_buf_puts(buf, ".Pp\n.Dl ");
			put_text(buf, e->line);
			sn_buf_puts(buf, ".Pp\n");
			sn_buf_finish(&what);
		}
	buf->length_bytes -= strlen(".Pp\n"); /* the last one would stand before a heading */
	buf->text[buf->length_bytes] = 0;
}

static void put_diagnostics(struct sn_buf *buf)
{
	put_section(buf, "DIAGNOSTICS");
	put_text(buf, "Marks behind a time say what the answer complained about, brackets behind them what else it shows:");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	char mark[SN_HELP_MARK];
	const char *says, *word;
	for (size_t i = 0; sn_help_mark(i, mark, &says); i++) {
		sn_buf_printf(buf, ".It Li %s\n", mark);
		put_sentence(buf, says);
	}
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "A reverse name in quotes reads as an address, and is none. "
	              "The row End of sonde compare says how each method fared:");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; sn_help_end(i, &word, &says); i++)
		put_item(buf, "Li", word, says);
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "What is said below the table is put together from findings. Each has a stable name; \"sonde explain NAME\" says "
	              "what it means, what else it could be and what to do:");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < sonde_rule_count(); i++)
		put_item(buf, "Cm", sonde_rule(i)->id, sonde_rule(i)->summary);
	sn_buf_puts(buf, ".El\n");
	put_text(buf, "\"sonde explain icmp 3/13\" and \"sonde explain icmp6 1/1\" do the same for any ICMP message.");
	put_text(buf, "Messages about this machine are one line on standard error each: what failed, with which value, and what to do.");
}

static void put_prose_end(struct sn_buf *buf)
{
	put_section(buf, "SEE ALSO");
	sn_buf_puts(buf,
	            ".Xr capabilities 7 ,\n.Xr ping 8 ,\n.Xr traceroute 8\n.Rs\n.%T Internet Control Message Protocol\n.%R RFC 792\n.Re\n");
	put_section(buf, "CAVEATS");
	put_text(buf, "Many routers limit how many ICMP messages they send: loss at one hop that the hops behind it do not share is no "
	              "loss of the path. "
	              "Load balancers spread flows over several ways: what other methods, ports or programs meet may be another one. "
	              "Silence of a hop or of the target proves nothing by itself: a filter may be dropping probes, or answers on their "
	              "way back. The "
	              "table shows the way there; the way back may be another one, and its delay is in every time.");
	put_section(buf, "SECURITY");
	put_text(
	    buf,
	    "Raw sockets need the capability cap_net_raw. Installed with it as permitted only (setcap cap_net_raw+p), the program raises "
	    "it while "
	    "its sockets are opened and gives up every capability before it receives the first packet. Without it the unprivileged wire is "
	    "used. An answer is accepted only if it carries a secret of this run, which off-path senders cannot guess; whoever can read "
	    "the "
	    "probes on their way can forge answers.");
}

static void put_files(struct sn_buf *buf)
{
	put_section(buf, "FILES");
	sn_buf_puts(buf, ".Bl -tag -width Ds\n.It Pa /etc/sonde/config\nOptions of every user.\n"
	                 ".It Pa ~/.config/sonde/config\nOptions of this user, instead of\n.Pa ~/.config\nunder\n.Ev XDG_CONFIG_HOME\n"
	                 "where that is set.\n"
	                 ".It Pa /usr/share/doc/sonde/examples\nThe networks of the examples, where Debian's package has them:\n"
	                 ".Pa docs/examples\nin the source tree.\n.El\n");
	put_text(buf, "Each line is \"key = value\": a long option without its dashes, and its value; yes or no for those that take none. "
	              "Lines that begin with # or ; are comments, and so is what stands behind a value, a space and ;. Without its comment "
	              "a line has 199 bytes at most. A line \"[NAME]\" begins a profile, whose options are in force where "
	              "@NAME stands in front of the hosts:");
	sn_buf_puts(buf, ".Bd -literal -offset indent\nqueries = 5\ncolor = never\n\n[office]\ninterface = eth1\nmethod = "
	                 "tcp:443\n.Ed\n");
	put_text(buf, "The command line wins over a profile, a profile over the lines before all profiles, and the user's file over that "
	              "in /etc: --numeric=no takes back a switch. A key that a subcommand does not know, or that is for another method, is "
	              "left alone there; so is this machine's network beside --sim. Options that name a file to write, a program to "
	              "run or bytes to send cannot be set. A file that belongs to another user (but root), or that everybody may write, "
	              "is told and not read, as is one of this user that is closed to him; none is ever read from the current folder. "
	              "--show-config shows what is in force and where it is from, as lines of such a file.");
}

void sn_manual(struct sn_buf *buf)
{
	put_head(buf);
	put_subcommands(buf);
	put_options(buf);
	put_methods(buf);
	put_output(buf);
	put_section(buf, "ENVIRONMENT");
	sn_buf_puts(
	    buf,
	    ".Bl -tag -width Ds\n.It Ev NO_COLOR\nWhere set and not empty, no colour is used unless\n.Fl Fl color Cm always\nasks for it.\n"
	    ".It Ev CLICOLOR_FORCE\nWhere set to anything but 0, colour is used on a pipe, too.\n"
	    ".It Ev COLUMNS\nHow wide lines may be where standard output is no terminal, or one that does not say it.\n"
	    ".It Ev LC_ALL , LC_CTYPE , LANG\nWhether characters outside ASCII can be shown.\n"
	    ".It Ev TERM\nUnset or\n.Dq dumb :\nthe table is written as on a pipe.\n"
	    ".It Ev XDG_CONFIG_HOME , HOME\nWhere the user's configuration file is.\n"
	    ".It Ev SONDE_NO_SYSTEM_CONFIG\nWhere set and not empty,\n.Pa /etc/sonde/config\nis not read.\n.El\n"
	    "Where the program has a right that its user has not, a file capability, these are all that it looks at, the last one "
	    "not among them, and each only where its value is one of those words, numbers or absolute paths.\n");
	put_files(buf);
	put_statuses(buf);
	put_examples(buf);
	put_diagnostics(buf);
	put_prose_end(buf);
}
