/* SPDX-License-Identifier: MIT */
/* What every ICMP type and code means: IANA's registries "ICMP Parameters" and "ICMPv6 Parameters" as they stood at the end of 2025,
 * deprecated entries included. A type with a single registered code 0 has one row for all of its codes: nobody checks that code. */
#include "packet/icmp.h"

/* is_error, may_extend. RFC 4884 section 4 names the messages that may be extended. */
#define INFO false, false
#define QUOTES true, false
#define EXTENDS true, true
#define M(id) SONDE_M_##id

static const struct sn_icmp_row rows[] = {
	{4, 0, -1, "echo reply", M(ECHO_REPLY), INFO, "RFC 792"},
	{4, 3, 0, "net unreachable", M(NET_UNREACHABLE), EXTENDS, "RFC 792"},
	{4, 3, 1, "host unreachable", M(HOST_UNREACHABLE), EXTENDS, "RFC 792"},
	{4, 3, 2, "protocol unreachable", M(PROTOCOL_UNREACHABLE), EXTENDS, "RFC 792"},
	{4, 3, 3, "port unreachable", M(PORT_UNREACHABLE), EXTENDS, "RFC 792"},
	{4, 3, 4, "fragmentation needed and don't fragment was set", M(PACKET_TOO_BIG), EXTENDS, "RFC 792, RFC 1191 section 4"},
	{4, 3, 5, "source route failed", M(SOURCE_ROUTE_FAILED), EXTENDS, "RFC 792"},
	{4, 3, 6, "destination network unknown", M(NET_UNREACHABLE), EXTENDS, "RFC 1122 section 3.2.2.1"},
	{4, 3, 7, "destination host unknown", M(HOST_UNREACHABLE), EXTENDS, "RFC 1122 section 3.2.2.1"},
	{4, 3, 8, "source host isolated", M(NET_UNREACHABLE), EXTENDS, "RFC 1122 section 3.2.2.1"},
	{4, 3, 9, "communication with destination network administratively prohibited", M(ADMIN_PROHIBITED), EXTENDS,
		"RFC 1122 section 3.2.2.1"},
	{4, 3, 10, "communication with destination host administratively prohibited", M(ADMIN_PROHIBITED), EXTENDS,
		"RFC 1122 section 3.2.2.1"},
	{4, 3, 11, "destination network unreachable for type of service", M(NET_UNREACHABLE), EXTENDS, "RFC 1122 section 3.2.2.1"},
	{4, 3, 12, "destination host unreachable for type of service", M(HOST_UNREACHABLE), EXTENDS, "RFC 1122 section 3.2.2.1"},
	{4, 3, 13, "communication administratively prohibited", M(ADMIN_PROHIBITED), EXTENDS, "RFC 1812 section 5.2.7.1"},
	{4, 3, 14, "host precedence violation", M(PRECEDENCE_VIOLATION), EXTENDS, "RFC 1812 section 5.2.7.1"},
	{4, 3, 15, "precedence cutoff in effect", M(PRECEDENCE_CUTOFF), EXTENDS, "RFC 1812 section 5.2.7.1"},
	{4, 3, -1, "destination unreachable, unassigned code", M(UNREACHABLE), EXTENDS, "RFC 792"},
	{4, 4, -1, "source quench (deprecated)", M(NONE), QUOTES, "RFC 792, RFC 6633"},
	{4, 5, 0, "redirect for the network", M(NONE), QUOTES, "RFC 792"},
	{4, 5, 1, "redirect for the host", M(NONE), QUOTES, "RFC 792"},
	{4, 5, 2, "redirect for the type of service and network", M(NONE), QUOTES, "RFC 792"},
	{4, 5, 3, "redirect for the type of service and host", M(NONE), QUOTES, "RFC 792"},
	{4, 5, -1, "redirect, unassigned code", M(NONE), QUOTES, "RFC 792"},
	{4, 6, 0, "alternate address for host (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 6, -1, "alternate host address, unassigned code (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 8, -1, "echo request", M(ECHO_REQUEST), INFO, "RFC 792"},
	{4, 9, 0, "normal router advertisement", M(OTHER), INFO, "RFC 1256, RFC 5944"},
	{4, 9, 16, "router advertisement, does not route common traffic", M(OTHER), INFO, "RFC 5944"},
	{4, 9, -1, "router advertisement, unassigned code", M(OTHER), INFO, "RFC 1256"},
	{4, 10, -1, "router solicitation", M(OTHER), INFO, "RFC 1256"},
	{4, 11, 0, "time to live exceeded in transit", M(TIME_EXCEEDED), EXTENDS, "RFC 792"},
	{4, 11, 1, "fragment reassembly time exceeded", M(REASSEMBLY_EXCEEDED), EXTENDS, "RFC 792"},
	{4, 11, -1, "time exceeded, unassigned code", M(OTHER), EXTENDS, "RFC 792"},
	{4, 12, 0, "pointer indicates the error", M(PARAMETER_PROBLEM), EXTENDS, "RFC 792"},
	{4, 12, 1, "missing a required option", M(PARAMETER_PROBLEM), EXTENDS, "RFC 1108"},
	{4, 12, 2, "bad length", M(PARAMETER_PROBLEM), EXTENDS, "RFC 792"},
	{4, 12, -1, "parameter problem, unassigned code", M(PARAMETER_PROBLEM), EXTENDS, "RFC 792"},
	{4, 13, -1, "timestamp", M(OTHER), INFO, "RFC 792"},
	{4, 14, -1, "timestamp reply", M(TIMESTAMP_REPLY), INFO, "RFC 792"},
	{4, 15, -1, "information request (deprecated)", M(OTHER), INFO, "RFC 792, RFC 6918"},
	{4, 16, -1, "information reply (deprecated)", M(OTHER), INFO, "RFC 792, RFC 6918"},
	{4, 17, -1, "address mask request (deprecated)", M(OTHER), INFO, "RFC 950, RFC 6918"},
	{4, 18, -1, "address mask reply (deprecated)", M(OTHER), INFO, "RFC 950, RFC 6918"},
	{4, 19, -1, "reserved for security", M(OTHER), INFO, "IANA"},
	{4, 20, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 21, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 22, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 23, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 24, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 25, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 26, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 27, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 28, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 29, -1, "reserved for robustness experiment", M(OTHER), INFO, "IANA"},
	{4, 30, -1, "traceroute (deprecated)", M(OTHER), INFO, "RFC 1393, RFC 6918"},
	{4, 31, -1, "datagram conversion error (deprecated)", M(OTHER), QUOTES, "RFC 1475, RFC 6918"},
	{4, 32, -1, "mobile host redirect (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 33, -1, "IPv6 where-are-you (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 34, -1, "IPv6 I-am-here (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 35, -1, "mobile registration request (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 36, -1, "mobile registration reply (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 37, -1, "domain name request (deprecated)", M(OTHER), INFO, "RFC 1788, RFC 6918"},
	{4, 38, -1, "domain name reply (deprecated)", M(OTHER), INFO, "RFC 1788, RFC 6918"},
	{4, 39, -1, "SKIP (deprecated)", M(OTHER), INFO, "RFC 6918"},
	{4, 40, 0, "Photuris: bad SPI", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, 1, "Photuris: authentication failed", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, 2, "Photuris: decompression failed", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, 3, "Photuris: decryption failed", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, 4, "Photuris: need authentication", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, 5, "Photuris: need authorization", M(OTHER), QUOTES, "RFC 2521"},
	{4, 40, -1, "Photuris, unassigned code", M(OTHER), QUOTES, "RFC 2521"},
	{4, 41, -1, "experimental mobility protocols such as Seamoby", M(OTHER), INFO, "RFC 4065"},
	{4, 42, 0, "extended echo request", M(OTHER), INFO, "RFC 8335 section 2"},
	{4, 42, -1, "extended echo request, unassigned code", M(OTHER), INFO, "RFC 8335 section 2"},
	{4, 43, 0, "extended echo reply", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 43, 1, "extended echo reply: malformed query", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 43, 2, "extended echo reply: no such interface", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 43, 3, "extended echo reply: no such table entry", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 43, 4, "extended echo reply: multiple interfaces satisfy query", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 43, -1, "extended echo reply, unassigned code", M(OTHER), INFO, "RFC 8335 section 3"},
	{4, 253, -1, "experiment 1", M(OTHER), INFO, "RFC 4727"},
	{4, 254, -1, "experiment 2", M(OTHER), INFO, "RFC 4727"},
	{4, 255, -1, "reserved", M(OTHER), INFO, "IANA"},

	{6, 0, -1, "reserved", M(OTHER), QUOTES, "IANA"},
	{6, 1, 0, "no route to destination", M(NET_UNREACHABLE), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 1, "communication with destination administratively prohibited", M(ADMIN_PROHIBITED), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 2, "beyond scope of source address", M(UNREACHABLE), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 3, "address unreachable", M(HOST_UNREACHABLE), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 4, "port unreachable", M(PORT_UNREACHABLE), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 5, "source address failed ingress/egress policy", M(ADMIN_PROHIBITED), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 6, "reject route to destination", M(ADMIN_PROHIBITED), EXTENDS, "RFC 4443 section 3.1"},
	{6, 1, 7, "error in source routing header", M(SOURCE_ROUTE_FAILED), EXTENDS, "RFC 6550, RFC 6554"},
	{6, 1, 8, "headers too long", M(UNREACHABLE), EXTENDS, "RFC 8883 section 3"},
	{6, 1, 9, "error in P-route", M(SOURCE_ROUTE_FAILED), EXTENDS, "RFC 9914"},
	{6, 1, -1, "destination unreachable, unassigned code", M(UNREACHABLE), EXTENDS, "RFC 4443 section 3.1"},
	{6, 2, -1, "packet too big", M(PACKET_TOO_BIG), QUOTES, "RFC 4443 section 3.2"},
	{6, 3, 0, "hop limit exceeded in transit", M(TIME_EXCEEDED), EXTENDS, "RFC 4443 section 3.3"},
	{6, 3, 1, "fragment reassembly time exceeded", M(REASSEMBLY_EXCEEDED), EXTENDS, "RFC 4443 section 3.3"},
	{6, 3, -1, "time exceeded, unassigned code", M(OTHER), EXTENDS, "RFC 4443 section 3.3"},
	{6, 4, 0, "erroneous header field encountered", M(PARAMETER_PROBLEM), QUOTES, "RFC 4443 section 3.4"},
	{6, 4, 1, "unrecognized next header type encountered", M(PROTOCOL_UNREACHABLE), QUOTES, "RFC 4443 section 3.4"},
	{6, 4, 2, "unrecognized IPv6 option encountered", M(PARAMETER_PROBLEM), QUOTES, "RFC 4443 section 3.4"},
	{6, 4, 3, "first fragment has incomplete header chain", M(PARAMETER_PROBLEM), QUOTES, "RFC 7112"},
	{6, 4, 4, "SR upper-layer header error", M(PARAMETER_PROBLEM), QUOTES, "RFC 8754"},
	{6, 4, 5, "unrecognized next header type encountered by intermediate node", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, 6, "extension header too big", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, 7, "extension header chain too long", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, 8, "too many extension headers", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, 9, "too many options in extension header", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, 10, "option too big", M(PARAMETER_PROBLEM), QUOTES, "RFC 8883 section 2"},
	{6, 4, -1, "parameter problem, unassigned code", M(PARAMETER_PROBLEM), QUOTES, "RFC 4443 section 3.4"},
	{6, 100, -1, "private experimentation", M(OTHER), QUOTES, "RFC 4443 section 2.1"},
	{6, 101, -1, "private experimentation", M(OTHER), QUOTES, "RFC 4443 section 2.1"},
	{6, 127, -1, "reserved for expansion of error messages", M(OTHER), QUOTES, "RFC 4443 section 2.1"},
	{6, 128, -1, "echo request", M(ECHO_REQUEST), INFO, "RFC 4443 section 4.1"},
	{6, 129, -1, "echo reply", M(ECHO_REPLY), INFO, "RFC 4443 section 4.2"},
	{6, 130, -1, "multicast listener query", M(OTHER), INFO, "RFC 2710"},
	{6, 131, -1, "multicast listener report", M(OTHER), INFO, "RFC 2710"},
	{6, 132, -1, "multicast listener done", M(OTHER), INFO, "RFC 2710"},
	{6, 133, -1, "router solicitation", M(OTHER), INFO, "RFC 4861"},
	{6, 134, -1, "router advertisement", M(OTHER), INFO, "RFC 4861"},
	{6, 135, -1, "neighbor solicitation", M(OTHER), INFO, "RFC 4861"},
	{6, 136, -1, "neighbor advertisement", M(OTHER), INFO, "RFC 4861"},
	{6, 137, -1, "redirect", M(OTHER), INFO, "RFC 4861"},
	{6, 138, 0, "router renumbering command", M(OTHER), INFO, "RFC 2894"},
	{6, 138, 1, "router renumbering result", M(OTHER), INFO, "RFC 2894"},
	{6, 138, 255, "router renumbering sequence number reset", M(OTHER), INFO, "RFC 2894"},
	{6, 138, -1, "router renumbering, unassigned code", M(OTHER), INFO, "RFC 2894"},
	{6, 139, 0, "node information query for an IPv6 address", M(OTHER), INFO, "RFC 4620"},
	{6, 139, 1, "node information query for a name, or empty", M(OTHER), INFO, "RFC 4620"},
	{6, 139, 2, "node information query for an IPv4 address", M(OTHER), INFO, "RFC 4620"},
	{6, 139, -1, "node information query, unassigned code", M(OTHER), INFO, "RFC 4620"},
	{6, 140, 0, "node information response: success", M(OTHER), INFO, "RFC 4620"},
	{6, 140, 1, "node information response: refused", M(OTHER), INFO, "RFC 4620"},
	{6, 140, 2, "node information response: unknown query type", M(OTHER), INFO, "RFC 4620"},
	{6, 140, -1, "node information response, unassigned code", M(OTHER), INFO, "RFC 4620"},
	{6, 141, -1, "inverse neighbor discovery solicitation", M(OTHER), INFO, "RFC 3122"},
	{6, 142, -1, "inverse neighbor discovery advertisement", M(OTHER), INFO, "RFC 3122"},
	{6, 143, -1, "version 2 multicast listener report", M(OTHER), INFO, "RFC 9777"},
	{6, 144, -1, "home agent address discovery request", M(OTHER), INFO, "RFC 6275"},
	{6, 145, -1, "home agent address discovery reply", M(OTHER), INFO, "RFC 6275"},
	{6, 146, -1, "mobile prefix solicitation", M(OTHER), INFO, "RFC 6275"},
	{6, 147, -1, "mobile prefix advertisement", M(OTHER), INFO, "RFC 6275"},
	{6, 148, -1, "certification path solicitation", M(OTHER), INFO, "RFC 3971"},
	{6, 149, -1, "certification path advertisement", M(OTHER), INFO, "RFC 3971"},
	{6, 150, -1, "experimental mobility protocols such as Seamoby", M(OTHER), INFO, "RFC 4065"},
	{6, 151, -1, "multicast router advertisement", M(OTHER), INFO, "RFC 4286"},
	{6, 152, -1, "multicast router solicitation", M(OTHER), INFO, "RFC 4286"},
	{6, 153, -1, "multicast router termination", M(OTHER), INFO, "RFC 4286"},
	{6, 154, -1, "FMIPv6", M(OTHER), INFO, "RFC 5568"},
	{6, 155, -1, "RPL control", M(OTHER), INFO, "RFC 6550"},
	{6, 156, -1, "ILNPv6 locator update", M(OTHER), INFO, "RFC 6743"},
	{6, 157, 0, "duplicate address request", M(OTHER), INFO, "RFC 6775"},
	{6, 157, 1, "extended duplicate address request, 64-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 157, 2, "extended duplicate address request, 128-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 157, 3, "extended duplicate address request, 192-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 157, 4, "extended duplicate address request, 256-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 157, -1, "duplicate address request, unassigned code", M(OTHER), INFO, "RFC 6775"},
	{6, 158, 0, "duplicate address confirmation", M(OTHER), INFO, "RFC 6775"},
	{6, 158, 1, "extended duplicate address confirmation, 64-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 158, 2, "extended duplicate address confirmation, 128-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 158, 3, "extended duplicate address confirmation, 192-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 158, 4, "extended duplicate address confirmation, 256-bit ROVR", M(OTHER), INFO, "RFC 8505"},
	{6, 158, -1, "duplicate address confirmation, unassigned code", M(OTHER), INFO, "RFC 6775"},
	{6, 159, -1, "MPL control", M(OTHER), INFO, "RFC 7731"},
	{6, 160, 0, "extended echo request", M(OTHER), INFO, "RFC 8335 section 2"},
	{6, 160, -1, "extended echo request, unassigned code", M(OTHER), INFO, "RFC 8335 section 2"},
	{6, 161, 0, "extended echo reply", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 161, 1, "extended echo reply: malformed query", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 161, 2, "extended echo reply: no such interface", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 161, 3, "extended echo reply: no such table entry", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 161, 4, "extended echo reply: multiple interfaces satisfy query", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 161, -1, "extended echo reply, unassigned code", M(OTHER), INFO, "RFC 8335 section 3"},
	{6, 200, -1, "private experimentation", M(OTHER), INFO, "RFC 4443 section 2.1"},
	{6, 201, -1, "private experimentation", M(OTHER), INFO, "RFC 4443 section 2.1"},
	{6, 255, -1, "reserved for expansion of informational messages", M(OTHER), INFO, "RFC 4443 section 2.1"},
};

/* What is in no registry. An unknown ICMPv6 type below 128 is an error and quotes (RFC 4443 sections 2.1 and 2.4 a). */
static const struct sn_icmp_row unassigned = {4, 0, -1, "unassigned", M(OTHER), INFO, "IANA"};
static const struct sn_icmp_row unassigned_error6 = {6, 0, -1, "unassigned", M(OTHER), QUOTES, "RFC 4443 section 2.4"};
static const struct sn_icmp_row unassigned_info6 = {6, 128, -1, "unassigned", M(OTHER), INFO, "RFC 4443 section 2.4"};

enum { ROW_COUNT = sizeof rows / sizeof rows[0], ANY_CODE = 256 };

const struct sn_icmp_row *sn_icmp_table(size_t *count)
{
	*count = ROW_COUNT;
	return rows;
}

/* The order of the table as one number. */
static unsigned rank(unsigned version, unsigned type, unsigned code)
{
	return version << 17 | type << 9 | code;
}

static const struct sn_icmp_row *find(unsigned wanted)
{
	size_t low = 0, high = ROW_COUNT;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct sn_icmp_row *row = &rows[middle];
		unsigned here = rank(row->version, row->type, row->code < 0 ? (unsigned)ANY_CODE : (unsigned)row->code);
		if (here == wanted)
			return row;
		if (here < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct sn_icmp_row *sn_icmp_lookup(uint8_t version, uint8_t type, uint8_t code)
{
	const struct sn_icmp_row *row = find(rank(version, type, code));
	if (!row)
		row = find(rank(version, type, ANY_CODE));
	if (row)
		return row;
	if (version != 6)
		return &unassigned;
	return type < 128 ? &unassigned_error6 : &unassigned_info6;
}
