/* SPDX-License-Identifier: MIT */
/* Token buckets: what Linux's per-peer limiter lets through, and what it does not. */
#include "sim/limit.h"
#include "test.h"

static void a_burst_then_one_per_interval(void **state)
{
	(void)state;
	struct sn_sim_bucket bucket = {0};
	for (int i = 0; i < 6; i++)
		assert_true(sn_sim_bucket_take(&bucket, 0, SONDE_S, 6));
	assert_false(sn_sim_bucket_take(&bucket, 0, SONDE_S, 6));
	assert_false(sn_sim_bucket_take(&bucket, SONDE_S - 1, SONDE_S, 6));
	assert_true(sn_sim_bucket_take(&bucket, SONDE_S, SONDE_S, 6));
	assert_false(sn_sim_bucket_take(&bucket, SONDE_S, SONDE_S, 6));
	/* Rest fills it again, never beyond the burst. */
	for (int i = 0; i < 6; i++)
		assert_true(sn_sim_bucket_take(&bucket, 100 * SONDE_S, SONDE_S, 6));
	assert_false(sn_sim_bucket_take(&bucket, 100 * SONDE_S, SONDE_S, 6));
}

/* The bucket as Linux writes it (tokens in time, counted up): both must agree at every instant. */
static bool plain_take(sonde_ns *tokens_ns, sonde_at_ns *last_at_ns, sonde_at_ns now_at_ns, sonde_ns cost_ns, uint32_t burst)
{
	*tokens_ns += now_at_ns - *last_at_ns;
	*last_at_ns = now_at_ns;
	if (*tokens_ns > burst * cost_ns)
		*tokens_ns = burst * cost_ns;
	if (*tokens_ns < cost_ns)
		return false;
	*tokens_ns -= cost_ns;
	return true;
}

static void agrees_with_a_plain_bucket(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252u;
	for (uint32_t burst = 1; burst < 20; burst += 3) {
		struct sn_sim_bucket bucket = {0};
		sonde_ns cost_ns = 7 * SONDE_MS, tokens_ns = burst * cost_ns;
		sonde_at_ns now_at_ns = 0, last_at_ns = 0;
		for (int i = 0; i < 2000; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			now_at_ns += (sonde_ns)(x % (uint64_t)(9 * SONDE_MS));
			assert_int_equal(sn_sim_bucket_take(&bucket, now_at_ns, cost_ns, burst),
			                 plain_take(&tokens_ns, &last_at_ns, now_at_ns, cost_ns, burst));
		}
	}
}

static void each_destination_has_its_own_and_memory_is_bounded(void **state)
{
	(void)state;
	struct sn_sim_limiter limiter = {0};
	for (uint32_t i = 0; i < 4 * SN_SIM_LIMITER_MAX; i++) {
		struct sonde_addr to = {.family = 4, .bytes = {10, 0, (uint8_t)(i >> 8), (uint8_t)i}};
		struct sn_sim_bucket *bucket = sn_sim_limiter_bucket(&limiter, &to);
		assert_non_null(bucket);
		assert_true(sn_sim_bucket_take(bucket, i, SONDE_S, 1));
		assert_false(sn_sim_bucket_take(sn_sim_limiter_bucket(&limiter, &to), i, SONDE_S, 1));
	}
	assert_int_equal(limiter.count, SN_SIM_LIMITER_MAX);
	sn_sim_limiter_finish(&limiter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_then_one_per_interval),
		cmocka_unit_test(agrees_with_a_plain_bucket),
		cmocka_unit_test(each_destination_has_its_own_and_memory_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
