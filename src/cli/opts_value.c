/* SPDX-License-Identifier: MIT */
/* Values of options: from text, and as text again. Knows types and ranges, nothing of what an option is for. */
#include "cli/opts.h"

#include "base/doc.h"
#include "base/word.h"

#include <sonde/path.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_SECONDS_MAX = 10, NEAR_MAX = 24 };

int sn_read_switch(const char *text)
{
	static const char *const words[] = {"no", "yes", "off", "on", "false", "true", "0", "1"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], text) == 0)
			return (int)(i % 2);
	return -1;
}

bool sn_read_uint(const char *text, uint64_t *out)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	size_t count = strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789");
	uint64_t value = 0, base = hex ? 16 : 10;
	if (count == 0 || digits[count])
		return false;
	for (size_t i = 0; i < count; i++) {
		unsigned c = (unsigned char)digits[i], digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
		if (value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	*out = value;
	return true;
}

bool sn_read_seconds(const char *text, unsigned bare_ms_above, sonde_ns *out)
{
	/* strtod would take "inf", "nan" and hexadecimal, too */
	size_t count = strspn(text, "0123456789.");
	if (count == 0 || (count == 1 && *text == '.') || count > 20)
		return false;
	char number[24], *end;
	memcpy(number, text, count);
	number[count] = 0;
	double value = strtod(number, &end);
	const char *unit = text + count;
	if (*end)
		return false;
	if (strcmp(unit, "ms") == 0 || (!*unit && bare_ms_above && value > bare_ms_above))
		value /= 1000;
	else if (*unit && strcmp(unit, "s") != 0)
		return false;
	if (value > 1e9)
		return false;
	*out = (sonde_ns)(value * 1e9 + 0.5);
	return true;
}

/* Edits (insert, drop, change, swap neighbours) from a to b, as far as both are short. */
static size_t edit_count(const char *a, const char *b)
{
	size_t a_len = strnlen(a, NEAR_MAX), b_len = strnlen(b, NEAR_MAX), d[NEAR_MAX + 1][NEAR_MAX + 1];
	for (size_t i = 0; i <= a_len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b_len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a_len; i++)
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[a_len][b_len];
}

const char *sn_nearest(const char *typed, const char *(*at)(const void *ctx, size_t i), const void *ctx)
{
	size_t length = strlen(typed), least = length < 4 ? 2 : 3 + length / 8;
	const char *nearest = NULL, *candidate;
	if (length < 2 || length > NEAR_MAX)
		return NULL;
	for (size_t i = 0; (candidate = at(ctx, i)); i++) {
		size_t edits = edit_count(typed, candidate);
		if (edits < least) {
			least = edits;
			nearest = candidate;
		}
	}
	return nearest;
}

/* Fails with what was typed and what would be right. */
static int bad_value(const struct sn_opt *opt, const char *text, int code, const char *why, struct sonde_error *err)
{
	char letter[8] = "";
	if (opt->letter)
		snprintf(letter, sizeof letter, " (-%c)", opt->letter);
	return sonde_fail(err, code, 0, "option --%s%s: '%.60s' %s", opt->name, letter, text, why);
}

static void store_uint(void *field, size_t size, uint64_t value)
{
	uint8_t v8 = (uint8_t)value;
	uint16_t v16 = (uint16_t)value;
	uint32_t v32 = (uint32_t)value;
	const void *narrow = size == 1 ? (void *)&v8 : size == 2 ? (void *)&v16 : size == 4 ? (void *)&v32 : (void *)&value;
	memcpy(field, narrow, size);
}

static uint64_t load_uint(const void *field, size_t size)
{
	uint8_t v8;
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;
	switch (size) {
	case 1:
		memcpy(&v8, field, size);
		return v8;
	case 2:
		memcpy(&v16, field, size);
		return v16;
	case 4:
		memcpy(&v32, field, size);
		return v32;
	default:
		memcpy(&v64, field, sizeof v64);
		return v64;
	}
}

static int read_uint(const struct sn_opt *opt, void *field, const char *text, struct sonde_error *err)
{
	uint64_t value;
	bool number = sn_read_uint(text, &value);
	if (number && value >= opt->min && value <= opt->max) {
		store_uint(field, opt->size, value);
		return SONDE_OK;
	}
	int code = bad_value(opt, text, number ? SONDE_E_RANGE : SONDE_E_USAGE, number ? "is out of range" : "is not a whole number", err);
	if (err)
		snprintf(err->hint, sizeof err->hint, "give %" PRIu64 " to %" PRIu64 "%s%s", opt->min, opt->max, opt->unit ? " " : "",
		         opt->unit ? opt->unit : "");
	return code;
}

static int read_seconds(const struct sn_opt *opt, void *field, const char *text, struct sonde_error *err)
{
	sonde_ns value;
	bool time = sn_read_seconds(text, opt->type == SN_OPT_PAUSE ? PAUSE_SECONDS_MAX : 0, &value);
	if (time && value >= (sonde_ns)opt->min * SONDE_MS && value <= (sonde_ns)opt->max * SONDE_MS) {
		memcpy(field, &value, sizeof value);
		return SONDE_OK;
	}
	int code = bad_value(opt, text, time ? SONDE_E_RANGE : SONDE_E_USAGE, time ? "is out of range" : "is not a time", err);
	if (err)
		snprintf(err->hint, sizeof err->hint, "give %g to %g seconds, or a number with ms behind it", (double)opt->min / 1000,
		         (double)opt->max / 1000);
	return code;
}

static int read_choice(const struct sn_opt *opt, void *field, const char *text, struct sonde_error *err)
{
	for (uint8_t i = 0; opt->choices[i]; i++)
		if (strcmp(opt->choices[i], text) == 0) {
			memcpy(field, &i, sizeof i);
			return SONDE_OK;
		}
	int code = bad_value(opt, text, SONDE_E_USAGE, "is none of its values", err);
	size_t at = (size_t)snprintf(err->hint, sizeof err->hint, "give");
	for (size_t i = 0; opt->choices[i] && at < sizeof err->hint; i++)
		at += (size_t)snprintf(err->hint + at, sizeof err->hint - at, "%s %s",
		                       i == 0                ? ""
		                       : opt->choices[i + 1] ? ","
		                                             : " or",
		                       opt->choices[i]);
	return code;
}

static const char *column_key(const void *ctx, size_t i)
{
	(void)ctx;
	return i < sonde_column_count() ? sonde_column(i)->key : NULL;
}

static int read_columns(const struct sn_opt *opt, void *field, const char *text, struct sonde_error *err)
{
	struct sn_column_list list = {0};
	for (const char *at = text;; at++) {
		size_t bytes = strcspn(at, ",");
		char key[NEAR_MAX + 1];
		snprintf(key, sizeof key, "%.*s", (int)(bytes < NEAR_MAX ? bytes : NEAR_MAX), at);
		int index = sonde_column_find(key);
		if (index < 0) {
			int code = bad_value(opt, key, SONDE_E_USAGE, "is no column", err);
			const char *near = sn_nearest(key, column_key, NULL);
			sonde_hint(err, code, near ? "did you mean %s? 'sonde --help' lists them" : "'sonde --help' lists them", near);
			return code;
		}
		if (list.count == SN_COLUMNS_MAX)
			return bad_value(opt, text, SONDE_E_RANGE, "names too many columns", err);
		list.index[list.count++] = (uint8_t)index;
		at += bytes;
		if (!*at)
			break;
	}
	memcpy(field, &list, sizeof list);
	return SONDE_OK;
}

static int read_texts(const struct sn_opt *opt, struct sn_text_list *list, const char *text, struct sonde_error *err)
{
	if (!*text)
		return bad_value(opt, text, SONDE_E_USAGE, "is empty", err);
	if (list->count == SN_TEXTS_MAX)
		return bad_value(opt, text, SONDE_E_RANGE, "is one too many", err);
	list->items[list->count++] = text;
	return SONDE_OK;
}

int sn_opt_read(const struct sn_opt *opt, struct sn_opts *opts, const char *text, struct sonde_error *err)
{
	void *field = (char *)opts + opt->offset;
	switch (opt->type) {
	case SN_OPT_FLAG:
		*(bool *)field = true;
		return SONDE_OK;
	case SN_OPT_SET:
		*(uint8_t *)field = opt->set;
		return SONDE_OK;
	case SN_OPT_UINT:
		return read_uint(opt, field, text, err);
	case SN_OPT_SECONDS:
	case SN_OPT_PAUSE:
		return read_seconds(opt, field, text, err);
	case SN_OPT_TEXT:
		if (!*text)
			return bad_value(opt, text, SONDE_E_USAGE, "is empty", err);
		memcpy(field, &text, sizeof text);
		return SONDE_OK;
	case SN_OPT_TEXTS:
		return read_texts(opt, field, text, err);
	case SN_OPT_CHOICE:
		return read_choice(opt, field, text, err);
	case SN_OPT_COLUMNS:
		return read_columns(opt, field, text, err);
	case SN_OPT_HELP:
		*(uint8_t *)field = SN_HELP_LONG;
		return SONDE_OK;
	}
	return SONDE_E_INTERNAL;
}

/* ---- writing them again ---- */

size_t sn_opt_value_count(const struct sn_opt *opt, const struct sn_opts *opts)
{
	const struct sn_text_list *texts = (const void *)((const char *)opts + opt->offset);
	return opt->type == SN_OPT_TEXTS ? texts->count : 1;
}

/* "1.5s", "20s": without zeros behind. A bare number may be read as milliseconds. */
static void write_seconds(struct sn_buf *out, sonde_ns ns)
{
	char text[48];
	int bytes = snprintf(text, sizeof text, "%" PRId64 ".%09" PRId64, (int64_t)(ns / SONDE_S), (int64_t)(ns % SONDE_S));
	while (text[bytes - 1] == '0')
		bytes--;
	sn_buf_add(out, text, (size_t)(text[bytes - 1] == '.' ? bytes - 1 : bytes));
	sn_buf_putc(out, 's');
}

static void write_columns(struct sn_buf *out, const struct sn_column_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		sn_buf_printf(out, "%s%s", i ? "," : "", sonde_column(list->index[i])->key);
}

void sn_opt_write(const struct sn_opt *opt, const struct sn_opts *opts, size_t nth, struct sn_buf *out)
{
	const void *field = (const char *)opts + opt->offset;
	const char *text = NULL;
	sonde_ns ns;
	switch (opt->type) {
	case SN_OPT_FLAG:
	case SN_OPT_SET:
	case SN_OPT_HELP:
		sn_buf_puts(out, "yes");
		break;
	case SN_OPT_UINT:
		sn_buf_printf(out, "%" PRIu64, load_uint(field, opt->size));
		break;
	case SN_OPT_SECONDS:
	case SN_OPT_PAUSE:
		memcpy(&ns, field, sizeof ns);
		write_seconds(out, ns);
		break;
	case SN_OPT_TEXT:
		memcpy(&text, field, sizeof text);
		sn_buf_puts(out, text ? text : "");
		break;
	case SN_OPT_TEXTS:
		sn_buf_puts(out, ((const struct sn_text_list *)field)->items[nth]);
		break;
	case SN_OPT_CHOICE:
		sn_buf_puts(out, opt->choices[*(const uint8_t *)field]);
		break;
	case SN_OPT_COLUMNS:
		write_columns(out, field);
		break;
	}
}

static void put_option(struct sn_buf *out, const struct sn_opts *opts, const struct sn_opt *opt)
{
	struct sn_buf value = {0};
	sn_buf_printf(out, " --%s", opt->name);
	if (opt->arg) {
		sn_opt_write(opt, opts, 0, &value);
		sn_buf_putc(out, ' ');
		sn_word_put(out, sn_buf_text(&value));
	}
	out->bad |= value.bad;
	sn_buf_finish(&value);
}

void sn_opts_repeat(const struct sn_opts *opts, struct sn_buf *out)
{
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		bool where = opt->repeat || opt->clash == SN_CLASH_FAMILY || opt->group == SN_GROUP_WHERE || opt->group == SN_GROUP_SIM;
		/* the commands to try are traces and comparisons: what only one of them knows cannot be repeated */
		bool both = (opt->commands & SN_FOR_TABLES) == SN_FOR_TABLES;
		if (where && both && sn_opt_is_given(opts, i))
			put_option(out, opts, opt);
	}
}

void sn_opts_repeat_methods(const struct sn_opts *opts, struct sn_buf *out)
{
	for (size_t i = 0; i < opts->methods.count; i++) {
		sn_buf_puts(out, " -M ");
		sn_word_put(out, opts->methods.items[i]);
	}
	if (opts->require) {
		sn_buf_puts(out, " --require ");
		sn_word_put(out, opts->require);
	}
}

void sn_opts_command(const struct sn_opts *opts, const char *command, struct sn_buf *out)
{
	sn_buf_printf(out, "sonde %s", command);
	for (size_t i = 0; i < sn_opt_count(); i++) {
		const struct sn_opt *opt = sn_opt(i);
		const void *field = (const char *)opts + opt->offset;
		const struct sn_text_list *texts = opt->type == SN_OPT_TEXTS ? field : NULL;
		if (!sn_opt_is_given(opts, i) || opt->words == SN_WORDS_OUTPUT || opt->offset == offsetof(struct sn_opts, write_capture))
			continue;
		if (!texts)
			put_option(out, opts, opt);
		for (size_t k = 0; texts && k < texts->count; k++) {
			sn_buf_printf(out, " --%s ", opt->name);
			sn_word_put(out, texts->items[k]);
		}
	}
	for (int i = 0; i < opts->operand_count; i++) {
		sn_buf_putc(out, ' ');
		sn_word_put(out, opts->operands[i]);
	}
}

/* ---- telling them ---- */

static void tell_texts(struct sn_doc *doc, const char *key, const struct sn_text_list *list)
{
	sn_doc_array(doc, key);
	for (size_t i = 0; i < list->count; i++)
		sn_doc_strange(doc, NULL, list->items[i], strlen(list->items[i]));
	sn_doc_end(doc);
}

static void tell_columns(struct sn_doc *doc, const char *key, const struct sn_column_list *list)
{
	sn_doc_array(doc, key);
	for (size_t i = 0; i < list->count; i++)
		sn_doc_text(doc, NULL, sonde_column(list->index[i])->key);
	sn_doc_end(doc);
}

/* A number that JSON's readers take for a negative one, or round, is a text. */
static void tell_uint(struct sn_doc *doc, const char *key, uint64_t number)
{
	const uint64_t exact_most = UINT64_C(1) << 53; /* RFC 8259 section 6 */
	char digits[24];
	snprintf(digits, sizeof digits, "%" PRIu64, number);
	if (number <= exact_most)
		sn_doc_whole(doc, key, (int64_t)number);
	else
		sn_doc_text(doc, key, digits);
}

static void tell_option(struct sn_doc *doc, const struct sn_opts *opts, const struct sn_opt *opt)
{
	const void *field = (const char *)opts + opt->offset;
	const char *text = NULL;
	sonde_ns time_ns = 0;
	switch (opt->type) {
	case SN_OPT_FLAG:
	case SN_OPT_SET:
	case SN_OPT_HELP:
		sn_doc_bool(doc, opt->name, true);
		break;
	case SN_OPT_UINT:
		tell_uint(doc, opt->name, load_uint(field, opt->size));
		break;
	case SN_OPT_SECONDS:
	case SN_OPT_PAUSE:
		memcpy(&time_ns, field, sizeof time_ns);
		sn_doc_real(doc, opt->name, (double)time_ns / 1e9);
		break;
	case SN_OPT_TEXT:
		memcpy(&text, field, sizeof text);
		sn_doc_strange(doc, opt->name, text, strlen(text));
		break;
	case SN_OPT_TEXTS:
		tell_texts(doc, opt->name, field);
		break;
	case SN_OPT_CHOICE:
		sn_doc_text(doc, opt->name, opt->choices[*(const uint8_t *)field]);
		break;
	case SN_OPT_COLUMNS:
		tell_columns(doc, opt->name, field);
		break;
	}
}

void sn_opts_tell(const struct sn_opts *opts, struct sn_doc *doc)
{
	for (size_t i = 0; i < sn_opt_count(); i++)
		if (sn_opt_is_given(opts, i))
			tell_option(doc, opts, sn_opt(i));
}
