/* SPDX-License-Identifier: MIT */
/* Tells characters that are simply seen from those that act. */
#include "base/clean.h"

#include <string.h>

/* Control, format, separator and private characters beyond ASCII (Unicode categories Cc, Cf, Co, Zl, Zp, and variation selectors): they
 * steer terminals, turn the reading order around, or show nothing. Noncharacters end each plane. */
static const struct {
	uint32_t first, last;
} unseen[] = {
	{0x80, 0x9f}, {0xad, 0xad}, {0x600, 0x605}, {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f}, {0x180b, 0x180f},
	{0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xe000, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x110bd, 0x110cd}, {0x1bca0, 0x1bca3},
	{0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
};

static bool is_seen(uint32_t c)
{
	if ((c & 0xfffe) == 0xfffe)
		return false;
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (c >= unseen[i].first && c <= unseen[i].last)
			return false;
	return true;
}

/* The character at bytes, by RFC 3629 section 4: no longer form than needed, no surrogate, none beyond U+10FFFF. Its length, 0: none. */
static size_t decode(const unsigned char *bytes, size_t count, uint32_t *out)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = bytes[0];
	size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
	if (length == 0 || length > count)
		return 0;
	uint32_t c = length == 1 ? lead : lead & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if (bytes[i] >> 6 != 2)
			return 0;
		c = c << 6 | (bytes[i] & 0x3f);
	}
	*out = c;
	return c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : length;
}

/* A control character, or a byte that is no UTF-8. */
static bool is_byte(uint32_t c, size_t length)
{
	return length == 0 || c < 0x20 || c == 0x7f;
}

static void clean(struct sn_buf *buf, const char *text, size_t count, bool quoted, bool ascii)
{
	const unsigned char *bytes = (const unsigned char *)text;
	for (size_t at = 0; at < count;) {
		uint32_t c = 0;
		size_t length = decode(bytes + at, count - at, &c);
		if (is_byte(c, length))
			sn_buf_printf(buf, "\\x%02x", (unsigned)bytes[at]);
		else if ((quoted && c == '"') || c == '\\')
			sn_buf_printf(buf, "\\%c", (char)c);
		else if (c >= 0x80 && (ascii || !is_seen(c)))
			sn_buf_printf(buf, "\\u{%x}", (unsigned)c);
		else
			sn_buf_add(buf, text + at, length);
		at += length ? length : 1;
	}
}

void sn_clean_quoted(struct sn_buf *buf, const char *text, size_t count, bool ascii)
{
	sn_buf_putc(buf, '"');
	clean(buf, text, count, true, ascii);
	sn_buf_putc(buf, '"');
}

void sn_clean_plain(struct sn_buf *buf, const char *text, size_t count, bool ascii)
{
	clean(buf, text, count, false, ascii);
}

void sn_clean_ascii(struct sn_buf *buf, const char *text, size_t count)
{
	for (size_t at = 0; at < count;) {
		uint32_t c = 0;
		size_t length = decode((const unsigned char *)text + at, count - at, &c);
		if (length > 1)
			sn_buf_printf(buf, "\\u{%x}", (unsigned)c);
		else
			sn_buf_putc(buf, text[at]);
		at += length ? length : 1;
	}
}

void sn_clean_name(struct sn_buf *buf, const char *text, size_t count)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	for (size_t i = 0; i < count; i++)
		if (text[i] && strchr(plain, text[i]))
			sn_buf_putc(buf, text[i]);
		else
			sn_buf_printf(buf, "\\x%02x", (unsigned)(unsigned char)text[i]);
}

bool sn_clean_is(const char *text, size_t count)
{
	const unsigned char *bytes = (const unsigned char *)text;
	for (size_t at = 0, length; at < count; at += length) {
		uint32_t c = 0;
		length = decode(bytes + at, count - at, &c);
		if (is_byte(c, length) || !is_seen(c))
			return false;
	}
	return true;
}
