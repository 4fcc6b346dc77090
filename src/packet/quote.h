/* SPDX-License-Identifier: MIT */
/* The datagram quoted inside an ICMP error: whatever of it is there, from 8 bytes past its header up to all of it. */
#ifndef SN_PACKET_QUOTE_H
#define SN_PACKET_QUOTE_H

#include "packet/icmp.h"
#include "packet/ip.h"
#include "packet/transport.h"

/* A quoted datagram. Views point into the quote. */
struct sn_quote {
	struct sn_ip ip;               /* header_bytes 20-60, or 40 and its extension chain */
	const uint8_t *bytes;          /* the whole quote from its IP header on */
	size_t length_bytes;
	const uint8_t *upper;          /* transport header */
	size_t upper_bytes;            /* at least 8 */
	const uint8_t *payload;        /* behind a transport header that was quoted whole, else NULL */
	size_t payload_bytes;          /* only up to ip.total_bytes: padding of RFC 4884 is no payload */
	bool whole;                    /* every byte of the datagram was quoted */
	struct sn_udp udp;             /* protocol UDP or UDP-Lite */
	struct sn_tcp tcp;             /* protocol TCP */
	struct sn_sctp sctp;           /* protocol SCTP */
	struct sn_dccp dccp;           /* protocol DCCP */
	struct sn_echo echo;           /* protocol ICMP or ICMPv6 */
};

/* False: no IP header, an extension chain that does not end, fewer than 8 bytes behind it, or a fragment that is not the first. The
 * quote's family need not be checked by the caller: ip.version tells it. */
bool sn_quote_parse(const uint8_t *bytes, size_t length_bytes, struct sn_quote *out);

/* How much of a padded quote is the datagram. It is filled up with zeros (RFC 4884 section 5), by some routers in place of what they did
 * not quote: a datagram that ends in more than three of them was cut off there. A checksum that a translator has put into what is no
 * header at all (RFC 5508 section 4 has it mend what is quoted) is filling, too. At least eight bytes behind its header. */
size_t sn_quote_unpadded_bytes(const struct sn_quote *quote);
/* The same beside what was sent, sent_bytes long, of which there_bytes are there: zeros at the end of a quote, where the packet had other
 * bytes, are filling and no data. */
size_t sn_quote_unfilled_bytes(const struct sn_quote *quote, const uint8_t *sent, size_t there_bytes, size_t sent_bytes);

#endif
