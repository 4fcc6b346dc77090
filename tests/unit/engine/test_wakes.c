/* SPDX-License-Identifier: MIT */
/* The heap of wakes against a list that is searched from end to end. */
#include "test.h"

#include "base/rng.h"
#include "engine/wakes.h"

enum { ITEMS = 100, OPERATIONS = 10000 };

static void an_empty_heap_has_no_first(void **unused)
{
	(void)unused;
	struct sn_wakes wakes = {0};
	struct sn_wake wake = {.at_ns = SONDE_NEVER};
	assert_null(sn_wakes_first(&wakes));
	sn_wakes_set(&wakes, &wake, SONDE_NEVER);
	assert_null(sn_wakes_first(&wakes));
	sn_wakes_finish(&wakes);
	sn_wakes_finish(&wakes);
}

static const struct sn_wake *first_of(const struct sn_wake *items)
{
	const struct sn_wake *first = NULL;
	for (size_t i = 0; i < ITEMS; i++) {
		const struct sn_wake *w = &items[i];
		if (w->at_ns == SONDE_NEVER)
			continue;
		if (!first || w->at_ns < first->at_ns || (w->at_ns == first->at_ns && w->order < first->order))
			first = w;
	}
	return first;
}

static void random_operations_agree_with_a_list(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 12, 0);
	struct sn_wakes wakes = {0};
	static struct sn_wake items[ITEMS];
	for (uint32_t i = 0; i < ITEMS; i++) {
		items[i] = (struct sn_wake){.at_ns = SONDE_NEVER, .order = ITEMS - i, .owner = &items[i]};
		assert_int_equal(sn_wakes_reserve(&wakes, i + 1), 0);
	}
	for (unsigned n = 0; n < OPERATIONS; n++) {
		size_t i = sn_rng_below(&rng, ITEMS);
		/* Few instants, so that many are equal; one in four takes an item out. */
		sonde_at_ns at = sn_rng_below(&rng, 4) ? (sonde_at_ns)sn_rng_below(&rng, 50) - 10 : SONDE_NEVER;
		sn_wakes_set(&wakes, &items[i], at);
		assert_int_equal(items[i].at_ns, at);
		assert_ptr_equal(sn_wakes_first(&wakes), first_of(items));
	}
	/* Emptied from the top, they come in order. */
	const struct sn_wake *last = NULL;
	for (struct sn_wake *w; (w = sn_wakes_first(&wakes)); last = w) {
		assert_ptr_equal(w, first_of(items));
		assert_ptr_equal(w->owner, w);
		assert_ptr_not_equal(w, last);
		sn_wakes_set(&wakes, w, SONDE_NEVER);
	}
	assert_null(first_of(items));
	sn_wakes_finish(&wakes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_heap_has_no_first),
		cmocka_unit_test(random_operations_agree_with_a_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
