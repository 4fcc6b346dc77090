/* SPDX-License-Identifier: MIT */
/* Where methods stop that others pass, and whether a varied probe got past that place. */
#include "diag/diag.h"

#include <stdlib.h>

static const struct {
	const char *name;
	enum sonde_vary along;
} fields[SONDE_VARY_COUNT] = {
	[SONDE_VARY_NONE] = {"control", SONDE_VARY_NONE},
	[SONDE_VARY_FLOW] = {"flow", SONDE_VARY_NONE},
	[SONDE_VARY_LENGTH] = {"length", SONDE_VARY_NONE},
	[SONDE_VARY_DF] = {"df", SONDE_VARY_NONE},
	[SONDE_VARY_DSCP] = {"dscp", SONDE_VARY_NONE},
	[SONDE_VARY_FLAGS] = {"flags", SONDE_VARY_NONE},
	[SONDE_VARY_PAYLOAD] = {"payload", SONDE_VARY_LENGTH},
	[SONDE_VARY_DPORT] = {"dport", SONDE_VARY_FLOW},
	[SONDE_VARY_SPORT] = {"sport", SONDE_VARY_FLOW},
};

const char *sonde_vary_name(enum sonde_vary field)
{
	return fields[(unsigned)field < SONDE_VARY_COUNT ? field : SONDE_VARY_NONE].name;
}

enum sonde_vary sonde_vary_along(enum sonde_vary field)
{
	return fields[(unsigned)field < SONDE_VARY_COUNT ? field : SONDE_VARY_NONE].along;
}

/* ---- where a method stops ---- */

static bool is_routers_word(const struct sonde_query *query)
{
	return sn_is_transit(query) && !query->answer.in_targets_name;
}

/* The highest TTL at which a router said that a probe was still on its way, be it weakly, as for the unprivileged wire's TCP always; 0:
 * none. */
static uint8_t last_transit(const struct sn_view *view)
{
	for (unsigned ttl = view->cfg->max_ttl; ttl; ttl--)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			if (is_routers_word(view->rows[ttl].queries[i]))
				return (uint8_t)ttl;
	return 0;
}

static void add_next(struct sonde_block *block, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < block->next_count; i++)
		if (sonde_addr_equal(&block->next[i], addr))
			return;
	if (block->next_count < SONDE_BLOCK_NEXT_MAX)
		block->next[block->next_count++] = *addr;
}

/* Routers that answered that method at a hop. */
static void add_routers(struct sonde_block *block, const struct sn_view *other, unsigned ttl)
{
	for (size_t i = 0; i < other->rows[ttl].query_count; i++)
		if (is_routers_word(other->rows[ttl].queries[i]) && !other->rows[ttl].queries[i]->answer.weak)
			add_next(block, &other->rows[ttl].queries[i]->answer.from);
}

/* The nearest hop at which routers answered other methods on the same way. */
static void find_router(const struct sn_case *c, const struct sn_view *view, struct sonde_block *block)
{
	for (unsigned ttl = block->last_ttl + 1u; ttl <= SONDE_TTL_LAST && !block->next_count; ttl++) {
		for (size_t i = 0; i < c->view_count; i++)
			if (&c->views[i] != view && ttl <= c->views[i].cfg->max_ttl && sn_same_way(view, &c->views[i], block->last_ttl))
				add_routers(block, &c->views[i], ttl);
		block->next_ttl = block->next_count ? (uint8_t)ttl : 0;
	}
}

/* The target itself, where nothing answers this method in its name. */
static void find_target(const struct sn_case *c, const struct sn_view *view, struct sonde_block *block)
{
	for (size_t i = 0; i < c->view_count && !view->impostor.sign; i++) {
		const struct sn_view *other = &c->views[i];
		uint8_t distance = other->end->distance;
		if (other == view || !other->passes || distance <= block->last_ttl || !sn_same_way(view, other, block->last_ttl))
			continue;
		if (block->next_ttl && block->next_ttl <= distance)
			continue;
		block->next_ttl = distance;
		block->next_is_target = true;
		block->next[0] = view->cfg->dst;
		block->next_count = 1;
	}
}

/* It ended before the target, and that was the path's doing. */
static bool is_blocked(const struct sn_view *view)
{
	static const enum sonde_stop stops[] = {SONDE_STOP_GAP, SONDE_STOP_UNREACHABLE, SONDE_STOP_REFUSED, SONDE_STOP_CONTRADICTED};
	if (view->passes || (view->end->by.family && sonde_addr_equal(&view->end->by, &view->cfg->src)))
		return false;
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
		if (view->end->stop == stops[i])
			return true;
	return view->impostor.sign != SN_IMPOSTOR_NONE;
}

bool sn_block(const struct sn_case *c, const struct sn_view *view, struct sonde_block *out)
{
	*out = (struct sonde_block){.path = (size_t)(view - c->views), .last_ttl = last_transit(view)};
	if (!is_blocked(view))
		return false;
	find_router(c, view, out);
	if (!out->next_ttl)
		find_target(c, view, out);
	return true;
}

int sonde_blocks(const struct sonde_case *about, struct sonde_block *out)
{
	struct sn_case c;
	int count = 0, code = sn_case_init(&c, about, NULL);
	for (size_t i = 0; code == SONDE_OK && i < about->path_count; i++)
		count += sn_block(&c, &c.views[i], &out[count]);
	sn_case_finish(&c);
	return code < 0 ? code : count;
}

/* ---- what a varied probe came to ---- */

static bool is_next(const struct sonde_block *block, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < block->next_count; i++)
		if (sonde_addr_equal(&block->next[i], addr))
			return true;
	return false;
}

enum fate { UNKNOWN, PASSED, STOPPED, ASTRAY, UNSENT };

static enum fate fate_of(const struct sonde_block *block, const struct sonde_query *query)
{
	const struct sonde_event_answer *answer = &query->answer;
	bool final = answer->in_targets_name && sonde_meaning_is_final(answer->meaning);
	bool transit = answer->meaning == SONDE_M_TIME_EXCEEDED;
	bool there = block->next_is_target ? final : transit && is_next(block, &answer->from);
	/* A weak answer decides nothing alone; no field is sure to decide before several flows have passed. */
	if (sn_answered(query))
		return there ? PASSED : transit ? ASTRAY : STOPPED;
	if (query->state == SONDE_QUERY_LOCAL_ERROR)
		return UNSENT;
	return query->state == SONDE_QUERY_LOST || query->state == SONDE_QUERY_CROWDED ? STOPPED : UNKNOWN;
}

static bool is_same_flow(const struct sonde_query *a, const struct sonde_query *b)
{
	return a == b || (a->probe.sport && a->probe.sport == b->probe.sport && a->probe.dport == b->probe.dport);
}

/* Counts the flow of a query where it is the first one of that. */
static void count_flow(const struct sonde_block *block, const struct sonde_row *row, size_t first, struct sonde_trial_counts *out)
{
	bool passed = false, stopped = false;
	for (size_t i = 0; i < row->query_count; i++) {
		if (!is_same_flow(row->queries[first], row->queries[i]))
			continue;
		if (i < first)
			return;
		passed |= fate_of(block, row->queries[i]) == PASSED;
		stopped |= fate_of(block, row->queries[i]) == STOPPED || fate_of(block, row->queries[i]) == ASTRAY;
	}
	out->flows_passed += passed;
	out->flows_stopped += !passed && stopped;
}

int sonde_trial_count(const struct sonde_block *block, const struct sonde_path *asked, struct sonde_trial_counts *out)
{
	struct sonde_row row = {0};
	*out = (struct sonde_trial_counts){0};
	int code = block->last_ttl ? sonde_path_row(asked, block->last_ttl, &row) : SONDE_OK;
	out->before = row.answered_count;
	if (code == SONDE_OK)
		code = sonde_path_row(asked, block->next_ttl, &row);
	for (size_t i = 0; code == SONDE_OK && i < row.query_count; i++) {
		enum fate fate = fate_of(block, row.queries[i]);
		out->passed += fate == PASSED;
		out->stopped += fate == STOPPED;
		out->astray += fate == ASTRAY;
		out->unsent += fate == UNSENT;
		out->sys_errno = fate == UNSENT ? row.queries[i]->sys_errno : out->sys_errno;
		count_flow(block, &row, i, out);
	}
	sonde_row_finish(&row);
	return code;
}
