/* SPDX-License-Identifier: MIT */
/* Who wants to be woken when: a heap whose items can change their instant. */
#ifndef SN_ENGINE_WAKES_H
#define SN_ENGINE_WAKES_H

#include <sonde/base.h>

struct sn_wake {
	sonde_at_ns at_ns;
	size_t place;   /* in the heap, from 1; 0: not in it */
	uint32_t order; /* breaks ties */
	void *owner;
};

/* What is compared stands in the heap itself: with ten thousand items following a pointer for each would cost more than all else. */
struct sn_wakes_item {
	sonde_at_ns at_ns;
	uint32_t order;
	struct sn_wake *wake;
};

/* {0} is empty. */
struct sn_wakes {
	struct sn_wakes_item *heap;
	size_t count, capacity;
};

void sn_wakes_finish(struct sn_wakes *wakes);
/* Room for one more item. SONDE_E_NOMEM. */
int sn_wakes_reserve(struct sn_wakes *wakes, size_t count) SONDE_MUST_USE;
/* Puts an item in (room was reserved), or moves it to another instant; SONDE_NEVER takes it out. */
void sn_wakes_set(struct sn_wakes *wakes, struct sn_wake *wake, sonde_at_ns at_ns);
/* The earliest item, NULL: none. */
struct sn_wake *sn_wakes_first(const struct sn_wakes *wakes);

#endif
