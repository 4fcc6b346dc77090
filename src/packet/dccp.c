/* SPDX-License-Identifier: MIT */
/* DCCP's generic header with 48-bit sequence numbers and what stands right behind it (RFC 4340 section 5), cut anywhere behind the eighth
 * byte. */
#include "packet/transport.h"

enum { TYPE_SHIFT = 1, TYPE_MASK = 15, EXTENDED = 1 };

static uint64_t read_u48(struct sn_reader *r)
{
	uint64_t high = sn_read_u16(r);
	return high << 32 | sn_read_u32(r);
}

bool sn_dccp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_dccp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_dccp){0};
	out->sport = sn_read_u16(&r);
	out->dport = sn_read_u16(&r);
	out->header_bytes = (uint16_t)(sn_read_u8(&r) * 4);
	out->coverage = sn_read_u8(&r) & 15;
	out->checksum = sn_read_u16(&r);
	if (r.bad)
		return false;
	/* From here on a field that was cut off reads as zero. */
	uint8_t type = sn_read_u8(&r);
	sn_read_skip(&r, 1);
	out->type = type >> TYPE_SHIFT & TYPE_MASK;
	out->seq = read_u48(&r);
	out->has_seq = !r.bad && type & EXTENDED;
	if (out->has_seq && out->type == SN_DCCP_REQUEST) {
		out->service = sn_read_u32(&r);
	} else if (out->has_seq && (out->type == SN_DCCP_RESPONSE || out->type == SN_DCCP_RESET)) {
		sn_read_skip(&r, 2);
		out->ack = read_u48(&r);
		out->has_ack = !r.bad;
		out->reset_code = out->type == SN_DCCP_RESET ? sn_read_u8(&r) : 0;
	}
	return true;
}

void sn_dccp_write(struct sn_writer *w, const struct sn_dccp *dccp)
{
	sn_write_u16(w, dccp->sport);
	sn_write_u16(w, dccp->dport);
	sn_write_u8(w, (uint8_t)(dccp->header_bytes / 4));
	sn_write_u8(w, dccp->coverage);
	sn_write_u16(w, dccp->checksum);
	sn_write_u8(w, (uint8_t)(dccp->type << TYPE_SHIFT | EXTENDED));
	sn_write_u8(w, 0);
	sn_write_u16(w, (uint16_t)(dccp->seq >> 32));
	sn_write_u32(w, (uint32_t)dccp->seq);
	if (dccp->type == SN_DCCP_RESPONSE || dccp->type == SN_DCCP_RESET) {
		sn_write_u16(w, 0);
		sn_write_u16(w, (uint16_t)(dccp->ack >> 32));
		sn_write_u32(w, (uint32_t)dccp->ack);
	}
	if (dccp->type != SN_DCCP_RESET)
		sn_write_u32(w, dccp->service);
	else
		sn_write_u32(w, (uint32_t)dccp->reset_code << 24);
}
