/* SPDX-License-Identifier: MIT */
/* host-unreachable: somebody says that the target does not answer on its link. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	if (c->view->end->stop == SONDE_STOP_UNREACHABLE && c->view->end->why == SONDE_M_HOST_UNREACHABLE)
		sn_find_refusal(c);
}

const struct sn_rule sn_rule_host_unreachable = {
	.info = {
		.id = "host-unreachable",
		.summary = "somebody says that the target does not answer on its link",
		.word = "no host",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "The router that says so is the last one: it asked for the target's link address and nobody answered. The "
		           "host is down, unplugged, or has another address.",
		.otherwise = "A filter may refuse in these words, from any place on the way.",
		.advice = "Check that the host is up and that the address is its own; the router that said it knows the link.",
		.source = "RFC 1812 section 5.2.7.1, RFC 4443 section 3.1, RFC 4861 section 7.2.2",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.eval = eval,
};
