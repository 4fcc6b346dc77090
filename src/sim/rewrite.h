/* SPDX-License-Identifier: MIT */
/* What routers change in packets that they pass on: one table, one row for each kind of change. */
#ifndef SN_SIM_REWRITE_H
#define SN_SIM_REWRITE_H

#include "sim/world.h"

/* What a change may need beside the packet. */
struct sn_sim_rewriting {
	struct sn_sim *sim;
	const struct sn_sim_rewrite *rule;
	uint32_t iface_out;  /* SN_SIM_NONE: not known yet, before the TTL */
};

struct sn_sim_rewrite_kind {
	const char *name;
	const char *expected;  /* behind "expected" in a message */
	/* Reads what stands behind the `=` into rule->value and its like. */
	bool (*read)(const char *text, struct sn_sim_rewrite *rule);
	/* Changes the bytes of a packet, checksums included. NULL: nothing in the packet. */
	void (*apply)(const struct sn_sim_rewriting *rewriting, struct sn_sim_packet *packet);
	bool is_translator;    /* remembers what it did, to undo it in answers */
};

/* The row of a name such as "dscp", NULL. */
const struct sn_sim_rewrite_kind *sn_sim_rewrite_find(const char *name);
/* Applies all the router's rules that are for this packet, in order of the file. */
void sn_sim_rewrite(struct sn_sim *sim, uint32_t node, uint32_t iface_in, uint32_t iface_out, bool before_ttl,
                    struct sn_sim_packet *packet);
/* The TTL at or below which the router answers instead of passing a packet on: 1, or what a rule says. */
uint8_t sn_sim_rewrite_last_ttl(struct sn_sim *sim, uint32_t node, uint32_t iface_in, const struct sn_sim_packet *packet);

#endif
