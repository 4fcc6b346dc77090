/* SPDX-License-Identifier: MIT */
/* local-send-failed: this machine could not send for another reason. */
#include "diag/diag.h"
static void eval(struct sn_case *c)
{
	sn_find_unsent(c, SN_UNSENT_OTHER);
}

const struct sn_rule sn_rule_local_send_failed = {
	.info = {
		.id = "local-send-failed",
		.summary = "this machine could not send for another reason",
		.word = "not sent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "The kernel refused to send: the outgoing queue stayed full, the packet was larger than the interface "
		           "takes, or the address is gone. Nothing follows about the path.",
		.otherwise = "A driver or a tunnel may fail in the same way.",
		.advice = "The error line says what to do about it.",
		.source = "send(2)",
	},
	.of_machine = true,
	.eval = eval,
};
