/* SPDX-License-Identifier: MIT */
/* Completion for bash. The script needs no package; where bash-completion is there (2.11 or 2.12), its helpers are used. */
#include "cli/complete_words.h"
#include "cli/help.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <string.h>

/* What offers the words of each kind. */
static const char *const offers[SN_WORDS_COUNT] = {
    [SN_WORDS_FILE] = "_sonde_files",        [SN_WORDS_NET] = "_sonde_files",
    [SN_WORDS_CONFIG] = "_sonde_files",      [SN_WORDS_DATABASE] = "_sonde_files",
    [SN_WORDS_CAPTURE] = "_sonde_files",     [SN_WORDS_INTERFACE] = "_sonde_interfaces",
    [SN_WORDS_ADDRESS] = "_sonde_addresses", [SN_WORDS_METHOD] = "_sonde_methods",
    [SN_WORDS_SERVICE] = "_sonde_services",  [SN_WORDS_HOST] = "_sonde_hosts",
    [SN_WORDS_FINDING] = "_sonde_findings",  [SN_WORDS_METHOD_OPTION] = "_sonde_method_options",
    [SN_WORDS_PROTOCOL] = "_sonde_protocols",
};

/* What stands before and behind the parts that are made from the tables; a line each. */
static const char *const head[] = {
    "# SPDX-License-Identifier: MIT",
    "# shellcheck shell=bash disable=SC2119,SC2120 # $offer passes arguments",
    "# bash completion for sonde. Generated from the program's tables by '<made by> bash'; do not edit.",
    "#",
    "# It needs no package; where bash-completion (2.11, or 2.12 with its new names) is there, its hosts and files are offered.",
    "# What is offered replaces $cur, the part of the word that is looked at; $before is what stands in front of it and stays.",
    "# Words are compared, never expanded: they may come from any file, or from what was typed long ago.",
    "",
    "# Offers those of the words that begin with $cur.",
    "_sonde_fit() {",
    "\tlocal word",
    "\tfor word; do",
    "\t\t[[ $word == \"$cur\"* ]] && COMPREPLY+=(\"$before$word\")",
    "\tdone",
    "\treturn 0",
    "}",
    "# Some of the words, separated by commas; none twice.",
    "_sonde_list() {",
    "\tlocal word had=,",
    "\tif [[ $cur == *,* ]]; then",
    "\t\thad=,${cur%,*},",
    "\t\tbefore+=${cur%,*},",
    "\t\tcur=${cur##*,}",
    "\tfi",
    "\tcompopt -o nospace 2>/dev/null",
    "\tfor word; do",
    "\t\t[[ $had == *\",${word%=},\"* || $had == *\",${word%=}=\"* ]] || _sonde_fit \"$word\"",
    "\tdone",
    "}",
    "# Files, of these suffixes if there are any; folders always.",
    "_sonde_files() {",
    "\tlocal word suffixes=\"$*\"",
    "\tlocal -a had=(\"${COMPREPLY[@]}\")",
    "\tCOMPREPLY=()",
    "\tif declare -F _comp_compgen_filedir >/dev/null; then",
    "\t\t_comp_compgen_filedir ${suffixes:+\"@(${suffixes// /|})\"}",
    "\telif declare -F _filedir >/dev/null; then",
    "\t\t_filedir ${suffixes:+\"@(${suffixes// /|})\"}",
    "\telse",
    "\t\tcompopt -o filenames 2>/dev/null",
    "\t\twhile IFS= read -r word; do",
    "\t\t\t[[ $# == 0 || -d $word || \" $suffixes \" == *\" ${word##*.} \"* ]] && COMPREPLY+=(\"$word\")",
    "\t\tdone < <(compgen -f -- \"$cur\")",
    "\tfi",
    "\tCOMPREPLY=(\"${had[@]}\" \"${COMPREPLY[@]/#/\"$before\"}\")",
    "}",
    "_sonde_or_files() {",
    "\t_sonde_fit \"$@\"",
    "\t_sonde_files",
    "}",
    "_sonde_interfaces() {",
    "\tlocal path",
    "\tfor path in /sys/class/net/*; do",
    "\t\t[[ -e $path ]] && _sonde_fit \"${path##*/}\"",
    "\tdone",
    "}",
    "# Addresses of this machine, of the family that is asked for.",
    "_sonde_addresses() {",
    "\tlocal kind address",
    "\twhile read -r _ _ kind address _; do",
    "\t\t[[ $given == *' -4 '* && $kind == inet6 || $given == *' -6 '* && $kind == inet ]] || _sonde_fit \"${address%%/*}\"",
    "\tdone < <(ip -o address show 2>/dev/null)",
    "}",
    "# Names of services(5) of the protocol $1 (\"*\": any), or their ports where digits are typed.",
    "_sonde_ports() {",
    "\tlocal - line number=''",
    "\tlocal -a lines=() fields",
    "\tset -f",
    "\t[[ $cur == [0-9]* ]] && number=1",
    "\t[[ -r /etc/services ]] && mapfile -t lines </etc/services",
    "\tfor line in \"${lines[@]}\"; do",
    "\t\t# shellcheck disable=SC2053 # $1 is a pattern",
    "\t\t[[ $line == [[:alnum:]]*/$1* && (-n $number || $line == \"$cur\"*) ]] || continue",
    "\t\t# shellcheck disable=SC2206 # fields",
    "\t\tfields=($line)",
    "\t\t_sonde_fit \"${fields[${number:-0}]%/*}\"",
    "\tdone",
    "}",
    "# Services of the method that is on the line.",
    "_sonde_services() {",
    "\tlocal services='*' method=${methods% }",
    "\t_sonde_services_of \"${method##* }\"",
    "\t[[ $services == none || $services == protocol ]] || _sonde_ports \"$services\"",
    "}",
    "# Names of protocols(5).",
    "_sonde_protocols() {",
    "\tlocal line",
    "\tlocal -a lines=()",
    "\t[[ -r /etc/protocols ]] && mapfile -t lines </etc/protocols",
    "\tfor line in \"${lines[@]}\"; do",
    "\t\t[[ $line == [[:alnum:]]* ]] && _sonde_fit \"${line%%[[:blank:]]*}\"",
    "\tdone",
    "\treturn 0",
    "}",
    "# A method, with a port or a protocol behind a colon; several ports are separated by commas.",
    "_sonde_methods() {",
    "\tlocal services='*'",
    "\tif [[ $cur != *:* ]]; then",
    "\t\t_sonde_fit \"$@\"",
    "\t\treturn",
    "\tfi",
    "\t_sonde_services_of \"${cur%%:*}\"",
    "\tbefore+=${cur%%:*}:",
    "\tcur=${cur#*:}",
    "\tif [[ $cur == *,* ]]; then",
    "\t\tbefore+=${cur%,*},",
    "\t\tcur=${cur##*,}",
    "\tfi",
    "\tcase $services in",
    "\tprotocol) _sonde_protocols ;;",
    "\tnone) ;;",
    "\t*) _sonde_ports \"$services\" ;;",
    "\tesac",
    "}",
    "# Hosts of ssh's known_hosts, as far as they are not hashed, where bash-completion does not do it.",
    "_sonde_known_hosts() {",
    "\tlocal line name",
    "\tlocal -a lines=()",
    "\t[[ -r ~/.ssh/known_hosts ]] && mapfile -n 2000 -t lines <~/.ssh/known_hosts",
    "\tfor line in \"${lines[@]}\"; do",
    "\t\tline=${line%%[[:blank:]]*},",
    "\t\twhile [[ -n $line ]]; do",
    "\t\t\tname=${line%%,*}",
    "\t\t\tline=${line#*,}",
    "\t\t\tname=${name#[}",
    "\t\t\tname=${name%%]*}",
    "\t\t\t[[ $name == [[:alnum:]]* && $name != *[*?]* ]] && _sonde_fit \"$name\"",
    "\t\tdone",
    "\tdone",
    "\twhile IFS= read -r name; do _sonde_fit \"$name\"; done < <(compgen -A hostname -- \"$cur\")",
    "}",
    "# Targets of earlier commands, as far as this shell remembers them.",
    "_sonde_earlier() {",
    "\tlocal - IFS=$'\\n' line command given methods config profile ended open name",
    "\tlocal -a lines typed operands",
    "\tset -f",
    "\t# shellcheck disable=SC2207 # a line each, read at once: `read` takes single bytes from a pipe",
    "\tlines=($(HISTTIMEFORMAT='' history 500 2>/dev/null))",
    "\tIFS=$' \\t\\n'",
    "\tfor line in \"${lines[@]}\"; do",
    "\t\t[[ $line == *'sonde '* ]] || continue",
    "\t\tread -r _ line <<<\"$line\"",
    "\t\t[[ $line == sonde\\ * || $line == sudo\\ sonde\\ * ]] || continue",
    "\t\tread -ra typed <<<\"${line#sudo }\"",
    "\t\t_sonde_walk \"${typed[@]:1}\"",
    "\t\t_sonde_takes_hosts \"$command\" || continue",
    "\t\tfor name in \"${operands[@]}\"; do",
    "\t\t\t[[ $name == *[!A-Za-z0-9.:_%-]* ]] && break # where the shell reads more than a word",
    "\t\t\t[[ $name == *[!0-9]* ]] && _sonde_fit \"$name\"",
    "\t\tdone",
    "\tdone",
    "}",
    "_sonde_hosts() {",
    "\tlocal name",
    "\tlocal -a had=(\"${COMPREPLY[@]}\")",
    "\tCOMPREPLY=()",
    "\tif declare -F _comp_compgen_known_hosts >/dev/null; then",
    "\t\t_comp_compgen_known_hosts -a -- \"$cur\"",
    "\telif declare -F _known_hosts_real >/dev/null; then",
    "\t\t_known_hosts_real -a -- \"$cur\"",
    "\telse",
    "\t\t_sonde_known_hosts",
    "\tfi",
    "\thad+=(\"${COMPREPLY[@]}\")",
    "\tCOMPREPLY=()",
    "\tfor name in \"${had[@]}\"; do # a shell would run what some of these say",
    "\t\t[[ $name == *[!A-Za-z0-9.:_%-]* ]] || COMPREPLY+=(\"$name\")",
    "\tdone",
    "\t_sonde_earlier",
    "}",
    "",
    NULL,
};

/* Of sonde alone. */
static const char *const head_of_sonde[] = {
    "# A format of these, with a file behind an equals sign.",
    "_sonde_output() {",
    "\tif [[ $cur == *=* ]]; then",
    "\t\tbefore+=${cur%%=*}=",
    "\t\tcur=${cur#*=}",
    "\t\t_sonde_files",
    "\telse",
    "\t\t_sonde_fit \"$@\"",
    "\tfi",
    "}",
    "# Profiles of the configuration files, or of the one that the line names. The program is asked: nobody else knows which files it",
    "# reads, and which of them it believes.",
    "_sonde_profiles() {",
    "\tlocal name",
    "\tlocal -a lines=()",
    "\tmapfile -t lines < <(command sonde docgen profiles ${config:+\"$config\"} 2>/dev/null)",
    "\tfor name in \"${lines[@]}\"; do",
    "\t\t_sonde_fit \"@${name%%$'\\t'*}\"",
    "\tdone",
    "}",
    "# Another program's command line, behind \"--\": that program's own completion where bash-completion finds it.",
    "_sonde_other() {",
    "\tlocal i=1",
    "\twhile [[ ${COMP_WORDS[i]} != -- ]]; do ((++i)); done",
    "\thead='' # what is offered is none of ours",
    "\tif declare -F _comp_command_offset >/dev/null; then",
    "\t\t_comp_command_offset $((i + 1))",
    "\telif declare -F _command_offset >/dev/null; then",
    "\t\t_command_offset $((i + 1))",
    "\telif ((i + 1 == COMP_CWORD)); then",
    "\t\tmapfile -t COMPREPLY < <(compgen -c -- \"$cur\")",
    "\telse",
    "\t\t_sonde_files",
    "\tfi",
    "\treturn 0",
    "}",
    "# Findings; behind icmp and icmp6 their messages.",
    "_sonde_findings() {",
    "\tlocal word family=''",
    "\tfor word in \"${operands[@]}\"; do",
    "\t\t[[ $word == icmp?(6) ]] && family=$word",
    "\tdone",
    "\t_sonde_fit icmp icmp6",
    "\tcase $family in",
    "\ticmp) _sonde_messages4 ;;",
    "\ticmp6) _sonde_messages6 ;;",
    "\t*) _sonde_fit \"$@\" ;;",
    "\tesac",
    "}",
    NULL,
};

static const char *const tail[] = {
    "",
    "# Reads words: what was $given, which $methods and $profile, the $operands, and in $open the option that still waits for its value.",
    "_sonde_scan() {",
    "\tlocal word one i offer",
    "\tfor word; do",
    "\t\tif [[ -n $open ]]; then",
    "\t\t\t_sonde_note \"$open\" \"$word\"",
    "\t\t\topen=''",
    "\t\telif [[ -n $ended || $word != -?* ]]; then",
    "\t\t\tif _sonde_may_profile \"$word\"; then profile=$word; else operands+=(\"$word\"); fi",
    "\t\telif [[ $word == -- ]]; then",
    "\t\t\tended=1",
    "\t\telif [[ $word == --*=* ]]; then",
    "\t\t\t_sonde_note \"${word%%=*}\" \"${word#*=}\"",
    "\t\telif [[ $word == --* ]]; then",
    "\t\t\tif _sonde_value \"$word\"; then open=$word; else _sonde_note \"$word\"; fi",
    "\t\telse",
    "\t\t\tfor ((i = 1; i < ${#word}; i++)); do",
    "\t\t\t\tone=-${word:i:1}",
    "\t\t\t\tif ! _sonde_value \"$one\"; then",
    "\t\t\t\t\t_sonde_note \"$one\"",
    "\t\t\t\t\tcontinue",
    "\t\t\t\tfi",
    "\t\t\t\tif [[ -n ${word:i+1} ]]; then _sonde_note \"$one\" \"${word:i+1}\"; else open=$one; fi",
    "\t\t\t\tbreak",
    "\t\t\tdone",
    "\t\tfi",
    "\tdone",
    "}",
    "# Reads the words of a command line behind the program's name.",
    "_sonde_walk() {",
    "\tgiven=' ' methods=' ' config='' profile='' ended='' open='' operands=()",
    "\t[[ ${1-} == @* ]] && profile=$1 && shift",
    "\t_sonde_command \"${1-}\" && shift",
    "\t_sonde_scan \"$@\"",
    "}",
    "# Whether the word is a profile, or the beginning of one: in front of all operands.",
    "_sonde_may_profile() {",
    "\t[[ $1 == @* && -z $profile ]] && ((${#operands[@]} == 0)) && _sonde_takes_profile \"$command\"",
    "}",
    "# Offers an option with its spellings $1, unless one of $2 was given, and only with one of $3 and with one of the methods $4.",
    "_sonde_option() {",
    "\tlocal one ok=''",
    "\tfor one in $2; do",
    "\t\t[[ $given == *\" $one \"* ]] && return",
    "\tdone",
    "\tfor one in ${3-}; do",
    "\t\t[[ $given == *\" $one \"* ]] && ok=1",
    "\tdone",
    "\t[[ -n ${3-} && -z $ok ]] && return",
    "\tok=''",
    "\tfor one in ${4-}; do",
    "\t\t[[ $methods == *\" $one \"* ]] && ok=1",
    "\tdone",
    "\t[[ -n ${4-} && -z $ok ]] && return",
    "\tfor one in $1; do",
    "\t\t_sonde_fit \"$one\"",
    "\tdone",
    "}",
    "# Readline breaks words at =, : and @, which belong to --option=value, METHOD:PORT, addresses and profiles. Puts them together again",
    "# in $words, the one at the cursor up to it. $at is its number, $current what readline takes for it.",
    "_sonde_split() {",
    "\tlocal line=$COMP_LINE word breaks i",
    "\twords=() at=-1 current=''",
    "\tfor ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do",
    "\t\tword=${COMP_WORDS[i]}",
    "\t\t[[ -z ${word//[=:@]/} || ($i -gt 0 && -z ${COMP_WORDS[i-1]//[=:@]/}) ]] && breaks=1 || breaks=''",
    "\t\tif [[ -n $word && $i -gt 0 && -n $breaks && $line == \"$word\"* ]]; then",
    "\t\t\tline=${line#\"$word\"}",
    "\t\t\t((${#words[@]} - 1 == at)) && continue # behind the cursor",
    "\t\telse",
    "\t\t\tline=${line#*\"$word\"}",
    "\t\t\twords+=('')",
    "\t\tfi",
    "\t\tif ((i == COMP_CWORD)); then",
    "\t\t\tat=$((${#words[@]} - 1))",
    "\t\t\t[[ $word == [\\\"\\']\"$1\" ]] && word=$1 # readline keeps an open quote by itself",
    "\t\t\t[[ $1 == @* && $word != @* ]] && word=${1#@}",
    "\t\t\t[[ -n ${word//[=:@]/} && $word == \"$1\"* ]] && word=$1",
    "\t\t\t[[ -n ${word//[=:@]/} ]] && current=$word",
    "\t\t\t[[ $1 == @* ]] && current=$1 # only COMP_WORDS is broken there",
    "\t\tfi",
    "\t\twords[${#words[@]}-1]+=$word",
    "\tdone",
    "}",
    "# What the cursor stands behind: the value of an option, an option, or an operand.",
    "_sonde_offer() {",
    "\tlocal name=$open i offer=''",
    "\tif [[ -n $ended ]]; then",
    "\t\t[[ -n $profiles ]] && _sonde_profiles && return",
    "\t\t[[ $command == sim && $behind != 0 ]] && _sonde_other && return",
    "\t\t_sonde_operand \"$command\"",
    "\t\t$offer",
    "\t\treturn",
    "\tfi",
    "\tif [[ -z $name && $cur == --*=* ]]; then",
    "\t\tname=${cur%%=*}",
    "\t\tbefore=$name=",
    "\t\tcur=${cur#*=}",
    "\telif [[ -z $name && $cur == -[!-]?* ]]; then",
    "\t\tfor ((i = 1; i + 1 < ${#cur}; i++)); do",
    "\t\t\t_sonde_value \"-${cur:i:1}\" || continue",
    "\t\t\tname=-${cur:i:1}",
    "\t\t\tbefore=${cur:0:i+1}",
    "\t\t\tcur=${cur:i+1}",
    "\t\t\tbreak",
    "\t\tdone",
    "\tfi",
    "\toffer=''",
    "\tif [[ -n $name ]]; then",
    "\t\t_sonde_value \"$name\"",
    "\telif [[ $cur == -* ]]; then",
    "\t\toffer=\"_sonde_options $command\"",
    "\telse",
    "\t\tif [[ -n $profiles ]]; then",
    "\t\t\t_sonde_profiles",
    "\t\t\treturn",
    "\t\tfi",
    "\t\t((at == 1)) || [[ $at == 2 && -n $profile ]] && _sonde_subcommands",
    "\t\t_sonde_operand \"$command\"",
    "\tfi",
    "\t$offer",
    "}",
    "_sonde() {",
    "\t# shellcheck disable=SC2034 # not every program has configuration files",
    "\tlocal IFS=$' \\t\\n' cur before='' current command given methods config profile ended open at head",
    "\tlocal -a words operands",
    "\tCOMPREPLY=()",
    "\t_sonde_split \"${2-}\"",
    "\tcur=${words[at]}",
    "\thead=${cur%\"$current\"}",
    "\t_sonde_walk \"${words[@]:1:at-1}\"",
    "\tlocal waits=$open profiles='' behind=${#operands[@]}",
    "\tif [[ -z $open ]] && _sonde_may_profile \"$cur\"; then profiles=1 profile=$cur; fi",
    "\topen=''",
    "\t_sonde_scan \"${words[@]:at+1}\"",
    "\topen=$waits",
    "\t[[ $methods == ' ' ]] && methods=' <method> '",
    "\t_sonde_offer",
    "\t# a reply replaces only what readline takes for the word",
    "\tCOMPREPLY=(\"${COMPREPLY[@]#\"$head\"}\")",
    "\treturn 0",
    "}",
    "complete -F _sonde sonde",
    NULL,
};

static void put_choices(struct sn_buf *buf, const char *const *choices)
{
	for (size_t i = 0; choices[i]; i++)
		sn_buf_printf(buf, " %s", choices[i]);
}

/* What the shell runs to offer words of a kind. */
static void put_kind(struct sn_buf *buf, const struct sn_complete_set *set, enum sn_opt_words words)
{
	const char *suffixes = sn_complete_suffixes(words);
	sn_buf_printf(buf, "%s%s%s", offers[words] ? offers[words] : ":", *suffixes ? " " : "", suffixes);
	for (size_t i = 0; words == SN_WORDS_METHOD && i < set->method_count; i++)
		sn_buf_printf(buf, " %s", set->method_name(i));
	for (size_t i = 0; words == SN_WORDS_FINDING && i < sonde_rule_count(); i++)
		sn_buf_printf(buf, " %s", sonde_rule(i)->id);
}

static void put_offer(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt)
{
	if (opt->type == SN_OPT_COLUMNS) {
		sn_buf_puts(buf, "_sonde_list");
		for (size_t i = 0; i < sonde_column_count(); i++)
			sn_buf_printf(buf, " %s", sonde_column(i)->key);
	} else if (opt->choices) {
		sn_buf_puts(buf, opt->words == SN_WORDS_LIST     ? "_sonde_list"
		                 : opt->words == SN_WORDS_OUTPUT ? "_sonde_output"
		                 : opt->words == SN_WORDS_FILE   ? "_sonde_or_files"
		                                                 : "_sonde_fit");
		put_choices(buf, opt->choices);
	} else {
		put_kind(buf, set, opt->words);
	}
}

static void put_spelled(struct sn_buf *buf, const struct sn_opt *opt)
{
	if (opt->letter)
		sn_buf_printf(buf, "\t-%c", opt->letter);
	if (*opt->name)
		sn_buf_printf(buf, "%s--%s", opt->letter ? " | " : "\t", opt->name);
	sn_buf_puts(buf, ") ");
}

/* Whether $1 is an option that takes a value, and what offers it. */
static void put_values(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Whether the option $1 takes a value; $offer is then what offers it.\n_sonde_value() {\n\tcase $1 in\n");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *opt = set->opt(i);
		if (!opt->arg)
			continue;
		put_spelled(buf, opt);
		sn_buf_puts(buf, "offer='");
		put_offer(buf, set, opt);
		sn_buf_puts(buf, "' ;;\n");
	}
	sn_buf_puts(buf, "\t*) return 1 ;;\n\tesac\n}\n");
}

static void put_note(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Notes the option $1, with its value $2 if it has one.\n_sonde_note() {\n\tgiven+=\"$1 \"\n\tcase $1 in\n");
	for (size_t i = 0; i < set->opt_count; i++) {
		const struct sn_opt *opt = set->opt(i);
		const char *method = set->method_of(opt);
		bool config = opt->clash & SN_CLASH_CONFIG;
		if (!method && !config && (opt->words != SN_WORDS_METHOD || !(opt->clash & SN_CLASH_METHOD)))
			continue;
		put_spelled(buf, opt);
		if (config)
			sn_buf_printf(buf, "config=--%s%s ;;\n", opt->name, opt->arg ? "=${2/#\\~\\//\"$HOME/\"}" : "");
		else if (method)
			sn_buf_printf(buf, "methods+='%s ' ;;\n", method);
		else
			sn_buf_puts(buf, "methods+=\"${2%%:*} \" ;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n");
}

static void put_option(struct sn_buf *buf, const struct sn_complete_set *set, const struct sn_opt *opt, const struct sn_command *command)
{
	bool needs = sn_complete_needs(set, opt, command);
	sn_buf_puts(buf, "\t\t_sonde_option '");
	sn_complete_spell(buf, opt);
	sn_buf_puts(buf, "' '");
	sn_complete_excluded(buf, set, opt);
	sn_buf_putc(buf, '\'');
	if (needs || opt->methods)
		sn_buf_printf(buf, " '%s%s'", needs ? "--" : "", needs ? opt->needs : "");
	if (opt->methods) {
		sn_buf_puts(buf, " '");
		sn_complete_methods(buf, set, opt);
		sn_buf_putc(buf, '\'');
	}
	sn_buf_putc(buf, '\n');
}

static void put_options(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Offers the options of the subcommand $1.\n_sonde_options() {\n\tcase $1 in\n");
	for (size_t c = 0; c < set->command_count; c++) {
		const struct sn_command *command = set->command(c);
		if (command->hidden)
			continue;
		sn_buf_printf(buf, "\t%s)\n", command->name);
		for (size_t i = 0; i < set->opt_count; i++)
			if (set->opt(i)->commands & command->bit)
				put_option(buf, set, set->opt(i), command);
		sn_buf_puts(buf, "\t\t;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n");
}

static void put_methods(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# Where the numbers behind the method $1 have their names.\n_sonde_services_of() {\n\tcase $1 in\n");
	for (size_t i = 0; i < set->method_count; i++)
		sn_buf_printf(buf, "\t%s) services='%s' ;;\n", set->method_name(i), sn_complete_services(set->method(i)));
	sn_buf_puts(buf, "\tesac\n}\n");
}

/* Some options of the method that is on the line. */
static void put_method_options(struct sn_buf *buf, const struct sn_complete_set *set)
{
	char word[SN_COMPLETE_WORD];
	sn_buf_puts(buf, "_sonde_method_options() {\n\tlocal method=${methods% }\n\tcase ${method##* } in\n");
	for (size_t i = 0; i < set->method_count; i++) {
		if (!set->method_option(i, 0, word))
			continue;
		sn_buf_printf(buf, "\t%s) _sonde_list", set->method_name(i));
		for (size_t nth = 0; set->method_option(i, nth, word); nth++)
			sn_buf_printf(buf, " %s", word);
		sn_buf_puts(buf, " ;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n");
}

static void put_messages(struct sn_buf *buf, uint8_t version)
{
	char word[SN_COMPLETE_WORD];
	const char *what;
	sn_buf_printf(buf, "_sonde_messages%u() {\n\t_sonde_fit", (unsigned)version);
	for (size_t i = 0; sn_complete_message(version, i, word, &what); i++)
		sn_buf_printf(buf, " %s", word);
	sn_buf_puts(buf, "\n}\n");
}

static void put_subcommands(struct sn_buf *buf, const struct sn_complete_set *set)
{
	const char *gap = "";
	if (set->command_count == 1) {
		sn_buf_printf(buf, "_sonde_subcommands() {\n\t:\n}\n_sonde_command() {\n\tcommand=%s\n\treturn 1\n}\n",
		              set->command(0)->name);
		return;
	}
	sn_buf_puts(buf, "_sonde_subcommands() {\n\t_sonde_fit");
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden)
			sn_buf_printf(buf, " %s", set->command(i)->name);
	sn_buf_puts(buf, "\n}\n"
	                 "# Whether $1 names the subcommand; else it is what runs where none is named.\n"
	                 "_sonde_command() {\n\tcase $1 in\n\t");
	for (size_t i = 0; i < set->command_count; i++)
		if (!set->command(i)->hidden) {
			sn_buf_printf(buf, "%s%s", gap, set->command(i)->name);
			gap = " | ";
		}
	sn_buf_printf(buf, ") command=$1 ;;\n\t*)\n\t\tcommand=%s\n\t\treturn 1\n\t\t;;\n\tesac\n}\n", set->command(0)->name);
}

/* Whether the subcommand $1 takes such operands. */
static void put_taking(struct sn_buf *buf, const struct sn_complete_set *set, const char *what,
                       bool (*takes)(const struct sn_command *command))
{
	const char *gap = "\tcase $1 in\n\t";
	sn_buf_printf(buf, "_sonde_takes_%s() {\n", what);
	for (size_t c = 0; c < set->command_count; c++)
		if (!set->command(c)->hidden && takes(set->command(c))) {
			sn_buf_printf(buf, "%s%s", gap, set->command(c)->name);
			gap = " | ";
		}
	sn_buf_printf(buf, "%s\treturn 1\n}\n", *gap == ' ' ? ") return 0 ;;\n\tesac\n" : "");
}

static void put_operands(struct sn_buf *buf, const struct sn_complete_set *set)
{
	sn_buf_puts(buf, "# What offers the next operand of the subcommand $1.\n_sonde_operand() {\n\tcase $1 in\n");
	for (size_t c = 0; c < set->command_count; c++) {
		const struct sn_command *command = set->command(c);
		if (command->hidden)
			continue;
		/* what stands behind the FILE of sim is another program's */
		int most = command->operand_words == SN_WORDS_NET ? 1 : command->operands_max;
		sn_buf_printf(buf, "\t%s) ", command->name);
		if (most >= 0)
			sn_buf_printf(buf, "((${#operands[@]} < %d)) && ", most);
		sn_buf_puts(buf, "offer='");
		if (command->operand_choices) {
			sn_buf_puts(buf, "_sonde_fit");
			put_choices(buf, command->operand_choices);
		} else {
			put_kind(buf, set, command->operand_words);
		}
		sn_buf_puts(buf, "' ;;\n");
	}
	sn_buf_puts(buf, "\tesac\n}\n");
	put_taking(buf, set, "hosts", sn_complete_takes_hosts);
	put_taking(buf, set, "profile", sn_complete_takes_profile);
}

void sn_complete_bash(struct sn_buf *buf, const struct sn_complete_set *set)
{
	struct sn_buf script = {0};
	sn_complete_lines(&script, head);
	put_methods(&script, set);
	if (set->method_option)
		put_method_options(&script, set);
	if (set->command_count > 1) {
		sn_complete_lines(&script, head_of_sonde);
		put_messages(&script, 4);
		put_messages(&script, 6);
	}
	put_subcommands(&script, set);
	put_operands(&script, set);
	put_values(&script, set);
	put_note(&script, set);
	put_options(&script, set);
	sn_complete_lines(&script, tail);
	sn_complete_add(buf, set, &script);
}
