/* SPDX-License-Identifier: MIT */
/* net-unreachable: somebody says that it has no route to the target's network. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	if (c->view->end->stop == SONDE_STOP_UNREACHABLE && c->view->end->why == SONDE_M_NET_UNREACHABLE)
		sn_find_refusal(c);
}

const struct sn_rule sn_rule_net_unreachable = {
	.info = {
		.id = "net-unreachable",
		.summary = "somebody says that it has no route to the target's network",
		.word = "no route",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "The router that says so got the packet and has no route for the target: the way ends there.",
		.otherwise = "A filter may refuse in these words; a route may come back while routing settles.",
		.advice = "Ask again after some seconds; if it stays so, tell the operator of the router that said it.",
		.source = "RFC 1812 section 5.2.7.1, RFC 4443 section 3.1",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.eval = eval,
};
