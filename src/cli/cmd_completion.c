/* SPDX-License-Identifier: MIT */
/* Prints one of the generated documents, whose table is here, or what completions ask the program for. */
#include "cli/cmd_completion.h"

#include "cli/applet_traceroute.h"
#include "cli/complete_words.h"
#include "cli/config_files.h"
#include "cli/help.h"
#include "cli/output.h"

#include <string.h>

static const struct {
	const char *name;
	void (*write)(struct sn_buf *buf);                                            /* or: */
	void (*complete)(struct sn_buf *buf, const struct sn_complete_set *set);
} documents[] = {
    {.name = "bash", .complete = sn_complete_bash},
    {.name = "zsh", .complete = sn_complete_zsh},
    {.name = "fish", .complete = sn_complete_fish},
    {.name = "man", .write = sn_manual},
    {.name = "markdown", .write = sn_reference},
};

/* The profiles of the files that would be read. */
static int print_profiles(const struct sn_opts *opts, struct sonde_error *err)
{
	struct sn_config config = {.file_count = 0};
	struct sn_buf text = {0};
	if (opts->no_config || sn_config_load(&config, opts->config, err) == SONDE_OK) {
		sn_config_profiles(&text, &config);
		sn_output_once(&text, err);
	}
	sn_buf_finish(&text);
	sn_config_finish(&config);
	return 0;
}

int sn_cmd_docgen(const struct sn_opts *opts, struct sonde_error *err)
{
	if (strcmp(opts->operands[0], "profiles") == 0)
		return print_profiles(opts, err);
	struct sn_complete_set set = opts->for_traceroute ? sn_applet_complete_set() : sn_complete_set();
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
		if (strcmp(documents[i].name, opts->operands[0]) == 0) {
			struct sn_buf text = {0};
			if (documents[i].complete)
				documents[i].complete(&text, &set);
			else
				documents[i].write(&text);
			sn_output_once(&text, err);
			sn_buf_finish(&text);
			return 0;
		}
	sonde_fail(err, SONDE_E_USAGE, 0, "there is no document '%.60s'", opts->operands[0]);
	return 0;
}

int sn_cmd_completion(const struct sn_opts *opts, struct sonde_error *err)
{
	return sn_cmd_docgen(opts, err);
}
