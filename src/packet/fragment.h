/* SPDX-License-Identifier: MIT */
/* Cutting a packet as its sender does, and what its pieces tell of it: RFC 791 section 3.2, RFC 8200 section 4.5. */
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

/* A piece of a packet. */
struct sn_fragment {
	uint32_t id;            /* with addresses and, of IPv4, protocol: which packet */
	uint32_t end_bytes;     /* so far it goes in the packet, that one's header included */
	bool first, last;
};

/* Reads a piece, of which all headers must be there. False: it is a whole packet, or its headers are not as sn_fragment_write has them;
 * those of IPv4 may have options. */
bool sn_fragment_read(const uint8_t *bytes, size_t length_bytes, struct sn_fragment *out);
/* Writes the beginning of the packet of whole_bytes that a first piece is of, as far as length_bytes of that reach. w->bad: no room, or it
 * is no first piece. */
void sn_fragment_join(const uint8_t *first, size_t length_bytes, size_t whole_bytes, struct sn_writer *w);

#endif
