/* SPDX-License-Identifier: MIT */
/* The TCP header cut anywhere, and its options right, wrong and half seen. */
#include "packets.h"
#include "test.h"

#include "packet/transport.h"

#include <stdlib.h>
#include <string.h>

static const struct made_tcp syn = {
	.seq = 0xdeadbeef, .ack = 0x01020304, .flags = SN_TCP_SYN, .options_bytes = 20,
	.options = {2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 9, 1, 3, 3, 7},
};

/* The segment alone, without its IP header. */
static void made_segment(struct made_packet *p, const struct made_tcp *tcp, size_t payload_bytes)
{
	made_tcp(p, &(struct made_ip){.version = 4, .ttl = 9}, 50000, 443, tcp, payload_bytes);
	p->count -= p->upper_at;
	memmove(p->bytes, p->bytes + p->upper_at, p->count);
}

static void every_field_is_read(void **state)
{
	(void)state;
	struct made_packet p;
	made_segment(&p, &syn, 5);
	struct sn_tcp tcp;
	assert_true(sn_tcp_parse(p.bytes, p.count, &tcp));
	assert_int_equal(tcp.sport, 50000);
	assert_int_equal(tcp.dport, 443);
	assert_true(tcp.seq == 0xdeadbeef && tcp.ack == 0x01020304);
	assert_int_equal(tcp.header_bytes, 40);
	assert_int_equal(tcp.seen_bytes, 40);
	assert_int_equal(tcp.flags, SN_TCP_SYN);
	assert_int_equal(tcp.window, 64240);
	assert_true(tcp.has_mss && tcp.mss == 1460);
	assert_true(tcp.sack_permitted);
	assert_true(tcp.has_timestamps && tcp.ts_value == 1 && tcp.ts_echo == 9);
	assert_true(tcp.has_wscale && tcp.wscale == 7);
	assert_int_equal(tcp.odd, 0);
}

/* A quote may end anywhere: what was not seen is zero, and that is nothing odd. */
static void a_cut_header_gives_what_is_there(void **state)
{
	(void)state;
	struct made_packet p;
	made_segment(&p, &syn, 0);
	for (size_t count = 0; count <= 40; count++) {
		uint8_t *bytes = made_exact(p.bytes, count);
		struct sn_tcp tcp;
		assert_int_equal(sn_tcp_parse(bytes, count, &tcp), count >= 8);
		if (count >= 8) {
			assert_true(tcp.seq == 0xdeadbeef);
			assert_true(tcp.ack == (count >= 12 ? 0x01020304u : 0u));
			assert_int_equal(tcp.header_bytes, count >= 13 ? 40 : 0);
			assert_int_equal(tcp.flags, count >= 14 ? SN_TCP_SYN : 0);
			assert_int_equal(tcp.window, count >= 16 ? 64240 : 0);
			assert_int_equal(tcp.seen_bytes, count);
			assert_int_equal(tcp.has_mss, count >= 24);
			assert_int_equal(tcp.sack_permitted, count >= 26);
			assert_int_equal(tcp.has_timestamps, count >= 36);
			assert_int_equal(tcp.has_wscale, count >= 40);
			assert_int_equal(tcp.odd, 0);
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
		{{0, 2, 0, 0, 0, 0, 0, 0}, false},       /* end of options */
		{{254, 8, 1, 2, 3, 4, 5, 6}, false},     /* an unknown one is stepped over */
		{{254, 9, 1, 2, 3, 4, 5, 6}, true},
		{{254, 0, 1, 2, 3, 4, 5, 6}, true},
		{{254, 1, 1, 2, 3, 4, 5, 6}, true},
		{{2, 3, 5, 1, 1, 1, 1, 1}, true},        /* an MSS of one byte */
		{{4, 3, 5, 1, 1, 1, 1, 1}, true},
		{{3, 4, 5, 5, 1, 1, 1, 1}, true},
		{{8, 8, 1, 1, 1, 1, 1, 1}, true},
		{{1, 1, 1, 1, 1, 1, 1, 2}, true},        /* no room for a length */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_tcp want = {.options_bytes = 8};
		memcpy(want.options, rows[i].options, 8);
		struct made_packet p;
		made_segment(&p, &want, 3);
		struct sn_tcp tcp;
		assert_true(sn_tcp_parse(p.bytes, p.count, &tcp));
		assert_int_equal(tcp.odd, rows[i].odd ? SN_ODD_OPTIONS : 0);
		assert_false(tcp.has_mss || tcp.has_wscale || tcp.has_timestamps || tcp.sack_permitted);
	}
}

static void an_impossible_data_offset_is_odd(void **state)
{
	(void)state;
	for (unsigned words = 0; words < 16; words++) {
		struct made_packet p;
		made_segment(&p, &(struct made_tcp){.seq = 1}, 40);
		p.bytes[12] = (uint8_t)(words << 4);
		memset(p.bytes + 20, 1, 40);
		struct sn_tcp tcp;
		assert_true(sn_tcp_parse(p.bytes, p.count, &tcp));
		assert_int_equal(tcp.odd, words < 5 ? SN_ODD_OPTIONS : 0);
		assert_int_equal(tcp.seen_bytes, words < 5 ? 20 : words * 4);
	}
}

static void writing_reverses_reading(void **state)
{
	(void)state;
	struct made_packet p;
	made_segment(&p, &syn, 0);
	struct sn_tcp tcp;
	assert_true(sn_tcp_parse(p.bytes, p.count, &tcp));
	uint8_t bytes[40];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_tcp_write(&w, &tcp, syn.options);
	assert_false(w.bad);
	assert_int_equal(w.at_bytes, 40);
	assert_memory_equal(bytes, p.bytes, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(a_cut_header_gives_what_is_there),
		cmocka_unit_test(options_that_do_not_parse_are_odd),
		cmocka_unit_test(an_impossible_data_offset_is_odd),
		cmocka_unit_test(writing_reverses_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
