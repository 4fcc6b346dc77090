/* SPDX-License-Identifier: MIT */
/* Shaping: a script for each method that is blocked, the control, every variation, rounds for what is not sure yet, the control again. */
#include "session/shape.h"

#include "session/variations.h"

#include <stdlib.h>

/* Two trials of a method are so far apart. */
#define GAP_NS (50 * SONDE_MS)
/* ICMP answers from the next hop: so many at once and then one in so long a time, of which Linux gives more. Refusals come from nearer by,
 * and where one is withheld the trial has stopped as well. */
#define RATION_NS SONDE_S
enum { RATION_BURST = 4 };
#define WAIT_MORE_NS (300 * SONDE_MS)

/* The first round sends every variation, the second once more what stopped, and all but the first what passed: over every other flow, each
 * of which gets up to three probes, as long as rounds are left. */
enum { ROUNDS = 1 + SN_FLOWS_VARIED + 3, TRIES = 3 };

struct method {
	struct sonde_session_wish wish;
	struct sn_shape_ports ports;
};

/* One trial; that of the same index in `trials` is its public half. */
struct entry {
	struct sonde_trace_cfg cfg;
	struct sonde_path *path;
	uint32_t trace_ids[ROUNDS];
	unsigned asked, open;        /* traces started, and those of them that have not ended */
	unsigned moves, tries;       /* to which flow it was moved, 0: its own; how often it was asked there */
};

/* The trials of one method in their order: entries[first] is the control. */
struct script {
	struct sonde_block block;
	size_t first, count;
	size_t step;                 /* the control, ROUNDS times all others, the control again */
	sonde_at_ns next_at_ns;
};

struct sn_shape {
	struct sonde_session *session;
	struct method *methods;
	size_t method_count;
	uint16_t low[UINT8_MAX + 1]; /* by IP protocol: held once for all methods */
	struct entry *entries;
	struct sonde_trial *trials;
	size_t trial_count;
	struct script *scripts;
	size_t script_count;
	sonde_ns wait_ns;
	sonde_at_ns rations_until_ns;   /* answers that came are paid for by then */
	sonde_at_ns until_ns;
};

int sn_shape_new(struct sn_shape **out, struct sonde_session *session)
{
	struct sn_shape *s = calloc(1, sizeof *s);
	if (!s)
		return SONDE_E_NOMEM;
	s->session = session;
	s->trials = calloc(1, sizeof *s->trials);
	*out = s;
	return s->trials ? SONDE_OK : SONDE_E_NOMEM;
}

void sn_shape_free(struct sn_shape *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->trial_count; i++)
		sonde_path_free(s->entries[i].path);
	free(s->methods);
	free(s->entries);
	free(s->trials);
	free(s->scripts);
	free(s);
}

const struct sonde_trial *sn_shape_trials(const struct sn_shape *s, size_t *count)
{
	*count = s->trial_count;
	return s->trials;
}

/* ---- before all ---- */

static void hold_low(struct sn_shape *s, struct method *m, const struct sonde_trace_cfg *cfg)
{
	uint16_t *low = &s->low[sonde_trace_protocol(cfg)];
	struct sonde_error err = {0};
	for (size_t i = 0; !*low && sonde_shape_port(i); i++)
		if (sonde_session_hold(s->session, cfg, &m->wish, sonde_shape_port(i), low, &err) < 0)
			*low = 0;
	m->ports.low = *low;
	m->ports.low_code = err.code;
	m->ports.low_errno = err.sys_errno;
}

int sn_shape_add(struct sn_shape *s, const struct sonde_trace_cfg *cfg, const struct sonde_session_wish *wish)
{
	struct method *grown = reallocarray(s->methods, s->method_count + 1, sizeof *grown);
	struct sonde_error err;
	if (!grown)
		return SONDE_E_NOMEM;
	s->methods = grown;
	struct method *m = &s->methods[s->method_count++];
	*m = (struct method){.wish = *wish};
	if (!sonde_method_info(cfg->method)->takes_port)
		return SONDE_OK;
	for (size_t i = 0; i < SN_FLOWS_VARIED; i++)
		if (sonde_session_hold(s->session, cfg, wish, 0, &m->ports.flow[i], &err) < 0)
			m->ports.flow[i] = 0;
	hold_low(s, m, cfg);
	return SONDE_OK;
}

/* ---- what is to be tried ---- */

static void add_trial(struct sn_shape *s, const struct sonde_trace_cfg *cfg, const struct sonde_trial *trial)
{
	s->entries[s->trial_count] = (struct entry){.cfg = *cfg};
	s->trials[s->trial_count++] = *trial;
}

static size_t steps_of(const struct script *script)
{
	return 2 + ROUNDS * (script->count - 1);
}

/* The control alone where nothing can be shown. */
static void write_script(struct sn_shape *s, const struct sonde_case *about, const struct sonde_block *block)
{
	const struct sonde_trace_cfg *own = sonde_path_cfg(about->paths[block->path]);
	const struct sn_shape_ports *ports = &s->methods[block->path].ports;
	struct script *script = &s->scripts[s->script_count++];
	const struct sn_variation *v;
	*script = (struct script){.block = *block, .first = s->trial_count};
	add_trial(s, own, &(struct sonde_trial){.path = block->path});
	for (size_t i = 0; block->next_ttl && (v = sn_variation(i)); i++) {
		struct sonde_trace_cfg cfg = *own;
		struct sonde_trial trial = {.path = block->path};
		if (sn_variation_apply(v, ports, &cfg, &trial))
			add_trial(s, &cfg, &trial);
	}
	script->count = s->trial_count - script->first;
	script->step = block->next_ttl ? 0 : steps_of(script);
}

int sn_shape_begin(struct sn_shape *s, const struct sonde_case *about, sonde_ns rtt_most_ns, sonde_at_ns until_ns)
{
	size_t most = 1;
	while (sn_variation(most - 1))
		most++;
	struct sonde_block *blocks = calloc(about->path_count + 1, sizeof *blocks);
	struct sonde_trial *trials = calloc(about->path_count * most + 1, sizeof *trials);
	s->entries = calloc(about->path_count * most + 1, sizeof *s->entries);
	s->scripts = calloc(about->path_count + 1, sizeof *s->scripts);
	int count = blocks && trials && s->entries && s->scripts ? sonde_blocks(about, blocks) : SONDE_E_NOMEM;
	if (trials) {
		free(s->trials);
		s->trials = trials;
	}
	for (int i = 0; i < count; i++)
		write_script(s, about, &blocks[i]);
	free(blocks);
	s->wait_ns = 2 * rtt_most_ns + WAIT_MORE_NS;
	s->until_ns = until_ns;
	return count < 0 ? count : SONDE_OK;
}

/* ---- while it runs ---- */

static const struct script *script_of(const struct sn_shape *s, size_t trial)
{
	size_t i = 0;
	while (trial >= s->scripts[i].first + s->scripts[i].count)
		i++;
	return &s->scripts[i];
}

static struct entry *entry_of(struct sn_shape *s, uint32_t trace_id)
{
	for (size_t i = 0; i < s->trial_count; i++)
		for (unsigned k = 0; k < s->entries[i].asked; k++)
			if (s->entries[i].trace_ids[k] == trace_id)
				return &s->entries[i];
	return NULL;
}

static bool is_rationed(const struct sonde_event_answer *answer)
{
	return answer->is_icmp && (answer->meaning == SONDE_M_TIME_EXCEEDED || answer->meaning == SONDE_M_PORT_UNREACHABLE);
}

static sonde_at_ns later(sonde_at_ns a, sonde_at_ns b)
{
	return a > b ? a : b;
}

int sn_shape_event(struct sn_shape *s, const struct sonde_event *event)
{
	struct entry *e = entry_of(s, event->trace_id);
	if (!e)
		return SONDE_OK;
	if (event->type == SONDE_EV_REPLY && event->probe.ttl == script_of(s, (size_t)(e - s->entries))->block.next_ttl &&
	    is_rationed(&event->as.answer))
		s->rations_until_ns = later(s->rations_until_ns, event->at_ns) + RATION_NS;
	e->open -= event->type == SONDE_EV_TRACE_END;
	return sonde_path_apply(e->path, event);
}

static struct sonde_trial_counts counts_of(const struct script *script, const struct entry *e)
{
	struct sonde_trial_counts counts = {0};
	/* Out of memory: it looks as if nothing were known, and the diagnosis fails for the same reason. */
	if (e->path && sonde_trial_count(&script->block, e->path, &counts) < 0)
		counts = (struct sonde_trial_counts){0};
	return counts;
}

/* One of the first `before` trials, of that field, was seen to pass. */
static bool has_passed(const struct sn_shape *s, const struct script *script, enum sonde_vary field, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (s->trials[script->first + i].field == field && counts_of(script, &s->entries[script->first + i]).passed)
			return true;
	return false;
}

/* Trials of that field are under way; NONE: of any. */
static bool is_open(const struct sn_shape *s, const struct script *script, enum sonde_vary field)
{
	for (size_t i = 0; i < script->count; i++)
		if (s->entries[script->first + i].open && (!field || s->trials[script->first + i].field == field))
			return true;
	return false;
}

/* Which round a step is in, from 1 on; 0: the control's. */
static size_t round_of(const struct script *script)
{
	return script->step == 0 || script->step + 1 == steps_of(script) ? 0 : 1 + (script->step - 1) / (script->count - 1);
}

/* Which trial a step is of, counted from the control. */
static size_t trial_of_step(const struct script *script)
{
	return round_of(script) ? 1 + (script->step - 1) % (script->count - 1) : 0;
}

/* What the step rests on is known: of a round, all that was before it. */
static bool is_ready(const struct sn_shape *s, const struct script *script)
{
	enum sonde_vary along = sonde_vary_along(s->trials[script->first + trial_of_step(script)].field);
	if (trial_of_step(script) <= 1)
		return !is_open(s, script, SONDE_VARY_NONE);
	return !along || !is_open(s, script, along);
}

/* The first of its field that passed is asked again over other flows, until all of them are seen to pass or one is not. */
static bool is_to_confirm(const struct sn_shape *s, const struct script *script)
{
	size_t index = trial_of_step(script);
	const struct entry *e = &s->entries[script->first + index];
	struct sonde_trial_counts counts = counts_of(script, e);
	if (!counts.passed || has_passed(s, script, s->trials[script->first + index].field, index))
		return false;
	return counts.flows_stopped ? e->tries < TRIES : e->moves < SN_FLOWS_VARIED;
}

/* The step could show something that is not known yet. */
static bool is_wanted(const struct sn_shape *s, const struct script *script)
{
	size_t index = trial_of_step(script);
	const struct sonde_trial *trial = &s->trials[script->first + index];
	const struct entry *e = &s->entries[script->first + index];
	enum sonde_vary along = sonde_vary_along(trial->field);
	if (index == 0)
		return true;
	if (trial->code || (along && has_passed(s, script, along, index)))
		return false;
	if (round_of(script) == 1)
		return trial->field != SONDE_VARY_FLOW || !has_passed(s, script, SONDE_VARY_FLOW, index);
	struct sonde_trial_counts counts = counts_of(script, e);
	if (counts.passed)
		return is_to_confirm(s, script);
	return round_of(script) == 2 && e->asked && !counts.unsent;
}

/* What passed over one flow is sent over the next one; what did not, over the same. */
static void move_on(const struct sn_shape *s, const struct script *script, struct sonde_trace_cfg *cfg)
{
	size_t index = script->first + trial_of_step(script);
	struct entry *e = &s->entries[index];
	struct sonde_trial_counts counts = counts_of(script, e);
	if (counts.passed && !counts.flows_stopped) {
		e->moves++;
		e->tries = 0;
	}
	e->tries++;
	if (e->moves)
		sn_variation_move(s->trials[index].field, e->moves - 1, &s->methods[script->block.path].ports, cfg);
}

static int start(struct sn_shape *s, const struct script *script, sonde_at_ns now)
{
	size_t index = trial_of_step(script);
	struct entry *e = &s->entries[script->first + index];
	struct sonde_trial *trial = &s->trials[script->first + index];
	struct sonde_trace_cfg cfg = e->cfg;
	struct sonde_route route;
	struct sonde_error err = {0};
	move_on(s, script, &cfg);
	if (!e->path && sonde_path_new(&e->path) < 0)
		return SONDE_E_NOMEM;
	cfg.plan = SONDE_PLAN_ASK;
	cfg.ask_ttl_count = 0;
	if (index == 0 && script->block.last_ttl)
		cfg.ask_ttls[cfg.ask_ttl_count++] = script->block.last_ttl;
	cfg.ask_ttls[cfg.ask_ttl_count++] = script->block.next_ttl;
	cfg.ask_count = 1;
	cfg.unpaced = true;
	cfg.wait_max_ns = cfg.wait_max_ns ? cfg.wait_max_ns : s->wait_ns;
	cfg.deadline_ns = s->until_ns == SONDE_NEVER ? 0 : s->until_ns - now;
	int code = sonde_session_add(s->session, &cfg, &s->methods[script->block.path].wish, &e->trace_ids[e->asked], &route, &err);
	if (code == SONDE_OK) {
		trial->asked = e->path;
		e->asked++;
		e->open++;
	} else if (!e->asked) {
		trial->code = err.code;
		trial->sys_errno = err.sys_errno;
	}
	return code == SONDE_E_NOMEM ? code : SONDE_OK;
}

/* It passes now: no field can be told to decide. */
static bool is_pointless(const struct sn_shape *s, const struct script *script)
{
	const struct entry *control = &s->entries[script->first];
	return script->step == 1 && (!control->asked || !counts_of(script, control).stopped);
}

static int go_on(struct sn_shape *s, struct script *script, sonde_at_ns now, sonde_at_ns *wake)
{
	while (script->step < steps_of(script) && is_ready(s, script)) {
		sonde_at_ns at = later(script->next_at_ns, s->rations_until_ns - (RATION_BURST - 1) * RATION_NS);
		if (is_pointless(s, script) || now >= s->until_ns) {
			script->step = steps_of(script);
		} else if (!is_wanted(s, script)) {
			script->step++;
		} else if (now < at) {
			*wake = at < *wake ? at : *wake;
			return SONDE_OK;
		} else {
			int code = start(s, script, now);
			if (code < 0)
				return code;
			script->next_at_ns = now + GAP_NS;
			script->step++;
		}
	}
	return SONDE_OK;
}

int sn_shape_turn(struct sn_shape *s, sonde_at_ns now, sonde_at_ns *wake)
{
	bool more = false;
	int code = SONDE_OK;
	for (size_t i = 0; code == SONDE_OK && i < s->script_count; i++) {
		code = go_on(s, &s->scripts[i], now, wake);
		more |= s->scripts[i].step < steps_of(&s->scripts[i]);
	}
	sonde_session_expect(s->session, more && code == SONDE_OK);
	return code;
}
