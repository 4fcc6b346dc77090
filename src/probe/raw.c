/* SPDX-License-Identifier: MIT */
/* A packet of any IP protocol that no other method speaks, its payload ours: who gets through, and does the target know the protocol?
 * Identity: four bytes of the key among the first eight, all of it behind. */
#include "probe/method.h"

#include <string.h>

enum {
	DEFAULT_PROTOCOL = 253, /* for experiments (RFC 3692 section 2.1, RFC 4727 section 2) */
	WORD_BYTES = 4, KEY_AT = 8, LEAST_BYTES = 16,
};

/* Some balancers take the first word for ports, or for an SPI: it is constant. */
static const uint8_t word[WORD_BYTES] = {'s', 'o', 'n', 'd'};

static uint8_t protocol_of(const struct sn_probe *probe)
{
	return sn_method_protocol_of(&sn_method_raw, probe->flow.dst.family, probe->flow.dport);
}

static size_t upper_bytes_of(const struct sn_probe *probe)
{
	return sn_probe_upper_bytes(probe, LEAST_BYTES + sn_attribution_bytes(&probe->flow, false));
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, protocol_of(probe), upper_bytes_of(probe), tag, ident);
	ident->have |= SN_ID_SEQ | SN_ID_PAYLOAD;
	ident->seq = tag;
	ident->payload[SN_KEY_PLAIN] = probe->key;
}

static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, protocol_of(probe), upper_bytes, &ip);
	sn_ip_write(w, &ip);
	sn_write_bytes(w, word, sizeof word);
	sn_write_u32(w, sn_key_seq(probe->key));
	sn_write_u64(w, probe->key);
	sn_probe_attribute(w, &probe->flow, false);
	sn_probe_fill(w, ip.header_bytes, upper_bytes);
	expect(probe, sn_key_seq(probe->key), ident);
	sn_probe_put_id(w, ident);
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	struct sn_reader r;
	sn_reader_init(&r, quote->upper, quote->upper_bytes);
	const uint8_t *first = sn_read_view(&r, WORD_BYTES);
	if (!first || memcmp(first, word, sizeof word) != 0)
		return false;
	sn_ident_of_quote(quote, seen, out);
	out->seq = sn_read_u32(&r);
	if (sn_seen_covers(seen, quote->upper + WORD_BYTES, 4))
		out->have |= SN_ID_SEQ;
	out->payload[SN_KEY_PLAIN] = sn_read_u64(&r);
	if (!r.bad && sn_seen_covers(seen, quote->upper + KEY_AT, 8))
		out->have |= SN_ID_PAYLOAD;
	return true;
}

/* Whatever the target says in that protocol, nobody can tell what it answers. */
static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	(void)packet;
	(void)seen;
	(void)out;
	(void)meaning;
	return false;
}

const struct sn_method sn_method_raw = {
	.info = {.name = "raw", .summary = "any other IP protocol: raw:gre, raw:47", .protocol4 = DEFAULT_PROTOCOL,
	         .protocol6 = DEFAULT_PROTOCOL, .takes_protocol = true, .default_port = DEFAULT_PROTOCOL, .needs_raw = true,
	         .flow_constant = true,
	         .silence = "A host that knows the protocol may ignore what it does not understand: only 'protocol unreachable' shows that "
	                    "packets get there."},
	.secret = {.ip_id = 16, .seq = 32, .payload = 64},
	.tag_field = SN_ID_SEQ,
	.build = build,
	.expect = expect,
	.key_of_quote = key_of_quote,
	.key_of_reply = key_of_reply,
};
