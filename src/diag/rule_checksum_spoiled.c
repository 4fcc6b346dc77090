/* SPDX-License-Identifier: MIT */
/* checksum-spoiled: the target is silent, and the probes had a wrong checksum long before it. */
#include "diag/rewrites.h"

static void eval(struct sn_case *c)
{
	struct sn_spoiled spoiled = sn_spoiled(c, c->view);
	if (!spoiled.at_ttl)
		return;
	struct sn_rewrite place = {.field = SONDE_FIELD_CHECKSUM, .after_ttl = spoiled.after_ttl, .at_ttl = spoiled.at_ttl};
	struct sonde_finding *f = sn_find(c, !spoiled.after_ttl ? SONDE_CONFIDENCE_POSSIBLE : SONDE_CONFIDENCE_LIKELY);
	f->first_ttl = spoiled.after_ttl ? spoiled.after_ttl : spoiled.at_ttl;
	f->last_ttl = spoiled.at_ttl;
	sn_say(f, "From ");
	sn_say_hop(f, c->view, spoiled.at_ttl);
	sn_say(f, " on the probes have a checksum that does not fit them: it was spoiled ");
	sn_say_between(f, c->view, &place);
	sn_say(f, ". Routers pass such packets on, and hosts drop them without a word: that explains a silent target.");
	sn_otherwise(f, "these hops do not copy the checksum that they got");
	if (!spoiled.after_ttl)
		sn_otherwise(f, ", or this machine leaves checksums to a network card that is none");
	sn_evidence(f, "copies_spoiled", "copies", spoiled.copy_count);
	sn_evidence(f, "hops_showing", "hops", spoiled.hop_count);
}

const struct sn_rule sn_rule_checksum_spoiled = {
	.info = {
		.id = "checksum-spoiled",
		.summary = "the checksum of the packets is spoiled on the way, and the target is silent",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "From some hop on the copies of the probes carry a transport checksum that does not fit what it covers, and "
		           "no change that they show explains it. Routers do not look at it and pass the packets on; the host at the "
		           "end drops them without a word.",
		.otherwise = "A checksum that moved by the same amount in every copy is rather a translator's work, which is told as such. "
		             "A target that answers shows that its packets were right: then nothing is told.",
		.advice = "Tell the operator of the two hops that are named. A device that rewrites packets without mending the checksum, "
		          "or broken hardware that leaves it unfinished, does this to all packets of that kind.",
		.source = "RFC 1122 section 4.1.3.4, RFC 9293 section 3.1",
	},
	.packets = {.fields = SONDE_DIFF_CHECKSUM, .between = true},
	.eval = eval,
};
