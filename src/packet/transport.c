/* SPDX-License-Identifier: MIT */
/* What upper layers have in common: where checksums stand, what they cover, whether they are right, who has ports. */
#include "packet/transport.h"

#include "base/checksum.h"

/* What a checksum covers, and the length that its pseudo header tells. */
struct scope {
	size_t covered_bytes, told_bytes;
};

/* RFC 768: it says itself how long it is. */
static bool udp_scope(const uint8_t *bytes, size_t length_bytes, struct scope *out)
{
	struct sn_udp udp;
	if (sn_udp_parse(bytes, length_bytes, &udp))
		out->covered_bytes = out->told_bytes = udp.length_bytes;
	return out->covered_bytes >= SN_UDP_BYTES;
}

/* RFC 3828 section 3.1: how much is covered, 0: all. */
static bool udplite_scope(const uint8_t *bytes, size_t length_bytes, struct scope *out)
{
	struct sn_udp udp;
	if (sn_udp_parse(bytes, length_bytes, &udp) && udp.length_bytes)
		out->covered_bytes = udp.length_bytes;
	return out->covered_bytes >= SN_UDP_BYTES && out->covered_bytes <= length_bytes;
}

/* RFC 4340 section 9.2: the header and so many words more, 0: all. */
static bool dccp_scope(const uint8_t *bytes, size_t length_bytes, struct scope *out)
{
	enum { HEADER_LEAST_BYTES = 8 };
	struct sn_dccp dccp;
	if (!sn_dccp_parse(bytes, length_bytes, &dccp) || !dccp.coverage)
		return true;
	out->covered_bytes = dccp.header_bytes + (dccp.coverage - 1u) * 4u;
	return out->covered_bytes <= length_bytes && dccp.header_bytes >= HEADER_LEAST_BYTES;
}

/* Where a protocol keeps its checksum: a row per protocol that has one. */
struct row {
	uint8_t version;       /* IP version it runs over, 0: both */
	uint8_t protocol;
	uint8_t at_bytes;
	bool pseudo_header;    /* ICMPv4 and SCTP go without (RFC 792, RFC 9260 section 6.8) */
	bool is_crc;           /* four bytes of CRC32c in place of two of the Internet checksum */
	/* Its header says what is covered; false: what it says is impossible. NULL: all that IP has. */
	bool (*scope)(const uint8_t *bytes, size_t length_bytes, struct scope *out);
};

static const struct row rows[] = {
	{4, SN_PROTO_ICMP, 2, false, false, NULL},             /* RFC 792 */
	{6, SN_PROTO_ICMP6, 2, true, false, NULL},             /* RFC 4443 section 2.3 */
	{0, SN_PROTO_UDP, 6, true, false, udp_scope},          /* RFC 768, RFC 8200 section 8.1 */
	{0, SN_PROTO_TCP, 16, true, false, NULL},              /* RFC 9293 section 3.1 */
	{0, SN_PROTO_UDPLITE, 6, true, false, udplite_scope},  /* RFC 3828 section 3.1 */
	{0, SN_PROTO_SCTP, SN_SCTP_CHECKSUM_AT, false, true, NULL}, /* RFC 9260 section 6.8 */
	{0, SN_PROTO_DCCP, 6, true, false, dccp_scope},        /* RFC 4340 section 9.1 */
};

static const struct row *row_of(const struct sn_ip *ip)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].protocol == ip->protocol && (rows[i].version == 0 || rows[i].version == ip->version))
			return &rows[i];
	}
	return NULL;
}

uint8_t sn_port_protocol(size_t index)
{
	/* RFC 768, RFC 9293 section 3.1, RFC 3828 section 3.1, RFC 9260 section 3.1, RFC 4340 section 5.1 */
	static const uint8_t protocols[] = {SN_PROTO_UDP, SN_PROTO_TCP, SN_PROTO_UDPLITE, SN_PROTO_SCTP, SN_PROTO_DCCP};
	return index < sizeof protocols ? protocols[index] : 0;
}

bool sn_has_ports(uint8_t protocol)
{
	for (size_t i = 0; sn_port_protocol(i); i++)
		if (sn_port_protocol(i) == protocol)
			return true;
	return false;
}

static uint32_t pseudo_sum(const struct sn_ip *ip, size_t length_bytes)
{
	return sn_sum_pseudo(&ip->src, &ip->dst, ip->protocol, (uint32_t)length_bytes);
}

/* The field is stepped over rather than subtracted: the sum of nothing but zeros must stay 0, not become its twin 0xffff. */
static uint16_t compute(const struct row *row, const struct sn_ip *ip, const uint8_t *bytes, const struct scope *scope)
{
	uint32_t sum = row->pseudo_header ? pseudo_sum(ip, scope->told_bytes) : 0;
	size_t behind_bytes = row->at_bytes + 2u;
	sum = sn_sum_bytes(sum, bytes, row->at_bytes);
	sum = sn_sum_bytes(sum, bytes + behind_bytes, scope->covered_bytes - behind_bytes);
	uint16_t checksum = sn_sum_finish(sum);
	bool never_zero = row->protocol == SN_PROTO_UDP || row->protocol == SN_PROTO_UDPLITE;
	return checksum == 0 && never_zero ? 0xffff : checksum;
}

uint16_t sn_transport_checksum(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes)
{
	const struct row *row = row_of(ip);
	struct scope scope = {.covered_bytes = length_bytes, .told_bytes = length_bytes};
	if (!row || row->is_crc || length_bytes < row->at_bytes + 2u)
		return 0;
	/* What is written is as long as it is; a coverage is part of the packet. */
	if (row->scope && row->protocol != SN_PROTO_UDP && !row->scope(bytes, length_bytes, &scope))
		return 0;
	return compute(row, ip, bytes, &scope);
}

/* A part of a datagram cannot be verified. */
static bool is_whole(const struct sn_ip *ip)
{
	return !ip->mf && ip->fragment_offset_bytes == 0 && !(ip->odd & SN_ODD_TRUNCATED);
}

/* The sum of the pseudo header alone, not complemented: what Linux leaves in the field for hardware to finish. */
static bool is_offloaded(const struct row *row, const struct sn_ip *ip, size_t told_bytes, uint16_t field)
{
	bool offloadable = row->protocol == SN_PROTO_UDP || row->protocol == SN_PROTO_TCP;
	return offloadable && field == sn_sum_fold(pseudo_sum(ip, told_bytes));
}

enum sn_checksum_state sn_transport_verify(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes)
{
	const struct row *row = row_of(ip);
	if (!row || !is_whole(ip))
		return SN_CHECKSUM_NONE;
	/* What is whole and ends before its checksum is nothing that its protocol sends. */
	if (length_bytes < row->at_bytes + (row->is_crc ? 4u : 2u))
		return ip->total_bytes <= ip->header_bytes + length_bytes ? SN_CHECKSUM_BAD : SN_CHECKSUM_NONE;
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	sn_read_skip(&r, row->at_bytes);
	if (row->is_crc) {
		uint32_t crc = sn_read_u32(&r);
		return crc == sn_sctp_checksum(bytes, length_bytes) ? SN_CHECKSUM_GOOD : SN_CHECKSUM_BAD;
	}
	uint16_t field = sn_read_u16(&r);
	if (row->protocol == SN_PROTO_UDP && ip->version == 4 && field == 0)
		return SN_CHECKSUM_NONE;
	struct scope scope = {.covered_bytes = length_bytes, .told_bytes = length_bytes};
	if (row->scope && !row->scope(bytes, length_bytes, &scope))
		return SN_CHECKSUM_BAD;
	if (scope.covered_bytes > length_bytes)
		return SN_CHECKSUM_NONE;
	uint16_t right = compute(row, ip, bytes, &scope);
	/* Apart from the zero of UDP and UDP-Lite, 0 and 0xffff are one number in one's complement: both verify (RFC 1624 section 3). */
	if (field == right || (field == 0xffff && right == 0))
		return SN_CHECKSUM_GOOD;
	return is_offloaded(row, ip, scope.told_bytes, field) ? SN_CHECKSUM_OFFLOADED : SN_CHECKSUM_BAD;
}
