# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2119,SC2120 # $offer passes arguments
# bash completion for sonde. Generated from the program's tables by 'sonde completion bash'; do not edit.
#
# It needs no package; where bash-completion (2.11, or 2.12 with its new names) is there, its hosts and files are offered.
# What is offered replaces $cur, the part of the word that is looked at; $before is what stands in front of it and stays.
# Words are compared, never expanded: they may come from any file, or from what was typed long ago.

# Offers those of the words that begin with $cur.
_sonde_fit() {
	local word
	for word; do
		[[ $word == "$cur"* ]] && COMPREPLY+=("$before$word")
	done
	return 0
}
# Some of the words, separated by commas; none twice.
_sonde_list() {
	local word had=,
	if [[ $cur == *,* ]]; then
		had=,${cur%,*},
		before+=${cur%,*},
		cur=${cur##*,}
	fi
	compopt -o nospace 2>/dev/null
	for word; do
		[[ $had == *",${word%=},"* || $had == *",${word%=}="* ]] || _sonde_fit "$word"
	done
}
# Files, of these suffixes if there are any; folders always.
_sonde_files() {
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
_sonde_or_files() {
	_sonde_fit "$@"
	_sonde_files
}
_sonde_interfaces() {
	local path
	for path in /sys/class/net/*; do
		[[ -e $path ]] && _sonde_fit "${path##*/}"
	done
}
# Addresses of this machine, of the family that is asked for.
_sonde_addresses() {
	local kind address
	while read -r _ _ kind address _; do
		[[ $given == *' -4 '* && $kind == inet6 || $given == *' -6 '* && $kind == inet ]] || _sonde_fit "${address%%/*}"
	done < <(ip -o address show 2>/dev/null)
}
# Names of services(5) of the protocol $1 ("*": any), or their ports where digits are typed.
_sonde_ports() {
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
		_sonde_fit "${fields[${number:-0}]%/*}"
	done
}
# Services of the method that is on the line.
_sonde_services() {
	local services='*' method=${methods% }
	_sonde_services_of "${method##* }"
	[[ $services == none || $services == protocol ]] || _sonde_ports "$services"
}
# Names of protocols(5).
_sonde_protocols() {
	local line
	local -a lines=()
	[[ -r /etc/protocols ]] && mapfile -t lines </etc/protocols
	for line in "${lines[@]}"; do
		[[ $line == [[:alnum:]]* ]] && _sonde_fit "${line%%[[:blank:]]*}"
	done
	return 0
}
# A method, with a port or a protocol behind a colon; several ports are separated by commas.
_sonde_methods() {
	local services='*'
	if [[ $cur != *:* ]]; then
		_sonde_fit "$@"
		return
	fi
	_sonde_services_of "${cur%%:*}"
	before+=${cur%%:*}:
	cur=${cur#*:}
	if [[ $cur == *,* ]]; then
		before+=${cur%,*},
		cur=${cur##*,}
	fi
	case $services in
	protocol) _sonde_protocols ;;
	none) ;;
	*) _sonde_ports "$services" ;;
	esac
}
# Hosts of ssh's known_hosts, as far as they are not hashed, where bash-completion does not do it.
_sonde_known_hosts() {
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
			[[ $name == [[:alnum:]]* && $name != *[*?]* ]] && _sonde_fit "$name"
		done
	done
	while IFS= read -r name; do _sonde_fit "$name"; done < <(compgen -A hostname -- "$cur")
}
# Targets of earlier commands, as far as this shell remembers them.
_sonde_earlier() {
	local - IFS=$'\n' line command given methods config profile ended open name
	local -a lines typed operands
	set -f
	# shellcheck disable=SC2207 # a line each, read at once: `read` takes single bytes from a pipe
	lines=($(HISTTIMEFORMAT='' history 500 2>/dev/null))
	IFS=$' \t\n'
	for line in "${lines[@]}"; do
		[[ $line == *'sonde '* ]] || continue
		read -r _ line <<<"$line"
		[[ $line == sonde\ * || $line == sudo\ sonde\ * ]] || continue
		read -ra typed <<<"${line#sudo }"
		_sonde_walk "${typed[@]:1}"
		_sonde_takes_hosts "$command" || continue
		for name in "${operands[@]}"; do
			[[ $name == *[!A-Za-z0-9.:_%-]* ]] && break # where the shell reads more than a word
			[[ $name == *[!0-9]* ]] && _sonde_fit "$name"
		done
	done
}
_sonde_hosts() {
	local name
	local -a had=("${COMPREPLY[@]}")
	COMPREPLY=()
	if declare -F _comp_compgen_known_hosts >/dev/null; then
		_comp_compgen_known_hosts -a -- "$cur"
	elif declare -F _known_hosts_real >/dev/null; then
		_known_hosts_real -a -- "$cur"
	else
		_sonde_known_hosts
	fi
	had+=("${COMPREPLY[@]}")
	COMPREPLY=()
	for name in "${had[@]}"; do # a shell would run what some of these say
		[[ $name == *[!A-Za-z0-9.:_%-]* ]] || COMPREPLY+=("$name")
	done
	_sonde_earlier
}

# Where the numbers behind the method $1 have their names.
_sonde_services_of() {
	case $1 in
	icmp) services='none' ;;
	udp) services='udp' ;;
	udp-classic) services='udp' ;;
	udplite) services='*' ;;
	tcp) services='tcp' ;;
	tcp-ack) services='tcp' ;;
	sctp) services='*' ;;
	dccp) services='*' ;;
	icmp-timestamp) services='none' ;;
	raw) services='protocol' ;;
	esac
}
# A format of these, with a file behind an equals sign.
_sonde_output() {
	if [[ $cur == *=* ]]; then
		before+=${cur%%=*}=
		cur=${cur#*=}
		_sonde_files
	else
		_sonde_fit "$@"
	fi
}
# Profiles of the configuration files, or of the one that the line names. The program is asked: nobody else knows which files it
# reads, and which of them it believes.
_sonde_profiles() {
	local name
	local -a lines=()
	mapfile -t lines < <(command sonde docgen profiles ${config:+"$config"} 2>/dev/null)
	for name in "${lines[@]}"; do
		_sonde_fit "@${name%%$'\t'*}"
	done
}
# Another program's command line, behind "--": that program's own completion where bash-completion finds it.
_sonde_other() {
	local i=1
	while [[ ${COMP_WORDS[i]} != -- ]]; do ((++i)); done
	head='' # what is offered is none of ours
	if declare -F _comp_command_offset >/dev/null; then
		_comp_command_offset $((i + 1))
	elif declare -F _command_offset >/dev/null; then
		_command_offset $((i + 1))
	elif ((i + 1 == COMP_CWORD)); then
		mapfile -t COMPREPLY < <(compgen -c -- "$cur")
	else
		_sonde_files
	fi
	return 0
}
# Findings; behind icmp and icmp6 their messages.
_sonde_findings() {
	local word family=''
	for word in "${operands[@]}"; do
		[[ $word == icmp?(6) ]] && family=$word
	done
	_sonde_fit icmp icmp6
	case $family in
	icmp) _sonde_messages4 ;;
	icmp6) _sonde_messages6 ;;
	*) _sonde_fit "$@" ;;
	esac
}
_sonde_messages4() {
	_sonde_fit time-exceeded reassembly-exceeded echo-reply timestamp-reply port-unreachable net-unreachable host-unreachable protocol-unreachable admin-prohibited packet-too-big source-route-failed unreachable precedence-violation precedence-cutoff parameter-problem echo-request other 0 3/0 3/1 3/2 3/3 3/4 3/5 3/6 3/7 3/8 3/9 3/10 3/11 3/12 3/13 3/14 3/15 4 5/0 5/1 5/2 5/3 6/0 8 9/0 9/16 10 11/0 11/1 12/0 12/1 12/2 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40/0 40/1 40/2 40/3 40/4 40/5 41 42/0 43/0 43/1 43/2 43/3 43/4 253 254 255
}
_sonde_messages6() {
	_sonde_fit time-exceeded reassembly-exceeded echo-reply port-unreachable net-unreachable host-unreachable protocol-unreachable admin-prohibited packet-too-big source-route-failed unreachable parameter-problem echo-request other 0 1/0 1/1 1/2 1/3 1/4 1/5 1/6 1/7 1/8 1/9 2 3/0 3/1 4/0 4/1 4/2 4/3 4/4 4/5 4/6 4/7 4/8 4/9 4/10 100 101 127 128 129 130 131 132 133 134 135 136 137 138/0 138/1 138/255 139/0 139/1 139/2 140/0 140/1 140/2 141 142 143 144 145 146 147 148 149 150 151 152 153 154 155 156 157/0 157/1 157/2 157/3 157/4 158/0 158/1 158/2 158/3 158/4 159 160/0 161/0 161/1 161/2 161/3 161/4 200 201 255
}
_sonde_subcommands() {
	_sonde_fit trace compare mtu probe-interface explain replay doctor sim completion help
}
# Whether $1 names the subcommand; else it is what runs where none is named.
_sonde_command() {
	case $1 in
	trace | compare | mtu | probe-interface | explain | replay | doctor | sim | completion | help) command=$1 ;;
	*)
		command=trace
		return 1
		;;
	esac
}
# What offers the next operand of the subcommand $1.
_sonde_operand() {
	case $1 in
	trace) offer='_sonde_hosts' ;;
	compare) ((${#operands[@]} < 1)) && offer='_sonde_hosts' ;;
	mtu) ((${#operands[@]} < 1)) && offer='_sonde_hosts' ;;
	probe-interface) ((${#operands[@]} < 1)) && offer='_sonde_hosts' ;;
	explain) offer='_sonde_findings local-firewall local-no-route local-link-down local-send-failed local-rp-filter local-input-filter local-policy-route local-rst-held-back local-neighbour-missing cut-short tcp-reset-by-middlebox port-unreachable-by-middlebox answered-for-target syn-ack-missing reached unfinished loop ttl-too-small admin-prohibited net-unreachable host-unreachable unreachable target-silent stops-silent checksum-spoiled filter-shape path-loss rate-limited-hop slow-to-answer latency-step asymmetric-return reply-from-target-early destination-nat many-responders nat dscp-rewritten ecn-bleached ecn-rewritten ecn-ce-marked flow-label-rewritten mss-clamped tcp-options-stripped fragment ttl-rewritten hidden-hops zero-ttl-forwarding crowded stray-replies answers-damaged local-overflow pmtu pmtu-blackhole mtu-message-wrong nothing-passes ping-and-ports answers-missing' ;;
	replay) ((${#operands[@]} < 1)) && offer='_sonde_files pcap pcapng cap' ;;
	doctor) ((${#operands[@]} < 0)) && offer=':' ;;
	sim) ((${#operands[@]} < 1)) && offer='_sonde_files net' ;;
	completion) ((${#operands[@]} < 1)) && offer='_sonde_fit bash zsh fish' ;;
	help) ((${#operands[@]} < 1)) && offer='_sonde_fit trace compare mtu probe-interface explain replay doctor sim completion help' ;;
	esac
}
_sonde_takes_hosts() {
	case $1 in
	trace | compare | mtu | probe-interface) return 0 ;;
	esac
	return 1
}
_sonde_takes_profile() {
	case $1 in
	trace | compare | mtu | probe-interface | replay | doctor | sim) return 0 ;;
	esac
	return 1
}
# Whether the option $1 takes a value; $offer is then what offers it.
_sonde_value() {
	case $1 in
	-M | --method) offer='_sonde_methods icmp udp udp-classic udplite tcp tcp-ack sctp dccp icmp-timestamp raw' ;;
	--require) offer='_sonde_methods icmp udp udp-classic udplite tcp tcp-ack sctp dccp icmp-timestamp raw' ;;
	--if) offer=':' ;;
	-p | --port) offer='_sonde_services' ;;
	--sport) offer=':' ;;
	--size) offer=':' ;;
	-t | --tos) offer=':' ;;
	--dscp) offer='_sonde_fit default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0' ;;
	--ecn) offer='_sonde_fit none ect1 ect0 ce' ;;
	--flow-label) offer=':' ;;
	--payload) offer='_sonde_or_files dns ntp quic tls' ;;
	--tcp-options) offer='_sonde_list mss= sack ts ws= tfo mptcp none' ;;
	-f | --first) offer=':' ;;
	-m | --max-hops) offer=':' ;;
	-q | --queries) offer=':' ;;
	--gap) offer=':' ;;
	-N | --sim-queries) offer=':' ;;
	-w | --wait) offer=':' ;;
	-z | --sendwait) offer=':' ;;
	--rate) offer=':' ;;
	--attribution) offer=':' ;;
	--deadline) offer=':' ;;
	--targets) offer='_sonde_files' ;;
	--parallel) offer=':' ;;
	--repeat) offer=':' ;;
	--interval) offer=':' ;;
	-i | --interface) offer='_sonde_interfaces' ;;
	-s | --source) offer='_sonde_addresses' ;;
	--mark) offer=':' ;;
	--wire) offer='_sonde_fit auto raw dgram' ;;
	-o | --output) offer='_sonde_output text json ndjson csv html markdown dot prometheus traceroute mtr-json atlas scamper-json' ;;
	--columns) offer='_sonde_list hop address loss times best avg worst p95 jitter interval sent answered reply-ttl name asn network country changed' ;;
	--resolve-wait) offer=':' ;;
	--dns-server) offer=':' ;;
	--asn-db) offer='_sonde_files mmdb' ;;
	--geo-db) offer='_sonde_files mmdb' ;;
	--asn-zone) offer=':' ;;
	--detail) offer=':' ;;
	--color) offer='_sonde_fit auto always never' ;;
	--write-capture) offer='_sonde_files' ;;
	--sim) offer='_sonde_files net' ;;
	--seed) offer=':' ;;
	-C | --config) offer='_sonde_files' ;;
	*) return 1 ;;
	esac
}
# Notes the option $1, with its value $2 if it has one.
_sonde_note() {
	given+="$1 "
	case $1 in
	-I | --icmp) methods+='icmp ' ;;
	-T | --tcp) methods+='tcp ' ;;
	-U | --udp) methods+='udp ' ;;
	-M | --method) methods+="${2%%:*} " ;;
	-C | --config) config=--config=${2/#\~\//"$HOME/"} ;;
	--no-config) config=--no-config ;;
	esac
}
# Offers the options of the subcommand $1.
_sonde_options() {
	case $1 in
	trace)
		_sonde_option '-4 --ipv4' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-6 --ipv6' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-I --icmp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-T --tcp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-U --udp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-M --method' '-I --icmp -T --tcp -U --udp'
		_sonde_option '-p --port' '-p --port' '' 'udp udp-classic udplite tcp tcp-ack sctp dccp'
		_sonde_option '--sport' '--sport' '' 'udp udp-classic udplite tcp tcp-ack sctp dccp'
		_sonde_option '--size' '--size'
		_sonde_option '-t --tos' '-t --tos --dscp --ecn'
		_sonde_option '--dscp' '-t --tos --dscp'
		_sonde_option '--ecn' '-t --tos --ecn'
		_sonde_option '--flow-label' '--flow-label'
		_sonde_option '--payload' '--payload' '' 'udp udp-classic tcp tcp-ack'
		_sonde_option '--tcp-options' '--tcp-options' '' 'tcp tcp-ack'
		_sonde_option '--df' '--df --no-df'
		_sonde_option '--no-df' '--df --no-df --mtu'
		_sonde_option '--force' '--force'
		_sonde_option '-f --first' '-f --first'
		_sonde_option '-m --max-hops' '-m --max-hops'
		_sonde_option '-q --queries' '-q --queries'
		_sonde_option '--gap' '--gap'
		_sonde_option '-N --sim-queries' '-N --sim-queries'
		_sonde_option '-w --wait' '-w --wait'
		_sonde_option '-z --sendwait' '-z --sendwait'
		_sonde_option '--rate' '--rate'
		_sonde_option '--attribution' '--attribution'
		_sonde_option '--deadline' '--deadline'
		_sonde_option '--no-wait' '--no-wait'
		_sonde_option '--investigate' '--investigate --repeat'
		_sonde_option '--mtu' '--no-df --mtu --repeat'
		_sonde_option '--targets' '--targets --repeat'
		_sonde_option '--parallel' '--parallel' '--targets'
		_sonde_option '--repeat' '--investigate --mtu --targets --repeat --detail'
		_sonde_option '--interval' '--interval' '--repeat'
		_sonde_option '-i --interface' '-i --interface'
		_sonde_option '-s --source' '-s --source'
		_sonde_option '--mark' '--mark'
		_sonde_option '--wire' '--wire --sim'
		_sonde_option '--all-addresses' '--all-addresses'
		_sonde_option '-o --output' ''
		_sonde_option '--columns' '--columns'
		_sonde_option '-n --numeric' '-n --numeric'
		_sonde_option '--resolve-wait' '--resolve-wait'
		_sonde_option '--dns-server' '--dns-server'
		_sonde_option '--asn-db' '--asn-db'
		_sonde_option '--geo-db' '--geo-db'
		_sonde_option '-A --as-lookup' '-A --as-lookup'
		_sonde_option '--asn-zone' '--asn-zone' '--as-lookup'
		_sonde_option '--lost' '--lost'
		_sonde_option '--detail' '--repeat --detail'
		_sonde_option '--color' '--color'
		_sonde_option '--ascii' '--ascii'
		_sonde_option '--wide' '--wide'
		_sonde_option '--findings' '--findings'
		_sonde_option '--write-capture' '--write-capture'
		_sonde_option '--sim' '--wire --sim'
		_sonde_option '--seed' '--seed' '--sim'
		_sonde_option '--realtime' '--realtime' '--sim'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	compare)
		_sonde_option '-4 --ipv4' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-6 --ipv6' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-M --method' '-I --icmp -T --tcp -U --udp'
		_sonde_option '--require' '--require'
		_sonde_option '--shape' '--shape'
		_sonde_option '--size' '--size'
		_sonde_option '-t --tos' '-t --tos --dscp --ecn'
		_sonde_option '--dscp' '-t --tos --dscp'
		_sonde_option '--ecn' '-t --tos --ecn'
		_sonde_option '--flow-label' '--flow-label'
		_sonde_option '--df' '--df --no-df'
		_sonde_option '--no-df' '--df --no-df --mtu'
		_sonde_option '--force' '--force'
		_sonde_option '-f --first' '-f --first'
		_sonde_option '-m --max-hops' '-m --max-hops'
		_sonde_option '--gap' '--gap'
		_sonde_option '-w --wait' '-w --wait'
		_sonde_option '-z --sendwait' '-z --sendwait'
		_sonde_option '--rate' '--rate'
		_sonde_option '--attribution' '--attribution'
		_sonde_option '--deadline' '--deadline'
		_sonde_option '-i --interface' '-i --interface'
		_sonde_option '-s --source' '-s --source'
		_sonde_option '--mark' '--mark'
		_sonde_option '--wire' '--wire --sim'
		_sonde_option '-o --output' ''
		_sonde_option '-n --numeric' '-n --numeric'
		_sonde_option '--resolve-wait' '--resolve-wait'
		_sonde_option '--dns-server' '--dns-server'
		_sonde_option '--asn-db' '--asn-db'
		_sonde_option '--geo-db' '--geo-db'
		_sonde_option '-A --as-lookup' '-A --as-lookup'
		_sonde_option '--asn-zone' '--asn-zone' '--as-lookup'
		_sonde_option '--lost' '--lost'
		_sonde_option '--color' '--color'
		_sonde_option '--ascii' '--ascii'
		_sonde_option '--wide' '--wide'
		_sonde_option '--findings' '--findings'
		_sonde_option '--write-capture' '--write-capture'
		_sonde_option '--sim' '--wire --sim'
		_sonde_option '--seed' '--seed' '--sim'
		_sonde_option '--realtime' '--realtime' '--sim'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	mtu)
		_sonde_option '-4 --ipv4' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-6 --ipv6' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-I --icmp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-T --tcp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-U --udp' '-I --icmp -T --tcp -U --udp -M --method'
		_sonde_option '-M --method' '-I --icmp -T --tcp -U --udp'
		_sonde_option '-p --port' '-p --port' '' 'udp udp-classic udplite tcp tcp-ack sctp dccp'
		_sonde_option '--sport' '--sport' '' 'udp udp-classic udplite tcp tcp-ack sctp dccp'
		_sonde_option '-t --tos' '-t --tos --dscp --ecn'
		_sonde_option '--dscp' '-t --tos --dscp'
		_sonde_option '--ecn' '-t --tos --ecn'
		_sonde_option '--flow-label' '--flow-label'
		_sonde_option '--force' '--force'
		_sonde_option '-f --first' '-f --first'
		_sonde_option '-m --max-hops' '-m --max-hops'
		_sonde_option '--gap' '--gap'
		_sonde_option '-w --wait' '-w --wait'
		_sonde_option '-z --sendwait' '-z --sendwait'
		_sonde_option '--rate' '--rate'
		_sonde_option '--attribution' '--attribution'
		_sonde_option '--deadline' '--deadline'
		_sonde_option '-i --interface' '-i --interface'
		_sonde_option '-s --source' '-s --source'
		_sonde_option '--mark' '--mark'
		_sonde_option '--wire' '--wire --sim'
		_sonde_option '-o --output' ''
		_sonde_option '-n --numeric' '-n --numeric'
		_sonde_option '--resolve-wait' '--resolve-wait'
		_sonde_option '--dns-server' '--dns-server'
		_sonde_option '--asn-db' '--asn-db'
		_sonde_option '--geo-db' '--geo-db'
		_sonde_option '-A --as-lookup' '-A --as-lookup'
		_sonde_option '--asn-zone' '--asn-zone' '--as-lookup'
		_sonde_option '--color' '--color'
		_sonde_option '--ascii' '--ascii'
		_sonde_option '--wide' '--wide'
		_sonde_option '--findings' '--findings'
		_sonde_option '--write-capture' '--write-capture'
		_sonde_option '--sim' '--wire --sim'
		_sonde_option '--seed' '--seed' '--sim'
		_sonde_option '--realtime' '--realtime' '--sim'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	probe-interface)
		_sonde_option '-4 --ipv4' '-4 --ipv4 -6 --ipv6'
		_sonde_option '-6 --ipv6' '-4 --ipv4 -6 --ipv6'
		_sonde_option '--if' '--if'
		_sonde_option '--neighbour' '--neighbour' '--if'
		_sonde_option '-q --queries' '-q --queries'
		_sonde_option '-w --wait' '-w --wait'
		_sonde_option '-i --interface' '-i --interface'
		_sonde_option '-s --source' '-s --source'
		_sonde_option '--mark' '--mark'
		_sonde_option '-o --output' ''
		_sonde_option '--sim' '--wire --sim'
		_sonde_option '--seed' '--seed' '--sim'
		_sonde_option '--realtime' '--realtime' '--sim'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	explain)
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	replay)
		_sonde_option '-o --output' ''
		_sonde_option '--columns' '--columns'
		_sonde_option '-n --numeric' '-n --numeric'
		_sonde_option '--resolve-wait' '--resolve-wait'
		_sonde_option '--dns-server' '--dns-server'
		_sonde_option '--asn-db' '--asn-db'
		_sonde_option '--geo-db' '--geo-db'
		_sonde_option '-A --as-lookup' '-A --as-lookup'
		_sonde_option '--asn-zone' '--asn-zone' '--as-lookup'
		_sonde_option '--lost' '--lost'
		_sonde_option '--detail' '--repeat --detail'
		_sonde_option '--apart' '--apart'
		_sonde_option '--color' '--color'
		_sonde_option '--ascii' '--ascii'
		_sonde_option '--wide' '--wide'
		_sonde_option '--findings' '--findings'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	doctor)
		_sonde_option '--color' '--color'
		_sonde_option '--ascii' '--ascii'
		_sonde_option '--wide' '--wide'
		_sonde_option '-C --config' '-C --config --no-config'
		_sonde_option '--no-config' '-C --config --no-config'
		_sonde_option '--show-config' '--show-config'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	sim)
		_sonde_option '--seed' '--seed'
		_sonde_option '--here' '--here'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	completion)
		_sonde_option '--traceroute' '--traceroute'
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	help)
		_sonde_option '-h --help' '-h --help'
		_sonde_option '-V --version' '-V --version'
		;;
	esac
}

# Reads words: what was $given, which $methods and $profile, the $operands, and in $open the option that still waits for its value.
_sonde_scan() {
	local word one i offer
	for word; do
		if [[ -n $open ]]; then
			_sonde_note "$open" "$word"
			open=''
		elif [[ -n $ended || $word != -?* ]]; then
			if _sonde_may_profile "$word"; then profile=$word; else operands+=("$word"); fi
		elif [[ $word == -- ]]; then
			ended=1
		elif [[ $word == --*=* ]]; then
			_sonde_note "${word%%=*}" "${word#*=}"
		elif [[ $word == --* ]]; then
			if _sonde_value "$word"; then open=$word; else _sonde_note "$word"; fi
		else
			for ((i = 1; i < ${#word}; i++)); do
				one=-${word:i:1}
				if ! _sonde_value "$one"; then
					_sonde_note "$one"
					continue
				fi
				if [[ -n ${word:i+1} ]]; then _sonde_note "$one" "${word:i+1}"; else open=$one; fi
				break
			done
		fi
	done
}
# Reads the words of a command line behind the program's name.
_sonde_walk() {
	given=' ' methods=' ' config='' profile='' ended='' open='' operands=()
	[[ ${1-} == @* ]] && profile=$1 && shift
	_sonde_command "${1-}" && shift
	_sonde_scan "$@"
}
# Whether the word is a profile, or the beginning of one: in front of all operands.
_sonde_may_profile() {
	[[ $1 == @* && -z $profile ]] && ((${#operands[@]} == 0)) && _sonde_takes_profile "$command"
}
# Offers an option with its spellings $1, unless one of $2 was given, and only with one of $3 and with one of the methods $4.
_sonde_option() {
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
		_sonde_fit "$one"
	done
}
# Readline breaks words at =, : and @, which belong to --option=value, METHOD:PORT, addresses and profiles. Puts them together again
# in $words, the one at the cursor up to it. $at is its number, $current what readline takes for it.
_sonde_split() {
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
_sonde_offer() {
	local name=$open i offer=''
	if [[ -n $ended ]]; then
		[[ -n $profiles ]] && _sonde_profiles && return
		[[ $command == sim && $behind != 0 ]] && _sonde_other && return
		_sonde_operand "$command"
		$offer
		return
	fi
	if [[ -z $name && $cur == --*=* ]]; then
		name=${cur%%=*}
		before=$name=
		cur=${cur#*=}
	elif [[ -z $name && $cur == -[!-]?* ]]; then
		for ((i = 1; i + 1 < ${#cur}; i++)); do
			_sonde_value "-${cur:i:1}" || continue
			name=-${cur:i:1}
			before=${cur:0:i+1}
			cur=${cur:i+1}
			break
		done
	fi
	offer=''
	if [[ -n $name ]]; then
		_sonde_value "$name"
	elif [[ $cur == -* ]]; then
		offer="_sonde_options $command"
	else
		if [[ -n $profiles ]]; then
			_sonde_profiles
			return
		fi
		((at == 1)) || [[ $at == 2 && -n $profile ]] && _sonde_subcommands
		_sonde_operand "$command"
	fi
	$offer
}
_sonde() {
	# shellcheck disable=SC2034 # not every program has configuration files
	local IFS=$' \t\n' cur before='' current command given methods config profile ended open at head
	local -a words operands
	COMPREPLY=()
	_sonde_split "${2-}"
	cur=${words[at]}
	head=${cur%"$current"}
	_sonde_walk "${words[@]:1:at-1}"
	local waits=$open profiles='' behind=${#operands[@]}
	if [[ -z $open ]] && _sonde_may_profile "$cur"; then profiles=1 profile=$cur; fi
	open=''
	_sonde_scan "${words[@]:at+1}"
	open=$waits
	[[ $methods == ' ' ]] && methods=' icmp '
	_sonde_offer
	# a reply replaces only what readline takes for the word
	COMPREPLY=("${COMPREPLY[@]#"$head"}")
	return 0
}
complete -F _sonde sonde
