/* SPDX-License-Identifier: MIT */
/* What kept a trace from starting, as a finding: there is no path to speak of then. */
#include "diag/diag.h"

static const struct {
	int code;
	const struct sn_rule *rule;
} causes[] = {
	{SONDE_E_ROUTE, &sn_rule_local_no_route},
	{SONDE_E_DOWN, &sn_rule_local_link_down},
	{SONDE_E_DEVICE, &sn_rule_local_link_down},
	{SONDE_E_FIREWALL, &sn_rule_local_firewall},
	{SONDE_E_TOOBIG, &sn_rule_local_send_failed},
	{SONDE_E_NOBUFS, &sn_rule_local_send_failed},
};

bool sonde_finding_of_error(const struct sonde_error *err, struct sonde_finding *out)
{
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
		if (causes[i].code != err->code)
			continue;
		*out = (struct sonde_finding){.rule = &causes[i].rule->info,
		                              .path = SONDE_PATH_ALL,
		                              .exit_status = causes[i].rule->info.exit_status,
		                              .confidence = SONDE_CONFIDENCE_CERTAIN,
		                              .who = "this-machine",
		                              .advice = causes[i].rule->info.advice};
		sn_say(out, "%s: %s.", err->what, sonde_err_sentence(err->code));
		if (err->sys_errno)
			sn_evidence(out, "errno", "", err->sys_errno);
		return true;
	}
	return false;
}
