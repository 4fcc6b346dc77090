/* SPDX-License-Identifier: MIT */
/* Source ports that stay ours: a bound socket each, so that no connection of this machine can collide with a probe's flow. */
#ifndef SN_IO_HOLD_H
#define SN_IO_HOLD_H

#include <sonde/base.h>

struct sn_hold_ask {
	struct sonde_addr src;  /* an address of this machine (scope_id set where it is link-local) */
	uint8_t protocol;       /* of the probes */
	uint16_t port;          /* wanted port, 0: any free one */
	const char *vrf;        /* VRF whose ports these are, NULL or "": none */
};

struct sn_hold {
	struct sonde_addr src;  /* all bytes 0: any of that family */
	uint8_t protocol;
	uint16_t port;
	int fd;                 /* -1: it could not be held, and why */
	int sys_errno;
	bool wanted;            /* reserved by its number: given to those alone who ask for it */
	uint32_t taken_count;   /* … or else to so many */
};

/* {0} is empty. */
struct sn_holds {
	struct sn_hold *items;
	size_t count, capacity;
};

/* Holds one port and tells it in *port. A port that this list holds already (same source and protocol) is shared.
 * SONDE_E_WIRE: the wanted port is taken or none is free; _PRIVILEGE, _SOURCE, _FDS, _NOMEM, _FAMILY, _DEVICE. */
int sn_holds_add(struct sn_holds *holds, const struct sn_hold_ask *ask, uint16_t *port, struct sonde_error *err) SONDE_MUST_USE;
/* Ahead of sn_holds_take, while that may bind: ask->port 0 reserves a free port, on all addresses of that family; else that one, where a
 * program has it on some address on all others. One that cannot be had is an error only of who takes it. _FDS, _NOMEM. */
int sn_holds_reserve(struct sn_holds *holds, const struct sn_hold_ask *ask, struct sonde_error *err) SONDE_MUST_USE;
/* One of the reserved ports, the least taken; or, ask->port not 0, that one. Errors as above. */
int sn_holds_take(struct sn_holds *holds, const struct sn_hold_ask *ask, uint16_t *port, struct sonde_error *err) SONDE_MUST_USE;
/* Gives all ports back. */
void sn_holds_finish(struct sn_holds *holds);

#endif
