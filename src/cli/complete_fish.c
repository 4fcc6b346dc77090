/* SPDX-License-Identifier: MIT */
/* Completion for fish: one complete line for each option and subcommand. */
#include "cli/complete_words.h"
#include "cli/help.h"
#include "out/formats.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

static const char *const offers[SN_WORDS_COUNT] = {
    [SN_WORDS_INTERFACE] = "(__fish_print_interfaces)",
    [SN_WORDS_ADDRESS] = "(__sonde_addresses)",
    [SN_WORDS_METHOD] = "(__sonde_methods)",
    [SN_WORDS_SERVICE] = "(__sonde_services)",
    [SN_WORDS_HOST] = "(__sonde_hosts)",
    [SN_WORDS_FINDING] = "(__sonde_explained)",
    [SN_WORDS_OUTPUT] = "(__sonde_output)",
};

/* What stands before the parts that are made from the tables; a line each. */
static const char *const head[] = {
    "# SPDX-License-Identifier: MIT",
    "# fish completion for sonde. Generated from the program's tables by 'sonde completion fish'; do not edit.",
    "",
    "# Reads the line, once for each TAB, as every option asks: the subcommand; the option that waits for the value at the cursor; the",
    "# line without that, the program and the word at the cursor; the methods on it; what may be a profile at the cursor.",
    "function __sonde_read",
    "\tset -l seen (commandline -cp) '|' (commandline -p)",
    "\ttest \"$seen\" = \"$__sonde_seen\"; and return",
    "\tset -g __sonde_seen \"$seen\"",
    "\tset -l before (commandline -opc)",
    "\tset -l all (commandline -op)",
    "\tset -l now (commandline -ct)",
    "\tset -g __sonde_waits (string match -r -- \"^(?:--(?:$__sonde_valued)|-[$__sonde_flags]*[$__sonde_valued_letters])\\$\" $before[-1])",
    "\tset -g __sonde_at $now[1]",
    "\tstring match -q -- '@*' $before; or test -n \"$__sonde_waits\"; and set __sonde_at ''",
    "\ttest -n \"$now\"; and set -e all[(math (count $before) + 1)]",
    "\ttest (count $before) -gt 1; and test -n \"$__sonde_waits\"; and set -e all[(count $before)]",
    "\tset -g __sonde_line (string join ' ' -- $all[2..-1] '')",
    "\tstring match -q -- '@*' \"$before[2]\"; and set -e before[2]",
    "\tset -g __sonde_first (count $before)",
    "\tset -g __sonde_command $__sonde_default",
    "\tcontains -- \"$before[2]\" $__sonde_commands; and set __sonde_command $before[2]",
    "\tset -g __sonde_on (string match -rag -- \"(?:^| )(?:-[$__sonde_flags]*M ?|--method[= ])([a-z-]+)\" $__sonde_line) (__sonde_short)",
    "\ttest (count $__sonde_on) -gt 0; or set __sonde_on icmp",
    "end",
    "",
    "# What the value at the cursor is so far, without its option in front.",
    "function __sonde_now",
    "\tcommandline -ct | string replace -r \"^(--[a-z-]+=|-[$__sonde_flags]*[$__sonde_valued_letters])\" ''",
    "end",
    "",
    "function __sonde_first",
    "\t__sonde_read",
    "\ttest $__sonde_first -eq 1",
    "end",
    "",
    "function __sonde_runs",
    "\t__sonde_read",
    "\ttest $__sonde_command = $argv[1]",
    "end",
    "",
    "# Whether an option of the subcommands $argv[1], with the spellings $argv[2], is offered: none is given that excludes it, long",
    "# names $argv[3] and letters $argv[4]; one of those that it needs is, $argv[5]; and so is one of the methods behind.",
    "function __sonde_may",
    "\t__sonde_read",
    "\tstring match -q -- \"* $__sonde_command *\" \" $argv[1] \"; or return 1",
    "\ttest -n \"$__sonde_waits\"; and string match -q -- \"* $__sonde_waits *\" \" $argv[2] \"; and return 0",
    "\ttest -n \"$argv[3]\"; and string match -qr -- \"(^| )--($argv[3])[= ]\" $__sonde_line; and return 1",
    "\ttest -n \"$argv[4]\"; and string match -qr -- \"(^| )-[$__sonde_flags]*[$argv[4]]\" $__sonde_line; and return 1",
    "\ttest -n \"$argv[5]\"; and not string match -qr -- \"(^| )--$argv[5][= ]\" $__sonde_line; and return 1",
    "\ttest (count $argv) -lt 6; and return 0",
    "\tfor method in $__sonde_on",
    "\t\tcontains -- $method $argv[6..-1]; and return 0",
    "\tend",
    "\treturn 1",
    "end",
    "",
    "# Profiles stand in front of the operands. The program is asked: nobody else knows which files it reads, and which of",
    "# them it believes.",
    "function __sonde_may_profile",
    "\t__sonde_read",
    "\tstring match -q -- '@*' \"$__sonde_at\"; and contains -- $__sonde_command $__sonde_configured",
    "end",
    "",
    "function __sonde_profiles",
    "\tcommand sonde docgen profiles (__sonde_config_on | string replace -r '=~/' \"=$HOME/\") 2>/dev/null | string replace -r '^' @",
    "end",
    "",
    "# Some of the words, separated by commas.",
    "function __sonde_list",
    "\tset -l before (__sonde_now | string match -rg '^(.*,)')",
    "\tprintf \"$before%s\\n\" $argv",
    "end",
    "",
    "# Files of these suffixes, and folders.",
    "function __sonde_files",
    "\t__fish_complete_path (__sonde_now) | string match -r \"^[^\\t]*(?:/|\\.(?:$(string join '|' $argv)))(?:\\t.*)?\\$\"",
    "end",
    "",
    "# Names of services(5) of the protocol $argv[1], or their ports where digits are typed; $argv[2] stands before.",
    "function __sonde_ports",
    "\tset -l service '^([[:alnum:]]\\S*)\\s+(\\d+)/'$argv[1]'\\b.*'",
    "\tif string match -qr '[:,=p]?[0-9]+$' -- (commandline -ct)",
    "\t\tstring replace -rf $service \"$argv[2]\\$2\\t\\$1\" </etc/services",
    "\telse",
    "\t\tstring replace -rf $service \"$argv[2]\\$1\\t\\$2\" </etc/services",
    "\tend",
    "end",
    "",
    "function __sonde_services",
    "\t__sonde_read",
    "\tset -l services (__sonde_services_of $__sonde_on[-1])",
    "\tcontains -- $services none protocol; and set services '\\w+'",
    "\t__sonde_ports $services",
    "end",
    "",
    "# A method; behind its colon ports, separated by commas, or a protocol.",
    "function __sonde_methods",
    "\tset -l now (__sonde_now)",
    "\tif not set -l method (string match -rg '^([a-z-]+):' -- $now)",
    "\t\t__sonde_method_names",
    "\t\treturn",
    "\tend",
    "\tset -l before (string match -r '^[a-z-]+:(?:.*,)?' -- $now)",
    "\tset -l services (__sonde_services_of $method)",
    "\tswitch $services",
    "\t\tcase none",
    "\t\tcase protocol",
    "\t\t\tstring replace -rf '^([[:alnum:]]\\S*)\\s.*' \"$before\\$1\" </etc/protocols",
    "\t\tcase '*'",
    "\t\t\t__sonde_ports $services $before",
    "\tend",
    "end",
    "",
    "function __sonde_addresses",
    "\tip -o address show 2>/dev/null | string match -rg 'inet6? ([^/ ]+)'",
    "end",
    "",
    "# Hosts, and targets of earlier commands, as far as this shell remembers them.",
    "function __sonde_hosts",
    "\t__fish_print_hostnames",
    "\tset -l lines (history search --max 200 --prefix 'sonde ')",
    "\tset -a lines (history search --max 200 --prefix 'sudo sonde ')",
    "\tset lines (string replace -rf \"^(?:sudo )?sonde (?:@\\S+ )?(?!(?:$__sonde_hostless) )(?:(?:$__sonde_hosted) )?\" '' -- $lines)",
    "\tset -l valued \"--(?:$__sonde_valued)|-[$__sonde_flags]*[$__sonde_valued_letters]\"",
    "\tset lines (string replace -ra \"(?:^|(?<= ))(?:$valued) \\S+\" '' -- $lines)",
    "\tset lines (string replace -ra '(?:^|(?<= ))-\\S*' '' -- $lines)",
    "\tset lines (string replace -r '\\S*[^A-Za-z0-9.:_% -].*' '' -- $lines)",
    "\tfor host in (string split -n ' ' -- $lines)",
    "\t\tprintf '%s\\tearlier target\\n' $host",
    "\tend",
    "end",
    "",
    "# Findings; behind icmp and icmp6 their messages.",
    "function __sonde_explained",
    "\tset -l families (string match -r '^icmp6?$' -- (commandline -opc))",
    "\tswitch \"$families[-1]\"",
    "\t\tcase icmp",
    "\t\t\t__sonde_messages4",
    "\t\tcase icmp6",
    "\t\t\t__sonde_messages6",
    "\t\tcase '*'",
    "\t\t\t__sonde_findings",
    "\tend",
    "\tprintf '%s\\t%s\\n' icmp 'an ICMP message' icmp6 'an ICMPv6 message'",
    "end",
    "",
    "# A format, with a file behind an equals sign.",
    "function __sonde_output",
    "\tset -l now (__sonde_now)",
    "\tif set -l format (string match -rg '^([a-z-]+)=' -- $now)",
    "\t\t__fish_complete_path (string replace -r '^[a-z-]+=' '' -- $now) | string replace -r '^' \"$format=\"",
    "\t\treturn",
    "\tend",
    "\t__sonde_formats",
    "end",
    "",
    NULL,
};

/* Text inside single quotes. */
static void put_quoted(struct sn_buf *buf, const char *text)
{
	sn_buf_putc(buf, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *text);
	}
	sn_buf_putc(buf, '\'');
}

static void put_words(struct sn_buf *buf, const char *before, const char *const *words, const char *after)
{
	sn_buf_puts(buf, before);
	for (size_t i = 0; words[i]; i++)
		sn_buf_printf(buf, "%s%s", i ? " " : "", words[i]);
	sn_buf_puts(buf, after);
}

/* Long names with a bar between them (letters: letters, with nothing), of options that exclude this one. */
static void put_excluded(struct sn_buf *buf, const struct sn_opt *opt, bool letters)
{
	const char *gap = "";
	sn_buf_puts(buf, " \"");
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *other = sn_opt(i);
		if (!sn_complete_excludes(other, opt))
			continue;
		if (letters && other->letter)
			sn_buf_putc(buf, other->letter);
		else if (!letters)
			sn_buf_printf(buf, "%s%s", gap, other->name);
		gap = "|";
	}
	sn_buf_putc(buf, '"');
}

/* When it is offered. `with`: the subcommands that want the option it needs; else those that know nothing of that one. */
static void put_condition(struct sn_buf *buf, const struct sn_opt *opt, bool with)
{
	struct sn_buf methods = {0};
	const char *gap = "";
	sn_buf_puts(buf, "complete -c sonde -n '__sonde_may \"");
	for (size_t i = 0; i < sn_command_count(); i++) {
		const struct sn_command *command = sn_command(i);
		if (command->hidden || !(opt->commands & command->bit) || sn_complete_needs(opt, command) != with)
			continue;
		sn_buf_printf(buf, "%s%s", gap, command->name);
		gap = " ";
	}
	sn_buf_puts(buf, "\" \"");
	if (opt->letter)
		sn_buf_printf(buf, "-%c ", opt->letter);
	sn_buf_printf(buf, "--%s\"", opt->name);
	put_excluded(buf, opt, false);
	put_excluded(buf, opt, true);
	sn_complete_methods(&methods, opt);
	if (with || methods.length_bytes)
		sn_buf_printf(buf, " \"%s\"", with ? opt->needs : "");
	if (methods.length_bytes)
		sn_buf_printf(buf, " %s", sn_buf_text(&methods));
	sn_buf_putc(buf, '\'');
	buf->bad |= methods.bad;
	sn_buf_finish(&methods);
}

/* Files of some suffixes, offered by a function; "": nothing of the kind. */
static void put_files(struct sn_buf *buf, const char *suffixes)
{
	if (*suffixes)
		sn_buf_printf(buf, " -x -a '(__sonde_files %s)'", suffixes);
	else
		sn_buf_puts(buf, " -r -F");
}

static void put_option(struct sn_buf *buf, const struct sn_opt *opt, bool with)
{
	put_condition(buf, opt, with);
	if (opt->letter)
		sn_buf_printf(buf, " -s %c", opt->letter);
	sn_buf_printf(buf, " -l %s -d ", opt->name);
	put_quoted(buf, opt->help);
	if (opt->choices && opt->words == SN_WORDS_LIST)
		put_words(buf, " -x -a '(__sonde_list ", opt->choices, ")'");
	else if (opt->choices && opt->words == SN_WORDS_FILE)
		put_words(buf, " -r -F -a '", opt->choices, "'");
	else if (opt->choices && opt->words != SN_WORDS_OUTPUT)
		put_words(buf, " -x -a '", opt->choices, "'");
	else if (opt->type == SN_OPT_COLUMNS)
		sn_buf_puts(buf, " -x -a '(__sonde_columns)'");
	else if (opt->words == SN_WORDS_FILE || opt->words == SN_WORDS_CONFIG || *sn_complete_suffixes(opt->words))
		put_files(buf, sn_complete_suffixes(opt->words));
	else if (offers[opt->words])
		sn_buf_printf(buf, " -x -a '%s'", offers[opt->words]);
	else if (opt->arg)
		sn_buf_puts(buf, " -x");
	sn_buf_putc(buf, '\n');
}

static void put_options(struct sn_buf *buf)
{
	for (size_t i = 0; i < sn_opt_count(); i++) {
		bool known[2] = {false, false};
		for (size_t c = 0; c < sn_command_count(); c++)
			if (!sn_command(c)->hidden && sn_opt(i)->commands & sn_command(c)->bit)
				known[sn_complete_needs(sn_opt(i), sn_command(c))] = true;
		for (int with = 0; with < 2; with++)
			if (known[with])
				put_option(buf, sn_opt(i), with);
	}
}

static void put_command(struct sn_buf *buf, const struct sn_command *command)
{
	sn_buf_printf(buf, "complete -c sonde -n __sonde_first -a %s -d ", command->name);
	put_quoted(buf, command->summary);
	sn_buf_printf(buf, "\ncomplete -c sonde -n '__sonde_runs %s'", command->name);
	if (command->operand_choices)
		put_words(buf, " -x -a '", command->operand_choices, "'");
	else if (*sn_complete_suffixes(command->operand_words))
		sn_buf_printf(buf, " -a '(__sonde_files %s)'", sn_complete_suffixes(command->operand_words));
	else if (offers[command->operand_words])
		sn_buf_printf(buf, " -a '%s'", offers[command->operand_words]);
	sn_buf_putc(buf, '\n');
}

static void put_described(struct sn_buf *buf, const char *before, const char *word, const char *what)
{
	sn_buf_printf(buf, "\tprintf '%%s%%s\\t%%s\\n' %s %s ", before, word);
	put_quoted(buf, what);
	sn_buf_putc(buf, '\n');
}

static void put_lists(struct sn_buf *buf)
{
	char word[SN_COMPLETE_WORD];
	const char *what;
	sn_buf_puts(buf, "function __sonde_method_names\n");
	for (size_t i = 0; i < sonde_method_count(); i++)
		put_described(buf, "''", sonde_method_info(i)->name, sonde_method_info(i)->summary);
	sn_buf_puts(buf, "end\n\nfunction __sonde_columns\n\tset -l before (__sonde_now | string match -rg '^(.*,)')\n");
	for (size_t i = 0; i < sonde_column_count(); i++)
		put_described(buf, "\"$before\"", sonde_column(i)->key, sonde_column(i)->doc);
	sn_buf_puts(buf, "end\n\nfunction __sonde_formats\n");
	for (size_t i = 0; i < sn_format_count(); i++)
		put_described(buf, "''", sn_format(i)->name, sn_format(i)->summary);
	sn_buf_puts(buf, "end\n\nfunction __sonde_findings\n");
	for (size_t i = 0; i < sonde_rule_count(); i++)
		put_described(buf, "''", sonde_rule(i)->id, sonde_rule(i)->summary);
	for (uint8_t version = 4; version <= 6; version += 2) {
		sn_buf_printf(buf, "end\n\nfunction __sonde_messages%u\n", (unsigned)version);
		for (size_t i = 0; sn_complete_message(version, i, word, &what); i++)
			put_described(buf, "''", word, what);
	}
	sn_buf_puts(buf, "end\n\n");
}

/* Words joined by a gap, as the value of a variable. */
static void put_variable(struct sn_buf *buf, const char *name, const char *gap, const char *(*at)(size_t i), size_t count)
{
	const char *before = "";
	sn_buf_printf(buf, "set -g __sonde_%s '", name);
	for (size_t i = 0; i < count; i++)
		if (at(i)) {
			sn_buf_printf(buf, "%s%s", before, at(i));
			before = gap;
		}
	sn_buf_puts(buf, "'\n");
}

static const char *valued(size_t i)
{
	return sn_opt(i)->arg ? sn_opt(i)->name : NULL;
}

static const char *hosted(size_t i)
{
	return !sn_command(i)->hidden && sn_complete_takes_hosts(sn_command(i)) ? sn_command(i)->name : NULL;
}

static const char *hostless(size_t i)
{
	return !sn_command(i)->hidden && !sn_complete_takes_hosts(sn_command(i)) ? sn_command(i)->name : NULL;
}

static void put_letters(struct sn_buf *buf, const char *name, bool with_value)
{
	sn_buf_printf(buf, "set -g __sonde_%s '", name);
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->letter && (sn_opt(i)->arg != NULL) == with_value)
			sn_buf_putc(buf, sn_opt(i)->letter);
	sn_buf_puts(buf, "'\n");
}

/* Those that profiles stand in front of, or all. */
static void put_commands(struct sn_buf *buf, const char *name, bool configured)
{
	sn_buf_printf(buf, "set -g __sonde_%s", name);
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden && (!configured || sn_complete_takes_profile(sn_command(i))))
			sn_buf_printf(buf, " %s", sn_command(i)->name);
	sn_buf_putc(buf, '\n');
}

static void put_names(struct sn_buf *buf)
{
	sn_buf_puts(buf, "# Options that take a value, joined by bars; their letters; the letters of the others.\n");
	put_variable(buf, "valued", "|", valued, sn_opt_count());
	put_letters(buf, "valued_letters", true);
	put_letters(buf, "flags", false);
	sn_buf_printf(buf, "# Subcommands: what runs where none is named, all, with profiles, with hosts, and without.\n"
	                   "set -g __sonde_default %s\n", sn_command(0)->name);
	put_commands(buf, "commands", false);
	put_commands(buf, "configured", true);
	put_variable(buf, "hosted", "|", hosted, sn_command_count());
	put_variable(buf, "hostless", "|", hostless, sn_command_count());
	sn_buf_putc(buf, '\n');
}

/* How the line names another configuration file, for the program. */
static void put_config_on(struct sn_buf *buf)
{
	sn_buf_puts(buf, "function __sonde_config_on\n");
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		if (!(opt->clash & SN_CLASH_CONFIG))
			continue;
		if (opt->arg)
			sn_buf_printf(buf, "\tstring match -rg -- '(?:^| )(?:-['$__sonde_flags']*%c ?|--%s[= ])(\\S+)' $__sonde_line | "
			                   "string replace -r '^' -- --%s=\n", opt->letter, opt->name, opt->name);
		else
			sn_buf_printf(buf, "\tstring match -qr -- '(^| )--%s ' $__sonde_line; and echo -- --%s\n", opt->name, opt->name);
	}
	sn_buf_puts(buf, "end\n\n");
}

static void put_methods(struct sn_buf *buf)
{
	sn_buf_puts(buf, "# Where the numbers behind the method have their names.\nfunction __sonde_services_of\n\tswitch \"$argv[1]\"\n");
	for (size_t i = 0; i < sonde_method_count(); i++) {
		const char *services = sn_complete_services(sonde_method_info(i));
		sn_buf_printf(buf, "\t\tcase %s\n\t\t\techo '%s'\n", sonde_method_info(i)->name, *services == '*' ? "\\\\w+" : services);
	}
	sn_buf_puts(buf, "\tend\nend\n\n# The methods that options without a value stand for, in the line.\nfunction __sonde_short\n");
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_complete_method_of(sn_opt(i)))
			sn_buf_printf(buf,
			              "\tstring match -qr -- \"(^| )(--%s |-[$__sonde_flags]*%c)\" $__sonde_line; and echo %s\n",
			              sn_opt(i)->name, sn_opt(i)->letter, sn_complete_method_of(sn_opt(i)));
	sn_buf_puts(buf, "end\n\n");
}

void sn_complete_fish(struct sn_buf *buf)
{
	sn_complete_lines(buf, head);
	put_names(buf);
	put_config_on(buf);
	put_methods(buf);
	put_lists(buf);
	sn_buf_puts(buf, "complete -c sonde -f\ncomplete -c sonde -n __sonde_may_profile -a '(__sonde_profiles)' -d profile\n");
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_command(buf, sn_command(i));
	put_options(buf);
}
