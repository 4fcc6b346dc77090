/* SPDX-License-Identifier: MIT */
/* The process beside the program: whole messages both ways, none of our descriptors, four starts and no more. */
#include "test.h"

#include "io/helper.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORD_BYTES = 16, BOUND_MS = 20000 };

/* Says each word again. */
static void echo(int fd, void *ctx)
{
	char word[WORD_BYTES];
	(void)ctx;
	while (recv(fd, word, sizeof word, 0) == (ssize_t)sizeof word)
		(void)send(fd, word, sizeof word, MSG_NOSIGNAL);
}

static void count_descriptors(int fd, void *ctx)
{
	char word[WORD_BYTES] = {0};
	DIR *dir = opendir("/proc/self/fd");
	(void)ctx;
	while (dir && readdir(dir))
		word[0]++;
	word[0] = (char)(word[0] - 3); /* ".", "..", and the folder's own */
	word[1] = (char)(getenv("PATH") != NULL);
	(void)send(fd, word, sizeof word, MSG_NOSIGNAL);
	echo(fd, ctx);
}

/* Says what it may do with files. */
static void try_files(int fd, void *ctx)
{
	const char *folder = ctx;
	char word[WORD_BYTES] = {0}, path[200];
	word[0] = (char)(open("/etc/passwd", O_RDONLY) >= 0);
	word[1] = (char)(open("/usr/bin/env", O_RDONLY) >= 0);
	snprintf(path, sizeof path, "%s/there", folder);
	word[2] = (char)(open(path, O_WRONLY) >= 0);
	word[3] = (char)(open(path, O_RDONLY) >= 0);
	word[4] = (char)(unlink(path) == 0);
	snprintf(path, sizeof path, "%s/new", folder);
	word[5] = (char)(mkdir(path, 0700) == 0);
	word[6] = (char)(access("/usr/bin/env", X_OK) == 0 && execl("/usr/bin/env", "env", (char *)NULL) != 0);
	(void)send(fd, word, sizeof word, MSG_NOSIGNAL);
	echo(fd, ctx);
}

static void end_at_once(int fd, void *ctx)
{
	(void)fd, (void)ctx;
}

static void say_too_much(int fd, void *ctx)
{
	char words[4 * WORD_BYTES] = {0};
	(void)send(fd, words, sizeof words, MSG_NOSIGNAL);
	echo(fd, ctx);
}

static int refuse(struct sonde_error *err)
{
	return sonde_fail(err, SONDE_E_PRIVILEGE, 0, "no");
}

static struct sn_helper started(void (*serve)(int fd, void *ctx))
{
	struct sn_helper helper;
	const struct sn_helper_cfg cfg = {.name = "sonde-test", .serve = serve};
	assert_int_equal(sn_helper_start(&helper, &cfg, NULL), SONDE_OK);
	return helper;
}

static void wait_for_it(const struct sn_helper *helper)
{
	struct pollfd poll_in = {.fd = helper->fd, .events = POLLIN};
	assert_int_equal(poll(&poll_in, 1, BOUND_MS), 1);
}

static enum sn_helper_got hear(struct sn_helper *helper, char word[WORD_BYTES], size_t *bytes)
{
	wait_for_it(helper);
	return sn_helper_receive(helper, word, WORD_BYTES, bytes);
}

static void words_come_and_go(void **state)
{
	(void)state;
	char word[WORD_BYTES] = "word";
	size_t bytes = 0;
	struct sn_helper helper = started(echo);
	assert_int_equal(sn_helper_receive(&helper, word, sizeof word, &bytes), SN_HELPER_NOTHING);
	assert_true(sn_helper_send(&helper, "word\0word\0word\0", WORD_BYTES));
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_MESSAGE);
	assert_int_equal(bytes, WORD_BYTES);
	assert_string_equal(word, "word");
	sn_helper_finish(&helper);
	assert_int_equal(helper.fd, -1);
	assert_false(sn_helper_send(&helper, word, sizeof word));
	assert_int_equal(sn_helper_receive(&helper, word, sizeof word, &bytes), SN_HELPER_NOTHING);
}

static void it_has_nothing_of_ours(void **state)
{
	(void)state;
	char word[WORD_BYTES];
	size_t bytes;
	int ours[3] = {open("/dev/null", O_RDONLY), socket(AF_INET, SOCK_DGRAM, 0), open("/dev/zero", O_RDONLY)};
	struct sn_helper helper = started(count_descriptors);
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_MESSAGE);
	assert_int_equal(word[0], 4); /* three that lead nowhere, and its end of the pair */
	assert_int_equal(word[1], 0);
	sn_helper_finish(&helper);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		close(ours[i]);
}

/* Says its process id, and then each word again. */
static void say_who(int fd, void *ctx)
{
	char word[WORD_BYTES] = {0};
	pid_t own = getpid();
	memcpy(word, &own, sizeof own);
	(void)send(fd, word, sizeof word, MSG_NOSIGNAL);
	echo(fd, ctx);
}

static void it_is_started_again_three_times(void **state)
{
	(void)state;
	char word[WORD_BYTES];
	size_t bytes;
	struct sn_helper helper;
	const struct sn_helper_cfg cfg = {.name = "sonde-test", .serve = say_who, .again = true};
	assert_int_equal(sn_helper_start(&helper, &cfg, NULL), SONDE_OK);
	for (int i = 0; i < SN_HELPER_STARTS_MAX; i++) {
		pid_t pid;
		assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_MESSAGE);
		memcpy(&pid, word, sizeof pid);
		assert_int_not_equal(pid, helper.pid); /* its keeper */
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(hear(&helper, word, &bytes), i + 1 < SN_HELPER_STARTS_MAX ? SN_HELPER_AGAIN : SN_HELPER_GONE);
	}
	sn_helper_finish(&helper);
	assert_int_equal(helper.fd, -1);
}

/* Neither the process nor its keeper outlives the other end. */
static void it_ends_when_nobody_is_there_any_more(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) {
		struct sn_helper helper;
		const struct sn_helper_cfg cfg = {.name = "sonde-test", .serve = echo, .again = again};
		assert_int_equal(sn_helper_start(&helper, &cfg, NULL), SONDE_OK);
		pid_t pid = helper.pid;
		int status = -1;
		sn_helper_finish(&helper);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
	}
}

static void one_that_ends_or_keeps_a_privilege_is_gone(void **state)
{
	(void)state;
	char word[WORD_BYTES];
	size_t bytes;
	const struct sn_helper_cfg privileged = {.name = "sonde-test", .serve = echo, .give_up = refuse};
	struct sn_helper helper = started(end_at_once);
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_GONE);
	sn_helper_finish(&helper);
	assert_int_equal(sn_helper_start(&helper, &privileged, NULL), SONDE_OK);
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_GONE);
	sn_helper_finish(&helper);
}

static void a_message_that_is_too_long_is_told(void **state)
{
	(void)state;
	char word[WORD_BYTES];
	size_t bytes = 0;
	struct sn_helper helper = started(say_too_much);
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_MESSAGE);
	assert_int_equal(bytes, 4 * WORD_BYTES);
	sn_helper_finish(&helper);
}

static void it_reads_what_it_needs_and_touches_nothing(void **state)
{
	(void)state;
	char word[WORD_BYTES], folder[] = "/tmp/sonde-test-XXXXXX", path[200];
	static const struct sn_landlock_rule readable[] = {
	    {"/etc", SN_LANDLOCK_READ}, {"/nonexistent", SN_LANDLOCK_READ}, {NULL, SN_LANDLOCK_READ}};
	size_t bytes;
	if (!sn_landlock_there())
		skip();
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/there", folder);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	struct sn_helper helper;
	const struct sn_helper_cfg cfg = {.name = "sonde-test", .serve = try_files, .files = readable, .ctx = folder};
	assert_int_equal(sn_helper_start(&helper, &cfg, NULL), SONDE_OK);
	assert_int_equal(hear(&helper, word, &bytes), SN_HELPER_MESSAGE);
	static const char wanted[] = {1, 0, 0, 0, 0, 0, 1};
	assert_memory_equal(word, wanted, sizeof wanted);
	sn_helper_finish(&helper);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* Whoever does not read keeps nobody waiting. */
static void a_full_pair_is_not_waited_for(void **state)
{
	(void)state;
	char word[WORD_BYTES] = {0};
	struct sn_helper helper = started(echo);
	assert_int_equal(kill(helper.pid, SIGSTOP), 0);
	unsigned sent = 0;
	while (sn_helper_send(&helper, word, sizeof word))
		sent++;
	assert_true(sent > 0);
	assert_int_equal(kill(helper.pid, SIGKILL), 0);
	sn_helper_finish(&helper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_come_and_go),
	    cmocka_unit_test(it_has_nothing_of_ours),
	    cmocka_unit_test(it_is_started_again_three_times),
	    cmocka_unit_test(it_ends_when_nobody_is_there_any_more),
	    cmocka_unit_test(one_that_ends_or_keeps_a_privilege_is_gone),
	    cmocka_unit_test(a_message_that_is_too_long_is_told),
	    cmocka_unit_test(a_full_pair_is_not_waited_for),
	    cmocka_unit_test(it_reads_what_it_needs_and_touches_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
