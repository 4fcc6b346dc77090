/* SPDX-License-Identifier: MIT */
/* Name servers as people type them, and a helper that has lost its mind. */
#include "test.h"

#include "cli/enrich.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum { BOUND_MS = 20000 };

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

/* Whether names are asked for. */
static bool asks(const struct sn_opts *opts, bool offline)
{
	struct sn_enrich enrich = {0};
	struct sonde_error err = {0};
	assert_int_equal(sn_enrich_open(&enrich, opts, offline, &err), SONDE_OK);
	sn_enrich_start(&enrich);
	const struct sonde_addr addr = {.family = 4, .bytes = {127, 0, 0, 1}};
	bool pending = sn_who_of(sn_enrich_source(&enrich), &addr)->pending;
	assert_int_equal(enrich.helper.fd >= 0, pending);
	sn_enrich_finish(&enrich);
	return pending;
}

static void offline_only_those_who_are_named_are_asked(void **state)
{
	(void)state;
	struct sn_opts opts = {.asn_zone = "asn.test"};
	assert_true(asks(&opts, false));
	assert_false(asks(&opts, true));
	opts.dns_server = "system";
	assert_true(asks(&opts, true));
	opts.dns_server = "127.0.0.1:1";
	assert_true(asks(&opts, true));
	opts.numeric = true;
	assert_false(asks(&opts, true));
}

/* ---- what a helper says ---- */

static void say_nonsense(int fd, void *ctx)
{
	struct sn_lookup_ask ask;
	struct sn_lookup_told told = {.result = SN_LOOKUP_FOUND, .text_bytes = 4, .text = "evil"};
	(void)ctx;
	while (recv(fd, &ask, sizeof ask, 0) == (ssize_t)sizeof ask) {
		told.id = ask.id + 100;
		told.kind = ask.kind;
		(void)send(fd, &told, sizeof told, MSG_NOSIGNAL);
	}
}

static void say_too_little(int fd, void *ctx)
{
	(void)ctx;
	(void)send(fd, "evil", 4, MSG_NOSIGNAL);
	(void)recv(fd, &(struct sn_lookup_ask){0}, sizeof(struct sn_lookup_ask), MSG_WAITALL);
}

/* Nobody listens to it any more; the addresses have no names, and nothing is waited for. */
static void garbage_changes_nothing(void **state)
{
	(void)state;
	void (*const serves[])(int fd, void *ctx) = {say_nonsense, say_too_little};
	for (size_t i = 0; i < sizeof serves / sizeof *serves; i++) {
		struct sn_enrich enrich = {.open = true, .watch_fd = -1};
		const struct sn_helper_cfg cfg = {.name = "sonde-test", .serve = serves[i]};
		struct sonde_addr addr = {.family = 4, .bytes = {192, 0, 2, 1}};
		sonde_at_ns again;
		assert_int_equal(sn_names_new(&enrich.names, &(struct sn_names_cfg){.names = true}), SONDE_OK);
		assert_int_equal(sn_helper_start(&enrich.helper, &cfg, NULL), SONDE_OK);
		const struct sn_who *who = sn_names_of(enrich.names, &addr);
		unsigned turns = 0;
		for (; enrich.helper.fd >= 0 && turns < 100; turns++) {
			(void)sn_enrich_turn(&enrich, 1, &again);
			struct pollfd poll_in = {.fd = enrich.helper.fd, .events = POLLIN};
			if (enrich.helper.fd >= 0 && sn_names_pending(enrich.names))
				assert_int_equal(poll(&poll_in, 1, BOUND_MS), 1);
			else if (enrich.helper.fd >= 0)
				break; /* the one question was given up: nobody is asked any more */
		}
		assert_true(turns < 100);
		assert_null(who->name);
		assert_false(who->pending);
		sn_enrich_finish(&enrich);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(servers_are_read),
	    cmocka_unit_test(what_is_none_is_refused),
	    cmocka_unit_test(one_that_was_not_opened_knows_nothing),
	    cmocka_unit_test(offline_only_those_who_are_named_are_asked),
	    cmocka_unit_test(garbage_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
