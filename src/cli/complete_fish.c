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
    "# What the value at the cursor is so far, without its option in front.",
    "function __sonde_now",
    "\tcommandline -ct | string replace -r \"^(--[a-z-]+=|-[$(__sonde_flags)]*[$(__sonde_valued_letters)])\" ''",
    "end",
    "",
    "# The option that waits for the value at the cursor.",
    "function __sonde_waits",
    "\tset -l before (commandline -opc)",
    "\tstring match -r -- \"^(?:--(?:$(__sonde_valued))|-[$(__sonde_flags)]*[$(__sonde_valued_letters)])\\$\" $before[-1]",
    "end",
    "",
    "# The line without the program, the word at the cursor and the option that waits for it.",
    "function __sonde_line",
    "\tset -l before (commandline -opc)",
    "\tset -l all (commandline -op)",
    "\tset -l now (commandline -ct)",
    "\ttest -n \"$now\"; and set -e all[(math (count $before) + 1)]",
    "\ttest (count $before) -gt 1; and __sonde_waits >/dev/null; and set -e all[(count $before)]",
    "\tstring join ' ' -- $all[2..-1] ''",
    "end",
    "",
    "# The subcommand that runs: the first word where it names one.",
    "function __sonde_command",
    "\tset -l words (commandline -opc)",
    "\tif test (count $words) -gt 1; and contains -- $words[2] (__sonde_commands)",
    "\t\techo $words[2]",
    "\telse",
    "\t\t__sonde_default",
    "\tend",
    "end",
    "",
    "function __sonde_first",
    "\ttest (count (commandline -opc)) -eq 1",
    "end",
    "",
    "function __sonde_runs",
    "\ttest (__sonde_command) = $argv[1]",
    "end",
    "",
    "# The methods that are on the line.",
    "function __sonde_methods_on",
    "\tset -l line (__sonde_line)",
    "\tset -l on (string match -rag -- \"(?:^| )(?:-[$(__sonde_flags)]*M ?|--method[= ])([a-z-]+)\" $line) (__sonde_short $line)",
    "\ttest (count $on) -gt 0; or set on icmp",
    "\tprintf '%s\\n' $on",
    "end",
    "",
    "# Whether an option of the subcommands $argv[1], with the spellings $argv[2], is offered: none is given that excludes it, long",
    "# names $argv[3] and letters $argv[4]; one of those that it needs is, $argv[5]; and so is one of the methods behind.",
    "function __sonde_may",
    "\tcontains -- (__sonde_command) (string split ' ' -- $argv[1]); or return 1",
    "\tset -l waits (__sonde_waits)",
    "\ttest -n \"$waits\"; and contains -- $waits (string split ' ' -- $argv[2]); and return 0",
    "\tset -l line (__sonde_line)",
    "\ttest -n \"$argv[3]\"; and string match -qr -- \"(^| )--($argv[3])[= ]\" $line; and return 1",
    "\ttest -n \"$argv[4]\"; and string match -qr -- \"(^| )-[$(__sonde_flags)]*[$argv[4]]\" $line; and return 1",
    "\ttest -n \"$argv[5]\"; and not string match -qr -- \"(^| )--$argv[5][= ]\" $line; and return 1",
    "\ttest (count $argv) -lt 6; and return 0",
    "\tfor method in (__sonde_methods_on)",
    "\t\tcontains -- $method $argv[6..-1]; and return 0",
    "\tend",
    "\treturn 1",
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
    "\tset -l on (__sonde_methods_on)",
    "\tset -l services (__sonde_services_of $on[-1])",
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
    "\tset lines (string replace -rf \"^(?:sudo )?sonde (?!(?:$(__sonde_hostless)) )(?:(?:$(__sonde_hosted)) )?\" '' -- $lines)",
    "\tset -l valued \"--(?:$(__sonde_valued))|-[$(__sonde_flags)]*[$(__sonde_valued_letters)]\"",
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
	else if (opt->words == SN_WORDS_FILE || *sn_complete_suffixes(opt->words))
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

/* "function NAME; echo …; end" with the names of the options that take a value, or letters of those that do or do not. */
static void put_names(struct sn_buf *buf)
{
	const char *gap = "";
	sn_buf_puts(buf, "# Options that take a value, joined by bars; their letters; the letters of the others.\n"
	                 "function __sonde_valued\n\techo '");
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->arg) {
			sn_buf_printf(buf, "%s%s", gap, sn_opt(i)->name);
			gap = "|";
		}
	for (int valued = 1; valued >= 0; valued--) {
		sn_buf_printf(buf, "'\nend\n\nfunction __sonde_%s\n\techo '", valued ? "valued_letters" : "flags");
		for (size_t i = 0; i < sn_opt_count(); i++)
			if (sn_opt(i)->letter && (sn_opt(i)->arg != NULL) == valued)
				sn_buf_putc(buf, sn_opt(i)->letter);
	}
	sn_buf_puts(buf, "'\nend\n\n");
}

static void put_commands(struct sn_buf *buf)
{
	sn_buf_printf(buf, "function __sonde_default\n\techo %s\nend\n\nfunction __sonde_commands\n\tprintf '%%s\\n'", sn_command(0)->name);
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			sn_buf_printf(buf, " %s", sn_command(i)->name);
	for (int hosted = 1; hosted >= 0; hosted--) {
		const char *gap = "";
		sn_buf_printf(buf, "\nend\n\n# Subcommands that take %s, joined by bars.\nfunction __sonde_%s\n\techo '",
		              hosted ? "hosts" : "none", hosted ? "hosted" : "hostless");
		for (size_t i = 0; i < sn_command_count(); i++)
			if (!sn_command(i)->hidden && (sn_command(i)->operand_words == SN_WORDS_HOST) == hosted) {
				sn_buf_printf(buf, "%s%s", gap, sn_command(i)->name);
				gap = "|";
			}
		sn_buf_putc(buf, '\'');
	}
	sn_buf_puts(buf, "\nend\n\n");
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
			              "\tstring match -qr -- \"(^| )(--%s |-[$(__sonde_flags)]*%c)\" $argv[1]; and echo %s\n",
			              sn_opt(i)->name, sn_opt(i)->letter, sn_complete_method_of(sn_opt(i)));
	sn_buf_puts(buf, "end\n\n");
}

void sn_complete_fish(struct sn_buf *buf)
{
	sn_complete_lines(buf, head);
	put_names(buf);
	put_commands(buf);
	put_methods(buf);
	put_lists(buf);
	sn_buf_puts(buf, "complete -c sonde -f\n");
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_command(buf, sn_command(i));
	put_options(buf);
}
