/* SPDX-License-Identifier: MIT */
/* The UDP header, read and written. */
#include "test.h"

#include "packet/transport.h"

static const uint8_t header[8] = {0xc3, 0x50, 0x82, 0x9a, 0x00, 0x28, 0xab, 0xcd};

static void every_field_is_read(void **state)
{
	(void)state;
	struct sn_udp udp;
	assert_true(sn_udp_parse(header, sizeof header, &udp));
	assert_int_equal(udp.sport, 50000);
	assert_int_equal(udp.dport, 33434);
	assert_int_equal(udp.length_bytes, 40);
	assert_int_equal(udp.checksum, 0xabcd);
	for (size_t count = 0; count < 8; count++)
		assert_false(sn_udp_parse(header, count, &udp));
}

static void writing_reverses_reading(void **state)
{
	(void)state;
	struct sn_udp udp;
	assert_true(sn_udp_parse(header, sizeof header, &udp));
	uint8_t bytes[8];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_udp_write(&w, &udp);
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
