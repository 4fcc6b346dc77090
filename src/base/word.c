/* SPDX-License-Identifier: MIT */
/* Quotes for a shell. */
#include "base/word.h"

#include "base/clean.h"

#include <string.h>

/* $'…' is what bash, zsh, ksh and POSIX.1-2024 have for bytes that cannot be shown. */
static void put_bytes(struct sn_buf *buf, const char *word)
{
	sn_buf_puts(buf, "$'");
	for (; *word; word++) {
		unsigned char byte = (unsigned char)*word;
		if (byte < 0x20 || byte >= 0x7f)
			sn_buf_printf(buf, "\\x%02x", (unsigned)byte);
		else
			sn_buf_printf(buf, "%s%c", byte == '\'' || byte == '\\' ? "\\" : "", (char)byte);
	}
	sn_buf_putc(buf, '\'');
}

void sn_word_put(struct sn_buf *buf, const char *word)
{
	bool bare = *word && word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:%@+,=-")] == 0;
	if (bare) {
		sn_buf_puts(buf, word);
		return;
	}
	if (!sn_clean_is(word, strlen(word))) {
		put_bytes(buf, word);
		return;
	}
	sn_buf_putc(buf, '\'');
	for (; *word; word++)
		if (*word == '\'')
			sn_buf_puts(buf, "'\\''");
		else
			sn_buf_putc(buf, *word);
	sn_buf_putc(buf, '\'');
}
