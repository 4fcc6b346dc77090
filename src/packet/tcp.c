/* SPDX-License-Identifier: MIT */
/* The TCP header and the options that a SYN carries (RFC 9293 section 3.1, RFC 7323, RFC 2018), cut anywhere behind the eighth byte. */
#include "packet/transport.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	OPTION_SACK_PERMITTED = 4,
	OPTION_TIMESTAMPS = 8,
};

/* Reads the value of one option, `value_bytes` long. False: its length is not the one its kind has. */
static bool option_read(struct sn_reader *r, uint8_t kind, size_t value_bytes, struct sn_tcp *out)
{
	switch (kind) {
	case OPTION_MSS:
		out->has_mss = value_bytes == 2;
		out->mss = out->has_mss ? sn_read_u16(r) : 0;
		return out->has_mss;
	case OPTION_WSCALE:
		out->has_wscale = value_bytes == 1;
		out->wscale = out->has_wscale ? sn_read_u8(r) : 0;
		return out->has_wscale;
	case OPTION_SACK_PERMITTED:
		out->sack_permitted = value_bytes == 0;
		return out->sack_permitted;
	case OPTION_TIMESTAMPS:
		out->has_timestamps = value_bytes == 8;
		out->ts_value = out->has_timestamps ? sn_read_u32(r) : 0;
		out->ts_echo = out->has_timestamps ? sn_read_u32(r) : 0;
		return out->has_timestamps;
	default:
		sn_read_skip(r, value_bytes);
		return true;
	}
}

/* Walks the options that were seen (RFC 9293 section 3.1: at most 40 bytes). unseen_bytes of them were cut off behind the reader's end:
 * an option that runs into those is cut, one that runs beyond them is broken. */
static void options_parse(struct sn_reader *r, size_t unseen_bytes, struct sn_tcp *out)
{
	while (sn_reader_left(r) > 0) {
		uint8_t kind = sn_read_u8(r);
		if (kind == OPTION_END)
			return;
		if (kind == OPTION_NOP)
			continue;
		if (sn_reader_left(r) == 0 && unseen_bytes > 0)
			return;
		uint8_t option_bytes = sn_read_u8(r);
		size_t value_bytes = option_bytes < 2 ? 0 : option_bytes - 2u;
		size_t left_bytes = sn_reader_left(r);
		if (r->bad || option_bytes < 2 || value_bytes > left_bytes + unseen_bytes) {
			out->odd |= SN_ODD_OPTIONS;
			return;
		}
		if (value_bytes > left_bytes)
			return;
		if (!option_read(r, kind, value_bytes, out)) {
			out->odd |= SN_ODD_OPTIONS;
			return;
		}
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
	/* From here on a field that was cut off reads as zero. */
	out->ack = sn_read_u32(&r);
	out->header_bytes = (uint8_t)((sn_read_u8(&r) >> 4) * 4);
	out->flags = sn_read_u8(&r);
	out->window = sn_read_u16(&r);
	out->checksum = sn_read_u16(&r);
	out->urgent = sn_read_u16(&r);
	if (r.bad || out->header_bytes < SN_TCP_MIN_BYTES) {
		out->seen_bytes = (uint8_t)(length_bytes < SN_TCP_MIN_BYTES ? length_bytes : SN_TCP_MIN_BYTES);
		if (length_bytes > 12 && out->header_bytes < SN_TCP_MIN_BYTES)
			out->odd |= SN_ODD_OPTIONS;
		return true;
	}
	out->seen_bytes = (uint8_t)(length_bytes < out->header_bytes ? length_bytes : out->header_bytes);
	sn_reader_init(&r, bytes + SN_TCP_MIN_BYTES, out->seen_bytes - (size_t)SN_TCP_MIN_BYTES);
	options_parse(&r, (size_t)out->header_bytes - out->seen_bytes, out);
	return true;
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
	if (options && tcp->header_bytes > SN_TCP_MIN_BYTES)
		sn_write_bytes(w, options, (size_t)tcp->header_bytes - SN_TCP_MIN_BYTES);
}
