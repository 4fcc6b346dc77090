/* SPDX-License-Identifier: MIT */
/* Quotes of every length and header length, of every protocol, and as odd stacks write them. */
#include "packets.h"
#include "test.h"

#include "packet/quote.h"

#include <stdlib.h>
#include <string.h>

static const struct made_tcp syn = {
	.seq = 0xdeadbeef, .flags = SN_TCP_SYN, .options_bytes = 8, .options = {2, 4, 0x05, 0xb4, 1, 1, 1, 1},
};

enum kind { ECHO, UDP, TCP, KIND_COUNT };
static const size_t header_bytes_of[KIND_COUNT] = {8, 8, 28};

static void made_probe(struct made_packet *p, const struct made_ip *ip, enum kind kind)
{
	if (kind == ECHO)
		made_echo(p, ip, ip->version == 4 ? 8 : 128, 0x4242, 9, 24);
	else if (kind == UDP)
		made_udp(p, ip, 50000, 33434, 24);
	else
		made_tcp(p, ip, 50000, 443, &syn, 24);
}

static void check_fields(const struct sn_quote *quote, enum kind kind, size_t there)
{
	if (kind == ECHO) {
		assert_int_equal(quote->echo.id, 0x4242);
		assert_int_equal(quote->echo.seq, 9);
	} else if (kind == UDP) {
		assert_int_equal(quote->udp.sport, 50000);
		assert_int_equal(quote->udp.dport, 33434);
		assert_int_equal(quote->udp.length_bytes, 32);
	} else {
		assert_int_equal(quote->tcp.sport, 50000);
		assert_int_equal(quote->tcp.dport, 443);
		assert_true(quote->tcp.seq == 0xdeadbeef);
		assert_int_equal(quote->tcp.seen_bytes, there < 28 ? there : 28);
		assert_int_equal(quote->tcp.has_mss, there >= 24);
	}
}

/* Both families, every IHL, every protocol, every length from nothing to the whole datagram. */
static void every_length_of_every_quote(void **state)
{
	(void)state;
	for (uint8_t words = 0; words <= 11; words++) {
		struct made_ip ip = {.version = words <= 10 ? 4 : 6, .ttl = 1, .option_words = words <= 10 ? words : 0, .id = 0xbeef};
		for (enum kind kind = ECHO; kind < KIND_COUNT; kind++) {
			struct made_packet p;
			made_probe(&p, &ip, kind);
			for (size_t count = 0; count <= p.count; count++) {
				uint8_t *bytes = made_exact(p.bytes, count);
				struct sn_quote quote;
				bool usable = count >= p.upper_at + 8;
				assert_int_equal(sn_quote_parse(bytes, count, &quote), usable);
				if (usable) {
					size_t there = count - p.upper_at;
					assert_int_equal(quote.ip.ttl, 1);
					assert_int_equal(quote.upper_bytes, there);
					assert_int_equal(quote.whole, count == p.count);
					assert_int_equal(quote.payload != NULL, there >= header_bytes_of[kind]);
					size_t payload_bytes = there < header_bytes_of[kind] ? 0 : there - header_bytes_of[kind];
					assert_int_equal(quote.payload_bytes, payload_bytes);
					check_fields(&quote, kind, there);
				}
				free(bytes);
			}
		}
	}
}

static void padding_is_no_payload(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (enum kind kind = ECHO; kind < KIND_COUNT; kind++) {
			struct made_packet p;
			made_probe(&p, &(struct made_ip){.version = version, .ttl = 1}, kind);
			memset(p.bytes + p.count, 0, 40);
			struct sn_quote quote;
			assert_true(sn_quote_parse(p.bytes, p.count + 40, &quote));
			assert_true(quote.whole);
			assert_int_equal(quote.payload_bytes, 24);
			assert_int_equal(quote.payload[23], 0xa0 + 23);
		}
	}
}

static void set_total(struct made_packet *p, unsigned total_bytes)
{
	p->bytes[2] = (uint8_t)(total_bytes >> 8);
	p->bytes[3] = (uint8_t)total_bytes;
}

/* A swapped, shortened or zeroed total length is an oddity. UDP's own length still tells where the datagram ends; the others keep what
 * the total length leaves them, or all where it is impossible. */
static void a_changed_total_length_drops_nothing(void **state)
{
	(void)state;
	static const unsigned totals[] = {0x3400, 32, 20, 0, 27, 0xffff};
	for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
		struct made_packet p;
		made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, UDP);
		memset(p.bytes + p.count, 0, 12);
		set_total(&p, totals[i]);
		struct sn_quote quote;
		assert_true(sn_quote_parse(p.bytes, p.count + 12, &quote));
		assert_true(quote.whole && quote.payload_bytes == 24);
		assert_true(quote.ip.odd & SN_ODD_LENGTH);
		made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, ECHO);
		set_total(&p, totals[i]);
		assert_true(sn_quote_parse(p.bytes, p.count, &quote));
		assert_int_equal(quote.payload_bytes, totals[i] == 32 ? 4 : 24);
		assert_int_equal(quote.whole, totals[i] == 32);
		assert_int_equal(quote.echo.seq, 9);
	}
}

/* The same stacks swap the word of flags and offset: with DF it reads as an offset of 512. */
static void a_swapped_offset_drops_nothing(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_quote quote;
	made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, UDP);
	p.bytes[6] = 0;
	p.bytes[7] = 0x40;
	set_total(&p, 0x3400);
	assert_true(sn_quote_parse(p.bytes, p.count, &quote));
	assert_true(quote.ip.df && !quote.ip.mf);
	assert_int_equal(quote.ip.fragment_offset_bytes, 0);
	assert_true(quote.ip.odd & SN_ODD_LENGTH);
	check_fields(&quote, UDP, 32);
	/* Any other offset is one. */
	p.bytes[7] = 0x41;
	assert_false(sn_quote_parse(p.bytes, p.count, &quote));
}

static void a_wrong_header_checksum_drops_nothing(void **state)
{
	(void)state;
	struct made_packet p;
	made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, UDP);
	memset(p.bytes + 10, 0, 2);
	struct sn_quote quote;
	assert_true(sn_quote_parse(p.bytes, p.count, &quote));
	assert_int_equal(quote.ip.odd, SN_ODD_HEADER_CHECKSUM);
}

static void a_chain_in_the_quote_is_walked(void **state)
{
	(void)state;
	struct made_packet p;
	made_probe(&p, &(struct made_ip){.version = 6, .ttl = 1, .chain = {0, 43, 44, 51, 60}, .chain_count = 5}, TCP);
	for (size_t count = 0; count <= p.count; count++) {
		uint8_t *bytes = made_exact(p.bytes, count);
		struct sn_quote quote;
		assert_int_equal(sn_quote_parse(bytes, count, &quote), count >= 84 + 8);
		if (count >= 84 + 8) {
			assert_int_equal(quote.ip.header_bytes, 84);
			assert_int_equal(quote.ip.protocol, SN_PROTO_TCP);
			check_fields(&quote, TCP, count - 84);
		}
		free(bytes);
	}
}

static void only_the_first_fragment_is_usable(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_quote quote;
	made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, UDP);
	p.bytes[6] = 0x20;
	/* UDP's length is that of the whole datagram, of which this fragment is a part. */
	p.bytes[p.upper_at + 4] = 0x10;
	assert_true(sn_quote_parse(p.bytes, p.count, &quote));
	assert_true(quote.whole && quote.payload_bytes == 24);
	p.bytes[7] = 1;
	assert_false(sn_quote_parse(p.bytes, p.count, &quote));
}

static void other_protocols_give_their_bytes(void **state)
{
	(void)state;
	struct made_packet p;
	made_probe(&p, &(struct made_ip){.version = 4, .ttl = 1}, UDP);
	/* GRE, and ICMPv6 where it cannot be. */
	for (int i = 0; i < 2; i++) {
		p.bytes[9] = i == 0 ? 47 : SN_PROTO_ICMP6;
		struct sn_quote quote;
		assert_true(sn_quote_parse(p.bytes, p.count, &quote));
		assert_ptr_equal(quote.upper, p.bytes + 20);
		assert_int_equal(quote.upper_bytes, 32);
		assert_null(quote.payload);
		assert_int_equal(quote.echo.id | quote.udp.sport | quote.tcp.sport, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_of_every_quote),
		cmocka_unit_test(padding_is_no_payload),
		cmocka_unit_test(a_changed_total_length_drops_nothing),
		cmocka_unit_test(a_swapped_offset_drops_nothing),
		cmocka_unit_test(a_wrong_header_checksum_drops_nothing),
		cmocka_unit_test(a_chain_in_the_quote_is_walked),
		cmocka_unit_test(only_the_first_fragment_is_usable),
		cmocka_unit_test(other_protocols_give_their_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
