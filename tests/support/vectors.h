/* SPDX-License-Identifier: MIT */
/* A collection of packets, one of each shape that the parsers must know: robustness tests, fuzz corpus and the foreign judge share it. */
#ifndef SONDE_TESTS_VECTORS_H
#define SONDE_TESTS_VECTORS_H

#include "packets.h"

struct vector {
	const char *name;                          /* also a file name */
	void (*make)(struct made_packet *out);
};

extern const struct vector vectors[];
extern const size_t vectors_count;

#endif
