/* SPDX-License-Identifier: MIT */
/* filter-shape: which field of its packets decides that a method does not pass. */
#include "diag/diag.h"

#include <ctype.h>
#include <string.h>

/* How a field is called, and how the packets are that pass by it: the values, if it has any, come behind. */
static const struct {
	const char *name, *packets;
	bool many;
} words[SONDE_VARY_COUNT] = {
	[SONDE_VARY_FLOW] = {"flow", "of another flow", false},       [SONDE_VARY_LENGTH] = {"length", "of ", false},
	[SONDE_VARY_DF] = {"DF bit", "with DF ", false},              [SONDE_VARY_DSCP] = {"DSCP", "with DSCP ", false},
	[SONDE_VARY_FLAGS] = {"TCP flags", "with ", true},            [SONDE_VARY_PAYLOAD] = {"payload", "that carry ", false},
	[SONDE_VARY_DPORT] = {"destination port", "to port ", false}, [SONDE_VARY_SPORT] = {"source port", "from port ", false},
};

/* What is known of one field. */
enum verdict {
	UNASKED,
	SAME,     /* its probes stop as well */
	HINTED,   /* a few passed: they were not asked often enough to be sure */
	DECIDES,
	ASTRAY,   /* they go another way, or their silence says nothing */
	MIXED,    /* some pass, over one flow and not over another */
	UNSENT,
};

struct outcome {
	struct sonde_block block;
	struct sonde_trial_counts control, sums[SONDE_VARY_COUNT];
	enum verdict verdicts[SONDE_VARY_COUNT];
	const char *why[SONDE_VARY_COUNT];      /* UNSENT */
	unsigned probes;                         /* sent past the last hop */
	bool hinted;                             /* one that decides is not sure */
};

/* So many flows have to pass, and where the flow is what is varied so many probes, until a field is sure to decide. */
enum { SURE_LEAST = 3 };

/* ---- looking ---- */

/* RFC 9293 section 3.10.7: an open port ignores a lone FIN. */
static bool may_be_ignored(const struct sonde_block *block, const struct sonde_trial *trial)
{
	return block->next_is_target && trial->field == SONDE_VARY_FLAGS && strcmp(trial->value, "FIN") == 0;
}

static enum verdict verdict_of(const struct outcome *o, const struct sonde_trial *trial, const struct sonde_trial_counts *counts)
{
	bool flow = trial->field == SONDE_VARY_FLOW;
	if (counts->passed && (counts->flows_stopped || (flow && counts->stopped >= counts->passed)))
		return MIXED;
	if (counts->passed)
		return (flow ? counts->passed : counts->flows_passed) >= SURE_LEAST ? DECIDES : HINTED;
	if (counts->astray || (counts->stopped && may_be_ignored(&o->block, trial)))
		return ASTRAY;
	if (counts->stopped)
		return SAME;
	return counts->unsent ? UNSENT : UNASKED;
}

/* The more telling of what two values of a field showed. */
static enum verdict together(enum verdict a, enum verdict b)
{
	static const int weight[] = {[UNASKED] = 0, [UNSENT] = 1, [ASTRAY] = 2, [SAME] = 3, [HINTED] = 4, [MIXED] = 5, [DECIDES] = 6};
	return weight[a] > weight[b] ? a : b;
}

static void note(struct outcome *o, const struct sonde_trial *trial, const struct sonde_trial_counts *counts)
{
	struct sonde_trial_counts *sum = &o->sums[trial->field];
	enum verdict verdict = trial->asked ? verdict_of(o, trial, counts) : trial->code ? UNSENT : UNASKED;
	sum->passed += counts->passed;
	sum->stopped += counts->stopped;
	o->probes += counts->passed + counts->stopped + counts->astray;
	o->verdicts[trial->field] = together(o->verdicts[trial->field], verdict);
	if (verdict == UNSENT)
		o->why[trial->field] = counts->sys_errno   ? strerror(counts->sys_errno)
		                       : trial->sys_errno ? strerror(trial->sys_errno)
		                                          : sonde_err_sentence(trial->code);
}

static bool may_pass(enum verdict verdict)
{
	return verdict == DECIDES || verdict == HINTED || verdict == MIXED;
}

/* Trials of the path in question. False: there are none. */
static bool look(struct sn_case *c, struct outcome *o)
{
	bool any = false;
	for (size_t i = 0; i < c->about->trial_count; i++) {
		const struct sonde_trial *trial = &c->about->trials[i];
		struct sonde_trial_counts counts = {0};
		if (trial->path != c->index)
			continue;
		if (trial->asked && o->block.next_ttl && sonde_trial_count(&o->block, trial->asked, &counts) < 0)
			c->bad = true;
		if (trial->field == SONDE_VARY_NONE)
			o->control = counts;
		else
			note(o, trial, &counts);
		any = true;
	}
	for (unsigned f = 1; f < SONDE_VARY_COUNT; f++) {
		/* Where a field decides, those that cannot but change it along say nothing. */
		enum sonde_vary along = sonde_vary_along((enum sonde_vary)f);
		if (along && may_pass(o->verdicts[along]) && may_pass(o->verdicts[f]))
			o->verdicts[f] = UNASKED;
		o->hinted |= o->verdicts[f] == HINTED;
		o->verdicts[f] = o->verdicts[f] == HINTED ? DECIDES : o->verdicts[f];
	}
	return any;
}

static unsigned count(const struct outcome *o, enum verdict verdict)
{
	unsigned found = 0;
	for (unsigned f = 1; f < SONDE_VARY_COUNT; f++)
		found += o->verdicts[f] == verdict;
	return found;
}

/* One thing, said of in the singular. */
static bool is_one(const struct outcome *o, enum verdict verdict)
{
	for (unsigned f = 1; f < SONDE_VARY_COUNT; f++)
		if (o->verdicts[f] == verdict && words[f].many)
			return false;
	return count(o, verdict) == 1;
}

/* ---- speaking ---- */

static const char *glue(unsigned said, unsigned all)
{
	return said == 0 ? "" : said + 1 == all ? " and " : ", ";
}

/* "destination port and TCP flags": the fields of a verdict; their reasons behind them where there are any. */
static void say_fields(struct sonde_finding *f, const struct outcome *o, enum verdict verdict, const char *article)
{
	unsigned said = 0, all = count(o, verdict);
	for (unsigned field = 1; field < SONDE_VARY_COUNT; field++) {
		if (o->verdicts[field] != verdict)
			continue;
		sn_say(f, "%s%s%s", glue(said, all), said ? article : "", words[field].name);
		if (verdict == UNSENT && o->why[field])
			sn_say(f, " (%s)", o->why[field]);
		said++;
	}
}

/* "to port 53 and 123": the values of a field by which packets passed. */
static void say_values(struct sn_case *c, struct sonde_finding *f, const struct outcome *o, enum sonde_vary field)
{
	unsigned said = 0, all = 0;
	for (unsigned round = 0; round < 2; round++)
		for (size_t i = 0; i < c->about->trial_count; i++) {
			const struct sonde_trial *trial = &c->about->trials[i];
			struct sonde_trial_counts counts = {0};
			if (trial->path != c->index || trial->field != field || !trial->asked || !trial->value[0])
				continue;
			if (sonde_trial_count(&o->block, trial->asked, &counts) < 0)
				c->bad = true;
			if (counts.passed && round == 0)
				all++;
			else if (counts.passed)
				sn_say(f, "%s%s", glue(said++, all), trial->value);
		}
}

static void say_decided(struct sn_case *c, struct sonde_finding *f, const struct outcome *o)
{
	unsigned said = 0, all = count(o, DECIDES);
	sn_say(f, "The ");
	say_fields(f, o, DECIDES, "the ");
	sn_say(f, "%s: all else alike, packets ", is_one(o, DECIDES) ? " decides" : all == 1 ? " decide" : " decide, each alone");
	for (unsigned field = 1; field < SONDE_VARY_COUNT; field++) {
		if (o->verdicts[field] != DECIDES)
			continue;
		sn_say(f, "%s%s", glue(said++, all), words[field].packets);
		say_values(c, f, o, (enum sonde_vary)field);
	}
	sn_say(f, " pass.");
	if (o->verdicts[SONDE_VARY_FLOW] == DECIDES)
		sn_say(f, " A balancer leads flows different ways, or this one is blocked by itself; ports change the flow along.");
}

static void say_same(struct sonde_finding *f, const struct outcome *o, bool decided)
{
	if (!count(o, SAME))
		return;
	size_t at = strlen(f->sentence);
	sn_say(f, "%s", decided ? " " : "");
	at += decided;
	say_fields(f, o, SAME, "");
	if (at < strlen(f->sentence))
		f->sentence[at] = (char)toupper((unsigned char)f->sentence[at]);
	sn_say(f, is_one(o, SAME) ? " changes nothing" : " change nothing");
	sn_say(f, decided || count(o, MIXED) ? "." : ": the filter looks at something else, such as the protocol or the addresses.");
}

static void say_rest(struct sonde_finding *f, const struct outcome *o)
{
	if (count(o, ASTRAY)) {
		sn_say(f, " Nothing follows from the ");
		say_fields(f, o, ASTRAY, "");
		sn_say(f, ", whose packets went another way or may be ignored.");
	}
	if (count(o, MIXED)) {
		sn_say(f, " With another ");
		say_fields(f, o, MIXED, "");
		sn_say(f, " some pass and some stop: chance, a rate, or a balancer is at work there.");
	}
	if (count(o, UNSENT)) {
		sn_say(f, " Could not be tried: ");
		say_fields(f, o, UNSENT, "");
		sn_say(f, ".");
	}
}

/* What else it could be, and how sure that makes it. */
static void weigh(struct sn_case *c, struct sonde_finding *f, const struct outcome *o)
{
	bool udp = c->view->method->protocol4 == 17, decided = count(o, DECIDES);
	bool sure = o->control.stopped > 1 && !(udp && o->block.next_is_target) && !o->hinted && !count(o, MIXED);
	f->confidence = sure ? SONDE_CONFIDENCE_LIKELY : SONDE_CONFIDENCE_POSSIBLE;
	if (udp && o->block.next_is_target)
		sn_otherwise(f, "the target got all of them, and a service took some in silence");
	else if (decided)
		sn_otherwise(f, "something that drops by chance or by rate let just these pass");
	else
		sn_otherwise(f, "it looks at a value that was not tried");
}

/* Nothing was, or can be, shown. */
static void say_undecided(struct sn_case *c, const struct outcome *o)
{
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_UNDECIDED);
	sn_evidence(f, "last_hop", "hops", o->block.last_ttl);
	if (!o->block.next_ttl) {
		sn_say(f, "What the filter looks at cannot be told: no method got farther on the same way.");
		return;
	}
	sn_next(c, f, "compare", "--shape");
	sn_evidence(f, "passed", "probes", o->control.passed);
	if (o->control.passed)
		sn_say(f, "Asked again without any change, %u of %u probes passed: this stops packets now and then only, so no field "
		          "can be told to decide.", o->control.passed, o->control.passed + o->control.stopped);
	else
		sn_say(f, "Too little was asked to tell what the filter looks at.");
}

/* A host or route that is missing for all methods is no filter. */
static bool may_be_a_filter(const struct sn_view *view, const struct sonde_block *block)
{
	return block->next_ttl || (view->end->why != SONDE_M_HOST_UNREACHABLE && view->end->why != SONDE_M_NET_UNREACHABLE);
}

static void eval(struct sn_case *c)
{
	struct outcome o = {0};
	if (!c->about->trials || !sn_block(c, c->view, &o.block) || !may_be_a_filter(c->view, &o.block) || !look(c, &o))
		return;
	bool decided = count(&o, DECIDES);
	if (o.control.passed || o.control.astray || !o.control.stopped || (!decided && !count(&o, SAME) && !count(&o, MIXED))) {
		say_undecided(c, &o);
		return;
	}
	struct sonde_finding *f = sn_find(c, SONDE_CONFIDENCE_LIKELY);
	if (decided)
		say_decided(c, f, &o);
	say_same(f, &o, decided);
	say_rest(f, &o);
	weigh(c, f, &o);
	f->first_ttl = o.block.last_ttl;
	f->last_ttl = o.block.next_ttl;
	sn_evidence(f, "last_hop", "hops", o.block.last_ttl);
	sn_evidence(f, "next_hop", "hops", o.block.next_ttl);
	sn_evidence(f, "control_stopped", "probes", o.control.stopped);
	sn_evidence(f, "varied", "probes", o.probes);
	for (unsigned field = 1; field < SONDE_VARY_COUNT; field++)
		if (o.verdicts[field] == DECIDES)
			sn_evidence(f, sonde_vary_name((enum sonde_vary)field), "probes", o.sums[field].passed);
}

const struct sn_rule sn_rule_filter_shape = {
	.info = {
		.id = "filter-shape",
		.summary = "which field of its packets decides that a method does not pass",
		.severity = SONDE_SEVERITY_INFO,
		.meaning = "A method stops where others pass. Its probe was sent past that place again with one thing varied at a "
		           "time: ports, TCP flags, payload, length, DF, DSCP, flow. What passes shows which field the filter looks at; "
		           "where all stop alike it looks at none of these.",
		.otherwise = "A filter that drops by chance or by rate, or that keeps state, may let one probe pass and stop the next. "
		             "A filter may want two fields at once, which no single change shows.",
		.advice = "Look for the field that is named in the rules of the router or firewall behind the last hop; where none is, "
		          "for rules by protocol or address.",
		.source = "RFC 2979, RFC 9293 section 3.10.7",
	},
	.eval = eval,
};
