/* SPDX-License-Identifier: MIT */
/* Nobody knows anything of nobody, and which names a program could take for an address. */
#include "test.h"

#include "base/who.h"

static const struct sn_who somebody = {.name = "host.example"};

static const struct sn_who *knows(void *ctx, const struct sonde_addr *addr)
{
	(void)addr;
	return *(bool *)ctx ? &somebody : NULL;
}

static void there_is_always_an_answer(void **state)
{
	(void)state;
	bool known = true;
	struct sonde_addr addr = {.family = 4}, none = {0};
	const struct sn_who_source source = {.of = knows, .ctx = &known};
	assert_ptr_equal(sn_who_of(&source, &addr), &somebody);
	assert_null(sn_who_of(&source, &none)->name);
	assert_null(sn_who_of(NULL, &addr)->name);
	known = false;
	assert_null(sn_who_of(&source, &addr)->name);
	assert_false(sn_who_of(&source, &addr)->pending);
}

static void names_that_read_as_addresses(void **state)
{
	(void)state;
	static const char *const addresses[] = {"192.0.2.1", "0x7f.1", "2130706433", "0300.0250.1", "127.1", "2001:db8::1", "::"};
	static const char *const names[] = {"host.example", "1.2.3.4.example", "192-0-2-1.example", "a", "1.2.3.4.5", "0x7g", "1..2", "-1"};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		assert_true(sn_name_is_address(addresses[i]));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_false(sn_name_is_address(names[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(there_is_always_an_answer),
	    cmocka_unit_test(names_that_read_as_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
