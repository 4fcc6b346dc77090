/* SPDX-License-Identifier: MIT */
/* TCP SYN, never completed: the kernel itself resets what an open port begins; or a segment of no connection. Identity: sequence number,
 * IP id, timestamp option. */
#include "probe/tcp.h"
#include "probe/tls.h"

/* IANA "TCP Option Kind Numbers". */
enum { OPT_NOP = 1, OPT_MSS = 2, OPT_WSCALE = 3, OPT_SACK_PERMITTED = 4, OPT_TIMESTAMPS = 8, OPT_MPTCP = 30, OPT_TFO = 34 };
/* RFC 8684 section 3.1: subtype MP_CAPABLE and version in one byte, then flags, of which H asks for HMAC-SHA256. */
enum { MP_CAPABLE_V1 = 0x01, MPTCP_HMAC_SHA256 = 0x01 };
enum {
	OPTIONS_MAX_BYTES = 40, WORD_BYTES = 4,
	MSS4 = 1460, MSS6 = 1440, WINDOW = 64240, WSCALE = 7, TCP_CHECKSUM_AT = 16,
	/* As common clients send them (RFC 9293 section 3.2, RFC 7323, RFC 2018), so that firewalls see nothing odd. */
	USUAL_OPTIONS = SONDE_TCP_MSS | SONDE_TCP_SACK | SONDE_TCP_STAMP | SONDE_TCP_WSCALE,
};

static uint8_t flags_of(const struct sn_probe *probe)
{
	return probe->flow.tcp_flags ? probe->flow.tcp_flags : SN_TCP_SYN;
}

static void write_mss(struct sn_writer *w, const struct sn_probe *probe)
{
	const struct sn_flow *flow = &probe->flow;
	sn_write_u8(w, OPT_MSS);
	sn_write_u8(w, 4);
	sn_write_u16(w, flow->mss ? flow->mss : flow->dst.family == 4 ? MSS4 : MSS6);
}

static void write_sack(struct sn_writer *w, const struct sn_probe *probe)
{
	(void)probe;
	sn_write_u8(w, OPT_SACK_PERMITTED);
	sn_write_u8(w, 2);
}

static void write_stamp(struct sn_writer *w, const struct sn_probe *probe)
{
	sn_write_u8(w, OPT_TIMESTAMPS);
	sn_write_u8(w, 10);
	sn_write_u32(w, sn_key_stamp(probe->key));
	sn_write_u32(w, 0);
}

static void write_wscale(struct sn_writer *w, const struct sn_probe *probe)
{
	sn_write_u8(w, OPT_NOP);
	sn_write_u8(w, OPT_WSCALE);
	sn_write_u8(w, 3);
	sn_write_u8(w, probe->flow.tcp_options ? probe->flow.wscale : WSCALE);
}

static void write_tfo(struct sn_writer *w, const struct sn_probe *probe)
{
	(void)probe;
	sn_write_u8(w, OPT_TFO);
	sn_write_u8(w, 2);
}

static void write_mptcp(struct sn_writer *w, const struct sn_probe *probe)
{
	(void)probe;
	sn_write_u8(w, OPT_MPTCP);
	sn_write_u8(w, 4);
	sn_write_u8(w, MP_CAPABLE_V1);
	sn_write_u8(w, MPTCP_HMAC_SHA256);
}

/* In the order in which Linux has them. Where there is no SYN, none but the timestamp is offered. */
static const struct option {
	uint8_t bit, bytes;
	void (*write)(struct sn_writer *w, const struct sn_probe *probe);
} option_rows[] = {
	{SONDE_TCP_MSS, 4, write_mss}, {SONDE_TCP_SACK, 2, write_sack}, {SONDE_TCP_STAMP, 10, write_stamp},
	{SONDE_TCP_WSCALE, 4, write_wscale}, {SONDE_TCP_TFO, 2, write_tfo}, {SONDE_TCP_MPTCP, 4, write_mptcp},
};

static unsigned options_of(const struct sn_probe *probe)
{
	unsigned asked = probe->flow.tcp_options ? probe->flow.tcp_options : USUAL_OPTIONS;
	if (asked & SONDE_TCP_NONE)
		return 0;
	return flags_of(probe) & SN_TCP_SYN ? asked : asked & SONDE_TCP_STAMP;
}

static size_t bare_bytes(unsigned options)
{
	size_t bytes = 0;
	for (size_t i = 0; i < sizeof option_rows / sizeof *option_rows; i++)
		bytes += options & option_rows[i].bit ? option_rows[i].bytes : 0;
	return bytes;
}

static size_t options_bytes(unsigned options)
{
	return (bare_bytes(options) + WORD_BYTES - 1) / WORD_BYTES * WORD_BYTES;
}

/* Filled up behind those of a SYN, in front of a timestamp alone (RFC 7323 appendix A). */
static void write_options(struct sn_writer *w, const struct sn_probe *probe)
{
	unsigned options = options_of(probe);
	size_t fill = options_bytes(options) - bare_bytes(options), front = options == SONDE_TCP_STAMP ? fill : 0;
	for (size_t i = 0; i < front; i++)
		sn_write_u8(w, OPT_NOP);
	for (size_t i = 0; i < sizeof option_rows / sizeof *option_rows; i++)
		if (options & option_rows[i].bit)
			option_rows[i].write(w, probe);
	for (size_t i = front; i < fill; i++)
		sn_write_u8(w, OPT_NOP);
}

static size_t header_bytes_of(const struct sn_probe *probe)
{
	return SN_TCP_MIN_BYTES + options_bytes(options_of(probe));
}

static const char *server_name_of(const struct sn_probe *probe)
{
	return probe->flow.carried ? probe->flow.carried->server_name : NULL;
}

/* What was chosen to be carried. A SYN may carry data (RFC 9293 section 3.4); most stacks leave it aside. */
static size_t message_bytes_of(const struct sn_probe *probe)
{
	switch (probe->flow.payload) {
	case SONDE_PAYLOAD_TLS:
		return sn_tls_bytes(server_name_of(probe));
	case SONDE_PAYLOAD_BYTES:
		return probe->flow.carried->count;
	default:
		return sn_attribution_bytes(&probe->flow, true);
	}
}

static void write_message(struct sn_writer *w, const struct sn_probe *probe)
{
	if (probe->flow.payload == SONDE_PAYLOAD_TLS)
		sn_tls_hello(w, probe->key, server_name_of(probe));
	else if (probe->flow.payload == SONDE_PAYLOAD_BYTES)
		sn_write_bytes(w, probe->flow.carried->bytes, probe->flow.carried->count);
	else
		sn_probe_attribute(w, &probe->flow, true);  /* (RFC 9511 section 4) */
}

/* Other data is carried only where a size was asked for, and nothing behind a ClientHello. */
static size_t upper_bytes_of(const struct sn_probe *probe)
{
	size_t least = header_bytes_of(probe) + message_bytes_of(probe);
	return probe->size_bytes && probe->flow.payload != SONDE_PAYLOAD_TLS ? sn_probe_upper_bytes(probe, least) : least;
}

void sn_tcp_probe_expect(const struct sn_probe *probe, uint32_t tag, struct sn_ident *ident)
{
	sn_probe_expect_ip(probe, SN_PROTO_TCP, upper_bytes_of(probe), tag, ident);
	ident->have |= SN_ID_SPORT | SN_ID_DPORT | SN_ID_SEQ | (options_of(probe) & SONDE_TCP_STAMP ? SN_ID_STAMP : 0);
	ident->sport = probe->flow.sport;
	ident->dport = probe->flow.dport;
	ident->seq = tag;
	ident->acks = flags_of(probe) & SN_TCP_ACK;
	ident->data_bytes = (uint16_t)(upper_bytes_of(probe) - header_bytes_of(probe));
	ident->stamp = sn_key_stamp(probe->key);
}

/* RFC 9293 section 3.10.7.1: a reset has for its number what the segment acknowledged, and nothing else of it. So the same number stands
 * there, where a quote of eight bytes shows it and where a reset does. */
void sn_tcp_probe_build(const struct sn_probe *probe, struct sn_writer *w, struct sn_ident *ident)
{
	size_t upper_bytes = upper_bytes_of(probe), upper_at;
	struct sn_ip ip;
	sn_probe_ip(probe, SN_PROTO_TCP, upper_bytes, &ip);
	sn_ip_write(w, &ip);
	upper_at = w->at_bytes;
	uint8_t options[OPTIONS_MAX_BYTES], flags = flags_of(probe);
	struct sn_writer options_writer;
	sn_writer_init(&options_writer, options, sizeof options);
	write_options(&options_writer, probe);
	struct sn_tcp tcp = {.sport = probe->flow.sport, .dport = probe->flow.dport, .seq = sn_key_seq(probe->key),
	                     .ack = flags & SN_TCP_ACK ? sn_key_seq(probe->key) : 0,
	                     .header_bytes = (uint8_t)(SN_TCP_MIN_BYTES + options_writer.at_bytes), .flags = flags, .window = WINDOW};
	sn_tcp_write(w, &tcp, options);
	write_message(w, probe);
	sn_probe_finish(w, &ip, upper_at, upper_bytes, upper_at + TCP_CHECKSUM_AT);
	sn_tcp_probe_expect(probe, tcp.seq, ident);
	sn_probe_put_id(w, ident);
}

bool sn_tcp_key_of_quote(const struct sn_quote *quote, const struct sn_seen *seen, struct sn_ident *out)
{
	sn_ident_of_quote(quote, seen, out);
	out->sport = quote->tcp.sport;
	out->dport = quote->tcp.dport;
	out->seq = quote->tcp.seq;
	out->stamp = quote->tcp.ts_value;
	if (sn_seen_covers(seen, quote->upper, 2))
		out->have |= SN_ID_SPORT;
	if (sn_seen_covers(seen, quote->upper + 2, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, quote->upper + 4, 4))
		out->have |= SN_ID_SEQ;
	if (quote->tcp.has_timestamps && sn_seen_covers(seen, quote->upper, quote->tcp.header_bytes))
		out->have |= SN_ID_STAMP;
	return true;
}

/* Nobody answers a probe with data or with an end: such a segment belongs to somebody's connection. A reset may say its reason in words
 * (RFC 1122 section 4.2.2.12). */
static bool is_of_a_connection(const struct sn_packet *packet)
{
	uint8_t flags = packet->tcp.flags;
	return flags & SN_TCP_FIN || (packet->payload_bytes > 0 && !(flags & (SN_TCP_RST | SN_TCP_SYN)));
}

/* What answers a segment with ACK (RFC 9293 section 3.10.7.1). */
static bool is_bare_reset(uint8_t flags)
{
	return (flags & (SN_TCP_RST | SN_TCP_ACK | SN_TCP_SYN)) == SN_TCP_RST;
}

bool sn_tcp_key_of_reply(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out, enum sonde_meaning *meaning)
{
	const struct sn_tcp *tcp = &packet->tcp;
	bool bare_reset = is_bare_reset(tcp->flags);
	if (!packet->is_tcp || !(tcp->flags & SN_TCP_ACK || bare_reset) || is_of_a_connection(packet))
		return false;
	sn_ident_of_reply(packet, seen, out);
	out->sport = tcp->dport;
	out->dport = tcp->sport;
	if (sn_seen_covers(seen, packet->upper, 2))
		out->have |= SN_ID_DPORT;
	if (sn_seen_covers(seen, packet->upper + 2, 2))
		out->have |= SN_ID_SPORT;
	/* A SYN takes one sequence number (RFC 9293 section 3.4), and so does a FIN. */
	out->seq = bare_reset ? tcp->seq : tcp->ack - 1;
	out->by_ack = !bare_reset;
	out->by_reset = bare_reset;
	if (sn_seen_covers(seen, packet->upper + (bare_reset ? 4 : 8), 4))
		out->have |= SN_ID_SEQ;
	/* The echoed timestamp proves more; a middle box that rewrote it only leaves a difference. */
	if (tcp->has_timestamps && tcp->ts_echo && tcp->flags & SN_TCP_SYN && sn_seen_covers(seen, packet->upper, tcp->header_bytes)) {
		out->stamp = tcp->ts_echo;
		out->have |= SN_ID_STAMP;
	}
	*meaning = bare_reset                ? SONDE_M_RST_TO_ACK
	           : tcp->flags & SN_TCP_RST ? SONDE_M_RST
	           : tcp->flags & SN_TCP_SYN ? SONDE_M_SYN_ACK
	                                     : SONDE_M_BARE_ACK;
	return true;
}

/* To a SYN-ACK that it knows nothing of, the kernel sends a reset whose number is the acknowledged one (RFC 9293 section 3.10.7.1). */
static bool key_of_own(const struct sn_packet *packet, const struct sn_seen *seen, struct sn_ident *out)
{
	if (!packet->is_tcp || packet->tcp.flags & SN_TCP_ACK || !(packet->tcp.flags & SN_TCP_RST))
		return false;
	const struct sn_ip *ip = &packet->ip;
	(void)seen;
	*out = (struct sn_ident){.have = SN_ID_SRC | SN_ID_DST | SN_ID_SPORT | SN_ID_DPORT | SN_ID_SEQ, .version = ip->version,
	                         .protocol = ip->protocol, .src = ip->src, .dst = ip->dst, .sport = packet->tcp.sport,
	                         .dport = packet->tcp.dport, .seq = packet->tcp.seq - 1, .by_ack = true};
	return true;
}

const struct sn_method sn_method_tcp = {
	.info = {.name = "tcp", .summary = "TCP SYN, half open", .protocol4 = SN_PROTO_TCP, .protocol6 = SN_PROTO_TCP, .takes_port = true,
	         .default_port = SN_TCP_DEFAULT_PORT, .flow_constant = true,
	         .silence = "A TCP port that stays silent may be filtered on either way, or its host may not be there."},
	.secret = {.sport = 15, .ip_id = 16, .seq = 32, .stamp = 16},
	.tag_field = SN_ID_SEQ,
	.tcp_flags = SN_TCP_SYN,
	.once_per_flow = true,
	.build = sn_tcp_probe_build,
	.expect = sn_tcp_probe_expect,
	.key_of_quote = sn_tcp_key_of_quote,
	.key_of_own = key_of_own,
	.key_of_reply = sn_tcp_key_of_reply,
};
