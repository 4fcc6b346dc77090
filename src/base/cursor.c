/* SPDX-License-Identifier: MIT */
/* Bounds-checked reading and writing of bytes. Knows nothing of any packet. */
#include "base/cursor.h"

#include <string.h>

void sn_reader_init(struct sn_reader *r, const uint8_t *bytes, size_t length_bytes)
{
	*r = (struct sn_reader){.bytes = bytes, .length_bytes = length_bytes};
}

size_t sn_reader_left(const struct sn_reader *r)
{
	return r->length_bytes - r->at_bytes;
}

const uint8_t *sn_read_view(struct sn_reader *r, size_t count)
{
	if (r->bad || count > sn_reader_left(r)) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *view = r->bytes + r->at_bytes;
	r->at_bytes += count;
	return view;
}

static uint64_t read_be(struct sn_reader *r, size_t count)
{
	const uint8_t *view = sn_read_view(r, count);
	uint64_t value = 0;
	for (size_t i = 0; view && i < count; i++)
		value = value << 8 | view[i];
	return value;
}

uint8_t sn_read_u8(struct sn_reader *r)
{
	return (uint8_t)read_be(r, 1);
}

uint16_t sn_read_u16(struct sn_reader *r)
{
	return (uint16_t)read_be(r, 2);
}

uint32_t sn_read_u32(struct sn_reader *r)
{
	return (uint32_t)read_be(r, 4);
}

uint64_t sn_read_u64(struct sn_reader *r)
{
	return read_be(r, 8);
}

void sn_read_bytes(struct sn_reader *r, uint8_t *out, size_t count)
{
	const uint8_t *view = sn_read_view(r, count);
	if (view)
		memcpy(out, view, count);
	else
		memset(out, 0, count);
}

void sn_read_skip(struct sn_reader *r, size_t count)
{
	(void)sn_read_view(r, count);
}

void sn_writer_init(struct sn_writer *w, uint8_t *bytes, size_t capacity_bytes)
{
	*w = (struct sn_writer){.bytes = bytes, .capacity_bytes = capacity_bytes};
}

static uint8_t *claim(struct sn_writer *w, size_t count)
{
	if (w->bad || count > w->capacity_bytes - w->at_bytes) {
		w->bad = true;
		return NULL;
	}
	uint8_t *at = w->bytes + w->at_bytes;
	w->at_bytes += count;
	return at;
}

static void write_be(struct sn_writer *w, uint64_t value, size_t count)
{
	uint8_t *at = claim(w, count);
	for (size_t i = count; at && i > 0; i--) {
		at[i - 1] = (uint8_t)value;
		value >>= 8;
	}
}

void sn_write_u8(struct sn_writer *w, uint8_t value)
{
	write_be(w, value, 1);
}

void sn_write_u16(struct sn_writer *w, uint16_t value)
{
	write_be(w, value, 2);
}

void sn_write_u32(struct sn_writer *w, uint32_t value)
{
	write_be(w, value, 4);
}

void sn_write_u64(struct sn_writer *w, uint64_t value)
{
	write_be(w, value, 8);
}

void sn_write_bytes(struct sn_writer *w, const uint8_t *bytes, size_t count)
{
	uint8_t *at = claim(w, count);
	if (at && count)
		memcpy(at, bytes, count);
}

void sn_write_zeros(struct sn_writer *w, size_t count)
{
	uint8_t *at = claim(w, count);
	if (at && count)
		memset(at, 0, count);
}

void sn_write_u16_at(struct sn_writer *w, size_t at_bytes, uint16_t value)
{
	if (w->bad || w->at_bytes < 2 || at_bytes > w->at_bytes - 2) {
		w->bad = true;
		return;
	}
	w->bytes[at_bytes] = (uint8_t)(value >> 8);
	w->bytes[at_bytes + 1] = (uint8_t)value;
}
