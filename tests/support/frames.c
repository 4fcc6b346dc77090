/* SPDX-License-Identifier: MIT */
/* One row per shape of extension object. Each byte was written by hand; the comments name the figures. */
#include "frames.h"

#include <stdlib.h>
#include <string.h>

/* RFC 4950 section 4: length 8, class 1, C-Type 1; RFC 3032 section 2.1: label 24001 = 0x05dc1, TC 0, bottom, TTL 1. */
static const uint8_t mpls_one[] = {0x00, 0x08, 0x01, 0x01, 0x05, 0xdc, 0x11, 0x01};
/* Three entries: 1048575 TC 7 TTL 255; 16 TC 5 TTL 2; 3 TC 0 bottom TTL 0. */
static const uint8_t mpls_three[] = {
	0x00, 0x10, 0x01, 0x01, 0xff, 0xff, 0xfe, 0xff, 0x00, 0x01, 0x0a, 0x02, 0x00, 0x00, 0x31, 0x00,
};
/* Nine entries, one more than fits one value: labels 100 to 108. */
static const uint8_t mpls_nine[] = {
	0x00, 0x28, 0x01, 0x01, 0x00, 0x06, 0x40, 0x01, 0x00, 0x06, 0x50, 0x01, 0x00, 0x06, 0x60, 0x01, 0x00, 0x06, 0x70, 0x01,
	0x00, 0x06, 0x80, 0x01, 0x00, 0x06, 0x90, 0x01, 0x00, 0x06, 0xa0, 0x01, 0x00, 0x06, 0xb0, 0x01, 0x00, 0x06, 0xc1, 0x01,
};
static const uint8_t mpls_empty[] = {0x00, 0x04, 0x01, 0x01};
static const uint8_t mpls_other_type[] = {0x00, 0x08, 0x01, 0x02, 0x05, 0xdc, 0x11, 0x01};

/* RFC 5837 sections 4.1 to 4.4: role 0, all four parts: ifIndex 12, 192.0.2.1, "eth0" in 8 bytes, MTU 1500. */
static const uint8_t interface_in4[] = {
	0x00, 0x1c, 0x02, 0x0f, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x01, 0x00, 0x00, 0xc0, 0x00, 0x02, 0x01,
	0x08, 'e',  't',  'h',  '0',  0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0xdc,
};
/* Role 2, an IPv6 address alone: 2001:db8::1. */
static const uint8_t interface_out6[] = {
	0x00, 0x18, 0x02, 0x84, 0x00, 0x02, 0x00, 0x00, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
};
/* Role 1, a name of 63 bytes: the longest there can be. */
static const uint8_t interface_sub_name63[] = {
	0x00, 0x44, 0x02, 0x42, 0x40, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's',
	't',  'u',  'v',  'w',  'x',  'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g',
	'h',  'i',  'j',  'k',  'l',  'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', '!',
};
/* Role 3, reserved bits set (to be ignored), ifIndex 4294967295, and four more bytes (to be ignored). */
static const uint8_t interface_next_hop[] = {0x00, 0x0c, 0x02, 0xf8, 0xff, 0xff, 0xff, 0xff, 0xde, 0xad, 0xbe, 0xef};
static const uint8_t interface_nothing[] = {0x00, 0x04, 0x02, 0x00};
/* An address of family 16389 (48-bit MAC): nobody can say where the name starts. */
static const uint8_t interface_mac[] = {
	0x00, 0x18, 0x02, 0x06, 0x40, 0x05, 0x00, 0x00, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x00, 0x00, 0x08, 'e', 't', 'h', '0', 0, 0, 0,
};
/* Names whose length is no multiple of 4, 0, beyond the object, 68. */
static const uint8_t interface_name5[] = {0x00, 0x0c, 0x02, 0x02, 0x05, 'e', 't', 'h', '0', 0, 0, 0};
static const uint8_t interface_name0[] = {0x00, 0x08, 0x02, 0x02, 0x00, 0, 0, 0};
static const uint8_t interface_name_beyond[] = {0x00, 0x08, 0x02, 0x02, 0x08, 'e', 't', 'h'};
static const uint8_t interface_no_mtu[] = {0x00, 0x08, 0x02, 0x09, 0x00, 0x00, 0x00, 0x0c};

/* RFC 8335 section 2.1. */
static const uint8_t id_name[] = {0x00, 0x0c, 0x03, 0x01, 'e', 't', 'h', '1', '0', 0, 0, 0};
static const uint8_t id_index[] = {0x00, 0x08, 0x03, 0x02, 0x00, 0x00, 0x02, 0x00};
static const uint8_t id_addr4[] = {0x00, 0x0c, 0x03, 0x03, 0x00, 0x01, 0x04, 0x00, 0xc0, 0x00, 0x02, 0x07};
static const uint8_t id_addr4_long[] = {0x00, 0x0c, 0x03, 0x03, 0x00, 0x01, 0x10, 0x00, 0xc0, 0x00, 0x02, 0x07};
static const uint8_t id_mac[] = {0x00, 0x10, 0x03, 0x03, 0x40, 0x05, 0x06, 0x00, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x00, 0x00};

/* RFC 8883 section 3.1. */
static const uint8_t pointer[] = {0x00, 0x08, 0x04, 0x01, 0x00, 0x00, 0x01, 0x28};
static const uint8_t pointer_short[] = {0x00, 0x04, 0x04, 0x01};
static const uint8_t pointer_long[] = {0x00, 0x0c, 0x04, 0x01, 0x00, 0x00, 0x01, 0x28, 0, 0, 0, 0};

/* draft-ietf-intarea-extended-icmp-nodeid section 3: 198.51.100.9, "core1"; a name alone; neither. */
static const uint8_t node_both[] = {
	0x00, 0x14, 0x05, 0x06, 0x00, 0x01, 0x00, 0x00, 0xc6, 0x33, 0x64, 0x09, 0x08, 'c', 'o', 'r', 'e', '1', 0x00, 0x00,
};
static const uint8_t node_name[] = {0x00, 0x08, 0x05, 0x02, 0x04, 'p', 'e', '1'};
static const uint8_t node_nothing[] = {0x00, 0x04, 0x05, 0x00};

/* RFC 4884 section 8: classes from 247 on are for private use. */
static const uint8_t private_class[] = {0x00, 0x0c, 0xf7, 0x09, 1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t several[] = {
	0x00, 0x08, 0x01, 0x01, 0x05, 0xdc, 0x11, 0x01, 0x00, 0x08, 0x05, 0x02, 0x04, 'p', 'e', '1', 0x00, 0x04, 0xf7, 0x00,
};

/* Objects that do not fit: more than there is, less than their header, no whole words, and bytes that are no header. */
static const uint8_t overrun[] = {0x00, 0x0c, 0x01, 0x01, 0x05, 0xdc, 0x11, 0x01};
static const uint8_t length_zero[] = {0x00, 0x00, 0x01, 0x01, 0x05, 0xdc, 0x11, 0x01};
static const uint8_t length_three[] = {0x00, 0x03, 0x01, 0x01};
static const uint8_t length_six[] = {0x00, 0x06, 0x02, 0x02, 0x04, 'l', 'o', '0'};
static const uint8_t behind_good[] = {0x00, 0x08, 0x01, 0x01, 0x05, 0xdc, 0x11, 0x01, 0xff, 0xff, 0x02, 0x08};
static const uint8_t no_header[] = {0x00, 0x04, 0xf7, 0x00, 0xaa, 0xbb, 0xcc};

#define ROW(name) {#name, name, sizeof name}
const struct frame_vector frame_vectors[] = {
	ROW(mpls_one), ROW(mpls_three), ROW(mpls_nine), ROW(mpls_empty), ROW(mpls_other_type), ROW(interface_in4), ROW(interface_out6),
	ROW(interface_sub_name63), ROW(interface_next_hop), ROW(interface_nothing), ROW(interface_mac), ROW(interface_name5),
	ROW(interface_name0), ROW(interface_name_beyond), ROW(interface_no_mtu), ROW(id_name), ROW(id_index), ROW(id_addr4),
	ROW(id_addr4_long), ROW(id_mac), ROW(pointer), ROW(pointer_short), ROW(pointer_long), ROW(node_both), ROW(node_name),
	ROW(node_nothing), ROW(private_class), ROW(several), ROW(overrun), ROW(length_zero), ROW(length_three), ROW(length_six),
	ROW(behind_good), ROW(no_header),
};
const size_t frame_vectors_count = sizeof frame_vectors / sizeof frame_vectors[0];

const struct frame_vector *frame_vector(const char *name)
{
	for (size_t i = 0; i < frame_vectors_count; i++)
		if (strcmp(frame_vectors[i].name, name) == 0)
			return &frame_vectors[i];
	abort();
}

size_t frame_make(const struct frame_vector *vector, uint8_t out[FRAME_MAX_BYTES])
{
	size_t count = 4 + vector->count;
	if (count > FRAME_MAX_BYTES)
		abort();
	memset(out, 0, count);
	out[0] = 0x20;
	memcpy(out + 4, vector->objects, vector->count);
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += i % 2 ? out[i] : (unsigned)out[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	out[2] = (uint8_t)(~sum >> 8);
	out[3] = (uint8_t)~sum;
	return count;
}
