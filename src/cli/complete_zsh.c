/* SPDX-License-Identifier: MIT */
/* Completion for zsh: _arguments with one line for each option. */
#include "cli/help.h"
#include "out/formats.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <string.h>

static const char *const offers[SN_WORDS_COUNT] = {
    [SN_WORDS_FILE] = "_files",           [SN_WORDS_INTERFACE] = "_net_interfaces", [SN_WORDS_ADDRESS] = "_sonde_addresses",
    [SN_WORDS_METHOD] = "_sonde_methods", [SN_WORDS_SERVICE] = "_sonde_services",   [SN_WORDS_HOST] = "_hosts",
    [SN_WORDS_FINDING] = "_sonde_findings", [SN_WORDS_OUTPUT] = "_sonde_output",
};

/* Text inside a single-quoted specification. */
static void put_quoted(struct sn_buf *buf, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			sn_buf_puts(buf, "'\\'");
		else if (strchr("[]:\\", *text))
			sn_buf_putc(buf, '\\');
		sn_buf_putc(buf, *text);
	}
}

static void put_offer(struct sn_buf *buf, const struct sn_opt *opt)
{
	sn_buf_putc(buf, ':');
	put_quoted(buf, opt->arg);
	sn_buf_putc(buf, ':');
	if (opt->type == SN_OPT_COLUMNS) {
		sn_buf_puts(buf, "_sonde_columns");
	} else if (opt->choices && opt->words != SN_WORDS_OUTPUT) {
		bool list = opt->words == SN_WORDS_LIST, files = opt->words == SN_WORDS_FILE;
		sn_buf_puts(buf, list ? "_sequence compadd - " : files ? "{compadd " : "(");
		for (size_t i = 0; opt->choices[i]; i++)
			sn_buf_printf(buf, "%s%s", i ? " " : "", opt->choices[i]);
		sn_buf_puts(buf, list ? "" : files ? "; _files}" : ")");
	} else if (offers[opt->words]) {
		sn_buf_puts(buf, offers[opt->words]);
	}
}

/* Every spelling of the options that this one excludes, itself among them. */
static void put_excluded(struct sn_buf *buf, const struct sn_opt *opt)
{
	sn_buf_putc(buf, '(');
	const char *gap = "";
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *other = sn_opt(i);
		if (other != opt && (!opt->clash || other->clash != opt->clash))
			continue;
		if (other->letter)
			sn_buf_printf(buf, "%s-%c", gap, other->letter), gap = " ";
		sn_buf_printf(buf, "%s--%s", gap, other->name);
		gap = " ";
	}
	sn_buf_putc(buf, ')');
}

static void put_spec(struct sn_buf *buf, const struct sn_opt *opt)
{
	for (int spelling = opt->letter ? 0 : 1; spelling < 2; spelling++) {
		sn_buf_puts(buf, "\t\t\t'");
		put_excluded(buf, opt);
		if (spelling == 0)
			sn_buf_printf(buf, "-%c%s[", opt->letter, opt->arg ? "+" : "");
		else
			sn_buf_printf(buf, "--%s%s[", opt->name, opt->arg ? "=" : "");
		put_quoted(buf, opt->help);
		sn_buf_putc(buf, ']');
		if (opt->arg)
			put_offer(buf, opt);
		sn_buf_puts(buf, "'\n");
	}
}

static void put_command(struct sn_buf *buf, const struct sn_command *command)
{
	sn_buf_printf(buf, "\t(%s)\n\t\tspecs=(\n", command->name);
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->commands & command->bit)
			put_spec(buf, sn_opt(i));
	if (command->operand_choices) {
		sn_buf_puts(buf, "\t\t\t'1:shell:(");
		for (size_t i = 0; command->operand_choices[i]; i++)
			sn_buf_printf(buf, "%s%s", i ? " " : "", command->operand_choices[i]);
		sn_buf_puts(buf, ")'\n");
	} else if (command->operand_words == SN_WORDS_FILE) {
		sn_buf_puts(buf, "\t\t\t'1:file:_files'\n\t\t\t'*::command: _normal'\n");
	} else if (command->operand_words == SN_WORDS_FINDING) {
		sn_buf_puts(buf, "\t\t\t'*:finding or ICMP message:_sonde_findings'\n");
	} else if (command->operand_words == SN_WORDS_HOST) {
		sn_buf_puts(buf, "\t\t\t'*:host:_hosts'\n");
	}
	sn_buf_puts(buf, "\t\t)\n\t\t;;\n");
}

static const char head[] = "#compdef sonde\n"
                           "# SPDX-License-Identifier: MIT\n"
                           "# zsh completion for sonde. Generated from the program's tables by 'sonde completion zsh'; do not edit.\n\n"
                           "_sonde_services() {\n"
                           "\tlocal -a names\n"
                           "\tnames=(${${(f)\"$(< /etc/services)\"}%%[[:space:]]*})\n"
                           "\tcompadd -a \"$@\" - names\n"
                           "}\n\n"
                           "_sonde_protocols() {\n"
                           "\tlocal -a names\n"
                           "\tnames=(${(M)${${(f)\"$(< /etc/protocols)\"}%%[[:space:]]*}:#[a-z]*})\n"
                           "\tcompadd -a \"$@\" - names\n"
                           "}\n\n"
                           "_sonde_addresses() {\n"
                           "\tlocal -a addresses\n"
                           "\taddresses=(${${${(f)\"$(ip -o address show 2>/dev/null)\"}#*inet(6|) }%%/*})\n"
                           "\tcompadd -a \"$@\" - addresses\n"
                           "}\n\n";

static const char tail[] = "\tesac\n"
                           "\t_arguments -s -S : $specs\n"
                           "}\n\n"
                           "_sonde \"$@\"\n";

static void put_described(struct sn_buf *buf, const char *key, const char *doc)
{
	sn_buf_puts(buf, "\t\t'");
	put_quoted(buf, key);
	sn_buf_putc(buf, ':');
	for (; *doc; doc++) {
		if (*doc == '\'')
			sn_buf_puts(buf, "'\\'");
		sn_buf_putc(buf, *doc);
	}
	sn_buf_puts(buf, "'\n");
}

void sn_complete_zsh(struct sn_buf *buf)
{
	sn_buf_puts(buf, head);
	sn_buf_puts(buf, "_sonde_methods() {\n");
	for (size_t i = 0; i < sonde_method_count(); i++)
		if (sonde_method_info(i)->takes_protocol)
			sn_buf_printf(buf, "\tif compset -P '%s:'; then\n\t\t_sonde_protocols\n\t\treturn\n\tfi\n",
			              sonde_method_info(i)->name);
	sn_buf_puts(buf, "\tif compset -P '*:'; then\n\t\t_sonde_services\n\t\treturn\n\tfi\n\tlocal -a methods=(\n");
	for (size_t i = 0; i < sonde_method_count(); i++)
		put_described(buf, sonde_method_info(i)->name, sonde_method_info(i)->summary);
	sn_buf_puts(buf, "\t)\n\t_describe -t methods method methods\n}\n\n"
	                 "_sonde_columns() {\n\tlocal -a columns=(\n");
	for (size_t i = 0; i < sonde_column_count(); i++)
		put_described(buf, sonde_column(i)->key, sonde_column(i)->doc);
	sn_buf_puts(buf, "\t)\n\tcompset -P '*,'\n\t_describe -t columns column columns -S ''\n}\n\n"
	                 "_sonde_output() {\n\tif compset -P '*='; then\n\t\t_files\n\t\treturn\n\tfi\n\tlocal -a formats=(\n");
	for (size_t i = 0; i < sn_format_count(); i++)
		put_described(buf, sn_format(i)->name, sn_format(i)->summary);
	sn_buf_puts(buf, "\t)\n\t_describe -t formats format formats\n}\n\n"
	                 "_sonde_findings() {\n\tlocal -a findings=(\n");
	for (size_t i = 0; i < sonde_rule_count(); i++)
		put_described(buf, sonde_rule(i)->id, sonde_rule(i)->summary);
	put_described(buf, "icmp", "an ICMP message");
	put_described(buf, "icmp6", "an ICMPv6 message");
	sn_buf_puts(buf, "\t)\n\t_describe -t findings finding findings\n}\n\n"
	                 "_sonde() {\n\tlocal -a specs subcommands=(\n");
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_described(buf, sn_command(i)->name, sn_command(i)->summary);
	sn_buf_printf(buf,
	              "\t)\n\tlocal command=%s\n"
	              "\tif (( CURRENT == 2 )); then\n"
	              "\t\t[[ $PREFIX != -* ]] && _describe -t commands subcommand subcommands\n"
	              "\telif (( ${subcommands[(I)${words[2]}:*]} )); then\n"
	              "\t\tcommand=${words[2]}\n"
	              "\t\tshift words\n"
	              "\t\t(( CURRENT-- ))\n"
	              "\tfi\n"
	              "\tcase $command in\n",
	              sn_command(0)->name);
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			put_command(buf, sn_command(i));
	sn_buf_puts(buf, tail);
}
