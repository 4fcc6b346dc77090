/* SPDX-License-Identifier: MIT */
/* DCCP Request: the bytes of a probe, what quotes and answers show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

enum { DCCP = 33, RESPONSE = 1, RESET = 7, REFUSED = 3, OTHER_SERVICE = 8 };

/* RFC 4340 sections 5.1 and 5.2: data offset 5, all covered, type Request with X; checksums worked out apart. */
static void bytes_are_as_the_rfc_draws_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_dccp, 4);
	probe_build(&b, &sn_method_dccp, &probe);
	assert_hex(b.bytes, b.count,
		"4520 0028 cdef 4000 0721 b96e c633 6402 c000 0201"
		"8001 138c 0500 c7fb 0100 0123 4567 89ab 736f 6e64");
	probe = probe_of(&sn_method_dccp, 6);
	probe_build(&b, &sn_method_dccp, &probe);
	assert_hex(b.bytes, b.count,
		"6205 4321 0014 2107"
		"2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
		"8001 138c 0500 58be 0100 0123 4567 89ab 736f 6e64");
}

/* An answer that acknowledges a number: its type and, of a Reset, its code. */
static struct sn_fit answered(uint8_t type, uint8_t code, uint64_t ack, enum sonde_meaning *meaning)
{
	static struct built b;
	struct made_packet answer;
	struct sn_ident seen;
	struct sn_probe probe = probe_of(&sn_method_dccp, 4);
	uint8_t upper[28] = {0x13, 0x8c, 0x80, 0x01, 7, 0, 0, 0, (uint8_t)(type << 1 | 1), [24] = code};
	for (int i = 0; i < 6; i++)
		upper[18 + i] = (uint8_t)(ack >> (40 - 8 * i));
	probe_build(&b, &sn_method_dccp, &probe);
	made_upper(&answer, &(struct made_ip){.version = 4, .ttl = 60}, DCCP, upper, sizeof upper);
	*meaning = SONDE_M_NONE;
	if (!probe_answered(&sn_method_dccp, &answer, &seen, meaning))
		return (struct sn_fit){0};
	return sn_ident_compare(&b.ident, &seen, &sn_method_dccp.secret, 0);
}

static void an_answer_acknowledges_the_request(void **unused)
{
	(void)unused;
	enum sonde_meaning meaning;
	struct sn_fit fit = answered(RESPONSE, 0, UINT64_C(0x0123456789ab), &meaning);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 15 + 32);
	assert_int_equal(meaning, SONDE_M_DCCP_RESPONSE);
	assert_true(answered(RESET, REFUSED, UINT64_C(0x0123456789ab), &meaning).fits);
	assert_int_equal(meaning, SONDE_M_DCCP_RESET);
	assert_true(answered(RESET, OTHER_SERVICE, UINT64_C(0x0123456789ab), &meaning).fits);
	assert_int_equal(meaning, SONDE_M_DCCP_OTHER_SERVICE);
	assert_false(answered(RESPONSE, 0, UINT64_C(0x0123456789ac), &meaning).fits);
	for (uint8_t type = 0; type < 16; type++)
		if (type != RESPONSE && type != RESET)
			assert_false(answered(type, 0, UINT64_C(0x0123456789ab), &meaning).fits);
}

/* Eight bytes show the checksum, sixteen the number it is made from. */
static void a_quote_shows_checksum_and_then_the_number(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_ident seen;
	struct sn_probe probe = probe_of(&sn_method_dccp, 6);
	probe_build(&b, &sn_method_dccp, &probe);
	for (size_t upper_bytes = 8; upper_bytes <= 20; upper_bytes++) {
		assert_true(probe_quoted(&b, b.header_bytes + upper_bytes, &seen));
		struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_dccp.secret, 0);
		assert_true(fit.fits && !fit.diff);
		assert_int_equal(fit.bits, upper_bytes < 16 ? 31 : 63);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfc_draws_them),
		cmocka_unit_test(an_answer_acknowledges_the_request),
		cmocka_unit_test(a_quote_shows_checksum_and_then_the_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
