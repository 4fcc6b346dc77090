/* SPDX-License-Identifier: MIT */
/* Documents come to lie where they belong, or leave nothing behind, also when the program dies. */
#include "test.h"

#include "cli/placer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_BYTES = 64, DOCUMENTS = 3 };

static char folder[] = "/tmp/sonde-test-XXXXXX";
static char from[DOCUMENTS][PATH_BYTES], to[DOCUMENTS][PATH_BYTES];

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static bool has(const char *path, const char *text)
{
	char got[PATH_BYTES] = "";
	int fd = open(path, O_RDONLY);
	ssize_t bytes = fd >= 0 ? read(fd, got, sizeof got - 1) : -1;
	if (fd >= 0)
		close(fd);
	return bytes >= 0 && strcmp(got, text) == 0;
}

static void open_all(struct sn_placer *placer)
{
	*placer = (struct sn_placer){.count = 0};
	for (size_t i = 0; i < DOCUMENTS; i++) {
		snprintf(from[i], sizeof from[i], "%s/%zu.new", folder, i);
		snprintf(to[i], sizeof to[i], "%s/%zu", folder, i);
		write_file(from[i], "new");
		write_file(to[i], "old");
		assert_int_equal(sn_placer_add(placer, strdup(from[i]), to[i]), i);
	}
	assert_int_equal(sn_placer_start(placer, NULL, NULL), SONDE_OK);
}

static void what_is_whole_takes_its_place_and_the_rest_goes(void **state)
{
	(void)state;
	struct sn_placer placer;
	open_all(&placer);
	assert_int_equal(sn_placer_put(&placer, 1), 0);
	assert_true(has(to[1], "new"));
	assert_int_equal(sn_placer_put(&placer, 1), EINVAL); /* once */
	assert_int_equal(unlink(from[2]), 0);
	assert_int_equal(sn_placer_put(&placer, 2), ENOENT);
	sn_placer_finish(&placer);
	assert_true(has(to[0], "old"));
	for (size_t i = 0; i < DOCUMENTS; i++)
		assert_int_equal(access(from[i], F_OK), -1);
}

static void without_a_process_nothing_stays_behind_either(void **state)
{
	(void)state;
	struct sn_placer placer = {.count = 0};
	snprintf(from[0], sizeof from[0], "%s/alone.new", folder);
	write_file(from[0], "new");
	sn_placer_add(&placer, strdup(from[0]), to[0]);
	assert_int_equal(sn_placer_put(&placer, 0), EPIPE);
	sn_placer_finish(&placer);
	assert_int_equal(access(from[0], F_OK), -1);
}

static void a_program_that_is_killed_leaves_nothing_behind(void **state)
{
	(void)state;
	int pair[2], status = 0;
	pid_t helper;
	assert_int_equal(pipe(pair), 0);
	pid_t program = fork();
	if (program == 0) {
		struct sn_placer placer;
		open_all(&placer);
		(void)!write(pair[1], &placer.helper.pid, sizeof placer.helper.pid);
		for (;;)
			pause();
	}
	close(pair[1]);
	assert_int_equal(read(pair[0], &helper, sizeof helper), sizeof helper);
	assert_int_equal(kill(program, SIGKILL), 0);
	assert_int_equal(waitpid(program, &status, 0), program);
	for (unsigned turns = 0; kill(helper, 0) == 0 && turns < 20000; turns++)
		usleep(1000); /* nobody can wait for a grandchild */
	snprintf(from[0], sizeof from[0], "%s/0.new", folder);
	assert_int_equal(access(from[0], F_OK), -1);
	assert_true(has(to[0], "old"));
	close(pair[0]);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < DOCUMENTS; i++)
		unlink(to[i]);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_whole_takes_its_place_and_the_rest_goes),
	    cmocka_unit_test(without_a_process_nothing_stays_behind_either),
	    cmocka_unit_test(a_program_that_is_killed_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
