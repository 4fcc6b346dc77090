/* SPDX-License-Identifier: MIT */
/* Reads files whole. Knows nothing of their form. */
#include "ext/net_file.h"

#include "ext/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NET_MAX_BYTES = 16 << 20, CHUNK_BYTES = 1 << 16 };

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
			return sn_file_failed("reading", file, err);
		if (count < CHUNK_BYTES && *text_bytes <= most_bytes)
			return 0;
	}
}

int sn_file_read(const char *file, size_t most_bytes, const char *wanted, char **text, size_t *text_bytes, struct sonde_error *err)
{
	*text = NULL;
	*text_bytes = 0;
	bool standard = strcmp(file, "-") == 0;
	FILE *stream = standard ? stdin : fopen(file, "re");
	if (!stream)
		return sn_file_failed("opening", file, err);
	int result = fill(stream, standard ? "standard input" : file, most_bytes, wanted, text, text_bytes, err);
	if (!standard)
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
