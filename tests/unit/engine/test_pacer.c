/* SPDX-License-Identifier: MIT */
/* The pacer: a burst, then one place a refill; nobody waits for ever; different routers at a TTL share nothing. */
#include "test.h"

#include "engine/pacer.h"

static const struct sonde_addr a = {.family = 4, .bytes = {192, 0, 2, 1}}, b = {.family = 4, .bytes = {192, 0, 2, 2}};

static struct sn_pacer five_a_second(void)
{
	struct sn_pacer pacer;
	sn_pacer_init(&pacer, 5, SONDE_S);
	return pacer;
}

static void a_burst_goes_at_once(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(sn_pacer_take(&pacer, 1, 1000), 1000);
	assert_true(sn_pacer_take(&pacer, 1, 1000) > 1000);
}

static void a_known_router_is_asked_once_a_refill(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 5; i++)
		sn_pacer_take(&pacer, 1, 0);
	assert_int_equal(sn_pacer_take(&pacer, 1, 0), SONDE_S);
	assert_int_equal(sn_pacer_take(&pacer, 1, 0), 2 * SONDE_S);
	/* Two seconds are the longest wait: whoever comes then takes no place from the others. */
	assert_int_equal(sn_pacer_take(&pacer, 1, 0), 2 * SONDE_S);
	assert_int_equal(sn_pacer_take(&pacer, 1, 10 * SONDE_MS), 2 * SONDE_S + 10 * SONDE_MS);
	/* Seven are paid for until 7 s: at 3.5 s the eighth has its turn. */
	assert_int_equal(sn_pacer_take(&pacer, 1, 3500 * SONDE_MS), 3500 * SONDE_MS);
}

static void places_come_back_with_time(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 5; i++)
		sn_pacer_take(&pacer, 1, 0);
	/* After 3 s three places, no more. */
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(sn_pacer_take(&pacer, 1, 3 * SONDE_S), 3 * SONDE_S);
	assert_int_equal(sn_pacer_take(&pacer, 1, 3 * SONDE_S), 4 * SONDE_S);
	/* After a long rest the burst, no more. */
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(sn_pacer_take(&pacer, 1, 100 * SONDE_S), 100 * SONDE_S);
	assert_int_equal(sn_pacer_take(&pacer, 1, 100 * SONDE_S), 101 * SONDE_S);
}

static void an_unknown_router_keeps_nobody_long(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 5; i++)
		sn_pacer_take(&pacer, 9, 0);
	assert_int_equal(sn_pacer_take(&pacer, 9, 0), 300 * SONDE_MS);
	assert_int_equal(sn_pacer_take(&pacer, 9, 700 * SONDE_MS), SONDE_S);
}

static void ttls_do_not_share(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 6; i++)
		sn_pacer_take(&pacer, 255, 0);
	assert_int_equal(sn_pacer_take(&pacer, 254, 0), 0);
}

static void different_routers_at_a_ttl_are_not_held_back(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 3, &a);
	sn_pacer_learn(&pacer, 3, &a);
	for (unsigned i = 0; i < 5; i++)
		sn_pacer_take(&pacer, 3, 0);
	assert_int_equal(sn_pacer_take(&pacer, 3, 0), SONDE_S);
	sn_pacer_learn(&pacer, 3, &b);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(sn_pacer_take(&pacer, 3, 0), 0);
}

/* A burst of one and short refills: places are exactly a refill apart. */
static void a_burst_of_one_is_a_metronome(void **unused)
{
	(void)unused;
	struct sn_pacer pacer;
	sn_pacer_init(&pacer, 1, 10 * SONDE_MS);
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(sn_pacer_take(&pacer, 1, 0), i * 10 * SONDE_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_goes_at_once),
		cmocka_unit_test(a_known_router_is_asked_once_a_refill),
		cmocka_unit_test(places_come_back_with_time),
		cmocka_unit_test(an_unknown_router_keeps_nobody_long),
		cmocka_unit_test(ttls_do_not_share),
		cmocka_unit_test(different_routers_at_a_ttl_are_not_held_back),
		cmocka_unit_test(a_burst_of_one_is_a_metronome),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
