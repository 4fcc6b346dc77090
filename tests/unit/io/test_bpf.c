/* SPDX-License-Identifier: MIT */
/* The filters, run by a small machine of the test's own over packets with and without options. */
#include "test.h"

#include "bpf_machine.h"
#include "io/bpf.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

static const struct sn_bpf_lane all = {.lane = SN_LANE_ALL};

/* What the kernel knows of a packet beside its bytes. */
static struct sn_bpf_beside beside;

static uint32_t run(const struct sn_bpf *program, const uint8_t *bytes, size_t count)
{
	return sn_bpf_run_beside(&beside, program, bytes, count);
}

/* The upper-layer bytes behind an IPv4 header of that many words, or (0) bare, as an IPv6 socket shows them. */
static bool passes(const struct sn_bpf *program, unsigned ihl, const uint8_t *upper, size_t upper_bytes)
{
	uint8_t packet[80] = {0};
	packet[0] = (uint8_t)(0x40 | ihl);
	memcpy(packet + 4 * ihl, upper, upper_bytes);
	return run(program, packet, 4 * ihl + upper_bytes) > 65535;
}

static void icmp_types(void **state)
{
	(void)state;
	struct sn_bpf program4, program6;
	sn_bpf_icmp(4, &all, &program4);
	sn_bpf_icmp(6, &all, &program6);
	for (unsigned type = 0; type < 256; type++) {
		const uint8_t upper[8] = {(uint8_t)type};
		bool wanted4 = type == 0 || (type >= 3 && type <= 5) || type == 11 || type == 12 || type == 14 || type == 43;
		for (unsigned ihl = 5; ihl <= 15; ihl++)
			assert_int_equal(passes(&program4, ihl, upper, sizeof upper), wanted4);
		assert_int_equal(passes(&program6, 0, upper, sizeof upper), type < 128 || type == 129 || type == 161);
	}
}

static void cut_packets_are_dropped(void **state)
{
	(void)state;
	struct sn_bpf program;
	const uint8_t bytes[20] = {0x45};
	sn_bpf_icmp(4, &all, &program);
	for (size_t cut = 0; cut <= 20; cut++)
		assert_int_equal(run(&program, bytes, cut), 0);
	sn_bpf_icmp(6, &all, &program);
	assert_int_equal(run(&program, bytes, 0), 0);
	sn_bpf_ports(6, IPPROTO_TCP, (const uint16_t[]){0}, 1, &all, &program);
	assert_int_equal(run(&program, bytes, 3), 0);
	assert_int_not_equal(run(&program, bytes, 4), 0);
}

static bool port_passes(uint8_t family, const struct sn_bpf *program, unsigned port)
{
	const uint8_t upper[8] = {0x01, 0xbb, (uint8_t)(port >> 8), (uint8_t)port};
	return passes(program, family == 4 ? 6 : 0, upper, sizeof upper);
}

static void few_ports_exactly(void **state)
{
	(void)state;
	uint16_t ports[SN_BPF_PORTS_MAX];
	for (size_t i = 0; i < SN_BPF_PORTS_MAX; i++)
		ports[i] = (uint16_t)(1025 + 7 * i);
	for (uint8_t family = 4; family <= 6; family += 2) {
		for (size_t count = 0; count <= SN_BPF_PORTS_MAX; count += 16) {
			struct sn_bpf program;
			sn_bpf_ports(family, IPPROTO_UDP, ports, count, &all, &program);
			for (unsigned port = 0; port < 65536; port++) {
				bool held = port >= 1025 && (port - 1025) % 7 == 0 && (port - 1025) / 7 < count;
				assert_int_equal(port_passes(family, &program, port), held);
			}
		}
	}
}

static void many_ports_by_range(void **state)
{
	(void)state;
	uint16_t ports[SN_BPF_PORTS_MAX + 1];
	for (size_t i = 0; i <= SN_BPF_PORTS_MAX; i++)
		ports[i] = (uint16_t)(i % 2 ? 50000 - i : 40000 + i);
	struct sn_bpf program;
	sn_bpf_ports(4, IPPROTO_UDP, ports, SN_BPF_PORTS_MAX + 1, &all, &program);
	for (unsigned port = 0; port < 65536; port++)
		assert_int_equal(port_passes(4, &program, port), port >= 40000 && port <= 49999);
}

/* A packet at an interface: a header of that family, with options (ihl), and these bytes behind it. */
static uint32_t at_interface(const struct sn_bpf *program, uint32_t type, uint8_t family, unsigned ihl, uint8_t protocol,
                             const uint8_t upper[20])
{
	uint8_t packet[80] = {0};
	size_t header_bytes = family == 4 ? 4 * ihl : 40;
	packet[0] = (uint8_t)(family == 4 ? 0x40 | ihl : 0x60);
	packet[family == 4 ? 9 : 6] = protocol;
	memcpy(packet + header_bytes, upper, 20);
	beside.type = type;
	beside.protocol = family == 4 ? ETH_P_IP : ETH_P_IPV6;
	return run(program, packet, header_bytes + 20);
}

enum { ICMP4 = 1, TCP = 6, UDP = 17, DCCP = 33, ICMP6 = 58, SCTP = 132, UDPLITE = 136, MINE = 40000 };

static void what_comes_to_an_interface(void **state)
{
	(void)state;
	const uint16_t ports[] = {MINE, 50000};
	struct sn_bpf program, none;
	sn_bpf_interface(ports, 2, &program);
	sn_bpf_interface(ports, 0, &none);
	for (unsigned type = 0; type < 256; type++) {
		const uint8_t upper[20] = {(uint8_t)type};
		bool wanted4 = type == 0 || (type >= 3 && type <= 5) || type == 11 || type == 12 || type == 14;
		for (unsigned ihl = 5; ihl <= 15; ihl += 5)
			assert_int_equal(at_interface(&program, PACKET_HOST, 4, ihl, ICMP4, upper), wanted4 ? SN_BPF_SNAP_BYTES : 0);
		bool wanted6 = type < 128 || type == 129;
		assert_int_equal(at_interface(&program, PACKET_HOST, 6, 0, ICMP6, upper), wanted6 ? SN_BPF_SNAP_BYTES : 0);
		/* not for this machine, or its own, or something else */
		assert_int_equal(at_interface(&program, PACKET_OTHERHOST, 4, 5, ICMP4, upper), 0);
		assert_int_equal(at_interface(&program, PACKET_OUTGOING, 4, 5, ICMP4, upper), 0);
		assert_int_equal(at_interface(&program, PACKET_OUTGOING, 6, 5, ICMP6, upper), 0);
		assert_int_equal(at_interface(&program, PACKET_HOST, 4, 5, ICMP6, upper), 0);
	}
	for (unsigned port = 0; port < 65536; port++) {
		const uint8_t upper[20] = {0x01, 0xbb, (uint8_t)(port >> 8), (uint8_t)port};
		static const uint8_t protocols[] = {TCP, UDP, UDPLITE, SCTP, DCCP};
		for (unsigned i = 0; i < 2 * sizeof protocols; i++) {
			uint8_t family = i % 2 ? 6 : 4, protocol = protocols[i / 2];
			bool mine = port == MINE || port == 50000;
			assert_int_equal(at_interface(&program, PACKET_HOST, family, 6, protocol, upper), mine ? SN_BPF_SNAP_BYTES : 0);
			assert_int_equal(at_interface(&none, PACKET_HOST, family, 6, protocol, upper), 0);
		}
	}
}

static void resets_that_leave(void **state)
{
	(void)state;
	struct sn_bpf program;
	sn_bpf_interface((const uint16_t[]){MINE}, 1, &program);
	for (unsigned flags = 0; flags < 256; flags++) {
		uint8_t upper[20] = {MINE >> 8, MINE & 0xff, 0x01, 0xbb, [13] = (uint8_t)flags};
		for (uint8_t family = 4; family <= 6; family += 2) {
			bool is_reset = flags & 4;
			assert_int_equal(at_interface(&program, PACKET_OUTGOING, family, 7, TCP, upper), is_reset ? SN_BPF_SNAP_BYTES : 0);
			assert_int_equal(at_interface(&program, PACKET_OUTGOING, family, 7, UDP, upper), 0);
		}
		upper[1] ^= 1;
		assert_int_equal(at_interface(&program, PACKET_OUTGOING, 4, 5, TCP, upper), 0);
	}
}

static void other_protocols_of_an_interface(void **state)
{
	(void)state;
	struct sn_bpf program;
	const uint8_t bytes[60] = {0x45, [9] = ICMP4};
	sn_bpf_interface(NULL, 0, &program);
	beside.type = PACKET_HOST;
	beside.protocol = ETH_P_IP;
	assert_int_not_equal(run(&program, bytes, sizeof bytes), 0);
	for (size_t cut = 0; cut <= 20; cut++)
		assert_int_equal(run(&program, bytes, cut), 0);
	beside.protocol = ETH_P_ARP;
	assert_int_equal(run(&program, bytes, sizeof bytes), 0);
	beside.type = PACKET_OUTGOING;
	assert_int_equal(run(&program, bytes, sizeof bytes), 0);
}

static void as_many_ports_as_there_may_be(void **state)
{
	(void)state;
	uint16_t ports[SN_BPF_PORTS_MAX + 1];
	for (size_t i = 0; i <= SN_BPF_PORTS_MAX; i++)
		ports[i] = (uint16_t)(40000 + 10 * i);
	for (size_t count = SN_BPF_PORTS_MAX; count <= SN_BPF_PORTS_MAX + 1; count++) {
		struct sn_bpf program;
		sn_bpf_interface(ports, count, &program);
		assert_true(program.count <= SN_BPF_CODE_MAX);
		for (size_t i = 0; i < count; i++) {
			const uint8_t upper[20] = {0, 53, (uint8_t)(ports[i] >> 8), (uint8_t)ports[i]};
			assert_int_equal(at_interface(&program, PACKET_HOST, 6, 0, UDP, upper), SN_BPF_SNAP_BYTES);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(icmp_types),
		cmocka_unit_test(cut_packets_are_dropped),
		cmocka_unit_test(few_ports_exactly),
		cmocka_unit_test(many_ports_by_range),
		cmocka_unit_test(what_comes_to_an_interface),
		cmocka_unit_test(resets_that_leave),
		cmocka_unit_test(other_protocols_of_an_interface),
		cmocka_unit_test(as_many_ports_as_there_may_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
