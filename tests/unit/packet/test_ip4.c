/* SPDX-License-Identifier: MIT */
/* The IPv4 header: every IHL, options right and wrong, fragments, lengths that lie. */
#include "packets.h"
#include "test.h"

#include "packet/ip.h"

#include <stdlib.h>
#include <string.h>

static void every_field_is_read(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .tos = 0xb9, .ttl = 63, .id = 0xbeef, .df = true}, 1, 2, 4);
	struct sn_ip ip;
	assert_true(sn_ip_parse(p.bytes, p.count, &ip));
	assert_int_equal(ip.version, 4);
	assert_int_equal(ip.tos, 0xb9);
	assert_int_equal(ip.ttl, 63);
	assert_int_equal(ip.protocol, SN_PROTO_UDP);
	assert_int_equal(ip.id, 0xbeef);
	assert_true(ip.df);
	assert_false(ip.mf);
	assert_int_equal(ip.header_bytes, 20);
	assert_int_equal(ip.total_bytes, 32);
	assert_int_equal(ip.odd, 0);
	static const struct sonde_addr src = {.family = 4, .bytes = {192, 0, 2, 1}}, dst = {.family = 4, .bytes = {198, 51, 100, 2}};
	assert_memory_equal(&ip.src, &src, sizeof src);
	assert_memory_equal(&ip.dst, &dst, sizeof dst);
}

static void every_ihl_is_read_or_refused(void **state)
{
	(void)state;
	for (unsigned ihl = 0; ihl < 16; ihl++) {
		struct made_packet p;
		struct made_ip want = {.version = 4, .ttl = 9, .option_words = (uint8_t)(ihl < 5 ? 0 : ihl - 5)};
		made_udp(&p, &want, 1, 2, 40);
		p.bytes[0] = (uint8_t)(0x40 | ihl);
		struct sn_ip ip;
		assert_int_equal(sn_ip_parse(p.bytes, p.count, &ip), ihl >= 5);
		if (ihl < 5)
			continue;
		assert_int_equal(ip.header_bytes, ihl * 4);
		assert_int_equal(ip.options_bytes, ihl * 4 - 20);
		assert_int_equal(ip.odd, 0);
	}
}

static void a_cut_header_gives_what_is_there(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9, .option_words = 10}, 1, 2, 4);
	for (size_t count = 0; count < 60; count++) {
		uint8_t *bytes = made_exact(p.bytes, count);
		struct sn_ip ip;
		assert_int_equal(sn_ip_parse(bytes, count, &ip), count >= 20);
		if (count >= 20) {
			assert_true(ip.odd & SN_ODD_TRUNCATED);
			assert_false(ip.odd & SN_ODD_HEADER_CHECKSUM);
			assert_int_equal(ip.header_bytes, count);
			assert_int_equal(ip.options_bytes, count - 20);
			assert_int_equal(ip.ttl, 9);
		}
		free(bytes);
	}
}

static void options_that_do_not_parse_are_odd(void **state)
{
	(void)state;
	static const struct {
		uint8_t options[8];
		bool odd;
	} rows[] = {
		{{1, 1, 1, 1, 1, 1, 1, 1}, false},
		{{0, 9, 9, 9, 9, 9, 9, 9}, false},     /* end of options: what follows is padding */
		{{7, 7, 4, 0, 0, 0, 0, 0}, false},     /* record route */
		{{148, 4, 0, 0, 0, 0, 0, 0}, false},   /* router alert, then end */
		{{7, 8, 4, 0, 0, 0, 0, 0}, false},
		{{7, 9, 4, 0, 0, 0, 0, 0}, true},      /* over the end */
		{{7, 0, 4, 0, 0, 0, 0, 0}, true},      /* a length that does not move on */
		{{7, 1, 4, 0, 0, 0, 0, 0}, true},
		{{1, 1, 1, 1, 1, 1, 1, 7}, true},      /* no room for a length */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9, .option_words = 2}, 1, 2, 4);
		memcpy(p.bytes + 20, rows[i].options, 8);
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal((ip.odd & SN_ODD_OPTIONS) != 0, rows[i].odd);
	}
}

static void fragments_are_marked(void **state)
{
	(void)state;
	static const struct {
		uint16_t field;
		bool df, mf;
		uint16_t offset_bytes;
	} rows[] = {
		{0x0000, false, false, 0}, {0x4000, true, false, 0}, {0x2000, false, true, 0}, {0x2001, false, true, 8},
		{0x1fff, false, false, 65528}, {0x8000, false, false, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 1, 2, 4);
		p.bytes[6] = (uint8_t)(rows[i].field >> 8);
		p.bytes[7] = (uint8_t)rows[i].field;
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(ip.df, rows[i].df);
		assert_int_equal(ip.mf, rows[i].mf);
		assert_int_equal(ip.fragment_offset_bytes, rows[i].offset_bytes);
		assert_int_equal((ip.odd & SN_ODD_FRAGMENT) != 0, rows[i].mf || rows[i].offset_bytes);
	}
}

static void lengths_that_lie_are_odd(void **state)
{
	(void)state;
	static const struct {
		uint16_t total_bytes;
		uint32_t odd;
	} rows[] = {
		{32, 0}, {33, SN_ODD_TRUNCATED}, {0x2000, SN_ODD_TRUNCATED}, {31, SN_ODD_LENGTH}, {19, SN_ODD_LENGTH}, {0, SN_ODD_LENGTH},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 1, 2, 4);
		p.bytes[2] = (uint8_t)(rows[i].total_bytes >> 8);
		p.bytes[3] = (uint8_t)rows[i].total_bytes;
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(ip.total_bytes, rows[i].total_bytes);
		assert_int_equal(ip.odd & ~(uint32_t)SN_ODD_HEADER_CHECKSUM, rows[i].odd);
	}
}

static void every_flipped_header_bit_spoils_the_checksum(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9, .id = 77}, 1, 2, 4);
	for (size_t bit = 8; bit < 160; bit++) {
		p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_true(ip.odd & SN_ODD_HEADER_CHECKSUM);
		p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(every_ihl_is_read_or_refused),
		cmocka_unit_test(a_cut_header_gives_what_is_there),
		cmocka_unit_test(options_that_do_not_parse_are_odd),
		cmocka_unit_test(fragments_are_marked),
		cmocka_unit_test(lengths_that_lie_are_odd),
		cmocka_unit_test(every_flipped_header_bit_spoils_the_checksum),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
