/* SPDX-License-Identifier: MIT */
/* A growing ring of events. */
#include "engine/ring.h"

#include <stdlib.h>

void sn_ring_finish(struct sn_ring *ring)
{
	free(ring->events);
	*ring = (struct sn_ring){0};
}

static bool grow(struct sn_ring *ring)
{
	size_t capacity = ring->capacity ? ring->capacity * 2 : 32;
	struct sonde_event *events = malloc(capacity * sizeof *events);
	if (!events)
		return false;
	for (size_t i = 0; i < ring->count; i++)
		events[i] = ring->events[(ring->first + i) % ring->capacity];
	free(ring->events);
	ring->events = events;
	ring->first = 0;
	ring->capacity = capacity;
	return true;
}

void sn_ring_push(struct sn_ring *ring, const struct sonde_event *event)
{
	if (ring->count == ring->capacity && !grow(ring)) {
		ring->lost_count++;
		return;
	}
	ring->events[(ring->first + ring->count++) % ring->capacity] = *event;
}

bool sn_ring_pop(struct sn_ring *ring, struct sonde_event *out)
{
	if (ring->count == 0)
		return false;
	*out = ring->events[ring->first];
	ring->first = (ring->first + 1) % ring->capacity;
	ring->count--;
	return true;
}
