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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_column_is_complete),
	    cmocka_unit_test(the_standard_table_is_hop_address_loss_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
