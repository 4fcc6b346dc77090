/* SPDX-License-Identifier: MIT */
/* Targets, sources, methods and ports as a user types them; numeric only, so that no name server is asked. */
#include "test.h"

#include "cli/targets.h"

#include <netdb.h>
#include <string.h>

static void numbers_need_no_name_server(void **state)
{
	(void)state;
	struct sn_targets targets = {0};
	struct sonde_error err = {0};
	char text[SONDE_ADDR_TEXT];
	assert_int_equal(sn_targets_resolve(&targets, "192.0.2.1", 0, true, &err), SONDE_OK);
	assert_int_equal(sn_targets_resolve(&targets, "2001:db8::1", 6, false, &err), SONDE_OK);
	assert_int_equal(sn_targets_resolve(&targets, "::ffff:192.0.2.2", 0, false, &err), SONDE_OK);
	assert_int_equal(sn_targets_resolve(&targets, "fe80::1%lo", 0, false, &err), SONDE_OK);
	assert_int_equal(targets.count, 4);
	assert_string_equal(sonde_addr_text(&targets.items[0].addr, text), "192.0.2.1");
	assert_int_equal(targets.items[0].address_count, 1);
	assert_string_equal(sonde_addr_text(&targets.items[1].addr, text), "2001:db8::1");
	assert_string_equal(sonde_addr_text(&targets.items[2].addr, text), "192.0.2.2");
	assert_true(targets.items[3].addr.scope_id != 0);
	sn_targets_finish(&targets);
}

static void the_wrong_family_is_said_so(void **state)
{
	(void)state;
	struct sn_targets targets = {0};
	struct sonde_error err = {0};
	assert_int_equal(sn_targets_resolve(&targets, "192.0.2.1", 6, false, &err), SONDE_E_HOST);
	assert_non_null(strstr(err.what, "'192.0.2.1'"));
	assert_non_null(strstr(err.hint, "-4 and -6"));
	assert_int_equal(targets.count, 0);
	sn_targets_finish(&targets);
}

static void only_single_hosts_are_traced(void **state)
{
	(void)state;
	const struct {
		const char *host;
		int code;
	} cases[] = {
	    {"192.0.2.1", SONDE_OK},          {"10.0.0.1", SONDE_OK},           {"169.254.1.1", SONDE_OK},   {"127.0.0.1", SONDE_OK},
	    {"224.0.0.1", SONDE_E_TARGET},    {"255.255.255.255", SONDE_E_TARGET}, {"0.0.0.0", SONDE_E_TARGET}, {"ff02::1", SONDE_E_TARGET},
	    {"::", SONDE_E_TARGET},           {"fd00::1", SONDE_OK},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sonde_error err = {0};
		struct sn_target target = {.host = cases[i].host};
		assert_true(sonde_addr_parse(cases[i].host, &target.addr));
		assert_int_equal(sn_target_check(&target, &err), cases[i].code);
		assert_true(cases[i].code == SONDE_OK || strstr(err.hint, "--force"));
	}
}

static void sources_are_addresses(void **state)
{
	(void)state;
	struct sonde_addr addr;
	struct sonde_error err = {0};
	assert_int_equal(sn_source_read("192.0.2.7", &addr, &err), SONDE_OK);
	assert_int_equal(addr.family, 4);
	assert_int_equal(sn_source_read("eth0", &addr, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, "option --source (-s): 'eth0' is not an address");
}

static void methods_take_ports_by_number_or_name(void **state)
{
	(void)state;
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	assert_int_equal(sn_method_choose(&(struct sn_opts){.family = 0}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "icmp");
	assert_false(choice.asked);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "tcp:8080"}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "tcp");
	assert_int_equal(choice.dport, 8080);
	assert_true(choice.asked);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.shortcut = SN_SHORTCUT_UDP, .port = "53"}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "udp");
	assert_int_equal(choice.dport, 53);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "tcp:1", .port = "2"}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "tcp:0"}, &choice, &err), SONDE_E_RANGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "tcp:"}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "icmp:1"}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "ucp"}, &choice, &err), SONDE_E_USAGE);
	assert_string_equal(err.hint, "did you mean udp?");
}

static void service_names_are_those_of_this_machine(void **state)
{
	(void)state;
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	if (!getservbyname("https", "tcp"))
		skip(); /* no services(5) here */
	assert_int_equal(sn_method_choose(&(struct sn_opts){.method = "tcp:https"}, &choice, &err), SONDE_OK);
	assert_int_equal(choice.dport, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_need_no_name_server),
	    cmocka_unit_test(the_wrong_family_is_said_so),
	    cmocka_unit_test(only_single_hosts_are_traced),
	    cmocka_unit_test(sources_are_addresses),
	    cmocka_unit_test(methods_take_ports_by_number_or_name),
	    cmocka_unit_test(service_names_are_those_of_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
