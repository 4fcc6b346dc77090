/* SPDX-License-Identifier: MIT */
/* A .net file as text. The only I/O of this floor, apart from all the rest. */
#ifndef SN_SIM_FILE_H
#define SN_SIM_FILE_H

#include <sonde/base.h>

/* Reads a whole file of at most 16 MiB; *text is the caller's to free. SONDE_E_FILE, SONDE_E_NOMEM. */
int sn_sim_file_read(const char *file, char **text, size_t *text_bytes, struct sonde_error *err) SONDE_MUST_USE;

#endif
