/* SPDX-License-Identifier: MIT */
/* The Internet checksum (RFC 1071) and its incremental update (RFC 1624). */
#ifndef SN_BASE_CHECKSUM_H
#define SN_BASE_CHECKSUM_H

#include <sonde/base.h>

/* Running one's-complement sum; start with 0. Bytes of odd length may only come last. */
uint32_t sn_sum_bytes(uint32_t sum, const uint8_t *bytes, size_t count);
uint32_t sn_sum_u16(uint32_t sum, uint16_t value);
uint32_t sn_sum_u32(uint32_t sum, uint32_t value);
/* Pseudo header of RFC 9293 section 3.1 / RFC 8200 section 8.1. length_bytes: upper-layer header and data. */
uint32_t sn_sum_pseudo(const struct sonde_addr *src, const struct sonde_addr *dst, uint8_t protocol, uint32_t length_bytes);
/* The sum folded to 16 bits, not complemented. */
uint16_t sn_sum_fold(uint32_t sum);
/* The checksum field: the folded sum's complement. */
uint16_t sn_sum_finish(uint32_t sum);
/* The checksum field after a 16-bit word under it changed (RFC 1624, equation 3). */
uint16_t sn_checksum_update(uint16_t checksum, uint16_t old_word, uint16_t new_word);
/* The same after an address changed. */
uint16_t sn_checksum_update_addr(uint16_t checksum, const struct sonde_addr *old_addr, const struct sonde_addr *new_addr);

#endif
