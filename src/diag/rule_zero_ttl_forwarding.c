/* SPDX-License-Identifier: MIT */
/* zero-ttl-forwarding: a router sends packets on whose TTL has run out. */
#include "diag/diag.h"

/* The one router of a hop, if all copies that it made of this trace's probes have that TTL; NULL: otherwise. */
static const struct sonde_addr *router_with(const struct sn_view *view, unsigned ttl, uint8_t copied_ttl)
{
	const struct sonde_row *row = &view->rows[ttl];
	const struct sonde_addr *router = NULL;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_query *query = row->queries[i];
		if (!sn_is_transit(query) || !sn_copy_counts(view, ttl, query) || !(sonde_query_visible(query) & SONDE_DIFF_TTL))
			continue;
		bool other = router && !sonde_addr_equal(router, &query->answer.from);
		if (other || query->answer.quote.seen_ttl != copied_ttl)
			return NULL;
		router = &query->answer.from;
	}
	return router;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	for (unsigned ttl = view->first_ttl; ttl < view->last_ttl; ttl++) {
		const struct sonde_addr *here = router_with(view, ttl, 0), *behind = router_with(view, ttl + 1, 1);
		if (!here || !behind || !sonde_addr_equal(here, behind))
			continue;
		char addr[SONDE_ADDR_TEXT];
		struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
		sn_say(f, "Hops %u and %u are the same router, %s, which got the probes to hop %u with TTL 0: ", ttl, ttl + 1,
		       sonde_addr_text(here, addr), ttl);
		if (ttl > view->first_ttl) {
			sn_say_hop(f, view, (uint8_t)(ttl - 1));
			sn_say(f, ", or a router behind it that has no row here,");
		} else {
			sn_say(f, "a router in front of it that has no row here");
		}
		sn_say(f, " sends packets on whose TTL has run out.");
		f->first_ttl = (uint8_t)ttl;
		f->last_ttl = (uint8_t)(ttl + 1);
		f->by = *here;
		f->who = "router";
		sn_evidence(f, "hop", "hops", ttl);
	}
}

const struct sn_rule sn_rule_zero_ttl_forwarding = {
	.info = {
		.id = "zero-ttl-forwarding",
		.summary = "a router forwards packets with TTL 0",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "The copies of the probes to one hop carry a TTL of 0, and the hop behind, which is the same router, "
		           "shows them with 1 as it should be: somebody sends packets on that had to be discarded. Such a router may "
		           "have no row of its own, as the one behind it answers in its place.",
		.otherwise = "A router that lowers the TTL before it copies shows 0 in all its copies, and has one row only: that is "
		           "not told.",
		.advice = "Nothing breaks by it. The table has one router twice, and the one before it not at all.",
		.source = "RFC 1812 section 5.3.1",
	},
	.packets = {.fields = SONDE_DIFF_TTL, .undone = true},
	.of_rows = true,
	.eval = eval,
};
