/* SPDX-License-Identifier: MIT */
/* What the tap of a tee is told: every packet that left or came, at its own instant, and nothing that did not leave. */
#include "test.h"

#include "session/tee.h"

#include <errno.h>
#include <string.h>

enum { TOLD_MAX = 16 };

struct told {
	sonde_at_ns at_ns[TOLD_MAX];
	uint8_t first[TOLD_MAX];
	size_t count;
};

/* A wire that gives what the test puts into it. */
struct made_wire {
	struct sonde_wire base;
	struct sonde_rx rx;
	bool has_rx;
	int send_errno;
	sonde_at_ns now;
	unsigned route_count;
};

static int made_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	struct made_wire *made = (struct made_wire *)wire;
	(void)tx;
	*sent_at_ns = made->now;
	return made->send_errno;
}

static int made_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	struct made_wire *made = (struct made_wire *)wire;
	if (!made->has_rx)
		return 0;
	*out = made->rx;
	made->has_rx = false;
	return 1;
}

static int made_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	(void)ask;
	(void)out;
	(void)err;
	((struct made_wire *)wire)->route_count++;
	return 0;
}

static int made_poll_fd(const struct sonde_wire *wire)
{
	(void)wire;
	return 7;
}

static bool made_serial(const struct sonde_wire *wire, uint8_t protocol)
{
	(void)wire;
	return protocol == 6;
}

static const struct sonde_wire_ops made_ops = {
    .name = "made", .send = made_send, .recv = made_recv, .route = made_route, .poll_fd = made_poll_fd, .serial = made_serial};

static void on_packet(void *ctx, const struct sonde_rx *packet)
{
	struct told *told = ctx;
	assert_true(told->count < TOLD_MAX && packet->length_bytes == 4);
	told->at_ns[told->count] = packet->at_ns;
	told->first[told->count++] = packet->bytes[0];
}

static struct sn_tee *tee_around(struct made_wire *made, struct told *told)
{
	struct sn_tee *tee;
	const struct sn_tap tap = {.ctx = told, .packet = on_packet};
	*made = (struct made_wire){.base.ops = &made_ops, .now = SONDE_S};
	*told = (struct told){0};
	assert_int_equal(sn_tee_new(&tee, &made->base, &tap), SONDE_OK);
	return tee;
}

static void send_one(struct sn_tee *tee, uint8_t first, int sys_errno)
{
	const uint8_t bytes[4] = {first};
	sonde_at_ns at_ns;
	struct sonde_wire *wire = sn_tee_wire(tee);
	const struct sonde_tx tx = {.token = first, .bytes = bytes, .length_bytes = sizeof bytes};
	assert_int_equal(wire->ops->send(wire, &tx, &at_ns), sys_errno);
}

static void get(struct sn_tee *tee, struct made_wire *made, struct sonde_rx rx)
{
	struct sonde_wire *wire = sn_tee_wire(tee);
	struct sonde_rx out;
	made->rx = rx;
	made->has_rx = true;
	assert_int_equal(wire->ops->recv(wire, &out), 1);
	assert_int_equal(out.kind, rx.kind);
	assert_int_equal(out.at_ns, rx.at_ns);
}

static void get_packet(struct sn_tee *tee, struct made_wire *made, sonde_at_ns at_ns, uint8_t first)
{
	const uint8_t bytes[4] = {first};
	get(tee, made, (struct sonde_rx){.kind = SONDE_RX_PACKET, .at_ns = at_ns, .bytes = bytes, .length_bytes = sizeof bytes});
}

static void a_stamp_is_the_instant(void **state)
{
	(void)state;
	struct made_wire made;
	struct told told;
	struct sn_tee *tee = tee_around(&made, &told);
	send_one(tee, 1, 0);
	assert_int_equal(told.count, 0);
	get(tee, &made, (struct sonde_rx){.kind = SONDE_RX_STAMP, .token = 1, .at_ns = SONDE_S + 5});
	get_packet(tee, &made, SONDE_S + 9, 100);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.at_ns[0], SONDE_S + 5);
	assert_int_equal(told.first[1], 100);
	assert_int_equal(told.at_ns[1], SONDE_S + 9);
	sn_tee_free(tee);
	assert_int_equal(told.count, 2);
}

static void without_a_stamp_it_is_that_of_handing_over(void **state)
{
	(void)state;
	struct made_wire made;
	struct told told;
	struct sn_tee *tee = tee_around(&made, &told);
	send_one(tee, 1, 0);
	get_packet(tee, &made, SONDE_S + 400 * SONDE_MS, 100);
	assert_int_equal(told.count, 0); /* the stamp may still come */
	get_packet(tee, &made, SONDE_S + 600 * SONDE_MS, 101);
	assert_int_equal(told.count, 3);
	assert_int_equal(told.at_ns[0], SONDE_S);
	sn_tee_free(tee);
}

static void what_waits_is_told_at_the_end(void **state)
{
	(void)state;
	struct made_wire made;
	struct told told;
	struct sn_tee *tee = tee_around(&made, &told);
	send_one(tee, 1, 0);
	send_one(tee, 2, 0);
	sn_tee_free(tee);
	assert_int_equal(told.count, 2);
	assert_int_equal(told.first[0], 1);
	assert_int_equal(told.first[1], 2);
}

static void what_did_not_leave_is_not_told(void **state)
{
	(void)state;
	struct made_wire made;
	struct told told;
	struct sn_tee *tee = tee_around(&made, &told);
	made.send_errno = EPERM;
	send_one(tee, 1, EPERM);
	made.send_errno = 0;
	send_one(tee, 2, 0);
	send_one(tee, 3, 0);
	get(tee, &made, (struct sonde_rx){.kind = SONDE_RX_ERROR, .token = 2, .at_ns = SONDE_S + 1, .sys_errno = EHOSTUNREACH});
	sn_tee_free(tee);
	assert_int_equal(told.count, 1);
	assert_int_equal(told.first[0], 3);
}

struct pieces {
	size_t count, bytes[TOLD_MAX];
	sonde_at_ns at_ns[TOLD_MAX];
	uint16_t flags[TOLD_MAX];
};

static void on_piece(void *ctx, const struct sonde_rx *packet)
{
	struct pieces *told = ctx;
	assert_true(told->count < TOLD_MAX);
	told->bytes[told->count] = packet->length_bytes;
	told->at_ns[told->count] = packet->at_ns;
	told->flags[told->count++] = (uint16_t)(packet->bytes[6] << 8 | packet->bytes[7]);
}

/* What leaves in pieces is told in pieces, all at the instant of the first. */
static void a_cut_packet_is_told_as_it_left(void **state)
{
	(void)state;
	enum { BYTES = 1000, PIECE = 600, STEP = (PIECE - 20) / 8 * 8, MORE = 0x2000 };
	struct made_wire made = {.base.ops = &made_ops, .now = SONDE_S};
	struct pieces told = {0};
	struct sn_tee *tee;
	const struct sn_tap tap = {.ctx = &told, .packet = on_piece};
	assert_int_equal(sn_tee_new(&tee, &made.base, &tap), SONDE_OK);
	struct sonde_wire *wire = sn_tee_wire(tee);
	uint8_t bytes[BYTES] = {0x45, 0, BYTES >> 8, BYTES & 0xff};
	for (uint16_t piece = 0; piece <= BYTES; piece = (uint16_t)(piece + PIECE)) { /* whole, in pieces */
		sonde_at_ns at_ns;
		const struct sonde_tx tx = {.token = 1u + piece, .bytes = bytes, .length_bytes = BYTES, .piece_bytes = piece};
		assert_int_equal(wire->ops->send(wire, &tx, &at_ns), 0);
		get(tee, &made, (struct sonde_rx){.kind = SONDE_RX_STAMP, .token = tx.token, .at_ns = SONDE_S + 5});
	}
	assert_int_equal(told.count, 3);
	assert_int_equal(told.bytes[0], BYTES);
	assert_int_equal(told.bytes[1], STEP + 20);
	assert_int_equal(told.flags[1], MORE);
	assert_int_equal(told.bytes[2], BYTES - STEP);
	assert_int_equal(told.flags[2], STEP / 8);
	assert_int_equal(told.at_ns[1], SONDE_S + 5);
	assert_int_equal(told.at_ns[2], SONDE_S + 5);
	sn_tee_free(tee);
}

static void on_counted(void *ctx, const struct sonde_rx *packet)
{
	unsigned *next = ctx;
	assert_int_equal(packet->bytes[0] << 24 | packet->bytes[1] << 16 | packet->bytes[2] << 8 | packet->bytes[3], *next);
	assert_int_equal(packet->at_ns, SONDE_S + *next + 1);
	++*next;
}

/* Stamps that come the wrong way round: each is put to its packet without looking at all that wait, or this takes minutes. */
static void many_stamps_find_their_packets(void **state)
{
	(void)state;
	enum { PACKETS = 300000 };
	struct made_wire made = {.base.ops = &made_ops, .now = SONDE_S};
	struct sn_tee *tee;
	unsigned next = 0;
	const struct sn_tap tap = {.ctx = &next, .packet = on_counted};
	assert_int_equal(sn_tee_new(&tee, &made.base, &tap), SONDE_OK);
	struct sonde_wire *wire = sn_tee_wire(tee);
	for (uint64_t i = 0; i < PACKETS; i++) {
		const uint8_t bytes[4] = {(uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
		sonde_at_ns at_ns;
		const struct sonde_tx tx = {.token = i << 32 | 1, .bytes = bytes, .length_bytes = sizeof bytes};
		assert_int_equal(wire->ops->send(wire, &tx, &at_ns), 0);
	}
	for (uint64_t i = PACKETS; i-- > 0;)
		get(tee, &made, (struct sonde_rx){.kind = SONDE_RX_STAMP, .token = i << 32 | 1, .at_ns = SONDE_S + (sonde_at_ns)i + 1});
	assert_int_equal(next, PACKETS);
	sn_tee_free(tee);
}

static void all_else_is_the_inner_wires(void **state)
{
	(void)state;
	struct made_wire made;
	struct told told;
	struct sn_tee *tee = tee_around(&made, &told);
	struct sonde_wire *wire = sn_tee_wire(tee);
	assert_string_equal(wire->ops->name, "made");
	assert_int_equal(wire->ops->poll_fd(wire), 7);
	assert_true(wire->ops->serial(wire, 6));
	assert_false(wire->ops->serial(wire, 17));
	assert_int_equal(wire->ops->route(wire, NULL, NULL, NULL), 0);
	assert_int_equal(made.route_count, 1);
	/* what the inner one cannot do the outer one does not claim */
	assert_null(wire->ops->overheard);
	assert_null(wire->ops->notice);
	assert_null(wire->ops->unsure);
	sn_tee_free(tee);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stamp_is_the_instant),
		cmocka_unit_test(without_a_stamp_it_is_that_of_handing_over),
		cmocka_unit_test(what_waits_is_told_at_the_end),
		cmocka_unit_test(what_did_not_leave_is_not_told),
		cmocka_unit_test(a_cut_packet_is_told_as_it_left),
		cmocka_unit_test(many_stamps_find_their_packets),
		cmocka_unit_test(all_else_is_the_inner_wires),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
