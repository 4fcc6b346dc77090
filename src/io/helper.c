/* SPDX-License-Identifier: MIT */
/* Makes the process by fork: no program is looked for, and none is run. */
#include "io/helper.h"

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

const struct sn_landlock_rule sn_helper_resolver_files[] = {
    {"/etc", SN_LANDLOCK_READ},   {"/etc/resolv.conf", SN_LANDLOCK_READ}, {"/etc/hosts", SN_LANDLOCK_READ},
    {"/etc/nsswitch.conf", SN_LANDLOCK_READ}, {"/run", SN_LANDLOCK_READ}, {"/lib", SN_LANDLOCK_READ},
    {"/lib64", SN_LANDLOCK_READ}, {"/usr/lib", SN_LANDLOCK_READ},         {"/usr/lib64", SN_LANDLOCK_READ},
    {NULL, SN_LANDLOCK_READ},
};

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

enum { EXIT_FAILED = 3 };

/* Dies with its parent. */
static bool follow(pid_t parent)
{
	return prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) == 0 && getppid() == parent;
}

static _Noreturn void serve(const struct sn_helper_cfg *cfg)
{
	cfg->serve(OUR_FD, cfg->ctx);
	_exit(0);
}

/* One that ends by itself has seen that the program is gone. The program cannot start one any more when it is needed. */
static _Noreturn void keep(const struct sn_helper_cfg *cfg)
{
	pid_t keeper = getpid();
	for (unsigned started = 1;; started++) {
		int status = 0;
		pid_t pid = fork();
		if (pid == 0 && !follow(keeper))
			_exit(EXIT_FAILED);
		if (pid == 0) {
			(void)prctl(PR_SET_NAME, (unsigned long)cfg->name);
			serve(cfg);
		}
		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			continue;
		if (pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0) || started == SN_HELPER_STARTS_MAX)
			_exit(0);
		(void)send(OUR_FD, "", 1, MSG_NOSIGNAL);
	}
}

static _Noreturn void run(const struct sn_helper_cfg *cfg, int fd, pid_t program)
{
	struct sonde_error unread;
	if ((!cfg->outlives && !follow(program)) || !keep_only(fd))
		_exit(EXIT_FAILED);
	if (cfg->give_up && cfg->give_up(&unread) < 0)
		_exit(EXIT_FAILED);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		_exit(EXIT_FAILED);
	if (cfg->files && sn_landlock(cfg->files, &unread) < 0)
		_exit(EXIT_FAILED);
	ignore_keys();
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, FDS_MAX);
	(void)clearenv();
	(void)prctl(PR_SET_NAME, (unsigned long)(cfg->again ? "sonde-keeper" : cfg->name));
	if (cfg->lock && cfg->lock(&unread) < 0)
		_exit(EXIT_FAILED);
	if (cfg->again)
		keep(cfg);
	serve(cfg);
}

int sn_helper_start(struct sn_helper *helper, const struct sn_helper_cfg *cfg, struct sonde_error *err)
{
	int pair[2];
	*helper = (struct sn_helper){.fd = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return sonde_fail(err, errno == EMFILE || errno == ENFILE ? SONDE_E_FDS : SONDE_E_INTERNAL, errno,
		                  "cannot open a pair of sockets");
	pid_t program = getpid(), pid = fork();
	if (pid == 0)
		run(cfg, pair[1], program);
	int failed = errno;
	close(pair[1]);
	if (pid > 0) {
		*helper = (struct sn_helper){.fd = pair[0], .pid = pid};
		return SONDE_OK;
	}
	close(pair[0]);
	return sonde_fail(err, SONDE_E_INTERNAL, failed, "cannot start a process");
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
	*got_bytes = got > 0 ? (size_t)got : 0;
	if (got > 0)
		return got == 1 ? SN_HELPER_AGAIN : SN_HELPER_MESSAGE;
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? SN_HELPER_NOTHING : SN_HELPER_GONE;
}

void sn_helper_finish(struct sn_helper *helper)
{
	if (helper->fd >= 0)
		close(helper->fd);
	*helper = (struct sn_helper){.fd = -1};
}
