#!/bin/bash
# SPDX-License-Identifier: MIT
# The bash completion, driven by COMP_WORDS as readline splits a line; with and without the bash-completion package.
set -u
script=$(realpath "$(dirname "$0")/../../completions/sonde.bash")
failed=0

# offers EXPECTED WORD…: each word of EXPECTED is offered for the last word; "!x": x is not; "=": nothing else is.
offers() {
	local expected=$1 word found exact=0
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
	_sonde sonde "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	found=" ${COMPREPLY[*]} "
	for word in $expected; do
		case $word in
		=) exact=1 ;;
		!*) [[ $found != *" ${word#!} "* ]] || { echo "$mode: '$*' must not offer '${word#!}': $found"; failed=1; } ;;
		*) [[ $found == *" $word "* ]] || { echo "$mode: '$*' does not offer '$word': $found"; failed=1; } ;;
		esac
	done
	local -a wanted
	read -ra wanted <<<"${expected//=/}"
	((exact && ${#COMPREPLY[@]} != ${#wanted[@]})) && { echo "$mode: '$*' offers more than '$expected': $found"; failed=1; }
	return 0
}

check() {
	mode=$1
	offers '--queries --max-hops --sim !--here' sonde --
	offers '-q --queries' sonde -
	offers '= --queries' sonde --que
	offers '= auto raw dgram' sonde --wire ''
	offers '= raw' sonde --wire = r
	offers '= auto raw dgram' sonde --wire =
	offers '= icmp icmp-timestamp' sonde -M i
	offers 'udp udp-classic udplite tcp tcp-ack sctp dccp icmp icmp-timestamp raw =' sonde -M ''
	offers 'gre !grep !https' sonde -M raw : g
	offers 'https !tcp:https' sonde -M tcp : htt
	offers 'lo' sonde -i l
	offers '= address avg answered' sonde --columns a
	offers 'hop,address hop,avg hop,answered =' sonde --columns hop,a
	offers 'mss= sack ts ws= tfo mptcp none =' sonde --tcp-options ''
	offers '536,sack =' sonde --tcp-options mss = 536,sa
	offers '= ef' sonde --dscp e
	offers 'json ndjson text !tests' sonde -o ''
	offers '= ndjson' sonde --output = n
	offers '/etc/passwd !json' sonde -o json = /etc/passw
	offers 'completion' sonde comp
	offers '= bash zsh fish' sonde completion ''
	offers '--help !--queries' sonde completion --
	offers 'stops-silent reached icmp icmp6 !bash' sonde explain ''
	offers '= target-silent' sonde explain target
	offers '--queries' sonde trace --
	offers '!completion' sonde trace comp
	offers '!completion' sonde -n comp
	offers '=' sonde -q ''
	offers '!--queries' sonde -- --que
}

# shellcheck source=/dev/null
. "$script"
check plain
if [ -r /usr/share/bash-completion/bash_completion ]; then
	# shellcheck source=/dev/null
	. /usr/share/bash-completion/bash_completion
	check package
else
	echo "bash-completion is not installed: tested without it only"
fi
if command -v shellcheck >/dev/null; then
	shellcheck -s bash "$script" || failed=1
fi
exit $failed
