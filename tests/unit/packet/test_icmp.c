/* SPDX-License-Identifier: MIT */
/* ICMP messages: their fields, and where the quote ends and an RFC 4884 frame begins. */
#include "packets.h"
#include "test.h"

#include "packet/icmp.h"

#include <stdlib.h>
#include <string.h>

/* An error of the family around a UDP probe of the same family, `payload_bytes` long: 28 or 48 bytes of headers. */
static void made_exceeded(struct made_packet *out, uint8_t version, size_t payload_bytes, const struct made_frame *frame)
{
	struct made_packet quoted;
	struct made_ip probe = {.version = version, .ttl = 1}, router = {.version = version, .ttl = 250, .src_host = 9};
	made_udp(&quoted, &probe, 50000, 33434, payload_bytes);
	struct made_error error = {.type = version == 4 ? 11 : 3, .quote_bytes = SIZE_MAX, .frame = frame};
	made_error(out, &router, &error, &quoted);
}

static bool parse(const struct made_packet *p, uint8_t version, struct sn_icmp *icmp)
{
	return sn_icmp_parse(version, p->bytes + p->upper_at, p->count - p->upper_at, icmp);
}

static void echo_fields_are_read(void **state)
{
	(void)state;
	static const struct {
		uint8_t version, type;
		enum sonde_meaning meaning;
	} rows[] = {
		{4, 0, SONDE_M_ECHO_REPLY}, {4, 8, SONDE_M_ECHO_REQUEST}, {6, 129, SONDE_M_ECHO_REPLY}, {6, 128, SONDE_M_ECHO_REQUEST},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_echo(&p, &(struct made_ip){.version = rows[i].version, .ttl = 9}, rows[i].type, 0x4243, 0xff07, 12);
		struct sn_icmp icmp;
		assert_true(parse(&p, rows[i].version, &icmp));
		assert_int_equal(icmp.row->meaning, rows[i].meaning);
		assert_int_equal(icmp.id, 0x4243);
		assert_int_equal(icmp.seq, 0xff07);
		assert_ptr_equal(icmp.payload, p.bytes + p.upper_at + 8);
		assert_int_equal(icmp.payload_bytes, 12);
		assert_null(icmp.quote);
		assert_int_equal(icmp.odd, 0);
	}
}

static void fewer_than_eight_bytes_are_refused(void **state)
{
	(void)state;
	static const uint8_t bytes[8] = {11};
	struct sn_icmp icmp;
	for (size_t count = 0; count < 8; count++) {
		uint8_t *copy = made_exact(bytes, count);
		assert_false(sn_icmp_parse(4, copy, count, &icmp));
		free(copy);
	}
	assert_true(sn_icmp_parse(4, bytes, 8, &icmp));
	assert_null(icmp.quote);
	assert_int_equal(icmp.quote_bytes, 0);
}

static void bytes_four_to_seven_mean_what_the_message_says(void **state)
{
	(void)state;
	static const struct {
		uint8_t version, type, code;
		uint32_t mtu_bytes, pointer;
	} rows[] = {
		{4, 3, 4, 0x0578, 0}, {4, 3, 1, 0, 0}, {4, 12, 0, 0, 0x0a}, {4, 11, 0, 0, 0},
		{6, 2, 0, 0x0a000578, 0}, {6, 4, 0, 0, 0x0a000578}, {6, 4, 1, 0, 0x0a000578}, {6, 3, 0, 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t bytes[36] = {rows[i].type, rows[i].code, 0, 0, 0x0a, 0x00, 0x05, 0x78};
		struct sn_icmp icmp;
		assert_true(sn_icmp_parse(rows[i].version, bytes, sizeof bytes, &icmp));
		assert_int_equal(icmp.mtu_bytes, rows[i].mtu_bytes);
		assert_int_equal(icmp.pointer, rows[i].pointer);
		assert_int_equal(icmp.quote_bytes, 28);
		assert_int_equal(icmp.id | icmp.seq, 0);
	}
}

static void a_frame_is_cut_off_the_quote(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (size_t payload_bytes = 0; payload_bytes < 300; payload_bytes++) {
			struct made_packet p;
			struct made_frame frame = {.object_bytes = payload_bytes / 4 * 4 % 64};
			made_exceeded(&p, version, payload_bytes, &frame);
			struct sn_icmp icmp;
			assert_true(parse(&p, version, &icmp));
			size_t unit = version == 4 ? 4 : 8, quoted = payload_bytes + (version == 4 ? 28 : 48);
			size_t padded = quoted < 128 ? 128 : (quoted + unit - 1) / unit * unit;
			assert_int_equal(icmp.quote_bytes, padded);
			assert_ptr_equal(icmp.extension, icmp.quote + padded);
			assert_int_equal(icmp.extension_bytes, 8 + frame.object_bytes);
			assert_true(icmp.extension_by_length);
			assert_int_equal(icmp.odd, 0);
		}
	}
}

/* The rows of RFC 4884 sections 5.4 and 5.5: what length and checksum make of a quote padded to 128 bytes and a frame behind it. */
static void length_and_checksum_decide(void **state)
{
	(void)state;
	static const struct {
		enum made_frame_length length;
		enum made_frame_checksum checksum;
		bool extended, by_length, odd;
	} rows[] = {
		{FRAME_LENGTH_PRESENT, FRAME_CHECKSUM_RIGHT, true, true, false},
		{FRAME_LENGTH_PRESENT, FRAME_CHECKSUM_ZERO, true, true, false},
		{FRAME_LENGTH_PRESENT, FRAME_CHECKSUM_WRONG, false, false, false},
		{FRAME_LENGTH_ABSENT, FRAME_CHECKSUM_RIGHT, true, false, false},
		{FRAME_LENGTH_ABSENT, FRAME_CHECKSUM_ZERO, true, false, false},
		{FRAME_LENGTH_ABSENT, FRAME_CHECKSUM_WRONG, false, false, false},
		{FRAME_LENGTH_SHORT, FRAME_CHECKSUM_RIGHT, true, true, false},
		{FRAME_LENGTH_SHORT, FRAME_CHECKSUM_WRONG, false, false, false},
		{FRAME_LENGTH_LONG, FRAME_CHECKSUM_RIGHT, false, false, true},
	};
	for (uint8_t version = 4; version <= 6; version += 2) {
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct made_packet p;
			struct made_frame frame = {.object_bytes = 12, .length = rows[i].length, .checksum = rows[i].checksum};
			made_exceeded(&p, version, 20, &frame);
			struct sn_icmp icmp;
			assert_true(parse(&p, version, &icmp));
			assert_int_equal(icmp.extension != NULL, rows[i].extended);
			assert_int_equal(icmp.extension_by_length, rows[i].by_length);
			assert_int_equal(icmp.odd, rows[i].odd ? SN_ODD_LENGTH : 0);
			/* What is no extension belongs to the quote. */
			assert_int_equal(icmp.quote_bytes, rows[i].extended ? 128 : 128 + 20);
			assert_int_equal(icmp.extension_bytes, rows[i].extended ? 20 : 0);
		}
	}
}

static void only_version_two_is_a_frame(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 16; version++) {
		struct made_packet p;
		made_exceeded(&p, 4, 20, &(struct made_frame){.object_bytes = 4, .checksum = FRAME_CHECKSUM_ZERO});
		p.bytes[p.upper_at + 8 + 128] = (uint8_t)(version << 4);
		struct sn_icmp icmp;
		assert_true(parse(&p, 4, &icmp));
		assert_int_equal(icmp.extension != NULL, version == 2);
	}
}

/* Without a length attribute a frame stands at byte 128 or nowhere: a long quote is searched at no other place. */
static void a_frame_without_length_stands_at_128_only(void **state)
{
	(void)state;
	struct made_packet p;
	struct sn_icmp icmp;
	made_exceeded(&p, 4, 200, &(struct made_frame){.object_bytes = 4, .length = FRAME_LENGTH_ABSENT});
	assert_true(parse(&p, 4, &icmp));
	assert_null(icmp.extension);
	assert_int_equal(icmp.quote_bytes, 228 + 12);
}

static void messages_that_may_not_extend_never_do(void **state)
{
	(void)state;
	static const struct {
		uint8_t version, type;
	} rows[] = {{4, 4}, {4, 5}, {6, 2}, {6, 4}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct made_packet p;
		made_exceeded(&p, rows[i].version, 20, &(struct made_frame){.object_bytes = 4});
		p.bytes[p.upper_at] = rows[i].type;
		struct sn_icmp icmp;
		assert_true(parse(&p, rows[i].version, &icmp));
		assert_null(icmp.extension);
		assert_int_equal(icmp.quote_bytes, 128 + 12);
	}
}

/* Cut anywhere: a frame whose header was cut off is none. A cut frame no longer fits its checksum. */
static void a_cut_message_gives_what_is_there(void **state)
{
	(void)state;
	struct made_packet p;
	made_exceeded(&p, 6, 20, &(struct made_frame){.object_bytes = 8});
	size_t whole = p.count - p.upper_at;
	for (size_t count = 8; count <= whole; count++) {
		uint8_t *bytes = made_exact(p.bytes + p.upper_at, count);
		struct sn_icmp icmp;
		assert_true(sn_icmp_parse(6, bytes, count, &icmp));
		assert_int_equal(icmp.extension != NULL, count == whole);
		assert_int_equal(icmp.quote_bytes, count == whole ? 128 : count - 8);
		assert_int_equal((icmp.odd & SN_ODD_LENGTH) != 0, count > 8 && count - 8 < 128);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo_fields_are_read),
		cmocka_unit_test(fewer_than_eight_bytes_are_refused),
		cmocka_unit_test(bytes_four_to_seven_mean_what_the_message_says),
		cmocka_unit_test(a_frame_is_cut_off_the_quote),
		cmocka_unit_test(length_and_checksum_decide),
		cmocka_unit_test(only_version_two_is_a_frame),
		cmocka_unit_test(a_frame_without_length_stands_at_128_only),
		cmocka_unit_test(messages_that_may_not_extend_never_do),
		cmocka_unit_test(a_cut_message_gives_what_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
