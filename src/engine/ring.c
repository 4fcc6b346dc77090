/* SPDX-License-Identifier: MIT */
/* A growing ring of events. */
#include "engine/ring.h"

#include <stdlib.h>

/* A power of two, and so is every later one. One that grew beyond what a turn brings, as for the starts of ten thousand traces, is given
 * back. */
enum { FIRST_CAPACITY = 32, KEPT_CAPACITY = 4096 };

void sn_ring_finish(struct sn_ring *ring)
{
	free(ring->events);
	*ring = (struct sn_ring){0};
}

/* What was lost on the way stays counted. */
static void give_back(struct sn_ring *ring)
{
	free(ring->events);
	*ring = (struct sn_ring){.lost_count = ring->lost_count};
}

static bool grow(struct sn_ring *ring)
{
	size_t capacity = ring->capacity ? ring->capacity * 2 : FIRST_CAPACITY;
	struct sonde_event *events = malloc(capacity * sizeof *events);
	if (!events)
		return false;
	for (size_t i = 0; i < ring->count; i++)
		events[i] = ring->events[(ring->first + i) & (ring->capacity - 1)];
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
	ring->events[(ring->first + ring->count++) & (ring->capacity - 1)] = *event;
}

bool sn_ring_pop(struct sn_ring *ring, struct sonde_event *out)
{
	if (ring->count == 0)
		return false;
	*out = ring->events[ring->first];
	ring->count--;
	/* An empty ring starts again at its beginning: a few events at a time stay in the same few lines of the cache. */
	ring->first = ring->count ? (ring->first + 1) & (ring->capacity - 1) : 0;
	if (!ring->count && ring->capacity > KEPT_CAPACITY)
		give_back(ring);
	return true;
}
