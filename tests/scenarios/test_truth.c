/* SPDX-License-Identifier: MIT */
/* Findings against the truth: over random networks with known faults, what is found is right where the packets show it, and never wrong. */
#include "claims.h"
#include "decidable.h"
#include "test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 2400, DECIDABLE_PERCENT = 80, SHOWN = 2 };

struct count {
	unsigned cases, decidable, right, wrong;
};

static struct witness w;

static bool is_said(const struct statement *s, unsigned trace, const struct sonde_finding *f)
{
	bool id = strcmp(f->rule->id, s->ids[0]) == 0 || (s->ids[1] && strcmp(f->rule->id, s->ids[1]) == 0);
	int by = f->by.family ? randomnet_node_of(w.net, &f->by) : NOBODY;
	return (f->path == trace || s->of_way) && id && (s->ttl == ANY_TTL || s->ttl == f->first_ttl) && (s->by == ANYBODY || s->by == by);
}

static bool all_said(const struct expected *e, unsigned trace)
{
	unsigned said = 0;
	for (unsigned i = 0; i < e->count; i++)
		for (size_t j = 0; j < w.findings.count; j++)
			if (is_said(&e->said[i], trace, &w.findings.items[j])) {
				said++;
				break;
			}
	return said == e->count;
}

static unsigned untrue_count(bool show)
{
	unsigned count = 0;
	for (size_t i = 0; i < w.findings.count; i++) {
		if (claim_is_true(&w, &w.findings.items[i]))
			continue;
		count++;
		if (show)
			printf("  NOT TRUE: %s of trace %zu\n", w.findings.items[i].rule->id, w.findings.items[i].path);
	}
	return count;
}

static void show(const struct randomnet *net)
{
	char addr[SONDE_ADDR_TEXT];
	printf("seed %" PRIu64 ": %s at hop %u of %u, IPv%u, -q %u -m %u\n", net->seed, randomnet_fault_name(net->fault),
	              (unsigned)net->at, (unsigned)net->hops, (unsigned)net->family, (unsigned)net->queries, (unsigned)net->max_ttl);
	for (unsigned trace = 0; trace < w.trace_count; trace++) {
		struct expected e = decidable(&w, trace);
		printf("  trace %u: %s/%u, expected:%s", trace, net->asks[trace]->name, (unsigned)net->asks[trace]->dport,
		              e.shown ? "" : " (undecidable)");
		for (unsigned i = 0; i < e.count; i++)
			printf(" %s%s%s at %d by %s;", e.said[i].ids[0], e.said[i].ids[1] ? " or " : "",
			              e.said[i].ids[1] ? e.said[i].ids[1] : "", e.said[i].ttl == ANY_TTL ? -1 : e.said[i].ttl,
			              e.said[i].by >= 0 ? net->nodes[e.said[i].by].name : "-");
		printf("\n");
	}
	for (size_t i = 0; i < w.findings.count; i++) {
		const struct sonde_finding *f = &w.findings.items[i];
		printf("  trace %zu: %s, hop %u, %s: %s\n", f->path, f->rule->id, (unsigned)f->first_ttl, sonde_addr_text(&f->by, addr),
		              f->sentence);
	}
	untrue_count(true);
	printf("%s\n", sn_buf_text(&net->text));
}

static void judge(uint64_t seed, struct count *counts)
{
	struct randomnet net;
	randomnet_init(&net, seed);
	witness_init(&w, &net);
	struct count *c = &counts[net.fault];
	struct expected first = decidable(&w, 0);
	bool right = true;
	for (unsigned trace = 0; trace < w.trace_count; trace++) {
		struct expected e = decidable(&w, trace);
		right &= all_said(&e, trace);
	}
	right &= untrue_count(false) == 0;
	c->cases++;
	c->decidable += first.shown;
	c->right += right && first.shown;
	c->wrong += !right;
	if ((!right && c->wrong <= SHOWN) || getenv("SONDE_TRUTH_SEED"))
		show(&net);
	witness_finish(&w);
	randomnet_finish(&net);
}

static void line(const char *name, const struct count *c)
{
	printf("%-32s %6u %10u %6u %6u %8.1f\n", name, c->cases, c->decidable, c->right, c->wrong,
	              c->cases ? 100.0 * c->decidable / c->cases : 0);
}

static void what_is_found_is_true(void **unused)
{
	(void)unused;
	struct count counts[FAULT_COUNT] = {{0}}, all = {0};
	const char *wanted = getenv("SONDE_TRUTH_CASES"), *only = getenv("SONDE_TRUTH_SEED");
	uint64_t first = only ? strtoull(only, NULL, 10) : 1, cases = only ? 1 : wanted ? strtoull(wanted, NULL, 10) : CASES;
	for (uint64_t seed = first; seed < first + cases; seed++)
		judge(seed, counts);
	printf("%-32s %6s %10s %6s %6s %8s\n", "fault", "cases", "decidable", "right", "wrong", "share %");
	for (unsigned i = 0; i < FAULT_COUNT; i++) {
		line(randomnet_fault_name((enum randomnet_fault)i), &counts[i]);
		all.cases += counts[i].cases;
		all.decidable += counts[i].decidable;
		all.right += counts[i].right;
		all.wrong += counts[i].wrong;
	}
	line("all", &all);
	assert_int_equal(all.wrong, 0);
	if (!only)
		assert_true(all.decidable * 100 >= all.cases * DECIDABLE_PERCENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_is_true),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
