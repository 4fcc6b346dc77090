/* SPDX-License-Identifier: MIT */
/* DCCP's header with 48-bit numbers: read, cut anywhere, written, and what its checksum covers. */
#include "packets.h"
#include "test.h"

#include "packet/packet.h"

#include <stdlib.h>
#include <string.h>

/* RFC 4340 sections 5.1 and 5.2: a Request. */
static const uint8_t request[] = {
	0x80, 0x01, 0x13, 0x8c, 0x05, 0x00, 0xc7, 0xfb, 0x01, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x73, 0x6f, 0x6e, 0x64,
};
/* Section 5.6: a Reset with code 3. */
static const uint8_t reset[] = {
	0x13, 0x8c, 0x80, 0x01, 0x07, 0x00, 0x00, 0x00, 0x0f, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09,
	0x00, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0x03, 0x00, 0x00, 0x00,
};

static void every_field_is_read(void **state)
{
	(void)state;
	struct sn_dccp dccp;
	assert_true(sn_dccp_parse(request, sizeof request, &dccp));
	assert_int_equal(dccp.sport, 0x8001);
	assert_int_equal(dccp.dport, 5004);
	assert_int_equal(dccp.header_bytes, 20);
	assert_int_equal(dccp.coverage, 0);
	assert_int_equal(dccp.checksum, 0xc7fb);
	assert_int_equal(dccp.type, SN_DCCP_REQUEST);
	assert_true(dccp.has_seq && dccp.seq == 0x0123456789ab && !dccp.has_ack);
	assert_int_equal(dccp.service, 0x736f6e64);
	assert_true(sn_dccp_parse(reset, sizeof reset, &dccp));
	assert_int_equal(dccp.type, SN_DCCP_RESET);
	assert_true(dccp.has_ack && dccp.ack == 0x0123456789ab && dccp.seq == 9);
	assert_int_equal(dccp.reset_code, 3);
}

/* Without X the number is a short one and stands elsewhere (section 5.1): none of these packets has it so. */
static void short_numbers_are_not_read(void **state)
{
	(void)state;
	uint8_t bytes[sizeof reset];
	struct sn_dccp dccp;
	memcpy(bytes, reset, sizeof bytes);
	bytes[8] &= 0xfe;
	assert_true(sn_dccp_parse(bytes, sizeof bytes, &dccp));
	assert_false(dccp.has_seq || dccp.has_ack);
}

static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t count = 0; count <= sizeof reset; count++) {
		uint8_t *bytes = made_exact(reset, count);
		struct sn_dccp dccp;
		assert_int_equal(sn_dccp_parse(bytes, count, &dccp), count >= 8);
		assert_int_equal(dccp.has_seq, count >= 16);
		assert_int_equal(dccp.has_ack, count >= 24);
		free(bytes);
	}
}

static void written_as_read(void **state)
{
	(void)state;
	const struct {
		const uint8_t *bytes;
		size_t count;
	} rows[] = {{request, sizeof request}, {reset, sizeof reset}};
	for (size_t i = 0; i < 2; i++) {
		struct sn_dccp dccp;
		struct sn_writer w;
		uint8_t bytes[28];
		assert_true(sn_dccp_parse(rows[i].bytes, rows[i].count, &dccp));
		sn_writer_init(&w, bytes, sizeof bytes);
		sn_dccp_write(&w, &dccp);
		assert_false(w.bad);
		assert_int_equal(w.at_bytes, rows[i].count);
		assert_memory_equal(bytes, rows[i].bytes, rows[i].count);
	}
}

/* Section 9.2: 0 covers all, 1 the header, each more four bytes; beyond the end is an error. */
static void coverage_is_header_and_words(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2)
		for (uint8_t coverage = 0; coverage < 16; coverage++) {
			enum { DATA_BYTES = 12 };
			uint8_t upper[sizeof request + DATA_BYTES] = {0};
			struct made_packet p;
			struct sn_packet packet;
			memcpy(upper, request, sizeof request);
			memset(upper + sizeof request, 0x5a, DATA_BYTES);
			upper[5] = coverage;
			made_upper(&p, &(struct made_ip){.version = version, .ttl = 9}, SN_PROTO_DCCP, upper, sizeof upper);
			assert_true(sn_packet_parse(p.bytes, p.count, &packet));
			uint16_t checksum = sn_transport_checksum(&packet.ip, packet.upper, packet.upper_bytes);
			p.bytes[p.upper_at + 6] = (uint8_t)(checksum >> 8);
			p.bytes[p.upper_at + 7] = (uint8_t)checksum;
			size_t covered = coverage == 0 ? sizeof upper : sizeof request + (coverage - 1u) * 4;
			assert_true(sn_packet_parse(p.bytes, p.count, &packet));
			assert_int_equal(packet.checksum, covered <= sizeof upper ? SN_CHECKSUM_GOOD : SN_CHECKSUM_BAD);
			for (size_t at = 0; covered <= sizeof upper && at < sizeof upper; at++) {
				if (at == 5)
					continue;
				p.bytes[p.upper_at + at] ^= 0x40;
				assert_true(sn_packet_parse(p.bytes, p.count, &packet));
				bool header = at == 4; /* another data offset covers something else */
				assert_true(header || packet.checksum == (at < covered ? SN_CHECKSUM_BAD : SN_CHECKSUM_GOOD));
				p.bytes[p.upper_at + at] ^= 0x40;
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(short_numbers_are_not_read),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(written_as_read),
		cmocka_unit_test(coverage_is_header_and_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
