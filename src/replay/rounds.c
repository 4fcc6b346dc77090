/* SPDX-License-Identifier: MIT */
/* Where a run says in its capture that it begins again, or asks more. */
#include "replay/internal.h"

#include <stdlib.h>

/* More than any run makes; of a made-up capture the rest is left out. */
enum { ROUNDS_MAX = 1 << 16 };

int sn_replay_round(struct sn_replay *replay, sonde_at_ns at_ns)
{
	void *items = replay->rounds;
	if (replay->round_count >= ROUNDS_MAX)
		return SONDE_OK;
	int code = sn_replay_reserve(&items, replay->round_count, &replay->round_capacity, sizeof *replay->rounds);
	replay->rounds = items;
	if (code == SONDE_OK)
		replay->rounds[replay->round_count++] = at_ns;
	return code;
}

static int ascending(const void *left, const void *right)
{
	sonde_at_ns a = *(const sonde_at_ns *)left, b = *(const sonde_at_ns *)right;
	return a < b ? -1 : a > b;
}

void sn_replay_sort_rounds(struct sn_replay *replay)
{
	if (replay->round_count)
		qsort(replay->rounds, replay->round_count, sizeof *replay->rounds, ascending);
}

bool sn_replay_begins_between(const struct sn_replay *replay, sonde_at_ns before_ns, sonde_at_ns at_ns)
{
	size_t from = 0, to = replay->round_count; /* the first that is later than before_ns */
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (replay->rounds[middle] <= before_ns)
			from = middle + 1;
		else
			to = middle;
	}
	return from < replay->round_count && replay->rounds[from] <= at_ns;
}

/* The trace before it to the same target. */
static const struct sn_replay_trace *before(const struct sn_replay *replay, size_t trace)
{
	for (size_t k = trace; k-- > 0;)
		if (sonde_addr_equal(&replay->traces[k].cfg.dst, &replay->traces[trace].cfg.dst))
			return &replay->traces[k];
	return NULL;
}

size_t sn_replay_probe_count(const struct sn_replay *replay, size_t trace)
{
	return trace < replay->trace_count ? replay->traces[trace].ask_count : 0;
}

/* It asks one hop once more, and says that it does, after a trace by the same method that got so far. */
static bool asks_hop(const struct sn_replay *replay, size_t trace)
{
	const struct sn_replay_trace *own = &replay->traces[trace], *last = before(replay, trace);
	const struct sonde_trace_cfg *cfg = &own->cfg;
	if (cfg->plan != SONDE_PLAN_SWEEP || cfg->first_ttl != cfg->max_ttl || !last ||
	    !sn_replay_begins_between(replay, sn_replay_last_at_ns(replay, last), sn_replay_began_at_ns(replay, own)))
		return false;
	bool found = false;
	for (size_t i = 0; i < trace; i++) {
		const struct sonde_trace_cfg *told = &replay->traces[i].cfg;
		found |= told->plan == SONDE_PLAN_SWEEP && told->method == cfg->method && told->first_ttl < told->max_ttl &&
		         told->first_ttl <= cfg->first_ttl && told->max_ttl >= cfg->first_ttl && sonde_addr_equal(&told->dst, &cfg->dst);
	}
	return found;
}

size_t sn_replay_told_count(const struct sn_replay *replay)
{
	size_t count = replay->trace_count;
	while (count > 0 && asks_hop(replay, count - 1))
		count--;
	for (size_t i = 0; i < count; i++)
		if (replay->traces[i].cfg.plan != SONDE_PLAN_SWEEP)
			return replay->trace_count;
	return count;
}

bool sn_replay_is_repeated(const struct sn_replay *replay)
{
	bool any = false;
	if (sn_replay_told_count(replay) < replay->trace_count)
		return false;
	for (size_t i = 0; i < replay->trace_count; i++) {
		const struct sn_replay_trace *trace = &replay->traces[i], *last = before(replay, i);
		if (trace->cfg.plan != SONDE_PLAN_SWEEP || trace->cfg.method != replay->traces[0].cfg.method)
			return false;
		if (last && !sn_replay_begins_between(replay, sn_replay_began_at_ns(replay, last), sn_replay_began_at_ns(replay, trace)))
			return false;
		any |= last != NULL;
	}
	return any;
}
