/* SPDX-License-Identifier: MIT */
/* Events into hops. Stores what each probe came to, in the TTL it was sent with; distance, rows and statistics are
 * derived when asked for, because an answer from nearer by can still move the target's row. */
#include <sonde/path.h>

#include <stdlib.h>

/* The probes of one TTL, in order of sending. */
struct hop {
	struct sonde_query *queries;
	size_t query_count, query_capacity;
	bool settled;
	bool answered; /* at least once, also late */
};

struct sonde_path {
	struct sonde_trace_cfg cfg;
	struct sonde_event_end end;
	bool started, ended;
	struct hop hops[SONDE_TTL_LAST + 1];
};

int sonde_path_new(struct sonde_path **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? SONDE_OK : SONDE_E_NOMEM;
}

void sonde_path_free(struct sonde_path *path)
{
	if (!path)
		return;
	for (size_t ttl = 0; ttl <= SONDE_TTL_LAST; ttl++)
		free(path->hops[ttl].queries);
	free(path);
}

/* Makes room for one more item of item_bytes; the count of items is the caller's. */
static int reserve(void **items, size_t count, size_t *capacity, size_t item_bytes)
{
	if (count < *capacity)
		return SONDE_OK;
	size_t wanted = *capacity ? *capacity * 2 : 4;
	void *grown = reallocarray(*items, wanted, item_bytes);
	if (!grown)
		return SONDE_E_NOMEM;
	*items = grown;
	*capacity = wanted;
	return SONDE_OK;
}

/* The query of a probe, made where it is not there yet: a recording may begin in the middle. NULL: out of memory. */
static struct sonde_query *query_of(struct sonde_path *path, const struct sonde_event_probe *probe)
{
	struct hop *hop = &path->hops[probe->ttl];
	for (size_t i = hop->query_count; i-- > 0;)
		if (hop->queries[i].probe.token == probe->token)
			return &hop->queries[i];
	void *items = hop->queries;
	if (reserve(&items, hop->query_count, &hop->query_capacity, sizeof *hop->queries) < 0)
		return NULL;
	hop->queries = items;
	struct sonde_query *query = &hop->queries[hop->query_count++];
	*query = (struct sonde_query){.state = SONDE_QUERY_PENDING, .probe = *probe};
	return query;
}

/* A probe that was given up sooner than others of its hop took to be answered had no chance: nobody knows, so it is no loss. */
static void forgive_impatience(struct hop *hop)
{
	sonde_ns longest_ns = 0;
	for (size_t i = 0; i < hop->query_count; i++) {
		const struct sonde_query *query = &hop->queries[i];
		bool answered = query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
		if (answered && query->answer.rtt_ns > longest_ns)
			longest_ns = query->answer.rtt_ns;
	}
	for (size_t i = 0; i < hop->query_count; i++) {
		struct sonde_query *query = &hop->queries[i];
		if (query->state == SONDE_QUERY_LOST && query->given_up_at_ns - query->probe.sent_at_ns < longest_ns)
			query->state = SONDE_QUERY_DROPPED;
	}
}

static int apply_probe(struct sonde_path *path, const struct sonde_event *event)
{
	struct sonde_query *query = query_of(path, &event->probe);
	if (!query)
		return SONDE_E_NOMEM;
	bool answered = query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
	switch (event->type) {
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
		query->state = event->type == SONDE_EV_LATE ? SONDE_QUERY_LATE : SONDE_QUERY_ANSWERED;
		query->answer = event->as.answer;
		query->probe = event->probe; /* sent_at_ns may have been corrected by the kernel's stamp */
		path->hops[event->probe.ttl].answered = true;
		forgive_impatience(&path->hops[event->probe.ttl]);
		break;
	case SONDE_EV_DUPLICATE:
		query->duplicate_count++;
		break;
	case SONDE_EV_TIMEOUT:
		if (answered)
			break;
		/* a row that stands had enough answers: what was still on its way was not needed, and is not known to be lost */
		query->state = path->hops[event->probe.ttl].settled ? SONDE_QUERY_DROPPED
		               : event->probe.crowded               ? SONDE_QUERY_CROWDED
		                                                    : SONDE_QUERY_LOST;
		query->given_up_at_ns = event->at_ns;
		forgive_impatience(&path->hops[event->probe.ttl]);
		break;
	case SONDE_EV_LOCAL_ERROR:
		if (!answered) {
			query->state = SONDE_QUERY_LOCAL_ERROR;
			query->sys_errno = event->as.sys_errno;
		}
		break;
	case SONDE_EV_SENT:
	case SONDE_EV_TRACE_START:
	case SONDE_EV_HOP_SETTLED:
	case SONDE_EV_TRACE_END:
		break;
	}
	return SONDE_OK;
}

/* A trace that is ended from outside gives up what is on its way: those probes had no time to be answered. */
static void apply_end(struct sonde_path *path, const struct sonde_event *event)
{
	path->end = event->as.end;
	path->ended = true;
	if (path->end.stop != SONDE_STOP_INTERRUPTED && path->end.stop != SONDE_STOP_DEADLINE && path->end.stop != SONDE_STOP_LOCAL_ERROR)
		return;
	for (size_t ttl = 0; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < path->hops[ttl].query_count; i++) {
			struct sonde_query *query = &path->hops[ttl].queries[i];
			if (query->state == SONDE_QUERY_LOST && query->given_up_at_ns == event->at_ns)
				query->state = SONDE_QUERY_DROPPED;
		}
}

int sonde_path_apply(struct sonde_path *path, const struct sonde_event *event)
{
	switch (event->type) {
	case SONDE_EV_TRACE_START:
		path->cfg = event->as.start;
		path->started = true;
		return SONDE_OK;
	case SONDE_EV_HOP_SETTLED:
		path->hops[event->probe.ttl].settled = true;
		return SONDE_OK;
	case SONDE_EV_TRACE_END:
		apply_end(path, event);
		return SONDE_OK;
	case SONDE_EV_SENT:
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
	case SONDE_EV_DUPLICATE:
	case SONDE_EV_TIMEOUT:
	case SONDE_EV_LOCAL_ERROR:
		return apply_probe(path, event);
	}
	return SONDE_OK;
}

const struct sonde_trace_cfg *sonde_path_cfg(const struct sonde_path *path)
{
	return path->started ? &path->cfg : NULL;
}

const struct sonde_event_end *sonde_path_end(const struct sonde_path *path)
{
	return path->ended ? &path->end : NULL;
}

bool sonde_meaning_is_final(enum sonde_meaning meaning)
{
	static const bool final[SONDE_M_COUNT] = {
	    [SONDE_M_ECHO_REPLY] = true, [SONDE_M_SYN_ACK] = true,   [SONDE_M_RST] = true,
	    [SONDE_M_BARE_ACK] = true,   [SONDE_M_UDP_REPLY] = true, [SONDE_M_PORT_UNREACHABLE] = true,
	};
	return (unsigned)meaning < SONDE_M_COUNT && final[meaning];
}

/* The target itself answered this probe, as far as one answer can say. */
static bool answered_by_target(const struct sonde_query *query)
{
	bool answered = query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
	return answered && query->answer.in_targets_name && sonde_meaning_is_final(query->answer.meaning);
}

static bool hop_of_target(const struct hop *hop)
{
	for (size_t i = 0; i < hop->query_count; i++)
		if (answered_by_target(&hop->queries[i]))
			return true;
	return false;
}

/* At least one probe's fate is known. */
static bool something_known(const struct hop *hop)
{
	for (size_t i = 0; i < hop->query_count; i++)
		if (hop->queries[i].state != SONDE_QUERY_PENDING && hop->queries[i].state != SONDE_QUERY_DROPPED)
			return true;
	return false;
}

/* The last TTL that the sweep itself uses: the lone probe at TTL 255 behind it is no row. */
static uint8_t sweep_last_ttl(const struct sonde_path *path)
{
	return path->started ? path->cfg.max_ttl : SONDE_TTL_LAST;
}

uint8_t sonde_path_distance(const struct sonde_path *path)
{
	if (path->ended)
		return path->end.distance;
	for (unsigned ttl = sonde_path_first_ttl(path); ttl <= sweep_last_ttl(path); ttl++)
		if (hop_of_target(&path->hops[ttl]))
			return (uint8_t)ttl;
	return 0;
}

uint8_t sonde_path_first_ttl(const struct sonde_path *path)
{
	return path->started ? path->cfg.first_ttl : 1;
}

/* Behind the hop where somebody ended the path, further probes only got the same answer. */
static uint8_t last_ttl_at_end(const struct sonde_path *path)
{
	bool refused = path->end.stop == SONDE_STOP_UNREACHABLE || path->end.stop == SONDE_STOP_REFUSED;
	return refused && path->end.by_ttl && path->end.by_ttl <= sweep_last_ttl(path) ? path->end.by_ttl : path->end.last_ttl;
}

uint8_t sonde_path_last_ttl(const struct sonde_path *path)
{
	uint8_t distance = sonde_path_distance(path), last = (uint8_t)(sonde_path_first_ttl(path) - 1);
	if (distance)
		return distance;
	unsigned end = path->ended ? last_ttl_at_end(path) : sweep_last_ttl(path);
	for (unsigned ttl = sonde_path_first_ttl(path); ttl <= end; ttl++)
		if (path->ended ? something_known(&path->hops[ttl]) : path->hops[ttl].settled || path->hops[ttl].answered)
			last = (uint8_t)ttl;
	return last;
}

uint8_t sonde_path_settled_ttl(const struct sonde_path *path)
{
	unsigned ttl = sonde_path_first_ttl(path), last = sonde_path_last_ttl(path);
	while (ttl <= last && (path->ended || path->hops[ttl].settled))
		ttl++;
	return (uint8_t)(ttl - 1);
}

static int row_add_query(struct sonde_row *row, const struct sonde_query *query)
{
	void *items = row->queries;
	if (reserve(&items, row->query_count, &row->query_capacity, sizeof *row->queries) < 0)
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
	if (reserve(&items, row->responder_count, &row->responder_capacity, sizeof *row->responders) < 0)
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
		else if (row_count_answer(row, &query->answer) < 0)
			return SONDE_E_NOMEM;
	}
	return SONDE_OK;
}

static bool is_answered(const struct sonde_query *query)
{
	return query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
}

static bool is_timed(const struct sonde_query *query)
{
	return is_answered(query) && query->answer.rtt_ns >= 0;
}

static bool is_untimed(const struct sonde_query *query)
{
	return is_answered(query) && query->answer.rtt_ns < 0;
}

static bool is_failed(const struct sonde_query *query)
{
	return query->state == SONDE_QUERY_LOCAL_ERROR;
}

static bool is_open(const struct sonde_query *query)
{
	return !is_answered(query) && !is_failed(query);
}

/* Adds the queries of one hop that are of a kind, while the row has less than `most`. */
static int row_add_kind(struct sonde_row *row, const struct hop *hop, bool (*kind)(const struct sonde_query *), bool by_target, size_t most)
{
	for (size_t i = 0; i < hop->query_count && row->query_count < most; i++) {
		const struct sonde_query *query = &hop->queries[i];
		if (kind(query) && (!by_target || answered_by_target(query)) && row_add_query(row, query) < 0)
			return SONDE_E_NOMEM;
	}
	return SONDE_OK;
}

/* An open TCP port answered another SYN of the query's flow: to further ones it may say nothing. */
static bool is_repeated_syn(const struct sonde_row *row, const struct sonde_query *query)
{
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *other = row->queries[i];
		if (is_answered(other) && other->answer.meaning == SONDE_M_SYN_ACK && other->probe.flow == query->probe.flow)
			return true;
	}
	return false;
}

/* The target may leave a probe unanswered although it arrived: ICMP errors are rationed, and an open port answers one SYN of a flow. */
static bool target_rations(const struct sonde_path *path, uint8_t target_ttl)
{
	for (unsigned ttl = target_ttl; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < path->hops[ttl].query_count; i++) {
			const struct sonde_query *query = &path->hops[ttl].queries[i];
			enum sonde_meaning said = query->answer.meaning;
			bool rationed = said == SONDE_M_PORT_UNREACHABLE || said == SONDE_M_SYN_ACK || said == SONDE_M_BARE_ACK;
			if (answered_by_target(query) && rationed)
				return true;
		}
	return false;
}

static size_t lost_count(const struct hop *hop)
{
	size_t count = 0;
	for (size_t i = 0; i < hop->query_count; i++)
		count += hop->queries[i].state == SONDE_QUERY_LOST;
	return count;
}

/* The target's row has as many queries as were asked for. Probes sent past it that it answered count as its own, but in the place of none
 * that was lost on the way; of probes that it left unanswered itself, or answered without a time, only as many are shown as are needed to
 * fill it: the others would never have been needed. */
static int target_row_fill(const struct sonde_path *path, struct sonde_row *row)
{
	static bool (*const kinds[])(const struct sonde_query *) = {is_timed, is_untimed};
	const struct hop *own = &path->hops[row->ttl];
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
		if (is_open(query) && !is_repeated_syn(row, query) && row_add_query(row, query) < 0)
			return SONDE_E_NOMEM;
	}
	return row_add_kind(row, own, is_failed, false, SIZE_MAX);
}

/* That address refused probes sent past this TTL, each by an ICMP error. */
static bool refused_farther(const struct sonde_path *path, const struct sonde_addr *addr, uint8_t ttl)
{
	for (unsigned farther = ttl + 1u; farther <= SONDE_TTL_LAST; farther++)
		for (size_t i = 0; i < path->hops[farther].query_count; i++) {
			const struct sonde_query *query = &path->hops[farther].queries[i];
			bool transit = query->answer.meaning == SONDE_M_TIME_EXCEEDED;
			if (is_answered(query) && query->answer.is_icmp && !transit && sonde_addr_equal(&query->answer.from, addr))
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
	const struct hop *hop = &path->hops[ttl];
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

void sonde_row_finish(struct sonde_row *row)
{
	free(row->queries);
	free(row->responders);
	*row = (struct sonde_row){0};
}
