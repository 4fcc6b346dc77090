/* SPDX-License-Identifier: MIT */
/* SCTP INIT (RFC 9260), never completed: whoever answers keeps no state until a cookie comes back. Identity: the initiate tag, which every
 * answer carries as its verification tag. */
#include "probe/method.h"

enum {
	INIT_BYTES = 20, PARAMETER_HEADER_BYTES = 4, PAD = 0x8005, /* RFC 4820 section 4 */
	WINDOW = 106496, STREAMS_OUT = 10, STREAMS_IN = 65535, /* as a common host offers them */
	LEAST_BYTES = SN_SCTP_BYTES + INIT_BYTES, TAG_END = SN_SCTP_BYTES + 8,
	DEFAULT_PORT = 3868, /* Diameter (RFC 6733 section 2.1), the service most seen */
	ABORT_REFLECTS = 1, /* its T bit (RFC 9260 section 3.3.7) */
	PACKET_MAX_BYTES = 65535,
};

/* Zero is no tag (RFC 9260 section 3.3.2). */
static uint32_t tag_of(uint64_t key)
{
	uint32_t tag = sn_key_seq(key);
	return tag ? tag : 1;
}

/* Chunks and parameters have multiples of four bytes; a size is made up by a padding parameter. */
static size_t upper_bytes_of(const struct sn_probe *probe)
{
	size_t wanted = probe->size_bytes ? sn_probe_upper_bytes(probe, LEAST_BYTES) : LEAST_BYTES;
	size_t whole = (wanted + 3) & ~(size_t)3, header = probe->flow.dst.family == 4 ? 20 : 40;
	return header + whole > PACKET_MAX_BYTES ? whole - 4 : whole;
}

static void expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, SN_PROTO_SCTP, upper_bytes_of(probe), tag, ident);
	ident->have |= SN_ID_SPORT | SN_ID_DPORT | SN_ID_SEQ;
	ident->sport = probe->flow.sport;
	ident->dport = probe->flow.dport;
	ident->seq = tag;
}

static void write_padding(struct sn_writer *w, size_t count)
{
	if (count == 0)
		return;
	sn_write_u16(w, PAD);
	sn_write_u16(w, (uint16_t)count);
	sn_write_zeros(w, count - PARAMETER_HEADER_BYTES);
}

/* RFC 9260 section 3.3.2. The verification tag of an INIT is 0 (section 8.5.1): of the key nothing stands in the first eight bytes. */
static void build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe);
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_SCTP, upper_bytes, &ip);
	sn_ip_write(w, &ip);
	struct sn_sctp sctp = {.sport = probe->flow.sport, .dport = probe->flow.dport, .chunk_type = SN_SCTP_INIT,
	                       .chunk_bytes = (uint16_t)(upper_bytes - SN_SCTP_BYTES)};
	sn_sctp_write(w, &sctp);
	sn_write_u32(w, tag_of(probe->key));
	sn_write_u32(w, WINDOW);
	sn_write_u16(w, STREAMS_OUT);
	sn_write_u16(w, STREAMS_IN);
	sn_write_u32(w, (uint32_t)(probe->key >> 32));
	write_padding(w, upper_bytes - LEAST_BYTES);
	uint32_t checksum = w->bad ? 0 : sn_sctp_checksum(w->bytes + ip.header_bytes, upper_bytes);
	sn_write_u16_at(w, ip.header_bytes + (size_t)SN_SCTP_CHECKSUM_AT, (uint16_t)(checksum >> 16));
	sn_write_u16_at(w, ip.header_bytes + (size_t)SN_SCTP_CHECKSUM_AT + 2, (uint16_t)checksum);
	expect(probe, tag_of(probe->key), ident);
	sn_probe_put_id(w, ident);
}

static bool key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_quote(quote, seen, out);
	out->sport = quote->sctp.sport;
	out->dport = quote->sctp.dport;
	out->seq = quote->sctp.initiate_tag;
	if (sn_seen_covers(seen, quote->upper, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, quote->upper + 2, 2))
		out->have |= SN_ID_DPORT;
	if (quote->sctp.has_initiate_tag && sn_seen_covers(seen, quote->upper, TAG_END))
		out->have |= SN_ID_SEQ;
	return true;
}

/* RFC 9260 sections 5.1 and 8.4: what answers an INIT has its initiate tag for a verification tag. An ABORT that reflects the packet's own
 * verification tag shows nothing of an INIT. */
static bool key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	const struct sn_sctp *sctp = &packet->sctp;
	bool answers = packet->is_sctp && sctp->has_chunk;
	bool accepts = answers && sctp->chunk_type == SN_SCTP_INIT_ACK;
	bool refuses = answers && sctp->chunk_type == SN_SCTP_ABORT && !(sctp->chunk_flags & ABORT_REFLECTS);
	if (!accepts && !refuses)
		return false;
	sn_ident_of_reply(packet, seen, out);
	out->sport = sctp->dport;
	out->dport = sctp->sport;
	out->seq = sctp->tag;
	if (sn_seen_covers(seen, packet->upper, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, packet->upper + 2, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, packet->upper + 4, 4))
		out->have |= SN_ID_SEQ;
	*meaning = accepts ? SONDE_M_INIT_ACK : SONDE_M_ABORT;
	return true;
}

const struct sn_method sn_method_sctp = {
	.info = {.name = "sctp", .summary = "SCTP INIT, never completed", .protocol4 = SN_PROTO_SCTP, .protocol6 = SN_PROTO_SCTP,
	         .takes_port = true, .default_port = DEFAULT_PORT, .length_step_bytes = 4, .needs_raw = true, .flow_constant = true,
	         .silence = "An SCTP port that stays silent may be filtered on either way, or its host may not be there."},
	.secret = {.sport = 15, .ip_id = 16, .seq = 32},
	.tag_field = SN_ID_SEQ,
	.build = build,
	.expect = expect,
	.key_of_quote = key_of_quote,
	.key_of_reply = key_of_reply,
};
