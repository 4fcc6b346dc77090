/* SPDX-License-Identifier: MIT */
/* Identity: the fields by which an answer is known to belong to a probe, and how well a sighting of them fits. */
#ifndef SN_PROBE_IDENT_H
#define SN_PROBE_IDENT_H

#include "packet/packet.h"
#include "packet/seen.h"

#include <sonde/wire.h>

/* Fields of a probe that a quote or an answer may show. */
enum sn_id_field {
	SN_ID_SRC = 1 << 0,
	SN_ID_DST = 1 << 1,
	SN_ID_SPORT = 1 << 2,
	SN_ID_DPORT = 1 << 3,
	SN_ID_IP_ID = 1 << 4,
	SN_ID_CHECKSUM = 1 << 5,     /* of the transport header */
	SN_ID_ICMP_ID = 1 << 6,
	SN_ID_SEQ = 1 << 7,          /* ICMP or TCP sequence number */
	SN_ID_STAMP = 1 << 8,        /* TCP timestamp value */
	SN_ID_PAYLOAD = 1 << 9,      /* the 64-bit key in the payload, where a plain one has it */
	SN_ID_PAYLOAD_DNS = 1 << 10, /* … where a DNS message has it */
	SN_ID_PAYLOAD_NTP = 1 << 11,
	SN_ID_PAYLOAD_QUIC = 1 << 12,
	SN_ID_TOS = 1 << 13,
	SN_ID_LENGTH = 1 << 14,
	SN_ID_FLOW_LABEL = 1 << 15,
	SN_ID_FIELD_COUNT = 16
};

/* Where a key may stand in a payload. A probe has it in one place; of what came in nobody knows what it is, ports may have been rewritten:
 * it is read in every way. */
enum sn_key_place { SN_KEY_PLAIN, SN_KEY_DNS, SN_KEY_NTP, SN_KEY_QUIC, SN_KEY_PLACES };
enum { SN_ID_PAYLOADS = SN_ID_PAYLOAD | SN_ID_PAYLOAD_DNS | SN_ID_PAYLOAD_NTP | SN_ID_PAYLOAD_QUIC };
static inline uint32_t sn_id_payload(enum sn_key_place place)
{
	return (uint32_t)SN_ID_PAYLOAD << place;
}

/* A set of such fields: what a probe was sent with, or what was seen of it. */
struct sn_ident {
	uint32_t have;             /* enum sn_id_field */
	uint8_t version, protocol; /* always set */
	uint8_t tos;
	uint16_t sport, dport, ip_id, checksum, icmp_id, length_bytes;
	uint16_t packet_bytes;     /* sent: the whole packet, of which length_bytes is the first fragment: quotes show one or the other */
	uint16_t data_bytes;       /* sent: what a SYN carries; who acknowledges the SYN may count it (RFC 9293 section 3.10.7.1) */
	bool by_ack;               /* seen: seq was told from an acknowledgement */
	bool by_reset;             /* seen: seq was told from a reset's own number, which only a segment with ACK gets (there as well) */
	bool fixed;                /* sent: nothing behind the IP header depends on the key, not even the checksum */
	bool acks;                 /* sent: it carries ACK, and acknowledges its own number */
	uint32_t seq, stamp, flow_label;
	uint64_t payload[SN_KEY_PLACES];
	struct sonde_addr src, dst;
};

/* Secret bits of each field that depends on the probe's key or on the trace's; 0: public. */
struct sn_secret_bits {
	uint8_t sport, ip_id, checksum, icmp_id, seq, stamp, payload;
};

/* Fewest secret bits that make forging hopeless (a million guesses a second for a minute against 90 probes: 4e-5 hits). */
enum { SN_BITS_STRONG = 47, SN_BITS_WEAK = 30, SN_BITS_MAX = 96 };

struct sn_fit {
	bool fits;
	uint8_t bits;       /* secret bits that agreed */
	uint32_t diff;      /* enum sonde_diff: visibly rewritten */
	uint32_t apart;     /* does not fit, and would but for this: SONDE_DIFF_SEQ of a segment, or SONDE_DIFF_SPORT */
};

/* Compares a sighting with what was sent. What an address or port translator visibly rewrote is undone in the checksum (RFC 1624, RFC 5508
 * section 4.2) before that counts. A sequence number or a payload key that was seen and differs never fits. extra_bits: the wire's own
 * attribution. Less than SN_BITS_WEAK in all fits only with extra_bits. */
struct sn_fit sn_ident_compare(const struct sn_ident *sent, const struct sn_ident *seen, const struct sn_secret_bits *secret,
                               uint8_t extra_bits);

/* Reads what every quote shows: addresses, TOS, length, IP id or flow label. */
void sn_ident_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out);
/* Starts the sighting of a direct answer: its source is the probe's destination. */
void sn_ident_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out);

/* Somewhere in the payload that key stands. */
static inline bool sn_ident_shows_key(const struct sn_ident *ident, uint64_t key)
{
	for (enum sn_key_place place = 0; place < SN_KEY_PLACES; place++)
		if (ident->have & sn_id_payload(place) && ident->payload[place] == key)
			return true;
	return false;
}

/* The value of one field: what probes of a flow are told apart by. */
uint32_t sn_ident_tag(const struct sn_ident *ident, enum sn_id_field field);
/* The same of the probe that was seen, were it of the flow of `sent`: rewritten addresses and ports undone in a checksum, acknowledged data
 * in a number. */
uint32_t sn_ident_sent_tag(const struct sn_ident *sent, const struct sn_ident *seen, enum sn_id_field field);

#endif
