/* SPDX-License-Identifier: MIT */
/* Sizes and steps: order, what is stronger, loss in between, several links, what is not known. */
#include "test.h"

#include "base/sizes.h"

static const struct sonde_addr r1 = {.family = 4, .bytes = {10, 0, 0, 1}}, r2 = {.family = 4, .bytes = {10, 0, 0, 2}};

static void learn(struct sn_sizes *sizes, uint16_t bytes, enum sn_size_fate fate, const struct sonde_addr *by)
{
	struct sn_size *size = sn_sizes_at(sizes, bytes);
	assert_non_null(size);
	struct sn_size_word word = {.said_bytes = 1400, .meaning = SONDE_M_PACKET_TOO_BIG};
	if (by)
		word.by = *by;
	sn_size_learn(size, fate, &word);
}

static void check(const struct sn_size_step *step, unsigned refused, unsigned got)
{
	assert_int_equal(step->refused->bytes, refused);
	assert_int_equal(step->got ? step->got->bytes : 0, got);
}

static void sizes_stand_in_order(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	static const uint16_t bytes[] = {1500, 60, 1400, 1450, 60, 1500, 576};
	static const uint16_t sorted[] = {60, 576, 1400, 1450, 1500};
	for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
		assert_int_equal(sn_sizes_at(&sizes, bytes[i])->bytes, bytes[i]);
	assert_int_equal(sizes.count, sizeof sorted / sizeof *sorted);
	for (size_t i = 0; i < sizes.count; i++)
		assert_int_equal(sizes.items[i].bytes, sorted[i]);
}

static void there_is_an_end_to_room(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	for (uint16_t i = 0; i < SN_SIZES_MAX; i++)
		assert_non_null(sn_sizes_at(&sizes, (uint16_t)(100 + i)));
	assert_null(sn_sizes_at(&sizes, 99));
	assert_non_null(sn_sizes_at(&sizes, 100));
}

static void what_is_stronger_stays(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	struct sn_size *size = sn_sizes_at(&sizes, 1400);
	sn_size_learn(size, SN_SIZE_REFUSED, &(struct sn_size_word){.by = r2, .meaning = SONDE_M_ADMIN_PROHIBITED});
	assert_int_equal(size->word.meaning, SONDE_M_ADMIN_PROHIBITED);
	sn_size_learn(size, SN_SIZE_TOO_BIG, &(struct sn_size_word){.by = r1, .said_bytes = 1300});
	sn_size_learn(size, SN_SIZE_SILENT, NULL);
	assert_int_equal(size->fate, SN_SIZE_TOO_BIG);
	assert_int_equal(size->word.said_bytes, 1300);
	sn_size_learn(size, SN_SIZE_PASSED, NULL);
	assert_int_equal(size->fate, SN_SIZE_PASSED);
	assert_int_equal(size->word.said_bytes, 0);
	assert_int_equal(size->word.by.family, 0);
}

static void nothing_has_no_steps(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	assert_int_equal(sn_sizes_steps(&sizes, steps), 0);
	sn_sizes_at(&sizes, 1500);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 0);
	learn(&sizes, 1500, SN_SIZE_PASSED, NULL);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 0);
}

static void each_link_is_a_step(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	learn(&sizes, 9001, SN_SIZE_NOT_HERE, NULL);
	learn(&sizes, 9000, SN_SIZE_TOO_BIG, &r1);
	learn(&sizes, 1501, SN_SIZE_TOO_BIG, &r1);
	learn(&sizes, 1500, SN_SIZE_SILENT, NULL);
	learn(&sizes, 1401, SN_SIZE_SILENT, NULL);
	learn(&sizes, 1400, SN_SIZE_TOO_BIG, &r2);
	learn(&sizes, 1281, SN_SIZE_TOO_BIG, &r2);
	learn(&sizes, 1280, SN_SIZE_PASSED, NULL);
	learn(&sizes, 60, SN_SIZE_PASSED, NULL);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 4);
	check(&steps[0], 9001, 9000);
	check(&steps[1], 1501, 1500);
	check(&steps[2], 1401, 1400);
	check(&steps[3], 1281, 1280);
}

static void loss_is_no_step(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	learn(&sizes, 1500, SN_SIZE_TOO_BIG, &r1);
	learn(&sizes, 1450, SN_SIZE_SILENT, NULL);
	learn(&sizes, 1401, SN_SIZE_TOO_BIG, &r1);
	learn(&sizes, 1400, SN_SIZE_PASSED, NULL);
	learn(&sizes, 1280, SN_SIZE_SILENT, NULL);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 1);
	check(&steps[0], 1401, 1400);
	/* between two that differ it may be a link of its own */
	learn(&sizes, 1405, SN_SIZE_TOO_BIG, &r2);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 4);
	check(&steps[0], 1500, 1450);
	check(&steps[1], 1450, 1405);
}

static void where_nothing_passed_there_is_no_other_side(void **unused)
{
	(void)unused;
	struct sn_sizes sizes = {0};
	struct sn_size_step steps[SN_SIZE_STEPS_MAX];
	learn(&sizes, 1500, SN_SIZE_TOO_BIG, &r1);
	learn(&sizes, 60, SN_SIZE_SILENT, NULL);
	assert_int_equal(sn_sizes_steps(&sizes, steps), 2);
	check(&steps[0], 1500, 60);
	check(&steps[1], 60, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_stand_in_order),
		cmocka_unit_test(there_is_an_end_to_room),
		cmocka_unit_test(what_is_stronger_stays),
		cmocka_unit_test(nothing_has_no_steps),
		cmocka_unit_test(each_link_is_a_step),
		cmocka_unit_test(loss_is_no_step),
		cmocka_unit_test(where_nothing_passed_there_is_no_other_side),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
