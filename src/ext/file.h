/* SPDX-License-Identifier: MIT */
/* What is said when the system refuses a file. */
#ifndef SN_EXT_FILE_H
#define SN_EXT_FILE_H

#include <sonde/base.h>

/* Fills *err from errno: "what 'file'", why, and what can be done about it. Returns its code. */
int sn_file_failed(const char *what, const char *file, struct sonde_error *err);

#endif
