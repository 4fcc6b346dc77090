/* SPDX-License-Identifier: MIT */
/* How well an answer fits what was asked: which of the fields that tell packets apart agree, and whether those that do not may have been
 * rewritten on the way. Pure functions. */
#include "packet/fields.h"
#include "replay/internal.h"

#include <string.h>

/* What a field that agrees is worth, in bits that others would not have by chance. */
static const struct {
	uint32_t field;
	uint8_t bits;
} worth[] = {
    {SONDE_DIFF_DST, 16}, {SONDE_DIFF_SRC, 8},   {SONDE_DIFF_SPORT, 16},     {SONDE_DIFF_DPORT, 8},   {SONDE_DIFF_ICMP_ID, 16},
    {SONDE_DIFF_SEQ, 16}, {SONDE_DIFF_IP_ID, 16}, {SONDE_DIFF_CHECKSUM, 16}, {SONDE_DIFF_PAYLOAD, 16}, {SONDE_DIFF_FLOW_LABEL, 4},
    {SONDE_DIFF_LENGTH, 2}, {SONDE_DIFF_UDP_LENGTH, 2}, {SONDE_DIFF_STAMP, 16},
};
/* What no translator changes: where one of these differs it is another packet. */
#define NEVER_REWRITTEN \
	(SONDE_DIFF_PROTOCOL | SONDE_DIFF_ICMP_TYPE | SONDE_DIFF_SEQ | SONDE_DIFF_UDP_LENGTH | SONDE_DIFF_PAYLOAD | SONDE_DIFF_STAMP)
/* What a translator changes. */
#define REWRITTEN (SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_SPORT | SONDE_DIFF_DPORT | SONDE_DIFF_ICMP_ID)
/* Bits that others do not have by chance: with the target's address, and without. */
enum { LEAST_BITS = 32, LEAST_REWRITTEN_BITS = 40 };

/* The fields of a packet that was sent, as the wire saw it. */
static bool read_sent(const struct sn_replay *replay, const struct sn_ask *ask, struct sn_fields *out)
{
	const struct sn_heard *heard = sn_ask_heard(replay, ask);
	struct sn_ip ip;
	if (!sn_ip_parse(sn_heard_bytes(replay, heard), heard->length_bytes, &ip))
		return false;
	sn_fields_read(&ip, sn_heard_bytes(replay, heard), heard->length_bytes, out);
	/* what hardware fills in later is not what was captured; 0 is no IP id, but one that nobody gave (RFC 6864 section 4.1) */
	if (!heard->own_checksum)
		out->visible &= ~(uint32_t)SONDE_DIFF_CHECKSUM;
	if (ip.version == 4 && ip.id == 0)
		out->visible &= ~(uint32_t)SONDE_DIFF_IP_ID;
	return true;
}

bool sn_fit_compare(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer, struct sonde_quote *out)
{
	const struct sn_quote *quote = &answer->quote;
	struct sn_fields sent, seen;
	size_t quoted_bytes = quote->ip.header_bytes + quote->upper_bytes;
	*out = (struct sonde_quote){0};
	if (!answer->has_quote || !read_sent(replay, ask, &sent))
		return false;
	sn_fields_read(&quote->ip, quote->bytes, quoted_bytes, &seen);
	sn_fields_compare(&sent, &seen, out);
	out->quoted_bytes = seen.visible ? (uint16_t)quoted_bytes : 0;
	return true;
}

static unsigned bits_of(uint32_t fields)
{
	unsigned bits = 0;
	for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
		bits += fields & worth[i].field ? worth[i].bits : 0;
	return bits;
}

unsigned sn_fit_quote(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer)
{
	struct sonde_quote q;
	if (answer->quote.ip.version != ask->version || answer->quote.ip.protocol != ask->protocol ||
	    !sn_fit_compare(replay, ask, answer, &q) || q.diff & NEVER_REWRITTEN)
		return 0;
	unsigned bits = bits_of(q.visible & ~q.diff);
	bool rewritten = q.diff & REWRITTEN;
	/* Where addresses, ports or id are others, another program's packets differ from ours in nothing else but these. */
	uint32_t own = SONDE_DIFF_IP_ID | (ask->protocol == SN_PROTO_TCP ? SONDE_DIFF_SEQ | SONDE_DIFF_STAMP : 0);
	if (rewritten && (!(q.visible & ~q.diff & own) || q.diff & SONDE_DIFF_IP_ID))
		return 0;
	/* Of two fields that tell the probes of one flow apart one may be spoiled by a router, but not the only one that was seen. */
	uint32_t apart = q.diff & (SONDE_DIFF_IP_ID | (rewritten ? 0 : SONDE_DIFF_CHECKSUM));
	uint32_t agree = q.visible & ~q.diff & (SONDE_DIFF_IP_ID | SONDE_DIFF_CHECKSUM | SONDE_DIFF_SEQ);
	if (apart && !agree)
		return 0;
	return bits >= (rewritten ? LEAST_REWRITTEN_BITS : LEAST_BITS) ? bits : 0;
}

/* ---- answers without a quote ---- */

/* Bytes at the same place that agree, from where both begin. */
static unsigned alike(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes)
{
	unsigned count = 0;
	for (size_t i = 0; i < a_bytes && i < b_bytes; i++)
		count += a[i] == b[i];
	return count;
}

/* The number that an answer to this segment acknowledges (RFC 9293 section 3.10.7): SYN and FIN count as one each, data by its bytes. */
static bool acknowledges(const struct sn_packet *sent, const struct sn_ask *ask, const struct sn_tcp *tcp)
{
	uint32_t counted = (ask->tcp_flags & SN_TCP_SYN ? 1u : 0u) + (ask->tcp_flags & SN_TCP_FIN ? 1u : 0u);
	uint32_t data = (uint32_t)sent->payload_bytes;
	if (!(tcp->flags & SN_TCP_ACK)) /* a reset of what carried an acknowledgement repeats that number */
		return ask->tcp_flags & SN_TCP_ACK && tcp->seq == ask->ack;
	return tcp->ack == ask->seq + counted || tcp->ack == ask->seq + counted + data;
}

static unsigned fit_tcp(const struct sn_packet *sent, const struct sn_ask *ask, const struct sn_packet *answer)
{
	const struct sn_tcp *tcp = &answer->tcp;
	return tcp->sport == ask->dport && tcp->dport == ask->sport && acknowledges(sent, ask, tcp) ? 64 : 0;
}

/* A service repeats of the question what identifies it: DNS and others at the place where it stood, NTP the client's time (RFC 5905 section
 * 8). */
static unsigned fit_udp(const struct sn_packet *sent, const struct sn_ask *ask, const struct sn_packet *answer)
{
	enum { BASE_BITS = 32, BYTE_BITS = 4, BITS_MOST = 250, NTP_BYTES = 48, ORIGIN_AT = 24, TRANSMIT_AT = 40, STAMP_BYTES = 8 };
	if (answer->udp.sport != ask->dport || answer->udp.dport != ask->sport)
		return 0;
	bool ntp = sent->payload_bytes >= NTP_BYTES && answer->payload_bytes >= NTP_BYTES &&
	           memcmp(sent->payload + TRANSMIT_AT, answer->payload + ORIGIN_AT, STAMP_BYTES) == 0;
	unsigned same = alike(sent->payload, sent->payload_bytes, answer->payload, answer->payload_bytes);
	unsigned bits = BASE_BITS + BYTE_BITS * same;
	return ntp ? BITS_MOST : bits < BITS_MOST ? bits : BITS_MOST;
}

/* Every answer to an INIT has its initiate tag for a verification tag (RFC 9260 section 8.4). */
static unsigned fit_sctp(const struct sn_ask *ask, const struct sn_packet *answer)
{
	const struct sn_sctp *sctp = &answer->sctp;
	return sctp->sport == ask->dport && sctp->dport == ask->sport && sctp->tag == ask->seq ? 64 : 0;
}

/* An echo reply repeats all (RFC 792, RFC 4443 section 4.2). */
static unsigned fit_echo(const struct sn_packet *sent, const struct sn_ask *ask, const struct sn_packet *answer)
{
	size_t both = sent->icmp.payload_bytes < answer->icmp.payload_bytes ? sent->icmp.payload_bytes : answer->icmp.payload_bytes;
	if (answer->icmp.id != ask->sport || answer->icmp.seq != ask->dport)
		return 0;
	/* a timestamp reply fills in what the request left open; its first stamp is the request's */
	if (ask->icmp_type == SN_REPLAY_TIMESTAMP)
		return answer->icmp.row->meaning == SONDE_M_TIMESTAMP_REPLY ? 64 : 0;
	if (answer->icmp.row->meaning != SONDE_M_ECHO_REPLY)
		return 0;
	return both == 0 || memcmp(sent->icmp.payload, answer->icmp.payload, both) == 0 ? 64 : 0;
}

unsigned sn_fit_reply(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer)
{
	struct sn_packet sent;
	if (answer->ip.version != ask->version || answer->ip.protocol != ask->protocol || !sonde_addr_equal(&answer->ip.dst, &ask->src) ||
	    !sn_heard_parse(replay, sn_ask_heard(replay, ask), &sent))
		return 0;
	/* Of echo replies in another name the number is proof; elsewhere the ports alone are none. */
	if (!answer->is_icmp && !sonde_addr_equal(&answer->ip.src, &ask->dst))
		return 0;
	return answer->is_icmp   ? fit_echo(&sent, ask, answer)
	       : answer->is_tcp  ? fit_tcp(&sent, ask, answer)
	       : answer->is_sctp ? fit_sctp(ask, answer)
	                         : fit_udp(&sent, ask, answer);
}
