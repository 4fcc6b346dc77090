/* SPDX-License-Identifier: MIT */
/* Text grows up to its maximum, never beyond, and says so. */
#include "test.h"

#include "base/buf.h"

#include <string.h>

static void text_is_always_terminated(void **state)
{
	(void)state;
	struct sn_buf buf = {0};
	assert_string_equal(sn_buf_text(&buf), "");
	sn_buf_puts(&buf, "");
	assert_string_equal(sn_buf_text(&buf), "");
	sn_buf_puts(&buf, "one");
	sn_buf_putc(&buf, ' ');
	sn_buf_add(&buf, "twofold", 3);
	sn_buf_pad(&buf, '.', 3);
	sn_buf_printf(&buf, "%d%s", 4, "!");
	assert_string_equal(sn_buf_text(&buf), "one two...4!");
	assert_int_equal(buf.length_bytes, strlen("one two...4!"));
	sn_buf_clear(&buf);
	assert_string_equal(sn_buf_text(&buf), "");
	sn_buf_finish(&buf);
	sn_buf_finish(&buf);
}

static void long_text_arrives_whole(void **state)
{
	(void)state;
	struct sn_buf buf = {0};
	for (int i = 0; i < 5000; i++)
		sn_buf_printf(&buf, "%05d", i);
	assert_false(buf.bad);
	assert_int_equal(buf.length_bytes, 25000);
	for (int i = 0; i < 5000; i++) {
		int value = 0;
		for (size_t digit = 0; digit < 5; digit++)
			value = value * 10 + (sn_buf_text(&buf)[(size_t)i * 5 + digit] - '0');
		assert_int_equal(value, i);
	}
	sn_buf_finish(&buf);
}

/* The maximum counts the final zero. What does not fit is left out as a whole, and nothing is added behind a gap. */
static void the_maximum_holds_and_failure_sticks(void **state)
{
	(void)state;
	struct sn_buf buf = {.max_bytes = 8};
	sn_buf_puts(&buf, "1234");
	sn_buf_puts(&buf, "5678");
	assert_true(buf.bad);
	sn_buf_putc(&buf, 'x');
	sn_buf_pad(&buf, 'x', 1);
	sn_buf_printf(&buf, "x");
	assert_string_equal(sn_buf_text(&buf), "1234");
	sn_buf_clear(&buf);
	assert_true(buf.bad); /* what was added before is missing wherever it went */
	assert_string_equal(sn_buf_text(&buf), "");
	sn_buf_finish(&buf);
	assert_false(buf.bad);
	sn_buf_puts(&buf, "1234567");
	assert_false(buf.bad);
	assert_string_equal(sn_buf_text(&buf), "1234567");
	sn_buf_pad(&buf, ' ', SIZE_MAX);
	assert_true(buf.bad);
	sn_buf_finish(&buf);
	assert_int_equal(buf.max_bytes, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_always_terminated),
		cmocka_unit_test(long_text_arrives_whole),
		cmocka_unit_test(the_maximum_holds_and_failure_sticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
