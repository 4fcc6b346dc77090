/* SPDX-License-Identifier: MIT */
/* IPv4 (RFC 791) and IPv6 (RFC 8200) headers, read into one structure and written from it. */
#ifndef SN_PACKET_IP_H
#define SN_PACKET_IP_H

#include "base/cursor.h"

#include <sonde/base.h>

enum {
	SN_PROTO_HOPOPTS = 0,
	SN_PROTO_ICMP = 1,
	SN_PROTO_TCP = 6,
	SN_PROTO_UDP = 17,
	SN_PROTO_DCCP = 33,
	SN_PROTO_ROUTING = 43,
	SN_PROTO_FRAGMENT = 44,
	SN_PROTO_ESP = 50,
	SN_PROTO_AH = 51,
	SN_PROTO_ICMP6 = 58,
	SN_PROTO_NONE = 59,
	SN_PROTO_DSTOPTS = 60,
	SN_PROTO_SCTP = 132,
	SN_PROTO_UDPLITE = 136,
};

/* Oddities: things a strange packet shows and a normal one does not. Data, not errors. */
enum sn_odd {
	SN_ODD_TRUNCATED = 1 << 0,      /* fewer bytes than its length field says */
	SN_ODD_LENGTH = 1 << 1,         /* a length field below its header, or more bytes behind than it says */
	SN_ODD_HEADER_CHECKSUM = 1 << 2,/* IPv4 header checksum wrong */
	SN_ODD_CHECKSUM = 1 << 3,       /* upper-layer checksum wrong */
	SN_ODD_OFFLOADED = 1 << 4,      /* TCP/UDP checksum is the folded pseudo-header sum alone: left to hardware */
	SN_ODD_OPTIONS = 1 << 5,        /* IPv4 options or TCP options that do not parse */
	SN_ODD_CHAIN = 1 << 6,          /* IPv6 extension chain broken, too long (more than 8), or cut off */
	SN_ODD_FRAGMENT = 1 << 7,       /* a fragment; not the first one has no upper-layer header */
	SN_ODD_VERSION = 1 << 8,        /* version field does not fit */
};

/* An IP header. Field meaning is the same for both families unless said. */
struct sn_ip {
	uint8_t version;             /* 4 or 6 */
	uint8_t tos;                 /* DSCP and ECN */
	uint8_t ttl;
	uint8_t protocol;            /* of the upper layer, behind IPv6 extension headers */
	uint16_t id;                 /* IPv4 */
	bool df, mf;
	uint16_t fragment_offset_bytes;
	uint32_t flow_label;         /* IPv6 */
	uint16_t header_bytes;       /* up to the upper layer: IHL x 4, or 40 + extension headers */
	uint32_t total_bytes;        /* as its length field says, header included */
	uint8_t options_bytes;       /* IPv4 options: bytes 20 … 20+options_bytes-1 of the header */
	uint8_t extension_count;     /* IPv6 extension headers walked */
	uint32_t odd;                /* enum sn_odd */
	struct sonde_addr src, dst;
};

/* Reads the header(s) at the start of bytes. False: not even the fixed header is there, or the version is neither 4 nor 6, or IHL < 5.
 * A header that was cut off (in a quote) gives what is there and SN_ODD_TRUNCATED; header_bytes never exceeds length_bytes. Where an IPv6
 * chain cannot be walked to its end, protocol and header_bytes are those of the extension header that stopped the walk. */
bool sn_ip_parse(const uint8_t *bytes, size_t length_bytes, struct sn_ip *out);

/* An IPv6 extension header whose end can be found: what it announces stands behind it. */
bool sn_ip6_is_extension(uint8_t protocol);

/* Writes an IPv4 header without options or an IPv6 header without extensions: version, tos, ttl, protocol, id, df, flow_label, src,
 * dst and total_bytes are read from ip; the IPv4 checksum is computed. */
void sn_ip_write(struct sn_writer *w, const struct sn_ip *ip);

#endif
