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
    [SN_WORDS_METHOD_OPTION] = "(__sonde_method_options)",
    [SN_WORDS_PROTOCOL] = "(__sonde_protocols)",
};

/* What stands before the parts that are made from the tables; a line each. */
static const char *const head[] = {
    "# SPDX-License-Identifier: MIT",
    "# fish completion for sonde. Generated from the program's tables by '<made by> fish'; do not edit.",
    "",
    "# Reads the line, once for each TAB, as every option asks: the subcommand and its operands; the option that waits for the value at",
    "# the cursor; the line without that, the program and the word at the cursor; the methods on it; what may be a profile at the cursor.",
    "function __sonde_read",
    "\tset -l seen (commandline -cp) '|' (commandline -p)",
    "\ttest \"$seen\" = \"$__sonde_seen\"; and return",
    "\tset -g __sonde_seen \"$seen\"",
    "\tset -l before (commandline -opc)",
    "\tset -l all (commandline -op)",
    "\tset -l now (commandline -ct)",
    "\tset -l waiting \"^(?:--(?:$__sonde_valued)|-[$__sonde_flags]*[$__sonde_valued_letters])\\$\"",
    "\tset -g __sonde_waits (string match -r -- $waiting $before[-1])",
    "\tset -g __sonde_at $now[1]",
    "\tstring match -q -- '@*' $before; or test -n \"$__sonde_waits\"; and set __sonde_at ''",
    "\ttest -n \"$now\"; and set -e all[(math (count $before) + 1)]",
    "\ttest (count $before) -gt 1; and test -n \"$__sonde_waits\"; and set -e all[(count $before)]",
    "\tset -g __sonde_line (string join ' ' -- $all[2..-1] '')",
    "\tstring match -q -- '@*' \"$before[2]\"; and set -e before[2]",
    "\tset -g __sonde_first (count $before)",
    "\tset -g __sonde_command $__sonde_default",
    "\tif contains -- \"$before[2]\" $__sonde_commands",
    "\t\tset __sonde_command $before[2]",
    "\t\tset -e before[2]",
    "\tend",
    "\tset -g __sonde_operands",
    "\tset -l skip",
    "\tfor word in $before[2..-1]",
    "\t\tif test -n \"$skip\"; or string match -qr '^(?:-.|@)' -- $word",
    "\t\t\tset skip (test -z \"$skip\"; and string match -r -- $waiting $word)",
    "\t\telse",
    "\t\t\tset -a __sonde_operands $word",
    "\t\tend",
    "\tend",
    "\tset -l method \"(?:^| )(?:-[$__sonde_flags]*M ?|--m(?:ethod|odule)[= ])([a-z-]+)\"",
    "\tset -g __sonde_on (string match -rag -- $method $__sonde_line) (__sonde_short)",
    "\ttest (count $__sonde_on) -gt 0; or set __sonde_on <method>",
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
    "# Whether the subcommand runs, and takes one more operand: it may have $argv[2].",
    "function __sonde_runs",
    "\t__sonde_read",
    "\ttest $__sonde_command = $argv[1]; and test (count $__sonde_operands) -lt $argv[2]",
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
    "# Names of protocols(5); $argv[1] stands before.",
    "function __sonde_protocols",
    "\tstring replace -rf '^([[:alnum:]]\\S*)\\s.*' \"$argv[1]\\$1\" </etc/protocols",
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
    "\t\t\t__sonde_protocols $before",
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
    "\tfor host in (string split -n ' ' -- $lines | string match -v -r '^\\d+$')",
    "\t\tprintf '%s\\tearlier target\\n' $host",
    "\tend",
    "end",
    "",
    NULL,
};

/* Of sonde alone. */
static const char *const head_of_sonde[] = {
    "# Profiles stand in front of the operands. The program is asked: nobody else knows which files it reads, and which of",
    "# them it believes.",
    "function __sonde_may_profile",
    "\t__sonde_read",
    "\tstring match -q -- '@*' \"$__sonde_at\"; and test (count $__sonde_operands) -eq 0",
    "\tand contains -- $__sonde_command $__sonde_configured",
    "end",
    "",
    "function __sonde_profiles",
    "\tcommand sonde docgen profiles (__sonde_config_on | string replace -r '=~/' \"=$HOME/\") 2>/dev/null | string replace -r '^' @",
    "end",
    "",
    "# Another program's command line, behind \"--\": whatever fish has for that.",
    "function __sonde_other",
    "\t__sonde_read",
    "\ttest $__sonde_command = sim; and contains -- -- (commandline -opc)",
    "end",
    "",
    "function __sonde_of_other",
    "\tset -l words (commandline -opc)",
    "\tset -l from (math (contains -i -- -- $words) + 1)",
    "\tcomplete -C \"$(string join ' ' -- (string escape -- $words[$from..-1]) (commandline -ct))\"",
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
static void put_excluded(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt, bool letters)
{
	const char *gap = "";
	sn_buf_puts(buf, " \"");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *other = set->opt(i);
		if (!sn_complete_excludes(other, opt))
			continue;
		if (letters && other->letter)
			sn_buf_putc(buf, other->letter);
		if (letters || !*other->name)
			continue;
		sn_buf_printf(buf, "%s%s", gap, other->name);
		gap = "|";
	}
	sn_buf_putc(buf, '"');
}

/* When it is offered. `with`: the subcommands that want the option it needs; else those that know nothing of that one. */
static void put_condition(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt, bool with)
{
	struct sn_buf methods = {0}, spelt = {0};
	const char *gap = "";
	sn_buf_puts(buf, "complete -c sonde -n '__sonde_may \"");
	for (size_t i = 0; i < set->command_count; i++) {
		const struct sn_command *command = set->command(i);
		if (command->hidden || !(opt->commands & command->bit) || sn_complete_needs(set, opt, command) != with)
			continue;
		sn_buf_printf(buf, "%s%s", gap, command->name);
		gap = " ";
	}
	sn_buf_puts(buf, "\" \"");
	sn_complete_spell(&spelt, opt);
	sn_buf_printf(buf, "%s\"", sn_buf_text(&spelt));
	put_excluded(buf, set, opt, false);
	put_excluded(buf, set, opt, true);
	sn_complete_methods(&methods, set, opt);
	if (with || methods.length_bytes)
		sn_buf_printf(buf, " \"%s\"", with ? opt->needs : "");
	if (methods.length_bytes)
		sn_buf_printf(buf, " %s", sn_buf_text(&methods));
	sn_buf_putc(buf, '\'');
	buf->bad |= methods.bad || spelt.bad;
	sn_buf_finish(&methods);
	sn_buf_finish(&spelt);
}

/* Files of some suffixes, offered by a function; "": nothing of the kind. */
static void put_files(struct sn_buf *buf, const char *suffixes)
{
	if (*suffixes)
		sn_buf_printf(buf, " -x -a '(__sonde_files %s)'", suffixes);
	else
		sn_buf_puts(buf, " -r -F");
}

static void put_option(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt, bool with)
{
	put_condition(buf, set, opt, with);
	if (opt->letter)
		sn_buf_printf(buf, " -s %c", opt->letter);
	if (*opt->name)
		sn_buf_printf(buf, " -l %s", opt->name);
	sn_buf_puts(buf, " -d ");
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

static void put_options(struct sn_buf *buf, const struct sn_complete_set *set)
{
	for (size_t i = 0; i < set->opt_count; i++) {
		bool known[2] = {false, false};
		for (size_t c = 0; c < set->command_count; c++)
			if (!set->command(c)->hidden && set->opt(i)->commands & set->command(c)->bit)
				known[sn_complete_needs(set, set->opt(i), set->command(c))] = true;
		for (int with = 0; with < 2; with++)
			if (known[with])
				put_option(buf, set, set->opt(i), with);
	}
}

static void put_command(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_command *command)
{
	if (set->command_count > 1) {
		sn_buf_printf(buf, "complete -c sonde -n __sonde_first -a %s -d ", command->name);
		put_quoted(buf, command->summary);
		sn_buf_putc(buf, '\n');
	}
	/* what stands behind the FILE of sim is another program's */
	int most = command->operand_words == SN_WORDS_NET ? 1 : command->operands_max < 0 ? INT16_MAX : command->operands_max;
	sn_buf_printf(buf, "complete -c sonde -n '__sonde_runs %s %d'", command->name, most);
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

static void put_method_names(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "function __sonde_method_names\n");
	for (size_t i = 0; i < set->method_count; i++)
		put_described(buf, "''", set->method_name(i), set->method_summary(i));
	sn_buf_puts(buf, "end\n\n");
}

static void put_lists(struct sn_buf *buf)
{
	char word[SN_COMPLETE_WORD];
	const char *what;
	sn_buf_puts(buf, "function __sonde_columns\n\tset -l before (__sonde_now | string match -rg '^(.*,)')\n");
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

/* Words joined by bars, as the value of a variable. */
static void put_variable(struct sn_buf *buf, const char *name, const struct sn_complete_set *set,
                         const char *(*at)(const struct sn_complete_set *set, size_t i), size_t count)
{
	const char *gap = "";
	sn_buf_printf(buf, "set -g __sonde_%s '", name);
	for (size_t i = 0; i < count; i++)
		if (at(set, i)) {
			sn_buf_printf(buf, "%s%s", gap, at(set, i));
			gap = "|";
		}
	sn_buf_puts(buf, "'\n");
}

static const char *valued(const struct sn_complete_set *set, size_t i)
{
	return set->opt(i)->arg ? set->opt(i)->name : NULL;
}

static const char *hosted(const struct sn_complete_set *set, size_t i)
{
	return !set->command(i)->hidden && sn_complete_takes_hosts(set->command(i)) ? set->command(i)->name : NULL;
}

static const char *hostless(const struct sn_complete_set *set, size_t i)
{
	return !set->command(i)->hidden && !sn_complete_takes_hosts(set->command(i)) ? set->command(i)->name : NULL;
}

static void put_letters(struct sn_buf *buf, const struct sn_complete_set *set, const char *name, bool with_value)
{
	sn_buf_printf(buf, "set -g __sonde_%s '", name);
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->letter && (set->opt(i)->arg != NULL) == with_value)
			sn_buf_putc(buf, set->opt(i)->letter);
	sn_buf_puts(buf, "'\n");
}

/* Those that profiles stand in front of, or all. */
static void put_commands(struct sn_buf *buf, const struct sn_complete_set *set, const char *name, bool configured)
{
	sn_buf_printf(buf, "set -g __sonde_%s", name);
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden && (!configured || sn_complete_takes_profile(set->command(i))))
			sn_buf_printf(buf, " %s", set->command(i)->name);
	sn_buf_putc(buf, '\n');
}

static void put_names(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Options that take a value, joined by bars; their letters; the letters of the others.\n");
	put_variable(buf, "valued", set, valued, set->opt_count);
	put_letters(buf, set, "valued_letters", true);
	put_letters(buf, set, "flags", false);
	sn_buf_printf(buf, "# Subcommands: what runs where none is named, all, with profiles, with hosts, and without.\n"
	                   "set -g __sonde_default %s\n", set->command(0)->name);
	put_commands(buf, set, "commands", false);
	put_commands(buf, set, "configured", true);
	put_variable(buf, "hosted", set, hosted, set->command_count);
	put_variable(buf, "hostless", set, hostless, set->command_count);
	sn_buf_putc(buf, '\n');
}

/* How the line names another configuration file, for the program. */
static void put_config_on(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "function __sonde_config_on\n");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *opt = set->opt(i);
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

static void put_method_of(struct sn_buf *buf, const struct sn_opt *opt, const char *method)
{
	sn_buf_printf(buf, "\tstring match -qr -- \"(^| )(--%s%s", opt->name, opt->arg ? "[= ]" : " ");
	if (opt->letter)
		sn_buf_printf(buf, "|-[$__sonde_flags]*%c", opt->letter);
	sn_buf_printf(buf, ")\" $__sonde_line; and echo %s\n", method);
}

/* Some options of the method that is on the line. */
static void put_method_options(struct sn_buf *buf, const struct sn_complete_set *set)
{
	char word[SN_COMPLETE_WORD];
	sn_buf_puts(buf, "function __sonde_method_options\n\t__sonde_read\n\tswitch $__sonde_on[-1]\n");
	for (size_t i = 0; i < set->method_count; i++) {
		if (!set->method_option(i, 0, word))
			continue;
		sn_buf_printf(buf, "\t\tcase %s\n\t\t\t__sonde_list", set->method_name(i));
		for (size_t nth = 0; set->method_option(i, nth, word); nth++)
			sn_buf_printf(buf, " %s", word);
		sn_buf_putc(buf, '\n');
	}
	sn_buf_puts(buf, "\tend\nend\n\n");
}

static void put_methods(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Where the numbers behind the method have their names.\nfunction __sonde_services_of\n\tswitch \"$argv[1]\"\n");
	for (size_t i = 0; i < set->method_count; i++) {
		const char *services = sn_complete_services(set->method(i));
		sn_buf_printf(buf, "\t\tcase %s\n\t\t\techo '%s'\n", set->method_name(i), *services == '*' ? "\\\\w+" : services);
	}
	sn_buf_puts(buf, "\tend\nend\n\n# The methods that options without a value stand for, in the line.\nfunction __sonde_short\n");
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->method_of(set->opt(i)))
			put_method_of(buf, set->opt(i), set->method_of(set->opt(i)));
	sn_buf_puts(buf, "end\n\n");
}

void sn_complete_fish(struct sn_buf *buf, const struct sn_complete_set *set)
{
	struct sn_buf script = {0};
	bool sonde = set->command_count > 1;
	sn_complete_lines(&script, head);
	put_names(&script, set);
	put_methods(&script, set);
	put_method_names(&script, set);
	if (set->method_option)
		put_method_options(&script, set);
	if (sonde) {
		sn_complete_lines(&script, head_of_sonde);
		put_config_on(&script, set);
		put_lists(&script);
	}
	sn_buf_puts(&script, "complete -c sonde -f\n");
	if (sonde)
		sn_buf_puts(&script, "complete -c sonde -n __sonde_may_profile -a '(__sonde_profiles)' -d profile\n");
	if (sonde)
		sn_buf_puts(&script, "complete -c sonde -n __sonde_other -x -a '(__sonde_of_other)'\n");
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden)
			put_command(&script, set, set->command(i));
	put_options(&script, set);
	sn_complete_add(buf, set, &script);
}
