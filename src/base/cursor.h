/* SPDX-License-Identifier: MIT */
/* The only two ways to touch packet bytes: a reader and a writer, each with a sticky failure flag. Defined here, so that compilers fold
 * their checks: every field of every packet goes through them. */
#ifndef SN_BASE_CURSOR_H
#define SN_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Reads big-endian fields from borrowed bytes. Past the end every read gives zero and sets `bad`; check it once at the end. */
struct sn_reader {
	const uint8_t *bytes;
	size_t length_bytes;
	size_t at_bytes;
	bool bad;
};

static inline void sn_reader_init(struct sn_reader *r, const uint8_t *bytes, size_t length_bytes)
{
	*r = (struct sn_reader){.bytes = bytes, .length_bytes = length_bytes};
}

static inline size_t sn_reader_left(const struct sn_reader *r)
{
	return r->length_bytes - r->at_bytes;
}

/* A view of the next count bytes, NULL (and bad) where there are too few. */
static inline const uint8_t *sn_read_view(struct sn_reader *r, size_t count)
{
	if (r->bad || count > sn_reader_left(r)) {
		r->bad = true;
		return NULL;
	}
	const uint8_t *view = r->bytes + r->at_bytes;
	r->at_bytes += count;
	return view;
}

static inline uint8_t sn_read_u8(struct sn_reader *r)
{
	const uint8_t *b = sn_read_view(r, 1);
	return b ? b[0] : 0;
}

static inline uint16_t sn_read_u16(struct sn_reader *r)
{
	const uint8_t *b = sn_read_view(r, 2);
	return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}

static inline uint32_t sn_read_u32(struct sn_reader *r)
{
	const uint8_t *b = sn_read_view(r, 4);
	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

static inline uint64_t sn_read_u64(struct sn_reader *r)
{
	/* Read whole or not at all: half a field must not look like a value. */
	const uint8_t *b = sn_read_view(r, 8);
	uint64_t value = 0;
	for (int i = 0; b && i < 8; i++)
		value = value << 8 | b[i];
	return value;
}

/* Copies count bytes, zeroes where there are too few. */
static inline void sn_read_bytes(struct sn_reader *r, uint8_t *out, size_t count)
{
	const uint8_t *view = sn_read_view(r, count);
	if (view)
		memcpy(out, view, count);
	else
		memset(out, 0, count);
}

static inline void sn_read_skip(struct sn_reader *r, size_t count)
{
	(void)sn_read_view(r, count);
}

/* Writes big-endian fields into borrowed memory. Past the end nothing is written and `bad` is set. */
struct sn_writer {
	uint8_t *bytes;
	size_t capacity_bytes;
	size_t at_bytes;
	bool bad;
};

static inline void sn_writer_init(struct sn_writer *w, uint8_t *bytes, size_t capacity_bytes)
{
	*w = (struct sn_writer){.bytes = bytes, .capacity_bytes = capacity_bytes};
}

/* Room for the next count bytes, NULL (and bad) where there is none. */
static inline uint8_t *sn_write_claim(struct sn_writer *w, size_t count)
{
	if (w->bad || count > w->capacity_bytes - w->at_bytes) {
		w->bad = true;
		return NULL;
	}
	uint8_t *at = w->bytes + w->at_bytes;
	w->at_bytes += count;
	return at;
}

static inline void sn_write_be(struct sn_writer *w, uint64_t value, size_t count)
{
	uint8_t *at = sn_write_claim(w, count);
	for (size_t i = count; at && i > 0; i--) {
		at[i - 1] = (uint8_t)value;
		value >>= 8;
	}
}

static inline void sn_write_u8(struct sn_writer *w, uint8_t value)
{
	sn_write_be(w, value, 1);
}

static inline void sn_write_u16(struct sn_writer *w, uint16_t value)
{
	sn_write_be(w, value, 2);
}

static inline void sn_write_u32(struct sn_writer *w, uint32_t value)
{
	sn_write_be(w, value, 4);
}

static inline void sn_write_u64(struct sn_writer *w, uint64_t value)
{
	sn_write_be(w, value, 8);
}

static inline void sn_write_bytes(struct sn_writer *w, const uint8_t *bytes, size_t count)
{
	uint8_t *at = sn_write_claim(w, count);
	if (at && count)
		memcpy(at, bytes, count);
}

static inline void sn_write_zeros(struct sn_writer *w, size_t count)
{
	uint8_t *at = sn_write_claim(w, count);
	if (at && count)
		memset(at, 0, count);
}

/* Overwrites an earlier 16-bit field; bad where it was not written yet. */
static inline void sn_write_u16_at(struct sn_writer *w, size_t at_bytes, uint16_t value)
{
	if (w->bad || w->at_bytes < 2 || at_bytes > w->at_bytes - 2) {
		w->bad = true;
		return;
	}
	w->bytes[at_bytes] = (uint8_t)(value >> 8);
	w->bytes[at_bytes + 1] = (uint8_t)value;
}

#endif
