/* SPDX-License-Identifier: MIT */
/* Fragments: cut by a router, quoted by the next one, put together by the host; and those that come cut already. */
#include "lab.h"

#include <string.h>

enum { HOPS = 4, PAYLOAD_BYTES = 1400 };

static const uint8_t families[] = {4, 6};

static void send_long(struct lab *lab, const struct sonde_addr *to, uint8_t ttl, bool df)
{
	uint8_t upper[SN_UDP_BYTES + PAYLOAD_BYTES] = {0xc3, 0x50, 0x82, 0x9a, sizeof upper >> 8, sizeof upper & 0xff};
	for (size_t i = SN_UDP_BYTES; i < sizeof upper; i++)
		upper[i] = (uint8_t)(i * 7);
	struct sn_ip ip = {.ttl = ttl, .protocol = SN_PROTO_UDP, .id = 0x1234, .df = df, .dst = *to};
	assert_int_equal(lab_send(lab, &ip, upper, sizeof upper, 6), 0);
}

static void open_with(struct lab *lab, const char *more)
{
	lab_open_chain(lab, &(struct sn_net_chain){.hops = HOPS, .target = "quote=full", .more = more});
}

/* r1 and r3 are joined by a narrow link, which r1 takes. */
#define NARROW "link r1 r3 10.77.0.1/24 10.77.0.2/24 mtu=576\nroute r1 10.4.0.0/24 via 10.77.0.2\nrouter r1 fragments\n"

static void the_next_router_quotes_the_first_piece(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, NARROW);
	struct sonde_addr to = sn_net_hop_addr(HOPS, 4), narrow = lab_addr("10.77.0.2");
	send_long(&lab, &to, 2, false);
	lab_expect_quote_with(&lab, &narrow, SN_CHECKSUM_NONE);
	assert_true(lab.quoted.mf && !lab.quoted.df);
	assert_int_equal(lab.quoted.fragment_offset_bytes, 0);
	/* The largest multiple of 8 that fits behind the header. */
	assert_int_equal(lab.quoted.total_bytes, 20 + 552);
	assert_memory_equal(lab.quoted_upper, lab.sent + 20, lab.quoted_upper_bytes);
	/* Of later pieces nobody speaks (RFC 1122 section 3.2.2). */
	lab_expect_silence(&lab);
	lab_close(&lab);
}

static void the_host_gets_it_whole(void **state)
{
	(void)state;
	static const char *const ways[] = {
		NARROW,
		/* Cut, and cut again. */
		"link r1 r3 10.77.0.1/24 10.77.0.2/24 mtu=1000\nroute r1 10.4.0.0/24 via 10.77.0.2\nrouter r1 r3 fragments\nrouter x\n"
		"link r3 x 10.78.0.1/24 10.78.0.2/24 mtu=300\nlink x target 10.79.0.1/24 10.79.0.2/24\nroute r3 10.4.0.0/24 via x\n"
		"route x 10.4.0.0/24 via target\n",
		"link r1 r3 10.77.0.1/24 10.77.0.2/24 mtu=576\nroute r1 10.4.0.0/24 via 10.77.0.2\n",
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct lab lab;
		open_with(&lab, ways[i]);
		struct sonde_addr to = sn_net_hop_addr(HOPS, 4);
		send_long(&lab, &to, 64, false);
		lab_expect_quote(&lab, &to);
		assert_false(lab.quoted.mf);
		assert_int_equal(lab.quoted.total_bytes, 20 + SN_UDP_BYTES + PAYLOAD_BYTES);
		assert_memory_equal(lab.quoted_upper, lab.sent + 20, SN_UDP_BYTES + PAYLOAD_BYTES);
		lab_expect_silence(&lab);
		lab_close(&lab);
	}
}

static void what_must_not_be_cut_is_refused(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, NARROW);
	struct sonde_addr to = sn_net_hop_addr(HOPS, 4), one = sn_net_hop_addr(1, 4);
	send_long(&lab, &to, 64, true);
	lab_expect_error(&lab, &one, 3, 4);
	lab_close(&lab);
}

/* The last packet as two fragments of the observer's own: the bytes up to `cut` behind the header, and the rest. */
static void send_pieces(struct lab *lab, size_t cut_bytes, bool last_first, bool both)
{
	bool is4 = lab->sent_ip.version == 4;
	size_t header_bytes = lab->sent_ip.header_bytes, upper_bytes = lab->sent_bytes - header_bytes;
	for (unsigned i = 0; i < (both ? 2u : 1u); i++) {
		bool second = (i == 1) != last_first;
		uint8_t bytes[2048];
		struct sn_ip ip = lab->sent_ip;
		size_t from = second ? cut_bytes : 0, count = second ? upper_bytes - cut_bytes : cut_bytes;
		struct sn_writer w;
		ip.total_bytes = (uint32_t)(header_bytes + count + (is4 ? 0 : 8));
		ip.protocol = is4 ? ip.protocol : SN_PROTO_FRAGMENT;
		sn_writer_init(&w, bytes, sizeof bytes);
		sn_ip_write(&w, &ip);
		uint16_t offset = (uint16_t)(from | (second ? 0 : 1));
		if (!is4) {
			sn_write_u16(&w, (uint16_t)(lab->sent_ip.protocol << 8));
			sn_write_u16(&w, offset);
			sn_write_u32(&w, 0xabcd0001);
		} else {
			/* Flags and offset, and the checksum that knows of them. */
			uint16_t word = (uint16_t)((second ? 0 : 0x2000) | from / 8);
			sn_write_u16_at(&w, 6, word);
			uint32_t sum = (uint32_t)(uint16_t)~(bytes[10] << 8 | bytes[11]) + word;
			sn_write_u16_at(&w, 10, (uint16_t)~(sum + (sum >> 16)));
		}
		sn_write_bytes(&w, lab->sent + header_bytes + from, count);
		assert_false(w.bad);
		assert_int_equal(sn_sim_inject(lab->sim, bytes, w.at_bytes, lab->now_at_ns), 0);
	}
}

static void own_fragments_are_joined_in_any_order(void **state)
{
	(void)state;
	for (unsigned last_first = 0; last_first < 2; last_first++) {
		struct lab lab;
		open_with(&lab, "");
		for (size_t f = 0; f < 2; f++) {
			struct sonde_addr to = sn_net_hop_addr(HOPS, families[f]);
			uint8_t upper[200] = {families[f] == 4 ? 8 : 128, 0, 0, 0, 0, 77};
			struct sn_ip ip = {.ttl = 64, .id = 99, .dst = to, .protocol = families[f] == 4 ? SN_PROTO_ICMP : SN_PROTO_ICMP6};
			lab_send(&lab, &ip, upper, sizeof upper, 2);
			assert_true(lab_next(&lab));
			send_pieces(&lab, 104, last_first, true);
			assert_true(lab_next(&lab));
			assert_int_equal(lab.upper[0], families[f] == 4 ? 0 : 129);
			assert_int_equal(lab.upper_bytes, sizeof upper);
			lab_expect_silence(&lab);
			/* One alone is nothing. */
			send_pieces(&lab, 104, last_first, false);
			lab_expect_silence(&lab);
		}
		lab_close(&lab);
	}
}

/* A thousand beginnings without an end. */
static void what_never_ends_makes_room(void **state)
{
	(void)state;
	struct lab lab;
	open_with(&lab, "");
	struct sonde_addr to = sn_net_hop_addr(HOPS, 6);
	uint8_t upper[200] = {128, 0, 0, 0, 0, 77};
	struct sn_ip ip = {.ttl = 64, .dst = to, .protocol = SN_PROTO_ICMP6};
	lab_send(&lab, &ip, upper, sizeof upper, 2);
	assert_true(lab_next(&lab));
	for (unsigned i = 0; i < 1000; i++)
		send_pieces(&lab, 104, false, false);
	lab_expect_silence(&lab);
	lab_send(&lab, &ip, upper, sizeof upper, 2);
	assert_true(lab_next(&lab));
	lab_close(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_router_quotes_the_first_piece),
		cmocka_unit_test(the_host_gets_it_whole),
		cmocka_unit_test(what_must_not_be_cut_is_refused),
		cmocka_unit_test(own_fragments_are_joined_in_any_order),
		cmocka_unit_test(what_never_ends_makes_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
