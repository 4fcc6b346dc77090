/* SPDX-License-Identifier: MIT */
/* admin-prohibited: somebody says that the packets are administratively prohibited. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	if (c->view->end->stop == SONDE_STOP_UNREACHABLE && c->view->end->why == SONDE_M_ADMIN_PROHIBITED)
		sn_find_refusal(c);
}

const struct sn_rule sn_rule_admin_prohibited = {
	.info = {
		.id = "admin-prohibited",
		.summary = "somebody says that the packets are administratively prohibited",
		.word = "rejected",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "A filter refuses the packets and says so: whoever sent the message, a router on the way, the last router "
		           "or the target, was told not to let this kind of packet through.",
		.otherwise = "Some hosts' firewalls refuse in these words what is addressed to themselves; the message then comes "
		             "from the target's own address.",
		.advice = "The owner of the address that refused can tell which rule it was; 'sonde compare HOST' shows which kinds "
		          "of packet get through.",
		.advice_compared = "The owner of the address that refused can tell which rule it was; the table shows which kinds of "
		                   "packet get through.",
		.source = "RFC 1812 section 5.2.7.1, RFC 4443 section 3.1",
	},
	.of = SN_OF_BOTH,
	.ends = true,
	.eval = eval,
};
