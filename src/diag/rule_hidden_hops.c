/* SPDX-License-Identifier: MIT */
/* hidden-hops: routers answered probes whose TTL had not run out. */
#include "diag/diag.h"

/* The TTL that the copies of a hop agree on; 0: none, or not more than 1. */
static uint8_t left_at(const struct sn_view *view, unsigned ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	uint8_t left = 0;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		bool shows = sn_is_transit(query) && sn_copy_counts(view, ttl, query) && !query->probe.flow;
		if (!shows || !(sonde_query_visible(query) & SONDE_DIFF_TTL))
			continue;
		uint8_t seen = query->answer.quote.seen_ttl;
		/* More than was sent is another finding. */
		if (seen < 2 || seen > query->answer.quote.sent_ttl || (left && left != seen))
			return 0;
		left = seen;
	}
	return left;
}

/* The same address answers here and at the hop before. */
static bool repeats(const struct sn_view *view, unsigned ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	return ttl > view->first_ttl && row->responder_count == 1 && sn_answers_at(view, (uint8_t)(ttl - 1), &row->responders[0].addr);
}

static void tell(struct sn_case *c, unsigned first, unsigned last, bool rises)
{
	const struct sn_view *view = c->view;
	bool own = repeats(view, first);
	struct sonde_finding *f = sn_find(c, rises && last > first ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	if (own && first == last) {
		sn_say_hop(f, view, (uint8_t)first);
		f->sentence[0] = 'H';
		sn_say(f, " is the hop before once more, and answered probes that still had a TTL of %u: it takes more than one off each "
		       "packet, or is several devices.", (unsigned)left_at(view, first));
	} else if (first == last) {
		sn_say_hop(f, view, (uint8_t)first);
		f->sentence[0] = 'H';
		sn_say(f, " answered probes that still had a TTL of %u: it is in a tunnel that counts for itself, or answers early.",
		       (unsigned)left_at(view, first));
	} else {
		sn_say(f, "Hops %u to %u answered probes that still had a TTL of %u to %u: they are the inside of a tunnel (MPLS) that "
		       "counts for itself.", first, last, (unsigned)left_at(view, first), (unsigned)left_at(view, last));
	}
	sn_otherwise(f, "these devices answer before the TTL has run out, or write a TTL of their own into their copies");
	f->first_ttl = (uint8_t)first;
	f->last_ttl = (uint8_t)last;
	sn_evidence(f, "ttl_left_first", "hops", left_at(view, first));
	sn_evidence(f, "ttl_left_last", "hops", left_at(view, last));
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		if (!left_at(view, ttl))
			continue;
		unsigned last = ttl;
		bool rises = true;
		while (last < view->last_ttl && left_at(view, last + 1)) {
			rises &= left_at(view, last + 1) == left_at(view, last) + 1;
			last++;
		}
		tell(c, ttl, last, rises);
		ttl = last;
	}
}

const struct sn_rule sn_rule_hidden_hops = {
	.info = {
		.id = "hidden-hops",
		.summary = "hops are hidden: probes were answered with TTL left",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "A router that lets a packet's TTL run out gets it with TTL 1. These hops answered probes of which more "
		           "was left: it was another count that ran out, as in a tunnel (MPLS) that has its own TTL and whose "
		           "routers do not lower the packet's, or one device is several hops long.",
		.otherwise = "A device may answer packets before their time on purpose, or write a TTL of its own into its copies.",
		.advice = "Rows whose TTL rises by one from hop to hop are the inside of one tunnel: its routers forward by labels, "
		           "and what they answer may travel to the end of the tunnel first, so that their times are nearly the same.",
		.source = "RFC 3443 section 5",
	},
	.packets = {.fields = SONDE_DIFF_TTL, .undone = true},
	.of_rows = true,
	.eval = eval,
};
