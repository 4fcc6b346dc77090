/* SPDX-License-Identifier: MIT */
/* What is rewritten in some of the probes only is told of some, with how many; where few copies allow several readings, nothing is. */
#include "copies.h"

static struct judged j;

/* Copies of a hop, one a letter: "c" changed, "u" as sent. */
static void hop(uint8_t ttl, const char *copies)
{
	for (; *copies; copies++)
		copied(&j, ttl, *copies == 'c' ? changed(SONDE_FIELD_DSCP, 46, 0) : true_copy());
}

/* A trace of such hops, in order, with a silent target. */
static void trace(uint8_t queries, const char *const *hops)
{
	uint8_t ttl = 0;
	judged_start(&j, "udp", queries);
	for (; *hops; hops++)
		hop(++ttl, *hops);
	made_lost(&j.m, (uint8_t)(ttl + 1));
	judged_end(&j, 0, ttl);
}

static double evidence(const struct sonde_finding *f, const char *key)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strcmp(f->evidence[i].key, key) == 0)
			return f->evidence[i].value;
	return -1;
}

static void is_share(uint8_t first_ttl, uint8_t last_ttl, unsigned changed_count, unsigned of_count)
{
	const struct sonde_finding *f = judged_only(&j, "dscp-rewritten");
	assert_int_equal(f->first_ttl, first_ttl);
	assert_int_equal(f->last_ttl, last_ttl);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
	assert_int_equal((int)evidence(f, "copies_changed"), changed_count);
	assert_int_equal((int)evidence(f, "copies_seen"), of_count);
}

static void a_share_is_told_with_its_number(void **unused)
{
	(void)unused;
	trace(3, (const char *const[]){"uuu", "uuu", "uuu", "uuu", "uuu", "uuu", "cuc", "ucu", "ccu", NULL});
	is_share(3, 7, 5, 9);
	assert_string_equal(judged_only(&j, "dscp-rewritten")->sentence,
	                    "The DSCP of some of the probes (5 of 9 copies), 46 when they were sent, is 0 from hop 7 (10.0.7.1) on: it was "
	                    "rewritten between hop 3 (10.0.3.1) and hop 7 (10.0.7.1).");
}

/* Hops in front of the first change that were spared by chance may stand behind the rewriter. */
static void the_place_is_as_wide_as_chance(void **unused)
{
	(void)unused;
	trace(3, (const char *const[]){"uuu", "ucu", "cuc", NULL});
	is_share(2, 2, 3, 6);
	trace(3, (const char *const[]){"uuu", "uuu", "uuu", "uuu", "ccu", "ccc", "ccu", NULL});
	is_share(3, 5, 7, 9);
}

/* A hop that now and then shows another copy than it got, in front of many that all show the change. */
static void one_hop_with_both_kinds_is_no_share(void **unused)
{
	(void)unused;
	trace(3, (const char *const[]){"uuu", "cuu", "ccc", "ccc", "ccc", NULL});
	const struct sonde_finding *f = judged_only(&j, "dscp-rewritten");
	assert_int_equal(f->first_ttl, 1);
	assert_int_equal(f->last_ttl, 3);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_CERTAIN);
	assert_null(strstr(f->sentence, "some"));
}

/* … or that is two routers, where two ways of one length meet. */
static void one_hop_of_two_ways_is_no_share(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 3);
	hop(1, "uuu");
	hop(2, "uu");
	copied_by(&j, 2, "10.0.2.2", SONDE_M_TIME_EXCEEDED, changed(SONDE_FIELD_DSCP, 46, 0), false);
	hop(3, "ccc");
	hop(4, "ccc");
	made_lost(&j.m, 5);
	judged_end(&j, 0, 4);
	const struct sonde_finding *f = judged_only(&j, "dscp-rewritten");
	assert_int_equal(f->first_ttl, 1);
	assert_int_equal(f->last_ttl, 3);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_CERTAIN);
}

static void too_few_copies_say_nothing(void **unused)
{
	(void)unused;
	trace(2, (const char *const[]){"uu", "cu", "uu", "uu", NULL});
	judged_none(&j, "dscp-rewritten");
	trace(2, (const char *const[]){"uu", "uu", "cu", NULL});
	judged_none(&j, "dscp-rewritten");
	/* single copies, now so, now so: bad ones, or a share */
	trace(1, (const char *const[]){"u", "c", "u", "c", "u", "c", NULL});
	judged_none(&j, "dscp-rewritten");
	trace(1, (const char *const[]){"u", "c", "c", "u", "u", "c", "c", "c", NULL});
	judged_none(&j, "dscp-rewritten");
}

/* Two new values are two rewritings, never a share of one. */
static void several_values_are_no_share(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 2);
	hop(1, "uu");
	for (uint8_t ttl = 2; ttl <= 5; ttl++) {
		copied(&j, ttl, changed(SONDE_FIELD_DSCP, 46, ttl < 4 ? 10 : 0));
		copied(&j, ttl, changed(SONDE_FIELD_DSCP, 46, ttl < 4 ? 10 : 0));
	}
	made_lost(&j.m, 6);
	judged_end(&j, 0, 5);
	for (size_t i = 0; i < j.findings.count; i++)
		assert_true(evidence(&j.findings.items[i], "copies_seen") < 0);
	assert_non_null(sonde_findings_get(&j.findings, 0, "dscp-rewritten"));
}

static int finish(void **unused)
{
	(void)unused;
	judged_finish(&j);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_told_with_its_number),
		cmocka_unit_test(the_place_is_as_wide_as_chance),
		cmocka_unit_test(one_hop_with_both_kinds_is_no_share),
		cmocka_unit_test(one_hop_of_two_ways_is_no_share),
		cmocka_unit_test(too_few_copies_say_nothing),
		cmocka_unit_test(several_values_are_no_share),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
