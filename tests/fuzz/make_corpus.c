/* SPDX-License-Identifier: MIT */
/* Writes the first inputs of the fuzz targets: make_corpus packet|quote|ext FOLDER. One file per shape of packet, per quote
 * within one, or per extension structure.
 * What a fuzzer finds is added beside them. */
#include "frames.h"
#include "vectors.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_icmp_error(const struct made_packet *p)
{
	uint8_t type = p->bytes[p->upper_at];
	if (p->protocol == 58)
		return type < 128;
	return p->protocol == 1 && type != 0 && type != 8;
}

static bool file_write(const char *folder, const char *name, const uint8_t *bytes, size_t count)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "wb") : NULL;
	if (!file) {
		perror(folder);
		return false;
	}
	bool written = fwrite(bytes, 1, count, file) == count;
	return fclose(file) == 0 && written;
}

static bool frames_write(const char *folder)
{
	bool good = true;
	for (size_t i = 0; good && i < frame_vectors_count; i++) {
		uint8_t bytes[FRAME_MAX_BYTES];
		size_t count = frame_make(&frame_vectors[i], bytes);
		good = file_write(folder, frame_vectors[i].name, bytes, count);
	}
	return good;
}

int main(int argc, char **argv)
{
	if (argc != 3 || (strcmp(argv[1], "packet") != 0 && strcmp(argv[1], "quote") != 0 && strcmp(argv[1], "ext") != 0)) {
		fprintf(stderr, "usage: %s packet|quote|ext FOLDER\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (strcmp(argv[1], "ext") == 0)
		return frames_write(argv[2]) ? EXIT_SUCCESS : EXIT_FAILURE;
	bool quotes = strcmp(argv[1], "quote") == 0, good = true;
	for (size_t i = 0; good && i < vectors_count; i++) {
		struct made_packet p;
		vectors[i].make(&p);
		size_t start = quotes && is_icmp_error(&p) ? p.upper_at + 8 : 0;
		good = file_write(argv[2], vectors[i].name, p.bytes + start, p.count - start);
	}
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
