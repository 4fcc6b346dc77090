/* SPDX-License-Identifier: MIT */
/* Judges traces that were made one after the other, as a whole. */
#include "diag/diag.h"

#include <stdio.h>
#include <string.h>

static const struct sn_rule *rule_of(const struct sonde_finding *f)
{
	return sn_rule((size_t)sonde_rule_find(f->rule->id));
}

/* ---- what each trace came to by itself ---- */

/* How many traces came to it is its last evidence, for which there is always room. */
static void set_traces(struct sonde_finding *f, double count)
{
	if (f->evidence_count == SONDE_EVIDENCE_MAX)
		f->evidence_count--;
	sn_evidence(f, "traces", "traces", count);
}

static double *traces_of(struct sonde_finding *f)
{
	return &f->evidence[f->evidence_count - 1].value;
}

/* The same statement, with whatever numbers. */
static bool is_same(const struct sonde_finding *a, const struct sonde_finding *b)
{
	return a->rule == b->rule && a->first_ttl == b->first_ttl && a->last_ttl == b->last_ttl && sonde_addr_equal(&a->by, &b->by);
}

/* Of those that say the same the newest stands for all. */
static void count_in(struct sn_case *c, const struct sonde_finding *f)
{
	double count = 1;
	struct sonde_finding *known = NULL;
	for (size_t i = 0; i < c->out->count && !known; i++)
		known = is_same(&c->out->items[i], f) ? &c->out->items[i] : NULL;
	if (known)
		count += *traces_of(known);
	c->rule = rule_of(f);
	if (!known)
		known = sn_find(c, f->confidence);
	*known = *f;
	set_traces(known, count);
}

/* The fewest hops in which one of them reached the target; 0: none did. */
static uint8_t reached_ttl(const struct sonde_case *about)
{
	uint8_t least = 0;
	for (size_t i = 0; i < about->path_count; i++) {
		const struct sonde_event_end *end = sonde_path_end(about->paths[i]);
		if (end && end->reached && end->distance && (!least || end->distance < least))
			least = end->distance;
	}
	return least;
}

/* The first probe of a path; NULL: none was sent. */
static const struct sonde_event_probe *first_probe(const struct sonde_path *path)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++) {
		size_t count;
		const struct sonde_query *queries = sonde_path_queries(path, (uint8_t)ttl, &count);
		if (count)
			return &queries[0].probe;
	}
	return NULL;
}

/* What answers the one names the flow of the other. */
static bool is_one_flow(const struct sonde_path *a, const struct sonde_path *b)
{
	const struct sonde_event_probe *p = first_probe(a), *q = first_probe(b);
	return p && q && p->sport == q->sport && p->icmp_id == q->icmp_id;
}

static int judge_each(struct sn_case *c)
{
	int code = SONDE_OK;
	uint8_t nearest = reached_ttl(c->about);
	for (size_t i = 0; code == SONDE_OK && i < c->about->path_count; i++) {
		struct sonde_case one = *c->about;
		struct sonde_findings found = {0};
		one.paths = &c->about->paths[i];
		one.path_count = 1;
		one.reached_ttl = nearest;
		one.follows = i > 0 && is_one_flow(c->about->paths[i - 1], c->about->paths[i]);
		code = sonde_diagnose(&one, &found);
		for (size_t k = 0; code == SONDE_OK && k < found.count; k++)
			if (!rule_of(&found.items[k])->of_rows)
				count_in(c, &found.items[k]);
		sonde_findings_finish(&found);
	}
	return code;
}

/* "In 2 of 5 traces: …"; what was so each time needs no such word. */
static void say_how_often(struct sonde_finding *f, size_t path_count)
{
	char sentence[sizeof f->sentence];
	if (*traces_of(f) >= (double)path_count)
		return;
	memcpy(sentence, f->sentence, sizeof sentence);
	f->sentence[0] = '\0';
	sn_say(f, "In %.0f of %zu traces: %s", *traces_of(f), path_count, sentence);
}

/* In the order of the rules table. */
static void sort(struct sonde_findings *all)
{
	for (size_t i = 1; i < all->count; i++)
		for (size_t k = i; k > 0; k--) {
			struct sonde_finding *a = &all->items[k - 1], *b = &all->items[k], swap = *a;
			if (sonde_rule_find(a->rule->id) <= sonde_rule_find(b->rule->id))
				break;
			*a = *b;
			*b = swap;
		}
}

/* ---- what their rows show together ---- */

/* Only ways of one length can be laid one upon the other: that of most of them; 0: none reached the target. */
static int commonest_distance(const struct sn_case *c, uint8_t *distance)
{
	uint32_t counts[SONDE_TTL_LAST + 1] = {0};
	*distance = 0;
	for (size_t i = 0; i < c->about->path_count; i++) {
		struct sn_view view;
		int code = sn_view_init(&view, c->about->paths[i]);
		uint8_t its = code == SONDE_OK && view.end->reached ? view.end->distance : 0;
		sn_view_finish(&view);
		if (code < 0)
			return code;
		counts[its]++;
		if (its && (!*distance || counts[its] > counts[*distance]))
			*distance = its;
	}
	return SONDE_OK;
}

static int add(struct sn_view *sum, const struct sn_view *view)
{
	for (unsigned ttl = 1; ttl <= SONDE_TTL_LAST; ttl++)
		if (sonde_row_add(&sum->rows[ttl], &view->rows[ttl]) < 0)
			return SONDE_E_NOMEM;
	sum->first_ttl = view->first_ttl < sum->first_ttl ? view->first_ttl : sum->first_ttl;
	sum->last_ttl = view->last_ttl > sum->last_ttl ? view->last_ttl : sum->last_ttl;
	sum->changed |= view->changed;
	sum->end->probe_count += view->end->probe_count;
	sum->end->dropped_count += view->end->dropped_count;
	return SONDE_OK;
}

/* *sum is {0}, and finished by the caller in any case. */
static int add_up(const struct sn_case *c, struct sn_view *sum)
{
	uint8_t distance;
	bool begun = false;
	int code = commonest_distance(c, &distance);
	for (size_t i = 0; code == SONDE_OK && i < c->about->path_count; i++) {
		struct sn_view view;
		code = sn_view_init(begun ? &view : sum, c->about->paths[i]);
		const struct sn_view *its = begun ? &view : sum;
		bool belongs = code == SONDE_OK && (its->end->reached ? its->end->distance : 0) == distance;
		if (begun && belongs)
			code = add(sum, &view);
		if (begun || !belongs)
			sn_view_finish(begun ? &view : sum);
		begun |= belongs;
	}
	return code;
}

int sonde_diagnose_series(const struct sonde_case *about, struct sonde_findings *out)
{
	struct sn_view sum = {.path = NULL};
	struct sn_case c = {.about = about, .views = &sum, .view_count = 1, .view = &sum, .out = out};
	if (about->path_count == 0)
		return SONDE_E_RANGE;
	int code = judge_each(&c);
	for (size_t i = 0; code == SONDE_OK && i < out->count; i++)
		say_how_often(&out->items[i], about->path_count);
	if (code == SONDE_OK)
		code = add_up(&c, &sum);
	if (code == SONDE_OK) {
		sum.impostor = sn_impostor(&c, &sum);
		sum.passes = sum.end->reached && !sum.impostor.sign;
		sn_ask_rules(&c, true);
	}
	sn_view_finish(&sum);
	sort(out);
	return code == SONDE_OK && c.bad ? SONDE_E_NOMEM : code;
}
