/* SPDX-License-Identifier: MIT */
/* A word of a command line, written so that a shell reads it as it was. */
#ifndef SN_BASE_WORD_H
#define SN_BASE_WORD_H

#include "base/buf.h"

/* Adds the word: bare where that is safe, in single quotes, or as $'…' with \xHH where a byte of it could act on a terminal. */
void sn_word_put(struct sn_buf *buf, const char *word);

#endif
