#!/usr/bin/env zsh
# SPDX-License-Identifier: MIT
# Presses TAB in a zsh on a pseudo-terminal, with compadd replaced by one that writes down what it is given.
# Arguments: the folder with the completion; then lines, if any: what is offered for each is printed, and nothing is judged.
zmodload zsh/zpty
emulate -R zsh
typeset -g folder=${1:A} home=$(mktemp -d) failed=0 reply line
trap 'rm -rf $home' EXIT
mkdir -p $home/.ssh $home/nets/more $home/sonde
cp ${0:A:h}/profiles.conf $home/sonde/config
print -l '[other]' 'queries = 4' >$home/other.ini
print -l 'jump.example ssh-ed25519 AAAA' >$home/.ssh/known_hosts
touch $home/nets/home.net $home/nets/run.pcap $home/nets/run.pcapng $home/nets/notes.txt $home/nets/asn.mmdb

cat >$home/.zshrc <<'END'
PROMPT='' RPROMPT='' zle_bracketed_paste=()
unsetopt beep auto_list auto_menu # a list may ask whether to show it
fpath=($SONDE_FOLDER $SONDE_FOLDER/traceroute $fpath)
autoload -Uz compinit
compinit -u -D
# hosts are those of this test, not those of the machine
zstyle ':completion:*:hosts' hosts web.hosts.example jump.example
compadd() {
	local -i end=${argv[(i)(-|--)]}
	if (( ${argv[1,end][(I)-[OAD]*]} )); then
		builtin compadd "$@"
		return
	fi
	local -a hits
	local described=${argv[1,end][(I)-[a-zA-Z]#d*]}
	builtin compadd -A hits "$@"
	(( $#hits )) && print -rl -- $IPREFIX$^hits >>$SONDE_OUT
	(( described )) && [[ ${argv[described]} == -d ]] && print -rl -- ${(P)argv[described+1]} >>$SONDE_OUT.described
	builtin compadd "$@"
}
done_here() { print -n '\n<done>\n' }
press() {
	comppostfuncs=(done_here)
	zle complete-word
}
zle -N press
bindkey '^I' press
bindkey '^U' kill-whole-line
print -s 'sonde -q 5 -T --port 443 earlier.example 2001:db8::7'
print -s 'sudo sonde mtu earlier2.example | grep secret'
print -s 'traceroute -q 1 old.example 60'
print -s 'sonde @office -n earlier3.example'
print -s 'sonde explain nobody.example; echo nobody.example'
cd ~/nets
print '<ready>'
END

export SONDE_OUT=$home/out SONDE_FOLDER=$folder
zpty -b tty "HOME=$home XDG_CONFIG_HOME=$home ZDOTDIR=$home TERM=dumb LC_ALL=C.UTF-8 zsh -i"
zpty -r tty line '*<ready>*'

# press LINE: the words that are offered there are then in reply; what stands in the list beside them in $SONDE_OUT.described.
press() {
	line=$1
	: >|$SONDE_OUT >|$SONDE_OUT.described
	zpty -w -n tty $'\x15'"$line"$'\t'
	zpty -r tty REPLY '*<done>*'
	reply=(${(f)"$(<$SONDE_OUT)"})
}
fail() {
	print -r -- "'$line': $*: $reply"
	failed=1
}
# offers EXPECTED LINE: each word of EXPECTED is offered; "!x": x is not; "=": nothing else is.
offers() {
	local word
	local -i exact=0 wanted=0
	local -a reply
	press $2
	for word in ${=1}; do
		case $word in
		(=) exact=1 ;;
		(!*) (( ${reply[(Ie)${word#!}]} )) && fail "must not offer '${word#!}'" ;;
		(*)
			wanted+=1
			(( ${reply[(Ie)$word]} )) || fail "does not offer '$word'"
			;;
		esac
	done
	(( exact && ${#${(@u)reply}} != wanted )) && fail "offers more than '$1'"
	return 0
}
describes() {
	press $2
	[[ "$(<$SONDE_OUT.described)" == *$1* ]] || fail "is not described by '$1'"
}

if (( $# > 1 )); then
	for each in $argv[2,-1]; do
		press $each
		print -rl -- "? $each" $reply
	done
	zpty -d tty
	exit 0
fi

offers '--queries --max-hops --sim !--here' 'sonde --'
describes 'probes per hop' 'sonde --quer'
describes 'which kinds of packet' 'sonde comp'
offers 'auto raw dgram =' 'sonde --wire '
offers '--wire=raw =' 'sonde --wire=r'
offers 'hop,address hop,avg hop,answered hop,asn =' 'sonde --columns hop,a'
offers 'sack ts' 'sonde -T --tcp-options '
offers 'ts,sack !ts,ts' 'sonde -T --tcp-options ts,s'
offers 'json ndjson text' 'sonde -o '
offers 'json=notes.txt' 'sonde -o json=no'
offers 'dns ntp notes.txt' 'sonde -U --payload '
offers 'af41 !ef' 'sonde --dscp af'

offers 'udp udp-classic udplite tcp tcp-ack sctp dccp icmp icmp-timestamp raw =' 'sonde -M '
describes 'UDP' 'sonde -M ud'
offers 'tcp:https' 'sonde -M tcp:htt'
offers 'tcp:443' 'sonde -M tcp:44'
offers 'tcp:22,https' 'sonde compare -M tcp:22,htt'
offers 'udp:ntp !udp:ssh' 'sonde -M udp:'
offers 'raw:gre !raw:https' 'sonde -M raw:'
offers 'ssh !ntp' 'sonde -T -p '

offers '--port !--tcp-options !--payload' 'sonde -M sctp --'
offers '--port --tcp-options --payload' 'sonde -nT --'
offers '--port --payload !--tcp-options' 'sonde -Mudp:53 --'
offers '!--port !--sport !--payload !--tcp-options' 'sonde --'
offers '!--ipv4 !--ipv6' 'sonde -6 --'
offers '--method' 'sonde compare -M icmp --'
offers '!--icmp !--tcp' 'sonde -M icmp --'
offers '!--method !--tcp' 'sonde -I --'
offers '!--queries' 'sonde -q 3 --'
offers '!--tos !--dscp --ecn' 'sonde --dscp ef --'
offers '!--seed !--realtime' 'sonde --'
offers '--seed --realtime' 'sonde --sim x --'
offers '--seed' 'sonde sim --'
offers '--help !--queries' 'sonde completion --'

offers 'completion' 'sonde comp'
offers 'bash zsh fish =' 'sonde completion '
offers 'stops-silent reached icmp icmp6' 'sonde explain '
describes 'ICMP' 'sonde explain '
offers 'admin-prohibited 3/13 !stops-silent' 'sonde explain icmp '
offers '1/1 !3/13' 'sonde explain icmp6 '
offers '!completion' 'sonde trace comp'
offers 'home.net !notes.txt' 'sonde --sim '
offers 'home.net !notes.txt' 'sonde sim '
offers '--queries =' 'sonde sim home.net -- sonde --quer'
offers 'notes.txt !home.net' 'sonde sim home.net -- cat no'
offers 'bash !notes.txt' 'sonde sim home.net -- bas'
offers 'run.pcap run.pcapng !home.net' 'sonde replay '
offers 'asn.mmdb !notes.txt' 'sonde --asn-db '
offers '--config=notes.txt' 'sonde --config=no'
offers 'lo' 'sonde -i l'
offers 'web.hosts.example jump.example earlier.example 2001:db8::7 earlier2.example earlier3.example !5 !443 !nobody.example !secret' 'sonde '
# sonde, called as traceroute
offers '--first -f --back -4 --UL !--gateway !-g !--mtu !--columns' 'traceroute -'
describes 'first hop' 'traceroute --fir'
offers '--port --sport !--seed' 'traceroute --'
offers '--seed' 'traceroute --sim x --'
offers '!--port !--icmp !--tcp !--module !--UL --options' 'traceroute -nI --'
offers '!-6 !-4 -n' 'traceroute -4 -'
offers '=' 'traceroute --queries=3 --quer'
offers 'default icmp tcp udp udplite dccp raw =' 'traceroute -M '
offers '--module=udp --module=udplite =' 'traceroute --module=u'
offers 'syn sysctl ack sack timestamps window_scaling mss= help =' 'traceroute -T -O '
offers '--options=sack,ack =' 'traceroute --tcp --options=sack,a'
offers 'raw dgram help =' 'traceroute -M icmp -O '
offers 'ssh !ntp' 'traceroute -T -p '
offers '--port=ntp !--port=ssh' 'traceroute -U --port='
offers 'gre' 'traceroute -P '
offers 'lo' 'traceroute -i l'
offers '--sim=home.net !--sim=notes.txt' 'traceroute --sim='
offers 'jump.example old.example !60 !trace !compare' 'traceroute '
offers '!jump.example !old.example' 'traceroute jump.example '
offers '@office @off-site =' 'sonde @'
describes 'method = tcp:443, ascii = yes' 'sonde @'
offers '@office =' 'sonde @offi'
offers '@office @off-site =' 'sonde -q 3 @of'
offers '@office @off-site =' 'sonde mtu @of'
offers '=' 'sonde @office @of'
offers '=' 'sonde jump.example @of'
offers '=' 'sonde mtu -q 3 jump.example @of'
offers '=' 'sonde explain @of'
offers '=' 'sonde -M @of'
offers '@other =' 'sonde -C ../other.ini @'
offers '@other =' 'sonde --config=~/other.ini @'
offers '=' 'sonde --no-config @'
offers 'compare jump.example' 'sonde @office '
offers '--require =' 'sonde @office compare --req'
offers 'jump.example' 'sonde @office mtu ju'
offers 'jump.example' 'sonde mtu @office ju'
zpty -d tty
exit $failed
