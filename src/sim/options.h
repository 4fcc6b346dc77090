/* SPDX-License-Identifier: MIT */
/* What middleboxes do to the options of TCP headers. */
#ifndef SN_SIM_OPTIONS_H
#define SN_SIM_OPTIONS_H

#include "sim/edit.h"

/* Names such as "sack,ts" into a set of options. False: not such names. */
bool sn_sim_options_read(const char *text, uint32_t *set);
/* Lowers a larger maximum segment size. */
void sn_sim_options_clamp(struct sn_sim_edit *edit, uint16_t mss);
/* Overwrites those options with no-operations, */
void sn_sim_options_strip(struct sn_sim_edit *edit, uint32_t set);
/* or takes them out: the header becomes shorter. */
void sn_sim_options_remove(struct sn_sim_edit *edit, uint32_t set);

#endif
