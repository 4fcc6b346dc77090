/* SPDX-License-Identifier: MIT */
/* What a simulated host answers to protocols beside echo, UDP and TCP: as Linux does, with or without the module that serves them. */
#include "lab.h"

#include <string.h>

static const uint8_t families[] = {4, 6};

static void open_host(struct lab *lab, const char *attributes)
{
	struct sn_net_chain chain = {.hops = 3, .target = attributes};
	lab_open_chain(lab, &chain);
}

/* RFC 792 page 16: originate comes back, receive and transmit are the host's clock; the code and what stands behind do not. */
static void a_timestamp_request_is_answered(void **state)
{
	(void)state;
	static const uint8_t request[24] = {13, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0x81, 2, 3, 4, 9, 9, 9, 9, 9, 9, 9, 9, 7, 7, 7, 7};
	struct lab lab;
	struct sonde_addr target = sn_net_hop_addr(3, 4);
	open_host(&lab, "");
	lab.now_at_ns = 5 * SONDE_S;
	assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_ICMP, request, sizeof request, 2), 0);
	assert_true(lab_next(&lab));
	assert_int_equal(lab.upper_bytes, 20);
	assert_int_equal(lab.upper[0] << 8 | lab.upper[1], 14 << 8);
	assert_memory_equal(lab.upper + 4, request + 4, 8);
	assert_memory_equal(lab.upper + 12, lab.upper + 16, 4);
	unsigned now_ms = (unsigned)(lab.upper[14] << 8 | lab.upper[15]);
	assert_in_range(now_ms, 5000, 5100);
	/* Too short for a timestamp; that the answerer's two are missing does not matter. */
	assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_ICMP, request, 11, 2), 0);
	lab_expect_silence(&lab);
	assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_ICMP, request, 12, 2), 0);
	assert_true(lab_next(&lab));
	assert_int_equal(lab.upper_bytes, 20);
	lab_close(&lab);
	open_host(&lab, "timestamp=off");
	assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_ICMP, request, sizeof request, 2), 0);
	lab_expect_silence(&lab);
	lab_close(&lab);
}

/* RFC 1122 section 3.2.2.1, RFC 4443 section 3.4: a parameter problem that points at the next header field. */
static void a_protocol_without_module_is_unreachable(void **state)
{
	(void)state;
	static const uint8_t protocols[] = {33, 47, 132, 136, 253};
	static const uint8_t bytes[16] = {1, 2, 3, 4};
	for (size_t p = 0; p < sizeof protocols; p++)
		for (size_t f = 0; f < 2; f++) {
			struct lab lab;
			struct sonde_addr target = sn_net_hop_addr(3, families[f]);
			open_host(&lab, "");
			assert_int_equal(lab_upper(&lab, &target, 64, protocols[p], bytes, sizeof bytes, 14), 0);
			lab_expect_error(&lab, &target, families[f] == 4 ? 3 : 4, families[f] == 4 ? 2 : 1);
			assert_int_equal(lab.upper[7], families[f] == 4 ? 0 : 6);
			lab_close(&lab);
		}
}

/* With UDP-Lite in the kernel a closed port is unreachable and an open one takes it; a wrong checksum is dropped. */
static void udplite_is_taken_like_udp(void **state)
{
	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct lab lab;
		struct sonde_addr target = sn_net_hop_addr(3, families[f]);
		uint8_t upper[12] = {0x80, 1, 0, 7, 0, 8, 0, 0, 1, 2, 3, 4};
		open_host(&lab, "udplite-open=7");
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_UDPLITE, upper, sizeof upper, 6), 0);
		lab_expect_silence(&lab);
		upper[3] = 8;
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_UDPLITE, upper, sizeof upper, 6), 0);
		lab_expect_error(&lab, &target, families[f] == 4 ? 3 : 1, families[f] == 4 ? 3 : 4);
		upper[5] = 7;  /* coverage below the header */
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_UDPLITE, upper, sizeof upper, 6), 0);
		lab_expect_silence(&lab);
		lab_close(&lab);
	}
}

static void put32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Sends a packet from port 32769 to 3868 + offset with that tag and chunk (type, flags, length, 16 bytes). */
static void send_sctp(struct lab *lab, const struct sonde_addr *to, uint8_t offset, uint32_t tag, uint8_t type, uint32_t initiate_tag)
{
	uint8_t upper[32] = {0x80, 1, 0x0f, (uint8_t)(0x1c + offset), 0, 0, 0, 0, 0, 0, 0, 0, type, 0, 0, 20};
	put32(upper + 4, tag);
	put32(upper + 16, initiate_tag);
	put32(upper + 8, sn_sctp_checksum(upper, sizeof upper));
	assert_int_equal(lab_upper(lab, to, 64, SN_PROTO_SCTP, upper, sizeof upper, 0), 0);
}

/* What came: from port 3868 + offset to 32769, a right CRC, one chunk. */
static void expect_sctp(struct lab *lab, uint8_t offset, uint32_t tag, uint8_t type, uint8_t flags, size_t chunk_bytes)
{
	struct sn_sctp sctp;
	assert_true(lab_next(lab));
	assert_int_equal(lab->ip.protocol, SN_PROTO_SCTP);
	assert_true(sn_sctp_parse(lab->upper, lab->upper_bytes, &sctp));
	assert_int_equal(sctp.checksum, sn_sctp_checksum(lab->upper, lab->upper_bytes));
	assert_int_equal(sctp.sport, 3868 + offset);
	assert_int_equal(sctp.dport, 0x8001);
	assert_int_equal(sctp.tag, tag);
	assert_int_equal(sctp.chunk_type, type);
	assert_int_equal(sctp.chunk_flags, flags);
	assert_int_equal(sctp.chunk_bytes, chunk_bytes);
	assert_int_equal(lab->upper_bytes, 12 + chunk_bytes);
}

/* Dropped without a word, whether the kernel knows the protocol or not. */
static void a_filtered_port_is_silent(void **state)
{
	(void)state;
	static const char *const hosts[] = {"sctp-filtered=3868", "sctp-filtered=3868 sctp-open=all"};
	for (size_t h = 0; h < 2; h++)
		for (size_t f = 0; f < 2; f++) {
			struct lab lab;
			struct sonde_addr target = sn_net_hop_addr(3, families[f]);
			open_host(&lab, hosts[h]);
			send_sctp(&lab, &target, 0, 0, SN_SCTP_INIT, 0x11223344);
			lab_expect_silence(&lab);
			send_sctp(&lab, &target, 1, 0, SN_SCTP_INIT, 0x11223344);
			assert_true(lab_next(&lab));
			lab_close(&lab);
		}
}

/* RFC 9260 sections 5.1, 8.4 and 8.5.1. */
static void an_init_gets_a_cookie_or_an_abort(void **state)
{
	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct lab lab;
		struct sonde_addr target = sn_net_hop_addr(3, families[f]);
		open_host(&lab, "sctp-open=3868");
		for (int again = 0; again < 2; again++) { /* nothing is remembered of the first */
			send_sctp(&lab, &target, 0, 0, SN_SCTP_INIT, 0x11223344);
			expect_sctp(&lab, 0, 0x11223344, SN_SCTP_INIT_ACK, 0, 20 + 4 + 32);
		}
		send_sctp(&lab, &target, 1, 0, SN_SCTP_INIT, 0x11223344);
		expect_sctp(&lab, 1, 0x11223344, SN_SCTP_ABORT, 0, 4);
		/* Out of the blue: the tag is reflected and the T bit says so. */
		send_sctp(&lab, &target, 0, 0x55667788, 0, 0);
		expect_sctp(&lab, 0, 0x55667788, SN_SCTP_ABORT, 1, 4);
		/* An INIT with a verification tag, or without an initiate tag; an ABORT. */
		send_sctp(&lab, &target, 0, 1, SN_SCTP_INIT, 0x11223344);
		send_sctp(&lab, &target, 0, 0, SN_SCTP_INIT, 0);
		send_sctp(&lab, &target, 0, 1, SN_SCTP_ABORT, 0);
		lab_expect_silence(&lab);
		lab_close(&lab);
	}
}

/* RFC 4340 section 8.1: a Response or a Reset with code 3, both acknowledging the Request; a Reset gets nothing. */
static void a_request_gets_a_response_or_a_reset(void **state)
{
	(void)state;
	for (size_t f = 0; f < 2; f++) {
		struct lab lab;
		struct sn_dccp dccp;
		struct sonde_addr target = sn_net_hop_addr(3, families[f]);
		uint8_t upper[28] = {0x80, 1, 0x13, 0x8c, 5, 0, 0, 0, 1, 0, 1, 2, 3, 4, 5, 6, 's', 'o', 'n', 'd'};
		open_host(&lab, "dccp-open=5004");
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_DCCP, upper, 20, 6), 0);
		assert_true(lab_next(&lab));
		assert_true(sn_dccp_parse(lab.upper, lab.upper_bytes, &dccp));
		assert_int_equal(lab.upper_bytes, 28);
		assert_int_equal(dccp.type, SN_DCCP_RESPONSE);
		assert_true(dccp.has_ack && dccp.ack == UINT64_C(0x010203040506));
		assert_int_equal(dccp.sport, 5004);
		assert_memory_equal(lab.upper + 24, "sond", 4);
		upper[3]++;
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_DCCP, upper, 20, 6), 0);
		assert_true(lab_next(&lab));
		assert_true(sn_dccp_parse(lab.upper, lab.upper_bytes, &dccp));
		assert_int_equal(dccp.type, SN_DCCP_RESET);
		assert_int_equal(dccp.reset_code, 3);
		assert_true(dccp.has_ack && dccp.ack == UINT64_C(0x010203040506) && dccp.seq == 0);
		upper[4] = 7;
		upper[8] = SN_DCCP_RESET << 1 | 1;
		assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_DCCP, upper, 28, 6), 0);
		lab_expect_silence(&lab);
		lab_close(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timestamp_request_is_answered),
		cmocka_unit_test(udplite_is_taken_like_udp),
		cmocka_unit_test(an_init_gets_a_cookie_or_an_abort),
		cmocka_unit_test(a_request_gets_a_response_or_a_reset),
		cmocka_unit_test(a_filtered_port_is_silent),
		cmocka_unit_test(a_protocol_without_module_is_unreachable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
