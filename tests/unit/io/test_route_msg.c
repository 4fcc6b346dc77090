/* SPDX-License-Identifier: MIT */
/* rtnetlink messages: questions byte by byte, answers as a kernel sent them (little-endian machine), cut at every byte. */
#include "test.h"

#include "io/route_msg.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t from_hex(const char *hex, uint8_t *out, size_t capacity_bytes)
{
	size_t count = 0;
	for (; hex[0] && hex[1] && count < capacity_bytes; hex += 2) {
		unsigned value = 0;
		assert_int_equal(sscanf(hex, "%2x", &value), 1);
		out[count++] = (uint8_t)value;
	}
	assert_int_equal(*hex, '\0');
	return count;
}

static bool little_endian(void)
{
	const uint16_t one = 1;
	uint8_t first;
	memcpy(&first, &one, 1);
	return first == 1;
}

static void assert_addr(const struct sonde_addr *addr, const char *text)
{
	char got[SONDE_ADDR_TEXT];
	assert_string_equal(sonde_addr_text(addr, got), text);
}

/* 10.9.1.1 through a gateway, by a route with `mtu 1400`. */
static const char *const via_gateway4 =
	"7c0000001800000001000000db2c000002200000fe0000010002000008000f00fe000000080001000a0901010800040003000000080007000a010001"
	"080005000a0100020c0008000800020078050000080019000000000024000c00020000000000000000000000000000000000000000000000000000000000"
	"0000";
/* fd09::1 through a gateway. */
static const char *const via_gateway6 =
	"b00000001800000001000000e22c00000a808000fe0300010000000008000f00fe00000014000100fd09000000000000000000000000000114000200"
	"0000000000000000000000000000000014000700fd010000000000000000000000000001080006000004000014000500fd0100000000000000000000"
	"00000002080004000300000024000c0002000000000000000000000000000000000000000000000000000000000000000500140000000000";
/* 127.0.0.1. */
static const char *const local4 =
	"680000001800000001000000e02c000002200000fe0000020002008008000f00fe000000080001007f0000010800040001000000080007007f000001"
	"080019000000000024000c000200000000000000000000000000000000000000000000000000000000000000";
/* NLMSG_ERROR: a route of type unreachable. */
static const char *const unreachable4 =
	"500000000200000001000000dc2c00008fffffff3c0000001a0001000100000000000000022000000000000000000000080001000a08010105001b00"
	"0600000006001d0001bb00000800190000000000";
/* A veth device "ca": name, MTU, link kind; the attributes between them left out. */
static const char *const link_ca =
	"4800000010000000010000000100000000000100030000004310010000000000070003006361000008000400dc050000"
	"10001200090001007665746800000000"
	"0600450000000000";

/* A veth device's `pfifo limit 7`, as Linux 6.18 told of it. */
static const char queue_va[] =
	"9c0000002400000001000000fe460000000000000300000000001980ffffffff030000000a000100706669666f0000000800"
	"02000700000005000c000000000030000700140001005a000000000000000100000000000000180003000000000000000000"
	"0000000000000000000000002c0003005a000000000000000100000000000000000000000000000000000000000000000000"
	"000000000000";

/* A veth device's settings with strict rp_filter, as Linux 6.18 told of them. */
static const char conf_strict[] =
	"4c00000050000000010000000000000002000000"
	"080001006400000008000200000000000800030001000000080004000000000008000800000000000800050000000000"
	"0800060000000000";

static void parse_route(const char *hex, int wanted, struct sn_route_reply *out)
{
	uint8_t bytes[512];
	size_t count = from_hex(hex, bytes, sizeof bytes);
	assert_int_equal(sn_route_reply_parse(bytes, count, out), wanted);
}

static void route_answers(void **state)
{
	(void)state;
	struct sn_route_reply reply;
	parse_route(via_gateway4, 0, &reply);
	assert_int_equal(reply.type, RTN_UNICAST);
	assert_int_equal(reply.ifindex, 3);
	assert_int_equal(reply.mtu_bytes, 1400);
	assert_addr(&reply.src, "10.1.0.1");
	assert_addr(&reply.gateway, "10.1.0.2");
	parse_route(via_gateway6, 0, &reply);
	assert_int_equal(reply.ifindex, 3);
	assert_int_equal(reply.mtu_bytes, 0);
	assert_addr(&reply.src, "fd01::1");
	assert_addr(&reply.gateway, "fd01::2");
	parse_route(local4, 0, &reply);
	assert_int_equal(reply.type, RTN_LOCAL);
	assert_int_equal(reply.ifindex, 1);
	assert_int_equal(reply.gateway.family, 0);
	parse_route(unreachable4, EHOSTUNREACH, &reply);
}

/* An exception learned from "fragmentation needed" carries a time at which it ends; its MTU is not the route's. */
static void learned_mtu_is_not_believed(void **state)
{
	(void)state;
	uint8_t bytes[512];
	size_t count = from_hex(via_gateway4, bytes, sizeof bytes);
	struct sn_route_reply reply;
	size_t expires_at = count - 32 + 8; /* rta_cacheinfo is last: clntref, lastuse, expires … */
	bytes[expires_at] = 0x10;
	assert_int_equal(sn_route_reply_parse(bytes, count, &reply), 0);
	assert_int_equal(reply.mtu_bytes, 0);
}

/* RTA_VIA: an IPv4 route whose next hop is an IPv6 address. */
static void next_hop_of_other_family(void **state)
{
	(void)state;
	struct sn_route_reply reply;
	parse_route("3c0000001800000001000000db2c000002200000fe0000010002000008000400030000001600120"
		    "00a00fe8000000000000000000000000000010000",
		    0, &reply);
	assert_int_equal(reply.ifindex, 3);
	assert_addr(&reply.gateway, "fe80::1");
}

static void link_answers(void **state)
{
	(void)state;
	uint8_t bytes[512];
	struct sn_link link;
	size_t count = from_hex(link_ca, bytes, sizeof bytes);
	assert_int_equal(sn_link_reply_parse(bytes, count, &link), 0);
	assert_string_equal(link.name, "ca");
	assert_int_equal(link.ifindex, 3);
	assert_int_equal(link.mtu_bytes, 1500);
	assert_true(link.up);
	assert_false(link.is_vrf);
	memcpy(bytes + 56, "vrf\0", 4); /* the kind */
	assert_int_equal(sn_link_reply_parse(bytes, count, &link), 0);
	assert_true(link.is_vrf);
	assert_false(link.counts);
	/* IFLA_STATS64: 4 bytes of header, received, sent, … */
	static const uint8_t stats[20] = {20, 0, 23, 0, [4] = 9, [12] = 0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01};
	memcpy(bytes + count, stats, sizeof stats);
	uint32_t length_bytes = (uint32_t)(count + sizeof stats);
	memcpy(bytes, &length_bytes, sizeof length_bytes);
	assert_int_equal(sn_link_reply_parse(bytes, length_bytes, &link), 0);
	assert_true(link.counts && link.sent_count == 0x0123456789abcdef);
	bytes[count] = 12; /* only what was received */
	length_bytes -= 8;
	memcpy(bytes, &length_bytes, sizeof length_bytes);
	assert_int_equal(sn_link_reply_parse(bytes, length_bytes, &link), 0);
	assert_false(link.counts);
	bytes[24] &= 0xfe; /* IFF_UP */
	assert_int_equal(sn_link_reply_parse(bytes, length_bytes, &link), 0);
	assert_false(link.up);
}

static void queue_answers(void **state)
{
	(void)state;
	uint8_t bytes[512];
	struct sn_queue told = {.waiting_count = 1, .dropped_count = 1};
	size_t count = from_hex(queue_va, bytes, sizeof bytes);
	assert_int_equal(sn_queue_reply_parse(bytes, count, &told), 0);
	assert_int_equal(told.dropped_count, 0);
	assert_int_equal(told.waiting_count, 0);
	/* TCA_STATS_QUEUE: 4 bytes of header, length, backlog, drops */
	uint8_t *queue = memmem(bytes + 80, count - 80, "\x18\x00\x03\x00", 4);
	assert_non_null(queue);
	memcpy(queue + 12, "\x07\x01\x00\x00", 4);
	memcpy(queue + 4, "\x03\x02\x00\x00", 4);
	assert_int_equal(sn_queue_reply_parse(bytes, count, &told), 0);
	assert_int_equal(told.dropped_count, 0x107);
	assert_int_equal(told.waiting_count, 0x203);
	queue[2] = 9; /* no such statistic */
	assert_int_equal(sn_queue_reply_parse(bytes, count, &told), SONDE_E_FORMAT);
	size_t question_bytes = sn_queue_query_write(3, 1, bytes, sizeof bytes);
	assert_int_equal(question_bytes, 36);
	assert_int_equal(sn_queue_query_write(3, 1, bytes, 35), 0);
}

static void conf_answers(void **state)
{
	(void)state;
	uint8_t bytes[512];
	uint32_t rp_filter = 9;
	size_t count = from_hex(conf_strict, bytes, sizeof bytes);
	assert_int_equal(sn_conf_reply_parse(bytes, count, &rp_filter), 0);
	assert_int_equal(rp_filter, 1);
	bytes[38] = 9; /* no such setting */
	assert_int_equal(sn_conf_reply_parse(bytes, count, &rp_filter), SONDE_E_FORMAT);
	count = from_hex(unreachable4, bytes, sizeof bytes);
	assert_int_equal(sn_conf_reply_parse(bytes, count, &rp_filter), EHOSTUNREACH);
	assert_int_equal(sn_conf_query_write(3, 1, bytes, sizeof bytes), 28);
	assert_int_equal(sn_conf_query_write(3, 1, bytes, 27), 0);
}

/* Each cut is copied to memory of its own size, so that a read past it is seen by the address sanitizer. */
static void cut_answers(void **state)
{
	(void)state;
	const char *const all[] = {via_gateway4, via_gateway6, local4, unreachable4, link_ca, queue_va, conf_strict};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		uint8_t bytes[512];
		size_t count = from_hex(all[i], bytes, sizeof bytes);
		for (size_t cut = 0; cut < count; cut++) {
			uint8_t *copy = malloc(cut ? cut : 1);
			struct sn_route_reply reply;
			struct sn_link link;
			struct sn_queue told;
			uint32_t rp_filter;
			assert_non_null(copy);
			memcpy(copy, bytes, cut);
			/* The length in the header no longer fits. */
			assert_int_equal(sn_route_reply_parse(copy, cut, &reply), SONDE_E_FORMAT);
			assert_int_equal(sn_link_reply_parse(copy, cut, &link), SONDE_E_FORMAT);
			assert_int_equal(sn_queue_reply_parse(copy, cut, &told), SONDE_E_FORMAT);
			assert_int_equal(sn_conf_reply_parse(copy, cut, &rp_filter), SONDE_E_FORMAT);
			/* It does again: whatever comes out, nothing past the end was read. */
			if (cut >= 16) {
				copy[0] = (uint8_t)cut;
				assert_in_range(sn_route_reply_parse(copy, cut, &reply) + 1000, 1000 + SONDE_E_FORMAT, 2000);
				assert_in_range(sn_link_reply_parse(copy, cut, &link) + 1000, 1000 + SONDE_E_FORMAT, 2000);
				assert_in_range(sn_queue_reply_parse(copy, cut, &told) + 1000, 1000 + SONDE_E_FORMAT, 2000);
				assert_in_range(sn_conf_reply_parse(copy, cut, &rp_filter) + 1000, 1000 + SONDE_E_FORMAT, 2000);
			}
			free(copy);
		}
	}
}

static void assert_bytes(const uint8_t *got, size_t got_bytes, const char *hex)
{
	uint8_t wanted[256];
	size_t wanted_bytes = from_hex(hex, wanted, sizeof wanted);
	assert_int_equal(got_bytes, wanted_bytes);
	assert_memory_equal(got, wanted, wanted_bytes);
}

static void questions(void **state)
{
	(void)state;
	uint8_t bytes[256];
	struct sn_route_query query = {.protocol = 6, .sport = 0x1234, .dport = 443, .mark = 7, .uid = 1000, .ifindex = 3};
	assert_true(sonde_addr_parse("10.9.1.1", &query.dst));
	assert_true(sonde_addr_parse("10.1.0.1", &query.src));
	size_t count = sn_route_query_write(&query, 1, bytes, sizeof bytes);
	assert_bytes(bytes, count,
		     "5c000000" "1a000100" "01000000" "00000000" /* length, RTM_GETROUTE, request, sequence, port */
		     "02202000" "00000000" "00000000"            /* AF_INET, /32 both ways */
		     "08000100" "0a090101" "08000200" "0a010001" /* RTA_DST, RTA_SRC */
		     "05001b00" "06000000" "06001c00" "12340000" "06001d00" "01bb0000" /* protocol, ports in network order */
		     "08001000" "07000000" "08001900" "e8030000" "08000400" "03000000"); /* mark, uid, device */
	/* Of a packet that came in the device is RTA_IIF. */
	query = (struct sn_route_query){.dst = query.dst, .src = query.src, .ifindex = 3, .incoming = true};
	count = sn_route_query_write(&query, 1, bytes, sizeof bytes);
	assert_bytes(bytes, count,
		     "3c0000001a000100010000000000000002202000000000000000000008000100" "0a090101" "08000200" "0a010001"
		     "0800190000000000" "0800030003000000");
	count = sn_conf_query_write(SN_ALL_DEVICES, 1, bytes, sizeof bytes);
	assert_bytes(bytes, count, "1c00000052000100010000000000000002000000" "08000100" "ffffffff");
	/* A protocol the kernel refuses in a question, and ports where none are. */
	query = (struct sn_route_query){.dst = query.dst, .protocol = 132, .dport = 443};
	count = sn_route_query_write(&query, 1, bytes, sizeof bytes);
	assert_bytes(bytes, count, "2c0000001a0001000100000000000000022000000000000000000000080001000a0901010800190000000000");
	assert_int_equal(sn_route_query_write(&query, 1, bytes, 40), 0);
	count = sn_link_query_write("ca", 0, 1, bytes, sizeof bytes);
	assert_bytes(bytes, count, "2800000012000100010000000000000000000000000000000000000000000000070003006361" "0000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_answers),
		cmocka_unit_test(learned_mtu_is_not_believed),
		cmocka_unit_test(next_hop_of_other_family),
		cmocka_unit_test(link_answers),
		cmocka_unit_test(queue_answers),
		cmocka_unit_test(conf_answers),
		cmocka_unit_test(cut_answers),
		cmocka_unit_test(questions),
	};
	if (!little_endian()) {
		fputs("the recorded answers are of a little-endian machine\n", stderr);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
