/* SPDX-License-Identifier: MIT */
/* UDP-Lite: the bytes of a probe, what its checksum covers, what quotes and answers show. */
#include "hex.h"
#include "probes.h"
#include "test.h"


enum { UDPLITE = 136, COVERED_BYTES = 16 };

/* RFC 3828 section 3.1: ports, coverage 16 (header and key), checksum; worked out apart, the pseudo header with the whole length. */
static void bytes_are_as_the_rfc_draws_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_udplite, 4);
	probe_build(&b, &sn_method_udplite, &probe);
	assert_hex(b.bytes, b.count,
		"4520 003c cdef 4000 0788 b8f3 c633 6402 c000 0201"
		"8001 829a 0010 7246 0123 4567 89ab cdef"
		"736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465 2070");
	probe = probe_of(&sn_method_udplite, 6);
	probe_build(&b, &sn_method_udplite, &probe);
	assert_hex(b.bytes, b.count,
		"6205 4321 0028 8807"
		"2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
		"8001 829a 0010 0309 0123 4567 89ab cdef"
		"736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465 2070");
}

/* What is not covered may change; a bit of what is shows. */
static void the_checksum_covers_header_and_key(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_packet packet;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_probe probe = probe_of(&sn_method_udplite, family);
		probe.size_bytes = 200;
		probe_build(&b, &sn_method_udplite, &probe);
		for (size_t at = 0; at < b.count - b.header_bytes; at++) {
			b.bytes[b.header_bytes + at] ^= 0x10;
			assert_true(sn_packet_parse(b.bytes, b.count, &packet));
			assert_int_equal(packet.checksum, at < COVERED_BYTES ? SN_CHECKSUM_BAD : SN_CHECKSUM_GOOD);
			b.bytes[b.header_bytes + at] ^= 0x10;
		}
	}
}

/* An 8-byte quote over IPv6 has the checksum alone of the key. */
static void a_quote_shows_checksum_and_then_the_key(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_ident seen;
	struct sn_probe probe = probe_of(&sn_method_udplite, 6);
	probe_build(&b, &sn_method_udplite, &probe);
	for (size_t upper_bytes = 8; upper_bytes <= COVERED_BYTES; upper_bytes += 8) {
		assert_true(probe_quoted(&b, b.header_bytes + upper_bytes, &seen));
		assert_int_equal((seen.have & SN_ID_PAYLOAD) != 0, upper_bytes == COVERED_BYTES);
		assert_int_equal(seen.checksum, b.ident.checksum);
		struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_udplite.secret, 0);
		assert_true(fit.fits);
		assert_int_equal(fit.bits, upper_bytes == 8 ? 31 : 95);
	}
}

static void an_answer_shows_the_key_it_repeats(void **unused)
{
	(void)unused;
	static const uint8_t upper[] = {0x82, 0x9a, 0x80, 0x01, 0, 0, 0, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	static struct built b;
	struct made_packet answer;
	struct sn_ident seen;
	enum sonde_meaning meaning = SONDE_M_NONE;
	struct sn_probe probe = probe_of(&sn_method_udplite, 4);
	probe_build(&b, &sn_method_udplite, &probe);
	made_upper(&answer, &(struct made_ip){.version = 4, .ttl = 60}, UDPLITE, upper, sizeof upper);
	assert_true(probe_answered(&sn_method_udplite, &answer, &seen, &meaning));
	assert_int_equal(meaning, SONDE_M_UDP_REPLY);
	assert_true(sn_ident_compare(&b.ident, &seen, &sn_method_udplite.secret, 0).fits);
	/* UDP and UDP-Lite are not each other's. */
	assert_false(probe_answered(&sn_method_udp, &answer, &seen, &meaning));
	made_udp(&answer, &(struct made_ip){.version = 4, .ttl = 60}, 33434, 0x8001, 8);
	assert_false(probe_answered(&sn_method_udplite, &answer, &seen, &meaning));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfc_draws_them),
		cmocka_unit_test(the_checksum_covers_header_and_key),
		cmocka_unit_test(a_quote_shows_checksum_and_then_the_key),
		cmocka_unit_test(an_answer_shows_the_key_it_repeats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
