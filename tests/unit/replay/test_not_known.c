/* SPDX-License-Identifier: MIT */
/* What sonde captures of its own ordinary sockets has 0 for the ports and ids that the kernel chose: other numbers pair probes with their
 * quotes, and nothing is stated of what is not known. */
#include "packets.h"
#include "test.h"

#include "replay/internal.h"

#include <sonde/path.h>

#include <string.h>

enum { EXCEEDED = 11, SYN = 2, TTLS = 3, ID = 100 };

static int on_event(void *ctx, const struct sonde_event *event)
{
	return sonde_path_apply(ctx, event);
}

/* Between the same hosts the other way: sums stay right, since both addresses are in each of them. */
static void turn(struct made_packet *p)
{
	uint8_t kept[4];
	memcpy(kept, p->bytes + 12, sizeof kept);
	memcpy(p->bytes + 12, p->bytes + 16, sizeof kept);
	memcpy(p->bytes + 16, kept, sizeof kept);
}

static struct made_packet syn(uint8_t ttl, uint16_t sport, uint16_t id)
{
	struct made_packet p;
	const struct made_tcp tcp = {.seq = ttl * 1000u, .flags = SYN};
	made_tcp(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = id}, sport, 80, &tcp, 0);
	return p;
}

static struct made_packet echo(uint8_t ttl, uint16_t echo_id, uint16_t id)
{
	struct made_packet p;
	made_echo(&p, &(struct made_ip){.version = 4, .ttl = ttl, .id = id}, 8, echo_id, ttl, 32);
	return p;
}

/* Three hops, each with its answer; what of the probes is not known. */
static uint32_t unsure_of(struct made_packet (*make)(uint8_t ttl, uint16_t source, uint16_t id), uint16_t source, uint16_t id,
                          bool *flow_constant)
{
	struct sn_replay *replay;
	struct sonde_path *path;
	sonde_at_ns now = 1000 * SONDE_S;
	size_t count;
	assert_int_equal(sn_replay_new(&replay), SONDE_OK);
	assert_int_equal(sonde_path_new(&path), SONDE_OK);
	for (uint8_t ttl = 1; ttl <= TTLS; ttl++, now += SONDE_MS) {
		struct made_packet ask = make(ttl, source, (uint16_t)(id ? id + ttl : 0)), error;
		made_error(&error, &(struct made_ip){.version = 4, .ttl = 60, .dst_host = (uint8_t)(10 + ttl)},
		           &(struct made_error){.type = EXCEEDED, .quote_bytes = 28}, &ask);
		turn(&error);
		assert_int_equal(sn_replay_packet(replay, now, ask.bytes, ask.count), SONDE_OK);
		assert_int_equal(sn_replay_packet(replay, now, error.bytes, error.count), SONDE_OK);
	}
	assert_int_equal(sn_replay_pair(replay), SONDE_OK);
	assert_int_equal(sn_replay_count(replay), 1);
	*flow_constant = sn_replay_flow_constant(replay, 0);
	assert_int_equal(sn_replay_play(replay, 0, on_event, path), SONDE_OK);
	for (uint8_t ttl = 1; ttl <= TTLS; ttl++)
		assert_int_equal(sonde_path_queries(path, ttl, &count)->state, SONDE_QUERY_ANSWERED);
	uint32_t unsure = sonde_path_queries(path, 1, &count)->probe.unsure;
	sonde_path_free(path);
	sn_replay_free(replay);
	return unsure;
}

static void test_ports(void **state)
{
	(void)state;
	bool flow_constant;
	assert_int_equal(unsure_of(syn, 0, 0, &flow_constant), SONDE_DIFF_SPORT | SONDE_DIFF_IP_ID);
	assert_false(flow_constant);
	assert_int_equal(unsure_of(syn, 40000, ID, &flow_constant), 0);
	assert_true(flow_constant);
}

/* An echo id of 0 is one like others, unless sonde had no IP id to write down either. */
static void test_echo_ids(void **state)
{
	(void)state;
	bool flow_constant;
	assert_int_equal(unsure_of(echo, 0, ID, &flow_constant), 0);
	assert_int_equal(unsure_of(echo, 0, 0, &flow_constant), SONDE_DIFF_ICMP_ID | SONDE_DIFF_IP_ID);
	assert_int_equal(unsure_of(echo, 7, 0, &flow_constant), SONDE_DIFF_IP_ID);
	assert_true(flow_constant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ports),
	    cmocka_unit_test(test_echo_ids),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
