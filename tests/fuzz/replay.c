/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over the files of a folder, with any compiler: replay FOLDER. An empty or missing folder is a failure. */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX_BYTES = 65536 };

/* The bytes stand in memory of exactly their size, so that the address sanitizer sees a read one byte too far. */
static bool replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return false;
	}
	uint8_t *room = malloc(INPUT_MAX_BYTES);
	size_t count = room ? fread(room, 1, INPUT_MAX_BYTES, file) : 0;
	uint8_t *bytes = room && count > 0 ? realloc(room, count) : room;
	fclose(file);
	if (!bytes) {
		free(room);
		return false;
	}
	LLVMFuzzerTestOneInput(bytes, count);
	free(bytes);
	return true;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	if (!folder) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return EXIT_FAILURE;
	}
	int count = 0;
	bool good = true;
	for (struct dirent *entry; (entry = readdir(folder));) {
		char path[PATH_MAX];
		int length = snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
		if (entry->d_name[0] == '.' || length < 0 || (size_t)length >= sizeof path)
			continue;
		good = replay(path) && good;
		count++;
	}
	closedir(folder);
	printf("%d inputs\n", count);
	return good && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
