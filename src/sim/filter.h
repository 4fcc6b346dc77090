/* SPDX-License-Identifier: MIT */
/* Which filter a packet meets at a node, and the ways to reject it. */
#ifndef SN_SIM_FILTER_H
#define SN_SIM_FILTER_H

#include "sim/world.h"

#define SN_SIM_REJECT_NAMES "{net,host,port}-unreachable | {net,host,admin}-prohibited | policy-fail | tcp-reset"

/* The row of a name such as "admin-prohibited", NULL. */
const struct sn_sim_reject *sn_sim_reject_find(const char *name);
/* The first filter of the node that fits, NULL: none. iface: where the packet came in, SN_SIM_NONE: from the node itself. */
const struct sn_sim_filter *sn_sim_filter_find(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet,
                                               bool before_ttl);

#endif
