/* SPDX-License-Identifier: MIT */
/* Routers' limits against loss of the path: what is said of made paths whose truth is known. */
#include "judged.h"

static struct judged j;

/* Hops that answer everything, and a target that does. */
static void good_hops(uint8_t first, uint8_t last, unsigned queries)
{
	for (uint8_t ttl = first; ttl <= last; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, queries, 0);
}

static void is_said(const char *id, enum sonde_confidence confidence, const char *sentence, const char *next)
{
	const struct sonde_finding *f = judged_only(&j, id);
	assert_string_equal(f->sentence, sentence);
	assert_string_equal(f->next, next);
	assert_int_equal(f->confidence, confidence);
	assert_int_equal(f->exit_status, 0);
}

static void a_limiter_is_told_from_what_passes_it(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 36);
	good_hops(1, 2, 36);
	judged_hop(&j, 3, SONDE_M_TIME_EXCEEDED, 12, 24);
	good_hops(4, 5, 36);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 36, 0);
	judged_end(&j, 6, 6);
	is_said("rate-limited-hop", SONDE_CONFIDENCE_LIKELY,
	        "Hop 3 (10.0.3.1) answered 12 of 36 probes, the hops behind it 108 of 108: it limits its own ICMP; the path loses nothing.",
	        "");
	assert_int_equal(judged_only(&j, "rate-limited-hop")->first_ttl, 3);
	judged_none(&j, "path-loss");
}

static void too_few_are_too_few(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 3);
	good_hops(1, 2, 3);
	judged_hop(&j, 3, SONDE_M_TIME_EXCEEDED, 1, 2);
	good_hops(4, 5, 3);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 3, 0);
	judged_end(&j, 6, 6);
	is_said("rate-limited-hop", SONDE_CONFIDENCE_UNDECIDED,
	        "Hop 3 answered 1 of 3: too few to tell its limiter from loss; -q 16 would.", "sonde -M icmp -q 16 host");
	judged_none(&j, "path-loss");
	/* and they do */
	judged_start(&j, "icmp", 16);
	good_hops(1, 2, 16);
	judged_hop(&j, 3, SONDE_M_TIME_EXCEEDED, 5, 11);
	good_hops(4, 5, 16);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 16, 0);
	judged_end(&j, 6, 6);
	assert_int_equal(judged_only(&j, "rate-limited-hop")->confidence, SONDE_CONFIDENCE_LIKELY);
}

static void several_hops_are_told_in_one(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 3);
	for (uint8_t ttl = 1; ttl <= 5; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 2, 1);
	judged_hop(&j, 6, SONDE_M_TIME_EXCEEDED, 3, 0);
	judged_hop(&j, 7, SONDE_M_PORT_UNREACHABLE, 3, 0);
	judged_end(&j, 7, 7);
	is_said("rate-limited-hop", SONDE_CONFIDENCE_UNDECIDED,
	        "Hops 1, 2, 3 and 2 more answered 10 of 15: too few to tell their limiters from loss; -q 40 would.",
	        "sonde -M udp:33434 -q 40 host");
	judged_start(&j, "icmp", 40);
	for (uint8_t ttl = 1; ttl <= 5; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 10, 30);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 40, 0);
	judged_end(&j, 6, 6);
	unsigned count = 0;
	for (size_t i = 0; i < j.findings.count; i++)
		count += strcmp(j.findings.items[i].rule->id, "rate-limited-hop") == 0;
	assert_int_equal(count, 4);
	assert_string_equal(j.findings.items[4].sentence,
	                    "Hops 4 and 5 answered 20 of 80 probes, fewer than the hops behind them as well: they limit their own ICMP, "
	                    "too.");
	assert_int_equal(j.findings.items[4].first_ttl, 4);
	assert_int_equal(j.findings.items[4].last_ttl, 5);
}

static void loss_that_goes_on_is_the_path_s(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 20);
	good_hops(1, 3, 20);
	for (uint8_t ttl = 4; ttl <= 7; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 14, 6);
	judged_hop(&j, 8, SONDE_M_ECHO_REPLY, 14, 6);
	judged_end(&j, 8, 8);
	is_said("path-loss", SONDE_CONFIDENCE_LIKELY,
	        "Loss begins between hop 3 (10.0.3.1) and hop 4 (10.0.4.1) and goes on to the target: 30 % of the probes sent there stayed "
	        "unanswered (30 of 100), of those to nearer hops 0 of 60.",
	        "");
	judged_none(&j, "rate-limited-hop");
}

static void loss_from_the_start_is_found_too(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 20);
	for (uint8_t ttl = 1; ttl <= 4; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 14, 6);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 14, 6);
	judged_end(&j, 5, 5);
	is_said("path-loss", SONDE_CONFIDENCE_LIKELY,
	        "Loss begins between this machine and hop 1 (10.0.1.1) and goes on to the target: 30 % of the probes sent there stayed "
	        "unanswered (30 of 100).",
	        "");
}

static void a_limiter_within_the_loss_is_told_too(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 60);
	good_hops(1, 2, 60);
	judged_hop(&j, 3, SONDE_M_TIME_EXCEEDED, 42, 18);
	judged_hop(&j, 4, SONDE_M_TIME_EXCEEDED, 10, 50);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 41, 19);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 43, 17);
	judged_end(&j, 6, 6);
	assert_int_equal(judged_only(&j, "path-loss")->first_ttl, 3);
	assert_string_equal(judged_only(&j, "rate-limited-hop")->sentence,
	                    "Hop 4 (10.0.4.1) answered 10 of 60 probes, the hops behind it 84 of 120: it limits its own ICMP.");
}

/* Nobody stands behind the target, and a target that rations tells nothing. */
static void what_the_target_leaves_out(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 20);
	good_hops(1, 4, 20);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 8, 12);
	judged_end(&j, 5, 5);
	is_said("path-loss", SONDE_CONFIDENCE_POSSIBLE,
	        "Loss begins between hop 4 (10.0.4.1) and the target: 60 % of the probes sent there stayed unanswered (12 of 20), of those "
	        "to nearer hops 0 of 80.",
	        "");
	judged_start(&j, "icmp", 3);
	good_hops(1, 4, 3);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 2, 1);
	judged_end(&j, 5, 5);
	is_said("path-loss", SONDE_CONFIDENCE_UNDECIDED,
	        "The target answered 2 of 3 probes: too few to tell whether the path loses packets, and from where on; -q 36 would.",
	        "sonde -M icmp -q 36 host");
	static const struct {
		const char *method;
		enum sonde_meaning meaning;
	} rationed[] = {{"udp", SONDE_M_PORT_UNREACHABLE}, {"tcp", SONDE_M_SYN_ACK}, {"tcp", SONDE_M_BARE_ACK}};
	for (size_t i = 0; i < sizeof rationed / sizeof *rationed; i++) {
		judged_start(&j, rationed[i].method, 20);
		good_hops(1, 4, 20);
		judged_hop(&j, 5, rationed[i].meaning, 8, 12);
		judged_end(&j, 5, 5);
		judged_well(&j);
	}
}

/* The last router's silences could be its own: the target's answers do not tell. */
static void one_router_before_a_rationing_target_is_no_loss(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 30);
	good_hops(1, 4, 30);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 10, 20);
	judged_hop(&j, 6, SONDE_M_PORT_UNREACHABLE, 12, 18);
	judged_end(&j, 6, 6);
	judged_none(&j, "path-loss");
	assert_int_equal(judged_only(&j, "rate-limited-hop")->confidence, SONDE_CONFIDENCE_UNDECIDED);
	/* unless it answers enough */
	judged_start(&j, "udp", 30);
	good_hops(1, 4, 30);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 10, 20);
	judged_hop(&j, 6, SONDE_M_PORT_UNREACHABLE, 29, 1);
	judged_end(&j, 6, 6);
	assert_string_equal(judged_only(&j, "rate-limited-hop")->sentence,
	                    "Hop 5 (10.0.5.1) answered 10 of 30 probes, the target 29 of 30: it limits its own ICMP.");
}

/* Two routers in a row that leave out errors may both limit them. */
static void errors_alone_do_not_tell(void **unused)
{
	(void)unused;
	judged_start(&j, "udp", 30);
	good_hops(1, 3, 30);
	judged_hop(&j, 4, SONDE_M_TIME_EXCEEDED, 12, 18);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 10, 20);
	judged_hop(&j, 6, SONDE_M_PORT_UNREACHABLE, 12, 18);
	judged_end(&j, 6, 6);
	is_said("path-loss", SONDE_CONFIDENCE_UNDECIDED,
	        "Behind hop 3 (10.0.3.1), as far as hop 5, 63 % of the probes sent there stayed unanswered (38 of 60), of those to nearer "
	        "hops 0 of 90. The target's answers to udp/33434 are rationed, too: they do not tell loss from limits of those hops; "
	        "-M icmp may.",
	        "sonde -M icmp -q 30 host");
	/* and where the way falls silent nothing else can */
	judged_start(&j, "icmp", 30);
	good_hops(1, 3, 30);
	judged_hop(&j, 4, SONDE_M_TIME_EXCEEDED, 12, 18);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 10, 20);
	judged_hop(&j, 6, SONDE_M_TIME_EXCEEDED, 0, 30);
	judged_end(&j, 0, 5);
	is_said("path-loss", SONDE_CONFIDENCE_UNDECIDED,
	        "Behind hop 3 (10.0.3.1), as far as hop 5, 63 % of the probes sent there stayed unanswered (38 of 60), of those to nearer "
	        "hops 0 of 90. Without an answer of the target nothing tells loss from limits of those hops.",
	        "");
}

static void silence_is_no_loss(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 20);
	good_hops(1, 4, 20);
	judged_hop(&j, 5, SONDE_M_TIME_EXCEEDED, 0, 20);
	judged_hop(&j, 6, SONDE_M_ECHO_REPLY, 20, 0);
	judged_end(&j, 6, 6);
	judged_well(&j);
	judged_start(&j, "icmp", 20);
	good_hops(1, 4, 20);
	for (uint8_t ttl = 5; ttl <= 14; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 0, 20);
	judged_end(&j, 0, 4);
	judged_well(&j);
}

/* One limiter of a router that answers at every other hop. */
static void a_circle_is_not_judged(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 10);
	for (uint8_t ttl = 1; ttl <= 12; ttl++)
		for (unsigned i = 0; i < 10; i++) {
			if (ttl > 4 && i > 2)
				made_lost(&j.m, ttl);
			else
				made_hop(&j.m, ttl, ttl % 2 ? "10.0.1.1" : "10.0.2.1", SONDE_M_TIME_EXCEEDED, 400);
		}
	judged_end(&j, 0, 12);
	judged_none(&j, "path-loss");
	judged_none(&j, "rate-limited-hop");
}

/* The target leaves out hardly more than hops before it: how many queries would tell is said, also where they are too many to ask for. */
static void more_than_can_be_asked_for_is_named(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 10);
	good_hops(1, 2, 10);
	judged_hop(&j, 3, SONDE_M_TIME_EXCEEDED, 9, 1);
	judged_hop(&j, 4, SONDE_M_ECHO_REPLY, 9, 1);
	judged_end(&j, 4, 4);
	const struct sonde_finding *f = judged_only(&j, "path-loss");
	assert_string_equal(f->sentence, "The target answered 9 of 10 probes: too few to tell whether the path loses packets, and from "
	                                 "where on; it would take some 350, more than -q asks for.");
	assert_string_equal(f->next, "");
}

/* What is asked for in a moment is no advice; hops that are not asked keep theirs. */
static void what_is_investigated_is_no_advice(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 3);
	good_hops(1, 2, 3);
	for (uint8_t ttl = 3; ttl <= 4; ttl++)
		judged_hop(&j, ttl, SONDE_M_TIME_EXCEEDED, 2, 1);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 3, 0);
	judged_end(&j, 5, 5);
	struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	for (uint8_t investigated = 1; investigated <= 2; investigated++) {
		sonde_findings_finish(&j.findings);
		about.investigated = investigated;
		assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
		const struct sonde_finding *f = judged_only(&j, "rate-limited-hop");
		assert_int_equal(f->next[0] != 0, investigated < 2);
		assert_int_equal(strstr(f->sentence, "would") != NULL, investigated < 2);
	}
}

static void what_this_machine_lost_is_nobody_s(void **unused)
{
	(void)unused;
	judged_start(&j, "icmp", 20);
	good_hops(1, 4, 20);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 8, 12);
	made_end(&j.m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 5, .last_ttl = 5,
	                                        .dropped_count = 7});
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
	judged_none(&j, "path-loss");
}

/* What bore no seal was no unaltered answer: where nothing shows that answers are altered, loss is the path's. */
static void lost_with_packets_unread(bool rewritten)
{
	struct sonde_event_probe probe;
	judged_start(&j, "icmp", 20);
	good_hops(1, 4, 20);
	judged_hop(&j, 5, SONDE_M_ECHO_REPLY, 8, 12);
	if (rewritten) {
		probe = made_sent(&j.m, 1);
		made_event(&j.m, (struct sonde_event){.type = SONDE_EV_REPLY, .probe = probe, .as = {.answer = {
		    .from = addr_of("10.0.1.1"), .meaning = SONDE_M_TIME_EXCEEDED, .is_icmp = true, .rtt_ns = 1, .match_bits = 64,
		    .quote = {.visible = SONDE_DIFF_IP_ID, .diff = SONDE_DIFF_IP_ID}}}});
	}
	made_end(&j.m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 5, .last_ttl = 5,
	                                        .unread_count = 7000});
	const struct sonde_case about = {.paths = (const struct sonde_path *const *)&j.path, .path_count = 1, .host = "host"};
	assert_int_equal(sonde_diagnose(&about, &j.findings), SONDE_OK);
}

static void what_was_not_read_is_loss_only_where_answers_are_rewritten(void **unused)
{
	(void)unused;
	lost_with_packets_unread(false);
	judged_only(&j, "path-loss");
	assert_non_null(strstr(judged_only(&j, "local-overflow")->sentence, "7000 packets came faster than they could be read"));
	lost_with_packets_unread(true);
	judged_none(&j, "path-loss");
	assert_non_null(strstr(judged_only(&j, "local-overflow")->sentence, "losses above may be this machine's own"));
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
		cmocka_unit_test(a_limiter_is_told_from_what_passes_it),
		cmocka_unit_test(too_few_are_too_few),
		cmocka_unit_test(several_hops_are_told_in_one),
		cmocka_unit_test(loss_that_goes_on_is_the_path_s),
		cmocka_unit_test(loss_from_the_start_is_found_too),
		cmocka_unit_test(a_limiter_within_the_loss_is_told_too),
		cmocka_unit_test(what_the_target_leaves_out),
		cmocka_unit_test(one_router_before_a_rationing_target_is_no_loss),
		cmocka_unit_test(errors_alone_do_not_tell),
		cmocka_unit_test(silence_is_no_loss),
		cmocka_unit_test(a_circle_is_not_judged),
		cmocka_unit_test(more_than_can_be_asked_for_is_named),
		cmocka_unit_test(what_is_investigated_is_no_advice),
		cmocka_unit_test(what_this_machine_lost_is_nobody_s),
		cmocka_unit_test(what_was_not_read_is_loss_only_where_answers_are_rewritten),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
