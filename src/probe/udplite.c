/* SPDX-License-Identifier: MIT */
/* UDP-Lite (RFC 3828), one constant flow. Identity as that of UDP: the checksum covers the header and the key, and nothing behind. */
#include "probe/udp.h"

enum { KEY_BYTES = 8, COVERED_BYTES = SN_UDP_BYTES + KEY_BYTES };

static size_t upper_bytes_of(const struct sn_probe *probe)
{
	return sn_probe_upper_bytes(probe, COVERED_BYTES + sn_attribution_bytes(&probe->flow, false));
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, SN_PROTO_UDPLITE, upper_bytes_of(probe), tag, ident);
	ident->have |= SN_ID_SPORT | SN_ID_DPORT | SN_ID_CHECKSUM | SN_ID_PAYLOAD;
	ident->sport = probe->flow.sport;
	ident->dport = probe->flow.dport;
	ident->payload[SN_KEY_PLAIN] = probe->key;
	ident->checksum = (uint16_t)tag;
}

/* RFC 3828 section 3.1: where UDP has its length stands how much the checksum covers. */
static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_UDPLITE, upper_bytes, &ip);
	sn_ip_write(w, &ip);
	struct sn_udp header = {.sport = probe->flow.sport, .dport = probe->flow.dport, .length_bytes = COVERED_BYTES};
	sn_udp_write(w, &header);
	sn_write_u64(w, probe->key);
	sn_probe_attribute(w, &probe->flow, false);
	expect(probe, sn_probe_finish(w, &ip, ip.header_bytes, upper_bytes, ip.header_bytes + (size_t)SN_UDP_CHECKSUM_AT), ident);
	sn_probe_put_id(w, ident);
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_udp_see_quote(quote, seen, out);
	return true;
}

static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	if (!packet->is_udplite)
		return false;
	sn_udp_see_reply(packet, seen, out);
	*meaning = SONDE_M_UDP_REPLY;
	return true;
}

const struct sn_method sn_method_udplite = {
	.info = {.name = "udplite", .summary = "UDP-Lite, one constant flow", .protocol4 = SN_PROTO_UDPLITE, .protocol6 = SN_PROTO_UDPLITE,
	         .takes_port = true, .default_port = SN_UDP_DEFAULT_PORT, .flow_constant = true,
	         .silence = "A UDP-Lite port that stays silent is open or filtered: services need not answer a stranger."},
	.secret = {.sport = 15, .ip_id = 16, .checksum = 16, .payload = 64},
	.tag_field = SN_ID_CHECKSUM,
	.build = build,
	.expect = expect,
	.key_of_quote = key_of_quote,
	.key_of_reply = key_of_reply,
};
