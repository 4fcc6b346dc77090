/* SPDX-License-Identifier: MIT */
/* many-responders: several routers answer at one TTL. */
#include "diag/diag.h"

/* Routers that answered there, each once: who only refuses, or is the target, is none of them. */
static size_t routers_at(const struct sonde_row *row)
{
	size_t count = 0;
	for (size_t i = 0; i < row->query_count; i++) {
		const struct sonde_addr *from = &row->queries[i]->answer.from;
		size_t j = 0;
		while (j < i && !(sn_is_transit(row->queries[j]) && sonde_addr_equal(&row->queries[j]->answer.from, from)))
			j++;
		count += sn_is_transit(row->queries[i]) && j == i;
	}
	return count;
}

/* Answers to packets of one flow came from different routers. */
static bool parts_a_flow(const struct sonde_row *row)
{
	for (size_t i = 0; i < row->query_count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct sonde_query *a = row->queries[i], *b = row->queries[j];
			bool one_flow = sn_is_transit(a) && sn_is_transit(b) && a->probe.flow == b->probe.flow;
			if (one_flow && !sonde_addr_equal(&a->answer.from, &b->answer.from))
				return true;
		}
	return false;
}

static void eval(struct sn_case *c)
{
	const struct sn_view *view = c->view;
	unsigned first = 0, last = 0, rows = 0;
	size_t most = 0;
	bool parts = false;
	for (unsigned ttl = view->first_ttl; ttl <= view->last_ttl; ttl++) {
		size_t count = routers_at(&view->rows[ttl]);
		if (count < 2)
			continue;
		first = first ? first : ttl;
		last = ttl;
		rows++;
		most = count > most ? count : most;
		parts |= parts_a_flow(&view->rows[ttl]);
	}
	if (!rows)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_CERTAIN);
	if (rows == 1)
		sn_say(f, "%zu routers answer at hop %u: ", most, first);
	else
		sn_say(f, "Up to %zu routers answer at each of %u hops from %u to %u: ", most, rows, first, last);
	sn_say(f, view->method->flow_constant && parts ? "packets of one flow take several ways, or the way changed meanwhile."
	                                               : "a balancer leads different flows different ways.");
	f->first_ttl = (uint8_t)first;
	f->last_ttl = (uint8_t)last;
	sn_evidence(f, "responders", "routers", (double)most);
	sn_evidence(f, "hops", "hops", rows);
}

const struct sn_rule sn_rule_many_responders = {
	.info = {
		.id = "many-responders",
		.summary = "several routers answer at one TTL",
		.severity = SONDE_SEVERITY_INFO,
		.exit_status = 0,
		.meaning = "Probes with the same TTL were answered by different addresses: a balancer that chooses for each packet, "
		           "or for each flow where the method has no constant one, or a route that changed while the trace ran.",
		.otherwise = "One router may answer from several of its addresses.",
		.advice = "Ask with more queries to see how the answers are shared out.",
		.source = "RFC 2991",
	},
	.of_rows = true,
	.eval = eval,
};
