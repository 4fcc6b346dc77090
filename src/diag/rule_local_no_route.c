/* SPDX-License-Identifier: MIT */
/* local-no-route: this machine has no route to the target. */
#include "diag/diag.h"
static void eval(struct sn_case *c)
{
	sn_find_unsent(c, SN_UNSENT_NO_ROUTE);
}

const struct sn_rule sn_rule_local_no_route = {
	.info = {
		.id = "local-no-route",
		.summary = "this machine has no route to the target",
		.word = "not sent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "The routing table of this machine has no way to the target, or says that there is none. Nothing left.",
		.otherwise = "A policy rule may choose another table than the one that 'ip route' shows first.",
		.advice = "'ip route get ADDRESS' asks the kernel itself.",
		.source = "RFC 1122 section 3.3.1",
	},
	.of = SN_OF_BOTH,
	.of_machine = true,
	.eval = eval,
};
