/* SPDX-License-Identifier: MIT */
/* A .net file as text. Read once, before anything is simulated. */
#ifndef SN_EXT_NET_FILE_H
#define SN_EXT_NET_FILE_H

#include <sonde/base.h>

/* Reads a whole file of at most 16 MiB; *text is the caller's to free. SONDE_E_FILE, SONDE_E_NOMEM. */
int sn_net_file_read(const char *file, char **text, size_t *text_bytes, struct sonde_error *err) SONDE_MUST_USE;

#endif
