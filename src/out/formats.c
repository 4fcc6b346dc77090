/* SPDX-License-Identifier: MIT */
/* The rows of the format table. */
#include "out/formats.h"

#include "out/tell.h"
#include "out/text_report.h"

#include <string.h>

#define FORMATS(X) \
	X("text", "the table and what was found, as on a terminal", .text = sn_text_report) \
	X("json", "one document with everything that is known", .doc = sn_tell_report) \
	X("ndjson", "each event as it happens, a JSON document a line", .stream = true)

static const struct sn_format formats[] = {
#define X(format_name, format_summary, ...) {.name = format_name, .summary = format_summary, __VA_ARGS__},
    FORMATS(X)
#undef X
};

const char *const sn_format_names[] = {
#define X(format_name, ...) format_name,
    FORMATS(X)
#undef X
    NULL};

size_t sn_format_count(void)
{
	return sizeof formats / sizeof *formats;
}

const struct sn_format *sn_format(size_t index)
{
	return index < sn_format_count() ? &formats[index] : NULL;
}

const struct sn_format *sn_format_find(const char *name, size_t bytes)
{
	for (size_t i = 0; i < sn_format_count(); i++)
		if (strlen(formats[i].name) == bytes && strncmp(formats[i].name, name, bytes) == 0)
			return &formats[i];
	return NULL;
}
