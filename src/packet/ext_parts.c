/* SPDX-License-Identifier: MIT */
/* Addresses and names inside extension objects, which several classes write alike. */
#include "packet/ext.h"

/* IANA, Address Family Numbers. */
enum { AFI_IP4 = 1, AFI_IP6 = 2 };

size_t sn_ext_addr_bytes(uint16_t afi)
{
	return afi == AFI_IP4 ? 4 : afi == AFI_IP6 ? 16 : 0;
}

void sn_ext_addr(struct sn_reader *payload, size_t count, struct sonde_addr *out)
{
	out->family = count == 4 ? 4 : 6;
	sn_read_bytes(payload, out->bytes, count);
}

enum sn_ext_reading sn_ext_addr_part(struct sn_reader *payload, struct sonde_addr *out)
{
	uint16_t afi = sn_read_u16(payload);
	sn_read_skip(payload, 2);
	if (payload->bad)
		return SN_EXT_MALFORMED;
	/* How long an address of another family is, and what stands behind it, nobody says. */
	if (!sn_ext_addr_bytes(afi))
		return SN_EXT_FOREIGN;
	sn_ext_addr(payload, sn_ext_addr_bytes(afi), out);
	return payload->bad ? SN_EXT_MALFORMED : SN_EXT_READ;
}

bool sn_ext_name(const uint8_t *bytes, size_t count, struct sonde_extension_name *out)
{
	while (count > 0 && bytes[count - 1] == 0)
		count--;
	if (count > SONDE_EXTENSION_NAME_BYTES)
		return false;
	out->length_bytes = (uint8_t)count;
	if (count)
		memcpy(out->bytes, bytes, count);
	return true;
}

enum sn_ext_reading sn_ext_name_part(struct sn_reader *payload, struct sonde_extension_name *out)
{
	/* The length counts itself, is a multiple of 4 and at most 64. */
	size_t length_bytes = sn_read_u8(payload);
	if (payload->bad || length_bytes == 0 || length_bytes % 4 != 0 || length_bytes > SONDE_EXTENSION_NAME_BYTES + 1)
		return SN_EXT_MALFORMED;
	const uint8_t *bytes = sn_read_view(payload, length_bytes - 1);
	return bytes && sn_ext_name(bytes, length_bytes - 1, out) ? SN_EXT_READ : SN_EXT_MALFORMED;
}
