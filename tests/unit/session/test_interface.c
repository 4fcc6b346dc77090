/* SPDX-License-Identifier: MIT */
/* A question about an interface over a wire that answers as it is told: what is taken for the answer, what is not, and when it ends. */
#include "packets.h"
#include "test.h"

#include <sonde/interface.h>

#include <errno.h>
#include <string.h>

enum { REPLIES_MAX = 8, ROUTER = 2, HEADER4 = 20, HEADER6 = 40 };

/* What comes back to the nth request, at what time after it. */
struct reply {
	unsigned to;
	sonde_ns after_ns;
	struct made_packet packet;
	bool error;             /* an ICMP error that quotes the request, of this type */
	uint8_t type;
	uint8_t bytes[8];       /* of the message; id, and seq where 0, are put in */
	uint8_t from_host, forged_id;
	bool broken;
};

static struct {
	struct sonde_wire wire;
	struct sonde_clock clock;
	sonde_at_ns now;
	uint8_t family;
	unsigned sent_count;
	struct made_packet request;
	struct reply replies[REPLIES_MAX];
	sonde_at_ns due[REPLIES_MAX];
	size_t reply_count;
	int send_errno, recv_code;
	struct sonde_rx rx;
} fake;

static void put_reply(struct reply *r, const struct made_packet *request)
{
	struct made_ip ip = {.version = fake.family, .ttl = 60, .src_host = r->from_host ? r->from_host : ROUTER, .dst_host = 1};
	size_t header = fake.family == 4 ? HEADER4 : HEADER6;
	if (r->error) {
		made_error(&r->packet, &ip, &(struct made_error){.type = r->type, .quote_bytes = header + 8}, request);
		return;
	}
	made_echo(&r->packet, &ip, r->bytes[0], 0, 0, 0);
	uint8_t *message = r->packet.bytes + header;
	memcpy(message, r->bytes, sizeof r->bytes);
	memcpy(message + 4, request->bytes + header + 4, 2);
	message[5] ^= r->forged_id;
	if (!message[6])
		message[6] = request->bytes[header + 6];
	made_rechecksum(&r->packet);
	if (r->broken)
		message[2] ^= 0x40;
}

static int fake_send(struct sonde_wire *wire, const struct sonde_tx *tx, sonde_at_ns *sent_at_ns)
{
	(void)wire;
	fake.sent_count++;
	memcpy(fake.request.bytes, tx->bytes, tx->length_bytes);
	fake.request.count = tx->length_bytes;
	*sent_at_ns = fake.now;
	for (size_t i = 0; i < fake.reply_count; i++)
		if (fake.replies[i].to == fake.sent_count) {
			put_reply(&fake.replies[i], &fake.request);
			fake.due[i] = fake.now + fake.replies[i].after_ns;
		}
	return fake.send_errno;
}

static int fake_recv(struct sonde_wire *wire, struct sonde_rx *out)
{
	(void)wire;
	for (size_t i = 0; i < fake.reply_count; i++)
		if (fake.due[i] && fake.due[i] <= fake.now) {
			*out = (struct sonde_rx){.kind = SONDE_RX_PACKET, .at_ns = fake.due[i], .bytes = fake.replies[i].packet.bytes,
			                         .length_bytes = fake.replies[i].packet.count};
			fake.due[i] = 0;
			return 1;
		}
	return fake.recv_code;
}

static int fake_route(struct sonde_wire *wire, const struct sonde_route_ask *ask, struct sonde_route *out, struct sonde_error *err)
{
	(void)wire;
	(void)err;
	assert_int_equal(ask->protocol, fake.family == 4 ? 1 : 58);
	assert_true(sonde_addr_parse(fake.family == 4 ? "198.51.100.1" : "2001:db8::1", &out->src));
	return 0;
}

static int fake_poll_fd(const struct sonde_wire *wire)
{
	(void)wire;
	return -1;
}

static sonde_at_ns fake_now(struct sonde_clock *clock)
{
	(void)clock;
	return fake.now;
}

/* Time goes on to the next thing that comes, at most to `until`. */
static void fake_wait(struct sonde_clock *clock, sonde_at_ns until_at_ns, const int *fds, size_t fd_count)
{
	(void)clock;
	(void)fds;
	(void)fd_count;
	for (size_t i = 0; i < fake.reply_count; i++)
		if (fake.due[i] && fake.due[i] < until_at_ns)
			until_at_ns = fake.due[i];
	assert_true(until_at_ns > fake.now);
	fake.now = until_at_ns;
}

static const struct sonde_wire_ops wire_ops = {
    .name = "fake", .send = fake_send, .recv = fake_recv, .route = fake_route, .poll_fd = fake_poll_fd};
static const struct sonde_clock_ops clock_ops = {.now = fake_now, .wait = fake_wait};

static struct sonde_interface_answer answer;
static struct sonde_error err;

static sonde_at_ns stop_at_ns; /* 0: never */

static bool stopped(void *ctx)
{
	(void)ctx;
	return fake.now >= stop_at_ns;
}

static int ask(uint8_t family, const struct reply *replies, size_t count, bool neighbour)
{
	int send_errno = fake.send_errno, recv_code = fake.recv_code;
	memset(&fake, 0, sizeof fake);
	fake.wire.ops = &wire_ops;
	fake.clock.ops = &clock_ops;
	fake.now = SONDE_S;
	fake.family = family;
	fake.send_errno = send_errno;
	fake.recv_code = recv_code;
	fake.reply_count = count;
	if (count)
		memcpy(fake.replies, replies, count * sizeof *replies);
	struct sonde_interface_ask question = {
	    .what = {.by = SONDE_BY_INDEX, .index = 7}, .neighbour = neighbour, .id = 0x4321, .attempts = 3, .wait_ns = SONDE_S};
	if (stop_at_ns)
		question.stopped = stopped;
	assert_true(sonde_addr_parse(family == 4 ? "192.0.2.2" : "2001:db8::2", &question.route.dst));
	err = (struct sonde_error){0};
	return sonde_interface_ask(&fake.wire, &fake.clock, &question, &answer, &err);
}

#define REPLY(code, bits) {43, (code), 0, 0, 0, 0, 0, (bits)}

/* The same replies in either family. */
static int ask_in(uint8_t family, const struct reply *replies, size_t count, bool neighbour)
{
	struct reply copies[REPLIES_MAX];
	for (size_t i = 0; i < count; i++) {
		copies[i] = replies[i];
		if (family == 6 && copies[i].bytes[0] == 43)
			copies[i].bytes[0] = 161;
		if (family == 6 && copies[i].error)
			copies[i].type = 1;
	}
	return ask(family, copies, count, neighbour);
}

#define EACH_FAMILY(family) for (uint8_t family = 4; family <= 6; family += 2)

static void it_can_be_stopped(void **state)
{
	(void)state;
	stop_at_ns = SONDE_S + SONDE_MS;
	EACH_FAMILY(family) {
		const struct reply late = {.to = 1, .after_ns = 5 * SONDE_MS, .bytes = REPLY(0, 6)};
		const struct reply error = {.to = 1, .after_ns = SONDE_MS, .error = true, .type = 3};
		const struct reply both[] = {error, late};
		assert_int_equal(ask_in(family, both, 2, false), 0);
		assert_true(answer.interrupted && !answer.answered && answer.refused);
		assert_int_equal(answer.sent_count, 1);
	}
	stop_at_ns = 0;
}

static void an_answer_ends_it(void **state)
{
	(void)state;
	EACH_FAMILY(family) {
		const struct reply reply = {.to = 2, .after_ns = 5 * SONDE_MS, .bytes = REPLY(0, 6)};
		assert_int_equal(ask_in(family, &reply, 1, false), 0);
		assert_true(answer.answered && answer.active && answer.ip4 && !answer.ip6 && !answer.refused);
		assert_int_equal(answer.code, 0);
		assert_int_equal(answer.rtt_ns, 5 * SONDE_MS);
		assert_int_equal(answer.sent_count, 2);
		assert_int_equal(fake.now, 2 * SONDE_S + 5 * SONDE_MS);
		/* L bit, and what was asked for. */
		size_t header = family == 4 ? HEADER4 : HEADER6;
		assert_int_equal(fake.request.bytes[header], family == 4 ? 42 : 160);
		assert_int_equal(fake.request.bytes[header + 7], 1);
		assert_memory_equal(fake.request.bytes + header + 12, "\0\x08\x03\x02\0\0\0\x07", 8);
	}
}

static void neighbours_have_a_state(void **state)
{
	(void)state;
	EACH_FAMILY(family) {
		const struct reply reply = {.to = 1, .after_ns = SONDE_MS, .bytes = REPLY(0, 2 << 5)};
		assert_int_equal(ask_in(family, &reply, 1, true), 0);
		assert_true(answer.answered && !answer.active);
		assert_int_equal(answer.state, SONDE_INTERFACE_STATE_REACHABLE);
		assert_int_equal(fake.request.bytes[(family == 4 ? HEADER4 : HEADER6) + 7], 0);
	}
}

/* The answer to an earlier request counts, with its own time. */
static void a_slow_answer_counts(void **state)
{
	(void)state;
	EACH_FAMILY(family) {
		const struct reply reply = {.to = 1, .after_ns = 1700 * SONDE_MS, .bytes = REPLY(2, 0)};
		assert_int_equal(ask_in(family, &reply, 1, false), 0);
		assert_true(answer.answered);
		assert_int_equal(answer.code, SONDE_INTERFACE_NONE);
		assert_int_equal(answer.rtt_ns, 1700 * SONDE_MS);
		assert_int_equal(answer.sent_count, 2);
	}
}

static void what_does_not_fit_is_no_answer(void **state)
{
	(void)state;
	EACH_FAMILY(family) {
		const struct reply replies[] = {
			{.to = 1, .after_ns = 1, .bytes = REPLY(0, 7), .forged_id = 1},
			{.to = 1, .after_ns = 2, .bytes = REPLY(0, 7), .from_host = 9},
			{.to = 1, .after_ns = 3, .bytes = REPLY(0, 7), .broken = true},
			{.to = 1, .after_ns = 4, .bytes = {43, 0, 0, 0, 0, 0, 9, 7}},
			{.to = 1, .after_ns = 5, .bytes = {family == 4 ? 0 : 129, 0, 0, 0, 0, 0, 0, 7}},
		};
		assert_int_equal(ask_in(family, replies, sizeof replies / sizeof *replies, false), 0);
		assert_false(answer.answered || answer.refused);
		assert_int_equal(answer.sent_count, 3);
		assert_int_equal(fake.now, 4 * SONDE_S);
	}
}

/* An error is told, and an answer all the same is better. */
static void errors_are_told(void **state)
{
	(void)state;
	EACH_FAMILY(family) {
		const struct reply replies[] = {{.to = 1, .after_ns = 5, .error = true, .type = 3, .from_host = 9},
		                                {.to = 2, .after_ns = 5, .bytes = REPLY(0, 5)}};
		assert_int_equal(ask_in(family, replies, 1, false), 0);
		assert_true(answer.refused && !answer.answered);
		assert_int_equal(answer.meaning, SONDE_M_NET_UNREACHABLE);
		assert_int_equal(answer.by.bytes[family == 4 ? 3 : 15], 9);
		assert_int_equal(ask_in(family, replies, 2, false), 0);
		assert_true(answer.answered && answer.active);
		assert_int_equal(answer.by.bytes[family == 4 ? 3 : 15], ROUTER);
	}
}

static void what_fails_here_is_an_error(void **state)
{
	(void)state;
	fake.send_errno = EPERM;
	assert_int_equal(ask(4, NULL, 0, false), SONDE_E_FIREWALL);
	assert_int_equal(err.sys_errno, EPERM);
	fake.send_errno = 0;
	fake.recv_code = SONDE_E_WIRE;
	assert_int_equal(ask(4, NULL, 0, false), SONDE_E_WIRE);
	assert_int_equal(err.code, SONDE_E_WIRE);
	fake.recv_code = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_ends_it),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(neighbours_have_a_state),
		cmocka_unit_test(a_slow_answer_counts),
		cmocka_unit_test(what_does_not_fit_is_no_answer),
		cmocka_unit_test(errors_are_told),
		cmocka_unit_test(what_fails_here_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
