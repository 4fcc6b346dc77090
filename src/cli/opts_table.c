/* SPDX-License-Identifier: MIT */
/* THE OPTION TABLE. Parser, help, manual and completions read it; nothing about an option is written down elsewhere. */
#include "cli/opts.h"

#include "base/dscp.h"
#include "cli/wires.h"
#include "out/formats.h"

#include <sonde/probe.h>

#include <netinet/in.h>
#include <string.h>

#define FIELD(member) .offset = offsetof(struct sn_opts, member), .size = sizeof((struct sn_opts *)0)->member

const char *const sn_opt_group_titles[SN_GROUP_COUNT] = {
    [SN_GROUP_WHAT] = "What is sent",
    [SN_GROUP_HOW_FAR] = "How far, how often, how fast",
    [SN_GROUP_WHERE] = "Where it leaves this machine",
    [SN_GROUP_OUTPUT] = "Output",
    [SN_GROUP_SIM] = "Simulated internet",
    [SN_GROUP_GENERAL] = "General",
};

static const char *const colour_choices[] = {"auto", "always", "never", NULL};
static const char *const payload_choices[] = {"dns", "ntp", "quic", "tls", NULL};
static const char *const tcp_option_choices[] = {"mss=", "sack", "ts", "ws=", "tfo", "mptcp", "none", NULL};
/* By codepoint (RFC 3168 section 5). */
static const char *const ecn_choices[] = {"none", "ect1", "ect0", "ce", NULL};

static const struct sn_opt options[] = {
    {.name = "ipv4", .letter = '4', .type = SN_OPT_SET, .set = 4, FIELD(family), .group = SN_GROUP_WHAT,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE,
     .clash = SN_CLASH_FAMILY, .often = true, .help = "use IPv4 only"},
    {.name = "ipv6", .letter = '6', .type = SN_OPT_SET, .set = 6, FIELD(family), .group = SN_GROUP_WHAT,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE,
     .clash = SN_CLASH_FAMILY, .often = true, .help = "use IPv6 only"},
    {.name = "icmp", .letter = 'I', .type = SN_OPT_SET, .set = SN_SHORTCUT_ICMP, FIELD(shortcut), .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TRACE | SN_FOR_MTU, .clash = SN_CLASH_METHOD, .often = true, .help = "short for -M icmp"},
    {.name = "tcp", .letter = 'T', .type = SN_OPT_SET, .set = SN_SHORTCUT_TCP, FIELD(shortcut), .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TRACE | SN_FOR_MTU, .clash = SN_CLASH_METHOD, .often = true, .help = "short for -M tcp"},
    {.name = "udp", .letter = 'U', .type = SN_OPT_SET, .set = SN_SHORTCUT_UDP, FIELD(shortcut), .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TRACE | SN_FOR_MTU, .clash = SN_CLASH_METHOD, .often = true, .help = "short for -M udp"},
    {.name = "method", .letter = 'M', .type = SN_OPT_TEXTS, FIELD(methods), .arg = "METHOD[:PORT]", .words = SN_WORDS_METHOD,
     .group = SN_GROUP_WHAT, .commands = SN_FOR_PROBES, .clash = SN_CLASH_METHOD,
     .preset_words = "icmp; udp where this user may send nothing else. compare: icmp, udp:33434, udp:53, tcp:80 and tcp:443",
     .often = true, .help = "kind of probe, with a port or a service name",
     .doc = "PORT is a number or a name from services(5): tcp:443 and tcp:https are the same. Behind raw it is an IP protocol, a number or "
            "a name from protocols(5): raw:gre. The methods are listed under METHODS. "
            "\"sonde compare\" takes several, each with several ports if need be: -M icmp -M tcp:22,25."},
    {.name = "require", .type = SN_OPT_TEXT, FIELD(require), .arg = "METHOD[:PORT]", .words = SN_WORDS_METHOD, .group = SN_GROUP_WHAT,
     .commands = SN_FOR_COMPARE, .preset_words = "any of them",
     .often = true, .help = "the exit status says whether this method reached the target",
     .doc = "It is compared as well where -M does not name it."},
    {.name = "shape", .type = SN_OPT_FLAG, FIELD(shape), .group = SN_GROUP_WHAT, .commands = SN_FOR_COMPARE,
     .help = "find out which field a filter looks at",
     .doc = "Each method that stops where others pass is sent past that place again with one field varied at a time: flow, length, DF, "
            "DSCP, TCP flags, payload, destination port, source port. The low source port takes a privilege."},
    {.name = "if", .type = SN_OPT_TEXT, FIELD(asked_interface), .arg = "NAME|INDEX|ADDRESS", .group = SN_GROUP_WHAT,
     .commands = SN_FOR_INTERFACE, .often = true, .help = "the interface that is asked about, by its name, number or address there",
     .doc = "What reads as an address is one, digits alone are its ifIndex, anything else is its name."},
    {.name = "neighbour", .type = SN_OPT_FLAG, FIELD(neighbour), .group = SN_GROUP_WHAT, .commands = SN_FOR_INTERFACE, .needs = "if",
     .help = "the interface is that of a node connected to ROUTER",
     .doc = "ROUTER then tells the state of its neighbour entry (ARP, neighbour discovery) for that address."},
    {.name = "port", .letter = 'p', .type = SN_OPT_TEXT, FIELD(port), .arg = "PORT", .words = SN_WORDS_SERVICE, .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TRACE | SN_FOR_MTU, .preset_words = "the method's own", .methods = SN_WITH_PORTS,
     .often = true, .help = "destination port, number or service name",
     .doc = "The same as the port behind a method's name."},
    {.name = "sport", .type = SN_OPT_UINT, FIELD(sport), .min = 1, .max = 65535, .arg = "PORT", .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TRACE | SN_FOR_MTU, .preset_words = "any free one", .methods = SN_WITH_PORTS, .help = "source port",
     .doc = "It is held by a socket while the trace runs, so that no other connection can use it."},
    {.name = "size", .type = SN_OPT_UINT, FIELD(size_bytes), .min = 1, .max = 65535, .unit = "bytes", .arg = "BYTES",
     .group = SN_GROUP_WHAT, .commands = SN_FOR_TABLES, .preset_words = "60 over IPv4, 80 over IPv6",
     .help = "length of the whole IP packet",
     .doc = "What a method needs for its headers and to know its answers again is the least. The requests to the UDP ports 53 and 123 have "
            "the length that their protocols want: beside other methods they are sent with that."},
    {.name = "tos", .letter = 't', .type = SN_OPT_UINT, FIELD(tos), .max = 255, .arg = "N", .repeat = true, .group = SN_GROUP_WHAT,
     .clash = SN_CLASH_DSCP | SN_CLASH_ECN, .commands = SN_FOR_PROBES, .preset_words = "0",
     .help = "TOS byte of IPv4, traffic class of IPv6",
     .doc = "Decimal, or hexadecimal with 0x. It is DSCP and ECN in one: --dscp and --ecn name them."},
    {.name = "dscp", .type = SN_OPT_TEXT, FIELD(dscp), .arg = "NAME", .choices = sn_dscp_names, .repeat = true,
     .group = SN_GROUP_WHAT, .clash = SN_CLASH_DSCP, .commands = SN_FOR_PROBES, .help = "differentiated services codepoint",
     .doc = "A number from 0 to 63 is taken as well."},
    {.name = "ecn", .type = SN_OPT_CHOICE, FIELD(ecn), .preset = "none", .arg = "CODEPOINT", .choices = ecn_choices,
     .repeat = true, .group = SN_GROUP_WHAT, .clash = SN_CLASH_ECN, .commands = SN_FOR_PROBES, .help = "explicit congestion notification",
     .doc = "Routers may change ect0 and ect1 to ce where they are congested, and must leave all else alone."},
    {.name = "flow-label", .type = SN_OPT_UINT, FIELD(flow_label), .max = 0xfffff, .arg = "N", .repeat = true, .group = SN_GROUP_WHAT,
     .commands = SN_FOR_PROBES, .preset_words = "a random one for each trace", .help = "flow label of IPv6",
     .doc = "Balancers may look at it; it is the same in all probes of a trace."},
    {.name = "payload", .type = SN_OPT_TEXT, FIELD(payload), .arg = "WHAT", .choices = payload_choices, .words = SN_WORDS_FILE,
     .group = SN_GROUP_WHAT, .commands = SN_FOR_TRACE, .not_in_file = true,
     .preset_words = "UDP: by the port, else a pattern; TCP: nothing",
     .methods = SN_WITH_UDP_TCP, .help = "what probes carry, a file, or one of these",
     .doc = "dns is a query, ntp a client's request, quic an Initial of a version that a server must refuse: over UDP, to whatever port. "
            "tls is a ClientHello as data of the SYN, which asks for the host by its name. The bytes of a file go over UDP or TCP as they "
            "are. Over UDP only the IP id tells such probes apart, over IPv6 the flow label, so that an answer may be another's or forged; "
            "with --size, from two bytes more on, a key stands behind them. A payload of TCP takes the raw wire."},
    {.name = "tcp-options", .type = SN_OPT_TEXT, FIELD(tcp_options), .arg = "LIST", .choices = tcp_option_choices,
     .words = SN_WORDS_LIST, .group = SN_GROUP_WHAT, .commands = SN_FOR_TRACE, .preset_words = "mss,sack,ts,ws",
     .methods = SN_WITH_TCP, .help = "options of TCP probes, of these",
     .doc = "Several are separated by commas; the number stands behind the equals sign. mss without one is 1460 over IPv4 and 1440 over "
            "IPv6, ws is 7; tfo asks for a fast open cookie, mptcp is MP_CAPABLE of version 1. It takes the raw wire."},
    {.name = "df", .type = SN_OPT_SET, .set = 1, FIELD(df), .group = SN_GROUP_WHAT, .commands = SN_FOR_TABLES, .clash = SN_CLASH_DF,
     .help = "forbid routers to fragment IPv4 probes: so it is without this option"},
    {.name = "no-df", .type = SN_OPT_SET, .set = 2, FIELD(df), .repeat = true, .group = SN_GROUP_WHAT,
     .commands = SN_FOR_TABLES, .clash = SN_CLASH_DF | SN_CLASH_SIZES, .help = "let probes be fragmented",
     .doc = "IPv4 ones may be on the way. Those longer than the outgoing link, of both families, leave in fragments with an IP id of "
            "their own; without this option they do not leave."},
    {.name = "force", .type = SN_OPT_FLAG, FIELD(force), .group = SN_GROUP_WHAT, .commands = SN_FOR_PROBES,
     .help = "trace multicast, broadcast or unspecified targets too"},

    {.name = "first", .letter = 'f', .type = SN_OPT_UINT, FIELD(first_ttl), .min = 1, .max = 255, .unit = "hops", .preset = "1",
     .arg = "TTL", .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES, .help = "first hop to probe"},
    {.name = "max-hops", .letter = 'm', .type = SN_OPT_UINT, FIELD(max_ttl), .min = 1, .max = 255, .unit = "hops", .preset = "30",
     .arg = "TTL", .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES, .often = true, .help = "last hop to probe"},
    {.name = "queries", .letter = 'q', .type = SN_OPT_UINT, FIELD(queries), .min = 1, .max = 255, .unit = "probes", .preset = "3",
     .arg = "N", .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE | SN_FOR_INTERFACE, .often = true, .help = "probes per hop",
     .doc = "Four to one hop may follow each other closely, further ones go one a second, because routers ration their answers. From "
            "four on the target's row shows all that was lost on the way; a closed UDP port and an open TCP port may leave probes "
            "unanswered that arrived: no finding rests on what their row shows as loss. Of probe-interface so many requests at most, "
            "until one is answered."},
    {.name = "gap", .type = SN_OPT_UINT, FIELD(gap), .min = 1, .max = 255, .unit = "hops", .preset = "10", .arg = "N",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES, .help = "stop after this many silent hops in a row",
     .doc = "One more probe at TTL 255 then asks whether the target answers at all."},
    {.name = "sim-queries", .letter = 'N', .type = SN_OPT_UINT, FIELD(window), .min = 1, .max = 255, .unit = "probes", .arg = "N",
     .preset_words = "what the length known so far justifies", .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE,
     .help = "probes in flight at once",
     .doc = "So many are sent at once, however near the target may be. Without it a near target is not asked often."},
    {.name = "wait", .letter = 'w', .type = SN_OPT_SECONDS, FIELD(wait_ns), .min = 1, .max = 600000, .arg = "SECONDS",
     .preset_words = "a small multiple of what other hops take. probe-interface: 1", .group = SN_GROUP_HOW_FAR,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE,
     .help = "wait for one answer where nothing farther has answered",
     .doc = "A hop before others that answered is waited for as long as those took and a little more."},
    {.name = "sendwait", .letter = 'z', .type = SN_OPT_PAUSE, FIELD(pause_ns), .min = 0, .max = 600000, .arg = "SECONDS",
     .preset_words = "what routers bear", .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES, .help = "least time between two probes",
     .doc = "A bare number above 10 is in milliseconds."},
    {.name = "rate", .type = SN_OPT_UINT, FIELD(rate), .min = 1, .max = 1000000, .unit = "probes a second", .arg = "N",
     .preset_words = "1000 to more than eight hosts, else no cap; each router is asked as slowly as it bears",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES,
     .help = "send at most so many probes a second in all",
     .doc = "Of all traces and methods together, and of all that is asked behind them. They go evenly; what a late waking missed, 1 % and "
            "one more, may follow at once. Where several wait the one that was started first goes first. What this machine's kernel sends "
            "by itself, questions for names, the further fragments of a probe and, without privilege, the two trials of who refused a "
            "TCP connection at once do not count."},
    {.name = "attribution", .type = SN_OPT_TEXT, FIELD(attribution), .arg = "URI", .repeat = true, .group = SN_GROUP_WHAT,
     .commands = SN_FOR_PROBES, .help = "whom to ask about the probes, in each of them (RFC 9511)",
     .doc = "A page (https://NAME/.well-known/probing.txt), mailto: or tel:, up to 200 characters. TCP probes carry it as "
            "their data, which takes the raw wire and may change how they are treated. In echo requests, UDP, UDP-Lite and "
            "raw it stands, between two bytes of zero, behind the key by which answers are known: routers quote too little "
            "for another order. Probes grow where it does not fit. DNS, NTP and QUIC messages, --payload, SCTP, DCCP and ICMP "
            "timestamps have no place for it: they go without, and a notice says so."},
    {.name = "deadline", .type = SN_OPT_SECONDS, FIELD(deadline_ns), .min = 1, .max = 3600000, .arg = "SECONDS", .preset_words = "an hour",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_PROBES, .help = "end after this time with what is known then"},
    {.name = "no-wait", .type = SN_OPT_FLAG, FIELD(no_wait), .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE,
     .help = "end as soon as the rows stand",
     .doc = "Without it a trace that did not reach its target waits a few seconds longer for a router's late \"host unreachable\". "
            "With it, hops 0.3 s farther away than all that answered are taken for silent, unless -w says to wait for them."},
    {.name = "investigate", .type = SN_OPT_FLAG, FIELD(investigate), .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE,
     .clash = SN_CLASH_REPEAT_INVESTIGATE,
     .help = "afterwards ask hops that left probes unanswered what their limiter allows",
     .doc = "At most three hops that answered fewer probes than those behind them get a burst of probes and a slower train or two, up to "
            "86 probes and 6 seconds each. What they answer of that tells their burst and rate, or that no limiter is there."},
    {.name = "mtu", .type = SN_OPT_FLAG, FIELD(mtu), .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE,
     .clash = SN_CLASH_SIZES | SN_CLASH_REPEAT_MTU, .help = "afterwards measure the path MTU, as \"sonde mtu\" does",
     .doc = "It asks by the method of the trace alone, where \"sonde mtu\" asks by UDP as well if echo requests do not tell. Its table "
            "stands below that of the trace. The exit status is the worse of the two."},

    {.name = "targets", .type = SN_OPT_TEXT, FIELD(targets), .arg = "FILE", .words = SN_WORDS_FILE, .group = SN_GROUP_HOW_FAR,
     .commands = SN_FOR_TRACE, .clash = SN_CLASH_MANY, .once = true, .help = "trace the hosts that FILE lists, too",
     .doc = "One in each line; blank lines and what stands behind a # are left out, and a line that cannot be traced is told with its "
            "number and does not stop the others. \"-\" is standard input. The tables come in the order of the list, and on a terminal a "
            "line on standard error says how many are done, how fast, and how long the rest will take."},
    {.name = "parallel", .type = SN_OPT_UINT, FIELD(parallel), .min = 1, .max = 1024, .unit = "hosts", .preset = "64", .arg = "N",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE, .needs = "targets", .help = "hosts of a list that are traced at once"},

    {.name = "repeat", .type = SN_OPT_UINT, FIELD(repeat), .min = 1, .max = 1000, .unit = "traces", .preset = "1", .arg = "N",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE,
     .clash = SN_CLASH_MANY | SN_CLASH_REPEAT_MTU | SN_CLASH_REPEAT_INVESTIGATE | SN_CLASH_REPEAT_DETAIL,
     .help = "trace so often, and show one table of all together",
     .doc = "It has the shortest, mean and longest round trip, the one that 95 % do not exceed, their jitter, and the loss with the "
            "interval in which it truly lies. An interrupt shows what is known. The exit status is that of the best trace."},
    {.name = "interval", .type = SN_OPT_SECONDS, FIELD(interval_ns), .min = 0, .max = 3600000, .preset = "1", .arg = "SECONDS",
     .group = SN_GROUP_HOW_FAR, .commands = SN_FOR_TRACE, .needs = "repeat", .help = "time from one trace's beginning to the next",
     .doc = "A trace that takes longer is waited for."},

    {.name = "interface", .letter = 'i', .type = SN_OPT_TEXT, FIELD(device), .arg = "NAME", .words = SN_WORDS_INTERFACE,
     .group = SN_GROUP_WHERE, .commands = SN_FOR_PROBES | SN_FOR_INTERFACE,
     .often = true, .real = true, .privileged = true, .help = "network interface or VRF to send through"},
    {.name = "source", .letter = 's', .type = SN_OPT_TEXT, FIELD(source), .arg = "ADDRESS", .words = SN_WORDS_ADDRESS,
     .group = SN_GROUP_WHERE, .commands = SN_FOR_PROBES | SN_FOR_INTERFACE, .often = true, .real = true,
     .help = "source address; one of this machine's"},
    {.name = "mark", .type = SN_OPT_UINT, FIELD(mark), .min = 1, .max = UINT32_MAX, .arg = "N", .group = SN_GROUP_WHERE,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE, .real = true, .privileged = true,
     .help = "firewall mark of the probes, for policy routing"},
    {.name = "wire", .type = SN_OPT_CHOICE, FIELD(wire), .preset = "auto", .arg = "WIRE", .choices = sn_wire_choices,
     .group = SN_GROUP_WHERE, .commands = SN_FOR_PROBES, .clash = SN_CLASH_WIRE,
     .help = "raw sockets, unprivileged sockets, or the best allowed",
     .doc = "raw needs the capability cap_net_raw and sees every byte. dgram needs no privilege and says what it cannot see. auto is "
            "raw where it is permitted and dgram elsewhere."},
    {.name = "all-addresses", .type = SN_OPT_FLAG, FIELD(all_addresses), .group = SN_GROUP_WHERE, .commands = SN_FOR_TRACE,
     .help = "trace every address of a name, not only the first"},

    {.name = "output", .letter = 'o', .type = SN_OPT_TEXTS, FIELD(outputs), .arg = "FORMAT[=FILE]", .choices = sn_format_names,
     .words = SN_WORDS_OUTPUT, .group = SN_GROUP_OUTPUT, .preset_words = "text", .not_in_file = true,
     .commands = SN_FOR_PROBES | SN_FOR_REPLAY | SN_FOR_INTERFACE,
     .often = true, .help = "format of what is written, on standard output or to a file",
     .doc = "It may be given several times, once without FILE; \"-\" is standard output, too. What goes to files leaves the tables where "
            "they are. A document is put in place when the run is over, in one step; ndjson grows line by line. The formats are listed "
            "under OUTPUT; \"sonde probe-interface\" has text, on standard output, and json."},
    {.name = "columns", .type = SN_OPT_COLUMNS, FIELD(columns), .arg = "LIST", .preset_words = "hop,address,loss,times",
     .group = SN_GROUP_OUTPUT, .commands = SN_FOR_TRACE | SN_FOR_REPLAY, .help = "columns of the hop table, separated by commas",
     .doc = "The columns changed and name are as wide as what there is to show: they are always the last, in this order."},
    {.name = "numeric", .letter = 'n', .type = SN_OPT_FLAG, FIELD(numeric), .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_NAMES, .often = true, .help = "show addresses without names",
     .doc = "Nobody is asked for names then. With --sim they come from the file; \"sonde replay\" asks only whom --dns-server names."},
    {.name = "resolve-wait", .type = SN_OPT_SECONDS, FIELD(resolve_wait_ns), .min = 0, .max = 60000, .preset = "500ms",
     .arg = "SECONDS", .group = SN_GROUP_OUTPUT, .commands = SN_FOR_NAMES,
     .help = "wait for names so long at most, once a row is written for good",
     .doc = "Names are asked for beside the trace, and no probe waits for one. On a terminal rows stand at once and are completed; on a "
            "pipe, where a row is written once, it waits for its names. Rows wait side by side, so that the whole table waits no longer. "
            "Tables that are written as a whole wait once."},
    {.name = "dns-server", .type = SN_OPT_TEXT, FIELD(dns_server), .arg = "ADDRESS[:PORT]", .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_NAMES, .real = true, .preset_words = "those of this machine",
     .help = "name server to ask about addresses",
     .doc = "An IPv6 address with a port stands in brackets: [2001:db8::53]:5353. /etc/hosts is not read then. The names of HOST are still "
            "looked up as this machine does. The word system stands for the servers of this machine: \"sonde replay\" asks nobody about "
            "the addresses of a capture where this option is not given."},
    {.name = "asn-db", .type = SN_OPT_TEXT, FIELD(asn_db), .arg = "FILE", .words = SN_WORDS_DATABASE, .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_NAMES, .preset_words = "what the usual folders have",
     .help = "database of autonomous systems, in MaxMind's format",
     .doc = "Hops then stand below the name of the network that they belong to. The usual folders are /usr/share/GeoIP, /var/lib/GeoIP and "
            "/usr/local/share/GeoIP; with -n and with --sim nothing is looked for there."},
    {.name = "geo-db", .type = SN_OPT_TEXT, FIELD(geo_db), .arg = "FILE", .words = SN_WORDS_DATABASE, .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_NAMES, .preset_words = "what the usual folders have", .help = "database of countries, in MaxMind's format",
     .doc = "A database that cannot be read is told in one line, and the trace goes on."},
    {.name = "as-lookup", .letter = 'A', .type = SN_OPT_FLAG, FIELD(as_lookup), .group = SN_GROUP_OUTPUT, .commands = SN_FOR_NAMES,
     .real = true, .help = "ask name servers which network an address belongs to",
     .doc = "Addresses that no database knows are sent to the servers of --asn-zone; private ones never."},
    {.name = "asn-zone", .type = SN_OPT_TEXT, FIELD(asn_zone), .preset = "asn.cymru.com", .arg = "ZONE", .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_NAMES, .needs = "as-lookup", .help = "DNS zone that --as-lookup asks",
     .doc = "Its TXT records have the form of that zone: below origin, origin6, and AS with a number behind it."},
    {.name = "lost", .type = SN_OPT_FLAG, FIELD(lost), .group = SN_GROUP_OUTPUT, .commands = SN_FOR_TABLES | SN_FOR_REPLAY,
     .help = "list the unanswered probes as a firewall's log would show them",
     .doc = "A line for each says when it left, in UTC, and what its header showed: addresses, protocol, ports, or id and sequence "
            "number of an echo request, the IP id of IPv4, length and TTL. A field that the kernel chose is \"?\". A router's log shows "
            "the TTL that was left there, and behind a translator its addresses and ports."},
    {.name = "detail", .type = SN_OPT_UINT, FIELD(detail_ttl), .min = 1, .max = 255, .unit = "hops", .arg = "TTL",
     .group = SN_GROUP_OUTPUT, .commands = SN_FOR_TRACE | SN_FOR_REPLAY, .clash = SN_CLASH_REPEAT_DETAIL,
     .help = "show one probe of this hop and its answer, byte by byte",
     .doc = "Each field of the probe by its name, with its bytes and its value as it was sent and, beside it, as the answer quotes it: "
            "what differs is marked, what the quote is too short for is \"not visible\". It is the hop's first answer."},
    {.name = "apart", .type = SN_OPT_FLAG, FIELD(apart), .group = SN_GROUP_OUTPUT, .commands = SN_FOR_REPLAY,
     .help = "a table for each trace, also of a comparison, rounds, searches for the MTU and for limiters"},
    {.name = "color", .type = SN_OPT_CHOICE, FIELD(colour), .preset = "auto", .arg = "WHEN", .choices = colour_choices,
     .group = SN_GROUP_OUTPUT, .commands = SN_FOR_PROBES | SN_FOR_REPLAY | SN_FOR_DOCTOR, .help = "colour the table",
     .doc = "auto is on a terminal, or where CLICOLOR_FORCE is set to anything but 0, and never where NO_COLOR is set. Nothing is told by "
            "a colour alone."},
    {.name = "ascii", .type = SN_OPT_FLAG, FIELD(ascii), .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_PROBES | SN_FOR_REPLAY | SN_FOR_DOCTOR, .help = "write ASCII only, as in locales without UTF-8"},
    {.name = "wide", .type = SN_OPT_FLAG, FIELD(wide), .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_PROBES | SN_FOR_REPLAY | SN_FOR_DOCTOR, .help = "break no line at the width of the terminal",
     .doc = "Without it lines are as wide as the terminal, or as COLUMNS says; on a pipe without COLUMNS they are not broken."},
    {.name = "findings", .type = SN_OPT_FLAG, FIELD(findings), .group = SN_GROUP_OUTPUT, .commands = SN_FOR_PROBES | SN_FOR_REPLAY,
     .help = "list what was found below each table, for scripts",
     .doc = "One line for each finding, in fields separated by tabs: the word finding, its id, its severity (info, notice, warning, "
            "failure), how sure it is (undecided, possible, likely, certain), the exit status that it leads to, the first and the last "
            "hop that it speaks of, the address that it is about, the numbers that it rests on as key=value, separated by spaces, what "
            "that address is (router, last-router, target, this-machine), and the method. A dash stands for none. Fields may be added "
            "at the end, never moved."},

    {.name = "write-capture", .type = SN_OPT_TEXT, FIELD(write_capture), .arg = "FILE", .words = SN_WORDS_FILE, .group = SN_GROUP_OUTPUT,
     .commands = SN_FOR_PROBES, .not_in_file = true, .help = "store what is sent and received in a pcap file",
     .doc = "Whole IP packets, with the kernel's stamps in nanoseconds. \"sonde replay FILE\" shows the same table again. Unprivileged "
            "sockets show no whole packets: what they leave out is filled in, and a source port or IP id that the kernel chose is 0."},

    {.name = "sim", .type = SN_OPT_TEXT, FIELD(sim), .arg = "FILE", .words = SN_WORDS_NET, .group = SN_GROUP_SIM,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE, .clash = SN_CLASH_WIRE,
     .often = true, .help = "trace the network described in FILE; no packet leaves",
     .doc = "Hosts are then names or addresses of that file. No privilege is needed, and time is virtual."},
    {.name = "seed", .type = SN_OPT_UINT, FIELD(seed), .max = UINT64_MAX, .preset = "1", .arg = "N", .group = SN_GROUP_SIM,
     .commands = SN_FOR_PROBES | SN_FOR_SIM | SN_FOR_INTERFACE, .needs = "sim", .help = "fixes everything random in the simulated network"},
    {.name = "realtime", .type = SN_OPT_FLAG, FIELD(realtime), .group = SN_GROUP_SIM,
     .commands = SN_FOR_PROBES | SN_FOR_INTERFACE, .needs = "sim",
     .help = "let simulated time pass as real time does"},
    {.name = "here", .type = SN_OPT_FLAG, FIELD(here), .group = SN_GROUP_SIM, .commands = SN_FOR_SIM, .not_in_file = true,
     .help = "put the device into this network namespace",
     .doc = "Without it the command runs in a network namespace of its own, and this machine's routes are never touched."},

    {.name = "traceroute", .type = SN_OPT_FLAG, FIELD(for_traceroute), .group = SN_GROUP_GENERAL,
     .commands = SN_FOR_COMPLETION | SN_FOR_DOCGEN, .not_in_file = true, .help = "completions of a link called traceroute",
     .doc = "For the options that the program then takes. They are not installed where shells look, as another traceroute may be there."},
    {.name = "config", .letter = 'C', .type = SN_OPT_TEXT, FIELD(config), .arg = "FILE", .words = SN_WORDS_CONFIG,
     .group = SN_GROUP_GENERAL, .commands = SN_FOR_CONFIG | SN_FOR_DOCGEN, .clash = SN_CLASH_CONFIG, .not_in_file = true,
     .preset_words = "~/.config/sonde/config and /etc/sonde/config",
     .help = "read this configuration file and no other",
     .doc = "Its form is described under FILES."},
    {.name = "no-config", .type = SN_OPT_FLAG, FIELD(no_config), .group = SN_GROUP_GENERAL, .commands = SN_FOR_CONFIG | SN_FOR_DOCGEN,
     .clash = SN_CLASH_CONFIG, .not_in_file = true, .help = "read no configuration file"},
    {.name = "show-config", .type = SN_OPT_FLAG, FIELD(show_config), .group = SN_GROUP_GENERAL, .commands = SN_FOR_CONFIG,
     .not_in_file = true, .help = "show which options are in force and where each is from, and end"},
    {.name = "help", .letter = 'h', .type = SN_OPT_HELP, FIELD(help), .group = SN_GROUP_GENERAL, .commands = SN_FOR_ALL, .often = true,
     .not_in_file = true,
     .help = "show this help; -h the most used options only"},
    {.name = "version", .letter = 'V', .type = SN_OPT_FLAG, FIELD(version), .group = SN_GROUP_GENERAL, .commands = SN_FOR_ALL,
     .not_in_file = true, .help = "show the version"},
};
_Static_assert(sizeof options / sizeof *options <= SN_OPTS_MAX, "struct sn_opts.given has one bit for each option");

const char *sn_opt_methods_words(enum sn_opt_methods methods)
{
	static const char *const words[SN_WITH_COUNT] = {
	    [SN_WITH_ANY] = "", [SN_WITH_PORTS] = "methods with ports", [SN_WITH_TCP] = "methods that send TCP",
	    [SN_WITH_UDP_TCP] = "methods that send UDP or TCP",
	};
	return words[methods];
}

/* The table on standard output is no format that shows it, but what there is without one. */
bool sn_opt_offers(const struct sn_opt *opt, uint32_t command, size_t choice)
{
	if (opt->words != SN_WORDS_OUTPUT || command != SN_FOR_INTERFACE)
		return true;
	return sn_format(choice)->interfaces || strcmp(opt->choices[choice], "text") == 0;
}

bool sn_opt_fits(const struct sn_opt *opt, const struct sonde_method_info *method)
{
	bool tcp = method->protocol4 == IPPROTO_TCP, udp = method->protocol4 == IPPROTO_UDP;
	switch (opt->methods) {
	case SN_WITH_PORTS:
		return method->takes_port;
	case SN_WITH_TCP:
		return tcp;
	case SN_WITH_UDP_TCP:
		return tcp || udp;
	default:
		return true;
	}
}

size_t sn_opt_count(void)
{
	return sizeof options / sizeof *options;
}

const struct sn_opt *sn_opt(size_t index)
{
	return index < sn_opt_count() ? &options[index] : NULL;
}
