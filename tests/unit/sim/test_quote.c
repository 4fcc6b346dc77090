/* SPDX-License-Identifier: MIT */
/* How much of a packet a router quotes, and what old stacks have done to its header before. */
#include "lab.h"

#include <stdio.h>
#include <string.h>

enum { HOPS = 2 };

static const uint8_t families[] = {4, 6};

struct length {
	const char *attributes;
	size_t quoted4, quoted6;  /* of a packet of 20 or 40, 8 and 1300 bytes */
	size_t padded_bytes;      /* the whole with its padding; 0: none */
};

static const struct length lengths[] = {
	{"quote=8", 28, 48, 0},          {"quote=20", 40, 60, 0},     {"quote=28", 48, 68, 0},     {"quote=64", 84, 104, 0},
	{"quote=linux", 548, 1232, 0},   {"quote=full", 1328, 1348, 0}, {"quote=1308", 1328, 1348, 0},
	{"quote=8 quote-pad=128", 28, 48, 128}, {"quote=108 quote-pad=128", 128, 148, 128},
};

static void quotes_have_the_length_that_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct lab lab;
		lab_open_chain(&lab, &(struct sn_net_chain){.hops = HOPS, .routers = lengths[i].attributes});
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]), one = sn_net_hop_addr(1, families[f]);
			uint8_t payload[1300];
			memset(payload, 0x5a, sizeof payload);
			lab_udp_with(&lab, &to, 1, 33434, payload, sizeof payload);
			lab_expect_error(&lab, &one, families[f] == 4 ? 11 : 3, 0);
			size_t wanted = families[f] == 4 ? lengths[i].quoted4 : lengths[i].quoted6, padded = lengths[i].padded_bytes;
			assert_int_equal(lab.upper_bytes, 8 + (wanted > padded ? wanted : padded));
			assert_memory_equal(lab.upper + 8, lab.sent, wanted);
			for (size_t at = wanted; at < padded; at++)
				assert_int_equal(lab.upper[8 + at], 0);
		}
		lab_close(&lab);
	}
}

/* Length, flags and offset, checksum of a quoted header whose right ones are 0x0022, 0x4000 and C. */
struct spoiling {
	const char *attributes;
	uint16_t length, flags, checksum_change;
	bool zero;
};

static const struct spoiling spoilings[] = {
	{"", 0x0022, 0x4000, 0, false},
	{"quote-length=host-order", 0x2200, 0x0040, 0, false},
	{"quote-length=minus-header", 0x000e, 0x4000, 0, false},
	/* One more in the TTL is 0x0100 less in the checksum. */
	{"quote-checksum=stale", 0x0022, 0x4000, 0x0100, false},
	{"quote-checksum=zero", 0x0022, 0x4000, 0, true},
};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void old_stacks_spoil_the_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof spoilings / sizeof *spoilings; i++) {
		const struct spoiling *s = &spoilings[i];
		struct lab lab;
		lab_open_chain(&lab, &(struct sn_net_chain){.hops = HOPS, .routers = s->attributes});
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]), one = sn_net_hop_addr(1, families[f]);
			lab_udp(&lab, &to, 1, 50000, 33434, 6);
			lab_expect_error(&lab, &one, families[f] == 4 ? 11 : 3, 0);
			uint8_t wanted[64];
			memcpy(wanted, lab.sent, lab.sent_bytes);
			if (families[f] == 4) {
				uint16_t checksum = s->zero ? 0 : (uint16_t)(word(wanted + 10) - s->checksum_change);
				memcpy(wanted + 2, (uint8_t[]){(uint8_t)(s->length >> 8), (uint8_t)s->length}, 2);
				memcpy(wanted + 6, (uint8_t[]){(uint8_t)(s->flags >> 8), (uint8_t)s->flags}, 2);
				memcpy(wanted + 10, (uint8_t[]){(uint8_t)(checksum >> 8), (uint8_t)checksum}, 2);
			}
			assert_int_equal(lab.upper_bytes, 8 + lab.sent_bytes);
			assert_memory_equal(lab.upper + 8, wanted, lab.sent_bytes);
		}
		lab_close(&lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_have_the_length_that_is_asked_for),
		cmocka_unit_test(old_stacks_spoil_the_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
