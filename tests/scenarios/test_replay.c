/* SPDX-License-Identifier: MIT */
/* A run replayed from its own packets gives the same table and findings, over random networks with every kind of fault. */
#include "randomnet.h"
#include "test.h"

#include "ext/wire_sim.h"
#include "replay/replay.h"
#include "session/tee.h"

#include <sonde/finding.h>
#include <sonde/session.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 2400, SHOWN = 3 };

struct live {
	struct sonde_path *path;
	struct sonde_findings findings;
	bool weak;   /* an answer fitted the run's secret by so few bits that it decides nothing alone: a replay knows no secret */
};

static int on_event(void *ctx, const struct sonde_event *event)
{
	struct live *live = ctx;
	bool answer = event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE;
	live->weak |= answer && event->as.answer.weak;
	return sonde_path_apply(live->path, event);
}

static void on_session_event(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(on_event(ctx, event), SONDE_OK);
}

static void on_packet(void *ctx, const struct sonde_rx *packet)
{
	assert_int_equal(sn_replay_packet(ctx, packet->at_ns, packet->bytes, packet->length_bytes), SONDE_OK);
}

static void diagnose(struct live *live)
{
	const struct sonde_path *path = live->path;
	const struct sonde_case about = {.paths = &path, .path_count = 1, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, &live->findings), SONDE_OK);
}

static void live_finish(struct live *live)
{
	sonde_findings_finish(&live->findings);
	sonde_path_free(live->path);
}

/* The first method of the network alone. */
static void run_live(const struct randomnet *net, struct sn_replay *replay, struct live *live)
{
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_session *session;
	struct sn_tee *tee;
	struct sonde_error err = {0};
	const struct sn_tap tap = {.ctx = replay, .packet = on_packet};
	if (sn_wire_sim_open_text(&wire, &clock, net->text.text, net->text.length_bytes, "random.net", net->seed, false, &err))
		fail_msg("seed %" PRIu64 ": %s\n%s", net->seed, err.what, net->text.text);
	assert_int_equal(sn_tee_new(&tee, wire, &tap), SONDE_OK);
	struct sonde_session_cfg cfg = {.wire = sn_tee_wire(tee), .clock = clock, .ctx = live, .on_event = on_session_event, .wake_fd = -1};
	memcpy(cfg.engine.secret, &net->seed, sizeof net->seed);
	assert_int_equal(sonde_session_new(&session, &cfg), SONDE_OK);
	struct sonde_trace_cfg trace;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	uint32_t id;
	sonde_trace_cfg_init(&trace);
	trace.method = (size_t)sonde_method_find(net->asks[0]->name);
	trace.dport = net->asks[0]->dport;
	trace.queries = net->queries;
	trace.max_ttl = net->max_ttl;
	trace.deadline_ns = net->deadline_ns;
	assert_int_equal(sn_wire_sim_resolve(wire, "target", net->family, 0, &trace.dst), 0);
	assert_int_equal(sonde_session_add(session, &trace, &wish, &id, &route, &err), SONDE_OK);
	assert_int_equal(sonde_session_run(session, &err), 0);
	sonde_session_free(session);
	sn_tee_free(tee);
	sn_replay_until(replay, clock->ops->now(clock));
	wire->ops->close(wire);
	diagnose(live);
}

/* Whether an answer came in time or late hangs on how many the run would have sent had it gone on; both count as answered. */
static bool same_state(const struct sonde_query *a, const struct sonde_query *b)
{
	return sonde_query_is_answered(a) ? sonde_query_is_answered(b) : a->state == b->state;
}

static bool same_query(const struct sonde_query *a, const struct sonde_query *b)
{
	bool answered = sonde_query_is_answered(a);
	if (!same_state(a, b) || a->probe.ttl != b->probe.ttl || a->probe.sent_at_ns != b->probe.sent_at_ns ||
	    a->probe.sport != b->probe.sport || a->probe.dport != b->probe.dport || a->probe.icmp_seq != b->probe.icmp_seq)
		return false;
	return !answered || (sonde_addr_equal(&a->answer.from, &b->answer.from) && a->answer.meaning == b->answer.meaning &&
	                     a->answer.rtt_ns == b->answer.rtt_ns && a->duplicate_count == b->duplicate_count &&
	                     a->answer.quote.visible == b->answer.quote.visible && a->answer.quote.diff == b->answer.quote.diff);
}

/* NULL, or what differs. */
static const char *rows_differ(const struct live *a, const struct live *b, unsigned *at)
{
	struct sonde_row left = {0}, right = {0};
	const char *what = NULL;
	unsigned last = sonde_path_last_ttl(a->path);
	if (last != sonde_path_last_ttl(b->path) || sonde_path_first_ttl(a->path) != sonde_path_first_ttl(b->path))
		what = "the rows that there are";
	if (sonde_path_distance(a->path) != sonde_path_distance(b->path))
		what = "the distance";
	for (unsigned ttl = sonde_path_first_ttl(a->path); !what && ttl <= last; ttl++) {
		*at = ttl;
		assert_int_equal(sonde_path_row(a->path, (uint8_t)ttl, &left), SONDE_OK);
		assert_int_equal(sonde_path_row(b->path, (uint8_t)ttl, &right), SONDE_OK);
		if (left.query_count != right.query_count || left.is_target != right.is_target)
			what = "the probes of a row";
		for (size_t i = 0; !what && i < left.query_count; i++)
			if (!same_query(left.queries[i], right.queries[i]))
				what = "what a probe came to";
	}
	sonde_row_finish(&left);
	sonde_row_finish(&right);
	return what;
}

static bool same_findings(const struct live *a, const struct live *b)
{
	if (a->findings.count != b->findings.count)
		return false;
	for (size_t i = 0; i < a->findings.count; i++) {
		const struct sonde_finding *l = &a->findings.items[i], *r = &b->findings.items[i];
		if (l->rule != r->rule || l->confidence != r->confidence || l->first_ttl != r->first_ttl || l->last_ttl != r->last_ttl ||
		    strcmp(l->sentence, r->sentence) != 0)
			return false;
	}
	return true;
}

static void show_path(const char *title, const struct live *live)
{
	static const char *const letters = ".AL*dcol";
	struct sonde_row row = {0};
	char addr[SONDE_ADDR_TEXT];
	printf("  %s: distance %u, stop %s, queries %u\n", title, (unsigned)sonde_path_distance(live->path),
	       sonde_stop_name(sonde_path_end(live->path)->stop), (unsigned)sonde_path_cfg(live->path)->queries);
	for (unsigned ttl = sonde_path_first_ttl(live->path); ttl <= sonde_path_last_ttl(live->path); ttl++) {
		assert_int_equal(sonde_path_row(live->path, (uint8_t)ttl, &row), SONDE_OK);
		printf("    %2u", ttl);
		for (size_t i = 0; i < row.query_count; i++)
			printf(" %c%u:%s/%" PRId64 "+%u", letters[row.queries[i]->state], (unsigned)row.queries[i]->probe.ttl,
			       sonde_addr_text(&row.queries[i]->answer.from, addr), row.queries[i]->answer.rtt_ns,
			       (unsigned)row.queries[i]->duplicate_count);
		printf("\n");
	}
	for (size_t i = 0; i < live->findings.count; i++)
		printf("    %s (%d): %s\n", live->findings.items[i].rule->id, (int)live->findings.items[i].confidence,
		       live->findings.items[i].sentence);
	sonde_row_finish(&row);
}

struct count {
	unsigned cases, rows, findings;
};

/* What no packet shows: why a send failed on this machine, who ended a run, and how many probes it would have sent had it gone on. */
static bool is_shown(const struct randomnet *net)
{
	return net->fault != FAULT_LOCAL && net->fault != FAULT_DEADLINE;
}

/* Of an INIT over IPv6 eight quoted bytes show nothing that depends on the probe: live such an answer proves nothing and is a stray, from a
 * capture, which nobody forges, it is paired by its flow. The two may differ there. */
static bool is_read_otherwise(const struct randomnet *net)
{
	return net->family == 6 && strcmp(net->asks[0]->name, "sctp") == 0 && strstr(net->text.text, "quote=8");
}

static void judge(uint64_t seed, struct count *counts)
{
	struct randomnet net;
	struct sn_replay *replay;
	struct live live = {0}, again = {0};
	randomnet_init(&net, seed);
	assert_int_equal(sn_replay_new(&replay), SONDE_OK);
	assert_int_equal(sonde_path_new(&live.path), SONDE_OK);
	assert_int_equal(sonde_path_new(&again.path), SONDE_OK);
	run_live(&net, replay, &live);
	assert_int_equal(sn_replay_pair(replay), SONDE_OK);
	struct count *c = &counts[net.fault];
	const char *differs = "the number of traces";
	unsigned at = 0;
	bool findings = true;
	c->cases++;
	if (sn_replay_count(replay) == 1) {
		assert_int_equal(sn_replay_play(replay, 0, on_event, &again), SONDE_OK);
		diagnose(&again);
		differs = rows_differ(&live, &again, &at);
		findings = live.weak || same_findings(&live, &again);
	}
	if (is_read_otherwise(&net)) {
		differs = NULL;
		findings = true;
	}
	c->rows += differs != NULL;
	c->findings += !findings;
	if ((differs || !findings) && ((is_shown(&net) && c->rows + c->findings <= SHOWN) || getenv("SONDE_TRUTH_SEED"))) {
		printf("seed %" PRIu64 ": %s, IPv%u %s -q %u -m %u: ", seed, randomnet_fault_name(net.fault), (unsigned)net.family,
		       net.asks[0]->name, (unsigned)net.queries, (unsigned)net.max_ttl);
		printf("%s differs at %u\n", differs ? differs : "what is found", at);
		show_path("live", &live);
		if (sn_replay_count(replay) == 1)
			show_path("replayed", &again);
	}
	live_finish(&live);
	live_finish(&again);
	sn_replay_free(replay);
	randomnet_finish(&net);
}

static void a_replay_shows_the_same(void **state)
{
	(void)state;
	struct count counts[FAULT_COUNT] = {{0}};
	unsigned rows = 0, findings = 0;
	const char *wanted = getenv("SONDE_TRUTH_CASES"), *only = getenv("SONDE_TRUTH_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, cases = only ? 1 : wanted ? strtoull(wanted, NULL, 10) : CASES;
	for (uint64_t seed = first; seed < first + cases; seed++)
		judge(seed, counts);
	printf("%-32s %6s %15s %19s\n", "fault", "cases", "rows otherwise", "findings otherwise");
	for (unsigned i = 0; i < FAULT_COUNT; i++) {
		printf("%-32s %6u %15u %19u\n", randomnet_fault_name((enum randomnet_fault)i), counts[i].cases, counts[i].rows,
		       counts[i].findings);
		if (i == FAULT_LOCAL || i == FAULT_DEADLINE)
			continue;
		rows += counts[i].rows;
		findings += counts[i].findings;
	}
	assert_int_equal(rows, 0);
	assert_int_equal(findings, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replay_shows_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
