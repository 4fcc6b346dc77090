/* SPDX-License-Identifier: MIT */
/* local-rp-filter: this machine drops answers because they come in by another interface than it would send by to who sent them. */
#include "diag/diag.h"

#include <stdio.h>

enum { STRICT = 1 };

static void eval(struct sn_case *c)
{
	struct sn_kept kept = sn_kept(c->view, true);
	char addr[SONDE_ADDR_TEXT];
	if (!kept.count)
		return;
	const struct sonde_way_in *way = &kept.first->way;
	const char *from = sonde_addr_text(&kept.first->answer.from, addr);
	struct sonde_finding *f = sn_find_kept(c, &kept, SONDE_CONFIDENCE_CERTAIN);
	sn_say(f, "The answers to %u of %u probes came to this machine by %s and were dropped there: ", kept.count, kept.asked_count,
	       way->device);
	if (way->rp_filter == STRICT)
		sn_say(f, "to %s it sends by another interface, and net.ipv4.conf.%s.rp_filter is strict.", from, way->device);
	else
		sn_say(f, "it has no route to %s, and net.ipv4.conf.%s.rp_filter wants one.", from, way->device);
	/* A name with a dot in it would be read as two: with slashes there is no doubt. The greater of this and of `all` counts. */
	if (way->rp_filter == STRICT)
		snprintf(f->next, sizeof f->next, "sudo sysctl -w net/ipv4/conf/%s/rp_filter=2", way->device);
	else
		snprintf(f->next, sizeof f->next, "ip route get %s", from);
}

const struct sn_rule sn_rule_local_rp_filter = {
	.info = {
		.id = "local-rp-filter",
		.summary = "this machine drops answers that come in by an interface it would not send by",
		.word = "kept here",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 2,
		.meaning = "Answers were seen at an interface of this machine and did not get further; asked, its kernel says that it "
		           "refuses their source there: the reverse path filter. The way back differs from the way there, which is "
		           "common with two uplinks or a tunnel, and nothing is wrong with the path.",
		.otherwise = "A firewall of this machine may drop them as well.",
		.advice = "Set net.ipv4.conf.INTERFACE.rp_filter to 2, which asks only whether there is a route at all, or mend the "
		          "routes where that way in is not meant to be.",
		.source = "RFC 3704 section 2.2",
	},
	.of_machine = true,
	.eval = eval,
};
