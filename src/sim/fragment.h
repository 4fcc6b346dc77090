/* SPDX-License-Identifier: MIT */
/* Fragments: what routers make of packets that are too long, and hosts of what comes to them. */
#ifndef SN_SIM_FRAGMENT_H
#define SN_SIM_FRAGMENT_H

#include "sim/world.h"

enum { SN_SIM_CUT_MAX = 1024 };

/* Cuts an IPv4 packet into pieces that fit, each owned by the caller. Returns how many there are; fewer than needed: out of memory. */
size_t sn_sim_cut(struct sn_sim *sim, const struct sn_sim_packet *packet, uint32_t mtu_bytes, struct sn_sim_packet **pieces,
                  size_t pieces_max);
/* A fragment has come to the node that it is for. The whole packet, owned by the caller, when this was the last one; NULL: not yet. */
struct sn_sim_packet *sn_sim_join(struct sn_sim *sim, uint32_t node, const struct sn_sim_packet *packet);
void sn_sim_pieces_finish(struct sn_sim *sim);

#endif
