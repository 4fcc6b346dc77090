/* SPDX-License-Identifier: MIT */
/* Completion for fish: one complete line for each option and subcommand. */
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
    [SN_WORDS_HOST] = "(__fish_print_hostnames)",
    [SN_WORDS_FINDING] = "(__sonde_findings)",
    [SN_WORDS_OUTPUT] = "(__sonde_output)",
};

static const char head[] = "# SPDX-License-Identifier: MIT\n"
                           "# fish completion for sonde. Generated from the program's tables by 'sonde completion fish'; do not edit.\n\n"
                           "function __sonde_services\n"
                           "\tstring match -rg '^([a-z][^\\s]*)' < /etc/services\n"
                           "end\n\n"
                           "# some of the words, separated by commas\n"
                           "function __sonde_list\n"
                           "\tset -l before (commandline -ct | string replace -r '^--[a-z-]*=' '' | string match -rg '^(.*,)')\n"
                           "\tprintf \"$before%s\\n\" $argv\n"
                           "end\n\n"
                           "function __sonde_protocols\n"
                           "\tstring match -rg '^([a-z][^\\s]*)' < /etc/protocols\n"
                           "end\n\n"
                           "function __sonde_addresses\n"
                           "\tip -o address show 2>/dev/null | string match -rg 'inet6? ([^/ ]+)'\n"
                           "end\n\n";

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

static void put_words(struct sn_buf *buf, const char *how, const char *const *words)
{
	sn_buf_puts(buf, how);
	for (size_t i = 0; words[i]; i++)
		sn_buf_printf(buf, "%s%s", i ? " " : "", words[i]);
	sn_buf_putc(buf, '\'');
}

static void put_list(struct sn_buf *buf, const char *const *words)
{
	sn_buf_puts(buf, " -x -a '(__sonde_list");
	for (size_t i = 0; words[i]; i++)
		sn_buf_printf(buf, " %s", words[i]);
	sn_buf_puts(buf, ")'");
}

static void put_option(struct sn_buf *buf, const struct sn_command *command, const struct sn_opt *opt)
{
	sn_buf_printf(buf, "complete -c sonde -n '__sonde_runs %s'", command->name);
	if (opt->letter)
		sn_buf_printf(buf, " -s %c", opt->letter);
	sn_buf_printf(buf, " -l %s -d ", opt->name);
	put_quoted(buf, opt->help);
	if (opt->choices && opt->words == SN_WORDS_LIST)
		put_list(buf, opt->choices);
	else if (opt->choices && opt->words == SN_WORDS_FILE)
		put_words(buf, " -r -F -a '", opt->choices);
	else if (opt->choices && opt->words != SN_WORDS_OUTPUT)
		put_words(buf, " -x -a '", opt->choices);
	else if (opt->type == SN_OPT_COLUMNS)
		sn_buf_puts(buf, " -x -a '(__sonde_columns)'");
	else if (opt->words == SN_WORDS_FILE || opt->words == SN_WORDS_NET)
		sn_buf_puts(buf, " -r -F");
	else if (offers[opt->words])
		sn_buf_printf(buf, " -x -a '%s'", offers[opt->words]);
	else if (opt->arg)
		sn_buf_puts(buf, " -x");
	sn_buf_putc(buf, '\n');
}

static void put_command(struct sn_buf *buf, const struct sn_command *command)
{
	sn_buf_printf(buf, "\ncomplete -c sonde -n __sonde_first -a %s -d ", command->name);
	put_quoted(buf, command->summary);
	sn_buf_printf(buf, "\ncomplete -c sonde -n '__sonde_runs %s'", command->name);
	if (command->operand_choices)
		put_words(buf, " -x -a '", command->operand_choices);
	else if (command->operand_words == SN_WORDS_NET || command->operand_words == SN_WORDS_CAPTURE)
		sn_buf_puts(buf, " -F");
	else if (offers[command->operand_words])
		sn_buf_printf(buf, " -a '%s'", offers[command->operand_words]);
	sn_buf_putc(buf, '\n');
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->commands & command->bit)
			put_option(buf, command, sn_opt(i));
}

static void put_functions(struct sn_buf *buf)
{
	sn_buf_puts(buf, "function __sonde_first\n\ttest (count (commandline -opc)) -eq 1\nend\n\n"
	                 "# Whether the subcommand $argv[1] runs: the first word where it names one.\n"
	                 "function __sonde_runs\n\tset -l words (commandline -opc)\n\tset -l runs ");
	sn_buf_printf(buf, "%s\n\tif test (count $words) -gt 1; and contains -- $words[2]", sn_command(0)->name);
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			sn_buf_printf(buf, " %s", sn_command(i)->name);
	sn_buf_puts(buf, "\n\t\tset runs $words[2]\n\tend\n\ttest $runs = $argv[1]\nend\n\n");
	sn_buf_puts(buf, "function __sonde_methods\n\tset -l now (commandline -ct | string replace -r '^(--method=|-M)' '')\n"
	                 "\tif set -l method (string match -rg '^([a-z-]+):' -- $now)\n"
	                 "\t\tif contains -- $method");
	for (size_t i = 0; i < sonde_method_count(); i++)
		if (sonde_method_info(i)->takes_protocol)
			sn_buf_printf(buf, " %s", sonde_method_info(i)->name);
	sn_buf_puts(buf, "\n\t\t\t__sonde_protocols | string replace -r '^' \"$method:\"\n\t\telse\n"
	                 "\t\t\t__sonde_services | string replace -r '^' \"$method:\"\n\t\tend\n\t\treturn\n\tend\n");
	for (size_t i = 0; i < sonde_method_count(); i++) {
		sn_buf_printf(buf, "\tprintf '%%s\\t%%s\\n' %s ", sonde_method_info(i)->name);
		put_quoted(buf, sonde_method_info(i)->summary);
		sn_buf_putc(buf, '\n');
	}
	sn_buf_puts(buf, "end\n\nfunction __sonde_columns\n\tset -l before (commandline -ct | string replace -r '^--columns=' '' | "
	                 "string match -rg '^(.*,)')\n");
	for (size_t i = 0; i < sonde_column_count(); i++) {
		sn_buf_printf(buf, "\tprintf '%%s%%s\\t%%s\\n' \"$before\" %s ", sonde_column(i)->key);
		put_quoted(buf, sonde_column(i)->doc);
		sn_buf_putc(buf, '\n');
	}
	sn_buf_puts(buf, "end\n\nfunction __sonde_output\n"
	                 "\tset -l now (commandline -ct | string replace -r '^(--output=|-o)' '')\n"
	                 "\tif set -l format (string match -rg '^([a-z-]+)=' -- $now)\n"
	                 "\t\t__fish_complete_path (string replace -r '^[a-z-]+=' '' -- $now) | string replace -r '^' \"$format=\"\n"
	                 "\t\treturn\n\tend\n");
	for (size_t i = 0; i < sn_format_count(); i++) {
		sn_buf_printf(buf, "\tprintf '%%s\\t%%s\\n' %s ", sn_format(i)->name);
		put_quoted(buf, sn_format(i)->summary);
		sn_buf_putc(buf, '\n');
	}
	sn_buf_puts(buf, "end\n\nfunction __sonde_findings\n");
	for (size_t i = 0; i < sonde_rule_count(); i++) {
		sn_buf_printf(buf, "\tprintf '%%s\\t%%s\\n' %s ", sonde_rule(i)->id);
		put_quoted(buf, sonde_rule(i)->summary);
		sn_buf_putc(buf, '\n');
	}
	sn_buf_puts(buf, "\tprintf '%s\\t%s\\n' icmp 'an ICMP message' icmp6 'an ICMPv6 message'\nend\n\ncomplete -c sonde -f\n");
}

void sn_complete_fish(struct sn_buf *buf)
{
	sn_buf_puts(buf, head);
	put_functions(buf);
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_command(buf, sn_command(i));
}
