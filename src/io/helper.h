/* SPDX-License-Identifier: MIT */
/* A process beside the program that has nothing of it but one end of a pair of sockets, over which whole messages go. */
#ifndef SN_IO_HELPER_H
#define SN_IO_HELPER_H

#include "io/landlock.h"

#include <sys/types.h>

/* One start, and three more where it may. */
enum { SN_HELPER_STARTS_MAX = 4 };

/* Where name servers, names and, for the system's resolver, its parts stand; the files may be links to elsewhere. */
extern const struct sn_landlock_rule sn_helper_resolver_files[];

struct sn_helper_cfg {
	const char *name;                         /* of the process, at most 15 characters */
	const struct sn_landlock_rule *files;     /* what it may do with files; NULL: no limit */
	int (*give_up)(struct sonde_error *err);  /* gives up every privilege; the process ends where it cannot. NULL: nothing to give up */
	int (*lock)(struct sonde_error *err);     /* the last thing before it serves: keeps the system calls that it needs. As above */
	bool outlives;                            /* it does not die with the program, but ends when it sees that it is gone */
	bool again;                               /* it is started again where it dies, by a keeper between it and the program */
	void (*serve)(int fd, void *ctx);         /* what it does, in messages of more than one byte; it ends when this returns */
	void *ctx;                                /* of serve: copied with the whole memory when the process is made */
};

struct sn_helper {
	int fd;          /* our end; -1: there is none (any more) */
	pid_t pid;       /* of the process, or of its keeper */
};

/* AGAIN: it died and was started again; what it was asked is lost. GONE: it had its starts. */
enum sn_helper_got { SN_HELPER_NOTHING, SN_HELPER_MESSAGE, SN_HELPER_AGAIN, SN_HELPER_GONE };

/* Starts the process: it keeps no descriptor but its end, no environment and no way to new privileges. SONDE_E_FDS, _INTERNAL. */
int sn_helper_start(struct sn_helper *helper, const struct sn_helper_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* One message, whole or not at all; never blocks. False: not now. */
bool sn_helper_send(struct sn_helper *helper, const void *message, size_t bytes);
/* One message; never blocks. *got_bytes: of it, more than `bytes` where it was longer. */
enum sn_helper_got sn_helper_receive(struct sn_helper *helper, void *message, size_t bytes, size_t *got_bytes);
/* The process ends by itself once our end is closed, and dies with the program where it does not. {.fd = -1} is fine. */
void sn_helper_finish(struct sn_helper *helper);

#endif
