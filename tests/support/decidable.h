/* SPDX-License-Identifier: MIT */
/* What must be said about a trace, from the truth of its network and from what its packets show. It knows findings by name and no rule. */
#ifndef SONDE_TESTS_DECIDABLE_H
#define SONDE_TESTS_DECIDABLE_H

#include "witness.h"

/* A hop or a node that does not matter. */
enum { ANY_TTL = 0xff, NOBODY = -1, ANYBODY = -2 };

struct statement {
	const char *ids[2];  /* either of them; the second may be NULL */
	uint8_t ttl;
	int by;              /* node */
	bool of_way;         /* it need not be told of this trace where it is told of another: it is the same way */
};
struct expected {
	struct statement said[3];
	unsigned count;
	bool shown;          /* the packets show the fault, or that there is none */
};

struct expected decidable(const struct witness *w, unsigned trace);

/* ---- questions about a trace ---- */

/* Answers that the observer heard and that this node really wrote, to probes of that TTL (ANY_TTL: of all). */
unsigned heard_from(const struct witness *w, unsigned trace, int node, unsigned ttl);
/* The same, as far as nobody else can have made them up. */
unsigned surely_from(const struct witness *w, unsigned trace, int node, unsigned ttl);
/* The lowest and the highest TTL at which it was heard; node ANYBODY: anybody. 0: it was not. */
uint8_t nearest_heard(const struct witness *w, unsigned trace, int node);
uint8_t farthest_heard(const struct witness *w, unsigned trace, int node);
/* The lowest TTL at which that address was heard; 0: none. */
uint8_t nearest_heard_as(const struct witness *w, unsigned trace, const struct sonde_addr *addr);
/* Probes whose way ended so at this node. */
unsigned ended_by(const struct witness *w, unsigned trace, enum sn_sim_fate fate, int node);

#endif
