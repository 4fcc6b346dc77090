/* SPDX-License-Identifier: MIT */
/* CRC32c against the examples of RFC 3720 appendix B.4, and in parts. */
#include "test.h"

#include "base/crc32c.h"

static uint32_t crc_of(const uint8_t *bytes, size_t count)
{
	return sn_crc32c_finish(sn_crc32c(SN_CRC32C_START, bytes, count));
}

static void the_examples_of_rfc_3720(void **state)
{
	(void)state;
	uint8_t bytes[48] = {0};
	assert_int_equal(crc_of(bytes, 32), UINT32_C(0xaa36918a));
	for (size_t i = 0; i < 32; i++)
		bytes[i] = 0xff;
	assert_int_equal(crc_of(bytes, 32), UINT32_C(0x43aba862));
	for (size_t i = 0; i < 32; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(crc_of(bytes, 32), UINT32_C(0x4e79dd46));
	for (size_t i = 0; i < 32; i++)
		bytes[i] = (uint8_t)(31 - i);
	assert_int_equal(crc_of(bytes, 32), UINT32_C(0x5cdb3f11));
	/* An iSCSI SCSI Read (10) command. */
	static const uint8_t command[48] = {0x01, 0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, 0x28, [40] = 0x02};
	assert_int_equal(crc_of(command, sizeof command), UINT32_C(0x563a96d9));
}

static void nothing_and_parts(void **state)
{
	(void)state;
	uint8_t bytes[100];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 37 + 200);
	assert_int_equal(crc_of(bytes, 0), 0);
	for (size_t at = 0; at <= sizeof bytes; at++) {
		uint32_t first = sn_crc32c(SN_CRC32C_START, bytes, at);
		assert_int_equal(sn_crc32c_finish(sn_crc32c(first, bytes + at, sizeof bytes - at)), crc_of(bytes, sizeof bytes));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rfc_3720),
		cmocka_unit_test(nothing_and_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
