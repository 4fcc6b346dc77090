/* SPDX-License-Identifier: MIT */
/* Completion for bash. The script needs no package; where bash-completion is there (2.11 or 2.12), its helpers are used. */
#include "cli/help.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <string.h>

/* What offers the words of each kind. */
static const char *const offers[SN_WORDS_COUNT] = {
    [SN_WORDS_FILE] = "_sonde_files",       [SN_WORDS_INTERFACE] = "_sonde_interfaces", [SN_WORDS_ADDRESS] = "_sonde_addresses",
    [SN_WORDS_METHOD] = "_sonde_methods",   [SN_WORDS_SERVICE] = "_sonde_services",     [SN_WORDS_HOST] = "_sonde_hosts",
    [SN_WORDS_FINDING] = "_sonde_findings",
};

static const char head[] =
    "# SPDX-License-Identifier: MIT\n"
    "# bash completion for sonde. Generated from the program's tables by 'sonde completion bash'; do not edit.\n"
    "\n"
    "# Each _sonde_* helper adds what fits $cur to COMPREPLY.\n"
    "_sonde_words() {\n"
    "\tlocal word\n"
    "\twhile IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -W \"$1\" -- \"$cur\")\n"
    "}\n"
    "# some of the words $1, separated by commas\n"
    "_sonde_list() {\n"
    "\tlocal before='' word last=${cur##*,}\n"
    "\t[[ $cur == *,* ]] && before=${cur%,*},\n"
    "\twhile IFS= read -r word; do COMPREPLY+=(\"$before$word\"); done < <(compgen -W \"$1\" -- \"$last\")\n"
    "}\n"
    "_sonde_files() {\n"
    "\tlocal word\n"
    "\tif declare -F _comp_compgen_filedir >/dev/null; then\n"
    "\t\t_comp_compgen_filedir\n"
    "\telif declare -F _filedir >/dev/null; then\n"
    "\t\t_filedir\n"
    "\telse\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\t\twhile IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -f -- \"$cur\")\n"
    "\tfi\n"
    "}\n"
    "# a format of $1, with a file behind an equals sign\n"
    "_sonde_output() {\n"
    "\tif [[ $cur == *=* ]]; then\n"
    "\t\tlocal cur=${cur#*=}\n"
    "\t\t_sonde_files\n"
    "\telse\n"
    "\t\t_sonde_words \"$1\"\n"
    "\tfi\n"
    "}\n"
    "_sonde_hosts() {\n"
    "\tlocal word\n"
    "\tif declare -F _comp_compgen_known_hosts >/dev/null; then\n"
    "\t\t_comp_compgen_known_hosts -- \"$cur\"\n"
    "\telif declare -F _known_hosts_real >/dev/null; then\n"
    "\t\t_known_hosts_real -- \"$cur\"\n"
    "\telse\n"
    "\t\twhile IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -A hostname -- \"$cur\")\n"
    "\tfi\n"
    "}\n"
    "_sonde_interfaces() {\n"
    "\tlocal path\n"
    "\tfor path in /sys/class/net/*; do\n"
    "\t\t[[ -e $path && ${path##*/} == \"$cur\"* ]] && COMPREPLY+=(\"${path##*/}\")\n"
    "\tdone\n"
    "}\n"
    "_sonde_addresses() {\n"
    "\tlocal address\n"
    "\twhile read -r _ _ _ address _; do\n"
    "\t\t[[ ${address%%/*} == \"$cur\"* ]] && COMPREPLY+=(\"${address%%/*}\")\n"
    "\tdone < <(ip -o address show 2>/dev/null)\n"
    "}\n"
    "_sonde_services() {\n"
    "\tlocal word\n"
    "\twhile IFS= read -r word; do COMPREPLY+=(\"$word\"); done < <(compgen -A service -- \"$cur\")\n"
    "}\n"
    "_sonde_protocols() {\n"
    "\tlocal name\n"
    "\twhile read -r name _; do [[ $name == [a-z]* ]] && printf '%s\\n' \"$name\"; done 2>/dev/null </etc/protocols\n"
    "}\n";

static const char tail[] =
    "\n"
    "_sonde() {\n"
    "\tlocal cur opt joined='' current=${COMP_WORDS[COMP_CWORD]} command='' i\n"
    "\tlocal -a words=()\n"
    "\tCOMPREPLY=()\n"
    "\t# readline breaks words at = and :, which belong to --option=value and METHOD:PORT: put them together again\n"
    "\tfor ((i = 1; i <= COMP_CWORD; i++)); do\n"
    "\t\tif ((${#words[@]})) && [[ ${COMP_WORDS[i]} == [=:] || ${COMP_WORDS[i-1]} == [=:] ]]; then\n"
    "\t\t\twords[${#words[@]}-1]+=${COMP_WORDS[i]}\n"
    "\t\telse\n"
    "\t\t\twords+=(\"${COMP_WORDS[i]}\")\n"
    "\t\tfi\n"
    "\tdone\n"
    "\tjoined=${words[${#words[@]}-1]} opt=''\n"
    "\tcur=$joined\n"
    "\t((${#words[@]} > 1)) && opt=${words[${#words[@]}-2]}\n"
    "\t[[ $cur == --*=* ]] && opt=${cur%%=*} cur=${cur#*=}\n"
    "\tcommand=$(_sonde_command \"${words[0]}\")\n"
    "\tif [[ \" ${words[*]:0:${#words[@]}-1} \" == *' -- '* ]]; then\n"
    "\t\tif [[ $command == sim ]]; then _sonde_files; else _sonde_hosts; fi\n"
    "\telif ! _sonde_value \"$opt\"; then\n"
    "\t\tif [[ $cur == -* ]]; then\n"
    "\t\t\t_sonde_options \"$command\"\n"
    "\t\telse\n"
    "\t\t\t((${#words[@]} == 1)) && _sonde_words \"$_sonde_subcommands\"\n"
    "\t\t\t_sonde_operand \"$command\"\n"
    "\t\tfi\n"
    "\tfi\n"
    "\t# a reply replaces only what readline takes for the word\n"
    "\tlocal keep=$current\n"
    "\t[[ $keep == [=:] ]] && keep=''\n"
    "\tlocal strip=${cur%\"$keep\"}\n"
    "\t[[ -n $strip ]] && COMPREPLY=(\"${COMPREPLY[@]#\"$strip\"}\")\n"
    "\treturn 0\n"
    "}\n"
    "complete -F _sonde sonde\n";

static void put_option_words(struct sn_buf *buf)
{
	sn_buf_puts(buf, "_sonde_options() {\n\tcase $1 in\n");
	for (size_t c = 0; c < sn_command_count(); c++) {
		const struct sn_command *command = sn_command(c);
		if (command->hidden)
			continue;
		sn_buf_printf(buf, "\t%s) _sonde_words '", command->name);
		const char *gap = "";
		for (size_t i = 0; i < sn_opt_count(); i++) {
			const struct sn_opt *opt = sn_opt(i);
			if (!(opt->commands & command->bit))
				continue;
			if (opt->letter)
				sn_buf_printf(buf, "%s-%c", gap, opt->letter), gap = " ";
			sn_buf_printf(buf, "%s--%s", gap, opt->name);
			gap = " ";
		}
		sn_buf_puts(buf, "' ;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n");
}

static void put_offer(struct sn_buf *buf, const struct sn_opt *opt)
{
	if (opt->type == SN_OPT_COLUMNS) {
		sn_buf_puts(buf, "_sonde_columns");
	} else if (opt->choices) {
		sn_buf_puts(buf, opt->words == SN_WORDS_LIST     ? "_sonde_list '"
		                 : opt->words == SN_WORDS_OUTPUT ? "_sonde_output '"
		                                                 : "_sonde_words '");
		for (size_t i = 0; opt->choices[i]; i++)
			sn_buf_printf(buf, "%s%s", i ? " " : "", opt->choices[i]);
		sn_buf_putc(buf, '\'');
		if (opt->words == SN_WORDS_FILE)
			sn_buf_puts(buf, "; _sonde_files");
	} else {
		sn_buf_puts(buf, offers[opt->words] ? offers[opt->words] : ":");
	}
}

/* Whether $1 is an option that takes a value, and what to offer for it. */
static void put_values(struct sn_buf *buf)
{
	sn_buf_puts(buf, "_sonde_value() {\n\tcase $1 in\n");
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		if (!opt->arg)
			continue;
		sn_buf_puts(buf, "\t");
		if (opt->letter)
			sn_buf_printf(buf, "-%c | ", opt->letter);
		sn_buf_printf(buf, "--%s) ", opt->name);
		put_offer(buf, opt);
		sn_buf_puts(buf, " ;;\n");
	}
	sn_buf_puts(buf, "\t*) return 1 ;;\n\tesac\n\treturn 0\n}\n");
}

static void put_listed(struct sn_buf *buf)
{
	const char *gap = "";
	sn_buf_puts(buf, "_sonde_methods() {\n\tlocal method=${cur%%:*} word\n\tif [[ $cur == *:* && ' ");
	for (size_t i = 0; i < sonde_method_count(); i++)
		if (sonde_method_info(i)->takes_protocol)
			sn_buf_printf(buf, "%s ", sonde_method_info(i)->name);
	sn_buf_puts(buf, "' == *\" $method \"* ]]; then\n"
	                 "\t\twhile IFS= read -r word; do COMPREPLY+=(\"$method:$word\"); done < "
	                 "<(compgen -W \"$(_sonde_protocols)\" -- \"${cur#*:}\")\n"
	                 "\telif [[ $cur == *:* ]]; then\n"
	                 "\t\twhile IFS= read -r word; do COMPREPLY+=(\"$method:$word\"); done < <(compgen -A service -- \"${cur#*:}\")\n"
	                 "\telse\n\t\t_sonde_words '");
	for (size_t i = 0; i < sonde_method_count(); i++, gap = " ")
		sn_buf_printf(buf, "%s%s", gap, sonde_method_info(i)->name);
	sn_buf_puts(buf, "'\n\tfi\n}\n_sonde_columns() {\n\t_sonde_list '");
	gap = "";
	for (size_t i = 0; i < sonde_column_count(); i++, gap = " ")
		sn_buf_printf(buf, "%s%s", gap, sonde_column(i)->key);
	sn_buf_puts(buf, "'\n}\n_sonde_findings() {\n\t_sonde_words '");
	for (size_t i = 0; i < sonde_rule_count(); i++)
		sn_buf_printf(buf, "%s ", sonde_rule(i)->id);
	sn_buf_puts(buf, "icmp icmp6'\n}\n");
}

static void put_subcommands(struct sn_buf *buf)
{
	sn_buf_puts(buf, "_sonde_subcommands='");
	for (size_t i = 0; i < sn_command_count(); i++)
		if (!sn_command(i)->hidden)
			sn_buf_printf(buf, "%s%s", i ? " " : "", sn_command(i)->name);
	sn_buf_printf(buf, "'\n# The subcommand that runs: the first word where it names one.\n"
	                   "_sonde_command() {\n\tif ((COMP_CWORD > 1)) && [[ \" $_sonde_subcommands \" == *\" $1 \"* ]]; then\n"
	                   "\t\tprintf '%%s' \"$1\"\n\telse\n\t\tprintf %s\n\tfi\n}\n", sn_command(0)->name);
	sn_buf_puts(buf, "_sonde_operand() {\n\tcase $1 in\n");
	for (size_t c = 0; c < sn_command_count(); c++) {
		const struct sn_command *command = sn_command(c);
		if (command->hidden)
			continue;
		sn_buf_printf(buf, "\t%s) ", command->name);
		if (command->operand_choices) {
			sn_buf_puts(buf, "_sonde_words '");
			for (size_t i = 0; command->operand_choices[i]; i++)
				sn_buf_printf(buf, "%s%s", i ? " " : "", command->operand_choices[i]);
			sn_buf_puts(buf, "' ;;\n");
		} else {
			sn_buf_printf(buf, "%s ;;\n", offers[command->operand_words] ? offers[command->operand_words] : ":");
		}
	}
	sn_buf_puts(buf, "\tesac\n}\n");
}

void sn_complete_bash(struct sn_buf *buf)
{
	sn_buf_puts(buf, head);
	put_listed(buf);
	put_subcommands(buf);
	put_option_words(buf);
	put_values(buf);
	sn_buf_puts(buf, tail);
}
