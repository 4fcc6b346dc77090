/* SPDX-License-Identifier: MIT */
/* The lines of an INI file. Behind it: libinih, which a build may leave out. */
#ifndef SN_EXT_INI_H
#define SN_EXT_INI_H

#include <sonde/base.h>

/* Takes one "key = value" of a section ("" before the first); the texts are the reader's. Returns 0, or an error that ends the reading. */
typedef int (*sn_ini_take)(void *ctx, const char *section, const char *key, const char *value, unsigned line, struct sonde_error *err);

/* True: this build can read INI files. */
bool sn_ini_is_there(void);
/* Reads a text; file_name is for messages. SONDE_E_FORMAT names the line that is no "key = value", "[section]" or comment, that is too long
 * or holds a byte 0. SONDE_E_UNSUPPORTED: built without libinih. What take returns is returned. */
int sn_ini_read(const char *file_name, const char *text, size_t text_bytes, sn_ini_take take, void *ctx,
                struct sonde_error *err) SONDE_MUST_USE;

#endif
