/* SPDX-License-Identifier: MIT */
/* The capability that raw sockets need, and getting rid of it. Behind it: libcap. */
#ifndef SN_EXT_CAP_H
#define SN_EXT_CAP_H

#include <sonde/base.h>

/* The first thing a program does: nothing is effective any more, what is permitted stays so, and is raised where it is needed. Read back.
 * 0 or SONDE_E_PRIVILEGE. */
int sn_cap_lower_all(struct sonde_error *err) SONDE_MUST_USE;

/* Raises (true) CAP_NET_RAW from the permitted to the effective set, or lowers (false) it; CAP_NET_ADMIN (a socket mark on old kernels, a
 * large receive buffer) and CAP_NET_BIND_SERVICE (source ports below 1024) go along where they are permitted. Fits
 * sn_wire_open_cfg.privilege; ctx is not used. 0 or SONDE_E_PRIVILEGE: not permitted, or the kernel did not do as it was told. */
int sn_cap_net_raw(void *ctx, bool raise);

/* What there is of CAP_NET_RAW. */
struct sn_cap_state {
	bool effective, permitted;  /* of this process */
	bool file_known, file;      /* the capabilities of the program's file can be read; it gives this one */
};
/* Looks, and changes nothing. */
void sn_cap_look(struct sn_cap_state *out);

/* Raises or lowers what the real user has a right to: root's over files of others, or all that root may. Nobody else gets anything,
 * whatever the program's file gives it. */
enum sn_cap_own { SN_CAP_FILES, SN_CAP_ALL };
int sn_cap_own(enum sn_cap_own which, bool raise, struct sonde_error *err) SONDE_MUST_USE;

/* Gives up every capability (effective, permitted, inheritable, ambient) and the way to new ones (no_new_privs) for good, and reads
 * all of them back. 0 or SONDE_E_PRIVILEGE: something is left; the caller must end. Also right for a process that has none. */
int sn_cap_drop_all(struct sonde_error *err) SONDE_MUST_USE;

#endif
