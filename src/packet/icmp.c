/* SPDX-License-Identifier: MIT */
/* One ICMP message of either family: its header fields, its quote, and the RFC 4884 frame behind that. Reads no object in the frame. */
#include "packet/icmp.h"

#include "base/checksum.h"

/* RFC 4884 section 5: "original datagram" is padded to at least 128 bytes before an extension structure may follow. */
enum { HEADER_BYTES = 8, QUOTE_PADDED_BYTES = 128, EXTENSION_HEADER_BYTES = 4, EXTENSION_VERSION = 2 };

/* RFC 4884 section 7: version in the top four bits, checksum in bytes 2-3 over the whole structure, 0 meaning that none was sent. */
static bool extension_verify(const uint8_t *bytes, size_t length_bytes)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	uint8_t version = sn_read_u8(&r) >> 4;
	sn_read_skip(&r, 1);
	uint16_t checksum = sn_read_u16(&r);
	if (r.bad || version != EXTENSION_VERSION)
		return false;
	return checksum == 0 || sn_sum_finish(sn_sum_bytes(0, bytes, length_bytes)) == 0;
}

/* The length attribute in bytes, 0 where it is absent: 32-bit words in byte 5 (RFC 4884 sections 4.1 to 4.3), 64-bit words in byte 4
 * (sections 4.4 and 4.5). `rest` is bytes 4 to 7 of the message. */
static size_t quote_length_bytes(uint8_t version, uint32_t rest)
{
	return version == 4 ? (rest >> 16 & 0xff) * 4 : (rest >> 24) * 8;
}

/* Cuts the frame off the quote. Without a length attribute, RFC 4884 section 5.5 lets it stand at byte 128 alone. */
static void extension_cut(struct sn_icmp *out, size_t length_attribute_bytes)
{
	size_t at_bytes = length_attribute_bytes < QUOTE_PADDED_BYTES ? QUOTE_PADDED_BYTES : length_attribute_bytes;
	if (length_attribute_bytes > out->quote_bytes)
		out->odd |= SN_ODD_LENGTH;
	else if (length_attribute_bytes >= QUOTE_PADDED_BYTES)
		out->told_bytes = length_attribute_bytes;
	if (out->quote_bytes < at_bytes + EXTENSION_HEADER_BYTES)
		return;
	const uint8_t *frame = out->quote + at_bytes;
	size_t frame_bytes = out->quote_bytes - at_bytes;
	if (!extension_verify(frame, frame_bytes))
		return;
	out->extension = frame;
	out->extension_bytes = frame_bytes;
	out->extension_by_length = length_attribute_bytes > 0;
	out->quote_bytes = at_bytes;
}

/* An identifier and a number, and behind them what the query carried (RFC 792, RFC 4443 section 4). */
static bool is_query(const struct sn_icmp *icmp)
{
	enum sonde_meaning meaning = icmp->row->meaning;
	return meaning == SONDE_M_ECHO_REQUEST || meaning == SONDE_M_ECHO_REPLY || meaning == SONDE_M_TIMESTAMP_REPLY;
}

/* Bytes 4 to 7 mean something else in each message. */
static void rest_read(uint32_t rest, struct sn_icmp *out)
{
	enum sonde_meaning meaning = out->row->meaning;
	if (is_query(out)) {
		out->id = (uint16_t)(rest >> 16);
		out->seq = (uint16_t)rest;
	} else if (meaning == SONDE_M_PACKET_TOO_BIG) {
		/* RFC 1191 section 4: bytes 6-7. RFC 4443 section 3.2: all four. */
		out->mtu_bytes = out->version == 4 ? rest & 0xffff : rest;
	} else if (out->version == 4 && out->type == 12) {
		out->pointer = rest >> 24;  /* RFC 792: byte 4 */
	} else if (out->version == 6 && out->type == 4) {
		out->pointer = rest;        /* RFC 4443 section 3.4 */
	}
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
	rest_read(rest, out);
	size_t behind_bytes = sn_reader_left(&r);
	const uint8_t *behind = sn_read_view(&r, behind_bytes);
	if (out->row->is_error && behind_bytes > 0) {
		out->quote = behind;
		out->quote_bytes = behind_bytes;
		if (out->row->may_extend)
			extension_cut(out, quote_length_bytes(version, rest));
	} else if (is_query(out)) {
		out->payload = behind;
		out->payload_bytes = behind_bytes;
	}
	return true;
}
