/* SPDX-License-Identifier: MIT */
/* local-rst-held-back: this machine's own resets do not get out. */
#include "diag/diag.h"

#include <stdio.h>

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	unsigned open = 0, resets = 0;
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++) {
			const struct sonde_query *query = view->rows[ttl].queries[i];
			/* The target's row shows answers to probes sent past it once more. */
			if (query->probe.ttl != ttl)
				continue;
			/* What was kept from our socket was kept from the kernel's TCP, too. */
			open += sn_answered(query) && query->syn_ack_at_ns;
			resets += query->own_reset;
		}
	/* One that was seen shows that they get out; one that was not may have been lost on its way to us. */
	if (view->end->ear != SONDE_EAR_OPEN || !open || resets)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	sn_say(f, "The target answered %u SYN%s with a SYN-ACK, and no reset of this machine left behind that: its own firewall holds "
	       "resets back, and each such probe leaves a half-open connection at the target.", open, open == 1 ? "" : "s");
	sn_otherwise(f, "a rule in the output path other than the firewall's, such as tc");
	f->by = view->cfg->dst;
	sn_evidence(f, "syn_acks", "probes", open);
	sn_evidence(f, "resets_seen", "packets", resets);
	snprintf(f->next, sizeof f->next, "sudo nft list ruleset");
}

const struct sn_rule sn_rule_local_rst_held_back = {
	.info = {
		.id = "local-rst-held-back",
		.summary = "resets of this machine do not get out, so that SYN probes leave half-open connections at the target",
		.severity = SONDE_SEVERITY_WARNING,
		.exit_status = 0,
		.meaning = "An open port answers a SYN probe with a SYN-ACK. This machine's kernel, which knows of no connection, answers "
		           "that with a reset, by which the target forgets it. SYN-ACKs came in, and no reset was seen leaving: the "
		           "target waits, repeats its SYN-ACK, and answers further SYNs from the same port with a bare ACK or not at "
		           "all.",
		.otherwise = "The reset may be dropped behind the firewall, by a traffic control rule.",
		.advice = "Let TCP resets out: look for a rule such as 'tcp flags rst drop' in 'sudo nft list ruleset'.",
		.source = "RFC 9293 section 3.10.7.1",
	},
	.of_machine = true,
	.eval = eval,
};
