#!/bin/sh
# SPDX-License-Identifier: MIT
# The fish completion, asked by `complete -C`. Argument: the program, which is asked for the profiles of its configuration.
command -v fish >/dev/null || { echo "fish is not installed"; exit 77; }
script=$(realpath "$(dirname "$0")/../../completions/sonde.fish")
home=$(mktemp -d) || exit 99
trap 'rm -rf "$home"' EXIT
failed=0
called=$(dirname "$script")/traceroute/traceroute.fish # sonde, called as traceroute
fish -n "$script" && fish -n "$called" || exit 1

mkdir -p "$home/.ssh" "$home/fish" "$home/nets/more"
echo 'jump.example ssh-ed25519 AAAA' >"$home/.ssh/known_hosts"
mkdir "$home/sonde" "$home/bin"
ln -s "$(realpath "$1")" "$home/bin/sonde"
cp "$(dirname "$script")/../tests/shell/profiles.conf" "$home/sonde/config"
printf '%s\n' '[other]' 'queries = 4' >"$home/other.ini"
for name in home.net run.pcap run.pcapng notes.txt asn.mmdb; do : >"$home/nets/$name"; done
for line in 'sonde -q 5 -T --port 443 earlier.example 2001:db8::7' 'sudo sonde mtu earlier2.example | grep secret' \
	'traceroute -q 1 old.example 60' 'sonde @office -n earlier3.example' 'sonde explain nobody.example; echo nobody.example'; do
	printf -- '- cmd: %s\n  when: 1700000000\n' "$line"
done >"$home/fish/fish_history"
cd "$home/nets" || exit 99

# One fish answers all questions: a line each in, what it offers with descriptions between two marks out.
cat >"$home/ask.fish" <<'END'
source $argv[1]
set -p fish_complete_path $argv[2] # in front of what fish has for that name
while read -l line
	echo "? $line"
	complete -C $line
end
END
# offers LINE WORD…: each is offered; "!x": x is not; "x~text": x is, with a description that has the text; "=": nothing else is.
offers() {
	printf '%s\n' "$1" >>"$home/lines"
	printf '%s\n' "$*" | cut -c $((${#1} + 2))- >>"$home/wanted"
}

offers 'sonde --' --queries~probes --max-hops --sim !--here
offers 'sonde --quer' --queries =
offers 'sonde --wire ' auto raw dgram =
offers 'sonde --wire=r' --wire=raw =
offers 'sonde --columns hop,' hop,address~silent hop,avg
offers 'sonde -T --tcp-options ts,' ts,mptcp ts,sack
offers 'sonde -o ' json ndjson text
offers 'sonde -o json=no' json=notes.txt
offers 'sonde --output=json=no' --output=json=notes.txt
offers 'sonde -U --payload ' dns notes.txt
offers 'sonde --dscp af' af41 !ef

offers 'sonde -M ' udp-classic~UDP icmp raw tcp
offers 'sonde -M tcp:' tcp:https~443 tcp:ssh !tcp:ntp
offers 'sonde -M tcp:44' tcp:443~https
offers 'sonde --method=tcp:44' --method=tcp:443
offers 'sonde compare -M tcp:22,' tcp:22,https
offers 'sonde -M udp:' udp:ntp !udp:ssh
offers 'sonde -M sctp:' sctp:ssh sctp:ntp
offers 'sonde -M raw:' raw:gre !raw:https
offers 'sonde -T -p ' ssh !ntp

offers 'sonde -M sctp --' --port !--tcp-options !--payload
offers 'sonde -nT --' --port --tcp-options --payload
offers 'sonde -Mudp:53 --' --port --payload !--tcp-options
offers 'sonde --' !--port !--sport !--payload !--tcp-options
offers 'sonde -6 --' !--ipv4 !--ipv6
offers 'sonde -n6 --ip' =
offers 'sonde compare -M icmp --' --method
offers 'sonde -M icmp --' !--icmp !--tcp
offers 'sonde -I --' !--method !--tcp
offers 'sonde -q 3 --' !--queries
offers 'sonde --wire raw --' !--sim
offers 'sonde --dscp ef --' !--tos !--dscp --ecn
offers 'sonde --' !--seed !--realtime
offers 'sonde --sim x --' --seed --realtime
offers 'sonde sim --' --seed
offers 'sonde completion --' --help !--queries
offers 'sonde trace --' --queries

offers 'sonde comp' completion compare~kinds
offers 'sonde completion ' bash zsh fish =
offers 'sonde explain ' stops-silent reached icmp icmp6~ICMPv6
offers 'sonde explain icmp ' admin-prohibited 3/13~prohibited !stops-silent
offers 'sonde explain icmp6 ' 1/1 !3/13
offers 'sonde trace comp' !completion
offers 'sonde --sim ' home.net more/ !notes.txt
offers 'sonde --sim=h' --sim=home.net
offers 'sonde sim ' home.net !notes.txt
offers 'sonde sim home.net -- sonde --quer' --queries =
offers 'sonde sim home.net -- sonde --wire=r' --wire=raw =
offers 'sonde sim home.net -- cat no' notes.txt !home.net
offers 'sonde replay ' run.pcap run.pcapng more/ !home.net
offers 'sonde --asn-db ' asn.mmdb more/ !notes.txt
offers 'sonde --config=no' --config=notes.txt
offers 'sonde -i ' lo
offers 'traceroute -' --first~hop --back -4 --UL !--gateway !-g !--mtu !--columns
offers 'traceroute --' --port --sport !--seed
offers 'traceroute --sim x --' --seed
offers 'traceroute -nI --' !--port !--icmp !--tcp !--module !--UL --options
offers 'traceroute -4 -' !-6 !-4 -n
offers 'traceroute --queries=3 --quer' =
offers 'traceroute -M ' default icmp~ICMP tcp udp udplite dccp raw~names =
offers 'traceroute --module=u' --module=udp --module=udplite =
offers 'traceroute -T -O ' syn sysctl ack sack timestamps window_scaling mss= help =
offers 'traceroute --tcp --options=sack,a' --options=sack,ack =
offers 'traceroute -M icmp -O ' raw dgram help =
offers 'traceroute -T -p ' ssh !ntp
offers 'traceroute -U --port=' --port=ntp !--port=ssh
offers 'traceroute -P ' gre
offers 'traceroute -i l' lo
offers 'traceroute --sim=' --sim=home.net --sim=more/ !--sim=notes.txt
offers 'traceroute ' jump.example old.example~earlier !60 !trace !compare
offers 'sonde mtu jump.example ' !jump.example
offers 'sonde mtu -T --port 443 @office ' jump.example
offers 'sonde mtu -T --port 443 @office x ' !jump.example
offers 'sonde jump.example ' jump.example
offers 'sonde completion bash ' =
offers 'traceroute jump.example ' !jump.example !old.example
offers 'sonde @' @office~ascii @off-site~queries =
offers 'sonde @offi' @office =
offers 'sonde -q 3 @of' @office @off-site =
offers 'sonde mtu @of' @office @off-site =
offers 'sonde @office @of' =
offers 'sonde jump.example @of' =
offers 'sonde mtu -q 3 jump.example @of' =
offers 'sonde explain @of' =
offers 'sonde -M @of' =
offers 'sonde -C ../other.ini @' @other =
offers 'sonde --config=~/other.ini @' @other =
offers 'sonde --no-config @' =
offers 'sonde @office ' compare~kinds jump.example
offers 'sonde @office compare --req' --require =
offers 'sonde @office mtu ju' jump.example
offers 'sonde mtu @office ju' jump.example
offers 'sonde ' jump.example earlier.example~earlier 2001:db8::7 earlier2.example earlier3.example !5 !443 !nobody.example !secret

PATH=$home/bin:$PATH
export HOME="$home" XDG_CONFIG_HOME="$home" XDG_DATA_HOME="$home"
fish "$home/ask.fish" "$script" "$(dirname "$called")" <"$home/lines" >"$home/answers" || exit 1
awk -v FS='\t' -v wanted="$home/wanted" '
	function judge(    n, i, words, word, text, count) {
		getline expected <wanted
		n = split(expected, words, " ")
		exact = count = 0
		for (i = 1; i <= n; i++) {
			word = words[i]
			# a description may have blanks: what is no word of its own belongs to it
			text = ""
			if (index(word, "~")) { text = substr(word, index(word, "~") + 1); word = substr(word, 1, index(word, "~") - 1) }
			if (word == "=") exact = 1
			else if (substr(word, 1, 1) == "!") { if (substr(word, 2) in got) bad("must not offer " substr(word, 2)) }
			else if (!(word in got)) bad("does not offer " word)
			else if (index(got[word], text) == 0) bad(word " is not described by " text)
			if (word != "=" && substr(word, 1, 1) != "!") count++
		}
		if (exact && count != offered) bad("offers more than " expected)
	}
	function bad(why) { print "\"" line "\": " why; failed = 1 }
	/^\? / { if (NR > 1) judge(); line = substr($0, 3); delete got; offered = 0; next }
	{ got[$1] = $2; offered++ }
	END { judge(); exit failed }' "$home/answers" || failed=1
exit $failed
