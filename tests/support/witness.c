/* SPDX-License-Identifier: MIT */
/* Session, simulated wire and path tables in one, watched from both sides. */
#include "witness.h"

#include "test.h"

#include "ext/wire_sim.h"

#include <sonde/session.h>

#include <string.h>

/* ---- what really happens ---- */

static void of_probe(struct witness_probe *p, const struct sn_sim_sight *sight, int node)
{
	if (sight->fate == SN_SIM_KEPT_SILENT || sight->fate == SN_SIM_RATE_LIMITED) {
		p->kept_silent |= sight->fate == SN_SIM_KEPT_SILENT;
		p->limited |= sight->fate == SN_SIM_RATE_LIMITED;
		return;
	}
	if (sight->fate == SN_SIM_FORWARDED)
		return;
	p->fate = sight->fate;
	p->ended_at = node;
}

static void of_answer(struct witness_probe *p, const struct sn_sim_sight *sight, int node)
{
	if (sight->fate == SN_SIM_SAID && node != 0 && p->answered_by < 0)
		p->answered_by = node;
	p->answer_lost |= sight->fate == SN_SIM_LOST || sight->fate == SN_SIM_FILTERED;
}

static void on_sight(void *ctx, const struct sn_sim_sight *sight)
{
	struct witness *w = ctx;
	int node = randomnet_node_named(w->net, sight->node);
	assert_true(node >= 0 && sight->number <= WITNESS_PROBES_MAX);
	if (sight->number == 0)
		return;
	struct witness_probe *p = &w->probes[sight->number - 1];
	if (sight->is_answer)
		of_answer(p, sight, node);
	else
		of_probe(p, sight, node);
}

/* ---- what is recorded ---- */

static void on_sent(struct witness *w, const struct sonde_event *event, unsigned trace)
{
	assert_true(w->probe_count < WITNESS_PROBES_MAX);
	struct witness_probe *p = &w->probes[w->probe_count++];
	p->trace = trace;
	p->ttl = event->probe.ttl;
	p->token = event->probe.token;
}

static void on_answer(struct witness *w, const struct sonde_event *event)
{
	for (unsigned i = w->probe_count; i-- > 0;) {
		struct witness_probe *p = &w->probes[i];
		if (p->token != event->probe.token)
			continue;
		p->heard = true;
		p->weak = event->as.answer.weak;
		p->timed = event->as.answer.rtt_ns >= 0;
		p->rtt_ns = event->as.answer.rtt_ns;
		p->meaning = event->as.answer.meaning;
		p->from = event->as.answer.from;
		return;
	}
	fail_msg("seed %llu: an answer to a probe that was never sent", (unsigned long long)w->net->seed);
}

static void take_weakly(struct witness *w, const struct sonde_event *event)
{
	struct sonde_event weak = *event;
	if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE || event->type == SONDE_EV_DUPLICATE) {
		weak.as.answer.weak = true;
		weak.as.answer.match_bits = 31;
	}
	assert_int_equal(sonde_path_apply(w->weak, &weak), SONDE_OK);
}

/* Had all answers been weak, nothing that they say would be certain. Silence is nobody's word. */
static void judge_weak(const struct witness *w)
{
	static const char *const of_silence[] = {"stops-silent", "target-silent", "cut-short", "unfinished", "ttl-too-small", "crowded"};
	const struct sonde_path *weak = w->weak;
	const struct sonde_case about = {.paths = &weak, .path_count = 1, .host = "target"};
	struct sonde_findings found = {0};
	assert_int_equal(sonde_diagnose(&about, &found), SONDE_OK);
	for (size_t i = 0; i < found.count; i++) {
		const char *id = found.items[i].rule->id;
		bool may = found.items[i].confidence < SONDE_CONFIDENCE_CERTAIN || strncmp(id, "local-", 6) == 0 ||
		           strcmp(id, "stray-replies") == 0;
		for (size_t k = 0; k < sizeof of_silence / sizeof *of_silence; k++)
			may |= strcmp(id, of_silence[k]) == 0;
		if (!may)
			fail_msg("seed %llu: by weak answers alone %s: %s", (unsigned long long)w->net->seed, id, found.items[i].sentence);
	}
	sonde_findings_finish(&found);
}

static void on_event(void *ctx, const struct sonde_event *event)
{
	struct witness *w = ctx;
	size_t index = w->compare ? sonde_compare_index(w->compare, event->trace_id) : event->trace_id;
	assert_true(index < w->trace_count);
	struct witness_trace *t = &w->traces[index];
	bool first = event->trace_id < w->trace_count; /* what is asked again comes later */
	assert_int_equal(w->compare ? sonde_compare_event(w->compare, event) : sonde_path_apply(w->path, event), SONDE_OK);
	if (w->weak)
		take_weakly(w, event);
	if (event->type == SONDE_EV_TRACE_START && first) {
		t->started_at_ns = event->at_ns;
	} else if (event->type == SONDE_EV_SENT) {
		on_sent(w, event, (unsigned)index);
	} else if (event->type == SONDE_EV_REPLY || event->type == SONDE_EV_LATE) {
		on_answer(w, event);
	} else if (event->type == SONDE_EV_LOCAL_ERROR) {
		t->local_errors++;
	} else if (event->type == SONDE_EV_TRACE_END && first) {
		t->end_at_ns = event->at_ns;
		t->ended = true;
	}
}

static sonde_at_ns on_turn(void *ctx, sonde_at_ns now)
{
	struct witness *w = ctx;
	sonde_at_ns wake = SONDE_NEVER;
	if (w->compare)
		assert_int_equal(sonde_compare_turn(w->compare, now, &wake), SONDE_OK);
	return wake;
}

/* ---- running ---- */

static void add(struct witness *w, const struct randomnet_method *ask)
{
	const struct randomnet *net = w->net;
	struct sonde_trace_cfg cfg;
	struct sonde_session_wish wish = {0};
	struct sonde_route route;
	struct sonde_error err = {0};
	uint32_t id;
	int method = sonde_method_find(ask->name);
	assert_true(method >= 0);
	sonde_trace_cfg_init(&cfg);
	cfg.method = (size_t)method;
	cfg.dport = ask->dport;
	cfg.queries = net->queries;
	cfg.max_ttl = net->max_ttl;
	cfg.deadline_ns = net->deadline_ns;
	assert_int_equal(sn_wire_sim_resolve(w->wire, "target", net->family, 0, &cfg.dst), 0);
	w->trace_count++;
	int code = w->compare ? sonde_compare_add(w->compare, &cfg, &wish, &route, &err)
	                      : sonde_session_add(w->session, &cfg, &wish, &id, &route, &err);
	if (code)
		fail_msg("seed %llu: %s", (unsigned long long)net->seed, err.what);
}

static void diagnose(struct witness *w)
{
	const struct sonde_path *single = w->path;
	struct sonde_case about = {.paths = &single, .path_count = 1, .host = "target"};
	if (w->compare)
		about.paths = sonde_compare_paths(w->compare, &about.path_count);
	assert_int_equal(about.path_count, w->trace_count);
	assert_int_equal(sonde_diagnose(&about, &w->findings), SONDE_OK);
	if (w->weak)
		judge_weak(w);
}

void witness_init(struct witness *w, const struct randomnet *net)
{
	struct sonde_clock *clock;
	struct sonde_error err = {0};
	memset(w, 0, sizeof *w);
	w->net = net;
	for (unsigned i = 0; i < WITNESS_PROBES_MAX; i++)
		w->probes[i].ended_at = w->probes[i].answered_by = -1;
	if (sn_wire_sim_open_text(&w->wire, &clock, net->text.text, net->text.length_bytes, "random.net", net->seed, false, &err))
		fail_msg("seed %llu: %s\n%s", (unsigned long long)net->seed, err.what, net->text.text);
	sn_sim_watch(sn_wire_sim_net(w->wire), on_sight, w);
	struct sonde_session_cfg cfg = {
	    .wire = w->wire, .clock = clock, .ctx = w, .on_event = on_event, .on_turn = on_turn, .wake_fd = -1};
	memcpy(cfg.engine.secret, &net->seed, sizeof net->seed);
	assert_int_equal(sonde_session_new(&w->session, &cfg), SONDE_OK);
	assert_int_equal(net->ask_count > 1 ? sonde_compare_new(&w->compare, w->session) : sonde_path_new(&w->path), SONDE_OK);
	if (w->path)
		assert_int_equal(sonde_path_new(&w->weak), SONDE_OK);
	for (unsigned i = 0; i < net->ask_count; i++)
		add(w, net->asks[i]);
	assert_int_equal(sonde_session_run(w->session, &err), 0);
	for (unsigned i = 0; i < w->trace_count; i++)
		assert_true(w->traces[i].ended);
	diagnose(w);
}

void witness_finish(struct witness *w)
{
	sonde_findings_finish(&w->findings);
	sonde_compare_free(w->compare);
	sonde_path_free(w->path);
	sonde_path_free(w->weak);
	sonde_session_free(w->session);
	w->wire->ops->close(w->wire);
}
