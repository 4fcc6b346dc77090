/* SPDX-License-Identifier: MIT */
/* One row of the table: which probes stand in it, who answered them, and what counts as lost. */
#include "path/internal.h"

#include <stdlib.h>

static int row_add_query(struct sonde_row *row, const struct sonde_query *query)
{
	void *items = row->queries;
	if (sn_path_reserve(&items, row->query_count, &row->query_capacity, sizeof *row->queries) < 0)
		return SONDE_E_NOMEM;
	row->queries = items;
	row->queries[row->query_count++] = query;
	return SONDE_OK;
}

/* The responder of that address in the row, made where it is new. NULL: out of memory. */
static struct sonde_responder *row_responder(struct sonde_row *row, const struct sonde_addr *addr)
{
	for (size_t i = 0; i < row->responder_count; i++)
		if (sonde_addr_equal(&row->responders[i].addr, addr))
			return &row->responders[i];
	void *items = row->responders;
	if (sn_path_reserve(&items, row->responder_count, &row->responder_capacity, sizeof *row->responders) < 0)
		return NULL;
	row->responders = items;
	struct sonde_responder *responder = &row->responders[row->responder_count++];
	*responder = (struct sonde_responder){.addr = *addr};
	return responder;
}

static int row_count_answer(struct sonde_row *row, const struct sonde_event_answer *answer)
{
	struct sonde_responder *r = row_responder(row, &answer->from);
	if (!r)
		return SONDE_E_NOMEM;
	row->answered_count++;
	r->answered_count++;
	if (answer->reply_ttl)
		r->reply_ttl = answer->reply_ttl;
	if (answer->rtt_ns < 0)
		return SONDE_OK;
	if (!r->timed_count || answer->rtt_ns < r->best_ns)
		r->best_ns = answer->rtt_ns;
	if (!r->timed_count || answer->rtt_ns > r->worst_ns)
		r->worst_ns = answer->rtt_ns;
	r->sum_ns += answer->rtt_ns;
	r->timed_count++;
	return SONDE_OK;
}

/* Counts every query of the row. */
static int row_count(struct sonde_row *row)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (query->state == SONDE_QUERY_LOCAL_ERROR) {
			row->failed_count++;
			continue;
		}
		row->sent_count++;
		if (query->state == SONDE_QUERY_PENDING)
			row->pending_count++;
		else if (query->state == SONDE_QUERY_LOST)
			row->lost_count++;
		else if (query->state == SONDE_QUERY_DROPPED)
			row->dropped_count++;
		else if (query->state == SONDE_QUERY_CROWDED)
			row->crowded_count++;
		else if (query->state == SONDE_QUERY_OVERHEARD)
			row->overheard_count++;
		else if (row_count_answer(row, &query->answer) < 0)
			return SONDE_E_NOMEM;
	}
	return SONDE_OK;
}

static bool is_timed(const struct sonde_query *query)
{
	return sonde_query_is_answered(query) && query->answer.rtt_ns >= 0;
}

static bool is_untimed(const struct sonde_query *query)
{
	return sonde_query_is_answered(query) && query->answer.rtt_ns < 0;
}

static bool is_failed(const struct sonde_query *query)
{
	return query->state == SONDE_QUERY_LOCAL_ERROR;
}

static bool is_open(const struct sonde_query *query)
{
	return !sonde_query_is_answered(query) && !is_failed(query);
}

/* Adds the trace's own queries of one hop that are of a kind, while the row has less than `most`. */
static int row_add_kind(struct sonde_row *row, const struct sn_hop *hop, bool (*kind)(const struct sonde_query *), bool by_target,
                        size_t most)
{
	for (size_t i = 0; i < hop->query_count && row->query_count < most; i++) {
		const struct sonde_query *query = &hop->queries[i];
		if (!query->asked && kind(query) && (!by_target || sn_path_answered_by_target(query)) && row_add_query(row, query) < 0)
			return SONDE_E_NOMEM;
	}
	return SONDE_OK;
}

/* An open port answered another SYN (or Request) of the query's flow: to further ones it may say nothing. */
static bool is_repeated_syn(const struct sonde_row *row, const struct sonde_query *query)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *other = row->queries[i];
		bool same_flow = other->probe.flow == query->probe.flow && other->probe.sport == query->probe.sport;
		if (sonde_query_is_answered(other) && sonde_meaning_half_opens(other->answer.meaning) && same_flow)
			return true;
	}
	return false;
}

/* What was asked of this very TTL later is in the row, whatever it came to: none of it was spare. */
static int row_add_asked(struct sonde_row *row, const struct sn_hop *hop)
{
	for (size_t i = 0; i < hop->query_count; i++) {
		const struct sonde_query *query = &hop->queries[i];
		bool counts = query->asked && !(is_open(query) && is_repeated_syn(row, query));
		if (counts && row_add_query(row, query) < 0)
			return SONDE_E_NOMEM;
	}
	return SONDE_OK;
}

/* ICMP errors are rationed, and an open port answers one SYN of a flow. */
bool sonde_meaning_is_rationed(enum sonde_meaning meaning)
{
	return meaning == SONDE_M_PORT_UNREACHABLE || meaning == SONDE_M_PROTOCOL_UNREACHABLE || sonde_meaning_holds_flow(meaning);
}

/* The target may leave a probe unanswered although it arrived. */
static bool target_rations(const struct sonde_path *path, uint8_t target_ttl)
{
	for (unsigned ttl = target_ttl; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < path->hops[ttl].query_count; i++) {
			const struct sonde_query *query = &path->hops[ttl].queries[i];
			enum sonde_meaning said = query->answer.meaning;
			if (sn_path_answered_by_target(query) && sonde_meaning_is_rationed(said))
				return true;
		}
	return false;
}

static size_t lost_count(const struct sn_hop *hop)
{
	size_t count = 0;
	for (size_t i = 0; i < hop->query_count; i++)
		count += !hop->queries[i].asked && hop->queries[i].state == SONDE_QUERY_LOST;
	return count;
}

/* The target's row has as many queries of the trace as were asked for. Probes sent past it that it answered count as its own, but in the
 * place of none that was lost on the way; of probes that it left unanswered itself, or answered without a time, only as many are shown as
 * are needed to fill it: the others would never have been needed. */
static int target_row_fill(const struct sonde_path *path, struct sonde_row *row)
{
	static bool (*const kinds[])(const struct sonde_query *) = {is_timed, is_untimed};
	const struct sn_hop *own = &path->hops[row->ttl];
	size_t most = path->cfg.queries, lost = target_rations(path, row->ttl) ? 0 : lost_count(own);
	size_t most_past = lost < most ? most - lost : 0;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		if (row_add_kind(row, own, kinds[k], false, k == 0 ? SIZE_MAX : most) < 0)
			return SONDE_E_NOMEM;
		for (unsigned ttl = row->ttl + 1u; ttl <= SONDE_TTL_LAST; ttl++)
			if (row_add_kind(row, &path->hops[ttl], kinds[k], true, most_past) < 0)
				return SONDE_E_NOMEM;
	}
	for (size_t i = 0; i < own->query_count && row->query_count < most; i++) {
		const struct sonde_query *query = &own->queries[i];
		if (!query->asked && is_open(query) && !is_repeated_syn(row, query) && row_add_query(row, query) < 0)
			return SONDE_E_NOMEM;
	}
	if (row_add_kind(row, own, is_failed, false, SIZE_MAX) < 0)
		return SONDE_E_NOMEM;
	return row_add_asked(row, own);
}

/* That address refused probes sent past this TTL, each by an ICMP error. */
static bool refused_farther(const struct sonde_path *path, const struct sonde_addr *addr, uint8_t ttl)
{
	for (unsigned farther = ttl + 1u; farther <= SONDE_TTL_LAST; farther++)
		for (size_t i = 0; i < path->hops[farther].query_count; i++) {
			const struct sonde_query *query = &path->hops[farther].queries[i];
			bool refusal = query->answer.is_icmp && query->answer.meaning != SONDE_M_TIME_EXCEEDED;
			if (sonde_query_is_answered(query) && refusal && sonde_addr_equal(&query->answer.from, addr))
				return true;
		}
	return false;
}

/* A router that refuses what is sent past it gives an answer to each such probe, of the few that it gives at all (RFC 1812 section
 * 4.3.2.8): where this hop's own probes got none, the others had them. */
static void excuse_refuser(const struct sonde_path *path, struct sonde_row *row)
{
	if (row->is_target || !row->lost_count)
		return;
	for (size_t i = 0; i < row->responder_count; i++)
		if (refused_farther(path, &row->responders[i].addr, row->ttl)) {
			row->crowded_count += row->lost_count;
			row->lost_count = 0;
			return;
		}
}

int sonde_path_row(const struct sonde_path *path, uint8_t ttl, struct sonde_row *row)
{
	const struct sn_hop *hop = &path->hops[ttl];
	*row = (struct sonde_row){
	    .ttl = ttl,
	    .settled = hop->settled || path->ended,
	    .is_target = ttl && ttl == sonde_path_distance(path),
	    .queries = row->queries,
	    .query_capacity = row->query_capacity,
	    .responders = row->responders,
	    .responder_capacity = row->responder_capacity,
	};
	if (row->is_target && target_row_fill(path, row) < 0)
		return SONDE_E_NOMEM;
	for (size_t i = 0; !row->is_target && i < hop->query_count; i++)
		if (row_add_query(row, &hop->queries[i]) < 0)
			return SONDE_E_NOMEM;
	int code = row_count(row);
	excuse_refuser(path, row);
	return code;
}

int sonde_row_add(struct sonde_row *sum, const struct sonde_row *more)
{
	sum->ttl = more->ttl;
	sum->settled = more->settled;
	sum->is_target |= more->is_target;
	for (size_t i = 0; i < more->query_count; i++)
		if (row_add_query(sum, more->queries[i]) < 0)
			return SONDE_E_NOMEM;
	for (size_t i = 0; i < more->responder_count; i++) {
		const struct sonde_responder *from = &more->responders[i];
		struct sonde_responder *to = row_responder(sum, &from->addr);
		if (!to)
			return SONDE_E_NOMEM;
		if (from->timed_count && (!to->timed_count || from->best_ns < to->best_ns))
			to->best_ns = from->best_ns;
		if (from->timed_count && (!to->timed_count || from->worst_ns > to->worst_ns))
			to->worst_ns = from->worst_ns;
		to->answered_count += from->answered_count;
		to->timed_count += from->timed_count;
		to->sum_ns += from->sum_ns;
		to->reply_ttl = from->reply_ttl ? from->reply_ttl : to->reply_ttl;
	}
	sum->sent_count += more->sent_count;
	sum->answered_count += more->answered_count;
	sum->lost_count += more->lost_count;
	sum->pending_count += more->pending_count;
	sum->dropped_count += more->dropped_count;
	sum->crowded_count += more->crowded_count;
	sum->overheard_count += more->overheard_count;
	sum->failed_count += more->failed_count;
	return SONDE_OK;
}

void sonde_row_finish(struct sonde_row *row)
{
	free(row->queries);
	free(row->responders);
	*row = (struct sonde_row){0};
}
