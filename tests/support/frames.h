/* SPDX-License-Identifier: MIT */
/* Extension structures worked out by hand from the figures of their RFCs: what decoders and fuzzers start from. */
#ifndef SONDE_TESTS_FRAMES_H
#define SONDE_TESTS_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* The objects, without the structure's header. */
struct frame_vector {
	const char *name;
	const uint8_t *objects;
	size_t count;
};
extern const struct frame_vector frame_vectors[];
extern const size_t frame_vectors_count;

/* The vector of a name; aborts where there is none. */
const struct frame_vector *frame_vector(const char *name);

enum { FRAME_MAX_BYTES = 1600 };
/* The whole structure of a vector: header with version 2 and a right checksum (RFC 4884 section 7), and its objects. Its length. */
size_t frame_make(const struct frame_vector *vector, uint8_t out[FRAME_MAX_BYTES]);

#endif
