/* SPDX-License-Identifier: MIT */
/* A process gives up the file system but for what it has to read. */
#ifndef SN_IO_LANDLOCK_H
#define SN_IO_LANDLOCK_H

#include <stdbool.h>

/* From here on this process, and whatever it starts, reads files below these paths only (the list ends with NULL; what is not there is left
 * out), and writes, makes, removes and runs none. It must have no_new_privs. False: the kernel has no such thing (Linux 5.13, Landlock),
 * and nothing has changed. */
bool sn_landlock_read_only(const char *const *paths);

#endif
