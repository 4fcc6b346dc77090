# SPDX-License-Identifier: MIT
# fish completion for sonde. Generated from the program's tables by 'sonde completion fish'; do not edit.

# Reads the line, once for each TAB, as every option asks: the subcommand and its operands; the option that waits for the value at
# the cursor; the line without that, the program and the word at the cursor; the methods on it; what may be a profile at the cursor.
function __sonde_read
	set -l seen (commandline -cp) '|' (commandline -p)
	test "$seen" = "$__sonde_seen"; and return
	set -g __sonde_seen "$seen"
	set -l before (commandline -opc)
	set -l all (commandline -op)
	set -l now (commandline -ct)
	set -l waiting "^(?:--(?:$__sonde_valued)|-[$__sonde_flags]*[$__sonde_valued_letters])\$"
	set -g __sonde_waits (string match -r -- $waiting $before[-1])
	set -g __sonde_at $now[1]
	string match -q -- '@*' $before; or test -n "$__sonde_waits"; and set __sonde_at ''
	test -n "$now"; and set -e all[(math (count $before) + 1)]
	test (count $before) -gt 1; and test -n "$__sonde_waits"; and set -e all[(count $before)]
	set -g __sonde_line (string join ' ' -- $all[2..-1] '')
	string match -q -- '@*' "$before[2]"; and set -e before[2]
	set -g __sonde_first (count $before)
	set -g __sonde_command $__sonde_default
	if contains -- "$before[2]" $__sonde_commands
		set __sonde_command $before[2]
		set -e before[2]
	end
	set -g __sonde_operands
	set -l skip
	for word in $before[2..-1]
		if test -n "$skip"; or string match -qr '^(?:-.|@)' -- $word
			set skip (test -z "$skip"; and string match -r -- $waiting $word)
		else
			set -a __sonde_operands $word
		end
	end
	set -l method "(?:^| )(?:-[$__sonde_flags]*M ?|--m(?:ethod|odule)[= ])([a-z-]+)"
	set -g __sonde_on (string match -rag -- $method $__sonde_line) (__sonde_short)
	test (count $__sonde_on) -gt 0; or set __sonde_on icmp
end

# What the value at the cursor is so far, without its option in front.
function __sonde_now
	commandline -ct | string replace -r "^(--[a-z-]+=|-[$__sonde_flags]*[$__sonde_valued_letters])" ''
end

function __sonde_first
	__sonde_read
	test $__sonde_first -eq 1
end

# Whether the subcommand runs, and takes one more operand: it may have $argv[2].
function __sonde_runs
	__sonde_read
	test $__sonde_command = $argv[1]; and test (count $__sonde_operands) -lt $argv[2]
end

# Whether an option of the subcommands $argv[1], with the spellings $argv[2], is offered: none is given that excludes it, long
# names $argv[3] and letters $argv[4]; one of those that it needs is, $argv[5]; and so is one of the methods behind.
function __sonde_may
	__sonde_read
	string match -q -- "* $__sonde_command *" " $argv[1] "; or return 1
	test -n "$__sonde_waits"; and string match -q -- "* $__sonde_waits *" " $argv[2] "; and return 0
	test -n "$argv[3]"; and string match -qr -- "(^| )--($argv[3])[= ]" $__sonde_line; and return 1
	test -n "$argv[4]"; and string match -qr -- "(^| )-[$__sonde_flags]*[$argv[4]]" $__sonde_line; and return 1
	test -n "$argv[5]"; and not string match -qr -- "(^| )--$argv[5][= ]" $__sonde_line; and return 1
	test (count $argv) -lt 6; and return 0
	for method in $__sonde_on
		contains -- $method $argv[6..-1]; and return 0
	end
	return 1
end

# Some of the words, separated by commas.
function __sonde_list
	set -l before (__sonde_now | string match -rg '^(.*,)')
	printf "$before%s\n" $argv
end

# Files of these suffixes, and folders.
function __sonde_files
	__fish_complete_path (__sonde_now) | string match -r "^[^\t]*(?:/|\.(?:$(string join '|' $argv)))(?:\t.*)?\$"
end

# Names of services(5) of the protocol $argv[1], or their ports where digits are typed; $argv[2] stands before.
function __sonde_ports
	set -l service '^([[:alnum:]]\S*)\s+(\d+)/'$argv[1]'\b.*'
	if string match -qr '[:,=p]?[0-9]+$' -- (commandline -ct)
		string replace -rf $service "$argv[2]\$2\t\$1" </etc/services
	else
		string replace -rf $service "$argv[2]\$1\t\$2" </etc/services
	end
end

function __sonde_services
	__sonde_read
	set -l services (__sonde_services_of $__sonde_on[-1])
	contains -- $services none protocol; and set services '\w+'
	__sonde_ports $services
end

# Names of protocols(5); $argv[1] stands before.
function __sonde_protocols
	string replace -rf '^([[:alnum:]]\S*)\s.*' "$argv[1]\$1" </etc/protocols
end

# A method; behind its colon ports, separated by commas, or a protocol.
function __sonde_methods
	set -l now (__sonde_now)
	if not set -l method (string match -rg '^([a-z-]+):' -- $now)
		__sonde_method_names
		return
	end
	set -l before (string match -r '^[a-z-]+:(?:.*,)?' -- $now)
	set -l services (__sonde_services_of $method)
	switch $services
		case none
		case protocol
			__sonde_protocols $before
		case '*'
			__sonde_ports $services $before
	end
end

function __sonde_addresses
	ip -o address show 2>/dev/null | string match -rg 'inet6? ([^/ ]+)'
end

# Hosts, and targets of earlier commands, as far as this shell remembers them.
function __sonde_hosts
	__fish_print_hostnames
	set -l lines (history search --max 200 --prefix 'sonde ')
	set -a lines (history search --max 200 --prefix 'sudo sonde ')
	set lines (string replace -rf "^(?:sudo )?sonde (?:@\S+ )?(?!(?:$__sonde_hostless) )(?:(?:$__sonde_hosted) )?" '' -- $lines)
	set -l valued "--(?:$__sonde_valued)|-[$__sonde_flags]*[$__sonde_valued_letters]"
	set lines (string replace -ra "(?:^|(?<= ))(?:$valued) \S+" '' -- $lines)
	set lines (string replace -ra '(?:^|(?<= ))-\S*' '' -- $lines)
	set lines (string replace -r '\S*[^A-Za-z0-9.:_% -].*' '' -- $lines)
	for host in (string split -n ' ' -- $lines | string match -v -r '^\d+$')
		printf '%s\tearlier target\n' $host
	end
end

# Options that take a value, joined by bars; their letters; the letters of the others.
set -g __sonde_valued 'method|require|if|port|sport|size|tos|dscp|ecn|flow-label|payload|tcp-options|first|max-hops|queries|gap|sim-queries|wait|sendwait|rate|attribution|deadline|targets|parallel|repeat|interval|interface|source|mark|wire|output|columns|resolve-wait|dns-server|asn-db|geo-db|asn-zone|detail|color|write-capture|sim|seed|config'
set -g __sonde_valued_letters 'MptfmqNwzisoC'
set -g __sonde_flags '46ITUnAhV'
# Subcommands: what runs where none is named, all, with profiles, with hosts, and without.
set -g __sonde_default trace
set -g __sonde_commands trace compare mtu probe-interface explain replay doctor sim completion help
set -g __sonde_configured trace compare mtu probe-interface replay doctor sim
set -g __sonde_hosted 'trace|compare|mtu|probe-interface'
set -g __sonde_hostless 'explain|replay|doctor|sim|completion|help'

# Where the numbers behind the method have their names.
function __sonde_services_of
	switch "$argv[1]"
		case icmp
			echo 'none'
		case udp
			echo 'udp'
		case udp-classic
			echo 'udp'
		case udplite
			echo '\\w+'
		case tcp
			echo 'tcp'
		case tcp-ack
			echo 'tcp'
		case sctp
			echo '\\w+'
		case dccp
			echo '\\w+'
		case icmp-timestamp
			echo 'none'
		case raw
			echo 'protocol'
	end
end

# The methods that options without a value stand for, in the line.
function __sonde_short
	string match -qr -- "(^| )(--icmp |-[$__sonde_flags]*I)" $__sonde_line; and echo icmp
	string match -qr -- "(^| )(--tcp |-[$__sonde_flags]*T)" $__sonde_line; and echo tcp
	string match -qr -- "(^| )(--udp |-[$__sonde_flags]*U)" $__sonde_line; and echo udp
end

function __sonde_method_names
	printf '%s%s\t%s\n' '' icmp 'ICMP echo requests, as ping sends them'
	printf '%s%s\t%s\n' '' udp 'UDP, one constant flow'
	printf '%s%s\t%s\n' '' udp-classic 'UDP, the destination port counts up as in the first traceroute'
	printf '%s%s\t%s\n' '' udplite 'UDP-Lite, one constant flow'
	printf '%s%s\t%s\n' '' tcp 'TCP SYN, half open'
	printf '%s%s\t%s\n' '' tcp-ack 'TCP ACK of no connection'
	printf '%s%s\t%s\n' '' sctp 'SCTP INIT, never completed'
	printf '%s%s\t%s\n' '' dccp 'DCCP Request, half open'
	printf '%s%s\t%s\n' '' icmp-timestamp 'ICMP timestamp requests, IPv4 only'
	printf '%s%s\t%s\n' '' raw 'any other IP protocol: raw:gre, raw:47'
end

# Profiles stand in front of the operands. The program is asked: nobody else knows which files it reads, and which of
# them it believes.
function __sonde_may_profile
	__sonde_read
	string match -q -- '@*' "$__sonde_at"; and test (count $__sonde_operands) -eq 0
	and contains -- $__sonde_command $__sonde_configured
end

function __sonde_profiles
	command sonde docgen profiles (__sonde_config_on | string replace -r '=~/' "=$HOME/") 2>/dev/null | string replace -r '^' @
end

# Another program's command line, behind "--": whatever fish has for that.
function __sonde_other
	__sonde_read
	test $__sonde_command = sim; and contains -- -- (commandline -opc)
end

function __sonde_of_other
	set -l words (commandline -opc)
	set -l from (math (contains -i -- -- $words) + 1)
	complete -C "$(string join ' ' -- (string escape -- $words[$from..-1]) (commandline -ct))"
end

# Findings; behind icmp and icmp6 their messages.
function __sonde_explained
	set -l families (string match -r '^icmp6?$' -- (commandline -opc))
	switch "$families[-1]"
		case icmp
			__sonde_messages4
		case icmp6
			__sonde_messages6
		case '*'
			__sonde_findings
	end
	printf '%s\t%s\n' icmp 'an ICMP message' icmp6 'an ICMPv6 message'
end

# A format, with a file behind an equals sign.
function __sonde_output
	set -l now (__sonde_now)
	if set -l format (string match -rg '^([a-z-]+)=' -- $now)
		__fish_complete_path (string replace -r '^[a-z-]+=' '' -- $now) | string replace -r '^' "$format="
		return
	end
	__sonde_formats
end

function __sonde_config_on
	string match -rg -- '(?:^| )(?:-['$__sonde_flags']*C ?|--config[= ])(\S+)' $__sonde_line | string replace -r '^' -- --config=
	string match -qr -- '(^| )--no-config ' $__sonde_line; and echo -- --no-config
end

function __sonde_columns
	set -l before (__sonde_now | string match -rg '^(.*,)')
	printf '%s%s\t%s\n' "$before" hop 'distance in hops: the TTL the probes were sent with'
	printf '%s%s\t%s\n' "$before" address 'who answered; * for a silent hop'
	printf '%s%s\t%s\n' "$before" loss 'probes that got no answer; empty for a silent hop. A router that is busy or silent is no fault of the path'
	printf '%s%s\t%s\n' "$before" times 'round trip of each probe, with its mark; * for no answer'
	printf '%s%s\t%s\n' "$before" best 'shortest round trip'
	printf '%s%s\t%s\n' "$before" avg 'mean round trip'
	printf '%s%s\t%s\n' "$before" worst 'longest round trip'
	printf '%s%s\t%s\n' "$before" p95 'round trip that 95 % of the answers do not exceed'
	printf '%s%s\t%s\n' "$before" jitter 'mean difference between one round trip and the next'
	printf '%s%s\t%s\n' "$before" interval 'where the true loss lies with 95 % confidence (Wilson): wide where few were asked'
	printf '%s%s\t%s\n' "$before" sent 'probes sent and waited for'
	printf '%s%s\t%s\n' "$before" answered 'probes that this address answered'
	printf '%s%s\t%s\n' "$before" reply-ttl 'TTL or hop limit that the newest answer arrived with'
	printf '%s%s\t%s\n' "$before" name 'reverse name of the address; -n leaves it out'
	printf '%s%s\t%s\n' "$before" asn 'autonomous system that announces the address (--asn-db, --as-lookup)'
	printf '%s%s\t%s\n' "$before" network 'prefix that is announced (--asn-db, --as-lookup)'
	printf '%s%s\t%s\n' "$before" country 'where the address is used or registered (--geo-db, --as-lookup)'
	printf '%s%s\t%s\n' "$before" changed 'fields of the probes that had other values when they got there, sent and arrived'
end

function __sonde_formats
	printf '%s%s\t%s\n' '' text 'the table and what was found, as on a terminal'
	printf '%s%s\t%s\n' '' json 'one document with everything that is known'
	printf '%s%s\t%s\n' '' ndjson 'each event as it happens, a JSON document a line'
	printf '%s%s\t%s\n' '' csv 'a row per probe, as spreadsheets and databases read it'
	printf '%s%s\t%s\n' '' html 'one page with tables and drawings, to attach to a ticket'
	printf '%s%s\t%s\n' '' markdown 'tables and what was found, to paste into a ticket'
	printf '%s%s\t%s\n' '' dot 'the ways as a drawing, for Graphviz'
	printf '%s%s\t%s\n' '' prometheus 'metrics for node_exporter\'s textfile collector'
	printf '%s%s\t%s\n' '' traceroute 'the layout of Debian\'s traceroute, for what parses that'
	printf '%s%s\t%s\n' '' mtr-json 'a report as mtr --json writes it'
	printf '%s%s\t%s\n' '' atlas 'a traceroute result of RIPE Atlas'
	printf '%s%s\t%s\n' '' scamper-json 'a trace as scamper writes it in JSON'
end

function __sonde_findings
	printf '%s%s\t%s\n' '' local-firewall 'a firewall of this machine does not let the probes out'
	printf '%s%s\t%s\n' '' local-no-route 'this machine has no route to the target'
	printf '%s%s\t%s\n' '' local-link-down 'the interface that leads to the target is down'
	printf '%s%s\t%s\n' '' local-send-failed 'this machine could not send for another reason'
	printf '%s%s\t%s\n' '' local-rp-filter 'this machine drops answers that come in by an interface it would not send by'
	printf '%s%s\t%s\n' '' local-input-filter 'answers reach this machine, and its own firewall drops them'
	printf '%s%s\t%s\n' '' local-policy-route 'policy routing of this machine sends an application\'s packets another way than these probes'
	printf '%s%s\t%s\n' '' local-rst-held-back 'resets of this machine do not get out, so that SYN probes leave half-open connections at the target'
	printf '%s%s\t%s\n' '' local-neighbour-missing 'the next hop does not answer on this machine\'s own link'
	printf '%s%s\t%s\n' '' cut-short 'the trace was ended before all was known'
	printf '%s%s\t%s\n' '' tcp-reset-by-middlebox 'a TCP reset in the target\'s name comes from something on the way'
	printf '%s%s\t%s\n' '' port-unreachable-by-middlebox 'port-unreachable that is not the target\'s own word'
	printf '%s%s\t%s\n' '' answered-for-target 'something on the way answers in the target\'s name'
	printf '%s%s\t%s\n' '' syn-ack-missing 'a TCP port listens, but its SYN-ACKs do not come through'
	printf '%s%s\t%s\n' '' reached 'the target answered'
	printf '%s%s\t%s\n' '' unfinished 'ended from outside before the target had answered'
	printf '%s%s\t%s\n' '' loop 'routers hand the packets round in a circle'
	printf '%s%s\t%s\n' '' ttl-too-small 'the path is longer than -m allows'
	printf '%s%s\t%s\n' '' admin-prohibited 'somebody says that the packets are administratively prohibited'
	printf '%s%s\t%s\n' '' net-unreachable 'somebody says that it has no route to the target\'s network'
	printf '%s%s\t%s\n' '' host-unreachable 'somebody says that the target does not answer on its link'
	printf '%s%s\t%s\n' '' unreachable 'somebody refuses the packets for another reason'
	printf '%s%s\t%s\n' '' target-silent 'the last router answers, the target ignores this method'
	printf '%s%s\t%s\n' '' stops-silent 'after some hop nothing answers'
	printf '%s%s\t%s\n' '' checksum-spoiled 'the checksum of the packets is spoiled on the way, and the target is silent'
	printf '%s%s\t%s\n' '' filter-shape 'which field of its packets decides that a method does not pass'
	printf '%s%s\t%s\n' '' path-loss 'packets get lost from some hop on, all the way to the end'
	printf '%s%s\t%s\n' '' rate-limited-hop 'a router answers fewer probes than pass it'
	printf '%s%s\t%s\n' '' slow-to-answer 'a router takes long to answer, and not to forward'
	printf '%s%s\t%s\n' '' latency-step 'between two hops the round trip grows by much, and stays so to the end'
	printf '%s%s\t%s\n' '' asymmetric-return 'from some hop on the way back is longer than the way there'
	printf '%s%s\t%s\n' '' reply-from-target-early 'answers in the target\'s name came from nearer than the target'
	printf '%s%s\t%s\n' '' destination-nat 'time exceeded comes from the target\'s own address: packets are passed on behind it'
	printf '%s%s\t%s\n' '' many-responders 'several routers answer at one TTL'
	printf '%s%s\t%s\n' '' nat 'addresses or ports are translated on the way (NAT)'
	printf '%s%s\t%s\n' '' dscp-rewritten 'the DSCP was rewritten on the way'
	printf '%s%s\t%s\n' '' ecn-bleached 'ECN was taken off the packets on the way'
	printf '%s%s\t%s\n' '' ecn-rewritten 'the ECN codepoint was changed on the way'
	printf '%s%s\t%s\n' '' ecn-ce-marked 'packets are marked for congestion on the way'
	printf '%s%s\t%s\n' '' flow-label-rewritten 'the IPv6 flow label was rewritten on the way'
	printf '%s%s\t%s\n' '' sequence-rewritten 'TCP sequence numbers were moved on the way'
	printf '%s%s\t%s\n' '' mss-clamped 'the MSS of TCP was changed on the way'
	printf '%s%s\t%s\n' '' tcp-options-stripped 'TCP options were taken out on the way'
	printf '%s%s\t%s\n' '' fragment 'packets are cut into fragments on the way'
	printf '%s%s\t%s\n' '' ttl-rewritten 'the TTL was set anew on the way'
	printf '%s%s\t%s\n' '' hidden-hops 'hops are hidden: probes were answered with TTL left'
	printf '%s%s\t%s\n' '' zero-ttl-forwarding 'a router forwards packets with TTL 0'
	printf '%s%s\t%s\n' '' crowded 'hops were asked more often than routers commonly answer'
	printf '%s%s\t%s\n' '' stray-replies 'packets came that look like answers to this trace and are none'
	printf '%s%s\t%s\n' '' answers-damaged 'answers came whose checksums are wrong'
	printf '%s%s\t%s\n' '' local-overflow 'this machine lost answers because its receive buffer was full'
	printf '%s%s\t%s\n' '' pmtu 'how large a packet gets through in one piece, and which link takes no larger one'
	printf '%s%s\t%s\n' '' pmtu-blackhole 'packets above some size vanish, and no packet-too-big comes back'
	printf '%s%s\t%s\n' '' mtu-message-wrong 'a packet-too-big names an MTU that is not what the link takes'
	printf '%s%s\t%s\n' '' nothing-passes 'no method reaches the target, and all end at the same hop'
	printf '%s%s\t%s\n' '' ping-and-ports 'what ping says and what the ports say differ'
	printf '%s%s\t%s\n' '' answers-missing 'hops that answer some methods left others that pass them unanswered'
end

function __sonde_messages4
	printf '%s%s\t%s\n' '' time-exceeded 'the TTL ran out in transit'
	printf '%s%s\t%s\n' '' reassembly-exceeded 'fragments were missing at reassembly'
	printf '%s%s\t%s\n' '' echo-reply 'echo reply'
	printf '%s%s\t%s\n' '' timestamp-reply 'timestamp reply'
	printf '%s%s\t%s\n' '' port-unreachable 'the port is closed'
	printf '%s%s\t%s\n' '' net-unreachable 'no way to the network from there'
	printf '%s%s\t%s\n' '' host-unreachable 'no way to the host from there'
	printf '%s%s\t%s\n' '' protocol-unreachable 'the protocol is not served'
	printf '%s%s\t%s\n' '' admin-prohibited 'administratively prohibited'
	printf '%s%s\t%s\n' '' packet-too-big 'too big for the next link'
	printf '%s%s\t%s\n' '' source-route-failed 'source route failed'
	printf '%s%s\t%s\n' '' unreachable 'unreachable for another reason'
	printf '%s%s\t%s\n' '' precedence-violation 'host precedence violation'
	printf '%s%s\t%s\n' '' precedence-cutoff 'precedence cutoff in effect'
	printf '%s%s\t%s\n' '' parameter-problem 'a header field was not understood'
	printf '%s%s\t%s\n' '' echo-request 'echo request'
	printf '%s%s\t%s\n' '' other 'another message'
	printf '%s%s\t%s\n' '' 0 'echo reply'
	printf '%s%s\t%s\n' '' 3/0 'net unreachable'
	printf '%s%s\t%s\n' '' 3/1 'host unreachable'
	printf '%s%s\t%s\n' '' 3/2 'protocol unreachable'
	printf '%s%s\t%s\n' '' 3/3 'port unreachable'
	printf '%s%s\t%s\n' '' 3/4 'fragmentation needed and don\'t fragment was set'
	printf '%s%s\t%s\n' '' 3/5 'source route failed'
	printf '%s%s\t%s\n' '' 3/6 'destination network unknown'
	printf '%s%s\t%s\n' '' 3/7 'destination host unknown'
	printf '%s%s\t%s\n' '' 3/8 'source host isolated'
	printf '%s%s\t%s\n' '' 3/9 'communication with destination network administratively prohibited'
	printf '%s%s\t%s\n' '' 3/10 'communication with destination host administratively prohibited'
	printf '%s%s\t%s\n' '' 3/11 'destination network unreachable for type of service'
	printf '%s%s\t%s\n' '' 3/12 'destination host unreachable for type of service'
	printf '%s%s\t%s\n' '' 3/13 'communication administratively prohibited'
	printf '%s%s\t%s\n' '' 3/14 'host precedence violation'
	printf '%s%s\t%s\n' '' 3/15 'precedence cutoff in effect'
	printf '%s%s\t%s\n' '' 4 'source quench (deprecated)'
	printf '%s%s\t%s\n' '' 5/0 'redirect for the network'
	printf '%s%s\t%s\n' '' 5/1 'redirect for the host'
	printf '%s%s\t%s\n' '' 5/2 'redirect for the type of service and network'
	printf '%s%s\t%s\n' '' 5/3 'redirect for the type of service and host'
	printf '%s%s\t%s\n' '' 6/0 'alternate address for host (deprecated)'
	printf '%s%s\t%s\n' '' 8 'echo request'
	printf '%s%s\t%s\n' '' 9/0 'normal router advertisement'
	printf '%s%s\t%s\n' '' 9/16 'router advertisement, does not route common traffic'
	printf '%s%s\t%s\n' '' 10 'router solicitation'
	printf '%s%s\t%s\n' '' 11/0 'time to live exceeded in transit'
	printf '%s%s\t%s\n' '' 11/1 'fragment reassembly time exceeded'
	printf '%s%s\t%s\n' '' 12/0 'pointer indicates the error'
	printf '%s%s\t%s\n' '' 12/1 'missing a required option'
	printf '%s%s\t%s\n' '' 12/2 'bad length'
	printf '%s%s\t%s\n' '' 13 'timestamp'
	printf '%s%s\t%s\n' '' 14 'timestamp reply'
	printf '%s%s\t%s\n' '' 15 'information request (deprecated)'
	printf '%s%s\t%s\n' '' 16 'information reply (deprecated)'
	printf '%s%s\t%s\n' '' 17 'address mask request (deprecated)'
	printf '%s%s\t%s\n' '' 18 'address mask reply (deprecated)'
	printf '%s%s\t%s\n' '' 19 'reserved for security'
	printf '%s%s\t%s\n' '' 20 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 21 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 22 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 23 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 24 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 25 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 26 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 27 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 28 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 29 'reserved for robustness experiment'
	printf '%s%s\t%s\n' '' 30 'traceroute (deprecated)'
	printf '%s%s\t%s\n' '' 31 'datagram conversion error (deprecated)'
	printf '%s%s\t%s\n' '' 32 'mobile host redirect (deprecated)'
	printf '%s%s\t%s\n' '' 33 'IPv6 where-are-you (deprecated)'
	printf '%s%s\t%s\n' '' 34 'IPv6 I-am-here (deprecated)'
	printf '%s%s\t%s\n' '' 35 'mobile registration request (deprecated)'
	printf '%s%s\t%s\n' '' 36 'mobile registration reply (deprecated)'
	printf '%s%s\t%s\n' '' 37 'domain name request (deprecated)'
	printf '%s%s\t%s\n' '' 38 'domain name reply (deprecated)'
	printf '%s%s\t%s\n' '' 39 'SKIP (deprecated)'
	printf '%s%s\t%s\n' '' 40/0 'Photuris: bad SPI'
	printf '%s%s\t%s\n' '' 40/1 'Photuris: authentication failed'
	printf '%s%s\t%s\n' '' 40/2 'Photuris: decompression failed'
	printf '%s%s\t%s\n' '' 40/3 'Photuris: decryption failed'
	printf '%s%s\t%s\n' '' 40/4 'Photuris: need authentication'
	printf '%s%s\t%s\n' '' 40/5 'Photuris: need authorization'
	printf '%s%s\t%s\n' '' 41 'experimental mobility protocols such as Seamoby'
	printf '%s%s\t%s\n' '' 42/0 'extended echo request'
	printf '%s%s\t%s\n' '' 43/0 'extended echo reply'
	printf '%s%s\t%s\n' '' 43/1 'extended echo reply: malformed query'
	printf '%s%s\t%s\n' '' 43/2 'extended echo reply: no such interface'
	printf '%s%s\t%s\n' '' 43/3 'extended echo reply: no such table entry'
	printf '%s%s\t%s\n' '' 43/4 'extended echo reply: multiple interfaces satisfy query'
	printf '%s%s\t%s\n' '' 253 'experiment 1'
	printf '%s%s\t%s\n' '' 254 'experiment 2'
	printf '%s%s\t%s\n' '' 255 'reserved'
end

function __sonde_messages6
	printf '%s%s\t%s\n' '' time-exceeded 'the TTL ran out in transit'
	printf '%s%s\t%s\n' '' reassembly-exceeded 'fragments were missing at reassembly'
	printf '%s%s\t%s\n' '' echo-reply 'echo reply'
	printf '%s%s\t%s\n' '' port-unreachable 'the port is closed'
	printf '%s%s\t%s\n' '' net-unreachable 'no way to the network from there'
	printf '%s%s\t%s\n' '' host-unreachable 'no way to the host from there'
	printf '%s%s\t%s\n' '' protocol-unreachable 'the protocol is not served'
	printf '%s%s\t%s\n' '' admin-prohibited 'administratively prohibited'
	printf '%s%s\t%s\n' '' packet-too-big 'too big for the next link'
	printf '%s%s\t%s\n' '' source-route-failed 'source route failed'
	printf '%s%s\t%s\n' '' unreachable 'unreachable for another reason'
	printf '%s%s\t%s\n' '' parameter-problem 'a header field was not understood'
	printf '%s%s\t%s\n' '' echo-request 'echo request'
	printf '%s%s\t%s\n' '' other 'another message'
	printf '%s%s\t%s\n' '' 0 'reserved'
	printf '%s%s\t%s\n' '' 1/0 'no route to destination'
	printf '%s%s\t%s\n' '' 1/1 'communication with destination administratively prohibited'
	printf '%s%s\t%s\n' '' 1/2 'beyond scope of source address'
	printf '%s%s\t%s\n' '' 1/3 'address unreachable'
	printf '%s%s\t%s\n' '' 1/4 'port unreachable'
	printf '%s%s\t%s\n' '' 1/5 'source address failed ingress/egress policy'
	printf '%s%s\t%s\n' '' 1/6 'reject route to destination'
	printf '%s%s\t%s\n' '' 1/7 'error in source routing header'
	printf '%s%s\t%s\n' '' 1/8 'headers too long'
	printf '%s%s\t%s\n' '' 1/9 'error in P-route'
	printf '%s%s\t%s\n' '' 2 'packet too big'
	printf '%s%s\t%s\n' '' 3/0 'hop limit exceeded in transit'
	printf '%s%s\t%s\n' '' 3/1 'fragment reassembly time exceeded'
	printf '%s%s\t%s\n' '' 4/0 'erroneous header field encountered'
	printf '%s%s\t%s\n' '' 4/1 'unrecognized next header type encountered'
	printf '%s%s\t%s\n' '' 4/2 'unrecognized IPv6 option encountered'
	printf '%s%s\t%s\n' '' 4/3 'first fragment has incomplete header chain'
	printf '%s%s\t%s\n' '' 4/4 'SR upper-layer header error'
	printf '%s%s\t%s\n' '' 4/5 'unrecognized next header type encountered by intermediate node'
	printf '%s%s\t%s\n' '' 4/6 'extension header too big'
	printf '%s%s\t%s\n' '' 4/7 'extension header chain too long'
	printf '%s%s\t%s\n' '' 4/8 'too many extension headers'
	printf '%s%s\t%s\n' '' 4/9 'too many options in extension header'
	printf '%s%s\t%s\n' '' 4/10 'option too big'
	printf '%s%s\t%s\n' '' 100 'private experimentation'
	printf '%s%s\t%s\n' '' 101 'private experimentation'
	printf '%s%s\t%s\n' '' 127 'reserved for expansion of error messages'
	printf '%s%s\t%s\n' '' 128 'echo request'
	printf '%s%s\t%s\n' '' 129 'echo reply'
	printf '%s%s\t%s\n' '' 130 'multicast listener query'
	printf '%s%s\t%s\n' '' 131 'multicast listener report'
	printf '%s%s\t%s\n' '' 132 'multicast listener done'
	printf '%s%s\t%s\n' '' 133 'router solicitation'
	printf '%s%s\t%s\n' '' 134 'router advertisement'
	printf '%s%s\t%s\n' '' 135 'neighbor solicitation'
	printf '%s%s\t%s\n' '' 136 'neighbor advertisement'
	printf '%s%s\t%s\n' '' 137 'redirect'
	printf '%s%s\t%s\n' '' 138/0 'router renumbering command'
	printf '%s%s\t%s\n' '' 138/1 'router renumbering result'
	printf '%s%s\t%s\n' '' 138/255 'router renumbering sequence number reset'
	printf '%s%s\t%s\n' '' 139/0 'node information query for an IPv6 address'
	printf '%s%s\t%s\n' '' 139/1 'node information query for a name, or empty'
	printf '%s%s\t%s\n' '' 139/2 'node information query for an IPv4 address'
	printf '%s%s\t%s\n' '' 140/0 'node information response: success'
	printf '%s%s\t%s\n' '' 140/1 'node information response: refused'
	printf '%s%s\t%s\n' '' 140/2 'node information response: unknown query type'
	printf '%s%s\t%s\n' '' 141 'inverse neighbor discovery solicitation'
	printf '%s%s\t%s\n' '' 142 'inverse neighbor discovery advertisement'
	printf '%s%s\t%s\n' '' 143 'version 2 multicast listener report'
	printf '%s%s\t%s\n' '' 144 'home agent address discovery request'
	printf '%s%s\t%s\n' '' 145 'home agent address discovery reply'
	printf '%s%s\t%s\n' '' 146 'mobile prefix solicitation'
	printf '%s%s\t%s\n' '' 147 'mobile prefix advertisement'
	printf '%s%s\t%s\n' '' 148 'certification path solicitation'
	printf '%s%s\t%s\n' '' 149 'certification path advertisement'
	printf '%s%s\t%s\n' '' 150 'experimental mobility protocols such as Seamoby'
	printf '%s%s\t%s\n' '' 151 'multicast router advertisement'
	printf '%s%s\t%s\n' '' 152 'multicast router solicitation'
	printf '%s%s\t%s\n' '' 153 'multicast router termination'
	printf '%s%s\t%s\n' '' 154 'FMIPv6'
	printf '%s%s\t%s\n' '' 155 'RPL control'
	printf '%s%s\t%s\n' '' 156 'ILNPv6 locator update'
	printf '%s%s\t%s\n' '' 157/0 'duplicate address request'
	printf '%s%s\t%s\n' '' 157/1 'extended duplicate address request, 64-bit ROVR'
	printf '%s%s\t%s\n' '' 157/2 'extended duplicate address request, 128-bit ROVR'
	printf '%s%s\t%s\n' '' 157/3 'extended duplicate address request, 192-bit ROVR'
	printf '%s%s\t%s\n' '' 157/4 'extended duplicate address request, 256-bit ROVR'
	printf '%s%s\t%s\n' '' 158/0 'duplicate address confirmation'
	printf '%s%s\t%s\n' '' 158/1 'extended duplicate address confirmation, 64-bit ROVR'
	printf '%s%s\t%s\n' '' 158/2 'extended duplicate address confirmation, 128-bit ROVR'
	printf '%s%s\t%s\n' '' 158/3 'extended duplicate address confirmation, 192-bit ROVR'
	printf '%s%s\t%s\n' '' 158/4 'extended duplicate address confirmation, 256-bit ROVR'
	printf '%s%s\t%s\n' '' 159 'MPL control'
	printf '%s%s\t%s\n' '' 160/0 'extended echo request'
	printf '%s%s\t%s\n' '' 161/0 'extended echo reply'
	printf '%s%s\t%s\n' '' 161/1 'extended echo reply: malformed query'
	printf '%s%s\t%s\n' '' 161/2 'extended echo reply: no such interface'
	printf '%s%s\t%s\n' '' 161/3 'extended echo reply: no such table entry'
	printf '%s%s\t%s\n' '' 161/4 'extended echo reply: multiple interfaces satisfy query'
	printf '%s%s\t%s\n' '' 200 'private experimentation'
	printf '%s%s\t%s\n' '' 201 'private experimentation'
	printf '%s%s\t%s\n' '' 255 'reserved for expansion of informational messages'
end

complete -c sonde -f
complete -c sonde -n __sonde_may_profile -a '(__sonde_profiles)' -d profile
complete -c sonde -n __sonde_other -x -a '(__sonde_of_other)'
complete -c sonde -n __sonde_first -a trace -d 'map the path to each host'
complete -c sonde -n '__sonde_runs trace 32767' -a '(__sonde_hosts)'
complete -c sonde -n __sonde_first -a compare -d 'show which kinds of packet get through to a host'
complete -c sonde -n '__sonde_runs compare 1' -a '(__sonde_hosts)'
complete -c sonde -n __sonde_first -a mtu -d 'measure the path MTU, and find what is narrower or swallows large packets'
complete -c sonde -n '__sonde_runs mtu 1' -a '(__sonde_hosts)'
complete -c sonde -n __sonde_first -a probe-interface -d 'ask a router about one of its interfaces'
complete -c sonde -n '__sonde_runs probe-interface 1' -a '(__sonde_hosts)'
complete -c sonde -n __sonde_first -a explain -d 'say what a finding, a mark or an ICMP message means'
complete -c sonde -n '__sonde_runs explain 32767' -a '(__sonde_explained)'
complete -c sonde -n __sonde_first -a replay -d 'show the traces in a capture of any tool\'s packets'
complete -c sonde -n '__sonde_runs replay 1' -a '(__sonde_files pcap pcapng cap)'
complete -c sonde -n __sonde_first -a doctor -d 'say what this machine allows, and how to mend the rest'
complete -c sonde -n '__sonde_runs doctor 0'
complete -c sonde -n __sonde_first -a sim -d 'run a command inside a simulated network'
complete -c sonde -n '__sonde_runs sim 1' -a '(__sonde_files net)'
complete -c sonde -n __sonde_first -a completion -d 'print the completions for a shell'
complete -c sonde -n '__sonde_runs completion 1' -x -a 'bash zsh fish'
complete -c sonde -n __sonde_first -a help -d 'print the help of sonde, or of a subcommand'
complete -c sonde -n '__sonde_runs help 1' -x -a 'trace compare mtu probe-interface explain replay doctor sim completion help'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "-4 --ipv4" "ipv4|ipv6" "46"' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "-6 --ipv6" "ipv4|ipv6" "46"' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sonde -n '__sonde_may "trace mtu" "-I --icmp" "icmp|tcp|udp|method" "ITUM"' -s I -l icmp -d 'short for -M icmp'
complete -c sonde -n '__sonde_may "trace mtu" "-T --tcp" "icmp|tcp|udp|method" "ITUM"' -s T -l tcp -d 'short for -M tcp'
complete -c sonde -n '__sonde_may "trace mtu" "-U --udp" "icmp|tcp|udp|method" "ITUM"' -s U -l udp -d 'short for -M udp'
complete -c sonde -n '__sonde_may "trace compare mtu" "-M --method" "icmp|tcp|udp" "ITU"' -s M -l method -d 'kind of probe, with a port or a service name' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_may "compare" "--require" "require" ""' -l require -d 'the exit status says whether this method reached the target' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_may "compare" "--shape" "shape" ""' -l shape -d 'find out which field a filter looks at'
complete -c sonde -n '__sonde_may "probe-interface" "--if" "if" ""' -l if -d 'the interface that is asked about, by its name, number or address there' -x
complete -c sonde -n '__sonde_may "probe-interface" "--neighbour" "neighbour" "" "if"' -l neighbour -d 'the interface is that of a node connected to ROUTER'
complete -c sonde -n '__sonde_may "trace mtu" "-p --port" "port" "p" "" udp udp-classic udplite tcp tcp-ack sctp dccp' -s p -l port -d 'destination port, number or service name' -x -a '(__sonde_services)'
complete -c sonde -n '__sonde_may "trace mtu" "--sport" "sport" "" "" udp udp-classic udplite tcp tcp-ack sctp dccp' -l sport -d 'source port' -x
complete -c sonde -n '__sonde_may "trace compare" "--size" "size" ""' -l size -d 'length of the whole IP packet' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "-t --tos" "tos|dscp|ecn" "t"' -s t -l tos -d 'TOS byte of IPv4, traffic class of IPv6' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--dscp" "tos|dscp" "t"' -l dscp -d 'differentiated services codepoint' -x -a 'default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0'
complete -c sonde -n '__sonde_may "trace compare mtu" "--ecn" "tos|ecn" "t"' -l ecn -d 'explicit congestion notification' -x -a 'none ect1 ect0 ce'
complete -c sonde -n '__sonde_may "trace compare mtu" "--flow-label" "flow-label" ""' -l flow-label -d 'flow label of IPv6' -x
complete -c sonde -n '__sonde_may "trace" "--payload" "payload" "" "" udp udp-classic tcp tcp-ack' -l payload -d 'what probes carry, a file, or one of these' -r -F -a 'dns ntp quic tls'
complete -c sonde -n '__sonde_may "trace" "--tcp-options" "tcp-options" "" "" tcp tcp-ack' -l tcp-options -d 'options of TCP probes, of these' -x -a '(__sonde_list mss= sack ts ws= tfo mptcp none)'
complete -c sonde -n '__sonde_may "trace compare" "--df" "df|no-df" ""' -l df -d 'forbid routers to fragment IPv4 probes: so it is without this option'
complete -c sonde -n '__sonde_may "trace compare" "--no-df" "df|no-df|mtu" ""' -l no-df -d 'let probes be fragmented'
complete -c sonde -n '__sonde_may "trace compare mtu" "--force" "force" ""' -l force -d 'trace multicast, broadcast or unspecified targets too'
complete -c sonde -n '__sonde_may "trace compare mtu" "-f --first" "first" "f"' -s f -l first -d 'first hop to probe' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "-m --max-hops" "max-hops" "m"' -s m -l max-hops -d 'last hop to probe' -x
complete -c sonde -n '__sonde_may "trace probe-interface" "-q --queries" "queries" "q"' -s q -l queries -d 'probes per hop' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--gap" "gap" ""' -l gap -d 'stop after this many silent hops in a row' -x
complete -c sonde -n '__sonde_may "trace" "-N --sim-queries" "sim-queries" "N"' -s N -l sim-queries -d 'probes in flight at once' -x
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "-w --wait" "wait" "w"' -s w -l wait -d 'wait for one answer where nothing farther has answered' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "-z --sendwait" "sendwait" "z"' -s z -l sendwait -d 'least time between two probes' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--rate" "rate" ""' -l rate -d 'send at most so many probes a second in all' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--attribution" "attribution" ""' -l attribution -d 'whom to ask about the probes, in each of them (RFC 9511)' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--deadline" "deadline" ""' -l deadline -d 'end after this time with what is known then' -x
complete -c sonde -n '__sonde_may "trace" "--no-wait" "no-wait" ""' -l no-wait -d 'end as soon as the rows stand'
complete -c sonde -n '__sonde_may "trace" "--investigate" "investigate|repeat" ""' -l investigate -d 'afterwards ask hops that left probes unanswered what their limiter allows'
complete -c sonde -n '__sonde_may "trace" "--mtu" "no-df|mtu|repeat" ""' -l mtu -d 'afterwards measure the path MTU, as "sonde mtu" does'
complete -c sonde -n '__sonde_may "trace" "--targets" "targets|repeat" ""' -l targets -d 'trace the hosts that FILE lists, too' -r -F
complete -c sonde -n '__sonde_may "trace" "--parallel" "parallel" "" "targets"' -l parallel -d 'hosts of a list that are traced at once' -x
complete -c sonde -n '__sonde_may "trace" "--repeat" "investigate|mtu|targets|repeat|detail" ""' -l repeat -d 'trace so often, and show one table of all together' -x
complete -c sonde -n '__sonde_may "trace" "--interval" "interval" "" "repeat"' -l interval -d 'time from one trace\'s beginning to the next' -x
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "-i --interface" "interface" "i"' -s i -l interface -d 'network interface or VRF to send through' -x -a '(__fish_print_interfaces)'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "-s --source" "source" "s"' -s s -l source -d 'source address; one of this machine\'s' -x -a '(__sonde_addresses)'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "--mark" "mark" ""' -l mark -d 'firewall mark of the probes, for policy routing' -x
complete -c sonde -n '__sonde_may "trace compare mtu" "--wire" "wire|sim" ""' -l wire -d 'raw sockets, unprivileged sockets, or the best allowed' -x -a 'auto raw dgram'
complete -c sonde -n '__sonde_may "trace" "--all-addresses" "all-addresses" ""' -l all-addresses -d 'trace every address of a name, not only the first'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface replay" "-o --output" "" ""' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_may "trace replay" "--columns" "columns" ""' -l columns -d 'columns of the hop table, separated by commas' -x -a '(__sonde_columns)'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "-n --numeric" "numeric" "n"' -s n -l numeric -d 'show addresses without names'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--resolve-wait" "resolve-wait" ""' -l resolve-wait -d 'wait for names so long at most, once a row is written for good' -x
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--dns-server" "dns-server" ""' -l dns-server -d 'name server to ask about addresses' -x
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--asn-db" "asn-db" ""' -l asn-db -d 'database of autonomous systems, in MaxMind\'s format' -x -a '(__sonde_files mmdb)'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--geo-db" "geo-db" ""' -l geo-db -d 'database of countries, in MaxMind\'s format' -x -a '(__sonde_files mmdb)'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "-A --as-lookup" "as-lookup" "A"' -s A -l as-lookup -d 'ask name servers which network an address belongs to'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--asn-zone" "asn-zone" "" "as-lookup"' -l asn-zone -d 'DNS zone that --as-lookup asks' -x
complete -c sonde -n '__sonde_may "trace compare replay" "--lost" "lost" ""' -l lost -d 'list the unanswered probes as a firewall\'s log would show them'
complete -c sonde -n '__sonde_may "trace replay" "--detail" "repeat|detail" ""' -l detail -d 'show one probe of this hop and its answer, byte by byte' -x
complete -c sonde -n '__sonde_may "replay" "--apart" "apart" ""' -l apart -d 'a table for each trace, also of a comparison, rounds, searches for the MTU and for limiters'
complete -c sonde -n '__sonde_may "trace compare mtu replay doctor" "--color" "color" ""' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_may "trace compare mtu replay doctor" "--ascii" "ascii" ""' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_may "trace compare mtu replay doctor" "--wide" "wide" ""' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_may "trace compare mtu replay" "--findings" "findings" ""' -l findings -d 'list what was found below each table, for scripts'
complete -c sonde -n '__sonde_may "trace compare mtu" "--write-capture" "write-capture" ""' -l write-capture -d 'store what is sent and received in a pcap file' -r -F
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "--sim" "wire|sim" ""' -l sim -d 'trace the network described in FILE; no packet leaves' -x -a '(__sonde_files net)'
complete -c sonde -n '__sonde_may "sim" "--seed" "seed" ""' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "--seed" "seed" "" "sim"' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface" "--realtime" "realtime" "" "sim"' -l realtime -d 'let simulated time pass as real time does'
complete -c sonde -n '__sonde_may "sim" "--here" "here" ""' -l here -d 'put the device into this network namespace'
complete -c sonde -n '__sonde_may "completion" "--traceroute" "traceroute" ""' -l traceroute -d 'completions of a link called traceroute'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface replay doctor" "-C --config" "config|no-config" "C"' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface replay doctor" "--no-config" "config|no-config" "C"' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface replay doctor" "--show-config" "show-config" ""' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface explain replay doctor sim completion help" "-h --help" "help" "h"' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_may "trace compare mtu probe-interface explain replay doctor sim completion help" "-V --version" "version" "V"' -s V -l version -d 'show the version'
