/* SPDX-License-Identifier: MIT */
/* The rules table: every row says all that a person or a script wants to know of it, and no two say the same. */
#include "test.h"

#include "diag/diag.h"

#include <string.h>

/* What a row says in whole sentences. */
static const char *sentences_of(const struct sonde_rule_info *rule, size_t nth)
{
	const char *const all[] = {rule->meaning, rule->otherwise, rule->advice,
	                           rule->advice_compared ? rule->advice_compared : rule->advice};
	return nth < sizeof all / sizeof *all ? all[nth] : NULL;
}

static void every_row_says_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < sonde_rule_count(); i++) {
		const struct sonde_rule_info *rule = sonde_rule(i);
		const char *text;
		assert_true(strlen(rule->id) > 2 && rule->id[strspn(rule->id, "abcdefghijklmnopqrstuvwxyz-")] == 0);
		assert_true(rule->summary && *rule->summary && rule->summary[strlen(rule->summary) - 1] != '.');
		for (size_t nth = 0; nth < 4; nth++) {
			text = sentences_of(rule, nth);
			if (!text || strlen(text) < 20 || text[strlen(text) - 1] != '.' || strstr(text, "  "))
				fail_msg("%s: not whole sentences: %s", rule->id, text ? text : "nothing");
		}
		/* it has just been done */
		assert_true(!strstr(rule->advice, "sonde compare") || rule->advice_compared);
		assert_true(!rule->advice_compared || !strstr(rule->advice_compared, "sonde compare"));
		assert_true(rule->source && *rule->source);
		assert_true(rule->exit_status <= 3);
	}
}

static void no_two_rows_say_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sonde_rule_count(); i++)
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(sonde_rule(i)->id, sonde_rule(j)->id);
			assert_string_not_equal(sonde_rule(i)->summary, sonde_rule(j)->summary);
			for (size_t nth = 0; nth < 3; nth++)
				if (strcmp(sentences_of(sonde_rule(i), nth), sentences_of(sonde_rule(j), nth)) == 0)
					fail_msg("%s and %s say the same: %s", sonde_rule(i)->id, sonde_rule(j)->id,
					         sentences_of(sonde_rule(i), nth));
		}
}

static void an_id_finds_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sonde_rule_count(); i++)
		assert_int_equal(sonde_rule_find(sonde_rule(i)->id), (int)i);
	assert_int_equal(sonde_rule_find("no-such-finding"), -1);
	assert_null(sonde_rule(sonde_rule_count()));
	assert_null(sn_rule(sonde_rule_count()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_says_all),
		cmocka_unit_test(no_two_rows_say_the_same),
		cmocka_unit_test(an_id_finds_its_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
