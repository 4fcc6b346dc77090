/* SPDX-License-Identifier: MIT */
/* The Internet checksum against the examples of its RFCs, and the incremental update against recomputation. */
#include "test.h"

#include "base/checksum.h"
#include "base/rng.h"

/* RFC 1071 section 3: 0001 f203 f4f5 f6f7 sum to ddf2. */
static void the_example_of_rfc_1071(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	assert_int_equal(sn_sum_fold(sn_sum_bytes(0, bytes, sizeof bytes)), 0xddf2);
	assert_int_equal(sn_sum_finish(sn_sum_bytes(0, bytes, sizeof bytes)), 0x220d);
}

static void an_odd_last_byte_is_padded_with_zero(void **state)
{
	(void)state;
	static const uint8_t bytes[] = {0x12, 0x34, 0x56};
	assert_int_equal(sn_sum_fold(sn_sum_bytes(0, bytes, 3)), 0x1234 + 0x5600);
	assert_int_equal(sn_sum_finish(sn_sum_bytes(0, bytes, 0)), 0xffff);
}

static void sums_of_parts_add_up(void **state)
{
	(void)state;
	uint8_t bytes[64];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 200);
	uint16_t whole = sn_sum_fold(sn_sum_bytes(0, bytes, sizeof bytes));
	for (size_t at = 0; at <= sizeof bytes; at += 2)
		assert_int_equal(sn_sum_fold(sn_sum_bytes(sn_sum_bytes(0, bytes, at), bytes + at, sizeof bytes - at)), whole);
	uint32_t words = 0;
	for (size_t i = 0; i < sizeof bytes; i += 4)
		words = sn_sum_u32(words, (bytes[i] * 256u + bytes[i + 1]) << 16 | (bytes[i + 2] * 256u + bytes[i + 3]));
	assert_int_equal(sn_sum_fold(words), whole);
}

/* The longest packet of 0xff bytes must not lose a carry. */
static void no_carry_is_lost(void **state)
{
	(void)state;
	static uint8_t bytes[65535];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = 0xff;
	assert_int_equal(sn_sum_fold(sn_sum_bytes(0, bytes, 65534)), 0xffff);
	assert_int_equal(sn_sum_fold(sn_sum_bytes(0xffff, bytes, 65535)), 0xff00);
}

static void the_pseudo_header_of_both_families(void **state)
{
	(void)state;
	struct sonde_addr src4 = {.family = 4, .bytes = {192, 0, 2, 1}}, dst4 = {.family = 4, .bytes = {198, 51, 100, 2}};
	/* c000+0201 + c633+6402 + 0011 + 001c = 1ec63 → ec64, worked by hand */
	assert_int_equal(sn_sum_fold(sn_sum_pseudo(&src4, &dst4, 17, 28)), 0xec64);
	struct sonde_addr src6 = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
	struct sonde_addr dst6 = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 2}};
	/* 2 x (2001 + 0db8) + 1 + 2 + 003a + the 32-bit length 00010008 */
	assert_int_equal(sn_sum_fold(sn_sum_pseudo(&src6, &dst6, 58, 0x10008)), 2 * (0x2001 + 0x0db8) + 3 + 0x3a + 1 + 8);
}

/* RFC 1624 section 4: equation 3 gives 0000 where equation 2 gave ffff. */
static void the_example_of_rfc_1624(void **state)
{
	(void)state;
	assert_int_equal(sn_checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}

static uint16_t checksum_of(const uint8_t *bytes, size_t count)
{
	return sn_sum_finish(sn_sum_bytes(0, bytes, count));
}

static void updating_equals_recomputing(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 1624, 0);
	for (int round = 0; round < 20000; round++) {
		uint8_t bytes[40];
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)sn_rng_next(&rng);
		uint16_t before = checksum_of(bytes, sizeof bytes);
		size_t at = 2 * (size_t)sn_rng_below(&rng, sizeof bytes / 2);
		uint16_t old_word = (uint16_t)(bytes[at] << 8 | bytes[at + 1]), new_word = (uint16_t)sn_rng_next(&rng);
		bytes[at] = (uint8_t)(new_word >> 8);
		bytes[at + 1] = (uint8_t)new_word;
		assert_int_equal(sn_checksum_update(before, old_word, new_word), checksum_of(bytes, sizeof bytes));
	}
}

static void updating_an_address_equals_recomputing(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 1631, 0);
	for (int round = 0; round < 4000; round++) {
		size_t count = round & 1 ? 4 : 16;
		struct sonde_addr a = {.family = round & 1 ? 4 : 6}, b = a, other = a;
		for (size_t i = 0; i < count; i++) {
			a.bytes[i] = (uint8_t)sn_rng_next(&rng);
			b.bytes[i] = (uint8_t)sn_rng_next(&rng);
			other.bytes[i] = (uint8_t)sn_rng_next(&rng);
		}
		uint16_t before = sn_sum_finish(sn_sum_pseudo(&a, &other, 6, 99)), after = sn_sum_finish(sn_sum_pseudo(&b, &other, 6, 99));
		assert_int_equal(sn_checksum_update_addr(before, &a, &b), after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_rfc_1071),
		cmocka_unit_test(an_odd_last_byte_is_padded_with_zero),
		cmocka_unit_test(sums_of_parts_add_up),
		cmocka_unit_test(no_carry_is_lost),
		cmocka_unit_test(the_pseudo_header_of_both_families),
		cmocka_unit_test(the_example_of_rfc_1624),
		cmocka_unit_test(updating_equals_recomputing),
		cmocka_unit_test(updating_an_address_equals_recomputing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
