/* SPDX-License-Identifier: MIT */
/* Hex text to bytes. */
#include "hex.h"

#include "test.h"

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	fail_msg("'%c' is no hex digit", c);
	return 0;
}

size_t hex_bytes(const char *text, uint8_t *out, size_t capacity_bytes)
{
	size_t digits = 0;
	for (; *text; text++) {
		if (*text == ' ')
			continue;
		assert_true(digits / 2 < capacity_bytes);
		unsigned high = digits % 2 ? out[digits / 2] : 0;
		out[digits / 2] = (uint8_t)(high << 4 | digit(*text));
		digits++;
	}
	assert_int_equal(digits % 2, 0);
	return digits / 2;
}

void assert_hex(const uint8_t *bytes, size_t count, const char *text)
{
	uint8_t wanted[2048];
	size_t wanted_count = hex_bytes(text, wanted, sizeof wanted);
	for (size_t i = 0; i < count && i < wanted_count; i++)
		if (bytes[i] != wanted[i])
			fail_msg("byte %zu is %02x, not %02x", i, bytes[i], wanted[i]);
	assert_int_equal(count, wanted_count);
}
