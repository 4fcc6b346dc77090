/* SPDX-License-Identifier: MIT */
/* Builds packets byte by byte for tests. It shares no code with src/packet, not even the checksum: it is what the parsers are judged by. */
#ifndef SONDE_TESTS_PACKETS_H
#define SONDE_TESTS_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_MAX_BYTES = 2048, CHAIN_MAX_COUNT = 12, OPTIONS_MAX_BYTES = 40 };

/* A packet under construction, or done. */
struct made_packet {
	uint8_t bytes[PACKET_MAX_BYTES];
	size_t count;
	size_t upper_at;   /* where its upper layer starts */
	uint8_t protocol;  /* of its upper layer */
};

/* An IP header. {.version = 4} or {.version = 6} is a plain one: from 192.0.2.1 or 2001:db8::1 to 198.51.100.2 or 2001:db8::2. */
struct made_ip {
	uint8_t version;
	uint8_t tos, ttl;
	uint16_t id;
	bool df;
	uint8_t option_words;             /* IPv4: IHL - 5, filled with NOPs */
	uint8_t chain[CHAIN_MAX_COUNT];   /* IPv6: extension headers in order, each 8 bytes (AH: 12) */
	uint8_t chain_count;
	uint32_t flow_label;
	uint8_t src_host, dst_host;       /* last byte of the addresses; 0: 1 and 2 */
};

/* TCP beyond its ports. */
struct made_tcp {
	uint32_t seq, ack;
	uint8_t flags;
	uint8_t options[OPTIONS_MAX_BYTES];
	uint8_t options_bytes;            /* a multiple of 4 */
};

/* Each builds a whole packet with right checksums; payload bytes count up from 0xa0. */
void made_echo(struct made_packet *out, const struct made_ip *ip, uint8_t type, uint16_t id, uint16_t seq, size_t payload_bytes);
/* These bytes as any upper layer, just as they are. */
void made_upper(struct made_packet *out, const struct made_ip *ip, uint8_t protocol, const uint8_t *bytes, size_t count);
void made_udp(struct made_packet *out, const struct made_ip *ip, uint16_t sport, uint16_t dport, size_t payload_bytes);
void made_tcp(struct made_packet *out, const struct made_ip *ip, uint16_t sport, uint16_t dport, const struct made_tcp *tcp,
	size_t payload_bytes);

enum made_frame_checksum { FRAME_CHECKSUM_RIGHT, FRAME_CHECKSUM_ZERO, FRAME_CHECKSUM_WRONG };
enum made_frame_length { FRAME_LENGTH_PRESENT, FRAME_LENGTH_ABSENT, FRAME_LENGTH_SHORT, FRAME_LENGTH_LONG };

/* An RFC 4884 extension structure: version 2, one object of objects_bytes. */
struct made_frame {
	enum made_frame_checksum checksum;
	enum made_frame_length length;    /* SHORT: below 128, as a sender that does not count its padding; LONG: beyond the message */
	size_t object_bytes;              /* payload of the object; a multiple of 4 */
	const uint8_t *objects;           /* instead of that object: so many bytes */
	size_t objects_bytes;
};

/* What an ICMP error says. */
struct made_error {
	uint8_t type, code;
	uint32_t rest;                    /* bytes 4-7, before a length attribute */
	size_t quote_bytes;               /* of the quoted packet; more than it has: all of it */
	const struct made_frame *frame;   /* NULL: none. With one the quote is padded to 128 bytes and a whole number of words */
};
void made_error(struct made_packet *out, const struct made_ip *ip, const struct made_error *error, const struct made_packet *quoted);

/* Writes the upper layer's checksum again, after a test changed bytes. */
void made_rechecksum(struct made_packet *packet);

/* A copy with exactly count bytes on the heap, so that the address sanitizer sees a read one byte beyond. free() it. */
uint8_t *made_exact(const uint8_t *bytes, size_t count);

#endif
