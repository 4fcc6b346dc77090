/* SPDX-License-Identifier: MIT */
/* What this machine keeps from us, in findings; and that nothing is found where nothing was seen to be kept. */
#include "madepath.h"

#include <sonde/finding.h>

#include <string.h>

static const char *const ids[] = {"local-rp-filter", "local-input-filter", "local-policy-route", "local-rst-held-back"};
enum { ID_COUNT = sizeof ids / sizeof *ids };

static struct sonde_findings found;

/* The finding of that id after the trace ended so; the other three must not be there. NULL: none of the four. */
static const struct sonde_finding *end_finds(struct fixture *f, struct sonde_event_end end, const char *id)
{
	const struct sonde_path *path = f->path;
	made_end(&f->m, end);
	sonde_findings_finish(&found);
	assert_int_equal(sonde_diagnose(&(struct sonde_case){.paths = &path, .path_count = 1, .host = "host"}, &found), SONDE_OK);
	for (size_t i = 0; i < ID_COUNT; i++)
		if (!id || strcmp(ids[i], id) != 0)
			assert_null(sonde_findings_get(&found, 0, ids[i]));
	return id ? sonde_findings_get(&found, 0, id) : NULL;
}

static void says(const struct sonde_finding *finding, int exit_status, const char *sentence, const char *next)
{
	assert_non_null(finding);
	assert_string_equal(finding->sentence, sentence);
	assert_string_equal(finding->next, next);
	assert_int_equal(finding->exit_status, exit_status);
}

static struct sonde_event_end silence(uint8_t last_answering_ttl)
{
	return (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 3, .last_answering_ttl = last_answering_ttl, .probe_count = 3,
	                                .ear = SONDE_EAR_OPEN};
}

static void begin(struct fixture *f)
{
	made_start(&f->m, "192.0.2.9", 1);
	f->m.now = SONDE_S;
}

static void all_answers_dropped_here(void **state)
{
	struct fixture *f = *state;
	begin(f);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	made_kept(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED);
	made_kept(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY);
	const struct sonde_finding *finding = end_finds(f, silence(0), "local-input-filter");
	says(finding, 2, "The answers to 3 of 3 probes (time-exceeded and echo-reply) came to this machine's interface eth0 and no "
	     "further: its own firewall drops them.", "sudo nft list ruleset");
	assert_int_equal(finding->first_ttl, 1);
	assert_int_equal(finding->last_ttl, 3);
	assert_int_equal(sonde_findings_exit_status(&found, 0), 2);
	/* it is said how the trace ended, and silence was not how */
	assert_null(sonde_findings_get(&found, 0, "stops-silent"));
}

static void some_answers_dropped_here_do_no_harm(void **state)
{
	struct fixture *f = *state;
	begin(f);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 400);
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 2, .last_ttl = 2, .last_answering_ttl = 2,
	                              .probe_count = 2, .ear = SONDE_EAR_OPEN};
	says(end_finds(f, end, "local-input-filter"), 0, "The answers to 1 of 2 probes (time-exceeded) came to this machine's interface "
	     "eth0 and no further: its own firewall drops them.", "sudo nft list ruleset");
	assert_non_null(sonde_findings_get(&found, 0, "reached"));
	assert_int_equal(sonde_findings_exit_status(&found, 0), 0);
}

static void the_path_is_silent_behind_what_was_dropped_here(void **state)
{
	struct fixture *f = *state;
	begin(f);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 400);
	made_lost(&f->m, 3);
	assert_int_equal(end_finds(f, silence(2), "local-input-filter")->exit_status, 0);
	assert_non_null(sonde_findings_get(&found, 0, "stops-silent"));
	assert_int_equal(sonde_findings_exit_status(&found, 0), 1);
}

static void refused(struct fixture *f, uint8_t rp_filter, const char *device)
{
	struct sonde_event event = {.type = SONDE_EV_OVERHEARD, .probe = made_sent(&f->m, 1)};
	event.as.overheard.answer = (struct sonde_event_answer){.from = addr_of("10.0.0.1"), .at_ns = f->m.now,
	                                                       .meaning = SONDE_M_TIME_EXCEEDED};
	event.as.overheard.way.rp_filter = rp_filter;
	memcpy(event.as.overheard.way.device, device, strlen(device));
	made_event(&f->m, event);
	made_lost(&f->m, 2);
}

static void the_check_of_sources(void **state)
{
	struct fixture *f = *state;
	begin(f);
	refused(f, 1, "eth0.7");
	says(end_finds(f, silence(0), "local-rp-filter"), 2, "The answers to 1 of 3 probes came to this machine by eth0.7 and were dropped "
	     "there: to 10.0.0.1 it sends by another interface, and net.ipv4.conf.eth0.7.rp_filter is strict.",
	     "sudo sysctl -w net/ipv4/conf/eth0.7/rp_filter=2");
}

static void a_loose_check_of_sources(void **state)
{
	struct fixture *f = *state;
	begin(f);
	refused(f, 2, "eth1");
	says(end_finds(f, silence(0), "local-rp-filter"), 2, "The answers to 1 of 3 probes came to this machine by eth1 and were dropped "
	     "there: it has no route to 10.0.0.1, and net.ipv4.conf.eth1.rp_filter wants one.", "ip route get 10.0.0.1");
}

static void nothing_seen_is_nothing_found(void **state)
{
	struct fixture *f = *state;
	begin(f);
	made_lost(&f->m, 1);
	made_lost(&f->m, 2);
	assert_null(end_finds(f, silence(0), NULL));
	assert_non_null(sonde_findings_get(&found, 0, "stops-silent"));
}

/* Only where not even the first hop answered, and only where nobody could look. */
static void what_cannot_be_told_is_said_where_it_matters(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = silence(0);
	begin(f);
	made_lost(&f->m, 1);
	end.ear = SONDE_EAR_REFUSED;
	const struct sonde_finding *finding = end_finds(f, end, "local-input-filter");
	says(finding, 0, "Whether a firewall of this machine drops the answers cannot be told without privilege.",
	     "sudo sonde --wire raw -M icmp host");
	assert_int_equal(finding->confidence, SONDE_CONFIDENCE_UNDECIDED);
	assert_non_null(sonde_findings_get(&found, 0, "stops-silent"));
	end.ear = SONDE_EAR_DEAF;
	says(end_finds(f, end, "local-input-filter"), 0,
	     "Whether a firewall of this machine drops the answers cannot be told: too much came to its interfaces at once.", "");
	end.ear = SONDE_EAR_NONE;
	assert_null(end_finds(f, end, NULL));
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	end = silence(1);
	end.ear = SONDE_EAR_REFUSED;
	assert_null(end_finds(f, end, NULL));
}

static void open_port(struct fixture *f, bool reset)
{
	begin(f);
	for (int i = 0; i < 2; i++) {
		struct sonde_event_probe probe = made_sent(&f->m, 1);
		made_answer(&f->m, SONDE_EV_REPLY, probe, "192.0.2.9", SONDE_M_SYN_ACK, 400);
		made_overheard(&f->m, probe, "192.0.2.9", SONDE_M_SYN_ACK, f->m.now);
		/* one is enough: it shows that they get out */
		if (reset && i == 1)
			made_event(&f->m, (struct sonde_event){.type = SONDE_EV_OVERHEARD, .probe = probe, .as.overheard.own_reset = true});
	}
	f->m.now += SONDE_S;
}

static struct sonde_event_end reached(enum sonde_ear ear)
{
	return (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1, .last_answering_ttl = 1,
	                                .probe_count = 2, .ear = ear};
}

static void resets_held_back(void **state)
{
	struct fixture *f = *state;
	open_port(f, false);
	says(end_finds(f, reached(SONDE_EAR_OPEN), "local-rst-held-back"), 0, "The target answered 2 SYNs with a SYN-ACK, and no reset of "
	     "this machine left behind that: its own firewall holds resets back, and each such probe leaves a half-open connection at the "
	     "target.", "sudo nft list ruleset");
	/* who missed something has perhaps missed them */
	assert_null(end_finds(f, reached(SONDE_EAR_DEAF), NULL));
}

static void resets_that_get_out(void **state)
{
	struct fixture *f = *state;
	open_port(f, true);
	assert_null(end_finds(f, reached(SONDE_EAR_OPEN), NULL));
}

/* A SYN-ACK that was kept from us was kept from the kernel as well, which then has nothing to reset. */
static void no_reset_for_what_the_kernel_did_not_get(void **state)
{
	struct fixture *f = *state;
	begin(f);
	made_kept(&f->m, 1, "192.0.2.9", SONDE_M_SYN_ACK);
	assert_int_equal(end_finds(f, silence(0), "local-input-filter")->exit_status, 2);
}

static void another_way_than_the_applications(void **state)
{
	struct fixture *f = *state;
	struct sonde_trace_cfg cfg = {.dst = addr_of("192.0.2.9"), .first_ttl = 1, .max_ttl = 30, .queries = 1, .gap = 10, .device = "eth1",
	                              .policy_routed = true};
	begin(f);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	made_hop(&f->m, 1, "192.0.2.9", SONDE_M_ECHO_REPLY, 400);
	says(end_finds(f, reached(SONDE_EAR_OPEN), "local-policy-route"), 0, "Policy routing sends an application's packets to 192.0.2.9 "
	     "by eth1 another way than these probes could take: the path above is not theirs.", "sonde --wire dgram host");
	cfg.rebound = true;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	assert_null(end_finds(f, reached(SONDE_EAR_OPEN), NULL));
}

static int teardown_all(void **state)
{
	sonde_findings_finish(&found);
	return teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_answers_dropped_here, setup, teardown_all),
		cmocka_unit_test_setup_teardown(some_answers_dropped_here_do_no_harm, setup, teardown_all),
		cmocka_unit_test_setup_teardown(the_path_is_silent_behind_what_was_dropped_here, setup, teardown_all),
		cmocka_unit_test_setup_teardown(the_check_of_sources, setup, teardown_all),
		cmocka_unit_test_setup_teardown(a_loose_check_of_sources, setup, teardown_all),
		cmocka_unit_test_setup_teardown(nothing_seen_is_nothing_found, setup, teardown_all),
		cmocka_unit_test_setup_teardown(what_cannot_be_told_is_said_where_it_matters, setup, teardown_all),
		cmocka_unit_test_setup_teardown(resets_held_back, setup, teardown_all),
		cmocka_unit_test_setup_teardown(resets_that_get_out, setup, teardown_all),
		cmocka_unit_test_setup_teardown(no_reset_for_what_the_kernel_did_not_get, setup, teardown_all),
		cmocka_unit_test_setup_teardown(another_way_than_the_applications, setup, teardown_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
