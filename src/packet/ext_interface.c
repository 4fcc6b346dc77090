/* SPDX-License-Identifier: MIT */
/* Class 2: what a router tells of an interface, or of the next hop (RFC 5837). */
#include "packet/ext.h"

/* RFC 5837 section 4.1: bits of the C-Type, the most significant first; two of them are reserved and to be ignored. */
enum { ROLE_SHIFT = 6, HAS_INDEX = 0x08, HAS_ADDRESS = 0x04, HAS_NAME = 0x02, HAS_MTU = 0x01 };

/* What is there stands in this order; what follows is to be ignored. */
enum sn_ext_reading sn_ext_interface(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out)
{
	struct sonde_extension_interface *interface = &out->as.interface;
	enum sn_ext_reading reading = SN_EXT_READ;
	out->kind = SONDE_EXTENSION_INTERFACE;
	interface->role = (enum sonde_extension_role)(c_type >> ROLE_SHIFT);
	interface->has_index = c_type & HAS_INDEX;
	interface->has_name = c_type & HAS_NAME;
	interface->has_mtu = c_type & HAS_MTU;
	if (interface->has_index)
		interface->index = sn_read_u32(payload);
	if (c_type & HAS_ADDRESS)
		reading = sn_ext_addr_part(payload, &interface->addr);
	if (reading == SN_EXT_READ && interface->has_name)
		reading = sn_ext_name_part(payload, &interface->name);
	if (reading == SN_EXT_READ && interface->has_mtu)
		interface->mtu_bytes = sn_read_u32(payload);
	return reading == SN_EXT_READ && payload->bad ? SN_EXT_MALFORMED : reading;
}
