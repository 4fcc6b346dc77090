/* SPDX-License-Identifier: MIT */
/* A growing text buffer with a maximum and a sticky failure flag: what renderers write into. */
#ifndef SN_BASE_BUF_H
#define SN_BASE_BUF_H

#include <sonde/base.h>

/* {0} with max_bytes set is an empty buffer. text is always zero-terminated once something was added; NULL before. */
struct sn_buf {
	char *text;
	size_t length_bytes, capacity_bytes;
	size_t max_bytes;  /* 0: 16 MiB */
	bool bad;          /* out of memory, or max_bytes reached: what was added since is missing */
};

void sn_buf_finish(struct sn_buf *buf);
/* Empties it, keeps the memory and bad: who builds one word after the other in it looks once, at the end. */
void sn_buf_clear(struct sn_buf *buf);
/* Keeps the first count bytes. */
void sn_buf_cut(struct sn_buf *buf, size_t count);
void sn_buf_add(struct sn_buf *buf, const char *bytes, size_t count);
void sn_buf_puts(struct sn_buf *buf, const char *text);
void sn_buf_putc(struct sn_buf *buf, char c);
void sn_buf_pad(struct sn_buf *buf, char c, size_t count);
void sn_buf_printf(struct sn_buf *buf, const char *format, ...) SONDE_PRINTF(2, 3);
/* The text, "" when empty. */
const char *sn_buf_text(const struct sn_buf *buf);

#endif
