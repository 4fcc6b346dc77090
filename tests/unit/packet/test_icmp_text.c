/* SPDX-License-Identifier: MIT */
/* The texts about ICMP messages: one for each row of the table, whole, different, and with its source. */
#include "test.h"

#include "packet/icmp_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The text of a row: asked for as of any message that is understood by that row. */
static const struct sn_icmp_text *text_of(const struct sn_icmp_row *row)
{
	for (unsigned code = 0; code < 256; code++)
		if (sn_icmp_lookup(row->version, row->type, (uint8_t)code) == row)
			return sn_icmp_text(row->version, row->type, (uint8_t)code);
	return NULL;
}

static bool same(const struct sn_icmp_text *a, const struct sn_icmp_text *b)
{
	return strcmp(a->means, b->means) == 0 && strcmp(a->sender, b->sender) == 0 && strcmp(a->dropped, b->dropped) == 0 &&
	       strcmp(a->advice, b->advice) == 0;
}

static void expect_sentences(const char *text)
{
	size_t bytes = strlen(text);
	assert_true(bytes > 2);
	if (!isupper((unsigned char)text[0]) || !strchr(".?", text[bytes - 1]) || strstr(text, "  ") || strstr(text, ".."))
		fail_msg("not whole sentences: %s", text);
}

static void every_row_has_a_text_of_its_own(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	assert_int_equal(count, sn_icmp_texts4_count + sn_icmp_texts6_count);
	const struct sn_icmp_text **texts = calloc(count, sizeof *texts);
	assert_non_null(texts);
	for (size_t i = 0; i < count; i++) {
		texts[i] = text_of(&rows[i]);
		assert_non_null(texts[i]);
		assert_int_equal(texts[i]->type, rows[i].type);
		assert_int_equal(texts[i]->code, rows[i].code);
		for (size_t j = 0; j < i; j++) {
			assert_ptr_not_equal(texts[i], texts[j]);
			if (same(texts[i], texts[j]))
				fail_msg("%u/%u/%d says the same as %u/%u/%d", rows[i].version, rows[i].type, rows[i].code, rows[j].version,
				         rows[j].type, rows[j].code);
			/* What two messages of one family mean is never the same. */
			if (rows[i].version == rows[j].version && strcmp(texts[i]->means, texts[j]->means) == 0)
				fail_msg("%u/%u/%d means the same as %u/%d", rows[i].version, rows[i].type, rows[i].code, rows[j].type,
				         rows[j].code);
		}
	}
	free(texts);
}

static void every_text_is_whole_and_cites_an_rfc(void **state)
{
	(void)state;
	for (unsigned version = 4; version <= 6; version += 2)
		for (unsigned type = 0; type < 256; type++)
			for (unsigned code = 0; code < 256; code++) {
				const struct sn_icmp_text *text = sn_icmp_text((uint8_t)version, (uint8_t)type, (uint8_t)code);
				expect_sentences(text->means);
				expect_sentences(text->sender);
				expect_sentences(text->dropped);
				expect_sentences(text->advice);
				assert_true(strncmp(text->source, "RFC ", 4) == 0 && isdigit((unsigned char)text->source[4]));
			}
}

/* An RFC that the table of messages names is named by the text, too. */
static void the_text_cites_what_defines_the_message(void **state)
{
	(void)state;
	size_t count;
	const struct sn_icmp_row *rows = sn_icmp_table(&count);
	for (size_t i = 0; i < count; i++) {
		const struct sn_icmp_text *text = text_of(&rows[i]);
		bool named = strncmp(rows[i].source, "RFC ", 4) != 0;
		for (const char *at = rows[i].source; (at = strstr(at, "RFC ")); at += 4) {
			char rfc[9] = "";
			size_t bytes = 4 + strspn(at + 4, "0123456789");
			memcpy(rfc, at, bytes);
			named |= strstr(text->source, rfc) != NULL;
		}
		if (!named)
			fail_msg("%u/%u/%d: '%s' has none of '%s'", rows[i].version, rows[i].type, rows[i].code, text->source,
			         rows[i].source);
	}
}

static void what_is_unassigned_says_so(void **state)
{
	(void)state;
	assert_non_null(strstr(sn_icmp_text(4, 7, 0)->means, "Nobody has assigned"));
	assert_non_null(strstr(sn_icmp_text(4, 200, 3)->means, "Nobody has assigned"));
	assert_non_null(strstr(sn_icmp_text(6, 50, 0)->means, "an error"));
	assert_non_null(strstr(sn_icmp_text(6, 199, 0)->means, "informational"));
	assert_non_null(strstr(sn_icmp_text(4, 3, 77)->means, "nobody has assigned"));
	assert_ptr_equal(sn_icmp_text(4, 8, 0), sn_icmp_text(4, 8, 9)); /* nobody checks the code of a ping */
	assert_string_not_equal(sn_icmp_text(6, 50, 0)->means, sn_icmp_text(6, 199, 0)->means);
}

/* What must get through, by RFC 4890, is not advised against. */
static void what_must_not_be_dropped_is_allowed(void **state)
{
	(void)state;
	static const struct {
		uint8_t version, type, code;
	} musts[] = {{4, 3, 4}, {6, 1, 0}, {6, 1, 1}, {6, 1, 4}, {6, 2, 0}, {6, 3, 0}, {6, 4, 1}, {6, 4, 2}, {6, 128, 0}, {6, 129, 0}};
	for (size_t i = 0; i < sizeof musts / sizeof *musts; i++)
		assert_int_equal(strncmp(sn_icmp_text(musts[i].version, musts[i].type, musts[i].code)->advice, "Always", 6), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_has_a_text_of_its_own),
		cmocka_unit_test(every_text_is_whole_and_cites_an_rfc),
		cmocka_unit_test(the_text_cites_what_defines_the_message),
		cmocka_unit_test(what_is_unassigned_says_so),
		cmocka_unit_test(what_must_not_be_dropped_is_allowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
