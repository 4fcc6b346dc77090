/* SPDX-License-Identifier: MIT */
/* IPv4 and IPv6 headers, the chain of IPv6 extension headers included. */
#include "packet/ip.h"

#include "base/checksum.h"

enum {
	IP4_HEADER_BYTES = 20, IP6_HEADER_BYTES = 40,
	EXTENSIONS_MAX = 8,       /* real chains have one or two; longer ones are an attempt to keep us busy */
	FLAG_DF = 0x4000, FLAG_MF = 0x2000, OFFSET_MASK = 0x1fff,
};

static void read_addr(struct sn_reader *r, uint8_t family, struct sonde_addr *out)
{
	*out = (struct sonde_addr){.family = family};
	sn_read_bytes(r, out->bytes, family == 4 ? 4 : 16);
}

/* RFC 791 section 3.1: every option but the one-byte ones carries its length, itself included. */
static bool options_are_good(const uint8_t *bytes, size_t count)
{
	size_t at = 0;
	while (at < count && bytes[at] != 0) {
		size_t step = 1;
		if (bytes[at] != 1)
			step = at + 1 < count ? bytes[at + 1] : 0;
		if (step == 0 || (bytes[at] != 1 && step < 2) || step > count - at)
			return false;
		at += step;
	}
	return true;
}

static bool parse4(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	uint8_t first = sn_read_u8(&r);
	out->header_bytes = (uint16_t)((first & 15) * 4);
	out->tos = sn_read_u8(&r);
	out->total_bytes = sn_read_u16(&r);
	out->id = sn_read_u16(&r);
	uint16_t fragment = sn_read_u16(&r);
	out->df = fragment & FLAG_DF;
	out->mf = fragment & FLAG_MF;
	out->fragment_offset_bytes = (uint16_t)((fragment & OFFSET_MASK) * 8);
	out->ttl = sn_read_u8(&r);
	out->protocol = sn_read_u8(&r);
	sn_read_skip(&r, 2);
	read_addr(&r, 4, &out->src);
	read_addr(&r, 4, &out->dst);
	if (r.bad || out->header_bytes < IP4_HEADER_BYTES)
		return false;
	if (out->mf || out->fragment_offset_bytes)
		out->odd |= SN_ODD_FRAGMENT;
	out->options_bytes = (uint8_t)(out->header_bytes - IP4_HEADER_BYTES);
	const uint8_t *options = sn_read_view(&r, out->options_bytes);
	if (!options)
		out->odd |= SN_ODD_TRUNCATED;
	else if (!options_are_good(options, out->options_bytes))
		out->odd |= SN_ODD_OPTIONS;
	return true;
}

static bool is_extension(uint8_t protocol)
{
	return protocol == SN_PROTO_HOPOPTS || protocol == SN_PROTO_ROUTING || protocol == SN_PROTO_FRAGMENT || protocol == SN_PROTO_AH || protocol == SN_PROTO_DSTOPTS;
}

/* One header of the chain: RFC 8200 section 4; the authentication header counts its length in 4-byte words less 2 (RFC 4302 section 2.2). */
static void walk_extension(struct sn_reader *r, struct sn_ip *out)
{
	uint8_t kind = out->protocol, next = sn_read_u8(r), length = sn_read_u8(r);
	if (kind == SN_PROTO_FRAGMENT) {
		uint16_t fragment = sn_read_u16(r);
		out->fragment_offset_bytes = fragment & 0xfff8;
		out->mf = fragment & 1;
		sn_read_skip(r, 4);
		out->odd |= out->fragment_offset_bytes || out->mf ? SN_ODD_FRAGMENT : 0;
	} else {
		sn_read_skip(r, (kind == SN_PROTO_AH ? (length + 2u) * 4 : (length + 1u) * 8) - 2);
	}
	out->protocol = next;
	out->extension_count++;
}

static bool parse6(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	uint32_t first = sn_read_u32(&r);
	out->tos = (uint8_t)(first >> 20);
	out->flow_label = first & 0xfffff;
	out->total_bytes = IP6_HEADER_BYTES + (uint32_t)sn_read_u16(&r);
	out->protocol = sn_read_u8(&r);
	out->ttl = sn_read_u8(&r);
	read_addr(&r, 6, &out->src);
	read_addr(&r, 6, &out->dst);
	if (r.bad)
		return false;
	while (is_extension(out->protocol) && out->fragment_offset_bytes == 0 && out->extension_count < EXTENSIONS_MAX) {
		struct sn_reader before = r;
		struct sn_ip whole = *out;
		walk_extension(&r, &whole);
		if (r.bad) {
			r = before;
			out->odd |= SN_ODD_CHAIN | SN_ODD_TRUNCATED;
			break;
		}
		*out = whole;
	}
	if (is_extension(out->protocol) && out->fragment_offset_bytes == 0)
		out->odd |= SN_ODD_CHAIN;
	out->header_bytes = (uint16_t)r.at_bytes;
	return true;
}

bool sn_ip_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	*out = (struct sn_ip){.version = length_bytes ? bytes[0] >> 4 : 0};
	if (out->version != 4 && out->version != 6)
		return false;
	if (!(out->version == 4 ? parse4 : parse6)(bytes, length_bytes, out))
		return false;
	if (out->total_bytes < out->header_bytes)
		out->odd |= SN_ODD_LENGTH;
	if (out->total_bytes > length_bytes)
		out->odd |= SN_ODD_TRUNCATED;
	return true;
}

uint16_t sn_ip4_header_checksum(const uint8_t *bytes, size_t header_bytes)
{
	return sn_sum_finish(sn_sum_bytes(sn_sum_bytes(0, bytes, 10), bytes + 12, header_bytes - 12));
}

static void write4(struct sn_writer *w, const struct sn_ip *ip)
{
	size_t at = w->at_bytes;
	sn_write_u8(w, 0x45);
	sn_write_u8(w, ip->tos);
	sn_write_u16(w, (uint16_t)ip->total_bytes);
	sn_write_u16(w, ip->id);
	sn_write_u16(w, (uint16_t)((ip->df ? FLAG_DF : 0) | (ip->mf ? FLAG_MF : 0) | ip->fragment_offset_bytes / 8));
	sn_write_u8(w, ip->ttl);
	sn_write_u8(w, ip->protocol);
	sn_write_u16(w, 0);
	sn_write_bytes(w, ip->src.bytes, 4);
	sn_write_bytes(w, ip->dst.bytes, 4);
	if (!w->bad)
		sn_write_u16_at(w, at + 10, sn_ip4_header_checksum(w->bytes + at, IP4_HEADER_BYTES));
}

void sn_ip_write(struct sn_writer *w, const struct sn_ip *ip)
{
	if (ip->version == 4) {
		write4(w, ip);
		return;
	}
	sn_write_u32(w, 6u << 28 | (uint32_t)ip->tos << 20 | (ip->flow_label & 0xfffff));
	sn_write_u16(w, (uint16_t)(ip->total_bytes - IP6_HEADER_BYTES));
	sn_write_u8(w, ip->protocol);
	sn_write_u8(w, ip->ttl);
	sn_write_bytes(w, ip->src.bytes, 16);
	sn_write_bytes(w, ip->dst.bytes, 16);
}
