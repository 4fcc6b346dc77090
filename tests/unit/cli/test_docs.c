/* SPDX-License-Identifier: MIT */
/* Contract of the tables with what is made from them: each option, subcommand, method and column is in help, manual and completions. */
#include "test.h"

#include "cli/applet_traceroute.h"
#include "cli/exits.h"
#include "cli/cmd_explain.h"
#include "cli/complete_words.h"
#include "cli/help.h"
#include "out/compare.h"
#include "out/line.h"

#include <sonde/finding.h>
#include <sonde/path.h>
#include <sonde/probe.h>

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMNS = 80 };

/* True: word stands in text, with nothing of a longer word around it. */
static bool has_word(const struct sn_buf *text, const char *word)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t bytes = strlen(word);
	for (const char *at = strstr(sn_buf_text(text), word); at; at = strstr(at + 1, word)) {
		bool starts = at == text->text || !strchr(letters, at[-1]);
		if (starts && (!at[bytes] || !strchr(letters, at[bytes])))
			return true;
	}
	return false;
}

/* True: no document or script offers it; scripts may call it. */
static bool is_hidden(const struct sn_buf *text, const char *word)
{
	static const char call[] = "sonde ";
	bool hidden = true;
	for (const char *at = strstr(sn_buf_text(text), word); at && hidden; at = strstr(at + 1, word))
		hidden = at - text->text > (ptrdiff_t)strlen(call) && strncmp(at - strlen(call), call, strlen(call)) == 0;
	return hidden;
}

/* format with one %s for the word */
static void expect(const struct sn_buf *text, const char *document, const char *before, const char *word)
{
	char wanted[80];
	snprintf(wanted, sizeof wanted, "%s%s", before, word);
	if (!has_word(text, wanted))
		fail_msg("%s does not have '%s'", document, wanted);
}

static void write_bash(struct sn_buf *buf)
{
	struct sn_complete_set set = sn_complete_set();
	sn_complete_bash(buf, &set);
}

static void write_zsh(struct sn_buf *buf)
{
	struct sn_complete_set set = sn_complete_set();
	sn_complete_zsh(buf, &set);
}

static void write_fish(struct sn_buf *buf)
{
	struct sn_complete_set set = sn_complete_set();
	sn_complete_fish(buf, &set);
}

static void each_option_is_in_every_document(void **state)
{
	(void)state;
	struct sn_buf manual = {0}, bash = {0}, zsh = {0}, fish = {0};
	sn_manual(&manual);
	write_bash(&bash);
	write_zsh(&zsh);
	write_fish(&fish);
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		expect(&manual, "the manual", "Fl Fl ", opt->name);
		expect(&bash, "bash", "--", opt->name);
		expect(&zsh, "zsh", "--", opt->name);
		expect(&fish, "fish", "-l ", opt->name);
		for (size_t j = 0; opt->choices && opt->choices[j]; j++) {
			expect(&manual, "the manual", "Cm ", opt->choices[j]);
			expect(&bash, "bash", "", opt->choices[j]);
			expect(&zsh, "zsh", "", opt->choices[j]);
			expect(&fish, "fish", "", opt->choices[j]);
		}
	}
	sn_buf_finish(&manual);
	sn_buf_finish(&bash);
	sn_buf_finish(&zsh);
	sn_buf_finish(&fish);
}

static void a_help_has_its_options_and_no_others(void **state)
{
	(void)state;
	for (size_t c = 0; c < sn_command_count(); c++) {
		struct sn_buf help = {0};
		sn_help(&help, sn_command(c));
		for (size_t i = 0; i < sn_opt_count(); i++) {
			char wanted[80];
			snprintf(wanted, sizeof wanted, "--%s", sn_opt(i)->name);
			assert_true(has_word(&help, wanted) == ((sn_opt(i)->commands & sn_command(c)->bit) != 0));
		}
		sn_buf_finish(&help);
	}
}

static void a_help_fits_80_columns(void **state)
{
	(void)state;
	for (size_t c = 0; c < sn_command_count(); c++) {
		struct sn_buf help = {0};
		sn_help(&help, sn_command(c));
		for (char *line = strtok(help.text, "\n"); line; line = strtok(NULL, "\n"))
			if (sn_line_columns(line) > HELP_COLUMNS)
				fail_msg("wider than 80 columns: %s", line);
		sn_buf_finish(&help);
	}
}

static void a_brief_help_has_what_is_used_most(void **state)
{
	(void)state;
	for (size_t c = 0; c < sn_command_count(); c++) {
		struct sn_buf help = {0}, brief = {0};
		sn_help(&help, sn_command(c));
		sn_help_brief(&brief, sn_command(c));
		for (size_t i = 0; i < sn_opt_count(); i++)
			if (sn_opt(i)->often && sn_opt(i)->commands & sn_command(c)->bit)
				expect(&brief, "a brief help", "--", sn_opt(i)->name);
		for (const struct sn_example *e = sn_command(c)->examples; e && e->line; e++)
			assert_int_equal(strstr(sn_buf_text(&brief), e->line) == NULL, e->not_brief);
		if (c == 0)
			assert_true(2 * brief.length_bytes < help.length_bytes);
		for (char *line = strtok(brief.text, "\n"); line; line = strtok(NULL, "\n"))
			if (sn_line_columns(line) > HELP_COLUMNS)
				fail_msg("wider than 80 columns: %s", line);
		sn_buf_finish(&help);
		sn_buf_finish(&brief);
	}
}

static void a_method_takes_the_options_that_fit(void **state)
{
	(void)state;
	static const struct {
		const char *method, *options;
	} truth[] = {
	    {"icmp", ""}, {"icmp-timestamp", ""}, {"raw", ""}, {"sctp", " port sport"}, {"dccp", " port sport"}, {"udplite", " port sport"},
	    {"udp", " port sport payload"}, {"udp-classic", " port sport payload"},
	    {"tcp", " port sport payload tcp-options"}, {"tcp-ack", " port sport payload tcp-options"},
	};
	for (size_t t = 0; t < sizeof truth / sizeof *truth; t++) {
		struct sn_buf takes = {0};
		for (size_t i = 0; i < sn_opt_count(); i++)
			if (sn_opt(i)->methods && sn_opt_fits(sn_opt(i), sonde_method_info((size_t)sonde_method_find(truth[t].method))))
				sn_buf_printf(&takes, " %s", sn_opt(i)->name);
		assert_string_equal(sn_buf_text(&takes), truth[t].options);
		sn_buf_finish(&takes);
	}
}

static void methods_and_columns_are_in_every_document(void **state)
{
	(void)state;
	static void (*const writers[])(struct sn_buf *) = {sn_manual, sn_reference, write_bash, write_zsh, write_fish};
	for (size_t w = 0; w < sizeof writers / sizeof *writers + 1; w++) {
		struct sn_buf text = {0};
		if (w < sizeof writers / sizeof *writers)
			writers[w](&text);
		else
			sn_help(&text, sn_command(0));
		for (size_t i = 0; i < sonde_method_count(); i++)
			expect(&text, "a document", "", sonde_method_info(i)->name);
		for (size_t i = 0; i < sonde_column_count(); i++)
			expect(&text, "a document", "", sonde_column(i)->key);
		for (size_t i = 0; i < sn_command_count(); i++)
			if (sn_command(i)->hidden)
				assert_true(is_hidden(&text, sn_command(i)->name));
			else
				expect(&text, "a document", "", sn_command(i)->name);
		assert_false(text.bad);
		sn_buf_finish(&text);
	}
}

/* As sonde's name is replaced throughout a script, no help text may have it. */
static void what_works_of_traceroute_is_completed(void **state)
{
	(void)state;
	struct sn_complete_set set = sn_applet_complete_set();
	struct sn_buf bash = {0}, zsh = {0}, fish = {0};
	sn_complete_bash(&bash, &set);
	sn_complete_zsh(&zsh, &set);
	sn_complete_fish(&fish, &set);
	assert_true(set.opt_count > 25 && set.method_count == 7);
	for (size_t i = 0; i < set.opt_count; i++) {
		const struct sn_opt *opt = set.opt(i);
		const char letter[] = {opt->letter ? opt->letter : 'x', '\0'};
		assert_null(strstr(opt->help, "sonde"));
		assert_non_null(strstr(sn_buf_text(&fish), opt->help));
		expect(&bash, "bash", *opt->name ? "--" : "-", *opt->name ? opt->name : letter);
		expect(&zsh, "zsh", *opt->name ? "--" : "-", *opt->name ? opt->name : letter);
		expect(&fish, "fish", *opt->name ? "-l " : "-s ", *opt->name ? opt->name : letter);
	}
	for (size_t i = 0; i < set.method_count; i++)
		assert_null(strstr(set.method_summary(i), "sonde"));
	for (const char *at = strstr(sn_buf_text(&bash), "sonde"); at; at = strstr(at + 1, "sonde"))
		assert_int_equal(strncmp(at, "sonde completion --traceroute bash", 34), 0);
	assert_false(bash.bad || zsh.bad || fish.bad);
	sn_buf_finish(&bash);
	sn_buf_finish(&zsh);
	sn_buf_finish(&fish);
}

static void every_finding_is_in_the_documents(void **state)
{
	(void)state;
	static void (*const writers[])(struct sn_buf *) = {sn_manual, sn_reference, write_bash, write_zsh, write_fish};
	for (size_t w = 0; w < sizeof writers / sizeof *writers; w++) {
		struct sn_buf text = {0};
		writers[w](&text);
		for (size_t i = 0; i < sonde_rule_count(); i++)
			expect(&text, "a document", w == 0 ? ".It Cm " : w == 1 ? "| `" : "", sonde_rule(i)->id);
		sn_buf_finish(&text);
	}
}

static void what_explain_is_offered_it_explains(void **state)
{
	(void)state;
	for (uint8_t version = 4; version <= 6; version += 2) {
		char word[SN_COMPLETE_WORD], family[8];
		const char *what;
		size_t i = 0;
		snprintf(family, sizeof family, version == 6 ? "icmp6" : "icmp");
		for (; sn_complete_message(version, i, word, &what); i++) {
			struct sn_buf text = {0};
			struct sonde_error err = {0};
			char *const operands[] = {family, word};
			if (sn_explain(&text, 0, operands, 2, &err) != SONDE_OK)
				fail_msg("%s %s: %s", family, word, err.what);
			assert_true(*what && !strchr(word, ' '));
			sn_buf_finish(&text);
		}
		assert_true(i > 20);
	}
}

static void every_mark_is_in_the_manual(void **state)
{
	(void)state;
	struct sn_buf manual = {0};
	sn_manual(&manual);
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		char wanted[16];
		const char *mark = sonde_meaning_mark((enum sonde_meaning)i);
		snprintf(wanted, sizeof wanted, ".It Li %s", mark);
		assert_true(!*mark || strstr(sn_buf_text(&manual), wanted) != NULL);
	}
	sn_buf_finish(&manual);
}

/* What a script or a reader finds in the row End of sonde compare. */
static void every_end_is_in_the_manual(void **state)
{
	(void)state;
	struct sn_buf manual = {0};
	char wanted[40];
	sn_manual(&manual);
	for (int i = 0; i < SONDE_M_COUNT; i++) {
		const char *word = sn_compare_word((enum sonde_meaning)i);
		snprintf(wanted, sizeof wanted, ".It Li %s\n", word ? word : "reached");
		assert_non_null(strstr(sn_buf_text(&manual), wanted));
	}
	for (size_t i = 0; i < sonde_rule_count(); i++) {
		snprintf(wanted, sizeof wanted, ".It Li %s\n", sonde_rule(i)->word ? sonde_rule(i)->word : "silent");
		assert_non_null(strstr(sn_buf_text(&manual), wanted));
	}
	sn_buf_finish(&manual);
}

/* People, scripts, dashboards. */
static void the_three_uses_have_an_example(void **state)
{
	(void)state;
	struct sn_buf manual = {0};
	sn_manual(&manual);
	const char *examples = strstr(sn_buf_text(&manual), ".Sh EXAMPLES");
	assert_non_null(examples);
	assert_non_null(strstr(examples, ".Dl sonde www.example.net\n"));
	assert_non_null(strstr(examples, ".Dl sonde \\-\\-findings www.example.net | grep"));
	assert_non_null(strstr(examples, ".Dl sonde \\-o prometheus=sonde.prom"));
	sn_buf_finish(&manual);
}

static void each_subcommand_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < sn_command_count(); i++) {
		const struct sn_command *command = sn_command(i);
		assert_ptr_equal(sn_command_find(command->name), command);
		assert_true(command->bit && command->run && *command->summary && command->operands_min >= 0);
		for (size_t j = 0; j < i; j++)
			assert_false(command->bit & sn_command(j)->bit);
	}
	assert_string_equal(sn_command(0)->name, "trace");
	assert_null(sn_command_find("--"));
	assert_null(sn_command(sn_command_count()));
}

static void the_worse_status_wins(void **state)
{
	(void)state;
	for (size_t i = 1; i < sn_exit_status_count; i++) {
		int better = sn_exit_statuses[i - 1].status, worse = sn_exit_statuses[i].status;
		assert_int_equal(sn_exit_worse(better, worse), worse);
		assert_int_equal(sn_exit_worse(worse, better), worse);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_option_is_in_every_document),
	    cmocka_unit_test(a_help_has_its_options_and_no_others),
	    cmocka_unit_test(a_help_fits_80_columns),
	    cmocka_unit_test(a_brief_help_has_what_is_used_most),
	    cmocka_unit_test(a_method_takes_the_options_that_fit),
	    cmocka_unit_test(methods_and_columns_are_in_every_document),
	    cmocka_unit_test(what_works_of_traceroute_is_completed),
	    cmocka_unit_test(every_finding_is_in_the_documents),
	    cmocka_unit_test(what_explain_is_offered_it_explains),
	    cmocka_unit_test(every_mark_is_in_the_manual),
	    cmocka_unit_test(every_end_is_in_the_manual),
	    cmocka_unit_test(the_three_uses_have_an_example),
	    cmocka_unit_test(each_subcommand_is_complete),
	    cmocka_unit_test(the_worse_status_wins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
