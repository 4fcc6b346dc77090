/* SPDX-License-Identifier: MIT */
/* Bounded growing text. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEFAULT_BYTES = 16 << 20, FIRST_BYTES = 256 };

void sn_buf_finish(struct sn_buf *buf)
{
	free(buf->text);
	*buf = (struct sn_buf){.max_bytes = buf->max_bytes};
}

void sn_buf_clear(struct sn_buf *buf)
{
	buf->length_bytes = 0; /* bad stays: what could not be added before is missing wherever the text went */
	if (buf->text)
		buf->text[0] = 0;
}

/* Room for count more bytes and the final zero. */
static bool reserve(struct sn_buf *buf, size_t count)
{
	size_t max = buf->max_bytes ? buf->max_bytes : MAX_DEFAULT_BYTES;
	if (buf->bad || count >= max || buf->length_bytes >= max - count) {
		buf->bad = true;
		return false;
	}
	size_t need = buf->length_bytes + count + 1, capacity = buf->capacity_bytes ? buf->capacity_bytes : FIRST_BYTES;
	if (need <= buf->capacity_bytes)
		return true;
	while (capacity < need)
		capacity *= 2;
	char *text = realloc(buf->text, capacity);
	if (!text) {
		buf->bad = true;
		return false;
	}
	buf->text = text;
	buf->capacity_bytes = capacity;
	return true;
}

void sn_buf_cut(struct sn_buf *buf, size_t count)
{
	if (count >= buf->length_bytes)
		return;
	buf->length_bytes = count;
	buf->text[count] = '\0';
}

void sn_buf_add(struct sn_buf *buf, const char *bytes, size_t count)
{
	if (!reserve(buf, count))
		return;
	if (count)
		memcpy(buf->text + buf->length_bytes, bytes, count);
	buf->length_bytes += count;
	buf->text[buf->length_bytes] = 0;
}

void sn_buf_puts(struct sn_buf *buf, const char *text)
{
	sn_buf_add(buf, text, strlen(text));
}

void sn_buf_putc(struct sn_buf *buf, char c)
{
	sn_buf_add(buf, &c, 1);
}

void sn_buf_pad(struct sn_buf *buf, char c, size_t count)
{
	if (!reserve(buf, count))
		return;
	memset(buf->text + buf->length_bytes, c, count);
	buf->length_bytes += count;
	buf->text[buf->length_bytes] = 0;
}

void sn_buf_printf(struct sn_buf *buf, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int count = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (count < 0)
		buf->bad = true;
	else if (reserve(buf, (size_t)count)) {
		vsnprintf(buf->text + buf->length_bytes, (size_t)count + 1, format, again);
		buf->length_bytes += (size_t)count;
	}
	va_end(again);
}

const char *sn_buf_text(const struct sn_buf *buf)
{
	return buf->text && buf->length_bytes ? buf->text : "";
}
