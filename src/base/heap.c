/* SPDX-License-Identifier: MIT */
/* Binary heap keyed by (instant, insertion order). */
#include "base/heap.h"

#include <stdlib.h>

static bool earlier(const struct sn_heap_item *a, const struct sn_heap_item *b)
{
	return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

void sn_heap_finish(struct sn_heap *heap)
{
	free(heap->items);
	*heap = (struct sn_heap){0};
}

int sn_heap_push(struct sn_heap *heap, sonde_at_ns at_ns, uint64_t value)
{
	if (heap->count == heap->capacity) {
		size_t capacity = heap->capacity ? heap->capacity * 2 : 16;
		struct sn_heap_item *items = realloc(heap->items, capacity * sizeof *items);
		if (!items)
			return SONDE_E_NOMEM;
		heap->items = items;
		heap->capacity = capacity;
	}
	struct sn_heap_item item = {.at_ns = at_ns, .order = heap->pushed_count++, .value = value};
	size_t i = heap->count++;
	for (; i > 0 && earlier(&item, &heap->items[(i - 1) / 2]); i = (i - 1) / 2)
		heap->items[i] = heap->items[(i - 1) / 2];
	heap->items[i] = item;
	return 0;
}

sonde_at_ns sn_heap_next_at(const struct sn_heap *heap)
{
	return heap->count ? heap->items[0].at_ns : SONDE_NEVER;
}

bool sn_heap_pop(struct sn_heap *heap, struct sn_heap_item *out)
{
	if (heap->count == 0)
		return false;
	*out = heap->items[0];
	struct sn_heap_item last = heap->items[--heap->count];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child + 1 < heap->count && earlier(&heap->items[child + 1], &heap->items[child]))
			child++;
		if (child >= heap->count || !earlier(&heap->items[child], &last))
			break;
		heap->items[i] = heap->items[child];
		i = child;
	}
	heap->items[i] = last;
	return true;
}
