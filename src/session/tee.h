/* SPDX-License-Identifier: MIT */
/* A wire around another one that tells a tap what was sent and what came in. */
#ifndef SN_SESSION_TEE_H
#define SN_SESSION_TEE_H

#include <sonde/wire.h>

/* Takes a packet, sent or received, at its instant: the kernel's stamp where the wire has one. In about the order of time. Of one that was
 * sent only at_ns, bytes and length_bytes mean something. */
struct sn_tap {
	void *ctx;
	void (*packet)(void *ctx, const struct sonde_rx *packet);
};

struct sn_tee;

/* inner is borrowed: closing the tee does not close it. SONDE_E_NOMEM. */
int sn_tee_new(struct sn_tee **out, struct sonde_wire *inner, const struct sn_tap *tap) SONDE_MUST_USE;
/* The wire to be used in place of inner. */
struct sonde_wire *sn_tee_wire(struct sn_tee *tee);
/* Tells what still waits for its stamp, with the instant of handing over. */
void sn_tee_flush(struct sn_tee *tee);
/* Tells what was still waiting for its stamp, and frees. NULL is fine. */
void sn_tee_free(struct sn_tee *tee);

#endif
