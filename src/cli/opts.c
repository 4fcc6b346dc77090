/* SPDX-License-Identifier: MIT */
/* Reads a command line by the option table: which options there are, what excludes what. Their values are read elsewhere. */
#include "cli/opts.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

enum { LONG_BASE = 256, NAME_BYTES = 26 };

bool sn_opt_is_given(const struct sn_opts *opts, size_t index)
{
	return opts->set_by[index].layer != SN_LAYER_NONE;
}

bool sn_opt_given(const struct sn_opts *opts, const char *name)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (strcmp(sn_opt(i)->name, name) == 0 && sn_opt_is_given(opts, i))
			return true;
	return false;
}

bool sn_opt_by_hand(const struct sn_opts *opts, const char *name)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (strcmp(sn_opt(i)->name, name) == 0)
			return opts->set_by[i].layer == SN_LAYER_COMMAND_LINE;
	return false;
}

/* What getopt_long wants, made from the rows that a subcommand knows. */
struct getopt_tables {
	struct option longs[SN_OPTS_MAX + 1];
	char letters[2 * SN_OPTS_MAX + 2];
	size_t long_count;
	uint32_t command;
};

/* What a file can switch on, --NAME=no switches off. */
static int argument_of(const struct sn_opt *opt)
{
	return opt->arg ? required_argument : opt->not_in_file ? no_argument : optional_argument;
}

static void make_tables(struct getopt_tables *tables, uint32_t command)
{
	size_t at = 0;
	*tables = (struct getopt_tables){.command = command};
	tables->letters[at++] = ':';
	for (size_t i = 0; i < sn_opt_count() && i < SN_OPTS_MAX; i++) {
		const struct sn_opt *opt = sn_opt(i);
		if (!(opt->commands & command))
			continue;
		tables->longs[tables->long_count++] =
		    (struct option){.name = opt->name, .has_arg = argument_of(opt), .val = LONG_BASE + (int)i};
		if (!opt->letter)
			continue;
		tables->letters[at++] = opt->letter;
		if (opt->arg)
			tables->letters[at++] = ':';
	}
}

/* The subcommand's row behind what getopt_long returned; NULL: none. */
static const struct sn_opt *row_of(int value, uint32_t command)
{
	if (value >= LONG_BASE)
		return sn_opt((size_t)(value - LONG_BASE));
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (value && sn_opt(i)->letter == value && sn_opt(i)->commands & command)
			return sn_opt(i);
	return NULL;
}

static const char *long_name(const void *ctx, size_t i)
{
	const struct getopt_tables *tables = ctx;
	return tables->longs[i].name;
}

/* An option that the subcommand does not know, or that lacks its argument, or has one too many. */
static int refuse(const struct getopt_tables *tables, int result, const char *command_name, const char *word, struct sonde_error *err)
{
	const struct sn_opt *opt = optopt ? row_of(optopt, tables->command) : NULL;
	if (result == ':' && opt) {
		int code = sonde_fail(err, SONDE_E_USAGE, 0, "option --%s needs a value", opt->name);
		snprintf(err->hint, sizeof err->hint, "give %s: %s", opt->arg, opt->help);
		return code;
	}
	if (optopt >= LONG_BASE && opt)
		return sonde_fail(err, SONDE_E_USAGE, 0, "option --%s takes no value, but got one in '%.60s'", opt->name, word);
	if (optopt)
		return sonde_fail(err, SONDE_E_USAGE, 0, "unknown option '-%c' of sonde %s", optopt, command_name);
	char name[NAME_BYTES];
	snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	int code = sonde_fail(err, SONDE_E_USAGE, 0, "unknown option '%.60s' of sonde %s", word, command_name);
	const char *near = sn_nearest(name, long_name, tables);
	if (near)
		snprintf(err->hint, sizeof err->hint, "did you mean --%s?", near);
	return code;
}

void sn_opts_clear(struct sn_opts *opts, size_t index)
{
	struct sonde_error unused = {0};
	const struct sn_opt *opt = sn_opt(index);
	memset((char *)opts + opt->offset, 0, opt->size);
	opts->set_by[index] = (struct sn_opt_source){.layer = SN_LAYER_NONE};
	if (opt->preset)
		(void)!sn_opt_read(opt, opts, opt->preset, &unused); /* a test reads them all */
}

/* Forgets what lower layers have set and refuses what the same one has, of options that exclude this one. */
static int settle_clash(struct sn_opts *opts, size_t index, uint8_t layer, struct sonde_error *err)
{
	const struct sn_opt *opt = sn_opt(index), *other = NULL;
	for (size_t i = 0; opt->clash && i < sn_opt_count(); i++) {
		if (i == index || !(sn_opt(i)->clash & opt->clash) || !sn_opt_is_given(opts, i))
			continue;
		if (opts->set_by[i].layer == layer)
			other = sn_opt(i);
		else
			sn_opts_clear(opts, i);
	}
	if (!other)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "options --%s and --%s exclude each other", other->name, opt->name);
	return sonde_hint(err, SONDE_E_USAGE, "give one of them");
}

int sn_opts_take(struct sn_opts *opts, size_t index, const char *text, struct sn_opt_source source, struct sonde_error *err)
{
	if (sn_opt_is_given(opts, index) && opts->set_by[index].layer != source.layer)
		sn_opts_clear(opts, index); /* a list begins anew */
	else if (sn_opt_is_given(opts, index) && sn_opt(index)->once)
		return sonde_hint(err, sonde_fail(err, SONDE_E_USAGE, 0, "option --%s is given twice", sn_opt(index)->name),
		                  "give one, of both together");
	int code = settle_clash(opts, index, source.layer, err);
	if (code == SONDE_OK)
		code = sn_opt_read(sn_opt(index), opts, text, err);
	if (code == SONDE_OK)
		opts->set_by[index] = source;
	return code;
}

/* Only where the command line asks for it: a file may say for all runs what has a meaning in some. */
static int check_needs(const struct sn_opts *opts, uint32_t command, struct sonde_error *err)
{
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		if (!opt->needs || opts->set_by[i].layer != SN_LAYER_COMMAND_LINE || sn_opt_given(opts, opt->needs))
			continue;
		for (size_t j = 0; j < sn_opt_count(); j++)
			if (strcmp(sn_opt(j)->name, opt->needs) == 0 && (sn_opt(j)->commands & command)) {
				int code = sonde_fail(err, SONDE_E_USAGE, 0, "option --%s is given without --%s", opt->name, opt->needs);
				snprintf(err->hint, sizeof err->hint, "it has a meaning only together with --%s", opt->needs);
				return code;
			}
	}
	return SONDE_OK;
}

int sn_opts_begin(struct sn_opts *opts, struct sonde_error *err)
{
	*opts = (struct sn_opts){.family = 0};
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt(i)->preset && sn_opt_read(sn_opt(i), opts, sn_opt(i)->preset, err) < 0)
			return SONDE_E_INTERNAL;
	return SONDE_OK;
}

/* A simulated network has nothing of this machine's. What stands beside --sim is refused where it is used. */
static void forget_real(struct sn_opts *opts)
{
	for (size_t i = 0; opts->sim && i < sn_opt_count(); i++)
		if (sn_opt(i)->real && sn_opt_is_given(opts, i) && opts->set_by[i].layer != SN_LAYER_COMMAND_LINE)
			sn_opts_clear(opts, i);
}

static int refuse_switch(const struct sn_opt *opt, const char *text, struct sonde_error *err)
{
	sonde_fail(err, SONDE_E_USAGE, 0, "option --%s: '%.60s' is neither yes nor no", opt->name, text);
	return sonde_hint(err, SONDE_E_USAGE, "give --%s alone, or --%s=no to take back what a file says", opt->name, opt->name);
}

static size_t index_of(const struct sn_opt *opt)
{
	size_t i = 0;
	while (sn_opt(i) != opt)
		i++;
	return i;
}

int sn_opts_add_argv(struct sn_opts *opts, uint32_t command, const char *command_name, int argc, char **argv, struct sonde_error *err)
{
	const struct sn_opt_source here = {.layer = SN_LAYER_COMMAND_LINE};
	struct sonde_error unused = {0};
	struct getopt_tables tables;
	err = err ? err : &unused;
	make_tables(&tables, command);
	opterr = 0;
	optind = 0; /* glibc: start anew */
	for (;;) {
		int result = getopt_long(argc, argv, tables.letters, tables.longs, NULL);
		if (result == -1)
			break;
		const struct sn_opt *opt = result == '?' || result == ':' ? NULL : row_of(result, command);
		if (!opt)
			return refuse(&tables, result, command_name, argv[optind - 1], err);
		int on = !opt->arg && optarg ? sn_read_switch(optarg) : 1;
		if (on < 0)
			return refuse_switch(opt, optarg, err);
		if (!on)
			sn_opts_clear(opts, index_of(opt));
		int code = on ? sn_opts_take(opts, index_of(opt), optarg, here, err) : SONDE_OK;
		if (code < 0)
			return code;
		if (opt->type == SN_OPT_HELP && result < LONG_BASE)
			*(uint8_t *)((char *)opts + opt->offset) = SN_HELP_SHORT;
	}
	opts->operands = argv + optind;
	opts->operand_count = argc - optind;
	forget_real(opts);
	return check_needs(opts, command, err);
}

int sn_opts_parse(struct sn_opts *opts, uint32_t command, const char *command_name, int argc, char **argv, struct sonde_error *err)
{
	int code = sn_opts_begin(opts, err);
	return code < 0 ? code : sn_opts_add_argv(opts, command, command_name, argc, argv, err);
}
