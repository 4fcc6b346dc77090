/* SPDX-License-Identifier: MIT */
/* Session, simulated wire and path for one search of the path's MTU. */
#include "measured.h"

#include "test.h"

#include "ext/wire_sim.h"
#include "session/tee.h"

#include <sonde/session.h>
#include <string.h>

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct measured *m = ctx;
	assert_int_equal(sonde_path_apply(m->path, event), SONDE_OK);
	if (event->type == SONDE_EV_TRACE_START)
		m->took_ns = -event->at_ns;
	if (event->type == SONDE_EV_TRACE_END) {
		m->took_ns += event->at_ns;
		m->probe_count = event->as.end.probe_count;
	}
}

static void on_packet(void *ctx, const struct sonde_rx *packet)
{
	assert_int_equal(sn_replay_packet(ctx, packet->at_ns, packet->bytes, packet->length_bytes), SONDE_OK);
}

static void judge(struct measured *m)
{
	const struct sonde_path *path = m->path;
	const struct sonde_case about = {.paths = &path, .path_count = 1};
	assert_int_equal(sonde_mtu_read(path, &m->mtu), SONDE_OK);
	assert_int_equal(sonde_diagnose(&about, &m->findings), SONDE_OK);
}

void measured_run(struct measured *m)
{
	struct sonde_wire *wire;
	struct sonde_clock *clock;
	struct sonde_session *session;
	struct sonde_session_wish wish = {0};
	struct sonde_trace_cfg cfg;
	struct sonde_route route;
	struct sonde_error err = {0};
	uint32_t id;
	int method = sonde_method_find(m->method);
	assert_true(method >= 0);
	if (sn_wire_sim_open_text(&wire, &clock, m->net, strlen(m->net), "test.net", m->seed, false, &err))
		fail_msg("%s\n%s", err.what, m->net);
	struct sn_tee *tee = NULL;
	const struct sn_tap tap = {.ctx = m->replay, .packet = on_packet};
	if (m->replay)
		assert_int_equal(sn_tee_new(&tee, wire, &tap), SONDE_OK);
	struct sonde_session_cfg session_cfg = {
	    .wire = tee ? sn_tee_wire(tee) : wire, .clock = clock, .ctx = m, .on_event = on_event, .wake_fd = -1};
	memcpy(session_cfg.engine.secret, &m->seed, sizeof m->seed);
	sonde_trace_cfg_init(&cfg);
	cfg.plan = SONDE_PLAN_PMTU;
	cfg.method = (size_t)method;
	cfg.dport = m->dport;
	cfg.deadline_ns = m->deadline_ns;
	cfg.wait_max_ns = m->wait_max_ns;
	assert_int_equal(sn_wire_sim_resolve(wire, "target", m->family, 0, &cfg.dst), 0);
	assert_int_equal(sonde_path_new(&m->path), SONDE_OK);
	assert_int_equal(sonde_session_new(&session, &session_cfg), 0);
	if (sonde_session_add(session, &cfg, &wish, &id, &route, &err))
		fail_msg("%s", err.what);
	assert_int_equal(sonde_session_run(session, &err), 0);
	sonde_session_free(session);
	sn_tee_free(tee);
	if (m->replay)
		sn_replay_until(m->replay, clock->ops->now(clock));
	wire->ops->close(wire);
	judge(m);
}

static int on_replayed(void *ctx, const struct sonde_event *event)
{
	on_event(ctx, event);
	return SONDE_OK;
}

bool measured_again(const struct measured *m, struct measured *again)
{
	*again = (struct measured){.net = m->net, .method = m->method, .dport = m->dport, .family = m->family, .seed = m->seed};
	assert_int_equal(sn_replay_pair(m->replay), SONDE_OK);
	if (sn_replay_count(m->replay) != 1 || sn_replay_cfg(m->replay, 0)->plan != SONDE_PLAN_PMTU)
		return false;
	assert_int_equal(sonde_path_new(&again->path), SONDE_OK);
	assert_int_equal(sn_replay_play(m->replay, 0, on_replayed, again), SONDE_OK);
	judge(again);
	return true;
}

void measured_finish(struct measured *m)
{
	sonde_path_free(m->path);
	sonde_findings_finish(&m->findings);
	m->path = NULL;
}

unsigned measured_found(const struct measured *m, const char *id, const struct sonde_finding **out)
{
	unsigned count = 0;
	if (out)
		*out = NULL;
	for (size_t i = 0; i < m->findings.count; i++) {
		if (strcmp(m->findings.items[i].rule->id, id) != 0)
			continue;
		if (out && !count)
			*out = &m->findings.items[i];
		count++;
	}
	return count;
}
