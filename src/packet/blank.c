/* SPDX-License-Identifier: MIT */
/* Numbers that are not known, set to 0. A checksum is moved by as much: two packets that it told apart stay apart. */
#include "packet/blank.h"

#include "base/checksum.h"
#include "packet/packet.h"

enum { ID4_AT = 4, CHECKSUM4_AT = 10, SPORT_AT = 0, DPORT_AT = 2, ECHO_ID_AT = 4, ICMP_CHECKSUM_AT = 2, NO_CHECKSUM = 0 };

static uint16_t get16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void put16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

/* checksum_at: NO_CHECKSUM where none covers it. One of 0 says that there is none (RFC 768). */
static void blank(uint8_t *bytes, size_t length_bytes, size_t at, size_t checksum_at)
{
	if (at + 2 > length_bytes)
		return;
	bool covered = checksum_at != NO_CHECKSUM && checksum_at + 2 <= length_bytes && get16(bytes + checksum_at);
	if (covered)
		put16(bytes + checksum_at, sn_checksum_update(get16(bytes + checksum_at), get16(bytes + at), 0));
	put16(bytes + at, 0);
}

static size_t checksum_at(uint8_t protocol)
{
	return protocol == SN_PROTO_TCP ? 16 : protocol == SN_PROTO_UDP || protocol == SN_PROTO_UDPLITE ? 6 : NO_CHECKSUM;
}

static bool is_icmp(uint8_t protocol)
{
	return protocol == SN_PROTO_ICMP || protocol == SN_PROTO_ICMP6;
}

/* The upper layer, which asks (its source port) or answers (its destination port). */
static void blank_upper(uint8_t *upper, size_t upper_bytes, uint8_t protocol, uint32_t fields, size_t port_at)
{
	if (fields & SONDE_DIFF_SPORT && sn_has_ports(protocol))
		blank(upper, upper_bytes, port_at, checksum_at(protocol));
	if (fields & SONDE_DIFF_ICMP_ID && is_icmp(protocol))
		blank(upper, upper_bytes, ECHO_ID_AT, ICMP_CHECKSUM_AT);
}

void sn_blank_ask(uint8_t *bytes, size_t length_bytes, uint32_t fields)
{
	struct sn_ip ip;
	if (!sn_ip_parse(bytes, length_bytes, &ip))
		return;
	if (ip.version == 4 && fields & SONDE_DIFF_IP_ID)
		blank(bytes, length_bytes, ID4_AT, CHECKSUM4_AT);
	if (!ip.fragment_offset_bytes)
		blank_upper(bytes + ip.header_bytes, length_bytes - ip.header_bytes, ip.protocol, fields, SPORT_AT);
}

void sn_blank_answer(uint8_t *bytes, size_t length_bytes, uint32_t fields)
{
	struct sn_packet packet;
	if (!sn_packet_parse(bytes, length_bytes, &packet))
		return;
	uint8_t *upper = bytes + packet.ip.header_bytes;
	if (packet.has_quote) {
		sn_blank_ask(bytes + (packet.quote.bytes - bytes), packet.quote.length_bytes, fields);
		/* the quote may end before the checksum that would keep the sum of all */
		put16(upper + ICMP_CHECKSUM_AT, sn_transport_checksum(&packet.ip, upper, packet.upper_bytes));
	} else if (!packet.is_icmp || !packet.icmp.row->is_error) {
		blank_upper(upper, packet.upper_bytes, packet.ip.protocol, fields, DPORT_AT);
	}
}
