/* SPDX-License-Identifier: MIT */
/* Which filter a packet meets at a node, by the one matcher that rewritings use, too. */
#ifndef SN_SIM_FILTER_H
#define SN_SIM_FILTER_H

#include "sim/world.h"

/* What the matcher needs of the bytes behind the IP header. */
struct sn_sim_view {
	bool has_ports, is_tcp, is_echo;
	uint16_t sport, dport;
	uint8_t flags;
	enum sn_sim_payload payload;
};

#define SN_SIM_REJECT_NAMES "{net,host,port}-unreachable | {net,host,admin}-prohibited | policy-fail | tcp-reset"

/* The row of a name such as "admin-prohibited", NULL. */
const struct sn_sim_reject *sn_sim_reject_find(const char *name);
struct sn_sim_view sn_sim_view_of(const struct sn_sim_packet *packet);
/* Whether a packet that came in by iface (SN_SIM_NONE: from the node itself) is one of those meant, now. Before or after the TTL is the
 * caller's business. */
bool sn_sim_match_fits(const struct sn_sim *sim, const struct sn_sim_match *match, uint32_t iface, const struct sn_sim_packet *packet,
                       const struct sn_sim_view *upper);
/* The first filter of the node that fits, NULL: none. iface: where the packet came in, SN_SIM_NONE: from the node itself. */
const struct sn_sim_filter *sn_sim_filter_find(const struct sn_sim *sim, uint32_t node, uint32_t iface, const struct sn_sim_packet *packet,
                                               bool before_ttl);

#endif
