/* SPDX-License-Identifier: MIT */
/* Traces that run side by side share their first routers: no router is asked for more answers than its limiter gives. */
#ifndef SN_ENGINE_PACER_H
#define SN_ENGINE_PACER_H

#include <sonde/probe.h>

/* What is known of one TTL over all traces of an engine. */
struct sn_pacer_ttl {
	sonde_at_ns paid_until_ns;   /* answers asked for so far are paid for until then (generic cell rate algorithm) */
	struct sonde_addr responder; /* who answered there */
	bool known, mixed;           /* somebody did; not everywhere the same */
};

struct sn_pacer {
	uint32_t burst;
	sonde_ns refill_ns;
	struct sn_pacer_ttl ttls[SONDE_TTL_LAST + 1];
};

/* What all traces of an engine together may send: evenly, and what a late waking missed, up to 10 ms of it, at once. {0}: no cap. */
struct sn_rate {
	sonde_ns gap_ns;             /* between two; 0: no cap */
	sonde_ns slack_ns;           /* so much may be made good */
	sonde_at_ns paid_until_ns;   /* generic cell rate algorithm, as below */
};

/* per_second_max 0: no cap. Within any second per_second_max + per_second_max / 100 + 1 go at most. */
void sn_rate_init(struct sn_rate *rate, uint32_t per_second_max);
/* When the next one may go: in the past, or later than now. */
sonde_at_ns sn_rate_opens(const struct sn_rate *rate);
/* One goes now. */
void sn_rate_take(struct sn_rate *rate, sonde_at_ns now);

void sn_pacer_init(struct sn_pacer *pacer, uint32_t burst, sonde_ns refill_ns);
/* When a probe may go. */
struct sn_pacer_place {
	sonde_at_ns at_ns;  /* now, or later */
	bool paid;          /* its router should answer it; if not: at_ns now: it goes in a crowd, later: ask again then */
};

/* A place for a probe with that TTL; a paid one is taken. again: it has waited once to learn who answers there. */
struct sn_pacer_place sn_pacer_take(struct sn_pacer *pacer, uint8_t ttl, bool again, sonde_at_ns now);
/* Somebody answered at that TTL. */
void sn_pacer_learn(struct sn_pacer *pacer, uint8_t ttl, const struct sonde_addr *responder);

#endif
