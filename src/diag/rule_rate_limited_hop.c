/* SPDX-License-Identifier: MIT */
/* rate-limited-hop: a router answers fewer probes than pass it. */
#include "diag/loss.h"

#include <stdio.h>
#include <string.h>

/* So many hops are told one by one. */
enum { TOLD_MOST = 3 };
/* So many queries of a hop may follow each other closely. */
enum { AT_ONCE = 4 };

static void say_behind(struct sonde_finding *f, const struct sn_view *view, const struct sn_loss_hop *hop)
{
	if (hop->behind_first_ttl < hop->behind_last_ttl)
		sn_say(f, "the hops behind it");
	else if (view->end->reached && hop->behind_first_ttl == view->end->distance)
		sn_say(f, "the target");
	else
		sn_say_hop(f, view, hop->behind_first_ttl);
	sn_say(f, " %u of %u", hop->behind.answered, hop->behind.asked);
}

/* Who has just had no answer left to give has not two of them at once. */
#define AT_ONCE_NS (50 * SONDE_MS)

static bool answers_now_and_then(const struct sonde_row *row)
{
	for (size_t i = 2; i < row->query_count; i++) {
		const struct sonde_query *const *q = &row->queries[i - 2];
		bool at_once = q[2]->probe.sent_at_ns - q[0]->probe.sent_at_ns < AT_ONCE_NS;
		if (at_once && q[0]->state == SONDE_QUERY_LOST && sn_answered(q[1]) && sn_answered(q[2]))
			return true;
	}
	return false;
}

/* Than those that show that it limits. */
static bool comes_back_another_way(const struct sn_view *view, const struct sn_loss_hop *hop)
{
	return sn_back_differs(view, hop->ttl, hop->behind_first_ttl) || sn_back_differs(view, hop->ttl, hop->behind_last_ttl);
}

static bool may_be_several(const struct sn_view *view, uint8_t ttl)
{
	return !view->method->flow_constant || view->rows[ttl].responder_count > 1 || answers_now_and_then(&view->rows[ttl]);
}

/* Nothing that was sent past a hop is known to be lost. */
static bool loses_nothing(const struct sn_loss *loss, const struct sn_loss_hop *hop)
{
	for (const struct sn_loss_hop *far = hop + 1; far < loss->hops + loss->count; far++)
		if (!far->limited && far->own.answered < far->own.asked)
			return false;
	return hop->behind.answered == hop->behind.asked;
}

static void tell(struct sn_case *c, const struct sn_loss *loss, const struct sn_loss_hop *hop)
{
	const struct sn_view *view = c->view;
	bool other_way = comes_back_another_way(view, hop);
	struct sonde_finding *f = sn_find(c, other_way ? SONDE_CONFIDENCE_POSSIBLE : SONDE_CONFIDENCE_LIKELY);
	char addr[SONDE_ADDR_TEXT];
	const struct sonde_row *row = &view->rows[hop->ttl];
	sn_say(f, "Hop %u", (unsigned)hop->ttl);
	if (row->responder_count == 1)
		sn_say(f, " (%s)", sonde_addr_text(&row->responders[0].addr, addr));
	sn_say(f, " answered %u of %u probes, ", hop->own.answered, hop->own.asked);
	say_behind(f, view, hop);
	sn_say(f, ": it limits its own ICMP%s.", loses_nothing(loss, hop) ? "; the path loses nothing" : "");
	f->first_ttl = f->last_ttl = hop->ttl;
	f->by = row->responders[0].addr;
	f->who = "router";
	bool lossy = loss->kind == SN_LOSS_FOUND && hop->ttl > loss->last_good_ttl;
	bool several = may_be_several(view, hop->ttl);
	if (several || lossy)
		f->confidence = SONDE_CONFIDENCE_POSSIBLE;
	if (lossy)
		sn_otherwise(f, "by chance it had more of what the path loses");
	if (several)
		sn_otherwise(f, "%sone of several routers there never answers", lossy ? ", or " : "");
	if (other_way || (!several && !lossy))
		sn_otherwise(f, "%sits answers get lost on a way back of their own", several || lossy ? ", or " : "");
	sn_evidence(f, "hop", "hops", hop->ttl);
	sn_evidence(f, "probes_answered", "probes", hop->own.answered);
	sn_evidence(f, "probes_asked", "probes", hop->own.asked);
	sn_evidence(f, "passed_answered", "probes", hop->behind.answered);
	sn_evidence(f, "passed_asked", "probes", hop->behind.asked);
}

/* The hops for which is(hop), as "hop 3 and hop 5", "hops 3, 5 and 7"; at most TOLD_MOST of them by number. */
static void say_hops(struct sonde_finding *f, const struct sn_loss *loss, const bool *which, unsigned count)
{
	unsigned said = 0;
	sn_say(f, count == 1 ? "Hop " : "Hops ");
	for (size_t i = 0; i < loss->count; i++) {
		if (!which[i])
			continue;
		if (said == TOLD_MOST) {
			sn_say(f, " and %u more", count - TOLD_MOST);
			break;
		}
		sn_say(f, "%s%u", said == 0 ? "" : said + 1 == count ? " and " : ", ", (unsigned)loss->hops[i].ttl);
		said++;
	}
}

/* Starts a finding about several hops at once. */
static struct sonde_finding *find_about(struct sn_case *c, const struct sn_loss *loss, const bool *which, unsigned count,
                                        struct sn_tally *own)
{
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	*own = (struct sn_tally){0, 0};
	for (size_t i = 0; i < loss->count; i++) {
		if (!which[i])
			continue;
		f->first_ttl = f->first_ttl ? f->first_ttl : loss->hops[i].ttl;
		f->last_ttl = loss->hops[i].ttl;
		own->answered += loss->hops[i].own.answered;
		own->asked += loss->hops[i].own.asked;
	}
	sn_evidence(f, "hops", "hops", count);
	sn_evidence(f, "probes_answered", "probes", own->answered);
	sn_evidence(f, "probes_asked", "probes", own->asked);
	return f;
}

static void tell_more(struct sn_case *c, const struct sn_loss *loss, const bool *which, unsigned count)
{
	struct sn_tally own;
	struct sonde_finding *f = find_about(c, loss, which, count, &own);
	for (size_t i = 0; i < loss->count; i++)
		if (which[i] && comes_back_another_way(c->view, &loss->hops[i]))
			f->confidence = SONDE_CONFIDENCE_POSSIBLE;
	say_hops(f, loss, which, count);
	sn_say(f, " answered %u of %u probes, fewer than the hops behind %s as well: %s limit%s %s own ICMP, too.", own.answered, own.asked,
	       count == 1 ? "it" : "them", count == 1 ? "it" : "they", count == 1 ? "s" : "", count == 1 ? "its" : "their");
	sn_otherwise(f, "those answers get lost on a way back of their own");
}

/* What these hops do is found out anyway, in a moment. */
static bool is_investigated(const struct sn_case *c, const struct sn_loss *loss, const bool *which)
{
	unsigned asked = 0;
	for (size_t i = 0; i < loss->count; i++) {
		bool suspect = sn_is_suspect(c->view, &loss->hops[i]) && asked < c->about->investigated;
		asked += suspect;
		if (which[i] && !suspect)
			return false;
	}
	return true;
}

static void tell_undecided(struct sn_case *c, const struct sn_loss *loss, const bool *which, unsigned count)
{
	char options[SN_OPTION_BYTES + 16], method[SN_OPTION_BYTES];
	struct sn_tally own;
	struct sonde_finding *f = find_about(c, loss, which, count, &own);
	unsigned queries = 0;
	bool told = true;
	for (size_t i = 0; i < loss->count; i++) {
		queries = which[i] && loss->hops[i].queries > queries ? loss->hops[i].queries : queries;
		told &= !which[i] || loss->hops[i].queries;
	}
	f->confidence = SONDE_CONFIDENCE_UNDECIDED;
	say_hops(f, loss, which, count);
	sn_say(f, " answered %u of %u: too few to tell %s from loss", own.answered, own.asked,
	       count == 1 ? "its limiter" : "their limiters");
	sn_evidence(f, "queries_wanted", "probes", told ? queries : 0);
	if (is_investigated(c, loss, which)) {
		sn_say(f, ".");
		return;
	}
	/* more queries than go at once are asked one a second, which most limiters bear: they show in a burst only */
	if (!told || c->view->cfg->queries > AT_ONCE) {
		sn_say(f, "; --investigate would.");
		snprintf(options, sizeof options, "%s --investigate", sn_same_method(c->view, method));
	} else {
		sn_say(f, "; -q %u would.", queries);
		snprintf(options, sizeof options, "%s -q %u", sn_same_method(c->view, method), queries);
	}
	sn_next(c, f, "", options);
}

static void eval(struct sn_case *c)
{
	struct sn_loss loss;
	bool more[SONDE_TTL_LAST + 1] = {false}, undecided[SONDE_TTL_LAST + 1] = {false};
	unsigned limited_count = 0, undecided_count = 0;
	sn_loss(c->view, &loss);
	for (size_t i = 0; i < loss.count; i++) {
		limited_count += loss.hops[i].limited;
		more[i] = loss.hops[i].limited && limited_count > TOLD_MOST;
		undecided[i] = loss.hops[i].undecided && loss.kind != SN_LOSS_UNDECIDED;
		undecided_count += undecided[i];
		if (loss.hops[i].limited && !more[i])
			tell(c, &loss, &loss.hops[i]);
	}
	if (limited_count > TOLD_MOST)
		tell_more(c, &loss, more, limited_count - TOLD_MOST);
	if (undecided_count)
		tell_undecided(c, &loss, undecided, undecided_count);
}

const struct sn_rule sn_rule_rate_limited_hop = {
	.info = {
		.id = "rate-limited-hop",
		.summary = "a router answers fewer probes than pass it",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "A hop left probes unanswered that were sent to it, while those that only passed it came through: it allows "
		           "itself so many ICMP errors in a time, and no more. That harms no other packet.",
		.otherwise = "The answers of that hop may take a way back of their own, and get lost on it.",
		.advice = "Nothing needs to be done. More queries (-q) tell a limiter from loss where few were asked; --investigate finds "
		          "out what the limiter allows.",
		.source = "RFC 1812 section 4.3.2.8, RFC 4443 section 2.4",
	},
	.of_rows = true,
	.eval = eval,
};
