/* SPDX-License-Identifier: MIT */
/* A heap whose items know their place. Four children each: half the levels of a binary one, and every move writes into somebody's
 * memory. */
#include "engine/wakes.h"

#include <stdlib.h>

void sn_wakes_finish(struct sn_wakes *wakes)
{
	free(wakes->heap);
	*wakes = (struct sn_wakes){0};
}

int sn_wakes_reserve(struct sn_wakes *wakes, size_t count)
{
	if (count <= wakes->capacity)
		return 0;
	size_t capacity = wakes->capacity ? wakes->capacity : 16;
	while (capacity < count)
		capacity *= 2;
	struct sn_wakes_item *heap = realloc(wakes->heap, capacity * sizeof *heap);
	if (!heap)
		return SONDE_E_NOMEM;
	wakes->heap = heap;
	wakes->capacity = capacity;
	return 0;
}

enum { CHILDREN = 4 };

static bool earlier(const struct sn_wakes_item *a, const struct sn_wakes_item *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void put(struct sn_wakes *wakes, size_t i, struct sn_wakes_item item)
{
	wakes->heap[i] = item;
	item.wake->place = i + 1;
}

static void rise(struct sn_wakes *wakes, size_t i, struct sn_wakes_item item)
{
	for (; i > 0 && earlier(&item, &wakes->heap[(i - 1) / CHILDREN]); i = (i - 1) / CHILDREN)
		put(wakes, i, wakes->heap[(i - 1) / CHILDREN]);
	put(wakes, i, item);
}

static void sink(struct sn_wakes *wakes, size_t i, struct sn_wakes_item item)
{
	for (;;) {
		size_t first = CHILDREN * i + 1, child = first;
		for (size_t c = first + 1; c < first + CHILDREN && c < wakes->count; c++)
			child = earlier(&wakes->heap[c], &wakes->heap[child]) ? c : child;
		if (child >= wakes->count || !earlier(&wakes->heap[child], &item))
			break;
		put(wakes, i, wakes->heap[child]);
		i = child;
	}
	put(wakes, i, item);
}

/* Puts an item where it belongs, starting at i. */
static void settle(struct sn_wakes *wakes, size_t i, struct sn_wakes_item item)
{
	if (i > 0 && earlier(&item, &wakes->heap[(i - 1) / CHILDREN]))
		rise(wakes, i, item);
	else
		sink(wakes, i, item);
}

void sn_wakes_set(struct sn_wakes *wakes, struct sn_wake *wake, sonde_at_ns at_ns)
{
	wake->at_ns = at_ns;
	if (at_ns != SONDE_NEVER) {
		settle(wakes, wake->place ? wake->place - 1 : wakes->count++,
		       (struct sn_wakes_item){.at_ns = at_ns, .order = wake->order, .wake = wake});
	} else if (wake->place) {
		size_t i = wake->place - 1;
		struct sn_wakes_item last = wakes->heap[--wakes->count];
		wake->place = 0;
		if (last.wake != wake)
			settle(wakes, i, last);
	}
}

struct sn_wake *sn_wakes_first(const struct sn_wakes *wakes)
{
	return wakes->count ? wakes->heap[0].wake : NULL;
}
