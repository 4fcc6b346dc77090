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

/* SCTP's common header and what its first chunk begins with (RFC 9260 section 3). Which fields were there is told by the two flags. */
enum { SN_SCTP_INIT = 1, SN_SCTP_INIT_ACK = 2, SN_SCTP_ABORT = 6 };
enum { SN_SCTP_BYTES = 12, SN_SCTP_CHECKSUM_AT = 8 };
struct sn_sctp {
	uint16_t sport, dport;
	uint32_t tag;           /* verification tag */
	uint32_t checksum;
	uint8_t chunk_type, chunk_flags;
	uint16_t chunk_bytes;   /* as the chunk says */
	uint32_t initiate_tag;  /* of INIT and INIT ACK */
	bool has_chunk, has_initiate_tag;
};

/* DCCP with 48-bit sequence numbers (RFC 4340 section 5.1), as all three of these packets have them. */
enum { SN_DCCP_REQUEST = 0, SN_DCCP_RESPONSE = 1, SN_DCCP_RESET = 7 };
struct sn_dccp {
	uint16_t sport, dport;
	uint16_t header_bytes;  /* data offset x 4 */
	uint8_t coverage;       /* 0: all; else header and (coverage - 1) x 4 bytes behind it (section 9.2) */
	uint16_t checksum;
	uint8_t type;
	uint8_t reset_code;     /* Reset */
	uint64_t seq, ack;      /* ack: Response, Reset */
	uint32_t service;       /* Request; Response, as it is written */
	bool has_seq, has_ack;
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
bool sn_dccp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_dccp *out);
bool sn_sctp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_sctp *out);
bool sn_echo_parse(const uint8_t *bytes, size_t length_bytes, struct sn_echo *out);

/* Each writes a header with the given checksum field as it stands (0 to be filled by sn_transport_checksum).
 * sn_tcp_write writes header_bytes - 20 bytes of options from `options` (multiple of 4, may be NULL with header_bytes 20). */
void sn_udp_write(struct sn_writer *w, const struct sn_udp *udp);
void sn_tcp_write(struct sn_writer *w, const struct sn_tcp *tcp, const uint8_t *options);
/* 20 bytes of a Request, 28 of a Response or Reset. */
void sn_dccp_write(struct sn_writer *w, const struct sn_dccp *dccp);
/* Twelve bytes and the first four of the chunk. */
void sn_sctp_write(struct sn_writer *w, const struct sn_sctp *sctp);
void sn_echo_write(struct sn_writer *w, const struct sn_echo *echo);

/* The checksum that belongs into an upper layer of the given protocol (UDP, UDP-Lite: 0xffff in place of 0; ICMPv4: no pseudo header),
 * computed over bytes with their present checksum field taken as zero. Protocols without one, and SCTP, give 0. */
uint16_t sn_transport_checksum(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes);

/* The CRC32c of a whole SCTP packet, its present one taken as zero (RFC 9260 section 6.8). Fewer than 12 bytes: 0. */
uint32_t sn_sctp_checksum(const uint8_t *bytes, size_t length_bytes);

enum sn_checksum_state {
	SN_CHECKSUM_GOOD,
	SN_CHECKSUM_BAD,       /* wrong, or the packet is whole and has no room for it */
	SN_CHECKSUM_NONE,      /* UDP over IPv4 with checksum 0, a protocol without one, a fragment, or cut off: cannot be told */
	SN_CHECKSUM_OFFLOADED, /* TCP or UDP: the folded pseudo-header sum alone (not complemented), as the stack leaves it to hardware */
};
/* Verifies the checksum of a whole upper layer. */
enum sn_checksum_state sn_transport_verify(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes);

#endif
