/* SPDX-License-Identifier: MIT */
/* Configuration files as texts: which line wins, what a file may not say, and that no text breaks the reader. */
#include "test.h"

#include "cli/config.h"
#include "ext/ini.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One file, as the only one. */
static int read_one(struct sn_config *config, const char *text, size_t bytes, struct sonde_error *err)
{
	*config = (struct sn_config){0};
	*err = (struct sonde_error){0};
	assert_int_equal(sn_config_add_file(config, "f", "read"), 0);
	return sn_config_read(config, 0, text, bytes, err);
}

static void refused(const char *text, const char *what)
{
	struct sn_config config;
	struct sonde_error err;
	assert_true(read_one(&config, text, strlen(text), &err) < 0);
	assert_string_equal(err.what, what);
	assert_true(err.hint[0] != '\0');
	sn_config_finish(&config);
}

/* Both files, a profile (NULL: none) and words of a command line. */
static int in_force(struct sn_config *config, const char *system, const char *user, const char *profile, uint32_t command,
                    const char *words, struct sn_opts *opts)
{
	static char line[200], *argv[32];
	struct sonde_error err = {0};
	int argc = 0;
	*config = (struct sn_config){0};
	assert_int_equal(sn_config_add_file(config, "s", "read"), 0);
	assert_int_equal(sn_config_add_file(config, "u", "read"), 1);
	assert_int_equal(sn_config_read(config, 0, system, strlen(system), &err), SONDE_OK);
	assert_int_equal(sn_config_read(config, 1, user, strlen(user), &err), SONDE_OK);
	assert_int_equal(sn_opts_begin(opts, &err), SONDE_OK);
	int code = sn_config_apply(config, profile, command, opts, &err);
	snprintf(line, sizeof line, "sonde %s", words);
	for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return code < 0 ? code : sn_opts_add_argv(opts, command, "trace", argc, argv, &err);
}

static void the_nearest_word_wins(void **state)
{
	(void)state;
	struct sn_config config;
	struct sn_opts opts;
	const char *system = "queries = 1\ngap = 1\nmax-hops = 1\nfirst = 1\n[p]\nqueries = 3\ngap = 3\n", *user = "queries = 2\ngap = 2\n"
	           "max-hops = 2\n[p]\nqueries = 4\n[q]\nqueries = 9\n";
	assert_int_equal(in_force(&config, system, user, "p", SN_FOR_TRACE, "-q 5", &opts), SONDE_OK);
	assert_int_equal(opts.queries, 5);   /* the command line */
	assert_int_equal(opts.gap, 3);       /* the profile in /etc before the user's own lines */
	assert_int_equal(opts.max_ttl, 2);   /* the user's file before /etc */
	sn_config_finish(&config);
	assert_int_equal(in_force(&config, system, user, "p", SN_FOR_TRACE, "", &opts), SONDE_OK);
	assert_int_equal(opts.queries, 4);   /* of profiles the user's */
	sn_config_finish(&config);
	assert_int_equal(in_force(&config, system, user, NULL, SN_FOR_TRACE, "", &opts), SONDE_OK);
	assert_int_equal(opts.queries, 2);
	sn_config_finish(&config);
	assert_int_equal(in_force(&config, system, user, "r", SN_FOR_TRACE, "", &opts), SONDE_E_USAGE);
	sn_config_finish(&config);
}

/* A name that a shell would not read as one plain word is none that it may offer. */
static void profiles_are_listed_once_each(void **state)
{
	(void)state;
	static const char text[] = "gap = 1\n[b]\nqueries = 1\n[a-1]\ngap = 2\n[b]\nmethod = tcp:443\n[$(x)]\ngap = 1\n"
	                           "[two words]\ngap = 1\n[]\ngap = 3\n[c]\nsource = \033[1m\n";
	struct sn_config config;
	struct sonde_error err;
	struct sn_buf out = {0};
	assert_int_equal(read_one(&config, text, strlen(text), &err), SONDE_OK);
	sn_config_profiles(&out, &config);
	assert_string_equal(sn_buf_text(&out), "b\tqueries = 1, method = tcp:443\na-1\tgap = 2\nc\tsource = \\x1b[1m\n");
	sn_buf_finish(&out);
	sn_config_finish(&config);
}

static void what_excludes_a_word_of_a_lower_layer_replaces_it(void **state)
{
	(void)state;
	struct sn_config config;
	struct sn_opts opts;
	assert_int_equal(in_force(&config, "ipv6 = yes\nmethod = udp\nmethod = tcp:443\n", "", NULL, SN_FOR_TRACE, "-4 -I", &opts),
	                 SONDE_OK);
	assert_int_equal(opts.family, 4);
	assert_int_equal(opts.methods.count, 0);
	assert_int_equal(opts.shortcut, SN_SHORTCUT_ICMP);
	assert_false(sn_opt_given(&opts, "ipv6"));
	sn_config_finish(&config);
	/* a list is not continued but replaced; within a layer it grows */
	assert_int_equal(in_force(&config, "method = udp\nmethod = tcp:443\n", "", NULL, SN_FOR_TRACE, "", &opts), SONDE_OK);
	assert_int_equal(opts.methods.count, 2);
	sn_config_finish(&config);
	assert_int_equal(in_force(&config, "method = udp\nmethod = tcp:443\n", "method = icmp", NULL, SN_FOR_TRACE, "", &opts), SONDE_OK);
	assert_int_equal(opts.methods.count, 1);
	assert_string_equal(opts.methods.items[0], "icmp");
	sn_config_finish(&config);
}

static void switches_go_both_ways(void **state)
{
	(void)state;
	struct sn_config config;
	struct sn_opts opts;
	assert_int_equal(in_force(&config, "ascii = yes\nnumeric=on\nlost = true", "ascii = no\nnumeric = off", NULL, SN_FOR_TRACE, "",
	                          &opts), SONDE_OK);
	assert_false(opts.ascii || opts.numeric);
	assert_true(opts.lost);
	assert_false(sn_opt_given(&opts, "ascii"));
	sn_config_finish(&config);
}

static void a_subcommand_takes_what_it_knows(void **state)
{
	(void)state;
	struct sn_config config;
	struct sn_opts opts;
	assert_int_equal(in_force(&config, "columns = hop\nseed = 3\nqueries = 7\n", "", NULL, SN_FOR_COMPARE, "", &opts), SONDE_OK);
	assert_int_equal(opts.columns.count, 0);
	assert_int_equal(opts.queries, 3);
	assert_true(opts.seed == 3); /* without --sim, which only the command line has to give beside it */
	sn_config_finish(&config);
}

static void mistakes_have_their_line(void **state)
{
	(void)state;
	refused("queries = 0", "f:1: option --queries (-q): '0' is out of range");
	refused("\n[p]\n  quieries = 1", "f:3: there is no option 'quieries'");
	refused("numeric = perhaps", "f:1: 'numeric = perhaps' is neither yes nor no");
	refused("# c\n\nno equals sign\n", "f:3: neither 'key = value' nor '[profile]'");
	refused("queries = 1\n[open\nqueries = 0", "f:2: neither 'key = value' nor '[profile]'");
	refused("first = 5\n\nqueries = 1\n queries = x", "f:4: option --queries (-q): 'x' is not a whole number");
	char text[400];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	refused(text, "f:1: a line of more than 199 bytes");
	struct sn_config config;
	struct sonde_error err;
	assert_int_equal(read_one(&config, "a\0b", 3, &err), SONDE_E_FORMAT);
	assert_string_equal(err.what, "f:1: a byte 0 in the line");
	sn_config_finish(&config);
}

/* … which the library alone would cut. */
static void comments_may_be_long(void **state)
{
	(void)state;
	struct sn_config config;
	struct sonde_error err;
	char text[900];
	int bytes = snprintf(text, sizeof text, "; %0250d\n#%0250d\nqueries = 5 ; %0250d\ngap = 3\n", 0, 0, 0);
	assert_int_equal(read_one(&config, text, (size_t)bytes, &err), SONDE_OK);
	assert_int_equal(config.count, 2);
	assert_string_equal(config.entries[0].value, "5");
	assert_int_equal(config.entries[1].line, 4);
	sn_config_finish(&config);
}

static void a_hash_behind_a_value_is_told(void **state)
{
	(void)state;
	static const char hint[] = "behind a value ';' begins a comment, '#' is a part of the value";
	struct sn_config config;
	struct sonde_error err;
	assert_true(read_one(&config, "queries = 3 # c", 15, &err) < 0);
	assert_string_equal(err.hint, hint);
	sn_config_finish(&config);
	assert_int_equal(read_one(&config, "interface = eth0 # c\n", 21, &err), SONDE_OK); /* as far as anybody knows */
	struct sn_opts opts;
	assert_int_equal(sn_opts_begin(&opts, &err), SONDE_OK);
	assert_int_equal(sn_config_apply(&config, NULL, SN_FOR_TRACE, &opts, &err), SONDE_OK);
	opts.files = &config;
	sonde_fail(&err, SONDE_E_DEVICE, 0, "there is no interface 'eth0 # c'");
	sn_config_blame(&opts, &err);
	assert_string_equal(err.what, "f:1: there is no interface 'eth0 # c'");
	assert_string_equal(err.hint, hint);
	sn_config_finish(&config);
}

/* security: a file that somebody else could have written must not make the program write or run anything. */
static void no_file_is_written_and_nothing_run_for_a_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		/* what reads only: a simulated network, a list of targets, databases */
		static const char *const readers[] = {"sim", "targets", "asn-db", "geo-db"};
		bool reads = false;
		for (size_t k = 0; k < sizeof readers / sizeof *readers; k++)
			reads |= strcmp(opt->name, readers[k]) == 0;
		bool names_file = opt->words == SN_WORDS_FILE || (opt->arg && (strstr(opt->arg, "FILE") || strstr(opt->arg, "COMMAND")));
		if (names_file && !opt->not_in_file && !reads)
			fail_msg("--%s names a file: not_in_file, or a word here why it may stand in one", opt->name);
	}
	refused("write-capture = /etc/passwd", "f:1: 'write-capture' cannot be set by a file");
	refused("config = other", "f:1: 'config' cannot be set by a file");
	refused("payload = /etc/shadow", "f:1: 'payload' cannot be set by a file");
}

/* What takes a right that the user may not have is not for a file to ask for, where the program was given it. */
static void a_file_cannot_use_the_programs_rights(void **state)
{
	(void)state;
	static const char *const lines[] = {"mark = 7\n", "[p]\ninterface = eth0\n"};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		for (int secure = 0; secure < 2; secure++) {
			struct sn_config config = {.secure = secure};
			struct sonde_error err = {0};
			assert_int_equal(sn_config_add_file(&config, "f", "read"), 0);
			assert_int_equal(sn_config_read(&config, 0, lines[i], strlen(lines[i]), &err), secure ? SONDE_E_USAGE : SONDE_OK);
			if (secure)
				assert_non_null(strstr(err.what, "cannot be set by a file where sonde has a right that its user has not"));
			sn_config_finish(&config);
		}
}

/* Cut at every byte, and with every byte turned into what INI and C make much of. */
static void no_text_breaks_it(void **state)
{
	(void)state;
	static const char good[] = "\xef\xbb\xbf; c\nqueries = 5 ; x\n[a b]\n\tmethod: tcp:443\ncolumns = hop,avg\r\n\nascii=yes\n";
	static const char odd[] = {'\0', '\n', '[', ']', '=', ';', '#', '"', '\\', '\xff', ' '};
	struct sn_config config;
	struct sonde_error err;
	for (size_t cut = 0; cut < sizeof good; cut++) {
		char *exact = malloc(cut + 1);
		assert_non_null(exact);
		memcpy(exact, good, cut);
		(void)!read_one(&config, exact, cut, &err);
		sn_config_finish(&config);
		for (size_t i = 0; cut && i < sizeof odd; i++) {
			exact[cut - 1] = odd[i];
			(void)!read_one(&config, exact, cut, &err);
			sn_config_finish(&config);
		}
		free(exact);
	}
}

/* What --show-config prints, which is a file that changes nothing. The caller's to finish. */
static struct sn_buf shown(const char *system, const char *user, const char *profile, const char *words)
{
	struct sn_config config, again;
	struct sn_opts opts, same;
	struct sonde_error err;
	struct sn_buf text = {0};
	assert_int_equal(in_force(&config, system, user, profile, SN_FOR_TRACE, words, &opts), SONDE_OK);
	sn_config_show(&text, &config, profile, SN_FOR_TRACE, &opts);
	assert_int_equal(read_one(&again, sn_buf_text(&text), text.length_bytes, &err), SONDE_OK);
	assert_int_equal(sn_opts_begin(&same, &err), SONDE_OK);
	if (sn_config_apply(&again, NULL, SN_FOR_TRACE, &same, &err) < 0)
		fail_msg("%s\n%s", err.what, sn_buf_text(&text));
	for (size_t i = 0; i < sn_opt_count(); i++)
		assert_true(sn_opt(i)->not_in_file || sn_opt(i)->preset || sn_opt_is_given(&opts, i) == sn_opt_is_given(&same, i));
	sn_config_finish(&again);
	sn_config_finish(&config);
	return text;
}

static void what_is_shown_can_be_read_again(void **state)
{
	(void)state;
	struct sn_buf text = shown("wait = 1.5\nsendwait = 20ms\nmethod = udp\n[p]\nmethod = tcp:443\nmethod = icmp", "gap = 4", "p",
	                           "-n --columns hop,loss");
	assert_non_null(strstr(sn_buf_text(&text), "\nwait = 1.5s "));
	assert_non_null(strstr(sn_buf_text(&text), "\nsendwait = 0.02s "));
	assert_non_null(strstr(sn_buf_text(&text), "\nmethod = tcp:443                  ; s:5\nmethod = icmp "));
	assert_non_null(strstr(sn_buf_text(&text), "\nnumeric = yes                     ; command line\n"));
	assert_non_null(strstr(sn_buf_text(&text), "\ncolumns = hop,loss "));
	sn_buf_finish(&text);
}

/* Defaults are what is in force, too: but not those that something else excludes. */
static void what_is_shown_is_in_force(void **state)
{
	(void)state;
	struct sn_buf text = shown("", "", NULL, "--sim a.net");
	assert_non_null(strstr(sn_buf_text(&text), "\nsim = a.net "));
	assert_null(strstr(sn_buf_text(&text), "\nwire = "));
	assert_non_null(strstr(sn_buf_text(&text), "\n; method: icmp; udp where this user may send nothing else"));
	assert_non_null(strstr(sn_buf_text(&text), "\n; size: 60 over IPv4, 80 over IPv6  ; default\n"));
	sn_buf_finish(&text);
	text = shown("", "", NULL, "-T --tos 3");
	assert_null(strstr(sn_buf_text(&text), "\n; method:"));
	assert_null(strstr(sn_buf_text(&text), "\necn = "));
	assert_non_null(strstr(sn_buf_text(&text), "\ntcp = yes "));
	sn_buf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_word_wins),
		cmocka_unit_test(profiles_are_listed_once_each),
		cmocka_unit_test(what_excludes_a_word_of_a_lower_layer_replaces_it),
		cmocka_unit_test(switches_go_both_ways),
		cmocka_unit_test(a_subcommand_takes_what_it_knows),
		cmocka_unit_test(mistakes_have_their_line),
		cmocka_unit_test(no_file_is_written_and_nothing_run_for_a_file),
		cmocka_unit_test(a_file_cannot_use_the_programs_rights),
		cmocka_unit_test(no_text_breaks_it),
		cmocka_unit_test(what_is_shown_can_be_read_again),
		cmocka_unit_test(what_is_shown_is_in_force),
		cmocka_unit_test(comments_may_be_long),
		cmocka_unit_test(a_hash_behind_a_value_is_told),
	};
	if (!sn_ini_is_there()) {
		puts("built without libinih");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
