/* SPDX-License-Identifier: MIT */
/* A process beside the program that has nothing of it but one end of a pair of sockets, over which whole messages go. */
#ifndef SN_IO_HELPER_H
#define SN_IO_HELPER_H

#include <sonde/base.h>

#include <sys/types.h>

/* One start, and three more. */
enum { SN_HELPER_STARTS_MAX = 4 };

struct sn_helper_cfg {
	const char *name;                         /* of the process, at most 15 characters */
	const char *const *readable;              /* it reads files below these only, and writes none; ends with NULL. NULL: no limit */
	int (*give_up)(struct sonde_error *err);  /* gives up every privilege; the process ends where it cannot. NULL: nothing to give up */
	void (*serve)(int fd, void *ctx);         /* what it does; it ends when this returns */
	void *ctx;                                /* of serve: copied with the whole memory when the process is made */
};

struct sn_helper {
	struct sn_helper_cfg cfg;
	int fd;          /* our end; -1: there is none (any more). It keeps its number over all starts */
	pid_t pid;       /* 0: none runs */
	unsigned start_count;
};

enum sn_helper_got { SN_HELPER_NOTHING, SN_HELPER_MESSAGE, SN_HELPER_GONE };

/* Starts the process: it keeps no descriptor but its end, no environment and no way to new privileges. SONDE_E_FDS, _INTERNAL. */
int sn_helper_start(struct sn_helper *helper, const struct sn_helper_cfg *cfg, struct sonde_error *err) SONDE_MUST_USE;
/* Ends what is left of it and starts it again. False: it had its starts, or cannot be started; fd is -1 then. */
bool sn_helper_restart(struct sn_helper *helper);
/* One message, whole or not at all; never blocks. False: not now. */
bool sn_helper_send(struct sn_helper *helper, const void *message, size_t bytes);
/* One message; never blocks. *got_bytes: of it, more than `bytes` where it was longer. */
enum sn_helper_got sn_helper_receive(struct sn_helper *helper, void *message, size_t bytes, size_t *got_bytes);
/* Ends the process. {.fd = -1} is fine. */
void sn_helper_finish(struct sn_helper *helper);

#endif
