/* SPDX-License-Identifier: MIT */
/* Pieces of packets: sound by the parser's measure, in multiples of eight bytes, and the whole again when put together. */
#include "packets.h"
#include "test.h"

#include "packet/fragment.h"
#include "packet/packet.h"

#include <stdlib.h>
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

/* What reads them tells where each goes, and the first one's beginning is the packet's, but for the bit that forbids what was done. */
static void a_piece_tells_of_its_packet(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2)
		for (size_t piece_bytes = 100; piece_bytes < 400; piece_bytes += 33) {
			struct made_packet p;
			struct sn_fragment read;
			uint32_t id = 0, end = 0;
			make(&p, family, 1000);
			if (family == 4)
				p.bytes[6] = 0; /* DF */
			size_t pieces = sn_fragment_count(family, p.count, piece_bytes);
			for (size_t n = 0; n < pieces; n++) {
				struct piece piece = piece_of(&p, piece_bytes, n);
				assert_true(sn_fragment_read(piece.bytes, piece.count, &read));
				assert_int_equal(read.first, n == 0);
				assert_int_equal(read.last, n + 1 == pieces);
				assert_true(read.end_bytes > end && (n == 0 || read.id == id));
				id = read.id;
				end = read.end_bytes;
				uint8_t room[ROOM_BYTES];
				struct sn_writer w;
				sn_writer_init(&w, room, sizeof room);
				sn_fragment_join(piece.bytes, piece.count, p.count, &w);
				assert_int_equal(w.bad, n != 0);
				if (n)
					continue;
				assert_int_equal(w.at_bytes, read.end_bytes);
				if (family == 4) /* its checksum was that of DF */
					memcpy(room + 10, p.bytes + 10, 2);
				assert_memory_equal(room, p.bytes, w.at_bytes);
			}
			assert_int_equal(end, p.count);
			assert_false(sn_fragment_read(p.bytes, p.count, &read));
		}
}

/* Whatever is cut off: no byte behind is looked at (the address sanitizer sees it). */
static void cut_off_pieces_are_read_as_far_as_they_go(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct made_packet p;
		make(&p, family, 1000);
		struct piece piece = piece_of(&p, 200, 0);
		for (size_t count = 0; count <= piece.count; count++) {
			uint8_t *bytes = made_exact(piece.bytes, count), room[ROOM_BYTES];
			struct sn_fragment read;
			struct sn_writer w;
			bool whole_header = count >= (family == 4 ? 20 : 48);
			assert_int_equal(sn_fragment_read(bytes, count, &read), whole_header);
			sn_writer_init(&w, room, sizeof room);
			sn_fragment_join(bytes, count, p.count, &w);
			assert_int_equal(w.bad, !whole_header);
			free(bytes);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(what_fits_stays_whole),
		cmocka_unit_test(an_ipv6_packet_has_an_id_of_its_own),
		cmocka_unit_test(no_piece_is_made_up),
		cmocka_unit_test(a_piece_tells_of_its_packet),
		cmocka_unit_test(cut_off_pieces_are_read_as_far_as_they_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
