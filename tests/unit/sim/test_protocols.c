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
	/* Too short for its three timestamps. */
	assert_int_equal(lab_upper(&lab, &target, 64, SN_PROTO_ICMP, request, 19, 2), 0);
	lab_expect_silence(&lab);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timestamp_request_is_answered),
		cmocka_unit_test(udplite_is_taken_like_udp),
		cmocka_unit_test(a_protocol_without_module_is_unreachable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
