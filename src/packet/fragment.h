/* SPDX-License-Identifier: MIT */
/* Cutting a packet as its sender does: RFC 791 section 3.2, RFC 8200 section 4.5. */
#ifndef SN_PACKET_FRAGMENT_H
#define SN_PACKET_FRAGMENT_H

#include "packet/ip.h"

/* How many pieces of at most piece_bytes a packet of that family and length makes, its header having no options or extensions. 1: it fits,
 * or piece_bytes is 0. 0: a piece would have no room for 8 bytes of it. */
size_t sn_fragment_count(uint8_t version, size_t length_bytes, size_t piece_bytes);
/* Bytes of the nth piece, from 0 on, its headers included. */
size_t sn_fragment_bytes(uint8_t version, size_t length_bytes, size_t piece_bytes, size_t nth);
/* Writes the nth piece of a packet. An IPv4 packet keeps its id; of an IPv6 packet the pieces get one made from all its bytes, so that it
 * is the same each time. w->bad: no such piece, or no room. */
void sn_fragment_write(const uint8_t *bytes, size_t length_bytes, size_t piece_bytes, size_t nth, struct sn_writer *w);

#endif
