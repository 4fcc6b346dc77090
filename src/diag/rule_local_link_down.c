/* SPDX-License-Identifier: MIT */
/* local-link-down: the interface that leads to the target is down. */
#include "diag/diag.h"
static void eval(struct sn_case *c)
{
	sn_find_unsent(c, SN_UNSENT_LINK_DOWN);
}

const struct sn_rule sn_rule_local_link_down = {
	.info = {
		.id = "local-link-down",
		.summary = "the interface that leads to the target is down",
		.word = "not sent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "The interface is switched off, has no carrier or is gone. Nothing left.",
		.otherwise = "The other end of the cable may be the one that is off.",
		.advice = "'ip -brief link' shows the state of each interface.",
		.source = "netdevice(7)",
	},
	.of = SN_OF_BOTH,
	.of_machine = true,
	.eval = eval,
};
