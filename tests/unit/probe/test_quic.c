/* SPDX-License-Identifier: MIT */
/* The packet that forces a version negotiation, byte for byte, and its key in what comes back. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include "probe/service.h"

#include <stdlib.h>
#include <string.h>

#define KEY UINT64_C(0x0123456789abcdef)
#define OTHER "0c93a7b79aeda89b"

/* A copy that ends where it ends. */
static bool find(const uint8_t *payload, size_t payload_bytes, bool answer, uint64_t *key, size_t *at, size_t *count)
{
	uint8_t *copy = made_exact(payload, payload_bytes);
	bool found = sn_quic_key(copy, payload_bytes, answer, key, at, count);
	free(copy);
	return found;
}

static bool answers(const char *hex)
{
	uint8_t bytes[128];
	uint64_t key = 0;
	size_t at, count, length = hex_bytes(hex, bytes, sizeof bytes);
	bool found = find(bytes, length, true, &key, &at, &count);
	assert_true(!found || key == KEY);
	assert_true(!found || at + count <= length);
	return found;
}

/* RFC 8999 section 5.1, RFC 9000 section 17.2.2: form, fixed bit, Initial, four bytes of packet number; a reserved version; both ids; no
 * token; the length of all the rest. */
static void the_head_is_as_the_rfcs_draw_it(void **unused)
{
	(void)unused;
	uint8_t bytes[64];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_quic_request(&w, KEY, 1200);
	assert_false(w.bad);
	assert_hex(bytes, w.at_bytes, "c3 1a2a3a4a 08 0123456789abcdef 08" OTHER "00 80000494");
	assert_int_equal(w.at_bytes + 0x494, 1200);
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_quic_request(&w, KEY, 1452);
	assert_hex(bytes + 24, w.at_bytes - 24, "80000590");
}

/* Section 14.1: a server says nothing to less than 1200 bytes. More may be asked for. */
static void a_datagram_has_1200_bytes_or_more(void **unused)
{
	(void)unused;
	static const uint16_t sizes[] = {0, 100, 1227, 1228, 1300, 1500};
	for (uint8_t family = 4; family <= 6; family += 2)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
			static struct built b;
			struct sn_probe probe = probe_of(&sn_method_udp, family);
			size_t least = family == 4 ? 1228 : 1248;
			probe.flow.dport = 443;
			probe.size_bytes = sizes[i];
			probe_build(&b, &sn_method_udp, &probe);
			assert_int_equal(b.count, sizes[i] < least ? least : sizes[i]);
			size_t payload_bytes = b.count - b.header_bytes - 8, length_at = b.header_bytes + 8 + 24;
			size_t length = (size_t)(b.bytes[length_at + 2] << 8 | b.bytes[length_at + 3]);
			assert_int_equal(28 + length, payload_bytes);
		}
}

static void a_request_is_known_from_its_first_id_on(void **unused)
{
	(void)unused;
	uint8_t bytes[64];
	struct sn_writer w;
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_quic_request(&w, KEY, 1200);
	for (size_t cut = 0; cut <= w.at_bytes; cut++) {
		uint64_t key = 0;
		size_t at = 0, count = 0;
		bool found = find(bytes, cut, false, &key, &at, &count);
		assert_int_equal(found, cut >= 14);
		assert_true(!found || (key == KEY && at == 6 && count == 8));
		assert_false(find(bytes, cut, true, &key, &at, &count));
	}
}

/* RFC 9000 section 17.2.1: any first byte with the form bit, version 0, the ids the other way round, versions. */
static void a_negotiation_gives_the_key_back(void **unused)
{
	(void)unused;
	assert_true(answers("c0 00000000 08" OTHER "08 0123456789abcdef 00000001 6b3343cf"));
	assert_true(answers("80 00000000 08" OTHER "08 0123456789abcdef"));
	assert_true(answers("ff 00000000 08" OTHER "08 0123456789abcdef 1a2a3a4a"));
	assert_false(answers("40 00000000 08" OTHER "08 0123456789abcdef 00000001"));
	assert_false(answers("c0 00000001 08" OTHER "08 0123456789abcdef 00000001"));
	assert_false(answers("c0 00000000 08 0123456789abcdef 08" OTHER "00000001"));   /* not turned round */
	assert_false(answers("c0 00000000 08" OTHER "08 0123456789abcdee 00000001"));   /* ids of two probes */
	assert_false(answers("c0 00000000 07" "0c93a7b79aeda8" "08 0123456789abcdef 00000001"));
	assert_false(answers("c0 00000000 08" OTHER "14 0123456789abcdef 00000001"));
	assert_false(answers("c0 00000000 08" OTHER "08 0123456789abcd"));
	assert_false(answers("c0 00000000 08" OTHER));
	assert_false(answers(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_is_as_the_rfcs_draw_it),
		cmocka_unit_test(a_datagram_has_1200_bytes_or_more),
		cmocka_unit_test(a_request_is_known_from_its_first_id_on),
		cmocka_unit_test(a_negotiation_gives_the_key_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
