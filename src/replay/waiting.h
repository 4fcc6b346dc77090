/* SPDX-License-Identifier: MIT */
/* The probes of a trace that are still waited for, found by a key: their row, or their flow. */
#ifndef SN_REPLAY_WAITING_H
#define SN_REPLAY_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A search takes a step up and one down in each level. So many hold 2^23 numbers, more than a capture has packets. */
enum { SN_WAITING_LEVELS = 4, SN_WAITING_NONE = UINT32_MAX };

/* Which of a fixed set of numbered things are in, in order of their keys. */
struct sn_waiting {
	uint64_t *sorted;                     /* key, then number */
	uint32_t *place;                      /* of each number, in sorted */
	size_t count;
	uint64_t *level[SN_WAITING_LEVELS];   /* a bit for each place that is in; a level up, for each word that is not zero */
};

/* keys: of the numbers from 0 on. Nothing is in. SONDE_E_NOMEM. */
int sn_waiting_init(struct sn_waiting *w, const uint32_t *keys, size_t count);
/* A zeroed one is fine. */
void sn_waiting_finish(struct sn_waiting *w);
/* Puts a number in, or takes it out; either may be so already. */
void sn_waiting_set(struct sn_waiting *w, uint32_t number, bool in);
/* The lowest key from `from` to `to` that is in, and of that key the lowest number; SN_WAITING_NONE. */
uint32_t sn_waiting_first(const struct sn_waiting *w, uint32_t from, uint32_t to);

#endif
