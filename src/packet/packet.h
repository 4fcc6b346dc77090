/* SPDX-License-Identifier: MIT */
/* A received IP packet, parsed as far as a path mapper cares. */
#ifndef SN_PACKET_PACKET_H
#define SN_PACKET_PACKET_H

#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/quote.h"
#include "packet/transport.h"

/* Views point into the parsed bytes. */
struct sn_packet {
	struct sn_ip ip;
	const uint8_t *upper;          /* upper layer, as long as the length fields say */
	size_t upper_bytes;
	enum sn_checksum_state checksum;
	bool is_icmp, is_udp, is_udplite, is_tcp, is_sctp, is_dccp;  /* which of these is filled; of UDP-Lite `udp` is */
	struct sn_icmp icmp;
	struct sn_udp udp;
	struct sn_tcp tcp;
	struct sn_sctp sctp;
	struct sn_dccp dccp;
	const uint8_t *payload;        /* behind the UDP, UDP-Lite or TCP header */
	size_t payload_bytes;
	bool has_quote;                /* icmp error with a usable quote */
	struct sn_quote quote;
	uint32_t odd;                  /* all oddities of the outer layers */
};

/* False: no IP packet, or its upper layer is cut off before 8 bytes. Checksums are verified, not enforced: see odd and checksum. */
bool sn_packet_parse(const uint8_t *bytes, size_t length_bytes, struct sn_packet *out);

/* Takes zeros at the end of its quote for filling: some routers quote eight bytes and fill up what is left of the datagram. False: there
 * are none. To be tried where nothing fits the quote as it stands. */
bool sn_packet_unpad(struct sn_packet *packet);

#endif
