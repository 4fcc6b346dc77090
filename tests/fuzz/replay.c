/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target over kept inputs, with any compiler: replay FOLDER|PACK… An empty or missing one is a failure. A pack has many inputs,
 * each behind its length in four bytes (pack.py). */
#include "fuzz.h"

#include "base/cursor.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_MAX_BYTES = 1 << 24 };

/* The bytes stand in memory of exactly their size, so that the address sanitizer sees a read one byte too far. */
static bool run(const uint8_t *bytes, size_t count)
{
	uint8_t *exact = malloc(count ? count : 1);
	if (!exact)
		return false;
	if (count)
		memcpy(exact, bytes, count);
	LLVMFuzzerTestOneInput(exact, count);
	free(exact);
	return true;
}

static unsigned replay_pack(const uint8_t *bytes, size_t count)
{
	struct sn_reader r;
	unsigned inputs = 0;
	sn_reader_init(&r, bytes, count);
	while (sn_reader_left(&r)) {
		uint32_t length_bytes = sn_read_u32(&r);
		const uint8_t *input = sn_read_view(&r, length_bytes);
		if (!input || !run(input, length_bytes))
			return 0;
		inputs++;
	}
	return inputs;
}

/* How many inputs there were, 0: it cannot be read. */
static unsigned replay_file(const char *path, bool pack)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return 0;
	}
	uint8_t *room = malloc(FILE_MAX_BYTES);
	size_t count = room ? fread(room, 1, FILE_MAX_BYTES, file) : 0;
	fclose(file);
	unsigned inputs = !room ? 0 : pack ? replay_pack(room, count) : run(room, count);
	free(room);
	return inputs;
}

static unsigned replay_folder(const char *name)
{
	DIR *folder = opendir(name);
	unsigned inputs = 0, files = 0;
	if (!folder) {
		perror(name);
		return 0;
	}
	for (struct dirent *entry; (entry = readdir(folder));) {
		char path[PATH_MAX];
		int length = snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
		if (entry->d_name[0] == '.' || length < 0 || (size_t)length >= sizeof path)
			continue;
		inputs += replay_file(path, false);
		files++;
	}
	closedir(folder);
	return inputs == files ? inputs : 0;
}

int main(int argc, char **argv)
{
	bool good = argc > 1;
	unsigned inputs = 0;
	for (int i = 1; i < argc; i++) {
		struct stat about;
		bool is_folder = stat(argv[i], &about) == 0 && S_ISDIR(about.st_mode);
		unsigned count = is_folder ? replay_folder(argv[i]) : replay_file(argv[i], true);
		if (!count)
			fprintf(stderr, "%s: no inputs, or not to be read\n", argv[i]);
		good = good && count;
		inputs += count;
	}
	printf("%u inputs\n", inputs);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
