/* SPDX-License-Identifier: MIT */
/* libinih, and what stands in its place where a build leaves it out. Lines are handed to it one by one: that gives them numbers, and keeps
 * its cutting of long lines and its joining of indented ones out of the way. */
#include "ext/ini.h"

#if SONDE_WITH_INIH

#include <ini.h>
#include <string.h>

struct reading {
	const char *at, *end;
	unsigned line;
	size_t most_bytes; /* of a line */
	bool too_long, no_text;  /* the line, which has a byte 0 */
	const char *file_name;
	sn_ini_take take;
	void *ctx;
	struct sonde_error *err;
	int failed;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without the comment, which may be of any length: a line of its own, or behind a blank and ';', as the library has it. */
static size_t without_comment(const char *line, size_t bytes)
{
	if (bytes && (*line == '#' || *line == ';'))
		return 0;
	for (size_t i = 1; i < bytes; i++)
		if (line[i] == ';' && is_blank(line[i - 1]))
			return i;
	return bytes;
}

/* Fits ini_reader, which is made after fgets(3). */
static char *next_line(char *room, int room_bytes, void *stream)
{
	struct reading *reading = stream;
	if (reading->at == reading->end || reading->failed || reading->too_long || reading->no_text)
		return NULL;
	const char *newline = memchr(reading->at, '\n', (size_t)(reading->end - reading->at)), *end = newline ? newline : reading->end;
	reading->line++;
	while (reading->at < end && is_blank(*reading->at))
		reading->at++;
	size_t bytes = (size_t)(end - reading->at);
	reading->most_bytes = (size_t)room_bytes - 1;
	reading->no_text = memchr(reading->at, '\0', bytes) != NULL;
	if (bytes > reading->most_bytes)
		bytes = without_comment(reading->at, bytes);
	reading->too_long = bytes > reading->most_bytes;
	if (reading->no_text || reading->too_long)
		return NULL;
	memcpy(room, reading->at, bytes);
	room[bytes] = '\0';
	reading->at = newline ? newline + 1 : end;
	return room;
}

/* Fits ini_handler: 0 is a failure. */
static int take(void *user, const char *section, const char *key, const char *value)
{
	struct reading *reading = user;
	if (!reading->failed && key && value)
		reading->failed = reading->take(reading->ctx, section, key, value, reading->line, reading->err);
	return 1;
}

bool sn_ini_is_there(void)
{
	return true;
}

int sn_ini_read(const char *file_name, const char *text, size_t text_bytes, sn_ini_take taker, void *ctx, struct sonde_error *err)
{
	struct reading reading = {
		.at = text, .end = text + text_bytes, .file_name = file_name, .take = taker, .ctx = ctx, .err = err};
	int bad_line = ini_parse_stream(next_line, &reading, take, &reading);
	if (bad_line < 0)
		return sonde_fail(err, SONDE_E_NOMEM, 0, "reading '%.120s'", file_name);
	if (bad_line > 0 && (!reading.failed || (unsigned)bad_line < reading.line)) {
		sonde_fail(err, SONDE_E_FORMAT, 0, "%.120s:%d: neither 'key = value' nor '[profile]'", file_name, bad_line);
		return sonde_hint(err, SONDE_E_FORMAT, "begin a comment with '#'");
	}
	if (reading.too_long) {
		sonde_fail(err, SONDE_E_FORMAT, 0, "%.120s:%u: a line of more than %zu bytes", file_name, reading.line, reading.most_bytes);
		return sonde_hint(err, SONDE_E_FORMAT, "libinih takes no longer one: give that option on the command line");
	}
	if (reading.no_text) {
		sonde_fail(err, SONDE_E_FORMAT, 0, "%.120s:%u: a byte 0 in the line", file_name, reading.line);
		return sonde_hint(err, SONDE_E_FORMAT, "give a file of text");
	}
	return reading.failed;
}

#else

bool sn_ini_is_there(void)
{
	return false;
}

int sn_ini_read(const char *file_name, const char *text, size_t text_bytes, sn_ini_take take, void *ctx, struct sonde_error *err)
{
	(void)text;
	(void)text_bytes;
	(void)take;
	(void)ctx;
	sonde_fail(err, SONDE_E_UNSUPPORTED, 0, "reading '%.120s': this sonde was built without libinih", file_name);
	return sonde_hint(err, SONDE_E_UNSUPPORTED, "install libinih-dev and build it again");
}

#endif
