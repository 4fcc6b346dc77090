/* SPDX-License-Identifier: MIT */
/* One probe of every method, always with the same flow and key: what tests of methods start from. */
#ifndef SONDE_TESTS_PROBES_H
#define SONDE_TESTS_PROBES_H

#include "packets.h"

#include "probe/method.h"

enum { BUILT_MAX_BYTES = 2048 };

struct built {
	const struct sn_method *method;
	struct sn_probe probe;
	struct sn_ident ident;
	uint8_t bytes[BUILT_MAX_BYTES];
	size_t count, header_bytes;
};

/* A probe from 198.51.100.2 port 32769 (2001:db8::2) to 192.0.2.1 (2001:db8::1), so that what packets.h makes by itself is an answer; to be
 * changed as the test
 * needs, then built: TTL 7, TOS 0x20, key 0x0123456789abcdef, serial 1, echo id 0xbeef, ICMP checksum 0x1234, flow label 0x54321, the
 * method's own port. */
struct sn_probe probe_of(const struct sn_method *method, uint8_t family);
/* Builds; fails the test where the packet does not fit. */
void probe_build(struct built *b, const struct sn_method *method, const struct sn_probe *probe);
/* What the first quote_bytes of a built probe show in a quote; false: too short for one. */
bool probe_quoted(const struct built *b, size_t quote_bytes, struct sn_ident *out);
/* What a direct answer shows to a method, and what it means; false: no answer to it. */
bool probe_answered(const struct sn_method *method, const struct made_packet *answer, struct sn_ident *out, enum sonde_meaning *meaning);
/* Puts bytes behind the header of an answer's upper layer of header_bytes, and mends its checksum. */
void probe_payload(struct made_packet *answer, size_t header_bytes, const uint8_t *bytes, size_t count);

#endif
