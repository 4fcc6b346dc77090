/* SPDX-License-Identifier: MIT */
/* Addresses as text and as values. */
#include "base/addr.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *sonde_addr_text(const struct sonde_addr *addr, char text[SONDE_ADDR_TEXT])
{
	if (addr->family == 4) {
		inet_ntop(AF_INET, addr->bytes, text, SONDE_ADDR_TEXT);
	} else if (addr->family == 6) {
		inet_ntop(AF_INET6, addr->bytes, text, SONDE_ADDR_TEXT);
		size_t at = strlen(text);
		if (addr->scope_id)
			snprintf(text + at, SONDE_ADDR_TEXT - at, "%%%" PRIu32, addr->scope_id);
	} else {
		snprintf(text, SONDE_ADDR_TEXT, "-");
	}
	return text;
}

bool sonde_addr_parse(const char *text, struct sonde_addr *out)
{
	struct sonde_addr addr = {.family = 4};
	if (inet_pton(AF_INET, text, addr.bytes) != 1) {
		addr.family = 6;
		if (inet_pton(AF_INET6, text, addr.bytes) != 1)
			return false;
	}
	*out = addr;
	return true;
}

bool sonde_addr_equal(const struct sonde_addr *a, const struct sonde_addr *b)
{
	if (a->family != b->family || memcmp(a->bytes, b->bytes, sizeof a->bytes) != 0)
		return false;
	return !a->scope_id || !b->scope_id || a->scope_id == b->scope_id;
}

size_t sn_addr_bytes(const struct sonde_addr *addr)
{
	return addr->family == 4 ? 4 : 16;
}

enum sn_addr_kind sn_addr_kind(const struct sonde_addr *addr)
{
	static const uint8_t zero[16];
	const uint8_t *b = addr->bytes;
	if (addr->family == 0 || memcmp(b, zero, sizeof zero) == 0)
		return SN_ADDR_UNSPECIFIED;
	if (addr->family == 4) {
		if (b[0] == 255 && b[1] == 255 && b[2] == 255 && b[3] == 255)
			return SN_ADDR_BROADCAST;
		if (b[0] >= 224 && b[0] < 240)
			return SN_ADDR_MULTICAST;
		if (b[0] == 127)
			return SN_ADDR_LOOPBACK;
		return b[0] == 169 && b[1] == 254 ? SN_ADDR_LINK_LOCAL : SN_ADDR_UNICAST;
	}
	if (b[0] == 0xff)
		return SN_ADDR_MULTICAST;
	if (memcmp(b, zero, 15) == 0 && b[15] == 1)
		return SN_ADDR_LOOPBACK;
	return b[0] == 0xfe && (b[1] & 0xc0) == 0x80 ? SN_ADDR_LINK_LOCAL : SN_ADDR_UNICAST;
}

bool sn_addr_is_private(const struct sonde_addr *addr)
{
	const uint8_t *b = addr->bytes;
	if (addr->family == 6)
		return (b[0] & 0xfe) == 0xfc;
	return addr->family == 4 && (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
	                             (b[0] == 100 && (b[1] & 0xc0) == 64));
}
