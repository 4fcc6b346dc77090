/* SPDX-License-Identifier: MIT */
/* syn-ack-missing: a TCP port listens, but its SYN-ACKs do not come through. */
#include "diag/diag.h"

/* So many flows without one are no chance loss. */
enum { FLOWS_LEAST = 3, FLOWS_MOST = 32 };

struct handshakes {
	sonde_ns longest_ns;      /* that an answer on the way took */
	uint16_t sports[FLOWS_MOST];
	size_t flows;             /* that were asked at the target's hop or past it */
	unsigned bare_acks, whole;  /* whole: SYN-ACKs and resets */
};

static sonde_ns longest_on(const struct sn_view *view)
{
	sonde_ns longest_ns = 0;
	for (unsigned ttl = view->first_ttl; ttl <= view->end->distance; ttl++)
		for (size_t i = 0; i < view->rows[ttl].responder_count; i++)
			if (view->rows[ttl].responders[i].worst_ns > longest_ns)
				longest_ns = view->rows[ttl].responders[i].worst_ns;
	return longest_ns;
}

/* Waited for in vain, or not needed any more when it had had more time than answers take. */
static bool is_silent(const struct handshakes *h, const struct sonde_query *query)
{
	bool had_time = query->given_up_at_ns - query->probe.sent_at_ns > h->longest_ns;
	return query->state == SONDE_QUERY_LOST || (query->state == SONDE_QUERY_DROPPED && had_time);
}

static void take(struct handshakes *h, const struct sonde_query *query)
{
	const struct sonde_event_answer *answer = &query->answer;
	bool answered = sn_answered(query) && answer->in_targets_name;
	h->bare_acks += answered && answer->meaning == SONDE_M_BARE_ACK;
	h->whole += answered && (answer->meaning == SONDE_M_SYN_ACK || answer->meaning == SONDE_M_RST);
	if (!answered && !is_silent(h, query))
		return;
	for (size_t i = 0; i < h->flows; i++)
		if (h->sports[i] == query->probe.sport)
			return;
	if (h->flows < FLOWS_MOST)
		h->sports[h->flows++] = query->probe.sport;
}

static bool answers_others(const struct sn_case *c, unsigned ttl)
{
	for (size_t i = 0; i < c->view_count; i++)
		if (c->views[i].rows[ttl].answered_count)
			return true;
	return false;
}

/* Probes get lost in front of the target as well: then flows in a row may go without an answer by chance. */
static bool is_lossy(const struct sn_case *c)
{
	for (size_t i = 0; i < c->view_count; i++)
		for (unsigned ttl = c->view->first_ttl; c->views[i].passes && ttl < c->view->end->distance; ttl++)
			if (c->views[i].rows[ttl].lost_count && answers_others(c, ttl))
				return true;
	return false;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	struct handshakes h = {.longest_ns = 0};
	char target[SONDE_ADDR_TEXT];
	if (!view->passes || !view->end->distance || is_lossy(c))
		return;
	h.longest_ns = longest_on(view);
	for (unsigned ttl = view->end->distance; ttl <= SONDE_TTL_LAST; ttl++)
		for (size_t i = 0; i < view->rows[ttl].query_count; i++)
			take(&h, view->rows[ttl].queries[i]);
	if (!h.bare_acks || h.whole || h.flows < FLOWS_LEAST)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	sn_say(f, "The port listens: %s acknowledges repeated SYNs at hop %u. But over %zu flows no SYN-ACK came, so no connection would "
	          "be made: something on the way back drops SYN-ACKs.",
	       sonde_addr_text(&view->cfg->dst, target), (unsigned)view->end->distance, h.flows);
	sn_otherwise(f, "the SYN-ACKs were lost by chance");
	sn_headline(f, "SYN-ACKs do not come back");
	f->first_ttl = f->last_ttl = view->end->distance;
	f->by = view->cfg->dst;
	f->who = "target";
	sn_evidence(f, "flows", "flows", (double)h.flows);
	sn_evidence(f, "bare_acks", "probes", h.bare_acks);
	sn_evidence(f, "distance", "hops", view->end->distance);
}

const struct sn_rule sn_rule_syn_ack_missing = {
	.info = {
		.id = "syn-ack-missing",
		.summary = "a TCP port listens, but its SYN-ACKs do not come through",
		.word = "half open",
		.severity = SONDE_SEVERITY_FAILURE,
		.exit_status = 1,
		.meaning = "The target acknowledges SYNs of a connection that it thinks half open, so earlier ones arrived and "
		           "somebody listens; yet its SYN-ACKs never came. Packets get there, connections cannot be made.",
		.otherwise = "Heavy loss may take a few SYN-ACKs in a row.",
		.advice = "Look for a filter between the target and this machine that sees only one direction, such as a stateful "
		          "firewall on an asymmetric way.",
		.source = "RFC 9293 section 3.10.7.4, RFC 5961 section 4",
	},
	.ends = true,
	.eval = eval,
};
