/* SPDX-License-Identifier: MIT */
/* Packets from bytes, by the drawings of the RFCs. */
#include "packets.h"

#include <stdlib.h>
#include <string.h>

static void put8(struct made_packet *p, unsigned value)
{
	if (p->count >= PACKET_MAX_BYTES)
		abort();
	p->bytes[p->count++] = (uint8_t)value;
}

static void put16(struct made_packet *p, unsigned value)
{
	put8(p, value >> 8 & 0xff);
	put8(p, value & 0xff);
}

static void put32(struct made_packet *p, uint32_t value)
{
	put16(p, value >> 16);
	put16(p, value & 0xffff);
}

static void put_fill(struct made_packet *p, unsigned first, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put8(p, (unsigned)(first + i) & 0xff);
}

static void set16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* The plainest Internet checksum: byte for byte, folding each time. */
static unsigned plain_sum(unsigned sum, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sum += i % 2 ? bytes[i] : bytes[i] * 256u;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return sum;
}

static unsigned plain_checksum(unsigned sum)
{
	return 0xffff - sum;
}

static void put_ip4(struct made_packet *p, const struct made_ip *ip, uint8_t protocol, size_t upper_bytes)
{
	size_t header_bytes = 20 + ip->option_words * 4u;
	put8(p, 0x40 + (unsigned)header_bytes / 4);
	put8(p, ip->tos);
	put16(p, (unsigned)(header_bytes + upper_bytes));
	put16(p, ip->id);
	put16(p, ip->df ? 0x4000 : 0);
	put8(p, ip->ttl);
	put8(p, protocol);
	put16(p, 0);
	put32(p, 0xc0000200u | (ip->src_host ? ip->src_host : 1));
	put32(p, 0xc6336400u | (ip->dst_host ? ip->dst_host : 2));
	for (size_t i = 0; i < ip->option_words * 4u; i++)
		put8(p, 1);
	set16(p->bytes + 10, plain_checksum(plain_sum(0, p->bytes, header_bytes)));
}

static size_t chain_bytes(const struct made_ip *ip)
{
	size_t bytes = 0;
	for (size_t i = 0; i < ip->chain_count; i++)
		bytes += ip->chain[i] == 51 ? 12 : 8;
	return bytes;
}

/* Bytes 2 to 7 are a PadN option or its like: 1 4 0 0 0 0. A fragment header so reads as offset 0x0100, so it gets zeros: "atomic". */
static void put_extension(struct made_packet *p, uint8_t type, uint8_t next)
{
	put8(p, next);
	put8(p, type == 51 ? 1 : 0);  /* AH: 12 bytes are 3 words, minus 2 */
	put16(p, type == 44 || type == 43 ? 0 : 0x0104);
	put32(p, 0);
	if (type == 51)
		put32(p, 0x01020304);
}

static void put_addr6(struct made_packet *p, unsigned host)
{
	put32(p, 0x20010db8);
	put32(p, 0);
	put32(p, 0);
	put32(p, host);
}

static void put_ip6(struct made_packet *p, const struct made_ip *ip, uint8_t protocol, size_t upper_bytes)
{
	put32(p, 0x60000000u | (uint32_t)ip->tos << 20 | ip->flow_label);
	put16(p, (unsigned)(chain_bytes(ip) + upper_bytes));
	put8(p, ip->chain_count ? ip->chain[0] : protocol);
	put8(p, ip->ttl);
	put_addr6(p, ip->src_host ? ip->src_host : 1);
	put_addr6(p, ip->dst_host ? ip->dst_host : 2);
	for (size_t i = 0; i < ip->chain_count; i++)
		put_extension(p, ip->chain[i], i + 1 < ip->chain_count ? ip->chain[i + 1] : protocol);
}

static void put_ip(struct made_packet *p, const struct made_ip *ip, uint8_t protocol, size_t upper_bytes)
{
	*p = (struct made_packet){.protocol = protocol};
	if (ip->version == 4)
		put_ip4(p, ip, protocol, upper_bytes);
	else
		put_ip6(p, ip, protocol, upper_bytes);
	p->upper_at = p->count;
}

/* CRC32c bit by bit (RFC 9260 appendix A), written lowest byte first. */
static void set_crc(uint8_t *upper, size_t upper_bytes)
{
	uint32_t crc = 0xffffffffu;
	for (size_t i = 0; i < 4; i++)
		upper[8 + i] = 0;
	for (size_t bit = 0; bit < upper_bytes * 8; bit++) {
		uint32_t low = (crc ^ upper[bit / 8] >> bit % 8) & 1;
		crc = crc >> 1 ^ (low ? 0x82f63b78u : 0);
	}
	for (size_t i = 0; i < 4; i++)
		upper[8 + i] = (uint8_t)(~crc >> 8 * i);
}

static size_t checksum_at(uint8_t protocol)
{
	bool like_udp = protocol == 17 || protocol == 136 || protocol == 33;
	return protocol == 6 ? 16 : like_udp ? 6 : 2;
}

void made_rechecksum(struct made_packet *p)
{
	uint8_t protocol = p->protocol, *upper = p->bytes + p->upper_at;
	size_t upper_bytes = p->count - p->upper_at;
	size_t at = checksum_at(protocol);
	if (protocol == 132) {
		set_crc(upper, upper_bytes);
		return;
	}
	set16(upper + at, 0);
	unsigned sum = 0;
	if (protocol != 1) {
		size_t addr_at = p->bytes[0] >> 4 == 4 ? 12 : 8, addrs_bytes = p->bytes[0] >> 4 == 4 ? 8 : 32;
		uint8_t tail[4] = {0, protocol, (uint8_t)(upper_bytes >> 8), (uint8_t)upper_bytes};
		sum = plain_sum(plain_sum(sum, p->bytes + addr_at, addrs_bytes), tail, sizeof tail);
	}
	unsigned checksum = plain_checksum(plain_sum(sum, upper, upper_bytes));
	set16(upper + at, (protocol == 17 || protocol == 136) && checksum == 0 ? 0xffff : checksum);
}

static bool is_six(const struct made_ip *ip)
{
	return ip->version == 6;
}

void made_echo(struct made_packet *out, const struct made_ip *ip, uint8_t type, uint16_t id, uint16_t seq, size_t payload_bytes)
{
	put_ip(out, ip, is_six(ip) ? 58 : 1, 8 + payload_bytes);
	put8(out, type);
	put8(out, 0);
	put16(out, 0);
	put16(out, id);
	put16(out, seq);
	put_fill(out, 0xa0, payload_bytes);
	made_rechecksum(out);
}

void made_upper(struct made_packet *out, const struct made_ip *ip, uint8_t protocol, const uint8_t *bytes, size_t count)
{
	put_ip(out, ip, protocol, count);
	for (size_t i = 0; i < count; i++)
		put8(out, bytes[i]);
}

void made_udp(struct made_packet *out, const struct made_ip *ip, uint16_t sport, uint16_t dport, size_t payload_bytes)
{
	put_ip(out, ip, 17, 8 + payload_bytes);
	put16(out, sport);
	put16(out, dport);
	put16(out, (unsigned)(8 + payload_bytes));
	put16(out, 0);
	put_fill(out, 0xa0, payload_bytes);
	made_rechecksum(out);
}

void made_tcp(struct made_packet *out, const struct made_ip *ip, uint16_t sport, uint16_t dport, const struct made_tcp *tcp,
	size_t payload_bytes)
{
	unsigned header_bytes = 20u + tcp->options_bytes;
	put_ip(out, ip, 6, header_bytes + payload_bytes);
	put16(out, sport);
	put16(out, dport);
	put32(out, tcp->seq);
	put32(out, tcp->ack);
	put8(out, header_bytes / 4 * 16);
	put8(out, tcp->flags);
	put16(out, 64240);
	put32(out, 0);
	for (size_t i = 0; i < tcp->options_bytes; i++)
		put8(out, tcp->options[i]);
	put_fill(out, 0xa0, payload_bytes);
	made_rechecksum(out);
}

static size_t round_up(size_t bytes, size_t unit)
{
	return (bytes + unit - 1) / unit * unit;
}

static unsigned length_attribute(enum made_frame_length length, size_t padded_bytes, size_t unit)
{
	switch (length) {
	case FRAME_LENGTH_PRESENT:
		return (unsigned)(padded_bytes / unit);
	case FRAME_LENGTH_ABSENT:
		return 0;
	case FRAME_LENGTH_SHORT:
		return (unsigned)(64 / unit);
	case FRAME_LENGTH_LONG:
		return 255;
	}
	return 0;
}

/* RFC 4884 section 7: header and one object of an unassigned class, so that nothing depends on what it holds. */
static void put_frame(struct made_packet *p, const struct made_frame *frame)
{
	size_t start = p->count;
	put16(p, 0x2000);
	put16(p, 0);
	if (frame->objects) {
		for (size_t i = 0; i < frame->objects_bytes; i++)
			put8(p, frame->objects[i]);
	} else {
		put16(p, (unsigned)(4 + frame->object_bytes));
		put16(p, 0xf701);
		put_fill(p, 0x10, frame->object_bytes);
	}
	unsigned checksum = plain_checksum(plain_sum(0, p->bytes + start, p->count - start));
	if (frame->checksum == FRAME_CHECKSUM_RIGHT)
		set16(p->bytes + start + 2, checksum);
	else if (frame->checksum == FRAME_CHECKSUM_WRONG)
		set16(p->bytes + start + 2, checksum ^ 0x5555);
}

void made_error(struct made_packet *out, const struct made_ip *ip, const struct made_error *error, const struct made_packet *quoted)
{
	size_t unit = is_six(ip) ? 8 : 4, quote_bytes = error->quote_bytes < quoted->count ? error->quote_bytes : quoted->count;
	size_t padded_bytes = quote_bytes, frame_bytes = 0;
	if (error->frame) {
		padded_bytes = quote_bytes < 128 ? 128 : round_up(quote_bytes, unit);
		frame_bytes = error->frame->objects ? 4 + error->frame->objects_bytes : 8 + error->frame->object_bytes;
	}
	put_ip(out, ip, is_six(ip) ? 58 : 1, 8 + padded_bytes + frame_bytes);
	put8(out, error->type);
	put8(out, error->code);
	put16(out, 0);
	put32(out, error->rest);
	if (error->frame)
		out->bytes[out->upper_at + (is_six(ip) ? 4 : 5)] = (uint8_t)length_attribute(error->frame->length, padded_bytes, unit);
	for (size_t i = 0; i < padded_bytes; i++)
		put8(out, i < quote_bytes ? quoted->bytes[i] : 0);
	if (error->frame)
		put_frame(out, error->frame);
	made_rechecksum(out);
}

uint8_t *made_exact(const uint8_t *bytes, size_t count)
{
	uint8_t *copy = malloc(count ? count : 1);
	if (!copy)
		abort();
	if (count)
		memcpy(copy, bytes, count);
	return copy;
}
