/* SPDX-License-Identifier: MIT */
/* ICMPv4 in words, row by row as icmp_table.c has it. What is said of forwarding firewalls follows draft-ietf-opsec-icmp-filtering, which
 * expired as a draft, except where a row says more; sections of RFCs stand in each row. */
#include "packet/icmp_text.h"

/* ---- what several rows share ---- */

#define DRAFT1 "; draft-ietf-opsec-icmp-filtering section 2.1.1 (expired draft)"
#define DRAFT "; draft-ietf-opsec-icmp-filtering (expired draft)"
#define RELATED "as an answer to traffic that you let through: a stateful filter calls it \"related\" if it quotes a known connection"
#define WAITS "The sender is told nothing and waits for its own timeout"
#define NOBODY_SENDS "Nobody any more: implementations are hard to find. What carries this type now is a test, a scan or a covert " \
	 "channel."
#define NOTHING_BREAKS "Nothing that is in use."
#define DEPRECATED_DROP "No. It is formally deprecated; routers and hosts may ignore it, and so may a firewall."
#define ON_LINK_LOST "Hosts that find their router this way lose it. Those that got it by DHCP, which is nearly all, notice nothing."
#define PROBE_ADVICE "No from strangers: it tells them about interfaces. Allow it from the addresses of your own management only."

#define ROBUSTNESS(number) \
	{number, -1, "Type " #number " is one of the ten from 20 to 29 that were set aside for a robustness experiment. The experiment " \
	 "left no protocol behind.", \
	 "Nobody: no message with this number was ever specified.", NOTHING_BREAKS, "No. There is nothing it could be needed for.", \
	 "RFC 1700 (ICMP type numbers)"}

/* ---- the table ---- */

const struct sn_icmp_text sn_icmp_texts4[] = {
	{0, -1, "The answer to a ping: whoever has the address is up and reachable, and the way back works. It says nothing about any "
	 "port.", "The host or router that got the echo request, to its sender.",
	 "Your own pings and ICMP traces look as if the target were dead, although packets reach it.", "Yes, " RELATED ".",
	 "RFC 792; RFC 1122 section 3.2.2.6; draft-ietf-opsec-icmp-filtering section 2.2.1 (expired draft)"},

	{3, 0, "A router on the way has no route to the destination's network, not even a default one. The packet ended there.",
	 "A router that cannot forward, to the packet's source.",
	 WAITS ", and a routing fault looks like a dead host. TCP treats it as a soft error and keeps trying, so that nothing is cut "
	 "off by it.", "Yes, " RELATED ".", "RFC 792; RFC 1812 section 5.2.7.1; RFC 1122 section 4.2.3.9" DRAFT1},
	{3, 1, "The packet came as far as the destination's own network, but nobody there answers for the address: the host is off, or "
	 "its address is wrong.", "The last router, after ARP has got no answer; Linux needs about three seconds for it.",
	 WAITS ". A host that is switched off and a firewall that drops can no longer be told apart.", "Yes, " RELATED ".",
	 "RFC 792; RFC 1812 section 5.2.7.1; RFC 1122 section 4.2.3.9" DRAFT1},
	{3, 2, "The packet arrived, and the host does not speak the protocol in its IP header. It is the protocol that is missing "
	 "(such as GRE or SCTP), not a port.", "The destination host; also firewalls that are set to reject this way.",
	 "Tunnels and unusual transports fail slowly instead of at once.",
	 "To your own hosts yes, " RELATED ". TCP may end a connection over it, so a forged one does harm; through a firewall the "
	 "draft advises to drop it.", "RFC 792; RFC 1122 sections 3.2.2.1 and 4.2.3.9; RFC 5927 section 5" DRAFT1},
	{3, 3, "The packet arrived, and nobody listens at its UDP port. Of TCP a closed port is told by a RST instead, so 3/3 about "
	 "TCP comes from a filter.",
	 "The destination host. \"reject\" of iptables and nftables sends it as well, and then it may come from any hop.",
	 "Programs over UDP (DNS, QUIC, VPNs) wait for their timeout instead of going on to the next server; UDP traces never see "
	 "their end.", "Yes, " RELATED ". The draft would drop it in transit, but the delay that costs is felt by users.",
	 "RFC 792; RFC 1122 sections 3.2.2.1 and 4.1.3.3; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 4, "The packet is larger than the next link takes, and must not be fragmented. The message carries the size that fits; 0 "
	 "there is an old router.", "The router before the narrow link (a tunnel, PPPoE), to the packet's source.",
	 "The classic black hole: connections open, small requests work, and everything large hangs for ever. A host that does not "
	 "search for the size by itself (RFC 4821) never gets on.",
	 "Always, in both directions. Where you cannot have it allowed, clamp the TCP MSS at the narrow link. Hosts check the quoted "
	 "sequence number against forgery.", "RFC 792; RFC 1191 sections 3 and 4; RFC 2923 section 2.1; RFC 5927 section 7" DRAFT1},
	{3, 5, "The packet carried a source route in its IP options, and the next address in it cannot be reached from there.",
	 "A router or host on a source route.",
	 "Nothing, unless you use source routes on purpose, which the Internet discards nearly everywhere.",
	 "No. Drop source-routed packets themselves, then this message has no cause.",
	 "RFC 792; RFC 1812 section 5.2.7.1; RFC 7126 sections 4.3 and 4.4" DRAFT1},
	{3, 6, "The destination's network is said not to exist at all. Routers are told to send 3/0 instead, since no router can know "
	 "that.", "Hardly anybody; very old routers.", "As little as it is sent: a sender waits for its timeout.",
	 "Not needed. Where it comes it may be treated like 3/0.", "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 7, "The link itself has told the last router that no such host is on it. ARP that stays silent is 3/1 instead.",
	 "A last router on a link that can know, which Ethernet cannot.",
	 "A sender waits for its timeout; it is rare enough to be missed by nobody.",
	 "Your choice; the same reasons as for 3/1 speak for it.", "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 8, "The sender's own host is cut off from the network. The code dates from the ARPANET's first packet switches.",
	 "Nobody: routers are told to send 3/0 or 3/1.", NOTHING_BREAKS, "No. It is obsolete.",
	 "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 9, "A filter forbids everything towards the destination's network. It was meant for encrypting gateways; 3/13 has taken "
	 "its place.", "Firewalls set to reject with \"net prohibited\", and some routers' access lists.",
	 "A rejected connection looks like a lost one: the user waits, and the administrator searches for a fault that is a rule.",
	 "Yes, " RELATED "; if yours sends it, let it send 3/13.", "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 10, "A filter forbids everything towards this one host. Like 3/9 it was meant for encrypting gateways, and 3/13 is the one "
	 "to send.",
	 "Firewalls set to reject with \"host prohibited\": the default of some Linux distributions for whatever no rule lets in.",
	 "The end of an otherwise clear case: without it a host that rejects looks like one that is switched off.",
	 "Yes, " RELATED "; if yours sends it, let it send 3/13.", "RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 11, "There is a route to the network, but none for the type of service that the packet asked for.",
	 "A router that routes by the TOS byte, which almost none does since that byte carries the DSCP.",
	 "Nothing in today's networks.", "Not needed.",
	 "RFC 1122 section 3.2.2.1; RFC 1812 sections 5.2.4.3 and 5.2.7.1; RFC 2474" DRAFT1},
	{3, 12, "The host's network is reached, but the host not with the type of service that the packet asked for.",
	 "A last router that routes by the TOS byte: none is known to.",
	 "Nothing in today's networks, since the TOS byte became the DSCP field.", "Not needed.",
	 "RFC 1122 section 3.2.2.1; RFC 1812 sections 5.2.4.3 and 5.2.7.1; RFC 2474" DRAFT1},
	{3, 13, "A rule forbids this packet, and whoever applies the rule says so. The sender is the filter itself, or the router in "
	 "front of it.", "A router or firewall with a filter that rejects instead of dropping, to the packet's source.",
	 "Nobody can tell the rule from a dead host or a lossy path any more, and programs wait instead of failing at once.",
	 "Yes, " RELATED ". Send it to your own users; towards strangers dropping is a choice, and no protection.",
	 "RFC 1812 section 5.2.7.1" DRAFT1},
	{3, 14, "The packet's precedence (the top three bits of the old TOS byte) is not permitted for this source, destination, "
	 "protocol or port.", "The first router, to a host that asked for too much precedence.",
	 "Nothing: networks that mind the priority change the DSCP without a word.", "Not needed.",
	 "RFC 1812 section 5.2.7.1; RFC 2474" DRAFT1},
	{3, 15, "The network currently carries only packets above some precedence, and this one is below.",
	 "A router of a network in which operators have set a minimum.",
	 "Nothing: no network is known to work that way since DSCP replaced precedence.", "Not needed.",
	 "RFC 1812 section 5.2.7.1; RFC 2474" DRAFT1},
	{3, -1, "Destination unreachable, with a code that nobody has assigned. That the packet did not arrive is all it says.",
	 "A faulty or home-made stack, or a test.", "Little: a sender that got it would take it for a soft error.",
	 "Your choice. Drop unassigned codes if your filter can; nothing depends on them.", "RFC 792; RFC 1122 section 3.2.2.1"},

	{4, -1, "An old request to send more slowly, because a router or host could not keep up. Formally deprecated since 2012.",
	 "Nobody who follows the standard: routers do not send it, and hosts discard it.",
	 "Nothing: congestion is told by loss and by ECN. What still comes may be an attempt to slow down your connections.", "No.",
	 "RFC 6633 sections 3 to 5; RFC 5927 section 6"},

	{5, 0, "Packets to a whole network should go by another router of the same link. Routers must not send this form, as a "
	 "network's size is not told.", "Old routers, to hosts of their own link.", "Nothing: packets take one more hop on the link.",
	 "No. It changes the routing of whoever believes it, so it must never cross a router, and careful hosts ignore it.",
	 "RFC 792; RFC 1812 section 5.2.7.2; RFC 1122 section 3.2.2.2" DRAFT},
	{5, 1, "Packets to this host should go by another router of the same link; the first router has forwarded this one all the "
	 "same.", "A router that would send the packet out where it came in, to a host of that link.",
	 "Nothing is lost; packets take a detour over the first router.",
	 "Never across a router. On the link it is your choice: whoever can forge one can draw traffic to himself.",
	 "RFC 792; RFC 1812 section 5.2.7.2; RFC 1122 section 3.2.2.2" DRAFT},
	{5, 2, "As 5/0, for packets of one type of service only. Routers must not send it.", "Nobody: routing by the TOS byte is gone.",
	 NOTHING_BREAKS, "No: it could only serve to lead traffic astray.", "RFC 792; RFC 1812 section 5.2.7.2" DRAFT},
	{5, 3, "As 5/1, for packets of one type of service only.",
	 "A router that routes by the TOS byte, to a host of its link; hardly one is left.",
	 "Nothing; a host goes on using its first router.", "Never across a router, and on the link only where 5/1 is believed, too.",
	 "RFC 792; RFC 1812 section 5.2.7.2" DRAFT},
	{5, -1, "A redirect with a code that nobody has assigned. No host knows what it should change.", "A test or an attack.",
	 NOTHING_BREAKS, "No.", "RFC 792; RFC 1122 section 3.2.2.2"},

	{6, 0, "It was to name another address for a host. No document ever described it.", NOBODY_SENDS, NOTHING_BREAKS,
	 DEPRECATED_DROP, "RFC 6918 section 2.1"},
	{6, -1, "Alternate host address with a code that was never assigned, of a type that was never described.", NOBODY_SENDS,
	 NOTHING_BREAKS, DEPRECATED_DROP, "RFC 6918 section 2.1"},

	{8, -1, "A ping: whoever has the destination address is asked to send the same bytes back. It has no port and asks for none.",
	 "Anybody who tests whether an address answers: ping, monitoring, this program, and scanners.",
	 "Ping and ICMP traces end at the firewall. The host behind it may serve every port of its own and still look dead.",
	 "Yes, with a rate limit (a few a second for each source). Who must hide addresses drops it from outside, and loses the "
	 "simplest test.",
	 "RFC 792; RFC 1122 section 3.2.2.6; RFC 1812 section 4.3.3.6; draft-ietf-opsec-icmp-filtering section 2.2.1 (expired draft)"},

	{9, 0, "A router offers itself as default router on its link, for a stated lifetime.",
	 "Routers with router discovery switched on, to the hosts of their link.", ON_LINK_LOST,
	 "Never across a router. On a link only where router discovery is in use: a forged one takes over all traffic.",
	 "RFC 1256 sections 3 and 7; RFC 5944 section 2.1" DRAFT},
	{9, 16, "A Mobile IP agent announces itself, and adds that it is no router for ordinary traffic.",
	 "Mobile IPv4 home and foreign agents, on their link.", "Mobile IPv4 nodes do not find their agent. There are hardly any.",
	 "Never across a router; on the link only with Mobile IPv4.", "RFC 5944 section 2.1" DRAFT},
	{9, -1, "A router advertisement with a code that nobody has assigned. Hosts are to discard it.", "A test or an attack.",
	 NOTHING_BREAKS, "No.", "RFC 1256 section 3"},
	{10, -1, "A host asks the routers of its link to announce themselves at once, instead of waiting for their next turn.",
	 "Hosts with router discovery switched on, at start.", ON_LINK_LOST,
	 "Never across a router; on the link where you use router discovery.", "RFC 1256 sections 3 and 5" DRAFT},

	{11, 0, "The packet's TTL ran out in a router. Every step of a traceroute is this message; without a traceroute it means a "
	 "routing loop, or more hops than the sender allowed.",
	 "The router at which the TTL reached zero, to the packet's source. Many limit how many they send, so a silent hop is not a "
	 "dead hop.", "Traces show only stars from there on, and loops look like loss. Connections are not harmed.",
	 "Yes, " RELATED ". Let your routers send it, with a rate limit.",
	 "RFC 792; RFC 1812 sections 4.3.2.8 and 5.3.1; draft-ietf-opsec-icmp-filtering (expired draft)"},
	{11, 1, "The destination got some fragments of a packet but not all of them in time (30 to 120 seconds), and threw them away.",
	 "The destination host, or a firewall that puts fragments together; only if it had the first one.",
	 "Nothing fails that had not failed already, but a fault that is hard to see loses its only witness.",
	 "Yes, " RELATED ". It often shows a filter that drops fragments, which have no ports.",
	 "RFC 792; RFC 1122 sections 3.2.2.4 and 3.3.2" DRAFT},
	{11, -1, "Time exceeded, with a code that nobody has assigned.", "A faulty stack, or a test.", NOTHING_BREAKS, "Not needed.",
	 "RFC 792; RFC 1122 section 3.2.2.4"},

	{12, 0, "A field of the IP header is wrong or not understood; the pointer says at which byte. Usually an IP option.",
	 "Any router or host that read the header, to the packet's source.",
	 "Senders of IP options never learn that they are refused. Ordinary traffic has none.", "Yes, " RELATED ".",
	 "RFC 792; RFC 1812 section 4.3.3.5; RFC 1122 section 3.2.2.5" DRAFT},
	{12, 1, "The network demands an IP option that the packet lacks: the security label of the RFC 1108 kind.",
	 "Routers of networks with classified traffic.", "Nothing outside such networks.",
	 "Only inside a network that labels its packets.", "RFC 1108; RFC 1122 section 3.2.2.5; RFC 1812 section 4.3.3.5"},
	{12, 2, "A length in the header does not fit the packet.", "A router or host that checked the lengths, to the packet's source.",
	 "A broken sender or link stays undiscovered; nothing else.", "Yes, " RELATED ".",
	 "RFC 792; IANA's registry has the code without a document of its own"},
	{12, -1, "Parameter problem, with a code that nobody has assigned.", "A faulty stack, or a test.", NOTHING_BREAKS,
	 "Not needed.", "RFC 792; RFC 1122 section 3.2.2.5"},

	{13, -1, "A host is asked for its time of day in milliseconds since midnight UT.",
	 "Scanners mostly; once, programs that compared clocks.", "Nothing: clocks are set by NTP.",
	 "No. The answer tells strangers how your clock runs, and by that which hosts are one machine.",
	 "RFC 792; RFC 1122 section 3.2.2.8" DRAFT},
	{14, -1, "The time of day of the host that was asked: when it got the question, and when it answered.",
	 "Hosts and routers that still serve timestamps, to who asked.", "Nothing but tests of your own that use it.",
	 "No, except as an answer to requests of your own.", "RFC 792; RFC 1122 section 3.2.2.8" DRAFT},
	{15, -1, "A diskless host asks for the number of the network it is on. RARP, BOOTP and DHCP took its place.", NOBODY_SENDS,
	 NOTHING_BREAKS, DEPRECATED_DROP, "RFC 792; RFC 1122 section 3.2.2.7; RFC 6918 section 2.2"},
	{16, -1, "The answer to an information request: the network's number stands in the packet's own addresses.", NOBODY_SENDS,
	 NOTHING_BREAKS, DEPRECATED_DROP, "RFC 792; RFC 1122 section 3.2.2.7; RFC 6918 section 2.3"},
	{17, -1, "A host asks what the subnet mask of its link is. DHCP tells it today.",
	 "Scanners, to learn how your network is divided.", NOTHING_BREAKS, DEPRECATED_DROP,
	 "RFC 950 appendix I; RFC 1122 section 3.2.2.9; RFC 6918 section 2.4"},
	{18, -1, "The subnet mask of a link, as an old router or host tells it to who asked.", NOBODY_SENDS, NOTHING_BREAKS,
	 "No. It is formally deprecated, and it tells strangers how your network is divided.",
	 "RFC 950 appendix I; RFC 1122 section 3.2.2.9; RFC 6918 section 2.5"},

	{19, -1, "Reserved for security, without any message having been specified.", "Nobody.", NOTHING_BREAKS, "No.",
	 "RFC 1700 (ICMP type numbers)"},
	ROBUSTNESS(20), ROBUSTNESS(21), ROBUSTNESS(22), ROBUSTNESS(23), ROBUSTNESS(24),
	ROBUSTNESS(25), ROBUSTNESS(26), ROBUSTNESS(27), ROBUSTNESS(28), ROBUSTNESS(29),

	{30, -1, "Each router was to report a packet with a traceroute option as it passed by. It never spread: traceroute works "
	 "without any help.", NOBODY_SENDS, "Nothing; no traceroute program uses it.", DEPRECATED_DROP,
	 "RFC 1393; RFC 6918 section 2.6"},
	{31, -1, "A gateway between IPv4 and TP/IX, a proposed successor of it, could not convert a packet.", NOBODY_SENDS,
	 NOTHING_BREAKS, DEPRECATED_DROP, "RFC 1475; RFC 6918 section 2.7"},
	{32, -1, "An early draft's way of telling where a mobile host had gone. Mobile IP was built without it.", NOBODY_SENDS,
	 NOTHING_BREAKS, DEPRECATED_DROP, "RFC 6918 section 2.8"},
	{33, -1, "The question of an early plan for IPv6 for the neighbour behind an address. IPv6 uses ICMPv6 135 instead.",
	 NOBODY_SENDS, NOTHING_BREAKS, DEPRECATED_DROP, "RFC 6918 section 2.9"},
	{34, -1, "The answer to type 33, of the same early plan. IPv6 uses ICMPv6 136 instead.", NOBODY_SENDS, NOTHING_BREAKS,
	 DEPRECATED_DROP, "RFC 6918 section 2.10"},
	{35, -1, "An early draft's registration of a mobile host. Mobile IP registers over UDP.", NOBODY_SENDS, NOTHING_BREAKS,
	 DEPRECATED_DROP, "RFC 6918 section 2.11"},
	{36, -1, "The answer to type 35, as unused as the question.", NOBODY_SENDS, NOTHING_BREAKS, DEPRECATED_DROP,
	 "RFC 6918 section 2.12"},
	{37, -1, "A host is asked for its own domain name, as an experiment besides the DNS.", NOBODY_SENDS,
	 "Nothing; names of addresses come from the DNS.", DEPRECATED_DROP, "RFC 1788; RFC 6918 section 2.13"},
	{38, -1, "A host's domain name, from the host itself.", NOBODY_SENDS, "Nothing; names of addresses come from the DNS.",
	 DEPRECATED_DROP, "RFC 1788; RFC 6918 section 2.14"},
	{39, -1, "It belonged to SKIP, a key management for IP that IKE has replaced.", NOBODY_SENDS, NOTHING_BREAKS, DEPRECATED_DROP,
	 "RFC 6918 section 2.15"},

	{40, 0, "The packet names a security association (its SPI) that the receiver does not have, perhaps since a restart.",
	 "An IPsec receiver with the experimental Photuris messages; today's IKE tells such things itself.", "Nothing with IKE.",
	 "Not needed. Without authentication it must not be believed.", "RFC 2521"},
	{40, 1, "A packet's authentication or integrity check failed.", "An IPsec receiver with the experimental Photuris messages.",
	 "Nothing: today's IPsec receivers count such packets and stay silent.", "Not needed.", "RFC 2521"},
	{40, 2, "A packet's compressed content could not be unpacked.", "An IPsec receiver with the experimental Photuris messages.",
	 "Nothing: no receiver in use sends it.", "Not needed.", "RFC 2521"},
	{40, 3, "A packet's content could not be decrypted.", "An IPsec receiver with the experimental Photuris messages.",
	 "Nothing: receivers in use log it instead.", "Not needed.", "RFC 2521"},
	{40, 4, "The packet came without authentication, and the receiver demands some.",
	 "A receiver or gateway with the experimental Photuris messages.", "Nothing; a policy of IPsec drops without a word.",
	 "Not needed.", "RFC 2521"},
	{40, 5, "The packet was authentic, but its sender may not do this.",
	 "A receiver or gateway with the experimental Photuris messages.", "Nothing; what a sender may do is told by IKE or 3/13.",
	 "Not needed.", "RFC 2521"},
	{40, -1, "A security failure with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.", "RFC 2521"},
	{41, -1, "Reserved for experiments with handover between mobile networks (Seamoby); a subtype says which.",
	 "Routers of such an experiment.", "The experiment, if it is yours.", "Only between the routers that take part.", "RFC 4065"},

	{42, 0, "A ping that asks about an interface: is the one with this name, index or address up, on the node that is asked or "
	 "beside it?", "Management programs (the PROBE utility), to a node that acts as proxy.",
	 "PROBE does not work; ping and traceroute do.", PROBE_ADVICE, "RFC 8335 sections 2, 4 and 8"},
	{42, -1, "An extended echo request with a code that nobody has assigned: the node that gets it drops it.", "A test.",
	 NOTHING_BREAKS, "No.", "RFC 8335 section 4"},
	{43, 0, "The answer to an extended echo request, without an error; its bits say whether the interface is up and runs IPv4 and "
	 "IPv6.", "The node that was asked, if PROBE is switched on there.", "PROBE gets no answer, as if the node did not know it.",
	 "Yes, as an answer to requests of your own.", "RFC 8335 sections 3 and 4"},
	{43, 1, "The extended echo request was not well formed: its interface object is missing or wrong.", "The node that was asked.",
	 "A mistake of the asking program looks like silence.", "Yes, as an answer to requests of your own.", "RFC 8335 section 4"},
	{43, 2, "The node that was asked has no such interface.", "The node that was asked.",
	 "A wrong interface name looks like silence.", "Yes, as an answer to requests of your own.", "RFC 8335 section 4"},
	{43, 3, "The node that was asked does not find the address in its table of neighbours (ARP).",
	 "The node that was asked about a neighbour's interface.", "A neighbour that is missing looks like silence.",
	 "Yes, as an answer to requests of your own.", "RFC 8335 section 4"},
	{43, 4, "Several interfaces fit what the request asked for; it has to be put more exactly.", "The node that was asked.",
	 "An ambiguous question looks like silence.", "Yes, as an answer to requests of your own.", "RFC 8335 section 4"},
	{43, -1, "An extended echo reply with a code that nobody has assigned.", "A newer or a faulty implementation of PROBE.",
	 NOTHING_BREAKS, "Not needed.", "RFC 8335 section 3"},

	{253, -1, "The first of two types for experiments. It means what those who agreed on it want.", "Members of an experiment.",
	 "That experiment.", "Only inside the network that runs it; it must not become permanent.", "RFC 4727; RFC 3692"},
	{254, -1, "The second of two types for experiments, with no meaning of its own either.", "Members of an experiment.",
	 "That experiment.", "Only inside the network that runs it; it must not become permanent.", "RFC 4727; RFC 3692"},
	{255, -1, "The last number, kept in reserve. No message has it.", "Nobody.", NOTHING_BREAKS, "No.",
	 "RFC 1700 (ICMP type numbers)"},
};

const size_t sn_icmp_texts4_count = sizeof sn_icmp_texts4 / sizeof *sn_icmp_texts4;
