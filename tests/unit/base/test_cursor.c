/* SPDX-License-Identifier: MIT */
/* Reading and writing never leave their bytes, and failure sticks. */
#include "test.h"

#include "base/cursor.h"

#include <string.h>

static const uint8_t eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static void reads_are_big_endian_and_in_order(void **state)
{
	(void)state;
	struct sn_reader r;
	sn_reader_init(&r, eight, sizeof eight);
	assert_int_equal(sn_read_u8(&r), 0x01);
	assert_int_equal(sn_read_u16(&r), 0x0203);
	assert_int_equal(sn_read_u32(&r), 0x04050607);
	assert_int_equal(sn_reader_left(&r), 1);
	assert_false(r.bad);
	sn_reader_init(&r, eight, sizeof eight);
	assert_true(sn_read_u64(&r) == UINT64_C(0x0102030405060708));
	assert_int_equal(sn_reader_left(&r), 0);
}

static void a_failed_read_gives_zero_and_sticks(void **state)
{
	(void)state;
	struct sn_reader r;
	sn_reader_init(&r, eight, 3);
	assert_int_equal(sn_read_u32(&r), 0);
	assert_true(r.bad);
	/* Three bytes are left, yet nothing is read once a read has failed. */
	assert_int_equal(sn_read_u8(&r), 0);
	assert_null(sn_read_view(&r, 1));
	uint8_t out[2] = {9, 9};
	sn_read_bytes(&r, out, 2);
	assert_int_equal(out[0] | out[1], 0);
}

static void views_and_skips_stay_inside(void **state)
{
	(void)state;
	struct sn_reader r;
	sn_reader_init(&r, eight, sizeof eight);
	assert_ptr_equal(sn_read_view(&r, 8), eight);
	assert_ptr_equal(sn_read_view(&r, 0), eight + 8);
	assert_false(r.bad);
	assert_null(sn_read_view(&r, 1));
	sn_reader_init(&r, eight, sizeof eight);
	sn_read_skip(&r, SIZE_MAX);
	assert_true(r.bad);
	sn_reader_init(&r, NULL, 0);
	assert_int_equal(sn_read_u8(&r), 0);
	assert_true(r.bad);
}

static void writes_are_big_endian_and_in_order(void **state)
{
	(void)state;
	uint8_t bytes[20];
	memset(bytes, 0xee, sizeof bytes);
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_write_u8(&w, 0x01);
	sn_write_u16(&w, 0x0203);
	sn_write_u32(&w, 0x04050607);
	sn_write_u64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	sn_write_bytes(&w, eight, 2);
	sn_write_zeros(&w, 3);
	assert_false(w.bad);
	assert_int_equal(w.at_bytes, 20);
	static const uint8_t want[20] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 2, 0, 0, 0};
	assert_memory_equal(bytes, want, sizeof want);
	sn_write_u16_at(&w, 18, 0xabcd);
	assert_false(w.bad);
	assert_int_equal(bytes[18] << 8 | bytes[19], 0xabcd);
}

static void a_failed_write_writes_nothing_and_sticks(void **state)
{
	(void)state;
	uint8_t bytes[4] = {0xee, 0xee, 0xee, 0xee};
	struct sn_writer w;
	sn_writer_init(&w, bytes, 3);
	sn_write_u32(&w, 0);
	assert_true(w.bad);
	sn_write_u8(&w, 0);
	sn_write_bytes(&w, eight, SIZE_MAX);
	sn_write_zeros(&w, 1);
	assert_int_equal(w.at_bytes, 0);
	static const uint8_t untouched[4] = {0xee, 0xee, 0xee, 0xee};
	assert_memory_equal(bytes, untouched, 4);
}

static void only_what_was_written_can_be_overwritten(void **state)
{
	(void)state;
	uint8_t bytes[4] = {0};
	struct sn_writer w;
	sn_writer_init(&w, bytes, 4);
	sn_write_u16(&w, 1);
	sn_write_u16_at(&w, 1, 0xffff);
	assert_true(w.bad);
	assert_int_equal(bytes[2], 0);
	sn_writer_init(&w, bytes, 4);
	sn_write_u32(&w, 1);
	sn_write_u16_at(&w, SIZE_MAX, 0xffff);
	assert_true(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_are_big_endian_and_in_order),
		cmocka_unit_test(a_failed_read_gives_zero_and_sticks),
		cmocka_unit_test(views_and_skips_stay_inside),
		cmocka_unit_test(writes_are_big_endian_and_in_order),
		cmocka_unit_test(a_failed_write_writes_nothing_and_sticks),
		cmocka_unit_test(only_what_was_written_can_be_overwritten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
