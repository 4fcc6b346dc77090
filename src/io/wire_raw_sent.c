/* SPDX-License-Identifier: MIT */
/* Knowing our own packets again. Attribution is by content and never by counting, because a send that failed may or may not have been
 * counted by the kernel; what a translator on this machine rewrites is left out of the comparison. */
#include "io/wire_raw_sent.h"

#include "base/hash.h"
#include "packet/transport.h"

#include <string.h>

enum { TRANSPORT_BYTES = 64, FRAME_HEADER_MAX_BYTES = 32 };

bool sn_raw_ip_read(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out)
{
	return sn_ip_parse(bytes, length_bytes, out) && out->header_bytes <= length_bytes && out->header_bytes <= out->total_bytes;
}

uint16_t sn_raw_sport(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes)
{
	struct sn_reader r;
	if (!sn_has_ports(ip->protocol))
		return 0;
	sn_reader_init(&r, bytes, length_bytes);
	sn_read_skip(&r, ip->header_bytes);
	return sn_read_u16(&r);
}

struct field {
	uint8_t protocol, from_bytes, length_bytes;
};

/* What address translation rewrites. */
static const struct field rewritten[] = {
	{SN_PROTO_UDP, 0, 4},     /* ports, RFC 768 */
	{SN_PROTO_UDP, 6, 2},     /* checksum */
	{SN_PROTO_TCP, 0, 4},     /* ports, RFC 9293 section 3.1 */
	{SN_PROTO_TCP, 16, 2},    /* checksum */
	{SN_PROTO_UDPLITE, 0, 4}, /* RFC 3828 section 3.1 */
	{SN_PROTO_UDPLITE, 6, 2},
	{SN_PROTO_SCTP, 0, 4},    /* RFC 9260 section 3.1 */
	{SN_PROTO_SCTP, 8, 4},
	{SN_PROTO_DCCP, 0, 4},    /* RFC 4340 section 5.1 */
	{SN_PROTO_DCCP, 6, 2},
	{SN_PROTO_ICMP, 2, 4},    /* checksum and identifier, RFC 792 */
	{SN_PROTO_ICMP6, 2, 4},  /* RFC 4443 section 4.1 */
};

static void blank_rewritten(uint8_t protocol, uint8_t transport[TRANSPORT_BYTES])
{
	for (size_t i = 0; i < sizeof rewritten / sizeof rewritten[0]; i++) {
		if (rewritten[i].protocol == protocol)
			memset(transport + rewritten[i].from_bytes, 0, rewritten[i].length_bytes);
	}
}

uint64_t sn_raw_fingerprint(const uint8_t *bytes, size_t length_bytes)
{
	/* No secret: whoever could choose our packets needs no collision, and the answers are checked elsewhere. */
	static const uint8_t key[16];
	struct sn_ip ip;
	if (!sn_raw_ip_read(bytes, length_bytes, &ip))
		return 0;
	size_t end_bytes = ip.total_bytes < length_bytes ? ip.total_bytes : length_bytes;
	size_t transport_bytes = end_bytes - ip.header_bytes;
	if (transport_bytes > TRANSPORT_BYTES)
		transport_bytes = TRANSPORT_BYTES;
	uint8_t transport[TRANSPORT_BYTES] = {0};
	memcpy(transport, bytes + ip.header_bytes, transport_bytes);
	blank_rewritten(ip.protocol, transport);
	uint8_t content[32 + TRANSPORT_BYTES];
	struct sn_writer w;
	sn_writer_init(&w, content, sizeof content);
	sn_write_u8(&w, ip.protocol);
	sn_write_u8(&w, ip.ttl);
	sn_write_u32(&w, ip.version == 4 ? ip.id : ip.flow_label);
	sn_write_u32(&w, ip.total_bytes);
	sn_write_bytes(&w, ip.dst.bytes, sizeof ip.dst.bytes);
	sn_write_bytes(&w, transport, sizeof transport);
	uint64_t hash = sn_siphash(key, content, w.at_bytes);
	return hash ? hash : 1;
}

void sn_raw_sent_put(struct sn_raw_sent *sent, const uint8_t *bytes, size_t length_bytes, uint64_t token)
{
	uint64_t fingerprint = sn_raw_fingerprint(bytes, length_bytes);
	sent->slots[fingerprint % SN_RAW_SENT_COUNT].fingerprint = fingerprint;
	sent->slots[fingerprint % SN_RAW_SENT_COUNT].token = token;
}

uint64_t sn_raw_sent_find(const struct sn_raw_sent *sent, const uint8_t *bytes, size_t length_bytes)
{
	uint64_t fingerprint = sn_raw_fingerprint(bytes, length_bytes);
	size_t at = fingerprint % SN_RAW_SENT_COUNT;
	return fingerprint && sent->slots[at].fingerprint == fingerprint ? sent->slots[at].token : 0;
}

uint64_t sn_raw_sent_find_framed(const struct sn_raw_sent *sent, const uint8_t *frame, size_t length_bytes)
{
	/* 14 bytes on Ethernet, 18 with a VLAN tag, none on a tunnel: no field tells, but a wrong guess cannot match. */
	for (size_t at = 0; at <= FRAME_HEADER_MAX_BYTES && at < length_bytes; at += 2) {
		uint64_t token = sn_raw_sent_find(sent, frame + at, length_bytes - at);
		if (token)
			return token;
	}
	return 0;
}
