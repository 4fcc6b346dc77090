/* SPDX-License-Identifier: MIT */
/* Name servers as people type them. */
#include "test.h"

#include "cli/enrich.h"

#include <string.h>

static void servers_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text, *addr;
		uint16_t port;
	} rows[] = {
	    {"192.0.2.53", "192.0.2.53", 53},        {"192.0.2.53:5353", "192.0.2.53", 5353},    {"2001:db8::53", "2001:db8::53", 53},
	    {"[2001:db8::53]", "2001:db8::53", 53},  {"[2001:db8::53]:5353", "2001:db8::53", 5353}, {"::1", "::1", 53},
	    {"127.0.0.1:65535", "127.0.0.1", 65535},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_addr addr = {0};
		char text[SONDE_ADDR_TEXT];
		uint16_t port = 0;
		assert_true(sn_server_read(rows[i].text, &addr, &port));
		assert_string_equal(sonde_addr_text(&addr, text), rows[i].addr);
		assert_int_equal(port, rows[i].port);
	}
}

static void what_is_none_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"",          ":",           ":53",         "dns.example", "192.0.2.53:",   "192.0.2.53:0",
	                                    "[::1",      "[::1]x",      "[::1]:",      "[::1]:65536", "[192.0.2.1]:53", "192.0.2.53:65536",
	                                    "192.0.2.53:5x", "[]", "1:2"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sonde_addr addr;
		uint16_t port;
		if (sn_server_read(texts[i], &addr, &port))
			fail_msg("'%s' was taken", texts[i]);
	}
}

static void one_that_was_not_opened_knows_nothing(void **state)
{
	(void)state;
	struct sn_enrich enrich = {0};
	struct sonde_event event = {.type = SONDE_EV_REPLY, .as.answer.from = {.family = 4}};
	sonde_at_ns again = 0;
	sn_enrich_event(&enrich, &event);
	assert_null(sn_enrich_source(&enrich));
	assert_int_equal(sn_enrich_watch(&enrich, 7), 7);
	assert_false(sn_enrich_turn(&enrich, 1, &again));
	assert_true(again == SONDE_NEVER);
	sn_enrich_finish(&enrich);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(servers_are_read),
	    cmocka_unit_test(what_is_none_is_refused),
	    cmocka_unit_test(one_that_was_not_opened_knows_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
