/* SPDX-License-Identifier: MIT */
/* The UDP header (RFC 768). */
#include "packet/transport.h"

bool sn_udp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_udp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_udp){0};
	out->sport = sn_read_u16(&r);
	out->dport = sn_read_u16(&r);
	out->length_bytes = sn_read_u16(&r);
	out->checksum = sn_read_u16(&r);
	return !r.bad;
}

void sn_udp_write(struct sn_writer *w, const struct sn_udp *udp)
{
	sn_write_u16(w, udp->sport);
	sn_write_u16(w, udp->dport);
	sn_write_u16(w, udp->length_bytes);
	sn_write_u16(w, udp->checksum);
}
