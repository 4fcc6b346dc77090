/* SPDX-License-Identifier: MIT */
/* ICMP timestamp requests (RFC 792), IPv4 alone. Identity as that of an echo; the originate timestamp carries the key in place of a
 * payload. */
#include "probe/icmp.h"

enum { TIMESTAMP = 13, TIMESTAMP_REPLY = 14, STAMPS_BYTES = 12, BALANCE_AT = 10 };

/* With the topmost bit set it is no time of day (RFC 792, page 16): nobody's clock is told, and nobody is misled by it. */
static uint32_t originate_of(uint64_t key)
{
	return UINT32_C(0x80000000) | (uint32_t)(key >> 32);
}

static size_t upper_bytes_of(const struct sn_probe *probe)
{
	size_t least = SN_ECHO_BYTES + STAMPS_BYTES;
	return probe->size_bytes ? sn_probe_upper_bytes(probe, least) : least;
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, SN_PROTO_ICMP, upper_bytes_of(probe), tag, ident);
	sn_icmp_expect(probe, tag, ident);
	ident->have |= SN_ID_PAYLOAD;
	ident->payload[SN_KEY_PLAIN] = originate_of(probe->key);
}

/* Receive and transmit timestamp are the answerer's: the last word of the latter balances the checksum. */
static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_ICMP, upper_bytes, &ip);
	sn_ip_write(w, &ip);
	struct sn_echo header = {.type = TIMESTAMP, .id = probe->flow.icmp_id, .seq = sn_icmp_seq_of(probe->key)};
	sn_echo_write(w, &header);
	size_t stamps_at = w->at_bytes;
	sn_write_u32(w, originate_of(probe->key));
	sn_write_zeros(w, STAMPS_BYTES - 4);
	sn_icmp_finish(probe, w, &ip, upper_bytes, stamps_at + BALANCE_AT);
	expect(probe, header.seq, ident);
	sn_probe_put_id(w, ident);
}

static void see_originate(const uint8_t *stamps, size_t stamps_bytes, const struct sn_seen *seen, struct sn_ident *out)
{
	struct sn_reader r;
	sn_reader_init(&r, stamps, stamps ? stamps_bytes : 0);
	out->payload[SN_KEY_PLAIN] = sn_read_u32(&r);
	if (!r.bad && sn_seen_covers(seen, stamps, 4))
		out->have |= SN_ID_PAYLOAD;
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	if (quote->ip.version != 4 || quote->echo.type != TIMESTAMP)
		return false;
	sn_icmp_see_quote(quote, seen, out);
	see_originate(quote->payload, quote->payload_bytes, seen, out);
	return true;
}

static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	if (!packet->is_icmp || packet->ip.version != 4 || packet->icmp.type != TIMESTAMP_REPLY)
		return false;
	sn_icmp_see_reply(packet, seen, out);
	see_originate(packet->icmp.payload, packet->icmp.payload_bytes, seen, out);
	*meaning = SONDE_M_TIMESTAMP_REPLY;
	return true;
}

const struct sn_method sn_method_icmp_timestamp = {
	.info = {.name = "icmp-timestamp", .summary = "ICMP timestamp requests, IPv4 only", .protocol4 = SN_PROTO_ICMP,
	         .needs_raw = true, .flow_constant = true,
	         .silence = "Many hosts and firewalls leave timestamp requests unanswered that let pings through."},
	.secret = {.ip_id = 16, .icmp_id = 16, .checksum = 16, .seq = 16, .payload = 31},
	.tag_field = SN_ID_SEQ,
	.build = build,
	.expect = expect,
	.key_of_quote = key_of_quote,
	.key_of_reply = key_of_reply,
};
