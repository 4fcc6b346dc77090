/* SPDX-License-Identifier: MIT */
/* Routers' limits against loss of the path: how often what is said of paths drawn at random is wrong. */
#include "judged.h"

#include "base/rng.h"

static struct judged j;

struct truth {
	uint8_t hops;
	unsigned queries;
	unsigned lossy_link;  /* hop behind it; 0: none */
	unsigned loss;        /* percent of round trips */
	unsigned limited;     /* hop; 0: none */
	unsigned limit;       /* percent that it answers */
};

static struct truth draw(struct sn_rng *rng, bool lossy, bool limited)
{
	static const uint8_t queries[] = {1, 3, 4, 10, 20, 40, 100};
	struct truth t = {.hops = (uint8_t)(2 + sn_rng_below(rng, 24)), .queries = queries[sn_rng_below(rng, sizeof queries)]};
	if (lossy) {
		t.lossy_link = 1 + (unsigned)sn_rng_below(rng, t.hops);
		t.loss = 1 + (unsigned)sn_rng_below(rng, 60);
	}
	if (limited) {
		t.limited = 1 + (unsigned)sn_rng_below(rng, t.hops - 1u);
		t.limit = 5 + (unsigned)sn_rng_below(rng, 80);
	}
	return t;
}

static void judge(struct sn_rng *rng, const struct truth *t)
{
	judged_start(&j, "icmp", (uint8_t)t->queries);
	for (uint8_t ttl = 1; ttl <= t->hops; ttl++) {
		unsigned answered = 0;
		for (unsigned q = 0; q < t->queries; q++) {
			bool lost = t->lossy_link && ttl >= t->lossy_link && sn_rng_below(rng, 100) < t->loss;
			bool refused = t->limited == ttl && sn_rng_below(rng, 100) >= t->limit;
			answered += !lost && !refused;
		}
		judged_hop(&j, ttl, ttl == t->hops ? SONDE_M_ECHO_REPLY : SONDE_M_TIME_EXCEEDED, answered, t->queries - answered);
	}
	judged_end(&j, t->hops, t->hops);
}

/* What was decided. */
struct score {
	unsigned runs, loss_said, loss_wrong, place_wrong, limit_said, limit_wrong, undecided;
};

static void add_score(struct score *s, const struct truth *t)
{
	s->runs++;
	for (size_t i = 0; i < j.findings.count; i++) {
		const struct sonde_finding *f = &j.findings.items[i];
		bool loss = strcmp(f->rule->id, "path-loss") == 0, limit = strcmp(f->rule->id, "rate-limited-hop") == 0;
		if ((loss || limit) && f->confidence == SONDE_CONFIDENCE_UNDECIDED) {
			s->undecided++;
		} else if (loss) {
			unsigned last_good = (unsigned)f->evidence[0].value, first_bad = (unsigned)f->evidence[1].value;
			s->loss_said++;
			s->loss_wrong += !t->lossy_link;
			s->place_wrong += t->lossy_link && (t->lossy_link <= last_good || t->lossy_link > first_bad);
		} else if (limit) {
			s->limit_said++;
			s->limit_wrong += f->first_ttl != t->limited || f->last_ttl != t->limited;
		}
	}
}

static struct score play(uint64_t seed, bool lossy, bool limited)
{
	struct sn_rng rng;
	struct score s = {0};
	sn_rng_init(&rng, seed, 0);
	for (unsigned i = 0; i < 3000; i++) {
		struct truth t = draw(&rng, lossy, limited);
		judge(&rng, &t);
		add_score(&s, &t);
	}
	print_message("%u: loss %u, wrong %u, place wrong %u; limits %u, wrong %u; undecided %u\n", s.runs, s.loss_said, s.loss_wrong,
	              s.place_wrong, s.limit_said, s.limit_wrong, s.undecided);
	return s;
}

static void where_all_is_well_nothing_is_said(void **unused)
{
	(void)unused;
	struct score s = play(1, false, false);
	assert_true(s.loss_said + s.limit_said + s.undecided == 0);
}

static void a_limiter_is_no_loss(void **unused)
{
	(void)unused;
	struct score s = play(2, false, true);
	assert_int_equal(s.loss_said, 0);
	assert_int_equal(s.limit_wrong, 0);
	assert_true(s.limit_said > 1000);
}

static void loss_is_no_limiter(void **unused)
{
	(void)unused;
	struct score s = play(3, true, false);
	assert_true(s.loss_said > 1000);
	assert_int_equal(s.limit_wrong, 0);
	assert_in_range(s.place_wrong, 0, s.loss_said / 100);
}

static void both_are_told_apart(void **unused)
{
	(void)unused;
	struct score s = play(4, true, true);
	assert_true(s.loss_said > 1000 && s.limit_said > 800);
	assert_int_equal(s.limit_wrong, 0);
	/* a limiter on the very hop before the loss that leaves out about as many as get lost cannot be told from it */
	assert_in_range(s.place_wrong, 0, s.loss_said / 15);
}

static int finish(void **unused)
{
	(void)unused;
	judged_finish(&j);
	return 0;
}

/* One is named on the command line, as each takes a while. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_all_is_well_nothing_is_said),
		cmocka_unit_test(a_limiter_is_no_loss),
		cmocka_unit_test(loss_is_no_limiter),
		cmocka_unit_test(both_are_told_apart),
	};
	for (size_t i = 0; argc > 1 && i < sizeof tests / sizeof *tests; i++)
		if (strcmp(tests[i].name, argv[1]) == 0) {
			const struct CMUnitTest only[] = {tests[i]};
			return cmocka_run_group_tests(only, NULL, finish);
		}
	return 2;
}
