/* SPDX-License-Identifier: MIT */
/* Names that this machine knows by itself, asked of a process; and what becomes of questions when it is gone. */
#include "test.h"

#include "cli/hosts.h"

#include <netdb.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

static void localhost_is_found_in_the_asked_family(void **state)
{
	(void)state;
	static struct sn_host_found found;
	struct sn_hosts hosts;
	struct sonde_error err = {0};
	assert_int_equal(sn_hosts_start(&hosts, NULL, &err), SONDE_OK);
	for (int round = 0; round < 2; round++) {
		sn_hosts_ask(&hosts, "localhost", 4, &found);
		assert_int_equal(found.failure, 0);
		assert_true(found.count >= 1);
		assert_int_equal(found.addrs[0].family, 4);
		assert_int_equal(found.addrs[0].bytes[0], 127);
	}
	sn_hosts_finish(&hosts);
}

static void what_is_too_long_is_no_name(void **state)
{
	(void)state;
	static struct sn_host_found found;
	struct sn_hosts hosts;
	struct sonde_error err = {0};
	char longest[2 * SN_HOST_NAME_BYTES];
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_int_equal(sn_hosts_start(&hosts, NULL, &err), SONDE_OK);
	sn_hosts_ask(&hosts, longest, 0, &found);
	assert_int_equal(found.failure, EAI_NONAME);
	assert_int_equal(found.count, 0);
	sn_hosts_ask(&hosts, "localhost", 4, &found); /* it goes on */
	assert_int_equal(found.failure, 0);
	sn_hosts_finish(&hosts);
}

static void without_the_process_nothing_is_found(void **state)
{
	(void)state;
	static struct sn_host_found found;
	struct sn_hosts hosts;
	struct sonde_error err = {0};
	assert_int_equal(sn_hosts_start(&hosts, NULL, &err), SONDE_OK);
	pid_t pid = hosts.helper.pid;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	for (int i = 0; i < 2; i++) {
		sn_hosts_ask(&hosts, "localhost", 0, &found);
		assert_int_equal(found.failure, EAI_FAIL);
	}
	sn_hosts_finish(&hosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(localhost_is_found_in_the_asked_family),
	    cmocka_unit_test(what_is_too_long_is_no_name),
	    cmocka_unit_test(without_the_process_nothing_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
