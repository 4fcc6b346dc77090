/* SPDX-License-Identifier: MIT */
/* ICMP echo, both families. Identity: IP id, echo id (per trace), sequence number, payload key; the checksum is held constant in a
 * trace. */
#include "probe/icmp.h"

/* Payload: 8 bytes of key, 2 bytes that make the checksum come out at the flow's own. */
enum { KEY_BYTES = 8, BALANCE_BYTES = 2, ECHO4 = 8, ECHO_REPLY4 = 0, ECHO6 = 128, ECHO_REPLY6 = 129 };

static uint8_t protocol_of(const struct sn_probe *probe)
{
	return probe->flow.dst.family == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6;
}

static size_t upper_bytes_of(const struct sn_probe *probe)
{
	return sn_probe_upper_bytes(probe, SN_ECHO_BYTES + KEY_BYTES + BALANCE_BYTES + sn_attribution_bytes(&probe->flow, false));
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, protocol_of(probe), upper_bytes_of(probe), tag, ident);
	sn_icmp_expect(probe, tag, ident);
	ident->have |= SN_ID_PAYLOAD;
	ident->payload[SN_KEY_PLAIN] = probe->key;
}

static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, protocol_of(probe), upper_bytes, &ip);
	sn_ip_write(w, &ip);
	struct sn_echo echo = {.type = ip.version == 4 ? ECHO4 : ECHO6, .id = probe->flow.icmp_id, .seq = sn_icmp_seq_of(probe->key)};
	sn_echo_write(w, &echo);
	sn_write_u64(w, probe->key);
	size_t balance_at = w->at_bytes;
	sn_write_zeros(w, BALANCE_BYTES);
	sn_probe_attribute(w, &probe->flow, false);
	sn_icmp_finish(probe, w, &ip, upper_bytes, balance_at);
	expect(probe, echo.seq, ident);
	sn_probe_put_id(w, ident);
}

static void see_payload(const uint8_t *payload, size_t payload_bytes, const struct sn_seen *seen, struct sn_ident *out)
{
	if (!payload || payload_bytes < KEY_BYTES || !sn_seen_covers(seen, payload, KEY_BYTES))
		return;
	struct sn_reader r;
	sn_reader_init(&r, payload, payload_bytes);
	out->payload[SN_KEY_PLAIN] = sn_read_u64(&r);
	out->have |= SN_ID_PAYLOAD;
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	if (quote->echo.type != (quote->ip.version == 4 ? ECHO4 : ECHO6))
		return false;
	sn_icmp_see_quote(quote, seen, out);
	see_payload(quote->payload, quote->payload_bytes, seen, out);
	return true;
}

static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	if (!packet->is_icmp || packet->icmp.type != (packet->ip.version == 4 ? ECHO_REPLY4 : ECHO_REPLY6))
		return false;
	sn_icmp_see_reply(packet, seen, out);
	see_payload(packet->icmp.payload, packet->icmp.payload_bytes, seen, out);
	*meaning = SONDE_M_ECHO_REPLY;
	return true;
}

const struct sn_method sn_method_icmp = {
    .info = {.name = "icmp",
             .summary = "ICMP echo requests, as ping sends them",
             .protocol4 = SN_PROTO_ICMP,
             .protocol6 = SN_PROTO_ICMP6,
             .flow_constant = true,
             .silence = "Silence to ping says nothing about the target's ports."},
    .secret = {.ip_id = 16, .icmp_id = 16, .checksum = 16, .seq = 16, .payload = 64},
    .tag_field = SN_ID_SEQ,
    .build = build,
    .expect = expect,
    .key_of_quote = key_of_quote,
    .key_of_reply = key_of_reply,
};
