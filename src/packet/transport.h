/* SPDX-License-Identifier: MIT */
/* UDP (RFC 768) and UDP-Lite (RFC 3828), TCP (RFC 9293) and ICMP echo (RFC 792, RFC 4443 section 4) headers, read and written. */
#ifndef SN_PACKET_TRANSPORT_H
#define SN_PACKET_TRANSPORT_H

#include "packet/ip.h"

/* The protocols with ports, all of them the source's and then the destination's in their first four bytes; 0: past the end. */
uint8_t sn_port_protocol(size_t index);
bool sn_has_ports(uint8_t protocol);

/* UDP-Lite has the same header, with how much its checksum covers for the length (section 3.1). */
struct sn_udp {
	uint16_t sport, dport, length_bytes, checksum;
};

enum {
	SN_TCP_FIN = 1,
	SN_TCP_SYN = 2,
	SN_TCP_RST = 4,
	SN_TCP_PSH = 8,
	SN_TCP_ACK = 16,
	SN_TCP_URG = 32,
	SN_TCP_ECE = 64,
	SN_TCP_CWR = 128,
};

enum { SN_TCP_MIN_BYTES = 20, SN_UDP_BYTES = 8, SN_ECHO_BYTES = 8 };

/* Which fields were there is told by seen_bytes: a quote may end anywhere behind the eighth byte. */
struct sn_tcp {
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t header_bytes;   /* data offset x 4; 0 where not seen */
	uint8_t flags;          /* 0 where not seen */
	uint16_t window, checksum, urgent;
	uint8_t seen_bytes;     /* of the header: 8 … header_bytes */
	/* Options, as far as seen. */
	bool has_mss, has_wscale, has_timestamps, sack_permitted;
	uint16_t mss;
	uint8_t wscale;
	uint32_t ts_value, ts_echo;
	uint32_t odd;           /* SN_ODD_OPTIONS */
};

struct sn_echo {
	uint8_t type, code;
	uint16_t checksum, id, seq;
};

/* Each reads the first bytes of an upper layer; false: fewer than 8 bytes. */
bool sn_udp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_udp *out);
bool sn_tcp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_tcp *out);
bool sn_echo_parse(const uint8_t *bytes, size_t length_bytes, struct sn_echo *out);

/* Each writes a header with the given checksum field as it stands (0 to be filled by sn_transport_checksum).
 * sn_tcp_write writes header_bytes - 20 bytes of options from `options` (multiple of 4, may be NULL with header_bytes 20). */
void sn_udp_write(struct sn_writer *w, const struct sn_udp *udp);
void sn_tcp_write(struct sn_writer *w, const struct sn_tcp *tcp, const uint8_t *options);
void sn_echo_write(struct sn_writer *w, const struct sn_echo *echo);

/* The checksum that belongs into an upper layer of the given protocol (UDP, UDP-Lite: 0xffff in place of 0; ICMPv4: no pseudo header),
 * computed over bytes with their present checksum field taken as zero. Protocols without one give 0. */
uint16_t sn_transport_checksum(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes);

enum sn_checksum_state {
	SN_CHECKSUM_GOOD,
	SN_CHECKSUM_BAD,
	SN_CHECKSUM_NONE,      /* UDP over IPv4 with checksum 0, a protocol without one, a fragment, or cut off: cannot be told */
	SN_CHECKSUM_OFFLOADED, /* TCP or UDP: the folded pseudo-header sum alone (not complemented), as the stack leaves it to hardware */
};
/* Verifies the checksum of a whole upper layer. */
enum sn_checksum_state sn_transport_verify(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes);

#endif
