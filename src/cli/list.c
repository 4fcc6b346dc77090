/* SPDX-License-Identifier: MIT */
/* Reads lists of hosts. Whether a host can be traced is found out elsewhere. */
#include "cli/list.h"

#include "base/buf.h"
#include "base/clean.h"
#include "cli/output.h"
#include "ext/net_file.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_MAX_BYTES = 64 << 20, HOST_MAX_BYTES = 255, SHOWN_MAX_BYTES = 60 };

void sn_list_finish(struct sn_list *list)
{
	free(list->text);
	free(list->items);
	*list = (struct sn_list){0};
}

int sn_list_load(struct sn_list *list, const char *file, size_t *text_bytes, struct sonde_error *err)
{
	int code = sn_file_read(file, LIST_MAX_BYTES, "give a list of hosts, one in each line", &list->text, text_bytes, err);
	char *ended = code == SONDE_OK ? realloc(list->text, *text_bytes + 1) : NULL;
	if (ended)
		list->text = ended;
	else if (code == SONDE_OK)
		code = sonde_fail(err, SONDE_E_NOMEM, 0, "reading '%.80s'", file);
	return code;
}

static int add(struct sn_list *list, const char *host, unsigned line)
{
	if (list->count == list->capacity) {
		size_t wanted = list->capacity ? 2 * list->capacity : 64;
		struct sn_list_line *grown = reallocarray(list->items, wanted, sizeof *grown);
		if (!grown)
			return SONDE_E_NOMEM;
		list->items = grown;
		list->capacity = wanted;
	}
	list->items[list->count++] = (struct sn_list_line){.host = host, .line = line};
	return SONDE_OK;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Why the text between the blanks at its ends is no host; NULL: it may be one. */
static const char *why_not(const char *text, size_t bytes)
{
	if (bytes > HOST_MAX_BYTES)
		return "is longer than any name";
	if (text[0] == '-')
		return "begins like an option";
	for (size_t i = 0; i < bytes; i++) {
		if (is_blank(text[i]))
			return "is more than one word";
		if ((unsigned char)text[i] < ' ' || text[i] == '\x7f')
			return "has characters that no name has";
	}
	return NULL;
}

static void tell_bad(const char *file, unsigned line, const char *text, size_t bytes, const char *why, struct sonde_error *err)
{
	struct sn_buf shown = {0};
	sn_clean_quoted(&shown, text, bytes < SHOWN_MAX_BYTES ? bytes : SHOWN_MAX_BYTES, true);
	sonde_fail(err, SONDE_E_USAGE, 0, "%s %s", sn_buf_text(&shown), why);
	sonde_hint(err, SONDE_E_USAGE, "give one host in each line; # begins a comment");
	sn_output_place(file, line, err);
	sn_buf_finish(&shown);
}

int sn_list_split(struct sn_list *list, const char *file, size_t text_bytes, void (*bad)(void *ctx, struct sonde_error *err), void *ctx,
                  struct sonde_error *err)
{
	char *at = list->text, *end = list->text + text_bytes;
	for (unsigned line = 1; at < end; line++) {
		char *newline = memchr(at, '\n', (size_t)(end - at)), *next = newline ? newline + 1 : end, *last = newline ? newline : end;
		char *comment = memchr(at, '#', (size_t)(last - at));
		last = comment ? comment : last;
		while (at < last && is_blank(*at))
			at++;
		while (last > at && is_blank(last[-1]))
			last--;
		size_t bytes = (size_t)(last - at);
		const char *why = bytes ? why_not(at, bytes) : NULL;
		struct sonde_error said = {0};
		if (why) {
			tell_bad(file, line, at, bytes, why, &said);
			bad(ctx, &said);
		} else if (bytes) {
			*last = '\0'; /* what stands there was looked at */
			if (add(list, at, line) < 0)
				return sonde_fail(err, SONDE_E_NOMEM, 0, "no room for the list '%.80s'", file);
		}
		at = next;
	}
	return SONDE_OK;
}
