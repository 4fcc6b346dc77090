/* SPDX-License-Identifier: MIT */
/* The packets sent last, and how to know one again when the kernel hands it back. Pure. */
#ifndef SN_IO_WIRE_RAW_SENT_H
#define SN_IO_WIRE_RAW_SENT_H

#include "packet/ip.h"

/* Reads the IP header of a packet that may be cut off behind it. False: it is not there as a whole. */
bool sn_raw_ip_read(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out);
/* The source port, 0: none. */
uint16_t sn_raw_sport(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes);

/* A number that knows a packet again after it left: by destination, TTL, id, and what of its transport header and payload (up to 64
 * bytes) no address translation changes; source, ports and checksums do not count. 0: no IP packet. */
uint64_t sn_raw_fingerprint(const uint8_t *bytes, size_t length_bytes);

/* The probes sent last and their tokens, by fingerprint. A newer one may push out an older one. {0} is empty. */
enum { SN_RAW_SENT_COUNT = 4096 };
struct sn_raw_sent {
	struct {
		uint64_t fingerprint, token;
	} slots[SN_RAW_SENT_COUNT];
};

void sn_raw_sent_put(struct sn_raw_sent *sent, const uint8_t *bytes, size_t length_bytes, uint64_t token);
/* The token of that packet, 0: not known. */
uint64_t sn_raw_sent_find(const struct sn_raw_sent *sent, const uint8_t *bytes, size_t length_bytes);
/* The same for a packet behind a link-layer header of unknown length, as the kernel loops it back with its send stamp. */
uint64_t sn_raw_sent_find_framed(const struct sn_raw_sent *sent, const uint8_t *frame, size_t length_bytes);

#endif
