/* SPDX-License-Identifier: MIT */
/* Files read whole, before anything is simulated or sent. */
#ifndef SN_EXT_NET_FILE_H
#define SN_EXT_NET_FILE_H

#include <sonde/base.h>

/* Reads a whole file, a pipe to its end, or "-", standard input; *text is the caller's to free. More than most_bytes is SONDE_E_FORMAT
 * with the hint `wanted`.
 * SONDE_E_FILE, SONDE_E_NOMEM. */
int sn_file_read(const char *file, size_t most_bytes, const char *wanted, char **text, size_t *text_bytes,
                 struct sonde_error *err) SONDE_MUST_USE;
/* The same of a .net file of at most 16 MiB; *text is the caller's to free. SONDE_E_FILE, SONDE_E_NOMEM. */
int sn_net_file_read(const char *file, char **text, size_t *text_bytes, struct sonde_error *err) SONDE_MUST_USE;

#endif
