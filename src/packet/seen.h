/* SPDX-License-Identifier: MIT */
/* Which bytes of a received packet were really seen: those that a wire put in itself prove nothing. */
#ifndef SN_PACKET_SEEN_H
#define SN_PACKET_SEEN_H

#include <sonde/wire.h>

/* Which bytes of a received packet were really seen; spans NULL: all. */
struct sn_seen {
	const uint8_t *packet;
	const struct sonde_span *spans;
	size_t span_count;
	bool rebuilt;
};
bool sn_seen_covers(const struct sn_seen *seen, const uint8_t *at, size_t length_bytes);

#endif
