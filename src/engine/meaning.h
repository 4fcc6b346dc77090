/* SPDX-License-Identifier: MIT */
/* What an answer means for the way, by what it says and in whose name. */
#ifndef SN_ENGINE_MEANING_H
#define SN_ENGINE_MEANING_H

#include "packet/packet.h"
#include "plan/plan.h"

enum sn_plan_class sn_answer_class(enum sonde_meaning meaning, bool in_targets_name);
/* What it is as the word of this very machine about a probe to somewhere else: the errno of a send that failed (its firewall's refusal, its
 * tunnel's MTU); 0: an answer all the same. */
int sn_answer_own_errno(enum sonde_meaning meaning);
/* Fills what a packet says by itself, whatever it answers; the rest is zero. */
void sn_answer_read(const struct sn_packet *packet, struct sonde_event_answer *out);
/* The time that it took is that of the way. */
bool sn_answer_is_timed(enum sonde_meaning meaning, sonde_ns rtt_ns);

#endif
