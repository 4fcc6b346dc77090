/* SPDX-License-Identifier: MIT */
/* The two halves of sn_ip_parse, one per family. Only ip.c calls them. */
#ifndef SN_PACKET_IP_FAMILY_H
#define SN_PACKET_IP_FAMILY_H

#include "packet/ip.h"

enum { SN_IP4_MIN_BYTES = 20, SN_IP4_MAX_BYTES = 60, SN_IP6_BYTES = 40 };

/* Each reads a header whose version nibble was seen to be its own; *out is all zero but for version. Each leaves header_bytes within
 * length_bytes. False: the fixed header is not there, or IHL < 5. */
bool sn_ip4_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out);
bool sn_ip6_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out);

#endif
