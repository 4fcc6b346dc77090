/* SPDX-License-Identifier: MIT */
/* Questions, answers and deadlines without a process: each address is asked about once, garbage changes nothing, and nothing is waited for
 * without end. */
#include "test.h"

#include "base/rng.h"
#include "io/names.h"

#include <stdio.h>
#include <string.h>

static struct sonde_addr nth(unsigned n)
{
	return (struct sonde_addr){.family = 4, .bytes = {192, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

static struct sn_names *make(const struct sn_names_cfg cfg)
{
	struct sn_names *names;
	assert_int_equal(sn_names_new(&names, &cfg), SONDE_OK);
	return names;
}

static struct sn_lookup_ask next(struct sn_names *names, sonde_at_ns now)
{
	struct sn_lookup_ask ask;
	assert_true(sn_names_next(names, &ask));
	sn_names_asked(names, ask.id, now);
	return ask;
}

static struct sn_lookup_told answer(const struct sn_lookup_ask *ask, const char *text)
{
	struct sn_lookup_told told = {.id = ask->id, .kind = ask->kind, .result = text ? SN_LOOKUP_FOUND : SN_LOOKUP_NONE};
	if (text) {
		told.text_bytes = (uint32_t)strlen(text);
		memcpy(told.text, text, strlen(text));
	}
	return told;
}

static bool tell(struct sn_names *names, const struct sn_lookup_ask *ask, const char *text)
{
	struct sn_lookup_told told = answer(ask, text);
	bool garbage;
	bool news = sn_names_told(names, &told, sizeof told, &garbage);
	assert_false(garbage);
	return news;
}

static void an_address_is_asked_about_once(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sonde_addr a = nth(1), b = nth(2);
	struct sn_lookup_ask ask;
	const struct sn_who *who = sn_names_of(names, &a);
	assert_true(who->pending);
	assert_null(who->name);
	assert_ptr_equal(sn_names_of(names, &a), who);
	(void)sn_names_of(names, &b);
	ask = next(names, 1);
	assert_int_equal(ask.kind, SN_LOOKUP_NAME);
	assert_true(sonde_addr_equal(&ask.addr, &a));
	assert_true(tell(names, &ask, "host.example."));
	assert_string_equal(who->name, "host.example");
	assert_false(who->pending);
	assert_false(tell(names, &ask, "other.example")); /* twice */
	assert_string_equal(who->name, "host.example");
	assert_true(sn_names_pending(names));
	ask = next(names, 1);
	assert_true(tell(names, &ask, NULL));
	assert_false(sn_names_of(names, &b)->pending);
	assert_false(sn_names_pending(names));
	assert_false(sn_names_next(names, &ask));
	sn_names_free(names);
}

static void names_are_clean(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sonde_addr a = nth(1), b = nth(2);
	const struct sn_who *evil = sn_names_of(names, &a), *liar = sn_names_of(names, &b);
	struct sn_lookup_ask first = next(names, 1), second = next(names, 1);
	assert_true(tell(names, &first, "\033[2Ja b\n<x>_-Z9"));
	assert_true(tell(names, &second, "0x7f.1"));
	assert_string_equal(evil->name, "\\x1b\\x5b2Ja\\x20b\\x0a\\x3cx\\x3e_-Z9");
	assert_false(evil->name_is_address);
	assert_string_equal(liar->name, "0x7f.1");
	assert_true(liar->name_is_address);
	sn_names_free(names);
}

static void only_so_many_are_under_way(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sn_lookup_ask asks[SN_LOOKUPS_AT_ONCE], more;
	for (unsigned i = 0; i <= SN_LOOKUPS_AT_ONCE; i++) {
		struct sonde_addr addr = nth(i);
		(void)sn_names_of(names, &addr);
	}
	for (unsigned i = 0; i < SN_LOOKUPS_AT_ONCE; i++)
		asks[i] = next(names, 1);
	assert_false(sn_names_next(names, &more));
	assert_true(tell(names, &asks[7], NULL));
	assert_true(sn_names_next(names, &more));
	sn_names_free(names);
}

static void what_is_not_sent_stays_the_next(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sonde_addr addr = nth(1);
	struct sn_lookup_ask one, two;
	(void)sn_names_of(names, &addr);
	assert_true(sn_names_next(names, &one));
	assert_true(sn_names_next(names, &two));
	assert_int_equal(one.id, two.id);
	assert_true(sn_names_deadline(names) == SONDE_NEVER);
	sn_names_free(names);
}

static void nobody_is_waited_for_without_end(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sonde_addr addr = nth(1);
	const struct sn_who *who = sn_names_of(names, &addr);
	struct sn_lookup_ask ask = next(names, 100);
	assert_true(sn_names_deadline(names) == 100 + SN_NAMES_PATIENCE_NS);
	assert_false(sn_names_tick(names, 99 + SN_NAMES_PATIENCE_NS));
	assert_true(who->pending);
	assert_true(sn_names_tick(names, 100 + SN_NAMES_PATIENCE_NS));
	assert_false(who->pending);
	assert_true(sn_names_deadline(names) == SONDE_NEVER);
	assert_false(tell(names, &ask, "late.example")); /* no garbage, and no news */
	assert_null(who->name);
	sn_names_free(names);
}

static void a_helper_that_is_gone_is_asked_again_once(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	struct sonde_addr a = nth(1), b = nth(2);
	const struct sn_who *first = sn_names_of(names, &a);
	struct sn_lookup_ask ask = next(names, 1), again;
	sn_names_lost(names, false);
	(void)sn_names_of(names, &b);
	again = next(names, 2);
	assert_true(sonde_addr_equal(&again.addr, &a));
	assert_int_not_equal(again.id, ask.id);
	sn_names_lost(names, false);
	assert_false(first->pending); /* twice was enough: it may be what kills them */
	again = next(names, 3);
	assert_true(sonde_addr_equal(&again.addr, &b));
	sn_names_lost(names, true);
	assert_false(sn_names_pending(names));
	struct sonde_addr c = nth(3);
	assert_false(sn_names_of(names, &c)->pending);
	sn_names_free(names);
}

static void garbage_changes_nothing(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true, .origins = true});
	struct sn_rng rng;
	struct sonde_addr addr = nth(1);
	const struct sn_who *who = sn_names_of(names, &addr);
	struct sn_lookup_ask ask = next(names, 1);
	const struct sn_lookup_told right = answer(&ask, "host.example");
	bool garbage;
	sn_rng_init(&rng, 1, 1);
	for (int i = 0; i < 100000; i++) {
		struct sn_lookup_told told = right;
		size_t bytes = sizeof told;
		switch (sn_rng_below(&rng, 6)) {
		case 0: told.id += 1 + (uint32_t)sn_rng_below(&rng, UINT32_MAX - 1); break;
		case 1: told.kind += 1 + (uint32_t)sn_rng_below(&rng, 100); break;
		case 2: told.result = SN_LOOKUP_RESULTS + (uint32_t)sn_rng_below(&rng, 1000); break;
		case 3: told.text_bytes = SN_LOOKUP_TEXT_BYTES + 1 + (uint32_t)sn_rng_below(&rng, UINT32_MAX / 2); break;
		case 4: bytes = sn_rng_below(&rng, sizeof told); break;
		default: told.result = 0; break;
		}
		assert_false(sn_names_told(names, &told, bytes, &garbage));
		assert_true(garbage);
		assert_true(who->pending);
		assert_null(who->name);
	}
	assert_true(tell(names, &ask, "host.example"));
	sn_names_free(names);
}

static void more_addresses_than_are_remembered(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true});
	for (unsigned i = 0; i < SN_NAMES_ADDRS_MAX; i++) {
		struct sonde_addr addr = nth(i);
		assert_non_null(sn_names_of(names, &addr));
	}
	struct sonde_addr last = nth(SN_NAMES_ADDRS_MAX), first = nth(0);
	assert_null(sn_names_of(names, &last));
	assert_non_null(sn_names_of(names, &first));
	sn_names_free(names);
}

/* ---- networks ---- */

static void a_system_is_asked_for_once(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.origins = true});
	struct sonde_addr a = nth(1), b = nth(2), c = nth(3);
	const struct sn_who *one = sn_names_of(names, &a), *two = sn_names_of(names, &b), *three = sn_names_of(names, &c);
	struct sn_lookup_ask first = next(names, 1), second = next(names, 1), third = next(names, 1), system, none;
	assert_int_equal(first.kind, SN_LOOKUP_ORIGIN);
	assert_true(tell(names, &first, "64500 | 192.0.0.0/24 | DE | x | y"));
	assert_int_equal(one->asn, 64500);
	assert_string_equal(one->network, "192.0.0.0/24");
	assert_string_equal(one->country, "DE");
	assert_true(one->pending); /* its name is asked for */
	assert_true(tell(names, &second, "64500 | 192.0.0.0/24 | DE | x | y"));
	system = next(names, 1);
	assert_int_equal(system.kind, SN_LOOKUP_AS);
	assert_int_equal(system.asn, 64500);
	assert_false(sn_names_next(names, &none));
	assert_true(tell(names, &system, "64500 | DE | x | y | Caf\xc3\xa9\033 Net"));
	assert_string_equal(one->as_name, "Caf\xc3\xa9\\x1b Net");
	assert_string_equal(two->as_name, one->as_name);
	assert_false(two->pending);
	assert_true(tell(names, &third, "64500 | 192.0.0.0/24 | DE | x | y"));
	assert_string_equal(three->as_name, one->as_name); /* it is known by now */
	assert_false(sn_names_pending(names));
	sn_names_free(names);
}

static void know_all(void *ctx, const struct sonde_addr *addr, struct sn_who_facts *facts)
{
	(void)ctx;
	if (addr->bytes[3] == 1)
		*facts = (struct sn_who_facts){
		    .name = "local.example", .asn = 64500, .as_name = "Here", .network = "192.0.0.0/24", .country = "DE"};
}

static void what_is_known_here_is_not_asked(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true, .origins = true, .facts = know_all});
	struct sonde_addr known = nth(1), unknown = nth(2), local = {.family = 4, .bytes = {127, 0, 0, 2}};
	struct sn_lookup_ask ask;
	const struct sn_who *who = sn_names_of(names, &known);
	assert_string_equal(who->name, "local.example");
	assert_string_equal(who->as_name, "Here");
	assert_false(who->pending);
	assert_false(sn_names_next(names, &ask));
	assert_true(sn_names_of(names, &unknown)->pending);
	assert_int_equal(next(names, 1).kind, SN_LOOKUP_NAME);
	assert_int_equal(next(names, 1).kind, SN_LOOKUP_ORIGIN);
	(void)sn_names_of(names, &local);
	assert_int_equal(next(names, 1).kind, SN_LOOKUP_NAME);
	assert_false(sn_names_next(names, &ask)); /* nobody announces this machine's own address */
	sn_names_free(names);
}

static bool news(struct sn_names *names, bool at_end, const struct sonde_addr *wanted)
{
	struct sonde_addr addr = {0};
	const struct sn_who *who;
	bool told = sn_names_news(names, at_end, &addr, &who);
	if (told) {
		assert_true(sonde_addr_equal(&addr, wanted));
		assert_ptr_equal(who, sn_names_of(names, wanted));
	}
	return told;
}

static void what_is_known_is_told_once(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true, .facts = know_all});
	struct sonde_addr known = nth(1), a = nth(2), b = nth(3), c = nth(4);
	assert_false(news(names, false, NULL));
	(void)sn_names_of(names, &known);
	assert_true(news(names, false, &known));
	assert_false(news(names, false, NULL));
	(void)sn_names_of(names, &a);
	(void)sn_names_of(names, &b);
	(void)sn_names_of(names, &c);
	struct sn_lookup_ask first = next(names, 1), second = next(names, 1);
	assert_false(news(names, false, NULL));
	assert_true(tell(names, &second, "b.example"));
	assert_true(news(names, false, &b));
	assert_true(tell(names, &first, NULL)); /* of it nothing will ever be known */
	assert_false(news(names, false, NULL));
	assert_false(news(names, true, NULL));
	sn_names_free(names);
}

static void at_the_end_half_is_told(void **state)
{
	(void)state;
	struct sn_names *names = make((struct sn_names_cfg){.names = true, .origins = true});
	struct sonde_addr a = nth(1);
	(void)sn_names_of(names, &a);
	struct sn_lookup_ask name = next(names, 1);
	(void)next(names, 1);
	assert_true(tell(names, &name, "a.example"));
	assert_false(news(names, false, NULL));
	assert_true(news(names, true, &a));
	assert_false(news(names, true, NULL));
	sn_names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_is_asked_about_once),
	    cmocka_unit_test(names_are_clean),
	    cmocka_unit_test(only_so_many_are_under_way),
	    cmocka_unit_test(what_is_not_sent_stays_the_next),
	    cmocka_unit_test(nobody_is_waited_for_without_end),
	    cmocka_unit_test(a_helper_that_is_gone_is_asked_again_once),
	    cmocka_unit_test(garbage_changes_nothing),
	    cmocka_unit_test(more_addresses_than_are_remembered),
	    cmocka_unit_test(a_system_is_asked_for_once),
	    cmocka_unit_test(what_is_known_here_is_not_asked),
	    cmocka_unit_test(what_is_known_is_told_once),
	    cmocka_unit_test(at_the_end_half_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
