/* SPDX-License-Identifier: MIT */
/* tcp-reset-by-middlebox: a reset in the target's name that something on the way sent. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	enum sonde_meaning said = c->view->impostor.said;
	if (c->view->impostor.sign && (said == SONDE_M_RST || said == SONDE_M_RST_TO_ACK))
		sn_find_impostor(c, "A TCP reset");
}

const struct sn_rule sn_rule_tcp_reset_by_middlebox = {
	.info = {
		.id = "tcp-reset-by-middlebox",
		.summary = "a TCP reset in the target's name comes from something on the way",
		.word = "reset",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "A firewall answered the segment with a reset and put the target's address on it. To the application it looks "
		           "like a closed port; the target never saw the packet.",
		.otherwise = "A balancer may lead this flow a shorter way than the others.",
		.advice = "The rule stands at or right behind the hop that is named; its owner can tell whether this port is meant to "
		          "be shut.",
		.source = "RFC 9293 section 3.10.7, RFC 3360",
	},
	.ends = true,
	.eval = eval,
};
