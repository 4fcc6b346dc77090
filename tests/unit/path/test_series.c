/* SPDX-License-Identifier: MIT */
/* Rows of several paths added up. */
#include "madepath.h"

#include <sonde/series.h>

enum { PATHS = 3, QUERIES = 2 };

static struct fixture *fixtures[PATHS];
static const struct sonde_path *paths[PATHS];

/* A path whose target is at that distance, 0: nowhere, behind routers that answer after so long. */
static void make(size_t index, uint8_t distance, unsigned us)
{
	void *made;
	assert_int_equal(setup(&made), 0);
	struct fixture *f = fixtures[index] = made;
	paths[index] = f->path;
	made_start(&f->m, "192.0.2.9", QUERIES);
	for (uint8_t ttl = 1; ttl < (distance ? distance : 4); ttl++)
		made_hop(&f->m, ttl, "10.0.0.1", SONDE_M_TIME_EXCEEDED, (int)us);
	for (size_t i = 0; distance && i < QUERIES; i++)
		made_hop(&f->m, distance, "192.0.2.9", SONDE_M_ECHO_REPLY, (int)us);
	made_end(&f->m, (struct sonde_event_end){.stop = distance ? SONDE_STOP_REACHED : SONDE_STOP_GAP, .reached = distance != 0,
	                                         .distance = distance, .last_ttl = distance ? distance : 6});
}

static int finish(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < PATHS; i++)
		teardown((void **)&fixtures[i]);
	return 0;
}

static void rows_are_added(void **unused)
{
	(void)unused;
	struct sonde_series s;
	make(0, 3, 1000);
	make(1, 3, 3000);
	make(2, 3, 5000);
	assert_int_equal(sonde_series_init(&s, paths, PATHS), SONDE_OK);
	assert_int_equal(s.reached_count, 3);
	assert_int_equal(s.first_ttl, 1);
	assert_int_equal(s.last_ttl, 3);
	assert_true(s.least_distance == 3 && s.most_distance == 3);
	assert_int_equal(s.rows[1].answered_count, PATHS);
	assert_int_equal(s.rows[1].responder_count, 1);
	assert_true(s.rows[1].responders[0].best_ns == SONDE_MS && s.rows[1].responders[0].worst_ns == 5 * SONDE_MS);
	assert_true(s.rows[1].responders[0].sum_ns == 9 * SONDE_MS);
	assert_int_equal(s.rows[3].answered_count, PATHS * QUERIES);
	assert_true(s.rows[3].is_target);
	sonde_series_finish(&s);
}

/* The target stands at the nearest hop at which nobody else answers, however far the others went. */
static void who_ended_nearer_says_nothing_of_what_is_behind(void **unused)
{
	(void)unused;
	struct sonde_series s;
	make(0, 3, 1000);
	make(1, 5, 1000);
	make(2, 0, 1000);
	assert_int_equal(sonde_series_init(&s, paths, PATHS), SONDE_OK);
	assert_int_equal(s.reached_count, 2);
	assert_true(s.least_distance == 3 && s.most_distance == 5);
	assert_int_equal(s.last_ttl, 5);
	assert_int_equal(s.rows[1].answered_count, 3);
	assert_int_equal(s.rows[3].responder_count, 2); /* a router of the two longer ways, and the target */
	assert_int_equal(s.rows[4].answered_count, 1);
	sonde_series_finish(&s);
}

static void nothing_is_fine_to_finish(void **unused)
{
	(void)unused;
	struct sonde_series s = {0};
	sonde_series_finish(&s);
	assert_null(s.rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(rows_are_added, finish),
	    cmocka_unit_test_teardown(who_ended_nearer_says_nothing_of_what_is_behind, finish),
	    cmocka_unit_test(nothing_is_fine_to_finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
