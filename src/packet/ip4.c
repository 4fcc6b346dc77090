/* SPDX-License-Identifier: MIT */
/* The IPv4 header and its options (RFC 791 section 3.1). */
#include "packet/ip_family.h"

#include "base/checksum.h"

enum { OPTION_END = 0, OPTION_NOP = 1 };

/* True where the options (RFC 791 section 3.1, "Options") fill their space without running over it. Nothing in them is needed. */
static bool options_parse(const uint8_t *bytes, size_t count)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, count);
	while (!r.bad && sn_reader_left(&r) > 0) {
		uint8_t type = sn_read_u8(&r);
		if (type == OPTION_END)
			return true;
		if (type == OPTION_NOP)
			continue;
		uint8_t option_bytes = sn_read_u8(&r);
		if (r.bad || option_bytes < 2)
			return false;
		sn_read_skip(&r, option_bytes - 2u);
	}
	return !r.bad;
}

static void read_addr(struct sn_reader *r, struct sonde_addr *out)
{
	out->family = 4;
	sn_read_bytes(r, out->bytes, 4);
}

bool sn_ip4_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	size_t header_bytes = (size_t)(sn_read_u8(&r) & 15u) * 4u;
	out->tos = sn_read_u8(&r);
	out->total_bytes = sn_read_u16(&r);
	out->id = sn_read_u16(&r);
	uint16_t fragment = sn_read_u16(&r);
	out->ttl = sn_read_u8(&r);
	out->protocol = sn_read_u8(&r);
	sn_read_skip(&r, 2);
	read_addr(&r, &out->src);
	read_addr(&r, &out->dst);
	if (r.bad || header_bytes < SN_IP4_MIN_BYTES)
		return false;
	out->df = fragment & 0x4000;
	out->mf = fragment & 0x2000;
	out->fragment_offset_bytes = (uint16_t)((fragment & 0x1fff) * 8u);
	if (out->mf || out->fragment_offset_bytes > 0)
		out->odd |= SN_ODD_FRAGMENT;
	bool cut = header_bytes > length_bytes;
	if (cut) {
		out->odd |= SN_ODD_TRUNCATED;
		header_bytes = length_bytes;
	}
	out->header_bytes = (uint16_t)header_bytes;
	out->options_bytes = (uint8_t)(header_bytes - SN_IP4_MIN_BYTES);
	if (!cut && sn_sum_finish(sn_sum_bytes(0, bytes, header_bytes)) != 0)
		out->odd |= SN_ODD_HEADER_CHECKSUM;
	if (!cut && !options_parse(bytes + SN_IP4_MIN_BYTES, out->options_bytes))
		out->odd |= SN_ODD_OPTIONS;
	return true;
}
