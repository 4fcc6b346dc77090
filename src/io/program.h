/* SPDX-License-Identifier: MIT */
/* Where this program lies, as a word for a shell. */
#ifndef SN_IO_PROGRAM_H
#define SN_IO_PROGRAM_H

#include <stddef.h>

enum { SN_PROGRAM_PATH_BYTES = 256 };

/* Once, at the program's start: later on no link can be read any more. */
void sn_program_look(void);
/* The program's path; where it is not known, too long, or has characters that a shell reads otherwise, "$(command -v sonde)".
 * Returns path. */
const char *sn_program_path(char path[SN_PROGRAM_PATH_BYTES]);

#endif
