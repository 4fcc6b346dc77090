/* SPDX-License-Identifier: MIT */
/* A probe as somebody on the way saw it, compared field by field with the one that was sent. */
#ifndef SONDE_QUOTE_H
#define SONDE_QUOTE_H

#include <sonde/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* THE FIELD TABLE: what of a packet is compared, in the order in which it stands there. key: of machine formats. words: in a sentence.
 * base: how its value is written, 10 or 16; 0: it has no number to show. */
#define SONDE_FIELDS(X) \
	X(DSCP, "dscp", "DSCP", 10) \
	X(ECN, "ecn", "ECN", 10) \
	X(FLOW_LABEL, "flow-label", "flow label", 16) \
	X(LENGTH, "length", "length", 10)            /* of the whole IP packet */ \
	X(IP_ID, "ip-id", "IP id", 10) \
	X(DF, "df", "DF", 10) \
	X(FRAGMENT, "fragment", "fragment", 16)      /* 0x2000 more fragments, and the offset in units of 8 bytes (RFC 791 section 3.1) */ \
	X(TTL, "ttl", "TTL", 10)                     /* differs always: never in diff */ \
	X(PROTOCOL, "protocol", "protocol", 10) \
	X(IP_CHECKSUM, "ip-checksum", "header checksum", 16) /* sent: what would be right for the quoted header */ \
	X(SRC, "source", "source address", 0) \
	X(DST, "destination", "destination address", 0) \
	X(EXTENSIONS, "extensions", "bytes of options", 10)  /* IPv4 options or IPv6 extension headers */ \
	X(SPORT, "source-port", "source port", 10) \
	X(DPORT, "destination-port", "destination port", 10) \
	X(UDP_LENGTH, "udp-length", "UDP length", 10) \
	X(ICMP_TYPE, "icmp-type", "ICMP type and code", 16) \
	X(ICMP_ID, "icmp-id", "ICMP id", 10) \
	X(SEQ, "sequence", "sequence number", 10)    /* ICMP, TCP */ \
	X(ACK, "acknowledgement", "acknowledgement number", 10) \
	X(TCP_FLAGS, "tcp-flags", "TCP flags", 16)   /* with the header's length above them (RFC 9293 section 3.1) */ \
	X(WINDOW, "window", "window", 10) \
	X(TAG, "tag", "tag", 16)                     /* SCTP verification tag, DCCP service code */ \
	X(CHECKSUM, "checksum", "checksum", 0)       /* of the transport header */ \
	X(MSS, "mss", "MSS", 10) \
	X(SACK, "sack", "SACK", 10) \
	X(STAMP, "timestamp", "timestamp", 10) \
	X(WSCALE, "window-scale", "window scale", 10) \
	X(TFO, "fast-open", "fast open", 10) \
	X(MPTCP, "mptcp", "multipath TCP", 10) \
	X(PAYLOAD, "payload", "payload", 0) \
	X(OTHER, "other", "other bits", 0)           /* in front of the payload, of none of these: visible only where some differ */

enum sonde_field {
#define X(id, key, words, base) SONDE_FIELD_##id,
	SONDE_FIELDS(X)
#undef X
	SONDE_FIELD_COUNT
};

/* Sets of fields. */
enum sonde_diff {
#define X(id, key, words, base) SONDE_DIFF_##id = (int)(UINT32_C(1) << SONDE_FIELD_##id),
	SONDE_FIELDS(X)
#undef X
};
enum {
	SONDE_DIFF_TOS = SONDE_DIFF_DSCP | SONDE_DIFF_ECN,
	SONDE_DIFF_TCP_OPTIONS = SONDE_DIFF_MSS | SONDE_DIFF_SACK | SONDE_DIFF_STAMP | SONDE_DIFF_WSCALE | SONDE_DIFF_TFO |
	                         SONDE_DIFF_MPTCP,
};

/* The value of an option that is not there. */
#define SONDE_FIELD_ABSENT UINT32_MAX

struct sonde_field_info {
	const char *key, *words;
	uint8_t base;
};
/* A row of the table above; NULL for a number out of range. Static storage. */
SONDE_API const struct sonde_field_info *sonde_field_info(size_t field);

/* Values that are kept, as many as commonly change at once: every trace has its events in memory. Of further fields, and of addresses, only
 * the bit in diff is. */
#define SONDE_CHANGES_MAX 12

/* What an ICMP error showed of the probe that it quotes: at least 8 bytes behind the IP header (RFC 792, RFC 4443 section 2.4 c). */
struct sonde_quote {
	uint16_t quoted_bytes;      /* of the packet, from its IP header on, without padding; 0: no quote, or none of it was seen */
	uint8_t sent_ttl, seen_ttl; /* where TTL is visible */
	uint32_t visible;           /* enum sonde_diff: fields that were seen; of the others nobody knows whether they changed */
	uint32_t diff;              /* … and of these, those that differ from what was sent */
	struct sonde_addr src, dst; /* as quoted, where they differ */
	struct {
		uint32_t sent, seen;
	} changes[SONDE_CHANGES_MAX]; /* of the fields in diff, in the table's order: see sonde_quote_change */
};

/* The two values of a field that differs; SONDE_FIELD_ABSENT: no such option. PAYLOAD: 0, and the number of the first of its bytes that
 * differs; OTHER: of the packet's bytes. False: it does not differ, or its values were not kept. */
SONDE_API bool sonde_quote_change(const struct sonde_quote *quote, enum sonde_field field, uint32_t *sent, uint32_t *seen);

#ifdef __cplusplus
}
#endif
#endif
