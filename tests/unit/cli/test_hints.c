/* SPDX-License-Identifier: MIT */
/* Hints carry the values of the run: what stands in quotes can be pasted into a shell. */
#include "test.h"

#include "cli/hints.h"
#include "io/program.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

static const char *hint_of(int code, int sys_errno, const struct sn_hint_about *about)
{
	static struct sonde_error err;
	err = (struct sonde_error){.code = code, .sys_errno = sys_errno};
	sn_hint_fill(&err, about);
	return err.hint;
}

static void hints_name_target_and_device(void **state)
{
	(void)state;
	struct sonde_addr target;
	struct sn_opts opts = {.device = "vrf7", .mark = 9};
	assert_true(sonde_addr_parse("2001:db8::1", &target));
	struct sn_hint_about about = {.target = &target};
	assert_string_equal(hint_of(SONDE_E_ROUTE, ENETUNREACH, &about), "'ip route get 2001:db8::1' shows what the kernel knows");
	assert_string_equal(hint_of(SONDE_E_SOURCE, 0, &about), "'ip -6 -brief address' shows those it has");
	assert_string_equal(hint_of(SONDE_E_DOWN, 0, &about), ""); /* which one is not known: the code's own hint stands */
	about.opts = &opts;
	assert_string_equal(hint_of(SONDE_E_ROUTE, 0, &about), "'ip route get 2001:db8::1 oif vrf7 mark 9' shows what the kernel knows");
	about.device = "eth0";
	about.mtu_bytes = 1400;
	opts.size_bytes = 1500;
	assert_string_equal(hint_of(SONDE_E_DOWN, ENETDOWN, &about), "bring it up with 'sudo ip link set eth0 up'");
	assert_string_equal(hint_of(SONDE_E_TOOBIG, EMSGSIZE, &about),
	                    "eth0 takes 1400 bytes: give --size 1400 or less, or --no-df to send fragments");
	opts.size_bytes = 0;
	assert_string_equal(hint_of(SONDE_E_TOOBIG, EMSGSIZE, &about),
	                    "eth0 takes 1400 bytes: let probes carry less, or give --no-df to send fragments");
	assert_string_equal(hint_of(SONDE_E_NOBUFS, ENOBUFS, &about),
	                    "probe more slowly with -z 10ms; 'tc -s qdisc show dev eth0' shows the queue");
	opts.pause_ns = 15 * SONDE_MS;
	assert_non_null(strstr(hint_of(SONDE_E_NOBUFS, ENOBUFS, &about), "-z 30ms;"));
	assert_non_null(strstr(hint_of(SONDE_E_FIREWALL, EACCES, &about), "'ip route get 2001:db8::1'"));
	assert_non_null(strstr(hint_of(SONDE_E_FIREWALL, EPERM, &about), "'sudo nft list ruleset'"));
}

static void hints_name_what_this_machine_has(void **state)
{
	(void)state;
	struct sonde_addr target;
	char lo[IF_NAMESIZE] = "";
	assert_true(sonde_addr_parse("fe80::1", &target));
	struct sn_hint_about about = {.target = &target};
	if (!if_indextoname(1, lo))
		skip(); /* not even a loopback device */
	assert_non_null(strstr(hint_of(SONDE_E_DEVICE, ENODEV, &about), lo));
	assert_non_null(strstr(hint_of(SONDE_E_ROUTE, 0, &about), "as in fe80::1%"));
	target.scope_id = 1;
	char wanted[64];
	snprintf(wanted, sizeof wanted, "'ip route get fe80::1 oif %s'", lo);
	assert_non_null(strstr(hint_of(SONDE_E_ROUTE, 0, &about), wanted));
	assert_non_null(strstr(hint_of(SONDE_E_FDS, EMFILE, &about), "'ulimit -n "));
	assert_non_null(strstr(hint_of(SONDE_E_FDS, ENFILE, &about), "'sysctl fs.file-nr'"));
}

static void hints_name_the_program(void **state)
{
	(void)state;
	char path[SN_PROGRAM_PATH_BYTES], wanted[SN_PROGRAM_PATH_BYTES + 96];
	struct sn_opts opts = {.family = 0};
	struct sn_hint_about about = {.opts = &opts};
	assert_ptr_equal(sn_program_path(path), path);
	assert_true(path[0] == '/' || path[0] == '$');
	snprintf(wanted, sizeof wanted, "'sudo setcap cap_net_raw+p %s' permits it; --wire dgram needs no privilege", path);
	assert_string_equal(hint_of(SONDE_E_PRIVILEGE, EPERM, &about), wanted);
	opts.mark = 1;
	snprintf(wanted, sizeof wanted, "'sudo setcap cap_net_raw,cap_net_admin+p %s' permits it", path);
	assert_string_equal(hint_of(SONDE_E_PRIVILEGE, EPERM, &about), wanted);
	opts.sport = 5000;
	assert_non_null(strstr(hint_of(SONDE_E_UNSUPPORTED, 0, &about), "leave out --sport 5000"));
}

static void the_other_choice_is_offered(void **state)
{
	(void)state;
	struct sn_opts opts = {.family = 6};
	struct sn_hint_about about = {.opts = &opts, .wire = "raw"};
	assert_string_equal(hint_of(SONDE_E_WIRE, 0, &about), "try --wire dgram");
	assert_non_null(strstr(hint_of(SONDE_E_FAMILY, 0, &about), "-4"));
	about.wire = "dgram";
	opts.family = 4;
	assert_string_equal(hint_of(SONDE_E_WIRE, 0, &about), "try --wire raw");
	assert_non_null(strstr(hint_of(SONDE_E_FAMILY, 0, &about), "-6"));
}

static void the_simulated_machine_has_its_file(void **state)
{
	(void)state;
	struct sn_opts opts = {.sim = "home.net"};
	struct sn_hint_about about = {.opts = &opts};
	assert_string_equal(hint_of(SONDE_E_FIREWALL, EPERM, &about), "the lines about the observer in home.net make it so");
}

static void a_hint_that_is_there_stands(void **state)
{
	(void)state;
	struct sonde_error err = {.code = SONDE_E_DEVICE, .hint = "mine"};
	sn_hint_fill(&err, &(struct sn_hint_about){.device = "eth0"});
	assert_string_equal(err.hint, "mine");
	err = (struct sonde_error){.code = SONDE_OK};
	sn_hint_fill(&err, &(struct sn_hint_about){.device = "eth0"});
	assert_string_equal(err.hint, "");
}

/* The general hints hold for everybody: nothing in them is to be replaced by hand. */
static void no_general_hint_has_a_gap_to_fill(void **state)
{
	(void)state;
	for (int code = -1; code > -(int)SONDE_ROW_COUNT; code--) {
		const char *hint = sonde_err_hint(code);
		assert_null(strstr(hint, "ADDRESS"));
		assert_null(strstr(hint, "NAME"));
		assert_null(strstr(hint, "the program"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hints_name_target_and_device),
	    cmocka_unit_test(hints_name_what_this_machine_has),
	    cmocka_unit_test(hints_name_the_program),
	    cmocka_unit_test(the_other_choice_is_offered),
	    cmocka_unit_test(the_simulated_machine_has_its_file),
	    cmocka_unit_test(a_hint_that_is_there_stands),
	    cmocka_unit_test(no_general_hint_has_a_gap_to_fill),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
