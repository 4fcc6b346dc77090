/* SPDX-License-Identifier: MIT */
/* The heap gives instants in order, and equal instants in the order they came. */
#include "test.h"

#include "base/heap.h"
#include "base/rng.h"

static void an_empty_heap_never_has_a_next(void **state)
{
	(void)state;
	struct sn_heap heap = {0};
	struct sn_heap_item item;
	assert_true(sn_heap_next_at(&heap) == SONDE_NEVER);
	assert_false(sn_heap_pop(&heap, &item));
	sn_heap_finish(&heap);
	sn_heap_finish(&heap);
}

static void equal_instants_keep_their_order(void **state)
{
	(void)state;
	struct sn_heap heap = {0};
	struct sn_heap_item item;
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(sn_heap_push(&heap, 7, i), 0);
	for (uint64_t i = 0; i < 100; i++) {
		assert_true(sn_heap_pop(&heap, &item));
		assert_true(item.value == i);
	}
	sn_heap_finish(&heap);
}

/* Pushes and pops mixed at random: what comes out is always the least of what is inside, found here by looking at everything. */
static void the_least_comes_first(void **state)
{
	(void)state;
	struct sn_heap heap = {0};
	struct sn_rng rng;
	sn_rng_init(&rng, 3, 0);
	struct sn_heap_item inside[512];
	size_t count = 0;
	for (uint64_t round = 0; round < 20000; round++) {
		if (count < 512 && (count == 0 || sn_rng_below(&rng, 5) < 3)) {
			sonde_at_ns at = (sonde_at_ns)sn_rng_below(&rng, 50) - 25;
			assert_int_equal(sn_heap_push(&heap, at, round), 0);
			inside[count++] = (struct sn_heap_item){.at_ns = at, .value = round};
			continue;
		}
		size_t least = 0;
		for (size_t i = 1; i < count; i++) {
			bool sooner = inside[i].at_ns < inside[least].at_ns;
			if (sooner || (inside[i].at_ns == inside[least].at_ns && inside[i].value < inside[least].value))
				least = i;
		}
		struct sn_heap_item item;
		assert_true(sn_heap_next_at(&heap) == inside[least].at_ns);
		assert_true(sn_heap_pop(&heap, &item));
		assert_true(item.value == inside[least].value && item.at_ns == inside[least].at_ns);
		inside[least] = inside[--count];
	}
	assert_int_equal(heap.count, count);
	sn_heap_finish(&heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_heap_never_has_a_next),
		cmocka_unit_test(equal_instants_keep_their_order),
		cmocka_unit_test(the_least_comes_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
