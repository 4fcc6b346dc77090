/* SPDX-License-Identifier: MIT */
/* Packets known again: framed, cut, translated; and never taken for one another. */
#include "test.h"

#include "base/cursor.h"
#include "io/wire_raw_sent.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint8_t version, protocol;
} kinds[] = {{4, IPPROTO_ICMP}, {4, IPPROTO_UDP}, {4, IPPROTO_TCP}, {6, IPPROTO_ICMPV6}, {6, IPPROTO_UDP}, {6, IPPROTO_TCP}};
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

/* A packet of that kind with upper_bytes of counting bytes behind its header. */
static size_t build(size_t kind, uint8_t ttl, size_t upper_bytes, uint8_t *out, size_t capacity_bytes)
{
	struct sn_writer w;
	sn_writer_init(&w, out, capacity_bytes);
	if (kinds[kind].version == 4) {
		sn_write_u16(&w, 0x4500);
		sn_write_u16(&w, (uint16_t)(20 + upper_bytes));
		sn_write_u32(&w, 0xabcd4000);
		sn_write_u8(&w, ttl);
		sn_write_u8(&w, kinds[kind].protocol);
		sn_write_u16(&w, 0);
		sn_write_u32(&w, 0x0a010001);
		sn_write_u32(&w, 0x0a090101);
	} else {
		sn_write_u32(&w, 0x600abcde);
		sn_write_u16(&w, (uint16_t)upper_bytes);
		sn_write_u8(&w, kinds[kind].protocol);
		sn_write_u8(&w, ttl);
		sn_write_u64(&w, 0xfd01000000000000);
		sn_write_u64(&w, 1);
		sn_write_u64(&w, 0xfd09000000000000);
		sn_write_u64(&w, 1);
	}
	for (size_t i = 0; i < upper_bytes; i++)
		sn_write_u8(&w, (uint8_t)(i + 1));
	assert_false(w.bad);
	return w.at_bytes;
}

static size_t header_bytes(size_t kind)
{
	return kinds[kind].version == 4 ? 20 : 40;
}

static void heads(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < KIND_COUNT; kind++) {
		uint8_t bytes[128];
		struct sn_ip ip;
		size_t count = build(kind, 7, 24, bytes, sizeof bytes);
		assert_true(sn_raw_ip_read(bytes, count, &ip));
		assert_int_equal(ip.version, kinds[kind].version);
		assert_int_equal(ip.protocol, kinds[kind].protocol);
		assert_int_equal(ip.ttl, 7);
		assert_int_equal(ip.total_bytes, count);
		bool has_ports = ip.protocol == IPPROTO_TCP || ip.protocol == IPPROTO_UDP;
		assert_int_equal(sn_raw_sport(&ip, bytes, count), has_ports ? 0x0102 : 0);
		for (size_t cut = 0; cut < count; cut++) {
			uint8_t *copy = malloc(cut + 1);
			assert_non_null(copy);
			memcpy(copy, bytes, cut);
			assert_int_equal(sn_raw_ip_read(copy, cut, &ip), cut >= header_bytes(kind));
			(void)sn_raw_fingerprint(copy, cut);
			free(copy);
		}
	}
}

/* Options move the transport header; IHL below 5 is no header. */
static void internet_header_lengths(void **state)
{
	(void)state;
	struct sn_ip ip;
	uint8_t bytes[128];
	for (uint8_t ihl = 0; ihl <= 15; ihl++) {
		(void)build(1, 7, 60, bytes, sizeof bytes);
		bytes[0] = (uint8_t)(0x40 | ihl);
		assert_int_equal(sn_raw_ip_read(bytes, 80, &ip), ihl >= 5);
		if (ihl >= 5)
			assert_int_equal(sn_raw_sport(&ip, bytes, 80), bytes[4 * ihl] << 8 | bytes[4 * ihl + 1]);
	}
}

static void found_behind_any_link_header(void **state)
{
	(void)state;
	struct sn_raw_sent *sent = calloc(1, sizeof *sent);
	assert_non_null(sent);
	for (size_t kind = 0; kind < KIND_COUNT; kind++) {
		uint8_t frame[600] = {0};
		const size_t link_bytes[] = {0, 4, 14, 18, 22, 32};
		for (size_t i = 0; i < sizeof link_bytes / sizeof link_bytes[0]; i++) {
			memset(frame, 0x45, sizeof frame); /* a link header that looks like IPv4 */
			size_t count = build(kind, 7, 200, frame + link_bytes[i], sizeof frame - link_bytes[i]);
			assert_int_equal(sn_raw_sent_find_framed(sent, frame, link_bytes[i] + count), i == 0 ? 0 : 77 + kind);
			sn_raw_sent_put(sent, frame + link_bytes[i], count, 77 + kind);
			/* whole, cut behind the compared bytes, and padded */
			assert_int_equal(sn_raw_sent_find_framed(sent, frame, link_bytes[i] + count), 77 + kind);
			assert_int_equal(sn_raw_sent_find_framed(sent, frame, link_bytes[i] + header_bytes(kind) + 64), 77 + kind);
			assert_int_equal(sn_raw_sent_find_framed(sent, frame, link_bytes[i] + count + 30), 77 + kind);
			assert_int_equal(sn_raw_sent_find_framed(sent, frame, link_bytes[i] + header_bytes(kind)), 0);
		}
	}
	free(sent);
}

/* Each bit of the packet either counts or is one that a translator may change. */
static void which_bits_count(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < KIND_COUNT; kind++) {
		uint8_t bytes[128], upper = (uint8_t)header_bytes(kind);
		size_t count = build(kind, 7, 64, bytes, sizeof bytes);
		uint64_t original = sn_raw_fingerprint(bytes, count);
		for (size_t at = upper; at < count; at++) {
			size_t in = at - upper;
			bool rewritten = in >= 2 && in < 6; /* ICMP checksum and identifier */
			if (kinds[kind].protocol == IPPROTO_UDP)
				rewritten = in < 4 || (in >= 6 && in < 8); /* ports and checksum */
			else if (kinds[kind].protocol == IPPROTO_TCP)
				rewritten = in < 4 || (in >= 16 && in < 18);
			bytes[at] ^= 0x10;
			assert_int_equal(sn_raw_fingerprint(bytes, count) == original, rewritten);
			bytes[at] ^= 0x10;
		}
		bytes[upper - 1] ^= 1; /* destination */
		assert_true(sn_raw_fingerprint(bytes, count) != original);
		bytes[upper - 1] ^= 1;
		count = build(kind, 8, 64, bytes, sizeof bytes); /* another TTL */
		assert_true(sn_raw_fingerprint(bytes, count) != original);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(internet_header_lengths),
		cmocka_unit_test(found_behind_any_link_header),
		cmocka_unit_test(which_bits_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
