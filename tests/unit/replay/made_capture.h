/* SPDX-License-Identifier: MIT */
/* A capture made by hand: packets by what they are, a whole trace, and what is read of it. */
#ifndef SN_TEST_MADE_CAPTURE_H
#define SN_TEST_MADE_CAPTURE_H

#include "packets.h"
#include "test.h"

#include "replay/replay.h"

#include <sonde/path.h>

#include <string.h>

enum { FIRST_ROUTER = 10, TARGET = 2, EXCEEDED = 11, UNREACHABLE = 3 };

/* A capture under construction, and the clock of who makes it. */
struct made_capture {
	struct sn_replay *replay;
	sonde_at_ns now;
};

static inline struct made_capture capture_new(void)
{
	struct made_capture c = {.now = 1000 * SONDE_S};
	assert_int_equal(sn_replay_new(&c.replay), SONDE_OK);
	return c;
}

static inline void add(struct made_capture *c, const struct made_packet *p)
{
	assert_int_equal(sn_replay_packet(c->replay, c->now, p->bytes, p->count), SONDE_OK);
}

/* Towards who asked: sums stay right, since both addresses are in each of them. */
static inline void turn(struct made_packet *p)
{
	size_t at = p->bytes[0] >> 4 == 4 ? 12 : 8, size = p->bytes[0] >> 4 == 4 ? 4 : 16;
	uint8_t kept[16];
	memcpy(kept, p->bytes + at, size);
	memcpy(p->bytes + at, p->bytes + at + size, size);
	memcpy(p->bytes + at + size, kept, size);
}

static inline void add_error(struct made_capture *c, const struct made_packet *quoted, uint8_t type, uint8_t code, uint8_t host,
                      size_t quote_bytes)
{
	struct made_packet p;
	const struct made_ip ip = {.version = 4, .ttl = 60, .dst_host = host};
	made_error(&p, &ip, &(struct made_error){.type = type, .code = code, .quote_bytes = quote_bytes}, quoted);
	turn(&p);
	add(c, &p);
}

static inline void add_echo_reply(struct made_capture *c, uint16_t id, uint16_t seq)
{
	struct made_packet p;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = 60}, 0, id, seq, 32);
	turn(&p);
	add(c, &p);
}

static inline struct made_packet echo(uint8_t ttl, uint16_t id, uint16_t seq)
{
	struct made_packet p;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = (uint16_t)(seq + 100)}, 8, id, seq, 32);
	return p;
}

/* A trace by echo requests to a target three hops away, one probe each, 1 ms apart; each is answered 10 ms later. */
static inline void add_trace(struct made_capture *c, uint16_t id)
{
	struct made_packet probes[4];
	for (uint8_t ttl = 1; ttl <= 4; ttl++, c->now += SONDE_MS) {
		probes[ttl - 1] = echo(ttl, id, ttl);
		add(c, &probes[ttl - 1]);
	}
	c->now += 6 * SONDE_MS;
	for (uint8_t ttl = 1; ttl <= 4; ttl++, c->now += SONDE_MS) {
		if (ttl < 3)
			add_error(c, &probes[ttl - 1], EXCEEDED, 0, (uint8_t)(FIRST_ROUTER + ttl), 28);
		else
			add_echo_reply(c, id, ttl);
	}
}

static inline int on_event(void *ctx, const struct sonde_event *event)
{
	return sonde_path_apply(ctx, event);
}

static inline struct sonde_path *played(struct made_capture *c, size_t trace)
{
	struct sonde_path *path;
	assert_int_equal(sonde_path_new(&path), SONDE_OK);
	assert_int_equal(sn_replay_play(c->replay, trace, on_event, path), SONDE_OK);
	assert_non_null(sonde_path_end(path));
	return path;
}

/* The capture is complete; so many traces are in it. */
static inline void paired(struct made_capture *c, size_t count)
{
	assert_int_equal(sn_replay_pair(c->replay), SONDE_OK);
	assert_int_equal(sn_replay_count(c->replay), count);
}

static inline void assert_query(const struct sonde_path *path, uint8_t ttl, size_t i, enum sonde_query_state state, sonde_ns rtt_ns)
{
	size_t count;
	const struct sonde_query *queries = sonde_path_queries(path, ttl, &count);
	assert_true(i < count);
	assert_int_equal(queries[i].state, state);
	if (state == SONDE_QUERY_ANSWERED || state == SONDE_QUERY_LATE)
		assert_int_equal(queries[i].answer.rtt_ns, rtt_ns);
}

#endif
