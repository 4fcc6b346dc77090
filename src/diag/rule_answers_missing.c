/* SPDX-License-Identifier: MIT */
/* answers-missing: hops that answer some methods of a comparison left others without an answer that got past them. */
#include "diag/diag.h"

/* Below that it is nothing worth a word. */
enum { MISSING_LEAST = 3, MISSING_PERCENT = 5 };

/* One hop may be two routers, one of them silent, that a balancer shares the methods out to. */
enum { HOPS_LEAST = 2 };

struct tally {
	unsigned asked, missing;
	unsigned hops;  /* that some are missing from */
};

/* A router there answered some method: it is not silent by nature. */
static bool answers_somebody(const struct sn_case *c, unsigned ttl)
{
	for (size_t i = 0; i < c->view_count; i++)
		for (size_t q = 0; q < c->views[i].rows[ttl].query_count; q++)
			if (sn_is_transit(c->views[i].rows[ttl].queries[q]))
				return true;
	return false;
}

/* Probes of methods that pass, to such hops in front of the target. */
static struct tally count(const struct sn_case *c)
{
	struct tally t = {0};
	for (unsigned ttl = c->views[0].first_ttl; ttl <= c->views[0].cfg->max_ttl; ttl++) {
		unsigned missing = t.missing;
		for (size_t i = 0; i < c->view_count; i++) {
			const struct sn_view *view = &c->views[i];
			if (!view->passes || ttl >= view->end->distance || !answers_somebody(c, ttl))
				continue;
			t.asked += view->rows[ttl].answered_count + view->rows[ttl].lost_count;
			t.missing += view->rows[ttl].lost_count;
		}
		t.hops += t.missing > missing;
	}
	return t;
}

static void eval(struct sn_case *c)
{
	struct tally t = count(c);
	if (t.hops < HOPS_LEAST || t.missing < MISSING_LEAST || t.missing * 100 < t.asked * MISSING_PERCENT)
		return;
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_UNDECIDED);
	sn_say(f, "%u of %u probes of methods that pass got no answer from hops that answer others: routers that ration their answers, "
	          "silent ones that a balancer leads some methods to, answers that quote too little to be known, or loss; one query to "
	          "each hop cannot tell.",
	       t.missing, t.asked);
	sn_evidence(f, "probes_asked", "probes", t.asked);
	sn_evidence(f, "probes_unanswered", "probes", t.missing);
	sn_next(c, f, "", "-M icmp -q 20");
}

const struct sn_rule sn_rule_answers_missing = {
	.info = {
		.id = "answers-missing",
		.summary = "hops that answer some methods left others that pass them unanswered",
		.severity = SONDE_SEVERITY_NOTICE,
		.meaning = "A comparison asks each hop once by each method. Where methods pass a router and it answered only some of "
		           "them, answers were lost, it allows itself no more of them, or it quotes too little of some (eight bytes "
		           "of SCTP tell nothing over IPv6).",
		.otherwise = "Asking the same routers again and again within seconds uses up what they give.",
		.advice = "A trace by one method with many queries (-q 20) tells a limiter from loss and says where loss begins.",
		.source = "RFC 1812 section 4.3.2.8, RFC 2680",
	},
	.about_case = true,
	.eval = eval,
};
