/* SPDX-License-Identifier: MIT */
/* Pieces of packets: sound by the parser's measure, in multiples of eight bytes, and the whole again when put together. */
#include "packets.h"
#include "test.h"

#include "packet/fragment.h"
#include "packet/packet.h"

#include <string.h>

enum { ROOM_BYTES = 4096 };

struct piece {
	uint8_t bytes[ROOM_BYTES];
	size_t count;
	struct sn_ip ip;
};

static struct piece piece_of(const struct made_packet *p, size_t piece_bytes, size_t nth)
{
	struct piece piece;
	struct sn_writer w;
	sn_writer_init(&w, piece.bytes, sizeof piece.bytes);
	sn_fragment_write(p->bytes, p->count, piece_bytes, nth, &w);
	assert_false(w.bad);
	piece.count = w.at_bytes;
	assert_true(sn_ip_parse(piece.bytes, piece.count, &piece.ip));
	return piece;
}

static void make(struct made_packet *p, uint8_t family, size_t payload_bytes)
{
	made_udp(p, &(struct made_ip){.version = family, .tos = 0xb9, .ttl = 7, .id = 0xbeef, .df = true, .flow_label = 0x12345}, 4000, 53,
	         payload_bytes);
}

/* RFC 791 section 3.2: the header of each is the packet's, but for length, flags, offset and checksum. RFC 8200 section 4.5. */
static void check_pieces(const struct made_packet *p, uint8_t family, size_t piece_bytes)
{
	size_t pieces = sn_fragment_count(family, p->count, piece_bytes), header = family == 4 ? 20 : 40, at = 0;
	uint8_t whole[ROOM_BYTES];
	for (size_t n = 0; n < pieces; n++) {
		struct piece piece = piece_of(p, piece_bytes, n);
		bool last = n + 1 == pieces;
		size_t carried = piece.count - piece.ip.header_bytes;
		assert_true(piece.count <= piece_bytes);
		assert_int_equal(piece.count, sn_fragment_bytes(family, p->count, piece_bytes, n));
		assert_int_equal(piece.ip.total_bytes, piece.count);
		assert_int_equal(piece.ip.odd, SN_ODD_FRAGMENT);
		assert_int_equal(piece.ip.fragment_offset_bytes, at);
		assert_int_equal(piece.ip.mf, !last);
		assert_false(piece.ip.df);
		assert_int_equal(piece.ip.tos, 0xb9);
		assert_int_equal(piece.ip.ttl, 7);
		assert_int_equal(piece.ip.id, family == 4 ? 0xbeef : 0);
		assert_int_equal(piece.ip.flow_label, family == 4 ? 0 : 0x12345);
		if (at == 0)
			assert_int_equal(piece.ip.protocol, SN_PROTO_UDP);
		/* No longer one would have fitted. */
		assert_true(last || (carried % 8 == 0 && piece.count + 8 > piece_bytes));
		assert_true(at + carried <= sizeof whole);
		memcpy(whole + at, piece.bytes + piece.ip.header_bytes, carried);
		at += carried;
	}
	assert_int_equal(at, p->count - header);
	assert_memory_equal(whole, p->bytes + header, at);
}

static void pieces_make_the_whole(void **state)
{
	(void)state;
	static const size_t limits[] = {56, 64, 68, 576, 999, 1000, 1006, 1007, 1280};
	for (uint8_t family = 4; family <= 6; family += 2)
		for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
			for (size_t more = 1; more < 20; more++) {
				struct made_packet p;
				size_t headers = family == 4 ? 28 : 48;
				make(&p, family, limits[i] - headers + more);
				assert_true(sn_fragment_count(family, p.count, limits[i]) > 1);
				check_pieces(&p, family, limits[i]);
			}
}

static void what_fits_stays_whole(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct made_packet p;
		make(&p, family, 100);
		size_t limits[] = {0, p.count, p.count + 1, 65535};
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(sn_fragment_count(family, p.count, limits[i]), 1);
			assert_int_equal(sn_fragment_bytes(family, p.count, limits[i], 0), p.count);
			struct piece piece = piece_of(&p, limits[i], 0);
			assert_int_equal(piece.count, p.count);
			assert_memory_equal(piece.bytes, p.bytes, p.count);
		}
		assert_int_equal(sn_fragment_count(family, p.count, family == 4 ? 27 : 55), 0);
		assert_int_equal(sn_fragment_bytes(family, p.count, 27, 0), 0);
	}
}

/* All pieces of a packet have one id, the same each time, those of another one another (RFC 8200 section 4.5). */
static void an_ipv6_packet_has_an_id_of_its_own(void **state)
{
	(void)state;
	uint32_t ids[2];
	for (int i = 0; i < 2; i++) {
		struct made_packet p;
		make(&p, 6, 1500);
		p.bytes[1000] ^= (uint8_t)i;
		for (size_t n = 0; n < 2; n++) {
			struct piece piece = piece_of(&p, 1280, n);
			uint32_t id = (uint32_t)piece.bytes[44] << 24 | (uint32_t)piece.bytes[45] << 16 | (uint32_t)piece.bytes[46] << 8 |
			              piece.bytes[47];
			assert_true(n == 0 || id == ids[i]);
			ids[i] = id;
		}
	}
	assert_int_not_equal(ids[0], ids[1]);
}

static void no_piece_is_made_up(void **state)
{
	(void)state;
	struct made_packet p;
	uint8_t room[100];
	struct sn_writer w;
	make(&p, 4, 200);
	sn_writer_init(&w, room, sizeof room);
	sn_fragment_write(p.bytes, p.count, 100, 3, &w);
	assert_true(w.bad);
	sn_writer_init(&w, room, 20);
	sn_fragment_write(p.bytes, p.count, 100, 0, &w);
	assert_true(w.bad);
	sn_writer_init(&w, room, sizeof room);
	sn_fragment_write(p.bytes, 0, 100, 0, &w);
	assert_true(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(what_fits_stays_whole),
		cmocka_unit_test(an_ipv6_packet_has_an_id_of_its_own),
		cmocka_unit_test(no_piece_is_made_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
