/* SPDX-License-Identifier: MIT */
/* Text of strangers, made fit to be shown. */
#ifndef SN_BASE_CLEAN_H
#define SN_BASE_CLEAN_H

#include "base/buf.h"

/* Adds bytes that should be UTF-8, in double quotes. What could act on a terminal, or make text read as something else, is written out:
 * \xHH a byte that is no UTF-8 or a control character, \u{HHHH} any other character that is not simply seen; so are " and \.
 * ascii: every character beyond ASCII. */
void sn_clean_quoted(struct sn_buf *buf, const char *text, size_t count, bool ascii);
/* The same without quotes, for fields that have a frame of their own: a " stays. */
void sn_clean_plain(struct sn_buf *buf, const char *text, size_t count, bool ascii);
/* Text that is clean already, every character beyond ASCII written out. */
void sn_clean_ascii(struct sn_buf *buf, const char *text, size_t count);
/* A name from DNS: letters, digits, ".", "-" and "_" stay, every other byte is \xHH. */
void sn_clean_name(struct sn_buf *buf, const char *text, size_t count);
/* True: all of it is simply seen; neither form writes anything out but \ and ". */
bool sn_clean_is(const char *bytes, size_t count);

#endif
