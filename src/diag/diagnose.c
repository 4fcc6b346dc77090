/* SPDX-License-Identifier: MIT */
/* Asks every rule about every path of a case. */
#include "diag/diag.h"

#include <stdio.h>
#include <stdlib.h>

const char *sonde_label(const struct sonde_trace_cfg *cfg, char text[SONDE_LABEL_BYTES])
{
	const struct sonde_method_info *method = sonde_method_info(cfg->method);
	uint16_t port = cfg->dport || !method ? cfg->dport : method->default_port;
	if (method && (method->takes_port || method->takes_protocol))
		snprintf(text, SONDE_LABEL_BYTES, "%s/%u", method->name, (unsigned)port);
	else
		snprintf(text, SONDE_LABEL_BYTES, "%s", method ? method->name : "?");
	return text;
}

/* ---- laying out ---- */

void sn_view_finish(struct sn_view *view)
{
	for (size_t ttl = 0; view->rows && ttl <= SONDE_TTL_LAST; ttl++)
		sonde_row_finish(&view->rows[ttl]);
	free(view->rows);
	free(view->mtu);
	view->rows = NULL;
	view->mtu = NULL;
}

/* What was asked after the rows stood may have been answered from farther on, or by the target. */
static void take_in(struct sonde_event_end *end, const struct sonde_query *query)
{
	const struct sonde_event_answer *answer = &query->answer;
	if (!query->asked || !sn_answered(query) || answer->weak || end->stop != SONDE_STOP_GAP)
		return;
	if (query->probe.ttl > end->last_answering_ttl)
		end->last_answering_ttl = query->probe.ttl;
	if (!answer->in_targets_name || !sonde_meaning_is_final(answer->meaning) || (end->reached && end->distance <= query->probe.ttl))
		return;
	end->reached = true;
	end->distance = query->probe.ttl;
}

static void take_in_asked(struct sn_view *view)
{
	for (unsigned ttl = view->first_ttl; ttl <= view->cfg->max_ttl; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			take_in(view->end, view->rows[ttl].queries[i]);
	if (view->end->reached && view->end->stop == SONDE_STOP_GAP)
		view->end->stop = SONDE_STOP_REACHED;
	else if (view->end->reached)
		view->end->distance = sonde_path_distance(view->path);
}

static int measure(struct sn_view *view)
{
	view->mtu = malloc(sizeof *view->mtu);
	return view->mtu ? sonde_mtu_read(view->path, view->mtu) : SONDE_E_NOMEM;
}

/* SONDE_E_RANGE: a path that has not ended. */
static int view_init(struct sn_view *view, const struct sonde_path *path, bool strong_only)
{
	const struct sonde_event_end *end = sonde_path_end(path);
	*view = (struct sn_view){.path = path, .cfg = sonde_path_cfg(path), .strong_only = strong_only};
	if (!view->cfg || !end)
		return SONDE_E_RANGE;
	view->own_end = *end;
	view->end = &view->own_end;
	view->method = sonde_method_info(view->cfg->method);
	sonde_label(view->cfg, view->label);
	view->first_ttl = sonde_path_first_ttl(path);
	view->last_ttl = sonde_path_last_ttl(path);
	view->rows = calloc(SONDE_TTL_LAST + 1, sizeof *view->rows);
	if (!view->rows)
		return SONDE_E_NOMEM;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		int code = sonde_path_row(path, (uint8_t)ttl, &view->rows[ttl]);
		if (code < 0)
			return code;
		sn_weigh_row(view, &view->rows[ttl], strong_only);
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			view->changed |= sonde_query_diff(view->rows[ttl].queries[i]);
	}
	if (strong_only)
		sn_weigh_end(view);
	take_in_asked(view);
	return view->cfg->plan == SONDE_PLAN_PMTU ? measure(view) : SONDE_OK;
}

int sn_view_init(struct sn_view *view, const struct sonde_path *path)
{
	return view_init(view, path, false);
}

/* The target answered the probe at TTL 255 alone: that is too far only as long as no other method shows that it is not. It rations. */
static void take_in_last_probe(const struct sn_case *c, struct sn_view *view)
{
	struct sonde_event_end *end = view->end;
	if (end->stop != SONDE_STOP_MAX_TTL || !sonde_meaning_is_final(end->ttl255))
		return;
	for (size_t i = 0; i < c->view_count && !view->passes; i++)
		view->passes = c->views[i].passes && c->views[i].end->distance && c->views[i].end->distance <= view->cfg->max_ttl;
	end->reached = view->passes;
	end->stop = view->passes ? SONDE_STOP_REACHED : end->stop;
}

/* The same where other traces of its series reached the target: the answers from there were missing, and the way is no longer. What came
 * from beyond that hop speaks for itself. */
static void take_in_series(const struct sn_case *c, struct sn_view *view)
{
	struct sonde_event_end *end = view->end;
	uint8_t reached_ttl = c->about->reached_ttl;
	bool within = reached_ttl && reached_ttl <= view->cfg->max_ttl && end->last_answering_ttl < reached_ttl;
	if (end->stop == SONDE_STOP_MAX_TTL && within)
		end->stop = SONDE_STOP_GAP;
}

static bool can_judge(const struct sn_rule *rule, const struct sn_view *view)
{
	bool sizes = view && view->mtu;
	return rule->of == SN_OF_BOTH || (rule->of == SN_OF_SIZES) == sizes;
}

void sn_ask_rules(struct sn_case *c, bool only_of_rows)
{
	const struct sn_rule *rule;
	bool all = c->index == SONDE_PATH_ALL;
	c->ended = false;
	for (size_t i = 0; (rule = sn_rule(i)); i++) {
		size_t before = c->out->count;
		if (!can_judge(rule, c->view) || (rule->about_case || (all && rule->packets.fields)) != all || (c->ended && rule->ends))
			continue;
		if (only_of_rows && !rule->of_rows)
			continue;
		c->rule = rule;
		if (all && rule->packets.fields)
			sn_merge(c);
		else
			rule->eval(c);
		c->ended |= rule->ends && c->out->count > before;
	}
}

static int case_init(struct sn_case *c, const struct sonde_case *about, bool strong_only, struct sonde_findings *out)
{
	int code = SONDE_OK;
	*c = (struct sn_case){.about = about, .out = out};
	c->views = calloc(about->path_count + 1, sizeof *c->views);
	if (!c->views)
		return SONDE_E_NOMEM;
	c->view_count = about->path_count;
	for (size_t i = 0; code == SONDE_OK && i < c->view_count; i++)
		code = view_init(&c->views[i], about->paths[i], strong_only);
	for (size_t i = 0; code == SONDE_OK && i < c->view_count; i++) {
		c->views[i].impostor = sn_impostor(c, &c->views[i]);
		c->views[i].passes = c->views[i].end->reached && !c->views[i].impostor.sign;
	}
	return code;
}

int sn_case_init(struct sn_case *c, const struct sonde_case *about, struct sonde_findings *out)
{
	return case_init(c, about, false, out);
}

void sn_case_finish(struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		sn_view_finish(&c->views[i]);
	free(c->views);
}

/* *weak: some answer is. */
static int judge(const struct sonde_case *about, bool strong_only, struct sonde_findings *out, bool *weak)
{
	struct sn_case c;
	int code = case_init(&c, about, strong_only, out);
	for (size_t i = 0; code == SONDE_OK && i < about->path_count; i++)
		take_in_last_probe(&c, &c.views[i]);
	for (size_t i = 0; code == SONDE_OK && i < about->path_count; i++)
		take_in_series(&c, &c.views[i]);
	for (c.index = 0; code == SONDE_OK && c.index < about->path_count; c.index++) {
		c.view = &c.views[c.index];
		*weak |= c.view->weak;
		sn_ask_rules(&c, false);
	}
	c.index = SONDE_PATH_ALL;
	c.view = NULL;
	if (code == SONDE_OK && about->path_count > 1)
		sn_ask_rules(&c, false);
	sn_case_finish(&c);
	return code == SONDE_OK && c.bad ? SONDE_E_NOMEM : code;
}

int sonde_diagnose(const struct sonde_case *about, struct sonde_findings *out)
{
	struct sonde_findings strong = {0};
	bool weak = false, unused = false;
	size_t before = out->count;
	int code = judge(about, false, out, &weak);
	if (code == SONDE_OK && weak)
		code = judge(about, true, &strong, &unused);
	if (code == SONDE_OK && weak)
		sn_doubt_weak(out, before, &strong);
	sonde_findings_finish(&strong);
	return code;
}
