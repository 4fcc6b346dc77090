/* SPDX-License-Identifier: MIT */
/* loop: routers hand packets round in a circle. */
#include "diag/diag.h"

/* Answers of each router's later rounds, from which on it is certain. */
enum { ROUNDS_CERTAIN = 2, CYCLE_MOST = 16 };

struct circle {
	unsigned first_ttl, length;
	unsigned named;  /* routers of it that answer at all */
	unsigned again;  /* answers that they gave in later rounds */
};

static const struct sonde_addr *only_responder(const struct sn_view *view, unsigned ttl)
{
	return view->rows[ttl].responder_count == 1 ? &view->rows[ttl].responders[0].addr : NULL;
}

/* The i-th router of a circle as it answered first; NULL: never. */
static const struct sonde_addr *member(const struct sn_view *view, const struct circle *circle, unsigned i)
{
	const struct sonde_addr *found = NULL;
	for (unsigned ttl = circle->first_ttl + i; ttl <= view->end->last_answering_ttl && !found; ttl += circle->length)
		found = only_responder(view, ttl);
	return found;
}

/* It never was another one, and, where it answers at all, it does so in more rounds than one. */
static bool comes_again(const struct sn_view *view, struct circle *circle, unsigned i)
{
	const struct sonde_addr *who = member(view, circle, i);
	unsigned count = 0;
	for (unsigned ttl = circle->first_ttl + i; ttl <= view->end->last_answering_ttl; ttl += circle->length) {
		const struct sonde_addr *there = only_responder(view, ttl);
		if (there && !sonde_addr_equal(there, who))
			return false;
		count += there != NULL;
	}
	for (unsigned j = 0; j < i; j++) {
		const struct sonde_addr *before = member(view, circle, j);
		if (who && before && sonde_addr_equal(who, before))
			return false;
	}
	circle->named += who != NULL;
	circle->again += who ? count - 1 : 0;
	return !who || count > 1;
}

/* From its first hop to the last answer. A way that grows longer while it is asked may repeat one round, so it takes more than that. */
static bool closes(const struct sn_view *view, struct circle *circle)
{
	if (!only_responder(view, circle->first_ttl) || view->end->last_answering_ttl < circle->first_ttl + 2 * circle->length)
		return false;
	for (unsigned i = 0; i < circle->length; i++)
		if (!comes_again(view, circle, i))
			return false;
	return true;
}

/* length 0: none. */
static struct circle find_circle(const struct sn_view *view)
{
	for (unsigned first = view->first_ttl; first < view->end->last_answering_ttl; first++)
		for (unsigned length = 2; length <= CYCLE_MOST; length++) {
			struct circle circle = {.first_ttl = first, .length = length};
			if (closes(view, &circle))
				return circle;
		}
	return (struct circle){0};
}

static void say_members(struct sonde_finding *f, const struct sn_view *view, const struct circle *circle)
{
	char addr[SONDE_ADDR_TEXT];
	for (unsigned i = 0; i < circle->length && i < 4; i++) {
		const struct sonde_addr *who = member(view, circle, i);
		sn_say(f, "%s", i == 0 ? "" : i + 1 == circle->length ? " and " : ", ");
		sn_say(f, "%s", who ? sonde_addr_text(who, addr) : "a silent one");
	}
	sn_say(f, circle->length > 4 ? " … repeat" : circle->length == 2 ? " alternate" : " repeat");
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	bool open = view->end->stop == SONDE_STOP_MAX_TTL || view->end->stop == SONDE_STOP_GAP;
	struct circle circle = {0};
	if (open && !sonde_meaning_is_final(view->end->ttl255))
		circle = find_circle(view);
	if (!circle.length)
		return;
	char target[SONDE_ADDR_TEXT];
	bool certain = circle.again >= ROUNDS_CERTAIN * circle.named;
	struct sonde_finding *f = sn_find(c, certain ? SONDE_CONFIDENCE_CERTAIN : SONDE_CONFIDENCE_LIKELY);
	sn_say(f, "Packets to %s go in a circle of %u routers: ", sonde_addr_text(&view->cfg->dst, target), circle.length);
	say_members(f, view, &circle);
	sn_say(f, " from hop %u to hop %u.", circle.first_ttl, (unsigned)view->end->last_answering_ttl);
	sn_headline(f, "Goes in a circle from hop %u on", circle.first_ttl);
	if (!certain)
		sn_otherwise(f, "the way grew longer more than once while it was asked");
	f->first_ttl = (uint8_t)circle.first_ttl;
	f->last_ttl = (uint8_t)(circle.first_ttl + circle.length - 1);
	f->by = *only_responder(view, circle.first_ttl);
	sn_evidence(f, "cycle_length", "hops", circle.length);
	sn_evidence(f, "first_hop", "hops", circle.first_ttl);
	sn_evidence(f, "last_answering_hop", "hops", view->end->last_answering_ttl);
}

const struct sn_rule sn_rule_loop = {
	.info = {
		.id = "loop",
		.summary = "routers hand the packets round in a circle",
		.word = "loop",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "The same routers answer again and again, in the same order: each thinks that the next one is nearer to "
		           "the target, until the TTL runs out. Nothing gets to the target.",
		.otherwise = "While routes change, a circle may stand for some seconds and go by itself.",
		.advice = "Tell the operator of the first router of the circle: its route for the target points back to where the "
		          "packet came from.",
		.source = "RFC 1812 section 5.3.1",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.eval = eval,
};
