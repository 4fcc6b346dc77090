/* SPDX-License-Identifier: MIT */
/* Any other IP protocol: the bytes of a probe, which protocols there are to ask for, what quotes show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include <string.h>

enum { EXPERIMENT = 253, GRE = 47 };

static void bytes_are_a_word_and_the_key(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_raw, 4);
	probe_build(&b, &sn_method_raw, &probe);
	assert_hex(b.bytes, b.count,
		"4520 003c cdef 4000 07fd b87e c633 6402 c000 0201"
		"736f 6e64 4567 89ab 0123 4567 89ab cdef"          /* constant; four bytes of the key; the key */
		"736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465 2070");
	probe = probe_of(&sn_method_raw, 6);
	probe.flow.dport = GRE;
	probe.size_bytes = 1;
	probe_build(&b, &sn_method_raw, &probe);
	assert_hex(b.bytes, b.count,
		"6205 4321 0010 2f07"
		"2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
		"736f 6e64 4567 89ab 0123 4567 89ab cdef");
}

/* What has a method is asked with that; an IPv6 extension header is no protocol to ask for. */
static void only_what_nobody_else_speaks_is_taken(void **unused)
{
	(void)unused;
	static const uint8_t extensions[] = {0, 43, 44, 51, 59, 60, 135, 139, 140};
	for (uint16_t number = 1; number < 256; number++) {
		bool own = false;
		for (size_t id = 0; id < sonde_method_count(); id++)
			own |= !sonde_method_info(id)->takes_protocol &&
			       (sonde_method_info(id)->protocol4 == number || sonde_method_info(id)->protocol6 == number);
		bool extension = memchr(extensions, number, sizeof extensions) != NULL;
		assert_int_equal(sn_method_protocol_of(&sn_method_raw, 4, number), own ? 0 : number);
		assert_int_equal(sn_method_protocol_of(&sn_method_raw, 6, number), own || extension ? 0 : number);
		assert_int_equal(sn_method_of_protocol(number) != NULL, own);
	}
	assert_int_equal(sn_method_protocol_of(&sn_method_raw, 4, 256), 0);
	assert_int_equal(sn_method_protocol_of(&sn_method_raw, 4, 0), EXPERIMENT);
	assert_int_equal(sn_method_protocol_of(&sn_method_tcp, 4, 443), 6);
}

/* Each protocol number that may be asked for is found again in a quote of 8 bytes, and is told from every other. */
static void each_protocol_is_found_again(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2)
		for (uint16_t number = 1; number < 256; number++) {
			static struct built b, other;
			struct sn_ident seen;
			struct sn_probe probe = probe_of(&sn_method_raw, family);
			if (!sn_method_protocol_of(&sn_method_raw, family, number))
				continue;
			probe.flow.dport = number;
			probe_build(&b, &sn_method_raw, &probe);
			assert_true(probe_quoted(&b, b.header_bytes + 8, &seen));
			assert_int_equal(seen.protocol, number);
			assert_true(sn_ident_compare(&b.ident, &seen, &sn_method_raw.secret, 0).fits);
			probe.flow.dport = number == GRE ? EXPERIMENT : GRE;
			probe_build(&other, &sn_method_raw, &probe);
			assert_false(sn_ident_compare(&other.ident, &seen, &sn_method_raw.secret, 0).fits);
		}
}

/* Other programs' packets of that protocol do not begin like ours. */
static void what_begins_otherwise_is_not_read(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_raw, 4);
	probe_build(&b, &sn_method_raw, &probe);
	b.bytes[b.header_bytes + 3] ^= 1;
	struct sn_quote quote;
	struct sn_seen all = {.packet = b.bytes};
	struct sn_ident seen;
	assert_true(sn_quote_parse(b.bytes, b.count, &quote));
	assert_false(b.method->key_of_quote(&quote, &all, &seen));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_a_word_and_the_key),
		cmocka_unit_test(only_what_nobody_else_speaks_is_taken),
		cmocka_unit_test(each_protocol_is_found_again),
		cmocka_unit_test(what_begins_otherwise_is_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
