/* SPDX-License-Identifier: MIT */
/* What is no IP is refused; what is written reads back the same, and equals the bytes a builder makes that shares no code. */
#include "packets.h"
#include "test.h"

#include "packet/ip.h"

static void what_is_no_ip_is_refused(void **state)
{
	(void)state;
	struct sn_ip ip;
	assert_false(sn_ip_parse(NULL, 0, &ip));
	for (unsigned version = 0; version < 16; version++) {
		uint8_t bytes[60] = {(uint8_t)(version << 4 | 5)};
		assert_int_equal(sn_ip_parse(bytes, sizeof bytes, &ip), version == 4 || version == 6);
	}
}

static void writing_gives_the_bytes_of_the_rfc(void **state)
{
	(void)state;
	static const struct made_ip wants[] = {
		{.version = 4, .ttl = 1, .tos = 0x2e, .id = 0xffff, .df = true},
		{.version = 4, .ttl = 255},
		{.version = 6, .ttl = 1, .tos = 0xff, .flow_label = 0xfffff},
		{.version = 6, .ttl = 255},
	};
	for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
		struct made_packet p;
		made_udp(&p, &wants[i], 1, 2, 33);
		struct sn_ip ip;
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		uint8_t bytes[64] = {0};
		struct sn_writer w;
		sn_writer_init(&w, bytes, sizeof bytes);
		sn_write_u8(&w, 0xee);  /* a header need not stand at the start */
		sn_ip_write(&w, &ip);
		assert_false(w.bad);
		assert_int_equal(w.at_bytes, 1u + ip.header_bytes);
		assert_memory_equal(bytes + 1, p.bytes, ip.header_bytes);
	}
}

static void writing_without_room_fails(void **state)
{
	(void)state;
	for (size_t capacity = 0; capacity < 40; capacity++) {
		for (uint8_t version = 4; version <= 6; version += 2) {
			uint8_t bytes[40];
			struct sn_writer w;
			sn_writer_init(&w, bytes, capacity);
			sn_ip_write(&w, &(struct sn_ip){.version = version, .total_bytes = 60});
			assert_int_equal(w.bad, capacity < (version == 4 ? 20 : 40));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_ip_is_refused),
		cmocka_unit_test(writing_gives_the_bytes_of_the_rfc),
		cmocka_unit_test(writing_without_room_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
