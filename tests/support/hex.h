/* SPDX-License-Identifier: MIT */
/* Bytes written as hex text, blanks between them as the reader likes; comparisons that show both sides as such text. */
#ifndef SONDE_TESTS_HEX_H
#define SONDE_TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Reads hex digits and blanks; anything else, or too many bytes, fails the test. The number of bytes. */
size_t hex_bytes(const char *text, uint8_t *out, size_t capacity_bytes);
/* Fails the test where bytes are not those of the text, saying from which byte on. */
void assert_hex(const uint8_t *bytes, size_t count, const char *text);

#endif
