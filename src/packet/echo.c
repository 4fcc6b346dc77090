/* SPDX-License-Identifier: MIT */
/* The ICMP echo header (RFC 792 "Echo or Echo Reply Message", RFC 4443 section 4): the same eight bytes in both families. */
#include "packet/transport.h"

bool sn_echo_parse(const uint8_t *bytes, size_t length_bytes, struct sn_echo *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_echo){0};
	out->type = sn_read_u8(&r);
	out->code = sn_read_u8(&r);
	out->checksum = sn_read_u16(&r);
	out->id = sn_read_u16(&r);
	out->seq = sn_read_u16(&r);
	return !r.bad;
}

void sn_echo_write(struct sn_writer *w, const struct sn_echo *echo)
{
	sn_write_u8(w, echo->type);
	sn_write_u8(w, echo->code);
	sn_write_u16(w, echo->checksum);
	sn_write_u16(w, echo->id);
	sn_write_u16(w, echo->seq);
}
