/* SPDX-License-Identifier: MIT */
/* Numbers taken out of packets: what asks and what answers it lose the same ones, nothing else, and stay whole packets. */
#include "packets.h"
#include "test.h"

#include "packet/blank.h"
#include "packet/packet.h"

#include <string.h>

enum { TIME_EXCEEDED4 = 11, PORT = 41329, SYN = 2, SYN_ACK = 18 };

static struct sn_packet parsed(const struct made_packet *p)
{
	struct sn_packet packet;
	assert_true(sn_packet_parse(p->bytes, p->count, &packet));
	assert_int_equal(packet.odd, 0);
	return packet;
}

static void make_syn(struct made_packet *p, uint8_t family)
{
	const struct made_ip ip = {.version = family, .ttl = 3, .id = 0xbeef};
	made_tcp(p, &ip, PORT, 443, &(struct made_tcp){.seq = 77, .flags = SYN}, 0);
}

static void test_ask(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family = (uint8_t)(family + 2)) {
		struct made_packet p;
		make_syn(&p, family);
		sn_blank_ask(p.bytes, p.count, SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID);
		struct sn_packet packet = parsed(&p);
		assert_int_equal(packet.ip.id, 0);
		assert_int_equal(packet.tcp.sport, 0);
		assert_int_equal(packet.tcp.dport, 443);
		assert_int_equal(packet.tcp.seq, 77);
		assert_int_equal(packet.checksum, SN_CHECKSUM_GOOD);
	}
}

static void test_only_what_is_named(void **state)
{
	(void)state;
	struct made_packet p, before;
	make_syn(&p, 4);
	before = p;
	sn_blank_ask(p.bytes, p.count, SONDE_DIFF_ICMP_ID | SONDE_DIFF_DPORT);
	assert_memory_equal(p.bytes, before.bytes, p.count);
	sn_blank_ask(p.bytes, 3, SONDE_DIFF_IP_ID);
	assert_memory_equal(p.bytes, before.bytes, p.count);
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 3, .id = 5}, 8, 1234, 9, 32);
	sn_blank_ask(p.bytes, p.count, SONDE_DIFF_ICMP_ID | SONDE_DIFF_SPORT);
	struct sn_packet packet = parsed(&p);
	assert_int_equal(packet.ip.id, 5);
	struct sn_echo echo;
	assert_true(sn_echo_parse(packet.upper, packet.upper_bytes, &echo));
	assert_int_equal(echo.id, 0);
	assert_int_equal(echo.seq, 9);
}

/* A quote of whatever length loses what its ask loses. */
static void test_quote(void **state)
{
	(void)state;
	for (size_t quote_bytes = 28; quote_bytes <= 40; quote_bytes += 12) {
		struct made_packet ask, p;
		make_syn(&ask, 4);
		made_error(&p, &(struct made_ip){.version = 4, .ttl = 60, .dst_host = 7},
		           &(struct made_error){.type = TIME_EXCEEDED4, .quote_bytes = quote_bytes}, &ask);
		sn_blank_answer(p.bytes, p.count, SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID);
		sn_blank_ask(ask.bytes, ask.count, SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID);
		struct sn_packet packet = parsed(&p);
		assert_true(packet.has_quote);
		assert_int_equal(packet.quote.tcp.sport, 0);
		assert_int_equal(packet.quote.ip.id, 0);
		assert_memory_equal(packet.quote.bytes, ask.bytes, packet.quote.length_bytes);
	}
}

static void test_reply(void **state)
{
	(void)state;
	struct made_packet p;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 60}, 443, PORT, &(struct made_tcp){.ack = 78, .flags = SYN_ACK}, 0);
	sn_blank_answer(p.bytes, p.count, SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID);
	struct sn_packet packet = parsed(&p);
	assert_int_equal(packet.tcp.sport, 443);
	assert_int_equal(packet.tcp.dport, 0);
	assert_int_equal(packet.tcp.ack, 78);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ask),
	    cmocka_unit_test(test_only_what_is_named),
	    cmocka_unit_test(test_quote),
	    cmocka_unit_test(test_reply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
