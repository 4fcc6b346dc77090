/* SPDX-License-Identifier: MIT */
/* Class 4: where in a packet a router gave up reading its headers (RFC 8883). */
#include "packet/ext.h"

enum { POINTER = 1 };

enum sn_ext_reading sn_ext_pointer(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out)
{
	if (c_type != POINTER)
		return SN_EXT_FOREIGN;
	out->kind = SONDE_EXTENSION_POINTER;
	out->as.pointer_bytes = sn_read_u32(payload);
	return payload->bad || sn_reader_left(payload) ? SN_EXT_MALFORMED : SN_EXT_READ;
}
