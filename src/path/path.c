/* SPDX-License-Identifier: MIT */
/* Events into hops. Stores what each probe came to, in the TTL it was sent with; distance, rows and statistics are
 * derived when asked for, because an answer from nearer by can still move the target's row. */
#include "path/internal.h"

#include <stdlib.h>

int sonde_path_new(struct sonde_path **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? SONDE_OK : SONDE_E_NOMEM;
}

void sonde_path_free(struct sonde_path *path)
{
	if (!path)
		return;
	for (size_t ttl = 0; ttl <= SONDE_TTL_LAST; ttl++) {
		for (size_t i = 0; i < path->hops[ttl].query_count; i++)
			free(path->hops[ttl].queries[i].extensions);
		free(path->hops[ttl].queries);
	}
	free(path);
}

int sn_path_reserve(void **items, size_t count, size_t *capacity, size_t item_bytes)
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

/* Of a trace that asks more about the way of the path's own one. */
static bool is_later(const struct sonde_path *path, const struct sonde_event *event)
{
	return path->started && event->trace_id != path->trace_id;
}

/* The query of a probe, made where it is not there yet: a recording may begin in the middle. NULL: out of memory. */
static struct sonde_query *query_of(struct sonde_path *path, const struct sonde_event *event)
{
	const struct sonde_event_probe *probe = &event->probe;
	struct sn_hop *hop = &path->hops[probe->ttl];
	for (size_t i = hop->query_count; i-- > 0;)
		if (hop->queries[i].probe.token == probe->token)
			return &hop->queries[i];
	void *items = hop->queries;
	if (sn_path_reserve(&items, hop->query_count, &hop->query_capacity, sizeof *hop->queries) < 0)
		return NULL;
	hop->queries = items;
	struct sonde_query *query = &hop->queries[hop->query_count++];
	bool asked = is_later(path, event);
	*query = (struct sonde_query){.state = SONDE_QUERY_PENDING, .asked = asked, .probe = *probe};
	return query;
}

/* A row that stands had enough answers: what was still on its way then was not needed, and is not known to be lost. What was sent
 * afterwards, or by a trace that settles no rows, was sent to be waited for. A probe whose SENT was not seen has no place in the order: its
 * time has. */
static bool was_needed(const struct sn_hop *hop, const struct sonde_query *query)
{
	bool before = (size_t)(query - hop->queries) < hop->settled_count || query->probe.sent_at_ns < hop->settled_at_ns;
	return query->asked || !hop->settled || !before;
}

/* A probe that was given up sooner than others of its hop took to be answered had no chance: nobody knows, so it is no loss. */
static void forgive_impatience(const struct sn_hop *hop, struct sonde_query *query)
{
	if (query->state == SONDE_QUERY_LOST && query->given_up_at_ns - query->probe.sent_at_ns < hop->longest_ns)
		query->state = SONDE_QUERY_DROPPED;
}

static void note_answer(struct sn_hop *hop, const struct sonde_query *query)
{
	hop->answered = true;
	if (query->answer.rtt_ns <= hop->longest_ns)
		return;
	hop->longest_ns = query->answer.rtt_ns;
	for (size_t i = 0; i < hop->query_count; i++)
		forgive_impatience(hop, &hop->queries[i]);
}

/* From the interface to our socket a packet takes no time that counts, but the end of a trace may come between the two. */
#define OVERHEARD_SETTLED_NS (20 * SONDE_MS)
/* The kernel sends its reset before it takes the next packet from the interface. */
#define RESET_SETTLED_NS SONDE_MS

/* An answer that this machine has, and we have not. One in other addresses or ports than ours was still to be translated here: resets to it
 * leave in those others, too, and cannot be told from none. */
static void apply_overheard(struct sonde_query *query, const struct sonde_event_overheard *heard)
{
	const struct sonde_event_answer *answer = &heard->answer;
	uint32_t translated = SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_SPORT | SONDE_DIFF_DPORT;
	if (heard->own_reset) {
		query->own_reset = true;
		return;
	}
	bool wants_reset = answer->meaning == SONDE_M_SYN_ACK && !(answer->diff & translated) && !heard->way.waiting_count;
	if (wants_reset && !query->syn_ack_at_ns)
		query->syn_ack_at_ns = answer->at_ns;
	/* What is too fresh to prove anything is sorted out at the end. */
	if (sonde_query_is_answered(query) || query->state == SONDE_QUERY_LOCAL_ERROR)
		return;
	query->state = SONDE_QUERY_OVERHEARD;
	query->answer = *answer;
	query->way = heard->way;
}

/* Of further answers only their number is kept. */
static int apply_extension(struct sonde_query *query, const struct sonde_event_extension *extension)
{
	if (extension->of == SONDE_EV_DUPLICATE || query->extension_count == SONDE_EXTENSION_PIECES_MAX)
		return SONDE_OK;
	void *items = query->extensions;
	if (sn_path_reserve(&items, query->extension_count, &query->extension_capacity, sizeof *query->extensions) < 0)
		return SONDE_E_NOMEM;
	query->extensions = items;
	query->extensions[query->extension_count++] = extension->object;
	return SONDE_OK;
}

static int apply_probe(struct sonde_path *path, const struct sonde_event *event)
{
	struct sonde_query *query = query_of(path, event);
	if (!query)
		return SONDE_E_NOMEM;
	struct sn_hop *hop = &path->hops[event->probe.ttl];
	bool answered = sonde_query_is_answered(query);
	switch (event->type) {
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
		query->state = event->type == SONDE_EV_LATE ? SONDE_QUERY_LATE : SONDE_QUERY_ANSWERED;
		query->answer = event->as.answer;
		query->probe = event->probe; /* sent_at_ns may have been corrected by the kernel's stamp */
		note_answer(hop, query);
		break;
	case SONDE_EV_DUPLICATE:
		query->duplicate_count++;
		break;
	case SONDE_EV_EXTENSION:
		return apply_extension(query, &event->as.extension);
	case SONDE_EV_OVERHEARD:
		apply_overheard(query, &event->as.overheard);
		break;
	case SONDE_EV_TIMEOUT:
		if (answered || query->state == SONDE_QUERY_OVERHEARD)
			break;
		query->state = !was_needed(hop, query) ? SONDE_QUERY_DROPPED
		               : event->probe.crowded  ? SONDE_QUERY_CROWDED
		                                       : SONDE_QUERY_LOST;
		query->given_up_at_ns = event->at_ns;
		forgive_impatience(hop, query);
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
	case SONDE_EV_ROWS_STAND:
	case SONDE_EV_TRACE_END:
		break;
	}
	return SONDE_OK;
}

static void apply_settled(struct sn_hop *hop, sonde_at_ns at_ns)
{
	hop->settled = true;
	hop->settled_count = hop->query_count;
	hop->settled_at_ns = at_ns;
}

/* No answer of its trace is taken any more: what was overheard before that proves that it was kept from us, unless it was overheard just
 * now, or the socket's own buffer was full. */
static bool is_proof(const struct sonde_query *query, const struct sonde_event *end)
{
	return !end->as.end.dropped_count && !end->as.end.unread_count && query->answer.at_ns <= end->at_ns - OVERHEARD_SETTLED_NS;
}

/* A trace that is ended from outside gives up what is on its way: those probes had no time to be answered. */
static bool had_no_time(const struct sonde_query *query, const struct sonde_event *end)
{
	enum sonde_stop stop = end->as.end.stop;
	bool from_outside = stop == SONDE_STOP_INTERRUPTED || stop == SONDE_STOP_DEADLINE || stop == SONDE_STOP_LOCAL_ERROR ||
	                    stop == SONDE_STOP_CAPTURE_END;
	return from_outside && query->given_up_at_ns == end->at_ns;
}

/* A target that has answered ends a sweep, and with it the wait for what was sent past it: nobody knows of those probes. A search for the
 * path's MTU waits for each, whatever TTL it sends with. */
static bool was_sent_past_target(const struct sonde_path *path, const struct sonde_query *query)
{
	bool ends = path->ended && path->end.reached && path->end.distance && path->cfg.plan != SONDE_PLAN_PMTU;
	return ends && query->probe.ttl > path->end.distance;
}

/* It was given up with no answer, and not because anybody had waited for one long enough. */
static bool is_not_known(const struct sonde_path *path, const struct sonde_query *query, const struct sonde_event *end)
{
	switch (query->state) {
	case SONDE_QUERY_LOST:
		return had_no_time(query, end) || was_sent_past_target(path, query);
	case SONDE_QUERY_CROWDED:
		return was_sent_past_target(path, query);
	case SONDE_QUERY_OVERHEARD:
		return !is_proof(query, end);
	default:
		return false;
	}
}

/* Sorts out, of the queries whose trace has ended, what cannot be told. */
static void sort_out(struct sonde_path *path, const struct sonde_event *end, bool asked)
{
	for (size_t ttl = 0; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < path->hops[ttl].query_count; i++) {
			struct sonde_query *query = &path->hops[ttl].queries[i];
			if (query->asked != asked)
				continue;
			if (query->syn_ack_at_ns > end->at_ns - RESET_SETTLED_NS)
				query->syn_ack_at_ns = 0;
			if (is_not_known(path, query, end))
				query->state = SONDE_QUERY_DROPPED;
		}
}

/* How a later trace begins and ends is not how the path does. */
static void apply_start(struct sonde_path *path, const struct sonde_event *event)
{
	if (is_later(path, event))
		return;
	path->cfg = event->as.start;
	path->trace_id = event->trace_id;
	path->started = true;
	path->began_at_ns = event->at_ns;
}

static void apply_end(struct sonde_path *path, const struct sonde_event *event)
{
	bool later = is_later(path, event);
	if (!later) {
		path->end = event->as.end;
		path->ended = true;
		path->ended_at_ns = event->at_ns;
	}
	sort_out(path, event, later);
}

int sonde_path_apply(struct sonde_path *path, const struct sonde_event *event)
{
	switch (event->type) {
	case SONDE_EV_TRACE_START:
		apply_start(path, event);
		return SONDE_OK;
	case SONDE_EV_HOP_SETTLED:
		apply_settled(&path->hops[event->probe.ttl], event->at_ns);
		return SONDE_OK;
	case SONDE_EV_ROWS_STAND:
		return SONDE_OK;
	case SONDE_EV_TRACE_END:
		apply_end(path, event);
		return SONDE_OK;
	case SONDE_EV_SENT:
	case SONDE_EV_REPLY:
	case SONDE_EV_LATE:
	case SONDE_EV_DUPLICATE:
	case SONDE_EV_EXTENSION:
	case SONDE_EV_TIMEOUT:
	case SONDE_EV_OVERHEARD:
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
	    [SONDE_M_BARE_ACK] = true,   [SONDE_M_RST_TO_ACK] = true, [SONDE_M_TIMESTAMP_REPLY] = true,
	    [SONDE_M_PROTOCOL_UNREACHABLE] = true,
	    [SONDE_M_INIT_ACK] = true,   [SONDE_M_ABORT] = true,
	    [SONDE_M_DCCP_RESPONSE] = true, [SONDE_M_DCCP_OTHER_SERVICE] = true, [SONDE_M_DCCP_RESET] = true,
	    [SONDE_M_UDP_REPLY] = true, [SONDE_M_PORT_UNREACHABLE] = true,
	};
	return (unsigned)meaning < SONDE_M_COUNT && final[meaning];
}

uint32_t sonde_query_visible(const struct sonde_query *query)
{
	return sonde_query_is_answered(query) ? query->answer.quote.visible & ~query->probe.unsure : 0;
}

uint32_t sonde_query_diff(const struct sonde_query *query)
{
	return query->answer.quote.diff & sonde_query_visible(query);
}

/* What makes a transport checksum another. */
enum {
	IN_CHECKSUM = SONDE_DIFF_SRC | SONDE_DIFF_DST | SONDE_DIFF_SPORT | SONDE_DIFF_DPORT | SONDE_DIFF_UDP_LENGTH | SONDE_DIFF_ICMP_TYPE |
	              SONDE_DIFF_ICMP_ID | SONDE_DIFF_SEQ | SONDE_DIFF_ACK | SONDE_DIFF_TCP_FLAGS | SONDE_DIFF_WINDOW | SONDE_DIFF_TAG |
	              SONDE_DIFF_TCP_OPTIONS | SONDE_DIFF_PAYLOAD,
};

/* The length as old stacks leave it in their copies: in the byte order of their machine, or without the header (BSD). */
static bool is_stacks_own_length(const struct sonde_quote *quote)
{
	enum { HEADER4_BYTES = 20 };
	uint32_t sent, seen;
	if (!sonde_quote_change(quote, SONDE_FIELD_LENGTH, &sent, &seen))
		return false;
	return seen == ((sent << 8 | sent >> 8) & 0xffff) || seen + HEADER4_BYTES == sent;
}

uint32_t sonde_query_changes(const struct sonde_query *query)
{
	uint32_t diff = sonde_query_diff(query), visible = sonde_query_visible(query);
	uint32_t follows = SONDE_DIFF_IP_CHECKSUM;
	if (diff & IN_CHECKSUM || diff >> SONDE_FIELD_OTHER & 1)
		follows |= SONDE_DIFF_CHECKSUM;
	if (diff & SONDE_DIFF_TCP_OPTIONS)
		follows |= SONDE_DIFF_TCP_FLAGS | SONDE_DIFF_LENGTH;
	if (diff & SONDE_DIFF_FRAGMENT)
		follows |= SONDE_DIFF_LENGTH | SONDE_DIFF_EXTENSIONS;
	if (query->answer.is_icmp && is_stacks_own_length(&query->answer.quote))
		follows |= SONDE_DIFF_LENGTH;
	bool early = visible & SONDE_DIFF_TTL && query->answer.meaning == SONDE_M_TIME_EXCEEDED && query->answer.quote.seen_ttl > 1;
	return (diff & ~follows) | (early ? SONDE_DIFF_TTL : 0);
}

bool sonde_query_is_answered(const struct sonde_query *query)
{
	return query->state == SONDE_QUERY_ANSWERED || query->state == SONDE_QUERY_LATE;
}

bool sn_path_answered_by_target(const struct sonde_query *query)
{
	return sonde_query_is_answered(query) && query->answer.in_targets_name && sonde_meaning_is_final(query->answer.meaning);
}

static bool hop_of_target(const struct sn_hop *hop)
{
	for (size_t i = 0; i < hop->query_count; i++)
		if (sn_path_answered_by_target(&hop->queries[i]))
			return true;
	return false;
}

/* At least one probe's fate is known. */
static bool something_known(const struct sn_hop *hop)
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

/* Somebody answers there who is not the target, or says that the way goes on. */
static bool is_on_the_way(const struct sn_hop *hop)
{
	for (size_t i = 0; i < hop->query_count; i++) {
		if (sonde_query_is_answered(&hop->queries[i]) && !sn_path_answered_by_target(&hop->queries[i]))
			return true;
	}
	return false;
}

/* Where the probe that just gets to the target was lost, the sweep has it farther away than what was asked later shows. */
static uint8_t nearest_end(const struct sonde_path *path)
{
	uint8_t distance = path->end.distance;
	for (unsigned ttl = distance; ttl > path->cfg.first_ttl && !is_on_the_way(&path->hops[ttl - 1]); ttl--)
		if (hop_of_target(&path->hops[ttl - 1]))
			distance = (uint8_t)(ttl - 1);
	return distance;
}

uint8_t sonde_path_distance(const struct sonde_path *path)
{
	if (path->ended)
		return nearest_end(path);
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

static bool some_answer(const struct sn_hop *hop, enum sonde_meaning from, enum sonde_meaning to)
{
	for (size_t i = 0; i < hop->query_count; i++) {
		enum sonde_meaning said = hop->queries[i].answer.meaning;
		if (sonde_query_is_answered(&hop->queries[i]) && said >= from && said <= to)
			return true;
	}
	return false;
}

/* … nor does who tells it to all probes at once, late, make rows of them: as long as nobody farther on says that the way goes on. */
static unsigned last_ttl_so_far(const struct sonde_path *path)
{
	unsigned end = sweep_last_ttl(path);
	for (unsigned ttl = end; ttl >= sonde_path_first_ttl(path); ttl--) {
		if (some_answer(&path->hops[ttl], SONDE_M_TIME_EXCEEDED, SONDE_M_TIME_EXCEEDED))
			break;
		if (some_answer(&path->hops[ttl], SONDE_M_PORT_UNREACHABLE, SONDE_M_PARAMETER_PROBLEM))
			end = ttl;
	}
	return end;
}

uint8_t sonde_path_last_ttl(const struct sonde_path *path)
{
	uint8_t distance = sonde_path_distance(path), last = (uint8_t)(sonde_path_first_ttl(path) - 1);
	if (distance)
		return distance;
	unsigned end = path->ended ? last_ttl_at_end(path) : last_ttl_so_far(path);
	for (unsigned ttl = sonde_path_first_ttl(path); ttl <= end; ttl++)
		if (path->ended ? something_known(&path->hops[ttl]) : path->hops[ttl].settled || path->hops[ttl].answered)
			last = (uint8_t)ttl;
	return last;
}

const struct sonde_query *sonde_path_queries(const struct sonde_path *path, uint8_t ttl, size_t *count)
{
	*count = path->hops[ttl].query_count;
	return path->hops[ttl].queries;
}

uint8_t sonde_path_settled_ttl(const struct sonde_path *path)
{
	unsigned ttl = sonde_path_first_ttl(path), last = sonde_path_last_ttl(path);
	while (ttl <= last && (path->ended || path->hops[ttl].settled))
		ttl++;
	return (uint8_t)(ttl - 1);
}

sonde_at_ns sonde_path_began_at_ns(const struct sonde_path *path)
{
	return path->began_at_ns;
}

sonde_at_ns sonde_path_ended_at_ns(const struct sonde_path *path)
{
	return path->ended_at_ns;
}

const char *sonde_query_state_name(enum sonde_query_state state)
{
	static const char *const names[] = {
#define X(id, name) name,
	    SONDE_QUERY_STATES(X)
#undef X
	};
	return names[(size_t)state < sizeof names / sizeof *names ? state : SONDE_QUERY_PENDING];
}
