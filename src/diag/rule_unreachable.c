/* SPDX-License-Identifier: MIT */
/* unreachable: somebody refuses the packets for a reason that has no rule of its own. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	if (c->view->end->stop == SONDE_STOP_UNREACHABLE)
		sn_find_refusal(c);
}

const struct sn_rule sn_rule_unreachable = {
	.info = {
		.id = "unreachable",
		.summary = "somebody refuses the packets for another reason",
		.word = "rejected",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "An ICMP error other than \"no route\", \"no such host\" and \"prohibited\" came back: a protocol that "
		           "somebody on the way does not let pass, a packet too big for the next link, a header that was not understood.",
		.otherwise = "A filter may refuse with any code that it was told to use.",
		.advice = "'sonde explain icmp TYPE/CODE' says what the message means.",
		.source = "RFC 792, RFC 1122 section 3.2.2.1, RFC 4443 section 3",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.eval = eval,
};
