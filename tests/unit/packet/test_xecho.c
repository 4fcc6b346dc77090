/* SPDX-License-Identifier: MIT */
/* Extended echo messages against bytes written by hand from the figures of RFC 8335. */
#include "hex.h"
#include "packets.h"
#include "test.h"

#include "packet/ext.h"
#include "packet/xecho.h"

#include <sonde/interface.h>

#include <stdlib.h>
#include <string.h>

static void requests_are_written(void **state)
{
	(void)state;
	struct sn_xecho_request name = {.id = 0x1234, .seq = 7, .local = true, .what = {.by = SONDE_BY_NAME}};
	struct sn_xecho_request index = {.id = 0xffff, .seq = 255, .local = true, .what = {.by = SONDE_BY_INDEX, .index = 0x01020304}};
	struct sn_xecho_request addr4 = {.seq = 1, .what = {.by = SONDE_BY_ADDRESS}}, addr6 = addr4;
	assert_true(sonde_addr_parse("192.0.2.7", &addr4.what.addr) && sonde_addr_parse("2001:db8::7", &addr6.what.addr));
	name.what.name.length_bytes = 5;
	memcpy(name.what.name.bytes, "eth10", 5);
	/* Checksums of the structure: the sum of all its words is all ones. */
	const struct {
		const struct sn_xecho_request *request;
		uint8_t version;
		const char *bytes;
	} rows[] = {
		{&name, 4, "2a00 0000 1234 0701 2000 df4c 000c 0301 65746831 30000000"},
		{&name, 6, "a000 0000 1234 0701 2000 df4c 000c 0301 65746831 30000000"},
		{&index, 4, "2a00 0000 ffff ff01 2000 d8ef 0008 0302 01020304"},
		{&addr4, 4, "2a00 0000 0000 0100 2000 16e8 000c 0303 0001 0400 c0000207"},
		{&addr6, 6, "a000 0000 0000 0100 2000 9f22 0018 0303 0002 1000 20010db8 00000000 00000000 00000007"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t out[128];
		struct sn_writer w;
		sn_writer_init(&w, out, sizeof out);
		sn_xecho_write(&w, rows[i].version, rows[i].request);
		assert_false(w.bad);
		assert_hex(out, w.at_bytes, rows[i].bytes);
		/* Our own decoder reads the object back. */
		struct sn_ext_walk walk;
		struct sonde_extension e;
		sn_ext_begin(&walk, out + SN_XECHO_BYTES, w.at_bytes - SN_XECHO_BYTES);
		assert_true(sn_ext_next(&walk, &e));
		assert_int_equal(e.kind, SONDE_EXTENSION_INTERFACE_ID);
		assert_int_equal(e.as.interface_id.by, rows[i].request->what.by);
		assert_false(sn_ext_next(&walk, &e));
		for (size_t room = 0; room < w.at_bytes; room++) {
			struct sn_writer small;
			sn_writer_init(&small, out, room);
			sn_xecho_write(&small, rows[i].version, rows[i].request);
			assert_true(small.bad);
		}
	}
}

static void replies_are_read(void **state)
{
	(void)state;
	static const struct {
		uint8_t version;
		const char *bytes;
		bool good;
		struct sn_xecho_reply reply;
	} rows[] = {
		{4, "2b00 ffff 1234 07 07", true, {0x1234, 7, 0, 0, true, true, true}},
		{6, "a100 ffff 1234 07 06", true, {0x1234, 7, 0, 0, true, true, false}},
		{4, "2b02 ffff 1234 08 00", true, {0x1234, 8, 2, 0, false, false, false}},
		{4, "2b00 ffff 0001 09 58 aabbccdd", true, {1, 9, 0, 2, false, false, false}},
		{6, "a100 ffff 0001 09 c1", true, {1, 9, 0, 6, false, false, true}},
		{6, "2b00 ffff 1234 07 07", false, {0}},
		{4, "a100 ffff 1234 07 07", false, {0}},
		{4, "2a00 ffff 1234 07 01", false, {0}},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t bytes[16];
		struct sn_xecho_reply reply;
		size_t count = hex_bytes(rows[i].bytes, bytes, sizeof bytes);
		assert_int_equal(sn_xecho_read(rows[i].version, bytes, count, &reply), rows[i].good);
		for (size_t cut = 0; cut < SN_XECHO_BYTES; cut++) {
			struct sn_xecho_reply short_reply;
			uint8_t *copy = made_exact(bytes, cut);
			assert_false(sn_xecho_read(rows[i].version, copy, cut, &short_reply));
			free(copy);
		}
		if (!rows[i].good)
			continue;
		const struct sn_xecho_reply *want = &rows[i].reply;
		assert_int_equal(reply.id, want->id);
		assert_int_equal(reply.seq, want->seq);
		assert_int_equal(reply.code, want->code);
		assert_int_equal(reply.state, want->state);
		assert_true(reply.active == want->active && reply.ip4 == want->ip4 && reply.ip6 == want->ip6);
	}
}

static void numbers_have_words(void **state)
{
	(void)state;
	assert_string_equal(sonde_interface_code_name(2), "no-such-interface");
	assert_string_equal(sonde_interface_code_sentence(4), "several interfaces fit");
	assert_string_equal(sonde_interface_state_name(3), "stale");
	for (unsigned number = 0; number < 256; number++) {
		assert_true(strlen(sonde_interface_code_name((uint8_t)number)) && strlen(sonde_interface_code_sentence((uint8_t)number)));
		assert_true(strlen(sonde_interface_state_name((uint8_t)number)));
	}
	assert_string_equal(sonde_interface_state_name(7), "unassigned");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_written),
		cmocka_unit_test(replies_are_read),
		cmocka_unit_test(numbers_have_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
