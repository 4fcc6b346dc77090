/* SPDX-License-Identifier: MIT */
/* mss-clamped: a SYN's largest segment size was changed on the way. */
#include "diag/rewrites.h"

static bool is_number(const struct sn_rewrite *rewrite)
{
	return rewrite->from != SONDE_FIELD_ABSENT && rewrite->to != SONDE_FIELD_ABSENT;
}

static void eval(struct sn_case *c)
{
	sn_find_values(c, SONDE_FIELD_MSS, is_number, NULL);
}

const struct sn_rule sn_rule_mss_clamped = {
	.info = {
		.id = "mss-clamped",
		.summary = "the MSS of TCP was changed on the way",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "The MSS option of the SYN, the largest segment that its sender is ready to take, arrived with another "
		           "value. Routers in front of a tunnel or of PPPoE lower it so that TCP does not depend on packet-too-big "
		           "messages. It helps TCP alone: other protocols still need those messages.",
		.otherwise = "Either of the two hops may be the one, or a device between them that has no hop of its own. Copies that "
		           "end before the option do not show it: the place is then told as the range between those that do.",
		.advice = "The new value plus 40 bytes over IPv4, or 60 over IPv6, is commonly the MTU of the link that it was "
		           "lowered for. A value that is larger than before is a mistake of that router.",
		.source = "RFC 9293 section 3.7.1",
	},
	.packets = {.fields = SONDE_DIFF_MSS, .between = true, .alike = {"from", "to"}},
	.of_rows = true,
	.eval = eval,
};
