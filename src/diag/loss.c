/* SPDX-License-Identifier: MIT */
/* Telling routers' limits from loss of the path. Every probe that a later hop answered has passed the hop in question. */
#include "diag/loss.h"

#include "base/wilson.h"

/* So many unanswered probes are the least that anything is said of for sure: fewer may be a moment's bad luck. */
enum { LOST_LEAST = 3, QUERIES_MOST = 255, QUERIES_LEAST = 4, QUERIES_BEYOND = 5000 };
/* Where loss begins is told as a range: the places that are not less likely by more than this (of ln of the likelihood). */
#define RANGE_LN 5.0
/* Where packets do get lost, a hop's share may be low by chance: then it has to be farther off to be called a limit. */
#define LOSSY_Z 0.8
/* One standard deviation each: hops that lose the same packets are not farther apart than that. */
#define ALIKE_Z 1.0

static double share(struct sn_tally t)
{
	return t.asked ? (double)t.answered / t.asked : 1;
}

static unsigned lost(struct sn_tally t)
{
	return t.asked - t.answered;
}

static struct sn_tally sum(struct sn_tally a, struct sn_tally b)
{
	return (struct sn_tally){a.answered + b.answered, a.asked + b.asked};
}

static bool apart(struct sn_tally low, struct sn_tally high, double z)
{
	return sn_wilson(share(low), low.asked, z).high < sn_wilson(share(high), high.asked, z).low;
}

/* ---- what each hop shows ---- */

/* The target answers as often as it is asked: what it leaves unanswered was lost. */
static bool target_is_frank(const struct sn_view *view)
{
	const struct sonde_query *query = sn_target_answer(view);
	return query && !sonde_meaning_is_rationed(query->answer.meaning);
}

/* The probes that were sent as far as the target or farther, and those of them that it is known to have answered. */
static struct sn_tally sent_to_target(const struct sn_view *view)
{
	uint8_t distance = view->end->distance;
	struct sn_tally t = {.asked = view->end->probe_count};
	for (unsigned ttl = 1; ttl < distance; ttl++)
		t.asked -= view->rows[ttl].sent_count < t.asked ? view->rows[ttl].sent_count : t.asked;
	for (unsigned ttl = distance; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			/* the target's row borrows answers from farther rows: each counts once */
			t.answered += sn_answered(query) && query->probe.ttl == ttl && query->answer.in_targets_name;
		}
	t.asked = t.asked > t.answered ? t.asked : t.answered;
	return t;
}

/* Because it had been silent: what such a hop lost is not what it commonly loses. */
static bool asked_again(const struct sonde_row *row)
{
	for (size_t i = 0; i < row->query_count; i++)
		if (row->queries[i]->asked)
			return true;
	return false;
}

static void take_hops(const struct sn_view *view, struct sn_loss *out)
{
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		const struct sonde_row *row = &view->rows[ttl];
		bool is_target = view->passes && ttl == view->end->distance;
		/* one limit for all TTLs of a router: what it leaves out at one of several says nothing */
		if (!row->answered_count || asked_again(row) || (!is_target && sn_answers_elsewhere(view, (uint8_t)ttl)))
			continue;
		struct sn_loss_hop *hop = &out->hops[out->count++];
		*hop = (struct sn_loss_hop){.ttl = (uint8_t)ttl, .is_target = is_target};
		hop->own = (struct sn_tally){row->answered_count, row->answered_count + row->lost_count};
		hop->passed = (struct sn_tally){row->answered_count, row->sent_count - row->crowded_count - row->overheard_count};
		/* survivors fill the target's row: with few queries or a target that rations it shows less loss than there is */
		if (is_target && (!target_is_frank(view) || view->cfg->queries < QUERIES_LEAST))
			hop->passed = sent_to_target(view);
		if (is_target && !target_is_frank(view))
			hop->own = (struct sn_tally){0, 0};
	}
}

/* ---- limits ---- */

/* The best that the hops behind show: from the next one as far as it takes, those that limit their own left out. */
static void look_behind(struct sn_loss *loss, size_t index)
{
	struct sn_loss_hop *hop = &loss->hops[index];
	struct sn_tally pool = {0, 0};
	uint8_t first = 0;
	double best = -1;
	for (size_t i = index + 1; i < loss->count; i++) {
		if (loss->hops[i].limited)
			continue;
		pool = sum(pool, loss->hops[i].passed);
		first = first ? first : loss->hops[i].ttl;
		double low = sn_wilson(share(pool), pool.asked, loss->z).low;
		if (low <= best)
			continue;
		best = low;
		hop->behind = pool;
		hop->behind_first_ttl = first;
		hop->behind_last_ttl = loss->hops[i].ttl;
	}
}

/* The greatest share of any hop behind; 0: none. */
static double share_behind(const struct sn_loss *loss, size_t index)
{
	double most = 0;
	for (size_t i = index + 1; i < loss->count; i++)
		if (!loss->hops[i].limited && loss->hops[i].passed.asked && share(loss->hops[i].passed) > most)
			most = share(loss->hops[i].passed);
	return most;
}

static void judge_limits(struct sn_loss *loss)
{
	for (size_t i = loss->count; i-- > 0;) {
		struct sn_loss_hop *hop = &loss->hops[i];
		look_behind(loss, i);
		double z = lost(hop->behind) ? loss->z + LOSSY_Z : loss->z;
		hop->limited = lost(hop->own) >= LOST_LEAST && hop->behind.asked && apart(hop->own, hop->behind, z);
	}
}

/* ---- loss of the path ---- */

/* The hops that speak of it, in order. */
struct series {
	const struct sn_loss_hop *hops[SONDE_TTL_LAST + 1];
	size_t count;
};

/* Probes to the hops from first up to, but not including, end. */
static struct sn_tally pool(const struct series *s, size_t first, size_t end)
{
	struct sn_tally t = {0, 0};
	for (size_t i = first; i < end; i++)
		t = sum(t, s->hops[i]->own);
	return t;
}

static double ln_likelihood(struct sn_tally t)
{
	double ln = 0;
	if (t.answered)
		ln += t.answered * sn_ln(share(t));
	if (lost(t))
		ln += lost(t) * sn_ln(1 - share(t));
	return ln;
}

static double ln_of_split(const struct series *s, size_t at, size_t end)
{
	return ln_likelihood(pool(s, 0, at)) + ln_likelihood(pool(s, at, end));
}

/* Where among the first `end` hops the share falls most likely; 0: at none. */
static size_t best_split(const struct series *s, size_t end)
{
	size_t best = 0;
	for (size_t at = 1; at < end; at++)
		if (share(pool(s, 0, at)) > share(pool(s, at, end)) &&
		    (!best || ln_of_split(s, at, end) > ln_of_split(s, best, end)))
			best = at;
	return best;
}

/* The places that do as well as the best one, or nearly so; first 0: the whole may be one. */
static void split_range(const struct series *s, size_t best, size_t end, size_t *first, size_t *last)
{
	double least = ln_of_split(s, best, end) - RANGE_LN;
	*first = *last = best;
	for (size_t at = 0; at < end; at++) {
		if (ln_of_split(s, at, end) < least)
			continue;
		*first = at < *first ? at : *first;
		*last = at > *last ? at : *last;
	}
}

/* What is lost on the way is lost to the last hop as well: where that does better, it has to be apart from those before by itself. */
static bool goes_on(const struct sn_loss *loss, const struct series *s, size_t split, size_t end, struct sn_tally before)
{
	struct sn_tally last = pool(s, end - 1, end), others = pool(s, split, end - 1), after = sum(others, last);
	if (!lost(last) || lost(after) < LOST_LEAST || !apart(after, before, loss->z))
		return false;
	return !others.asked || !apart(others, last, ALIKE_Z) || apart(last, before, loss->z);
}

/* Behind an end that does not count every probe, one hop alone may always be limiting, and the target's answers may show that all do. */
static bool end_agrees(const struct sn_loss *loss, const struct series *s, size_t split, struct sn_tally after)
{
	const struct sn_loss_hop *end = &loss->hops[loss->count - 1];
	unsigned losing = 0;
	if (loss->to_target)
		return true;
	for (size_t i = split; i < s->count; i++)
		losing += lost(s->hops[i]->own) > 0;
	return losing >= 2 && !(end->is_target && apart(after, end->passed, loss->z));
}

/* A hop that loses more than those behind it may have a limit of its own on top: then it does not show where the loss begins. */
static void found(struct sn_loss *loss, const struct series *s, size_t first, size_t last, size_t end)
{
	while (last + 1 < end && (!lost(s->hops[last]->own) || apart(s->hops[last]->own, s->hops[last]->behind, ALIKE_Z)))
		last++;
	loss->kind = SN_LOSS_FOUND;
	loss->last_good_ttl = first ? s->hops[first - 1]->ttl : 0;
	loss->first_bad_ttl = s->hops[last]->ttl;
	loss->alone = last + 1 == s->count;
}

/* From the far end to the near one, as often as the share rises. */
static void find_begin(struct sn_loss *loss, const struct series *s)
{
	size_t end = s->count, first, last, split;
	while ((split = best_split(s, end))) {
		struct sn_tally before = pool(s, 0, split), after = pool(s, split, end);
		bool is_end = end == s->count;
		if (!goes_on(loss, s, split, end, before) || (is_end && !end_agrees(loss, s, split, after)))
			break;
		split_range(s, split, end, &first, &last);
		/* one hop alone, right before a greater loss: its own limit, or a loss more; it begins there or behind */
		if (!is_end && split + 1 == end) {
			loss->last_good_ttl = first ? s->hops[first - 1]->ttl : 0;
			break;
		}
		found(loss, s, first, last, end);
		loss->before = before;
		loss->after = is_end ? after : loss->after;
		end = split;
	}
	if (loss->kind == SN_LOSS_FOUND)
		return;
	/* all hops alike: then it begins before the first of them, up to where all probes were there */
	struct sn_tally after = pool(s, 0, s->count), before = {after.asked, after.asked};
	first = last = 0;
	if (split)
		split_range(s, split, s->count, &first, &last);
	if (first > 0 || !goes_on(loss, s, 0, s->count, before) || !end_agrees(loss, s, 0, after))
		return;
	found(loss, s, 0, last, s->count);
	loss->before = (struct sn_tally){0, 0};
	loss->after = after;
}

/* ---- what is not decided ---- */

/* A number that people would choose, at most `most`, that is more than was asked already. */
static unsigned queries_for(struct sn_tally lower, double higher_share, const struct sn_loss *loss, unsigned asked, unsigned most)
{
	unsigned least = sn_wilson_least(share(lower), higher_share, loss->z, most), step;
	if (!least)
		return 0;
	while (least < most && (double)least * lost(lower) < (double)LOST_LEAST * lower.asked)
		least++;
	least = least <= asked ? 2u * asked : least < QUERIES_LEAST ? QUERIES_LEAST : least;
	step = least <= 40 ? 4 : least <= QUERIES_MOST ? 10 : 50;
	least = (least + step - 1) / step * step;
	return least < most ? least : most;
}

/* Packets go several ways, and these need not be of one length: what gets no answer at the target's distance may never have been sent
 * far enough. */
static bool goes_several_ways(const struct sn_view *view)
{
	for (unsigned ttl = view->first_ttl; ttl < view->end->distance; ttl++)
		if (view->rows[ttl].responder_count > 1)
			return true;
	return false;
}

static void judge_rest(const struct sn_view *view, struct sn_loss *loss, const struct series *s)
{
	const struct sn_loss_hop *last = s->count ? s->hops[s->count - 1] : NULL;
	if (loss->kind == SN_LOSS_NONE && last && last->is_target && lost(last->own)) {
		struct sn_tally before = pool(s, 0, s->count - 1);
		double higher = share(before) > share(last->own) ? share(before) : 1;
		loss->kind = SN_LOSS_UNDECIDED;
		loss->after = last->own;
		loss->queries = (uint8_t)queries_for(last->own, higher, loss, view->cfg->queries, QUERIES_MOST);
		loss->queries_beyond = loss->queries ? 0 : queries_for(last->own, higher, loss, view->cfg->queries, QUERIES_BEYOND);
	}
	for (size_t i = 0; i < loss->count; i++) {
		struct sn_loss_hop *hop = &loss->hops[i];
		bool explained = loss->kind == SN_LOSS_FOUND && hop->ttl > loss->last_good_ttl;
		double higher = share_behind(loss, i);
		hop->undecided = !hop->limited && !explained && lost(hop->own) && higher > share(hop->own);
		if (hop->undecided)
			hop->queries = (uint8_t)queries_for(hop->own, higher, loss, view->cfg->queries, QUERIES_MOST);
	}
}

void sn_loss(const struct sn_view *view, struct sn_loss *out)
{
	struct series s = {.count = 0};
	out->count = 0;
	out->kind = SN_LOSS_NONE;
	out->queries = 0;
	out->queries_beyond = 0;
	/* what this machine itself may have lost is nobody's */
	if (view->end->dropped_count || (view->end->unread_count && view->changed))
		return;
	take_hops(view, out);
	out->z = sn_z_for((unsigned)out->count);
	judge_limits(out);
	for (size_t i = 0; i < out->count; i++)
		if (!out->hops[i].limited && out->hops[i].own.asked)
			s.hops[s.count++] = &out->hops[i];
	if (s.count) {
		out->last_ttl = s.hops[s.count - 1]->ttl;
		out->to_target = s.hops[s.count - 1]->is_target;
		find_begin(out, &s);
		if (out->kind == SN_LOSS_FOUND && out->alone && out->to_target && goes_several_ways(view))
			out->kind = SN_LOSS_NONE;
	}
	judge_rest(view, out, &s);
}

bool sn_is_suspect(const struct sn_view *view, const struct sn_loss_hop *hop)
{
	return (hop->limited || hop->undecided) && view->rows[hop->ttl].responder_count == 1;
}

int sn_limiter_suspects(const struct sonde_path *path, uint8_t *ttls, unsigned most)
{
	struct sn_view view;
	struct sn_loss loss;
	int code = sn_view_init(&view, path), count = 0;
	view.passes = code == SONDE_OK && view.end->reached;
	if (code == SONDE_OK)
		sn_loss(&view, &loss);
	for (size_t i = 0; code == SONDE_OK && i < loss.count; i++) {
		const struct sn_loss_hop *hop = &loss.hops[i];
		if (sn_is_suspect(&view, hop) && (unsigned)count < most)
			ttls[count++] = hop->ttl;
	}
	sn_view_finish(&view);
	return code == SONDE_OK ? count : code;
}
