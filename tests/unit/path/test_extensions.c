/* SPDX-License-Identifier: MIT */
/* What came beside an answer stays with the query that it answered. */
#include "madepath.h"

static void made_label(struct made *m, struct sonde_event_probe probe, enum sonde_event_type of, uint32_t label)
{
	struct sonde_event event = {.type = SONDE_EV_EXTENSION, .probe = probe};
	event.as.extension.of = of;
	struct sonde_extension *object = &event.as.extension.object;
	*object = (struct sonde_extension){.kind = SONDE_EXTENSION_MPLS, .class_num = 1, .c_type = 1, .object = 1, .piece = 1};
	object->as.mpls.count = 1;
	object->as.mpls.labels[0].label = label;
	made_event(m, event);
}

static void objects_stay_with_their_query(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 2);
	struct sonde_event_probe first = made_sent(&f->m, 2), second = made_sent(&f->m, 2);
	made_answer(&f->m, SONDE_EV_REPLY, second, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 900);
	made_label(&f->m, second, SONDE_EV_REPLY, 17);
	made_label(&f->m, second, SONDE_EV_REPLY, 18);
	made_answer(&f->m, SONDE_EV_LATE, first, "10.0.0.2", SONDE_M_TIME_EXCEEDED, 900);
	for (uint32_t label = 100; label < 120; label++)
		made_label(&f->m, first, SONDE_EV_LATE, label);
	const struct sonde_row *row = row_at(f, 2);
	assert_int_equal(row->queries[0]->extension_count, 20);
	assert_int_equal(row->queries[0]->extensions[19].as.mpls.labels[0].label, 119);
	assert_int_equal(row->queries[1]->extension_count, 2);
	assert_int_equal(row->queries[1]->extensions[0].as.mpls.labels[0].label, 17);
	assert_int_equal(row->queries[1]->extensions[1].as.mpls.labels[0].label, 18);
}

/* … as the answer does not change either. */
static void those_of_further_answers_change_nothing(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	struct sonde_event_probe probe = made_sent(&f->m, 1);
	made_answer(&f->m, SONDE_EV_REPLY, probe, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 900);
	made_label(&f->m, probe, SONDE_EV_REPLY, 17);
	made_answer(&f->m, SONDE_EV_DUPLICATE, probe, "10.0.0.3", SONDE_M_TIME_EXCEEDED, 950);
	made_label(&f->m, probe, SONDE_EV_DUPLICATE, 99);
	assert_int_equal(row_at(f, 1)->queries[0]->extension_count, 1);
	assert_int_equal(f->row.queries[0]->extensions[0].as.mpls.labels[0].label, 17);
}

static void there_is_a_bound(void **state)
{
	struct fixture *f = *state;
	made_start(&f->m, "192.0.2.9", 1);
	struct sonde_event_probe probe = made_sent(&f->m, 1);
	made_answer(&f->m, SONDE_EV_REPLY, probe, "10.0.0.1", SONDE_M_TIME_EXCEEDED, 900);
	for (uint32_t label = 0; label < 2 * SONDE_EXTENSION_PIECES_MAX; label++)
		made_label(&f->m, probe, SONDE_EV_REPLY, label);
	assert_int_equal(row_at(f, 1)->queries[0]->extension_count, SONDE_EXTENSION_PIECES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(objects_stay_with_their_query, setup, teardown),
		cmocka_unit_test_setup_teardown(those_of_further_answers_change_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(there_is_a_bound, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
