/* SPDX-License-Identifier: MIT */
/* The ring of events: nothing is lost, nothing changes places, however it grows and wraps. */
#include "test.h"

#include "base/rng.h"
#include "engine/ring.h"

static void an_empty_ring_gives_nothing(void **unused)
{
	(void)unused;
	struct sn_ring ring = {0};
	struct sonde_event event;
	assert_false(sn_ring_pop(&ring, &event));
	sn_ring_finish(&ring);
	sn_ring_finish(&ring);
}

static void events_come_out_in_order(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 13, 0);
	struct sn_ring ring = {0};
	uint64_t in = 0, out = 0;
	for (unsigned n = 0; n < 10000; n++) {
		/* Waves: fuller and fuller, then emptied to a few. */
		bool push = n / 500 % 2 ? sn_rng_below(&rng, 3) == 0 : sn_rng_below(&rng, 3) > 0;
		struct sonde_event event = {.type = SONDE_EV_SENT, .at_ns = (sonde_at_ns)in, .probe = {.token = in + 1}};
		if (push) {
			sn_ring_push(&ring, &event);
			in++;
		} else if (sn_ring_pop(&ring, &event)) {
			assert_int_equal(event.at_ns, out);
			assert_int_equal(event.probe.token, out + 1);
			out++;
		} else {
			assert_int_equal(in, out);
		}
		assert_int_equal(ring.count, in - out);
		assert_int_equal(ring.lost_count, 0);
	}
	sn_ring_finish(&ring);
}

/* What the starts of ten thousand traces took is given back once they are read; what a turn brings stays. */
static void a_flood_leaves_no_room_behind(void **unused)
{
	(void)unused;
	static const struct {
		unsigned count;
		bool kept;
	} rows[] = {{1000, true}, {10000, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_ring ring = {.lost_count = 3};
		struct sonde_event event = {.type = SONDE_EV_SENT};
		for (unsigned n = 0; n < rows[i].count; n++)
			sn_ring_push(&ring, &event);
		for (unsigned n = 0; n < rows[i].count; n++)
			assert_true(sn_ring_pop(&ring, &event));
		assert_int_equal(ring.capacity != 0, rows[i].kept);
		assert_int_equal(ring.lost_count, 3);
		sn_ring_push(&ring, &event);
		assert_true(sn_ring_pop(&ring, &event));
		assert_false(sn_ring_pop(&ring, &event));
		sn_ring_finish(&ring);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_ring_gives_nothing),
		cmocka_unit_test(events_come_out_in_order),
		cmocka_unit_test(a_flood_leaves_no_room_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
