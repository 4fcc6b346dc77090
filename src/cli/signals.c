/* SPDX-License-Identifier: MIT */
/* Which signals end a trace, which stop the program for a while, and which tell of a new window size. */
#include "cli/signals.h"

#include "cli/output.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Whoever started the program wants it to outlive such a signal, as nohup(1) does; blocked, even an ignored one would be read. */
static bool is_ignored(int number)
{
	struct sigaction action;
	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int sn_signals_open(int *fd, struct sonde_error *err)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!is_ignored(taken[i]))
			sigaddset(&set, taken[i]);
	sigaddset(&set, SIGWINCH);
	*fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (*fd < 0) {
		int code = errno == EMFILE || errno == ENFILE ? SONDE_E_FDS : SONDE_E_INTERNAL;
		return sonde_fail(err, code, errno, "cannot watch for signals");
	}
	/* blocked only once there is somebody to read them */
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		return SONDE_OK;
	int failed = errno;
	close(*fd);
	return sonde_fail(err, SONDE_E_INTERNAL, failed, "cannot watch for signals");
}

/* What the signal asks for, once the screen is the shell's: the table that is not complete is drawn again behind it. */
static void stop_here(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sn_output_give_way(STDOUT_FILENO);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL); /* goes on from here */
	sigprocmask(SIG_BLOCK, &set, NULL);
}

struct sn_signals_seen sn_signals_take(int fd)
{
	struct sn_signals_seen seen = {0};
	struct signalfd_siginfo info;
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGTSTP)
			stop_here();
		if (info.ssi_signo == SIGWINCH || info.ssi_signo == SIGTSTP)
			seen.resized = true;
		else
			seen.interrupted = true;
	}
	return seen;
}
