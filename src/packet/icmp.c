/* SPDX-License-Identifier: MIT */
/* ICMP messages, and the extension frame of RFC 4884 cut out of them. */
#include "packet/icmp.h"

#include "base/checksum.h"

enum {
	ICMP_HEADER_BYTES = 8,
	QUOTE_PADDED_BYTES = 128,  /* RFC 4884 section 3: with an extension the quote is padded to at least this */
	EXTENSION_HEADER_BYTES = 4,
	EXTENSION_VERSION = 2,
	TYPE4_UNREACHABLE = 3, TYPE6_TOO_BIG = 2, TYPE4_PARAMETER = 12, TYPE6_PARAMETER = 4,
};

/* RFC 4884 section 7: version 2, and a checksum over the whole structure; zero says that none was sent. */
static bool extension_is_good(const uint8_t *bytes, size_t count)
{
	if (count < EXTENSION_HEADER_BYTES || bytes[0] >> 4 != EXTENSION_VERSION)
		return false;
	uint16_t checksum = (uint16_t)(bytes[2] << 8 | bytes[3]);
	return checksum == 0 || sn_sum_fold(sn_sum_bytes(0, bytes, count)) == 0xffff;
}

/* What follows the 8 bytes of an error's header: the quote, and perhaps an extension structure. */
static void cut_frame(struct sn_icmp *out, const uint8_t *bytes, size_t count, size_t stated_bytes)
{
	out->quote = bytes;
	out->quote_bytes = count;
	if (!out->row->may_extend)
		return;
	/* A stated length below 128 still means padding to 128 (section 4.1 to 4.6); none stated: the rule for old routers (section 5.5). */
	size_t at = stated_bytes > QUOTE_PADDED_BYTES ? stated_bytes : QUOTE_PADDED_BYTES;
	if (at > count) {
		out->odd |= stated_bytes > count ? SN_ODD_LENGTH : 0;
		return;
	}
	if (!extension_is_good(bytes + at, count - at)) {
		out->odd |= stated_bytes ? SN_ODD_LENGTH : 0;
		return;
	}
	out->extension = bytes + at;
	out->extension_bytes = count - at;
	out->extension_by_length = stated_bytes > 0;
	out->quote_bytes = stated_bytes && stated_bytes < at ? stated_bytes : at;
}

bool sn_icmp_parse(uint8_t version, const uint8_t *bytes, size_t length_bytes, struct sn_icmp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_icmp){.version = version};
	out->type = sn_read_u8(&r);
	out->code = sn_read_u8(&r);
	out->checksum = sn_read_u16(&r);
	uint32_t rest = sn_read_u32(&r);
	if (r.bad)
		return false;
	out->row = sn_icmp_lookup(version, out->type, out->code);
	if (!out->row->is_error) {
		out->id = (uint16_t)(rest >> 16);
		out->seq = (uint16_t)rest;
		out->payload = bytes + ICMP_HEADER_BYTES;
		out->payload_bytes = length_bytes - ICMP_HEADER_BYTES;
		return true;
	}
	if (version == 4 && out->type == TYPE4_UNREACHABLE && out->row->meaning == SONDE_M_PACKET_TOO_BIG)
		out->mtu_bytes = rest & 0xffff;
	if (version == 6 && out->type == TYPE6_TOO_BIG)
		out->mtu_bytes = rest;
	if (version == 4 && out->type == TYPE4_PARAMETER)
		out->pointer = rest >> 24;
	if (version == 6 && out->type == TYPE6_PARAMETER)
		out->pointer = rest;
	/* The length attribute: byte 5 in 32-bit words (v4), byte 4 in 64-bit words (v6). */
	size_t stated = !out->row->may_extend ? 0 : version == 4 ? (rest >> 16 & 0xff) * 4 : (rest >> 24) * 8;
	cut_frame(out, bytes + ICMP_HEADER_BYTES, length_bytes - ICMP_HEADER_BYTES, stated);
	return true;
}
