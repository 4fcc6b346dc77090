/* SPDX-License-Identifier: MIT */
/* Reads files whole. Knows nothing of their form. */
#include "ext/net_file.h"

#include "ext/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX_BYTES = 16 << 20, CHUNK_BYTES = 1 << 16 };

static int fill(FILE *stream, const char *file, char **text, size_t *text_bytes, struct sonde_error *err)
{
	for (;;) {
		if (*text_bytes >= FILE_MAX_BYTES)
			return sonde_hint(err, sonde_fail(err, SONDE_E_FORMAT, 0, "reading '%s': more than %d bytes", file, FILE_MAX_BYTES),
			                  "give the description of a network, as docs/examples has them");
		char *grown = realloc(*text, *text_bytes + CHUNK_BYTES);
		if (!grown)
			return sonde_fail(err, SONDE_E_NOMEM, errno, "reading '%s'", file);
		*text = grown;
		size_t count = fread(*text + *text_bytes, 1, CHUNK_BYTES, stream);
		*text_bytes += count;
		if (ferror(stream))
			return sn_file_failed("reading", file, err);
		if (count < CHUNK_BYTES)
			return 0;
	}
}

int sn_net_file_read(const char *file, char **text, size_t *text_bytes, struct sonde_error *err)
{
	*text = NULL;
	*text_bytes = 0;
	FILE *stream = fopen(file, "re");
	if (!stream)
		return sn_file_failed("opening", file, err);
	int result = fill(stream, file, text, text_bytes, err);
	fclose(stream);
	if (result) {
		free(*text);
		*text = NULL;
	}
	return result;
}
