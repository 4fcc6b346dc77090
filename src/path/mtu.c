/* SPDX-License-Identifier: MIT */
/* From the probes of many sizes to links and their MTUs: a judge of what was seen, who has no part in what was sent. */
#include "path/mtu.h"

#include "base/hops.h"

#include <errno.h>
#include <string.h>

/* What loss may explain at most: that the size next to one that passed is silent; and that one of several others is, or one that a lost
 * packet-too-big would leave so. */
#define CHANCE_MOST 0.001
#define CHANCE_OF_SEVERAL_MOST 0.0001
enum { ANSWERS_EACH = 3 };
/* What those who ration answer at least (Linux: six at once, then one a second). */
enum { BURST = 5 };
#define REFILL_NS SONDE_S
/* Messages that agree with what was found, before they are believed. */
enum { BEARS_OUT_LEAST = 4 };

/* ---- what a probe came to ---- */

bool sn_mtu_is_final(const struct sonde_query *q)
{
	return sonde_query_is_answered(q) && q->answer.in_targets_name && sonde_meaning_is_final(q->answer.meaning);
}

bool sn_mtu_is_transit(const struct sonde_query *q)
{
	/* of those sent over the whole way none runs out: one that does was in a circle */
	return sonde_query_is_answered(q) && q->answer.meaning == SONDE_M_TIME_EXCEEDED && q->probe.ttl != SONDE_TTL_LAST;
}

bool sn_mtu_is_too_big(const struct sonde_query *q)
{
	return sonde_query_is_answered(q) && q->answer.meaning == SONDE_M_PACKET_TOO_BIG && !q->answer.weak;
}

/* Who says so does not pass the packet on, for another reason than that it is too big. */
static const bool refuses[SONDE_M_COUNT] = {
	[SONDE_M_TIME_EXCEEDED] = true,        [SONDE_M_PORT_UNREACHABLE] = true,     [SONDE_M_NET_UNREACHABLE] = true,
	[SONDE_M_HOST_UNREACHABLE] = true,     [SONDE_M_PROTOCOL_UNREACHABLE] = true, [SONDE_M_ADMIN_PROHIBITED] = true,
	[SONDE_M_SOURCE_ROUTE_FAILED] = true,  [SONDE_M_UNREACHABLE] = true,          [SONDE_M_PRECEDENCE_VIOLATION] = true,
	[SONDE_M_PRECEDENCE_CUTOFF] = true,    [SONDE_M_PARAMETER_PROBLEM] = true,
};

bool sn_mtu_is_refused(const struct sonde_query *q)
{
	bool heard = sn_mtu_is_final(q) || sn_mtu_is_transit(q);
	return sonde_query_is_answered(q) && !q->answer.weak && refuses[q->answer.meaning] && !heard;
}

/* Either of both, in a message that quotes so little that it may be anybody's. */
bool sn_mtu_is_doubted(const struct sonde_query *q)
{
	bool heard = sn_mtu_is_final(q) || sn_mtu_is_transit(q);
	bool says = refuses[q->answer.meaning] || q->answer.meaning == SONDE_M_PACKET_TOO_BIG;
	return sonde_query_is_answered(q) && q->answer.weak && says && !heard;
}

/* Dropped by this machine's link, and not for its size as far as that says. */
static bool is_dropped_here(const struct sonde_query *q)
{
	return q->state == SONDE_QUERY_LOCAL_ERROR && q->sys_errno == ENOBUFS;
}

static bool is_refused_here(const struct sonde_query *q)
{
	return q->state == SONDE_QUERY_LOCAL_ERROR && q->sys_errno == EMSGSIZE;
}

bool sn_mtu_is_silent(const struct sonde_query *q)
{
	bool heard = sn_mtu_is_final(q) || sn_mtu_is_transit(q);
	bool said = sn_mtu_is_too_big(q) || sn_mtu_is_refused(q) || sn_mtu_is_doubted(q);
	return q->state == SONDE_QUERY_LOST || is_dropped_here(q) || (sonde_query_is_answered(q) && !heard && !said);
}

struct sn_mtu_span sn_mtu_queries_at(const struct sn_mtu_reading *r, unsigned ttl)
{
	size_t count = 0;
	const struct sonde_query *first = sonde_path_queries(r->path, (uint8_t)ttl, &count);
	return (struct sn_mtu_span){first, first ? first + count : NULL};
}

/* ---- how far ---- */

static void look_at_hops(struct sn_mtu_reading *r)
{
	struct sonde_mtu *out = r->out;
	uint8_t farthest = 0;
	for (unsigned ttl = r->cfg->first_ttl; ttl <= r->last_ttl; ttl++) {
		SN_MTU_EACH(r, ttl, q) {
			if (sn_mtu_is_final(q.at) && !out->reached) {
				out->reached = true;
				out->aim_ttl = (uint8_t)ttl;
			}
			if ((sn_mtu_is_transit(q.at) || sn_mtu_is_final(q.at)) && !out->hops[ttl].family)
				out->hops[ttl] = q.at->answer.from;
			farthest = sn_mtu_is_transit(q.at) ? (uint8_t)ttl : farthest;
		}
	}
	if (!out->aim_ttl)
		out->aim_ttl = (uint8_t)sn_hops_before_circle(out->hops, r->cfg->first_ttl, farthest);
	SN_MTU_EACH(r, SONDE_TTL_LAST, whole) {
		if (sn_mtu_is_final(whole.at) && !out->reached)
			out->aim_ttl = 0; /* somewhere behind all hops */
		out->reached |= sn_mtu_is_final(whole.at);
		out->echoes |= sn_mtu_is_final(whole.at) && whole.at->answer.meaning == SONDE_M_ECHO_REPLY;
	}
}

/* ---- sizes at the aim ---- */

static bool passes(const struct sn_mtu_reading *r, const struct sonde_query *q)
{
	return sn_mtu_is_final(q) || (!r->out->reached && sn_mtu_is_transit(q));
}

static enum sn_size_fate fate_of(const struct sn_mtu_reading *r, const struct sonde_query *q)
{
	if (passes(r, q))
		return SN_SIZE_PASSED;
	if (sn_mtu_is_too_big(q))
		return SN_SIZE_TOO_BIG;
	if (sn_mtu_is_refused(q))
		return SN_SIZE_REFUSED;
	if (sn_mtu_is_doubted(q))
		return SN_SIZE_DOUBTED;
	return is_refused_here(q) ? SN_SIZE_NOT_HERE : sn_mtu_is_silent(q) ? SN_SIZE_SILENT : SN_SIZE_OPEN;
}

static void learn(struct sn_mtu_reading *r, const struct sonde_query *q)
{
	enum sn_size_fate fate = fate_of(r, q);
	struct sn_size *size = fate == SN_SIZE_OPEN ? NULL : sn_sizes_at(&r->sizes, q->probe.size_bytes);
	if (!size)
		return;
	const struct sn_size_word word = {
	    .by = q->answer.from, .meaning = (uint8_t)q->answer.meaning, .said_bytes = q->answer.mtu_bytes};
	size->silent_count = (uint16_t)(size->silent_count + (fate == SN_SIZE_SILENT));
	sn_size_learn(size, fate, &word);
}

static uint16_t small_size(const struct sn_mtu_reading *r)
{
	uint16_t small_bytes = UINT16_MAX;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		SN_MTU_EACH(r, ttl, q)
			small_bytes = q.at->probe.size_bytes < small_bytes ? q.at->probe.size_bytes : small_bytes;
	}
	return small_bytes;
}

/* An ICMP error, which hosts and routers ration (RFC 1812 section 4.3.2.8). */
static bool is_error(enum sonde_meaning meaning)
{
	return meaning == SONDE_M_TIME_EXCEEDED || meaning == SONDE_M_PORT_UNREACHABLE || meaning == SONDE_M_PROTOCOL_UNREACHABLE;
}

static void look_at_sizes(struct sn_mtu_reading *r)
{
	r->aim = r->out->reached ? SONDE_TTL_LAST : r->out->aim_ttl;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		SN_MTU_EACH(r, ttl, q) {
			if (ttl == r->aim || is_refused_here(q.at))
				learn(r, q.at);
		}
	}
	for (size_t i = 0; i < r->sizes.count; i++)
		if (r->sizes.items[i].fate == SN_SIZE_PASSED)
			r->out->path_bytes = r->sizes.items[i].bytes;
	/* What is no longer than a size that passed is only lost by chance: these are the controls. */
	SN_MTU_EACH(r, r->aim, q) {
		bool control = q.at->probe.size_bytes <= r->out->path_bytes;
		r->out->control_answered += control && passes(r, q.at);
		r->out->control_silent += control && sn_mtu_is_silent(q.at);
		r->rations |= (passes(r, q.at) && is_error(q.at->answer.meaning)) || sn_mtu_is_refused(q.at);
	}
}

/* ---- what silence proves ---- */

double sn_mtu_chance_of_loss(const struct sonde_mtu *mtu, unsigned silent_count)
{
	/* rule of succession */
	double loss = (mtu->control_silent + 1.0) / (mtu->control_answered + mtu->control_silent + 2.0), chance = 1;
	for (unsigned i = 0; i < silent_count; i++)
		chance *= loss;
	return chance;
}

/* Silent probes of these sizes that no ration explains: who answers by ICMP errors may have had no answer left, were it asked more than
 * BURST times at once or once in REFILL_NS by all that may have got there (RFC 1812 section 4.3.2.8). */
static unsigned silent_tries(const struct sn_mtu_reading *r, uint16_t from_bytes, uint16_t to_bytes)
{
	sonde_at_ns empty_at_ns = 0;
	unsigned count = 0;
	SN_MTU_EACH(r, r->aim, q) {
		const struct sonde_event_probe *probe = &q.at->probe;
		bool counts = sn_mtu_is_silent(q.at) && probe->size_bytes >= from_bytes && probe->size_bytes <= to_bytes;
		bool spared = empty_at_ns <= probe->sent_at_ns + (BURST - 1) * REFILL_NS;
		count += counts && (spared || !r->rations || is_dropped_here(q.at));
		if (sn_mtu_is_too_big(q.at) || q.at->state == SONDE_QUERY_LOCAL_ERROR)
			continue;
		/* a bucket that is empty owes nothing */
		empty_at_ns = (empty_at_ns > probe->sent_at_ns ? empty_at_ns : probe->sent_at_ns) + REFILL_NS;
		empty_at_ns = empty_at_ns < probe->sent_at_ns + BURST * REFILL_NS ? empty_at_ns : probe->sent_at_ns + BURST * REFILL_NS;
	}
	return count;
}

/* Silence to the sizes from one to another is neither loss nor rationing. */
static bool is_convincing(const struct sn_mtu_reading *r, uint16_t from_bytes, uint16_t to_bytes)
{
	double most = from_bytes == to_bytes ? CHANCE_MOST : CHANCE_OF_SEVERAL_MOST;
	bool steady = r->out->control_answered >= ANSWERS_EACH * r->out->control_silent;
	return steady && sn_mtu_chance_of_loss(r->out, silent_tries(r, from_bytes, to_bytes)) < most;
}

/* Of the sizes from the step's up, as far as they fared alike: the largest, and, where they were silent, the smallest that convinces: with
 * it all smaller ones of these would have got through, so their silence counts for it. */
static void sum_up(const struct sn_mtu_reading *r, const struct sn_size_step *step, struct sonde_narrowing *n)
{
	for (const struct sn_size *size = step->refused; size < r->sizes.items + r->sizes.count; size++) {
		bool alike = sn_size_is_alike(size, step->refused);
		if (size->fate > SN_SIZE_SILENT && !alike)
			return;
		n->largest_bytes = alike ? size->bytes : n->largest_bytes;
		n->silent_count += size->silent_count;
		if (n->cause != SONDE_MTU_SILENT || n->sure || !is_convincing(r, step->refused->bytes, size->bytes))
			continue;
		n->refused_bytes = size->bytes;
		n->sure = true;
	}
}

/* What got past: silence that a lost packet-too-big, or a ration of other refusals, explains as well does not count, what is smaller stands
 * in. NULL: nothing did. */
static const struct sn_size *got_of(const struct sn_mtu_reading *r, const struct sn_size_step *step)
{
	const struct sn_size *got = step->got;
	bool rationed = step->refused->fate == SN_SIZE_REFUSED || step->refused->fate == SN_SIZE_DOUBTED;
	while (got && got->fate <= SN_SIZE_SILENT) {
		unsigned tries = rationed ? silent_tries(r, got->bytes, got->bytes) : got->silent_count;
		if (sn_mtu_chance_of_loss(r->out, tries) < CHANCE_OF_SEVERAL_MOST)
			break;
		got = got > r->sizes.items ? got - 1 : NULL;
	}
	return got;
}

/* Messages that prove little name an MTU, always the same, and just that was found: whoever forged them would have had to know it. */
static bool bears_out(const struct sn_mtu_reading *r, const struct sonde_narrowing *n)
{
	unsigned count = 0, others = 0;
	SN_MTU_EACH(r, r->aim, q) {
		bool same = sonde_addr_equal(&q.at->answer.from, &n->by) && q.at->answer.mtu_bytes == n->said_bytes;
		if (q.at->probe.size_bytes < n->refused_bytes || q.at->probe.size_bytes > n->largest_bytes || !sn_mtu_is_doubted(q.at))
			continue;
		count += same;
		others += !same;
	}
	bool fits = n->meaning == SONDE_M_PACKET_TOO_BIG && n->said_bytes >= n->got_bytes && n->said_bytes < n->refused_bytes;
	return fits && sonde_narrowing_is_measured(n) && count >= BEARS_OUT_LEAST && !others;
}

static void read_step(struct sn_mtu_reading *r, const struct sn_size_step *step)
{
	static const enum sonde_mtu_cause causes[] = {
	    [SN_SIZE_SILENT] = SONDE_MTU_SILENT, [SN_SIZE_REFUSED] = SONDE_MTU_REFUSED,  [SN_SIZE_DOUBTED] = SONDE_MTU_DOUBTED,
	    [SN_SIZE_TOO_BIG] = SONDE_MTU_SAID,  [SN_SIZE_NOT_HERE] = SONDE_MTU_LOCAL,
	};
	struct sonde_narrowing *n = &r->out->narrowings[r->out->narrowing_count++];
	const struct sn_size *got = got_of(r, step);
	const struct sonde_method_info *method = sonde_method_info(r->cfg->method);
	*n = (struct sonde_narrowing){
	    .cause = causes[step->refused->fate],
	    .step_bytes = method && method->length_step_bytes ? method->length_step_bytes : 1,
	    .got_bytes = got ? got->bytes : 0,
	    .refused_bytes = step->refused->bytes,
	    .by = step->refused->word.by,
	    .meaning = step->refused->word.meaning,
	    .said_bytes = step->refused->word.said_bytes,
	};
	sum_up(r, step, n);
	if (n->cause == SONDE_MTU_DOUBTED && bears_out(r, n))
		n->cause = SONDE_MTU_SAID;
	sn_mtu_place(r, n, step->refused->bytes);
}

static bool same_link(const struct sonde_narrowing *a, const struct sonde_narrowing *b)
{
	return a->after_ttl == b->after_ttl && a->before_ttl == b->before_ttl && a->before_ttl == a->after_ttl + 1;
}

/* A link that says of larger packets that they are too large, or are not wanted, does not swallow others. */
static void doubt_said(struct sonde_mtu *out)
{
	for (size_t i = 0; i < out->narrowing_count; i++)
		for (size_t k = 0; k < out->narrowing_count; k++)
			if (sonde_narrowing_is_said(&out->narrowings[k]) && same_link(&out->narrowings[i], &out->narrowings[k]))
				out->narrowings[i].sure = false;
}

/* Who calls a smaller size too big, right behind the hop that a silent one got to, refuses that as well: what he said of it was lost. */
static bool is_answer_lost(const struct sonde_mtu *out, size_t index)
{
	const struct sonde_narrowing *n = out->narrowings;
	for (size_t i = index + 1; i < out->narrowing_count; i++)
		if (n[i].cause == SONDE_MTU_SAID && n[i].after_ttl == n[index].after_ttl)
			return true;
	return false;
}

/* A link that names an MTU for larger sizes, and just that is found: silence between the two is what it did not say again. */
static void join_said(const struct sn_mtu_reading *r)
{
	struct sonde_mtu *out = r->out;
	for (size_t i = 0; i + 1 < out->narrowing_count; i++) {
		struct sonde_narrowing *said = &out->narrowings[i], *silent = said + 1;
		bool named = said->cause == SONDE_MTU_SAID && said->said_bytes == silent->got_bytes && said->said_bytes;
		if (!named || silent->cause != SONDE_MTU_SILENT || silent->after_ttl > said->after_ttl ||
		    !is_convincing(r, silent->refused_bytes, silent->refused_bytes))
			continue;
		said->got_bytes = silent->got_bytes;
		said->refused_bytes = silent->refused_bytes;
		memmove(silent, silent + 1, (out->narrowing_count - i - 2) * sizeof *silent);
		out->narrowing_count--;
	}
}

/* Who refuses larger ones in other words rations what he says. */
static bool is_rationed(const struct sonde_mtu *out, size_t index)
{
	enum sonde_mtu_cause larger = index ? out->narrowings[index - 1].cause : SONDE_MTU_SILENT;
	return larger == SONDE_MTU_REFUSED || larger == SONDE_MTU_DOUBTED;
}

/* Silence that proves nothing, and has a reason. */
static void drop_unproved(struct sonde_mtu *out, bool (*has_reason)(const struct sonde_mtu *out, size_t index))
{
	for (size_t i = 0; i < out->narrowing_count;) {
		struct sonde_narrowing *n = &out->narrowings[i];
		if (n->cause != SONDE_MTU_SILENT || n->sure || !has_reason(out, i)) {
			i++;
			continue;
		}
		memmove(n, n + 1, (out->narrowing_count - i - 1) * sizeof *n);
		out->narrowing_count--;
	}
}

/* ---- the table ---- */

static void widen(struct sonde_mtu *out, unsigned last_ttl, uint16_t bytes)
{
	for (unsigned ttl = 1; ttl <= last_ttl; ttl++)
		if (out->hop_bytes[ttl] < bytes)
			out->hop_bytes[ttl] = bytes;
}

/* What got to a hop got to all before it; what a hop calls too large got to it. */
static void fill_hops(struct sn_mtu_reading *r)
{
	struct sonde_mtu *out = r->out;
	unsigned last = out->aim_ttl ? out->aim_ttl : r->last_ttl;
	for (unsigned ttl = 1; ttl <= last; ttl++) {
		SN_MTU_EACH(r, ttl, q) {
			if (sn_mtu_is_transit(q.at) || sn_mtu_is_final(q.at))
				widen(out, ttl, q.at->probe.size_bytes);
		}
	}
	widen(out, last, out->path_bytes);
	for (size_t i = 0; i < out->narrowing_count; i++)
		if (sonde_narrowing_is_said(&out->narrowings[i]))
			widen(out, out->narrowings[i].after_ttl, out->narrowings[i].largest_bytes);
}

int sonde_mtu_read(const struct sonde_path *path, struct sonde_mtu *out)
{
	struct sn_mtu_reading r = {.path = path, .cfg = sonde_path_cfg(path), .out = out};
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	*out = (struct sonde_mtu){0};
	if (!r.cfg || r.cfg->plan != SONDE_PLAN_PMTU)
		return SONDE_E_RANGE;
	r.last_ttl = r.cfg->max_ttl < SONDE_TTL_LAST ? r.cfg->max_ttl : SONDE_TTL_LAST - 1;
	out->device_bytes = r.cfg->mtu_bytes;
	look_at_hops(&r);
	r.small_bytes = small_size(&r);
	look_at_sizes(&r);
	size_t count = sn_sizes_steps(&r.sizes, steps);
	for (size_t i = 0; i < count; i++)
		read_step(&r, &steps[i]);
	drop_unproved(out, is_answer_lost);
	join_said(&r);
	doubt_said(out);
	drop_unproved(out, is_rationed);
	sn_mtu_look_at_ways(&r);
	sn_mtu_look_at_pieces(&r);
	fill_hops(&r);
	return SONDE_OK;
}
