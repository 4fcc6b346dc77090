/* SPDX-License-Identifier: MIT */
/* sequence-rewritten: the sequence numbers of TCP were moved on the way. */
#include "diag/rewrites.h"

/* All by one amount: others are not believed to be our probes (engine/agree.c). */
static uint32_t moved_by(const struct sn_rewrite *r)
{
	uint32_t sent = 0, seen = 0;
	sonde_quote_change(&r->query->answer.quote, SONDE_FIELD_SEQ, &sent, &seen);
	return seen - sent;
}

static void eval(struct sn_case *c)
{
	struct sn_rewrite all[SN_REWRITES_MAX];
	size_t count = sn_rewrites(c, SONDE_FIELD_SEQ, all);
	for (size_t i = 0; i < count; i++) {
		const struct sn_rewrite *r = &all[i];
		if (!r->was_sent)
			continue;
		struct sonde_finding *f = sn_find_rewrite(c, r);
		sn_say(f, "The sequence numbers of ");
		sn_say_probes(f, c, r);
		sn_say(f, " are moved, all by the same amount, from ");
		sn_say_hop(f, c->view, r->at_ttl);
		sn_say(f, " on: a device ");
		sn_say_between(f, c->view, r);
		sn_say(f, " gives connections numbers of its own, and leaves them in the copies.");
		sn_evidence(f, "moved_by", "", moved_by(r));
		sn_evidence(f, "hops_showing", "hops", r->hop_count);
		sn_share_evidence(f, r);
	}
}

const struct sn_rule sn_rule_sequence_rewritten = {
	.info = {
		.id = "sequence-rewritten",
		.summary = "TCP sequence numbers were moved on the way",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "From some hop on the copies of TCP probes have other sequence numbers than were sent, all of a flow moved by "
		           "the same amount. A firewall there chooses the numbers of connections anew, so that nobody guesses those "
		           "that a weak stack behind it would choose, and moves each segment by the difference.",
		.otherwise = "Most such devices put the numbers back in what ICMP errors quote: then nothing is to be seen.",
		.advice = "See that the device moves the numbers in SACK options along. Where it does not, or takes the option out, "
		           "connections recover slowly from loss. Stacks of today choose good numbers themselves: it can be "
		           "switched off.",
		.source = "RFC 9293 section 3.4.1, RFC 2018 section 3",
	},
	.packets = {.fields = SONDE_DIFF_SEQ, .between = true},
	.of_rows = true,
	.eval = eval,
};
