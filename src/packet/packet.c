/* SPDX-License-Identifier: MIT */
/* A received packet from its IP header to its quote: each layer's parser in turn, and the oddities of all of them in one word. */
#include "packet/packet.h"

enum { UPPER_MIN_BYTES = 8 };

/* Where the packet ends: at its length field, unless that is impossible or says more than there is. */
static size_t end_bytes(const struct sn_ip *ip, size_t length_bytes)
{
	return ip->total_bytes < ip->header_bytes || ip->total_bytes > length_bytes ? length_bytes : ip->total_bytes;
}

static void udp_read(struct sn_packet *out)
{
	out->is_udp = sn_udp_parse(out->upper, out->upper_bytes, &out->udp);
	size_t udp_bytes = out->udp.length_bytes;
	if (udp_bytes < SN_UDP_BYTES)
		out->odd |= SN_ODD_LENGTH;
	if (udp_bytes > out->upper_bytes && !(out->ip.odd & SN_ODD_FRAGMENT))
		out->odd |= SN_ODD_TRUNCATED;
	if (udp_bytes < SN_UDP_BYTES || udp_bytes > out->upper_bytes)
		udp_bytes = out->upper_bytes;
	out->payload = out->upper + SN_UDP_BYTES;
	out->payload_bytes = udp_bytes - SN_UDP_BYTES;
}

/* Its length is the packet's own; how much of it the checksum covers does not bound it (RFC 3828 section 3.1). */
static void udplite_read(struct sn_packet *out)
{
	out->is_udplite = sn_udp_parse(out->upper, out->upper_bytes, &out->udp);
	out->payload = out->upper + SN_UDP_BYTES;
	out->payload_bytes = out->upper_bytes - SN_UDP_BYTES;
}

static void tcp_read(struct sn_packet *out)
{
	out->is_tcp = sn_tcp_parse(out->upper, out->upper_bytes, &out->tcp);
	out->odd |= out->tcp.odd;
	if (out->tcp.header_bytes >= SN_TCP_MIN_BYTES && out->tcp.header_bytes <= out->upper_bytes) {
		out->payload = out->upper + out->tcp.header_bytes;
		out->payload_bytes = out->upper_bytes - out->tcp.header_bytes;
	}
}

/* In front of an extension, or where one may stand, it is; and where it goes on behind its datagram. */
static bool is_padded(const struct sn_packet *packet)
{
	const struct sn_quote *quote = &packet->quote;
	bool goes_on = quote->whole && quote->ip.header_bytes + quote->upper_bytes < quote->length_bytes;
	return packet->icmp.extension || packet->icmp.told_bytes || goes_on;
}

static void icmp_read(struct sn_packet *out)
{
	out->is_icmp = sn_icmp_parse(out->ip.version, out->upper, out->upper_bytes, &out->icmp);
	out->odd |= out->icmp.odd;
	if (!out->icmp.quote)
		return;
	/* Where the sender says how long the quote is, what stands behind it is no part of it, whether it can be read or not. */
	size_t quote_bytes = out->icmp.told_bytes ? out->icmp.told_bytes : out->icmp.quote_bytes;
	out->has_quote = sn_quote_parse(out->icmp.quote, quote_bytes, &out->quote);
	if (out->has_quote && is_padded(out))
		sn_quote_parse(out->icmp.quote, sn_quote_unpadded_bytes(&out->quote), &out->quote);
	if (out->has_quote && out->quote.ip.version != out->ip.version)
		out->odd |= SN_ODD_VERSION;
}

bool sn_packet_unpad(struct sn_packet *packet)
{
	size_t quoted_bytes = packet->has_quote ? packet->quote.ip.header_bytes + packet->quote.upper_bytes : 0;
	size_t end_bytes = packet->has_quote ? sn_quote_unpadded_bytes(&packet->quote) : 0;
	return end_bytes < quoted_bytes && sn_quote_parse(packet->icmp.quote, end_bytes, &packet->quote);
}

bool sn_packet_parse(const uint8_t *bytes, size_t length_bytes, struct sn_packet *out)
{
	*out = (struct sn_packet){0};
	if (!sn_ip_parse(bytes, length_bytes, &out->ip))
		return false;
	out->odd = out->ip.odd;
	out->upper = bytes + out->ip.header_bytes;
	out->upper_bytes = end_bytes(&out->ip, length_bytes) - out->ip.header_bytes;
	if (out->upper_bytes < UPPER_MIN_BYTES)
		return false;
	out->checksum = sn_transport_verify(&out->ip, out->upper, out->upper_bytes);
	if (out->checksum == SN_CHECKSUM_BAD)
		out->odd |= SN_ODD_CHECKSUM;
	if (out->checksum == SN_CHECKSUM_OFFLOADED)
		out->odd |= SN_ODD_OFFLOADED;
	if (out->ip.fragment_offset_bytes > 0)
		return true;
	if (out->ip.protocol == SN_PROTO_UDP)
		udp_read(out);
	else if (out->ip.protocol == SN_PROTO_UDPLITE)
		udplite_read(out);
	else if (out->ip.protocol == SN_PROTO_DCCP)
		out->is_dccp = sn_dccp_parse(out->upper, out->upper_bytes, &out->dccp);
	else if (out->ip.protocol == SN_PROTO_SCTP)
		out->is_sctp = sn_sctp_parse(out->upper, out->upper_bytes, &out->sctp);
	else if (out->ip.protocol == SN_PROTO_TCP)
		tcp_read(out);
	else if (out->ip.protocol == (out->ip.version == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6))
		icmp_read(out);
	return true;
}
