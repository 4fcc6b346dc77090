/* SPDX-License-Identifier: MIT */
/* SipHash-2-4, the keyed hash behind every identity (Aumasson and Bernstein, 2012). */
#ifndef SN_BASE_HASH_H
#define SN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 64 bits that nobody can predict who does not know the key. */
uint64_t sn_siphash(const uint8_t key[static 16], const uint8_t *bytes, size_t count);
/* The same over two words, in little-endian byte order. */
uint64_t sn_siphash_u64x2(const uint8_t key[static 16], uint64_t a, uint64_t b);

#endif
