/* SPDX-License-Identifier: MIT */
/* Events that were not taken yet, oldest first. */
#ifndef SN_ENGINE_RING_H
#define SN_ENGINE_RING_H

#include <sonde/event.h>

/* {0} is empty. */
struct sn_ring {
	struct sonde_event *events;
	size_t first, count, capacity;
	uint64_t lost_count;  /* no memory for them */
};

void sn_ring_finish(struct sn_ring *ring);
void sn_ring_push(struct sn_ring *ring, const struct sonde_event *event);
bool sn_ring_pop(struct sn_ring *ring, struct sonde_event *out);

#endif
