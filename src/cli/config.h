/* SPDX-License-Identifier: MIT */
/* What configuration files say: keys are long options, sections are profiles. Pure; config_files.c finds the files. */
#ifndef SN_CLI_CONFIG_H
#define SN_CLI_CONFIG_H

#include "cli/opts.h"

enum { SN_CONFIG_FILES_MAX = 2 };

struct sn_config_entry {
	uint8_t file;      /* index in files */
	unsigned line;
	char *section;     /* "": of every run */
	char *key, *value;
};

struct sn_config_file {
	char *path;
	const char *state; /* "read", "not there", or why it was not read */
};

/* {0} is an empty one. A file that was added later wins over those before it, a profile over what stands before all profiles. */
struct sn_config {
	struct sn_config_file files[SN_CONFIG_FILES_MAX];
	size_t file_count;
	struct sn_config_entry *entries;
	size_t count, capacity;
	bool secure;  /* the program has a right that its user has not: no file decides what it is used for */
};

void sn_config_finish(struct sn_config *config);
/* Adds a file, of which nothing is read yet. Its index, or SONDE_E_NOMEM. */
int sn_config_add_file(struct sn_config *config, const char *path, const char *state);
/* Reads the text of a file that was added, and checks each key and value. SONDE_E_FORMAT, _USAGE, _RANGE with file and line. */
int sn_config_read(struct sn_config *config, size_t file, const char *text, size_t text_bytes, struct sonde_error *err) SONDE_MUST_USE;
/* Sets in opts what the files say of the subcommand. profile NULL: none. The texts stay the config's. SONDE_E_USAGE: there is no such
 * profile, or two lines exclude each other. */
int sn_config_apply(const struct sn_config *config, const char *profile, uint32_t command, struct sn_opts *opts,
                    struct sonde_error *err) SONDE_MUST_USE;
/* An error that names an option, or a value in quotes, that a file has set gets the place in that file in front. */
void sn_config_blame(const struct sn_opts *opts, struct sonde_error *err);
/* --show-config: the files, then what is in force, each as a line of such a file with the place it is from. */
void sn_config_show(struct sn_buf *buf, const struct sn_config *config, const char *profile, uint32_t command, const struct sn_opts *opts);
/* The profiles, a line each: the name, a tab, "queries = 5, method = tcp:443". Left out is a name that a shell would not read as one plain
 * word. */
void sn_config_profiles(struct sn_buf *buf, const struct sn_config *config);
/* False: the subcommand has no option that a file may set. */
bool sn_config_concerns(uint32_t command);

#endif
