/* SPDX-License-Identifier: MIT */
/* From lines of configuration files to options, and back to lines that say where each is from. */
#include "cli/config.h"

#include "base/clean.h"
#include "cli/output.h"
#include "ext/ini.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHERE_COLUMNS = 32, LAYER_FIRST = 1 };

void sn_config_finish(struct sn_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		free(config->entries[i].section);
		free(config->entries[i].key);
		free(config->entries[i].value);
	}
	for (size_t i = 0; i < config->file_count; i++)
		free(config->files[i].path);
	free(config->entries);
	*config = (struct sn_config){0};
}

int sn_config_add_file(struct sn_config *config, const char *path, const char *state)
{
	char *copy = config->file_count < SN_CONFIG_FILES_MAX ? strdup(path) : NULL;
	if (!copy)
		return SONDE_E_NOMEM;
	config->files[config->file_count] = (struct sn_config_file){.path = copy, .state = state};
	return (int)config->file_count++;
}

/* ---- one line ---- */

static int option_of(const char *key)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (strcmp(sn_opt(i)->name, key) == 0)
			return (int)i;
	return -1;
}

static const char *settable(const void *ctx, size_t i)
{
	(void)ctx;
	for (size_t at = 0; at < sn_opt_count(); at++)
		if (!sn_opt(at)->not_in_file && i-- == 0)
			return sn_opt(at)->name;
	return NULL;
}

static int check_value(const struct sn_opt *opt, const char *value, struct sonde_error *err)
{
	struct sn_opts unused;
	if (opt->arg) {
		int code = sn_opts_begin(&unused, err);
		return code < 0 ? code : sn_opt_read(opt, &unused, value, err);
	}
	if (sn_read_switch(value) >= 0)
		return SONDE_OK;
	sonde_fail(err, SONDE_E_USAGE, 0, "'%s = %.60s' is neither yes nor no", opt->name, value);
	return sonde_hint(err, SONDE_E_USAGE, "give %s = yes, or leave the line out", opt->name);
}

static int check_line(const struct sn_config *config, const char *key, const char *value, struct sonde_error *err)
{
	int index = option_of(key);
	if (index < 0) {
		const char *near = sn_nearest(key, settable, NULL);
		sonde_fail(err, SONDE_E_USAGE, 0, "there is no option '%.60s'", key);
		return sonde_hint(err, SONDE_E_USAGE, near ? "did you mean %s?" : "keys are long options: see 'sonde --help'", near);
	}
	if (sn_opt((size_t)index)->not_in_file) {
		sonde_fail(err, SONDE_E_USAGE, 0, "'%s' cannot be set by a file", key);
		return sonde_hint(err, SONDE_E_USAGE, "give --%s on the command line", key);
	}
	if (config->secure && sn_opt((size_t)index)->privileged) {
		sonde_fail(err, SONDE_E_USAGE, 0, "'%s' cannot be set by a file where sonde has a right that its user has not", key);
		return sonde_hint(err, SONDE_E_USAGE, "give --%s on the command line", key);
	}
	return check_value(sn_opt((size_t)index), value, err);
}

/* The line that is wrong. INI knows comments behind a value, but by ';' alone. */
static int blame_line(const char *file, unsigned line, const char *value, struct sonde_error *err)
{
	if (strstr(value, " #") || strstr(value, "\t#") || *value == '#')
		sonde_hint(err, err->code, "behind a value ';' begins a comment, '#' is a part of the value");
	return sn_output_place(file, line, err);
}

struct reading {
	struct sn_config *config;
	size_t file;
};

static int take_line(void *ctx, const char *section, const char *key, const char *value, unsigned line, struct sonde_error *err)
{
	struct reading *reading = ctx;
	struct sn_config *config = reading->config;
	if (check_line(config, key, value, err) < 0)
		return blame_line(config->files[reading->file].path, line, value, err);
	if (config->count == config->capacity) {
		size_t wanted = config->capacity ? 2 * config->capacity : 16;
		struct sn_config_entry *grown = reallocarray(config->entries, wanted, sizeof *grown);
		if (!grown || wanted > UINT16_MAX)
			return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for '%.120s'", config->files[reading->file].path);
		config->entries = grown;
		config->capacity = wanted;
	}
	struct sn_config_entry *entry = &config->entries[config->count++];
	*entry = (struct sn_config_entry){
		.file = (uint8_t)reading->file, .line = line, .section = strdup(section), .key = strdup(key), .value = strdup(value)};
	if (!entry->section || !entry->key || !entry->value)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for '%.120s'", config->files[reading->file].path);
	return SONDE_OK;
}

int sn_config_read(struct sn_config *config, size_t file, const char *text, size_t text_bytes, struct sonde_error *err)
{
	struct reading reading = {.config = config, .file = file};
	return sn_ini_read(config->files[file].path, text, text_bytes, take_line, &reading, err);
}

/* ---- what is in force ---- */

static int apply_entry(const struct sn_config *config, size_t i, uint8_t layer, uint32_t command, struct sn_opts *opts,
                       struct sonde_error *err)
{
	const struct sn_config_entry *entry = &config->entries[i];
	size_t index = (size_t)option_of(entry->key);
	const struct sn_opt *opt = sn_opt(index);
	if (!(opt->commands & command))
		return SONDE_OK;
	if (!opt->arg && sn_read_switch(entry->value) == 0) {
		if (sn_opt_is_given(opts, index))
			sn_opts_clear(opts, index);
		return SONDE_OK;
	}
	int code = sn_opts_take(opts, index, entry->value, (struct sn_opt_source){.layer = layer, .entry = (uint16_t)i}, err);
	return code < 0 ? blame_line(config->files[entry->file].path, entry->line, entry->value, err) : code;
}

static bool is_plain_word(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
	return *name && name[strspn(name, plain)] == '\0';
}

static bool is_first_of(const struct sn_config *config, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(config->entries[i].section, config->entries[index].section) == 0)
			return false;
	return true;
}

/* A comma between names, a space in front of the first. */
static void list_profiles(const struct sn_config *config, char *out, size_t out_bytes)
{
	size_t at = 0;
	out[0] = '\0';
	for (size_t i = 0; i < config->count && at < out_bytes; i++) {
		const char *name = config->entries[i].section;
		if (*name && is_first_of(config, i))
			at += (size_t)snprintf(out + at, out_bytes - at, "%s @%.40s", at ? "," : "", name);
	}
}

void sn_config_profiles(struct sn_buf *buf, const struct sn_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const char *name = config->entries[i].section, *gap = "\t";
		if (!is_plain_word(name) || !is_first_of(config, i))
			continue;
		sn_buf_puts(buf, name);
		for (size_t j = i; j < config->count; j++)
			if (strcmp(config->entries[j].section, name) == 0) {
				sn_buf_printf(buf, "%s%s = ", gap, config->entries[j].key);
				sn_clean_plain(buf, config->entries[j].value, strlen(config->entries[j].value), false);
				gap = ", ";
			}
		sn_buf_putc(buf, '\n');
	}
}

static int no_profile(const struct sn_config *config, const char *profile, struct sonde_error *err)
{
	char known[160], paths[200] = "";
	for (size_t i = 0, at = 0; i < config->file_count && at < sizeof paths; i++)
		at += (size_t)snprintf(paths + at, sizeof paths - at, "%s%.80s", i ? " and " : "", config->files[i].path);
	sonde_fail(err, SONDE_E_USAGE, 0, "there is no profile '@%.40s' in %s", profile, *paths ? paths : "any file, as none is read");
	list_profiles(config, known, sizeof known);
	return sonde_hint(err, SONDE_E_USAGE, *known ? "there are%s" : "begin one with a line '[%.40s]'", *known ? known : profile);
}

int sn_config_apply(const struct sn_config *config, const char *profile, uint32_t command, struct sn_opts *opts, struct sonde_error *err)
{
	bool found = profile == NULL;
	uint8_t layer = LAYER_FIRST;
	for (int in_profile = 0; in_profile <= (profile ? 1 : 0); in_profile++)
		for (size_t file = 0; file < config->file_count; file++, layer++)
			for (size_t i = 0; i < config->count; i++) {
				const struct sn_config_entry *entry = &config->entries[i];
				if (entry->file != file || strcmp(entry->section, in_profile ? profile : "") != 0)
					continue;
				found |= in_profile;
				if (apply_entry(config, i, layer, command, opts, err) < 0)
					return err->code;
			}
	return found ? SONDE_OK : no_profile(config, profile, err);
}

bool sn_config_concerns(uint32_t command)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (!sn_opt(i)->not_in_file && sn_opt(i)->commands & command)
			return true;
	return false;
}

/* The entry that gave a value. Of a list each item is the text of its own. */
static const struct sn_config_entry *entry_of(const struct sn_config *config, const struct sn_opts *opts, size_t index, size_t nth)
{
	const struct sn_opt *opt = sn_opt(index);
	const struct sn_text_list *texts = (const void *)((const char *)opts + opt->offset);
	for (size_t i = 0; opt->type == SN_OPT_TEXTS && i < config->count; i++)
		if (config->entries[i].value == texts->items[nth])
			return &config->entries[i];
	return &config->entries[opts->set_by[index].entry];
}

static bool names(const char *what, const char *option)
{
	size_t bytes = strlen(option);
	for (const char *at = what; (at = strstr(at, "--")); at += 2)
		if (strncmp(at + 2, option, bytes) == 0 && !strchr("abcdefghijklmnopqrstuvwxyz-", at[2 + bytes] ? at[2 + bytes] : ' '))
			return true;
	return false;
}

static bool quotes(const char *what, const struct sn_opt *opt, const char *value)
{
	const char *at = opt->arg ? strpbrk(what, "'\"") : NULL;
	size_t bytes = strlen(value);
	return at && strncmp(at + 1, value, bytes) == 0 && at[1 + bytes] == *at;
}

void sn_config_blame(const struct sn_opts *opts, struct sonde_error *err)
{
	for (size_t i = 0; opts->files && i < sn_opt_count(); i++) {
		uint8_t layer = opts->set_by[i].layer;
		if (layer == SN_LAYER_NONE || layer == SN_LAYER_COMMAND_LINE)
			continue;
		const struct sn_config_entry *entry = &opts->files->entries[opts->set_by[i].entry];
		if (!names(err->what, sn_opt(i)->name) && !quotes(err->what, sn_opt(i), entry->value))
			continue;
		blame_line(opts->files->files[entry->file].path, entry->line, entry->value, err);
		return;
	}
}

static void put_line(struct sn_buf *buf, const struct sn_config *config, const struct sn_opts *opts, size_t index, size_t nth)
{
	const struct sn_opt_source source = opts->set_by[index];
	const struct sn_config_entry *entry;
	struct sn_buf line = {0};
	sn_buf_printf(&line, "%s = ", sn_opt(index)->name);
	sn_opt_write(sn_opt(index), opts, nth, &line);
	if (line.length_bytes < WHERE_COLUMNS)
		sn_buf_pad(&line, ' ', WHERE_COLUMNS - line.length_bytes);
	if (source.layer == SN_LAYER_NONE)
		sn_buf_puts(&line, "  ; default\n");
	else if (source.layer == SN_LAYER_COMMAND_LINE)
		sn_buf_puts(&line, "  ; command line\n");
	else if ((entry = entry_of(config, opts, index, nth)))
		sn_buf_printf(&line, "  ; %s:%u\n", config->files[entry->file].path, entry->line);
	sn_buf_puts(buf, sn_buf_text(&line));
	buf->bad |= line.bad;
	sn_buf_finish(&line);
}

/* A default that something given excludes is none that is in force. */
static bool is_excluded(const struct sn_opts *opts, size_t index)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (i != index && (sn_opt(i)->clash & sn_opt(index)->clash) && sn_opt_is_given(opts, i))
			return true;
	return false;
}

/* What holds where nothing is given, which is no value that a file could set. */
static void put_words(struct sn_buf *buf, const struct sn_opt *opt)
{
	struct sn_buf line = {0};
	sn_buf_printf(&line, "; %s: %s", opt->name, opt->preset_words);
	if (line.length_bytes < WHERE_COLUMNS)
		sn_buf_pad(&line, ' ', WHERE_COLUMNS - line.length_bytes);
	sn_buf_printf(buf, "%s  ; default\n", sn_buf_text(&line));
	buf->bad |= line.bad;
	sn_buf_finish(&line);
}

void sn_config_show(struct sn_buf *buf, const struct sn_config *config, const char *profile, uint32_t command, const struct sn_opts *opts)
{
	for (size_t i = 0; i < config->file_count; i++)
		sn_buf_printf(buf, "; %s: %s\n", config->files[i].path, config->files[i].state);
	if (!config->file_count)
		sn_buf_puts(buf, "; no file is read\n");
	if (profile)
		sn_buf_printf(buf, "; profile %s\n", profile);
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		bool given = sn_opt_is_given(opts, i);
		if (!(opt->commands & command) || opt->not_in_file || (!given && is_excluded(opts, i)))
			continue;
		if (!given && opt->preset_words)
			put_words(buf, opt);
		for (size_t nth = 0; (given || opt->preset) && nth < sn_opt_value_count(opt, opts); nth++)
			put_line(buf, config, opts, i, nth);
	}
}
