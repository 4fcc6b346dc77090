/* SPDX-License-Identifier: MIT */
/* ICMP timestamp requests: the bytes of a probe, its constant checksum, what quotes and replies show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include "base/rng.h"

enum { SEQ = 0x89ab, STAMPS_AT = 8, STAMPS_BYTES = 12, REPLY = 14 };

/* RFC 792 page 16: originate 0x80000000 | 0x01234567, no time of day; the answerer's two are empty but for the word that makes the checksum
 * come out: with d1a5 the one's-complement sum of all is ffff. */
static void bytes_are_as_the_rfc_draws_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_icmp_timestamp, 4);
	probe_build(&b, &sn_method_icmp_timestamp, &probe);
	assert_hex(b.bytes, b.count,
		"4520 0028 cdef 4000 0701 b98e c633 6402 c000 0201"
		"0d00 1234 beef 89ab 8123 4567 0000 0000 0000 d1a5");
}

static void the_checksum_is_constant(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 0);
	static struct built b;
	for (unsigned i = 0; i < 1000; i++) {
		struct sn_probe probe = probe_of(&sn_method_icmp_timestamp, 4);
		probe.key = sn_rng_next(&rng);
		probe.flow.checksum = (uint16_t)(1 + sn_rng_below(&rng, 0xfffe));
		probe.size_bytes = (uint16_t)(i % 3 ? 0 : 40 + i);
		probe_build(&b, &sn_method_icmp_timestamp, &probe);
		assert_int_equal(b.bytes[22] << 8 | b.bytes[23], probe.flow.checksum);
		struct sn_packet packet;
		assert_true(sn_packet_parse(b.bytes, b.count, &packet));
		assert_int_equal(packet.checksum, SN_CHECKSUM_GOOD);
		assert_true(b.bytes[20 + STAMPS_AT] & 0x80);
	}
}

/* A reply to the probe of that key, with its originate timestamp or another. */
static struct sn_fit replied(uint8_t type, uint16_t seq, uint32_t originate)
{
	static struct built b;
	struct made_packet reply;
	struct sn_ident seen;
	enum sonde_meaning meaning = SONDE_M_NONE;
	struct sn_probe probe = probe_of(&sn_method_icmp_timestamp, 4);
	const uint8_t stamp[] = {(uint8_t)(originate >> 24), (uint8_t)(originate >> 16), (uint8_t)(originate >> 8), (uint8_t)originate};
	probe_build(&b, &sn_method_icmp_timestamp, &probe);
	made_echo(&reply, &(struct made_ip){.version = 4, .ttl = 60}, type, 0xbeef, seq, STAMPS_BYTES);
	probe_payload(&reply, STAMPS_AT, stamp, sizeof stamp);
	if (!probe_answered(&sn_method_icmp_timestamp, &reply, &seen, &meaning))
		return (struct sn_fit){0};
	assert_int_equal(meaning, SONDE_M_TIMESTAMP_REPLY);
	return sn_ident_compare(&b.ident, &seen, &sn_method_icmp_timestamp.secret, 0);
}

static void the_originate_timestamp_comes_back(void **unused)
{
	(void)unused;
	struct sn_fit fit = replied(REPLY, SEQ, UINT32_C(0x81234567));
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 16 + 16 + 31);
	assert_int_equal(fit.diff, 0);
	assert_false(replied(REPLY, SEQ, UINT32_C(0x81234566)).fits);
	assert_false(replied(REPLY, SEQ + 1, UINT32_C(0x81234567)).fits);
	assert_false(replied(13, SEQ, UINT32_C(0x81234567)).fits);
	assert_false(replied(0, SEQ, UINT32_C(0x81234567)).fits); /* an echo reply is somebody else's */
}

/* The two methods of ICMP leave each other's quotes alone. */
static void a_quoted_echo_is_no_timestamp(void **unused)
{
	(void)unused;
	static const struct sn_method *const methods[] = {&sn_method_icmp, &sn_method_icmp_timestamp};
	for (size_t sent = 0; sent < 2; sent++)
		for (size_t asked = 0; asked < 2; asked++) {
			static struct built b;
			struct sn_probe probe = probe_of(methods[sent], 4);
			probe_build(&b, methods[sent], &probe);
			struct sn_quote quote;
			struct sn_seen all = {.packet = b.bytes};
			struct sn_ident ident;
			assert_true(sn_quote_parse(b.bytes, 28, &quote));
			assert_int_equal(methods[asked]->key_of_quote(&quote, &all, &ident), sent == asked);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfc_draws_them),
		cmocka_unit_test(the_checksum_is_constant),
		cmocka_unit_test(the_originate_timestamp_comes_back),
		cmocka_unit_test(a_quoted_echo_is_no_timestamp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
