/* SPDX-License-Identifier: MIT */
/* Names in the room that a line has for them, and what hops of one network stand below. */
#include "test.h"

#include "out/who.h"

#include <string.h>

static const char *text(struct sn_buf *buf, const struct sn_who *who, enum sonde_about what)
{
	sn_buf_clear(buf);
	sn_who_text(buf, who, what);
	return sn_buf_text(buf);
}

static void each_thing_known_has_its_text(void **state)
{
	(void)state;
	struct sn_buf buf = {0};
	const struct sn_who nobody = {0}, who = {.name = "host.example", .asn = 64500, .network = "192.0.2.0/24", .country = "DE"};
	const struct sn_who liar = {.name = "192.0.2.9", .name_is_address = true};
	assert_string_equal(text(&buf, &who, SONDE_ABOUT_NAME), "host.example");
	assert_string_equal(text(&buf, &liar, SONDE_ABOUT_NAME), "\"192.0.2.9\" (only a name)");
	assert_string_equal(text(&buf, &who, SONDE_ABOUT_ASN), "AS64500");
	assert_string_equal(text(&buf, &who, SONDE_ABOUT_NETWORK), "192.0.2.0/24");
	assert_string_equal(text(&buf, &who, SONDE_ABOUT_COUNTRY), "DE");
	for (int what = SONDE_ABOUT_NAME; what <= SONDE_ABOUT_COUNTRY; what++)
		assert_string_equal(text(&buf, &nobody, (enum sonde_about)what), "");
	sn_buf_finish(&buf);
}

static void long_names_lose_their_middle(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t columns;
		bool ascii;
		const char *shown;
	} rows[] = {
	    {"core1.example.net", 0, false, "core1.example.net"},   {"core1.example.net", 17, false, "core1.example.net"},
	    {"core1.example.net", 16, false, "core1.e…mple.net"},   {"core1.example.net", 16, true, "core1....ple.net"},
	    {"core1.example.net", 5, false, "co…et"},               {"Süd Straße GmbH", 11, false, "Süd S… GmbH"},
	    {"core1.example.net", 1, false, "core1.example.net"},
	};
	struct sn_buf buf = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		sn_buf_clear(&buf);
		sn_who_cut(&buf, rows[i].name, rows[i].columns, rows[i].ascii);
		assert_string_equal(sn_buf_text(&buf), rows[i].shown);
	}
	sn_buf_finish(&buf);
}

/* Behind a word of 30 columns: what fits stands there, what does not is cut, and where there is too little room it has its own line. */
static void a_name_takes_the_room_that_is_left(void **state)
{
	(void)state;
	static const struct {
		size_t width_columns;
		const char *shown;
	} rows[] = {
	    {0, "123456789012345678901234567890  ae-1.core1.frankfurt.example.net\n"},
	    {80, "123456789012345678901234567890  ae-1.core1.frankfurt.example.net\n"},
	    {56, "123456789012345678901234567890  ae-1.core1.….example.net\n"},
	    {50, "123456789012345678901234567890\n     ae-1.core1.frankfurt.example.net\n"},
	    {32, "123456789012345678901234567890\n     ae-1.core1.fr…t.example.net\n"},
	};
	const struct sn_who who = {.name = "ae-1.core1.frankfurt.example.net"};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		struct sn_line line = {.buf = &buf, .width_columns = rows[i].width_columns, .indent_columns = 5};
		sn_line_put(&line, "123456789012345678901234567890", 0, true, SN_TINT_NONE);
		sn_who_put(&line, &who, SONDE_ABOUT_NAME, 0, false);
		sn_line_end(&line);
		assert_string_equal(sn_buf_text(&buf), rows[i].shown);
		sn_buf_finish(&buf);
	}
}

static void a_network_says_its_country_once(void **state)
{
	(void)state;
	static const struct {
		struct sn_who who;
		const char *shown;
	} rows[] = {
	    {{.country = "DE"}, ""},
	    {{.asn = 64500}, "AS64500"},
	    {{.asn = 64500, .country = "DE"}, "AS64500, DE"},
	    {{.asn = 64500, .as_name = "EXAMPLE-NET", .country = "DE"}, "AS64500 EXAMPLE-NET, DE"},
	    {{.asn = 64500, .as_name = "EXAMPLE-NET, DE", .country = "DE"}, "AS64500 EXAMPLE-NET, DE"},
	    {{.asn = 4294967295u, .as_name = "X", .country = "US"}, "AS4294967295 X, US"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sn_buf buf = {0};
		sn_who_network(&buf, &rows[i].who, false);
		assert_string_equal(sn_buf_text(&buf), rows[i].shown);
		sn_buf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_thing_known_has_its_text),
	    cmocka_unit_test(long_names_lose_their_middle),
	    cmocka_unit_test(a_name_takes_the_room_that_is_left),
	    cmocka_unit_test(a_network_says_its_country_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
