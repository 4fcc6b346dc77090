/* SPDX-License-Identifier: MIT */
/* ICMPv4 (RFC 792, 1122, 1191, 1812, 8335) and ICMPv6 (RFC 4443, 8335, 8883) normalised to one meaning each. */
#ifndef SN_PACKET_ICMP_H
#define SN_PACKET_ICMP_H

#include "packet/ip.h"

#include <sonde/event.h>

/* A row per type and code. code -1: every other code of that type. */
struct sn_icmp_row {
	uint8_t version;            /* 4 or 6 */
	uint8_t type;
	int16_t code;
	const char *name;           /* "communication administratively prohibited" */
	enum sonde_meaning meaning; /* NONE: advice about a packet that went on */
	bool is_error;              /* carries a quoted datagram */
	bool may_extend;            /* RFC 4884 allows an extension structure behind the quote */
	const char *source;         /* "RFC 1812 section 5.2.7.1" */
};

/* The table, in order of version, type, code (-1 last in its type). *count rows, static storage. */
const struct sn_icmp_row *sn_icmp_table(size_t *count);
/* The row of a message; never NULL: an unknown one gets a row named "unassigned" with meaning OTHER. */
const struct sn_icmp_row *sn_icmp_lookup(uint8_t version, uint8_t type, uint8_t code);

/* An ICMP message. Views point into the parsed bytes. */
struct sn_icmp {
	uint8_t version, type, code;
	uint16_t checksum;
	uint16_t id, seq;                 /* echo messages, timestamp replies */
	uint32_t pointer;                 /* parameter problem */
	uint32_t mtu_bytes;               /* 3/4 of ICMPv4 (0: old router), type 2 of ICMPv6 */
	const struct sn_icmp_row *row;
	const uint8_t *quote;             /* errors: the quoted datagram without padding rules applied, NULL otherwise */
	size_t quote_bytes;
	size_t told_bytes;                /* of it, by the length attribute: at least 128, and not beyond the message; 0: not told */
	const uint8_t *extension;         /* RFC 4884 extension structure (header and objects), NULL: none */
	size_t extension_bytes;
	bool extension_by_length;         /* found by the length field; else by the compatibility rule at byte 128 */
	const uint8_t *payload;           /* the same: what stands behind the header */
	size_t payload_bytes;
	uint32_t odd;
};

/* Reads an ICMP message (bytes start at its type). False: fewer than 8 bytes. version: 4 or 6.
 * RFC 4884: the length attribute is byte 5 in 32-bit words (v4) or byte 4 in 64-bit words (v6); a length below 128 bytes still puts
 * the extension at 128; length 0 and at least 128 bytes of quote: compatibility rule (section 5.5): extension at byte 128 if
 * version is 2 and its checksum right (0: not sent). A frame that does not verify is no extension and its bytes belong to the quote. */
bool sn_icmp_parse(uint8_t version, const uint8_t *bytes, size_t length_bytes, struct sn_icmp *out);

#endif
