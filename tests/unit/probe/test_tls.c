/* SPDX-License-Identifier: MIT */
/* A ClientHello read back field by field, with and without a name. What it looks like to others, tshark says (judge.py). */
#include "test.h"

#include "probe/tls.h"

#include <string.h>

#define KEY UINT64_C(0x0123456789abcdef)

enum { ROOM_BYTES = 1024, EXTENSIONS_MAX = 16 };

struct hello {
	uint8_t random[32], session[32];
	uint16_t suites[32];
	size_t suite_count;
	struct {
		uint16_t type;
		const uint8_t *bytes;
		size_t count;
	} extensions[EXTENSIONS_MAX];
	size_t extension_count;
};

static size_t write(uint64_t key, const char *name, uint8_t room[static ROOM_BYTES])
{
	struct sn_writer w;
	sn_writer_init(&w, room, ROOM_BYTES);
	sn_tls_hello(&w, key, name);
	assert_false(w.bad);
	return w.at_bytes;
}

/* RFC 8446 sections 5.1, 4 and 4.1.2; every length must end where what it counts does. */
static struct hello read_hello(const uint8_t *bytes, size_t count)
{
	struct hello h = {0};
	struct sn_reader r;
	sn_reader_init(&r, bytes, count);
	assert_int_equal(sn_read_u8(&r), 22);
	assert_int_equal(sn_read_u16(&r), 0x0301);
	assert_int_equal(sn_read_u16(&r), count - 5);
	assert_int_equal(sn_read_u8(&r), 1);
	assert_int_equal(sn_read_u8(&r), 0);
	assert_int_equal(sn_read_u16(&r), count - 9);
	assert_int_equal(sn_read_u16(&r), 0x0303);
	sn_read_bytes(&r, h.random, sizeof h.random);
	assert_int_equal(sn_read_u8(&r), 32);
	sn_read_bytes(&r, h.session, sizeof h.session);
	h.suite_count = sn_read_u16(&r) / 2u;
	for (size_t i = 0; i < h.suite_count; i++)
		h.suites[i] = sn_read_u16(&r);
	assert_int_equal(sn_read_u16(&r), 0x0100);
	size_t extensions_bytes = sn_read_u16(&r);
	assert_int_equal(extensions_bytes, sn_reader_left(&r));
	while (sn_reader_left(&r) > 0) {
		uint16_t type = sn_read_u16(&r), length = sn_read_u16(&r);
		assert_true(h.extension_count < EXTENSIONS_MAX);
		h.extensions[h.extension_count].type = type;
		h.extensions[h.extension_count].count = length;
		h.extensions[h.extension_count++].bytes = sn_read_view(&r, length);
	}
	assert_false(r.bad);
	return h;
}

static const uint8_t *extension(const struct hello *h, uint16_t type, size_t *count)
{
	for (size_t i = 0; i < h->extension_count; i++)
		if (h->extensions[i].type == type) {
			*count = h->extensions[i].count;
			return h->extensions[i].bytes;
		}
	return NULL;
}

/* What RFC 8446 section 9.2 demands of a ClientHello: versions, signatures, groups with a share; the suite of section 9.1. */
static void all_that_tls_1_3_wants_is_there(void **unused)
{
	(void)unused;
	uint8_t room[ROOM_BYTES];
	size_t count;
	struct hello h = read_hello(room, write(KEY, NULL, room));
	assert_int_equal(h.suites[0], 0x1301);
	const uint8_t *versions = extension(&h, 43, &count);
	assert_non_null(versions);
	assert_memory_equal(versions, "\x04\x03\x04\x03\x03", 5);
	const uint8_t *share = extension(&h, 51, &count);
	assert_non_null(share);
	assert_int_equal(count, 2 + 4 + 32);
	assert_memory_equal(share, "\0\x24\0\x1d\0\x20", 6);
	assert_non_null(extension(&h, 10, &count));
	assert_non_null(extension(&h, 13, &count));
	assert_non_null(extension(&h, 45, &count));
	assert_null(extension(&h, 0, &count));
}

/* RFC 6066 section 3: a list of one host name. */
static void the_host_is_asked_for_by_name(void **unused)
{
	(void)unused;
	uint8_t room[ROOM_BYTES];
	size_t count;
	struct hello h = read_hello(room, write(KEY, "www.example.net", room));
	const uint8_t *name = extension(&h, 0, &count);
	assert_non_null(name);
	assert_int_equal(count, 5 + 15);
	assert_memory_equal(name, "\0\x12\0\0\x0fwww.example.net", 20);
}

static void lengths_are_told_before(void **unused)
{
	(void)unused;
	uint8_t room[ROOM_BYTES];
	char name[300];
	assert_int_equal(write(KEY, NULL, room), sn_tls_bytes(NULL));
	for (size_t length = 0; length < sizeof name; length++) {
		memset(name, 'a', length);
		name[length] = 0;
		size_t count = write(KEY, name, room);
		assert_int_equal(count, sn_tls_bytes(name));
		/* Longer than any name: none. */
		assert_int_equal(count > sn_tls_bytes(NULL), length > 0 && length <= SN_TLS_NAME_MAX);
		(void)read_hello(room, count);
	}
}

/* Nothing that is drawn is the same for two keys, nor twice in one packet. */
static void what_is_drawn_follows_the_key(void **unused)
{
	(void)unused;
	uint8_t one[ROOM_BYTES], two[ROOM_BYTES];
	size_t count;
	struct hello a = read_hello(one, write(KEY, NULL, one)), b = read_hello(two, write(KEY + 1, NULL, two));
	assert_memory_equal(a.random, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	const uint8_t *drawn[2][4] = {{a.random + 8, a.session, a.session + 16, extension(&a, 51, &count) + 6},
	                              {b.random + 8, b.session, b.session + 16, extension(&b, 51, &count) + 6}};
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(drawn[i / 4][i % 4], drawn[k / 4][k % 4], 16);
	assert_int_equal(write(KEY, NULL, two), write(KEY, NULL, one));
	assert_memory_equal(one, two, sn_tls_bytes(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_tls_1_3_wants_is_there),
		cmocka_unit_test(the_host_is_asked_for_by_name),
		cmocka_unit_test(lengths_are_told_before),
		cmocka_unit_test(what_is_drawn_follows_the_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
