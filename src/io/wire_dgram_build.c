/* SPDX-License-Identifier: MIT */
/* Whole packets rebuilt around what the kernel told of an answer. Everything it did not tell is taken from the probe as the engine built
 * it, and is left out of `seen`. Pure: bytes in, bytes out. */
#include "io/wire_dgram.h"

#include "base/addr.h"
#include "packet/transport.h"

#include <errno.h>
#include <string.h>

/* Offsets within the fixed headers: RFC 791 section 3.1, RFC 8200 section 3. */
struct ip_offsets {
	uint16_t header_bytes;
	uint8_t ttl, src, dst, icmp_protocol;
};
static const struct ip_offsets offsets4 = {.header_bytes = 20, .ttl = 8, .src = 12, .dst = 16, .icmp_protocol = SN_PROTO_ICMP};
static const struct ip_offsets offsets6 = {.header_bytes = 40, .ttl = 7, .src = 8, .dst = 24, .icmp_protocol = SN_PROTO_ICMP6};

/* Offsets within an ICMP message (RFC 792, RFC 4443 section 2.1; echo: section 4), within UDP and TCP headers (RFC 768, RFC 9293
 * section 3.1). */
enum { ICMP_CHECKSUM_AT = 2, ICMP_SECOND_WORD_AT = 4, ICMP_HEADER_BYTES = 8, ECHO_ID_AT = 4, ECHO_SEQ_AT = 6 };
enum { UDP_CHECKSUM_AT = 6, TCP_FLAGS_AT = 13, TCP_CHECKSUM_AT = 16 };
enum { DEST_UNREACH4 = 3, FRAG_NEEDED4 = 4, PARAMETER_PROBLEM4 = 12 };

static const struct ip_offsets *offsets_of(const struct sn_ip *ip)
{
	return ip->version == 4 ? &offsets4 : &offsets6;
}

int sn_dgram_packet_read(const uint8_t *bytes, size_t length_bytes, struct sn_dgram_packet *out)
{
	struct sn_dgram_packet p = {0};
	if (!sn_ip_parse(bytes, length_bytes, &p.ip) || p.ip.total_bytes != length_bytes || length_bytes < p.ip.header_bytes + 8u)
		return EINVAL;
	/* IP options and extension headers would need privilege, or be seen by no router the way the engine wants. */
	if (p.ip.header_bytes != offsets_of(&p.ip)->header_bytes || p.ip.mf || p.ip.fragment_offset_bytes)
		return EPROTONOSUPPORT;
	const uint8_t *upper = bytes + p.ip.header_bytes;
	size_t upper_bytes = length_bytes - p.ip.header_bytes;
	struct sn_udp udp;
	struct sn_tcp tcp;
	struct sn_echo echo;
	if (sn_dgram_is_udp(p.ip.protocol) && sn_udp_parse(upper, upper_bytes, &udp)) {
		p.sport = udp.sport;
		p.dport = udp.dport;
		p.covered_bytes = p.ip.protocol == SN_PROTO_UDPLITE ? udp.length_bytes : 0;
		p.body = upper + SN_UDP_BYTES;
		p.body_bytes = upper_bytes - SN_UDP_BYTES;
	} else if (p.ip.protocol == SN_PROTO_TCP && sn_tcp_parse(upper, upper_bytes, &tcp) && tcp.flags == SN_TCP_SYN) {
		p.sport = tcp.sport;
		p.dport = tcp.dport;
		p.seq = tcp.seq;
	} else if (p.ip.protocol == offsets_of(&p.ip)->icmp_protocol && sn_echo_parse(upper, upper_bytes, &echo)) {
		p.sport = echo.id;
		p.body = upper;
		p.body_bytes = upper_bytes;
	} else {
		return EPROTONOSUPPORT;
	}
	*out = p;
	return 0;
}

/* Adds a run of seen bytes. Beyond SONDE_SEEN_MAX a run is left out: that claims too little, never too much. */
static void see(struct sonde_rx *rx, size_t from_bytes, size_t length_bytes)
{
	if (!length_bytes)
		return;
	struct sonde_span *last = rx->seen_count ? &rx->seen[rx->seen_count - 1] : NULL;
	if (last && (size_t)last->from_bytes + last->length_bytes == from_bytes)
		last->length_bytes = (uint16_t)(last->length_bytes + length_bytes);
	else if (rx->seen_count < SONDE_SEEN_MAX)
		rx->seen[rx->seen_count++] =
			(struct sonde_span){.from_bytes = (uint16_t)from_bytes, .length_bytes = (uint16_t)length_bytes};
}

/* The outer header of an answer whose upper layer has upper_bytes. A TTL that was not told is written as 0, which none arrives with. */
static struct sn_ip write_outer(const struct sn_ip *probe, const struct sonde_addr *from, const struct sn_dgram_message *message,
                                uint8_t protocol, size_t upper_bytes, struct sn_writer *w)
{
	uint16_t header_bytes = offsets_of(probe)->header_bytes;
	struct sn_ip outer = {
		.version = probe->version,
		.protocol = protocol,
		.ttl = message && message->has_ttl ? message->ttl : 0,
		.header_bytes = header_bytes,
		.total_bytes = (uint32_t)(header_bytes + upper_bytes),
		.src = *from,
		.dst = probe->src,
	};
	sn_ip_write(w, &outer);
	return outer;
}

static void see_outer(const struct sn_ip *outer, const struct sn_dgram_message *message, struct sonde_rx *rx)
{
	const struct ip_offsets *at = offsets_of(outer);
	see(rx, at->src, sn_addr_bytes(&outer->src));
	if (message && message->has_ttl)
		see(rx, at->ttl, 1);
}

/* Fills the checksum in, and what rx says of the finished packet. */
static bool finish(const struct sn_ip *outer, size_t checksum_at, struct sn_writer *w, struct sonde_rx *rx)
{
	if (w->bad || w->at_bytes != outer->total_bytes || outer->total_bytes > UINT16_MAX)
		return false;
	const uint8_t *upper = w->bytes + outer->header_bytes;
	sn_write_u16_at(w, outer->header_bytes + checksum_at, sn_transport_checksum(outer, upper, w->at_bytes - outer->header_bytes));
	rx->bytes = w->bytes;
	rx->length_bytes = w->at_bytes;
	rx->rebuilt = true;
	return !w->bad;
}

/* The second word of an ICMP error. Of ICMPv4 the kernel tells the MTU and the pointer, and the RFC 4884 length in its own way; of ICMPv6
 * all of it. quote_header_bytes: what it stripped from the quote. */
static void write_second_word(const struct sn_dgram_message *m, uint8_t version, size_t quote_header_bytes, size_t icmp_at,
                              struct sn_writer *w, struct sonde_rx *rx)
{
	size_t at = icmp_at + ICMP_SECOND_WORD_AT;
	if (version == 6) {
		sn_write_u32(w, m->info);
		see(rx, at, 4);
		return;
	}
	bool has_mtu = m->type == DEST_UNREACH4 && m->code == FRAG_NEEDED4, has_pointer = m->type == PARAMETER_PROBLEM4;
	sn_write_u8(w, has_pointer ? (uint8_t)m->info : 0);
	/* RFC 4884 section 4.1: the length of the quote in 32-bit words. */
	sn_write_u8(w, m->extension_at_bytes ? (uint8_t)((quote_header_bytes + m->extension_at_bytes) / 4) : 0);
	sn_write_u16(w, has_mtu ? (uint16_t)m->info : 0);
	if (has_pointer)
		see(rx, at, 1);
	if (has_mtu)
		see(rx, at + 2, 2);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A run of the kernel's bytes that left this machine otherwise than the engine wrote them, and what stands there instead. */
struct overlay {
	size_t from_bytes, to_bytes; /* of the kernel's bytes */
	size_t probe_bytes;          /* from the engine's packet */
	size_t zero_bytes;           /* padding up to an extension */
};

static size_t overlaid_bytes(const struct sn_dgram_message *m, const struct overlay *o)
{
	return m->length_bytes - (o->to_bytes - o->from_bytes) + o->probe_bytes + o->zero_bytes;
}

/* TCP headers are the kernel's own (port, sequence number, options), an echo id may be. hidden_bytes: of the quote, not told. */
static struct overlay overlay_of(const struct sn_dgram_message *m, const struct sn_ip *probe, size_t hidden_bytes, bool id_kept)
{
	struct overlay o = {0};
	if (probe->protocol == SN_PROTO_TCP) {
		/* Up to the extension, or all of it. */
		size_t quote_bytes = m->extension_at_bytes ? m->extension_at_bytes : SN_DGRAM_COMPATIBLE_AT - hidden_bytes;
		o.to_bytes = least(m->length_bytes, quote_bytes);
		o.probe_bytes = least(o.to_bytes, probe->total_bytes - hidden_bytes);
		o.zero_bytes = o.to_bytes < m->length_bytes ? o.to_bytes - o.probe_bytes : 0;
	} else if (!sn_dgram_is_udp(probe->protocol) && !id_kept) {
		o.from_bytes = least(m->length_bytes, ICMP_CHECKSUM_AT);
		o.to_bytes = least(m->length_bytes, ECHO_SEQ_AT);
		o.probe_bytes = o.to_bytes - o.from_bytes;
	}
	return o;
}

/* The quote: header and, for UDP, ports, length and checksum are not told and taken from the probe; the destination is told. */
static void write_quote(const struct sn_dgram_message *m, const uint8_t *packet, struct sn_ip header, const struct overlay *o,
                        struct sn_writer *w, struct sonde_rx *rx)
{
	size_t quote_at = w->at_bytes;
	const struct ip_offsets *at = offsets_of(&header);
	size_t hidden_bytes = header.header_bytes + (sn_dgram_is_udp(header.protocol) ? SN_UDP_BYTES : 0u);
	bool dst_told = m->quoted_dst.family == header.dst.family;
	if (dst_told)
		header.dst = m->quoted_dst;
	/* No TTL is told either. Whoever reads the packet from a capture, where nothing says what was seen, must not find an oddity. */
	header.ttl = 1;
	sn_ip_write(w, &header);
	sn_write_bytes(w, packet + header.header_bytes, hidden_bytes - header.header_bytes);
	see(rx, w->at_bytes, o->from_bytes);
	sn_write_bytes(w, m->bytes, o->from_bytes);
	sn_write_bytes(w, packet + hidden_bytes + o->from_bytes, o->probe_bytes);
	sn_write_zeros(w, o->zero_bytes);
	see(rx, w->at_bytes, m->length_bytes - o->to_bytes);
	sn_write_bytes(w, m->bytes + o->to_bytes, m->length_bytes - o->to_bytes);
	if (dst_told)
		see(rx, quote_at + at->dst, sn_addr_bytes(&header.dst));
}

bool sn_dgram_build_icmp(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, bool id_kept,
                         struct sn_writer *out, struct sonde_rx *rx)
{
	struct sn_dgram_packet probe;
	if (sn_dgram_packet_read(packet, length_bytes, &probe) != 0 || message->from.family != probe.ip.version)
		return false;
	size_t hidden_bytes = probe.ip.header_bytes + (sn_dgram_is_udp(probe.ip.protocol) ? SN_UDP_BYTES : 0u);
	struct overlay o = overlay_of(message, &probe.ip, hidden_bytes, id_kept);
	size_t upper_bytes = ICMP_HEADER_BYTES + hidden_bytes + overlaid_bytes(message, &o);
	struct sn_ip outer = write_outer(&probe.ip, &message->from, message, offsets_of(&probe.ip)->icmp_protocol, upper_bytes, out);
	see_outer(&outer, message, rx);
	size_t icmp_at = out->at_bytes;
	sn_write_u8(out, message->type);
	sn_write_u8(out, message->code);
	sn_write_u16(out, 0);
	see(rx, icmp_at, 2);
	write_second_word(message, probe.ip.version, hidden_bytes, icmp_at, out, rx);
	write_quote(message, packet, probe.ip, &o, out, rx);
	return finish(&outer, ICMP_CHECKSUM_AT, out, rx);
}

bool sn_dgram_build_echo(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, bool id_kept,
                         struct sn_writer *out, struct sonde_rx *rx)
{
	struct sn_dgram_packet probe;
	if (sn_dgram_packet_read(packet, length_bytes, &probe) != 0 || message->from.family != probe.ip.version ||
		message->length_bytes < SN_ECHO_BYTES)
		return false;
	struct sn_ip outer = write_outer(&probe.ip, &message->from, message, probe.ip.protocol, message->length_bytes, out);
	see_outer(&outer, message, rx);
	size_t icmp_at = out->at_bytes;
	sn_write_bytes(out, message->bytes, message->length_bytes);
	if (id_kept) {
		see(rx, icmp_at, message->length_bytes);
	} else {
		sn_write_u16_at(out, icmp_at + ECHO_ID_AT, probe.sport);
		see(rx, icmp_at, ICMP_CHECKSUM_AT);
		see(rx, icmp_at + ECHO_SEQ_AT, message->length_bytes - ECHO_SEQ_AT);
	}
	return finish(&outer, ICMP_CHECKSUM_AT, out, rx);
}

bool sn_dgram_build_udp(const struct sn_dgram_message *message, const uint8_t *packet, size_t length_bytes, struct sn_writer *out,
                        struct sonde_rx *rx)
{
	struct sn_dgram_packet probe;
	if (sn_dgram_packet_read(packet, length_bytes, &probe) != 0 || message->from.family != probe.ip.version)
		return false;
	size_t upper_bytes = SN_UDP_BYTES + message->length_bytes;
	struct sn_ip outer = write_outer(&probe.ip, &message->from, message, probe.ip.protocol, upper_bytes, out);
	see_outer(&outer, message, rx);
	size_t udp_at = out->at_bytes;
	struct sn_udp udp = {.sport = probe.dport, .dport = probe.sport, .length_bytes = (uint16_t)upper_bytes};
	sn_udp_write(out, &udp);
	sn_write_bytes(out, message->bytes, message->length_bytes);
	see(rx, udp_at, 2);
	see(rx, udp_at + SN_UDP_BYTES, message->length_bytes);
	return finish(&outer, UDP_CHECKSUM_AT, out, rx);
}

bool sn_dgram_build_tcp(uint8_t flags, const uint8_t *packet, size_t length_bytes, struct sn_writer *out, struct sonde_rx *rx)
{
	struct sn_dgram_packet probe;
	if (sn_dgram_packet_read(packet, length_bytes, &probe) != 0)
		return false;
	struct sn_ip outer = write_outer(&probe.ip, &probe.ip.dst, NULL, SN_PROTO_TCP, SN_TCP_MIN_BYTES, out);
	see_outer(&outer, NULL, rx);
	size_t tcp_at = out->at_bytes;
	/* The kernel accepts nothing else: an acknowledgement of exactly the SYN, which takes one number (RFC 9293 section 3.4). */
	struct sn_tcp tcp = {
		.sport = probe.dport, .dport = probe.sport, .ack = probe.seq + 1, .header_bytes = SN_TCP_MIN_BYTES, .flags = flags};
	sn_tcp_write(out, &tcp, NULL);
	see(rx, tcp_at, 2);
	see(rx, tcp_at + TCP_FLAGS_AT, 1);
	return finish(&outer, TCP_CHECKSUM_AT, out, rx);
}
