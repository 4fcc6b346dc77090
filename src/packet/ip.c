/* SPDX-License-Identifier: MIT */
/* What IPv4 and IPv6 have in common: choosing the family, judging the length field, writing a plain header. */
#include "packet/ip_family.h"

#include "base/checksum.h"

bool sn_ip_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_ip){.version = (uint8_t)(sn_read_u8(&r) >> 4)};
	bool parsed = false;
	if (out->version == 4)
		parsed = sn_ip4_parse(bytes, length_bytes, out);
	else if (out->version == 6)
		parsed = sn_ip6_parse(bytes, length_bytes, out);
	if (!parsed)
		return false;
	if (out->total_bytes > length_bytes)
		out->odd |= SN_ODD_TRUNCATED;
	if (out->total_bytes < out->header_bytes || out->total_bytes < length_bytes)
		out->odd |= SN_ODD_LENGTH;
	return true;
}

/* RFC 791 section 3.1. */
static void write4(struct sn_writer *w, const struct sn_ip *ip)
{
	size_t start_bytes = w->at_bytes;
	sn_write_u8(w, 0x45);
	sn_write_u8(w, ip->tos);
	sn_write_u16(w, (uint16_t)ip->total_bytes);
	sn_write_u16(w, ip->id);
	sn_write_u16(w, ip->df ? 0x4000 : 0);
	sn_write_u8(w, ip->ttl);
	sn_write_u8(w, ip->protocol);
	sn_write_u16(w, 0);
	sn_write_bytes(w, ip->src.bytes, 4);
	sn_write_bytes(w, ip->dst.bytes, 4);
	if (!w->bad)
		sn_write_u16_at(w, start_bytes + 10, sn_sum_finish(sn_sum_bytes(0, w->bytes + start_bytes, SN_IP4_MIN_BYTES)));
}

/* RFC 8200 section 3. */
static void write6(struct sn_writer *w, const struct sn_ip *ip)
{
	sn_write_u32(w, UINT32_C(6) << 28 | (uint32_t)ip->tos << 20 | (ip->flow_label & 0xfffff));
	sn_write_u16(w, (uint16_t)(ip->total_bytes - SN_IP6_BYTES));
	sn_write_u8(w, ip->protocol);
	sn_write_u8(w, ip->ttl);
	sn_write_bytes(w, ip->src.bytes, 16);
	sn_write_bytes(w, ip->dst.bytes, 16);
}

void sn_ip_write(struct sn_writer *w, const struct sn_ip *ip)
{
	if (ip->version == 4)
		write4(w, ip);
	else
		write6(w, ip);
}
