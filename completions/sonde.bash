# SPDX-License-Identifier: MIT
# bash completion for sonde. Generated from the program's tables by 'sonde completion bash'; do not edit.

# Each _sonde_* helper adds what fits $cur to COMPREPLY.
_sonde_words() {
	local word
	while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$1" -- "$cur")
}
# some of the words $1, separated by commas
_sonde_list() {
	local before='' word last=${cur##*,}
	[[ $cur == *,* ]] && before=${cur%,*},
	while IFS= read -r word; do COMPREPLY+=("$before$word"); done < <(compgen -W "$1" -- "$last")
}
_sonde_files() {
	local word
	if declare -F _comp_compgen_filedir >/dev/null; then
		_comp_compgen_filedir
	elif declare -F _filedir >/dev/null; then
		_filedir
	else
		compopt -o filenames 2>/dev/null
		while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
	fi
}
# a format of $1, with a file behind an equals sign
_sonde_output() {
	if [[ $cur == *=* ]]; then
		local cur=${cur#*=}
		_sonde_files
	else
		_sonde_words "$1"
	fi
}
_sonde_hosts() {
	local word
	if declare -F _comp_compgen_known_hosts >/dev/null; then
		_comp_compgen_known_hosts -- "$cur"
	elif declare -F _known_hosts_real >/dev/null; then
		_known_hosts_real -- "$cur"
	else
		while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -A hostname -- "$cur")
	fi
}
_sonde_interfaces() {
	local path
	for path in /sys/class/net/*; do
		[[ -e $path && ${path##*/} == "$cur"* ]] && COMPREPLY+=("${path##*/}")
	done
}
_sonde_addresses() {
	local address
	while read -r _ _ _ address _; do
		[[ ${address%%/*} == "$cur"* ]] && COMPREPLY+=("${address%%/*}")
	done < <(ip -o address show 2>/dev/null)
}
_sonde_services() {
	local word
	while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -A service -- "$cur")
}
_sonde_protocols() {
	local name
	while read -r name _; do [[ $name == [a-z]* ]] && printf '%s\n' "$name"; done 2>/dev/null </etc/protocols
}
_sonde_methods() {
	local method=${cur%%:*} word
	if [[ $cur == *:* && ' raw ' == *" $method "* ]]; then
		while IFS= read -r word; do COMPREPLY+=("$method:$word"); done < <(compgen -W "$(_sonde_protocols)" -- "${cur#*:}")
	elif [[ $cur == *:* ]]; then
		while IFS= read -r word; do COMPREPLY+=("$method:$word"); done < <(compgen -A service -- "${cur#*:}")
	else
		_sonde_words 'icmp udp udp-classic udplite tcp tcp-ack sctp dccp icmp-timestamp raw'
	fi
}
_sonde_columns() {
	_sonde_list 'hop address loss times best avg worst p95 jitter interval sent answered reply-ttl changed'
}
_sonde_findings() {
	_sonde_words 'local-firewall local-no-route local-link-down local-send-failed local-rp-filter local-input-filter local-policy-route local-rst-held-back local-neighbour-missing cut-short tcp-reset-by-middlebox port-unreachable-by-middlebox answered-for-target syn-ack-missing reached unfinished loop ttl-too-small admin-prohibited net-unreachable host-unreachable unreachable target-silent stops-silent filter-shape path-loss rate-limited-hop slow-to-answer latency-step asymmetric-return reply-from-target-early destination-nat many-responders nat dscp-rewritten ecn-bleached ecn-rewritten ecn-ce-marked flow-label-rewritten mss-clamped tcp-options-stripped fragment ttl-rewritten hidden-hops zero-ttl-forwarding crowded stray-replies local-overflow pmtu pmtu-blackhole mtu-message-wrong nothing-passes ping-and-ports answers-missing icmp icmp6'
}
_sonde_subcommands='trace compare mtu probe-interface explain replay doctor sim completion'
# The subcommand that runs: the first word where it names one.
_sonde_command() {
	if ((COMP_CWORD > 1)) && [[ " $_sonde_subcommands " == *" $1 "* ]]; then
		printf '%s' "$1"
	else
		printf trace
	fi
}
_sonde_operand() {
	case $1 in
	trace) _sonde_hosts ;;
	compare) _sonde_hosts ;;
	mtu) _sonde_hosts ;;
	probe-interface) _sonde_hosts ;;
	explain) _sonde_findings ;;
	replay) _sonde_files ;;
	doctor) : ;;
	sim) _sonde_files ;;
	completion) _sonde_words 'bash zsh fish' ;;
	esac
}
_sonde_options() {
	case $1 in
	trace) _sonde_words '-4 --ipv4 -6 --ipv6 -I --icmp -T --tcp -U --udp -M --method -p --port --sport --size -t --tos --dscp --ecn --flow-label --payload --tcp-options --df --no-df --force -f --first -m --max-hops -q --queries --gap -N --sim-queries -w --wait -z --sendwait --deadline --no-wait --investigate --mtu --targets --parallel --repeat --interval -i --interface -s --source --mark --wire --all-addresses -o --output --columns -n --numeric --lost --detail --color --ascii --wide --findings --write-capture --sim --seed --realtime -C --config --no-config --show-config -h --help -V --version' ;;
	compare) _sonde_words '-4 --ipv4 -6 --ipv6 -M --method --require --shape --size -t --tos --dscp --ecn --flow-label --df --no-df --force -f --first -m --max-hops --gap -w --wait -z --sendwait --deadline -i --interface -s --source --mark --wire -o --output -n --numeric --lost --color --ascii --wide --findings --write-capture --sim --seed --realtime -C --config --no-config --show-config -h --help -V --version' ;;
	mtu) _sonde_words '-4 --ipv4 -6 --ipv6 -I --icmp -T --tcp -U --udp -M --method -p --port --sport -t --tos --dscp --ecn --flow-label --force -f --first -m --max-hops --gap -w --wait -z --sendwait --deadline -i --interface -s --source --mark --wire -o --output -n --numeric --color --ascii --wide --findings --write-capture --sim --seed --realtime -C --config --no-config --show-config -h --help -V --version' ;;
	probe-interface) _sonde_words '-4 --ipv4 -6 --ipv6 --if --neighbour -q --queries -w --wait -i --interface -s --source --mark --sim --seed --realtime -C --config --no-config --show-config -h --help -V --version' ;;
	explain) _sonde_words '-h --help -V --version' ;;
	replay) _sonde_words '-o --output --columns -n --numeric --lost --detail --color --ascii --wide --findings -C --config --no-config --show-config -h --help -V --version' ;;
	doctor) _sonde_words '--color --ascii --wide -C --config --no-config --show-config -h --help -V --version' ;;
	sim) _sonde_words '--seed --here -h --help -V --version' ;;
	completion) _sonde_words '-h --help -V --version' ;;
	esac
}
_sonde_value() {
	case $1 in
	-M | --method) _sonde_methods ;;
	--require) _sonde_methods ;;
	--if) : ;;
	-p | --port) _sonde_services ;;
	--sport) : ;;
	--size) : ;;
	-t | --tos) : ;;
	--dscp) _sonde_words 'default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0' ;;
	--ecn) _sonde_words 'none ect1 ect0 ce' ;;
	--flow-label) : ;;
	--payload) _sonde_words 'dns ntp quic tls'; _sonde_files ;;
	--tcp-options) _sonde_list 'mss= sack ts ws= tfo mptcp none' ;;
	-f | --first) : ;;
	-m | --max-hops) : ;;
	-q | --queries) : ;;
	--gap) : ;;
	-N | --sim-queries) : ;;
	-w | --wait) : ;;
	-z | --sendwait) : ;;
	--deadline) : ;;
	--targets) _sonde_files ;;
	--parallel) : ;;
	--repeat) : ;;
	--interval) : ;;
	-i | --interface) _sonde_interfaces ;;
	-s | --source) _sonde_addresses ;;
	--mark) : ;;
	--wire) _sonde_words 'auto raw dgram' ;;
	-o | --output) _sonde_output 'text json ndjson' ;;
	--columns) _sonde_columns ;;
	--detail) : ;;
	--color) _sonde_words 'auto always never' ;;
	--write-capture) _sonde_files ;;
	--sim) _sonde_files ;;
	--seed) : ;;
	-C | --config) _sonde_files ;;
	*) return 1 ;;
	esac
	return 0
}

_sonde() {
	local cur opt joined='' current=${COMP_WORDS[COMP_CWORD]} command='' i
	local -a words=()
	COMPREPLY=()
	# readline breaks words at = and :, which belong to --option=value and METHOD:PORT: put them together again
	for ((i = 1; i <= COMP_CWORD; i++)); do
		if ((${#words[@]})) && [[ ${COMP_WORDS[i]} == [=:] || ${COMP_WORDS[i-1]} == [=:] ]]; then
			words[${#words[@]}-1]+=${COMP_WORDS[i]}
		else
			words+=("${COMP_WORDS[i]}")
		fi
	done
	joined=${words[${#words[@]}-1]} opt=''
	cur=$joined
	((${#words[@]} > 1)) && opt=${words[${#words[@]}-2]}
	[[ $cur == --*=* ]] && opt=${cur%%=*} cur=${cur#*=}
	command=$(_sonde_command "${words[0]}")
	if [[ " ${words[*]:0:${#words[@]}-1} " == *' -- '* ]]; then
		if [[ $command == sim ]]; then _sonde_files; else _sonde_hosts; fi
	elif ! _sonde_value "$opt"; then
		if [[ $cur == -* ]]; then
			_sonde_options "$command"
		else
			((${#words[@]} == 1)) && _sonde_words "$_sonde_subcommands"
			_sonde_operand "$command"
		fi
	fi
	# a reply replaces only what readline takes for the word
	local keep=$current
	[[ $keep == [=:] ]] && keep=''
	local strip=${cur%"$keep"}
	[[ -n $strip ]] && COMPREPLY=("${COMPREPLY[@]#"$strip"}")
	return 0
}
complete -F _sonde sonde
