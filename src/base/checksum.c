/* SPDX-License-Identifier: MIT */
/* One's-complement arithmetic over bytes, words and addresses. */
#include "base/checksum.h"

#include <arpa/inet.h>
#include <string.h>

uint32_t sn_sum_u16(uint32_t sum, uint16_t value)
{
	sum += value;
	return (sum & 0xffff) + (sum >> 16);
}

uint32_t sn_sum_u32(uint32_t sum, uint32_t value)
{
	return sn_sum_u16(sn_sum_u16(sum, (uint16_t)(value >> 16)), (uint16_t)value);
}

uint32_t sn_sum_bytes(uint32_t sum, const uint8_t *bytes, size_t count)
{
	/* RFC 1071 section 2 (B) and (C): words of four bytes may be summed as well, and in this machine's own byte order; carries are
	 * folded and the bytes put in order at the end. */
	uint64_t wide = 0;
	size_t i = 0;
	for (uint32_t word; i + sizeof word <= count; i += sizeof word) {
		memcpy(&word, bytes + i, sizeof word);
		wide += word;
	}
	uint16_t half;
	if (i + sizeof half <= count) {
		memcpy(&half, bytes + i, sizeof half);
		wide += half;
		i += sizeof half;
	}
	if (i < count)
		wide += htons((uint16_t)(bytes[i] << 8));
	wide = (wide & UINT32_MAX) + (wide >> 32);
	wide = (wide & 0xffff) + (wide >> 16);
	return sn_sum_fold(sum) + ntohs(sn_sum_fold((uint32_t)wide));
}

static uint32_t sum_addr(uint32_t sum, const struct sonde_addr *addr)
{
	return sn_sum_bytes(sum, addr->bytes, addr->family == 4 ? 4 : 16);
}

uint32_t sn_sum_pseudo(const struct sonde_addr *src, const struct sonde_addr *dst, uint8_t protocol, uint32_t length_bytes)
{
	return sn_sum_u32(sn_sum_u16(sum_addr(sum_addr(0, src), dst), protocol), length_bytes);
}

uint16_t sn_sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t sn_sum_finish(uint32_t sum)
{
	return (uint16_t)~sn_sum_fold(sum);
}

uint16_t sn_checksum_update(uint16_t checksum, uint16_t old_word, uint16_t new_word)
{
	uint32_t sum = (uint16_t)~checksum;
	sum += (uint16_t)~old_word;
	sum += new_word;
	return sn_sum_finish(sum);
}

uint16_t sn_checksum_update_addr(uint16_t checksum, const struct sonde_addr *old_addr, const struct sonde_addr *new_addr)
{
	uint32_t sum = (uint16_t)~checksum;
	sum = sn_sum_u16(sum, (uint16_t)~sn_sum_fold(sum_addr(0, old_addr)));
	return sn_sum_finish(sum_addr(sum, new_addr));
}
