/* SPDX-License-Identifier: MIT */
/* Extension objects: each class by hand-made vectors, what is malformed, pieces, and bytes that are nothing of the kind. */
#include "frames.h"
#include "invariants.h"
#include "packets.h"
#include "test.h"

#include "base/rng.h"
#include "packet/ext.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES_ROOM = SONDE_EXTENSION_PIECES_MAX + 1 };

/* All pieces of a structure, which stands in memory of exactly its size. */
static size_t walk_bytes(const uint8_t *bytes, size_t count, struct sonde_extension *out)
{
	uint8_t *copy = made_exact(bytes, count);
	struct sn_ext_walk walk;
	size_t told = 0;
	sn_ext_begin(&walk, copy, count);
	while (told < PIECES_ROOM && sn_ext_next(&walk, &out[told]))
		told++;
	free(copy);
	return told;
}

static struct sonde_extension pieces[PIECES_ROOM];

static size_t walk_vector(const char *name)
{
	uint8_t bytes[FRAME_MAX_BYTES];
	size_t count = frame_make(frame_vector(name), bytes);
	return walk_bytes(bytes, count, pieces);
}

/* The only piece of a vector with one object. */
static const struct sonde_extension *only(const char *name)
{
	assert_int_equal(walk_vector(name), 1);
	assert_int_equal(pieces[0].object, 1);
	assert_int_equal(pieces[0].piece, 1);
	assert_false(pieces[0].more || pieces[0].cut);
	return &pieces[0];
}

static void label_is(const struct sonde_extension_label *label, uint32_t value, uint8_t tc, bool bottom, uint8_t ttl)
{
	assert_int_equal(label->label, value);
	assert_int_equal(label->tc, tc);
	assert_int_equal(label->bottom, bottom);
	assert_int_equal(label->ttl, ttl);
}

static void label_stacks_are_read(void **state)
{
	(void)state;
	const struct sonde_extension *e = only("mpls_one");
	assert_int_equal(e->kind, SONDE_EXTENSION_MPLS);
	assert_int_equal(e->class_num, 1);
	assert_int_equal(e->c_type, 1);
	assert_int_equal(e->as.mpls.count, 1);
	label_is(&e->as.mpls.labels[0], 24001, 0, true, 1);
	e = only("mpls_three");
	assert_int_equal(e->as.mpls.count, 3);
	label_is(&e->as.mpls.labels[0], 1048575, 7, false, 255);
	label_is(&e->as.mpls.labels[1], 16, 5, false, 2);
	label_is(&e->as.mpls.labels[2], 3, 0, true, 0);
}

static void a_deep_stack_comes_in_pieces(void **state)
{
	(void)state;
	assert_int_equal(walk_vector("mpls_nine"), 2);
	assert_true(pieces[0].more && !pieces[1].more);
	assert_int_equal(pieces[0].as.mpls.count, 8);
	assert_int_equal(pieces[1].as.mpls.count, 1);
	for (uint32_t i = 0; i < 9; i++)
		label_is(&pieces[i / 8].as.mpls.labels[i % 8], 100 + i, 0, i == 8, 1);
	assert_int_equal(pieces[1].object, 1);
	assert_int_equal(pieces[1].piece, 2);
}

static void interfaces_are_read(void **state)
{
	(void)state;
	char text[SONDE_ADDR_TEXT];
	const struct sonde_extension *e = only("interface_in4");
	const struct sonde_extension_interface *i = &e->as.interface;
	assert_int_equal(e->kind, SONDE_EXTENSION_INTERFACE);
	assert_int_equal(i->role, SONDE_ROLE_IN);
	assert_true(i->has_index && i->has_name && i->has_mtu);
	assert_int_equal(i->index, 12);
	assert_string_equal(sonde_addr_text(&i->addr, text), "192.0.2.1");
	assert_string_equal(i->name.bytes, "eth0");
	assert_int_equal(i->name.length_bytes, 4);
	assert_int_equal(i->mtu_bytes, 1500);
	only("interface_out6");
	assert_int_equal(i->role, SONDE_ROLE_OUT);
	assert_false(i->has_index || i->has_name || i->has_mtu);
	assert_string_equal(sonde_addr_text(&i->addr, text), "2001:db8::1");
	only("interface_sub_name63");
	assert_int_equal(i->role, SONDE_ROLE_SUB_IN);
	assert_int_equal(i->name.length_bytes, 63);
	assert_int_equal(i->name.bytes[62], '!');
	assert_int_equal(i->addr.family, 0);
	only("interface_next_hop");
	assert_int_equal(i->role, SONDE_ROLE_NEXT_HOP);
	assert_int_equal(i->index, UINT32_MAX);
	only("interface_nothing");
	assert_int_equal(e->kind, SONDE_EXTENSION_INTERFACE);
	assert_false(i->has_index || i->has_name || i->has_mtu || i->addr.family);
}

static void asked_interfaces_are_read(void **state)
{
	(void)state;
	char text[SONDE_ADDR_TEXT];
	const struct sonde_extension *e = only("id_name");
	const struct sonde_extension_interface_id *id = &e->as.interface_id;
	assert_int_equal(e->kind, SONDE_EXTENSION_INTERFACE_ID);
	assert_int_equal(id->by, SONDE_BY_NAME);
	assert_string_equal(id->name.bytes, "eth10");
	only("id_index");
	assert_int_equal(id->by, SONDE_BY_INDEX);
	assert_int_equal(id->index, 512);
	only("id_addr4");
	assert_int_equal(id->by, SONDE_BY_ADDRESS);
	assert_string_equal(sonde_addr_text(&id->addr, text), "192.0.2.7");
}

static void pointers_and_nodes_are_read(void **state)
{
	(void)state;
	char text[SONDE_ADDR_TEXT];
	const struct sonde_extension *e = only("pointer");
	assert_int_equal(e->kind, SONDE_EXTENSION_POINTER);
	assert_int_equal(e->as.pointer_bytes, 296);
	only("node_both");
	assert_int_equal(e->kind, SONDE_EXTENSION_NODE);
	assert_string_equal(sonde_addr_text(&e->as.node.addr, text), "198.51.100.9");
	assert_true(e->as.node.has_name);
	assert_string_equal(e->as.node.name.bytes, "core1");
	only("node_name");
	assert_string_equal(e->as.node.name.bytes, "pe1");
	assert_int_equal(e->as.node.addr.family, 0);
	only("node_nothing");
	assert_int_equal(e->kind, SONDE_EXTENSION_NODE);
	assert_false(e->as.node.has_name);
}

/* What stays raw: its class and C-Type, marked or not, and so many bytes of payload. */
static void the_rest_stays_raw(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint8_t class_num, c_type;
		bool malformed;
		uint8_t count;
	} rows[] = {
		{"mpls_empty", 1, 1, true, 0},          {"mpls_other_type", 1, 2, false, 4},    {"interface_mac", 2, 6, false, 20},
		{"interface_name5", 2, 2, true, 8},     {"interface_name0", 2, 2, true, 4},     {"interface_name_beyond", 2, 2, true, 4},
		{"interface_no_mtu", 2, 9, true, 4},    {"id_addr4_long", 3, 3, true, 8},       {"id_mac", 3, 3, false, 12},
		{"pointer_short", 4, 1, true, 0},       {"pointer_long", 4, 1, true, 8},        {"private_class", 0xf7, 9, false, 8},
		{"overrun", 1, 1, true, 4},             {"length_zero", 1, 1, true, 4},         {"length_three", 1, 1, true, 0},
		{"length_six", 2, 2, true, 4},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sonde_extension *e = only(rows[i].name);
		if (e->kind != SONDE_EXTENSION_RAW || e->malformed != rows[i].malformed)
			fail_msg("%s: kind %s, malformed %d", rows[i].name, sonde_extension_kind_name(e->kind), e->malformed);
		assert_int_equal(e->class_num, rows[i].class_num);
		assert_int_equal(e->c_type, rows[i].c_type);
		assert_int_equal(e->as.raw.count, rows[i].count);
		assert_memory_equal(e->as.raw.bytes, frame_vector(rows[i].name)->objects + 4, rows[i].count);
	}
}

static void objects_come_in_order(void **state)
{
	(void)state;
	assert_int_equal(walk_vector("several"), 3);
	assert_int_equal(pieces[0].kind, SONDE_EXTENSION_MPLS);
	assert_int_equal(pieces[1].kind, SONDE_EXTENSION_NODE);
	assert_int_equal(pieces[2].kind, SONDE_EXTENSION_RAW);
	assert_int_equal(pieces[2].object, 3);
	assert_false(pieces[2].malformed);
	/* A bad one takes nothing from the good one before it. */
	assert_int_equal(walk_vector("behind_good"), 2);
	assert_int_equal(pieces[0].kind, SONDE_EXTENSION_MPLS);
	assert_true(pieces[1].malformed);
	assert_int_equal(walk_vector("no_header"), 2);
	assert_true(pieces[1].malformed && pieces[1].class_num == 0);
	assert_int_equal(pieces[1].as.raw.count, 3);
}

/* Ten thousand bytes of one object: so much is told, and that it is not all. */
static void what_is_told_has_an_end(void **state)
{
	(void)state;
	static uint8_t bytes[4 + 60000];
	static const struct {
		uint8_t class_num;
		size_t payload_bytes, pieces;
		bool cut;
	} rows[] = {
		{1, 2048 * 4, 256, false}, {1, 2049 * 4, 256, true}, {0xf7, 256 * 64, 256, false}, {0xf7, 256 * 64 + 4, 256, true},
		{1, 8 * 4, 1, false},      {1, 12 * 4, 2, false},    {0xf7, 64, 1, false},         {0xf7, 68, 2, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t length = 4 + rows[i].payload_bytes;
		const uint8_t header[] = {0x20, 0, 0, 0, (uint8_t)(length >> 8), (uint8_t)length, rows[i].class_num, 1};
		memcpy(bytes, header, sizeof header);
		assert_int_equal(walk_bytes(bytes, 4 + length, pieces), rows[i].pieces);
		assert_int_equal(pieces[rows[i].pieces - 1].cut, rows[i].cut);
		assert_int_equal(pieces[rows[i].pieces - 1].more, rows[i].cut);
	}
	/* … and of 300 empty objects. */
	for (size_t i = 0; i < 300; i++)
		memcpy(bytes + 4 + 4 * i, "\0\4\xf7", 4);
	assert_int_equal(walk_bytes(bytes, 4 + 1200, pieces), 256);
	assert_true(pieces[255].cut && !pieces[254].cut);
}

static void nothing_comes_of_nothing(void **state)
{
	(void)state;
	static const uint8_t header[4] = {0x20, 0, 0xdf, 0xff};
	for (size_t count = 0; count <= sizeof header; count++)
		assert_int_equal(walk_bytes(header, count, pieces), 0);
}

static void holds(const uint8_t *bytes, size_t count)
{
	uint8_t *copy = made_exact(bytes, count);
	const char *broken = extension_broken(copy, count);
	free(copy);
	if (broken)
		fail_msg("does not hold: %s", broken);
}

static void every_truncation_and_every_flipped_bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < frame_vectors_count; i++) {
		uint8_t bytes[FRAME_MAX_BYTES];
		size_t count = frame_make(&frame_vectors[i], bytes);
		for (size_t cut = 0; cut <= count; cut++)
			holds(bytes, cut);
		for (size_t bit = 0; bit < count * 8; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			holds(bytes, count);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void any_bytes(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 48, 84);
	for (int round = 0; round < 100000; round++) {
		uint8_t bytes[FRAME_MAX_BYTES];
		size_t count = frame_make(&frame_vectors[sn_rng_below(&rng, frame_vectors_count)], bytes);
		for (uint64_t i = sn_rng_below(&rng, 8); i > 0; i--)
			bytes[sn_rng_below(&rng, count)] = (uint8_t)sn_rng_next(&rng);
		holds(bytes, sn_rng_below(&rng, count + 1));
	}
}

static void the_table_has_a_row_for_each_class_once(void **state)
{
	(void)state;
	size_t count;
	const struct sn_ext_row *rows = sn_ext_table(&count);
	assert_true(count == SONDE_EXTENSION_COUNT - 1);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(rows[i].read);
		assert_non_null(rows[i].source);
		assert_true(i == 0 || rows[i].class_num > rows[i - 1].class_num);
	}
	assert_string_equal(sonde_extension_kind_name(SONDE_EXTENSION_MPLS), "mpls");
	assert_string_equal(sonde_extension_kind_name(SONDE_EXTENSION_COUNT), "raw");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(label_stacks_are_read),
		cmocka_unit_test(a_deep_stack_comes_in_pieces),
		cmocka_unit_test(interfaces_are_read),
		cmocka_unit_test(asked_interfaces_are_read),
		cmocka_unit_test(pointers_and_nodes_are_read),
		cmocka_unit_test(the_rest_stays_raw),
		cmocka_unit_test(objects_come_in_order),
		cmocka_unit_test(what_is_told_has_an_end),
		cmocka_unit_test(nothing_comes_of_nothing),
		cmocka_unit_test(every_truncation_and_every_flipped_bit),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(the_table_has_a_row_for_each_class_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
