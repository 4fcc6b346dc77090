/* SPDX-License-Identifier: MIT */
/* Which unanswered probes a router's own limit explains, which the path, and which nobody can tell yet. */
#ifndef SN_DIAG_LOSS_H
#define SN_DIAG_LOSS_H

#include "diag/diag.h"

struct sn_tally {
	unsigned answered, asked;
};

/* A hop that answered at least once. */
struct sn_loss_hop {
	uint8_t ttl;
	bool is_target;
	struct sn_tally own;     /* of its probes whose fate is known; asked 0: says nothing about loss */
	struct sn_tally passed;  /* its probes that came that far and back, at the least: whose fate is unknown did not */
	bool limited;            /* answers fewer than pass it */
	bool undecided;          /* as it seems, but its interval and that of the hops behind overlap */
	struct sn_tally behind;  /* limited, undecided: the best that is known of the hops behind … */
	uint8_t behind_first_ttl, behind_last_ttl;  /* … and whose probes that were */
	uint8_t queries;         /* undecided: -q N that would tell; 0: none would */
};

enum sn_loss_kind {
	SN_LOSS_NONE,
	SN_LOSS_UNDECIDED,  /* the target left probes unanswered, too few to say more */
	SN_LOSS_FOUND,
};

struct sn_loss {
	struct sn_loss_hop hops[SONDE_TTL_LAST + 1];
	size_t count;
	double z;                     /* of all intervals */
	enum sn_loss_kind kind;
	uint8_t last_good_ttl;        /* FOUND: it begins behind that hop (0: this machine) … */
	uint8_t first_bad_ttl;        /* … and before this one … */
	uint8_t last_ttl;             /* … and goes on to this one */
	bool to_target;               /* … which is the target */
	bool alone;                   /* … and the only one behind the beginning */
	struct sn_tally before, after; /* FOUND: the probes to hops on either side; UNDECIDED: after is the target's */
	uint8_t queries;              /* UNDECIDED: -q N that would tell; 0: none would … */
	unsigned queries_beyond;      /* … but so many, more than can be asked; 0: as good as none */
};

void sn_loss(const struct sn_view *view, struct sn_loss *out);
/* It may have a limiter that can be asked for: it has a single router. */
bool sn_is_suspect(const struct sn_view *view, const struct sn_loss_hop *hop);
/* The hops that may have a limiter, at most `most`, nearest first; only those with a single router. Their number, SONDE_E_NOMEM. */
int sn_limiter_suspects(const struct sonde_path *path, uint8_t *ttls, unsigned most);

#endif
