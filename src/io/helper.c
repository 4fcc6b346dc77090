/* SPDX-License-Identifier: MIT */
/* Makes the process by fork: no program is looked for, and none is run. */
#include "io/helper.h"

#include "io/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUR_FD = 3, FDS_MAX = 64 };

static void limit(int what, rlim_t most)
{
	const struct rlimit to = {most, most};
	(void)setrlimit((__rlimit_resource_t)what, &to); /* a lower limit that is in force already is as good */
}

/* Only the end of the pair stays, as OUR_FD; the standard descriptors lead nowhere, so that a reader of the program's output does not wait
 * for this process. */
static bool keep_only(int fd)
{
	int kept = fcntl(fd, F_DUPFD, OUR_FD + 1);
	int null = open("/dev/null", O_RDWR);
	if (kept < 0 || null < 0)
		return false;
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		if (dup2(null, standard) < 0)
			return false;
	return dup2(kept, OUR_FD) == OUR_FD && close_range(OUR_FD + 1, ~0u, 0) == 0;
}

/* A key that ends the program's trace is not for this process, which ends with the program. */
static void ignore_keys(void)
{
	static const int keys[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGPIPE};
	sigset_t none;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		(void)signal(keys[i], SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run(const struct sn_helper_cfg *cfg, int fd, pid_t program)
{
	enum { EXIT_FAILED = 3 };
	struct sonde_error unread;
	if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) != 0 || getppid() != program || !keep_only(fd))
		_exit(EXIT_FAILED);
	if (cfg->give_up && cfg->give_up(&unread) < 0)
		_exit(EXIT_FAILED);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		_exit(EXIT_FAILED);
	if (cfg->readable)
		(void)sn_landlock_read_only(cfg->readable); /* where the kernel knows how */
	ignore_keys();
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, FDS_MAX);
	(void)prctl(PR_SET_NAME, (unsigned long)cfg->name);
	(void)clearenv();
	cfg->serve(OUR_FD, cfg->ctx);
	_exit(0);
}

static int start(struct sn_helper *helper, struct sonde_error *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return sonde_fail(err, errno == EMFILE || errno == ENFILE ? SONDE_E_FDS : SONDE_E_INTERNAL, errno,
		                  "cannot open a pair of sockets");
	pid_t program = getpid(), pid = fork();
	if (pid == 0)
		run(&helper->cfg, pair[1], program);
	int failed = errno;
	close(pair[1]);
	/* the number of an earlier start is used again: whoever watches it goes on doing so */
	if (pid > 0 && helper->fd >= 0) {
		failed = dup3(pair[0], helper->fd, O_CLOEXEC) < 0 ? errno : 0;
		close(pair[0]);
	} else if (pid > 0) {
		helper->fd = pair[0];
		failed = 0;
	} else {
		close(pair[0]);
	}
	helper->pid = pid > 0 ? pid : 0;
	helper->start_count++;
	return failed ? sonde_fail(err, SONDE_E_INTERNAL, failed, "cannot start a process") : SONDE_OK;
}

/* It has nothing to lose, so it is not asked to end. */
static void end(struct sn_helper *helper)
{
	if (helper->pid <= 0)
		return;
	(void)kill(helper->pid, SIGKILL);
	while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR) {
	}
	helper->pid = 0;
}

int sn_helper_start(struct sn_helper *helper, const struct sn_helper_cfg *cfg, struct sonde_error *err)
{
	*helper = (struct sn_helper){.cfg = *cfg, .fd = -1};
	int code = start(helper, err);
	if (code < 0)
		sn_helper_finish(helper);
	return code;
}

bool sn_helper_restart(struct sn_helper *helper)
{
	end(helper);
	if (helper->start_count < SN_HELPER_STARTS_MAX && start(helper, NULL) == SONDE_OK)
		return true;
	sn_helper_finish(helper);
	return false;
}

bool sn_helper_send(struct sn_helper *helper, const void *message, size_t bytes)
{
	return helper->fd >= 0 && send(helper->fd, message, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes;
}

enum sn_helper_got sn_helper_receive(struct sn_helper *helper, void *message, size_t bytes, size_t *got_bytes)
{
	if (helper->fd < 0)
		return SN_HELPER_NOTHING;
	ssize_t got = recv(helper->fd, message, bytes, MSG_DONTWAIT | MSG_TRUNC);
	if (got > 0) {
		*got_bytes = (size_t)got;
		return SN_HELPER_MESSAGE;
	}
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? SN_HELPER_NOTHING : SN_HELPER_GONE;
}

void sn_helper_finish(struct sn_helper *helper)
{
	end(helper);
	if (helper->fd >= 0)
		close(helper->fd);
	helper->fd = -1;
}
