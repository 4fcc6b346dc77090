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

/* The instant of the next place; fails where it is not a paid one. */
static sonde_at_ns take(struct sn_pacer *pacer, uint8_t ttl, sonde_at_ns now)
{
	struct sn_pacer_place place = sn_pacer_take(pacer, ttl, false, now);
	assert_true(place.paid);
	return place.at_ns;
}

/* No place is left: it goes at once, in a crowd. */
static void crowd(struct sn_pacer *pacer, uint8_t ttl, bool again, sonde_at_ns now)
{
	struct sn_pacer_place place = sn_pacer_take(pacer, ttl, again, now);
	assert_false(place.paid);
	assert_int_equal(place.at_ns, now);
}

static void without_a_cap_it_is_always_open(void **unused)
{
	(void)unused;
	struct sn_rate rate;
	sn_rate_init(&rate, 0);
	for (unsigned i = 0; i < 1000; i++)
		sn_rate_take(&rate, 5);
	assert_true(sn_rate_opens(&rate) <= 5);
}

/* Asked at every nanosecond that it names, and in bursts after rests of up to a second. */
static void no_second_has_more_than_the_cap(void **unused)
{
	(void)unused;
	static const uint32_t caps[] = {1, 3, 99, 100, 1000, 7777};
	enum { MOST = 40000 };
	static sonde_at_ns at[MOST];
	for (size_t c = 0; c < sizeof caps / sizeof *caps; c++) {
		struct sn_rate rate;
		sn_rate_init(&rate, caps[c]);
		sonde_at_ns now = 0;
		size_t count = 0;
		for (unsigned rest = 0; count < 4u * caps[c] + 10; rest++) {
			now += rest % (2 * caps[c] + 3) == 1 ? SONDE_S - 1 : 0;
			now = sn_rate_opens(&rate) > now ? sn_rate_opens(&rate) : now;
			sn_rate_take(&rate, now);
			at[count++] = now;
		}
		size_t most = 0;
		for (size_t first = 0, end = 0; first < count; first++) {
			while (end < count && at[end] < at[first] + SONDE_S)
				end++;
			most = end - first > most ? end - first : most;
		}
		assert_in_range(most, caps[c], caps[c] + caps[c] / 100 + 1);
	}
}

static void a_burst_goes_at_once(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(take(&pacer, 1, 1000), 1000);
	assert_true(sn_pacer_take(&pacer, 1, false, 1000).at_ns > 1000);
}

static void a_known_router_is_asked_once_a_refill(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 5; i++)
		take(&pacer, 1, 0);
	assert_int_equal(take(&pacer, 1, 0), SONDE_S);
	assert_int_equal(take(&pacer, 1, 0), 2 * SONDE_S);
	/* Two seconds are the longest wait: whoever comes then goes at once, and takes no place from the others. */
	crowd(&pacer, 1, false, 0);
	crowd(&pacer, 1, false, 10 * SONDE_MS);
	/* Seven are paid for until 7 s: at 3.5 s the eighth has its turn. */
	assert_int_equal(take(&pacer, 1, 3500 * SONDE_MS), 3500 * SONDE_MS);
}

static void places_come_back_with_time(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 5; i++)
		take(&pacer, 1, 0);
	/* After 3 s three places, no more. */
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(take(&pacer, 1, 3 * SONDE_S), 3 * SONDE_S);
	assert_int_equal(take(&pacer, 1, 3 * SONDE_S), 4 * SONDE_S);
	/* After a long rest the burst, no more. */
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(take(&pacer, 1, 100 * SONDE_S), 100 * SONDE_S);
	assert_int_equal(take(&pacer, 1, 100 * SONDE_S), 101 * SONDE_S);
}

static void an_unknown_router_keeps_nobody_long(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 5; i++)
		take(&pacer, 9, 0);
	struct sn_pacer_place place = sn_pacer_take(&pacer, 9, false, 0);
	assert_false(place.paid);
	assert_int_equal(place.at_ns, 300 * SONDE_MS);
	/* Nobody has answered since: it waits no longer. */
	crowd(&pacer, 9, true, 300 * SONDE_MS);
	/* Somebody has: there is a place. */
	sn_pacer_learn(&pacer, 9, &a);
	place = sn_pacer_take(&pacer, 9, true, 300 * SONDE_MS);
	assert_true(place.paid);
	assert_int_equal(place.at_ns, SONDE_S);
}

static void ttls_do_not_share(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	for (unsigned i = 0; i < 6; i++)
		sn_pacer_take(&pacer, 255, false, 0);
	assert_int_equal(take(&pacer, 254, 0), 0);
}

static void different_routers_at_a_ttl_are_not_held_back(void **unused)
{
	(void)unused;
	struct sn_pacer pacer = five_a_second();
	sn_pacer_learn(&pacer, 3, &a);
	sn_pacer_learn(&pacer, 3, &a);
	for (unsigned i = 0; i < 5; i++)
		take(&pacer, 3, 0);
	assert_int_equal(take(&pacer, 3, 0), SONDE_S);
	sn_pacer_learn(&pacer, 3, &b);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(take(&pacer, 3, 0), 0);
}

/* A burst of one and short refills: places are exactly a refill apart. */
static void a_burst_of_one_is_a_metronome(void **unused)
{
	(void)unused;
	struct sn_pacer pacer;
	sn_pacer_init(&pacer, 1, 10 * SONDE_MS);
	sn_pacer_learn(&pacer, 1, &a);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(take(&pacer, 1, 0), i * 10 * SONDE_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_cap_it_is_always_open),
		cmocka_unit_test(no_second_has_more_than_the_cap),
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
