/* SPDX-License-Identifier: MIT */
/* Class 5: the router's own address or name (draft-ietf-intarea-extended-icmp-nodeid). */
#include "packet/ext.h"

/* Section 3.1: bits of the C-Type, in the places of RFC 5837; all others are reserved and to be ignored. */
enum { HAS_ADDRESS = 0x04, HAS_NAME = 0x02 };

/* What is there stands in this order; what follows is to be ignored. */
enum sn_ext_reading sn_ext_node(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out)
{
	struct sonde_extension_node *node = &out->as.node;
	enum sn_ext_reading reading = SN_EXT_READ;
	out->kind = SONDE_EXTENSION_NODE;
	node->has_name = c_type & HAS_NAME;
	if (c_type & HAS_ADDRESS)
		reading = sn_ext_addr_part(payload, &node->addr);
	if (reading == SN_EXT_READ && node->has_name)
		reading = sn_ext_name_part(payload, &node->name);
	return reading;
}
