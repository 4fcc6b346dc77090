/* SPDX-License-Identifier: MIT */
/* Targets, sources, methods and ports as a user types them; numeric only, so that no name server is asked. */
#include "test.h"

#include "cli/targets.h"

#include <netdb.h>
#include <string.h>

/* As a command does it. Numbers ask nobody, so that there is nobody here. */
static int resolve(struct sn_targets *targets, const char *text, uint8_t family, bool all, struct sonde_error *err)
{
	struct sn_hosts nobody = {0};
	struct sn_host host;
	int code = sn_host_read(text, &host, err);
	if (code == SONDE_OK)
		code = sn_host_check(&host, family, err);
	if (code == SONDE_OK)
		code = sn_targets_resolve(targets, &nobody, &host, family, all, err);
	sn_host_finish(&host);
	return code;
}

static void numbers_need_no_name_server(void **state)
{
	(void)state;
	struct sn_targets targets = {0};
	struct sonde_error err = {0};
	char text[SONDE_ADDR_TEXT];
	assert_int_equal(resolve(&targets, "192.0.2.1", 0, true, &err), SONDE_OK);
	assert_int_equal(resolve(&targets, "2001:db8::1", 6, false, &err), SONDE_OK);
	assert_int_equal(resolve(&targets, "::ffff:192.0.2.2", 0, false, &err), SONDE_OK);
	assert_int_equal(resolve(&targets, "fe80::1%lo", 0, false, &err), SONDE_OK);
	assert_int_equal(targets.count, 4);
	assert_string_equal(sonde_addr_text(&targets.items[0].addr, text), "192.0.2.1");
	assert_int_equal(targets.items[0].address_count, 1);
	assert_string_equal(sonde_addr_text(&targets.items[1].addr, text), "2001:db8::1");
	assert_string_equal(sonde_addr_text(&targets.items[2].addr, text), "192.0.2.2");
	assert_true(targets.items[3].addr.scope_id != 0);
	sn_targets_finish(&targets);
}

static void without_anybody_to_ask_a_name_is_not_found(void **state)
{
	(void)state;
	struct sn_targets targets = {0};
	struct sonde_error err = {0};
	assert_int_equal(resolve(&targets, "www.example.net", 0, false, &err), SONDE_E_HOST);
	assert_non_null(strstr(err.what, "cannot find host 'www.example.net'"));
	assert_int_equal(targets.count, 0);
	sn_targets_finish(&targets);
}

static void the_wrong_family_is_said_so(void **state)
{
	(void)state;
	struct sn_targets targets = {0};
	struct sonde_error err = {0};
	assert_int_equal(resolve(&targets, "192.0.2.1", 6, false, &err), SONDE_E_HOST);
	assert_string_equal(err.what, "'192.0.2.1' is traced over IPv4, but IPv6 is asked for");
	assert_string_equal(err.hint, "give an IPv6 address, or leave out -6 or the IPv6 source");
	/* what it is traced as counts, not how it is written */
	assert_int_equal(resolve(&targets, "::ffff:192.0.2.1", 6, false, &err), SONDE_E_HOST);
	assert_int_equal(targets.count, 0);
	assert_int_equal(resolve(&targets, "::ffff:192.0.2.1", 4, false, &err), SONDE_OK);
	assert_int_equal(targets.items[0].addr.family, 4);
	assert_int_equal(resolve(&targets, "fe80::1%nosuch0", 0, false, &err), SONDE_E_DEVICE);
	assert_string_equal(err.what, "host 'fe80::1%nosuch0': there is no network interface 'nosuch0'");
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

/* The least that a method needs, or the one length of a service's request, before any packet leaves. */
static void sizes_are_what_the_method_can_send(void **state)
{
	(void)state;
	static const struct {
		const char *method;
		uint8_t family;
		uint16_t dport, size_bytes;
		const char *hint; /* NULL: it can be sent */
	} cases[] = {
	    {"icmp", 4, 0, 38, NULL},
	    {"icmp", 4, 0, 37, "give 38 bytes or more"},
	    {"icmp", 6, 0, 57, "give 58 bytes or more"},
	    {"tcp", 4, 0, 59, "give 60 bytes or more"},
	    {"tcp", 6, 0, 79, "give 80 bytes or more"},
	    {"udp", 4, 0, 35, "give 36 bytes or more"},
	    {"udp", 6, 0, 55, "give 56 bytes or more"},
	    {"udp-classic", 6, 0, 1, "give 56 bytes or more"},
	    {"udp", 4, 53, 36, "its request has 70 bytes: leave --size out"},
	    {"udp", 4, 123, 1400, "its request has 76 bytes: leave --size out"},
	    {"udp", 6, 123, 96, NULL},
	    {"tcp", 6, 53, 1400, NULL},
	    {"sctp", 4, 0, 61, "give 64 bytes or more"}, /* multiples of four */
	    {"sctp", 6, 0, 72, NULL},
	    {"raw", 4, 47, 35, "give 36 bytes or more"},
	    {"icmp-timestamp", 4, 0, 39, "give 40 bytes or more"},
	    {"icmp", 4, 0, 0, NULL},
	    {"icmp", 4, 0, 65535, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sn_target target = {.host = "web", .addr.family = cases[i].family};
		struct sonde_error err = {0};
		struct sonde_trace_cfg cfg = {.method = (size_t)sonde_method_find(cases[i].method), .dst.family = cases[i].family,
		                              .dport = cases[i].dport, .size_bytes = cases[i].size_bytes};
		int code = sn_size_check(&target, &cfg, &err);
		assert_int_equal(code, cases[i].hint ? SONDE_E_RANGE : SONDE_OK);
		assert_string_equal(err.hint, cases[i].hint ? cases[i].hint : "");
		/* one that is fixed is known before it is refused */
		bool fixed = cases[i].hint && strstr(cases[i].hint, "its request");
		assert_int_equal(sn_size_own(&cfg), !fixed ? 0 : cases[i].dport == 53 ? 70 : 76);
	}
}

/* Behind raw's colon stands an IP protocol that no other method speaks. */
static void a_protocol_is_read_where_the_method_takes_one(void **state)
{
	(void)state;
	static const struct {
		const char *text, *hint; /* hint NULL: taken */
		uint16_t number;
	} cases[] = {
	    {"raw:47", NULL, 47}, {"raw:1", "give -M icmp", 0}, {"raw:17", "give -M udp", 0}, {"raw:58", "give -M icmp", 0},
	    {"raw:132", "give -M sctp", 0}, {"raw", NULL, 253}, {"raw:255", NULL, 255},
	    {"raw:256", "give 1 to 255, or a name from /etc/protocols", 0}, {"raw:0", "give 1 to 255, or a name from /etc/protocols", 0},
	    {"raw:no-such-protocol", "give 1 to 255, or a name from /etc/protocols", 0}, {"sctp:3868", NULL, 3868},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sn_method_choice choice;
		struct sonde_error err = {0};
		int code = sn_method_read(cases[i].text, &choice, &err);
		assert_int_equal(code < 0, cases[i].hint != NULL);
		assert_string_equal(err.hint, cases[i].hint ? cases[i].hint : "");
		if (!cases[i].hint)
			assert_int_equal(choice.dport, cases[i].number);
	}
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	struct sn_opts opts = {.methods = {.items = {"raw"}, .count = 1}, .port = "47"};
	assert_int_equal(sn_method_choose(&opts, &choice, &err), SONDE_E_USAGE);
	assert_string_equal(err.hint, "its protocol stands behind its name: -M raw:47");
}

static void a_source_port_needs_a_method_with_ports(void **state)
{
	(void)state;
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	assert_int_equal(sn_method_choose(&(struct sn_opts){.shortcut = SN_SHORTCUT_ICMP, .sport = 5000}, &choice, &err), SONDE_E_USAGE);
	assert_string_equal(err.what, "option --sport: '5000' cannot be used, method icmp has no ports");
	assert_int_equal(sn_method_choose(&(struct sn_opts){.sport = 5000}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.shortcut = SN_SHORTCUT_TCP, .sport = 5000}, &choice, &err), SONDE_OK);
}

static void methods_take_ports_by_number_or_name(void **state)
{
	(void)state;
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	assert_int_equal(sn_method_choose(&(struct sn_opts){.family = 0}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "icmp");
	assert_false(choice.asked);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"tcp:8080"}, 1}}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "tcp");
	assert_int_equal(choice.dport, 8080);
	assert_true(choice.asked);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.shortcut = SN_SHORTCUT_UDP, .port = "53"}, &choice, &err), SONDE_OK);
	assert_string_equal(sonde_method_info(choice.id)->name, "udp");
	assert_int_equal(choice.dport, 53);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"tcp:1"}, 1}, .port = "2"}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"tcp:0"}, 1}}, &choice, &err), SONDE_E_RANGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"tcp:"}, 1}}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"icmp:1"}, 1}}, &choice, &err), SONDE_E_USAGE);
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"ucp"}, 1}}, &choice, &err), SONDE_E_USAGE);
	assert_string_equal(err.hint, "did you mean udp?");
}

static void service_names_are_those_of_this_machine(void **state)
{
	(void)state;
	struct sn_method_choice choice;
	struct sonde_error err = {0};
	if (!getservbyname("https", "tcp"))
		skip(); /* no services(5) here */
	assert_int_equal(sn_method_choose(&(struct sn_opts){.methods = {{"tcp:https"}, 1}}, &choice, &err), SONDE_OK);
	assert_int_equal(choice.dport, 443);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_need_no_name_server),
		cmocka_unit_test(without_anybody_to_ask_a_name_is_not_found),
	    cmocka_unit_test(the_wrong_family_is_said_so),
	    cmocka_unit_test(only_single_hosts_are_traced),
	    cmocka_unit_test(sources_are_addresses),
	    cmocka_unit_test(sizes_are_what_the_method_can_send),
	    cmocka_unit_test(a_protocol_is_read_where_the_method_takes_one),
	    cmocka_unit_test(a_source_port_needs_a_method_with_ports),
	    cmocka_unit_test(methods_take_ports_by_number_or_name),
	    cmocka_unit_test(service_names_are_those_of_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
