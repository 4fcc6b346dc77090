/* SPDX-License-Identifier: MIT */
/* Comparing what was sent with what came back, and undoing what translators did on the way. Knows no method. */
#include "probe/ident.h"

#include "base/addr.h"
#include "base/checksum.h"

#include <string.h>

/* Offsets within the fixed headers: RFC 791 section 3.1, RFC 8200 section 3. */
struct ip_offsets {
	uint8_t tos, length, id, src, dst;
};
static const struct ip_offsets offsets4 = {.tos = 1, .length = 2, .id = 4, .src = 12, .dst = 16};
static const struct ip_offsets offsets6 = {.tos = 0, .length = 4, .id = 0, .src = 8, .dst = 24};

void sn_ident_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	const struct sn_ip *ip = &quote->ip;
	const struct ip_offsets *at = ip->version == 4 ? &offsets4 : &offsets6;
	size_t addr_bytes = sn_addr_bytes(&ip->src);
	*out = (struct sn_ident){.version = ip->version, .protocol = ip->protocol, .src = ip->src, .dst = ip->dst, .tos = ip->tos,
	                         .ip_id = ip->id, .flow_label = ip->flow_label, .length_bytes = (uint16_t)ip->total_bytes};
	const uint8_t *b = quote->bytes;
	if (sn_seen_covers(seen, b + at->src, addr_bytes))
		out->have |= SN_ID_SRC;
	if (sn_seen_covers(seen, b + at->dst, addr_bytes))
		out->have |= SN_ID_DST;
	if (sn_seen_covers(seen, b + at->tos, 2))
		out->have |= SN_ID_TOS;
	if (sn_seen_covers(seen, b + at->length, 2))
		out->have |= SN_ID_LENGTH;
	if (ip->version == 4 && sn_seen_covers(seen, b + at->id, 2))
		out->have |= SN_ID_IP_ID;
	if (ip->version == 6 && sn_seen_covers(seen, b + at->id, 4))
		out->have |= SN_ID_FLOW_LABEL;
}

void sn_ident_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out)
{
	(void)seen;
	*out = (struct sn_ident){.have = SN_ID_SRC | SN_ID_DST, .version = packet->ip.version, .protocol = packet->ip.protocol,
	                         .src = packet->ip.dst, .dst = packet->ip.src};
}

/* The checksum of one, with the addresses, ports and echo id of the other, where both are known. */
static uint16_t rewritten_checksum(const struct sn_ident *from, const struct sn_ident *to)
{
	uint16_t checksum = from->checksum;
	uint32_t both = from->have & to->have;
	/* ICMPv4 has no pseudo header: addresses do not matter to it. */
	if (from->protocol != SN_PROTO_ICMP) {
		if (both & SN_ID_SRC)
			checksum = sn_checksum_update_addr(checksum, &from->src, &to->src);
		if (both & SN_ID_DST)
			checksum = sn_checksum_update_addr(checksum, &from->dst, &to->dst);
	}
	if (both & SN_ID_SPORT)
		checksum = sn_checksum_update(checksum, from->sport, to->sport);
	if (both & SN_ID_DPORT)
		checksum = sn_checksum_update(checksum, from->dport, to->dport);
	if (both & SN_ID_ICMP_ID)
		checksum = sn_checksum_update(checksum, from->icmp_id, to->icmp_id);
	return checksum;
}

/* 0 and 0xffff are the same one's-complement number, and UDP sends the latter for the former. */
static bool same_sum(uint16_t a, uint16_t b)
{
	return (a == 0xffff ? 0 : a) == (b == 0xffff ? 0 : b);
}

static bool same_seq(const struct sn_ident *sent, const struct sn_ident *seen)
{
	if (seen->by_reset && !sent->acks)
		return false;
	uint32_t more = seen->seq - sent->seq;
	return more == 0 || (seen->by_ack && more == sent->data_bytes);
}

/* One field of the comparison: public fields only show differences, secret ones carry bits, `must` ones refuse when they differ. */
struct verdict {
	uint32_t diff;
	unsigned bits;
	bool refused;
	bool keyed;  /* a field that depends on this very probe agreed */
};

static void weigh(struct verdict *v, bool visible, bool same, unsigned bits, uint32_t diff)
{
	if (!visible)
		return;
	if (same)
		v->bits += bits;
	else if (diff)
		v->diff |= diff;
	else
		v->refused = true;
}

static void weigh_keyed(struct verdict *v, bool visible, bool same, unsigned bits, uint32_t diff)
{
	weigh(v, visible, same, bits, diff);
	v->keyed |= visible && same && bits;
}

/* RFC 2474 section 3, RFC 3168 section 5: six bits of DSCP, two of ECN. */
static uint32_t tos_diff(uint8_t sent, uint8_t seen)
{
	uint8_t diff = sent ^ seen;
	return (diff & 0xfc ? SONDE_DIFF_DSCP : 0) | (diff & 3 ? SONDE_DIFF_ECN : 0);
}

enum { FLOW_LABEL_BITS = 20 };

/* A translator that rewrites numbers, and all else as it was sent: that is no fit, but may agree with another's (engine/agree.c). */
static struct sn_fit apart_in_number(const struct verdict *v, const struct sn_ident *seen, bool moved)
{
	bool quoted = moved && !seen->by_ack && !seen->by_reset;
	bool alike = !v->refused && v->keyed && !(v->diff & (SONDE_DIFF_DST | SONDE_DIFF_IP_ID | SONDE_DIFF_STAMP));
	return (struct sn_fit){.apart = quoted && alike && v->bits >= SN_BITS_WEAK ? SONDE_DIFF_SEQ : 0};
}

/* The same of a source port: of what carries its key in the IP id or the flow label alone, or where the checksum is of no use, which has
 * the address of the translator in it. */
static uint32_t apart_in_port(const struct verdict *v, const struct sn_ident *sent)
{
	uint32_t others = SONDE_DIFF_DST | SONDE_DIFF_DPORT | SONDE_DIFF_IP_ID | SONDE_DIFF_FLOW_LABEL;
	bool enough = sent->fixed || v->bits >= SN_BITS_WEAK;
	return enough && v->diff & SONDE_DIFF_SPORT && !(v->diff & others) ? SONDE_DIFF_SPORT : 0;
}

struct sn_fit sn_ident_compare(const struct sn_ident *sent, const struct sn_ident *seen, const struct sn_secret_bits *secret,
                               uint8_t extra_bits)
{
	struct sn_fit fit = {0};
	if (sent->version != seen->version || sent->protocol != seen->protocol)
		return fit;
	uint32_t both = sent->have & seen->have;
	struct verdict v = {.bits = extra_bits, .keyed = extra_bits > 0};
	weigh(&v, both & SN_ID_SRC, sonde_addr_equal(&sent->src, &seen->src), 0, SONDE_DIFF_SRC);
	weigh(&v, both & SN_ID_DST, sonde_addr_equal(&sent->dst, &seen->dst), 0, SONDE_DIFF_DST);
	weigh(&v, both & SN_ID_SPORT, sent->sport == seen->sport, secret->sport, SONDE_DIFF_SPORT);
	weigh(&v, both & SN_ID_DPORT, sent->dport == seen->dport, 0, SONDE_DIFF_DPORT);
	weigh(&v, both & SN_ID_ICMP_ID, sent->icmp_id == seen->icmp_id, secret->icmp_id, SONDE_DIFF_ICMP_ID);
	weigh(&v, both & SN_ID_TOS, sent->tos == seen->tos, 0, tos_diff(sent->tos, seen->tos));
	bool same_length = seen->length_bytes == sent->length_bytes || seen->length_bytes == sent->packet_bytes;
	weigh(&v, both & SN_ID_LENGTH, same_length, 0, SONDE_DIFF_LENGTH);
	/* It carries the key where nothing else does. */
	weigh_keyed(&v, both & SN_ID_FLOW_LABEL, sent->flow_label == seen->flow_label, sent->fixed ? FLOW_LABEL_BITS : 0,
	            SONDE_DIFF_FLOW_LABEL);
	weigh_keyed(&v, both & SN_ID_IP_ID, sent->ip_id == seen->ip_id, secret->ip_id, SONDE_DIFF_IP_ID);
	/* A checksum that was left as it was although an address changed fits too: not every translator mends the quote. */
	bool checksum_same = same_sum(seen->checksum, rewritten_checksum(sent, seen)) || same_sum(seen->checksum, sent->checksum);
	weigh_keyed(&v, both & SN_ID_CHECKSUM, checksum_same, sent->fixed ? 0 : secret->checksum, SONDE_DIFF_CHECKSUM);
	bool moved = sent->protocol == SN_PROTO_TCP && both & SN_ID_SEQ && !same_seq(sent, seen);
	weigh_keyed(&v, both & SN_ID_SEQ && !moved, same_seq(sent, seen), secret->seq, 0);
	weigh_keyed(&v, both & SN_ID_STAMP, sent->stamp == seen->stamp, secret->stamp, SONDE_DIFF_STAMP);
	for (enum sn_key_place place = 0; place < SN_KEY_PLACES; place++)
		weigh_keyed(&v, both & sn_id_payload(place), sent->payload[place] == seen->payload[place], secret->payload, 0);
	if (v.refused || !v.keyed || moved)
		return apart_in_number(&v, seen, moved);
	/* A quote with another destination, or in which a secret field differs, is another packet unless its other secrets leave no
	 * doubt: else guessing one of two 16-bit fields would do. A UDP checksum that was left out over IPv4 (RFC 768), as some translators
	 * make it, is such a field: whoever guesses may leave it out as well. */
	uint32_t doubtful = SONDE_DIFF_DST | SONDE_DIFF_IP_ID | (sent->fixed ? 0 : SONDE_DIFF_CHECKSUM);
	unsigned least = v.diff & doubtful ? SN_BITS_STRONG : extra_bits ? 1 : SN_BITS_WEAK;
	fit.fits = v.bits >= least;
	fit.bits = (uint8_t)(v.bits > SN_BITS_MAX ? SN_BITS_MAX : v.bits);
	fit.diff = v.diff;
	fit.apart = fit.fits ? 0 : apart_in_port(&v, sent);
	return fit;
}

uint32_t sn_ident_tag(const struct sn_ident *ident, enum sn_id_field field)
{
	return field == SN_ID_CHECKSUM ? ident->checksum : ident->seq;
}

uint32_t sn_ident_sent_tag(const struct sn_ident *sent, const struct sn_ident *seen, enum sn_id_field field)
{
	if (field != SN_ID_CHECKSUM)
		return seen->seq - (seen->by_ack ? sent->data_bytes : 0);
	uint16_t checksum = rewritten_checksum(seen, sent);
	bool never_zero = sent->protocol == SN_PROTO_UDP || sent->protocol == SN_PROTO_UDPLITE;  /* RFC 768, RFC 3828 section 3.1 */
	return checksum || !never_zero ? checksum : 0xffff;
}
