/* SPDX-License-Identifier: MIT */
/* local-firewall: a firewall of this machine does not let the probes out. */
#include "diag/diag.h"
static void eval(struct sn_case *c)
{
	sn_find_unsent(c, SN_UNSENT_FIREWALL);
}

const struct sn_rule sn_rule_local_firewall = {
	.info = {
		.id = "local-firewall",
		.summary = "a firewall of this machine does not let the probes out",
		.word = "not sent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "The kernel refused to send: an output rule of this machine's own firewall drops or rejects the packets, "
		           "or the connection table is full. Nothing left, so nothing follows about the path.",
		.otherwise = "A security module or a container's policy may refuse in the same way.",
		.advice = "'sudo nft list ruleset' shows the rules, 'dmesg' whether the connection table was full.",
		.source = "send(2)",
	},
	.of = SN_OF_BOTH,
	.of_machine = true,
	.eval = eval,
};
