/* SPDX-License-Identifier: MIT */
/* Checksums of the upper layers: right, wrong, absent, left to hardware. The builder's plain sum is the judge. */
#include "packets.h"
#include "test.h"

#include "base/checksum.h"
#include "packet/transport.h"

#include <string.h>

static const struct made_tcp syn = {.seq = 0xdeadbeef, .flags = SN_TCP_SYN};

static void made_kind(struct made_packet *p, uint8_t version, int kind, size_t payload_bytes)
{
	struct made_ip ip = {.version = version, .ttl = 9};
	if (kind == 0)
		made_echo(p, &ip, version == 4 ? 8 : 128, 0x4242, 1, payload_bytes);
	else if (kind == 1)
		made_udp(p, &ip, 50000, 53, payload_bytes);
	else
		made_tcp(p, &ip, 50000, 443, &syn, payload_bytes);
}

static size_t field_at(int kind)
{
	return kind == 0 ? 2 : kind == 1 ? 6 : 16;
}

static enum sn_checksum_state verify(const struct made_packet *p, struct sn_ip *ip)
{
	assert_true(sn_ip_parse(p->bytes, p->count, ip));
	return sn_transport_verify(ip, p->bytes + p->upper_at, p->count - p->upper_at);
}

static void computed_as_the_builder_does(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (int kind = 0; kind < 3; kind++) {
			for (size_t payload_bytes = 0; payload_bytes < 70; payload_bytes++) {
				struct made_packet p;
				made_kind(&p, version, kind, payload_bytes);
				struct sn_ip ip;
				assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
				const uint8_t *upper = p.bytes + p.upper_at;
				unsigned field = upper[field_at(kind)] * 256u + upper[field_at(kind) + 1];
				assert_int_equal(sn_transport_checksum(&ip, upper, p.count - p.upper_at), field);
			}
		}
	}
}

static void every_flipped_bit_is_found(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (int kind = 0; kind < 3; kind++) {
			struct made_packet p;
			made_kind(&p, version, kind, 13);
			for (size_t bit = p.upper_at * 8; bit < p.count * 8; bit++) {
				p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
				struct sn_ip ip;
				enum sn_checksum_state got = verify(&p, &ip);
				/* A flipped bit of UDP's length may leave a datagram that was cut off: then nothing can be told. */
				bool length = kind == 1 && (bit / 8 == p.upper_at + 4 || bit / 8 == p.upper_at + 5);
				assert_true(got == SN_CHECKSUM_BAD || (length && got == SN_CHECKSUM_NONE));
				p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			}
		}
	}
}

/* RFC 768: 0 says that there is none, so a computed 0 is sent as ffff. */
static void the_zero_of_udp(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_ip ip;
	made_kind(&p, 4, 1, 2);
	unsigned sum = 0;
	for (unsigned word = 0; word <= 0xffff; word++) {
		p.bytes[p.count - 2] = (uint8_t)(word >> 8);
		p.bytes[p.count - 1] = (uint8_t)word;
		made_rechecksum(&p);
		assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
		uint16_t checksum = sn_transport_checksum(&ip, p.bytes + p.upper_at, p.count - p.upper_at);
		assert_int_not_equal(checksum, 0);
		sum += checksum == 0xffff;
	}
	assert_int_equal(sum, 1);
	memset(p.bytes + p.upper_at + 6, 0, 2);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_NONE);
	/* RFC 8200 section 8.1: over IPv6 a zero is an error. */
	made_kind(&p, 6, 1, 2);
	memset(p.bytes + p.upper_at + 6, 0, 2);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_BAD);
}

/* An echo reply of nothing but zeros: only ffff makes the sum of the whole come out right, its twin 0 does not. */
static void a_message_of_zeros(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_ip ip;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 9}, 0, 0, 0, 0);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
	assert_int_equal(sn_transport_checksum(&ip, p.bytes + 20, 8), 0xffff);
	memset(p.bytes + 22, 0, 2);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_BAD);
}

/* Where the checksum is 0, its twin ffff makes the sum of the whole come out right, too: receivers accept both. */
static void both_zeros_verify(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_ip ip;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 9}, 8, 0, 0xf7ff, 0);
	assert_int_equal(p.bytes[22] | p.bytes[23], 0);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
	memset(p.bytes + 22, 0xff, 2);
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
}

static void the_pseudo_sum_alone_is_offloaded(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (int kind = 0; kind < 3; kind++) {
			struct made_packet p;
			struct sn_ip ip;
			made_kind(&p, version, kind, 20);
			assert_true(sn_ip_parse(p.bytes, p.count, &ip));
			uint16_t pseudo = sn_sum_fold(sn_sum_pseudo(&ip.src, &ip.dst, ip.protocol, (uint32_t)(p.count - p.upper_at)));
			p.bytes[p.upper_at + field_at(kind)] = (uint8_t)(pseudo >> 8);
			p.bytes[p.upper_at + field_at(kind) + 1] = (uint8_t)pseudo;
			assert_int_equal(verify(&p, &ip), kind == 0 ? SN_CHECKSUM_BAD : SN_CHECKSUM_OFFLOADED);
		}
	}
}

static void nothing_can_be_told_of_a_part(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_ip ip;
	made_kind(&p, 4, 2, 40);
	p.count -= 1;
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_NONE);
	made_kind(&p, 4, 2, 40);
	p.bytes[6] = 0x20;  /* more fragments */
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_NONE);
	made_kind(&p, 4, 2, 40);
	p.bytes[9] = 47;  /* GRE need not have one */
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_NONE);
	assert_int_equal(sn_transport_checksum(&ip, p.bytes + 20, p.count - 20), 0);
	made_kind(&p, 6, 0, 40);
	p.bytes[6] = SN_PROTO_ICMP;  /* ICMPv4 does not run over IPv6 */
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_NONE);
	for (size_t count = 0; count < 18; count++) {
		made_kind(&p, 4, 2, 40);
		assert_true(sn_ip_parse(p.bytes, p.count, &ip));
		assert_int_equal(sn_transport_verify(&ip, p.bytes + 20, count), SN_CHECKSUM_NONE);
	}
}

/* A header says that this is all of it, and it ends before its checksum does: its protocol sends no such thing. */
static void what_has_no_room_for_its_checksum_is_bad(void **state)
{
	(void)state;
	static const struct {
		uint8_t protocol, end_bytes;
	} rows[] = {{SN_PROTO_TCP, 18}, {SN_PROTO_SCTP, 12}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t version = 4; version <= 6; version += 2)
			for (uint8_t count = 8; count < rows[i].end_bytes; count++) {
				const uint8_t bytes[20] = {0};
				struct made_packet p;
				struct sn_ip ip;
				made_upper(&p, &(struct made_ip){.version = version, .ttl = 9}, rows[i].protocol, bytes, count);
				assert_int_equal(verify(&p, &ip), SN_CHECKSUM_BAD);
			}
}

/* UDP's own length says what is covered: bytes behind it are not. */
static void bytes_behind_a_udp_datagram_are_not_covered(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_ip ip;
	made_kind(&p, 4, 1, 4);
	p.bytes[p.count++] = 0x77;
	p.bytes[3] = (uint8_t)p.count;
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_GOOD);
	p.bytes[p.upper_at + 5] = 7;
	assert_int_equal(verify(&p, &ip), SN_CHECKSUM_BAD);
}

/* RFC 3828 section 3.1: coverage 0 is all, 1 to 7 and more than there is are errors, and so is a checksum of 0. */
static void udplite_says_what_is_covered(void **state)
{
	(void)state;
	static const struct {
		uint16_t coverage;
		enum sn_checksum_state wanted;
		size_t covered_bytes;
	} rows[] = {{0, SN_CHECKSUM_GOOD, 20}, {8, SN_CHECKSUM_GOOD, 8}, {12, SN_CHECKSUM_GOOD, 12}, {19, SN_CHECKSUM_GOOD, 19},
	            {20, SN_CHECKSUM_GOOD, 20}, {1, SN_CHECKSUM_BAD, 0}, {7, SN_CHECKSUM_BAD, 0}, {21, SN_CHECKSUM_BAD, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t version = 4; version <= 6; version += 2) {
			uint8_t coverage = (uint8_t)rows[i].coverage, upper[20] = {0x80, 1, 0x82, 0x9a, 0, coverage, 0, 0, 1, 2, 3};
			struct made_packet p;
			struct sn_ip ip;
			made_upper(&p, &(struct made_ip){.version = version, .ttl = 9}, SN_PROTO_UDPLITE, upper, sizeof upper);
			assert_true(sn_ip_parse(p.bytes, p.count, &ip));
			uint16_t checksum = sn_transport_checksum(&ip, upper, sizeof upper);
			p.bytes[p.upper_at + 6] = (uint8_t)(checksum >> 8);
			p.bytes[p.upper_at + 7] = (uint8_t)checksum;
			assert_int_equal(verify(&p, &ip), rows[i].wanted);
			for (size_t at = 8; rows[i].covered_bytes && at < sizeof upper; at++) {
				p.bytes[p.upper_at + at] ^= 0x40;
				assert_int_equal(verify(&p, &ip), at < rows[i].covered_bytes ? SN_CHECKSUM_BAD : SN_CHECKSUM_GOOD);
				p.bytes[p.upper_at + at] ^= 0x40;
			}
			memset(p.bytes + p.upper_at + 6, 0, 2);
			assert_int_equal(verify(&p, &ip), SN_CHECKSUM_BAD);
		}
}

static void who_has_ports(void **state)
{
	(void)state;
	for (unsigned protocol = 0; protocol < 256; protocol++)
		assert_int_equal(sn_has_ports((uint8_t)protocol),
		                 protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computed_as_the_builder_does),
		cmocka_unit_test(every_flipped_bit_is_found),
		cmocka_unit_test(the_zero_of_udp),
		cmocka_unit_test(a_message_of_zeros),
		cmocka_unit_test(both_zeros_verify),
		cmocka_unit_test(the_pseudo_sum_alone_is_offloaded),
		cmocka_unit_test(nothing_can_be_told_of_a_part),
		cmocka_unit_test(what_has_no_room_for_its_checksum_is_bad),
		cmocka_unit_test(udplite_says_what_is_covered),
		cmocka_unit_test(who_has_ports),
		cmocka_unit_test(bytes_behind_a_udp_datagram_are_not_covered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
