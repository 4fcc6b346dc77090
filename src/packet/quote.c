/* SPDX-License-Identifier: MIT */
/* The datagram inside an ICMP error, as far as it was quoted. */
#include "packet/quote.h"

enum { LEAST_BYTES = 8 };  /* RFC 792: the header and 64 bits */

static void find_payload(struct sn_quote *out, size_t header_bytes)
{
	/* What stands behind the datagram's own end is padding (RFC 4884 section 4). */
	size_t stated = out->ip.total_bytes > out->ip.header_bytes ? out->ip.total_bytes - out->ip.header_bytes : out->upper_bytes;
	size_t there = stated < out->upper_bytes ? stated : out->upper_bytes;
	if (header_bytes < LEAST_BYTES || there < header_bytes)
		return;
	out->payload = out->upper + header_bytes;
	out->payload_bytes = there - header_bytes;
}

bool sn_quote_parse(const uint8_t *bytes, size_t length_bytes, struct sn_quote *out)
{
	*out = (struct sn_quote){.bytes = bytes, .length_bytes = length_bytes};
	if (!sn_ip_parse(bytes, length_bytes, &out->ip) || out->ip.fragment_offset_bytes)
		return false;
	if (length_bytes < out->ip.header_bytes || length_bytes - out->ip.header_bytes < LEAST_BYTES)
		return false;
	out->upper = bytes + out->ip.header_bytes;
	out->upper_bytes = length_bytes - out->ip.header_bytes;
	out->whole = length_bytes >= out->ip.total_bytes && out->ip.total_bytes >= out->ip.header_bytes;
	switch (out->ip.protocol) {
	case SN_PROTO_UDP:
		sn_udp_parse(out->upper, out->upper_bytes, &out->udp);
		find_payload(out, SN_UDP_BYTES);
		break;
	case SN_PROTO_TCP:
		sn_tcp_parse(out->upper, out->upper_bytes, &out->tcp);
		find_payload(out, out->tcp.header_bytes);
		break;
	case SN_PROTO_ICMP:
	case SN_PROTO_ICMP6:
		sn_echo_parse(out->upper, out->upper_bytes, &out->echo);
		find_payload(out, SN_ECHO_BYTES);
		break;
	}
	return true;
}
