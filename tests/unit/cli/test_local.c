/* SPDX-License-Identifier: MIT */
/* Probes that did not leave: counted, named with their cause, and told whether or not the target was reached. */
#include "test.h"

#include "cli/local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A trace to 192.0.2.1 through eth0 that ended so, with so many failures before. False: nothing is told. */
static bool told(struct sonde_error *err, enum sonde_stop stop, bool reached, unsigned failures, int sys_errno)
{
	struct sonde_path *path;
	struct sn_local local = {.route = {.device = "eth0", .mtu_bytes = 1280}};
	struct sn_opts opts = {.family = 0};
	struct sonde_event event = {.type = SONDE_EV_TRACE_START, .as.start = {.first_ttl = 1, .max_ttl = 30, .queries = 3}};
	assert_true(sonde_addr_parse("192.0.2.1", &event.as.start.dst));
	assert_int_equal(sonde_path_new(&path), SONDE_OK);
	assert_int_equal(sonde_path_apply(path, &event), SONDE_OK);
	for (unsigned i = 0; i < failures; i++) {
		event = (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = {.token = i + 1, .ttl = 1}, .as.sys_errno = sys_errno};
		sn_local_event(&local, &event);
		event.type = SONDE_EV_SENT; /* is no failure */
		sn_local_event(&local, &event);
	}
	event = (struct sonde_event){.type = SONDE_EV_TRACE_END,
	                             .as.end = {.stop = stop,
	                                        .reached = reached,
	                                        .probe_count = 40,
	                                        .sys_errno = stop == SONDE_STOP_LOCAL_ERROR ? sys_errno : 0}};
	assert_int_equal(sonde_path_apply(path, &event), SONDE_OK);
	bool result = sn_local_error(&local, path, &opts, "raw", err);
	sonde_path_free(path);
	return result;
}

static void single_probes_are_counted(void **state)
{
	(void)state;
	struct sonde_error err = {0};
	assert_false(told(&err, SONDE_STOP_REACHED, true, 0, 0));
	assert_true(told(&err, SONDE_STOP_REACHED, true, 2, ENOBUFS));
	assert_string_equal(err.what, "2 of 42 probes to 192.0.2.1 through eth0 did not leave this machine");
	assert_int_equal(err.sys_errno, ENOBUFS);
	assert_int_equal(err.code, SONDE_E_NOBUFS);
	assert_non_null(strstr(err.hint, "dev eth0"));
	assert_true(told(&err, SONDE_STOP_INTERRUPTED, false, 1, EPERM));
	assert_string_equal(err.what, "1 of 41 probes to 192.0.2.1 through eth0 did not leave this machine");
}

static void the_end_of_a_trace_is_told_once(void **state)
{
	(void)state;
	struct sonde_error err = {0};
	for (int reached = 0; reached <= 1; reached++) {
		assert_true(told(&err, SONDE_STOP_LOCAL_ERROR, reached, 6, EMSGSIZE));
		assert_string_equal(err.what, "cannot send to 192.0.2.1 through eth0");
		assert_int_equal(err.sys_errno, EMSGSIZE);
		assert_string_equal(err.hint, "eth0 takes 1280 bytes: let probes carry less, or give --no-df to send fragments");
	}
	assert_false(told(&err, SONDE_STOP_LOCAL_ERROR, false, 0, 0)); /* no send failed: the wire's own error has been told */
}

static void each_cause_has_its_code(void **state)
{
	(void)state;
	static const struct {
		int sys_errno, code;
	} cases[] = {{EPERM, SONDE_E_FIREWALL}, {EACCES, SONDE_E_FIREWALL}, {ENETUNREACH, SONDE_E_ROUTE}, {ENETDOWN, SONDE_E_DOWN},
	             {ENODEV, SONDE_E_DOWN},    {EMFILE, SONDE_E_FDS},      {EINVAL, SONDE_E_WIRE}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sonde_error err = {0};
		assert_true(told(&err, SONDE_STOP_LOCAL_ERROR, false, 3, cases[i].sys_errno));
		assert_int_equal(err.code, cases[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(single_probes_are_counted),
	    cmocka_unit_test(the_end_of_a_trace_is_told_once),
	    cmocka_unit_test(each_cause_has_its_code),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
