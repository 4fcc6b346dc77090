/* SPDX-License-Identifier: MIT */
/* Any text as a configuration file and a command line, up to where something would be opened. The form: a byte that chooses the
 * subcommand, the words, each ended by a byte 0, an empty word, and the text of the file. What can be read can be shown. */
#include "fuzz.h"

#include "cli/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 24, INPUT_MAX_BYTES = 8192 };

static const uint32_t commands[] = {SN_FOR_TRACE,     SN_FOR_COMPARE, SN_FOR_MTU, SN_FOR_INTERFACE, SN_FOR_REPLAY, SN_FOR_SIM,
                                    SN_FOR_COMPLETION, SN_FOR_EXPLAIN, SN_FOR_DOCTOR};

static void holds(bool good, const char *what, const char *more)
{
	if (good)
		return;
	fprintf(stderr, "does not hold: %s: %s\n", what, more);
	abort();
}

/* An error has words; they end. */
static void check_error(int code, const struct sonde_error *err)
{
	bool said = err->code == code && *err->what && strlen(err->what) < sizeof err->what;
	holds(code >= 0 || said, "what is refused has words", err->what);
}

/* What is in force can be shown, as a file and as a command. */
static void show(const struct sn_config *config, const struct sn_opts *opts, uint32_t command)
{
	struct sn_buf text = {0};
	sn_config_show(&text, config, NULL, command, opts);
	sn_config_profiles(&text, config);
	sn_opts_command(opts, "trace", &text);
	sn_opts_repeat(opts, &text);
	sn_buf_finish(&text);
}

static void apply(const struct sn_config *config, uint32_t command, int argc, char **argv)
{
	struct sn_opts opts;
	struct sonde_error err = {0};
	int code = sn_opts_begin(&opts, &err);
	holds(code == SONDE_OK, "the presets can be read", err.what);
	const char *profile = argc > 1 && argv[1][0] == '@' ? argv[1] + 1 : NULL;
	code = sn_config_apply(config, profile, command, &opts, &err);
	check_error(code, &err);
	if (code == SONDE_OK)
		code = sn_opts_add_argv(&opts, command, "trace", argc, argv, &err);
	check_error(code, &err);
	opts.files = config;
	if (code == SONDE_OK) {
		holds(opts.operand_count >= 0 && opts.operand_count < WORDS_MAX + 1, "operands are words", "");
		holds(opts.first_ttl && opts.max_ttl && opts.queries, "numbers that must not be 0 are not", "");
		show(config, &opts, command);
	} else {
		sn_config_blame(&opts, &err);
		holds(strlen(err.what) < sizeof err.what, "a blame has its bounds", "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char *argv[WORDS_MAX + 2] = {0}, sonde[] = "sonde";
	int argc = 1;
	if (count < 2 || count > INPUT_MAX_BYTES)
		return 0;
	uint32_t command = commands[bytes[0] % (sizeof commands / sizeof *commands)];
	char *text = malloc(count);
	if (!text)
		return 0;
	memcpy(text, bytes + 1, count - 1);
	text[count - 1] = '\0';
	size_t at = 0;
	argv[0] = sonde;
	for (; at < count - 1 && text[at] && argc <= WORDS_MAX; at += strlen(text + at) + 1)
		argv[argc++] = text + at;
	at = at < count ? at + 1 : count;
	struct sn_config config = {.file_count = 0};
	struct sonde_error err = {0};
	int file = sn_config_add_file(&config, "sonde.conf", "read");
	int code = file < 0 || at >= count ? SONDE_OK : sn_config_read(&config, (size_t)file, text + at, count - at - 1, &err);
	check_error(code, &err);
	if (code == SONDE_OK)
		apply(&config, command, argc, argv);
	sn_config_finish(&config);
	free(text);
	return 0;
}
