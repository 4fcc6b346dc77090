/* SPDX-License-Identifier: MIT */
/* A bare TCP ACK: its bytes, the reset that answers it and what else does not. */
#include "hex.h"
#include "probes.h"
#include "test.h"

enum { SEQ = 0x456789ab };

/* RFC 9293 section 3.1: the same number in sequence and acknowledgement, offset 8 and ACK alone; NOP, NOP, timestamps. */
static void it_is_an_ack_of_its_own_number(void **unused)
{
	(void)unused;
	static struct built b;
	struct sn_probe probe = probe_of(&sn_method_tcp_ack, 4);
	probe_build(&b, &sn_method_tcp_ack, &probe);
	assert_hex(b.bytes, b.count,
		"4520 0034 cdef 4000 0706 b97d c633 6402 c000 0201"
		"8001 01bb 4567 89ab 4567 89ab 8010 faf0 7457 0000 0101 080a 905f 6afc 0000 0000");
	assert_true(b.ident.acks);
	assert_int_equal(b.ident.seq, SEQ);
}

/* What a reset and a quote show is compared with what was sent. */
static bool is_answered(uint8_t family, const struct made_tcp *tcp, enum sonde_meaning *meaning)
{
	static struct built b;
	struct made_packet segment;
	struct sn_ident seen;
	struct sn_probe probe = probe_of(&sn_method_tcp_ack, family);
	probe_build(&b, &sn_method_tcp_ack, &probe);
	made_tcp(&segment, &(struct made_ip){.version = family, .ttl = 60}, 443, 0x8001, tcp, 0);
	return probe_answered(&sn_method_tcp_ack, &segment, &seen, meaning) &&
	       sn_ident_compare(&b.ident, &seen, &sn_method_tcp_ack.secret, 0).fits;
}

/* RFC 9293 section 3.10.7.1: the reset's number is the acknowledged one, and it carries no ACK. */
static void a_bare_reset_answers_and_says_nothing_of_the_port(void **unused)
{
	(void)unused;
	for (uint8_t family = 4; family <= 6; family += 2) {
		enum sonde_meaning meaning = SONDE_M_NONE;
		assert_true(is_answered(family, &(struct made_tcp){.seq = SEQ, .flags = SN_TCP_RST}, &meaning));
		assert_int_equal(meaning, SONDE_M_RST_TO_ACK);
		assert_false(is_answered(family, &(struct made_tcp){.seq = SEQ + 1, .flags = SN_TCP_RST}, &meaning));
		assert_false(is_answered(family, &(struct made_tcp){.seq = 0, .flags = SN_TCP_RST}, &meaning));
		assert_false(is_answered(family, &(struct made_tcp){.seq = SEQ, .flags = SN_TCP_FIN | SN_TCP_ACK}, &meaning));
	}
}

static void flags_that_are_asked_for_come_first(void **unused)
{
	(void)unused;
	static struct built ack, tcp;
	struct sn_probe probe = probe_of(&sn_method_tcp_ack, 6);
	probe.flow.tcp_flags = SONDE_TCP_FIN;
	probe_build(&ack, &sn_method_tcp_ack, &probe);
	probe_build(&tcp, &sn_method_tcp, &probe);
	assert_int_equal(ack.count, tcp.count);
	assert_memory_equal(ack.bytes, tcp.bytes, tcp.count);
	assert_false(ack.ident.acks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_an_ack_of_its_own_number),
		cmocka_unit_test(a_bare_reset_answers_and_says_nothing_of_the_port),
		cmocka_unit_test(flags_that_are_asked_for_come_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
