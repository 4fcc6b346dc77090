/* SPDX-License-Identifier: MIT */
/* How well a path does, by times and TTLs: what is said of made paths, and that chance says nothing. */
#include "judged.h"

#include "base/rng.h"

static struct judged j;

static void is_said(const char *id, enum sonde_confidence confidence, const char *sentence)
{
	const struct sonde_finding *f = judged_only(&j, id);
	assert_string_equal(f->sentence, sentence);
	assert_int_equal(f->confidence, confidence);
	assert_int_equal(f->exit_status, 0);
}

/* ---- times ---- */

/* Each hop answers twice, the second time half a millisecond later; ms 0: it is silent. */
static void timed(const unsigned *ms, uint8_t hops)
{
	char router[SONDE_ADDR_TEXT];
	judged_start(&j, "icmp", 2);
	for (uint8_t ttl = 1; ttl <= hops; ttl++)
		for (unsigned i = 0; i < 2; i++) {
			if (!ms[ttl - 1])
				made_lost(&j.m, ttl);
			else
				made_hop(&j.m, ttl, ttl == hops ? "192.0.2.9" : judged_router(ttl, router),
				         ttl == hops ? SONDE_M_ECHO_REPLY : SONDE_M_TIME_EXCEEDED, 1000 * ms[ttl - 1] + 500 * i);
		}
	judged_end(&j, hops, hops);
}

static void a_slow_router_is_no_slow_path(void **unused)
{
	(void)unused;
	timed((const unsigned[]){2, 5, 67, 12, 14}, 5);
	is_said("slow-to-answer", SONDE_CONFIDENCE_POSSIBLE,
	        "Hop 3 (10.0.3.1) took at least 67 ms to answer, hop 4 behind it only 12 ms: it is slow to answer, and does not delay what "
	        "it forwards.");
	assert_int_equal(judged_only(&j, "slow-to-answer")->first_ttl, 3);
	judged_none(&j, "latency-step");
	/* a little more is nothing, and neither is much of little or a small part of much */
	timed((const unsigned[]){2, 5, 14, 12, 14}, 5);
	judged_well(&j);
	timed((const unsigned[]){2, 2, 11, 2, 2}, 5);
	judged_well(&j);
	timed((const unsigned[]){90, 95, 118, 100, 100}, 5);
	judged_well(&j);
	/* the last one has nobody behind it */
	timed((const unsigned[]){2, 5, 6, 12, 25}, 5);
	judged_well(&j);
}

static void one_answer_is_no_proof_of_slowness(void **unused)
{
	(void)unused;
	char router[SONDE_ADDR_TEXT];
	judged_start(&j, "icmp", 1);
	for (uint8_t ttl = 1; ttl <= 4; ttl++)
		made_hop(&j.m, ttl, judged_router(ttl, router), SONDE_M_TIME_EXCEEDED, ttl == 2 ? 90000 : 1000);
	made_hop(&j.m, 5, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	judged_end(&j, 5, 5);
	judged_well(&j);
}

static void many_slow_routers_take_few_words(void **unused)
{
	(void)unused;
	timed((const unsigned[]){2, 70, 71, 72, 73, 74, 10}, 7);
	assert_int_equal(j.findings.count, 5);
	assert_string_equal(j.findings.items[4].sentence, "2 more hops, from hop 5 on, are slow to answer as well.");
	timed((const unsigned[]){2, 70, 71, 72, 73, 10}, 6);
	assert_string_equal(j.findings.items[4].sentence, "Hop 5 is slow to answer as well.");
}

static void a_step_that_stays_is_told(void **unused)
{
	(void)unused;
	timed((const unsigned[]){2, 5, 85, 87, 90}, 5);
	is_said("latency-step", SONDE_CONFIDENCE_CERTAIN,
	        "Between hop 2 (10.0.2.1) and hop 3 (10.0.3.1) the round trip grows by 80 ms, of 90 ms to the end.");
	/* over silence, and past a router that is slow itself */
	timed((const unsigned[]){2, 5, 0, 280, 127, 130}, 6);
	is_said("latency-step", SONDE_CONFIDENCE_CERTAIN,
	        "Between hop 2 (10.0.2.1) and hop 5 (10.0.5.1) the round trip grows by 122 ms, of 130 ms to the end.");
	assert_int_equal(judged_only(&j, "slow-to-answer")->first_ttl, 4);
	/* three links of 27 ms are none */
	timed((const unsigned[]){2, 5, 0, 0, 87, 90}, 6);
	judged_well(&j);
	/* what does not stay, is short, or a small part */
	timed((const unsigned[]){2, 5, 29, 31, 33}, 5);
	judged_well(&j);
	timed((const unsigned[]){60, 90, 120, 150, 181}, 5);
	judged_well(&j);
	timed((const unsigned[]){2, 60, 5, 7, 9}, 5);
	judged_none(&j, "latency-step");
}

/* The last router asks three seconds for the target's link address, and then says that it is not there. */
static void a_late_refusal_is_no_long_way(void **unused)
{
	(void)unused;
	char router[SONDE_ADDR_TEXT];
	judged_start(&j, "icmp", 3);
	for (uint8_t ttl = 1; ttl <= 4; ttl++)
		for (unsigned q = 0; q < 3; q++)
			made_hop(&j.m, ttl, judged_router(ttl < 4 ? ttl : 3, router),
			         ttl < 4 ? SONDE_M_TIME_EXCEEDED : SONDE_M_HOST_UNREACHABLE, ttl < 4 ? 1000 * ttl : 3050000);
	struct sonde_event_end end = {.stop = SONDE_STOP_UNREACHABLE, .last_ttl = 4, .last_answering_ttl = 4, .by_ttl = 4};
	end.by = addr_of("10.0.3.1");
	end.why = SONDE_M_HOST_UNREACHABLE;
	judged_by_end(&j, end);
	judged_none(&j, "latency-step");
	judged_only(&j, "host-unreachable");
}

/* Chance: each link adds up to so much on each way, anew for each packet. */
static void jitter_gives_no_alarm(void **unused)
{
	(void)unused;
	struct sn_rng rng;
	char router[SONDE_ADDR_TEXT];
	sn_rng_init(&rng, 21, 0);
	for (unsigned run = 0; run < 3000; run++) {
		uint8_t hops = (uint8_t)(2 + sn_rng_below(&rng, 24)), queries = (uint8_t)(1 + sn_rng_below(&rng, 6));
		unsigned jitter_us = 1 + (unsigned)sn_rng_below(&rng, 40000);
		judged_start(&j, "icmp", queries);
		for (uint8_t ttl = 1; ttl <= hops; ttl++)
			for (unsigned q = 0; q < queries; q++) {
				unsigned us = 500u * ttl;
				for (unsigned link = 0; link < 2u * ttl; link++)
					us += (unsigned)sn_rng_below(&rng, jitter_us);
				made_hop(&j.m, ttl, ttl == hops ? "192.0.2.9" : judged_router(ttl, router),
				         ttl == hops ? SONDE_M_ECHO_REPLY : SONDE_M_TIME_EXCEEDED, us);
			}
		judged_end(&j, hops, hops);
		judged_none(&j, "slow-to-answer");
	}
}

/* ---- TTLs ---- */

static void replied(uint8_t ttl, bool target, uint8_t reply_ttl)
{
	char router[SONDE_ADDR_TEXT];
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&j.m, ttl)};
	event.as.answer = (struct sonde_event_answer){.from = addr_of(target ? "192.0.2.9" : judged_router(ttl, router)),
	                                              .in_targets_name = target, .rtt_ns = SONDE_MS, .match_bits = 48,
	                                              .reply_ttl = reply_ttl};
	event.as.answer.meaning = target ? SONDE_M_ECHO_REPLY : SONDE_M_TIME_EXCEEDED;
	made_event(&j.m, event);
}

/* The TTL that each hop's answer arrived with. */
static void returned(const uint8_t *reply_ttls, uint8_t hops)
{
	judged_start(&j, "icmp", 1);
	for (uint8_t ttl = 1; ttl <= hops; ttl++)
		replied(ttl, ttl == hops, reply_ttls[ttl - 1]);
	judged_end(&j, hops, hops);
}

static void a_longer_way_back_is_told(void **unused)
{
	(void)unused;
	returned((const uint8_t[]){64, 63, 60, 59, 58}, 5);
	is_said("asymmetric-return", SONDE_CONFIDENCE_POSSIBLE,
	        "From hop 3 (10.0.3.1) on the way back is 2 hops longer than the way there, by the TTL of 3 hops' answers.");
	assert_string_equal(judged_only(&j, "asymmetric-return")->otherwise, "these hops let their TTL begin at 62");
	returned((const uint8_t[]){64, 254, 60, 250, 58}, 5);
	is_said("asymmetric-return", SONDE_CONFIDENCE_LIKELY,
	        "From hop 3 (10.0.3.1) on the way back is 2 hops longer than the way there, by the TTL of 3 hops' answers.");
}

static void odd_beginnings_are_no_detours(void **unused)
{
	(void)unused;
	static const uint8_t none[][5] = {
		{64, 63, 62, 61, 60},      /* as it should be */
		{64, 254, 126, 61, 251},   /* several beginnings */
		{255, 254, 253, 252, 124}, /* the same */
		{64, 63, 62, 61, 50},      /* one hop alone */
		{64, 63, 58, 61, 60},      /* … in the middle */
		{60, 59, 58, 57, 56},      /* all begin at 60 */
		{64, 63, 58, 57, 56},      /* those from the third on do */
		{64, 63, 30, 29, 28},      /* … or at 32 */
		{64, 63, 62, 58, 55},      /* two that do not agree */
		{64, 63, 0, 0, 59},        /* unknown */
		{62, 61, 60, 59, 58},      /* nothing shows a way as long there as back */
		{64, 63, 20, 19, 18},      /* no way is so long */
		{64, 63, 63, 62, 61},      /* shorter */
	};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		returned(none[i], 5);
		judged_well(&j);
	}
}

/* Each node begins at one of the common values, and one of them at any: nothing follows. */
static void beginnings_at_random_are_no_detours(void **unused)
{
	(void)unused;
	static const uint8_t starts[] = {64, 128, 255};
	struct sn_rng rng;
	sn_rng_init(&rng, 22, 0);
	for (unsigned run = 0; run < 3000; run++) {
		uint8_t reply_ttls[24], hops = (uint8_t)(3 + sn_rng_below(&rng, 20)), odd = (uint8_t)(1 + sn_rng_below(&rng, hops));
		for (uint8_t ttl = 1; ttl <= hops; ttl++) {
			uint8_t start = ttl == odd ? (uint8_t)(30 + sn_rng_below(&rng, 226)) : starts[sn_rng_below(&rng, 3)];
			reply_ttls[ttl - 1] = (uint8_t)(start - ttl + 1);
		}
		returned(reply_ttls, hops);
		judged_well(&j);
	}
}

static void forged(const char *method, uint32_t count, const char *sentence)
{
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	judged_start(&j, method, 1);
	made_end(&j.m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .stray_count = 900, .forged_count = count});
	assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
	if (sentence)
		is_said("stray-replies", SONDE_CONFIDENCE_POSSIBLE, sentence);
	else
		judged_none(&j, "stray-replies");
}

/* How many came beside those that were looked at, where there were such; a buffer that overflowed is no finding of its own then. */
static void a_flood_of_forgeries_is_told_as_large_as_it_was(void **unused)
{
	(void)unused;
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	judged_start(&j, "udp", 1);
	made_end(&j.m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .stray_count = 900, .forged_count = 800,
	                                        .unread_count = 2500000});
	assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
	const struct sonde_finding *f = judged_only(&j, "stray-replies");
	assert_non_null(strstr(f->sentence, "none of them was believed. 2500000 more packets came faster than they could "
	                                         "be read; no answer"));
	assert_int_equal(f->evidence[1].value, 2500000);
	judged_none(&j, "local-overflow");
}

static void forgeries_are_told_and_other_people_s_packets_are_not(void **unused)
{
	(void)unused;
	forged("udp", 0, NULL);
	forged("icmp", 1,
	       "1 packet came that names this trace's echo id and target and fits none of its probes: forged, or "
	       "rewritten on the way; it was not believed.");
	forged("tcp", 12,
	       "12 packets came that name this trace's ports and target and fit none of its probes: forged, or rewritten on "
	       "the way; none of them was "
	       "believed.");
}

static void damaged(uint32_t count, uint8_t first_ttl, uint8_t last_ttl, const char *sentence)
{
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	judged_start(&j, "tcp", 1);
	made_end(&j.m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true,
	                                        .damaged = {.count = count, .first_ttl = first_ttl, .last_ttl = last_ttl}});
	assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
	if (!sentence) {
		judged_none(&j, "answers-damaged");
		return;
	}
	is_said("answers-damaged", SONDE_CONFIDENCE_CERTAIN, sentence);
	const struct sonde_finding *f = judged_only(&j, "answers-damaged");
	assert_int_equal(f->first_ttl, first_ttl);
	assert_int_equal(f->last_ttl, last_ttl);
	assert_int_equal(f->evidence[0].value, count);
}

static void damaged_answers_are_told_with_the_hops_that_look_silent(void **unused)
{
	(void)unused;
	damaged(0, 0, 0, NULL);
	damaged(1, 0, 0, "1 answer to probes of this trace came damaged: its checksum is wrong, so it was not believed.");
	damaged(2, 4, 4,
	        "2 answers to probes of this trace came damaged: their checksums are wrong, so they were not believed. What was "
	        "asked of hop 4 was answered so: it is not as silent as it looks.");
	damaged(7, 4, 9,
	        "7 answers to probes of this trace came damaged: their checksums are wrong, so they were not believed. What was "
	        "asked of hops 4 to 9 was answered so: they are not as silent as they look.");
	damaged(2, 4, 5,
	        "2 answers to probes of this trace came damaged: their checksums are wrong, so they were not believed. What was "
	        "asked of hops 4 and 5 was answered so: they are not as silent as they look.");
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
		cmocka_unit_test(a_slow_router_is_no_slow_path),
		cmocka_unit_test(a_flood_of_forgeries_is_told_as_large_as_it_was),
		cmocka_unit_test(one_answer_is_no_proof_of_slowness),
		cmocka_unit_test(many_slow_routers_take_few_words),
		cmocka_unit_test(a_step_that_stays_is_told),
		cmocka_unit_test(a_late_refusal_is_no_long_way),
		cmocka_unit_test(jitter_gives_no_alarm),
		cmocka_unit_test(a_longer_way_back_is_told),
		cmocka_unit_test(odd_beginnings_are_no_detours),
		cmocka_unit_test(beginnings_at_random_are_no_detours),
		cmocka_unit_test(damaged_answers_are_told_with_the_hops_that_look_silent),
		cmocka_unit_test(forgeries_are_told_and_other_people_s_packets_are_not),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
