/* SPDX-License-Identifier: MIT */
/* How traces end, in sentences: each reason to stop has one, and none says more than was observed. */
#include "events.h"

#include "base/buf.h"

#include <sonde/finding.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
	struct sonde_path *path;
	struct sn_buf out;
	struct made m;
};

static void take(void *ctx, const struct sonde_event *event)
{
	assert_int_equal(sonde_path_apply(((struct fixture *)ctx)->path, event), SONDE_OK);
}

/* A trace to 192.0.2.9 whose hops 1-5 answer. */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	assert_non_null(f);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	f->m = (struct made){.take = take, .ctx = f};
	made_start(&f->m, "192.0.2.9", 2);
	for (uint8_t ttl = 1; ttl <= 5; ttl++) {
		char from[] = "10.0.0.1";
		from[5] = (char)('0' + ttl);
		made_hop(&f->m, ttl, from, SONDE_M_TIME_EXCEEDED, 400);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	sn_buf_finish(&f->out);
	sonde_path_free(f->path);
	free(f);
	return 0;
}

/* The sentences of all that is found, where the trace was one of that method. */
static const char *said(struct fixture *f, const char *method)
{
	struct sonde_trace_cfg cfg = *sonde_path_cfg(f->path);
	const struct sonde_path *path = f->path;
	struct sonde_findings findings = {0};
	cfg.method = (size_t)sonde_method_find(method);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	assert_int_equal(sonde_diagnose(&(struct sonde_case){.paths = &path, .path_count = 1, .host = "host"}, &findings), SONDE_OK);
	sn_buf_clear(&f->out);
	for (size_t i = 0; i < findings.count; i++)
		sn_buf_printf(&f->out, "%s%s", i ? " " : "", findings.items[i].sentence);
	sonde_findings_finish(&findings);
	return sn_buf_text(&f->out);
}

static void ends(struct fixture *f, const char *method, struct sonde_event_end end, const char *expected)
{
	made_end(&f->m, end);
	assert_string_equal(said(f, method), expected);
	/* a silent hop is not a dead hop */
	assert_null(strstr(sn_buf_text(&f->out), " dead"));
	assert_null(strstr(sn_buf_text(&f->out), " down"));
}

static void reached(void **state)
{
	made_hop(&((struct fixture *)*state)->m, 6, "192.0.2.9", SONDE_M_PORT_UNREACHABLE, 500);
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 6, .last_ttl = 6, .last_answering_ttl = 6};
	ends(*state, "icmp", end, "Reached 192.0.2.9 in 6 hops.");
	ends(*state, "udp", end, "Reached 192.0.2.9 in 6 hops; the port is closed.");
	end.distance = 0;
	ends(*state, "icmp", end, "Reached 192.0.2.9, at a distance that stayed unknown.");
	made_lost(&((struct fixture *)*state)->m, 7);
	made_lost(&((struct fixture *)*state)->m, 8);
	end.last_ttl = 8;
	ends(*state, "icmp", end, "Reached 192.0.2.9, at a distance that stayed unknown: hops 7 to 8 left 1 probe each unanswered.");
}

static void an_open_port_that_was_not_timed_is_open(void **state)
{
	made_hop(&((struct fixture *)*state)->m, 6, "192.0.2.9", SONDE_M_BARE_ACK, -1);
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 6, .last_ttl = 6, .last_answering_ttl = 6};
	ends(*state, "tcp", end, "Reached 192.0.2.9 in 6 hops; the TCP port listens, though no SYN-ACK was seen.");
}

static void next_door(void **state)
{
	struct fixture *f = *state;
	sonde_path_free(f->path);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "192.0.2.9", SONDE_M_ECHO_REPLY, 500);
	ends(f, "icmp", (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 1, .last_ttl = 1},
	     "Reached 192.0.2.9 in 1 hop.");
}

static void silence(void **state)
{
	struct fixture *f = *state;
	for (uint8_t ttl = 6; ttl <= 15; ttl++) {
		made_lost(&f->m, ttl);
		made_lost(&f->m, ttl);
	}
	struct sonde_event_end end = {.stop = SONDE_STOP_GAP, .last_ttl = 15, .last_answering_ttl = 5, .ttl255_asked = true};
	ends(f, "udp", end,
	     "Answers stop after hop 5 (10.0.5.1): hops 6 to 15 left 2 probes each unanswered; the target did not answer a probe "
	     "at TTL 255 either. A UDP port that stays silent is open or filtered: services need "
	     "not answer a stranger.");
	made_lost(&f->m, 7);
	end.ttl255 = SONDE_M_ECHO_REPLY;
	ends(f, "icmp", end,
	     "Answers stop after hop 5 (10.0.5.1): hops 6 to 15 left 2 to 3 probes each unanswered; yet the target answers a probe "
	     "at TTL 255 (echo-reply).");
	end = (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 6, .last_answering_ttl = 5};
	ends(f, "udp", end,
	     "Answers stop after hop 5 (10.0.5.1): hop 6 left 2 probes unanswered. A UDP port that stays silent is open or filtered: "
	     "services need not answer a stranger.");
}

static void silence_from_the_start(void **state)
{
	struct fixture *f = *state;
	sonde_path_free(f->path);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	made_start(&f->m, "192.0.2.9", 1);
	for (uint8_t ttl = 1; ttl <= 10; ttl++)
		made_lost(&f->m, ttl);
	ends(f, "icmp", (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 10, .ttl255_asked = true},
	     "Nothing answered: hops 1 to 10 left 1 probe each unanswered; the target did not answer a probe at TTL 255 either. Silence "
	     "to ping says nothing about the target's ports.");
}

static void someone_says_no(void **state)
{
	struct sonde_event_end end = {.stop = SONDE_STOP_UNREACHABLE, .last_ttl = 5, .last_answering_ttl = 5, .by_ttl = 5};
	end.by = addr_of("10.0.5.1");
	end.why = SONDE_M_HOST_UNREACHABLE;
	ends(*state, "icmp", end,
	     "Host 192.0.2.9 is unreachable, says 10.0.5.1 at hop 5, a router on the way (host-unreachable: no way to the host from "
	     "there).");
	/* code 1 is the word of the router on the target's own link */
	end.why_code = 1;
	ends(*state, "icmp", end,
	     "Host 192.0.2.9 is unreachable, says 10.0.5.1 at hop 5, the last router (host-unreachable: no way to the host from there).");
	/* the router that says so may have been heard nearer by, with the probes that died in it */
	end.by = addr_of("10.0.4.1");
	end.why = SONDE_M_ADMIN_PROHIBITED;
	ends(*state, "icmp", end,
	     "Packets to 192.0.2.9 are not let through, says 10.0.4.1 at hop 4, a router on the way (admin-prohibited: "
	     "administratively prohibited).");
	end.by = addr_of("10.0.5.1");
	end.stop = SONDE_STOP_REFUSED;
	end.why = SONDE_M_PORT_UNREACHABLE;
	ends(*state, "udp", end,
	     "10.0.5.1 at hop 5 refuses what was sent to 192.0.2.9 (port-unreachable): not the target's own word, so it counts as not "
	     "reached.");
	/* said only to the probe at TTL 255: somewhere behind the rows */
	end.stop = SONDE_STOP_UNREACHABLE;
	end.by = addr_of("10.0.9.1");
	end.by_ttl = 0;
	end.why = end.ttl255 = SONDE_M_ADMIN_PROHIBITED;
	end.ttl255_asked = true;
	ends(*state, "icmp", end,
	     "Packets to 192.0.2.9 are not let through, says 10.0.9.1 (admin-prohibited: administratively prohibited); a probe at TTL 255 "
	     "got admin-prohibited.");
}

/* No router between here and there: the own stack got no answer on its link. */
static void this_machine_says_no(void **state)
{
	struct fixture *f = *state;
	sonde_path_free(f->path);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	struct sonde_trace_cfg cfg = {.dst = f->m.target, .src = addr_of("10.0.0.2"), .first_ttl = 1, .max_ttl = 30, .queries = 1};
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	made_hop(&f->m, 1, "10.0.0.2", SONDE_M_HOST_UNREACHABLE, 3000000);
	struct sonde_event_end end = {.stop = SONDE_STOP_UNREACHABLE, .by = cfg.src, .by_ttl = 1, .last_ttl = 1, .last_answering_ttl = 1};
	end.why = SONDE_M_HOST_UNREACHABLE;
	ends(f, "icmp", end,
	     "Host 192.0.2.9 is unreachable, says this machine (host-unreachable): no answer on the link from the next hop.");
}

/* One source port's way ends at a router, another's does not. */
static void a_refusal_does_not_hide_that_the_target_answers(void **state)
{
	struct sonde_event_end end = {.stop = SONDE_STOP_UNREACHABLE, .last_ttl = 5, .last_answering_ttl = 5, .by_ttl = 5};
	end.by = addr_of("10.0.5.1");
	end.why = SONDE_M_ADMIN_PROHIBITED;
	end.ttl255_asked = true;
	end.ttl255 = SONDE_M_SYN_ACK;
	ends(*state, "udp", end,
	     "Packets to 192.0.2.9 are not let through, says 10.0.5.1 at hop 5, a router on the way (admin-prohibited: "
	     "administratively prohibited); yet the "
	     "target answers a probe at TTL 255 (syn-ack).");
}

static void a_contradiction_names_its_evidence(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = {.stop = SONDE_STOP_CONTRADICTED, .by = addr_of("192.0.2.9"), .by_ttl = 3, .last_answering_ttl = 5};
	ends(f, "udp", end,
	     "An answer came in the name of 192.0.2.9 at hop 3, but the way goes on behind it, as far as hop 5. It counts as not "
	     "reached.");
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, 6)};
	event.as.answer = (struct sonde_event_answer){.from = f->m.target, .in_targets_name = true, .meaning = SONDE_M_SYN_ACK};
	event.as.answer.reply_ttl = 64;
	made_event(&f->m, event);
	end.by_ttl = end.distance = 6;
	ends(f, "udp", end,
	     "An answer came in the name of 192.0.2.9 at hop 6, but it arrived with TTL 64, which no router has lowered: it was given on "
	     "this machine's own link. It counts as not reached.");
}

static void a_target_before_the_first_hop_asked_may_be_nearer(void **state)
{
	struct fixture *f = *state;
	sonde_path_free(f->path);
	assert_int_equal(sonde_path_new(&f->path), SONDE_OK);
	struct sonde_trace_cfg cfg = {.dst = f->m.target, .first_ttl = 20, .max_ttl = 30, .queries = 1, .gap = 10};
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = cfg});
	made_hop(&f->m, 20, "192.0.2.9", SONDE_M_ECHO_REPLY, 500);
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 20, .last_ttl = 20};
	ends(f, "icmp", end, "Reached 192.0.2.9 in 20 hops or fewer: -f 20 asked no nearer hop.");
}

/* Where answers get lost, the target may have been silent at its own distance: its answers' TTL tells. */
static void silence_before_the_target_may_be_its_own(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 8, .last_ttl = 8, .last_answering_ttl = 8};
	made_lost(&f->m, 6);
	made_lost(&f->m, 7);
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = made_sent(&f->m, 8)};
	event.as.answer = (struct sonde_event_answer){.from = f->m.target, .in_targets_name = true, .meaning = SONDE_M_ECHO_REPLY};
	event.as.answer.reply_ttl = 59;
	made_event(&f->m, event);
	ends(f, "icmp", end,
	     "Reached 192.0.2.9 in 8 hops or fewer: the hops from 6 on were silent, and the TTL of its answers speaks of 6.");
	/* its TTL speaks of just that distance */
	event.as.answer.reply_ttl = 57;
	event.type = SONDE_EV_LATE;
	made_event(&f->m, event);
	ends(f, "icmp", end, "Reached 192.0.2.9 in 8 hops.");
	/* a longer way back says nothing of the way there */
	event.as.answer.reply_ttl = 50;
	made_event(&f->m, event);
	ends(f, "icmp", end, "Reached 192.0.2.9 in 8 hops or fewer: the hops from 6 on were silent.");
}

/* Who is silent is of the circle, too, and nobody else is taken for it; one round more may be a way that has grown longer. */
static void a_circle_may_have_a_silent_router(void **state)
{
	struct fixture *f = *state;
	for (uint8_t ttl = 6; ttl <= 11; ttl++) {
		if (ttl % 2)
			made_hop(&f->m, ttl, "10.0.7.1", SONDE_M_TIME_EXCEEDED, 500);
		else
			made_lost(&f->m, ttl);
		if (ttl != 9)
			continue;
		made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 9, .last_answering_ttl = 9});
		assert_null(strstr(said(f, "icmp"), "circle"));
	}
	ends(f, "icmp", (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = 11, .last_answering_ttl = 11},
	     "Packets to 192.0.2.9 go in a circle of 2 routers: 10.0.7.1 and a silent one alternate from hop 7 to hop 11.");
}

/* A probe to that hop that was waited for in vain. */
static void in_a_crowd(struct fixture *f, uint8_t ttl, bool crowded)
{
	struct sonde_event_probe probe = made_sent(&f->m, ttl);
	probe.crowded = crowded;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
}

static void a_crowd_is_told(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 6, .last_ttl = 6, .last_answering_ttl = 6};
	made_hop(&f->m, 6, "192.0.2.9", SONDE_M_ECHO_REPLY, 500);
	in_a_crowd(f, 1, true);
	in_a_crowd(f, 2, true);
	ends(f, "icmp", end,
	     "Reached 192.0.2.9 in 6 hops. Hops 1 and 2 were asked more often than routers commonly answer: "
	     "silence there counts as no loss.");
	in_a_crowd(f, 5, true);
	ends(f, "icmp", end,
	     "Reached 192.0.2.9 in 6 hops. Some of the hops 1 to 5 were asked more often than routers commonly answer: "
	     "silence there counts as no loss.");
}

/* A hop that kept silent before it was asked so often answers nobody. */
static void silent_hops_are_no_crowd(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = {.stop = SONDE_STOP_REACHED, .reached = true, .distance = 7, .last_ttl = 7, .last_answering_ttl = 7};
	made_hop(&f->m, 7, "192.0.2.9", SONDE_M_ECHO_REPLY, 500);
	in_a_crowd(f, 6, false);
	in_a_crowd(f, 6, true);
	ends(f, "icmp", end, "Reached 192.0.2.9 in 7 hops.");
	made_hop(&f->m, 6, "10.0.6.1", SONDE_M_TIME_EXCEEDED, 500);
	ends(f, "icmp", end,
	     "Reached 192.0.2.9 in 7 hops. Hop 6 was asked more often than routers commonly answer: silence there counts as no loss.");
}

static void a_circle_is_no_reason_for_more_hops(void **state)
{
	struct fixture *f = *state;
	for (uint8_t ttl = 6; ttl <= 9; ttl++)
		made_hop(&f->m, ttl, ttl % 2 ? "10.0.5.1" : "10.0.4.1", SONDE_M_TIME_EXCEEDED, 500);
	ends(f, "icmp", (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = 9, .last_answering_ttl = 9},
	     "Packets to 192.0.2.9 go in a circle of 2 routers: 10.0.4.1 and 10.0.5.1 alternate from hop 4 to hop 9.");
}

static void limits_and_interruptions(void **state)
{
	struct sonde_event_end end = {.stop = SONDE_STOP_MAX_TTL, .last_ttl = 30, .last_answering_ttl = 5};
	ends(*state, "icmp", end,
	     "192.0.2.9 was not reached within 30 hops; the last answer came from hop 5 (10.0.5.1). -m asks for more hops.");
	end.stop = SONDE_STOP_DEADLINE;
	ends(*state, "icmp", end, "Stopped by --deadline before all was known. The last answer came from hop 5 (10.0.5.1).");
	end.stop = SONDE_STOP_LOCAL_ERROR;
	end.sys_errno = EPERM;
	ends(*state, "icmp", end,
	     "Stopped: this machine could not send (Operation not permitted). The last answer came from hop 5 (10.0.5.1).");
	end = (struct sonde_event_end){.stop = SONDE_STOP_INTERRUPTED};
	ends(*state, "icmp", end, "Interrupted. Nothing had answered yet.");
	end = (struct sonde_event_end){.stop = SONDE_STOP_INTERRUPTED, .reached = true, .distance = 5, .last_ttl = 5, .dropped_count = 3};
	ends(*state, "icmp", end,
	     "Interrupted. Reached 192.0.2.9 in 5 hops. This machine's receive buffer overflowed and lost 3 packets: losses above may be "
	     "its "
	     "own.");
}

/* What was still on its way when the trace was stopped, or is not needed for how it ended, had no time to be answered. */
static void silence_that_was_not_waited_for_is_not_told(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_probe probe = made_sent(&f->m, 6);
	made_lost(&f->m, 7);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	probe = made_sent(&f->m, 8);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	struct sonde_event_end end = {.stop = SONDE_STOP_DEADLINE, .reached = true, .last_ttl = 8, .last_answering_ttl = 5};
	ends(f, "icmp", end, "Stopped by --deadline before all was known. Reached 192.0.2.9, at a distance that stayed unknown.");
	end = (struct sonde_event_end){.stop = SONDE_STOP_MAX_TTL, .last_ttl = 5, .last_answering_ttl = 5, .ttl255_asked = true};
	ends(f, "udp", end,
	     "192.0.2.9 was not reached within 30 hops; the last answer came from hop 5 (10.0.5.1). -m asks for more hops.");
	end.ttl255 = SONDE_M_SYN_ACK;
	ends(f, "udp", end,
	     "192.0.2.9 was not reached within 30 hops; the last answer came from hop 5 (10.0.5.1); yet the target answers a probe at TTL "
	     "255 (syn-ack). -m asks for more hops.");
}

static void every_stop_has_a_sentence(void **state)
{
#define X(id, name) SONDE_STOP_##id,
	const enum sonde_stop stops[] = {SONDE_STOPS(X)};
#undef X
	struct fixture *f = *state;
	for (size_t i = 1; i < sizeof stops / sizeof *stops; i++) {
		/* The end of an ask is no path's: tables are not given it. */
		if (stops[i] == SONDE_STOP_ASKED)
			continue;
		struct sonde_event_end end = {.stop = stops[i], .last_ttl = 5, .last_answering_ttl = 5};
		end.reached = stops[i] == SONDE_STOP_REACHED;
		made_end(&f->m, end);
		const char *text = said(f, "icmp");
		assert_true(strlen(text) > 10);
		assert_string_equal(text + strlen(text) - 1, ".");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(reached, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_open_port_that_was_not_timed_is_open, setup, teardown),
	    cmocka_unit_test_setup_teardown(next_door, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_from_the_start, setup, teardown),
	    cmocka_unit_test_setup_teardown(someone_says_no, setup, teardown),
	    cmocka_unit_test_setup_teardown(this_machine_says_no, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_refusal_does_not_hide_that_the_target_answers, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_contradiction_names_its_evidence, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_target_before_the_first_hop_asked_may_be_nearer, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_before_the_target_may_be_its_own, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_crowd_is_told, setup, teardown),
	    cmocka_unit_test_setup_teardown(silent_hops_are_no_crowd, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_circle_may_have_a_silent_router, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_circle_is_no_reason_for_more_hops, setup, teardown),
	    cmocka_unit_test_setup_teardown(limits_and_interruptions, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_that_was_not_waited_for_is_not_told, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_stop_has_a_sentence, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
