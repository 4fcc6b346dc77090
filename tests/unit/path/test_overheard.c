/* SPDX-License-Identifier: MIT */
/* Answers that an interface of this machine saw: no loss of the path, unless they come to us after all, or prove nothing. */
#include "madepath.h"

#include <errno.h>

static const struct sonde_event_end ended = {.stop = SONDE_STOP_GAP, .last_ttl = 3, .last_answering_ttl = 1, .ear = SONDE_EAR_OPEN};

static void what_this_machine_kept_is_no_loss(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_hop(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_lost(&f->m, 1);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	assert_int_equal(row_at(f, 1)->overheard_count, 1);
	made_end(&f->m, ended);
	const struct sonde_row *row = row_at(f, 1);
	assert_int_equal(row->overheard_count, 1);
	assert_int_equal(row->lost_count, 1);
	assert_int_equal(row->answered_count, 1);
	assert_int_equal(row->sent_count, 3);
	assert_int_equal(row->responder_count, 1);
	assert_int_equal(row->queries[2]->state, SONDE_QUERY_OVERHEARD);
	assert_string_equal(row->queries[2]->way.device, "eth0");
	struct sonde_cell loss = sonde_column((size_t)sonde_column_find("loss"))->get(row, 0);
	assert_int_equal(loss.as.ppm, 500000);
}

static void what_comes_to_us_after_all_is_an_answer(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	struct sonde_event_probe early = made_sent(&f->m, 1), late = made_sent(&f->m, 1);
	made_overheard(&f->m, early, "10.0.0.1", SONDE_M_TIME_EXCEEDED, f->m.now);
	made_answer(&f->m, SONDE_EV_REPLY, early, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 400);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = late});
	made_overheard(&f->m, late, "10.0.0.1", SONDE_M_TIME_EXCEEDED, f->m.now);
	made_answer(&f->m, SONDE_EV_LATE, late, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 900000);
	made_overheard(&f->m, late, "10.0.0.1", SONDE_M_TIME_EXCEEDED, f->m.now);
	f->m.now += SONDE_S;
	made_end(&f->m, ended);
	assert_int_equal(row_at(f, 1)->answered_count, 2);
	assert_int_equal(f->row.overheard_count, 0);
}

/* It may have been on its way from the interface to us when the trace ended. */
static void what_came_right_before_the_end_proves_nothing(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	struct sonde_event_probe last = made_sent(&f->m, 1);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_TIMEOUT, .probe = last});
	made_overheard(&f->m, last, "10.0.0.1", SONDE_M_TIME_EXCEEDED, f->m.now);
	f->m.now += 19 * SONDE_MS;
	made_end(&f->m, ended);
	assert_int_equal(row_at(f, 1)->overheard_count, 1);
	assert_int_equal(f->row.dropped_count, 1);
	assert_int_equal(f->row.lost_count, 0);
}

static void an_overflow_of_our_own_is_nobody_elses_filter(void **state)
{
	struct fixture *f = *state;
	struct sonde_event_end end = ended;
	made_start(&f->m, "192.0.2.9", 3);
	made_kept(&f->m, 1, "10.0.0.1", SONDE_M_TIME_EXCEEDED);
	end.dropped_count = 1;
	made_end(&f->m, end);
	assert_int_equal(row_at(f, 1)->overheard_count, 0);
	assert_int_equal(f->row.dropped_count, 1);
}

static void what_did_not_leave_stays_so(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 3);
	struct sonde_event_probe failed = made_sent(&f->m, 1);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_LOCAL_ERROR, .probe = failed, .as.sys_errno = EPERM});
	made_overheard(&f->m, failed, "10.0.0.1", SONDE_M_TIME_EXCEEDED, f->m.now);
	assert_int_equal(row_at(f, 1)->failed_count, 1);
	assert_int_equal(f->row.overheard_count, 0);
}

static const struct sonde_query *syn_ack(struct fixture *f, uint32_t diff, uint32_t waiting_count, sonde_ns before_end_ns)
{
	struct sonde_event event = {.type = SONDE_EV_OVERHEARD, .probe = made_sent(&f->m, 2)};
	made_answer(&f->m, SONDE_EV_REPLY, event.probe, "192.0.2.9", SONDE_M_SYN_ACK, 400);
	event.as.overheard.answer = (struct sonde_event_answer){.at_ns = f->m.now, .meaning = SONDE_M_SYN_ACK, .diff = diff};
	event.as.overheard.way.waiting_count = waiting_count;
	made_event(&f->m, event);
	f->m.now += before_end_ns;
	made_end(&f->m, ended);
	return row_at(f, 2)->queries[row_at(f, 2)->query_count - 1];
}

static void a_syn_ack_wants_a_reset(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 9);
	f->m.now = SONDE_S;
	assert_int_not_equal(syn_ack(f, 0, 0, SONDE_S)->syn_ack_at_ns, 0);
	assert_int_not_equal(syn_ack(f, SONDE_DIFF_STAMP, 0, SONDE_S)->syn_ack_at_ns, 0);
	/* translated on this machine, behind a full queue, or just come: its reset could not be seen, or not yet */
	assert_int_equal(syn_ack(f, SONDE_DIFF_SPORT, 0, SONDE_S)->syn_ack_at_ns, 0);
	assert_int_equal(syn_ack(f, 0, 3, SONDE_S)->syn_ack_at_ns, 0);
	assert_int_equal(syn_ack(f, 0, 0, SONDE_MS / 2)->syn_ack_at_ns, 0);
	const struct sonde_query *query = syn_ack(f, 0, 0, SONDE_S);
	assert_false(query->own_reset);
	made_event(&f->m, (struct sonde_event){.type = SONDE_EV_OVERHEARD, .probe = query->probe, .as.overheard.own_reset = true});
	row_at(f, 2);
	assert_true(f->row.queries[f->row.query_count - 1]->own_reset);
	assert_int_equal(f->row.queries[f->row.query_count - 1]->state, SONDE_QUERY_ANSWERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_this_machine_kept_is_no_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(what_comes_to_us_after_all_is_an_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(what_came_right_before_the_end_proves_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(an_overflow_of_our_own_is_nobody_elses_filter, setup, teardown),
		cmocka_unit_test_setup_teardown(what_did_not_leave_stays_so, setup, teardown),
		cmocka_unit_test_setup_teardown(a_syn_ack_wants_a_reset, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
