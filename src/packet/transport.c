/* SPDX-License-Identifier: MIT */
/* UDP, TCP and ICMP echo headers, and the checksums of all upper layers. */
#include "packet/transport.h"

#include "base/checksum.h"

enum { TCP_OPTION_END, TCP_OPTION_NOP, TCP_OPTION_MSS, TCP_OPTION_WSCALE, TCP_OPTION_SACK_PERMITTED, TCP_OPTION_TIMESTAMPS = 8 };

bool sn_udp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_udp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_udp){0};
	out->sport = sn_read_u16(&r);
	out->dport = sn_read_u16(&r);
	out->length_bytes = sn_read_u16(&r);
	out->checksum = sn_read_u16(&r);
	return !r.bad;
}

bool sn_echo_parse(const uint8_t *bytes, size_t length_bytes, struct sn_echo *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_echo){0};
	out->type = sn_read_u8(&r);
	out->code = sn_read_u8(&r);
	out->checksum = sn_read_u16(&r);
	out->id = sn_read_u16(&r);
	out->seq = sn_read_u16(&r);
	return !r.bad;
}

static void take_option(struct sn_tcp *out, uint8_t kind, struct sn_reader *body)
{
	size_t length = sn_reader_left(body);
	if (kind == TCP_OPTION_MSS && length == 2) {
		out->has_mss = true;
		out->mss = sn_read_u16(body);
	} else if (kind == TCP_OPTION_WSCALE && length == 1) {
		out->has_wscale = true;
		out->wscale = sn_read_u8(body);
	} else if (kind == TCP_OPTION_SACK_PERMITTED && length == 0) {
		out->sack_permitted = true;
	} else if (kind == TCP_OPTION_TIMESTAMPS && length == 8) {
		out->has_timestamps = true;
		out->ts_value = sn_read_u32(body);
		out->ts_echo = sn_read_u32(body);
	}
}

/* RFC 9293 section 3.1: kind, length (itself and kind included), body; each step consumes at least one byte. */
static void parse_options(struct sn_tcp *out, const uint8_t *bytes, size_t count, bool cut)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, count);
	while (sn_reader_left(&r) > 0) {
		uint8_t kind = sn_read_u8(&r);
		if (kind == TCP_OPTION_END)
			return;
		if (kind == TCP_OPTION_NOP)
			continue;
		uint8_t length = sn_read_u8(&r);
		const uint8_t *body = length >= 2 ? sn_read_view(&r, length - 2u) : NULL;
		if (!body || r.bad) {
			/* In a quote that ends within the options this is no fault of the sender. */
			out->odd |= cut && length != 1 ? 0 : SN_ODD_OPTIONS;
			return;
		}
		struct sn_reader inner;
		sn_reader_init(&inner, body, length - 2u);
		take_option(out, kind, &inner);
	}
}

bool sn_tcp_parse(const uint8_t *bytes, size_t length_bytes, struct sn_tcp *out)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes, length_bytes);
	*out = (struct sn_tcp){0};
	out->sport = sn_read_u16(&r);
	out->dport = sn_read_u16(&r);
	out->seq = sn_read_u32(&r);
	if (r.bad)
		return false;
	out->seen_bytes = (uint8_t)(length_bytes < SN_TCP_MIN_BYTES ? length_bytes : SN_TCP_MIN_BYTES);
	out->ack = sn_read_u32(&r);
	uint8_t offset = sn_read_u8(&r);
	out->flags = sn_read_u8(&r);
	out->window = sn_read_u16(&r);
	out->checksum = sn_read_u16(&r);
	out->urgent = sn_read_u16(&r);
	out->header_bytes = (uint8_t)((offset >> 4) * 4);
	if (r.bad)
		return true;
	if (out->header_bytes < SN_TCP_MIN_BYTES) {
		out->odd |= SN_ODD_OPTIONS;
		return true;
	}
	size_t there = length_bytes < out->header_bytes ? length_bytes : out->header_bytes;
	out->seen_bytes = (uint8_t)there;
	parse_options(out, bytes + SN_TCP_MIN_BYTES, there - SN_TCP_MIN_BYTES, there < out->header_bytes);
	return true;
}

void sn_udp_write(struct sn_writer *w, const struct sn_udp *udp)
{
	sn_write_u16(w, udp->sport);
	sn_write_u16(w, udp->dport);
	sn_write_u16(w, udp->length_bytes);
	sn_write_u16(w, udp->checksum);
}

void sn_echo_write(struct sn_writer *w, const struct sn_echo *echo)
{
	sn_write_u8(w, echo->type);
	sn_write_u8(w, echo->code);
	sn_write_u16(w, echo->checksum);
	sn_write_u16(w, echo->id);
	sn_write_u16(w, echo->seq);
}

void sn_tcp_write(struct sn_writer *w, const struct sn_tcp *tcp, const uint8_t *options)
{
	sn_write_u16(w, tcp->sport);
	sn_write_u16(w, tcp->dport);
	sn_write_u32(w, tcp->seq);
	sn_write_u32(w, tcp->ack);
	sn_write_u8(w, (uint8_t)(tcp->header_bytes / 4 << 4));
	sn_write_u8(w, tcp->flags);
	sn_write_u16(w, tcp->window);
	sn_write_u16(w, tcp->checksum);
	sn_write_u16(w, tcp->urgent);
	if (tcp->header_bytes > SN_TCP_MIN_BYTES)
		sn_write_bytes(w, options, tcp->header_bytes - (size_t)SN_TCP_MIN_BYTES);
}

/* Where the checksum stands in an upper layer, 0: it has none that we know. */
static size_t checksum_at(uint8_t protocol)
{
	return protocol == SN_PROTO_UDP ? 6 : protocol == SN_PROTO_TCP ? 16 : protocol == SN_PROTO_ICMP || protocol == SN_PROTO_ICMP6 ? 2 : 0;
}

static uint32_t pseudo(const struct sn_ip *ip, size_t length_bytes)
{
	return ip->protocol == SN_PROTO_ICMP ? 0 : sn_sum_pseudo(&ip->src, &ip->dst, ip->protocol, (uint32_t)length_bytes);
}

uint16_t sn_transport_checksum(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes)
{
	size_t at = checksum_at(ip->protocol);
	if (at == 0 || length_bytes < at + 2)
		return 0;
	uint32_t sum = sn_sum_bytes(pseudo(ip, length_bytes), bytes, at);
	uint16_t checksum = sn_sum_finish(sn_sum_bytes(sum, bytes + at + 2, length_bytes - at - 2));
	/* RFC 768: zero means "none", so that a computed zero goes as all ones. */
	return ip->protocol == SN_PROTO_UDP && checksum == 0 ? 0xffff : checksum;
}

enum sn_checksum_state sn_transport_verify(const struct sn_ip *ip, const uint8_t *bytes, size_t length_bytes)
{
	size_t at = checksum_at(ip->protocol);
	if (at == 0 || length_bytes < at + 2 || ip->odd & (SN_ODD_FRAGMENT | SN_ODD_TRUNCATED | SN_ODD_LENGTH))
		return SN_CHECKSUM_NONE;
	uint16_t there = (uint16_t)(bytes[at] << 8 | bytes[at + 1]);
	if (ip->protocol == SN_PROTO_UDP && there == 0)
		/* Allowed over IPv4 only (RFC 8200 section 8.1). */
		return ip->version == 4 ? SN_CHECKSUM_NONE : SN_CHECKSUM_BAD;
	if (sn_sum_fold(sn_sum_bytes(pseudo(ip, length_bytes), bytes, length_bytes)) == 0xffff)
		return SN_CHECKSUM_GOOD;
	bool can_offload = ip->protocol == SN_PROTO_TCP || ip->protocol == SN_PROTO_UDP;
	return can_offload && there == sn_sum_fold(pseudo(ip, length_bytes)) ? SN_CHECKSUM_OFFLOADED : SN_CHECKSUM_BAD;
}
