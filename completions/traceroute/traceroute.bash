# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2119,SC2120 # $offer passes arguments
# bash completion for traceroute. Generated from the program's tables by 'sonde completion --traceroute bash'; do not edit.
#
# It needs no package; where bash-completion (2.11, or 2.12 with its new names) is there, its hosts and files are offered.
# What is offered replaces $cur, the part of the word that is looked at; $before is what stands in front of it and stays.
# Words are compared, never expanded: they may come from any file, or from what was typed long ago.

# Offers those of the words that begin with $cur.
_traceroute_fit() {
	local word
	for word; do
		[[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
	done
	return 0
}
# Some of the words, separated by commas; none twice.
_traceroute_list() {
	local word had=,
	if [[ $cur == *,* ]]; then
		had=,${cur%,*},
		before+=${cur%,*},
		cur=${cur##*,}
	fi
	compopt -o nospace 2>/dev/null
	for word; do
		[[ $had == *",${word%=},"* || $had == *",${word%=}="* ]] || _traceroute_fit "$word"
	done
}
# Files, of these suffixes if there are any; folders always.
_traceroute_files() {
	local word suffixes="$*"
	local -a had=("${COMPREPLY[@]}")
	COMPREPLY=()
	if declare -F _comp_compgen_filedir >/dev/null; then
		_comp_compgen_filedir ${suffixes:+"@(${suffixes// /|})"}
	elif declare -F _filedir >/dev/null; then
		_filedir ${suffixes:+"@(${suffixes// /|})"}
	else
		compopt -o filenames 2>/dev/null
		while IFS= read -r word; do
			[[ $# == 0 || -d $word || " $suffixes " == *" ${word##*.} "* ]] && COMPREPLY+=("$word")
		done < <(compgen -f -- "$cur")
	fi
	COMPREPLY=("${had[@]}" "${COMPREPLY[@]/#/"$before"}")
}
_traceroute_or_files() {
	_traceroute_fit "$@"
	_traceroute_files
}
_traceroute_interfaces() {
	local path
	for path in /sys/class/net/*; do
		[[ -e $path ]] && _traceroute_fit "${path##*/}"
	done
}
# Addresses of this machine, of the family that is asked for.
_traceroute_addresses() {
	local kind address
	while read -r _ _ kind address _; do
		[[ $given == *' -4 '* && $kind == inet6 || $given == *' -6 '* && $kind == inet ]] || _traceroute_fit "${address%%/*}"
	done < <(ip -o address show 2>/dev/null)
}
# Names of services(5) of the protocol $1 ("*": any), or their ports where digits are typed.
_traceroute_ports() {
	local - line number=''
	local -a lines=() fields
	set -f
	[[ $cur == [0-9]* ]] && number=1
	[[ -r /etc/services ]] && mapfile -t lines </etc/services
	for line in "${lines[@]}"; do
		# shellcheck disable=SC2053 # $1 is a pattern
		[[ $line == [[:alnum:]]*/$1* && (-n $number || $line == "$cur"*) ]] || continue
		# shellcheck disable=SC2206 # fields
		fields=($line)
		_traceroute_fit "${fields[${number:-0}]%/*}"
	done
}
# Services of the method that is on the line.
_traceroute_services() {
	local services='*' method=${methods% }
	_traceroute_services_of "${method##* }"
	[[ $services == none || $services == protocol ]] || _traceroute_ports "$services"
}
# Names of protocols(5).
_traceroute_protocols() {
	local line
	local -a lines=()
	[[ -r /etc/protocols ]] && mapfile -t lines </etc/protocols
	for line in "${lines[@]}"; do
		[[ $line == [[:alnum:]]* ]] && _traceroute_fit "${line%%[[:blank:]]*}"
	done
	return 0
}
# A method, with a port or a protocol behind a colon; several ports are separated by commas.
_traceroute_methods() {
	local services='*'
	if [[ $cur != *:* ]]; then
		_traceroute_fit "$@"
		return
	fi
	_traceroute_services_of "${cur%%:*}"
	before+=${cur%%:*}:
	cur=${cur#*:}
	if [[ $cur == *,* ]]; then
		before+=${cur%,*},
		cur=${cur##*,}
	fi
	case $services in
	protocol) _traceroute_protocols ;;
	none) ;;
	*) _traceroute_ports "$services" ;;
	esac
}
# Hosts of ssh's known_hosts, as far as they are not hashed, where bash-completion does not do it.
_traceroute_known_hosts() {
	local line name
	local -a lines=()
	[[ -r ~/.ssh/known_hosts ]] && mapfile -n 2000 -t lines <~/.ssh/known_hosts
	for line in "${lines[@]}"; do
		line=${line%%[[:blank:]]*},
		while [[ -n $line ]]; do
			name=${line%%,*}
			line=${line#*,}
			name=${name#[}
			name=${name%%]*}
			[[ $name == [[:alnum:]]* && $name != *[*?]* ]] && _traceroute_fit "$name"
		done
	done
	while IFS= read -r name; do _traceroute_fit "$name"; done < <(compgen -A hostname -- "$cur")
}
# Targets of earlier commands, as far as this shell remembers them.
_traceroute_earlier() {
	local - IFS=$'\n' line command given methods config profile ended open name
	local -a lines typed operands
	set -f
	# shellcheck disable=SC2207 # a line each, read at once: `read` takes single bytes from a pipe
	lines=($(HISTTIMEFORMAT='' history 500 2>/dev/null))
	IFS=$' \t\n'
	for line in "${lines[@]}"; do
		[[ $line == *'traceroute '* ]] || continue
		read -r _ line <<<"$line"
		[[ $line == traceroute\ * || $line == sudo\ traceroute\ * ]] || continue
		read -ra typed <<<"${line#sudo }"
		_traceroute_walk "${typed[@]:1}"
		_traceroute_takes_hosts "$command" || continue
		for name in "${operands[@]}"; do
			[[ $name == *[!A-Za-z0-9.:_%-]* ]] && break # where the shell reads more than a word
			[[ $name == *[!0-9]* ]] && _traceroute_fit "$name"
		done
	done
}
_traceroute_hosts() {
	local name
	local -a had=("${COMPREPLY[@]}")
	COMPREPLY=()
	if declare -F _comp_compgen_known_hosts >/dev/null; then
		_comp_compgen_known_hosts -a -- "$cur"
	elif declare -F _known_hosts_real >/dev/null; then
		_known_hosts_real -a -- "$cur"
	else
		_traceroute_known_hosts
	fi
	had+=("${COMPREPLY[@]}")
	COMPREPLY=()
	for name in "${had[@]}"; do # a shell would run what some of these say
		[[ $name == *[!A-Za-z0-9.:_%-]* ]] || COMPREPLY+=("$name")
	done
	_traceroute_earlier
}

# Where the numbers behind the method $1 have their names.
_traceroute_services_of() {
	case $1 in
	default) services='udp' ;;
	icmp) services='none' ;;
	tcp) services='tcp' ;;
	udp) services='udp' ;;
	udplite) services='*' ;;
	dccp) services='*' ;;
	raw) services='protocol' ;;
	esac
}
_traceroute_method_options() {
	local method=${methods% }
	case ${method##* } in
	default) _traceroute_list help ;;
	icmp) _traceroute_list raw dgram help ;;
	tcp) _traceroute_list syn sysctl ack sack timestamps window_scaling mss= help ;;
	udp) _traceroute_list help ;;
	udplite) _traceroute_list help ;;
	dccp) _traceroute_list help ;;
	raw) _traceroute_list protocol= help ;;
	esac
}
_traceroute_subcommands() {
	:
}
_traceroute_command() {
	command=traceroute
	return 1
}
# What offers the next operand of the subcommand $1.
_traceroute_operand() {
	case $1 in
	traceroute) ((${#operands[@]} < 1)) && offer='_traceroute_hosts' ;;
	esac
}
_traceroute_takes_hosts() {
	case $1 in
	traceroute) return 0 ;;
	esac
	return 1
}
_traceroute_takes_profile() {
	return 1
}
# Whether the option $1 takes a value; $offer is then what offers it.
_traceroute_value() {
	case $1 in
	-f | --first) offer=':' ;;
	-i | --interface) offer='_traceroute_interfaces' ;;
	-m | --max-hops) offer=':' ;;
	-N | --sim-queries) offer=':' ;;
	-p | --port) offer='_traceroute_services' ;;
	-t | --tos) offer=':' ;;
	-l | --flowlabel) offer=':' ;;
	-w | --wait) offer=':' ;;
	-q | --queries) offer=':' ;;
	-s | --source) offer='_traceroute_addresses' ;;
	-z | --sendwait) offer=':' ;;
	-M | --module) offer='_traceroute_methods default icmp tcp udp udplite dccp raw' ;;
	-O | --options) offer='_traceroute_method_options' ;;
	--sport) offer=':' ;;
	--fwmark) offer=':' ;;
	-P | --protocol) offer='_traceroute_protocols' ;;
	--sim) offer='_traceroute_files net' ;;
	--seed) offer=':' ;;
	*) return 1 ;;
	esac
}
# Notes the option $1, with its value $2 if it has one.
_traceroute_note() {
	given+="$1 "
	case $1 in
	-I | --icmp) methods+='icmp ' ;;
	-T | --tcp) methods+='tcp ' ;;
	-M | --module) methods+="${2%%:*} " ;;
	-U | --udp) methods+='udp ' ;;
	--UL) methods+='udplite ' ;;
	-D | --dccp) methods+='dccp ' ;;
	-P | --protocol) methods+='raw ' ;;
	esac
}
# Offers the options of the subcommand $1.
_traceroute_options() {
	case $1 in
	traceroute)
		_traceroute_option '-4' '-4 -6'
		_traceroute_option '-6' '-4 -6'
		_traceroute_option '-d --debug' '-d --debug'
		_traceroute_option '-F --dont-fragment' '-F --dont-fragment'
		_traceroute_option '-f --first' '-f --first'
		_traceroute_option '-I --icmp' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '-T --tcp' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '-i --interface' '-i --interface'
		_traceroute_option '-m --max-hops' '-m --max-hops'
		_traceroute_option '-N --sim-queries' '-N --sim-queries'
		_traceroute_option '-n' '-n'
		_traceroute_option '-p --port' '-p --port' '' 'default tcp udp udplite dccp'
		_traceroute_option '-t --tos' '-t --tos'
		_traceroute_option '-l --flowlabel' '-l --flowlabel'
		_traceroute_option '-w --wait' '-w --wait'
		_traceroute_option '-q --queries' '-q --queries'
		_traceroute_option '-s --source' '-s --source'
		_traceroute_option '-z --sendwait' '-z --sendwait'
		_traceroute_option '-e --extensions' '-e --extensions'
		_traceroute_option '-A --as-path-lookups' '-A --as-path-lookups'
		_traceroute_option '-M --module' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '-O --options' '-O --options'
		_traceroute_option '--sport' '--sport' '' 'default tcp udp udplite dccp'
		_traceroute_option '--fwmark' '--fwmark'
		_traceroute_option '-U --udp' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '--UL' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '-D --dccp' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '-P --protocol' '-I --icmp -T --tcp -M --module -U --udp --UL -D --dccp -P --protocol'
		_traceroute_option '--back' '--back'
		_traceroute_option '-V --version' '-V --version'
		_traceroute_option '--help' '--help'
		_traceroute_option '--sim' '--sim'
		_traceroute_option '--seed' '--seed' '--sim'
		;;
	esac
}

# Reads words: what was $given, which $methods and $profile, the $operands, and in $open the option that still waits for its value.
_traceroute_scan() {
	local word one i offer
	for word; do
		if [[ -n $open ]]; then
			_traceroute_note "$open" "$word"
			open=''
		elif [[ -n $ended || $word != -?* ]]; then
			if _traceroute_may_profile "$word"; then profile=$word; else operands+=("$word"); fi
		elif [[ $word == -- ]]; then
			ended=1
		elif [[ $word == --*=* ]]; then
			_traceroute_note "${word%%=*}" "${word#*=}"
		elif [[ $word == --* ]]; then
			if _traceroute_value "$word"; then open=$word; else _traceroute_note "$word"; fi
		else
			for ((i = 1; i < ${#word}; i++)); do
				one=-${word:i:1}
				if ! _traceroute_value "$one"; then
					_traceroute_note "$one"
					continue
				fi
				if [[ -n ${word:i+1} ]]; then _traceroute_note "$one" "${word:i+1}"; else open=$one; fi
				break
			done
		fi
	done
}
# Reads the words of a command line behind the program's name.
_traceroute_walk() {
	given=' ' methods=' ' config='' profile='' ended='' open='' operands=()
	[[ ${1-} == @* ]] && profile=$1 && shift
	_traceroute_command "${1-}" && shift
	_traceroute_scan "$@"
}
# Whether the word is a profile, or the beginning of one: in front of all operands.
_traceroute_may_profile() {
	[[ $1 == @* && -z $profile ]] && ((${#operands[@]} == 0)) && _traceroute_takes_profile "$command"
}
# Offers an option with its spellings $1, unless one of $2 was given, and only with one of $3 and with one of the methods $4.
_traceroute_option() {
	local one ok=''
	for one in $2; do
		[[ $given == *" $one "* ]] && return
	done
	for one in ${3-}; do
		[[ $given == *" $one "* ]] && ok=1
	done
	[[ -n ${3-} && -z $ok ]] && return
	ok=''
	for one in ${4-}; do
		[[ $methods == *" $one "* ]] && ok=1
	done
	[[ -n ${4-} && -z $ok ]] && return
	for one in $1; do
		_traceroute_fit "$one"
	done
}
# Readline breaks words at =, : and @, which belong to --option=value, METHOD:PORT, addresses and profiles. Puts them together again
# in $words, the one at the cursor up to it. $at is its number, $current what readline takes for it.
_traceroute_split() {
	local line=$COMP_LINE word breaks i
	words=() at=-1 current=''
	for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
		word=${COMP_WORDS[i]}
		[[ -z ${word//[=:@]/} || ($i -gt 0 && -z ${COMP_WORDS[i-1]//[=:@]/}) ]] && breaks=1 || breaks=''
		if [[ -n $word && $i -gt 0 && -n $breaks && $line == "$word"* ]]; then
			line=${line#"$word"}
			((${#words[@]} - 1 == at)) && continue # behind the cursor
		else
			line=${line#*"$word"}
			words+=('')
		fi
		if ((i == COMP_CWORD)); then
			at=$((${#words[@]} - 1))
			[[ $word == [\"\']"$1" ]] && word=$1 # readline keeps an open quote by itself
			[[ $1 == @* && $word != @* ]] && word=${1#@}
			[[ -n ${word//[=:@]/} && $word == "$1"* ]] && word=$1
			[[ -n ${word//[=:@]/} ]] && current=$word
			[[ $1 == @* ]] && current=$1 # only COMP_WORDS is broken there
		fi
		words[${#words[@]}-1]+=$word
	done
}
# What the cursor stands behind: the value of an option, an option, or an operand.
_traceroute_offer() {
	local name=$open i offer=''
	if [[ -n $ended ]]; then
		[[ -n $profiles ]] && _traceroute_profiles && return
		[[ $command == sim && $behind != 0 ]] && _traceroute_other && return
		_traceroute_operand "$command"
		$offer
		return
	fi
	if [[ -z $name && $cur == --*=* ]]; then
		name=${cur%%=*}
		before=$name=
		cur=${cur#*=}
	elif [[ -z $name && $cur == -[!-]?* ]]; then
		for ((i = 1; i + 1 < ${#cur}; i++)); do
			_traceroute_value "-${cur:i:1}" || continue
			name=-${cur:i:1}
			before=${cur:0:i+1}
			cur=${cur:i+1}
			break
		done
	fi
	offer=''
	if [[ -n $name ]]; then
		_traceroute_value "$name"
	elif [[ $cur == -* ]]; then
		offer="_traceroute_options $command"
	else
		if [[ -n $profiles ]]; then
			_traceroute_profiles
			return
		fi
		((at == 1)) || [[ $at == 2 && -n $profile ]] && _traceroute_subcommands
		_traceroute_operand "$command"
	fi
	$offer
}
_traceroute() {
	# shellcheck disable=SC2034 # not every program has configuration files
	local IFS=$' \t\n' cur before='' current command given methods config profile ended open at head
	local -a words operands
	COMPREPLY=()
	_traceroute_split "${2-}"
	cur=${words[at]}
	head=${cur%"$current"}
	_traceroute_walk "${words[@]:1:at-1}"
	local waits=$open profiles='' behind=${#operands[@]}
	if [[ -z $open ]] && _traceroute_may_profile "$cur"; then profiles=1 profile=$cur; fi
	open=''
	_traceroute_scan "${words[@]:at+1}"
	open=$waits
	[[ $methods == ' ' ]] && methods=' default '
	_traceroute_offer
	# a reply replaces only what readline takes for the word
	COMPREPLY=("${COMPREPLY[@]#"$head"}")
	return 0
}
complete -F _traceroute traceroute
