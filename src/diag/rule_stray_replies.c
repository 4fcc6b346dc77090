/* SPDX-License-Identifier: MIT */
/* stray-replies: packets came that look like answers to this trace and are none. */
#include "diag/diag.h"

static void eval(struct sn_case *c)
{
	uint32_t count = c->view->end->forged_count;
	if (!count)
		return;
	/* An earlier trace has asked about as much as this one, and each question has one late answer. */
	bool follows = c->about->follows && count <= c->view->end->probe_count;
	bool one = count == 1, ports = c->view->method->takes_port;
	uint32_t unread = c->view->end->unread_count;
	struct sonde_finding *f = sn_find(c, follows ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE);
	sn_say(f, "%u packet%s came that name%s this trace's %s and fit%s none of its probes: ", count, one ? "" : "s", one ? "s" : "",
	       ports ? "ports and target" : "echo id and target", one ? "s" : "");
	if (follows) {
		sn_say(f, one ? "a late answer" : "late answers");
		sn_say(f, " to an earlier trace of this run %s; ", ports ? "from the same port" : "with the same id");
		sn_say(f, one ? "it counts for nothing." : "they count for nothing.");
		sn_otherwise(f, one ? "it is forged, or rewritten on the way" : "they are forged, or rewritten on the way");
	} else {
		sn_say(f, "forged, or rewritten on the way; ");
		sn_say(f, one ? "it was not believed." : "none of them was believed.");
		sn_otherwise(f, "they belong to an earlier trace %s", ports ? "from the same port" : "with the same id");
	}
	if (unread)
		sn_say(f, " %u more packets came faster than they could be read; no answer that is as it was sent is among them.", unread);
	sn_evidence(f, "packets", "packets", count);
	if (unread)
		sn_evidence(f, "unread", "packets", unread);
}

const struct sn_rule sn_rule_stray_replies = {
	.info = {
		.id = "stray-replies",
		.summary = "packets came that look like answers to this trace and are none",
		.severity = SONDE_SEVERITY_NOTICE,
		.exit_status = 0,
		.meaning = "Each probe carries numbers that only those can know who saw it. Packets came that name the flow of this trace "
		           "without them: somebody who can guess or read the flow sends answers of his own. They count for nothing.",
		.otherwise = "A translator or a firewall may rewrite what an ICMP error quotes so far that it no longer shows the probe. "
		             "Late answers to an earlier trace with the same ports look the same.",
		.advice = "Hops without answers may have been hidden by that: ask by another method, whose quotes may be left alone.",
		.source = "RFC 5927 section 4, RFC 5508 section 4.2",
	},
	.eval = eval,
};
