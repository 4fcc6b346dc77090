/* SPDX-License-Identifier: MIT */
/* The common header of SCTP and what its first chunk begins with (RFC 9260 section 3), cut anywhere behind the eighth byte. */
#include "packet/transport.h"

#include "base/crc32c.h"

enum { CHECKSUM_AT = 8, CHECKSUM_BYTES = 4 };

bool sn_sctp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_sctp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_sctp){0};
	out->sport = sn_read_u16(&r);
	out->dport = sn_read_u16(&r);
	out->tag = sn_read_u32(&r);
	if (r.bad)
		return false;
	/* From here on a field that was cut off reads as zero. */
	out->checksum = sn_read_u32(&r);
	out->chunk_type = sn_read_u8(&r);
	out->chunk_flags = sn_read_u8(&r);
	out->chunk_bytes = sn_read_u16(&r);
	out->has_chunk = !r.bad;
	out->initiate_tag = sn_read_u32(&r);
	bool begins = out->chunk_type == SN_SCTP_INIT || out->chunk_type == SN_SCTP_INIT_ACK;
	out->has_initiate_tag = !r.bad && begins;
	return true;
}

void sn_sctp_write(struct sn_writer *w, const struct sn_sctp *sctp)
{
	sn_write_u16(w, sctp->sport);
	sn_write_u16(w, sctp->dport);
	sn_write_u32(w, sctp->tag);
	sn_write_u32(w, sctp->checksum);
	sn_write_u8(w, sctp->chunk_type);
	sn_write_u8(w, sctp->chunk_flags);
	sn_write_u16(w, sctp->chunk_bytes);
}

uint32_t sn_sctp_checksum(const uint8_t *bytes, size_t length_bytes)
{
	static const uint8_t zeros[CHECKSUM_BYTES];
	enum { BEHIND_AT = CHECKSUM_AT + CHECKSUM_BYTES };
	if (length_bytes < BEHIND_AT)
		return 0;
	uint32_t remainder = sn_crc32c(SN_CRC32C_START, bytes, CHECKSUM_AT);
	remainder = sn_crc32c(remainder, zeros, sizeof zeros);
	return sn_crc32c_finish(sn_crc32c(remainder, bytes + BEHIND_AT, length_bytes - BEHIND_AT));
}
