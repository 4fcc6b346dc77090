/* SPDX-License-Identifier: MIT */
/* Puts a real host in the observer's place: a namespace, a TUN device, and a loop that carries packets between it and the simulator. */
#include "cli/cmd_sim.h"

#include "cli/environment.h"

#include "base/buf.h"
#include "ext/net_file.h"
#include "io/netns.h"
#include "io/tun.h"
#include "io/wires.h"
#include "sim/sim.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PACKET_MAX_BYTES = 65535,
	BATCH_COUNT = 64,          /* packets carried one way before looking at the other */
	STATUS_NOT_FOUND = 127,    /* as shells say */
	STATUS_NOT_STARTED = 126,
	STATUS_SIGNAL = 128,
};

struct bridge {
	struct sn_sim *sim;
	struct sn_clock_system clock;
	sonde_at_ns opened_at_ns;  /* the simulator's zero */
	int tun, signals;          /* descriptors */
	pid_t pid;
	uint8_t bytes[PACKET_MAX_BYTES];
};

static sonde_at_ns now_at_ns(struct bridge *b)
{
	return b->clock.base.ops->now(&b->clock.base) - b->opened_at_ns;
}

/* From the host into the network. What the network refuses is lost, as a device loses it. */
static bool carry_out(struct bridge *b)
{
	for (int i = 0; i < BATCH_COUNT; i++) {
		size_t length_bytes = sn_tun_read(b->tun, b->bytes, sizeof b->bytes);
		if (length_bytes == 0)
			return false;
		(void)sn_sim_inject(b->sim, b->bytes, length_bytes, now_at_ns(b));
	}
	return true;
}

/* From the network to the host, all that is due. */
static bool carry_in(struct bridge *b)
{
	for (int i = 0; i < BATCH_COUNT; i++) {
		sonde_at_ns at_ns = 0;
		size_t length_bytes = sn_sim_pop(b->sim, now_at_ns(b), b->bytes, sizeof b->bytes, &at_ns);
		if (length_bytes == 0)
			return false;
		(void)sn_tun_write(b->tun, b->bytes, length_bytes);
	}
	return true;
}

/* True: the command has ended, *status is its exit status. SIGTERM and SIGHUP are the command's. */
static bool has_ended(struct bridge *b, int *status)
{
	struct signalfd_siginfo info;
	int wait_status = 0;
	while (read(b->signals, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			kill(b->pid, (int)info.ssi_signo);
	if (waitpid(b->pid, &wait_status, WNOHANG) != b->pid)
		return false;
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : STATUS_SIGNAL + WTERMSIG(wait_status);
	return true;
}

static int carry(struct bridge *b)
{
	int status = 0;
	const int fds[] = {b->tun, b->signals};
	/* By default the kernel wakes a waiter up to 50 us late. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!has_ended(b, &status)) {
		bool more = carry_out(b);
		more = carry_in(b) || more;
		sonde_at_ns next_at_ns = sn_sim_next_at(b->sim);
		sonde_at_ns until_at_ns = next_at_ns == SONDE_NEVER ? SONDE_NEVER : next_at_ns + b->opened_at_ns;
		if (!more)
			b->clock.base.ops->wait(&b->clock.base, until_at_ns, fds, sizeof fds / sizeof *fds);
	}
	return status;
}

/* Ends only by becoming the command. */
static void become(char *const *command, const sigset_t *signals)
{
	environ = sn_environment_of_user(); /* the command has none of our rights */
	const char *wanted = getenv("SHELL");
	char shell[PATH_MAX];
	snprintf(shell, sizeof shell, "%s", wanted && *wanted ? wanted : "/bin/sh");
	char *const shell_alone[] = {shell, NULL};
	char *const *argv = command && command[0] ? command : shell_alone;
	/* The network must not outlive its keeper, nor the command its network. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	execvp(argv[0], argv);
	int cause = errno;
	fprintf(stderr, "sonde sim: cannot run '%s': %s\n", argv[0], strerror(cause));
	_exit(cause == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_STARTED);
}

static int start(struct bridge *b, char *const *command, struct sonde_error *err)
{
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* A terminal sends its Ctrl-C to both of us: it is the command's. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	b->signals = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
	if (b->signals < 0)
		return sonde_fail(err, SONDE_E_FDS, errno, "waiting for signals");
	b->pid = fork();
	if (b->pid == 0)
		become(command, &signals);
	return b->pid > 0 ? 0 : sonde_fail(err, SONDE_E_NOMEM, errno, "starting the command");
}

/* Names of nodes and of `name` lines, for programs inside. */
static int show_names(const struct sn_sim *sim, struct sonde_error *err)
{
	struct sn_buf hosts = {0};
	struct sonde_addr addr[2];
	const char *name = NULL;
	char text[SONDE_ADDR_TEXT];
	sn_buf_puts(&hosts, "127.0.0.1 localhost\n::1 localhost\n");
	for (size_t i = 0; sn_sim_name_at(sim, i / 2, &name, addr); i++)
		if (addr[i % 2].family)
			sn_buf_printf(&hosts, "%s %s\n", sonde_addr_text(&addr[i % 2], text), name);
	int result = hosts.bad ? sonde_fail(err, SONDE_E_NOMEM, 0, "listing names") : sn_netns_hosts(hosts.text, hosts.length_bytes, err);
	sn_buf_finish(&hosts);
	return result;
}

static int open_device(struct bridge *b, struct sonde_error *err)
{
	struct sn_tun_cfg cfg = {.name = "sim0"};
	sn_sim_observer(b->sim, cfg.addr, &cfg.mtu_bytes);
	return sn_tun_open(&b->tun, &cfg, err);
}

static int run(struct bridge *b, bool here, char *const *command, struct sonde_error *err)
{
	int result = here ? 0 : sn_netns_enter(err);
	if (!result && !here)
		result = show_names(b->sim, err);
	if (!result)
		result = open_device(b, err);
	if (result)
		return 0;
	sn_clock_system_init(&b->clock);
	b->opened_at_ns = b->clock.base.ops->now(&b->clock.base);
	result = start(b, command, err);
	int status = result ? 0 : carry(b);
	close(b->tun);
	if (b->signals >= 0)
		close(b->signals);
	return status;
}

int sn_cmd_sim_run(const char *file, uint64_t seed, bool here, char *const *command, struct sonde_error *err)
{
	char *text = NULL;
	size_t text_bytes = 0;
	int status = 0;
	struct bridge *b = calloc(1, sizeof *b);
	if (!b) {
		sonde_fail(err, SONDE_E_NOMEM, 0, "opening the network of '%s'", file);
		return 0;
	}
	b->signals = -1;
	int result = sn_net_file_read(file, &text, &text_bytes, err);
	if (!result)
		result = sn_sim_new(&b->sim, text, text_bytes, file, seed, err);
	free(text);
	if (!result) {
		sn_sim_without_kernel(b->sim);
		status = run(b, here, command, err);
	}
	sn_sim_free(b->sim);
	free(b);
	return status;
}
