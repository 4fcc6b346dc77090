/* SPDX-License-Identifier: MIT */
/* Reads files whole. Knows nothing of their form. */
#include "ext/net_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { NET_MAX_BYTES = 16 << 20, CHUNK_BYTES = 1 << 16 };

/* What can be done about an errno of a file. */
static const struct {
	int sys_errno;
	const char *hint;
} remedies[] = {
	{ENOENT, "check its name and the folder you are in"},
	{EACCES, "let this user read it: 'ls -l' shows who may"},
	{EISDIR, "give a file in it"},
};

static int failed(const char *what, const char *file, struct sonde_error *err)
{
	int cause = errno, code = cause == EMFILE || cause == ENFILE ? SONDE_E_FDS : SONDE_E_FILE;
	sonde_fail(err, code, cause, "%s '%s'", what, file);
	for (size_t i = 0; i < sizeof remedies / sizeof remedies[0]; i++)
		if (remedies[i].sys_errno == cause)
			return sonde_hint(err, code, "%s", remedies[i].hint);
	return code;
}

static int fill(FILE *stream, const char *file, size_t most_bytes, const char *wanted, char **text, size_t *text_bytes,
                struct sonde_error *err)
{
	for (;;) {
		if (*text_bytes > most_bytes)
			return sonde_hint(err,
			                  sonde_fail(err, SONDE_E_FORMAT, 0, "reading '%s': more than %zu bytes", file, most_bytes),
			                  "%s", wanted);
		char *grown = realloc(*text, *text_bytes + CHUNK_BYTES);
		if (!grown)
			return sonde_fail(err, SONDE_E_NOMEM, errno, "reading '%s'", file);
		*text = grown;
		size_t count = fread(*text + *text_bytes, 1, CHUNK_BYTES, stream);
		*text_bytes += count;
		if (ferror(stream))
			return failed("reading", file, err);
		if (count < CHUNK_BYTES && *text_bytes <= most_bytes)
			return 0;
	}
}

int sn_file_read(const char *file, size_t most_bytes, const char *wanted, char **text, size_t *text_bytes, struct sonde_error *err)
{
	*text = NULL;
	*text_bytes = 0;
	FILE *stream = fopen(file, "re");
	if (!stream)
		return failed("opening", file, err);
	int result = fill(stream, file, most_bytes, wanted, text, text_bytes, err);
	fclose(stream);
	if (result) {
		free(*text);
		*text = NULL;
	}
	return result;
}

int sn_net_file_read(const char *file, char **text, size_t *text_bytes, struct sonde_error *err)
{
	return sn_file_read(file, NET_MAX_BYTES, "give the description of a network, as docs/examples has them", text, text_bytes, err);
}
