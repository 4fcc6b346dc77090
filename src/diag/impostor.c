/* SPDX-License-Identifier: MIT */
/* Answers in the target's name that the evidence speaks against. */
#include "diag/diag.h"

#include "base/hops.h"

/* One alone may be lost by chance. */
enum { LOST_LEAST = 2, FLOWS_LEAST = 3 };

/* What was said at a hop as only a target says it: in its name, else in another that may be its own; NULL: nothing of the kind. */
static const struct sonde_event_answer *final_at(const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	const struct sonde_event_answer *other = NULL;
	for (size_t i = 0; ttl && i < row->query_count; i++) {
		if (!sn_answered(row->queries[i]) || !sonde_meaning_is_final(row->queries[i]->answer.meaning))
			continue;
		if (row->queries[i]->answer.in_targets_name)
			return &row->queries[i]->answer;
		other = &row->queries[i]->answer;
	}
	return other;
}

/* The highest TTL, from `ttl` on, at which a router said that a probe of that path was still on its way; 0: none. */
static uint8_t router_at_or_behind(const struct sn_view *view, uint8_t ttl)
{
	for (unsigned t = view->cfg->max_ttl; t >= ttl; t--)
		for (size_t i = 0; i < view->rows[t].query_count; i++) {
			const struct sonde_query *query = view->rows[t].queries[i];
			if (sn_is_transit(query) && !query->answer.weak && !query->answer.in_targets_name)
				return (uint8_t)t;
		}
	return 0;
}

/* Hops back to us by the TTL of the target's answer; 0: not known. */
static uint8_t back(const struct sn_view *view)
{
	const struct sonde_event_answer *said = final_at(view, view->end->distance);
	return said ? sn_hops_back(sn_reply_ttl(view, view->end->distance, &said->from)) : 0;
}

/* The nearest TTL at which somebody says, to another method, that a probe was still on its way; 0: nowhere. */
static uint8_t router_as(const struct sn_view *view, const struct sonde_addr *who)
{
	for (unsigned t = view->first_ttl; t <= view->cfg->max_ttl; t++)
		for (size_t i = 0; i < view->rows[t].query_count; i++) {
			const struct sonde_query *query = view->rows[t].queries[i];
			if (sn_is_transit(query) && !query->answer.weak && sonde_addr_equal(&query->answer.from, who))
				return (uint8_t)t;
		}
	return 0;
}

/* The target answers that path from behind there, and left what was sent just that far unanswered: it is not there. */
static bool is_farther(const struct sn_view *view, uint8_t ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	return view->end->reached && view->end->distance > ttl && !row->answered_count && row->lost_count >= LOST_LEAST;
}

/* Flows asked later over which the target seemed just as near. One that was led past that hop speaks for a balancer: 0 then. */
static unsigned flows_as_near(const struct sn_view *view)
{
	const struct sonde_row *row = &view->rows[view->end->distance];
	unsigned count = 0;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (!sn_answered(query))
			continue;
		if (sn_is_transit(query) && !query->answer.in_targets_name)
			return 0;
		count += query->asked && query->answer.in_targets_name;
	}
	return count;
}

/* A balancer may lead another flow a longer way: a router in the answer's place speaks against it only where both paths were the same as
 * far as right before, and where other flows of this method end just as near, or the answer's own TTL says that it came from nearer than
 * its place. It must not say that it came from as far as the other's. */
static bool shows_it(const struct sn_view *view, const struct sn_view *other, uint8_t *other_ttl)
{
	uint8_t distance = view->end->distance, own = back(view);
	bool near = distance > view->first_ttl && distance > other->first_ttl;
	if (!near || !view->rows[distance - 1].responder_count || !other->rows[distance - 1].responder_count)
		return false;
	*other_ttl = router_at_or_behind(other, distance);
	if (!sn_same_way(view, other, (uint8_t)(distance - 1)) || !(*other_ttl || is_farther(other, distance)))
		return false;
	bool from_nearer = own && own < distance;
	if (!other->end->reached)
		return from_nearer;
	return (from_nearer || flows_as_near(view) >= FLOWS_LEAST) && (!own || own < back(other));
}

struct sn_impostor sn_impostor(const struct sn_case *c, const struct sn_view *view)
{
	const struct sonde_event_end *end = view->end;
	struct sn_impostor found = {.ttl = end->stop == SONDE_STOP_CONTRADICTED ? end->by_ttl : end->distance};
	const struct sonde_event_answer *said = final_at(view, found.ttl);
	found.said = said ? said->meaning : SONDE_M_NONE;
	found.by = said ? said->from : view->cfg->dst;
	found.reply_ttl = found.ttl ? sn_reply_ttl(view, found.ttl, &found.by) : 0;
	if (end->stop == SONDE_STOP_CONTRADICTED) {
		found.sign = end->distance ? SN_IMPOSTOR_TTL_UNTOUCHED : SN_IMPOSTOR_ROUTERS_BEHIND;
		return found;
	}
	for (size_t i = 0; end->reached && end->distance && i < c->view_count && !found.sign; i++) {
		const struct sn_view *other = &c->views[i];
		uint8_t other_ttl = sonde_addr_equal(&found.by, &view->cfg->dst) ? 0 : router_as(other, &found.by);
		bool is_router = other_ttl > 0;
		if (view == other || (!is_router && !shows_it(view, other, &other_ttl)))
			continue;
		found.other_ttl = other_ttl;
		found.sign = is_router ? SN_IMPOSTOR_ROUTER : SN_IMPOSTOR_NEARER;
		found.other = &c->views[i];
	}
	return found;
}

static const char *const others[] = {
    [SN_IMPOSTOR_ROUTERS_BEHIND] = "the way changed while the trace ran",
    [SN_IMPOSTOR_TTL_UNTOUCHED] = "the target has an address on this machine's own link",
    [SN_IMPOSTOR_ROUTER] = "the target has that address as well, and hands packets on to itself",
    [SN_IMPOSTOR_NEARER] = "a balancer leads this flow a shorter way",
};

void sn_find_impostor(struct sn_case *c, const char *who)
{
	const struct sn_view *view = c->view;
	const struct sn_impostor *impostor = &view->impostor;
	char target[SONDE_ADDR_TEXT];
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	bool named = sonde_addr_equal(&impostor->by, &view->cfg->dst);
	sn_say(f, "%s came %s %s", who, named ? "in the name of" : "from", sonde_addr_text(&impostor->by, target));
	if (impostor->ttl)
		sn_say(f, " at hop %u", (unsigned)impostor->ttl);
	switch (impostor->sign) {
	case SN_IMPOSTOR_NONE:
		break;
	case SN_IMPOSTOR_TTL_UNTOUCHED:
		sn_say(f, ", but it arrived with TTL %u, which no router has lowered: it was given on this machine's own link",
		       (unsigned)impostor->reply_ttl);
		break;
	case SN_IMPOSTOR_ROUTERS_BEHIND:
		sn_say(f, ", but the way goes on behind it, as far as hop %u", (unsigned)view->end->last_answering_ttl);
		break;
	case SN_IMPOSTOR_ROUTER:
		sn_say(f, ", but by %s that is a router on the way", impostor->other->label);
		break;
	case SN_IMPOSTOR_NEARER:
		sn_say(f, ", but by %s ", impostor->other->label);
		sn_say_hop(f, impostor->other, impostor->other_ttl ? impostor->other_ttl : impostor->ttl);
		sn_say(f, impostor->other_ttl ? " is still a router on the same way" : " is silent on the same way");
		if (impostor->other->end->reached && impostor->other->end->distance)
			sn_say(f, ", and the target is at hop %u", (unsigned)impostor->other->end->distance);
		sn_say(f, ": whatever stands at or right behind hop %u answered", impostor->ttl - 1u);
		break;
	}
	sn_say(f, ". It counts as not reached.");
	sn_otherwise(f, "%s", others[impostor->sign] ? others[impostor->sign] : "");
	if (named)
		sn_headline(f, "Answered in the target's name");
	else
		sn_headline(f, "Rejected by %s", sonde_addr_text(&impostor->by, target));
	if (impostor->ttl)
		sn_headline(f, " at hop %u (%s)", (unsigned)impostor->ttl, sonde_meaning_name(impostor->said));
	f->by = impostor->by;
	f->first_ttl = f->last_ttl = impostor->ttl;
	sn_evidence(f, "hop", "hops", impostor->ttl);
	sn_evidence(f, "reply_ttl", "", impostor->reply_ttl);
	if (impostor->other_ttl)
		sn_evidence(f, "router_by_other_method", "hops", impostor->other_ttl);
	if (c->view_count == 1)
		sn_next_compare(c, f);
}
