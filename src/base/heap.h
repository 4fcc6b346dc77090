/* SPDX-License-Identifier: MIT */
/* A binary heap of instants: earliest first, ties in order of insertion. */
#ifndef SN_BASE_HEAP_H
#define SN_BASE_HEAP_H

#include <sonde/base.h>

struct sn_heap_item {
	sonde_at_ns at_ns;
	uint64_t order;  /* set by push: insertion order breaks ties, so that runs repeat exactly */
	uint64_t value;
};

/* {0} is an empty heap. */
struct sn_heap {
	struct sn_heap_item *items;
	size_t count, capacity;
	uint64_t pushed_count;
};

void sn_heap_finish(struct sn_heap *heap);
/* 0 or SONDE_E_NOMEM. */
int sn_heap_push(struct sn_heap *heap, sonde_at_ns at_ns, uint64_t value) SONDE_MUST_USE;
/* The earliest instant, SONDE_NEVER when empty. */
sonde_at_ns sn_heap_next_at(const struct sn_heap *heap);
/* Takes the earliest item. False: empty. */
bool sn_heap_pop(struct sn_heap *heap, struct sn_heap_item *out);

#endif
