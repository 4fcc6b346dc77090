/* SPDX-License-Identifier: MIT */
/* The echo header, read and written. */
#include "test.h"

#include "packet/transport.h"

static const uint8_t header[8] = {128, 1, 0xab, 0xcd, 0x42, 0x43, 0xff, 0x07};

static void every_field_is_read(void **state)
{
	(void)state;
	struct sn_echo echo;
	assert_true(sn_echo_parse(header, sizeof header, &echo));
	assert_int_equal(echo.type, 128);
	assert_int_equal(echo.code, 1);
	assert_int_equal(echo.checksum, 0xabcd);
	assert_int_equal(echo.id, 0x4243);
	assert_int_equal(echo.seq, 0xff07);
	for (size_t count = 0; count < 8; count++)
		assert_false(sn_echo_parse(header, count, &echo));
}

static void writing_reverses_reading(void **state)
{
	(void)state;
	struct sn_echo echo;
	assert_true(sn_echo_parse(header, sizeof header, &echo));
	uint8_t bytes[8];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_echo_write(&w, &echo);
	assert_false(w.bad);
	assert_memory_equal(bytes, header, sizeof header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(writing_reverses_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
