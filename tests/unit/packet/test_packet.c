/* SPDX-License-Identifier: MIT */
/* Whole packets: which layer is found, where each ends, what is odd, and what is refused. */
#include "packets.h"
#include "test.h"
#include "vectors.h"

#include "packet/packet.h"

#include <string.h>

static void every_shape_is_parsed_with_a_right_checksum(void **state)
{
	(void)state;
	for (size_t i = 0; i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		struct sn_packet packet;
		assert_true(sn_packet_parse(p.bytes, p.count, &packet));
		bool chain9 = strcmp(vectors[i].name, "chain9_echo6") == 0;
		assert_int_equal(packet.checksum, chain9 ? SN_CHECKSUM_NONE : SN_CHECKSUM_GOOD);
		int filled = packet.is_icmp + packet.is_udp + packet.is_udplite + packet.is_tcp + packet.is_sctp + packet.is_dccp;
		assert_int_equal(filled, chain9 ? 0 : 1);
		/* Its quote ends within the chain. */
		bool chain_cut = strcmp(vectors[i].name, "exceeded6_chain_cut") == 0;
		if (packet.is_icmp)
			assert_int_equal(packet.has_quote, packet.icmp.row->is_error && !chain_cut);
	}
}

/* RFC 4884 section 5: the quote is filled with zeros up to byte 128. Whoever quoted less than he had filled that up as well. */
static void padding_of_a_quote_is_not_part_of_it(void **state)
{
	(void)state;
	static const struct made_frame frame = {.object_bytes = 4};
	for (uint8_t version = 4; version <= 6; version += 2)
		for (size_t payload_bytes = 0; payload_bytes <= 200; payload_bytes += 40)
			for (size_t quoted_bytes = 0; quoted_bytes <= payload_bytes; quoted_bytes += 4) {
				struct made_packet udp, p;
				made_udp(&udp, &(struct made_ip){.version = version, .ttl = 1}, 40000, 33434, payload_bytes);
				size_t header_bytes = udp.upper_at + 8;
				struct made_error error = {.type = version == 4 ? 11 : 3, .frame = &frame};
				error.quote_bytes = header_bytes + quoted_bytes;
				made_error(&p, &(struct made_ip){.version = version, .ttl = 9}, &error, &udp);
				struct sn_packet packet;
				assert_true(sn_packet_parse(p.bytes, p.count, &packet));
				assert_true(packet.has_quote && packet.icmp.extension);
				assert_int_equal(packet.quote.payload_bytes, quoted_bytes);
				assert_int_equal(packet.quote.whole, quoted_bytes == payload_bytes);
			}
}

/* A structure whose checksum is wrong is none, but the quote in front of it was filled up all the same: where a length attribute says so,
 * and without one where more stands there than the datagram had. */
static void padding_before_a_broken_structure_is_none_either(void **state)
{
	(void)state;
	static const enum made_frame_length lengths[] = {FRAME_LENGTH_PRESENT, FRAME_LENGTH_ABSENT};
	for (uint8_t version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
			for (size_t quoted_bytes = 0; quoted_bytes <= 20; quoted_bytes += 4) {
				struct made_packet udp, p;
				struct made_frame frame = {.object_bytes = 4, .length = lengths[i], .checksum = FRAME_CHECKSUM_WRONG};
				made_udp(&udp, &(struct made_ip){.version = version, .ttl = 1}, 40000, 33434, 20);
				struct made_error error = {.type = version == 4 ? 11 : 3, .frame = &frame};
				error.quote_bytes = udp.upper_at + 8 + quoted_bytes;
				made_error(&p, &(struct made_ip){.version = version, .ttl = 9}, &error, &udp);
				struct sn_packet packet;
				assert_true(sn_packet_parse(p.bytes, p.count, &packet));
				assert_true(packet.has_quote && !packet.icmp.extension);
				assert_int_equal(packet.icmp.told_bytes, lengths[i] == FRAME_LENGTH_PRESENT ? 128 : 0);
				assert_int_equal(packet.quote.payload_bytes, quoted_bytes);
			}
}

/* Up to three zeros at its end may be the datagram's own, and its first eight bytes are never taken for padding. */
static void zeros_of_a_datagram_are_its_own(void **state)
{
	(void)state;
	static const struct made_frame frame = {.object_bytes = 4};
	for (size_t zeros = 0; zeros <= 16; zeros++) {
		struct made_packet tcp, p;
		made_tcp(&tcp, &(struct made_ip){.version = 4, .ttl = 1}, 40000, 443, &(struct made_tcp){.seq = 0}, 12);
		memset(tcp.bytes + tcp.count - zeros, 0, zeros);
		struct made_error error = {.type = 11, .quote_bytes = 400, .frame = &frame};
		made_error(&p, &(struct made_ip){.version = 4, .ttl = 9}, &error, &tcp);
		struct sn_packet packet;
		assert_true(sn_packet_parse(p.bytes, p.count, &packet));
		assert_int_equal(packet.quote.whole, zeros < 4);
		memset(tcp.bytes + tcp.upper_at + 4, 0, tcp.count - tcp.upper_at - 4);
		error.quote_bytes = 28;
		made_error(&p, &(struct made_ip){.version = 4, .ttl = 9}, &error, &tcp);
		assert_true(sn_packet_parse(p.bytes, p.count, &packet));
		assert_true(packet.has_quote);
		assert_int_equal(packet.quote.upper_bytes, 8);
		assert_int_equal(packet.quote.tcp.dport, 443);
	}
}

/* A translator on the way back mends what it takes for the transport's checksum, in the padding. Where the header may be one it stays. */
static void a_checksum_in_the_padding_is_padding(void **state)
{
	(void)state;
	static const struct {
		uint8_t protocol, checksum_at, checksum_bytes, never_zero_at;
	} rows[] = {{SN_PROTO_TCP, 16, 2, 12}, {SN_PROTO_SCTP, 8, 4, 15}};
	static const struct made_frame frame = {.object_bytes = 4};
	for (uint8_t version = 4; version <= 6; version += 2)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
			for (int is_header = 0; is_header <= 1; is_header++) {
				struct made_packet sent, p;
				uint8_t upper[40] = {0xc3, 0x50, 0x01, 0xbb, 1, 2, 3, 4};
				memset(upper + rows[i].checksum_at, 0xa5, rows[i].checksum_bytes);
				upper[rows[i].never_zero_at] = is_header ? 0x50 : 0;
				made_upper(&sent, &(struct made_ip){.version = version, .ttl = 1}, rows[i].protocol, upper, sizeof upper);
				struct made_error error = {.type = version == 4 ? 11 : 3, .quote_bytes = sent.count, .frame = &frame};
				made_error(&p, &(struct made_ip){.version = version, .ttl = 9}, &error, &sent);
				struct sn_packet packet;
				assert_true(sn_packet_parse(p.bytes, p.count, &packet));
				size_t checksum_end = (size_t)rows[i].checksum_at + rows[i].checksum_bytes;
				size_t last = rows[i].never_zero_at < checksum_end ? checksum_end : rows[i].never_zero_at + 1u;
				assert_int_equal(packet.quote.upper_bytes, is_header ? last : 8);
			}
}

/* Without an extension, too, 8 bytes may be filled up with zeros. Of what those stand for nothing was seen. */
static void zeros_behind_the_datagram_hide_its_end(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct made_packet udp, p;
		made_udp(&udp, &(struct made_ip){.version = version, .ttl = 1}, 40000, 33434, 24);
		memset(udp.bytes + udp.upper_at + 8, 0, 24 + 40);
		size_t datagram_bytes = udp.count;
		for (unsigned more = 0; more < 2; more++) {
			udp.count = datagram_bytes + (more ? 40 : 0);
			struct made_error error = {.type = version == 4 ? 11 : 3, .quote_bytes = udp.count};
			made_error(&p, &(struct made_ip){.version = version, .ttl = 9}, &error, &udp);
			struct sn_packet packet;
			assert_true(sn_packet_parse(p.bytes, p.count, &packet));
			assert_true(packet.has_quote && !packet.icmp.extension);
			/* Where the quote ends with its datagram, that may well end with zeros. */
			assert_int_equal(packet.quote.whole, !more);
			assert_int_equal(packet.quote.upper_bytes, more ? 8 : 32);
			assert_int_equal(packet.quote.udp.dport, 33434);
		}
	}
}

static void ethernet_padding_is_not_part_of_it(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 53, 50000, 4);
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count + 14, &packet));
	assert_int_equal(packet.upper_bytes, 12);
	assert_int_equal(packet.payload_bytes, 4);
	assert_int_equal(packet.checksum, SN_CHECKSUM_GOOD);
	assert_int_equal(packet.odd, SN_ODD_LENGTH);
}

static void an_upper_layer_of_less_than_eight_bytes_is_refused(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_packet packet;
	made_udp(&p, &(struct made_ip){.version = 6, .ttl = 9}, 53, 50000, 0);
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_false(sn_packet_parse(p.bytes, p.count - 1, &packet));
	p.bytes[5] = 7;
	assert_false(sn_packet_parse(p.bytes, p.count, &packet));
}

static void a_cut_packet_tells_so(void **state)
{
	(void)state;
	struct made_packet p;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 443, 50000, &(struct made_tcp){.flags = SN_TCP_ACK}, 100);
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count - 1, &packet));
	assert_int_equal(packet.odd, SN_ODD_TRUNCATED);
	assert_int_equal(packet.checksum, SN_CHECKSUM_NONE);
	assert_int_equal(packet.payload_bytes, 99);
}

static void a_later_fragment_has_no_upper_layer(void **state)
{
	(void)state;
	struct made_packet p;
	made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 53, 50000, 4);
	p.bytes[7] = 1;
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_false(packet.is_icmp || packet.is_udp || packet.is_tcp);
	assert_true(packet.odd & SN_ODD_FRAGMENT);
	assert_int_equal(packet.checksum, SN_CHECKSUM_NONE);
}

static void udp_lengths_that_lie_are_odd(void **state)
{
	(void)state;
	static const struct {
		uint8_t length_bytes;
		size_t payload_bytes;
		uint32_t odd;
	} rows[] = {{12, 4, 0}, {10, 2, SN_ODD_CHECKSUM}, {7, 4, SN_ODD_LENGTH | SN_ODD_CHECKSUM}, {13, 4, SN_ODD_TRUNCATED}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_udp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 53, 50000, 4);
		p.bytes[25] = rows[i].length_bytes;
		struct sn_packet packet;
		assert_true(sn_packet_parse(p.bytes, p.count, &packet));
		assert_int_equal(packet.payload_bytes, rows[i].payload_bytes);
		assert_int_equal(packet.odd, rows[i].odd);
	}
}

static void a_wrong_checksum_is_told_and_no_more(void **state)
{
	(void)state;
	struct made_packet p;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 9}, 0, 1, 2, 8);
	p.bytes[p.count - 1] ^= 1;
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_true(packet.is_icmp && packet.icmp.seq == 2);
	assert_int_equal(packet.checksum, SN_CHECKSUM_BAD);
	assert_int_equal(packet.odd, SN_ODD_CHECKSUM);
}

static void a_checksum_left_to_hardware_is_told(void **state)
{
	(void)state;
	struct made_packet p;
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = 9}, 443, 50000, &(struct made_tcp){.flags = SN_TCP_ACK}, 0);
	/* c000+0201 + c633+6402 + 0006 + 0014 = 1ec50 → ec51, worked by hand. */
	p.bytes[36] = 0xec;
	p.bytes[37] = 0x51;
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_int_equal(packet.checksum, SN_CHECKSUM_OFFLOADED);
	assert_int_equal(packet.odd, SN_ODD_OFFLOADED);
}

static void a_quote_of_the_other_family_is_odd(void **state)
{
	(void)state;
	struct made_packet quoted, p;
	made_udp(&quoted, &(struct made_ip){.version = 6, .ttl = 1}, 50000, 33434, 4);
	struct made_error error = {.type = 11, .quote_bytes = SIZE_MAX};
	made_error(&p, &(struct made_ip){.version = 4, .ttl = 9}, &error, &quoted);
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_true(packet.has_quote && packet.quote.ip.version == 6);
	assert_int_equal(packet.odd, SN_ODD_VERSION);
}

static void icmp_of_the_other_family_is_no_icmp(void **state)
{
	(void)state;
	struct made_packet p;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 9}, 0, 1, 2, 8);
	p.bytes[9] = SN_PROTO_ICMP6;
	struct sn_packet packet;
	assert_true(sn_packet_parse(p.bytes, p.count, &packet));
	assert_false(packet.is_icmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape_is_parsed_with_a_right_checksum),
		cmocka_unit_test(padding_of_a_quote_is_not_part_of_it),
		cmocka_unit_test(padding_before_a_broken_structure_is_none_either),
		cmocka_unit_test(zeros_of_a_datagram_are_its_own),
		cmocka_unit_test(a_checksum_in_the_padding_is_padding),
		cmocka_unit_test(zeros_behind_the_datagram_hide_its_end),
		cmocka_unit_test(ethernet_padding_is_not_part_of_it),
		cmocka_unit_test(an_upper_layer_of_less_than_eight_bytes_is_refused),
		cmocka_unit_test(a_cut_packet_tells_so),
		cmocka_unit_test(a_later_fragment_has_no_upper_layer),
		cmocka_unit_test(udp_lengths_that_lie_are_odd),
		cmocka_unit_test(a_wrong_checksum_is_told_and_no_more),
		cmocka_unit_test(a_checksum_left_to_hardware_is_told),
		cmocka_unit_test(a_quote_of_the_other_family_is_odd),
		cmocka_unit_test(icmp_of_the_other_family_is_no_icmp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
