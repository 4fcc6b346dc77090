/* SPDX-License-Identifier: MIT */
/* slow-to-answer: a router takes long to answer, and not to forward. */
#include "diag/rtt.h"

/* So many hops are told one by one. */
enum { TOLD_MOST = 3 };

static void tell(struct sn_case *c, const struct sn_rtt_hop *hop)
{
	/* as many hops back do not make it the same way back */
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_POSSIBLE);
	const struct sonde_row *row = &c->view->rows[hop->ttl];
	char addr[SONDE_ADDR_TEXT];
	sn_say(f, "Hop %u", (unsigned)hop->ttl);
	if (row->responder_count == 1)
		sn_say(f, " (%s)", sonde_addr_text(&row->responders[0].addr, addr));
	sn_say(f, " took at least ");
	sn_say_ms(f, hop->best_ns);
	sn_say(f, " to answer, hop %u behind it only ", (unsigned)hop->behind_ttl);
	sn_say_ms(f, hop->behind_ns);
	sn_say(f, ": it is slow to answer, and does not delay what it forwards.");
	sn_otherwise(f, "its answers take a longer way back than those of the hops behind it");
	f->first_ttl = f->last_ttl = hop->ttl;
	f->by = row->responders[0].addr;
	f->who = "router";
	sn_evidence(f, "hop", "hops", hop->ttl);
	sn_evidence(f, "best_round_trip", "ms", (double)hop->best_ns / SONDE_MS);
	sn_evidence(f, "best_behind", "ms", (double)hop->behind_ns / SONDE_MS);
	sn_evidence(f, "answers_timed", "probes", hop->timed_count);
}

static void eval(struct sn_case *c)
{
	struct sn_rtt rtt;
	unsigned count = 0;
	sn_rtt(c->view, &rtt);
	for (size_t i = 0; i < rtt.count; i++) {
		rtt.hops[i].slow &= !sn_is_told(c, rtt.hops[i].ttl, rtt.hops[i].ttl);
		if (!rtt.hops[i].slow)
			continue;
		if (++count <= TOLD_MOST)
			tell(c, &rtt.hops[i]);
	}
	if (count <= TOLD_MOST)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_POSSIBLE);
	unsigned more = count - TOLD_MOST;
	for (size_t i = 0, n = 0; i < rtt.count; i++) {
		n += rtt.hops[i].slow;
		if (!rtt.hops[i].slow || n <= TOLD_MOST)
			continue;
		f->first_ttl = f->first_ttl ? f->first_ttl : rtt.hops[i].ttl;
		f->last_ttl = rtt.hops[i].ttl;
	}
	if (more == 1)
		sn_say(f, "Hop %u is slow to answer as well.", (unsigned)f->first_ttl);
	else
		sn_say(f, "%u more hops, from hop %u on, are slow to answer as well.", more, (unsigned)f->first_ttl);
	sn_otherwise(f, "their answers take a longer way back than those of the hops behind them");
	sn_evidence(f, "hops", "hops", more);
}

const struct sn_rule sn_rule_slow_to_answer = {
	.info = {
		.id = "slow-to-answer",
		.summary = "a router takes long to answer, and not to forward",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "Even the fastest answer of a hop took much longer than answers from behind it: the router makes ICMP errors in "
		           "its slow part, when it has the time. Packets that it forwards do not wait.",
		.otherwise = "The answers of that hop may take a longer way back, as inside of an MPLS tunnel, where they first go on to "
		             "its end.",
		.advice = "Nothing needs to be done. Only delay that goes on to the target delays packets.",
		.source = "RFC 6192 section 1, RFC 3032 section 2.3",
	},
	.of_rows = true,
	.eval = eval,
};
