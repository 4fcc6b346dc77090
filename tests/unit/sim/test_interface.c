/* SPDX-License-Identifier: MIT */
/* Nodes that are asked about interfaces (RFC 8335): requests and answers byte by byte. */
#include "hex.h"
#include "lab.h"

#include "sim/interface.h"

#include <stdio.h>
#include <string.h>

static struct sn_sim_told told;

static void declare(void)
{
	sn_sim_told_finish(&told);
	assert_true(sn_sim_read_interface("name=eth0,index=2,address=192.0.2.1,address=2001:db8::1", &told));
	assert_true(sn_sim_read_interface("name=eth1,index=3,active=off", &told));
	assert_true(sn_sim_read_interface("name=eth2,index=4,ipv6=off", &told));
	assert_true(sn_sim_read_interface("name=twin,ipv4=off", &told));
	assert_true(sn_sim_read_interface("name=twin", &told));
	assert_true(sn_sim_read_neighbour("192.0.2.9,stale", &told));
	assert_true(sn_sim_read_neighbour("2001:db8::9,failed", &told));
}

/* Objects as RFC 8335 section 2.1 draws them; the structure's checksum is put in here. L: the last bit of the message. */
static void each_question_has_its_answer(void **state)
{
	(void)state;
	static const struct {
		const char *local, *object;
		uint8_t code, bits;
	} rows[] = {
		{"01", "0008 0301 65746830", 0, 7},
		{"01", "0008 0301 65746831", 0, 0},
		{"01", "0008 0301 65746832", 0, 6},
		{"01", "0008 0301 7477696e", 4, 0},
		{"01", "0008 0301 6c6f0000", 2, 0},
		{"01", "0008 0302 00000002", 0, 7},
		{"01", "0008 0302 00000000", 2, 0},
		{"01", "000c 0303 00010400 c0000201", 0, 7},
		{"01", "0018 0303 00021000 20010db8 00000000 00000000 00000001", 0, 7},
		{"01", "000c 0303 00010400 c0000209", 2, 0},
		{"00", "000c 0303 00010400 c0000209", 0, 3 << 5},
		{"00", "0018 0303 00021000 20010db8 00000000 00000000 00000009", 0, 6 << 5},
		{"00", "000c 0303 00010400 c0000201", 3, 0},
		{"00", "0008 0302 00000002", 1, 0},
		{"01", "0008 0304 00000002", 1, 0},
		{"01", "0008 0201 65746830", 1, 0},
		{"01", "000c 0301 65746830", 1, 0},
		{"01", "0008 0302 00000002 0008 0302 00000002", 1, 0},
		{"01", "000c 0303 00010600 c0000201", 1, 0},
	};
	declare();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (uint8_t version = 4; version <= 6; version += 2) {
			uint8_t request[64], answer[8];
			char text[256];
			const char *type = version == 4 ? "2a" : "a0";
			snprintf(text, sizeof text, "%s00 0000 1234 07 %s 2000 0000 %s", type, rows[i].local, rows[i].object);
			size_t count = hex_bytes(text, request, sizeof request);
			unsigned sum = 0;
			for (size_t k = 8; k < count; k++)
				sum += k % 2 ? request[k] : (unsigned)request[k] << 8;
			while (sum >> 16)
				sum = (sum & 0xffff) + (sum >> 16);
			request[10] = (uint8_t)(~sum >> 8);
			request[11] = (uint8_t)~sum;
			assert_true(sn_sim_told_answer(&told, version, request, count, answer));
			const uint8_t wanted[8] = {version == 4 ? 0x2b : 0xa1, rows[i].code, 0, 0, 0x12, 0x34, 7, rows[i].bits};
			assert_memory_equal(answer, wanted, sizeof wanted);
			/* A wrong checksum of the structure is malformed, whatever it asks; so is each part of a request. */
			request[11] ^= 1;
			for (size_t cut = 8; cut <= count; cut++) {
				assert_true(sn_sim_told_answer(&told, version, request, cut, answer));
				assert_int_equal(answer[1], 1);
			}
		}
	sn_sim_told_finish(&told);
}

static void what_is_no_question_gets_no_answer(void **state)
{
	(void)state;
	uint8_t bytes[8] = {42, 0, 0, 0, 0, 1, 1, 1}, answer[8];
	assert_false(sn_sim_told_answer(&told, 4, bytes, sizeof bytes, answer));
	declare();
	assert_true(sn_sim_told_answer(&told, 4, bytes, sizeof bytes, answer));
	assert_false(sn_sim_told_answer(&told, 6, bytes, sizeof bytes, answer));
	assert_false(sn_sim_told_answer(&told, 4, bytes, 7, answer));
	bytes[1] = 1;
	assert_false(sn_sim_told_answer(&told, 4, bytes, sizeof bytes, answer));
	sn_sim_told_finish(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_question_has_its_answer),
		cmocka_unit_test(what_is_no_question_gets_no_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
