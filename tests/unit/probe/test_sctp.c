/* SPDX-License-Identifier: MIT */
/* SCTP INIT: the bytes of a probe, sizes by a padding parameter, what quotes and answers show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

enum { SCTP = 132, TAG = 0x456789ab, INIT_ACK = 2, ABORT = 6, T_BIT = 1 };

/* RFC 9260 sections 3.1 and 3.3.2; the CRC was worked out apart. */
static void bytes_are_as_the_rfc_draws_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_sctp, 4);
	probe_build(&b, &sn_method_sctp, &probe);
	assert_hex(b.bytes, b.count,
		"4520 0034 cdef 4000 0784 b8ff c633 6402 c000 0201"
		"8001 0f1c 0000 0000 0926 db00"                       /* ports, verification tag 0, CRC32c */
		"0100 0014 4567 89ab 0001 a000 000a ffff 0123 4567"); /* INIT, 20 bytes: tag, window, streams, first TSN */
	probe = probe_of(&sn_method_sctp, 6);
	probe_build(&b, &sn_method_sctp, &probe);
	assert_hex(b.bytes, b.count,
		"6205 4321 0020 8407"
		"2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
		"8001 0f1c 0000 0000 0926 db00"
		"0100 0014 4567 89ab 0001 a000 000a ffff 0123 4567");
}

/* RFC 4820 section 4: a padding parameter, counted by the chunk; packets are multiples of four bytes. */
static void a_size_is_made_up_by_padding(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_sctp, 4);
	probe.size_bytes = 61; /* 64 */
	probe_build(&b, &sn_method_sctp, &probe);
	assert_hex(b.bytes + 20, b.count - 20,
		"8001 0f1c 0000 0000 6c33 02e4"
		"0100 0020 4567 89ab 0001 a000 000a ffff 0123 4567 8005 000c 0000 0000 0000 0000");
	struct sonde_trace_cfg cfg = {.src = {.family = 4}, .dst = {.family = 4}, .method = (size_t)sonde_method_find("sctp")};
	assert_int_equal(sn_probe_bytes(&cfg, 61), 64);
	assert_int_equal(sn_probe_bytes(&cfg, 65535), 65532);
}

/* Zero is no tag. */
static void the_tag_is_never_zero(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_sctp, 4);
	probe.key = 0xabcd00000000ffff;
	probe_build(&b, &sn_method_sctp, &probe);
	assert_int_equal(b.ident.seq, 1);
	assert_int_equal(b.bytes[20 + 19], 1);
}

/* What a packet from the target's port says: chunk type, flags and verification tag. */
static struct sn_fit answered(uint8_t type, uint8_t flags, uint32_t tag, enum sonde_meaning *meaning)
{
	static struct built b;
	struct made_packet answer;
	struct sn_ident seen;
	struct sn_probe probe = probe_of(&sn_method_sctp, 6);
	const uint8_t upper[] = {0x0f, 0x1c, 0x80, 0x01, (uint8_t)(tag >> 24), (uint8_t)(tag >> 16), (uint8_t)(tag >> 8), (uint8_t)tag,
	                         0, 0, 0, 0, type, flags, 0, 4};
	probe_build(&b, &sn_method_sctp, &probe);
	made_upper(&answer, &(struct made_ip){.version = 6, .ttl = 60}, SCTP, upper, sizeof upper);
	*meaning = SONDE_M_NONE;
	if (!probe_answered(&sn_method_sctp, &answer, &seen, meaning))
		return (struct sn_fit){0};
	return sn_ident_compare(&b.ident, &seen, &sn_method_sctp.secret, 0);
}

/* RFC 9260 section 8.4: the answer to an INIT has its initiate tag for a verification tag, also an ABORT. */
static void an_answer_carries_the_tag(void **unused)
{
	(void)unused;
	enum sonde_meaning meaning;
	struct sn_fit fit = answered(INIT_ACK, 0, TAG, &meaning);
	assert_true(fit.fits);
	assert_int_equal(fit.bits, 15 + 32);
	assert_int_equal(meaning, SONDE_M_INIT_ACK);
	assert_true(answered(ABORT, 0, TAG, &meaning).fits);
	assert_int_equal(meaning, SONDE_M_ABORT);
	assert_false(answered(INIT_ACK, 0, TAG + 1, &meaning).fits);
	assert_false(answered(ABORT, 0, 0, &meaning).fits);
	/* With the T bit it is the packet's own tag that comes back: an INIT has none. */
	assert_false(answered(ABORT, T_BIT, 0, &meaning).fits);
	assert_false(answered(ABORT, T_BIT, TAG, &meaning).fits);
	for (uint8_t type = 0; type < 15; type++)
		if (type != INIT_ACK && type != ABORT)
			assert_false(answered(type, 0, TAG, &meaning).fits);
}

/* The verification tag of an INIT is 0: eight bytes show ports and, of IPv4, the id; twenty show the initiate tag. */
static void a_short_quote_shows_little(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_ident seen;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct sn_probe probe = probe_of(&sn_method_sctp, family);
		probe_build(&b, &sn_method_sctp, &probe);
		assert_true(probe_quoted(&b, b.header_bytes + 19, &seen));
		struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_sctp.secret, 0);
		assert_int_equal(fit.fits, family == 4);
		assert_int_equal(fit.bits, family == 4 ? 31 : 0);
		assert_true(probe_quoted(&b, b.header_bytes + 20, &seen));
		fit = sn_ident_compare(&b.ident, &seen, &sn_method_sctp.secret, 0);
		assert_int_equal(fit.bits, family == 4 ? 63 : 47);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfc_draws_them),
		cmocka_unit_test(a_size_is_made_up_by_padding),
		cmocka_unit_test(the_tag_is_never_zero),
		cmocka_unit_test(an_answer_carries_the_tag),
		cmocka_unit_test(a_short_quote_shows_little),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
