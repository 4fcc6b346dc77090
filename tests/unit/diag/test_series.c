/* SPDX-License-Identifier: MIT */
/* Traces made one after the other: what none of them shows by itself, their rows show together. */
#include "judged.h"

enum { TRACES = 12, QUERIES = 3, DISTANCE = 5 };

struct series {
	struct judged each[TRACES];
	const struct sonde_path *paths[TRACES];
	size_t count;
	struct sonde_findings findings;
};

static struct series s;

static struct judged *begin(void)
{
	struct judged *j = &s.each[s.count];
	judged_start(j, "icmp", QUERIES);
	return j;
}

static void end(uint8_t distance, uint8_t last_answering_ttl)
{
	judged_end(&s.each[s.count], distance, last_answering_ttl);
	s.paths[s.count] = s.each[s.count].path;
	s.count++;
}

/* A trace that reaches the target behind four routers, each of which leaves as many of its three probes. */
static void one(unsigned lost_at_2, unsigned lost_from_3)
{
	struct judged *j = begin();
	judged_hop(j, 1, SONDE_M_TIME_EXCEEDED, QUERIES, 0);
	judged_hop(j, 2, SONDE_M_TIME_EXCEEDED, QUERIES - lost_at_2, lost_at_2);
	judged_hop(j, 3, SONDE_M_TIME_EXCEEDED, QUERIES - lost_from_3, lost_from_3);
	judged_hop(j, 4, SONDE_M_TIME_EXCEEDED, QUERIES - lost_from_3, lost_from_3);
	judged_hop(j, DISTANCE, SONDE_M_ECHO_REPLY, QUERIES - lost_from_3, lost_from_3);
	end(DISTANCE, DISTANCE);
}

static void judge(void)
{
	const struct sonde_case about = {.paths = s.paths, .path_count = s.count, .host = "host"};
	assert_int_equal(sonde_diagnose_series(&about, &s.findings), SONDE_OK);
}

static int finish(void **unused)
{
	(void)unused;
	sonde_findings_finish(&s.findings);
	for (size_t i = 0; i < TRACES; i++)
		judged_finish(&s.each[i]);
	s = (struct series){0};
	return 0;
}

static const struct sonde_finding *found(const char *id)
{
	return sonde_findings_get(&s.findings, 0, id);
}

static double evidence(const struct sonde_finding *f, const char *key)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (strcmp(f->evidence[i].key, key) == 0)
			return f->evidence[i].value;
	fail_msg("no %s", key);
	return 0;
}

static void a_limiter_shows_in_the_sum(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < TRACES; i++)
		one(2, 0);
	assert_int_equal(sonde_findings_get(&s.each[0].findings, 0, "rate-limited-hop")->confidence, SONDE_CONFIDENCE_UNDECIDED);
	judge();
	const struct sonde_finding *f = found("rate-limited-hop");
	assert_non_null(f);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
	assert_int_equal(f->first_ttl, 2);
	assert_true(evidence(f, "probes_asked") == TRACES * QUERIES && evidence(f, "probes_answered") == TRACES);
	assert_null(found("path-loss"));
}

static void loss_of_the_path_shows_in_the_sum(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < TRACES; i++)
		one(0, 1);
	judge();
	const struct sonde_finding *f = found("path-loss");
	assert_non_null(f);
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
	assert_true(evidence(f, "last_good_hop") == 2 && evidence(f, "first_bad_hop") == 3);
	assert_null(found("rate-limited-hop"));
}

static void nothing_is_said_of_a_sound_path(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < TRACES; i++)
		one(0, 0);
	judge();
	assert_int_equal(s.findings.count, 1);
	assert_string_equal(s.findings.items[0].rule->id, "reached");
	assert_true(evidence(&s.findings.items[0], "traces") == TRACES);
	/* what was so each time is said as of one */
	assert_string_equal(s.findings.items[0].sentence, "Reached 192.0.2.9 in 5 hops.");
}

static void what_happened_now_and_then_says_how_often(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++)
		one(0, 0);
	for (size_t i = 0; i < 2; i++) {
		judged_hop(begin(), 1, SONDE_M_TIME_EXCEEDED, QUERIES, 0);
		judged_hop(&s.each[s.count], 2, SONDE_M_TIME_EXCEEDED, 0, QUERIES);
		end(0, 1);
	}
	judge();
	const struct sonde_finding *f = found("stops-silent");
	assert_non_null(f);
	assert_true(evidence(f, "traces") == 2);
	assert_true(strncmp(f->sentence, "In 2 of 5 traces: ", 18) == 0);
	assert_true(strncmp(found("reached")->sentence, "In 3 of 5 traces: ", 18) == 0);
	assert_true(f > found("reached")); /* in the order of the rules */
}

/* Behind hop 4 nothing answered but the target itself, at TTL 255. */
static void one_beyond(void)
{
	struct judged *j = begin();
	for (uint8_t ttl = 1; ttl < DISTANCE; ttl++)
		judged_hop(j, ttl, SONDE_M_TIME_EXCEEDED, QUERIES, 0);
	judged_hop(j, DISTANCE, SONDE_M_ECHO_REPLY, 0, QUERIES);
	judged_by_end(j, (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = DISTANCE, .last_answering_ttl = DISTANCE - 1,
	                                          .ttl255_asked = true, .ttl255 = SONDE_M_ECHO_REPLY});
	s.paths[s.count] = j->path;
	s.count++;
}

/* Where other traces reached the target, a way that is too long for one is none: its answers were missing. */
static void what_others_reached_is_not_too_far(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 3; i++)
		one(0, 0);
	one_beyond();
	judged_only(&s.each[3], "ttl-too-small"); /* alone it is */
	judge();
	assert_null(found("ttl-too-small"));
	const struct sonde_finding *f = found("stops-silent");
	assert_non_null(f);
	assert_string_equal(f->sentence, "In 1 of 4 traces: Answers stop after hop 4 (10.0.4.1): hop 5 left 3 probes unanswered; yet the "
	                                 "target answers a probe at TTL 255 (echo-reply). At other times the target was reached: the "
	                                 "answers were lost, or nobody gave them.");
	assert_string_equal(f->next, "");
}

/* Where none did, the way is too long each time. */
static void what_nobody_reached_is_too_far(void **unused)
{
	(void)unused;
	one_beyond();
	one_beyond();
	judge();
	assert_non_null(found("ttl-too-small"));
	assert_null(found("stops-silent"));
}

/* A trace that gets packets for which it has no probe, from a port of its own. */
static void one_with_strays(uint16_t sport, uint32_t forged_count)
{
	struct judged *j = begin();
	struct sonde_event_probe probe = {.token = 100, .ttl = 1, .sport = sport};
	made_event(&j->m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = probe});
	made_answer(&j->m, SONDE_EV_REPLY, probe, "192.0.2.9", SONDE_M_SYN_ACK, 400);
	j->m.next_token = 1; /* as many probes */
	judged_by_end(j, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1,
	                                          .last_answering_ttl = 1, .forged_count = forged_count});
	s.paths[s.count] = j->path;
	s.count++;
}

/* The trace before asked from that port a moment ago: what is late of it is no forgery. */
static void late_answers_to_the_trace_before_are_not_forged(void **unused)
{
	(void)unused;
	one_with_strays(40000, 1);
	one_with_strays(40000, 1);
	judge();
	const struct sonde_finding *f = found("stray-replies");
	assert_non_null(f);
	assert_non_null(strstr(f->sentence, "a late answer to an earlier trace of this run"));
	assert_null(strstr(f->sentence, "forged"));
	assert_int_equal(f->confidence, SONDE_CONFIDENCE_LIKELY);
	finish(NULL);
	one_with_strays(40000, 1);
	one_with_strays(40001, 1);
	judge();
	assert_non_null(strstr(found("stray-replies")->sentence, "forged"));
	finish(NULL);
	/* nor are more of them late than were asked */
	one_with_strays(40000, 1);
	one_with_strays(40000, 2);
	judge();
	assert_non_null(strstr(found("stray-replies")->sentence, "forged"));
}

/* A way that was longer once is not laid upon the others: its hop 5 is a router. */
static void only_ways_of_one_length_are_added(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < TRACES - 1; i++)
		one(0, 0);
	struct judged *j = begin();
	for (uint8_t ttl = 1; ttl <= DISTANCE; ttl++)
		judged_hop(j, ttl, SONDE_M_TIME_EXCEEDED, 1, QUERIES - 1);
	judged_hop(j, DISTANCE + 1, SONDE_M_ECHO_REPLY, QUERIES, 0);
	end(DISTANCE + 1, DISTANCE + 1);
	judge();
	assert_null(found("rate-limited-hop"));
	assert_null(found("path-loss"));
}

static void no_path_is_no_series(void **unused)
{
	(void)unused;
	const struct sonde_case about = {.paths = s.paths, .path_count = 0, .host = "host"};
	assert_int_equal(sonde_diagnose_series(&about, &s.findings), SONDE_E_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_limiter_shows_in_the_sum, finish),
	    cmocka_unit_test_teardown(loss_of_the_path_shows_in_the_sum, finish),
	    cmocka_unit_test_teardown(nothing_is_said_of_a_sound_path, finish),
	    cmocka_unit_test_teardown(what_happened_now_and_then_says_how_often, finish),
	    cmocka_unit_test_teardown(what_others_reached_is_not_too_far, finish),
	    cmocka_unit_test_teardown(what_nobody_reached_is_too_far, finish),
	    cmocka_unit_test_teardown(late_answers_to_the_trace_before_are_not_forged, finish),
	    cmocka_unit_test_teardown(only_ways_of_one_length_are_added, finish),
	    cmocka_unit_test_teardown(no_path_is_no_series, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
