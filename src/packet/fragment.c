/* SPDX-License-Identifier: MIT */
/* Pieces of a packet: every one but the last as long as fits, in multiples of eight bytes. */
#include "packet/fragment.h"

#include "base/checksum.h"
#include "base/hash.h"

enum { UNIT_BYTES = 8, EXTENSION_BYTES = 8, IP4_BYTES = 20, IP6_BYTES = 40 };
/* RFC 791 section 3.1: length at 2, flags and offset at 6, checksum at 10. RFC 8200 section 3: payload length at 4, next header at 6. */
enum { LENGTH4_AT = 2, FRAGMENT4_AT = 6, CHECKSUM4_AT = 10, LENGTH6_AT = 4, NEXT6_AT = 6, MORE4 = 0x2000, MORE6 = 1 };

static size_t header_bytes(uint8_t version)
{
	return version == 4 ? IP4_BYTES : IP6_BYTES;
}

/* What stands in front of each piece's own bytes. */
static size_t front_bytes(uint8_t version)
{
	return version == 4 ? IP4_BYTES : IP6_BYTES + EXTENSION_BYTES;
}

/* Bytes of the packet behind its header that a full piece carries. */
static size_t step_bytes(uint8_t version, size_t piece_bytes)
{
	size_t front = front_bytes(version);
	return piece_bytes < front ? 0 : (piece_bytes - front) / UNIT_BYTES * UNIT_BYTES;
}

size_t sn_fragment_count(uint8_t version, size_t length_bytes, size_t piece_bytes)
{
	size_t step = step_bytes(version, piece_bytes);
	if (piece_bytes == 0 || length_bytes <= piece_bytes)
		return 1;
	return step ? (length_bytes - header_bytes(version) + step - 1) / step : 0;
}

size_t sn_fragment_bytes(uint8_t version, size_t length_bytes, size_t piece_bytes, size_t nth)
{
	size_t count = sn_fragment_count(version, length_bytes, piece_bytes), step = step_bytes(version, piece_bytes);
	if (nth >= count)
		return 0;
	if (count == 1)
		return length_bytes;
	return front_bytes(version) + (nth + 1 < count ? step : length_bytes - header_bytes(version) - nth * step);
}

static void write4(const uint8_t *bytes, size_t upper_bytes, size_t offset_bytes, bool more, struct sn_writer *w)
{
	size_t at = w->at_bytes;
	sn_write_bytes(w, bytes, IP4_BYTES);
	sn_write_bytes(w, bytes + IP4_BYTES + offset_bytes, upper_bytes);
	sn_write_u16_at(w, at + LENGTH4_AT, (uint16_t)(IP4_BYTES + upper_bytes));
	sn_write_u16_at(w, at + FRAGMENT4_AT, (uint16_t)((more ? MORE4 : 0) | offset_bytes / UNIT_BYTES));
	sn_write_u16_at(w, at + CHECKSUM4_AT, 0);
	if (!w->bad)
		sn_write_u16_at(w, at + CHECKSUM4_AT, sn_sum_finish(sn_sum_bytes(0, w->bytes + at, IP4_BYTES)));
}

/* No secret: what is not to be guessed of the id (RFC 7739) is in the packet. */
static uint32_t id6_of(const uint8_t *bytes, size_t length_bytes)
{
	static const uint8_t key[16];
	return (uint32_t)sn_siphash(key, bytes, length_bytes);
}

static void write6(const uint8_t *bytes, size_t upper_bytes, size_t offset_bytes, bool more, uint32_t id, struct sn_writer *w)
{
	size_t at = w->at_bytes;
	sn_write_bytes(w, bytes, IP6_BYTES);
	sn_write_u8(w, bytes[NEXT6_AT]);
	sn_write_u8(w, 0);
	sn_write_u16(w, (uint16_t)(offset_bytes | (more ? MORE6 : 0)));
	sn_write_u32(w, id);
	sn_write_bytes(w, bytes + IP6_BYTES + offset_bytes, upper_bytes);
	sn_write_u16_at(w, at + LENGTH6_AT, (uint16_t)(EXTENSION_BYTES + upper_bytes));
	if (!w->bad)
		w->bytes[at + NEXT6_AT] = SN_PROTO_FRAGMENT;
}

void sn_fragment_write(const uint8_t *bytes, size_t length_bytes, size_t piece_bytes, size_t nth, struct sn_writer *w)
{
	uint8_t version = length_bytes ? bytes[0] >> 4 : 0;
	size_t count = length_bytes < header_bytes(version) ? 0 : sn_fragment_count(version, length_bytes, piece_bytes);
	size_t piece = sn_fragment_bytes(version, length_bytes, piece_bytes, nth), step = step_bytes(version, piece_bytes);
	if (nth >= count)
		w->bad = true;
	else if (count == 1)
		sn_write_bytes(w, bytes, length_bytes);
	else if (version == 4)
		write4(bytes, piece - IP4_BYTES, nth * step, nth + 1 < count, w);
	else
		write6(bytes, piece - IP6_BYTES - EXTENSION_BYTES, nth * step, nth + 1 < count, id6_of(bytes, length_bytes), w);
}

static bool is_piece6(const uint8_t *bytes, size_t length_bytes)
{
	return length_bytes >= IP6_BYTES + EXTENSION_BYTES && bytes[NEXT6_AT] == SN_PROTO_FRAGMENT;
}

bool sn_fragment_read(const uint8_t *bytes, size_t length_bytes, struct sn_fragment *out)
{
	enum { ID6_AT = IP6_BYTES + 4 };
	struct sn_ip ip;
	struct sn_reader r;
	if (!sn_ip_parse(bytes, length_bytes, &ip) || !(ip.odd & SN_ODD_FRAGMENT) || ip.total_bytes < ip.header_bytes)
		return false;
	if (ip.version == 6 && !is_piece6(bytes, length_bytes))
		return false;
	sn_reader_init(&r, bytes, length_bytes);
	sn_read_skip(&r, ID6_AT);
	uint32_t added_bytes = ip.version == 6 ? EXTENSION_BYTES : 0;
	*out = (struct sn_fragment){.id = ip.version == 6 ? sn_read_u32(&r) : ip.id,
	                            .end_bytes = ip.total_bytes - added_bytes + ip.fragment_offset_bytes,
	                            .first = ip.fragment_offset_bytes == 0,
	                            .last = !ip.mf};
	return true;
}

static void join4(const uint8_t *first, size_t length_bytes, size_t header, size_t whole_bytes, struct sn_writer *w)
{
	size_t at = w->at_bytes;
	sn_write_bytes(w, first, length_bytes);
	sn_write_u16_at(w, at + LENGTH4_AT, (uint16_t)whole_bytes);
	sn_write_u16_at(w, at + FRAGMENT4_AT, 0);
	sn_write_u16_at(w, at + CHECKSUM4_AT, 0);
	if (!w->bad)
		sn_write_u16_at(w, at + CHECKSUM4_AT, sn_sum_finish(sn_sum_bytes(0, w->bytes + at, header)));
}

static void join6(const uint8_t *first, size_t length_bytes, size_t whole_bytes, struct sn_writer *w)
{
	size_t at = w->at_bytes, front = IP6_BYTES + EXTENSION_BYTES;
	sn_write_bytes(w, first, IP6_BYTES);
	sn_write_bytes(w, first + front, length_bytes - front);
	sn_write_u16_at(w, at + LENGTH6_AT, (uint16_t)(whole_bytes - IP6_BYTES));
	if (!w->bad)
		w->bytes[at + NEXT6_AT] = first[IP6_BYTES];
}

void sn_fragment_join(const uint8_t *first, size_t length_bytes, size_t whole_bytes, struct sn_writer *w)
{
	struct sn_fragment piece;
	struct sn_ip ip;
	if (!sn_fragment_read(first, length_bytes, &piece) || !piece.first || !sn_ip_parse(first, length_bytes, &ip))
		w->bad = true;
	else if (ip.version == 4)
		join4(first, length_bytes, ip.header_bytes, whole_bytes, w);
	else
		join6(first, length_bytes, whole_bytes, w);
}
