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
	bool unfit;  /* the line is too long, or has a byte 0 */
	const char *file_name;
	sn_ini_take take;
	void *ctx;
	struct sonde_error *err;
	int failed;
};

/* Fits ini_reader, which is made after fgets(3). */
static char *next_line(char *room, int room_bytes, void *stream)
{
	struct reading *reading = stream;
	if (reading->at == reading->end || reading->failed || reading->unfit)
		return NULL;
	const char *newline = memchr(reading->at, '\n', (size_t)(reading->end - reading->at)), *end = newline ? newline : reading->end;
	reading->line++;
	while (reading->at < end && (*reading->at == ' ' || *reading->at == '\t'))
		reading->at++;
	size_t bytes = (size_t)(end - reading->at);
	if (bytes + 1 > (size_t)room_bytes || memchr(reading->at, '\0', bytes)) {
		reading->unfit = true;
		return NULL;
	}
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
	if (reading.unfit) {
		sonde_fail(err, SONDE_E_FORMAT, 0, "%.120s:%u: a line too long, or not of text", file_name, reading.line);
		return sonde_hint(err, SONDE_E_FORMAT, "give lines of fewer than %d bytes", INI_MAX_LINE);
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
