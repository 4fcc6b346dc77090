# SPDX-License-Identifier: MIT
# fish completion for sonde. Generated from the program's tables by 'sonde completion fish'; do not edit.

function __sonde_services
	string match -rg '^([a-z][^\s]*)' < /etc/services
end

# some of the words, separated by commas
function __sonde_list
	set -l before (commandline -ct | string replace -r '^--[a-z-]*=' '' | string match -rg '^(.*,)')
	printf "$before%s\n" $argv
end

function __sonde_protocols
	string match -rg '^([a-z][^\s]*)' < /etc/protocols
end

function __sonde_addresses
	ip -o address show 2>/dev/null | string match -rg 'inet6? ([^/ ]+)'
end

function __sonde_first
	test (count (commandline -opc)) -eq 1
end

# Whether the subcommand $argv[1] runs: the first word where it names one.
function __sonde_runs
	set -l words (commandline -opc)
	set -l runs trace
	if test (count $words) -gt 1; and contains -- $words[2] trace compare mtu probe-interface explain replay doctor sim completion
		set runs $words[2]
	end
	test $runs = $argv[1]
end

function __sonde_methods
	set -l now (commandline -ct | string replace -r '^(--method=|-M)' '')
	if set -l method (string match -rg '^([a-z-]+):' -- $now)
		if contains -- $method raw
			__sonde_protocols | string replace -r '^' "$method:"
		else
			__sonde_services | string replace -r '^' "$method:"
		end
		return
	end
	printf '%s\t%s\n' icmp 'ICMP echo requests, as ping sends them'
	printf '%s\t%s\n' udp 'UDP, one constant flow'
	printf '%s\t%s\n' udp-classic 'UDP, the destination port counts up as in the first traceroute'
	printf '%s\t%s\n' udplite 'UDP-Lite, one constant flow'
	printf '%s\t%s\n' tcp 'TCP SYN, half open'
	printf '%s\t%s\n' tcp-ack 'TCP ACK of no connection'
	printf '%s\t%s\n' sctp 'SCTP INIT, never completed'
	printf '%s\t%s\n' dccp 'DCCP Request, half open'
	printf '%s\t%s\n' icmp-timestamp 'ICMP timestamp requests, IPv4 only'
	printf '%s\t%s\n' raw 'any other IP protocol: raw:gre, raw:47'
end

function __sonde_columns
	set -l before (commandline -ct | string replace -r '^--columns=' '' | string match -rg '^(.*,)')
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
	printf '%s%s\t%s\n' "$before" changed 'fields of the probes that had other values when they got there, sent and arrived'
end

function __sonde_output
	set -l now (commandline -ct | string replace -r '^(--output=|-o)' '')
	if set -l format (string match -rg '^([a-z-]+)=' -- $now)
		__fish_complete_path (string replace -r '^[a-z-]+=' '' -- $now) | string replace -r '^' "$format="
		return
	end
	printf '%s\t%s\n' text 'the table and what was found, as on a terminal'
	printf '%s\t%s\n' json 'one document with everything that is known'
	printf '%s\t%s\n' ndjson 'each event as it happens, a JSON document a line'
	printf '%s\t%s\n' csv 'a row per probe, as spreadsheets and databases read it'
	printf '%s\t%s\n' html 'one page with tables and drawings, to attach to a ticket'
	printf '%s\t%s\n' markdown 'tables and what was found, to paste into a ticket'
	printf '%s\t%s\n' dot 'the ways as a drawing, for Graphviz'
	printf '%s\t%s\n' prometheus 'metrics for node_exporter\'s textfile collector'
	printf '%s\t%s\n' traceroute 'the layout of Debian\'s traceroute, for what parses that'
	printf '%s\t%s\n' mtr-json 'a report as mtr --json writes it'
	printf '%s\t%s\n' atlas 'a traceroute result of RIPE Atlas'
	printf '%s\t%s\n' scamper-json 'a trace as scamper writes it in JSON'
end

function __sonde_findings
	printf '%s\t%s\n' local-firewall 'a firewall of this machine does not let the probes out'
	printf '%s\t%s\n' local-no-route 'this machine has no route to the target'
	printf '%s\t%s\n' local-link-down 'the interface that leads to the target is down'
	printf '%s\t%s\n' local-send-failed 'this machine could not send for another reason'
	printf '%s\t%s\n' local-rp-filter 'this machine drops answers that come in by an interface it would not send by'
	printf '%s\t%s\n' local-input-filter 'answers reach this machine, and its own firewall drops them'
	printf '%s\t%s\n' local-policy-route 'policy routing of this machine sends an application\'s packets another way than these probes'
	printf '%s\t%s\n' local-rst-held-back 'resets of this machine do not get out, so that SYN probes leave half-open connections at the target'
	printf '%s\t%s\n' local-neighbour-missing 'the next hop does not answer on this machine\'s own link'
	printf '%s\t%s\n' cut-short 'the trace was ended before all was known'
	printf '%s\t%s\n' tcp-reset-by-middlebox 'a TCP reset in the target\'s name comes from something on the way'
	printf '%s\t%s\n' port-unreachable-by-middlebox 'port-unreachable that is not the target\'s own word'
	printf '%s\t%s\n' answered-for-target 'something on the way answers in the target\'s name'
	printf '%s\t%s\n' syn-ack-missing 'a TCP port listens, but its SYN-ACKs do not come through'
	printf '%s\t%s\n' reached 'the target answered'
	printf '%s\t%s\n' unfinished 'ended from outside before the target had answered'
	printf '%s\t%s\n' loop 'routers hand the packets round in a circle'
	printf '%s\t%s\n' ttl-too-small 'the path is longer than -m allows'
	printf '%s\t%s\n' admin-prohibited 'somebody says that the packets are administratively prohibited'
	printf '%s\t%s\n' net-unreachable 'somebody says that it has no route to the target\'s network'
	printf '%s\t%s\n' host-unreachable 'somebody says that the target does not answer on its link'
	printf '%s\t%s\n' unreachable 'somebody refuses the packets for another reason'
	printf '%s\t%s\n' target-silent 'the last router answers, the target ignores this method'
	printf '%s\t%s\n' stops-silent 'after some hop nothing answers'
	printf '%s\t%s\n' checksum-spoiled 'the checksum of the packets is spoiled on the way, and the target is silent'
	printf '%s\t%s\n' filter-shape 'which field of its packets decides that a method does not pass'
	printf '%s\t%s\n' path-loss 'packets get lost from some hop on, all the way to the end'
	printf '%s\t%s\n' rate-limited-hop 'a router answers fewer probes than pass it'
	printf '%s\t%s\n' slow-to-answer 'a router takes long to answer, and not to forward'
	printf '%s\t%s\n' latency-step 'between two hops the round trip grows by much, and stays so to the end'
	printf '%s\t%s\n' asymmetric-return 'from some hop on the way back is longer than the way there'
	printf '%s\t%s\n' reply-from-target-early 'answers in the target\'s name came from nearer than the target'
	printf '%s\t%s\n' destination-nat 'time exceeded comes from the target\'s own address: packets are passed on behind it'
	printf '%s\t%s\n' many-responders 'several routers answer at one TTL'
	printf '%s\t%s\n' nat 'addresses or ports are translated on the way (NAT)'
	printf '%s\t%s\n' dscp-rewritten 'the DSCP was rewritten on the way'
	printf '%s\t%s\n' ecn-bleached 'ECN was taken off the packets on the way'
	printf '%s\t%s\n' ecn-rewritten 'the ECN codepoint was changed on the way'
	printf '%s\t%s\n' ecn-ce-marked 'packets are marked for congestion on the way'
	printf '%s\t%s\n' flow-label-rewritten 'the IPv6 flow label was rewritten on the way'
	printf '%s\t%s\n' mss-clamped 'the MSS of TCP was changed on the way'
	printf '%s\t%s\n' tcp-options-stripped 'TCP options were taken out on the way'
	printf '%s\t%s\n' fragment 'packets are cut into fragments on the way'
	printf '%s\t%s\n' ttl-rewritten 'the TTL was set anew on the way'
	printf '%s\t%s\n' hidden-hops 'hops are hidden: probes were answered with TTL left'
	printf '%s\t%s\n' zero-ttl-forwarding 'a router forwards packets with TTL 0'
	printf '%s\t%s\n' crowded 'hops were asked more often than routers commonly answer'
	printf '%s\t%s\n' stray-replies 'packets came that look like answers to this trace and are none'
	printf '%s\t%s\n' local-overflow 'this machine lost answers because its receive buffer was full'
	printf '%s\t%s\n' pmtu 'how large a packet gets through in one piece, and which link takes no larger one'
	printf '%s\t%s\n' pmtu-blackhole 'packets above some size vanish, and no packet-too-big comes back'
	printf '%s\t%s\n' mtu-message-wrong 'a packet-too-big names an MTU that is not what the link takes'
	printf '%s\t%s\n' nothing-passes 'no method reaches the target, and all end at the same hop'
	printf '%s\t%s\n' ping-and-ports 'what ping says and what the ports say differ'
	printf '%s\t%s\n' answers-missing 'hops that answer some methods left others that pass them unanswered'
	printf '%s\t%s\n' icmp 'an ICMP message' icmp6 'an ICMPv6 message'
end

complete -c sonde -f

complete -c sonde -n __sonde_first -a trace -d 'map the path to each host'
complete -c sonde -n '__sonde_runs trace' -a '(__fish_print_hostnames)'
complete -c sonde -n '__sonde_runs trace' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sonde -n '__sonde_runs trace' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sonde -n '__sonde_runs trace' -s I -l icmp -d 'short for -M icmp'
complete -c sonde -n '__sonde_runs trace' -s T -l tcp -d 'short for -M tcp'
complete -c sonde -n '__sonde_runs trace' -s U -l udp -d 'short for -M udp'
complete -c sonde -n '__sonde_runs trace' -s M -l method -d 'kind of probe, with a port or a service name' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_runs trace' -s p -l port -d 'destination port, number or service name' -x -a '(__sonde_services)'
complete -c sonde -n '__sonde_runs trace' -l sport -d 'source port' -x
complete -c sonde -n '__sonde_runs trace' -l size -d 'length of the whole IP packet' -x
complete -c sonde -n '__sonde_runs trace' -s t -l tos -d 'TOS byte of IPv4, traffic class of IPv6' -x
complete -c sonde -n '__sonde_runs trace' -l dscp -d 'differentiated services codepoint' -x -a 'default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0'
complete -c sonde -n '__sonde_runs trace' -l ecn -d 'explicit congestion notification' -x -a 'none ect1 ect0 ce'
complete -c sonde -n '__sonde_runs trace' -l flow-label -d 'flow label of IPv6' -x
complete -c sonde -n '__sonde_runs trace' -l payload -d 'what probes carry, a file, or one of these' -r -F -a 'dns ntp quic tls'
complete -c sonde -n '__sonde_runs trace' -l tcp-options -d 'options of TCP probes, of these' -x -a '(__sonde_list mss= sack ts ws= tfo mptcp none)'
complete -c sonde -n '__sonde_runs trace' -l df -d 'forbid routers to fragment IPv4 probes: so it is without this option'
complete -c sonde -n '__sonde_runs trace' -l no-df -d 'let probes be fragmented'
complete -c sonde -n '__sonde_runs trace' -l force -d 'trace multicast, broadcast or unspecified targets too'
complete -c sonde -n '__sonde_runs trace' -s f -l first -d 'first hop to probe' -x
complete -c sonde -n '__sonde_runs trace' -s m -l max-hops -d 'last hop to probe' -x
complete -c sonde -n '__sonde_runs trace' -s q -l queries -d 'probes per hop' -x
complete -c sonde -n '__sonde_runs trace' -l gap -d 'stop after this many silent hops in a row' -x
complete -c sonde -n '__sonde_runs trace' -s N -l sim-queries -d 'probes in flight at once' -x
complete -c sonde -n '__sonde_runs trace' -s w -l wait -d 'wait for one answer where nothing farther has answered' -x
complete -c sonde -n '__sonde_runs trace' -s z -l sendwait -d 'least time between two probes' -x
complete -c sonde -n '__sonde_runs trace' -l deadline -d 'end after this time with what is known then' -x
complete -c sonde -n '__sonde_runs trace' -l no-wait -d 'end as soon as the rows stand'
complete -c sonde -n '__sonde_runs trace' -l investigate -d 'afterwards ask hops that left probes unanswered what their limiter allows'
complete -c sonde -n '__sonde_runs trace' -l mtu -d 'afterwards measure the path MTU, as "sonde mtu" does'
complete -c sonde -n '__sonde_runs trace' -l targets -d 'trace the hosts that FILE lists, too' -r -F
complete -c sonde -n '__sonde_runs trace' -l parallel -d 'hosts of a list that are traced at once' -x
complete -c sonde -n '__sonde_runs trace' -l repeat -d 'trace so often, and show one table of all together' -x
complete -c sonde -n '__sonde_runs trace' -l interval -d 'time from one trace\'s beginning to the next' -x
complete -c sonde -n '__sonde_runs trace' -s i -l interface -d 'network interface or VRF to send through' -x -a '(__fish_print_interfaces)'
complete -c sonde -n '__sonde_runs trace' -s s -l source -d 'source address; one of this machine\'s' -x -a '(__sonde_addresses)'
complete -c sonde -n '__sonde_runs trace' -l mark -d 'firewall mark of the probes, for policy routing' -x
complete -c sonde -n '__sonde_runs trace' -l wire -d 'raw sockets, unprivileged sockets, or the best allowed' -x -a 'auto raw dgram'
complete -c sonde -n '__sonde_runs trace' -l all-addresses -d 'trace every address of a name, not only the first'
complete -c sonde -n '__sonde_runs trace' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_runs trace' -l columns -d 'columns of the hop table, separated by commas' -x -a '(__sonde_columns)'
complete -c sonde -n '__sonde_runs trace' -s n -l numeric -d 'show addresses without names'
complete -c sonde -n '__sonde_runs trace' -l lost -d 'list the unanswered probes as a firewall\'s log would show them'
complete -c sonde -n '__sonde_runs trace' -l detail -d 'show one probe of this hop and its answer, byte by byte' -x
complete -c sonde -n '__sonde_runs trace' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_runs trace' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_runs trace' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_runs trace' -l findings -d 'list what was found below each table, for scripts'
complete -c sonde -n '__sonde_runs trace' -l write-capture -d 'store what is sent and received in a pcap file' -r -F
complete -c sonde -n '__sonde_runs trace' -l sim -d 'trace the network described in FILE; no packet leaves' -r -F
complete -c sonde -n '__sonde_runs trace' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_runs trace' -l realtime -d 'let simulated time pass as real time does'
complete -c sonde -n '__sonde_runs trace' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs trace' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs trace' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs trace' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs trace' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a compare -d 'show which kinds of packet get through to a host'
complete -c sonde -n '__sonde_runs compare' -a '(__fish_print_hostnames)'
complete -c sonde -n '__sonde_runs compare' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sonde -n '__sonde_runs compare' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sonde -n '__sonde_runs compare' -s M -l method -d 'kind of probe, with a port or a service name' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_runs compare' -l require -d 'the exit status says whether this method reached the target' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_runs compare' -l shape -d 'find out which field a filter looks at'
complete -c sonde -n '__sonde_runs compare' -l size -d 'length of the whole IP packet' -x
complete -c sonde -n '__sonde_runs compare' -s t -l tos -d 'TOS byte of IPv4, traffic class of IPv6' -x
complete -c sonde -n '__sonde_runs compare' -l dscp -d 'differentiated services codepoint' -x -a 'default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0'
complete -c sonde -n '__sonde_runs compare' -l ecn -d 'explicit congestion notification' -x -a 'none ect1 ect0 ce'
complete -c sonde -n '__sonde_runs compare' -l flow-label -d 'flow label of IPv6' -x
complete -c sonde -n '__sonde_runs compare' -l df -d 'forbid routers to fragment IPv4 probes: so it is without this option'
complete -c sonde -n '__sonde_runs compare' -l no-df -d 'let probes be fragmented'
complete -c sonde -n '__sonde_runs compare' -l force -d 'trace multicast, broadcast or unspecified targets too'
complete -c sonde -n '__sonde_runs compare' -s f -l first -d 'first hop to probe' -x
complete -c sonde -n '__sonde_runs compare' -s m -l max-hops -d 'last hop to probe' -x
complete -c sonde -n '__sonde_runs compare' -l gap -d 'stop after this many silent hops in a row' -x
complete -c sonde -n '__sonde_runs compare' -s w -l wait -d 'wait for one answer where nothing farther has answered' -x
complete -c sonde -n '__sonde_runs compare' -s z -l sendwait -d 'least time between two probes' -x
complete -c sonde -n '__sonde_runs compare' -l deadline -d 'end after this time with what is known then' -x
complete -c sonde -n '__sonde_runs compare' -s i -l interface -d 'network interface or VRF to send through' -x -a '(__fish_print_interfaces)'
complete -c sonde -n '__sonde_runs compare' -s s -l source -d 'source address; one of this machine\'s' -x -a '(__sonde_addresses)'
complete -c sonde -n '__sonde_runs compare' -l mark -d 'firewall mark of the probes, for policy routing' -x
complete -c sonde -n '__sonde_runs compare' -l wire -d 'raw sockets, unprivileged sockets, or the best allowed' -x -a 'auto raw dgram'
complete -c sonde -n '__sonde_runs compare' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_runs compare' -s n -l numeric -d 'show addresses without names'
complete -c sonde -n '__sonde_runs compare' -l lost -d 'list the unanswered probes as a firewall\'s log would show them'
complete -c sonde -n '__sonde_runs compare' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_runs compare' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_runs compare' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_runs compare' -l findings -d 'list what was found below each table, for scripts'
complete -c sonde -n '__sonde_runs compare' -l write-capture -d 'store what is sent and received in a pcap file' -r -F
complete -c sonde -n '__sonde_runs compare' -l sim -d 'trace the network described in FILE; no packet leaves' -r -F
complete -c sonde -n '__sonde_runs compare' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_runs compare' -l realtime -d 'let simulated time pass as real time does'
complete -c sonde -n '__sonde_runs compare' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs compare' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs compare' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs compare' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs compare' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a mtu -d 'measure the path MTU, and find what is narrower or swallows large packets'
complete -c sonde -n '__sonde_runs mtu' -a '(__fish_print_hostnames)'
complete -c sonde -n '__sonde_runs mtu' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sonde -n '__sonde_runs mtu' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sonde -n '__sonde_runs mtu' -s I -l icmp -d 'short for -M icmp'
complete -c sonde -n '__sonde_runs mtu' -s T -l tcp -d 'short for -M tcp'
complete -c sonde -n '__sonde_runs mtu' -s U -l udp -d 'short for -M udp'
complete -c sonde -n '__sonde_runs mtu' -s M -l method -d 'kind of probe, with a port or a service name' -x -a '(__sonde_methods)'
complete -c sonde -n '__sonde_runs mtu' -s p -l port -d 'destination port, number or service name' -x -a '(__sonde_services)'
complete -c sonde -n '__sonde_runs mtu' -l sport -d 'source port' -x
complete -c sonde -n '__sonde_runs mtu' -s t -l tos -d 'TOS byte of IPv4, traffic class of IPv6' -x
complete -c sonde -n '__sonde_runs mtu' -l dscp -d 'differentiated services codepoint' -x -a 'default le cs1 af11 af12 af13 cs2 af21 af22 af23 cs3 af31 af32 af33 cs4 af41 af42 af43 cs5 va ef cs6 cs7 cs0'
complete -c sonde -n '__sonde_runs mtu' -l ecn -d 'explicit congestion notification' -x -a 'none ect1 ect0 ce'
complete -c sonde -n '__sonde_runs mtu' -l flow-label -d 'flow label of IPv6' -x
complete -c sonde -n '__sonde_runs mtu' -l force -d 'trace multicast, broadcast or unspecified targets too'
complete -c sonde -n '__sonde_runs mtu' -s f -l first -d 'first hop to probe' -x
complete -c sonde -n '__sonde_runs mtu' -s m -l max-hops -d 'last hop to probe' -x
complete -c sonde -n '__sonde_runs mtu' -l gap -d 'stop after this many silent hops in a row' -x
complete -c sonde -n '__sonde_runs mtu' -s w -l wait -d 'wait for one answer where nothing farther has answered' -x
complete -c sonde -n '__sonde_runs mtu' -s z -l sendwait -d 'least time between two probes' -x
complete -c sonde -n '__sonde_runs mtu' -l deadline -d 'end after this time with what is known then' -x
complete -c sonde -n '__sonde_runs mtu' -s i -l interface -d 'network interface or VRF to send through' -x -a '(__fish_print_interfaces)'
complete -c sonde -n '__sonde_runs mtu' -s s -l source -d 'source address; one of this machine\'s' -x -a '(__sonde_addresses)'
complete -c sonde -n '__sonde_runs mtu' -l mark -d 'firewall mark of the probes, for policy routing' -x
complete -c sonde -n '__sonde_runs mtu' -l wire -d 'raw sockets, unprivileged sockets, or the best allowed' -x -a 'auto raw dgram'
complete -c sonde -n '__sonde_runs mtu' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_runs mtu' -s n -l numeric -d 'show addresses without names'
complete -c sonde -n '__sonde_runs mtu' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_runs mtu' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_runs mtu' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_runs mtu' -l findings -d 'list what was found below each table, for scripts'
complete -c sonde -n '__sonde_runs mtu' -l write-capture -d 'store what is sent and received in a pcap file' -r -F
complete -c sonde -n '__sonde_runs mtu' -l sim -d 'trace the network described in FILE; no packet leaves' -r -F
complete -c sonde -n '__sonde_runs mtu' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_runs mtu' -l realtime -d 'let simulated time pass as real time does'
complete -c sonde -n '__sonde_runs mtu' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs mtu' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs mtu' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs mtu' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs mtu' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a probe-interface -d 'ask a router about one of its interfaces'
complete -c sonde -n '__sonde_runs probe-interface' -a '(__fish_print_hostnames)'
complete -c sonde -n '__sonde_runs probe-interface' -s 4 -l ipv4 -d 'use IPv4 only'
complete -c sonde -n '__sonde_runs probe-interface' -s 6 -l ipv6 -d 'use IPv6 only'
complete -c sonde -n '__sonde_runs probe-interface' -l if -d 'the interface that is asked about, by its name, number or address there' -x
complete -c sonde -n '__sonde_runs probe-interface' -l neighbour -d 'the interface is that of a node connected to ROUTER'
complete -c sonde -n '__sonde_runs probe-interface' -s q -l queries -d 'probes per hop' -x
complete -c sonde -n '__sonde_runs probe-interface' -s w -l wait -d 'wait for one answer where nothing farther has answered' -x
complete -c sonde -n '__sonde_runs probe-interface' -s i -l interface -d 'network interface or VRF to send through' -x -a '(__fish_print_interfaces)'
complete -c sonde -n '__sonde_runs probe-interface' -s s -l source -d 'source address; one of this machine\'s' -x -a '(__sonde_addresses)'
complete -c sonde -n '__sonde_runs probe-interface' -l mark -d 'firewall mark of the probes, for policy routing' -x
complete -c sonde -n '__sonde_runs probe-interface' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_runs probe-interface' -l sim -d 'trace the network described in FILE; no packet leaves' -r -F
complete -c sonde -n '__sonde_runs probe-interface' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_runs probe-interface' -l realtime -d 'let simulated time pass as real time does'
complete -c sonde -n '__sonde_runs probe-interface' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs probe-interface' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs probe-interface' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs probe-interface' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs probe-interface' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a explain -d 'say what a finding or an ICMP message means'
complete -c sonde -n '__sonde_runs explain' -a '(__sonde_findings)'
complete -c sonde -n '__sonde_runs explain' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs explain' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a replay -d 'show the traces in a capture of any tool\'s packets'
complete -c sonde -n '__sonde_runs replay' -F
complete -c sonde -n '__sonde_runs replay' -s o -l output -d 'format of what is written, on standard output or to a file' -x -a '(__sonde_output)'
complete -c sonde -n '__sonde_runs replay' -l columns -d 'columns of the hop table, separated by commas' -x -a '(__sonde_columns)'
complete -c sonde -n '__sonde_runs replay' -s n -l numeric -d 'show addresses without names'
complete -c sonde -n '__sonde_runs replay' -l lost -d 'list the unanswered probes as a firewall\'s log would show them'
complete -c sonde -n '__sonde_runs replay' -l detail -d 'show one probe of this hop and its answer, byte by byte' -x
complete -c sonde -n '__sonde_runs replay' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_runs replay' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_runs replay' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_runs replay' -l findings -d 'list what was found below each table, for scripts'
complete -c sonde -n '__sonde_runs replay' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs replay' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs replay' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs replay' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs replay' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a doctor -d 'say what this machine allows, and how to mend the rest'
complete -c sonde -n '__sonde_runs doctor'
complete -c sonde -n '__sonde_runs doctor' -l color -d 'colour the table' -x -a 'auto always never'
complete -c sonde -n '__sonde_runs doctor' -l ascii -d 'write ASCII only, as in locales without UTF-8'
complete -c sonde -n '__sonde_runs doctor' -l wide -d 'break no line at the width of the terminal'
complete -c sonde -n '__sonde_runs doctor' -s C -l config -d 'read this configuration file and no other' -r -F
complete -c sonde -n '__sonde_runs doctor' -l no-config -d 'read no configuration file'
complete -c sonde -n '__sonde_runs doctor' -l show-config -d 'show which options are in force and where each is from, and end'
complete -c sonde -n '__sonde_runs doctor' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs doctor' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a sim -d 'run a command inside a simulated network'
complete -c sonde -n '__sonde_runs sim' -F
complete -c sonde -n '__sonde_runs sim' -l seed -d 'fixes everything random in the simulated network' -x
complete -c sonde -n '__sonde_runs sim' -l here -d 'put the device into this network namespace'
complete -c sonde -n '__sonde_runs sim' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs sim' -s V -l version -d 'show the version'

complete -c sonde -n __sonde_first -a completion -d 'print the completions for a shell'
complete -c sonde -n '__sonde_runs completion' -x -a 'bash zsh fish'
complete -c sonde -n '__sonde_runs completion' -s h -l help -d 'show this help; -h the most used options only'
complete -c sonde -n '__sonde_runs completion' -s V -l version -d 'show the version'
