/* SPDX-License-Identifier: MIT */
/* What kind of address it is (RFC 6890, RFC 4291 section 2.4). */
#ifndef SN_BASE_ADDR_H
#define SN_BASE_ADDR_H

#include <sonde/base.h>

enum sn_addr_kind {
	SN_ADDR_UNICAST,
	SN_ADDR_UNSPECIFIED,
	SN_ADDR_LOOPBACK,
	SN_ADDR_LINK_LOCAL,
	SN_ADDR_MULTICAST,
	SN_ADDR_BROADCAST,
};

enum sn_addr_kind sn_addr_kind(const struct sonde_addr *addr);
/* Of a network's own use, announced to nobody else: RFC 1918, RFC 6598, RFC 4193. */
bool sn_addr_is_private(const struct sonde_addr *addr);
/* 4 or 16. */
size_t sn_addr_bytes(const struct sonde_addr *addr);

#endif
