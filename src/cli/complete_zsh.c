/* SPDX-License-Identifier: MIT */
/* Completion for zsh: _arguments with one line for each spelling of an option. */
#include "cli/complete_words.h"
#include "cli/help.h"
#include "out/formats.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <string.h>

static const char *const offers[SN_WORDS_COUNT] = {
    [SN_WORDS_FILE] = "_files",
    [SN_WORDS_CONFIG] = "_files",
    [SN_WORDS_NET] = "_files -g \"*.net\"",
    [SN_WORDS_CAPTURE] = "_files -g \"*.(pcap|pcapng|cap)\"",
    [SN_WORDS_DATABASE] = "_files -g \"*.mmdb\"",
    [SN_WORDS_INTERFACE] = "_net_interfaces",
    [SN_WORDS_ADDRESS] = "_sonde_addresses",
    [SN_WORDS_METHOD] = "_sonde_methods",
    [SN_WORDS_SERVICE] = "_sonde_services",
    [SN_WORDS_HOST] = "_sonde_hosts",
    [SN_WORDS_FINDING] = "_sonde_explained",
    [SN_WORDS_OUTPUT] = "_sonde_output",
    [SN_WORDS_METHOD_OPTION] = "_sonde_method_options",
    [SN_WORDS_PROTOCOL] = "_sonde_protocols",
};

/* What stands before the parts that are made from the tables; a line each. */
static const char *const head[] = {
    "#compdef sonde",
    "# SPDX-License-Identifier: MIT",
    "# zsh completion for sonde. Generated from the program's tables by '<made by> zsh'; do not edit.",
    "",
    "# Names of services(5) of the protocol $1 (\"*\": any), or their ports where digits are typed.",
    "_sonde_ports() {",
    "\tlocal line",
    "\tlocal -a fields known",
    "\t[[ -r /etc/services ]] && for line in ${(f)\"$(< /etc/services)\"}; do",
    "\t\t[[ $line == [[:alnum:]]*/${~1}* ]] || continue",
    "\t\tfields=(${=line})",
    "\t\tif [[ $PREFIX == [0-9]* ]]; then",
    "\t\t\tknown+=(\"${fields[2]%/*}:$fields[1]\")",
    "\t\telse",
    "\t\t\tknown+=(\"$fields[1]:${fields[2]%/*}\")",
    "\t\tfi",
    "\tdone",
    "\t_describe -t services service known",
    "}",
    "",
    "# Names of protocols(5).",
    "_sonde_protocols() {",
    "\tlocal -a names",
    "\t[[ -r /etc/protocols ]] && names=(${(M)${${(f)\"$(< /etc/protocols)\"}%%[[:space:]]*}:#[[:alnum:]]*})",
    "\t_wanted protocols expl 'IP protocol' compadd -a names",
    "}",
    "",
    "_sonde_addresses() {",
    "\tlocal -a addresses",
    "\taddresses=(${${${(f)\"$(ip -o address show 2>/dev/null)\"}#*inet(6|) }%%/*})",
    "\tcompadd -a \"$@\" - addresses",
    "}",
    "",
    "# Behind a method's name and a colon: its ports, separated by commas, or its protocol.",
    "_sonde_behind_method() {",
    "\tlocal services='*'",
    "\t_sonde_services_of ${PREFIX%%:*}",
    "\tcompset -P '*:'",
    "\tcase $services in",
    "\t(none) return 1 ;;",
    "\t(protocol) _sonde_protocols ;;",
    "\t(*)",
    "\t\tcompset -P '*,'",
    "\t\t_sonde_ports $services",
    "\t\t;;",
    "\tesac",
    "}",
    "",
    "_sonde_services() {",
    "\tlocal -a on",
    "\tlocal services='*'",
    "\t_sonde_methods_on",
    "\t(( $#on == 1 )) && _sonde_services_of $on[1]",
    "\t[[ $services == (none|protocol) ]] && services='*'",
    "\t_sonde_ports $services",
    "}",
    "",
    "# Hosts, and targets of earlier commands, as far as this shell remembers them.",
    "_sonde_hosts() {",
    "\tlocal line word command ret=1 skip",
    "\tlocal -a typed",
    "\tlocal -aU earlier",
    "\t_hosts \"$@\" && ret=0",
    "\tzmodload -F zsh/parameter p:history 2>/dev/null",
    "\tfor line in ${${(M)${history}:#(sudo |)sonde *}[1,500]}; do",
    "\t\ttyped=(${(z)line#sudo })",
    "\t\tshift typed",
    "\t\t[[ $typed[1] == @* ]] && shift typed",
    "\t\t(( $#typed )) || continue",
    "\t\t_sonde_subcommand \"$typed[1]\" && shift typed",
    "\t\t_sonde_takes_hosts || continue",
    "\t\tskip=0",
    "\t\tfor word in $typed; do",
    "\t\t\tif (( skip )); then",
    "\t\t\t\tskip=0",
    "\t\t\telif [[ $word == -* ]]; then",
    "\t\t\t\t_sonde_waits $word && skip=1",
    "\t\t\telif [[ $word == *[^A-Za-z0-9.:_%-]* ]]; then",
    "\t\t\t\tbreak",
    "\t\t\telif [[ $word != <-> ]]; then",
    "\t\t\t\tearlier+=($word)",
    "\t\t\tfi",
    "\t\tdone",
    "\tdone",
    "\t(( $#earlier )) && _wanted targets expl 'earlier target' compadd -a earlier && ret=0",
    "\treturn ret",
    "}",
    "",
    "# Whether an option that is for the methods $2… is offered: one of them is on the line, or the option itself ($1) is.",
    "_sonde_may() {",
    "\tlocal option=$1",
    "\tlocal -a on",
    "\tshift",
    "\t_sonde_methods_on",
    "\t(( ${#${(@)on:*argv}} )) || (( ${words[(I)$~option]} ))",
    "}",
    "",
    NULL,
};

/* Of sonde alone. */
static const char *const head_of_sonde[] = {
    "# Profiles of the configuration files, or of the one that the line names. The program is asked: nobody else knows which files it",
    "# reads, and which of them it believes.",
    "_sonde_profiles() {",
    "\tlocal -a profiles config",
    "\t_sonde_config_on",
    "\tprofiles=(${(f)\"$(_call_program profiles sonde docgen profiles ${(q)config} 2>/dev/null)\"})",
    "\tprofiles=(@${^profiles/$'\\t'/:})",
    "\t_describe -t profiles profile profiles",
    "}",
    "",
    "# Where a profile stands in front of the operands: in $profile; 0: nowhere before the cursor. In $operand: whether there is one.",
    "_sonde_profile_at() {",
    "\tfor (( profile = 2; profile < CURRENT; profile++ )); do",
    "\t\t_sonde_waits $words[profile-1] && continue",
    "\t\t[[ $words[profile] == @* ]] && return",
    "\t\t[[ $words[profile] == -* ]] && continue",
    "\t\tif (( profile > 2 )) || ! _sonde_subcommand $words[2]; then",
    "\t\t\toperand=1",
    "\t\t\tbreak",
    "\t\tfi",
    "\tdone",
    "\tprofile=0",
    "}",
    "",
    "# Another program's command line, behind FILE and \"--\".",
    "_sonde_other() {",
    "\tlocal -i count=${words[(i)--]}",
    "\t(( count < CURRENT )) || count=1",
    "\tshift $count words",
    "\t(( CURRENT -= count ))",
    "\t_normal",
    "}",
    "",
    "# Findings; behind icmp and icmp6 their messages.",
    "_sonde_explained() {",
    "\tlocal -a families=('icmp:an ICMP message' 'icmp6:an ICMPv6 message')",
    "\tcase ${words[(R)icmp(6|)]} in",
    "\t(icmp) _sonde_messages4 ;;",
    "\t(icmp6) _sonde_messages6 ;;",
    "\t(*) _sonde_findings ;;",
    "\tesac",
    "\t_describe -t families message families",
    "}",
    "",
    NULL,
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

static void put_choices(struct sn_buf *buf, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++)
		sn_buf_printf(buf, "%s%s", i ? " " : "", choices[i]);
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
		put_choices(buf, opt->choices);
		sn_buf_puts(buf, list ? "" : files ? "; _files}" : ")");
	} else if (offers[opt->words]) {
		sn_buf_puts(buf, offers[opt->words]);
	}
}

static void put_spec(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt)
{
	for (int spelling = opt->letter ? 0 : 1; spelling < (*opt->name ? 2 : 1); spelling++) {
		sn_buf_puts(buf, "\t\t\t'(");
		sn_complete_excluded(buf, set, opt);
		sn_buf_puts(buf, opt->type == SN_OPT_TEXTS ? ")*" : ")");
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

/* An option that needs another one, or a method, is there only with it. */
static void put_conditional(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt,
                            const struct sn_command *command)
{
	bool needs = sn_complete_needs(set, opt, command);
	if (!needs && !opt->methods)
		return;
	sn_buf_puts(buf, "\t\t");
	if (needs)
		sn_buf_printf(buf, "(( ${words[(I)--%s(|=*)]} )) && ", opt->needs);
	if (opt->methods) {
		sn_buf_puts(buf, "_sonde_may '");
		if (opt->letter)
			sn_buf_printf(buf, "-%c*|", opt->letter);
		sn_buf_printf(buf, "--%s(|=*)' ", opt->name);
		sn_complete_methods(buf, set, opt);
		sn_buf_puts(buf, " && ");
	}
	sn_buf_puts(buf, "specs+=(\n");
	put_spec(buf, set, opt);
	sn_buf_puts(buf, "\t\t)\n");
}

static void put_operand(struct sn_buf *buf, const struct sn_command *command)
{
	sn_buf_puts(buf, command->operands_max == 1 || command->operand_words == SN_WORDS_NET ? "\t\t\t'1:" : "\t\t\t'*:");
	if (command->operand_choices) {
		sn_buf_puts(buf, "shell:(");
		put_choices(buf, command->operand_choices);
		sn_buf_puts(buf, ")'\n");
		return;
	}
	for (const char *at = command->operands; *at && !strchr(" .", *at); at++)
		if (!strchr("[]", *at))
			sn_buf_putc(buf, *at);
	sn_buf_printf(buf, ":%s'\n", offers[command->operand_words] ? offers[command->operand_words] : "");
	if (command->operand_words == SN_WORDS_NET)
		sn_buf_puts(buf, "\t\t\t'*::command:_sonde_other'\n");
}

static void put_command(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_command *command)
{
	sn_buf_printf(buf, "\t(%s)\n\t\tspecs=(\n", command->name);
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->commands & command->bit && !set->opt(i)->methods && !sn_complete_needs(set, set->opt(i), command))
			put_spec(buf, set, set->opt(i));
	put_operand(buf, command);
	sn_buf_puts(buf, "\t\t)\n");
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->commands & command->bit)
			put_conditional(buf, set, set->opt(i), command);
	sn_buf_puts(buf, "\t\t;;\n");
}

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

/* Some options of the method that is on the line. */
static void put_method_options(struct sn_buf *buf, const struct sn_complete_set *set)
{
	char word[SN_COMPLETE_WORD];
	sn_buf_puts(buf, "_sonde_method_options() {\n\tlocal -a on\n\t_sonde_methods_on\n\tcase $on[-1] in\n");
	for (size_t i = 0; i < set->method_count; i++) {
		if (!set->method_option(i, 0, word))
			continue;
		sn_buf_printf(buf, "\t(%s) _sequence compadd -", set->method_name(i));
		for (size_t nth = 0; set->method_option(i, nth, word); nth++)
			sn_buf_printf(buf, " %s", word);
		sn_buf_puts(buf, " ;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n\n");
}

static void put_messages(struct sn_buf *buf, uint8_t version)
{
	char word[SN_COMPLETE_WORD];
	const char *what;
	sn_buf_printf(buf, "_sonde_messages%u() {\n\tlocal -a messages=(\n", (unsigned)version);
	for (size_t i = 0; sn_complete_message(version, i, word, &what); i++)
		put_described(buf, word, what);
	sn_buf_puts(buf, "\t)\n\t_describe -t messages message messages\n}\n\n");
}

/* What is known of methods: their names, their services, and which are on the line. */
static void put_methods(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "_sonde_services_of() {\n\tcase $1 in\n");
	for (size_t i = 0; i < set->method_count; i++)
		sn_buf_printf(buf, "\t(%s) services='%s' ;;\n", set->method_name(i), sn_complete_services(set->method(i)));
	sn_buf_puts(buf, "\tesac\n}\n\n_sonde_methods() {\n\tif [[ $PREFIX == *:* ]]; then\n\t\t_sonde_behind_method\n\t\treturn\n\tfi\n"
	                 "\tlocal -a methods=(\n");
	for (size_t i = 0; i < set->method_count; i++)
		put_described(buf, set->method_name(i), set->method_summary(i));
	sn_buf_puts(buf, "\t)\n\t_describe -t methods method methods\n}\n\n");
}

static void put_flags(struct sn_buf *buf, const struct sn_complete_set *set)
{
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->letter && !set->opt(i)->arg)
			sn_buf_putc(buf, set->opt(i)->letter);
}

static void put_on_line(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# The methods that are on the line, in the array `on`.\n_sonde_methods_on() {\n\tlocal i word\n\ton=()\n"
	                 "\tfor (( i = 2; i <= $#words; i++ )); do\n\t\t(( i == CURRENT )) && continue\n\t\tword=$words[i]\n");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *opt = set->opt(i);
		const char *method = set->method_of(opt);
		if (method) {
			sn_buf_printf(buf, "\t\t[[ $word == --%s%s", opt->name, opt->arg ? "(|=*)" : "");
			if (opt->letter) {
				sn_buf_puts(buf, " || $word == -[");
				put_flags(buf, set);
				sn_buf_printf(buf, "]#%c*", opt->letter);
			}
			sn_buf_printf(buf, " ]] && on+=(%s)\n", method);
		} else if (opt->clash & SN_CLASH_METHOD) {
			sn_buf_printf(buf, "\t\t[[ $word == --%s=* ]] && on+=(${${word#*=}%%%%:*})\n\t\t[[ $word == -[", opt->name);
			put_flags(buf, set);
			sn_buf_printf(buf, "]#%c?* ]] && on+=(${${word#*%c}%%%%:*})\n", opt->letter, opt->letter);
			sn_buf_printf(buf, "\t\t[[ $word == (--%s|-[", opt->name);
			put_flags(buf, set);
			sn_buf_printf(buf, "]#%c) ]] && (( i + 1 != CURRENT )) && on+=(${words[i+1]%%%%:*})\n", opt->letter);
		}
	}
	sn_buf_puts(buf, "\tdone\n\t(( $#on )) || on=(<method>)\n}\n\n"
	                 "# Whether a value stands behind the option $1, in a word of its own.\n"
	                 "_sonde_waits() {\n\t[[ $1 == (-[");
	put_flags(buf, set);
	sn_buf_puts(buf, "]#[");
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->letter && set->opt(i)->arg)
			sn_buf_putc(buf, set->opt(i)->letter);
	sn_buf_puts(buf, "]|--(");
	const char *gap = "";
	for (size_t i = 0; i < set->opt_count; i++)
		if (set->opt(i)->arg) {
			sn_buf_printf(buf, "%s%s", gap, set->opt(i)->name);
			gap = "|";
		}
	sn_buf_puts(buf, ")) ]]\n}\n\n");
}

static void put_commands(struct sn_buf *buf, const struct sn_complete_set *set, bool (*takes)(const struct sn_command *command))
{
	const char *gap = "";
	for (size_t i = 0; i < set->command_count; i++) {
		const struct sn_command *command = set->command(i);
		if (command->hidden || (takes && !takes(command)))
			continue;
		sn_buf_printf(buf, "%s%s", gap, command->name);
		gap = "|";
	}
}

static void put_lists(struct sn_buf *buf)
{
	sn_buf_puts(buf, "_sonde_columns() {\n\tlocal -a columns=(\n");
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
	sn_buf_puts(buf, "\t)\n\t_describe -t findings finding findings\n}\n\n");
}

/* How the line names another configuration file, for the program. */
static void put_config_on(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "_sonde_config_on() {\n\tlocal i file\n\tfor (( i = 2; i < CURRENT; i++ )); do\n");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *opt = set->opt(i);
		if (!(opt->clash & SN_CLASH_CONFIG))
			continue;
		if (!opt->arg) {
			sn_buf_printf(buf, "\t\t[[ $words[i] == --%s ]] && config=(--%s)\n", opt->name, opt->name);
			continue;
		}
		sn_buf_printf(buf, "\t\t[[ $words[i] == --%s=* ]] && file=${words[i]#*=}\n", opt->name);
		sn_buf_printf(buf, "\t\t[[ $words[i] == (--%s|-%c) ]] && file=$words[i+1]\n", opt->name, opt->letter);
		sn_buf_printf(buf, "\t\t[[ -n $file ]] && config=(--%s=${${(Q)file}/#\\~\\//$HOME/})\n", opt->name);
	}
	sn_buf_puts(buf, "\tdone\n}\n\n");
}

static void put_subcommand(struct sn_buf *buf, const struct sn_complete_set *set)
{
	if (set->command_count == 1) {
		sn_buf_printf(buf, "_sonde_subcommand() {\n\tcommand=%s\n\treturn 1\n}\n\n_sonde_takes_hosts() {\n\treturn 0\n}\n\n",
		              set->command(0)->name);
		return;
	}
	sn_buf_printf(buf,
	              "# Whether $1 names the subcommand; else it is what runs where none is named.\n"
	                   "_sonde_subcommand() {\n\tcommand=%s\n\t[[ $1 == (", set->command(0)->name);
	put_commands(buf, set, NULL);
	sn_buf_puts(buf, ") ]] && command=$1\n}\n\n_sonde_takes_hosts() {\n\t[[ $command == (");
	put_commands(buf, set, sn_complete_takes_hosts);
	sn_buf_puts(buf, ") ]]\n}\n\n_sonde_takes_profile() {\n\t[[ $command == (");
	put_commands(buf, set, sn_complete_takes_profile);
	sn_buf_puts(buf, ") ]]\n}\n\n");
}

/* Which subcommand runs, and what a profile in front of it or of the operands is. */
static void put_choice(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "\tlocal -a subcommands=(\n");
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden)
			put_described(buf, set->command(i)->name, set->command(i)->summary);
	sn_buf_puts(buf, "\t)\n"
	                 "\tlocal -i profile operand\n"
	                 "\t_sonde_profile_at\n"
	                 "\tif (( profile )); then # what runs behind it does not see it\n"
	                 "\t\twords[profile]=()\n"
	                 "\t\t(( CURRENT-- ))\n"
	                 "\tfi\n"
	                 "\tif (( CURRENT == 2 )); then\n"
	                 "\t\t_sonde_subcommand ''\n"
	                 "\t\t[[ $PREFIX != -* ]] && _describe -t commands subcommand subcommands\n"
	                 "\telif _sonde_subcommand $words[2]; then\n"
	                 "\t\tshift words\n"
	                 "\t\t(( CURRENT-- ))\n"
	                 "\tfi\n"
	                 "\tif (( ! profile && ! operand )) && [[ $PREFIX == @* ]] && _sonde_takes_profile &&\n"
	                 "\t\t! _sonde_waits $words[CURRENT-1]; then\n"
	                 "\t\t_sonde_profiles\n"
	                 "\t\treturn\n"
	                 "\tfi\n");
}

static void put_main(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_printf(buf, "_sonde() {\n\tlocal command=%s\n\tlocal -a specs\n", set->command(0)->name);
	if (set->command_count > 1)
		put_choice(buf, set);
	sn_buf_puts(buf, "\tcase $command in\n");
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden)
			put_command(buf, set, set->command(i));
	sn_buf_puts(buf, "\tesac\n\t_arguments -s -S : $specs\n}\n\n_sonde \"$@\"\n");
}

void sn_complete_zsh(struct sn_buf *buf, const struct sn_complete_set *set)
{
	struct sn_buf script = {0};
	sn_complete_lines(&script, head);
	put_methods(&script, set);
	put_on_line(&script, set);
	put_subcommand(&script, set);
	if (set->method_option)
		put_method_options(&script, set);
	if (set->command_count > 1) {
		sn_complete_lines(&script, head_of_sonde);
		put_config_on(&script, set);
		put_messages(&script, 4);
		put_messages(&script, 6);
		put_lists(&script);
	}
	put_main(&script, set);
	sn_complete_add(buf, set, &script);
}
