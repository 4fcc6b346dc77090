/* SPDX-License-Identifier: MIT */
/* SCTP's common header and first chunk: read, cut anywhere, written, and its CRC. */
#include "packets.h"
#include "test.h"

#include "packet/packet.h"

#include <stdlib.h>
#include <string.h>

/* An INIT (RFC 9260 section 3.3.2): ports 32769 and 3868, tag 0; the CRC was worked out apart. */
static const uint8_t init[] = {
	0x80, 0x01, 0x0f, 0x1c, 0x00, 0x00, 0x00, 0x00, 0x09, 0x26, 0xdb, 0x00, 0x01, 0x00, 0x00, 0x14,
	0x45, 0x67, 0x89, 0xab, 0x00, 0x01, 0xa0, 0x00, 0x00, 0x0a, 0xff, 0xff, 0x01, 0x23, 0x45, 0x67,
};

static void every_field_is_read(void **state)
{
	(void)state;
	struct sn_sctp sctp;
	assert_true(sn_sctp_parse(init, sizeof init, &sctp));
	assert_int_equal(sctp.sport, 0x8001);
	assert_int_equal(sctp.dport, 3868);
	assert_int_equal(sctp.tag, 0);
	assert_int_equal(sctp.checksum, 0x0926db00);
	assert_int_equal(sctp.chunk_type, SN_SCTP_INIT);
	assert_int_equal(sctp.chunk_bytes, 20);
	assert_int_equal(sctp.initiate_tag, 0x456789ab);
	assert_true(sctp.has_chunk && sctp.has_initiate_tag);
	/* Another chunk has something else in that place. */
	uint8_t other[sizeof init];
	memcpy(other, init, sizeof other);
	other[12] = SN_SCTP_ABORT;
	assert_true(sn_sctp_parse(other, sizeof other, &sctp));
	assert_false(sctp.has_initiate_tag);
}

static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t count = 0; count <= sizeof init; count++) {
		uint8_t *bytes = made_exact(init, count);
		struct sn_sctp sctp;
		assert_int_equal(sn_sctp_parse(bytes, count, &sctp), count >= 8);
		assert_int_equal(sctp.has_chunk, count >= 16);
		assert_int_equal(sctp.has_initiate_tag, count >= 20);
		free(bytes);
	}
}

static void written_as_read(void **state)
{
	(void)state;
	struct sn_sctp sctp;
	struct sn_writer w;
	uint8_t bytes[16];
	assert_true(sn_sctp_parse(init, sizeof init, &sctp));
	sn_writer_init(&w, bytes, sizeof bytes);
	sn_sctp_write(&w, &sctp);
	assert_false(w.bad);
	assert_memory_equal(bytes, init, sizeof bytes);
}

/* RFC 9260 section 6.8: over the whole packet, no pseudo header; every bit counts. */
static void the_crc_is_verified(void **state)
{
	(void)state;
	assert_int_equal(sn_sctp_checksum(init, sizeof init), 0x0926db00);
	assert_int_equal(sn_sctp_checksum(init, 11), 0);
	for (uint8_t version = 4; version <= 6; version += 2) {
		struct made_packet p;
		struct sn_packet packet;
		made_upper(&p, &(struct made_ip){.version = version, .ttl = 9}, SN_PROTO_SCTP, init, sizeof init);
		assert_true(sn_packet_parse(p.bytes, p.count, &packet));
		assert_true(packet.is_sctp && packet.checksum == SN_CHECKSUM_GOOD && !packet.odd);
		assert_int_equal(sn_transport_checksum(&packet.ip, packet.upper, packet.upper_bytes), 0);
		for (size_t bit = p.upper_at * 8; bit < p.count * 8; bit++) {
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_true(sn_packet_parse(p.bytes, p.count, &packet));
			assert_int_equal(packet.checksum, SN_CHECKSUM_BAD);
			p.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void a_quote_shows_it_as_far_as_it_goes(void **state)
{
	(void)state;
	struct made_packet p;
	made_upper(&p, &(struct made_ip){.version = 4, .ttl = 1}, SN_PROTO_SCTP, init, sizeof init);
	for (size_t count = 28; count <= p.count; count++) {
		struct sn_quote quote;
		assert_true(sn_quote_parse(p.bytes, count, &quote));
		assert_int_equal(quote.sctp.sport, 0x8001);
		assert_int_equal(quote.sctp.has_initiate_tag, count >= 40);
		assert_int_equal(quote.payload != NULL, count >= 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(written_as_read),
		cmocka_unit_test(the_crc_is_verified),
		cmocka_unit_test(a_quote_shows_it_as_far_as_it_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
