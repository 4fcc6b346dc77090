/* SPDX-License-Identifier: MIT */
/* A comparison: a sweep for each method, then what is in doubt once more, all into one path for each method. */
#include <sonde/compare.h>

#include "probe/method.h"
#include "session/shape.h"

#include <stdlib.h>

/* What is in doubt gets so many probes, this far apart, so that one burst of loss does not take both. */
enum { ASK_COUNT = 2 };
/* Where so many methods are compared, a router that gets what is asked again has not answered those methods before: with theirs the
 * answers stay within what Linux gives at once. */
enum { UNPACED_MOST = 5 };
#define ASK_GAP_NS (100 * SONDE_MS)
#define ASK_WAIT_MORE_NS (300 * SONDE_MS)

struct method {
	struct sonde_trace_cfg cfg;  /* as its trace began, with the source ports that it holds */
	struct sonde_session_wish wish;
	sonde_at_ns started_at_ns;
	uint32_t trace_id;           /* of its sweep */
	bool swept;                  /* … which has begun */
	bool stands;
};

struct sonde_compare {
	struct sonde_session *session;
	struct method *methods;
	struct sonde_path **paths;
	size_t count;
	size_t *owners;          /* [trace id]: index of the method */
	size_t owner_count;
	sonde_at_ns now_ns;      /* of the newest event */
	sonde_ns rtt_most_ns;
	bool asked;
	size_t open_count;       /* traces that have not ended */
	struct sn_shape *shape;  /* NULL: not asked for */
	bool shaping;            /* … which has begun */
};

int sonde_compare_new(struct sonde_compare **out, struct sonde_session *session)
{
	*out = calloc(1, sizeof **out);
	if (!*out)
		return SONDE_E_NOMEM;
	(*out)->session = session;
	return SONDE_OK;
}

void sonde_compare_free(struct sonde_compare *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		sonde_path_free(c->paths[i]);
	free(c->paths);
	free(c->methods);
	free(c->owners);
	sn_shape_free(c->shape);
	free(c);
}

static bool grow(void **items, size_t count, size_t item_bytes)
{
	void *grown = reallocarray(*items, count, item_bytes);
	if (grown)
		*items = grown;
	return grown != NULL;
}

/* The trace that is added next belongs to that method. */
static int own(struct sonde_compare *c, uint32_t trace_id, size_t method)
{
	void *owners = c->owners;
	if (!grow(&owners, trace_id + 1u, sizeof *c->owners))
		return SONDE_E_NOMEM;
	c->owners = owners;
	for (; c->owner_count < trace_id; c->owner_count++)
		c->owners[c->owner_count] = SIZE_MAX;
	c->owners[c->owner_count++] = method;
	c->open_count++;
	return SONDE_OK;
}

static int room_for_method(struct sonde_compare *c)
{
	void *methods = c->methods, *paths = c->paths;
	bool good = grow(&methods, c->count + 1, sizeof *c->methods);
	c->methods = methods;
	good = good && grow(&paths, c->count + 1, sizeof(struct sonde_path *));
	c->paths = paths;
	return good ? sonde_path_new(&c->paths[c->count]) : SONDE_E_NOMEM;
}

int sonde_compare_add(struct sonde_compare *c, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish,
                      struct sonde_route *route, struct sonde_error *err)
{
	uint32_t trace_id;
	struct sonde_trace_cfg once = *cfg;
	if (room_for_method(c) < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for a method");
	once.queries = 1;
	once.no_retry = true;
	int code = sonde_session_add(c->session, &once, wish, &trace_id, route, err);
	if (code == SONDE_OK && own(c, trace_id, c->count) < 0)
		code = sonde_fail(err, SONDE_E_NOMEM, 0, "no room for a method");
	if (code < 0) {
		sonde_path_free(c->paths[c->count]);
		return code;
	}
	c->methods[c->count++] = (struct method){.cfg = once, .wish = *wish};
	return SONDE_OK;
}

size_t sonde_compare_index(const struct sonde_compare *c, uint32_t trace_id)
{
	return trace_id < c->owner_count ? c->owners[trace_id] : SIZE_MAX;
}

const struct sonde_path *const *sonde_compare_paths(const struct sonde_compare *c, size_t *count)
{
	*count = c->count;
	return (const struct sonde_path *const *)c->paths;
}

int sonde_compare_event(struct sonde_compare *c, const struct sonde_event *event)
{
	size_t index = sonde_compare_index(c, event->trace_id);
	if (index >= c->count)
		return c->shaping ? sn_shape_event(c->shape, event) : SONDE_OK;
	struct method *method = &c->methods[index];
	bool sweep = !method->swept || event->trace_id == method->trace_id;
	c->now_ns = event->at_ns;
	if (event->type == SONDE_EV_REPLY && event->as.answer.rtt_ns > c->rtt_most_ns)
		c->rtt_most_ns = event->as.answer.rtt_ns;
	if (event->type == SONDE_EV_TRACE_START && sweep) {
		method->cfg = event->as.start;
		method->started_at_ns = event->at_ns;
		method->trace_id = event->trace_id;
		method->swept = true;
	}
	c->open_count -= event->type == SONDE_EV_TRACE_END;
	method->stands |= method->swept && (event->type == SONDE_EV_ROWS_STAND || event->type == SONDE_EV_TRACE_END);
	return sonde_path_apply(c->paths[index], event);
}

/* Time that --deadline leaves; SONDE_NEVER without one. */
static sonde_ns time_left(const struct sonde_compare *c, const struct method *method)
{
	return method->cfg.deadline_ns ? method->started_at_ns + method->cfg.deadline_ns - c->now_ns : SONDE_NEVER;
}

static int ask(struct sonde_compare *c, const struct sonde_doubt *doubt)
{
	const struct method *method = &c->methods[doubt->path];
	struct sonde_trace_cfg cfg = method->cfg;
	struct sonde_route route;
	struct sonde_error err = {0};
	uint32_t trace_id;
	sonde_ns left_ns = time_left(c, method);
	if (left_ns <= 0 || doubt->ttl_count == 0)
		return SONDE_OK;
	cfg.plan = SONDE_PLAN_ASK;
	for (size_t i = 0; i < doubt->ttl_count; i++)
		cfg.ask_ttls[i] = doubt->ttls[i];
	cfg.ask_ttl_count = doubt->ttl_count;
	cfg.ask_count = doubt->flow_count > ASK_COUNT ? 1 : ASK_COUNT;
	cfg.unpaced = c->count <= UNPACED_MOST;
	cfg.send_gap_ns = cfg.send_gap_ns > ASK_GAP_NS ? cfg.send_gap_ns : ASK_GAP_NS / doubt->ttl_count;
	cfg.wait_max_ns = cfg.wait_max_ns ? cfg.wait_max_ns : 2 * c->rtt_most_ns + ASK_WAIT_MORE_NS;
	cfg.deadline_ns = left_ns == SONDE_NEVER ? 0 : left_ns;
	/* An open port that has answered a flow in vain may say no more to it: it is asked over another. */
	if (doubt->other_flows || sn_method(cfg.method)->once_per_flow) {
		cfg.sport_count = 0;
		cfg.sport[0] = 0;
	}
	/* What cannot be asked again stays as it was seen. */
	if (sonde_session_add(c->session, &cfg, &method->wish, &trace_id, &route, &err) < 0)
		return err.code == SONDE_E_NOMEM ? err.code : SONDE_OK;
	return own(c, trace_id, doubt->path);
}

static int ask_doubts(struct sonde_compare *c)
{
	struct sonde_doubt *doubts = calloc(c->count, sizeof *doubts);
	int count = doubts ? sonde_doubts((const struct sonde_path *const *)c->paths, c->count, doubts) : SONDE_E_NOMEM;
	int code = count < 0 ? count : SONDE_OK;
	c->asked = true;
	for (int i = 0; code == SONDE_OK && i < count; i++)
		for (unsigned flow = 0; code == SONDE_OK && flow < doubts[i].flow_count; flow++)
			code = ask(c, &doubts[i]);
	free(doubts);
	return code;
}

int sonde_compare_shape(struct sonde_compare *c)
{
	int code = sn_shape_new(&c->shape, c->session);
	for (size_t i = 0; code == SONDE_OK && i < c->count; i++)
		code = sn_shape_add(c->shape, &c->methods[i].cfg, &c->methods[i].wish);
	return code;
}

const struct sonde_trial *sonde_compare_trials(const struct sonde_compare *c, size_t *count)
{
	*count = 0;
	return c->shape ? sn_shape_trials(c->shape, count) : NULL;
}

static int shape(struct sonde_compare *c, sonde_at_ns now, sonde_at_ns *wake)
{
	int code = SONDE_OK;
	if (!c->shaping) {
		const struct sonde_case about = {.paths = (const struct sonde_path *const *)c->paths, .path_count = c->count};
		sonde_at_ns until_ns = SONDE_NEVER;
		for (size_t i = 0; i < c->count; i++) {
			const struct method *method = &c->methods[i];
			sonde_at_ns own_ns = method->cfg.deadline_ns ? method->started_at_ns + method->cfg.deadline_ns : SONDE_NEVER;
			until_ns = own_ns < until_ns ? own_ns : until_ns;
		}
		c->shaping = true;
		code = sn_shape_begin(c->shape, &about, c->rtt_most_ns, until_ns);
	}
	return code == SONDE_OK ? sn_shape_turn(c->shape, now, wake) : code;
}

int sonde_compare_turn(struct sonde_compare *c, sonde_at_ns now, sonde_at_ns *wake)
{
	*wake = SONDE_NEVER;
	for (size_t i = 0; i < c->count; i++)
		if (!c->methods[i].stands)
			return SONDE_OK;
	int code = c->asked || !c->count ? SONDE_OK : ask_doubts(c);
	if (code == SONDE_OK && c->shape && c->count && !c->open_count)
		code = shape(c, now, wake);
	return code;
}
