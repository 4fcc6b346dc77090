/* SPDX-License-Identifier: MIT */
/* Random simulated networks with at most one fault in each: the .net text, what to trace there, and the truth about both. */
#ifndef SONDE_TESTS_RANDOMNET_H
#define SONDE_TESTS_RANDOMNET_H

#include "base/buf.h"
#include "base/rng.h"

#include <sonde/base.h>

enum { RANDOMNET_HOPS_MAX = 20, RANDOMNET_NODES_MAX = 64, RANDOMNET_LINKS_MAX = 96, RANDOMNET_ASKS_MAX = 4 };

/* id, name. "at" is the hop of the router that has the fault. */
#define RANDOMNET_FAULTS(X) \
	X(HEALTHY, "healthy") \
	X(DROP, "dropped in the forward hook") \
	X(DROP_EARLY, "dropped before the TTL") \
	X(BLACKHOLE, "blackhole route") \
	X(REJECT, "rejected in the forward hook") \
	X(REJECT_EARLY, "rejected before the TTL") \
	X(RESET, "TCP reset by a router") \
	X(HOST_DOWN, "target down") \
	X(NO_ROUTE, "no route") \
	X(PROHIBIT, "prohibit route") \
	X(LOOP, "loop") \
	X(SHORT, "-m too small") \
	X(TARGET_SILENT, "target silent") \
	X(LOCAL, "own firewall") \
	X(DEADLINE, "ended by --deadline") \
	X(LIMITED, "one rate limited hop") \
	X(LOSS, "loss on a link") \
	X(SLOW, "slow to answer") \
	X(STEP, "long link") \
	X(LONGER_BACK, "longer way back")
enum randomnet_fault {
#define X(id, name) FAULT_##id,
	RANDOMNET_FAULTS(X)
#undef X
	FAULT_COUNT
};
const char *randomnet_fault_name(enum randomnet_fault fault);

struct randomnet_node {
	char name[24];
	uint8_t hop;      /* on the way there, 0: the observer */
	bool off_way;     /* only ways back lead through it */
	bool silent;
	uint8_t reply_ttl;
};
/* Near and far as packets to the target pass it; on a way back from its beginning. */
struct randomnet_link {
	uint8_t near, far;
	sonde_ns there_ns, back_ns, jitter_ns;
	unsigned loss_there_percent, loss_back_percent;
};
/* A kind of packet to trace with. */
struct randomnet_method {
	const char *name;
	uint16_t dport;
	bool compared;            /* may stand beside the others */
	const char *filter;       /* fits exactly its probes */
	const char *answers;      /* attribute of a target that answers it */
	const char *ignores;      /* … that does not */
};
/* How a router may refuse. */
struct randomnet_refusal {
	const char *kind;         /* as the .net file says it */
	const char *finding4, *finding6;
};

struct randomnet {
	uint64_t seed;
	uint8_t family, hops, extra_hops;  /* a longer branch makes the way longer by extra_hops for some flows */
	struct randomnet_node nodes[RANDOMNET_NODES_MAX];
	struct randomnet_link links[RANDOMNET_LINKS_MAX];  /* link number = index + 1 */
	unsigned node_count, link_count;
	uint8_t way[RANDOMNET_HOPS_MAX + 1];  /* node at each hop, of several the first */
	uint8_t width_at, width;  /* hop with several routers, 0: none; how many */
	uint8_t back_from, back_to, back_extra; /* from this hop on answers go another way, so much longer, to that hop; 0: nowhere */
	bool limits;              /* all routers and the target limit their ICMP as Linux does */
	/* the fault */
	enum randomnet_fault fault;
	uint8_t at;
	uint8_t circle;           /* LOOP: its length */
	uint8_t circle_nodes[3];
	const struct randomnet_refusal *refusal;
	sonde_ns slow_ns;         /* SLOW, STEP: by so much */
	/* what is asked */
	const struct randomnet_method *asks[RANDOMNET_ASKS_MAX];  /* the fault concerns the first of them, or all */
	unsigned ask_count;
	bool first_only;
	uint8_t queries, max_ttl;
	sonde_ns deadline_ns;
	struct sn_buf text;
};

/* Makes the network of a seed; finished by randomnet_finish. */
void randomnet_init(struct randomnet *net, uint64_t seed);
void randomnet_finish(struct randomnet *net);
/* Index of the node that has an address or a name; -1: nobody. */
int randomnet_node_of(const struct randomnet *net, const struct sonde_addr *addr);
int randomnet_node_named(const struct randomnet *net, const char *name);
/* The fault changes what happens to the probes of that ask. */
static inline bool randomnet_concerns(const struct randomnet *net, unsigned ask)
{
	return ask == 0 || !net->first_only;
}

#endif
