/* SPDX-License-Identifier: MIT */
/* Random chains in which one router rewrites what it passes on, others are silent, quote little, or in their own old way: what is found
 * must be what was done, between the two hops that can show it, and nothing where none can. */
#include "net.h"
#include "scenario.h"
#include "test.h"

#include "base/rng.h"

#include <sonde/finding.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOPS_MAX = 9, CASES = 1500 };

/* What a router may do, and what shows it: so many bytes behind the IP header must be quoted. That an option is missing shows where all
 * options do, that it is there where it stands itself; a checksum stands in the first eight bytes, and proves its probe where nothing has
 * happened to it. */
static const struct fault {
	const char *change;        /* NULL: nothing is done */
	const char *id;            /* of the finding */
	const char *method;        /* NULL: any */
	uint8_t family;            /* 0: any */
	uint8_t before_bytes, shows_bytes;
	uint8_t tos;               /* that the probes are sent with */
	double from, to;           /* evidence "from" and "to"; -1: none */
	unsigned percent;          /* of the packets that it is done to; 0: all of them */
} faults[] = {
	{NULL, NULL, NULL, 0, 0, 0, 0xb9, -1, -1, 0},
	{"dscp=10", "dscp-rewritten", NULL, 0, 0, 0, 0xb8, 46, 10, 0},
	{"dscp=0", "dscp-rewritten", NULL, 0, 0, 0, 0x28, 10, 0, 0},
	{"ecn=not-ect", "ecn-bleached", NULL, 0, 0, 0, 0x02, 2, 0, 0},
	{"ecn=ect1", "ecn-rewritten", NULL, 0, 0, 0, 0x02, 2, 1, 0},
	{"flow-label=77", "flow-label-rewritten", NULL, 6, 0, 0, 0, 0x54321, 77, 0},
	{"df=off", "fragment", NULL, 4, 0, 0, 0, -1, -1, 0},
	{"mss=1200", "mss-clamped", "tcp", 0, 24, 24, 0, -1, 1200, 0},
	{"seq=random nat-quote=none", "sequence-rewritten", "tcp", 4, 0, 8, 0, -1, -1, 0},
	{"strip=sack,ws", "tcp-options-stripped", "tcp", 0, 26, 40, 0, -1, -1, 0},
	{"remove=sack", "tcp-options-stripped", "tcp", 0, 26, 40, 0, -1, -1, 0},
	{"snat=masquerade nat-quote=none", "nat", NULL, 0, 0, 0, 0, -1, -1, 0},
	{"snat=masquerade nat-quote=stale-checksum", "nat", "udp", 0, 0, 16, 0, -1, -1, 0},
	/* What is put back in the copies, or means nothing, is not told. */
	{"snat=masquerade", NULL, NULL, 0, 0, 0, 0, -1, -1, 0},
	{"snat=masquerade ports=1024-2047", NULL, NULL, 0, 0, 0, 0, -1, -1, 0},
	{"seq=random", NULL, "tcp", 0, 0, 0, 0, -1, -1, 0},
	{"window=512", NULL, "tcp", 0, 0, 0, 0, -1, -1, 0},
	{"id=0", NULL, NULL, 4, 0, 0, 0, -1, -1, 0},
	{"ttl=+0", NULL, NULL, 0, 0, 0, 0, -1, -1, 0},
	/* What is done to some packets only. */
	{"dscp=0", "dscp-rewritten", NULL, 0, 0, 0, 0xb8, 46, 0, 50},
	{"dscp=10", "dscp-rewritten", NULL, 0, 0, 0, 0xb8, 46, 10, 30},
	{"ecn=not-ect", "ecn-bleached", NULL, 0, 0, 0, 0x02, 2, 0, 50},
	{"flow-label=77", "flow-label-rewritten", NULL, 6, 0, 0, 0, 0x54321, 77, 70},
	{"mss=1200", "mss-clamped", "tcp", 0, 24, 24, 0, -1, 1200, 50},
};
enum { FAULTS = sizeof faults / sizeof *faults };

/* The findings that only rewriting leads to. */
static const char *const ids[] = {"nat", "dscp-rewritten", "ecn-bleached", "ecn-rewritten", "ecn-ce-marked", "flow-label-rewritten",
                                  "sequence-rewritten",
                                  "mss-clamped", "tcp-options-stripped", "fragment", "ttl-rewritten", "hidden-hops", "zero-ttl-forwarding"};

/* What stacks leave in their copies: none of it was done to the probe. */
static const char *const quirks[] = {"quote-length=host-order", "quote-length=minus-header", "quote-checksum=stale", "quote-checksum=zero",
                                     "quote-pad=128", "", "", ""};
enum { QUIRKS = sizeof quirks / sizeof *quirks, LENGTH_QUIRKS = 2 };

/* One case. */
struct world {
	const struct fault *fault;
	const char *method;
	uint8_t family;
	unsigned hops, at;             /* which router rewrites */
	bool silent[HOPS_MAX + 1];
	unsigned quote[HOPS_MAX + 1];  /* bytes behind the IP header */
	const char *quirk[HOPS_MAX + 1];  /* of what else its stack does to it */
};

/* A wrong length hides what is changed: a translator takes a copy whose flags stand in host order for a later fragment's, which is of no
 * flow, and keeps the error; a copy that calls itself shorter shows no option behind that length. */
static bool length_hides(const struct fault *fault)
{
	bool translator = fault->change && (strncmp(fault->change, "snat", 4) == 0 || strncmp(fault->change, "seq", 3) == 0);
	return translator || fault->before_bytes || fault->shows_bytes;
}

static void draw(struct sn_rng *rng, struct world *w)
{
	static const char *const methods[] = {"icmp", "udp", "tcp"};
	static const unsigned quotes[] = {8, 8, 16, 20, 24, 28, 40, 64, 500};
	*w = (struct world){.fault = &faults[sn_rng_below(rng, FAULTS)]};
	w->method = w->fault->method ? w->fault->method : methods[sn_rng_below(rng, 3)];
	w->family = w->fault->family ? w->fault->family : sn_rng_below(rng, 2) ? 6 : 4;
	w->hops = 3 + (unsigned)sn_rng_below(rng, HOPS_MAX - 2);
	w->at = 1 + (unsigned)sn_rng_below(rng, w->hops - 1);
	for (unsigned hop = 1; hop <= w->hops; hop++) {
		w->silent[hop] = hop < w->hops && sn_rng_below(rng, 4) == 0;
		w->quote[hop] = quotes[sn_rng_below(rng, sizeof quotes / sizeof *quotes)];
		size_t first = length_hides(w->fault) ? LENGTH_QUIRKS : 0;
		w->quirk[hop] = quirks[first + sn_rng_below(rng, QUIRKS - first)];
	}
}

static void put_lines(const struct world *w, struct sn_buf *out)
{
	for (unsigned hop = 1; hop < w->hops; hop++)
		sn_buf_printf(out, "router r%u quote=%u %s\n", hop, w->quote[hop], w->quirk[hop]);
	sn_buf_printf(out, "host target quote=%u %s\n", w->quote[w->hops], w->quirk[w->hops]);
	if (w->fault->change && w->at == 1)
		sn_buf_printf(out, "rewrite r1 %s from=me", w->fault->change);
	else if (w->fault->change)
		sn_buf_printf(out, "rewrite r%u %s from=r%u", w->at, w->fault->change, w->at - 1);
	if (w->fault->percent)
		sn_buf_printf(out, " share=%u%%", w->fault->percent);
	sn_buf_puts(out, "\n");
}

/* A copy of that hop came back that shows the field: by the network, and by how much of a probe can be known again in it (of a checksum
 * that was not mended nothing is left but the payload). */
static bool shows(const struct world *w, unsigned hop)
{
	bool udp = strcmp(w->method, "udp") == 0;
	bool quotes = hop < w->hops ? !w->silent[hop] : udp;
	unsigned needed = hop <= w->at ? w->fault->before_bytes : w->fault->shows_bytes;
	return quotes && w->quote[hop] >= (needed > 8 ? needed : 8);
}

/* IPv6 has no id: eight bytes of UDP prove too little for more than a likely word. */
static bool is_proven(const struct world *w, unsigned hop)
{
	return w->family == 4 || strcmp(w->method, "udp") != 0 || w->quote[hop] >= 16;
}

/* The hops between which it happened, as far as it can be seen: the last one that shows it before, the first one behind; 0: none. */
static void truth(const struct world *w, unsigned *before, unsigned *behind, unsigned *confirming)
{
	*before = *behind = *confirming = 0;
	for (unsigned hop = 1; hop <= w->hops; hop++) {
		if (!shows(w, hop))
			continue;
		if (hop <= w->at)
			*before = hop;
		else if (!*behind)
			*behind = hop;
		*confirming += hop > w->at && is_proven(w, hop);
	}
}

static double evidence(const struct sonde_finding *f, const char *key)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strcmp(f->evidence[i].key, key) == 0)
			return f->evidence[i].value;
	return -1;
}

static bool is_about(double value, double wanted)
{
	return wanted < 0 || (value > wanted - 0.5 && value < wanted + 0.5);
}

/* What is wrong with how sure it is; NULL: nothing. Who forgets a checksum is never certain. */
static const char *judge_confidence(const struct world *w, const struct sonde_finding *f)
{
	unsigned before, behind, confirming;
	truth(w, &before, &behind, &confirming);
	bool certain = f->confidence == SONDE_CONFIDENCE_CERTAIN;
	bool proven = is_proven(w, behind) && (!before || is_proven(w, before));
	if (certain && confirming < 2)
		return "one hop makes it certain";
	if (certain && !proven)
		return "its place is certain by what proves little";
	if (!certain && confirming > 1 && proven && !strstr(w->fault->change, "stale"))
		return "it is not certain though two hops prove it";
	return NULL;
}

/* NULL: as it must be; else what is wrong. */
static const char *judge(const struct world *w, const struct sonde_findings *findings)
{
	unsigned before, behind, confirming;
	truth(w, &before, &behind, &confirming);
	bool told = w->fault->id && behind;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct sonde_finding *f = sonde_findings_get(findings, 0, ids[i]);
		bool wanted = told && strcmp(ids[i], w->fault->id) == 0;
		if (f && !wanted)
			return f->sentence;
		if (wanted && !f)
			return "it is not told";
		if (!wanted)
			continue;
		if (f->first_ttl != (before ? before : behind) || f->last_ttl != behind)
			return "the place is another";
		if (!is_about(evidence(f, "from"), w->fault->from) || !is_about(evidence(f, "to"), w->fault->to))
			return "the values are others";
		const char *wrong = judge_confidence(w, f);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* ---- what is done to a share of the packets ---- */

/* Copies of the hops from one TTL on that show a field, and those that show it changed; whether some hop got both kinds. */
struct copies {
	unsigned seen, changed;
	bool mixed;
};

static enum sonde_field field_of(const struct fault *fault)
{
	return strncmp(fault->change, "dscp", 4) == 0 ? SONDE_FIELD_DSCP : strncmp(fault->change, "ecn", 3) == 0 ? SONDE_FIELD_ECN :
	       strncmp(fault->change, "mss", 3) == 0 ? SONDE_FIELD_MSS : SONDE_FIELD_FLOW_LABEL;
}

static struct copies copies_from(const struct sonde_path *path, enum sonde_field field, uint8_t from_ttl)
{
	struct copies all = {0};
	struct sonde_row row = {0};
	for (unsigned ttl = from_ttl; ttl <= sonde_path_last_ttl(path); ttl++) {
		unsigned seen = 0, changed = 0;
		assert_int_equal(sonde_path_row(path, (uint8_t)ttl, &row), SONDE_OK);
		for (size_t i = 0; i < row.query_count; i++) {
			const struct sonde_event_answer *answer = &row.queries[i]->answer;
			if (!sonde_query_is_answered(row.queries[i]) || !(answer->quote.visible & UINT32_C(1) << field))
				continue;
			seen++;
			changed += (answer->quote.diff & UINT32_C(1) << field) != 0;
		}
		all.seen += seen;
		all.changed += changed;
		all.mixed |= changed && changed < seen;
	}
	sonde_row_finish(&row);
	return all;
}

struct told {
	unsigned whole, share, share_worlds, share_visible, by_chance;
};

/* Told of a share it has the true number and place. Where by chance each hop got all alike, nobody can tell it from what it looks like. */
static const char *judge_share(const struct world *w, const struct sonde_path *path, const struct sonde_findings *findings,
                               struct told *told)
{
	enum sonde_field field = field_of(w->fault);
	const struct sonde_finding *f = sonde_findings_get(findings, 0, w->fault->id);
	struct copies all = copies_from(path, field, 1);
	told->share_worlds++;
	told->share_visible += all.mixed && all.changed > 2;
	told->by_chance += !all.mixed && findings->count > 1;
	if (!all.mixed)
		return NULL;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (strcmp(ids[i], w->fault->id) != 0 && sonde_findings_get(findings, 0, ids[i]))
			return sonde_findings_get(findings, 0, ids[i])->sentence;
	if (!f)
		return NULL;
	double changed = evidence(f, "copies_changed"), seen = evidence(f, "copies_seen");
	all = copies_from(path, field, f->last_ttl);
	if (seen < 0)
		return "all are told of, where some were changed";
	told->share++;
	if (!is_about(changed, all.changed) || !is_about(seen, all.seen))
		return "the number of copies is another";
	if (!is_about(evidence(f, "from"), w->fault->from) || !is_about(evidence(f, "to"), w->fault->to))
		return "the values are others";
	if (f->last_ttl <= w->at || (f->first_ttl < f->last_ttl && f->first_ttl > w->at))
		return "the place is another";
	if (f->confidence != SONDE_CONFIDENCE_LIKELY || !strstr(f->sentence, "some"))
		return "it is told of all, or as certain";
	return NULL;
}

static struct scenario s;

static void run_case(uint64_t seed, struct told *told)
{
	struct sn_rng rng;
	struct world w;
	struct sn_buf lines = {0}, text = {0};
	struct sonde_findings findings = {0};
	uint64_t silent = 0;
	sn_rng_init(&rng, seed, 0);
	draw(&rng, &w);
	for (unsigned hop = 1; hop < w.hops; hop++)
		silent |= w.silent[hop] ? UINT64_C(1) << hop : 0;
	put_lines(&w, &lines);
	sn_net_chain_text(&(struct sn_net_chain){.hops = w.hops, .silent = silent, .more = sn_buf_text(&lines)}, &text);
	scenario_init(&s);
	s.method = w.method;
	s.family = w.family;
	s.seed = seed;
	s.net = sn_buf_text(&text);
	s.cfg.queries = w.fault->percent ? 3 : 2;
	s.cfg.tos = w.fault->tos;
	s.cfg.flow_label = 0x54321;
	assert_int_equal(sonde_path_new(&s.path), SONDE_OK);
	scenario_run(&s);
	const struct sonde_path *path = s.path;
	const struct sonde_case about = {.paths = &path, .path_count = 1, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, &findings), SONDE_OK);
	const char *wrong = w.fault->percent ? judge_share(&w, path, &findings, told) : judge(&w, &findings);
	if (wrong)
		fail_msg("seed %llu, %s over IPv%u, %s at r%u: %s\n%s\n%s", (unsigned long long)seed, w.method, (unsigned)w.family,
		         w.fault->change ? w.fault->change : "nothing", w.at, wrong, sn_buf_text(&lines), s.net);
	unsigned before, behind, confirming;
	truth(&w, &before, &behind, &confirming);
	told->whole += w.fault->id && behind && !w.fault->percent;
	sonde_findings_finish(&findings);
	sonde_path_free(s.path);
	sn_buf_finish(&lines);
	sn_buf_finish(&text);
}

static void trace_net(uint64_t seed, const char *net, struct sonde_findings *findings)
{
	scenario_init(&s);
	s.method = "udp";
	s.family = 4;
	s.seed = seed;
	s.net = net;
	s.cfg.queries = 3;
	s.cfg.tos = 0xb8;
	assert_int_equal(sonde_path_new(&s.path), SONDE_OK);
	scenario_run(&s);
	const struct sonde_path *path = s.path;
	const struct sonde_case about = {.paths = &path, .path_count = 1, .host = "target"};
	assert_int_equal(sonde_diagnose(&about, findings), SONDE_OK);
}

/* One of two branches rewrites: flow by flow it is all of a trace's probes or none, packet by packet some of them. */
static void a_branch_that_rewrites_is_told_as_it_is_balanced(void **unused)
{
	(void)unused;
	enum { SEEDS = 60, MEETS_TTL = 3 };
	unsigned whole = 0, none = 0, share = 0;
	for (unsigned seed = 1; seed <= 2 * SEEDS; seed++) {
		bool by_packet = seed > SEEDS;
		struct sn_buf net = {0};
		struct sonde_findings findings = {0};
		sn_buf_printf(&net, "observer me\nrouter r1 a b r3 r4\nhost target\nlink me r1 10.1.0.1/24 10.1.0.2/24\n"
		                    "link r1 a 10.2.0.1/24 10.2.0.2/24\nlink r1 b 10.3.0.1/24 10.3.0.2/24\n"
		                    "link a r3 10.4.0.1/24 10.4.0.2/24\n"
		                    "link b r3 10.5.0.1/24 10.5.0.2/24\nlink r3 r4 10.6.0.1/24 10.6.0.2/24\n"
		                    "link r4 target 10.7.0.1/24 10.7.0.2/24\nroute r1 10.7.0.0/24 via a,b balance=%s\n"
		                    "rewrite a dscp=0 from=r1\n",
		              by_packet ? "packet" : "flow");
		trace_net(seed, sn_buf_text(&net), &findings);
		const struct sonde_finding *f = sonde_findings_get(&findings, 0, "dscp-rewritten");
		struct copies all = copies_from(s.path, SONDE_FIELD_DSCP, 1);
		bool some = f && evidence(f, "copies_seen") > 0;
		if (f && f->last_ttl < MEETS_TTL)
			fail_msg("seed %u: %s", seed, f->sentence);
		if (some != (f && all.mixed))
			fail_msg("seed %u: %u of %u copies: %s", seed, all.changed, all.seen, f ? f->sentence : "nothing is told");
		if (!by_packet && !f != !all.changed)
			fail_msg("seed %u: %u copies are changed", seed, all.changed);
		share += some;
		whole += f && !by_packet;
		none += !f && !by_packet;
		sonde_findings_finish(&findings);
		sonde_path_free(s.path);
		sn_buf_finish(&net);
	}
	print_message("%u and %u flow by flow, %u packet by packet\n", whole, none, share);
	assert_true(whole > SEEDS / 4 && none > SEEDS / 4 && share > SEEDS / 2);
}

static void what_is_found_is_what_was_done(void **unused)
{
	(void)unused;
	const char *only = getenv("SONDE_TRUTH_SEED"), *cases = getenv("SONDE_TRUTH_CASES");
	struct told told = {0};
	uint64_t count = cases ? strtoull(cases, NULL, 10) : CASES;
	if (only)
		run_case(strtoull(only, NULL, 10), &told);
	for (uint64_t seed = 1; !only && seed <= count; seed++)
		run_case(seed, &told);
	print_message("%u of all, %u of a share: %u visibly, %u told, %u by chance as if of all\n", told.whole, told.share_worlds,
	              told.share_visible, told.share, told.by_chance);
	/* Many cases must be such that something can be told, or the test would show little. */
	assert_true(only || (told.whole > count / 4 && told.share > told.share_visible / 2 && told.by_chance < told.share_worlds / 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_found_is_what_was_done),
		cmocka_unit_test(a_branch_that_rewrites_is_told_as_it_is_balanced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
