/* SPDX-License-Identifier: MIT */
/* The shape of a filter: where a method stops that others pass, and what becomes of its probes when one field of them is varied. */
#ifndef SONDE_SHAPE_H
#define SONDE_SHAPE_H

#include <sonde/finding.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A field of a probe that a filter may look at. */
enum sonde_vary {
	SONDE_VARY_NONE,     /* nothing is varied: the control */
	SONDE_VARY_FLOW,     /* another source port; of an echo request another identifier */
	SONDE_VARY_LENGTH,
	SONDE_VARY_DF,
	SONDE_VARY_DSCP,
	SONDE_VARY_FLAGS,    /* TCP */
	SONDE_VARY_PAYLOAD,  /* UDP */
	SONDE_VARY_DPORT,
	SONDE_VARY_SPORT,    /* a well-known source port */
	SONDE_VARY_COUNT
};

/* Stable ids for machine formats: "control", "flow", … "sport"; an unknown value reads as the first. Static storage. */
SONDE_API const char *sonde_vary_name(enum sonde_vary field);
/* The more elementary field that cannot but change along: a port moves the flow, another service's request has another length. Where that
 * one decides, this one says nothing. NONE: it stands alone. */
SONDE_API enum sonde_vary sonde_vary_along(enum sonde_vary field);

/* The source ports of which the first that can be held is tried; 0: no further one. A wire that cannot bind one when it is asked must hold
 * them before. */
SONDE_API uint16_t sonde_shape_port(size_t index);

enum { SONDE_BLOCK_NEXT_MAX = 4 };

/* Where a method stops, between two hops. */
struct sonde_block {
	size_t path;
	uint8_t last_ttl;      /* the last hop that one of its packets was still sent on from; 0: none */
	uint8_t next_ttl;      /* the next one that another method got to on the same way; 0: none did, nothing can be shown */
	bool next_is_target;   /* its answer shows that a packet got there; else a router's time exceeded does */
	struct sonde_addr next[SONDE_BLOCK_NEXT_MAX];  /* who answered other methods there */
	size_t next_count;
};

/* The methods of a case that do not pass: out has room for path_count of them. Their number, SONDE_E_NOMEM, SONDE_E_RANGE (a path that has
 * not ended). */
SONDE_API int sonde_blocks(const struct sonde_case *about, struct sonde_block *out) SONDE_MUST_USE;

/* A probe with one field varied, sent once or several times. */
struct sonde_trial {
	size_t path;                     /* the method, as its index in the case */
	enum sonde_vary field;
	char value[16];                  /* what the field became: "53", "ACK", "1200 bytes"; "": it speaks for itself */
	const struct sonde_path *asked;  /* what it got; NULL: it was not sent */
	int code, sys_errno;             /* … because of this (enum sonde_err, errno); 0: it was not needed */
};

/* What the probes of a trial came to. */
struct sonde_trial_counts {
	unsigned passed;   /* got to the next hop */
	unsigned stopped;  /* silence, or a refusal */
	unsigned astray;   /* a router that is not known there said that it was on its way: another way, which says nothing */
	unsigned unsent;   /* did not leave this machine */
	int sys_errno;     /* … why */
	unsigned before;   /* answers from the last hop, where it was asked */
	unsigned flows_passed;   /* pairs of ports, of an echo request each probe: at least one got there */
	unsigned flows_stopped;  /* … none did: they stopped, or went another way */
};

/* Counts what a trial got. SONDE_E_NOMEM. */
SONDE_API int sonde_trial_count(const struct sonde_block *block, const struct sonde_path *asked,
                                struct sonde_trial_counts *out) SONDE_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
