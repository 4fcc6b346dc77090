/* SPDX-License-Identifier: MIT */
/* What the probes of a SONDE_PLAN_PMTU trace say of the path's MTU: how large a packet gets through, and which link takes no larger one. */
#ifndef SONDE_MTU_H
#define SONDE_MTU_H

#include <sonde/path.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How it shows that larger packets do not get past a place. */
enum sonde_mtu_cause {
	SONDE_MTU_LOCAL,   /* this machine's own link takes no larger ones */
	SONDE_MTU_SAID,    /* a packet-too-big came */
	SONDE_MTU_SILENT,  /* they were not answered, and smaller ones were */
	SONDE_MTU_DOUBTED, /* messages came that quote too little to be believed, and what they name was not found */
	SONDE_MTU_REFUSED, /* somebody refuses them in other words: a filter by length, which says nothing of a link */
};

/* A link that takes less than those before it. */
struct sonde_narrowing {
	enum sonde_mtu_cause cause;
	uint16_t got_bytes;        /* largest size that got past it; 0: none */
	uint16_t refused_bytes;    /* smallest size that did not; its MTU is known where that is got_bytes + 1 */
	uint16_t largest_bytes;    /* largest size that was sent and did not */
	uint8_t step_bytes;        /* lengths of the method's packets are so far apart */
	uint8_t after_ttl;         /* last hop that refused_bytes got to; 0: none answered */
	uint8_t before_ttl;        /* nearest hop behind it that refused_bytes did not get to; 0: not known */
	struct sonde_addr by;      /* SAID, REFUSED: who; DOUBTED: in whose name */
	enum sonde_meaning meaning; /* SAID, REFUSED, DOUBTED: what was said */
	uint16_t said_bytes;       /* PACKET_TOO_BIG: the MTU that was named; 0: none (RFC 1191 section 5) */
	unsigned silent_count;     /* SILENT: probes of these sizes that were waited for in vain */
	bool sure;                 /* SILENT: neither loss nor a target that answers no large packets explains it, wherever it is */
};
enum { SONDE_NARROWINGS_MAX = 16 };

/* Whether it was one way that was measured: a balancer may draw one for each packet, and each takes what it takes. */
struct sonde_mtu_ways {
	bool several;              /* a packet was refused, and one at least as large got past that place: several ways, or one that
	                            * changed meanwhile */
	uint16_t got_bytes;        /* … that other one, the largest */
	uint8_t got_ttl;           /* … and the hop that it got to; 0: the target */
	uint16_t refused_bytes;    /* … the refused one, the smallest */
	struct sonde_addr by;      /* … by whom */
	enum sonde_meaning meaning;
	uint16_t said_bytes;       /* … PACKET_TOO_BIG: the MTU that was named */
	bool uneven;               /* sizes that get through are lost now and then, smaller ones not: a way that swallows them, or loss */
	uint16_t uneven_bytes;     /* … the smallest of these */
	unsigned large_answered, large_silent, small_answered, small_silent;
	bool proved;               /* none of that, and seen so often that it is no luck */
};

/* Whether what got through may have done so in pieces: a router may clear the bit that forbids it (RFC 791 section 3.1). */
struct sonde_mtu_cut {
	uint8_t before_ttl;        /* nearest hop that got probes without that bit, or in pieces, as all behind it that show it; 0: none */
	uint8_t after_ttl;         /* last hop nearer by that got them whole, and with it */
	uint8_t pieces_ttl;        /* nearest hop that got pieces; 0: none showed one */
	uint16_t piece_bytes;      /* … and the length of the first one */
	uint8_t seen_ttl;          /* farthest hop whose copies show that bit; 0: none does, so that nobody knows */
};

struct sonde_mtu {
	bool reached;              /* it was measured as far as the target, else as far as the hop that answers and is farthest */
	uint8_t aim_ttl;           /* … at this distance; 0: not known */
	bool echoes;               /* the target's answers are as large as the probes: they have to get through as well */
	uint16_t device_bytes;     /* what this machine's link takes; 0: not known */
	uint16_t path_bytes;       /* largest size that got through; 0: none did */
	unsigned control_answered, control_silent;  /* probes over the whole way of sizes that get through */
	struct sonde_mtu_ways ways;
	struct sonde_mtu_cut cut;
	struct sonde_narrowing narrowings[SONDE_NARROWINGS_MAX];  /* in the order of the way, as far as it is known */
	size_t narrowing_count;
	uint16_t hop_bytes[SONDE_TTL_LAST + 1];     /* [ttl]: largest size that got to that hop */
	struct sonde_addr hops[SONDE_TTL_LAST + 1]; /* [ttl]: who answered there; family 0: nobody */
};

/* Reads a path whose trace had that plan; what has not ended yet is told as far as it is known. SONDE_E_RANGE: no such path. */
SONDE_API int sonde_mtu_read(const struct sonde_path *path, struct sonde_mtu *out) SONDE_MUST_USE;
/* The link is known to take got_bytes and no more. */
static inline bool sonde_narrowing_is_exact(const struct sonde_narrowing *n)
{
	return n->refused_bytes - n->got_bytes == 1;
}
/* … or as exactly as packets of that method can tell: no size lies between. */
static inline bool sonde_narrowing_is_measured(const struct sonde_narrowing *n)
{
	return n->refused_bytes - n->got_bytes <= n->step_bytes;
}
/* The MTU that was named is what was measured, or within what is left open. */
static inline bool sonde_narrowing_fits(const struct sonde_narrowing *n)
{
	return n->said_bytes >= n->got_bytes && n->said_bytes < n->refused_bytes;
}
/* Somebody says that larger packets are not passed on. */
static inline bool sonde_narrowing_is_said(const struct sonde_narrowing *n)
{
	return n->cause == SONDE_MTU_SAID || n->cause == SONDE_MTU_REFUSED;
}
/* What a link of that MTU may be, "PPPoE (RFC 2516)": a guess; NULL: none. */
SONDE_API const char *sonde_mtu_guess(uint16_t mtu_bytes);

#ifdef __cplusplus
}
#endif
#endif
