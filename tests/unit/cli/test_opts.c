/* SPDX-License-Identifier: MIT */
/* The option table as a contract, and the parser: values, ranges, suggestions, exclusions. */
#include "test.h"

#include "cli/opts.h"

#include <sonde/path.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 32 };

/* Parses words separated by spaces. */
static int parse(struct sn_opts *opts, struct sonde_error *err, uint32_t command, const char *line)
{
	static char text[400]; /* operands point into it until the next call */
	static char *argv[WORDS_MAX + 2];
	int argc = 0;
	snprintf(text, sizeof text, "sonde %s", line);
	for (char *word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	*err = (struct sonde_error){0};
	return sn_opts_parse(opts, command, command == SN_FOR_SIM ? "sim" : "trace", argc, argv, err);
}

static void refused(const char *line, int code, const char *what, const char *hint)
{
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, line), code);
	assert_string_equal(err.what, what);
	assert_string_equal(err.hint, hint);
}

static void each_row_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		assert_true(opt->offset + opt->size <= sizeof(struct sn_opts));
		assert_true(opt->size > 0 && opt->commands && opt->group < SN_GROUP_COUNT);
		assert_true(islower((unsigned char)opt->name[0]));
		assert_true(strlen(opt->help) > 5 && opt->help[strlen(opt->help) - 1] != '.');
		assert_true(!opt->doc || opt->doc[strlen(opt->doc) - 1] == '.');
		bool takes_value = opt->type != SN_OPT_FLAG && opt->type != SN_OPT_SET && opt->type != SN_OPT_HELP;
		assert_true(takes_value == (opt->arg != NULL));
		assert_true(opt->type != SN_OPT_CHOICE || opt->choices);
		assert_true(opt->type == SN_OPT_CHOICE || opt->type == SN_OPT_TEXT || opt->type == SN_OPT_TEXTS || !opt->choices);
		assert_false(opt->preset && opt->preset_words);
		if (opt->type == SN_OPT_UINT)
			assert_true(opt->min <= opt->max && (opt->size == 8 || opt->max < (uint64_t)1 << (8 * opt->size)));
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(sn_opt(j)->name, opt->name);
			assert_true(!opt->letter || sn_opt(j)->letter != opt->letter || !(sn_opt(j)->commands & opt->commands));
		}
	}
	assert_null(sn_opt(sn_opt_count()));
}

static void the_letter_asks_for_the_short_help(void **state)
{
	(void)state;
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "-h"), SONDE_OK);
	assert_int_equal(opts.help, SN_HELP_SHORT);
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "--help"), SONDE_OK);
	assert_int_equal(opts.help, SN_HELP_LONG);
}

static void presets_come_from_the_table(void **state)
{
	(void)state;
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, ""), SONDE_OK);
	assert_int_equal(opts.first_ttl, 1);
	assert_int_equal(opts.max_ttl, 30);
	assert_int_equal(opts.queries, 3);
	assert_int_equal(opts.gap, 10);
	assert_int_equal(opts.operand_count, 0);
	for (size_t i = 0; i < sn_opt_count(); i++)
		assert_false(sn_opt_given(&opts, sn_opt(i)->name));
}

static void values_land_in_their_fields(void **state)
{
	(void)state;
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE,
	                       "-6 one -Mtcp:https -q 5 --max-hops=64 -w 1.5 -z 200 --mark 0x10 two --columns hop,avg -n --color never"),
	                 SONDE_OK);
	assert_int_equal(opts.family, 6);
	assert_string_equal(opts.methods.items[0], "tcp:https");
	assert_int_equal(opts.queries, 5);
	assert_int_equal(opts.max_ttl, 64);
	assert_true(opts.wait_ns == 1500 * SONDE_MS);
	assert_true(opts.pause_ns == 200 * SONDE_MS); /* traceroute: above 10 it is milliseconds */
	assert_int_equal(opts.mark, 16);
	assert_int_equal(opts.columns.count, 2);
	assert_int_equal(opts.columns.index[1], sonde_column_find("avg"));
	assert_true(opts.numeric);
	assert_int_equal(opts.colour, SN_COLOUR_NEVER);
	assert_int_equal(opts.operand_count, 2);
	assert_string_equal(opts.operands[0], "one");
	assert_string_equal(opts.operands[1], "two");
	assert_true(sn_opt_given(&opts, "queries"));
	assert_false(sn_opt_given(&opts, "gap"));
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "-z 0.2 -- -q"), SONDE_OK);
	assert_true(opts.pause_ns == 200 * SONDE_MS);
	assert_string_equal(opts.operands[0], "-q");
}

static void a_wrong_value_is_named_with_what_would_be_right(void **state)
{
	(void)state;
	refused("-q 0 x", SONDE_E_RANGE, "option --queries (-q): '0' is out of range", "give 1 to 255 probes");
	refused("--max-hops=300 x", SONDE_E_RANGE, "option --max-hops (-m): '300' is out of range", "give 1 to 255 hops");
	refused("-q 3x x", SONDE_E_USAGE, "option --queries (-q): '3x' is not a whole number", "give 1 to 255 probes");
	refused("-q -3 x", SONDE_E_USAGE, "option --queries (-q): '-3' is not a whole number", "give 1 to 255 probes");
	refused("--seed 18446744073709551616 x", SONDE_E_USAGE, "option --seed: '18446744073709551616' is not a whole number",
	        "give 0 to 18446744073709551615");
	refused("-w nan x", SONDE_E_USAGE, "option --wait (-w): 'nan' is not a time",
	        "give 0.001 to 600 seconds, or a number with ms behind it");
	refused("-w 0 x", SONDE_E_RANGE, "option --wait (-w): '0' is out of range",
	        "give 0.001 to 600 seconds, or a number with ms behind it");
	refused("--wire tun x", SONDE_E_USAGE, "option --wire: 'tun' is none of its values", "give auto, raw or dgram");
	refused("--columns hop,tims x", SONDE_E_USAGE, "option --columns: 'tims' is no column",
	        "did you mean times? 'sonde --help' lists them");
	refused("--columns= x", SONDE_E_USAGE, "option --columns: '' is no column", "'sonde --help' lists them");
	refused("-m", SONDE_E_USAGE, "option --max-hops needs a value", "give TTL: last hop to probe");
	refused("--numeric=3 x", SONDE_E_USAGE, "option --numeric: '3' is neither yes nor no",
	        "give --numeric alone, or --numeric=no to take back what a file says");
}

static void unknown_options_get_a_suggestion(void **state)
{
	(void)state;
	refused("--querys 3 x", SONDE_E_USAGE, "unknown option '--querys' of sonde trace", "did you mean --queries?");
	refused("x --maxhops=3", SONDE_E_USAGE, "unknown option '--maxhops=3' of sonde trace", "did you mean --max-hops?");
	refused("--zzzzzzzzz x", SONDE_E_USAGE, "unknown option '--zzzzzzzzz' of sonde trace", "");
	refused("-Q x", SONDE_E_USAGE, "unknown option '-Q' of sonde trace", "");
}

static void options_that_exclude_each_other(void **state)
{
	(void)state;
	refused("-4 -6 x", SONDE_E_USAGE, "options --ipv4 and --ipv6 exclude each other", "give one of them");
	refused("-T -M udp x", SONDE_E_USAGE, "options --tcp and --method exclude each other", "give one of them");
	refused("--mtu --no-df x", SONDE_E_USAGE, "options --mtu and --no-df exclude each other", "give one of them");
	refused("--df --mtu --no-df x", SONDE_E_USAGE, "options --mtu and --no-df exclude each other", "give one of them");
	refused("--wire raw --sim f x", SONDE_E_USAGE, "options --wire and --sim exclude each other", "give one of them");
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "-4 -4 x"), SONDE_OK);
	/* what a search for the path's MTU does anyway may be said */
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "--mtu --df x"), SONDE_OK);
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "--df --mtu x"), SONDE_OK);
}

static void a_seed_needs_a_simulated_wire(void **state)
{
	(void)state;
	struct sn_opts opts;
	struct sonde_error err;
	refused("--seed 4 x", SONDE_E_USAGE, "option --seed is given without --sim", "it has a meaning only together with --sim");
	assert_int_equal(parse(&opts, &err, SN_FOR_TRACE, "--seed 4 --sim f x"), SONDE_OK);
	assert_true(opts.seed == 4);
	assert_int_equal(parse(&opts, &err, SN_FOR_SIM, "f --seed 5"), SONDE_OK);
	assert_true(opts.seed == 5);
}

static void each_subcommand_knows_its_own(void **state)
{
	(void)state;
	struct sn_opts opts;
	struct sonde_error err;
	assert_int_equal(parse(&opts, &err, SN_FOR_SIM, "f -q 3"), SONDE_E_USAGE);
	assert_string_equal(err.what, "unknown option '-q' of sonde sim");
	assert_int_equal(parse(&opts, &err, SN_FOR_SIM, "f --here -- traceroute -n 10.0.0.1"), SONDE_OK);
	assert_int_equal(opts.operand_count, 4);
	assert_string_equal(opts.operands[2], "-n");
}

static void times_are_read_strictly(void **state)
{
	(void)state;
	const struct {
		const char *text;
		bool good;
		sonde_ns ns;
	} cases[] = {
	    {"1", true, SONDE_S},
	    {".5", true, 500 * SONDE_MS},
	    {"1.5s", true, 1500 * SONDE_MS},
	    {"12ms", true, 12 * SONDE_MS},
	    {"", false, 0},
	    {".", false, 0},
	    {"1.2.3", false, 0},
	    {"1m", false, 0},
	    {"inf", false, 0},
	    {"0x1", false, 0},
	    {"-1", false, 0},
	    {"1e3", false, 0},
	    {"99999999999999", false, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		sonde_ns ns = 0;
		assert_true(sn_read_seconds(cases[i].text, 0, &ns) == cases[i].good);
		assert_true(ns == cases[i].ns);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_row_is_complete),
	    cmocka_unit_test(the_letter_asks_for_the_short_help),
	    cmocka_unit_test(presets_come_from_the_table),
	    cmocka_unit_test(values_land_in_their_fields),
	    cmocka_unit_test(a_wrong_value_is_named_with_what_would_be_right),
	    cmocka_unit_test(unknown_options_get_a_suggestion),
	    cmocka_unit_test(options_that_exclude_each_other),
	    cmocka_unit_test(a_seed_needs_a_simulated_wire),
	    cmocka_unit_test(each_subcommand_knows_its_own),
	    cmocka_unit_test(times_are_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
