/* SPDX-License-Identifier: MIT */
/* Raising, lowering and giving up capabilities, each in a child of its own, with the raw wire as the judge of what is left. */
#include "test.h"

#include "ext/cap.h"
#include "io/wires.h"
#include "netns.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/capability.h>
#include <sys/socket.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool can_open_raw(void)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* As after exec of a file with cap_net_raw+p: permitted, not effective, nothing else. */
static void keep_permitted_only(void)
{
	cap_t caps = cap_from_text("cap_net_raw=p");
	if (!caps || cap_set_proc(caps) != 0)
		_exit(99);
	cap_free(caps);
}

static int open_by_callback(void)
{
	struct sn_wire_open_cfg cfg = {.ip4 = true, .privilege = sn_cap_net_raw};
	struct sonde_wire *wire = NULL;
	int code = sn_wire_raw_open(&wire, &cfg, NULL);
	if (wire)
		wire->ops->close(wire);
	return code;
}

/* Each step returns 0 or the number of what was wrong. */
static int raises_and_lowers(void)
{
	keep_permitted_only();
	if (can_open_raw())
		return 1;
	if (sn_cap_net_raw(NULL, true) != 0 || !can_open_raw())
		return 2;
	if (sn_cap_net_raw(NULL, false) != 0 || can_open_raw())
		return 3;
	if (open_by_callback() != 0 || can_open_raw())
		return 4;
	return 0;
}

static int drops_for_good(void)
{
	struct sonde_error err = {0};
	keep_permitted_only();
	if (sn_cap_drop_all(&err) != 0)
		return 1;
	if (sn_cap_net_raw(NULL, true) != SONDE_E_PRIVILEGE || can_open_raw())
		return 2;
	if (open_by_callback() != SONDE_E_PRIVILEGE)
		return 3;
	return sn_cap_drop_all(&err) == 0 ? 0 : 4; /* nothing to give up is fine */
}

/* What is permitted stays so, and nothing of it is in force; a real user who is root gets what is root's, and nothing that is not. */
static int lowers_all(void)
{
	cap_t caps = cap_from_text("cap_net_raw,cap_sys_admin=ep cap_dac_override=p");
	cap_t lowered = cap_from_text("cap_net_raw,cap_sys_admin,cap_dac_override=p");
	cap_t files = cap_from_text("cap_net_raw,cap_sys_admin=p cap_dac_override=ep");
	if (!caps || !lowered || !files || cap_set_proc(caps) != 0 || sn_cap_lower_all(NULL) != 0)
		return 99;
	cap_t now = cap_get_proc();
	if (cap_compare(now, lowered) != 0)
		return 1;
	if (sn_cap_own(SN_CAP_FILES, true, NULL) != 0 || cap_compare(cap_get_proc(), files) != 0)
		return 2;
	if (sn_cap_own(SN_CAP_FILES, false, NULL) != 0 || cap_compare(cap_get_proc(), lowered) != 0)
		return 3;
	if (sn_cap_own(SN_CAP_ALL, true, NULL) != 0 || cap_compare(cap_get_proc(), lowered) == 0 || !can_open_raw())
		return 4;
	return 0;
}

/* Another user is given nothing by that, though the program's file permits it. */
static int gives_others_nothing(void)
{
	enum { NOBODY = 65534 };
	if (prctl(PR_SET_KEEPCAPS, 1UL, 0UL, 0UL, 0UL) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return 99;
	cap_t caps = cap_from_text("cap_net_raw,cap_dac_override=p");
	if (!caps || cap_set_proc(caps) != 0)
		return 98;
	if (sn_cap_own(SN_CAP_FILES, true, NULL) != 0 || sn_cap_own(SN_CAP_ALL, true, NULL) != 0)
		return 1;
	return cap_compare(cap_get_proc(), caps) == 0 ? 0 : 2;
}

/* Root has everything effective all the time; lowering takes it away all the same. */
static int lowers_root(void)
{
	if (!can_open_raw())
		return 1;
	if (sn_cap_net_raw(NULL, false) != 0 || can_open_raw())
		return 2;
	if (sn_cap_net_raw(NULL, true) != 0 || !can_open_raw())
		return 3;
	return sn_cap_drop_all(NULL) == 0 && !can_open_raw() ? 0 : 4;
}

static void run_in_child(int (*step)(void))
{
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(step());
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void lower_all(void **state)
{
	(void)state;
	run_in_child(lowers_all);
}

static void nothing_for_others(void **state)
{
	(void)state;
	run_in_child(gives_others_nothing);
}

static void raise_and_lower(void **state)
{
	(void)state;
	run_in_child(raises_and_lowers);
}

static void drop(void **state)
{
	(void)state;
	run_in_child(drops_for_good);
}

static void root(void **state)
{
	(void)state;
	run_in_child(lowers_root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lower_all), cmocka_unit_test(nothing_for_others),
		cmocka_unit_test(raise_and_lower),
		cmocka_unit_test(drop),
		cmocka_unit_test(root),
	};
	struct netns_lab lab;
	if (!netns_begin(&lab, (const char *const[]){NULL}))
		return NETNS_SKIP;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
