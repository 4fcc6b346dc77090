/* SPDX-License-Identifier: MIT */
/* No text of a stranger acts on a terminal, whatever its bytes are; what is simply seen stays as it is. */
#include "test.h"

#include "base/clean.h"
#include "base/rng.h"

#include <string.h>

static void plain_text_stays(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "eth0", "xe-0/0/1.100", "Kern 1 (Süd)", "核心-1", "ядро", "€ ½ ﬁ", "𝒳"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct sn_buf buf = {0}, want = {0};
		sn_clean_quoted(&buf, texts[i], strlen(texts[i]), false);
		sn_buf_printf(&want, "\"%s\"", texts[i]);
		assert_string_equal(sn_buf_text(&buf), sn_buf_text(&want));
		sn_buf_finish(&buf);
		sn_buf_finish(&want);
	}
}

static void what_acts_is_written_out(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t count;
		bool ascii;
		const char *shown;
	} rows[] = {
		{"a\033[2Jb", 6, false, "\"a\\x1b[2Jb\""},               /* clears a screen */
		{"a\r\n\tb", 5, false, "\"a\\x0d\\x0a\\x09b\""},
		{"a\0b", 3, false, "\"a\\x00b\""},
		{"\x7f", 1, false, "\"\\x7f\""},
		{"\xc2\x9b" "31m", 5, false, "\"\\u{9b}31m\""},          /* CSI as one character */
		{"a\"] [x\\", 7, false, "\"a\\\"] [x\\\\\""},            /* no way out of the quotes */
		{"\xe2\x80\xae" "gpj", 6, false, "\"\\u{202e}gpj\""},    /* right-to-left override */
		{"\xe2\x81\xa6\xe2\x81\xa9", 6, false, "\"\\u{2066}\\u{2069}\""},
		{"\xe2\x80\xa8\xef\xbb\xbf\xc2\xad", 8, false, "\"\\u{2028}\\u{feff}\\u{ad}\""},
		{"\xf3\xa0\x81\x81", 4, false, "\"\\u{e0041}\""},        /* tag letters show nothing */
		{"\xee\x80\x80\xef\xbf\xbf", 6, false, "\"\\u{e000}\\u{ffff}\""},
		{"\xff\xfe", 2, false, "\"\\xff\\xfe\""},
		{"\xc0\xaf", 2, false, "\"\\xc0\\xaf\""},                /* '/' in two bytes */
		{"\xe0\x80\xaf", 3, false, "\"\\xe0\\x80\\xaf\""},
		{"\xed\xa0\x80", 3, false, "\"\\xed\\xa0\\x80\""},       /* half a surrogate pair */
		{"\xf4\x90\x80\x80", 4, false, "\"\\xf4\\x90\\x80\\x80\""},  /* beyond U+10FFFF */
		{"a\xe2\x82", 3, false, "\"a\\xe2\\x82\""},              /* cut */
		{"S\xc3\xbc" "d", 4, true, "\"S\\u{fc}d\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_clean_quoted(&buf, rows[i].text, rows[i].count, rows[i].ascii);
		assert_string_equal(sn_buf_text(&buf), rows[i].shown);
		sn_buf_finish(&buf);
	}
}

static void without_quotes_only_those_stay(void **state)
{
	(void)state;
	struct sn_buf buf = {0};
	sn_clean_plain(&buf, "a\"b\\c\033", 6, false);
	assert_string_equal(sn_buf_text(&buf), "a\"b\\\\c\\x1b");
	sn_buf_finish(&buf);
}

static void clean_text_is_not_written_out_twice(void **state)
{
	(void)state;
	static const char dirty[] = "M\xc3\xbcller\\\x1b\xff \xe2\x80\xae\xf0\x9f\x8e\x89";
	struct sn_buf clean = {0}, ascii = {0}, at_once = {0};
	sn_clean_plain(&clean, dirty, sizeof dirty - 1, false);
	sn_clean_ascii(&ascii, sn_buf_text(&clean), clean.length_bytes);
	sn_clean_plain(&at_once, dirty, sizeof dirty - 1, true);
	assert_string_equal(sn_buf_text(&ascii), sn_buf_text(&at_once));
	assert_string_equal(sn_buf_text(&ascii), "M\\u{fc}ller\\\\\\x1b\\xff \\u{202e}\\u{1f389}");
	sn_buf_finish(&clean);
	sn_buf_finish(&ascii);
	sn_buf_finish(&at_once);
}

static void no_bytes_get_through(void **state)
{
	(void)state;
	struct sn_rng rng;
	sn_rng_init(&rng, 7, 7);
	for (int round = 0; round < 20000; round++) {
		char text[24];
		struct sn_buf buf = {0};
		size_t count = sn_rng_below(&rng, sizeof text + 1);
		for (size_t i = 0; i < count; i++)
			text[i] = (char)sn_rng_next(&rng);
		bool ascii = round % 2;
		sn_clean_quoted(&buf, text, count, ascii);
		const char *shown = sn_buf_text(&buf);
		assert_int_equal(strlen(shown), buf.length_bytes);
		for (size_t i = 0; i < buf.length_bytes; i++) {
			unsigned char c = (unsigned char)shown[i];
			assert_true(c >= 0x20 && c != 0x7f && (c < 0x80 || !ascii));
			assert_true(c != '"' || i == 0 || i + 1 == buf.length_bytes || shown[i - 1] == '\\');
		}
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays),
		cmocka_unit_test(what_acts_is_written_out),
		cmocka_unit_test(without_quotes_only_those_stay),
		cmocka_unit_test(clean_text_is_not_written_out_twice),
		cmocka_unit_test(no_bytes_get_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
