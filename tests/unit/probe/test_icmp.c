/* SPDX-License-Identifier: MIT */
/* ICMP echo: the bytes of a probe, its constant checksum, what answers show. */
#include "hex.h"
#include "probes.h"
#include "test.h"

#include "base/rng.h"

enum { ECHO_BYTES = 8, KEY_AT = 8 };

/* RFC 791 section 3.1, RFC 792 page 14, RFC 8200 section 3, RFC 4443 section 4.1. */
static void bytes_are_as_the_rfcs_draw_them(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_icmp, 4);
	probe_build(&b, &sn_method_icmp, &probe);
	assert_hex(
	    b.bytes, b.count,
	    "4520 003c cdef 4000 0701 b97a c633 6402 c000 0201" /* version, IHL, TOS; 60 bytes; id; DF; TTL, ICMP, checksum */
	    "0800 1234 beef 89ab"                               /* echo request; the flow's checksum; id; sequence number */
	    "0123 4567 89ab cdef e9c0"                          /* key; the word that makes the checksum come out */
	    "736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465");
	probe = probe_of(&sn_method_icmp, 6);
	probe_build(&b, &sn_method_icmp, &probe);
	assert_hex(b.bytes, b.count,
	           "6205 4321 0028 3a07" /* version 6, class 20, label 54321; 40 bytes behind; ICMPv6, hop limit 7 */
	           "2001 0db8 0000 0000 0000 0000 0000 0002 2001 0db8 0000 0000 0000 0000 0000 0001"
	           "8000 1234 beef 89ab"
	           "0123 4567 89ab cdef 15e9"
	           "736f 6e64 6520 7061 7468 2070 726f 6265 2073 6f6e 6465");
}

/* Some balancers hash the checksum: it must be the flow's own for every key, of every flow, and right. */
static void the_checksum_is_constant(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 0);
	static struct built b;
	for (unsigned i = 0; i < 1000; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct sn_probe probe = probe_of(&sn_method_icmp, family);
			probe.key = i ? sn_rng_next(&rng) : 0;
			probe.flow.checksum = i % 2 ? 0x1234 : (uint16_t)(1 + sn_rng_below(&rng, 0xfffe));
			probe.size_bytes = (uint16_t)(i % 3 ? 0 : 60 + i);
			probe_build(&b, &sn_method_icmp, &probe);
			assert_int_equal(b.bytes[b.header_bytes + 2] << 8 | b.bytes[b.header_bytes + 3], probe.flow.checksum);
			struct sn_packet packet;
			assert_true(sn_packet_parse(b.bytes, b.count, &packet));
			assert_int_equal(packet.checksum, SN_CHECKSUM_GOOD);
		}
}

static const uint8_t key[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};

static void an_echo_reply_shows_everything(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_icmp, family);
		probe_build(&b, &sn_method_icmp, &probe);
		struct made_packet reply;
		made_echo(&reply, &(struct made_ip){.version = family, .ttl = 60}, family == 4 ? 0 : 129, 0xbeef, 0x89ab, 32);
		probe_payload(&reply, ECHO_BYTES, key, sizeof key);
		struct sn_ident seen;
		enum sonde_meaning meaning = SONDE_M_NONE;
		assert_true(probe_answered(&sn_method_icmp, &reply, &seen, &meaning));
		assert_int_equal(meaning, SONDE_M_ECHO_REPLY);
		assert_int_equal(seen.have, SN_ID_SRC | SN_ID_DST | SN_ID_ICMP_ID | SN_ID_SEQ | SN_ID_PAYLOAD);
		struct sn_fit fit = sn_ident_compare(&b.ident, &seen, &sn_method_icmp.secret, 0);
		assert_true(fit.fits);
		assert_int_equal(fit.bits, 16 + 16 + 64);
		assert_int_equal(fit.diff, 0);
		/* Without the payload (a host that cuts it off) id and number are left: enough to be weak. */
		made_echo(&reply, &(struct made_ip){.version = family, .ttl = 60}, family == 4 ? 0 : 129, 0xbeef, 0x89ab, 7);
		assert_true(probe_answered(&sn_method_icmp, &reply, &seen, &meaning));
		assert_false(seen.have & SN_ID_PAYLOAD);
		fit = sn_ident_compare(&b.ident, &seen, &sn_method_icmp.secret, 0);
		assert_true(fit.fits);
		assert_int_equal(fit.bits, 32);
		/* A payload that is another's. */
		made_echo(&reply, &(struct made_ip){.version = family, .ttl = 60}, family == 4 ? 0 : 129, 0xbeef, 0x89ab, 32);
		assert_true(probe_answered(&sn_method_icmp, &reply, &seen, &meaning));
		assert_false(sn_ident_compare(&b.ident, &seen, &sn_method_icmp.secret, 0).fits);
	}
}

/* Of a rebuilt answer only what was seen is told. */
static void only_seen_bytes_are_told(void **unused)
{
	(void)unused;
	struct made_packet reply;
	made_echo(&reply, &(struct made_ip){.version = 4, .ttl = 60}, 0, 0xbeef, 0x89ab, 32);
	probe_payload(&reply, ECHO_BYTES, key, sizeof key);
	struct sn_packet packet;
	assert_true(sn_packet_parse(reply.bytes, reply.count, &packet));
	static const struct {
		struct sonde_span span;
		uint32_t have;
	} rows[] = {
		{{20 + 4, 2}, SN_ID_ICMP_ID},
		{{20 + 6, 2}, SN_ID_SEQ},
		{{20 + 4, 4}, SN_ID_ICMP_ID | SN_ID_SEQ},
		{{20 + KEY_AT, 8}, SN_ID_PAYLOAD},
		{{20 + KEY_AT, 7}, 0},
		{{20 + 5, 1}, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_seen some = {.packet = reply.bytes, .spans = &rows[i].span, .span_count = 1, .rebuilt = true};
		struct sn_ident seen;
		enum sonde_meaning meaning;
		assert_true(sn_method_icmp.key_of_reply(&packet, &some, &seen, &meaning));
		assert_int_equal(seen.have & (SN_ID_ICMP_ID | SN_ID_SEQ | SN_ID_PAYLOAD), rows[i].have);
	}
}

static void a_quote_shows_what_was_quoted(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		static struct built b;
		struct sn_probe probe = probe_of(&sn_method_icmp, family);
		probe_build(&b, &sn_method_icmp, &probe);
		uint32_t ip = SN_ID_SRC | SN_ID_DST | SN_ID_TOS | SN_ID_LENGTH | (family == 4 ? SN_ID_IP_ID : SN_ID_FLOW_LABEL);
		struct sn_ident seen;
		assert_false(probe_quoted(&b, b.header_bytes + 7, &seen));
		for (size_t cut = b.header_bytes + 8; cut <= b.count; cut++) {
			assert_true(probe_quoted(&b, cut, &seen));
			uint32_t payload = cut >= b.header_bytes + 16 ? SN_ID_PAYLOAD : 0;
			assert_int_equal(seen.have, ip | SN_ID_CHECKSUM | SN_ID_ICMP_ID | SN_ID_SEQ | payload);
			assert_int_equal(seen.checksum, 0x1234);
			assert_int_equal(seen.icmp_id, 0xbeef);
			assert_int_equal(seen.seq, 0x89ab);
		}
	}
}

static void other_messages_are_no_answers(void **unused)
{
	(void)unused;
	struct sn_ident seen;
	enum sonde_meaning meaning;
	for (uint8_t family = 4; family <= 6; family += 2)
		for (unsigned type = 0; type < 256; type++) {
			struct made_packet packet;
			made_echo(&packet, &(struct made_ip){.version = family, .ttl = 60}, (uint8_t)type, 0xbeef, 0x89ab, 32);
			assert_int_equal(probe_answered(&sn_method_icmp, &packet, &seen, &meaning), type == (family == 4 ? 0 : 129));
		}
	struct made_packet udp;
	made_udp(&udp, &(struct made_ip){.version = 4, .ttl = 60}, 53, 0x8001, 32);
	assert_false(probe_answered(&sn_method_icmp, &udp, &seen, &meaning));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_as_the_rfcs_draw_them),
		cmocka_unit_test(the_checksum_is_constant),
		cmocka_unit_test(an_echo_reply_shows_everything),
		cmocka_unit_test(only_seen_bytes_are_told),
		cmocka_unit_test(a_quote_shows_what_was_quoted),
		cmocka_unit_test(other_messages_are_no_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
