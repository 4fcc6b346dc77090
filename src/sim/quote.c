/* SPDX-License-Identifier: MIT */
/* Quotes as old stacks make them: of an IPv4 header that they have worked on in their own way before. */
#include "base/checksum.h"
#include "sim/world.h"

/* RFC 791 section 3.1. */
enum { LENGTH_AT_BYTES = 2, OFFSET_AT_BYTES = 6, TTL_AT_BYTES = 8, CHECKSUM_AT_BYTES = 10, TTL_ONE = 0x0100 };

static uint16_t word_at(const uint8_t *bytes, size_t at_bytes)
{
	struct sn_reader r;
	sn_reader_init(&r, bytes + at_bytes, 2);
	return sn_read_u16(&r);
}

static void put_word(uint8_t *bytes, size_t at_bytes, uint16_t word)
{
	struct sn_writer w;
	sn_writer_init(&w, bytes + at_bytes, 2);
	sn_write_u16(&w, word);
}

/* The byte order of the common machine: the other one. */
static void swap(uint8_t *bytes, size_t at_bytes)
{
	uint16_t word = word_at(bytes, at_bytes);
	put_word(bytes, at_bytes, (uint16_t)(word << 8 | word >> 8));
}

void sn_sim_quote_spoil(const struct sn_sim_node *node, uint8_t *quote, size_t quote_bytes, const struct sn_ip *ip)
{
	if (ip->version != 4 || quote_bytes < ip->header_bytes)
		return;
	uint16_t ttl = word_at(quote, TTL_AT_BYTES), checksum = word_at(quote, CHECKSUM_AT_BYTES);
	/* BSD's stacks keep length and offset in host order inside, some without the header, and let the checksum be. */
	if (node->quote_length == SN_SIM_LENGTH_HOST_ORDER) {
		swap(quote, LENGTH_AT_BYTES);
		swap(quote, OFFSET_AT_BYTES);
	} else if (node->quote_length == SN_SIM_LENGTH_MINUS_HEADER) {
		put_word(quote, LENGTH_AT_BYTES, (uint16_t)(word_at(quote, LENGTH_AT_BYTES) - ip->header_bytes));
	}
	/* As it was before the router before, or this one, took one from the TTL. */
	if (node->quote_checksum == SN_SIM_CHECKSUM_STALE)
		put_word(quote, CHECKSUM_AT_BYTES, sn_checksum_update(checksum, ttl, (uint16_t)(ttl + TTL_ONE)));
	else if (node->quote_checksum == SN_SIM_CHECKSUM_ZERO)
		put_word(quote, CHECKSUM_AT_BYTES, 0);
}
