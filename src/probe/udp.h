/* SPDX-License-Identifier: MIT */
/* What the methods with a UDP header share: how quotes and answers are read. */
#ifndef SN_PROBE_UDP_H
#define SN_PROBE_UDP_H

#include "probe/method.h"

enum { SN_UDP_CHECKSUM_AT = 6, SN_UDP_DEFAULT_PORT = 33434 };

/* Ports, checksum, and whatever key stands in the payload. */
void sn_udp_see_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out);
/* Ports, and whatever key comes back in the payload. */
void sn_udp_see_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out);

#endif
