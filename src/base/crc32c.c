/* SPDX-License-Identifier: MIT */
/* CRC32c by halves of bytes: sixteen rows are enough for packets. */
#include "base/crc32c.h"

/* Row i: i divided by the polynomial 1edc6f41, all bits mirrored. */
static const uint32_t rows[16] = {
	0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t sn_crc32c(uint32_t remainder, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		remainder ^= bytes[i];
		remainder = remainder >> 4 ^ rows[remainder & 15];
		remainder = remainder >> 4 ^ rows[remainder & 15];
	}
	return remainder;
}

uint32_t sn_crc32c_finish(uint32_t remainder)
{
	uint32_t crc = ~remainder;
	return crc >> 24 | (crc >> 8 & 0xff00) | (crc << 8 & 0xff0000) | crc << 24;
}
