/* SPDX-License-Identifier: MIT */
/* The IPv6 header and its chain: every kind of extension, bounded, cut, fragmented. */
#include "packets.h"
#include "test.h"

#include "packet/ip.h"

#include <stdlib.h>

static void every_field_is_read(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 6, .tos = 0xb9, .ttl = 63, .flow_label = 0xfedcb}, 1, 2, 4);
	struct sn_ip ip;
	assert_true(sn_ip_parse(p.bytes, p.count, &ip));
	assert_int_equal(ip.version, 6);
	assert_int_equal(ip.tos, 0xb9);
	assert_int_equal(ip.flow_label, 0xfedcb);
	assert_int_equal(ip.ttl, 63);
	assert_int_equal(ip.protocol, SN_PROTO_UDP);
	assert_int_equal(ip.header_bytes, 40);
	assert_int_equal(ip.total_bytes, 52);
	assert_int_equal(ip.extension_count, 0);
	assert_int_equal(ip.odd, 0);
	static const struct sonde_addr src = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}};
	static const struct sonde_addr dst = {.family = 6, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 2}};
	assert_memory_equal(&ip.src, &src, sizeof src);
	assert_memory_equal(&ip.dst, &dst, sizeof dst);
}

static void each_extension_is_stepped_over(void **state)
{
	(void)state;
	static const uint8_t kinds[] = {0, 43, 44, 51, 60, 135, 139, 140};
	for (size_t i = 0; i < sizeof kinds; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {kinds[i]}, .chain_count = 1}, 1, 2, 4);
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(ip.protocol, SN_PROTO_UDP);
		/* The authentication header counts in words of 4 bytes: the one built here has 12. */
		assert_int_equal(ip.header_bytes, kinds[i] == SN_PROTO_AH ? 52 : 48);
		assert_int_equal(ip.extension_count, 1);
		assert_int_equal(ip.odd, 0);
	}
}

static void lengths_count_in_eights_beyond_the_first(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {60, 60, 60}, .chain_count = 3}, 1, 2, 4);
	p.bytes[41] = 1;  /* the first now covers the second: 16 bytes */
	struct sn_ip ip;
	assert_true(sn_ip_parse(p.bytes, p.count, &ip));
	/* Its next-header byte still says 60, so the walk goes on with the third. */
	assert_int_equal(ip.extension_count, 2);
	assert_int_equal(ip.header_bytes, 64);
	assert_int_equal(ip.protocol, SN_PROTO_UDP);
}

static void a_chain_has_at_most_eight(void **state)
{
	(void)state;
	for (uint8_t count = 0; count <= CHAIN_MAX_COUNT; count++) {
		struct made_ip want = {.version = 6, .ttl = 9, .chain_count = count};
		for (size_t i = 0; i < count; i++)
			want.chain[i] = SN_PROTO_DSTOPTS;
		struct made_packet p;
		made_udp(&p, &want, 1, 2, 4);
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal((ip.odd & SN_ODD_CHAIN) != 0, count > 8);
		assert_int_equal(ip.extension_count, count > 8 ? 8 : count);
		assert_int_equal(ip.protocol, count > 8 ? SN_PROTO_DSTOPTS : SN_PROTO_UDP);
	}
}

static void a_cut_chain_ends_where_it_was_cut(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {0, 51, 60}, .chain_count = 3}, 1, 2, 4);
	for (size_t count = 0; count < p.count; count++) {
		uint8_t *bytes = made_exact(p.bytes, count);
		struct sn_ip ip;
		assert_int_equal(sn_ip_parse(bytes, count, &ip), count >= 40);
		if (count >= 40) {
			assert_true(ip.odd & SN_ODD_TRUNCATED);
			assert_int_equal((ip.odd & SN_ODD_CHAIN) != 0, count < 68);
			assert_int_equal(ip.header_bytes, count >= 68 ? 68 : count >= 60 ? 60 : count >= 48 ? 48 : 40);
		}
		free(bytes);
	}
}

/* ESP hides what follows, 59 has nothing behind, 253 is unknown: each ends the walk as the upper layer. */
static void what_cannot_be_stepped_over_is_the_upper_layer(void **state)
{
	(void)state;
	static const uint8_t kinds[] = {SN_PROTO_ESP, SN_PROTO_NONE, 253, SN_PROTO_ICMP};
	for (size_t i = 0; i < sizeof kinds; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {60}, .chain_count = 1}, 1, 2, 4);
		p.bytes[40] = kinds[i];
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(ip.protocol, kinds[i]);
		assert_int_equal(ip.header_bytes, 48);
		assert_int_equal(ip.odd, 0);
	}
}

static void only_the_first_fragment_leads_on(void **state)
{
	(void)state;
	static const struct {
		uint16_t field, offset_bytes;
		bool mf;
		uint8_t protocol;
	} rows[] = {
		{0x0000, 0, false, SN_PROTO_UDP},      /* atomic (RFC 6946): no fragment at all */
		{0x0001, 0, true, SN_PROTO_UDP},
		{0x0006, 0, false, SN_PROTO_UDP},      /* reserved bits */
		{0x0100, 256, false, SN_PROTO_DSTOPTS},
		{0xfff9, 65528, true, SN_PROTO_DSTOPTS},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {44, 60}, .chain_count = 2}, 1, 2, 4);
		p.bytes[42] = (uint8_t)(rows[i].field >> 8);
		p.bytes[43] = (uint8_t)rows[i].field;
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(ip.fragment_offset_bytes, rows[i].offset_bytes);
		assert_int_equal(ip.mf, rows[i].mf);
		assert_int_equal(ip.protocol, rows[i].protocol);
		assert_int_equal((ip.odd & SN_ODD_FRAGMENT) != 0, rows[i].mf || rows[i].offset_bytes);
	}
}

static void a_second_fragment_header_takes_nothing_back(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9, .chain = {44, 44}, .chain_count = 2}, 1, 2, 4);
	p.bytes[43] = 1;
	struct sn_ip ip;
	assert_true(sn_ip_parse(p.bytes, p.count, &ip));
	assert_int_equal(ip.extension_count, 2);
	assert_true(ip.mf);
	assert_int_equal(ip.odd, SN_ODD_FRAGMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(each_extension_is_stepped_over),
		cmocka_unit_test(lengths_count_in_eights_beyond_the_first),
		cmocka_unit_test(a_chain_has_at_most_eight),
		cmocka_unit_test(a_cut_chain_ends_where_it_was_cut),
		cmocka_unit_test(what_cannot_be_stepped_over_is_the_upper_layer),
		cmocka_unit_test(only_the_first_fragment_leads_on),
		cmocka_unit_test(a_second_fragment_header_takes_nothing_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
