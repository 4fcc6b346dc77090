/* SPDX-License-Identifier: MIT */
/* Fields overwritten word by word, each change carried into the checksums that cover it. */
#include "sim/edit.h"

#include "base/checksum.h"

#include <string.h>

enum { CHECKSUM4_AT_BYTES = 10 };

/* Where the checksum of an upper layer stands, and whether it covers the addresses: RFC 9293, RFC 768, RFC 3828, RFC 4340 section 5.1,
 * RFC 792, RFC 4443. A checksum of partial coverage covers the ports and addresses as well. */
static const struct {
	uint8_t protocol, at_bytes;
	bool covers_addresses;
} checksums[] = {
	{SN_PROTO_TCP, 16, true}, {SN_PROTO_UDP, 6, true},    {SN_PROTO_UDPLITE, 6, true},
	{SN_PROTO_DCCP, 6, true}, {SN_PROTO_ICMP, 2, false}, {SN_PROTO_ICMP6, 2, true},
};

static bool holds(const struct sn_sim_edit *edit, size_t at_bytes)
{
	return at_bytes + 2 <= edit->length_bytes;
}

struct sn_sim_edit sn_sim_edit_open(uint8_t *bytes, size_t length_bytes, const struct sn_ip *ip)
{
	struct sn_sim_edit edit = {
		.bytes = bytes,
		.length_bytes = length_bytes,
		.version = ip->version,
		.upper_at_bytes = ip->fragment_offset_bytes ? length_bytes : ip->header_bytes,
		.is_udp = ip->protocol == SN_PROTO_UDP || ip->protocol == SN_PROTO_UDPLITE,
	};
	for (size_t i = 0; i < sizeof checksums / sizeof *checksums; i++) {
		size_t at_bytes = edit.upper_at_bytes + checksums[i].at_bytes;
		if (checksums[i].protocol != ip->protocol || !holds(&edit, at_bytes))
			continue;
		edit.checksum_at_bytes = at_bytes;
		edit.covers_addresses = checksums[i].covers_addresses;
	}
	return edit;
}

static void write_word(struct sn_sim_edit *edit, size_t at_bytes, uint16_t word)
{
	struct sn_writer w;
	sn_writer_init(&w, edit->bytes + at_bytes, 2);
	sn_write_u16(&w, word);
}

uint16_t sn_sim_edit_read(const struct sn_sim_edit *edit, size_t at_bytes)
{
	struct sn_reader r;
	if (!holds(edit, at_bytes))
		return 0;
	sn_reader_init(&r, edit->bytes + at_bytes, 2);
	return sn_read_u16(&r);
}

void sn_sim_edit_header(struct sn_sim_edit *edit, size_t at_bytes, uint16_t word)
{
	uint16_t old = sn_sim_edit_read(edit, at_bytes);
	if (!holds(edit, at_bytes))
		return;
	write_word(edit, at_bytes, word);
	if (edit->version == 4)
		write_word(edit, CHECKSUM4_AT_BYTES, sn_checksum_update(sn_sim_edit_read(edit, CHECKSUM4_AT_BYTES), old, word));
}

/* The upper layer's checksum after a change. UDP: none stays none, and what comes out as zero is sent as all ones. */
static void mend(struct sn_sim_edit *edit, uint16_t checksum)
{
	bool is_missing = edit->is_udp && sn_sim_edit_read(edit, edit->checksum_at_bytes) == 0;
	if (!edit->is_stale && !is_missing)
		write_word(edit, edit->checksum_at_bytes, checksum == 0 && edit->is_udp ? UINT16_MAX : checksum);
}

void sn_sim_edit_upper(struct sn_sim_edit *edit, size_t at_bytes, uint16_t word)
{
	at_bytes += edit->upper_at_bytes;
	if (!holds(edit, at_bytes))
		return;
	uint16_t old = sn_sim_edit_read(edit, at_bytes);
	write_word(edit, at_bytes, word);
	if (edit->checksum_at_bytes && at_bytes != edit->checksum_at_bytes)
		mend(edit, sn_checksum_update(sn_sim_edit_read(edit, edit->checksum_at_bytes), old, word));
}

void sn_sim_edit_upper_u32(struct sn_sim_edit *edit, size_t at_bytes, uint32_t value)
{
	sn_sim_edit_upper(edit, at_bytes, (uint16_t)(value >> 16));
	sn_sim_edit_upper(edit, at_bytes + 2, (uint16_t)value);
}

void sn_sim_edit_cut(struct sn_sim_edit *edit, size_t at_bytes, size_t cut_bytes)
{
	uint8_t *at = edit->bytes + edit->upper_at_bytes + at_bytes;
	size_t behind_bytes = edit->length_bytes - edit->upper_at_bytes - at_bytes - cut_bytes;
	/* RFC 791: total length at 2; RFC 8200: payload length at 4. The pseudo header has the upper layer's own. */
	size_t length_at_bytes = edit->version == 4 ? 2 : 4;
	uint16_t upper_bytes = (uint16_t)(edit->length_bytes - edit->upper_at_bytes), left_bytes = (uint16_t)(upper_bytes - cut_bytes);
	if (edit->checksum_at_bytes && edit->covers_addresses)
		mend(edit, sn_checksum_update(sn_sim_edit_read(edit, edit->checksum_at_bytes), upper_bytes, left_bytes));
	sn_sim_edit_header(edit, length_at_bytes, (uint16_t)(sn_sim_edit_read(edit, length_at_bytes) - cut_bytes));
	memmove(at, at + cut_bytes, behind_bytes);
	edit->length_bytes -= cut_bytes;
}

void sn_sim_edit_addr(struct sn_sim_edit *edit, bool is_source, const struct sonde_addr *addr)
{
	size_t bytes = edit->version == 4 ? 4 : 16, at_bytes = (edit->version == 4 ? 12 : 8) + (is_source ? 0 : bytes);
	struct sonde_addr old = {.family = edit->version};
	memcpy(old.bytes, edit->bytes + at_bytes, bytes);
	if (edit->checksum_at_bytes && edit->covers_addresses)
		mend(edit, sn_checksum_update_addr(sn_sim_edit_read(edit, edit->checksum_at_bytes), &old, addr));
	for (size_t i = 0; i < bytes; i += 2)
		sn_sim_edit_header(edit, at_bytes + i, (uint16_t)(addr->bytes[i] << 8 | addr->bytes[i + 1]));
}
