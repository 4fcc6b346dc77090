/* SPDX-License-Identifier: MIT */
/* ecn-ce-marked: a router marked the probes as having met congestion. */
#include "diag/rewrites.h"

struct marks {
	unsigned seen, marked;
};

/* Of the copies of one hop that show the two bits, those that were marked. */
static struct marks marks_at(const struct sn_view *view, unsigned ttl)
{
	enum { CE = 3 };
	struct marks marks = {0};
	const struct sonde_row *row = &view->rows[ttl];
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		uint32_t sent = 0, seen = 0;
		if (!sn_copy_counts(view, ttl, query) || query->probe.flow || !(sonde_query_visible(query) & SONDE_DIFF_ECN))
			continue;
		marks.seen++;
		marks.marked += sonde_query_diff(query) & SONDE_DIFF_ECN &&
		                sonde_quote_change(&query->answer.quote, SONDE_FIELD_ECN, &sent, &seen) && seen == CE;
	}
	return marks;
}

/* Every copy of a hop is marked and none of those behind: it is that hop that writes so. */
static bool is_bad_copy(const struct sn_view *view, unsigned ttl, struct marks here)
{
	struct marks behind = {0};
	for (unsigned next = ttl + 1; next <= view->last_ttl; next++) {
		struct marks there = marks_at(view, next);
		behind.seen += there.seen;
		behind.marked += there.marked;
	}
	return here.marked == here.seen && behind.seen && !behind.marked;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	struct marks all = {0};
	unsigned first = 0, last_clean = 0;
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		struct marks here = marks_at(view, ttl);
		if (here.marked && is_bad_copy(view, ttl, here))
			continue;
		if (!first && here.seen && !here.marked)
			last_clean = ttl;
		if (!first && here.marked)
			first = ttl;
		all.seen += first ? here.seen : 0;
		all.marked += here.marked;
	}
	if (!first)
		return;
	bool capable = view->cfg->tos & 3;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	f->first_ttl = f->last_ttl = (uint8_t)first;
	sn_say(f, "%u of %u copies of the probes from ", all.marked, all.seen);
	sn_say_hop(f, view, (uint8_t)first);
	sn_say(f, " on are marked CE, congestion experienced");
	if (last_clean) {
		sn_say(f, ", and none at ");
		sn_say_hop(f, view, (uint8_t)last_clean);
	}
	sn_say(f, capable ? ": a router in between had a queue that was filling." :
	          ". They did not say that they know ECN: a device in between sets these bits by mistake.");
	sn_evidence(f, "copies_marked", "copies", all.marked);
	sn_evidence(f, "copies_seen", "copies", all.seen);
	sn_evidence(f, "sent_as", "", view->cfg->tos & 3);
}

const struct sn_rule sn_rule_ecn_ce_marked = {
	.info = {
		.id = "ecn-ce-marked",
		.summary = "packets are marked for congestion on the way",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "Copies of the probes carry the codepoint CE, congestion experienced. Where they left as ECN-capable that "
		           "is how a router with a full queue is meant to say so, and the first hop that shows it lies behind that "
		           "queue. Where they did not, no router may set it.",
		.otherwise = "A device that sets the whole TOS byte may set these two bits by mistake: then every packet is marked, "
		           "busy or not.",
		.advice = "Ask again with -q 20 at a quiet hour: marks that stay are no congestion.",
		.source = "RFC 3168 section 5",
	},
	.packets = {.fields = SONDE_DIFF_ECN, .undone = true},
	.of_rows = true,
	.eval = eval,
};
