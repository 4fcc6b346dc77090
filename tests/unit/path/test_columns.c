/* SPDX-License-Identifier: MIT */
/* The column table as a contract: each row is complete, found by its key, and answers for an empty row. */
#include "test.h"

#include <sonde/path.h>

#include <string.h>

static void each_column_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < sonde_column_count(); i++) {
		const struct sonde_column *c = sonde_column(i);
		assert_int_equal(sonde_column_find(c->key), i);
		assert_true(strlen(c->key) > 0 && strlen(c->doc) > 0);
		assert_true(c->width4 >= strlen(c->header) && c->width6 >= strlen(c->header));
		struct sonde_row empty = {.ttl = 1};
		struct sonde_cell cell = c->get(&empty, 0);
		assert_true(cell.kind == SONDE_CELL_NONE || cell.kind == SONDE_CELL_COUNT || cell.kind == SONDE_CELL_ADDR ||
		            cell.kind == SONDE_CELL_TIMES || (cell.kind == SONDE_CELL_ABOUT && !cell.as.about.addr.family));
	}
	assert_null(sonde_column(sonde_column_count()));
	assert_int_equal(sonde_column_find("nonsense"), -1);
}

static void the_standard_table_is_hop_address_loss_times(void **state)
{
	(void)state;
	const char *expected[] = {"hop", "address", "loss", "times"};
	size_t found = 0;
	for (size_t i = 0; i < sonde_column_count(); i++)
		if (sonde_column(i)->standard) {
			assert_true(found < 4);
			assert_string_equal(sonde_column(i)->key, expected[found++]);
		}
	assert_int_equal(found, 4);
}

/* An answered query of one responder, or, negative, one that was lost. */
static void fill(struct sonde_query *queries, const struct sonde_query **list, const int *ms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		queries[i] = (struct sonde_query){.state = ms[i] < 0 ? SONDE_QUERY_LOST : SONDE_QUERY_ANSWERED};
		queries[i].answer.from = (struct sonde_addr){.family = 4, .bytes = {192, 0, 2, 1}};
		queries[i].answer.rtt_ns = ms[i] * SONDE_MS;
		list[i] = &queries[i];
	}
}

static struct sonde_row row_of(const struct sonde_query **list, size_t count, struct sonde_responder *r)
{
	struct sonde_row row = {.ttl = 1, .queries = list, .query_count = count, .responders = r, .responder_count = 1};
	*r = (struct sonde_responder){.addr = {.family = 4, .bytes = {192, 0, 2, 1}}};
	for (size_t i = 0; i < count; i++) {
		sonde_ns rtt = list[i]->answer.rtt_ns;
		row.sent_count++;
		if (list[i]->state == SONDE_QUERY_LOST) {
			row.lost_count++;
			continue;
		}
		row.answered_count++;
		r->best_ns = !r->timed_count || rtt < r->best_ns ? rtt : r->best_ns;
		r->worst_ns = rtt > r->worst_ns ? rtt : r->worst_ns;
		r->sum_ns += rtt;
		r->answered_count++;
		r->timed_count++;
	}
	return row;
}

static struct sonde_cell cell_of(const char *key, const struct sonde_row *row)
{
	return sonde_column((size_t)sonde_column_find(key))->get(row, 0);
}

static void p95_and_jitter_are_of_the_times(void **state)
{
	(void)state;
	int ms[100];
	struct sonde_query queries[100];
	const struct sonde_query *list[100];
	struct sonde_responder r;
	for (int i = 0; i < 100; i++)
		ms[i] = (i * 37 % 100) + 1; /* 1 to 100 in another order */
	fill(queries, list, ms, 100);
	struct sonde_row row = row_of(list, 100, &r);
	assert_true(cell_of("p95", &row).as.ns == 95 * SONDE_MS);
	row = row_of(list, 1, &r);
	assert_true(cell_of("p95", &row).as.ns == SONDE_MS);
	assert_int_equal(cell_of("jitter", &row).kind, SONDE_CELL_NONE);
	fill(queries, list, (const int[]){10, -1, 14, 11, 11}, 5); /* 4, 3, 0: what was lost has no time */
	row = row_of(list, 5, &r);
	assert_int_equal(cell_of("jitter", &row).as.ns, 7 * SONDE_MS / 3);
	assert_true(cell_of("p95", &row).as.ns == 14 * SONDE_MS);
	fill(queries, list, (const int[]){-1, -1}, 2);
	row = row_of(list, 2, &r);
	assert_int_equal(cell_of("p95", &row).kind, SONDE_CELL_NONE);
	assert_int_equal(cell_of("interval", &row).kind, SONDE_CELL_NONE); /* a silent hop */
}

/* Wilson's interval of 5 in 100, as tables have it: 2.15 % to 11.18 %; of 0 in 10: 0 to 27.8 %. */
static void the_interval_of_a_loss_is_wilsons(void **state)
{
	(void)state;
	struct sonde_row row = {.answered_count = 95, .lost_count = 5};
	struct sonde_cell cell = cell_of("interval", &row);
	assert_int_equal(cell.kind, SONDE_CELL_RANGE);
	assert_in_range(cell.as.range.low_ppm, 21500, 21600);
	assert_in_range(cell.as.range.high_ppm, 111700, 111900);
	row = (struct sonde_row){.answered_count = 10};
	cell = cell_of("interval", &row);
	assert_int_equal(cell.as.range.low_ppm, 0);
	assert_in_range(cell.as.range.high_ppm, 277000, 278000);
}

static void rows_of_several_paths_add_up(void **state)
{
	(void)state;
	struct sonde_query queries[2][3];
	const struct sonde_query *lists[2][3];
	struct sonde_responder responders[2];
	struct sonde_row sum = {0};
	fill(queries[0], lists[0], (const int[]){5, 7, -1}, 3);
	fill(queries[1], lists[1], (const int[]){3, 4, 20}, 3);
	for (size_t i = 0; i < 2; i++) {
		struct sonde_row row = row_of(lists[i], 3, &responders[i]);
		row.is_target = i == 1;
		assert_int_equal(sonde_row_add(&sum, &row), SONDE_OK);
	}
	assert_int_equal(sum.query_count, 6);
	assert_int_equal(sum.responder_count, 1);
	assert_int_equal(sum.answered_count, 5);
	assert_int_equal(sum.lost_count, 1);
	assert_true(sum.is_target && sum.responders[0].best_ns == 3 * SONDE_MS && sum.responders[0].worst_ns == 20 * SONDE_MS);
	assert_int_equal(cell_of("loss", &sum).as.ppm, 166666);
	assert_int_equal(cell_of("avg", &sum).as.ns, 39 * SONDE_MS / 5);
	assert_int_equal(cell_of("jitter", &sum).as.ns, (2 + 4 + 1 + 16) * SONDE_MS / 4);
	sonde_row_finish(&sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_column_is_complete),
	    cmocka_unit_test(p95_and_jitter_are_of_the_times),
	    cmocka_unit_test(the_interval_of_a_loss_is_wilsons),
	    cmocka_unit_test(rows_of_several_paths_add_up),
	    cmocka_unit_test(the_standard_table_is_hop_address_loss_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
