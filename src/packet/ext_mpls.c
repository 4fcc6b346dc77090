/* SPDX-License-Identifier: MIT */
/* Class 1: the label stack that a packet came in with (RFC 4950). */
#include "packet/ext.h"

enum { INCOMING_STACK = 1, ENTRY_BYTES = 4 };

enum sn_ext_reading sn_ext_mpls(uint8_t c_type, struct sn_reader *payload, struct sonde_extension *out)
{
	struct sonde_extension_mpls *mpls = &out->as.mpls;
	if (c_type != INCOMING_STACK)
		return SN_EXT_FOREIGN;
	out->kind = SONDE_EXTENSION_MPLS;
	/* The object's length says how many there are, not the bottom bit: a router may send only the top of a stack. */
	while (mpls->count < SONDE_EXTENSION_LABELS && sn_reader_left(payload) >= ENTRY_BYTES) {
		/* RFC 3032 section 2.1, RFC 5462: 20 bits label, 3 bits traffic class, 1 bit bottom of stack, 8 bits TTL. */
		uint32_t entry = sn_read_u32(payload);
		struct sonde_extension_label *label = &mpls->labels[mpls->count++];
		label->label = entry >> 12;
		label->tc = entry >> 9 & 7;
		label->bottom = entry >> 8 & 1;
		label->ttl = entry & 0xff;
	}
	return mpls->count ? SN_EXT_READ : SN_EXT_MALFORMED;
}
