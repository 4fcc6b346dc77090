# SPDX-License-Identifier: MIT
# fish completion for traceroute. Generated from the program's tables by 'sonde completion --traceroute fish'; do not edit.

# Reads the line, once for each TAB, as every option asks: the subcommand and its operands; the option that waits for the value at
# the cursor; the line without that, the program and the word at the cursor; the methods on it; what may be a profile at the cursor.
function __traceroute_read
	set -l seen (commandline -cp) '|' (commandline -p)
	test "$seen" = "$__traceroute_seen"; and return
	set -g __traceroute_seen "$seen"
	set -l before (commandline -opc)
	set -l all (commandline -op)
	set -l now (commandline -ct)
	set -l waiting "^(?:--(?:$__traceroute_valued)|-[$__traceroute_flags]*[$__traceroute_valued_letters])\$"
	set -g __traceroute_waits (string match -r -- $waiting $before[-1])
	set -g __traceroute_at $now[1]
	string match -q -- '@*' $before; or test -n "$__traceroute_waits"; and set __traceroute_at ''
	test -n "$now"; and set -e all[(math (count $before) + 1)]
	test (count $before) -gt 1; and test -n "$__traceroute_waits"; and set -e all[(count $before)]
	set -g __traceroute_line (string join ' ' -- $all[2..-1] '')
	string match -q -- '@*' "$before[2]"; and set -e before[2]
	set -g __traceroute_first (count $before)
	set -g __traceroute_command $__traceroute_default
	if contains -- "$before[2]" $__traceroute_commands
		set __traceroute_command $before[2]
		set -e before[2]
	end
	set -g __traceroute_operands
	set -l skip
	for word in $before[2..-1]
		if test -n "$skip"; or string match -qr '^(?:-.|@)' -- $word
			set skip (test -z "$skip"; and string match -r -- $waiting $word)
		else
			set -a __traceroute_operands $word
		end
	end
	set -l method "(?:^| )(?:-[$__traceroute_flags]*M ?|--m(?:ethod|odule)[= ])([a-z-]+)"
	set -g __traceroute_on (string match -rag -- $method $__traceroute_line) (__traceroute_short)
	test (count $__traceroute_on) -gt 0; or set __traceroute_on default
end

# What the value at the cursor is so far, without its option in front.
function __traceroute_now
	commandline -ct | string replace -r "^(--[a-z-]+=|-[$__traceroute_flags]*[$__traceroute_valued_letters])" ''
end

function __traceroute_first
	__traceroute_read
	test $__traceroute_first -eq 1
end

# Whether the subcommand runs, and takes one more operand: it may have $argv[2].
function __traceroute_runs
	__traceroute_read
	test $__traceroute_command = $argv[1]; and test (count $__traceroute_operands) -lt $argv[2]
end

# Whether an option of the subcommands $argv[1], with the spellings $argv[2], is offered: none is given that excludes it, long
# names $argv[3] and letters $argv[4]; one of those that it needs is, $argv[5]; and so is one of the methods behind.
function __traceroute_may
	__traceroute_read
	string match -q -- "* $__traceroute_command *" " $argv[1] "; or return 1
	test -n "$__traceroute_waits"; and string match -q -- "* $__traceroute_waits *" " $argv[2] "; and return 0
	test -n "$argv[3]"; and string match -qr -- "(^| )--($argv[3])[= ]" $__traceroute_line; and return 1
	test -n "$argv[4]"; and string match -qr -- "(^| )-[$__traceroute_flags]*[$argv[4]]" $__traceroute_line; and return 1
	test -n "$argv[5]"; and not string match -qr -- "(^| )--$argv[5][= ]" $__traceroute_line; and return 1
	test (count $argv) -lt 6; and return 0
	for method in $__traceroute_on
		contains -- $method $argv[6..-1]; and return 0
	end
	return 1
end

# Some of the words, separated by commas.
function __traceroute_list
	set -l before (__traceroute_now | string match -rg '^(.*,)')
	printf "$before%s\n" $argv
end

# Files of these suffixes, and folders.
function __traceroute_files
	__fish_complete_path (__traceroute_now) | string match -r "^[^\t]*(?:/|\.(?:$(string join '|' $argv)))(?:\t.*)?\$"
end

# Names of services(5) of the protocol $argv[1], or their ports where digits are typed; $argv[2] stands before.
function __traceroute_ports
	set -l service '^([[:alnum:]]\S*)\s+(\d+)/'$argv[1]'\b.*'
	if string match -qr '[:,=p]?[0-9]+$' -- (commandline -ct)
		string replace -rf $service "$argv[2]\$2\t\$1" </etc/services
	else
		string replace -rf $service "$argv[2]\$1\t\$2" </etc/services
	end
end

function __traceroute_services
	__traceroute_read
	set -l services (__traceroute_services_of $__traceroute_on[-1])
	contains -- $services none protocol; and set services '\w+'
	__traceroute_ports $services
end

# Names of protocols(5); $argv[1] stands before.
function __traceroute_protocols
	string replace -rf '^([[:alnum:]]\S*)\s.*' "$argv[1]\$1" </etc/protocols
end

# A method; behind its colon ports, separated by commas, or a protocol.
function __traceroute_methods
	set -l now (__traceroute_now)
	if not set -l method (string match -rg '^([a-z-]+):' -- $now)
		__traceroute_method_names
		return
	end
	set -l before (string match -r '^[a-z-]+:(?:.*,)?' -- $now)
	set -l services (__traceroute_services_of $method)
	switch $services
		case none
		case protocol
			__traceroute_protocols $before
		case '*'
			__traceroute_ports $services $before
	end
end

function __traceroute_addresses
	ip -o address show 2>/dev/null | string match -rg 'inet6? ([^/ ]+)'
end

# Hosts, and targets of earlier commands, as far as this shell remembers them.
function __traceroute_hosts
	__fish_print_hostnames
	set -l lines (history search --max 200 --prefix 'traceroute ')
	set -a lines (history search --max 200 --prefix 'sudo traceroute ')
	set lines (string replace -rf "^(?:sudo )?traceroute (?:@\S+ )?(?!(?:$__traceroute_hostless) )(?:(?:$__traceroute_hosted) )?" '' -- $lines)
	set -l valued "--(?:$__traceroute_valued)|-[$__traceroute_flags]*[$__traceroute_valued_letters]"
	set lines (string replace -ra "(?:^|(?<= ))(?:$valued) \S+" '' -- $lines)
	set lines (string replace -ra '(?:^|(?<= ))-\S*' '' -- $lines)
	set lines (string replace -r '\S*[^A-Za-z0-9.:_% -].*' '' -- $lines)
	for host in (string split -n ' ' -- $lines | string match -v -r '^\d+$')
		printf '%s\tearlier target\n' $host
	end
end

# Options that take a value, joined by bars; their letters; the letters of the others.
set -g __traceroute_valued 'first|interface|max-hops|sim-queries|port|tos|flowlabel|wait|queries|source|sendwait|module|options|sport|fwmark|protocol|sim|seed'
set -g __traceroute_valued_letters 'fimNptlwqszMOP'
set -g __traceroute_flags '46dFITneAUDV'
# Subcommands: what runs where none is named, all, with profiles, with hosts, and without.
set -g __traceroute_default traceroute
set -g __traceroute_commands traceroute
set -g __traceroute_configured
set -g __traceroute_hosted 'traceroute'
set -g __traceroute_hostless ''

# Where the numbers behind the method have their names.
function __traceroute_services_of
	switch "$argv[1]"
		case default
			echo 'udp'
		case icmp
			echo 'none'
		case tcp
			echo 'tcp'
		case udp
			echo 'udp'
		case udplite
			echo '\\w+'
		case dccp
			echo '\\w+'
		case raw
			echo 'protocol'
	end
end

# The methods that options without a value stand for, in the line.
function __traceroute_short
	string match -qr -- "(^| )(--icmp |-[$__traceroute_flags]*I)" $__traceroute_line; and echo icmp
	string match -qr -- "(^| )(--tcp |-[$__traceroute_flags]*T)" $__traceroute_line; and echo tcp
	string match -qr -- "(^| )(--udp |-[$__traceroute_flags]*U)" $__traceroute_line; and echo udp
	string match -qr -- "(^| )(--UL )" $__traceroute_line; and echo udplite
	string match -qr -- "(^| )(--dccp |-[$__traceroute_flags]*D)" $__traceroute_line; and echo dccp
	string match -qr -- "(^| )(--protocol[= ]|-[$__traceroute_flags]*P)" $__traceroute_line; and echo raw
end

function __traceroute_method_names
	printf '%s%s\t%s\n' '' default 'UDP, a port that counts up'
	printf '%s%s\t%s\n' '' icmp 'ICMP echo requests'
	printf '%s%s\t%s\n' '' tcp 'TCP SYN, half open'
	printf '%s%s\t%s\n' '' udp 'UDP to one port'
	printf '%s%s\t%s\n' '' udplite 'UDP-Lite to one port'
	printf '%s%s\t%s\n' '' dccp 'DCCP requests'
	printf '%s%s\t%s\n' '' raw 'packets of an IP protocol, which -P names'
end

function __traceroute_method_options
	__traceroute_read
	switch $__traceroute_on[-1]
		case default
			__traceroute_list help
		case icmp
			__traceroute_list raw dgram help
		case tcp
			__traceroute_list syn sysctl ack sack timestamps window_scaling mss= help
		case udp
			__traceroute_list help
		case udplite
			__traceroute_list help
		case dccp
			__traceroute_list help
		case raw
			__traceroute_list protocol= help
	end
end

complete -c traceroute -f
complete -c traceroute -n '__traceroute_runs traceroute 1' -a '(__traceroute_hosts)'
complete -c traceroute -n '__traceroute_may "traceroute" "-4" "" "46"' -s 4 -d 'use IPv4'
complete -c traceroute -n '__traceroute_may "traceroute" "-6" "" "46"' -s 6 -d 'use IPv6'
complete -c traceroute -n '__traceroute_may "traceroute" "-d --debug" "debug" "d"' -s d -l debug -d 'does nothing: Linux shows nothing of socket debugging'
complete -c traceroute -n '__traceroute_may "traceroute" "-F --dont-fragment" "dont-fragment" "F"' -s F -l dont-fragment -d 'forbid fragments'
complete -c traceroute -n '__traceroute_may "traceroute" "-f --first" "first" "f"' -s f -l first -d 'first hop' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-I --icmp" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s I -l icmp -d 'ICMP echo requests'
complete -c traceroute -n '__traceroute_may "traceroute" "-T --tcp" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s T -l tcp -d 'TCP SYN, port 80'
complete -c traceroute -n '__traceroute_may "traceroute" "-i --interface" "interface" "i"' -s i -l interface -d 'network interface to send through' -x -a '(__fish_print_interfaces)'
complete -c traceroute -n '__traceroute_may "traceroute" "-m --max-hops" "max-hops" "m"' -s m -l max-hops -d 'last hop (default: 30)' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-N --sim-queries" "sim-queries" "N"' -s N -l sim-queries -d 'probes in flight at once (default: as many as the path bears)' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-n" "" "n"' -s n -d 'show addresses without names'
complete -c traceroute -n '__traceroute_may "traceroute" "-p --port" "port" "p" "" default tcp udp udplite dccp' -s p -l port -d 'destination port; of the default method the first, which counts up' -x -a '(__traceroute_services)'
complete -c traceroute -n '__traceroute_may "traceroute" "-t --tos" "tos" "t"' -s t -l tos -d 'TOS byte of IPv4, traffic class of IPv6' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-l --flowlabel" "flowlabel" "l"' -s l -l flowlabel -d 'flow label of IPv6; does nothing over IPv4' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-w --wait" "wait" "w"' -s w -l wait -d 'wait for an answer for MAX seconds at most; HERE and NEAR do nothing, shorter waits are found without them' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-q --queries" "queries" "q"' -s q -l queries -d 'probes per hop (default: 3)' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-s --source" "source" "s"' -s s -l source -d 'source address' -x -a '(__traceroute_addresses)'
complete -c traceroute -n '__traceroute_may "traceroute" "-z --sendwait" "sendwait" "z"' -s z -l sendwait -d 'least time between two probes; above 10 in milliseconds' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-e --extensions" "extensions" "e"' -s e -l extensions -d 'show ICMP extensions, MPLS labels among them'
complete -c traceroute -n '__traceroute_may "traceroute" "-A --as-path-lookups" "as-path-lookups" "A"' -s A -l as-path-lookups -d 'show AS numbers, from name servers'
complete -c traceroute -n '__traceroute_may "traceroute" "-M --module" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s M -l module -d 'method: default, icmp, tcp, udp, udplite, dccp or raw' -x -a '(__traceroute_methods)'
complete -c traceroute -n '__traceroute_may "traceroute" "-O --options" "options" "O"' -s O -l options -d 'options of the method; help lists them' -x -a '(__traceroute_method_options)'
complete -c traceroute -n '__traceroute_may "traceroute" "--sport" "sport" "" "" default tcp udp udplite dccp' -l sport -d 'source port' -x
complete -c traceroute -n '__traceroute_may "traceroute" "--fwmark" "fwmark" ""' -l fwmark -d 'firewall mark, for policy routing' -x
complete -c traceroute -n '__traceroute_may "traceroute" "-U --udp" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s U -l udp -d 'UDP to one port, 53'
complete -c traceroute -n '__traceroute_may "traceroute" "--UL" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -l UL -d 'UDP-Lite, port 53; with one dash, -UL'
complete -c traceroute -n '__traceroute_may "traceroute" "-D --dccp" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s D -l dccp -d 'DCCP requests, port 33434'
complete -c traceroute -n '__traceroute_may "traceroute" "-P --protocol" "icmp|tcp|module|udp|UL|dccp|protocol" "ITMUDP"' -s P -l protocol -d 'packets of an IP protocol (default: 253)' -x -a '(__traceroute_protocols)'
complete -c traceroute -n '__traceroute_may "traceroute" "--back" "back" ""' -l back -d 'show hops back where they are not as many as there'
complete -c traceroute -n '__traceroute_may "traceroute" "-V --version" "version" "V"' -s V -l version -d 'show the version'
complete -c traceroute -n '__traceroute_may "traceroute" "--help" "help" ""' -l help -d 'show this help'
complete -c traceroute -n '__traceroute_may "traceroute" "--sim" "sim" ""' -l sim -d 'beyond traceroute: trace the network that FILE describes' -x -a '(__traceroute_files net)'
complete -c traceroute -n '__traceroute_may "traceroute" "--seed" "seed" "" "sim"' -l seed -d 'beyond traceroute: fixes what is random in it' -x
