/* SPDX-License-Identifier: MIT */
/* The state of a search for the path's MTU, as its files share it. */
#ifndef SN_PLAN_PMTU_H
#define SN_PLAN_PMTU_H

#include "base/sizes.h"
#include "plan/failures.h"
#include "plan/plan.h"

enum sn_pmtu_fate {
	SN_PMTU_UNSENT,    /* did not leave, for a reason that says nothing of its size */
	SN_PMTU_OPEN,
	SN_PMTU_SILENT,
	SN_PMTU_OTHER,     /* some other answer, which says nothing */
	SN_PMTU_DOUBTED,   /* somebody refuses it, in a message that quotes too little to be believed */
	SN_PMTU_REFUSED,   /* somebody says that he does not pass it on, for another reason than its size */
	SN_PMTU_TRANSIT,   /* its TTL ran out: that far it got */
	SN_PMTU_TARGET,
	SN_PMTU_TOO_BIG,
	SN_PMTU_NOT_HERE,  /* this machine refused its size */
};

struct sn_pmtu_probe {
	sonde_at_ns sent_at_ns;
	struct sn_size_word word;  /* of its answer */
	uint16_t size_bytes;
	uint8_t ttl, query;      /* ttl 0: to the target, however far that is */
	uint8_t fate;            /* enum sn_pmtu_fate */
	uint8_t code;            /* of ICMP, with its word */
};

/* Queries are numbered in a byte for each TTL. */
enum { SN_PMTU_PROBES_MAX = 1024, SN_PMTU_QUERIES_MAX = 250 };
/* Silence to so many probes of a size is more than a lost packet. */
enum { SN_PMTU_SURE_TRIES = 3 };

struct sn_pmtu {
	const struct sonde_trace_cfg *cfg;
	sonde_at_ns started_at_ns, next_send_at_ns, held_until_ns;
	struct sn_failures failures;
	uint16_t small_bytes, top_bytes;  /* the size of the controls, and what the link of this machine takes */
	sonde_ns rtt_ns;         /* the longest so far; 0: none */
	uint8_t aim;             /* how far it is measured: 0 to the target, else a TTL */
	uint8_t hint;            /* the target's distance by its answers' TTL; 0: not known */
	uint8_t cut_ttl;         /* nearest hop that shows that probes may be cut behind it; 0: none */
	bool careful;            /* who answers at the aim rations that */
	bool serial;             /* it answers one at a time */
	bool done, changed;      /* changed: sizes and steps are older than the probes */
	enum sonde_stop stopped;
	/* What follows from the probes. */
	uint8_t transit_top;     /* highest TTL that ran out */
	uint8_t distance;        /* lowest TTL that got to the target; 0: none did */
	struct sn_sizes sizes;   /* at the aim */
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	size_t step_count;
	uint16_t passed_bytes;   /* the largest that got through */
	struct sn_size mixed;    /* the smallest that was called too big although it, or a larger one, gets through; bytes 0: none */
	uint8_t query_count[SONDE_TTL_LAST + 1];
	unsigned probe_count, open_count;
	struct sn_pmtu_probe probes[SN_PMTU_PROBES_MAX];
};

/* What came of the probes of one size to one TTL. */
struct sn_pmtu_tally {
	unsigned sent, open;
	unsigned silent;   /* nothing that tells came */
	unsigned passed;
	unsigned refused;  /* somebody said so, in whatever words */
};
struct sn_pmtu_tally sn_pmtu_tally(const struct sn_pmtu *s, uint8_t ttl, uint16_t size_bytes);

/* The next probe that is wanted now: TTL and size of it in *out. False: none, or none before *wake, which it brings forward. */
bool sn_pmtu_want(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake);
/* One probe, if whoever answers it may be asked now. */
bool sn_pmtu_offer(const struct sn_pmtu *s, uint8_t ttl, uint16_t size_bytes, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake);
/* The same of what shows that it was one way, behind all else. */
bool sn_pmtu_want_proof(const struct sn_pmtu *s, sonde_at_ns now, struct sn_plan_step *out, sonde_at_ns *wake);
/* The farthest hop that answers, but none twice: what goes in a circle is at its end there. */
uint8_t sn_pmtu_farthest(const struct sn_pmtu *s);
/* The step that ends it, and how it ended. */
void sn_pmtu_done(struct sn_pmtu *s, struct sn_plan_step *out);
/* The target answers nothing; and all hops were asked. */
bool sn_pmtu_target_is_silent(const struct sn_pmtu *s);
bool sn_pmtu_rows_are_known(const struct sn_pmtu *s);

#endif
