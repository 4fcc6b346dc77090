/* SPDX-License-Identifier: MIT */
/* path-loss: packets get lost from some hop on, all the way to the end. */
#include "diag/loss.h"

#include "base/wilson.h"

#include <stdio.h>

/* Fewer queries do not show all that the target leaves out. */
enum { QUERIES_LEAST = 4 };

static void say_good(struct sonde_finding *f, const struct sn_view *view, const struct sn_loss *loss)
{
	if (loss->last_good_ttl)
		sn_say_hop(f, view, loss->last_good_ttl);
	else
		sn_say(f, "this machine");
}

static void say_place(struct sonde_finding *f, const struct sn_view *view, const struct sn_loss *loss)
{
	sn_say(f, "Loss begins between ");
	say_good(f, view, loss);
	sn_say(f, " and ");
	if (loss->alone) {
		sn_say(f, "the target");
		return;
	}
	sn_say_hop(f, view, loss->first_bad_ttl);
	sn_say(f, " and goes on to the target");
}

/* "30 % of the probes …": how many of those behind were lost, and of those before. */
static void say_shares(struct sonde_finding *f, const struct sn_loss *loss)
{
	unsigned asked = loss->after.asked, lost = asked - loss->after.answered;
	double percent = 100.0 * lost / asked;
	sn_say(f, percent < 1 ? "%.1f %%" : "%.0f %%", percent);
	sn_say(f, " of the probes sent there stayed unanswered (%u of %u)", lost, asked);
	if (loss->before.asked)
		sn_say(f, ", of those to nearer hops %u of %u", loss->before.asked - loss->before.answered, loss->before.asked);
	sn_say(f, ".");
	f->first_ttl = loss->first_bad_ttl;
	f->last_ttl = loss->last_ttl;
	struct sn_interval in = sn_wilson((double)lost / asked, asked, SN_Z95);
	sn_evidence(f, "last_good_hop", "hops", loss->last_good_ttl);
	sn_evidence(f, "first_bad_hop", "hops", loss->first_bad_ttl);
	sn_evidence(f, "probes_before", "probes", loss->before.asked);
	sn_evidence(f, "lost_before", "probes", loss->before.asked - loss->before.answered);
	sn_evidence(f, "probes_behind", "probes", asked);
	sn_evidence(f, "lost_behind", "probes", lost);
	sn_evidence(f, "loss", "%", percent);
	sn_evidence(f, "loss_at_least", "%", 100 * in.low);
	sn_evidence(f, "loss_at_most", "%", 100 * in.high);
}

static void say_found(struct sonde_finding *f, const struct sn_view *view, const struct sn_loss *loss)
{
	say_place(f, view, loss);
	sn_say(f, ": ");
	say_shares(f, loss);
	sn_otherwise(f, loss->alone ? "the target leaves some of what it gets unanswered" : "the answers get lost on the way back");
	f->confidence = loss->alone ? SONDE_CONFIDENCE_POSSIBLE : SONDE_CONFIDENCE_LIKELY;
}

/* All that is known is that routers left out errors, and those are rationed: the end would have to tell. */
static void say_unclear(struct sn_case *c, struct sonde_finding *f, const struct sn_loss *loss)
{
	const struct sn_view *view = c->view;
	char options[SN_OPTION_BYTES];
	sn_say(f, "Behind ");
	say_good(f, view, loss);
	sn_say(f, ", as far as hop %u, ", (unsigned)loss->last_ttl);
	say_shares(f, loss);
	if (!view->passes) {
		sn_say(f, " Without an answer of the target nothing tells loss from limits of those hops.");
		return;
	}
	sn_say(f, " The target's answers to %s are rationed, too: they do not tell loss from limits of those hops; ", view->label);
	sn_say(f, "-M icmp may.");
	unsigned queries = view->cfg->queries > QUERIES_LEAST ? view->cfg->queries : QUERIES_LEAST;
	snprintf(options, sizeof options, "-M icmp -q %u", queries);
	sn_next(c, f, "", options);
}

static void say_undecided(struct sn_case *c, struct sonde_finding *f, const struct sn_loss *loss)
{
	char options[SN_OPTION_BYTES + 8], method[SN_OPTION_BYTES];
	sn_say(f, "The target answered %u of %u probes: too few to tell whether the path loses packets, and from where on",
	       loss->after.answered, loss->after.asked);
	f->first_ttl = f->last_ttl = loss->last_ttl;
	f->by = c->view->cfg->dst;
	f->who = "target";
	sn_evidence(f, "probes_behind", "probes", loss->after.asked);
	sn_evidence(f, "lost_behind", "probes", loss->after.asked - loss->after.answered);
	sn_evidence(f, "queries_wanted", "probes", loss->queries);
	if (!loss->queries && loss->queries_beyond)
		sn_say(f, "; it would take some %u, more than -q asks for.", loss->queries_beyond);
	else if (!loss->queries)
		sn_say(f, "; no number of them would, as the hops before it lose nearly as many.");
	if (!loss->queries)
		return;
	sn_say(f, "; -q %u would.", (unsigned)loss->queries);
	snprintf(options, sizeof options, "%s -q %u", sn_same_method(c->view, method), (unsigned)loss->queries);
	sn_next(c, f, "", options);
}

static void eval(struct sn_case *c)
{
	struct sn_loss loss;
	sn_loss(c->view, &loss);
	if (loss.kind == SN_LOSS_FOUND && !loss.to_target)
		say_unclear(c, sn_find(c, SONDE_CONFIDENCE_UNDECIDED), &loss);
	else if (loss.kind == SN_LOSS_FOUND)
		say_found(sn_find(c, SONDE_CONFIDENCE_LIKELY), c->view, &loss);
	else if (loss.kind == SN_LOSS_UNDECIDED)
		say_undecided(c, sn_find(c, SONDE_CONFIDENCE_UNDECIDED), &loss);
}

const struct sn_rule sn_rule_path_loss = {
	.info = {
		.id = "path-loss",
		.summary = "packets get lost from some hop on, all the way to the end",
		.severity = SONDE_SEVERITY_WARNING,
		.exit_status = 0,
		.meaning = "Behind some hop, every hop and the end leave about the same share of the probes unanswered, and those before "
		           "it do not: packets, or the answers to them, get lost there.",
		.otherwise = "Answers may take another way back and get lost on that. Where only routers' ICMP errors speak of it, those "
		             "may be limiting them: then it stays undecided.",
		.advice = "Ask again with more queries. Where it stays, the link between the two hops that are named is the first to look "
		          "at.",
		.source = "RFC 2680, RFC 1812 section 4.3.2.8",
	},
	.of_rows = true,
	.eval = eval,
};
