/* SPDX-License-Identifier: MIT */
/* reached: the target answered, and nothing speaks against it. */
#include "diag/diag.h"

#include "base/hops.h"

/* The first of the silent hops right before the target, unless its answers' own TTL speaks of just that distance: it may have been
 * silent there, too. 0: it was not. */
static uint8_t silent_before(const struct sn_view *view, uint8_t distance, uint8_t back)
{
	uint8_t first = distance;
	while (first > view->first_ttl && !view->rows[first - 1].answered_count && sn_silent_count(&view->rows[first - 1]))
		first--;
	return first < distance && back != distance ? first : 0;
}

/* "in 8 hops"; or fewer, where the hops before were silent or not asked. */
static void say_distance(struct sonde_finding *f, const struct sn_view *view)
{
	uint8_t distance = view->end->distance, back = sn_hops_back(sn_reply_ttl(view, distance, &view->cfg->dst));
	uint8_t silent = silent_before(view, distance, back);
	sn_say(f, " in %u hop%s", (unsigned)distance, distance == 1 ? "" : "s");
	if (distance == view->first_ttl && distance > 1)
		sn_say(f, " or fewer: -f %u asked no nearer hop", (unsigned)view->first_ttl);
	else if (silent)
		sn_say(f, " or fewer: the hop%s %u%s silent", silent + 1 < distance ? "s from" : "", (unsigned)silent,
		       silent + 1 < distance ? " on were" : " was");
	if (silent && back >= silent && back < distance)
		sn_say(f, ", and the TTL of its answers speaks of %u", (unsigned)back);
}

static bool has_answer(const struct sonde_row *row, enum sonde_meaning meaning)
{
	for (size_t i = 0; i < row->query_count; i++)
		if (sn_answered(row->queries[i]) && row->queries[i]->answer.meaning == meaning)
			return true;
	return false;
}

/* What the target said about its port, where the method has one. */
static void say_port_state(struct sonde_finding *f, const struct sn_view *view)
{
	const struct sonde_query *query = sn_target_answer(view);
	if (query && query->answer.meaning == SONDE_M_PROTOCOL_UNREACHABLE)
		sn_say(f, "; the host is there, but does not serve IP protocol %u", (unsigned)sonde_trace_protocol(view->cfg));
	if (!query || !view->method->takes_port || query->answer.meaning == SONDE_M_PROTOCOL_UNREACHABLE)
		return;
	bool bare = query->answer.meaning == SONDE_M_BARE_ACK;
	/* a bare ACK fits an earlier SYN of ours: what it says of the port is the same, as long as that SYN's own answer came */
	if (bare && !has_answer(&view->rows[view->end->distance], SONDE_M_SYN_ACK))
		sn_say(f, "; the TCP port listens, though no SYN-ACK was seen");
	else
		sn_say(f, "; %s", sonde_meaning_sentence(bare ? SONDE_M_SYN_ACK : query->answer.meaning));
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	char target[SONDE_ADDR_TEXT];
	if (!view->end->reached)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "Reached %s", sonde_addr_text(&view->cfg->dst, target));
	if (view->end->distance) {
		say_distance(f, view);
	} else {
		sn_say(f, ", at a distance that stayed unknown");
		sn_say_silent_hops(f, view, ": ");
	}
	say_port_state(f, view);
	sn_say(f, ".");
	sn_headline(f, "Passes");
	f->by = view->cfg->dst;
	f->first_ttl = f->last_ttl = view->end->distance;
	sn_evidence(f, "distance", "hops", view->end->distance);
	sn_evidence(f, "answers", "probes", view->rows[view->end->distance].answered_count);
}

const struct sn_rule sn_rule_reached = {
	.info = {
		.id = "reached",
		.summary = "the target answered",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "An answer came in the target's name to a probe of this method, and nothing that was seen speaks against "
		           "its being the target's own. A closed port is an answer, too, and so is that the target does not "
		           "serve the protocol: packets get there.",
		.otherwise = "A device on the way may answer in the target's name so well that one method alone does not show it.",
		.advice = "'sonde compare HOST' asks by several methods at once: whoever answers for the target by one of them seems "
		          "nearer than the target is.",
		.advice_compared = "The table shows by which methods the target answers, and how far away it seems by each.",
		.source = "RFC 1122 sections 3.2.2.1 and 3.2.2.6, RFC 9293 section 3.10.7",
	},
	.ends = true,
	.eval = eval,
};
