/* SPDX-License-Identifier: MIT */
/* Failed sends: pauses that double, and an end that comes sooner for what will not pass. */
#include "test.h"

#include "plan/failures.h"

#include <errno.h>

static unsigned until_enough(int sys_errno)
{
	struct sn_failures failures = {0};
	unsigned count = 0;
	for (; !sn_failures_enough(&failures); count++)
		assert_int_equal(sn_failures_add(&failures, sys_errno, SONDE_S), 2 * SONDE_MS << count);
	assert_int_equal(failures.last_errno, sys_errno);
	return count;
}

static void what_passes_is_tried_longer(void **unused)
{
	(void)unused;
	static const int passing[] = {ENOBUFS, EAGAIN, ENOMEM, EPERM}, firm[] = {EHOSTUNREACH, EMSGSIZE, ENETDOWN, EINVAL};
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(until_enough(passing[i]), 6);
		assert_int_equal(until_enough(firm[i]), 3);
	}
}

static void only_what_fails_in_a_row_counts(void **unused)
{
	(void)unused;
	struct sn_failures failures = {0};
	for (int i = 0; i < 100; i++) {
		sn_failures_add(&failures, EINVAL, SONDE_S);
		sn_failures_add(&failures, EINVAL, SONDE_S);
		assert_false(sn_failures_enough(&failures));
		sn_failures_clear(&failures);
	}
	/* However many: the pause stays bounded. */
	for (int i = 0; i < 300; i++)
		assert_true(sn_failures_add(&failures, EAGAIN, SONDE_S) <= 256 * SONDE_MS);
	assert_true(sn_failures_enough(&failures));
}

/* What worked before: a link, a route, an address that are gone. Five seconds, and then it is enough. */
static void what_was_there_is_waited_for(void **unused)
{
	(void)unused;
	static const int away[] = {ENETDOWN, ENETUNREACH, EHOSTUNREACH, ENXIO, EADDRNOTAVAIL}, firm[] = {EMSGSIZE, EINVAL, EACCES};
	for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
		struct sn_failures failures = {0};
		sonde_at_ns now = 100 * SONDE_S;
		unsigned count = 0;
		sn_failures_clear(&failures);
		for (; now < 105 * SONDE_S; count++) {
			now += sn_failures_add(&failures, away[i], now);
			assert_false(sn_failures_enough(&failures));
		}
		assert_true(count < 40); /* it is no flood */
		(void)sn_failures_add(&failures, away[i], now);
		assert_true(sn_failures_enough(&failures));
		/* It came back, and goes once more: the time begins anew. */
		sn_failures_clear(&failures);
		for (int n = 0; n < 4; n++)
			(void)sn_failures_add(&failures, away[i], now + SONDE_MS);
		assert_false(sn_failures_enough(&failures));
	}
	for (size_t i = 0; i < sizeof firm / sizeof *firm; i++) {
		struct sn_failures failures = {0};
		sn_failures_clear(&failures);
		assert_int_equal(sn_failures_add(&failures, firm[i], 0) + sn_failures_add(&failures, firm[i], 0), 6 * SONDE_MS);
		assert_false(sn_failures_enough(&failures));
		(void)sn_failures_add(&failures, firm[i], 0);
		assert_true(sn_failures_enough(&failures));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_passes_is_tried_longer),
		cmocka_unit_test(only_what_fails_in_a_row_counts),
		cmocka_unit_test(what_was_there_is_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
