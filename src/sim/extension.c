/* SPDX-License-Identifier: MIT */
/* An extension structure behind a quote, with the padding before it and the faults it was given (RFC 4884 sections 4, 5 and 7). */
#include "sim/extension.h"

#include "base/checksum.h"

#include <string.h>

/* RFC 4884 section 5.1: the quote before a structure has at least 128 bytes. */
enum { PADDED_BYTES = 128, HEADER_BYTES = 4, CHECKSUM_AT_BYTES = 2, LENGTH_MAX = 0xff };

bool sn_sim_extends(const struct sn_sim_extension *extension, uint8_t version, uint8_t type)
{
	if (extension->objects.length_bytes == 0)
		return false;
	/* RFC 4884 section 4: unreachable, time exceeded, parameter problem; of ICMPv6 the first two. */
	return version == 4 ? type == 3 || type == 11 || type == 12 : type == 1 || type == 3;
}

/* Sections 4.1 to 4.5: the attribute counts 32-bit words in ICMPv4, 64-bit words in ICMPv6. */
static size_t unit_bytes(uint8_t version)
{
	return version == 4 ? 4 : 8;
}

static size_t padded(const struct sn_sim_extension *extension, uint8_t version, size_t quote_bytes)
{
	size_t unit = unit_bytes(version), whole = (quote_bytes + unit - 1) / unit * unit;
	return extension->no_length || whole < PADDED_BYTES ? PADDED_BYTES : whole;
}

size_t sn_sim_extended_quote(const struct sn_sim_extension *extension, size_t quote_bytes, size_t limit_bytes)
{
	size_t taken = HEADER_BYTES + extension->objects.length_bytes;
	size_t room = limit_bytes > taken + PADDED_BYTES ? limit_bytes - taken : PADDED_BYTES;
	/* A whole number of either family's words, so that padding does not go beyond the room. */
	room = extension->no_length ? PADDED_BYTES : room / 8 * 8;
	return quote_bytes < room ? quote_bytes : room;
}

uint32_t sn_sim_extended_rest(const struct sn_sim_extension *extension, uint8_t version, size_t quote_bytes, uint32_t rest)
{
	size_t told_bytes = extension->fault == SN_SIM_FAULT_BELOW ? quote_bytes : padded(extension, version, quote_bytes);
	size_t units = extension->fault == SN_SIM_FAULT_LENGTH ? LENGTH_MAX : told_bytes / unit_bytes(version);
	if (extension->no_length)
		return rest;
	/* Byte 5 of ICMPv4, byte 4 of ICMPv6. */
	return rest | (uint32_t)(units < LENGTH_MAX ? units : LENGTH_MAX) << (version == 4 ? 16 : 24);
}

static void spoil_last_object(const struct sn_sim_extension *extension, uint8_t *object)
{
	unsigned length = (unsigned)object[0] << 8 | object[1];
	if (extension->fault == SN_SIM_FAULT_OVERRUN)
		length += 4;
	else if (extension->fault == SN_SIM_FAULT_ZERO)
		length = 0;
	else if (extension->fault == SN_SIM_FAULT_ODD)
		length -= 1;
	object[0] = (uint8_t)(length >> 8);
	object[1] = (uint8_t)length;
}

void sn_sim_extension_write(const struct sn_sim_extension *extension, uint8_t version, size_t quote_bytes, struct sn_writer *w)
{
	const struct sn_buf *objects = &extension->objects;
	sn_write_zeros(w, padded(extension, version, quote_bytes) - quote_bytes);
	size_t at = w->at_bytes;
	/* Section 7: version in the upper four bits, then reserved ones. */
	sn_write_u16(w, extension->fault == SN_SIM_FAULT_VERSION ? 0x1000 : 0x2000);
	sn_write_u16(w, 0);
	sn_write_bytes(w, (const uint8_t *)objects->text, objects->length_bytes - (extension->fault == SN_SIM_FAULT_CUT ? 2 : 0));
	if (w->bad)
		return;
	spoil_last_object(extension, w->bytes + at + HEADER_BYTES + extension->last_at_bytes);
	if (extension->fault == SN_SIM_FAULT_NO_CHECKSUM)
		return;
	uint16_t checksum = sn_sum_finish(sn_sum_bytes(0, w->bytes + at, w->at_bytes - at));
	sn_write_u16_at(w, at + CHECKSUM_AT_BYTES, extension->fault == SN_SIM_FAULT_CHECKSUM ? checksum ^ 0x5555 : checksum);
}
