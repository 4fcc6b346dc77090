/* SPDX-License-Identifier: MIT */
/* answered-for-target: something on the way answers in the target's name. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	if (c->view->impostor.sign)
		sn_find_impostor(c, "An answer");
}

const struct sn_rule sn_rule_answered_for_target = {
	.info = {
		.id = "answered-for-target",
		.summary = "something on the way answers in the target's name",
		.word = "not target",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "By one method the target seems to be nearer than by another on the same way, or the answer arrived with a "
		           "TTL that does not fit its place: a transparent proxy, a firewall, or a device that answers for the target.",
		.otherwise = "A balancer may lead this flow a shorter way than the others; a target with an address on this machine's "
		             "own link answers from there.",
		.advice = "Compare with a method that is not usually intercepted, such as icmp, and look for a proxy or firewall at "
		          "the hop that is named.",
		.source = "RFC 1122 section 3.2.1.3, RFC 3234",
	},
	.ends = true,
	.eval = eval,
};
