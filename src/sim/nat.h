/* SPDX-License-Identifier: MIT */
/* Translators with a memory: new addresses, ports and sequence numbers on the way there, the old ones in answers and in quotes. */
#ifndef SN_SIM_NAT_H
#define SN_SIM_NAT_H

#include "sim/rewrite.h"

/* Rows of the table of rewritings. */
bool sn_sim_nat_read_source(const char *text, struct sn_sim_rewrite *rule);
bool sn_sim_nat_read_destination(const char *text, struct sn_sim_rewrite *rule);
bool sn_sim_nat_read_seq(const char *text, struct sn_sim_rewrite *rule);
void sn_sim_nat_source(const struct sn_sim_rewriting *rewriting, struct sn_sim_packet *packet);
void sn_sim_nat_destination(const struct sn_sim_rewriting *rewriting, struct sn_sim_packet *packet);
void sn_sim_nat_seq(const struct sn_sim_rewriting *rewriting, struct sn_sim_packet *packet);

/* A packet comes to a translator, or is its own: where it answers a translated one, or quotes one, that is undone. */
void sn_sim_nat_back(struct sn_sim *sim, uint32_t node, bool own, struct sn_sim_packet *packet);
void sn_sim_nat_finish(struct sn_sim *sim);

#endif
