/* SPDX-License-Identifier: MIT */
/* What routers put behind their quotes: each object byte by byte, padding and length in both families, and each fault. */
#include "hex.h"
#include "lab.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 4096 };

static struct lab lab;

/* The ICMP message that router r1, with more attributes, gives about a UDP datagram of so many payload bytes. */
static void ask(uint8_t family, const char *attributes, size_t payload_bytes)
{
	char more[512];
	snprintf(more, sizeof more, "router r1 %s\n", attributes);
	struct sn_net_chain chain = {.hops = 3, .more = more};
	lab_open_chain(&lab, &chain);
	struct sonde_addr target = sn_net_hop_addr(3, family);
	lab_udp(&lab, &target, 1, 50000, 33434, payload_bytes);
	assert_true(lab_next(&lab));
	assert_int_equal(lab.upper[0], family == 4 ? 11 : 3);
}

/* The structure begins at `at` of the message, has a right checksum, and holds exactly these objects. */
static void expect_objects(size_t at, const char *hex)
{
	uint8_t objects[MESSAGE_MAX_BYTES];
	size_t count = hex_bytes(hex, objects, sizeof objects);
	assert_int_equal(lab.upper_bytes, at + 4 + count);
	assert_int_equal(lab.upper[at], 0x20);
	assert_int_equal(lab.upper[at + 1], 0);
	unsigned sum = 0;
	for (size_t i = 0; i < 4 + count; i++)
		sum += i % 2 ? lab.upper[at + i] : (unsigned)lab.upper[at + i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal(sum, 0xffff);
	assert_memory_equal(lab.upper + at + 4, objects, count);
}

static void each_attribute_is_an_object(void **state)
{
	(void)state;
	static const struct {
		const char *attributes, *objects;
	} rows[] = {
		{"mpls=24001", "0008 0101 05dc1101"},
		{"mpls=1048575/7/255,16/5/2,3/0/0", "0010 0101 fffffeff 00010a02 00003100"},
		{"interface-info=in", "0004 0200"},
		{"interface-info=in,mtu=1500,name=eth0,address=192.0.2.1,index=12",
		 "001c 020f 0000000c 00010000 c0000201 08657468 30000000 000005dc"},
		{"interface-info=sub-in,index=4294967295", "0008 0248 ffffffff"},
		{"interface-info=out,address=2001:db8::1", "0018 0284 00020000 20010db8 00000000 00000000 00000001"},
		{"interface-info=next-hop,name=a%1bB%ff", "000c 02c2 08611b42 ff000000"},
		{"interface-id=name=eth1", "0008 0301 65746831"},
		{"interface-id=name=eth10", "000c 0301 65746831 30000000"},
		{"interface-id=index=512", "0008 0302 00000200"},
		{"interface-id=address=192.0.2.7", "000c 0303 00010400 c0000207"},
		{"pointer=296", "0008 0401 00000128"},
		{"node-id=name=core1,address=198.51.100.9", "0014 0506 00010000 c6336409 08636f72 65310000"},
		{"node-id=name=pe1", "0008 0502 04706531"},
		{"ext-raw=0008f70901020304", "0008 f709 01020304"},
		{"mpls=24001 node-id=name=pe1 mpls=17/0/9", "0008 0101 05dc1101 0008 0502 04706531 0008 0101 00011109"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			ask(family, rows[i].attributes, 4);
			expect_objects(8 + 128, rows[i].objects);
			lab_close(&lab);
		}
}

/* RFC 4884 sections 4 and 5: the quote has at least 128 bytes, in whole words, zeroes behind what there is; the length says so. */
static void quotes_are_padded(void **state)
{
	(void)state;
	for (size_t payload_bytes = 0; payload_bytes < 300; payload_bytes++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			size_t probe_bytes = (family == 4 ? 28 : 48) + payload_bytes, unit = family == 4 ? 4 : 8;
			size_t padded = probe_bytes < 128 ? 128 : (probe_bytes + unit - 1) / unit * unit;
			ask(family, "mpls=24001", payload_bytes);
			expect_objects(8 + padded, "0008 0101 05dc1101");
			assert_int_equal(lab.upper[4], family == 4 ? 0 : padded / 8);
			assert_int_equal(lab.upper[5], family == 4 ? padded / 4 : 0);
			for (size_t i = probe_bytes; i < padded; i++)
				assert_int_equal(lab.upper[8 + i], 0);
			lab_close(&lab);
			ask(family, "mpls=24001 ext-length=off", payload_bytes);
			expect_objects(8 + 128, "0008 0101 05dc1101");
			assert_int_equal(lab.upper[4] | lab.upper[5], 0);
			lab_close(&lab);
		}
}

/* What a message may have does not grow: 576 and 1280 bytes. */
static void a_long_quote_makes_room(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		ask(family, "mpls=1,2,3,4,5,6,7,8,9,10", 1300);
		size_t most = family == 4 ? 576 - 20 : 1280 - 40;
		assert_true(lab.upper_bytes <= most && lab.upper_bytes > most - 8);
		size_t length = family == 4 ? lab.upper[5] * 4u : lab.upper[4] * 8u;
		assert_int_equal(8 + length + 4 + 44, lab.upper_bytes);
		lab_close(&lab);
		ask(family, "mpls=1 quote=8", 1300);
		assert_int_equal(lab.upper_bytes, 8 + 128 + 4 + 8);
		lab_close(&lab);
	}
}

static void faults_are_what_they_say(void **state)
{
	(void)state;
	static const struct {
		const char *fault, *structure;  /* from byte 136 on */
		uint8_t length4, length6;
	} rows[] = {
		{"none", "2000 c6d4 0008 f700 11111111", 32, 16},        {"checksum", "2000 9381 0008 f700 11111111", 32, 16},
		{"no-checksum", "2000 0000 0008 f700 11111111", 32, 16}, {"version", "1000 d6d4 0008 f700 11111111", 32, 16},
		{"length", "2000 c6d4 0008 f700 11111111", 255, 255},    {"below", "2000 c6d4 0008 f700 11111111", 8, 6},
		{"overrun", "2000 c6d0 000c f700 11111111", 32, 16},     {"zero", "2000 c6dc 0000 f700 11111111", 32, 16},
		{"odd", "2000 c6d5 0007 f700 11111111", 32, 16},         {"cut", "2000 d7e5 0008 f700 1111", 32, 16},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t family = 4; family <= 6; family += 2) {
			uint8_t structure[MESSAGE_MAX_BYTES];
			char attributes[64];
			size_t count = hex_bytes(rows[i].structure, structure, sizeof structure);
			snprintf(attributes, sizeof attributes, "ext-raw=0008f70011111111 ext-fault=%s", rows[i].fault);
			ask(family, attributes, 4);
			assert_int_equal(lab.upper_bytes, 8 + 128 + count);
			assert_memory_equal(lab.upper + 136, structure, count);
			assert_int_equal(lab.upper[family == 4 ? 5 : 4], family == 4 ? rows[i].length4 : rows[i].length6);
			lab_close(&lab);
		}
}

/* Unreachables carry it; packet-too-big of ICMPv6 has no place for a length, and keeps its MTU. */
static void only_messages_that_may_carry_it_do(void **state)
{
	(void)state;
	static const struct {
		uint8_t family, ttl, type;
		size_t payload_bytes;
		bool extended;
	} rows[] = {{4, 64, 3, 4, true}, {6, 64, 1, 4, true}, {4, 2, 3, 1400, true}, {6, 2, 2, 1400, false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sonde_addr to = lab_addr(rows[i].family == 4 ? "10.0.2.2" : "2001:db8:2::2");
		lab_open(&lab,
		         "observer me\nrouter r mpls=24001\nhost web mpls=24001\n"
		         "link me r 10.0.1.1/24 10.0.1.2/24 2001:db8:1::1/64 2001:db8:1::2/64\n"
		         "link r web 10.0.2.1/24 10.0.2.2/24 2001:db8:2::1/64 2001:db8:2::2/64 mtu=1280\n", 1);
		lab_udp(&lab, &to, rows[i].ttl, 50000, 33434, rows[i].payload_bytes);
		assert_true(lab_next(&lab));
		assert_int_equal(lab.upper[0], rows[i].type);
		size_t length = rows[i].family == 4 ? lab.upper[5] * 4u : lab.upper[4] * 8u;
		assert_int_equal(length != 0, rows[i].extended);
		if (rows[i].payload_bytes > 1000)
			assert_int_equal(lab.upper[6] << 8 | lab.upper[7], 1280);
		lab_close(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_attribute_is_an_object),
		cmocka_unit_test(quotes_are_padded),
		cmocka_unit_test(a_long_quote_makes_room),
		cmocka_unit_test(faults_are_what_they_say),
		cmocka_unit_test(only_messages_that_may_carry_it_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
