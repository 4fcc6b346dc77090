/* SPDX-License-Identifier: MIT */
/* crowded: hops that were asked more often than routers commonly answer. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	unsigned from = 0, to = 0, count = 0;
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		if (!view->rows[ttl].crowded_count)
			continue;
		from = from ? from : ttl;
		to = ttl;
		count += view->rows[ttl].crowded_count;
	}
	if (!from)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (from < to)
		sn_say(f, "Hops %u to %u were", from, to);
	else
		sn_say(f, "Hop %u was", from);
	sn_say(f, " asked more often than routers commonly answer: silence there counts as no loss.");
	f->first_ttl = (uint8_t)from;
	f->last_ttl = (uint8_t)to;
	sn_evidence(f, "probes_unanswered", "probes", count);
}

const struct sn_rule sn_rule_crowded = {
	.info = {
		.id = "crowded",
		.summary = "hops were asked more often than routers commonly answer",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "The traces side by side, or probes sent past a router that refuses them, had used up what its limiter "
		           "gives: that some were not answered says nothing of the path.",
		.otherwise = "Some of the probes may have been lost on the path as well.",
		.advice = "Trace fewer hosts at once, or more slowly with -z, where loss at those hops matters.",
		.source = "RFC 1812 section 4.3.2.8, RFC 4443 section 2.4",
	},
	.of_rows = true,
	.eval = eval,
};
