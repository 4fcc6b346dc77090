/* SPDX-License-Identifier: MIT */
/* Events into hops: states, counts, and where the table begins and ends. */
#include "madepath.h"

#include <errno.h>

static void nothing_known_shows_nothing(void **state)
{
	struct fixture *f = *state;
	assert_null(sonde_path_cfg(f->path));
	assert_null(sonde_path_end(f->path));
	assert_int_equal(sonde_path_last_ttl(f->path), 0);
	assert_int_equal(row_at(f, 1)->query_count, 0);
	sonde_path_free(NULL);
	sonde_row_finish(&(struct sonde_row){0});
}

static void each_state_is_counted_as_what_it_is(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_lost(&f->m, 1);
	struct sonde_event_probe failed = made_sent(&f->m, 1);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = failed, .as.sys_errno = EPERM});
	made_sent(&f->m, 1);
	const struct sonde_row *row = row_at(f, 1);
	assert_int_equal(row->query_count, 4);
	assert_int_equal(row->sent_count, 3);
	assert_int_equal(row->answered_count, 1);
	assert_int_equal(row->lost_count, 1);
	assert_int_equal(row->pending_count, 1);
	assert_int_equal(row->failed_count, 1);
	assert_int_equal(row->queries[2]->sys_errno, EPERM);
	/* one lost of two whose fate is known: what failed here, or is still on its way, is no loss */
	struct sonde_cell loss = sonde_column((size_t)sonde_column_find("loss"))->get(row, 0);
	assert_int_equal(loss.kind, SONDE_CELL_PPM);
	assert_int_equal(loss.as.ppm, 500000);
}

static void a_late_answer_is_an_answer(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	struct sonde_event_probe probe = made_sent(&f->m, 2);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	assert_int_equal(row_at(f, 2)->lost_count, 1);
	made_answer(&f->m, SONDE_EV_LATE, probe, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 900000);
	assert_int_equal(row_at(f, 2)->lost_count, 0);
	assert_int_equal(row_at(f, 2)->answered_count, 1);
	assert_int_equal(f->row.queries[0]->state, SONDE_QUERY_LATE);
	made_answer(&f->m, SONDE_EV_DUPLICATE, probe, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 900001);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	assert_int_equal(row_at(f, 2)->answered_count, 1);
	assert_int_equal(f->row.queries[0]->duplicate_count, 1);
	assert_true(f->row.responders[0].worst_ns == 900 * SONDE_MS);
}

/* Given up after less than its sibling took: impatience, no loss. */
static void what_was_given_up_too_early_is_no_loss(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	struct sonde_event_probe hasty = made_sent(&f->m, 1);
	f->m.now += 300 * SONDE_MS;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = hasty});
	made_lost(&f->m, 1);
	assert_int_equal(row_at(f, 1)->lost_count, 2);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 600000);
	assert_int_equal(row_at(f, 1)->lost_count, 1);
	assert_int_equal(f->row.answered_count, 1);
	assert_int_equal(f->row.dropped_count, 1);
}

static void what_nobody_needed_or_waited_for_is_no_loss(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 2);
	/* the row has its answers from probes sent past it, and stands; its second probe is given up */
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 1000);
	struct sonde_event_probe spare = made_sent(&f->m, 2), cut_off = made_sent(&f->m, 1);
	made_settled(&f->m, 2);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = spare});
	assert_int_equal(row_at(f, 2)->lost_count, 0);
	assert_int_equal(f->row.answered_count, 2);
	assert_int_equal(f->row.query_count, 2);
	/* one was lost in its time, another was on its way when the trace was interrupted */
	made_lost(&f->m, 1);
	f->m.now += SONDE_S;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = cut_off});
	assert_int_equal(row_at(f, 1)->lost_count, 2);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_INTERRUPTED, .last_ttl = 2, .distance = 2});
	assert_int_equal(row_at(f, 1)->lost_count, 1);
	assert_int_equal(f->row.dropped_count, 1);
}

static struct sonde_event_probe given_up(struct fixture *f, struct sonde_event_probe probe)
{
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probe});
	return probe;
}

/* A target that has answered ends the sweep: what was sent past it was not waited for. Short of it, it was. */
static void what_was_sent_past_the_target_is_no_loss(void **state)
{
	struct fixture *f = *state;
	size_t count;
	made_start(&f->m, "192.0.2.9", 1);
	made_lost(&f->m, 1);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 900);
	made_lost(&f->m, 3);
	struct sonde_event_probe crowded = made_sent(&f->m, 4);
	crowded.crowded = true;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = crowded});
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 2, .last_ttl = 2});
	assert_int_equal(sonde_path_queries(f->path, 1, &count)->state, SONDE_QUERY_LOST);
	assert_int_equal(sonde_path_queries(f->path, 3, &count)->state, SONDE_QUERY_DROPPED);
	assert_int_equal(sonde_path_queries(f->path, 4, &count)->state, SONDE_QUERY_DROPPED);
}

/* What is sent to a row that stands already is sent to be waited for, in the same instant or later, by the same trace or another. */
static void what_is_sent_after_its_row_stood_may_be_lost(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	struct sonde_event_probe before = made_sent(&f->m, 1);
	made_settled(&f->m, 1);
	struct sonde_event_probe at_once = made_sent(&f->m, 1);
	f->m.trace_id = 7;
	struct sonde_event_probe other = made_sent(&f->m, 1);
	f->m.now += SONDE_S;
	struct sonde_event_probe later = made_sent(&f->m, 1), crowded = made_sent(&f->m, 1);
	f->m.now += SONDE_S;
	given_up(f, before);
	assert_int_equal(row_at(f, 1)->dropped_count, 1);
	assert_int_equal(f->row.lost_count, 0);
	given_up(f, at_once);
	given_up(f, other);
	given_up(f, later);
	crowded.crowded = true;
	given_up(f, crowded);
	assert_int_equal(row_at(f, 1)->lost_count, 3);
	assert_int_equal(f->row.dropped_count, 1);
	assert_int_equal(f->row.crowded_count, 1);
	assert_int_equal(f->row.answered_count, 1);
	/* A probe whose sending was not seen has only its time. */
	f->m.trace_id = 0;
	given_up(f, (struct sonde_event_probe){.token = 1000, .ttl = 1, .sent_at_ns = -1});
	assert_int_equal(row_at(f, 1)->dropped_count, 2);
}

/* A trace that asks again settles nothing: that the row does meanwhile makes none of its probes spare. */
/* How a later trace ends is not how the path does; what it gave up because it was stopped is no loss. */
static void a_later_trace_that_is_stopped_loses_nothing(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 1, .last_answering_ttl = 1});
	f->m.trace_id = 7;
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TRACE_START, .as.start = {.dst = f->m.target, .max_ttl = 3}});
	struct sonde_event_probe asked = made_sent(&f->m, 1);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = asked});
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_INTERRUPTED});
	assert_int_equal(sonde_path_end(f->path)->stop, SONDE_STOP_GAP);
	assert_int_equal(sonde_path_cfg(f->path)->max_ttl, 30);
	const struct sonde_row *row = row_at(f, 1);
	assert_int_equal(row->lost_count, 0);
	assert_int_equal(row->dropped_count, 1);
}

/* The probe that just gets to the target was lost; asked again it is answered, and there is no hop farther. */
static void what_another_trace_asked_brings_the_target_nearer(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.1.1", SONDE_M_TIME_EXCEEDED, 100);
	made_lost(&f->m, 2);
	made_hop(&f->m, 3, "192.0.2.9", SONDE_M_ECHO_REPLY, 300);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_REACHED, .reached = true, .distance = 3, .last_ttl = 3});
	assert_int_equal(sonde_path_distance(f->path), 3);
	f->m.trace_id++;
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_ECHO_REPLY, 200);
	assert_int_equal(sonde_path_distance(f->path), 2);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
	assert_true(row_at(f, 2)->is_target);
}

static void what_another_trace_asked_is_waited_for_whatever_settles(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	f->m.trace_id = 3;
	struct sonde_event_probe asked = made_sent(&f->m, 1);
	f->m.trace_id = 0;
	made_settled(&f->m, 1);
	f->m.now += SONDE_S;
	f->m.trace_id = 3;
	given_up(f, asked);
	assert_int_equal(row_at(f, 1)->lost_count, 1);
	assert_false(f->row.queries[0]->asked);
	assert_true(f->row.queries[1]->asked);
	/* After the end of the trace it is still taken, and pending as long as nobody knows. */
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_GAP, .last_ttl = 1, .last_answering_ttl = 1});
	struct sonde_event_probe last = made_sent(&f->m, 1);
	assert_int_equal(row_at(f, 1)->pending_count, 1);
	made_answer(&f->m, SONDE_EV_REPLY, last, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 500);
	assert_int_equal(row_at(f, 1)->answered_count, 2);
	assert_int_equal(f->row.lost_count, 1);
}

static void an_ended_table_ends_with_the_last_row_that_says_something(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_lost(&f->m, 2);
	f->m.now += SONDE_S;
	made_lost(&f->m, 3);
	made_settled(&f->m, 3);
	assert_int_equal(sonde_path_last_ttl(f->path), 3);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_DEADLINE, .last_ttl = 3, .last_answering_ttl = 1});
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
}

static void time_exceeded_in_the_targets_name_is_transit(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_TIME_EXCEEDED, 400);
	assert_int_equal(sonde_path_distance(f->path), 0);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
}

static void the_probe_at_ttl_255_is_no_row(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_hop(&f->m, 255, "192.0.2.9", SONDE_M_ECHO_REPLY, 900);
	assert_int_equal(sonde_path_distance(f->path), 0);
	assert_int_equal(sonde_path_last_ttl(f->path), 1);
}

/* … whoever answered it, and however the trace ended. */
static void a_refusal_at_ttl_255_is_no_row(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_lost(&f->m, 2);
	made_hop(&f->m, 255, "10.0.9.1", SONDE_M_ADMIN_PROHIBITED, 900);
	struct sonde_event_end end = {.stop = SONDE_STOP_UNREACHABLE, .last_ttl = 2, .last_answering_ttl = 1, .by_ttl = 255};
	made_end(&f->m, end);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
	end.by_ttl = 0;
	made_end(&f->m, end);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
}

/* All that were sent are told of it, in the order of their TTLs: the rows behind the first are none, unless the way goes on there. */
static void nothing_stands_behind_a_refusal(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_probe probes[4];
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	for (uint8_t ttl = 2; ttl <= 5; ttl++) {
		probes[ttl - 2] = made_sent(&f->m, ttl);
		made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = probes[ttl - 2]});
		made_settled(&f->m, ttl);
	}
	assert_int_equal(sonde_path_last_ttl(f->path), 5);
	made_answer(&f->m, SONDE_EV_LATE, probes[0], "10.0.0.1", SONDE_M_HOST_UNREACHABLE, 3000000);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
	made_answer(&f->m, SONDE_EV_LATE, probes[1], "10.0.0.1", SONDE_M_HOST_UNREACHABLE, 3000000);
	assert_int_equal(sonde_path_last_ttl(f->path), 2);
	made_answer(&f->m, SONDE_EV_LATE, probes[2], "10.0.0.4", SONDE_M_TIME_EXCEEDED, 3000000);
	assert_int_equal(sonde_path_last_ttl(f->path), 5);
	made_answer(&f->m, SONDE_EV_LATE, probes[3], "192.0.2.9", SONDE_M_ECHO_REPLY, 3000000);
	assert_int_equal(sonde_path_distance(f->path), 5);
}

static void the_end_decides(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_hop(&f->m, 2, "192.0.2.9", SONDE_M_SYN_ACK, 500); /* a proxy speaks for the target … */
	made_hop(&f->m, 3, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 500);
	made_sent(&f->m, 9);
	made_end(&f->m, (struct sonde_event_end){.stop = SONDE_STOP_CONTRADICTED, .last_ttl = 3, .last_answering_ttl = 3});
	assert_int_equal(sonde_path_distance(f->path), 0); /* … and the engine knew better */
	assert_int_equal(sonde_path_last_ttl(f->path), 3);
	assert_int_equal(sonde_path_settled_ttl(f->path), 3);
	assert_int_equal(sonde_path_end(f->path)->stop, SONDE_STOP_CONTRADICTED);
}

static void rows_settle_in_order(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 3, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 500);
	assert_int_equal(sonde_path_settled_ttl(f->path), 0);
	made_settled(&f->m, 1);
	made_settled(&f->m, 2);
	assert_int_equal(sonde_path_settled_ttl(f->path), 2);
	assert_false(row_at(f, 3)->settled);
	made_settled(&f->m, 3);
	assert_int_equal(sonde_path_settled_ttl(f->path), 3);
	assert_true(row_at(f, 3)->settled);
}

static void a_recording_may_begin_in_the_middle(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_probe probe = {.token = 77, .ttl = 6};
	made_answer(&f->m, SONDE_EV_REPLY, probe, "10.0.0.6", SONDE_M_TIME_EXCEEDED, 10);
	assert_int_equal(sonde_path_last_ttl(f->path), 6);
	assert_int_equal(row_at(f, 6)->answered_count, 1);
}

static void many_queries_are_all_kept(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 255);
	for (int i = 0; i < 1000; i++)
		made_hop(&f->m, 1, i % 2 ? "10.0.0.1" : "10.0.0.2", SONDE_M_TIME_EXCEEDED, i);
	assert_int_equal(row_at(f, 1)->answered_count, 1000);
	assert_int_equal(f->row.responder_count, 2);
}

/* A row leaves out what its target was not needed for; the list of what was sent does not. */
static void every_probe_is_there_as_it_was_sent(void **state)
{
	struct fixture *f = *state;
	size_t count;
	made_start(&f->m, "192.0.2.9", 1);
	made_hop(&f->m, 1, "192.0.2.9", SONDE_M_SYN_ACK, 10);
	made_lost(&f->m, 1);
	made_lost(&f->m, 2);
	assert_int_equal(row_at(f, 1)->query_count, 1);
	const struct sonde_query *queries = sonde_path_queries(f->path, 1, &count);
	assert_int_equal(count, 2);
	assert_int_equal(queries[0].state, SONDE_QUERY_ANSWERED);
	assert_int_equal(queries[1].state, SONDE_QUERY_LOST);
	assert_int_equal(queries[1].probe.serial, 2);
	queries = sonde_path_queries(f->path, 2, &count);
	assert_true(count == 1 && queries[0].probe.ttl == 2);
	sonde_path_queries(f->path, 255, &count);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(nothing_known_shows_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_probe_is_there_as_it_was_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(each_state_is_counted_as_what_it_is, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_late_answer_is_an_answer, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_was_given_up_too_early_is_no_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_nobody_needed_or_waited_for_is_no_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_was_sent_past_the_target_is_no_loss, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_is_sent_after_its_row_stood_may_be_lost, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_later_trace_that_is_stopped_loses_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_another_trace_asked_brings_the_target_nearer, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_another_trace_asked_is_waited_for_whatever_settles, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_ended_table_ends_with_the_last_row_that_says_something, setup, teardown),
	    cmocka_unit_test_setup_teardown(time_exceeded_in_the_targets_name_is_transit, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_probe_at_ttl_255_is_no_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_refusal_at_ttl_255_is_no_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(nothing_stands_behind_a_refusal, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_end_decides, setup, teardown),
	    cmocka_unit_test_setup_teardown(rows_settle_in_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_recording_may_begin_in_the_middle, setup, teardown),
	    cmocka_unit_test_setup_teardown(many_queries_are_all_kept, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
