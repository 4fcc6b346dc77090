/* SPDX-License-Identifier: MIT */
/* The sweep's state and the pure questions asked about it. */
#ifndef SN_PLAN_SWEEP_H
#define SN_PLAN_SWEEP_H

#include "plan/failures.h"
#include "plan/plan.h"

/* What a row's answers said; bits. */
enum sn_says {
	SN_SAYS_TRANSIT = 1,
	SN_SAYS_TARGET = 2,
	SN_SAYS_REFUSED = 4,
	SN_SAYS_UNREACHABLE = 8,
	SN_SAYS_OTHER = 16,
};

/* Index of the row of the probes at TTL 255, where that is behind the last TTL: the one that asks, after the gap limit, whether the target
 * answers at all, and those that time an open port early. */
enum { SN_SWEEP_TTL255 = 0 };

/* One TTL. Instants are microseconds since the trace began, so that ten thousand traces stay small; a trace ends after
 * SN_PLAN_LONGEST_NS at the latest. */
struct sn_sweep_row {
	uint32_t first_sent_us, last_sent_us;
	uint32_t held_us;      /* its next probe may not go before; 0: not held */
	uint32_t rtt_us;       /* longest round trip of its answers */
	uint32_t from;         /* hash of who answered first */
	uint8_t sent, pending, answered, timed, expired;
	uint8_t says;          /* enum sn_says, by answers that may decide */
	uint8_t says_weak;     /* … by answers that may not decide alone */
	uint8_t back;          /* hops back to us by the answer's TTL; 0 unknown */
	bool retried, settled, paid; /* paid: said by who held it */
};

/* Who said unreachable or refused. */
struct sn_sweep_refusal {
	struct sonde_addr by;
	uint8_t ttl, code;
	enum sonde_meaning meaning;
};

/* What follows from the rows' answers. TTLs; 0: none. */
struct sn_sweep_view {
	uint8_t transit_top;    /* highest TTL that answered as transit, by answers that may decide */
	uint8_t answer_top;     /* highest TTL at which anything answered */
	uint8_t target;         /* the target's row: lowest answer in its name above all transit */
	uint8_t contradicted;   /* answers in the target's name only below transit: highest such TTL */
	uint8_t refusal;        /* lowest unreachable or refused above all transit */
	uint8_t refusal_top;    /* highest TTL with the same */
	bool target_doubted;    /* its answer's own TTL says that nothing lies between us and its sender: given in the target's name */
	bool refused_is_target; /* port-unreachable from another address that can only be the target's */
	uint32_t rtt_top_us;    /* longest round trip seen */
	uint8_t end;            /* last row that belongs to the table as known now */
	uint8_t ask_top;        /* nobody needs to be asked beyond this TTL */
	uint16_t end_answers;   /* answers of the target, or of who refuses, at its row and beyond */
	uint16_t end_timed;     /* … those with a time */
};

struct sn_sweep {
	const struct sonde_trace_cfg *cfg;
	sonde_at_ns started_at_ns, next_send_at_ns;
	sonde_at_ns quiet_until_ns;   /* no row expires before; 0: not known */
	sonde_at_ns word_until_ns;    /* a late refusal came: the rest of its word is waited for until then */
	struct sn_sweep_view view;    /* made anew after an answer */
	bool view_is_old;
	bool revive;                  /* what was given up may have been given up too early */
	bool reconsider;              /* … has been, once: rows that settled may want more again */
	struct sn_sweep_refusal nearest_refusal, farthest_refusal;  /* by TTL; the nearest may turn out to lie before later transit */
	uint32_t probe_count;
	uint16_t pending;
	uint8_t weak_once;         /* enum sn_says: what some answer that may not decide alone said */
	uint8_t weak_agreed;       /* … and another one as well */
	uint16_t next_settle;      /* lowest row not settled yet, one past the last when all are: 256 behind the row of TTL 255 */
	uint8_t next_ask;          /* no row before it is still without a first query */
	uint8_t next_more;         /* … without all its queries */
	uint8_t fresh_flows;       /* queries to an open target, or what may be one, that went over a flow of their own */
	struct sn_failures failures;
	bool follows;              /* somebody else sends: nothing is wanted, and nobody sets a deadline */
	bool once_per_flow, target_open, done, stands, told_stand;
	bool target_rations;       /* it answers by ICMP errors, which hosts limit (RFC 1812 section 4.3.2.8, RFC 4443 section 2.4) */
	bool gap_passed;           /* all was silent as far as the gap limit goes: what TTL 255 got counts from now on */
	enum sonde_meaning ttl255; /* first word of the strongest kind that TTL 255 got */
	enum sonde_stop stopped;   /* asked for from outside */
	struct sn_sweep_row rows[]; /* [0]: the probe at TTL 255; [ttl]: 1 … max_ttl */
};

/* sweep_view.c */

void sn_sweep_look(const struct sn_sweep *s, struct sn_sweep_view *view);
/* The last row that must have been asked before the trace may end: that of the table, or the one past a refusal. */
static inline unsigned sn_sweep_must_ask(const struct sn_sweep_view *view)
{
	return view->refusal && view->ask_top > view->end ? view->ask_top : view->end;
}
/* Highest TTL that may get a first query, and a further one, as far as is known. */
uint8_t sn_sweep_first_window(const struct sn_sweep *s, const struct sn_sweep_view *view);
uint8_t sn_sweep_extra_window(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* False: more queries ahead would be too many for a path that may be no longer than known. */
bool sn_sweep_within_budget(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* How long the probes of a row are waited for from its last one on. later_us: longest round trip of the rows behind it (0: none
 * answered). */
sonde_ns sn_sweep_wait(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl, uint32_t later_us);
/* The least that it gives. */
#define SN_SWEEP_WAIT_LEAST_NS (30 * SONDE_MS)
/* The target is known to answer, farther on than the gap limit goes. */
bool sn_sweep_answers_beyond(const struct sn_sweep *s);
sonde_at_ns sn_sweep_at(const struct sn_sweep *s, uint32_t since_us);

/* sweep_want.c */

/* The first row that may want anything: what has settled was complete, unless the way proved longer than was guessed then. */
unsigned sn_sweep_first_open(const struct sn_sweep *s);
/* Queries that a row should get in all. The end's row is full when enough of its answers came, over whichever TTL. */
uint8_t sn_sweep_wanted(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl);
/* A row of a single query that stayed silent is asked once more, unless the caller keeps that to itself. */
bool sn_sweep_wants_retry(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl);
/* An open TCP port answers one SYN a flow: further queries to it go over fresh source ports. */
bool sn_sweep_is_open_target(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl);
bool sn_sweep_wants_fresh_flow(const struct sn_sweep *s, const struct sn_sweep_view *view);
bool sn_sweep_wants_early_time(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* Nothing more is asked for this row, and nothing more is waited for. */
bool sn_sweep_row_complete(const struct sn_sweep *s, const struct sn_sweep_view *view, uint8_t ttl);

/* sweep_send.c */

/* The next probe of that TTL may not go yet. */
bool sn_sweep_is_held(const struct sn_sweep *s, uint8_t ttl, sonde_at_ns now);
/* From when on a row's router may be asked again. */
sonde_at_ns sn_sweep_refilled_at(const struct sn_sweep *s, uint8_t ttl);
/* From when on the probe at TTL 255 may go; SONDE_NEVER: not as far as is known. */
sonde_at_ns sn_sweep_ttl255_at(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* True: *out is the probe to send now. */
bool sn_sweep_step_send(const struct sn_sweep *s, const struct sn_sweep_view *view, sonde_at_ns now, struct sn_plan_step *out);

/* sweep_end.c */

/* The refusal that ends the path. */
const struct sn_sweep_refusal *sn_sweep_refusal(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* Why the trace ends when its last row stands. */
enum sonde_stop sn_sweep_stop_reason(const struct sn_sweep *s, const struct sn_sweep_view *view);
/* What the end event says of a trace that ends for that reason. */
void sn_sweep_end(const struct sn_sweep *s, const struct sn_sweep_view *view, enum sonde_stop stop, struct sonde_event_end *end);

#endif
