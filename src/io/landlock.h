/* SPDX-License-Identifier: MIT */
/* A process gives up the file system but for what it has to do in it. */
#ifndef SN_IO_LANDLOCK_H
#define SN_IO_LANDLOCK_H

#include <sonde/base.h>

enum sn_landlock_right {
	SN_LANDLOCK_READ,     /* files and folders below that path */
	SN_LANDLOCK_REPLACE,  /* files in that folder may be renamed and removed; none is opened */
};

struct sn_landlock_rule {
	const char *path;     /* NULL: the end of the list */
	enum sn_landlock_right may;
};

/* From here on this process, and whatever it starts, can do no more with files that are not open yet than these rules say (what is not
 * there is left out), and runs none: landlock(7). It must have no_new_privs. A kernel that has no such thing (before Linux 5.13), or a
 * container that hides it, changes nothing, and that is no error; where it has it, it is in force and tried, or SONDE_E_PRIVILEGE. */
int sn_landlock(const struct sn_landlock_rule *rules, struct sonde_error *err) SONDE_MUST_USE;
/* The kernel knows it. */
bool sn_landlock_there(void);

#endif
