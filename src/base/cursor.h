/* SPDX-License-Identifier: MIT */
/* The only two ways to touch packet bytes: a reader and a writer, each with a sticky failure flag. */
#ifndef SN_BASE_CURSOR_H
#define SN_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads big-endian fields from borrowed bytes. Past the end every read gives zero and sets `bad`; check it once at the end. */
struct sn_reader {
	const uint8_t *bytes;
	size_t length_bytes;
	size_t at_bytes;
	bool bad;
};

void sn_reader_init(struct sn_reader *r, const uint8_t *bytes, size_t length_bytes);
size_t sn_reader_left(const struct sn_reader *r);
uint8_t sn_read_u8(struct sn_reader *r);
uint16_t sn_read_u16(struct sn_reader *r);
uint32_t sn_read_u32(struct sn_reader *r);
uint64_t sn_read_u64(struct sn_reader *r);
/* Copies count bytes, zeroes where there are too few. */
void sn_read_bytes(struct sn_reader *r, uint8_t *out, size_t count);
/* A view of the next count bytes, NULL (and bad) where there are too few. */
const uint8_t *sn_read_view(struct sn_reader *r, size_t count);
void sn_read_skip(struct sn_reader *r, size_t count);

/* Writes big-endian fields into borrowed memory. Past the end nothing is written and `bad` is set. */
struct sn_writer {
	uint8_t *bytes;
	size_t capacity_bytes;
	size_t at_bytes;
	bool bad;
};

void sn_writer_init(struct sn_writer *w, uint8_t *bytes, size_t capacity_bytes);
void sn_write_u8(struct sn_writer *w, uint8_t value);
void sn_write_u16(struct sn_writer *w, uint16_t value);
void sn_write_u32(struct sn_writer *w, uint32_t value);
void sn_write_u64(struct sn_writer *w, uint64_t value);
void sn_write_bytes(struct sn_writer *w, const uint8_t *bytes, size_t count);
void sn_write_zeros(struct sn_writer *w, size_t count);
/* Overwrites an earlier 16-bit field; bad where it was not written yet. */
void sn_write_u16_at(struct sn_writer *w, size_t at_bytes, uint16_t value);

#endif
