/* SPDX-License-Identifier: MIT */
/* destination-nat: time exceeded in the target's own name. */
#include "diag/diag.h"

static bool transit_by_target(const struct sonde_query *query)
{
	return sn_is_transit(query) && query->answer.in_targets_name;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	char target[SONDE_ADDR_TEXT];
	unsigned first = 0, count = 0;
	for (unsigned ttl = view->first_ttl; ttl <= view->cfg->max_ttl; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			if (transit_by_target(view->rows[ttl].queries[i])) {
				first = first ? first : ttl;
				count++;
			}
	if (!count)
		return;
	struct sonde_finding *f = sn_find(c, count > 1 ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	sn_say(f, "From hop %u on \"time exceeded\" came from the target's own address, %s: who has it passes packets on to somebody "
	          "behind it.", first, sonde_addr_text(&view->cfg->dst, target));
	f->first_ttl = f->last_ttl = (uint8_t)first;
	f->by = view->cfg->dst;
	sn_evidence(f, "hop", "hops", first);
	sn_evidence(f, "answers", "probes", count);
}

const struct sn_rule sn_rule_destination_nat = {
	.info = {
		.id = "destination-nat",
		.summary = "time exceeded comes from the target's own address: packets are passed on behind it",
		.severity = SONDE_SEVERITY_NOTICE,
		.exit_status = 0,
		.meaning = "A router that has the target's address says that a packet to that address was still on its way: it "
		           "translates the destination and sends the packet on to a host behind it, or translates the source of its "
		           "own errors.",
		.otherwise = "A translator between IPv4 and IPv6 may put the target's address on the errors of the routers behind it.",
		.advice = "Nothing need be wrong: a load balancer or a port forward looks like this. The hops from there on are "
		          "behind the translation.",
		.source = "RFC 3022, RFC 5508 section 4",
	},
	.eval = eval,
};
