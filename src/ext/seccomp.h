/* SPDX-License-Identifier: MIT */
/* Which system calls are left to a process. Behind it: libseccomp, which a build may leave out. */
#ifndef SN_EXT_SECCOMP_H
#define SN_EXT_SECCOMP_H

#include <sonde/base.h>

enum sn_seccomp_list {
	SN_SECCOMP_RAW,       /* the program on the raw wire: no socket, bind or connect */
	SN_SECCOMP_DGRAM,     /* the program on the unprivileged wire: these of INET and INET6 */
	SN_SECCOMP_OFFLINE,   /* the program that sends nothing: a simulation, a replay */
	SN_SECCOMP_RESOLVER,  /* a process that asks name servers */
	SN_SECCOMP_FILES,     /* the process that puts files in their place */
	SN_SECCOMP_LISTS
};

/* Built with it. */
extern const bool sn_seccomp_there;

/* From here on every other call ends this process (SIGSYS), and all that it starts. The kernel is asked whether it is so.
 * SONDE_E_PRIVILEGE; SONDE_OK without any change where it was built without, or for a sanitizer. */
int sn_seccomp(enum sn_seccomp_list list, struct sonde_error *err) SONDE_MUST_USE;
/* How many calls a list has, some of them for certain arguments only. */
size_t sn_seccomp_count(enum sn_seccomp_list list);

/* Fit struct sn_helper_cfg. */
int sn_seccomp_resolver(struct sonde_error *err);
int sn_seccomp_files(struct sonde_error *err);

#endif
