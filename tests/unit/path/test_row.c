/* SPDX-License-Identifier: MIT */
/* One row: its responders, which probes fill the target's, and what counts as lost. */
#include "madepath.h"

static void responders_keep_their_own_times(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 4, "10.0.4.1", SONDE_M_TIME_EXCEEDED, 4000);
	made_hop(&f->m, 4, "10.0.4.2", SONDE_M_TIME_EXCEEDED, 9000);
	made_hop(&f->m, 4, "10.0.4.1", SONDE_M_TIME_EXCEEDED, 2000);
	const struct sonde_row *row = row_at(f, 4);
	assert_int_equal(row->responder_count, 2);
	assert_int_equal(row->responders[0].answered_count, 2);
	assert_true(row->responders[0].best_ns == 2 * SONDE_MS);
	assert_true(row->responders[0].worst_ns == 4 * SONDE_MS);
	assert_true(sonde_column((size_t)sonde_column_find("avg"))->get(row, 0).as.ns == 3 * SONDE_MS);
	assert_true(row->responders[1].best_ns == 9 * SONDE_MS);
}

static void an_untimed_answer_counts_without_a_time(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 2);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_BARE_ACK, -1);
	const struct sonde_row *row = row_at(f, 3);
	assert_int_equal(row->answered_count, 1);
	assert_int_equal(row->responders[0].timed_count, 0);
	assert_int_equal(sonde_column((size_t)sonde_column_find("best"))->get(row, 0).kind, SONDE_CELL_NONE);
	assert_int_equal(sonde_path_distance(f->path), 3);
}

static void answers_past_the_target_fill_its_row(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	/* the window runs ahead: the target is first heard at TTL 4, then at 3, and is at 2 */
	made_hop(&f->m, 4, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	assert_int_equal(sonde_path_distance(f->path), 4);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 1100);
	made_lost(&f->m, 3);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 1200);
	made_hop(&f->m, 5, "192.0.2.9", SONDE_M_ECHO_REPLY, 1300);
	assert_int_equal(sonde_path_distance(f->path), 2);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
	const struct sonde_row *row = row_at(f, 2);
	assert_true(row->is_target);
	assert_int_equal(row->query_count, 3); /* never more than were asked for */
	assert_int_equal(row->answered_count, 3);
	assert_int_equal(row->lost_count, 0);
	assert_int_equal(row->queries[0]->probe.ttl, 2);
	assert_int_equal(row->queries[1]->probe.ttl, 3);
	assert_int_equal(row->queries[2]->probe.ttl, 4);
	assert_int_equal(row_at(f, 1)->query_count, 1);
}

/* Traces side by side asked one router for more than it gives: its silence is shown, and is no loss. */
static void silence_in_a_crowd_is_no_loss(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	struct sonde_event_probe probe = made_sent(&f->m, 1);
	probe.crowded = true;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	assert_int_equal(row_at(f, 1)->crowded_count, 1);
	assert_int_equal(f->row.lost_count, 0);
	assert_int_equal(f->row.sent_count, 2);
	assert_int_equal(sonde_column(2)->get(&f->row, 0).as.ppm, 0);
	made_lost(&f->m, 1);
	assert_int_equal(row_at(f, 1)->lost_count, 1);
}

/* A target that limits its answers leaves some of its own row's probes unanswered, but answers enough of those sent past it. */
static void a_limited_target_shows_no_loss(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_PORT_UNREACHABLE, 1000);
	made_lost(&f->m, 2);
	made_lost(&f->m, 2);
	assert_int_equal(row_at(f, 2)->lost_count, 2);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_PORT_UNREACHABLE, 1000);
	assert_int_equal(row_at(f, 2)->lost_count, 1);
	made_hop(&f->m, 4, "192.0.2.9", SONDE_M_PORT_UNREACHABLE, 1000);
	assert_int_equal(row_at(f, 2)->lost_count, 0);
	assert_int_equal(f->row.answered_count, 3);
}

/* It answers one SYN of a flow, and may say nothing to the others. */
static void an_open_port_shows_no_loss_of_a_flow_that_it_answered(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 12);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_SYN_ACK, 900);
	made_lost(&f->m, 2);
	struct sonde_event_probe other = {.token = 1000, .ttl = 2, .flow = 1};
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = other});
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = other});
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .distance = 2, .last_ttl = 2, .last_answering_ttl = 2});
	assert_int_equal(row_at(f, 2)->answered_count, 1);
	assert_int_equal(f->row.lost_count, 1); /* of the other flow */
}

/* Probes at TTL 255 went past it, too. */
static void answers_at_ttl_255_fill_the_targets_row(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_SYN_ACK, 1000);
	made_hop(&f->m, 255, "192.0.2.9", SONDE_M_SYN_ACK, 1100);
	made_hop(&f->m, 255, "192.0.2.9", SONDE_M_SYN_ACK, 1200);
	assert_int_equal(row_at(f, 2)->answered_count, 3);
	assert_int_equal(f->row.responders[0].timed_count, 3);
	assert_int_equal(f->row.responders[0].worst_ns, 1200 * SONDE_US);
}

/* What was lost on the way to the target stays lost, whatever was answered beyond; only where a target rations what it says it is
 * replaced. */
static void answers_past_the_target_hide_no_loss_of_its_own(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 4);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 900);
	made_lost(&f->m, 2);
	made_lost(&f->m, 2);
	for (uint8_t ttl = 3; ttl <= 6; ttl++)
		made_hop(&f->m, ttl, "192.0.2.9", SONDE_M_ECHO_REPLY, 900);
	const struct sonde_row *row = row_at(f, 2);
	assert_int_equal(row->query_count, 4);
	assert_int_equal(row->answered_count, 2);
	assert_int_equal(row->lost_count, 2);
}

/* The trace wanted one query of the target; nine more were asked later: each of them stands in the row, the lost as well. */
static void what_was_asked_of_the_target_later_stands_in_its_row(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	made_settled(&f->m, 2);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 2, .last_ttl = 2});
	f->m.trace_id = 1;
	for (int i = 0; i < 5; i++)
		made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 2000);
	for (int i = 0; i < 4; i++)
		made_lost(&f->m, 2);
	const struct sonde_row *row = row_at(f, 2);
	assert_int_equal(row->query_count, 10);
	assert_int_equal(row->answered_count, 6);
	assert_int_equal(row->lost_count, 4);
}

/* A SYN over a flow that an open port answered already proves nothing by silence; over another port it does, although both traces call
 * their first flow 0. */
static void a_later_syn_over_a_port_of_its_own_may_be_lost(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	struct sonde_event_probe syn = made_sent(&f->m, 2);
	syn.sport = 40000;
	made_answer(&f->m, SONDE_EV_REPLY, syn, "192.0.2.9", SONDE_M_SYN_ACK, 1000);
	made_settled(&f->m, 2);
	f->m.trace_id = 1;
	for (uint16_t sport = 40000; sport <= 40001; sport++) {
		struct sonde_event_probe again = {.token = 100u + sport, .ttl = 2, .sport = sport, .sent_at_ns = f->m.now};
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_SENT, .probe = again});
		f->m.now += SONDE_S;
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = again});
	}
	const struct sonde_row *row = row_at(f, 2);
	assert_int_equal(row->query_count, 2);
	assert_int_equal(row->lost_count, 1);
	assert_int_equal(row->queries[1]->probe.sport, 40001);
}

static void refuses_farther(struct fixture *f, const char *who)
{
	made_start(&f->m, "192.0.2.9", 2);
	made_hop(&f->m, 2, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 500);
	made_lost(&f->m, 2);
	struct sonde_event_probe probe = made_sent(&f->m, 3);
	struct sonde_event event = {.type = SONDE_EV_REPLY, .probe = probe};
	event.as.answer = (struct sonde_event_answer){.meaning = SONDE_M_ADMIN_PROHIBITED, .is_icmp = true, .rtt_ns = 500000};
	assert_true(sonde_addr_parse(who, &event.as.answer.from));
	made_event(&f->m, event);
}

static void who_refuses_farther_is_not_silent_by_loss(void **state)
{
	refuses_farther(*state, "10.0.0.2");
	assert_int_equal(row_at(*state, 2)->lost_count, 0);
	assert_int_equal(row_at(*state, 2)->crowded_count, 1);
}

static void what_another_refuses_excuses_nobody(void **state)
{
	refuses_farther(*state, "10.0.0.7");
	assert_int_equal(row_at(*state, 2)->lost_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(responders_keep_their_own_times, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_untimed_answer_counts_without_a_time, setup, teardown),
	    cmocka_unit_test_setup_teardown(answers_past_the_target_fill_its_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(silence_in_a_crowd_is_no_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_limited_target_shows_no_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_open_port_shows_no_loss_of_a_flow_that_it_answered, setup, teardown),
	    cmocka_unit_test_setup_teardown(answers_at_ttl_255_fill_the_targets_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(answers_past_the_target_hide_no_loss_of_its_own, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_was_asked_of_the_target_later_stands_in_its_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_later_syn_over_a_port_of_its_own_may_be_lost, setup, teardown),
	    cmocka_unit_test_setup_teardown(who_refuses_farther_is_not_silent_by_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_another_refuses_excuses_nobody, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
