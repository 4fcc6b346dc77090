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
		assert_int_equal(sn_failures_add(&failures, sys_errno), 2 * SONDE_MS << count);
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
		sn_failures_add(&failures, EINVAL);
		sn_failures_add(&failures, EINVAL);
		assert_false(sn_failures_enough(&failures));
		sn_failures_clear(&failures);
	}
	/* However many: the pause stays bounded. */
	for (int i = 0; i < 300; i++)
		assert_true(sn_failures_add(&failures, EAGAIN) <= 64 * SONDE_MS);
	assert_true(sn_failures_enough(&failures));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_passes_is_tried_longer),
		cmocka_unit_test(only_what_fails_in_a_row_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
