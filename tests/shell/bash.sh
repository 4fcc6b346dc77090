#!/bin/bash
# SPDX-License-Identifier: MIT
# The bash completion, driven by COMP_WORDS as readline splits a line: without the bash-completion package, with it, and with the names
# that its helpers have from 2.12 on. Argument: the program, which is asked for the profiles of its configuration. SONDE_BASH_COMPLETION in
# the environment is another bash-completion than the installed one: its file bash_completion.
# shellcheck disable=SC2016 # what must not be expanded stands in single quotes
# shellcheck disable=SC2317 # the script that is tested calls the helpers
set -u
script=$(realpath "$(dirname "$0")/../../completions/sonde.bash")
home=$(mktemp -d) || exit 99
trap 'rm -rf "$home"' EXIT
failed=0
package=${SONDE_BASH_COMPLETION:-/usr/share/bash-completion/bash_completion}

mkdir -p "$home/.ssh" "$home/nets/more"
printf '%s\n' 'jump.example,192.0.2.7 ssh-ed25519 AAAA' '[port.example]:2222 ssh-rsa AAAA' '|1|aGFzaA= ssh-rsa AAAA' \
	'$(touch${IFS}EVIL).example ssh-rsa AAAA' >"$home/.ssh/known_hosts"
touch "$home/nets/home.net" "$home/nets/run.pcap" "$home/nets/run.pcapng" "$home/nets/notes.txt" "$home/nets/asn.mmdb"
mkdir "$home/sonde" "$home/bin"
ln -s "$(realpath "$1")" "$home/bin/sonde"
cp "$(dirname "$script")/../tests/shell/profiles.conf" "$home/sonde/config"
printf '%s\n' '[other]' 'queries = 4' >"$home/other.ini"
export HOME=$home XDG_CONFIG_HOME=$home PATH=$home/bin:$PATH
cd "$home/nets" || exit 99
printf 'web.hosts.example\n' >"$home/hosts" # what compgen -A hostname reads
sed -i 's/^/192.0.2.8 /' "$home/hosts"
HOSTFILE=$home/hosts

fail() {
	echo "$mode: '$line': $*"
	failed=1
}

# complete LINE: calls the completion as readline does, the cursor at "|", else at the end. Replies are then in COMPREPLY. An @ breaks words
# of COMP_WORDS, where bash-completion does not forbid it, but not what it calls the current one.
complete_line() {
	local left=${1%%|*} rest word
	COMP_LINE=${1/|/} COMP_POINT=${#left} COMP_WORDS=() COMP_CWORD=0
	rest=$COMP_LINE
	local at=0 current='' breaks='=:@'
	[[ $mode == package ]] && breaks='=:'
	while [[ -n $rest ]]; do
		if [[ $rest =~ ^[[:blank:]]+ ]]; then
			word=''
		elif [[ $rest =~ ^[$breaks]+ || $rest =~ ^[^${breaks}[:blank:]]+ ]]; then
			word=${BASH_REMATCH[0]}
		fi
		at=$((at + ${#BASH_REMATCH[0]}))
		rest=${rest:${#BASH_REMATCH[0]}}
		if [[ -z $word ]] &&
			((COMP_POINT <= at - ${#BASH_REMATCH[0]} || COMP_POINT > at || (COMP_POINT == at && ${#rest} > 0))); then
			continue # the cursor is not among these blanks
		fi
		COMP_WORDS+=("$word")
		if ((COMP_POINT > at - ${#word} && COMP_POINT <= at)) || [[ -z $word ]]; then
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			[[ -n $word ]] && current=${word:0:COMP_POINT-at+${#word}}
		fi
	done
	[[ $current == *[!=:]* ]] || current=''
	[[ $breaks == *@ && COMP_CWORD -gt 0 && ${COMP_WORDS[COMP_CWORD - 1]} == @ ]] && current=@$current
	COMPREPLY=()
	"_${COMP_WORDS[0]}" "${COMP_WORDS[0]}" "$current" "${COMP_WORDS[COMP_CWORD - 1]}"
}

# offers EXPECTED LINE: each word of EXPECTED is offered; "!x": x is not; "=": nothing else is.
offers() {
	local expected=$1 word found exact=0 wanted=0
	line=$2
	complete_line "$line"
	found=" ${COMPREPLY[*]-} "
	for word in $expected; do
		case $word in
		=) exact=1 ;;
		!*) [[ $found != *" ${word#!} "* ]] || fail "must not offer '${word#!}':$found" ;;
		*)
			wanted=$((wanted + 1))
			[[ $found == *" $word "* ]] || fail "does not offer '$word':$found"
			;;
		esac
	done
	((exact && ${#COMPREPLY[@]} != wanted)) && fail "offers more than '$expected':$found"
	return 0
}

check_words() {
	offers '--queries --max-hops --sim !--here' 'sonde --'
	offers '-q --queries' 'sonde -'
	offers '= --queries' 'sonde --que'
	offers '= auto raw dgram' 'sonde --wire '
	offers '= raw' 'sonde --wire=r'
	offers '= auto raw dgram' 'sonde --wire='
	offers '= raw' 'sonde --wire r| -n'
	offers '= raw' 'sonde --wire=r|aw -n'
	offers '= hop,address hop,avg hop,answered hop,asn' 'sonde --columns hop,a'
	offers '!hop,hop' 'sonde --columns=hop,h'
	offers 'hop,address' 'sonde --columns=hop,a'
	offers 'mss= sack ts ws= tfo mptcp none =' 'sonde --tcp-options '
	offers '536,sack =' 'sonde --tcp-options mss=536,sa'
	offers '= ef' 'sonde --dscp e'
	offers 'json ndjson text !tests' 'sonde -o '
	offers '= ndjson' 'sonde --output=n'
	offers '= -ondjson' 'sonde -on'
	offers '/etc/passwd !json' 'sonde -o json=/etc/passw'
	offers '/etc/passwd' 'sonde --output=json=/etc/passw'
	offers 'dns ntp quic tls notes.txt' 'sonde --payload '
	offers '=' 'sonde -q '
}

check_methods() {
	offers '= icmp icmp-timestamp' 'sonde -M i'
	offers '= icmp icmp-timestamp' 'sonde --method=i'
	offers 'udp udp-classic udplite tcp tcp-ack sctp dccp icmp icmp-timestamp raw =' 'sonde -M '
	offers 'gre !grep !https' 'sonde -M raw:g'
	offers 'https !tcp:https' 'sonde -M tcp:htt'
	offers '443' 'sonde -M tcp:44'
	offers 'ntp !ssh' 'sonde -M udp:'
	offers 'ssh !ntp' 'sonde -M tcp:'
	offers '22,https' 'sonde compare --require=tcp -M tcp:22,htt'
	offers '=' 'sonde -M icmp:'
	offers 'ssh !ntp' 'sonde -T -p '
	offers 'ntp !ssh' 'sonde -p |  -U host'
}

check_options() {
	offers '--port !--tcp-options !--payload' 'sonde -M sctp --'
	offers '--port --tcp-options --payload' 'sonde -nT --'
	offers '--port --payload !--tcp-options' 'sonde -Mudp:53 --'
	offers '!--port !--sport !--payload !--tcp-options' 'sonde --'
	offers '--tcp-options' 'sonde --tcp-o| -T host'
	offers '--ipv4 --ipv6' 'sonde --ip'
	offers '=' 'sonde -6 --ip'
	offers '=' 'sonde -n6 --ip'
	offers '=' 'sonde --ip| -4'
	offers '!--sim' 'sonde --wire raw --'
	offers '!--queries !-q' 'sonde --queries=3 -'
	offers '--method' 'sonde compare -M icmp --'
	offers '!--icmp !--tcp --method' 'sonde -M icmp --'
	offers '!--method !--tcp' 'sonde -I --'
	offers '!--tos !--dscp --ecn' 'sonde --dscp ef --'
	offers '!--seed !--realtime' 'sonde --'
	offers '--seed --realtime' 'sonde --sim x --'
	offers '--seed' 'sonde sim --'
	offers '--help !--queries' 'sonde completion --'
	offers '--queries' 'sonde trace --'
}

check_operands() {
	offers 'completion' 'sonde comp'
	offers '= bash zsh fish' 'sonde completion '
	offers '=' 'sonde completion bash '
	offers 'stops-silent reached icmp icmp6 !bash' 'sonde explain '
	offers '= target-silent' 'sonde explain target'
	offers 'admin-prohibited 3/13 !stops-silent' 'sonde explain icmp '
	offers '1/1 !3/13' 'sonde explain icmp6 '
	offers '!completion' 'sonde trace comp'
	offers '!completion' 'sonde -n comp'
	offers '!--queries' 'sonde -- --que'
	offers 'home.net more !notes.txt !run.pcap' 'sonde --sim '
	offers 'home.net more !notes.txt' 'sonde sim '
	offers 'notes.txt !home.net' 'sonde sim home.net -- cat no'
	offers 'bash' 'sonde sim home.net -- bas'
	[[ $mode == plain ]] || offers '= --queries' 'sonde sim home.net -- sonde --quer'
	offers 'home.net !notes.txt' 'sonde --sim=h'
	offers 'run.pcap run.pcapng more !home.net !notes.txt' 'sonde replay '
	offers 'notes.txt' 'sonde --write-capture '
	offers 'asn.mmdb more !notes.txt' 'sonde --asn-db '
	offers 'notes.txt' 'sonde --config=no'
	offers 'lo' 'sonde -i l'
	if command -v ip >/dev/null; then
		offers '127.0.0.1' 'sonde -s 127'
		offers '!127.0.0.1' 'sonde -6 -s '
	fi
}

check_hosts() {
	offers 'jump.example 192.0.2.7 port.example web.hosts.example' 'sonde '
	offers 'jump.example' 'sonde mtu -n ju'
	offers 'earlier.example earlier3.example 2001:db8::7 !-q !5 !nobody.example !secret' 'sonde '
	offers 'db8::7 =' 'sonde 2001:d'
	offers '7 =' 'sonde 2001:db8::'
	offers '=' 'sonde mtu jump.example '
	offers 'jump.example' 'sonde jump.example ju'
	[[ -e EVIL ]] && fail 'a word was run'
}

check_profiles() {
	offers '= @office @off-site' 'sonde @'
	offers '= @office' 'sonde @offi'
	offers '= @office @off-site' 'sonde -q 3 @of'
	offers '= @office @off-site' 'sonde mtu @of| web'
	offers '= @office @off-site' 'sonde -- @of'
	offers '=' 'sonde @office @of'
	offers '=' 'sonde jump.example @of'
	offers '=' 'sonde explain @of'
	offers '=' 'sonde -M @of'
	offers '= @other' 'sonde -C ../other.ini @'
	offers '= @other' 'sonde --config=~/other.ini @'
	offers '=' 'sonde --no-config @'
	offers 'compare jump.example' 'sonde @office '
	offers '= --require' 'sonde @office compare --req'
	offers 'jump.example' 'sonde @office mtu ju'
	offers 'jump.example' 'sonde mtu @office ju'
	offers '=' 'sonde @office mtu jump.example '
	[[ -e EVIL ]] && fail 'a word was run'
}

# sonde, called as traceroute
check_traceroute() {
	offers '--first -f --back -4 --UL !--gateway !-g !--mtu !--columns' 'traceroute -'
	offers '--port --sport !--seed' 'traceroute --'
	offers '--seed' 'traceroute --sim x --'
	offers '!--port !--icmp !--tcp !--module !--UL --options' 'traceroute -nI --'
	offers '!-6 !-4 -n' 'traceroute -4 -'
	offers '=' 'traceroute --queries=3 --quer'
	offers '= default icmp tcp udp udplite dccp raw' 'traceroute -M '
	offers '= udp udplite' 'traceroute --module=u'
	offers '= syn sysctl ack sack timestamps window_scaling mss= help' 'traceroute -T -O '
	offers '= sack,ack' 'traceroute --tcp --options=sack,a'
	offers '= raw dgram help' 'traceroute -M icmp -O '
	offers '= help' 'traceroute -O '
	offers 'ssh !ntp' 'traceroute -T -p '
	offers 'ntp !ssh' 'traceroute -U --port='
	offers 'gre' 'traceroute -P '
	offers 'lo' 'traceroute -i l'
	offers 'home.net more !notes.txt' 'traceroute --sim='
	offers 'jump.example old.example !60 !trace !compare' 'traceroute '
	offers '=' 'traceroute jump.example '
	offers '=' 'traceroute @'
}

check() {
	mode=$1
	check_words
	check_methods
	check_options
	check_operands
	check_hosts
	check_profiles
	check_traceroute
}

names() {
	compgen -v | grep -v '^\(BASH_\|COMP\|PIPESTATUS$\|before$\|after$\|line$\|_$\)'
	declare -F | grep -v ' _sonde\| _traceroute'
	set +o
	shopt -p
}
# Nothing is left behind but functions that begin with _sonde, whatever the shell is set to.
check_leaks() {
	mode=leaks
	local before after
	shopt -s nullglob failglob nocasematch
	before=$(names)
	line='sonde --wire r'
	IFS=x complete_line "$line"
	complete_line 'sonde '
	complete_line 'sonde -T -p '
	after=$(names)
	[[ $before == "$after" ]] || fail "$(diff <(echo "$before") <(echo "$after"))"
	shopt -u nullglob failglob nocasematch
}

# TAB is fast because next to nothing is started for it: no program but ip. How long it takes here is told, not judged.
check_costs() {
	mode=costs
	local TIMEFORMAT="'%s': %%R s, %%U s and %%S s of the processor" format
	ip() { echo "1: lo inet 127.0.0.1/8 scope host"; }
	format=$TIMEFORMAT
	for line in 'sonde -' 'sonde ' 'sonde -M tcp:' 'sonde -s ' 'sonde explain icmp ' 'sonde --sim ' 'sonde -i '; do
		# shellcheck disable=SC2059
		printf -v TIMEFORMAT "$format" "$line"
		time PATH=/nonexistent complete_line "$line"
		((${#COMPREPLY[@]})) || fail 'offers nothing where no program can be started'
	done
	unset -f ip
}

history -s 'sonde -q 5 -T --port 443 earlier.example 2001:db8::7'
history -s 'sudo sonde mtu earlier2.example | grep secret'
history -s 'traceroute -q 1 old.example 60'
history -s 'sonde @office -n earlier3.example'
history -s 'sonde explain nobody.example; echo nobody.example'
history -s 'sonde $(touch${IFS}EVIL) `touch EVIL`'
# shellcheck source=/dev/null
. "$script"
# shellcheck source=/dev/null
. "${script%/*}/traceroute/traceroute.bash"
check plain
check_leaks
check_costs
if [ -r "$package" ]; then
	set +u
	# shellcheck source=/dev/null
	. "$package"
	echo "bash-completion ${BASH_COMPLETION_VERSINFO[*]}"
	check package
	set -u
elif [ -n "${SONDE_BASH_COMPLETION-}" ]; then
	mode=package line=$package
	fail 'is not there'
else
	echo "bash-completion is not installed: tested without it only"
fi

# From 2.12 on the helpers have these names, and the old ones may be gone. They set COMPREPLY anew.
unset -f _known_hosts_real _filedir 2>/dev/null
_comp_compgen_known_hosts() {
	[[ $1 == -a && $2 == -- && $# == 3 ]] || fail "wrong arguments: $*"
	COMPREPLY=(new.example)
}
_comp_compgen_filedir() {
	[[ $# == 0 || $1 == '@('*')' ]] || fail "wrong arguments: $*"
	COMPREPLY=("new${1:+.suffix}")
}
mode=2.12
check_words_of_it() {
	offers 'new.example earlier.example !jump.example' 'sonde '
	offers 'new dns' 'sonde --payload '
	offers 'new.suffix =' 'sonde replay '
}
check_words_of_it

bash -n "$script" && bash -n "${script%/*}/traceroute/traceroute.bash" || failed=1
if command -v shellcheck >/dev/null; then
	shellcheck -s bash "$script" "${script%/*}/traceroute/traceroute.bash" || failed=1
else
	echo "shellcheck is not installed: the script is not checked"
fi
exit $failed
