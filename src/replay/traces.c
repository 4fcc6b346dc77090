/* SPDX-License-Identifier: MIT */
/* Which of what was asked belongs to one trace: by target, method and flow, and by what only a path mapper does. */
#include "replay/internal.h"

#include <stdlib.h>
#include <string.h>

/* From so many TTLs on a flow maps a path; the first of them is at most that of a trace which begins far away. Of a lone target on the same
 * link there may be nothing but TTL 1. */
enum { TTLS_LEAST = 3, FIRST_TTL_MOST = 30, LINK_TTL_MOST = 4 };
/* A trace that falls silent for so long is followed by another one. The sweep counts time up to an hour, and probes of a hop in bytes. */
#define IDLE_NS (60 * SONDE_S)
#define TRACE_LONGEST_NS (3000 * SONDE_S)
enum { QUERIES_MOST = 250 };
/* Ordinary traffic of the flow that a trace uses: TTLs so much above all that the trace has. */
enum { FAR_TTLS = 16 };

/* Asks that may be one trace: their numbers, in an order of the caller's. */
struct run {
	uint32_t *asks;
	size_t count;
};

/* What sorts them, apart from target and time. */
enum sort_by { BY_METHOD, BY_PORTS, BY_SPORT, BY_TIME };

struct work {
	struct sn_replay *replay;
	enum sort_by by;
	size_t taken_count;
	int code;
};

/* What tells runs apart, of asks with the same addresses and protocol: traces of one target that use ports count them, or keep them. */
static uint32_t value_of(const struct sn_ask *ask, enum sort_by by)
{
	switch (by) {
	case BY_METHOD:
		return sn_replay_protocol(ask->protocol)->group(ask);
	case BY_PORTS:
		return (uint32_t)ask->sport << 16 | ask->dport;
	case BY_SPORT:
		return ask->sport;
	case BY_TIME:
		break;
	}
	return 0;
}

static int target_order(const struct sn_ask *a, const struct sn_ask *b)
{
	int differ = memcmp(a->src.bytes, b->src.bytes, sizeof a->src.bytes);
	differ = differ ? differ : memcmp(a->dst.bytes, b->dst.bytes, sizeof a->dst.bytes);
	differ = differ ? differ : a->version - b->version;
	return differ ? differ : a->protocol - b->protocol;
}

static int in_order(const void *left, const void *right, void *ctx)
{
	const struct work *w = ctx;
	uint32_t l = *(const uint32_t *)left, r = *(const uint32_t *)right;
	const struct sn_ask *a = &w->replay->asks[l], *b = &w->replay->asks[r];
	int differ = w->by == BY_TIME ? 0 : target_order(a, b);
	uint32_t av = value_of(a, w->by), bv = value_of(b, w->by);
	differ = differ ? differ : av < bv ? -1 : av > bv;
	return differ ? differ : l < r ? -1 : l > r; /* asks are numbered in order of time */
}

static void sort(struct work *w, struct run run, enum sort_by by)
{
	w->by = by;
	if (run.count)
		qsort_r(run.asks, run.count, sizeof *run.asks, in_order, w);
}

/* The asks at the start of a sorted run that belong together. */
static size_t together(const struct work *w, struct run run, enum sort_by by)
{
	const struct sn_ask *asks = w->replay->asks, *first = &asks[run.asks[0]];
	size_t count = 1;
	while (count < run.count && target_order(&asks[run.asks[count]], first) == 0 &&
	       value_of(&asks[run.asks[count]], by) == value_of(first, by))
		count++;
	return count;
}

/* ---- one trace ---- */

static unsigned ttl_count(const struct work *w, struct run run)
{
	bool seen[256] = {false};
	unsigned count = 0;
	for (size_t i = 0; i < run.count; i++) {
		uint8_t ttl = w->replay->asks[run.asks[i]].ttl;
		count += !seen[ttl];
		seen[ttl] = true;
	}
	return count;
}

/* A path mapper's: routers said that its TTLs ran out, or they vary as nobody else's do. Or who asked says in the capture that it went on
 * asking: that holds nothing else then, be it that nobody answers. */
static bool is_trace(const struct work *w, struct run run)
{
	uint8_t least = UINT8_MAX, most = 0;
	bool exceeded = false;
	for (size_t i = 0; i < run.count; i++) {
		const struct sn_ask *ask = &w->replay->asks[run.asks[i]];
		least = ask->ttl < least ? ask->ttl : least;
		most = ask->ttl > most && ask->ttl != SONDE_TTL_LAST ? ask->ttl : most;
		exceeded |= ask->exceeded;
	}
	const struct sn_ask *first = run.count ? &w->replay->asks[run.asks[0]] : NULL;
	bool marked = first && sn_replay_begins_between(w->replay, INT64_MIN, sn_ask_heard(w->replay, first)->at_ns);
	bool varied = ttl_count(w, run) >= TTLS_LEAST && least <= FIRST_TTL_MOST;
	return run.count && (exceeded || varied || marked || (least == 1 && most <= LINK_TTL_MOST));
}

/* Leaves out what uses the flow and maps nothing. The lone probe at TTL 255 asks whether the target answers at all. */
static size_t without_far(const struct work *w, struct run run)
{
	bool seen[256] = {false};
	unsigned top = 0;
	size_t kept = 0;
	for (size_t i = 0; i < run.count; i++)
		seen[w->replay->asks[run.asks[i]].ttl] = true;
	for (unsigned ttl = 0; ttl < 256; ttl++)
		if (seen[ttl] && (!top || ttl <= top + FAR_TTLS))
			top = ttl;
	for (size_t i = 0; i < run.count; i++) {
		uint8_t ttl = w->replay->asks[run.asks[i]].ttl;
		if (ttl <= top || ttl == SONDE_TTL_LAST)
			run.asks[kept++] = run.asks[i];
	}
	return kept;
}

/* The flows of a trace in order of their first probe; the main one is 0. */
static void number_flows(const struct work *w, struct run run, const uint16_t *main_sport)
{
	uint16_t sports[SONDE_FLOWS_MAX] = {main_sport ? *main_sport : 0};
	uint8_t count = 1;
	for (size_t i = 0; main_sport && i < run.count; i++) {
		struct sn_ask *ask = &w->replay->asks[run.asks[i]];
		uint8_t flow = 0;
		while (flow < count && sports[flow] != ask->sport)
			flow++;
		if (flow == count && count < SONDE_FLOWS_MAX)
			sports[count++] = ask->sport;
		ask->flow = flow;
	}
}

static void add_trace(struct work *w, struct run run, bool flow_constant, const uint16_t *main_sport)
{
	struct sn_replay *replay = w->replay;
	if (w->code < 0 || !is_trace(w, run))
		return;
	if (replay->trace_count >= SN_REPLAY_TRACES_MAX) {
		w->code = SONDE_E_RANGE;
		return;
	}
	void *items = replay->traces;
	int code = sn_replay_reserve(&items, replay->trace_count, &replay->trace_capacity, sizeof *replay->traces);
	replay->traces = items;
	if (code < 0) {
		w->code = code;
		return;
	}
	number_flows(w, run, main_sport);
	replay->traces[replay->trace_count++] = (struct sn_replay_trace){
	    .ask_from = w->taken_count, .ask_count = run.count, .flow_constant = flow_constant, .once_per_flow = main_sport != NULL};
	memcpy(replay->by_trace + w->taken_count, run.asks, run.count * sizeof *run.asks);
	w->taken_count += run.count;
}

/* One flow kind of one target, cut where one trace ends and another begins. */
static void take(struct work *w, struct run run, bool flow_constant, const uint16_t *main_sport)
{
	const struct sn_replay *replay = w->replay;
	unsigned of_ttl[256] = {0};
	size_t from = 0;
	sort(w, run, BY_TIME);
	run.count = without_far(w, run);
	sonde_at_ns began = 0, before = 0;
	for (size_t i = 0; i < run.count; i++) {
		const struct sn_ask *ask = &replay->asks[run.asks[i]];
		sonde_at_ns at_ns = sn_ask_heard(replay, ask)->at_ns;
		bool ends = at_ns - before > IDLE_NS || at_ns - began > TRACE_LONGEST_NS || of_ttl[ask->ttl] >= QUERIES_MOST;
		bool cut = i > from && (ends || sn_replay_begins_between(replay, before, at_ns));
		if (cut) {
			add_trace(w, (struct run){run.asks + from, i - from}, flow_constant, main_sport);
			memset(of_ttl, 0, sizeof of_ttl);
			from = i;
		}
		began = i == from ? at_ns : began;
		before = at_ns;
		of_ttl[ask->ttl]++;
	}
	add_trace(w, (struct run){run.asks + from, run.count - from}, flow_constant, main_sport);
}

/* ---- one method and target ---- */

/* Takes the runs that stand for themselves; the others stay, in front. */
static struct run take_flows(struct work *w, struct run run, enum sort_by by, bool flow_constant)
{
	size_t left = 0;
	sort(w, run, by);
	for (size_t from = 0, count; from < run.count; from += count) {
		struct run flow = {run.asks + from, run.count - from};
		flow.count = count = together(w, flow, by);
		if (ttl_count(w, flow) >= TTLS_LEAST) {
			take(w, flow, flow_constant, NULL);
			continue;
		}
		memmove(run.asks + left, flow.asks, count * sizeof *flow.asks);
		left += count;
	}
	return (struct run){run.asks, left};
}

/* Whoever counts ports uses many, each for few probes, even where it begins again at the first. */
static bool counts_ports(struct work *w, struct run run)
{
	enum { PORTS_LEAST = 4, PROBES_EACH_MOST = 10 };
	size_t ports = 0;
	sort(w, run, BY_PORTS);
	for (size_t from = 0; from < run.count; ports++)
		from += together(w, (struct run){run.asks + from, run.count - from}, BY_PORTS);
	return ports >= PORTS_LEAST && run.count <= ports * PROBES_EACH_MOST;
}

/* Takes what has a source port of its own; the rest stays, in front. */
static struct run take_sport(struct work *w, struct run run)
{
	if (ttl_count(w, run) < TTLS_LEAST)
		return run;
	if (!counts_ports(w, run))
		return take_flows(w, run, BY_PORTS, true);
	take(w, run, false, NULL);
	return (struct run){run.asks, 0};
}

/* Some tools keep both ports, some one of them, some neither. */
static void take_udp(struct work *w, struct run run)
{
	size_t left = 0;
	sort(w, run, BY_SPORT);
	for (size_t from = 0, count; from < run.count; from += count) {
		struct run flow = {run.asks + from, run.count - from};
		flow.count = count = together(w, flow, BY_SPORT);
		struct run rest = take_sport(w, flow);
		memmove(run.asks + left, rest.asks, rest.count * sizeof *rest.asks);
		left += rest.count;
	}
	run.count = left;
	take(w, run, run.count && together(w, run, BY_PORTS) == run.count, NULL);
}

/* A tool that keeps its flow may use a few others beside it: an open port answers one SYN of each. Others have one for each probe. */
static void take_tcp(struct work *w, struct run run)
{
	size_t constant = 0;
	uint16_t main_sport = 0;
	sort(w, run, BY_SPORT);
	for (size_t from = 0, count; from < run.count; from += count) {
		struct run flow = {run.asks + from, run.count - from};
		flow.count = count = together(w, flow, BY_SPORT);
		if (ttl_count(w, flow) < TTLS_LEAST)
			continue;
		main_sport = w->replay->asks[flow.asks[0]].sport;
		constant++;
	}
	if (constant > 1)
		run = take_flows(w, run, BY_SPORT, true);
	take(w, run, constant == 1, constant == 1 ? &main_sport : NULL);
}

static void take_one(struct work *w, struct run run)
{
	take(w, run, true, NULL);
}

static void (*const takers[SN_FLOWS_COUNT])(struct work *w, struct run run) = {
	[SN_FLOWS_ONE] = take_one, [SN_FLOWS_TCP] = take_tcp, [SN_FLOWS_UDP] = take_udp,
};

static void take_all(struct work *w, struct run all)
{
	sort(w, all, BY_METHOD);
	for (size_t from = 0, count; from < all.count && w->code == SONDE_OK; from += count) {
		struct run run = {all.asks + from, all.count - from};
		run.count = count = together(w, run, BY_METHOD);
		takers[sn_replay_protocol(w->replay->asks[run.asks[0]].protocol)->flows](w, run);
	}
}

/* ---- numbers ---- */

static int by_first_probe(const void *left, const void *right, void *ctx)
{
	const struct sn_replay *replay = ctx;
	const struct sn_replay_trace *a = left, *b = right;
	uint32_t l = replay->by_trace[a->ask_from], r = replay->by_trace[b->ask_from];
	return l < r ? -1 : l > r;
}

static void number_probes(struct sn_replay *replay, size_t index)
{
	struct sn_replay_trace *trace = &replay->traces[index];
	uint8_t queries[256] = {0};
	for (size_t i = 0; i < trace->ask_count; i++) {
		struct sn_ask *ask = &replay->asks[replay->by_trace[trace->ask_from + i]];
		ask->trace = (uint32_t)index;
		ask->serial = (uint32_t)i + 1;
		trace->asked_again |= ask->again;
		ask->flow = ask->again ? 0 : ask->flow; /* a trace of its own, as it were */
		ask->query = ++queries[ask->ttl]; /* at most QUERIES_MOST */
	}
}

static int by_trace(const void *left, const void *right, void *ctx)
{
	const struct sn_replay *replay = ctx;
	const struct sn_pairing *a = left, *b = right;
	uint32_t l = replay->asks[a->ask].trace, r = replay->asks[b->ask].trace;
	if (l != r)
		return l < r ? -1 : 1;
	return a->heard < b->heard ? -1 : a->heard > b->heard;
}

static void give_answers(struct sn_replay *replay)
{
	size_t at = 0;
	if (replay->pairing_count)
		qsort_r(replay->pairings, replay->pairing_count, sizeof *replay->pairings, by_trace, replay);
	for (size_t i = 0; i < replay->trace_count; i++) {
		struct sn_replay_trace *trace = &replay->traces[i];
		trace->pairing_from = at;
		while (at < replay->pairing_count && replay->asks[replay->pairings[at].ask].trace == i)
			at++;
		trace->pairing_count = at - trace->pairing_from;
	}
}

int sn_replay_find_traces(struct sn_replay *replay)
{
	struct work w = {.replay = replay};
	struct run all = {calloc(replay->ask_count + 1, sizeof *all.asks), 0};
	replay->by_trace = calloc(replay->ask_count + 1, sizeof *replay->by_trace);
	if (!all.asks || !replay->by_trace) {
		free(all.asks);
		return SONDE_E_NOMEM;
	}
	for (uint32_t i = 0; i < replay->ask_count; i++)
		if (!replay->asks[i].repeated && !replay->asks[i].connected)
			all.asks[all.count++] = i;
	take_all(&w, all);
	free(all.asks);
	if (replay->trace_count)
		qsort_r(replay->traces, replay->trace_count, sizeof *replay->traces, by_first_probe, replay);
	if (w.code == SONDE_OK)
		w.code = sn_replay_find_again(replay);
	for (size_t i = 0; i < replay->trace_count; i++)
		number_probes(replay, i);
	give_answers(replay);
	for (size_t i = 0; i < replay->trace_count; i++)
		sn_replay_guess(replay, &replay->traces[i]);
	return w.code;
}
