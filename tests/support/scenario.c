/* SPDX-License-Identifier: MIT */
/* Session, engine and simulated wire in one, recorded. */
#include "scenario.h"

#include "test.h"

#include "ext/wire_sim.h"

#include <string.h>

void scenario_init(struct scenario *s)
{
	memset(s, 0, sizeof *s);
	s->method = "icmp";
	s->family = 4;
	s->seed = 1;
	sonde_trace_cfg_init(&s->cfg);
	s->cfg.queries = 1;
}

static void record(struct scenario_trace *t, const struct sonde_event *event)
{
	assert_true(t->answer_count < SCENARIO_ANSWERS_MAX);
	t->answers[t->answer_count++] = (struct scenario_answer){.type = event->type, .probe = event->probe, .answer = event->as.answer};
}

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct scenario *s = ctx;
	assert_true(event->trace_id < s->trace_count);
	struct scenario_trace *t = &s->traces[event->trace_id];
	assert_false(t->ended);
	if (s->path && event->trace_id == 0)
		assert_int_equal(sonde_path_apply(s->path, event), SONDE_OK);
	switch (event->type) {
	case SONDE_EV_TRACE_START:
		t->cfg = event->as.start;
		t->started_at_ns = event->at_ns;
		break;
	case SONDE_EV_SENT:
		t->sent[event->probe.ttl]++;
		break;
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
	case SONDE_EV_DUPLICATE:
		record(t, event);
		break;
	case SONDE_EV_EXTENSION:
		assert_true(t->answer_count && t->answers[t->answer_count - 1].probe.token == event->probe.token);
		if (t->answers[t->answer_count - 1].extension_count++ == 0)
			t->answers[t->answer_count - 1].extension = event->as.extension.object;
		break;
	case SONDE_EV_TIMEOUT:
		t->timeouts[event->probe.ttl]++;
		t->crowded[event->probe.ttl] += event->probe.crowded;
		break;
	case SONDE_EV_OVERHEARD:
		fail_msg("a simulated wire has no interfaces of this machine");
		break;
	case SONDE_EV_LOCAL_ERROR:
		t->local_errors[event->probe.ttl]++;
		break;
	case SONDE_EV_HOP_SETTLED:
		assert_int_equal(event->probe.ttl, s->cfg.first_ttl + t->settled_count);
		t->settled_at_ns[event->probe.ttl] = event->at_ns;
		t->settled_count++;
		break;
	case SONDE_EV_ROWS_STAND:
		assert_int_equal(t->stand_at_ns, 0);
		t->stand_at_ns = event->at_ns;
		break;
	case SONDE_EV_TRACE_END:
		t->end = event->as.end;
		t->end_at_ns = event->at_ns;
		t->ended = true;
		break;
	}
}

static void add(struct scenario *s, struct sonde_session *session, struct sonde_wire *wire, const char *target)
{
	struct sonde_trace_cfg cfg = s->cfg;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	struct sonde_error err = {0};
	uint32_t id;
	int method = sonde_method_find(s->method);
	assert_true(method >= 0);
	cfg.method = (size_t)method;
	cfg.dport = s->dport;
	assert_int_equal(sn_wire_sim_resolve(wire, target, s->family, 0, &cfg.dst), 0);
	if (sonde_session_add(session, &cfg, &wish, &id, &route, &err))
		fail_msg("%s: %s", target, err.what);
	assert_int_equal(id, s->trace_count);
	s->trace_count++;
}

void scenario_run(struct scenario *s)
{
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_error err = {0};
	if (sn_wire_sim_open_text(&wire, &clock, s->net, strlen(s->net), "test.net", s->seed, false, &err))
		fail_msg("%s\n%s", err.what, s->net);
	struct sonde_session_cfg cfg = {.wire = wire, .clock = clock, .ctx = s, .on_event = on_event, .wake_fd = -1};
	memcpy(cfg.engine.secret, &s->seed, sizeof s->seed);
	struct sonde_session *session;
	assert_int_equal(sonde_session_new(&session, &cfg), 0);
	if (!s->targets[0])
		s->targets[0] = "target";
	for (size_t i = 0; i < SCENARIO_TRACES_MAX && s->targets[i]; i++)
		add(s, session, wire, s->targets[i]);
	assert_int_equal(sonde_session_run(session, &err), 0);
	sonde_session_stats(session, &s->stats);
	sn_sim_counts(sn_wire_sim_net(wire), &s->counts);
	sonde_session_free(session);
	wire->ops->close(wire);
	for (size_t i = 0; i < s->trace_count; i++)
		assert_true(s->traces[i].ended);
}

const struct scenario_answer *scenario_first(const struct scenario_trace *t, uint8_t ttl)
{
	for (size_t i = 0; i < t->answer_count; i++)
		if (t->answers[i].probe.ttl == ttl && t->answers[i].type != SONDE_EV_DUPLICATE)
			return &t->answers[i];
	return NULL;
}

unsigned scenario_answers(const struct scenario_trace *t, uint8_t ttl)
{
	unsigned count = 0;
	for (size_t i = 0; i < t->answer_count; i++)
		count += t->answers[i].probe.ttl == ttl && t->answers[i].type != SONDE_EV_DUPLICATE;
	return count;
}
