/* SPDX-License-Identifier: MIT */
/* Asking name servers, many questions at once. Behind it: c-ares. */
#ifndef SN_EXT_CARES_H
#define SN_EXT_CARES_H

#include "base/lookup.h"

/* False: built without c-ares; the system's resolver answers for names alone then, one after another. */
extern const bool sn_cares_there;

/* Answers questions (struct sn_lookup_ask) that come over fd, a SOCK_SEQPACKET socket, until its other end is closed. ctx: a struct
 * sn_lookup_cfg. Fits sn_helper_cfg.serve: it belongs into a process that has nothing to lose, as strangers' packets are read here. */
void sn_cares_serve(int fd, void *ctx);

#endif
