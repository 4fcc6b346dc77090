/* SPDX-License-Identifier: MIT */
/* How well an answer fits what was asked: which of the fields that tell packets apart agree, and whether those that do not may have been
 * rewritten on the way. Pure functions. */
#include "packet/fields.h"
#include "packet/fragment.h"
#include "replay/internal.h"

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

/* A packet that was sent, as the wire saw it. */
struct sent {
	struct sn_fields fields;
	size_t there_bytes, total_bytes;
	uint8_t joined[SN_REPLAY_KEPT_BYTES];
};

/* Who put its pieces together, as the target does, quotes the whole; all others the first piece, which is what left. */
static bool read_sent(const struct sn_replay *replay, const struct sn_ask *ask, bool whole, struct sent *out)
{
	const struct sn_heard *heard = sn_ask_heard(replay, ask);
	const uint8_t *bytes = sn_heard_bytes(replay, heard);
	struct sn_ip ip;
	struct sn_writer w;
	out->there_bytes = heard->length_bytes;
	if (whole && ask->whole_bytes) {
		sn_writer_init(&w, out->joined, sizeof out->joined);
		sn_fragment_join(bytes, out->there_bytes, ask->whole_bytes, &w);
		bytes = out->joined;
		out->there_bytes = w.bad ? 0 : w.at_bytes;
	}
	if (!sn_ip_parse(bytes, out->there_bytes, &ip))
		return false;
	out->total_bytes = ip.total_bytes;
	sn_fields_read(&ip, bytes, out->there_bytes, &out->fields);
	/* what hardware fills in later is not what was captured; 0 is no IP id, but one that nobody gave (RFC 6864 section 4.1) */
	if (!heard->own_checksum)
		out->fields.visible &= ~(uint32_t)SONDE_DIFF_CHECKSUM;
	if (ip.version == 4 && ip.id == 0)
		out->fields.visible &= ~(uint32_t)SONDE_DIFF_IP_ID;
	return true;
}

bool sn_fit_compare(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_packet *answer, struct sonde_quote *out)
{
	const struct sn_quote *quote = &answer->quote;
	struct sn_fields seen;
	struct sent sent;
	*out = (struct sonde_quote){0};
	if (!answer->has_quote || !read_sent(replay, ask, !(quote->ip.odd & SN_ODD_FRAGMENT), &sent))
		return false;
	size_t quoted_bytes = sn_quote_unfilled_bytes(quote, sent.fields.bytes, sent.there_bytes, sent.total_bytes);
	sn_fields_read(&quote->ip, quote->bytes, quoted_bytes, &seen);
	sn_fields_compare(&sent.fields, &seen, out);
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
	uint32_t own = SONDE_DIFF_IP_ID | sn_replay_protocol(ask->protocol)->own;
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

static bool same_number(const struct sn_replay_protocol *row, const struct sn_ask *ask, const struct sn_ident *shown)
{
	uint32_t numbers[SN_REPLY_NUMBERS_MAX];
	size_t count = row->numbers ? row->numbers(ask, numbers) : 0;
	for (size_t i = 0; i < count; i++)
		if (numbers[i] == shown->seq)
			return true;
	return !row->numbers;
}

unsigned sn_fit_reply(const struct sn_replay *replay, const struct sn_ask *ask, const struct sn_reply *reply)
{
	enum { NUMBER_BITS = 64 };
	const struct sn_replay_protocol *row = sn_replay_protocol(ask->protocol);
	const struct sn_ident *shown = &reply->ident;
	struct sn_packet sent;
	bool echo = sn_is_icmp(ask->protocol);
	bool ports = echo ? shown->icmp_id == ask->sport : shown->sport == ask->sport && shown->dport == ask->dport;
	if (shown->version != ask->version || shown->protocol != ask->protocol || !sonde_addr_equal(&shown->src, &ask->src) || !ports ||
	    !same_number(row, ask, shown))
		return 0;
	/* Of echo replies in another name the number is proof; elsewhere the ports alone are none. */
	if (!echo && !sonde_addr_equal(&shown->dst, &ask->dst))
		return 0;
	if (!row->fit)
		return NUMBER_BITS;
	return sn_heard_parse(replay, sn_ask_heard(replay, ask), &sent) ? row->fit(&sent, reply) : 0;
}
