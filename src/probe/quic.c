/* SPDX-License-Identifier: MIT */
/* A QUIC packet that any server must answer without a word of TLS: its version is one of those that exist to be refused. */
#include "probe/service.h"

/* RFC 8999 section 5.1: form bit, version, then both connection ids behind their lengths, whatever the version. The rest is as an Initial
 * of version 1 has it (RFC 9000 section 17.2.2), for those on the way who look: type 0, token, length. An id of 8 bytes and a datagram of
 * 1200 are the least that servers take (sections 7.2 and 14.1). */
enum {
	LONG_FORM = 0x80, INITIAL = 0xc3, VERSION_BYTES = 4, ID_BYTES = 8, NEGOTIATION = 0,
	DCID_AT = 1 + VERSION_BYTES + 1, SCID_AT = DCID_AT + ID_BYTES + 1, HEAD_BYTES = SCID_AT + ID_BYTES + 1 + 4,
};
/* RFC 9000 section 15: 0x?a?a?a?a are reserved to force a negotiation. */
#define VERSION UINT32_C(0x1a2a3a4a)
/* Section 16: the two highest bits say how long a number is. */
#define VARINT_4_BYTES UINT32_C(0x80000000)

/* The other id is known from the first, and such that the sum of both, and with it the UDP checksum, still depends on the key. */
static uint64_t scid_of(uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15);
}

void sn_quic_request(struct sn_writer *w, uint64_t key, size_t bytes)
{
	sn_write_u8(w, INITIAL);
	sn_write_u32(w, VERSION);
	sn_write_u8(w, ID_BYTES);
	sn_write_u64(w, key);
	sn_write_u8(w, ID_BYTES);
	sn_write_u64(w, scid_of(key));
	sn_write_u8(w, 0);  /* no token */
	sn_write_u32(w, VARINT_4_BYTES | (uint32_t)(bytes - HEAD_BYTES));
}

/* Section 17.2.1: a Version Negotiation has version 0 and the ids the other way round: the source is what the probe was sent to. */
bool sn_quic_key(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at_bytes, size_t *count)
{
	struct sn_reader r;
	sn_reader_init(&r, payload, payload_bytes);
	bool is_long = sn_read_u8(&r) & LONG_FORM, is_negotiation = sn_read_u32(&r) == NEGOTIATION;
	if (!is_long || is_negotiation != answer || sn_read_u8(&r) != ID_BYTES)
		return false;
	uint64_t dcid = sn_read_u64(&r), scid = 0;
	if (answer) {
		bool has_scid = sn_read_u8(&r) == ID_BYTES;
		scid = sn_read_u64(&r);
		if (r.bad || !has_scid || dcid != scid_of(scid))
			return false;
	}
	*key = answer ? scid : dcid;
	*at_bytes = answer ? SCID_AT : DCID_AT;
	*count = ID_BYTES;
	return !r.bad;
}
