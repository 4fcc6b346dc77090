/* SPDX-License-Identifier: MIT */
/* What a comparison asks again where one of its methods is in doubt: a few probes over other flows, which belong to that method's trace. */
#include "replay/internal.h"

#include <stdlib.h>
#include <string.h>

/* So much is looked at; so few TTLs, and probes, are asked again, so soon behind what was asked first. */
enum { TRACES_LOOKED_AT = 2 * SN_REPLAY_COMPARED_MAX, TTLS_AGAIN = 4, PROBES_AGAIN = 40 };
/* Queries are counted in a byte: there must be room for those. */
enum { QUERIES_BEFORE = 200 };
#define AGAIN_NS (10 * SONDE_S)

/* What is known of a trace. */
struct known {
	const struct sn_ask *first;
	sonde_at_ns began, ended;
	bool has_ttl[256];
	unsigned ttl_count;
	unsigned of_ttl[256];
	bool measures;       /* it looks for the path's MTU, which is nothing to compare */
	bool full;           /* so many probes with one TTL that there is no room for more */
	bool compared;       /* another method asks the same target meanwhile … */
	bool asked[256];     /* … and these TTLs were asked by any of them */
	unsigned again_count;
	uint32_t joins;      /* it asks again for that trace; SN_NO_TRACE: it stands for itself */
};

static sonde_at_ns at(const struct sn_replay *replay, const struct sn_ask *ask)
{
	return sn_ask_heard(replay, ask)->at_ns;
}

static bool same_target(const struct sn_ask *a, const struct sn_ask *b)
{
	return sonde_addr_equal(&a->src, &b->src) && sonde_addr_equal(&a->dst, &b->dst);
}

/* To the same target by the same method and port, whatever the flow. */
static bool same_kind(const struct sn_ask *a, const struct sn_ask *b)
{
	bool icmp = sn_is_icmp(a->protocol);
	return same_target(a, b) && a->protocol == b->protocol && a->icmp_type == b->icmp_type && (icmp || a->dport == b->dport) &&
	       (a->tcp_flags & SN_TCP_SYN) == (b->tcp_flags & SN_TCP_SYN);
}

/* Within a trace: behind all that was asked first, few TTLs once or twice more, or one over further flows. */
static void mark_repeats(struct sn_replay *replay, const struct sn_replay_trace *trace)
{
	enum { REPEATS_EACH = 2, FLOWS_MOST = 5 };
	const uint32_t *asks = replay->by_trace + trace->ask_from;
	unsigned of_ttl[256] = {0}, ttls = 0;
	size_t first_again = trace->ask_count;
	unsigned most = 0;
	for (size_t i = 0; i < trace->ask_count; i++) {
		const struct sn_ask *ask = &replay->asks[asks[i]];
		unsigned count = ++of_ttl[ask->ttl];
		ttls += count == 2;
		most = count - 1 > most ? count - 1 : most;
		if (ask->ttl == SONDE_TTL_LAST)
			continue;
		if (count == 1 && first_again < i)
			return;
		first_again = count > 1 && first_again > i ? i : first_again;
	}
	bool few = most <= REPEATS_EACH ? ttls <= TTLS_AGAIN : most <= FLOWS_MOST && ttls == 1;
	for (size_t i = first_again; few && i < trace->ask_count; i++)
		replay->asks[asks[i]].again = replay->asks[asks[i]].ttl != SONDE_TTL_LAST;
}

static void look(const struct sn_replay *replay, const struct sn_replay_trace *trace, struct known *out)
{
	const uint32_t *asks = replay->by_trace + trace->ask_from;
	uint16_t most_bytes;
	*out = (struct known){.first = &replay->asks[asks[0]], .joins = SN_NO_TRACE};
	out->measures = sn_replay_measures(replay, trace, &most_bytes);
	out->began = at(replay, out->first);
	out->ended = at(replay, &replay->asks[asks[trace->ask_count - 1]]);
	for (size_t i = 0; i < trace->ask_count; i++) {
		uint8_t ttl = replay->asks[asks[i]].ttl;
		out->full |= ++out->of_ttl[ttl] > QUERIES_BEFORE;
		out->ttl_count += !out->has_ttl[ttl];
		out->has_ttl[ttl] = true;
	}
}

static bool overlap(const struct known *a, const struct known *b)
{
	return a->began <= b->ended + SONDE_S && b->began <= a->ended + SONDE_S;
}

/* A few of the TTLs that were asked, behind its beginning. */
static bool asks_again(const struct known *again, const struct known *trace)
{
	if (!trace->compared || again->ttl_count > TTLS_AGAIN || again->ttl_count >= trace->ttl_count || again->began <= trace->began ||
	    again->began > trace->ended + AGAIN_NS || !same_kind(again->first, trace->first))
		return false;
	for (unsigned ttl = 0; ttl < 256; ttl++)
		if (again->has_ttl[ttl] && !trace->asked[ttl])
			return false;
	return true;
}

static void find_compared(struct known *known, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			bool beside = same_target(known[i].first, known[k].first) && overlap(&known[i], &known[k]);
			if (!beside || known[i].measures || known[k].measures)
				continue;
			known[i].compared |= !known[i].full && !same_kind(known[i].first, known[k].first);
			for (unsigned ttl = 0; ttl < 256; ttl++)
				known[i].asked[ttl] |= known[k].has_ttl[ttl];
		}
}

/* Of what is no trace by itself; a trace that asks again is taken as a whole. */
static uint32_t trace_of_single(const struct sn_replay *replay, struct known *known, const struct sn_ask *ask)
{
	for (uint32_t i = 0; i < replay->trace_count; i++) {
		struct known *k = &known[i];
		sonde_at_ns asked_at = at(replay, ask);
		if (k->compared && k->asked[ask->ttl] && asked_at > k->began && asked_at <= k->ended + AGAIN_NS &&
		    k->again_count < PROBES_AGAIN && k->joins == SN_NO_TRACE && same_kind(ask, k->first)) {
			k->again_count++;
			return i;
		}
	}
	return SN_NO_TRACE;
}

static void join_traces(const struct sn_replay *replay, struct known *known)
{
	for (uint32_t i = 0; i < replay->trace_count; i++)
		for (uint32_t k = 0; k < replay->trace_count && known[i].joins == SN_NO_TRACE; k++)
			if (k != i && known[k].joins == SN_NO_TRACE && replay->traces[i].ask_count <= PROBES_AGAIN &&
			    asks_again(&known[i], &known[k]) && known[k].again_count + replay->traces[i].ask_count <= PROBES_AGAIN) {
				known[i].joins = k;
				known[k].again_count += (unsigned)replay->traces[i].ask_count;
			}
}

/* Each ask has its trace; traces that joined others go, and by_trace is written anew. */
static void rewrite(struct sn_replay *replay, const struct known *known)
{
	uint32_t number[TRACES_LOOKED_AT], kept = 0;
	size_t counts[TRACES_LOOKED_AT] = {0}, from = 0;
	for (uint32_t i = 0; i < replay->trace_count; i++) {
		number[i] = kept;
		if (known[i].joins == SN_NO_TRACE)
			replay->traces[kept++] = replay->traces[i];
	}
	for (size_t i = 0; i < replay->ask_count; i++) {
		struct sn_ask *ask = &replay->asks[i];
		if (ask->trace == SN_NO_TRACE)
			continue;
		ask->trace = number[ask->trace];
		counts[ask->trace]++;
	}
	for (uint32_t i = 0; i < kept; i++) {
		replay->traces[i].ask_from = from;
		replay->traces[i].ask_count = 0;
		from += counts[i];
	}
	for (uint32_t i = 0; i < replay->ask_count; i++) {
		struct sn_replay_trace *trace = replay->asks[i].trace == SN_NO_TRACE ? NULL : &replay->traces[replay->asks[i].trace];
		if (trace)
			replay->by_trace[trace->ask_from + trace->ask_count++] = i;
	}
	replay->trace_count = kept;
}

int sn_replay_find_again(struct sn_replay *replay)
{
	bool found = false;
	if (replay->trace_count < 2 || replay->trace_count > TRACES_LOOKED_AT)
		return SONDE_OK;
	struct known *known = calloc(replay->trace_count, sizeof *known);
	if (!known)
		return SONDE_E_NOMEM;
	for (size_t i = 0; i < replay->trace_count; i++)
		look(replay, &replay->traces[i], &known[i]);
	find_compared(known, replay->trace_count);
	join_traces(replay, known);
	for (size_t i = 0; i < replay->trace_count; i++)
		if (known[i].compared && known[i].joins == SN_NO_TRACE)
			mark_repeats(replay, &replay->traces[i]);
	for (uint32_t i = 0; i < replay->trace_count; i++)
		for (size_t k = 0; k < replay->traces[i].ask_count; k++) {
			struct sn_ask *ask = &replay->asks[replay->by_trace[replay->traces[i].ask_from + k]];
			bool joins = known[i].joins != SN_NO_TRACE;
			ask->again |= joins;
			ask->trace = joins ? known[i].joins : i;
			found |= joins;
		}
	for (size_t i = 0; i < replay->ask_count; i++) {
		struct sn_ask *ask = &replay->asks[i];
		if (ask->trace != SN_NO_TRACE || ask->repeated || ask->connected)
			continue;
		ask->trace = trace_of_single(replay, known, ask);
		ask->again = ask->trace != SN_NO_TRACE;
		found |= ask->again;
	}
	if (found)
		rewrite(replay, known);
	free(known);
	return SONDE_OK;
}
