/* SPDX-License-Identifier: MIT */
/* A seal's bytes: evenly spread over all seals. */
#include "test.h"

#include "base/seal.h"

#include <string.h>

static struct sonde_seal nth(unsigned n)
{
	uint8_t secret[16] = {0};
	memcpy(secret, &n, sizeof n);
	return sn_seal_of(secret);
}

/* Who knows three bytes and not the seal guesses one of 256: no value is more likely than another. */
static void three_bytes_tell_nothing_of_the_fourth(void **unused)
{
	(void)unused;
	enum { SEALS = 65536, CELLS = 256 };
	static const uint32_t asked[] = {0, 1, 0x1234, 0xffffff};
	for (size_t a = 0; a < sizeof asked / sizeof *asked; a++) {
		unsigned count[CELLS] = {0};
		for (unsigned n = 0; n < SEALS; n++) {
			struct sonde_seal seal = nth(n);
			count[sn_seal_byte(&seal, asked[a])]++;
		}
		/* 256 in each on average, with a standard deviation of 16 */
		for (unsigned i = 0; i < CELLS; i++)
			assert_in_range(count[i], 256 - 96, 256 + 96);
	}
}

static void of_one_secret_it_is_always_the_same(void **unused)
{
	(void)unused;
	struct sonde_seal one = nth(7), again = nth(7), other = nth(8);
	assert_memory_equal(&one, &again, sizeof one);
	assert_memory_not_equal(&one, &other, sizeof one);
	assert_true(one.factor & 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_bytes_tell_nothing_of_the_fourth),
		cmocka_unit_test(of_one_secret_it_is_always_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
