/* SPDX-License-Identifier: MIT */
/* DCCP Request (RFC 4340), never completed. Identity: checksum (a function of the key), sequence number, which every answer
 * acknowledges. */
#include "probe/method.h"

enum {
	HEADER_BYTES = 20, CHECKSUM_AT = 6, SEQ_LOW_AT = 12, ACK_LOW_AT = 20,
	OTHER_SERVICE = 8,    /* a reset's code: somebody listens, to another service code (section 5.6) */
	SERVICE = 0x736f6e64, /* "sond": what stands there must be the one that the listener names (section 8.1.2), or it says so */
	DEFAULT_PORT = 5004,  /* RTP's (RFC 5762 section 5.2) */
};

/* 48 bits, of which the lower 32 are the number that every method has. */
static uint64_t seq_of(uint64_t key)
{
	return key >> 16;
}

static size_t upper_bytes_of(const struct sn_probe *probe)
{
	return probe->size_bytes ? sn_probe_upper_bytes(probe, HEADER_BYTES) : HEADER_BYTES;
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, SN_PROTO_DCCP, upper_bytes_of(probe), tag, ident);
	ident->have |= SN_ID_SPORT | SN_ID_DPORT | SN_ID_CHECKSUM | SN_ID_SEQ;
	ident->sport = probe->flow.sport;
	ident->dport = probe->flow.dport;
	ident->checksum = (uint16_t)tag;
	ident->seq = sn_key_seq(probe->key);
}

/* RFC 4340 sections 5.1 and 5.2: all is covered; the sequence number is made from the key, so that the checksum is, too. */
static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_DCCP, upper_bytes, &ip);
	sn_ip_write(w, &ip);
	struct sn_dccp dccp = {.sport = probe->flow.sport, .dport = probe->flow.dport, .header_bytes = HEADER_BYTES,
	                       .type = SN_DCCP_REQUEST, .seq = seq_of(probe->key), .service = SERVICE};
	sn_dccp_write(w, &dccp);
	expect(probe, sn_probe_finish(w, &ip, ip.header_bytes, upper_bytes, ip.header_bytes + (size_t)CHECKSUM_AT), ident);
	sn_probe_put_id(w, ident);
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_quote(quote, seen, out);
	out->sport = quote->dccp.sport;
	out->dport = quote->dccp.dport;
	out->checksum = quote->dccp.checksum;
	out->seq = (uint32_t)quote->dccp.seq;
	if (sn_seen_covers(seen, quote->upper, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, quote->upper + 2, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, quote->upper + CHECKSUM_AT, 2))
		out->have |= SN_ID_CHECKSUM;
	if (quote->dccp.has_seq && sn_seen_covers(seen, quote->upper + SEQ_LOW_AT, 4))
		out->have |= SN_ID_SEQ;
	return true;
}

/* RFC 4340 sections 5.3 and 5.6: both kinds of answer acknowledge the Request. */
static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	const struct sn_dccp *dccp = &packet->dccp;
	if (!packet->is_dccp || !dccp->has_ack)
		return false;
	sn_ident_of_reply(packet, seen, out);
	out->sport = dccp->dport;
	out->dport = dccp->sport;
	out->seq = (uint32_t)dccp->ack;
	if (sn_seen_covers(seen, packet->upper, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, packet->upper + 2, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, packet->upper + ACK_LOW_AT, 4))
		out->have |= SN_ID_SEQ;
	*meaning = dccp->type == SN_DCCP_RESPONSE           ? SONDE_M_DCCP_RESPONSE
	           : dccp->reset_code == OTHER_SERVICE ? SONDE_M_DCCP_OTHER_SERVICE
	                                               : SONDE_M_DCCP_RESET;
	return true;
}

const struct sn_method sn_method_dccp = {
	.info = {.name = "dccp", .summary = "DCCP Request, half open", .protocol4 = SN_PROTO_DCCP, .protocol6 = SN_PROTO_DCCP,
	         .takes_port = true, .default_port = DEFAULT_PORT, .needs_raw = true, .flow_constant = true,
	         .silence = "A DCCP port that stays silent may be filtered on either way, or its host may not be there."},
	.secret = {.sport = 15, .ip_id = 16, .checksum = 16, .seq = 32},
	.tag_field = SN_ID_CHECKSUM,
	.once_per_flow = true,
	.build = build,
	.expect = expect,
	.key_of_quote = key_of_quote,
	.key_of_reply = key_of_reply,
};
