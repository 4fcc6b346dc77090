/* SPDX-License-Identifier: MIT */
/* local-policy-route: this machine routes an application's packets otherwise than these probes. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	const struct sonde_trace_cfg *cfg = c->view->cfg;
	char target[SONDE_ADDR_TEXT];
	if (!cfg->policy_routed || cfg->rebound)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "Policy routing sends an application's packets to %s by %s another way than these probes could take: the path above is "
	       "not theirs.", sonde_addr_text(&cfg->dst, target), cfg->device);
	sn_next(c, f, "", "--wire dgram");
}

const struct sn_rule sn_rule_local_policy_route = {
	.info = {
		.id = "local-policy-route",
		.summary = "policy routing of this machine sends an application's packets another way than these probes",
		.severity = SONDE_SEVERITY_WARNING,
		.exit_status = 0,
		.meaning = "A rule of this machine chooses routes by protocol, port or user. Probes of the raw wire are led the same way "
		           "where device and next hop are enough for that; here they are not, so that they went by the main table.",
		.otherwise = "Both ways may meet again behind the first hops.",
		.advice = "'ip rule' and 'ip route show table all' show the rules. Probes of the unprivileged wire (--wire dgram) are "
		          "routed as an application's packets are.",
		.source = "ip-rule(8)",
	},
	.of_machine = true,
	.eval = eval,
};
