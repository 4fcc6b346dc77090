/* SPDX-License-Identifier: MIT */
/* The capability that raw sockets need, and getting rid of it. Behind it: libcap. */
#ifndef SN_EXT_CAP_H
#define SN_EXT_CAP_H

#include <sonde/base.h>

/* Raises (true) CAP_NET_RAW from the permitted to the effective set, or lowers (false) it; CAP_NET_ADMIN goes along where it is permitted
 * (a socket mark on old kernels, a large receive buffer). Fits sn_wire_open_cfg.privilege; ctx is not used. 0 or SONDE_E_PRIVILEGE:
 * not permitted, or the kernel did not do as it was told. */
int sn_cap_net_raw(void *ctx, bool raise);

/* What there is of CAP_NET_RAW. */
struct sn_cap_state {
	bool effective, permitted;  /* of this process */
	bool file_known, file;      /* the capabilities of the program's file can be read; it gives this one */
};
/* Looks, and changes nothing. */
void sn_cap_look(struct sn_cap_state *out);

/* The same as sn_cap_drop_all, but keeps the right to bind ports below 1024 where it is there: held source ports are bound later. */
int sn_cap_keep_bind(struct sonde_error *err) SONDE_MUST_USE;

/* Gives up every capability (effective, permitted, inheritable, ambient) and the way to new ones (no_new_privs) for good, and reads
 * all of them back. 0 or SONDE_E_PRIVILEGE: something is left; the caller must end. Also right for a process that has none. */
int sn_cap_drop_all(struct sonde_error *err) SONDE_MUST_USE;

#endif
