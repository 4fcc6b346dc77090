/* SPDX-License-Identifier: MIT */
/* ICMPv6 in words, row by row as icmp_table.c has it. Of RFC 4890, sections 4.3.x are about packets that cross a firewall, 4.4.x about
 * those for the firewall itself or its link. */
#include "packet/icmp_text.h"

/* ---- what several rows share ---- */

#define MUST "Always: RFC 4890 counts it among what must not be dropped, in transit or locally"
#define MUST_SRC "; RFC 4890 sections 4.3.1 and 4.4.1"
#define SHOULD "Yes: RFC 4890 counts it among what should normally not be dropped, in transit or locally"
#define SHOULD_SRC "; RFC 4890 sections 4.3.2 and 4.4.2"
#define LINK_ONLY "On the link always. It needs no rule for transit: no router forwards it"
#define LINK_SRC "; RFC 4890 sections 4.3.3 and 4.4.1"
#define NO_BOTH "No, unless you know what needs it"
#define NO_SRC "; RFC 4890 section 4.3.5"
#define POLICY "RFC 4890 wants you to decide; what you do not use, drop"
#define POLICY_SRC "; RFC 4890 section 4.3.4"
#define WAITS "The sender is told nothing and waits for its own timeout"
#define NOTHING_BREAKS "Nothing that is in use."
#define LIMITS_SENDER "A router or firewall on the way that read deeper into the headers than it can, to the packet's source."
#define LIMITS_DROPPED "Packets with extension headers vanish without a reason, and their sender cannot try again with fewer of them."
#define LIMITS_ADVICE "Yes, as an answer to traffic that you let through. RFC 4890 is older than this code: filters made after it may " \
	 "drop it."
#define MOBILE "Only where Mobile IPv6 is in use, and then RFC 4890 wants it let through"
#define MOBILE_SRC "; RFC 4890 section 4.3.2"
#define LOWPAN_ADVICE "Inside the low-power network, between its routers; nowhere else."
#define PROBE_REPLY "Yes, as an answer to requests of your own."

/* ---- the table ---- */

const struct sn_icmp_text sn_icmp_texts6[] = {
	{0, -1, "Type 0 is reserved; no message has it. It lies in the range of errors.", "Nobody; a faulty stack that writes zeros.",
	 NOTHING_BREAKS, "No.", "RFC 4443 section 2.1"},

	{1, 0, "A router on the way has no route to the destination, not even a default one. The packet ended there.",
	 "A router without a default route, to the packet's source.", WAITS ", and a routing fault looks like a dead host.", MUST ".",
	 "RFC 4443 section 3.1" MUST_SRC},
	{1, 1, "A rule forbids this packet, and the filter says so.",
	 "A router or firewall that rejects instead of dropping, to the packet's source.",
	 "A rule can no longer be told from a dead host or a lossy path, and programs with an IPv4 address to fall back to wait before "
	 "they do.", MUST ". Sending it towards strangers is your choice.", "RFC 4443 section 3.1; RFC 1812 section 5.2.7.1" MUST_SRC},
	{1, 2, "The source address is valid on a smaller part of the network than the packet would have to cross: a link-local source, "
	 "sent to a global destination.", "The router at the border of that zone.",
	 "A host with a wrong source address keeps using it.", MUST ".", "RFC 4443 section 3.1; RFC 4007 section 9" MUST_SRC},
	{1, 3, "The packet came to the destination's own link, but nobody there answers for the address. Also the code for reasons "
	 "that fit no other.", "The last router, after neighbour discovery has got no answer (about three seconds).",
	 WAITS ". A host that is off and a firewall that drops look the same.", MUST ".",
	 "RFC 4443 section 3.1; RFC 4861 section 7.2.2" MUST_SRC},
	{1, 4, "The packet arrived, and nobody listens at its UDP port. Of TCP a closed port is told by a RST, so 1/4 about TCP comes "
	 "from a filter.", "The destination host; also firewalls that reject, and then from any hop.",
	 "Programs over UDP (DNS, QUIC) wait for their timeout, and UDP traces never see their end.", MUST ".",
	 "RFC 4443 section 3.1" MUST_SRC},
	{1, 5, "The source address is not allowed where the packet came in or goes out: a form of 1/1. Typical for a host with two "
	 "providers that sends with one's prefix through the other.", "A router with a source filter (BCP 38).",
	 "Hosts cannot learn to choose their other source address, and half of their connections fail slowly.", MUST ".",
	 "RFC 4443 section 3.1; RFC 2827" MUST_SRC},
	{1, 6, "There is a route for the destination, and it says to reject: a form of 1/1. Often the part of an own prefix that is "
	 "not in use.", "A router with a reject route, or a firewall that is set to answer so (nftables: \"reject-route\").",
	 "Wrong addresses in your own prefix time out instead of failing at once.", MUST ".", "RFC 4443 section 3.1" MUST_SRC},
	{1, 7, "The packet carried a source route of a low-power network (RPL), and a router could not reach the next hop in it.",
	 "A router of that network, to the node that wrote the route: usually the network's root.",
	 "The root goes on using a route that is broken.", "Inside the low-power network always; elsewhere nothing needs it.",
	 "RFC 6554 section 4.2; RFC 6550" MUST_SRC},
	{1, 8, "The headers of the packet together are longer than somebody on the way can read, so it was discarded.", LIMITS_SENDER,
	 LIMITS_DROPPED, MUST ".", "RFC 8883 section 3" MUST_SRC},
	{1, 9, "A router of a low-power network could not forward along a projected route (P-route) that the root had installed.",
	 "A router on such a route, to the root.", "The root does not mend the segment.",
	 "Inside the low-power network always; elsewhere nothing needs it.", "RFC 9914" MUST_SRC},
	{1, -1, "Destination unreachable, with a code that nobody has assigned. That the packet did not arrive is all it says.",
	 "A newer or a faulty stack.", "A sender waits for its timeout.", "Yes: RFC 4890 does not tell the codes of type 1 apart.",
	 "RFC 4443 sections 2.4 and 3.1" MUST_SRC},

	{2, -1, "The packet is larger than the next link takes; the message carries the size that fits. IPv6 routers never fragment, "
	 "so this message is all there is.", "The router before the narrow link (a tunnel, PPPoE), to the packet's source.",
	 "The classic black hole: connections open, small requests work, everything large hangs. All of IPv6 behind that firewall "
	 "looks unreliable.", MUST ". No setting of the MSS replaces it for UDP.", "RFC 4443 section 3.2; RFC 8201 section 4" MUST_SRC},

	{3, 0, "The hop limit ran out in a router. Every step of a traceroute is this message; else it means a loop, or more hops than "
	 "the sender allowed.",
	 "The router at which it reached zero. Routers limit how many they send, so a silent hop is not a dead hop.",
	 "Traces show only stars from there on, and loops look like loss.", MUST ".", "RFC 4443 sections 2.4 and 3.3" MUST_SRC},
	{3, 1, "The destination got some fragments of a packet but not all within a minute, and threw them away.",
	 "The destination host, if it had the first fragment.",
	 "A fault that is hard to see (a filter that drops fragments, for one) loses its only witness.", SHOULD ".",
	 "RFC 4443 section 3.3; RFC 8200 section 4.5" SHOULD_SRC},
	{3, -1, "Time exceeded, with a code that nobody has assigned.", "A faulty stack, or a test.", NOTHING_BREAKS,
	 "Not needed; RFC 4890 names codes 0 and 1 only.", "RFC 4443 section 3.3"},

	{4, 0, "A field of a header has a value that makes no sense; the pointer says where.",
	 "Whoever read that header: any router for the fixed one, mostly the destination for the others.",
	 "A broken sender is never told.", SHOULD ".", "RFC 4443 section 3.4" SHOULD_SRC},
	{4, 1, "The destination does not know the header that the pointer points to: a protocol it does not speak, or an extension "
	 "header.", "The destination host.",
	 "Tunnels and unusual transports fail slowly instead of at once; there is no \"protocol unreachable\" besides this.", MUST ".",
	 "RFC 4443 section 3.4; RFC 8200 section 4" MUST_SRC},
	{4, 2, "An option in a hop-by-hop or destination header is not known, and its own type says to report that.",
	 "A router (hop-by-hop options) or the destination.",
	 "New options cannot find out that they are refused; some path tests rely on the answer.", MUST ".",
	 "RFC 4443 section 3.4; RFC 8200 section 4.2" MUST_SRC},
	{4, 3, "The first fragment does not hold all headers up to the transport's, as it must.",
	 "The destination, or a firewall that has to see the ports.",
	 "A sender with too many extension headers never learns why its packets vanish.",
	 "Yes, as an answer to traffic that you let through; dropping the fragment itself is right.", "RFC 7112 section 5"},
	{4, 4, "A segment routing header was the last thing that its endpoint could process: what follows is nothing that it may hand "
	 "up.", "An endpoint of a segment, to the packet's source.", "Faults of a segment routed path stay unseen.",
	 "Inside the domain that uses segment routing; its packets must not come from outside anyway.", "RFC 8754 section 4.3"},
	{4, 5, "A node on the way, not the destination, met a header that it cannot pass over.", LIMITS_SENDER, LIMITS_DROPPED,
	 LIMITS_ADVICE, "RFC 8883 section 2"},
	{4, 6, "One extension header is longer than a node on the way can process; the pointer says where its limit is.", LIMITS_SENDER,
	 LIMITS_DROPPED, LIMITS_ADVICE, "RFC 8883 section 2"},
	{4, 7, "All extension headers together are longer than a node on the way can process.", LIMITS_SENDER, LIMITS_DROPPED,
	 LIMITS_ADVICE, "RFC 8883 section 2"},
	{4, 8, "There are more extension headers than a node on the way can process.", LIMITS_SENDER, LIMITS_DROPPED, LIMITS_ADVICE,
	 "RFC 8883 section 2"},
	{4, 9, "A hop-by-hop or destination header holds more options than a node can process.", LIMITS_SENDER, LIMITS_DROPPED,
	 LIMITS_ADVICE, "RFC 8883 section 2"},
	{4, 10, "One option is larger than a node can process.", LIMITS_SENDER, LIMITS_DROPPED, LIMITS_ADVICE, "RFC 8883 section 2"},
	{4, -1, "Parameter problem, with a code that nobody has assigned.", "A newer or a faulty stack.", NOTHING_BREAKS,
	 "Your choice; RFC 4890 names codes 0 to 2 only.", "RFC 4443 section 3.4; RFC 4890 sections 4.3.1 and 4.3.2"},

	{100, -1, "The first of two errors for private experiments.", "Members of an experiment.", "That experiment.",
	 NO_BOTH ": the experiment is private.", "RFC 4443 section 2.1" NO_SRC},
	{101, -1, "The second of two errors for private experiments.", "Members of an experiment.", "That experiment.",
	 NO_BOTH ": the experiment is private.", "RFC 4443 section 2.1" NO_SRC},
	{127, -1, "Kept to make room for more error types, should the numbers run out.", "Nobody.", NOTHING_BREAKS, NO_BOTH ".",
	 "RFC 4443 section 2.1" NO_SRC},

	{128, -1, "A ping: whoever has the destination address is asked to send the same bytes back. It has no port and asks for none.",
	 "Anybody who tests whether an address answers; Teredo clients also begin with it.",
	 "Ping and ICMP traces end at the firewall, and the host looks dead although its ports are served.",
	 MUST ", and finds scanning no reason against it: an IPv6 subnet is too large. A rate limit does no harm.",
	 "RFC 4443 section 4.1" MUST_SRC},
	{129, -1, "The answer to a ping: whoever has the address is up and reachable, and the way back works. It says nothing about "
	 "any port.", "The node that got the echo request, to its sender.",
	 "Your own pings and ICMP traces look as if the target were dead.", MUST ".", "RFC 4443 section 4.2" MUST_SRC},

	{130, -1, "A router asks who on the link still wants which multicast groups.",
	 "The querying router or switch, to the hosts of its link.",
	 "With switches that snoop, multicast dries up after some minutes, and neighbour discovery, which runs over multicast, with "
	 "it.", LINK_ONLY ".", "RFC 2710 section 3; RFC 9777; RFC 4541" LINK_SRC},
	{131, -1, "A host says that it listens to a multicast group, in the first version of the protocol.",
	 "Hosts, to the group itself, on their link.", "Routers and snooping switches stop delivering that group to the host.",
	 LINK_ONLY ".", "RFC 2710 section 3" LINK_SRC},
	{132, -1, "A host says that it leaves a multicast group.", "Hosts, to all routers of their link.",
	 "The group goes on for some time on a link where nobody wants it.", LINK_ONLY ".", "RFC 2710 section 3" LINK_SRC},

	{133, -1, "A host asks the routers of its link for their advertisement at once.", "Hosts, when an interface comes up.",
	 "Hosts wait minutes for an address and a default route, until the next advertisement comes by itself.",
	 LINK_ONLY " (it must arrive with hop limit 255).", "RFC 4861 sections 4.1 and 6.3.7" LINK_SRC},
	{134, -1, "A router tells its link the prefixes, the MTU and itself as default router.", "Routers, to all nodes of their link.",
	 "Hosts lose their default route when its lifetime ends, and new ones get no address: IPv6 is gone from that link.",
	 LINK_ONLY "; on switch ports of hosts drop it (RA guard), since a forged one takes over the traffic.",
	 "RFC 4861 sections 4.2 and 6; RFC 4862; RFC 6105" LINK_SRC},
	{135, -1, "Who has this address, and at which link-layer address? IPv6's ARP; also the test for a duplicate address.",
	 "Any node, to its link.",
	 "Nothing of IPv6 works on that link: neighbours cannot be found, and working connections break within a minute.",
	 LINK_ONLY " (it must arrive with hop limit 255).", "RFC 4861 sections 4.3 and 7.2; RFC 4862 section 5.4" LINK_SRC},
	{136, -1, "The answer to a neighbour solicitation: this link-layer address has the address that was asked for.",
	 "The node that has the address; also unasked, when it has changed.", "Nothing of IPv6 works on that link, as with 135.",
	 LINK_ONLY " (it must arrive with hop limit 255).", "RFC 4861 sections 4.4 and 7.2" LINK_SRC},
	{137, -1, "Packets to this destination should go by another router of the link, or directly.",
	 "A router of the link, to a host of it.", "Nothing is lost; packets take a detour over the first router.",
	 "It never crosses a router. On the link RFC 4890 leaves it to you: whoever can forge one can draw traffic to himself.",
	 "RFC 4861 sections 4.5 and 8; RFC 4890 sections 4.3.3 and 4.4.4"},
	{138, 0, "An order to routers to change their prefixes.", "A management station of the site.",
	 "Renumbering this way, which hardly any network uses.",
	 "No across the border of your site; inside it only if you renumber this way.", "RFC 2894; RFC 4890 sections 4.3.5 and 4.4.3"},
	{138, 1, "A router reports which prefixes it has changed by an order.",
	 "Routers that were renumbered, to the management station.", "The station does not learn what its order did.",
	 "No across the border of your site.", "RFC 2894; RFC 4890 sections 4.3.5 and 4.4.3"},
	{138, 255, "The sequence numbers of renumbering orders begin anew, so that old keys need not be kept.",
	 "A management station of the site.", "Renumbering orders after that may be taken for repetitions.",
	 "No across the border of your site.", "RFC 2894; RFC 4890 sections 4.3.5 and 4.4.3"},
	{138, -1, "Router renumbering, with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.", "RFC 2894" NO_SRC},
	{139, 0, "A node is asked for what it knows about an IPv6 address: its name or its other addresses.",
	 "Diagnostic programs of the KAME kind, and scanners.", "Such programs; nothing else.",
	 NO_BOTH ": it tells strangers names and addresses.", "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{139, 1, "A node is asked about a name, or (empty) whether it knows these queries at all.",
	 "Diagnostic programs, and scanners.", "Such programs; nothing else.", NO_BOTH ".",
	 "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{139, 2, "A node is asked for what it knows about an IPv4 address.", "Diagnostic programs, and scanners.",
	 "Such programs; nothing else.", NO_BOTH ".", "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{139, -1, "A node information query with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.",
	 "RFC 4620" NO_SRC},
	{140, 0, "The answer to a node information query.", "Nodes that have the service switched on.",
	 "The program that asked gets no answer.", NO_BOTH ".", "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{140, 1, "The node knows the answer to the query and will not give it.", "Nodes that have the service switched on.",
	 "A refusal looks like silence.", NO_BOTH ".", "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{140, 2, "The node does not know that kind of query.", "Nodes that have the service switched on.",
	 "An unknown question looks like silence.", NO_BOTH ".", "RFC 4620; RFC 4890 sections 4.3.5 and 4.4.4"},
	{140, -1, "A node information response with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.",
	 "RFC 4620" NO_SRC},
	{141, -1, "Which IPv6 addresses belong to this link-layer address? Needed on circuits such as Frame Relay.",
	 "Nodes on such circuits.", "Nodes there do not find each other's addresses; Ethernet does not use it.", LINK_ONLY ".",
	 "RFC 3122" LINK_SRC},
	{142, -1, "The answer to type 141: the IPv6 addresses of a link-layer address.", "The node that was asked.",
	 "The asking node cannot send to its neighbour on the circuit.", LINK_ONLY ".", "RFC 3122" LINK_SRC},
	{143, -1, "A host says which multicast groups, and from which sources, it listens to. The form that today's hosts send.",
	 "Hosts, to all MLDv2 routers of their link.",
	 "With switches that snoop, a host no longer gets what is sent to its groups, neighbour solicitations included.", LINK_ONLY ".",
	 "RFC 9777; RFC 4541" LINK_SRC},
	{144, -1, "A mobile node asks its home network which home agents there are.", "Mobile IPv6 nodes abroad.",
	 "Mobile nodes find no home agent.", MOBILE ".", "RFC 6275 section 6.5" MOBILE_SRC},
	{145, -1, "A home agent's answer: the list of home agents.", "Home agents, to a mobile node.",
	 "Mobile nodes find no home agent, either.", MOBILE ".", "RFC 6275 section 6.6" MOBILE_SRC},
	{146, -1, "A mobile node asks its home agent for the prefixes at home.", "Mobile IPv6 nodes abroad.",
	 "Home addresses run out of their lifetime.", MOBILE ".", "RFC 6275 section 6.7" MOBILE_SRC},
	{147, -1, "A home agent tells a mobile node the prefixes at home.", "Home agents, asked or not.",
	 "Mobile nodes miss it when their home network is renumbered.", MOBILE ".", "RFC 6275 section 6.8" MOBILE_SRC},
	{148, -1, "A host asks for the certificates that prove a router to be one (secure neighbour discovery).", "Hosts with SEND.",
	 "Hosts with SEND trust no router.", LINK_ONLY ".", "RFC 3971 section 6.4" LINK_SRC},
	{149, -1, "A certificate of a router, for secure neighbour discovery.", "Routers with SEND.",
	 "Hosts with SEND get no certificate, and no router.", LINK_ONLY ".", "RFC 3971 section 6.4" LINK_SRC},
	{150, -1, "Reserved for experiments with handover between mobile networks (Seamoby); a subtype says which.",
	 "Routers of such an experiment.", "The experiment, if it is yours.", POLICY ".", "RFC 4065" POLICY_SRC},
	{151, -1, "A router says that it forwards multicast on this link.",
	 "Multicast routers, to the snooping switches of their link.", "Switches that snoop may not pass multicast on to that router.",
	 LINK_ONLY ".", "RFC 4286" LINK_SRC},
	{152, -1, "A switch asks which routers forward multicast on this link.", "Switches that snoop, when they start.",
	 "They learn of multicast routers later.", LINK_ONLY ".", "RFC 4286" LINK_SRC},
	{153, -1, "A router says that it stops forwarding multicast on this link.", "Multicast routers that are shut down.",
	 "Switches send it multicast for some time longer.", LINK_ONLY ".", "RFC 4286" LINK_SRC},
	{154, -1, "Messages of fast handovers: a mobile node asks for the next access router, and is told.",
	 "Mobile nodes and access routers with FMIPv6.", "Handovers take as long as without FMIPv6.", POLICY ".",
	 "RFC 5568 section 6" POLICY_SRC},
	{155, -1, "All messages of RPL, the routing protocol of low-power networks; the code says which.",
	 "Routers of such a network, to their neighbours.", "That network has no routes.",
	 "Inside the low-power network always; nowhere else.", "RFC 6550 section 6" POLICY_SRC},
	{156, -1, "An ILNP node tells a correspondent that its locators (the upper half of its addresses) have changed.",
	 "Nodes with ILNP, an experiment.", "ILNP sessions break when a node moves.", POLICY ".", "RFC 6743" POLICY_SRC},
	{157, 0, "Is this address already in use somewhere in the low-power network?",
	 "A router there, to the border router that keeps the register.", "Nodes cannot register their address.", LOWPAN_ADVICE,
	 "RFC 6775 section 4.4" POLICY_SRC},
	{157, 1, "As 157/0, with an owner's identity of 64 bits.", "A router there, to the border router.",
	 "Nodes cannot register their address.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{157, 2, "As 157/0, with an owner's identity of 128 bits.", "A router there, to the border router.",
	 "Nodes cannot register their address.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{157, 3, "As 157/0, with an owner's identity of 192 bits.", "A router there, to the border router.",
	 "Nodes cannot register their address.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{157, 4, "As 157/0, with an owner's identity of 256 bits.", "A router there, to the border router.",
	 "Nodes cannot register their address.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{157, -1, "A duplicate address request with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.",
	 "RFC 6775; RFC 8505"},
	{158, 0, "The register's answer to a duplicate address request.", "The border router of a low-power network.",
	 "Nodes wait for their registration and give up.", LOWPAN_ADVICE, "RFC 6775 section 4.4" POLICY_SRC},
	{158, 1, "As 158/0, with an owner's identity of 64 bits.", "The border router.",
	 "Nodes wait for their registration and give up.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{158, 2, "As 158/0, with an owner's identity of 128 bits.", "The border router.",
	 "Nodes wait for their registration and give up.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{158, 3, "As 158/0, with an owner's identity of 192 bits.", "The border router.",
	 "Nodes wait for their registration and give up.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{158, 4, "As 158/0, with an owner's identity of 256 bits.", "The border router.",
	 "Nodes wait for their registration and give up.", LOWPAN_ADVICE, "RFC 8505 section 4.2" POLICY_SRC},
	{158, -1, "A duplicate address confirmation with a code that nobody has assigned.", "A test.", NOTHING_BREAKS, "No.",
	 "RFC 6775; RFC 8505"},
	{159, -1, "Which multicast messages a node has seen already, in the flooding protocol of low-power networks (MPL).",
	 "Forwarders of such a network, to their neighbours.", "Multicast messages that were missed there are not sent again.",
	 LOWPAN_ADVICE, "RFC 7731 section 6" POLICY_SRC},
	{160, 0, "A ping that asks about an interface: is the one with this name, index or address up, on the node that is asked or "
	 "beside it?", "Management programs (the PROBE utility).", "PROBE does not work; ping and traceroute do.",
	 "No from strangers; allow it from the addresses of your own management.", "RFC 8335 sections 2, 4 and 8" POLICY_SRC},
	{160, -1, "An extended echo request with a code that nobody has assigned: the node that gets it drops it.", "A test.",
	 NOTHING_BREAKS, NO_BOTH ".", "RFC 8335 section 4"},
	{161, 0, "The answer to an extended echo request, without an error; its bits say whether the interface is up and runs IPv4 and "
	 "IPv6.", "The node that was asked, if PROBE is switched on there.", "PROBE gets no answer.", PROBE_REPLY,
	 "RFC 8335 sections 3 and 4" POLICY_SRC},
	{161, 1, "The extended echo request was not well formed.", "The node that was asked.",
	 "A mistake of the asking program looks like silence.", PROBE_REPLY, "RFC 8335 section 4" POLICY_SRC},
	{161, 2, "The node that was asked has no such interface.", "That node.", "A wrong interface name looks like silence.",
	 PROBE_REPLY, "RFC 8335 section 4" POLICY_SRC},
	{161, 3, "The node that was asked does not find the address in its neighbour cache.", "That node.",
	 "A neighbour that is missing looks like silence.", PROBE_REPLY, "RFC 8335 section 4" POLICY_SRC},
	{161, 4, "Several interfaces fit what the request asked for.", "The node that was asked.",
	 "An ambiguous question looks like silence.", PROBE_REPLY, "RFC 8335 section 4" POLICY_SRC},
	{161, -1, "An extended echo reply (ICMPv6) with a code that nobody has assigned.",
	 "A newer or a faulty implementation of PROBE.", NOTHING_BREAKS, "Not needed.", "RFC 8335 section 3"},
	{200, -1, "The first of two informational types for private experiments.", "Members of an experiment.", "That experiment.",
	 NO_BOTH ": the experiment is private.", "RFC 4443 section 2.1" NO_SRC},
	{201, -1, "The second of two informational types for private experiments.", "Members of an experiment.", "That experiment.",
	 NO_BOTH ": the experiment is private.", "RFC 4443 section 2.1" NO_SRC},
	{255, -1, "Kept to make room for more informational types, should the numbers run out.", "Nobody.", NOTHING_BREAKS, NO_BOTH ".",
	 "RFC 4443 section 2.1" NO_SRC},
};

const size_t sn_icmp_texts6_count = sizeof sn_icmp_texts6 / sizeof *sn_icmp_texts6;
