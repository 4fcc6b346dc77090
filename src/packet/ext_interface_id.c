/* SPDX-License-Identifier: MIT */
/* Class 3: the interface that someone asks about, by name, index or address (RFC 8335 section 2.1). */
#include "packet/ext.h"

static enum sn_ext_reading by_name(struct sn_reader *payload, struct sonde_extension_interface_id *out)
{
	size_t count = sn_reader_left(payload);
	const uint8_t *bytes = sn_read_view(payload, count);
	/* No bound is set there; a name too long for us is not wrong. */
	return count == 0 ? SN_EXT_MALFORMED : sn_ext_name(bytes, count, &out->name) ? SN_EXT_READ : SN_EXT_FOREIGN;
}

static enum sn_ext_reading by_index(struct sn_reader *payload, struct sonde_extension_interface_id *out)
{
	out->index = sn_read_u32(payload);
	return payload->bad || sn_reader_left(payload) ? SN_EXT_MALFORMED : SN_EXT_READ;
}

/* Figure 3: family, significant bytes of the address, reserved, the address and its padding. */
static enum sn_ext_reading by_address(struct sn_reader *payload, struct sonde_extension_interface_id *out)
{
	uint16_t afi = sn_read_u16(payload);
	size_t length_bytes = sn_read_u8(payload), count = sn_ext_addr_bytes(afi);
	sn_read_skip(payload, 1);
	if (payload->bad || length_bytes > sn_reader_left(payload))
		return SN_EXT_MALFORMED;
	if (!count)
		return SN_EXT_FOREIGN;
	sn_ext_addr(payload, count, &out->addr);
	return payload->bad || length_bytes != count || sn_reader_left(payload) ? SN_EXT_MALFORMED : SN_EXT_READ;
}

enum sn_ext_reading sn_ext_interface_id(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out)
{
	static enum sn_ext_reading (*const forms[])(struct sn_reader *, struct sonde_extension_interface_id *) = {
	    [SONDE_BY_NAME] = by_name, [SONDE_BY_INDEX] = by_index, [SONDE_BY_ADDRESS] = by_address};
	if (c_type >= sizeof forms / sizeof *forms || !forms[c_type])
		return SN_EXT_FOREIGN;
	out->kind = SONDE_EXTENSION_INTERFACE_ID;
	out->as.interface_id.by = (enum sonde_extension_by)c_type;
	return forms[c_type](payload, &out->as.interface_id);
}
