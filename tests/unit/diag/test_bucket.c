/* SPDX-License-Identifier: MIT */
/* Limiters whose truth is known, asked as the program asks them: their rate and burst are found, and no others. */
#include "test.h"

#include "diag/bucket.h"

#include "base/rng.h"
#include "base/roundest.h"

#include <math.h>

/* The hop under test. size 0: no limiter. */
struct hop {
	double size, rate, tokens;
	sonde_at_ns at_ns;
	unsigned loss_percent;
	struct sn_rng rng;
};

struct series {
	struct sn_bucket_probe probes[SN_BUCKET_PROBES_MAX + 255];
	size_t count;
	sonde_at_ns now;
};

static bool answers(struct hop *hop, sonde_at_ns at_ns)
{
	if (hop->loss_percent && sn_rng_below(&hop->rng, 100) < hop->loss_percent)
		return false;
	if (hop->size <= 0)
		return true;
	hop->tokens = fmin(hop->size, hop->tokens + (double)(at_ns - hop->at_ns) / SONDE_S * hop->rate);
	hop->at_ns = at_ns;
	if (hop->tokens < 1)
		return false;
	hop->tokens -= 1;
	return true;
}

static uint8_t ask(struct hop *hop, struct series *s, unsigned count, sonde_ns gap_ns)
{
	uint8_t answered = 0;
	for (unsigned i = 0; i < count; i++, s->now += gap_ns) {
		bool answer = answers(hop, s->now);
		answered += answer;
		s->probes[s->count++] = (struct sn_bucket_probe){s->now, answer};
	}
	return answered;
}

/* The trace's own queries, then what sn_bucket_next wants. */
static struct sonde_limiter investigate(struct hop *hop, unsigned queries)
{
	struct series s = {.now = SONDE_S};
	struct sn_bucket_run run = {.count = 0};
	struct sn_bucket_ask next;
	struct sonde_limiter bucket;
	hop->tokens = hop->size;
	hop->at_ns = s.now;
	sn_rng_init(&hop->rng, 3, 0);
	ask(hop, &s, queries, 200 * SONDE_US);
	s.now += 120 * SONDE_MS;
	sonde_at_ns began = s.now;
	while (sn_bucket_next(&run, &next)) {
		assert_true(run.count < SN_BUCKET_ASKS_MAX);
		run.asks[run.count] = next;
		run.answered[run.count] = ask(hop, &s, next.count, next.gap_ns);
		run.count++;
		s.now += 50 * SONDE_MS;
	}
	assert_true(s.count <= SN_BUCKET_PROBES_MAX + queries);
	assert_true(s.now - began <= 6 * SONDE_S);
	sn_bucket_estimate(s.probes, queries, s.count, &bucket);
	return bucket;
}

static void the_usual_limiters_are_found(void **unused)
{
	(void)unused;
	static const struct {
		double rate, size;
	} truths[] = {{1, 6}, {10, 10}, {100, 50}, {1, 1}, {2, 3}, {0.5, 6}, {5, 10}, {20, 5}, {50, 20}};
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		for (unsigned queries = 1; queries <= 5; queries += 2) {
			struct hop hop = {.size = truths[i].size, .rate = truths[i].rate};
			struct sonde_limiter b = investigate(&hop, queries);
			print_message("%g/s, %g: %g to %g a second (%g), burst %u to %u\n", truths[i].rate, truths[i].size, b.rate_low,
			              b.rate_high, sn_roundest(b.rate_low, b.rate_high), b.burst_low, b.burst_high);
			assert_true(b.limited && b.fits);
			assert_true(b.rate_low <= truths[i].rate * 1.001 && b.rate_high >= truths[i].rate * 0.999);
			assert_in_range(truths[i].size, b.burst_low, b.burst_high);
			assert_true(b.rate_high <= b.rate_low * 1.6);
			assert_true(b.burst_high - b.burst_low <= 2);
		}
}

static void who_answers_all_has_none(void **unused)
{
	(void)unused;
	struct hop hop = {.size = 0};
	struct sonde_limiter b = investigate(&hop, 3);
	assert_false(b.limited);
	assert_int_equal(b.probe_count, 66);
	assert_in_range(b.fastest_gap_ns, 199 * SONDE_US, 201 * SONDE_US);
}

/* Loss by chance leaves out any probe, a bucket those that come too soon. */
static void loss_is_no_limiter(void **unused)
{
	(void)unused;
	for (unsigned percent = 20; percent <= 60; percent += 10) {
		struct hop hop = {.size = 0, .loss_percent = percent};
		struct sonde_limiter b = investigate(&hop, 3);
		assert_true(b.limited);
		assert_false(b.fits);
	}
}

/* A probe lost on its way now and then does not hide the bucket. */
static void a_little_loss_hides_nothing(void **unused)
{
	(void)unused;
	struct hop hop = {.size = 6, .rate = 1, .loss_percent = 3};
	struct sonde_limiter b = investigate(&hop, 3);
	assert_true(b.limited && b.fits);
	assert_in_range(b.burst_high, 5, 8);
}

static void any_limiter_lies_in_the_ranges(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	unsigned found = 0, inside = 0, runs = 400;
	sn_rng_init(&rng, 31, 0);
	for (unsigned i = 0; i < runs; i++) {
		struct hop hop = {.size = 1 + (double)sn_rng_below(&rng, 40), .rate = exp((double)sn_rng_below(&rng, 700) / 100 - 1)};
		struct sonde_limiter b = investigate(&hop, 3);
		if (!b.limited || !b.fits)
			continue;
		found++;
		bool rate = b.rate_low <= hop.rate * 1.03 && b.rate_high >= hop.rate / 1.03;
		inside += rate && b.burst_low <= hop.size && b.burst_high >= hop.size;
	}
	print_message("%u of %u found, %u inside\n", found, runs, inside);
	assert_true(found > runs * 9 / 10);
	assert_true(inside >= found * 98 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_limiters_are_found),
		cmocka_unit_test(who_answers_all_has_none),
		cmocka_unit_test(loss_is_no_limiter),
		cmocka_unit_test(a_little_loss_hides_nothing),
		cmocka_unit_test(any_limiter_lies_in_the_ranges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
