/* SPDX-License-Identifier: MIT */
/* A received packet from its IP header to what it carries. */
#include "packet/packet.h"

#include "base/cursor.h"

enum { LEAST_UPPER_BYTES = 8 };

/* The upper layer ends where the length field says, if that can be. */
static bool find_upper(const uint8_t *bytes, size_t length_bytes, struct sn_packet *out)
{
	size_t end = out->ip.total_bytes >= out->ip.header_bytes && out->ip.total_bytes < length_bytes ? out->ip.total_bytes : length_bytes;
	if (out->ip.fragment_offset_bytes || out->ip.header_bytes > end || end - out->ip.header_bytes < LEAST_UPPER_BYTES)
		return false;
	out->upper = bytes + out->ip.header_bytes;
	out->upper_bytes = end - out->ip.header_bytes;
	return true;
}

static void parse_upper(struct sn_packet *out)
{
	uint8_t protocol = out->ip.protocol;
	if (protocol == (out->ip.version == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6)) {
		out->is_icmp = sn_icmp_parse(out->ip.version, out->upper, out->upper_bytes, &out->icmp);
		out->odd |= out->icmp.odd;
		out->has_quote = out->is_icmp && out->icmp.quote && sn_quote_parse(out->icmp.quote, out->icmp.quote_bytes, &out->quote);
	} else if (protocol == SN_PROTO_UDP) {
		out->is_udp = sn_udp_parse(out->upper, out->upper_bytes, &out->udp);
		out->payload = out->upper + SN_UDP_BYTES;
		out->payload_bytes = out->upper_bytes - SN_UDP_BYTES;
	} else if (protocol == SN_PROTO_TCP) {
		out->is_tcp = sn_tcp_parse(out->upper, out->upper_bytes, &out->tcp) && out->tcp.header_bytes >= SN_TCP_MIN_BYTES;
		out->odd |= out->tcp.odd;
		if (out->is_tcp && out->tcp.header_bytes <= out->upper_bytes) {
			out->payload = out->upper + out->tcp.header_bytes;
			out->payload_bytes = out->upper_bytes - out->tcp.header_bytes;
		}
	}
}

bool sn_packet_parse(const uint8_t *bytes, size_t length_bytes, struct sn_packet *out)
{
	*out = (struct sn_packet){0};
	if (!sn_ip_parse(bytes, length_bytes, &out->ip) || !find_upper(bytes, length_bytes, out))
		return false;
	out->odd = out->ip.odd;
	if (out->ip.version == 4 && out->ip.header_bytes <= length_bytes) {
		uint16_t there = (uint16_t)(bytes[10] << 8 | bytes[11]);
		out->odd |= sn_ip4_header_checksum(bytes, out->ip.header_bytes) != there ? SN_ODD_HEADER_CHECKSUM : 0;
	}
	out->checksum = sn_transport_verify(&out->ip, out->upper, out->upper_bytes);
	out->odd |= out->checksum == SN_CHECKSUM_BAD ? SN_ODD_CHECKSUM : out->checksum == SN_CHECKSUM_OFFLOADED ? SN_ODD_OFFLOADED : 0;
	parse_upper(out);
	return true;
}
