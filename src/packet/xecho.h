/* SPDX-License-Identifier: MIT */
/* Extended echo messages of both families (RFC 8335 sections 2 and 3). */
#ifndef SN_PACKET_XECHO_H
#define SN_PACKET_XECHO_H

#include "base/cursor.h"

#include <sonde/extension.h>

enum { SN_XECHO_REQUEST4 = 42, SN_XECHO_REPLY4 = 43, SN_XECHO_REQUEST6 = 160, SN_XECHO_REPLY6 = 161, SN_XECHO_BYTES = 8 };

struct sn_xecho_request {
	uint16_t id;
	uint8_t seq;
	bool local;      /* the interface is the asked node's own */
	struct sonde_extension_interface_id what;
};

struct sn_xecho_reply {
	uint16_t id;
	uint8_t seq, code, state;
	bool active, ip4, ip6;
};

/* Writes the message with its extension structure; the ICMP checksum, at bytes 2 and 3, is left zero. */
void sn_xecho_write(struct sn_writer *w, uint8_t version, const struct sn_xecho_request *request);
/* False: no extended echo reply of that family. */
bool sn_xecho_read(uint8_t version, const uint8_t *bytes, size_t length_bytes, struct sn_xecho_reply *out);

#endif
