/* SPDX-License-Identifier: MIT */
/* The session with a tee around its wire, and the judge of two tables. */
#include "replayed.h"

#include "test.h"

#include "ext/wire_sim.h"
#include "session/tee.h"

#include <sonde/session.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int on_event(void *ctx, const struct sonde_event *event)
{
	struct replayed *live = ctx;
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

static void diagnose(struct replayed *live)
{
	const struct sonde_path *path = live->path;
	const struct sonde_case about = {.paths = &path, .path_count = 1, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, &live->findings), SONDE_OK);
}

void replayed_init(struct replayed *r)
{
	*r = (struct replayed){0};
	assert_int_equal(sonde_path_new(&r->path), SONDE_OK);
}

void replayed_finish(struct replayed *r)
{
	sonde_findings_finish(&r->findings);
	sonde_path_free(r->path);
}

void replayed_live(struct replayed_run *run, struct sn_replay *replay, struct replayed *out)
{
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_session *session;
	struct sn_tee *tee;
	struct sonde_error err = {0};
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	uint32_t id;
	const struct sn_tap tap = {.ctx = replay, .packet = on_packet};
	if (sn_wire_sim_open_text(&wire, &clock, run->net, run->net_bytes, "random.net", run->seed, false, &err))
		fail_msg("seed %" PRIu64 ": %s\n%s", run->seed, err.what, run->net);
	assert_int_equal(sn_tee_new(&tee, wire, &tap), SONDE_OK);
	struct sonde_session_cfg cfg = {.wire = sn_tee_wire(tee), .clock = clock, .ctx = out, .on_event = on_session_event, .wake_fd = -1};
	memcpy(cfg.engine.secret, &run->seed, sizeof run->seed);
	assert_int_equal(sonde_session_new(&session, &cfg), SONDE_OK);
	assert_int_equal(sn_wire_sim_resolve(wire, "target", run->family, 0, &run->cfg.dst), 0);
	if (sonde_session_add(session, &run->cfg, &wish, &id, &route, &err) != SONDE_OK)
		fail_msg("%s", err.what);
	assert_int_equal(sonde_session_run(session, &err), 0);
	sonde_session_free(session);
	sn_tee_free(tee);
	sn_replay_until(replay, clock->ops->now(clock));
	wire->ops->close(wire);
	diagnose(out);
}

void replayed_play(struct sn_replay *replay, size_t trace, struct replayed *out)
{
	assert_int_equal(sn_replay_play(replay, trace, on_event, out), SONDE_OK);
	diagnose(out);
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

const char *replayed_rows_differ(const struct replayed *a, const struct replayed *b, unsigned *at)
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

static bool same_finding(const struct sonde_finding *a, const struct sonde_finding *b)
{
	return a->rule == b->rule && a->confidence == b->confidence && a->first_ttl == b->first_ttl && a->last_ttl == b->last_ttl &&
	       strcmp(a->sentence, b->sentence) == 0;
}

/* The number of the next finding from i on that counts. */
static size_t next_finding(const struct sonde_findings *findings, size_t i, const char *but)
{
	while (but && i < findings->count && strcmp(findings->items[i].rule->id, but) == 0)
		i++;
	return i;
}

bool replayed_same_findings(const struct replayed *a, const struct replayed *b, const char *but)
{
	size_t l = next_finding(&a->findings, 0, but), r = next_finding(&b->findings, 0, but);
	while (l < a->findings.count && r < b->findings.count && same_finding(&a->findings.items[l], &b->findings.items[r])) {
		l = next_finding(&a->findings, l + 1, but);
		r = next_finding(&b->findings, r + 1, but);
	}
	return l == a->findings.count && r == b->findings.count;
}

void replayed_show(const char *title, const struct replayed *live)
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
